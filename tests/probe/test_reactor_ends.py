"""How a run of the reactor ends: cuts, what is done before a deadline, threads that are left behind."""

import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lineclear.probe.loop.reactor import Reactor, cut_on_interrupt

if TYPE_CHECKING:
    from tests.probe.conftest import MakeScenario

FAR = 1e9


class TestCut:
    def test_at_the_deadline_every_moment_comes(self, scenario: "MakeScenario") -> None:
        stage = scenario({})
        reactor = stage.reactor

        async def main() -> list[bool]:
            await reactor.gather([reactor.sleep(100.0), reactor.sleep(200.0)])
            return [await reactor.until(FAR) == [], reactor.is_cut]

        assert reactor.run(main(), deadline=1007.0) == [True, True]
        assert stage.network.now == 1007.0

    def test_from_another_thread(self, reactor: Reactor) -> None:
        async def main() -> bool:
            threading.Thread(target=reactor.cut).start()
            await reactor.until(FAR)
            return reactor.is_cut

        assert reactor.run(main())

    @pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
    def test_from_the_keyboard(self, reactor: Reactor) -> None:
        before = signal.getsignal(signal.SIGINT)
        undo = cut_on_interrupt(reactor)

        async def main() -> bool:
            os.kill(os.getpid(), signal.SIGINT)
            await reactor.until(FAR)
            return reactor.is_cut

        assert reactor.run(main())
        undo()
        assert signal.getsignal(signal.SIGINT) is before


class TestDeadline:
    def test_what_the_end_needs_is_done_before_it_however_busy(self, scenario: "MakeScenario") -> None:
        stage = scenario({})
        done: list[tuple[str, float]] = []

        def work(name: str) -> Callable[[], None]:
            return lambda: done.append((name, round(stage.network.now - 1000.0, 3)))

        stage.reactor.before_end.extend([work("first"), work("second")])
        stage.reactor.when_idle.append(work("idle"))

        async def busy() -> None:
            while not stage.reactor.is_cut:
                await stage.reactor.sleep(0.01)

        stage.play(busy(), deadline_s=1.0)
        assert [name for name, _ in done] == ["first", "second"]
        assert all(0.9 <= moment < 1.0 for _, moment in done)

    def test_it_is_first_in_line_when_there_is_time(self, scenario: "MakeScenario") -> None:
        stage = scenario({})
        done: list[str] = []
        stage.reactor.when_idle.append(lambda: done.append("idle"))
        stage.reactor.before_end.append(lambda: done.append("end"))
        stage.play(stage.reactor.sleep(5.0), deadline_s=10.0)
        assert done == ["end", "idle"]

    def test_a_long_turn_is_cut_in_the_middle(self, scenario: "MakeScenario") -> None:
        stage = scenario({})
        cut: list[bool] = []

        async def step() -> None:
            await stage.reactor.sleep(0.5)
            cut.append(stage.reactor.is_cut)
            stage.network.now += 0.2

        stage.play(*(step() for _ in range(5)), deadline_s=1.0)
        assert cut == [False, False, False, True, True]
        assert stage.reactor.cut_by == "deadline"

    def test_nothing_waiting_is_begun_after_a_cut(self, scenario: "MakeScenario") -> None:
        stage = scenario({})
        done: list[str] = []

        async def main() -> None:
            stage.reactor.cut()
            stage.reactor.before_end.append(lambda: done.append("end"))
            stage.reactor.when_idle.append(lambda: done.append("idle"))
            await stage.reactor.sleep(5.0)

        stage.play(main(), deadline_s=0.05)
        assert done == []


class TestThreads:
    def test_the_result_comes_back(self, reactor: Reactor) -> None:
        async def main() -> list[int | None]:
            return await reactor.gather([reactor.in_thread(threading.get_ident, FAR) for _ in range(3)])

        results = reactor.run(main())
        assert threading.get_ident() not in results
        assert None not in results

    def test_what_is_raised_comes_back(self, reactor: Reactor) -> None:
        def fails() -> None:
            raise LookupError("in a thread")

        async def main() -> None:
            await reactor.in_thread(fails, FAR)

        with pytest.raises(LookupError, match="in a thread"):
            reactor.run(main())

    def test_a_moment_does_not_wait_for_it_and_a_late_result_disturbs_nobody(self, reactor: Reactor) -> None:
        release, released = threading.Event(), threading.Event()

        def stuck() -> str:
            release.wait()
            return "late"

        async def main() -> tuple[str | None, object]:
            result = await reactor.in_thread(stuck, reactor.clock())
            release.set()
            reactor.spawn(reactor.in_thread(released.set, FAR))
            return result, await reactor.until(reactor.clock() + 0.01)

        assert reactor.run(main()) == (None, [])

    def test_calls_from_threads_run_in_order(self, reactor: Reactor) -> None:
        calls: list[int] = []

        def rings() -> None:
            for number in range(2000):
                reactor.call_soon(lambda number=number: calls.append(number))  # type: ignore[misc]

        async def main() -> None:
            await reactor.in_thread(rings, FAR)

        reactor.run(main())
        assert calls == list(range(2000))
