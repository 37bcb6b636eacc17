"""The reactor as a guest of asyncio, for rooms that live there anyway: a page, a schedule.

The host needs to know only when the guest has something to do: its one descriptor is readable, or its next moment has
come. So a check inside a web page costs what it costs alone, not what asyncio's own sockets would (eleven times that).
Where the platform's poller has no descriptor, or the host's loop cannot watch one, the reactor runs in a thread of its
own.
"""

from asyncio import AbstractEventLoop, CancelledError, Future, TimerHandle, get_running_loop, shield, to_thread
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Generic, TypeVar

from .reactor import Reactor

Result = TypeVar("Result")


async def run_in_asyncio(reactor: Reactor, coro: Coroutine[Any, Any, Result], deadline: float | None = None) -> Result:
    """Run `coro` on `reactor` until it is done, as `Reactor.run` does, while the running asyncio loop goes on.

    Cancelling cuts the run: its verbs end by themselves and leave their observations, then `CancelledError` is raised.

    Args:
        reactor: in use by nobody else until this returns; closing it is the caller's.
        coro: what to run.
        deadline: moment of the reactor's clock at which the run is cut.
    """
    loop = get_running_loop()
    if not _can_watch(loop, reactor):
        return await _cut_if_cancelled(reactor, loop.create_task(to_thread(reactor.run, coro, deadline)))
    guest = _Guest(loop, reactor, coro, deadline)
    guest.enter()
    try:
        return await _cut_if_cancelled(reactor, guest.ended)
    finally:
        guest.leave()


async def _cut_if_cancelled(reactor: Reactor, ended: Future[Result]) -> Result:
    try:
        return await shield(ended)
    except CancelledError:
        reactor.cut()
        with suppress(CancelledError):
            await ended
        raise


def _can_watch(loop: AbstractEventLoop, reactor: Reactor) -> bool:
    if reactor.fileno() < 0:
        return False
    try:
        loop.remove_reader(reactor.fileno())
    except NotImplementedError:  # the proactor loop of Windows
        return False
    return True


class _Guest(Generic[Result]):
    """A reactor whose turns are called by a loop."""

    def __init__(
        self, loop: AbstractEventLoop, reactor: Reactor, coro: Coroutine[Any, Any, Result], deadline: float | None
    ) -> None:
        self.ended: Future[Result] = loop.create_future()
        self._loop = loop
        self._reactor = reactor
        self._main = reactor.begin(coro, deadline)
        self._timer: TimerHandle | None = None

    def enter(self) -> None:
        """Have the loop call from now on."""
        self._loop.add_reader(self._reactor.fileno(), self._turn)
        self._timer = self._loop.call_later(0, self._turn)

    def leave(self) -> None:
        """Be called no more."""
        self._loop.remove_reader(self._reactor.fileno())
        if self._timer is not None:
            self._timer.cancel()

    def _turn(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self.ended.done():
            return
        try:
            self._reactor.turn(sleep=False)
            if self._main.done:
                self.ended.set_result(self._reactor.outcome(self._main))
        except BaseException as bug:  # noqa: BLE001  raised again by whoever awaits the run
            self.ended.set_exception(bug)
        pause_s = self._reactor.pause_s()
        self._timer = self._loop.call_later(0.0 if self._reactor.has_leisure(pause_s) else pause_s, self._turn)
