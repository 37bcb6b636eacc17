"""Connections that are accepted late, or by a repeated SYN alone, or all at one place."""

from tests.diagnose.rows import DEGRADED, FAILURE, GATEWAYS, INCONCLUSIVE, OPAQUE, SUCCESS, Row, row
from tests.diagnose.words import at_first, control_accepts, doors, refused, rejected, silent, without
from tests.diagnose.words_deep import answered_late, busy, fates, sends_again

from lineclear.model import Failure, TcpSummary

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
        "the first SYN of every connection is lost, and 4000 was given up at first: no limit on connections",
        doors("*", repeats=1),
        at_first(silent("*:4000")),
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
        "nothing is answered while one waits, and 443 later",
        silent("*"),
        answered_late("*:443"),
        verdict=INCONCLUSIVE,
        warnings=("answered-too-late",),
        unsure=("*",),
    ),
    row(
        "4000 is answered later than one waits, and 4001 is dropped",
        silent(*GATEWAYS),
        answered_late("*:4000"),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        warnings=("answered-too-late",),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "4000 of one host is silent, and was answered later once, while it is open elsewhere",
        silent("zdc1.ibllc.com:4000"),
        answered_late("zdc1.ibllc.com:4000"),
        verdict=FAILURE,
        errors=("port-silent-at-host",),
        dead=("zdc1.ibllc.com:4000",),
    ),
    row("everything is answered, once also later", answered_late("*"), verdict=SUCCESS),
    row(
        "of two uplinks one refuses 4000",
        at_first(refused("*:4000")),
        fates("refused", "alive"),
        verdict=DEGRADED,
        warnings=("some-connections-refused",),
    ),
    row(
        "of two uplinks one rejects 4000, and its router does not say so of every connection",
        at_first(rejected("z*:4000", "h*:4000", "gdc1*:4000", by="100.64.9.1")),
        doors("n*:4000", "c*:4000", lost=1),
        fates("told", "alive"),
        verdict=DEGRADED,
        warnings=("some-connections-refused",),
    ),
    row(
        "of two uplinks one refuses 4000, and it refused every connection to one host",
        at_first(refused("*:4000")),
        refused("zdc1.ibllc.com:4000"),
        fates("refused", "alive"),
        verdict=INCONCLUSIVE,
        warnings=("some-connections-refused",),
        unsure=("zdc1.ibllc.com:4000",),
    ),
    row(
        "of two uplinks one refuses 4000, and 4001 is refused by all",
        at_first(refused("*:4000")),
        refused("*:4001"),
        fates("refused", "alive"),
        verdict=FAILURE,
        errors=("egress-port-refused",),
        warnings=("some-connections-refused",),
        dead=("*:4001",),
    ),
    row(
        "4000 is refused in the burst, and in the next one from the ninth on: a limit on connections",
        at_first(refused("*:4000")),
        fates(*["alive"] * 8, *["refused"] * 8),
        verdict=SUCCESS,
        notes=("connection-rate-limited",),
    ),
    row(
        "4000 is refused at first at two hosts",
        at_first(refused("zdc1*:4000")),
        fates("refused", "alive"),
        verdict=SUCCESS,
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
    row(
        "CR LF is answered by a reset after a while, in which this machine itself was late: from nobody knows where",
        doors("*:4000", nudge=Failure.CONNECTION_RESET, nudge_ms=250.0),
        busy(0.0, 9000.0),
        verdict=INCONCLUSIVE,
        notes=("reachable-but-unproven",),
        unsure=OPAQUE,
    ),
)
