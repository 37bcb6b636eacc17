"""Connections that are accepted late, or by a repeated SYN alone, or all at one place."""

from tests.diagnose.rows import DEGRADED, FAILURE, GATEWAYS, INCONCLUSIVE, OPAQUE, SUCCESS, Row, row
from tests.diagnose.words import at_first, control_accepts, doors, silent, without
from tests.diagnose.words_deep import sends_again

from lineclear.model import TcpSummary

_LATE = doors(*GATEWAYS, rtt_ms=1800.0, life_ms=40.0, repeats=1)
_AT_ONE_PLACE = doors("*:4000", rtt_ms=38.0)


ROWS: tuple[Row, ...] = (
    row("4000 and 4001 are accepted late", _LATE, verdict=SUCCESS, notes=("accepted-late",)),
    row(
        "4000 and 4001 are accepted late, and were given up at first: no limit on connections",
        _LATE,
        at_first(silent(*GATEWAYS)),
        verdict=SUCCESS,
        notes=("accepted-late",),
    ),
    row(
        "everything is accepted late, and answered sooner later: a queue was full",
        doors("*", rtt_ms=1800.0, life_ms=40.0, repeats=1),
        verdict=DEGRADED,
        warnings=("long-way",),
    ),
    row("4000 and 4001 are accepted late, and are so far", doors(*GATEWAYS, rtt_ms=1800.0, repeats=1), verdict=SUCCESS),
    row("one host accepts late", doors("zdc1.*", rtt_ms=1800.0, life_ms=40.0, repeats=1), verdict=SUCCESS),
    row(
        "the first SYN of every connection is lost",
        doors("*", repeats=1),
        verdict=SUCCESS,
        notes=("first-syn-dropped",),
    ),
    row(
        "the first SYN of every connection but one is lost",
        doors("*", repeats=1),
        doors("zdc1.ibllc.com:4001", repeats=0),
        verdict=SUCCESS,
    ),
    row(
        "the first SYN of every connection is lost, and one segment of four",
        doors("*", repeats=1),
        sends_again(1, "*"),
        verdict=DEGRADED,
        warnings=("packet-loss",),
    ),
    row(
        "4000 is answered at one place for all hosts, and not at addresses of nobody",
        _AT_ONE_PLACE,
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-box",),
        unsure=OPAQUE,
    ),
    row(
        "4000 is answered at one place for all hosts, and the kernel tells no lives: where it is much sooner it shows",
        _AT_ONE_PLACE,
        without(TcpSummary),
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-box",),
        unsure=("cdc1*:4000", "hdc1*:4000", "mcgw1*:4000"),
    ),
    row(
        "4000 is answered at one place for all hosts but one, which is silent",
        _AT_ONE_PLACE,
        silent("hdc1.ibllc.com:4000"),
        verdict=FAILURE,
        errors=("port-silent-at-host",),
        warnings=("unproven-behind-a-box",),
        dead=("hdc1.ibllc.com:4000",),
        unsure=(*OPAQUE, "!hdc1.ibllc.com:4000"),
    ),
    row(
        "all hosts are at one place, such as an exit of a VPN far away: 4000 is no nearer",
        doors("*", rtt_ms=38.0),
        verdict=SUCCESS,
    ),
    row(
        "somebody accepts 4000 for nobody too, at one place",
        _AT_ONE_PLACE,
        control_accepts(4000),
        verdict=INCONCLUSIVE,
        warnings=("unproven-behind-a-box",),
        unsure=OPAQUE,
    ),
)
