"""Who cuts a connection at its first words, by real kernels on both families."""

from collections.abc import Iterator

import pytest
from tests.probe.path.test_chain import PORT, V4, V6, Ask, built_chain, forward

from lineclear.model import CutOrigin, Failure

CUTS = "tcp flags & psh == psh reject with tcp reset"
"""Whatever is said, and nothing that only opens a connection."""


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with built_chain() as asked:
        yield asked


def seen(ask: Ask, address: str, port: int = PORT, **network: object) -> CutOrigin:
    (one,), _ = ask(verbs=[("cut", address, port)], **network)
    assert isinstance(one, CutOrigin)
    return one


def outcomes(one: CutOrigin) -> list[tuple[int, str]]:
    return [(hop.limit, hop.outcome) for hop in one.hops]


@pytest.mark.parametrize("address", [V4, V6], ids=["IPv4", "IPv6"])
class TestWhoCuts:
    @pytest.mark.parametrize(("box", "limit"), [("gw", 2), ("isp", 3)])
    def test_a_device_on_the_way(self, ask: Ask, address: str, box: str, limit: int) -> None:
        one = seen(ask, address, ruleset={box: forward(CUTS)})
        assert (one.cut_at, one.failure) == (limit, None)
        assert outcomes(one)[0] == (0, "silent")

    def test_nobody_as_far_as_the_words_go(self, ask: Ask, address: str) -> None:
        one = seen(ask, address, ruleset={"core": forward(CUTS)})
        assert (one.cut_at, one.failure) == (None, None)
        assert outcomes(one) == [(0, "silent"), (1, "expired"), (2, "expired"), (3, "expired")]

    def test_nobody_accepts(self, ask: Ask, address: str) -> None:
        one = seen(ask, address, port=4000)
        assert (one.hops, one.failure) == ((), Failure.TIMED_OUT)
