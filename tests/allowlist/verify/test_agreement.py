"""`verify` and the real firewalls agree: 10,000 packets each through random rulesets in the kernel."""

import os
import shutil
from collections import Counter

import pytest

from lineclear.allowlist.verify import Ruling, format_of

from . import drawn_iptables, drawn_nftables
from .agreeing import Program, disagreements
from .drawn import Draw

PAIRS = 10_000
_SEED_OF_DOUBT = 4


def _nft(draw: Draw) -> str:
    text = drawn_nftables.ruleset(draw, doubtful=draw.number(1, _SEED_OF_DOUBT) == 1)
    return f"nft flush ruleset\nnft -f - <<'END'\n{text}END\n"


def _iptables(draw: Draw) -> str:
    return drawn_iptables.script(draw, doubtful=draw.number(1, _SEED_OF_DOUBT) == 1)


PROGRAMS = {
    "nftables": (("nft",), Program(_nft, "nft -j list ruleset", format_of("nftables").read)),
    "iptables": (
        ("iptables", "ip6tables", "ipset"),
        Program(_iptables, drawn_iptables.DUMP, format_of("iptables").read),
    ),
}


@pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")
@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_said_that_is_not_so(name: str) -> None:
    needs, program = PROGRAMS[name]
    if missing := [one for one in needs if shutil.which(one) is None]:
        pytest.skip(f"{', '.join(missing)} is not installed")
    said: Counter[Ruling] = Counter()
    wrong = next(disagreements(program, PAIRS, said), "")
    assert not wrong, wrong
    assert said.total() == PAIRS
    assert said[Ruling.PERMITTED] > PAIRS // 10
    assert said[Ruling.BLOCKED] > PAIRS // 10
    assert 0 < said[Ruling.CANNOT_TELL] < PAIRS // 5
