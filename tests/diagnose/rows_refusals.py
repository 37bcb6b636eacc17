"""Who refuses: a device on the way, the server itself, or one cannot tell."""

from tests.diagnose.rows import FAILURE, GATEWAYS, Row, row
from tests.diagnose.words import pings_fail, refused, silent, without
from tests.diagnose.words_deep import refused_by
from tests.diagnose.words_names import addresses

from lineclear.model import AnswerOrigin, PathTrace

_ZURICH = ("zdc1.ibllc.com:4000",)

ROWS: tuple[Row, ...] = (
    row(
        "the first router refuses 4000 and 4001",
        refused_by(1, *GATEWAYS),
        verdict=FAILURE,
        errors=("refused-on-the-way",),
        dead=GATEWAYS,
    ),
    row(
        "the first router refuses 4000 and 4001, and no host answers echoes",
        pings_fail(),
        refused_by(1, *GATEWAYS),
        verdict=FAILURE,
        errors=("refused-on-the-way",),
        dead=GATEWAYS,
    ),
    row(
        "the provider's router refuses 4001",
        refused_by(2, "*:4001"),
        verdict=FAILURE,
        errors=("refused-on-the-way",),
        dead=("*:4001",),
    ),
    row(
        "something two hops away takes 4001 and refuses it",
        refused_by(2, "*:4001", takes=True),
        verdict=FAILURE,
        errors=("refused-on-the-way",),
        dead=("*:4001",),
    ),
    row(
        "something two hops away refuses 4001, and nothing tells how far the hosts are",
        pings_fail(),
        silent("*:443"),
        silent("*:4000"),
        refused_by(2, "*:4001"),
        verdict=FAILURE,
        errors=("egress-port-dropped", "egress-port-refused"),
        dead=("*:443", *GATEWAYS),
    ),
    row(
        "the first hop refuses: this machine, or the first router",
        refused_by(1, *GATEWAYS, takes=True),
        verdict=FAILURE,
        errors=("egress-port-refused",),
        dead=GATEWAYS,
    ),
    row(
        "the router before the server refuses 4000",
        refused_by(10, *_ZURICH),
        verdict=FAILURE,
        errors=("refused-on-the-way",),
        dead=_ZURICH,
    ),
    row(
        "two devices refuse, each its own hosts",
        refused_by(2, "*:4001"),
        refused_by(1, "z*:4001", "h*:4001"),
        verdict=FAILURE,
        errors=("egress-port-refused",),
        dead=("*:4001",),
    ),
    row(
        "a server refuses, and a system that does not tell from how near",
        without(AnswerOrigin),
        refused(*_ZURICH),
        verdict=FAILURE,
        errors=("port-refused-by-host",),
        dead=_ZURICH,
    ),
    row(
        "a server refuses, and its echo replies do not tell how far it is",
        pings_fail(),
        refused(*_ZURICH),
        verdict=FAILURE,
        errors=("port-refused-by-host",),
        dead=_ZURICH,
    ),
    row(
        "the first router refuses, and a system that does not follow paths",
        without(PathTrace),
        refused_by(1, *GATEWAYS),
        verdict=FAILURE,
        errors=("egress-port-refused",),
        dead=GATEWAYS,
    ),
    row(
        "a host of this very network refuses by its own router",
        addresses("zdc1.ibllc.com", "10.0.0.77"),
        refused_by(1, *_ZURICH),
        verdict=FAILURE,
        errors=("port-refused-by-host",),
        dead=_ZURICH,
    ),
)
