"""What a port lets through, as a reflector of the user's shows it: boxes, rules, filters, and what is lost."""

from tests.diagnose.reflected import (
    reflected,
    stopped,
)
from tests.diagnose.rows import DEGRADED, FAILURE, INCONCLUSIVE, OPAQUE, SUCCESS, Row, row
from tests.diagnose.words import (
    box,
    doors,
    dumb,
    silent,
    swallowed,
)
from tests.diagnose.words_deep import minds_large_greetings

from lineclear.model import Failure, Payload

_STAYS = "public-address-stays"
_UNKNOWN = (Payload.LINES, Payload.BINARY, Payload.FIX)

ROWS: tuple[Row, ...] = (
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
        "large packets are lost on the way out, and so are large greetings: the reflector tells it, and once",
        reflected(largest=(9000, 1400)),
        minds_large_greetings("*:443", carries=1400),
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
)
