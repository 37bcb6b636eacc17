"""What the user's reflector adds: the way out, what passes, what was changed, who accepts."""

from tests.diagnose.reflected import (
    FAR,
    FAR_SIX,
    by_destination,
    by_port,
    by_version,
    in_turn,
    later,
    reflected,
    stopped,
)
from tests.diagnose.rows import DEGRADED, FAILURE, SUCCESS, Row, row
from tests.diagnose.words import (
    intercepted,
    options,
    public_addresses,
    silent,
)

from lineclear.model import Failure, Header, Payload, RequestFacts

_STAYS = "public-address-stays"

ROWS: tuple[Row, ...] = (
    # By which address connections leave.
    row("a reflector sees one public address", reflected(), verdict=SUCCESS, notes=(_STAYS,)),
    row(
        "a reflector sees each connection come from another address",
        reflected(in_turn()),
        verdict=DEGRADED,
        warnings=("public-address-changes",),
    ),
    row(
        "only the web's connections are balanced",
        reflected(in_turn(443)),
        verdict=DEGRADED,
        warnings=("public-address-changes",),
    ),
    row(
        "only the gateways' connections are balanced: each needs one connection",
        reflected(in_turn(4000, 4001)),
        verdict=SUCCESS,
        notes=("public-address-by-port",),
    ),
    row(
        "each destination has its own way out",
        reflected(by_destination),
        verdict=DEGRADED,
        warnings=("public-address-by-destination",),
    ),
    row(
        "each port has its own way out",
        reflected(by_port),
        verdict=SUCCESS,
        notes=("public-address-by-port",),
    ),
    row(
        "the public address changes while the check runs",
        reflected(later),
        verdict=DEGRADED,
        warnings=("public-address-changed",),
    ),
    row(
        "IPv4 and IPv6 have public addresses of their own",
        options(reflectors=(FAR, FAR_SIX)),
        reflected(by_version),
        verdict=SUCCESS,
        notes=(_STAYS, "public-address-by-ip-version"),
    ),
    row(
        "a reflector knows better than a service",
        public_addresses("192.0.2.1", "192.0.2.2"),
        reflected(),
        verdict=SUCCESS,
        notes=(_STAYS,),
    ),
    row(
        "a service sees one public address often enough",
        public_addresses(*("192.0.2.1",) * 8),
        verdict=SUCCESS,
        notes=(_STAYS,),
    ),
    # Who opens what is said.
    row(
        "another hello arrives than was sent",
        reflected(changes=(((443, 4001), {"hello": "b2" * 32}),)),
        verdict=DEGRADED,
        warnings=("tls-opened-on-the-way",),
        notes=(_STAYS,),
    ),
    row(
        "another certificate is shown than the reflector has",
        reflected(changes=(((443,), {"certificate_sha256": "e2" * 32}),)),
        verdict=DEGRADED,
        warnings=("tls-opened-on-the-way",),
        notes=(_STAYS,),
    ),
    row(
        "another certificate is shown, and what stands behind it is no reflector",
        reflected(
            fails=stopped(443, kinds=(Payload.TLS_WEB,), how=Failure.NOT_THE_REFLECTOR),
            arrives=lambda _: False,
            strangers=(443,),
        ),
        verdict=DEGRADED,
        warnings=("tls-opened-on-the-way",),
        notes=(_STAYS,),
    ),
    row(
        "another certificate is shown than the user pinned",
        options(reflector_pin="f3" * 32),
        reflected(),
        verdict=DEGRADED,
        warnings=("tls-opened-on-the-way",),
        notes=(_STAYS,),
    ),
    row(
        "the certificate is the pinned one",
        options(reflector_pin="c1" * 32),
        reflected(),
        verdict=SUCCESS,
        notes=(_STAYS,),
    ),
    row(
        "interception that the vendor's certificates show is told once",
        intercepted("*:443"),
        reflected(changes=(((443,), {"hello": "b2" * 32}),)),
        verdict=DEGRADED,
        warnings=("tls-intercepted",),
        notes=(_STAYS,),
    ),
    row(
        "a web proxy adds a header",
        reflected(
            changes=(
                (
                    (80,),
                    {
                        "request": RequestFacts(
                            line="GET http://far/ HTTP/1.1",
                            headers=(Header(name="Host", value="far"), Header(name="Via", value="1.1 box")),
                        )
                    },
                ),
            )
        ),
        verdict=SUCCESS,
        notes=(_STAYS, "web-request-changed"),
    ),
    row(
        "a request of which nothing is known was not changed",
        reflected(changes=(((80,), {"request": None}),)),
        verdict=SUCCESS,
        notes=(_STAYS,),
    ),
    row(
        "connections on one port begin nearer to the reflector",
        reflected(hop_limits=lambda call: 62 if call.port == 443 else 61),
        verdict=SUCCESS,
        notes=(_STAYS, "connections-made-anew"),
    ),
    row(
        "who opens TLS makes connections anew, and is named once",
        reflected(changes=(((443,), {"hello": "b2" * 32}),), hop_limits=lambda call: 62 if call.port == 443 else 61),
        verdict=DEGRADED,
        warnings=("tls-opened-on-the-way",),
        notes=(_STAYS,),
    ),
    # Both directions, and silences.
    row("answers pass more routers", reflected(back=5), verdict=SUCCESS, notes=(_STAYS, "ways-differ")),
    row("answers pass fewer routers", reflected(back=1), verdict=SUCCESS, notes=(_STAYS, "ways-differ")),
    row("answers come from somewhere far off", reflected(back=14), verdict=SUCCESS, notes=(_STAYS, "ways-differ")),
    row(
        "answers pass more routers, and somebody sets hop limits anew: nothing is sure",
        reflected(back=5, mangles=True),
        verdict=SUCCESS,
        notes=(_STAYS,),
    ),
    row(
        "connections to port 80, tried first, begin nearer to the reflector: the ways of the others are equally long",
        reflected(hop_limits=lambda call: 62 if call.port == 80 else 61),
        verdict=SUCCESS,
        notes=(_STAYS, "connections-made-anew"),
    ),
    row(
        "connections to port 80 begin nearer to the reflector, and answers to the others pass one router more",
        reflected(back=4, hop_limits=lambda call: 62 if call.port == 80 else 61),
        verdict=SUCCESS,
        notes=(_STAYS, "connections-made-anew", "ways-differ"),
    ),
    row("no answer ever comes", reflected(back=60), verdict=SUCCESS, notes=(_STAYS,)),
    row(
        "silent connections stand",
        options(idle_s=60.0),
        reflected(),
        verdict=SUCCESS,
        notes=(_STAYS, "silence-outlived"),
    ),
    row(
        "the way in is forgotten after a silence, and taken up again from inside",
        options(idle_s=60.0),
        reflected(forgotten_s=30.0),
        verdict=DEGRADED,
        warnings=("unheard-after-silence",),
        notes=(_STAYS,),
    ),
    row(
        "both ways are forgotten after a silence: that is told once",
        options(idle_s=60.0),
        reflected(forgotten_s=30.0, deaf_s=30.0),
        verdict=DEGRADED,
        warnings=("idle-timeout-short",),
        notes=(_STAYS,),
    ),
    row(
        "a box hangs up on silent connections",
        options(idle_s=60.0),
        reflected(hung_up_s=25.0),
        verdict=DEGRADED,
        warnings=("hung-up-on-the-way",),
        notes=(_STAYS,),
    ),
    row(
        "one of the silent connections was hung up on",
        options(idle_s=60.0),
        reflected(hung_up_s=50.0),
        verdict=SUCCESS,
        notes=(_STAYS, "silence-outlived"),
    ),
    # The reflector itself.
    row(
        "no reflector where the user says",
        reflected(fails=lambda _: ("connect", Failure.TIMED_OUT)),
        verdict=SUCCESS,
        notes=("reflector-not-reached",),
    ),
    row(
        "something else where the user says",
        reflected(fails=lambda _: ("greeting", Failure.NOT_THE_REFLECTOR), arrives=lambda _: False),
        verdict=SUCCESS,
        notes=("reflector-not-reached",),
    ),
    row(
        "nothing works, and no reflector either",
        silent("*"),
        silent("control/*"),
        reflected(fails=lambda _: ("connect", Failure.TIMED_OUT)),
        verdict=FAILURE,
        errors=("uplink-down",),
        dead=("*",),
    ),
)
