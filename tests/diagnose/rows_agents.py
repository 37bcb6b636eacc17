"""Programs of this machine that take connections over before they leave it."""

from tests.diagnose.rows import DEGRADED, FAILURE, GATEWAYS, INCONCLUSIVE, OPAQUE, SITES, SUCCESS, Row, row
from tests.diagnose.words import box, doors, dumb, intercepted, speaks, unknown_issuer
from tests.diagnose.words_deep import agent

_AT_ONCE_MS = 0.04
_SECURE = ("*:443", "*:4001")

ROWS: tuple[Row, ...] = (
    row(
        "a program here opens the web, and this machine trusts it",
        intercepted("*:443"),
        agent("*:443"),
        verdict=DEGRADED,
        warnings=("tls-opened-on-this-machine",),
    ),
    row(
        "a program here opens the web and the gateways, and nobody may know which",
        intercepted(*_SECURE),
        agent(*_SECURE, program=""),
        verdict=FAILURE,
        errors=("tls-opened-on-this-machine",),
        dead=("*:4001",),
    ),
    row(
        "a program here opens the web, and nobody trusts it",
        intercepted("*:443", trusted=False),
        agent("*:443"),
        verdict=FAILURE,
        errors=("tls-opened-on-this-machine",),
        dead=SITES,
    ),
    row(
        "a program here opens the web, and a device on the way the gateways",
        intercepted(*_SECURE),
        agent("*:443"),
        verdict=FAILURE,
        errors=("tls-intercepted",),
        warnings=("tls-opened-on-this-machine",),
        dead=("*:4001",),
    ),
    row(
        "of one port a program here holds some, and others nobody here does",
        intercepted("*:443"),
        agent("www.interactivebrokers.com:443"),
        verdict=DEGRADED,
        warnings=("tls-opened-on-this-machine", "tls-intercepted"),
    ),
    row(
        "one server's certificate nobody knows, and nobody here holds the connection",
        unknown_issuer("zdc1.ibllc.com:4001"),
        agent("nobody:443"),
        verdict=FAILURE,
        errors=("certificate-untrusted",),
        dead=("zdc1.ibllc.com:4001",),
        unsure=("zdc1.ibllc.com:4000",),
    ),
    row(
        "a program here accepts the gateways, and passes them on",
        box(4000, 4001),
        agent("*:4000", "*:4001"),
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-program-here",),
        unsure=OPAQUE,
    ),
    row(
        "a program here accepts the gateways, and nothing is behind",
        box(4000, 4001),
        dumb(*GATEWAYS),
        agent("*:4000", "*:4001"),
        verdict=FAILURE,
        errors=("accepted-by-a-program-here",),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "a program here takes one port of the vendor alone, and nobody sees behind it",
        doors("*:4000", rtt_ms=_AT_ONCE_MS),
        agent("*:4000"),
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-program-here",),
        unsure=OPAQUE,
    ),
    row(
        "a program here speaks first",
        speaks("*:4000"),
        agent("*:4000"),
        verdict=FAILURE,
        errors=("accepted-by-a-program-here",),
        dead=OPAQUE,
    ),
    row(
        "a program here takes the web, and passes it on: the sites prove themselves",
        box(443),
        agent("*:443"),
        verdict=SUCCESS,
        notes=("passed-on-by-a-program-here",),
    ),
    row(
        "a device on the way takes the web, and passes it on: nobody here",
        box(443),
        verdict=SUCCESS,
        notes=("interception-proxy-in-path",),
    ),
)
