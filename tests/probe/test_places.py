"""Places: never more at once than there are, first come first served, and nobody waits in a run that is cut."""

import sys

import pytest

from lineclear.probe.loop.places import Places, walks_at_once
from lineclear.probe.loop.reactor import Reactor


async def visit(reactor: Reactor, places: Places, inside: set[int], seen: list[tuple[int, int]], who: int) -> None:
    await places.take()
    inside.add(who)
    seen.append((who, len(inside)))
    await reactor.until(reactor.clock())
    inside.remove(who)
    places.give_back()


def visits(reactor: Reactor, number: int, visitors: int) -> list[tuple[int, int]]:
    places, seen = Places(reactor, number), list[tuple[int, int]]()
    inside: set[int] = set()
    reactor.run(reactor.gather([visit(reactor, places, inside, seen, who) for who in range(visitors)]))
    reactor.close()
    return seen


def test_in_order_and_never_more_than_there_are() -> None:
    seen = visits(Reactor(), 3, 10)
    assert [who for who, _ in seen] == list(range(10))
    assert max(crowd for _, crowd in seen) == 3


def test_nobody_waits_once_the_run_is_cut() -> None:
    reactor = Reactor()
    places = Places(reactor, 1)

    async def main() -> None:
        await places.take()
        waiting = [reactor.spawn(places.take()) for _ in range(3)]
        await reactor.until(reactor.clock())
        reactor.cut()
        for one in waiting:
            await one
        for _ in range(4):
            places.give_back()
        await places.take()

    reactor.run(main())
    reactor.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of a process there")
def test_a_small_limit_means_few_walks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource  # noqa: PLC0415  not on Windows

    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1024))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
    few = walks_at_once(5)
    assert asked == [(1024, 1024)]
    assert 0 < few * 5 < 1024
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    assert walks_at_once(5) >= 1
