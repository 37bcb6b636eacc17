"""What becomes of the first words on a connection: they are answered, swallowed or cut."""

from tests.diagnose.rows import FAILURE, GATEWAYS, INCONCLUSIVE, OPAQUE, SUCCESS, Row, row
from tests.diagnose.words import box, closed, doors, dumb, speaks, swallowed, web_answers
from tests.diagnose.words_names import addresses

from lineclear.model import Failure

ROWS: tuple[Row, ...] = (
    row(
        "a device on the way resets TLS on one port",
        doors("*:4001", tls=Failure.CONNECTION_RESET, cut_at=3),
        verdict=FAILURE,
        errors=("cut-on-the-way",),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "the first hop, or this machine, resets TLS on every port",
        doors("*:4001", "*:443", tls=Failure.CONNECTION_RESET, cut_at=1),
        verdict=FAILURE,
        errors=("cut-on-the-way",),
        dead=("*:4001", "*:443"),
        unsure=(*OPAQUE, "*:80"),
    ),
    row(
        "a server resets TLS itself: words that go only so far are not cut",
        doors("zdc1.ibllc.com:4001", tls=Failure.CONNECTION_RESET),
        verdict=FAILURE,
        errors=("tls-reset",),
        dead=("zdc1.ibllc.com:4001",),
        unsure=("zdc1.ibllc.com:4000",),
    ),
    row(
        "connections are closed whether anything is said or not: the words are not why",
        closed("*:4000"),
        doors("*:4001", listen=Failure.EOF, tls=Failure.EOF, cut_at=3),
        verdict=FAILURE,
        errors=("accepted-then-closed",),
        dead=("*:400?",),
    ),
    row("something on 4000 greets", speaks("*:4000"), verdict=FAILURE, errors=("foreign-bytes",), dead=OPAQUE),
    row(
        "a web proxy answers on 4000 and 4001",
        box(4000, 4001),
        web_answers(*GATEWAYS),
        verdict=FAILURE,
        errors=("foreign-bytes",),
        dead=GATEWAYS,
    ),
    row(
        "a web proxy on 4000 and 4001 that waits for more than CR LF",
        box(4000, 4001),
        doors("*:4001", tls=Failure.NOT_TLS, foreign="HTTP/1.1 400 Bad Request"),
        verdict=FAILURE,
        errors=("foreign-bytes",),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "the servers answer TLS in plain text",
        doors("*:4001", tls=Failure.NOT_TLS, foreign="\\x00\\x00"),
        verdict=FAILURE,
        errors=("not-tls",),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "a filter swallows what is no TLS",
        doors("*:4000", acknowledged=False),
        verdict=FAILURE,
        errors=("application-filter",),
        dead=OPAQUE,
    ),
    row(
        "a filter swallows what is no TLS, and several names stand at one address",
        *(addresses(f"{name}_hb1.ibllc.com", "203.0.113.20") for name in ("cdc1", "zdc1", "hdc1")),
        doors("*:4000", acknowledged=False),
        verdict=FAILURE,
        errors=("application-filter",),
        dead=OPAQUE,
    ),
    row(
        "a filter swallows everything on 4000 and 4001",
        swallowed(*GATEWAYS),
        verdict=FAILURE,
        errors=("application-filter",),
        dead=GATEWAYS,
    ),
    row(
        "a kernel that does not tell what is acknowledged: a filter that swallows it would look the same",
        doors("*:4000", acknowledged=None),
        verdict=INCONCLUSIVE,
        notes=("reachable-but-unproven",),
        unsure=("*:4000",),
    ),
    row(
        "a kernel that does not tell it everywhere: on this port a CR LF is taken",
        doors("zdc1.ibllc.com:4000", acknowledged=None),
        verdict=SUCCESS,
    ),
    *(
        row(
            f"another program greets so late that it seems to answer CR LF: {said}",
            doors("zdc1.ibllc.com:4000", answered=said),
            verdict=FAILURE,
            errors=("foreign-bytes",),
            dead=("zdc1.ibllc.com:4000",),
        )
        for said in (r"220 mail.example ESMTP\r\n", r"554-busy\r\n", r"SSH-2.0-OpenSSH_9.2\r\n", r"* OK ready\r\n")
    ),
    row(
        "something odd answers CR LF: the protocol of the vendor is not known",
        doors("*:4000", answered="#%#%\\x00\\x00"),
        verdict=SUCCESS,
    ),
    row(
        "a device nearby resets at the first byte",
        doors("*:4000", nudge=Failure.CONNECTION_RESET, nudge_ms=2.0),
        verdict=FAILURE,
        errors=("accepted-then-closed",),
        dead=(*OPAQUE, "!zdc1*"),
        unsure=("zdc1*:4000",),
        notes=("reachable-but-unproven",),
    ),
    row(
        "the far servers themselves hang up at CR LF",
        doors("*:4000", nudge=Failure.EOF, nudge_ms=250.0),
        verdict=INCONCLUSIVE,
        notes=("reachable-but-unproven",),
        unsure=("zdc1*:4000",),
    ),
    row(
        "one server hangs up at once",
        closed("zdc1.ibllc.com:*"),
        verdict=FAILURE,
        errors=("accepted-then-closed",),
        dead=("zdc1.ibllc.com:*",),
    ),
    row(
        "one server resets what it accepted, on 4000",
        doors("zdc1.ibllc.com:4000", listen=Failure.CONNECTION_RESET),
        verdict=FAILURE,
        errors=("accepted-then-closed",),
        dead=("zdc1.ibllc.com:4000",),
    ),
    row(
        "one server hung",
        dumb("zdc1.ibllc.com:4001"),
        verdict=FAILURE,
        errors=("tls-no-answer",),
        dead=("zdc1.ibllc.com:4001",),
        unsure=("zdc1.ibllc.com:4000",),
    ),
    row(
        "every TLS hello is reset",
        doors("*", tls=Failure.CONNECTION_RESET),
        verdict=FAILURE,
        errors=("tls-reset",),
        dead=("*:443", "*:4001"),
        unsure=(*OPAQUE, "*:80"),
    ),
)
