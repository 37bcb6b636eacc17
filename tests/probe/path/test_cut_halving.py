"""Where words are cut farther away than anybody is asked at once: the limits between are halved."""

from collections.abc import Iterator

import pytest

from lineclear.model import CutOrigin, Endpoint, Hop, Limits
from lineclear.probe import cut
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run

AT = Endpoint(address="203.0.113.7", port=4001)


@pytest.fixture
def run() -> Iterator[Run]:
    reactor = Reactor()
    yield Run(reactor, Limits())
    reactor.close()


@pytest.mark.parametrize(
    ("cut_from", "asked", "cut_at"),
    [
        (1, [0, 1, 2, 11], 1),
        (3, [0, 1, 2, 11, 6, 4, 3], 3),
        (6, [0, 1, 2, 11, 6, 4, 5], 6),
        (11, [0, 1, 2, 11, 6, 8, 9, 10], 11),
        (12, [0, 1, 2, 11], None),
        (0, [0, 1, 2, 11], None),
    ],
)
def test_the_smallest_limit_that_is_cut(
    monkeypatch: pytest.MonkeyPatch, run: Run, cut_from: int, asked: list[int], cut_at: int | None
) -> None:
    said: list[int] = []

    async def say(_run: Run, _host: str, _endpoint: Endpoint, limit: int, words: bytes) -> Hop:
        assert bool(words) is (limit > 0)
        said.append(limit)
        return Hop(limit=limit, outcome="reset" if limit >= cut_from else "expired")

    monkeypatch.setattr(cut, "_say", say)
    run.reactor.run(cut.cut_origin(run, host="a", endpoint=AT, farthest=11, words=b"\r\n", secure=False))
    (one,) = run.observations
    assert isinstance(one, CutOrigin)
    assert (said, one.cut_at) == (asked, cut_at)
