"""Lines that lose much, where silence alone proves nothing: what fails besides, and what only seems to."""

from tests.diagnose.network import SECOND, Change
from tests.diagnose.rows import DEGRADED, FAILURE, INCONCLUSIVE, SUCCESS, Row, row
from tests.diagnose.words import at_first, doors, refused, silent
from tests.diagnose.words_deep import fates, sends_again
from tests.diagnose.words_names import unanswered, unresolved

from lineclear.model import Failure

_GATEWAY = "zdc1.ibllc.com"
_SITE = "www.interactivebrokers.ca"


def _lossy(network_change: Change) -> Change:
    """Every other SYN gets no answer, and every fourth segment is sent again."""
    return lambda network: network_change(sends_again(1, "*")(doors("*", lost=1)(network)))


_OF_TWO_WAYS = doors("*:4000", lost=1)
"""Every other connection to 4000 goes where it is dropped, and the next one of the hedged connect does not."""

ROWS: tuple[Row, ...] = (
    row(
        "much is lost, and one port of one host is silent",
        _lossy(silent(f"{_GATEWAY}:4000")),
        verdict=INCONCLUSIVE,
        warnings=("lost-or-dropped", "packet-loss"),
        unsure=(f"{_GATEWAY}:4000",),
    ),
    row(
        "much is lost, and one port is silent everywhere: so many attempts do not fail by chance",
        _lossy(silent("*:4000")),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        warnings=("packet-loss",),
        dead=("*:4000",),
    ),
    row(
        "much is lost, and a reset is a reset",
        _lossy(refused(f"{_GATEWAY}:4000")),
        verdict=FAILURE,
        errors=("refused-by-the-server",),
        warnings=("packet-loss",),
        dead=(f"{_GATEWAY}:4000",),
    ),
    row(
        "much is lost, and CR LF is not acknowledged by one",
        _lossy(doors(f"{_GATEWAY}:4000", acknowledged=False)),
        verdict=INCONCLUSIVE,
        warnings=("lost-or-dropped", "packet-loss"),
        unsure=(f"{_GATEWAY}:4000",),
    ),
    row(
        "much is lost, and TLS stalls at one",
        _lossy(doors(f"{_GATEWAY}:4001", tls=Failure.TIMED_OUT, tls_ms=900.0)),
        verdict=INCONCLUSIVE,
        warnings=("lost-or-dropped", "packet-loss"),
        notes=("reachable-but-unproven",),
        unsure=(f"{_GATEWAY}:400?",),
    ),
    row(
        "much is lost, and a site that proved its name sends no page",
        _lossy(doors(f"{_SITE}:443", http=Failure.TIMED_OUT)),
        verdict=DEGRADED,
        warnings=("packet-loss",),
    ),
    row(
        "much is lost, and a site that proved its name is silent later",
        _lossy(at_first(doors(f"{_SITE}:443", http=Failure.TIMED_OUT))),
        at_first(silent(f"{_SITE}:443"), looks=(SECOND,)),
        verdict=DEGRADED,
        warnings=("packet-loss",),
    ),
    row(
        "much is lost, and one name gets no answer",
        _lossy(unanswered(_GATEWAY)),
        verdict=INCONCLUSIVE,
        warnings=("lost-or-dropped", "packet-loss"),
        unsure=(f"{_GATEWAY}:*",),
    ),
    row(
        "much is lost, and one name is denied",
        _lossy(unresolved(_GATEWAY)),
        verdict=FAILURE,
        errors=("name-unknown",),
        warnings=("packet-loss",),
        dead=(f"{_GATEWAY}:*",),
    ),
    row(
        "of two uplinks one drops 4000",
        _OF_TWO_WAYS,
        fates("dead", "alive"),
        verdict=DEGRADED,
        warnings=("some-connections-dropped",),
    ),
    row(
        "of two uplinks one drops 4000, and all connections to one host went there",
        _OF_TWO_WAYS,
        fates("dead", "alive"),
        silent(f"{_GATEWAY}:4000"),
        verdict=INCONCLUSIVE,
        warnings=("lost-or-dropped", "some-connections-dropped"),
        unsure=(f"{_GATEWAY}:4000",),
    ),
    row(
        "of parallel links one drops all: here and there a SYN of every port is missing",
        doors("*:443", "*:4000", lost=1),
        doors("zdc1.*", "cdc1.*", "www.interactivebrokers.ca:*", lost=1),
        fates("dead", "alive"),
        verdict=DEGRADED,
        warnings=("some-connections-dropped",),
    ),
    row(
        "here and there a SYN of every port is missing, and repeats come through",
        doors("*:443", "*:4000", lost=1),
        doors("zdc1.*", "cdc1.*", "www.interactivebrokers.ca:*", lost=1),
        fates("rescued", "alive"),
        verdict=SUCCESS,
    ),
    row(
        "SYNs are missing from some place in the burst on: a limit on connections",
        doors("hdc1*", "mcgw1*", "download*", "risk*", "s3*", "gdc1.*", "wit1*", lost=1),
        fates("dead", "alive"),
        verdict=SUCCESS,
    ),
    row(
        "SYNs to 4000 are eaten, and repeats come through: no way of its own",
        _OF_TWO_WAYS,
        fates("rescued", "alive"),
        verdict=SUCCESS,
    ),
    row(
        "much is lost, and some connects fail at first: no limit",
        _lossy(at_first(silent("z*:4000", "h*:4000"))),
        verdict=DEGRADED,
        warnings=("packet-loss",),
    ),
)
