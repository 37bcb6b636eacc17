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
from tests.diagnose.rows import DEGRADED, FAILURE, INCONCLUSIVE, OPAQUE, SUCCESS, Row, row
from tests.diagnose.words import (
    box,
    doors,
    dumb,
    intercepted,
    options,
    public_addresses,
    silent,
    swallowed,
)

from lineclear.model import Failure, Header, Payload, RequestFacts

_STAYS = "public-address-stays"
_KNOWN = (Payload.TLS, Payload.WEB, Payload.TLS_WEB)
_UNKNOWN = (Payload.LINES, Payload.BINARY, Payload.FIX)
_MUTE = "generic_timeout_error"

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
    # Behind a box that accepts everything.
    row(
        "a box accepts 4000 and lets it out, as the reflector shows",
        box(4000),
        reflected(empty_accepts=(4000,)),
        verdict=SUCCESS,
        notes=(_STAYS, "interception-proxy-in-path"),
    ),
    row(
        "a box lets 4000 out, and gives up on one server",
        box(4000),
        reflected(hung_up="ndc1.ibllc.com"),
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-box",),
        notes=(_STAYS,),
        unsure=("ndc1.ibllc.com:4000",),
    ),
    row(
        "a box accepts 4000 and lets none of it out",
        box(4000),
        reflected(empty_accepts=(4000,), fails=stopped(4000), arrives=lambda _: False),
        verdict=FAILURE,
        errors=("accepted-and-never-let-out",),
        notes=(_STAYS,),
        dead=OPAQUE,
    ),
    row(
        "a box accepts 4000 and hangs up on the reflector's, and nobody knows what arrived",
        box(4000),
        reflected(fails=stopped(4000, how=Failure.EOF), answers=False),
        verdict=FAILURE,
        errors=("accepted-and-never-let-out",),
        notes=(_STAYS,),
        dead=OPAQUE,
    ),
    row(
        "a box that lets nothing out to the reflector, but the vendor's 4001: an exception may be for 4000 too",
        box(4000),
        reflected(fails=stopped(4000, 4001), arrives=lambda _: False),
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-box",),
        notes=(_STAYS,),
        unsure=OPAQUE,
    ),
    row(
        "a box that accepts 4000 for nobody, but not nearby: it may not be the vendor's",
        doors("control/nobody:4000", connect=None),
        reflected(fails=stopped(4000), arrives=lambda _: False),
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-box",),
        notes=(_STAYS,),
        unsure=OPAQUE,
    ),
    row(
        "a box lets lines out, and no binary data: nothing vouches for the vendor's protocol",
        box(4000),
        reflected(fails=stopped(4000, kinds=(Payload.BINARY,))),
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-box",),
        notes=(_STAYS,),
        unsure=OPAQUE,
    ),
    row(
        "a box lets 4000 out to the reflector, and the vendor's 4001 is mute",
        box(4000, 4001),
        dumb("zdc1.ibllc.com:4001"),
        reflected(),
        verdict=FAILURE,
        errors=("accepted-by-a-box-in-the-path",),
        warnings=("unproven-behind-a-box",),
        notes=(_STAYS,),
        dead=("zdc1.ibllc.com:4001",),
        unsure=("zdc1.ibllc.com:4000",),
    ),
    # Rules on ports, and rules on addresses.
    row(
        "the reflector's 4000 opens and leads nowhere: no proof that the port is open to others",
        silent("*:4000"),
        reflected(fails=stopped(4000)),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        warnings=("answers-lost-on-the-way-back",),
        notes=(_STAYS,),
        dead=OPAQUE,
    ),
    row(
        "the reflector's 4000 works: the vendor's hosts are missing from the exception",
        silent("*:4000"),
        reflected(),
        verdict=FAILURE,
        errors=("allow-list-incomplete",),
        notes=(_STAYS,),
        dead=OPAQUE,
    ),
    # Filters on applications.
    row(
        "a filter passes only what it knows on 4000, to the reflector",
        reflected(fails=stopped(4000, kinds=_UNKNOWN), arrives=lambda _: False),
        verdict=INCONCLUSIVE,
        warnings=("only-known-applications-pass",),
        notes=(_STAYS,),
        unsure=OPAQUE,
    ),
    row(
        "a filter passes only what it knows on 4000, and the vendor's CR LF vanishes",
        swallowed(*OPAQUE),
        reflected(fails=stopped(4000, kinds=_UNKNOWN), arrives=lambda _: False),
        verdict=FAILURE,
        errors=("only-known-applications-pass",),
        notes=(_STAYS,),
        dead=OPAQUE,
    ),
    row(
        "a filter stops TLS on 4001 only",
        dumb("*:4001"),
        reflected(fails=stopped(4001, kinds=(Payload.TLS,), stage="tls"), arrives=lambda _: False),
        verdict=FAILURE,
        errors=("only-known-applications-pass",),
        notes=(_STAYS,),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "a filter stops TLS on 4001, and not the vendor's",
        reflected(fails=stopped(4001, kinds=(Payload.TLS,), stage="tls"), arrives=lambda _: False),
        verdict=SUCCESS,
        notes=(_STAYS, "only-known-applications-pass"),
    ),
    row(
        "a filter stops on 4001 what nobody says there",
        reflected(fails=stopped(4001, kinds=(Payload.BINARY, Payload.FIX))),
        verdict=SUCCESS,
        notes=(_STAYS,),
    ),
    row(
        "a filter stops FIX on 4000, and passes other unknown protocols",
        reflected(fails=stopped(4000, kinds=(Payload.FIX,))),
        verdict=SUCCESS,
        notes=(_STAYS,),
    ),
    # What is lost.
    row(
        "answers are lost on the way back",
        reflected(fails=stopped(4001)),
        verdict=DEGRADED,
        warnings=("answers-lost-on-the-way-back",),
        notes=(_STAYS,),
    ),
    row(
        "large packets are lost on the way here",
        reflected(largest=(1360, 9000)),
        verdict=DEGRADED,
        warnings=("large-packets-lost",),
        notes=(_STAYS,),
    ),
    row(
        "large packets are lost on the way out, a little larger ones than were tried",
        reflected(largest=(9000, 1400)),
        verdict=DEGRADED,
        warnings=("large-packets-lost",),
        notes=(_STAYS,),
    ),
    row(
        "large packets are lost both ways, and certificates with them",
        dumb("*:4001"),
        reflected(largest=(1300, 1220)),
        verdict=FAILURE,
        errors=("large-packets-lost",),
        notes=(_STAYS,),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "no segment of any size arrives: it is not size",
        reflected(largest=(500, 9000)),
        verdict=SUCCESS,
        notes=(_STAYS,),
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
