"""The reactor: waiting, moments, tasks, idle work. Real pollers where readiness matters."""

import selectors
import socket
from typing import TYPE_CHECKING

import pytest

from lineclear.probe.loop.poller import READ, WRITE, open_poller
from lineclear.probe.loop.portable import SelectorPoller
from lineclear.probe.loop.reactor import Reactor

if TYPE_CHECKING:
    from tests.probe.conftest import MakeScenario

FAR = 1e9


def test_a_moment_that_comes_late_is_noted() -> None:
    clock = [10.0]
    reactor = Reactor(lambda: clock[0])

    async def main() -> None:
        await reactor.until(10.0)
        assert reactor.late == []
        clock[0] = 10.5
        await reactor.until(10.2)
        clock[0] = 11.0
        await reactor.until(10.97)

    reactor.run(main())
    reactor.close()
    ((due, seconds),) = reactor.late
    assert (due, round(seconds, 6)) == (10.2, 0.3)


def test_a_selector_that_watches_nothing_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows `select` of nothing is an error, and the first turn of every run watches nothing."""

    class Windows(selectors.SelectSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            if not self.get_map():
                raise OSError(10022, "WSAEINVAL")
            return super().select(timeout)

    monkeypatch.setattr(selectors, "DefaultSelector", Windows)
    reactor = Reactor(poller=SelectorPoller())
    ran: list[str] = []

    async def main() -> None:
        ran.append("main")

    reactor.run(main())
    reactor.close()
    assert ran == ["main"]


class TestEvents:
    def test_a_task_gets_the_events_of_its_descriptors(
        self, reactor: Reactor, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        left, right = pair

        async def reads() -> tuple[int, int, bytes]:
            reactor.watch(left.fileno(), READ)
            (event,) = await reactor.until(FAR)
            reactor.forget(left.fileno())
            return (*event, left.recv(9))

        async def writes() -> list[tuple[int, int]]:
            reactor.watch(right.fileno(), WRITE)
            events = await reactor.until(FAR)
            right.send(b"news")
            reactor.forget(right.fileno())
            return events

        async def main() -> list[object]:
            return await reactor.gather([reads(), writes()])

        assert reactor.run(main()) == [(left.fileno(), READ, b"news"), [(right.fileno(), WRITE)]]

    def test_a_passed_moment_is_an_empty_list(
        self, reactor: Reactor, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        async def main() -> object:
            reactor.watch(pair[0].fileno(), READ)
            events = await reactor.until(reactor.clock())
            reactor.forget(pair[0].fileno())
            return events

        assert reactor.run(main()) == []

    def test_another_mask_replaces_the_first(self, reactor: Reactor, pair: tuple[socket.socket, socket.socket]) -> None:
        fd = pair[0].fileno()

        async def main() -> object:
            reactor.watch(fd, READ)
            reactor.watch(fd, WRITE)
            events = await reactor.until(FAR)
            reactor.hang_up(pair[0])
            return events

        assert reactor.run(main()) == [(fd, WRITE)]
        assert pair[0].fileno() == -1

    def test_a_forgotten_descriptor_is_silent(
        self, reactor: Reactor, pair: tuple[socket.socket, socket.socket]
    ) -> None:
        async def main() -> object:
            reactor.watch(pair[0].fileno(), WRITE)
            reactor.forget(pair[0].fileno())
            reactor.forget(pair[0].fileno())
            return await reactor.until(reactor.clock() + 0.001)

        assert reactor.run(main()) == []

    def test_the_best_poller_here_reports_its_own_descriptor_or_none(self) -> None:
        poller = open_poller()
        assert poller.fileno() >= -1
        poller.close()


class TestMoments:
    def test_sleepers_wake_in_order_of_their_moments(self, scenario: "MakeScenario") -> None:
        woken: list[float] = []
        stage = scenario({})

        async def sleeper(seconds: float) -> None:
            await stage.reactor.sleep(seconds)
            woken.append(seconds)

        stage.play(*[sleeper(seconds) for seconds in (3.0, 1.0, 2.0, 0.0)])
        assert woken == [0.0, 1.0, 2.0, 3.0]
        assert stage.network.now == 1003.0

    def test_what_is_due_is_the_earliest_moment_somebody_still_waits_for(self, scenario: "MakeScenario") -> None:
        stage = scenario({})
        reactor = stage.reactor

        async def main() -> list[float | None]:
            dues: list[float | None] = []

            async def waits(seconds: float) -> None:
                await reactor.until(reactor.clock() + seconds)
                dues.append(reactor.due())

            await reactor.gather([waits(1.0), waits(4.0)])
            return dues

        assert reactor.due() is None
        assert reactor.run(main()) == [1004.0, None]


class TestTasks:
    def test_results_come_in_the_order_asked_for(self, scenario: "MakeScenario") -> None:
        reactor = scenario({}).reactor

        async def late(value: int) -> int:
            await reactor.sleep(10.0 - value)
            return value

        async def main() -> list[int]:
            return await reactor.gather(late(value) for value in range(5))

        assert reactor.run(main()) == [0, 1, 2, 3, 4]

    def test_the_first_exception_wins_once_all_have_ended(self, scenario: "MakeScenario") -> None:
        reactor = scenario({}).reactor
        ended: list[str] = []

        async def fails(word: str, seconds: float) -> None:
            await reactor.sleep(seconds)
            ended.append(word)
            raise LookupError(word)

        async def main() -> None:
            with pytest.raises(LookupError, match="first"):
                await reactor.gather([fails("first", 1.0), fails("second", 2.0)])
            assert ended == ["first", "second"]
            reactor.unheard.clear()

        reactor.run(main())

    def test_an_exception_leaves_the_run(self, reactor: Reactor) -> None:
        async def main() -> None:
            raise LookupError("a bug")

        with pytest.raises(LookupError, match="a bug"):
            reactor.run(main())

    def test_an_exception_nobody_awaits_leaves_the_run_too(self, scenario: "MakeScenario") -> None:
        reactor = scenario({}).reactor

        async def fails() -> None:
            raise LookupError("unheard")

        async def main() -> int:
            reactor.spawn(fails())
            await reactor.sleep(1.0)
            return 1

        with pytest.raises(LookupError, match="unheard"):
            reactor.run(main())

    def test_a_task_may_be_awaited_twice_and_late(self, scenario: "MakeScenario") -> None:
        reactor = scenario({}).reactor

        async def quick() -> str:
            return "done"

        async def main() -> list[str]:
            task = reactor.spawn(quick())
            first = await task
            return [first, await task]

        assert reactor.run(main()) == ["done", "done"]

    def test_a_wake_from_elsewhere_does_not_end_a_wait_for_a_task(self, scenario: "MakeScenario") -> None:
        reactor = scenario({}).reactor

        async def slow() -> str:
            await reactor.sleep(5.0)
            return "slow"

        async def main() -> str:
            task, me = reactor.spawn(slow()), reactor.current

            async def disturbs() -> None:
                for _ in range(3):
                    await reactor.sleep(1.0)
                    reactor.wake(me)

            reactor.spawn(disturbs())
            return await task

        assert reactor.run(main()) == "slow"

    def test_a_task_that_never_ran_is_closed_without_a_word(self) -> None:
        reactor = Reactor()

        async def never() -> None:
            raise AssertionError

        async def main() -> None:
            reactor.spawn(never())

        reactor.run(main())
        reactor.close()


class TestIdle:
    def test_work_is_done_while_nothing_is_due(self, scenario: "MakeScenario") -> None:
        stage = scenario({})
        done: list[float] = []
        stage.reactor.when_idle.extend([lambda: done.append(stage.network.now)] * 2)
        stage.play(stage.reactor.sleep(5.0))
        assert done == [1000.0, 1000.0]
        assert stage.network.now == 1005.0

    def test_what_is_due_soon_goes_first(self, scenario: "MakeScenario") -> None:
        stage = scenario({})
        order: list[str] = []
        stage.reactor.when_idle.append(lambda: order.append("idle"))

        async def busy() -> None:
            for _ in range(5):
                await stage.reactor.sleep(0.01)
                order.append("due")

        stage.play(busy())
        assert order == ["due"] * 5

    def test_readiness_goes_first(self, reactor: Reactor, pair: tuple[socket.socket, socket.socket]) -> None:
        order: list[str] = []
        reactor.when_idle.append(lambda: order.append("idle"))

        async def main() -> None:
            reactor.watch(pair[0].fileno(), WRITE)
            await reactor.until(FAR)
            order.append("ready")
            reactor.forget(pair[0].fileno())

        reactor.run(main())
        assert order == ["ready"]
