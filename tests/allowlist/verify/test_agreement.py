"""`verify` and the real firewalls agree: 10,000 packets, or requests, through random rulesets of each.

A pair is a ruleset and a packet; every ruleset is asked of 100 packets. All of them are tried whenever the tests run.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator

import pytest

from lineclear.allowlist.verify import Ruling, format_of

from . import drawn_iptables, drawn_nftables, drawn_squid
from .agreeing import Program, disagreements, squid_disagreements
from .drawn import Draw

PAIRS = 10_000
_SEED_OF_DOUBT = 4


def _nft(draw: Draw) -> str:
    text = drawn_nftables.ruleset(draw, doubtful=draw.number(1, _SEED_OF_DOUBT) == 1)
    return f"nft flush ruleset\nnft -f - <<'END'\n{text}END\n"


def _iptables(draw: Draw) -> str:
    return drawn_iptables.script(draw, doubtful=draw.number(1, _SEED_OF_DOUBT) == 1)


def _squid(draw: Draw) -> str:
    return drawn_squid.rules(draw, doubtful=draw.number(1, _SEED_OF_DOUBT) == 1)


PROGRAMS = {
    "nftables": (("nft",), Program(_nft, "nft -j list ruleset", format_of("nftables").read)),
    "iptables": (
        ("iptables", "ip6tables", "ipset"),
        Program(_iptables, drawn_iptables.DUMP, format_of("iptables").read),
    ),
}


pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_said_that_is_not_so(name: str) -> None:
    needs, program = PROGRAMS[name]
    if missing := [one for one in needs if shutil.which(one) is None]:
        pytest.skip(f"{', '.join(missing)} is not installed")
    said: Counter[Ruling] = Counter()
    agree(disagreements(program, PAIRS, said), said)


def test_nor_where_nft_shows_the_rules_of_iptables() -> None:
    """It shows their targets by name and of most matches nothing, so more cannot be told."""
    if missing := [one for one in ("nft", "iptables", "ip6tables", "ipset") if shutil.which(one) is None]:
        pytest.skip(f"{', '.join(missing)} is not installed")
    program = Program(_iptables, "nft -j list ruleset", format_of("nftables").read)
    said: Counter[Ruling] = Counter()
    first = next(disagreements(program, PAIRS // 4, said), "")
    assert not first, first
    assert said[Ruling.PERMITTED] > PAIRS // 100
    assert said[Ruling.BLOCKED] > PAIRS // 40


def test_nor_of_squid() -> None:
    if shutil.which("squid") is None:
        pytest.skip("squid is not installed")
    said: Counter[Ruling] = Counter()
    agree(squid_disagreements(_squid, drawn_squid.requests, PAIRS, said), said)


def agree(wrong: Iterator[str], said: Counter[Ruling]) -> None:
    first = next(wrong, "")
    assert not first, first
    assert said.total() == PAIRS
    assert said[Ruling.PERMITTED] > PAIRS // 10
    assert said[Ruling.BLOCKED] > PAIRS // 10
    assert 0 < said[Ruling.CANNOT_TELL] < PAIRS // 5
