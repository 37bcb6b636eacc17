"""Asking again where loss may have done it: how often, and when to stop. The network is scripted."""

from collections.abc import Callable, Iterator

import pytest
from tests.diagnose.network import Change
from tests.diagnose.scene import scene
from tests.diagnose.words import doors, silent
from tests.diagnose.words_deep import sends_again

from lineclear.model import Attempt, Depth, Endpoint, Failure, Limits, Plan, Purpose, Target, TcpConnect, TcpListen
from lineclear.probe import doubting
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run
from lineclear.probe.tcp import Connection
from lineclear.probe.wire import Wire

NAME = "zdc1.ibllc.com"
LOSSY = (doors("*", lost=1), sends_again(1, "*"))


@pytest.fixture
def reactor() -> Iterator[Reactor]:
    made = Reactor()
    yield made
    made.close()


class Script(Wire):
    """A wire whose connects end as a list has it; the last entry again and again."""

    def __init__(self, reactor: Reactor, changes: tuple[Change, ...], *accepts: bool) -> None:
        seen = scene(*changes)
        super().__init__(Run(reactor, Limits()))
        self.plan: Plan = seen.plan
        self.run.observations.extend(one for one in seen.observations if not _is_comparison(one))
        self.accepts = list(accepts)
        self.asked: list[str] = []

    def answer(self, host: str, endpoint: Endpoint, purpose: Purpose) -> None:
        accepted = self.accepts.pop(0) if len(self.accepts) > 1 else self.accepts[0]
        at_ms = 9000.0 + 100.0 * len(self.asked)
        self.asked.append(f"{host}:{endpoint.port}")
        self.run.record(
            TcpConnect(
                id=self.run.new_id(),
                at_ms=at_ms,
                took_ms=40.0 if accepted else 1500.0,
                failure=None if accepted else Failure.TIMED_OUT,
                endpoint=endpoint,
                host=host,
                purpose=purpose,
                attempts=(Attempt(at_ms=at_ms, connected=accepted),),
            )
        )
        if accepted:
            self.run.record(
                TcpListen(id=self.run.new_id(), at_ms=at_ms + 40.0, took_ms=350.0, endpoint=endpoint, host=host)
            )


def _is_comparison(one: object) -> bool:
    return isinstance(one, TcpConnect) and one.purpose is Purpose.COMPARISON


@pytest.fixture
def ask(reactor: Reactor, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Ask until sure, and say whom."""

    async def examine(wire: Wire, target: Target, endpoint: Endpoint, _depth: Depth) -> None:
        assert isinstance(wire, Script)
        wire.answer(target.host, endpoint, Purpose.SECOND_LOOK)

    def run(changes: tuple[Change, ...], *accepts: bool) -> list[str]:
        wire = Script(reactor, changes, *accepts)
        reactor.run(doubting.ask_until_sure(wire, wire.plan))
        return wire.asked

    monkeypatch.setattr(doubting, "examine_hedged", examine)
    return run


def test_nobody_is_asked_where_nothing_is_lost(ask: Callable[..., list[str]]) -> None:
    assert ask((silent(f"{NAME}:4000"),), True) == []


def test_who_answers_is_not_asked_again(ask: Callable[..., list[str]]) -> None:
    assert ask((*LOSSY, silent(f"{NAME}:4000")), False, False, True) == [f"{NAME}:4000"] * 3


def test_who_never_answers_is_asked_five_times_at_most(ask: Callable[..., list[str]]) -> None:
    assert ask((*LOSSY, silent(f"{NAME}:4000")), False) == [f"{NAME}:4000"] * 5


def test_a_run_that_is_cut_asks_nobody(reactor: Reactor, ask: Callable[..., list[str]]) -> None:
    reactor.is_cut = True
    assert ask((*LOSSY, silent(f"{NAME}:4000")), False) == []


def test_single_connections_to_a_port_that_seems_divided(reactor: Reactor, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Script(reactor, (doors("*:4000", lost=1),), False)

    async def connect(
        host: str, endpoint: Endpoint, *, purpose: Purpose, hedges: int, patience_s: float
    ) -> Connection | None:
        assert (hedges, purpose) == (1, Purpose.COMPARISON)
        assert patience_s > 1.0
        wire.answer(host, endpoint, purpose)
        return None

    monkeypatch.setattr(wire, "connect", connect)
    monkeypatch.setattr(doubting, "_APART_S", 0.0)
    reactor.run(doubting.tell_apart(wire, wire.plan))
    assert len(wire.asked) == 48
    assert {one.rpartition(":")[2] for one in wire.asked} == {"4000"}
