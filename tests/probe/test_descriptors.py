"""What a process may have is asked for before it is judged, and a head start holds nothing where no check follows."""

import sys
from collections.abc import Callable

import pytest

from lineclear.errors import UsageError
from lineclear.probe import descriptors
from lineclear.probe.headstart import ask_early

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limits of a process there")
Limit = Callable[[int, int], list[tuple[int, int]]]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Gives this process a soft and a hard limit; returns what it then asks for."""
    import resource  # noqa: PLC0415  not on Windows

    def give(soft: int, hard: int) -> list[tuple[int, int]]:
        asked: list[tuple[int, int]] = []
        monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
        monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
        return asked

    return give


def test_a_low_soft_limit_is_raised_and_no_reason_to_refuse(limit: Limit) -> None:
    asked = limit(20, 4096)
    descriptors.demand("A check")
    assert asked == [(4096, 4096)]


def test_a_low_hard_limit_is(limit: Limit) -> None:
    limit(20, 63)
    with pytest.raises(UsageError, match=r"A check needs 64 open files .* may have 63"):
        descriptors.demand("A check")


@pytest.mark.parametrize(("hard", "resolvers"), [(63, 0), (64, 1)])
def test_where_no_check_follows_nothing_is_asked(limit: Limit, hard: int, resolvers: int) -> None:
    limit(hard, hard)
    early = ask_early([], [("127.0.0.1", 9)]).resolvers
    assert len(early) == resolvers
    for one in early.values():
        one.sock.close()
