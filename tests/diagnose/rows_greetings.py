"""TLS greetings that fit into one packet, and those that do not."""

from tests.diagnose.rows import DEGRADED, FAILURE, OPAQUE, SUCCESS, Row, row
from tests.diagnose.words import catalog, intercepted
from tests.diagnose.words_deep import minds_large_greetings, narrow
from tests.diagnose.words_names import six_too

from lineclear.catalog import load, select
from lineclear.model import Failure

_ONE = select(load("ibkr"), services=("client-portal-east",))
_NEAREST = "www.interactivebrokers.co.uk:443"

ROWS: tuple[Row, ...] = (
    row(
        "greetings in several packets get no answer",
        minds_large_greetings("*:443"),
        verdict=DEGRADED,
        warnings=("large-tls-greeting-lost",),
    ),
    row(
        "greetings in several packets are reset, by both versions",
        six_too(),
        minds_large_greetings("*:443", ends_in=Failure.CONNECTION_RESET),
        verdict=DEGRADED,
        warnings=("large-tls-greeting-lost",),
    ),
    row(
        "large packets vanish on their way out",
        minds_large_greetings("*:443", carries=1300),
        verdict=DEGRADED,
        warnings=("large-packets-lost-outward",),
    ),
    row(
        "large packets vanish on their way out, by IPv6 alone",
        six_too(),
        minds_large_greetings("*:443@2001:*", carries=1220),
        verdict=DEGRADED,
        warnings=("large-packets-lost-outward",),
    ),
    row(
        "a filter by IPv4, and a link that loses large packets by IPv6",
        six_too(),
        minds_large_greetings("*:443@2001:*", carries=1220),
        minds_large_greetings("*:443@203.*"),
        verdict=DEGRADED,
        warnings=("large-packets-lost-outward", "large-tls-greeting-lost"),
    ),
    row(
        "in small segments some sites answer and one does not: it is not the size of packets",
        minds_large_greetings("*:443", carries=1300),
        minds_large_greetings(_NEAREST, carries=0),
        verdict=DEGRADED,
        warnings=("large-tls-greeting-lost",),
    ),
    row("one site alone dislikes large greetings", minds_large_greetings(_NEAREST), verdict=SUCCESS),
    row(
        "of one site alone nobody knows whose dislike it is",
        catalog(_ONE),
        minds_large_greetings("*"),
        verdict=SUCCESS,
    ),
    row(
        "who opens the encryption dislikes large greetings",
        intercepted("*:443"),
        minds_large_greetings("*:443"),
        verdict=DEGRADED,
        warnings=("large-tls-greeting-lost", "tls-intercepted"),
    ),
    row(
        "certificates are too large for the way: nobody greets at large",
        narrow(1300, "*:4001", "*:443"),
        verdict=FAILURE,
        errors=("path-mtu-hole",),
        dead=("*:443", "*:4001"),
        unsure=(*OPAQUE, "*:80"),
    ),
)
