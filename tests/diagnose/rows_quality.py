"""What works and will hurt, and what only looks so."""

from tests.diagnose.rows import DEGRADED, FAILURE, INCONCLUSIVE, OPAQUE, SITES, SUCCESS, Row, row
from tests.diagnose.words import at_first, catalog, doors, refused, silent, six_too, swallowed, without
from tests.diagnose.words_deep import forgets, narrow, overtaken, says_goodbye, sends_again

from lineclear.catalog import load, select
from lineclear.model import Failure, TcpSummary

_ONE = select(load("ibkr"), services=("tws-europe",))

ROWS: tuple[Row, ...] = (
    row(
        "silent connections are held and nothing forgets them",
        forgets(float("inf")),
        verdict=SUCCESS,
        notes=("silence-outlived",),
    ),
    row(
        "silent connections are forgotten after a minute",
        forgets(60.0),
        verdict=DEGRADED,
        warnings=("idle-timeout-short",),
    ),
    row(
        "silent connections are forgotten, and who asks is reset",
        forgets(100.0, Failure.CONNECTION_RESET),
        verdict=DEGRADED,
        warnings=("idle-timeout-short",),
    ),
    row(
        "the server ends a silent connection after a minute",
        says_goodbye(60.0),
        verdict=SUCCESS,
        notes=("silence-ended-from-outside", "silence-outlived"),
    ),
    row(
        "the server ends a silent connection before any was silent for long",
        says_goodbye(1.0),
        verdict=SUCCESS,
        notes=("silence-ended-from-outside",),
    ),
    row("connections break as soon as they are open, and none was silent", says_goodbye(0.01), verdict=SUCCESS),
    row(
        "silent connections are forgotten sooner than the first of them is asked",
        forgets(1.0),
        verdict=DEGRADED,
        warnings=("idle-timeout-short",),
    ),
    row("not one question is answered: no step to see", forgets(-1.0), verdict=SUCCESS),
    row(
        "one segment of four is lost",
        sends_again(1, "*"),
        verdict=DEGRADED,
        warnings=("packet-loss",),
    ),
    row(
        "one SYN of two is lost, and of many segments none: a limit on connections", doors("*", lost=1), verdict=SUCCESS
    ),
    row(
        "one SYN of two is lost, and what became of segments is not known",
        doors("*", lost=1),
        without(TcpSummary),
        verdict=DEGRADED,
        warnings=("packet-loss",),
    ),
    row(
        "one SYN of two is lost, and no segment with data, but some come late: lost on the way back",
        doors("*", lost=1),
        overtaken(1),
        verdict=DEGRADED,
        warnings=("packet-loss",),
    ),
    row("a SYN here and there is lost", doors("cdc1.*", "zdc1.*", lost=1), verdict=SUCCESS),
    row(
        "a limit on new connections loses SYNs, and nothing else is lost",
        at_first(refused("*:4001")),
        doors("*:4000", lost=2),
        verdict=SUCCESS,
        notes=("connection-rate-limited",),
    ),
    row("a single segment here and there is lost", sends_again(1, "cdc1.*"), verdict=SUCCESS),
    row("much is lost on the way to one host", sends_again(9, "zdc1.ibllc.com:*"), verdict=SUCCESS),
    row(
        "what a filter swallows is sent again, and is no loss",
        swallowed("*:4000"),
        sends_again(4, "*:4000"),
        verdict=FAILURE,
        errors=("application-filter",),
        dead=("*:4000",),
    ),
    row(
        "much is lost on the way to the only host that is tried",
        catalog(_ONE),
        sends_again(4, "*"),
        verdict=SUCCESS,
    ),
    row(
        "some hosts are reached by another router",
        doors("z*:4000", "h*:4000", via="198.51.100.9"),
        verdict=SUCCESS,
        notes=("several-uplinks-suspected",),
    ),
    row("one host is reached by another router", doors("zdc1.ibllc.com:4000", via="198.51.100.9"), verdict=SUCCESS),
    row(
        "some hosts are reached by another router of our own",
        doors("z*:4000", "h*:4000", via="10.9.9.9"),
        verdict=SUCCESS,
    ),
    row(
        "large packets vanish, and nobody says so",
        narrow(1300, *SITES, "*:4001"),
        verdict=FAILURE,
        errors=("path-mtu-hole",),
        dead=(*SITES, "*:4001"),
        unsure=(*OPAQUE, "*:80"),
    ),
    row(
        "large packets vanish at one host",
        narrow(540, "zdc1.ibllc.com:4001"),
        verdict=FAILURE,
        errors=("path-mtu-hole",),
        dead=("zdc1.ibllc.com:4001",),
        unsure=("zdc1.ibllc.com:4000",),
    ),
    row(
        "TLS stalls in segments of every size",
        narrow(1, "*:4001"),
        verdict=FAILURE,
        errors=("tls-no-answer",),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "TLS stalls at all hosts, and small segments help at some",
        narrow(1300, "*:4001"),
        narrow(1, "ndc1*:4001"),
        verdict=FAILURE,
        errors=("tls-no-answer",),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
    row(
        "large packets vanish by IPv6 alone",
        six_too(),
        narrow(1300, "*:4001@2001:*", "*:443@2001:*"),
        verdict=INCONCLUSIVE,
        warnings=("path-mtu-hole",),
        unsure=(*SITES, "*:4001"),
    ),
    row(
        "large packets vanish at addresses of both versions, of each host at one",
        six_too(),
        narrow(1300, "zdc1.*:4001@2001:*", "hdc1.*:4001@203.*"),
        verdict=INCONCLUSIVE,
        warnings=("path-mtu-hole",),
        unsure=("zdc1.*:4001", "hdc1.*:4001"),
    ),
    row(
        "TLS stalls by IPv6 in segments of every size",
        six_too(),
        narrow(1, "*:4001@2001:*"),
        verdict=INCONCLUSIVE,
        warnings=("some-addresses-fail",),
        unsure=("*:4001",),
    ),
    row("every server is a second away", doors("*", rtt_ms=1000.0), verdict=DEGRADED, warnings=("long-way",)),
    row("every server is 350 ms away", doors("*", rtt_ms=350.0), verdict=SUCCESS),
    row("one server is a second away", doors("zdc1.*", rtt_ms=1000.0), verdict=SUCCESS),
    row(
        "connects that are made apart take now short, now long",
        doors("*:443", "*:4001", rtt_ms=350.0, apart_ms=(150.0, 0.0, 100.0)),
        doors("*:80", "*:4000", rtt_ms=200.0),
        verdict=DEGRADED,
        warnings=("delay-varies",),
    ),
    row(
        "the first connects of all take longer, and those made apart do not",
        doors("*:443", "*:4001", rtt_ms=350.0),
        doors("*:80", "*:4000", rtt_ms=200.0),
        verdict=SUCCESS,
    ),
    row(
        "at a few hosts one connection takes 150 ms longer",
        doors("*", rtt_ms=200.0),
        doors("z*:4000", rtt_ms=350.0),
        verdict=SUCCESS,
    ),
    row(
        "nobody to hold a connection with on 4001",
        silent("*:4001"),
        forgets(float("inf")),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        notes=("silence-outlived",),
        dead=("*:4001",),
    ),
    row(
        "what is held silent on 4000 stands, and nothing that is said on it arrives",
        swallowed("*:4000"),
        silent("*:4001"),
        forgets(float("inf")),
        verdict=FAILURE,
        errors=("application-filter", "egress-port-dropped"),
        dead=("*:400?",),
    ),
)
