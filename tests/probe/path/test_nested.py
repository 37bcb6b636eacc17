"""The reactor inside asyncio: same results, same cuts, and the host goes on meanwhile."""

import asyncio
import select
import socket
from collections.abc import Callable, Iterator

import pytest

from lineclear.model import Endpoint, Failure, Limits
from lineclear.probe import tcp
from lineclear.probe.loop.nested import run_in_asyncio
from lineclear.probe.loop.poller import Poller
from lineclear.probe.loop.portable import SelectorPoller
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run

POLLERS: list[Callable[[], Poller]] = [SelectorPoller, *([select.epoll] if hasattr(select, "epoll") else [])]


@pytest.fixture(params=POLLERS)
def reactor(request: pytest.FixtureRequest) -> Iterator[Reactor]:
    made = Reactor(poller=request.param())
    yield made
    made.close()


def test_verbs_run_beside_the_host(reactor: Reactor) -> None:
    run = Run(reactor, Limits())
    ticks: list[int] = []

    async def connects(endpoint: Endpoint) -> None:
        connection = await tcp.connect(run, host="", endpoint=endpoint)
        assert connection is not None
        connection.close()

    async def guest(endpoint: Endpoint) -> str:
        await reactor.gather(connects(endpoint) for _ in range(20))
        await reactor.sleep(0.02)
        return "done"

    async def host() -> str:
        with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
            endpoint = Endpoint(address="127.0.0.1", port=server.getsockname()[1])
            guest_done = asyncio.ensure_future(run_in_asyncio(reactor, guest(endpoint)))
            while not guest_done.done():
                ticks.append(1)
                await asyncio.sleep(0.001)
            return await guest_done

    assert asyncio.run(host()) == "done"
    assert len(run.observations) == 20
    assert not any(one.failure for one in run.observations)
    assert len(ticks) > 2


def test_what_it_raises_comes_out(reactor: Reactor) -> None:
    async def guest() -> None:
        await reactor.sleep(0.0)
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        asyncio.run(run_in_asyncio(reactor, guest()))


def test_idle_work_that_fails_comes_out(reactor: Reactor) -> None:
    def fails() -> None:
        raise LookupError("idle")

    reactor.when_idle.append(fails)
    with pytest.raises(LookupError, match="idle"):
        asyncio.run(run_in_asyncio(reactor, reactor.sleep(60.0)))


def test_idle_work_is_done(reactor: Reactor) -> None:
    done: list[int] = []
    reactor.when_idle.extend([lambda: done.append(1)] * 3)

    async def guest() -> None:
        while len(done) < 3:
            await reactor.sleep(0.03)

    asyncio.run(run_in_asyncio(reactor, guest()))
    assert done == [1, 1, 1]


def test_a_call_from_elsewhere_wakes_it(reactor: Reactor) -> None:
    async def guest() -> bool:
        await reactor.until(reactor.clock() + 60.0)
        return reactor.is_cut

    async def host() -> bool:
        asyncio.get_running_loop().call_later(0.01, reactor.cut)
        return await run_in_asyncio(reactor, guest())

    assert asyncio.run(host())


def test_its_deadline_cuts_it(reactor: Reactor) -> None:
    run = Run(reactor, Limits())

    async def guest() -> None:
        await reactor.sleep(60.0)
        assert run.silence() is Failure.INTERRUPTED

    asyncio.run(run_in_asyncio(reactor, guest(), reactor.clock() + 0.01))


def test_cancelling_cuts_it_and_lets_it_end(reactor: Reactor) -> None:
    ended: list[bool] = []

    async def guest() -> None:
        await reactor.sleep(60.0)
        ended.append(reactor.is_cut)

    async def host() -> None:
        running = asyncio.ensure_future(run_in_asyncio(reactor, guest()))
        await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(host())
    assert ended == [True]


def test_one_after_the_other(reactor: Reactor) -> None:
    async def guest(value: int) -> int:
        await reactor.sleep(0.0)
        return value

    async def host() -> list[int]:
        return [await run_in_asyncio(reactor, guest(value)) for value in range(3)]

    assert asyncio.run(host()) == [0, 1, 2]
