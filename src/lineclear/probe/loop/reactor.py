"""One thread, many conversations: a small reactor under ordinary `async def` verbs.

Why our own. A check is a few hundred sockets that each wait for one or two events. The standard event loop spends
eleven times a bare epoll loop on that, reports round trips that contain its own queue, and takes 40 ms to import.
What is needed here is little: tell me when one of *my* descriptors is ready, or when a moment has passed.

How it works. A coroutine becomes a `Task`. It says which descriptors are its own with `watch(fd, mask)`, and then
`await reactor.until(moment)`. It goes on either with a list of `(fd, mask)` events on its descriptors, or with an
empty list: the moment has passed. Every wait has a moment; there is no way to wait for ever on the network. A task
can wait for other tasks by awaiting them, and nothing is ever cancelled behind a verb's back: `cut()` only makes
every moment come at once, so that each verb ends by itself and leaves its observation.

Time comes from `clock`, so tests drive it; `turn()` does one round, so the reactor runs alone (`run`) or nested in
another loop by its one descriptor (`fileno`).
"""

import _socket
import _thread
import signal
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable
from heapq import heappop, heappush
from time import monotonic
from typing import Any, Generic, NoReturn, TypeVar

from .poller import READ, Poller, open_poller

Result = TypeVar("Result")
Ready = list[tuple[int, int]]

_PASSED: Ready = []
LATE_S = 0.05
"""A moment that comes so much later than it should is noted."""
_MOST_LATE = 256
IDLE_S = 0.02
"""Seconds without anything due that make a turn idle."""
_END_S = 0.1
"""Before the deadline."""
_FAR = 3600.0
"""Seconds `turn` sleeps at most when nothing is due: a bound, not a schedule."""


class Task(Generic[Result]):
    """A coroutine on its way. Await it for its result, or for the exception that ended it."""

    __slots__ = ("_coro", "_events", "_failed", "_queued", "_reactor", "_wait", "_waiters", "done", "result")

    def __init__(self, reactor: "Reactor", coro: Coroutine[Any, Any, Result]) -> None:
        self._reactor = reactor
        self._coro = coro
        self._events: Ready | None = None
        self._failed: BaseException | None = None
        self._queued = False
        self._wait = 0
        self._waiters: list[Task[Any]] | None = None
        self.done = False
        self.result: Result | None = None

    async def ended(self) -> None:
        """Return once the task is done, however it ended."""
        while not self.done:
            self._wake_me()
            await _next_event()

    def __await__(self) -> Generator[None, Ready, Result]:
        yield from self.ended().__await__()
        if self._failed is not None:
            self._reactor.unheard.pop(self, None)
            raise self._failed
        return self.result  # type: ignore[return-value]  # done and not failed: the coroutine returned it

    def _wake_me(self) -> None:
        if self._waiters is None:
            self._waiters = []
        if self._reactor.current not in self._waiters:
            self._waiters.append(self._reactor.current)


class Reactor:
    """Runs tasks until the first of them is done. Not thread-safe, but for `call_soon` and `cut`."""

    def __init__(self, clock: Callable[[], float] = monotonic, poller: Poller | None = None) -> None:
        self.clock = clock
        self.is_cut = False
        """Whether every moment has come: the deadline passed, or the user has had enough."""
        self.cut_by = ""
        """Who cut the run: `deadline` or `user`."""
        self.current: Task[Any]
        self.when_idle: deque[Callable[[], object]] = deque()
        """Work that may be done while nothing is due for a while, such as a slow import; one at a time."""
        self.late: list[tuple[float, float]] = []
        """Moments that had passed unnoticed, and for how many seconds: this machine, or our own work, was busy."""
        self.before_end: deque[Callable[[], object]] = deque()
        """The same, first in line, and shortly before the deadline at the latest: what is made of the run needs it."""
        self.unheard: dict[Task[Any], BaseException] = {}
        """What ended tasks nobody has awaited yet; `run` raises it."""
        self._deadline: float | None = None
        self._poller = poller if poller is not None else open_poller()
        self._owners: dict[int, Task[Any]] = {}
        self._moments: list[tuple[float, int, int, Task[Any]]] = []
        self._runnable: deque[Task[Any]] = deque()
        self._counter = 0
        self._calls: deque[Callable[[], None]] = deque()
        self._bell: tuple[_socket.socket, _socket.socket] | None = None

    # -- for verbs -------------------------------------------------------------------------------------------------

    def watch(self, fd: int, mask: int) -> None:
        """Give the current task the events of `fd`; again with another mask to change it.

        Forget it before awaiting anything but `until`: readiness is told again and again until it is taken.
        """
        if fd in self._owners:
            self._poller.modify(fd, mask)
        else:
            self._poller.register(fd, mask)
        self._owners[fd] = self.current

    def forget(self, fd: int) -> None:
        """Stop watching `fd`; harmless if it is not watched."""
        if self._owners.pop(fd, None) is not None:
            self._poller.unregister(fd)

    def hang_up(self, sock: "_socket.socket") -> None:
        """Stop watching a socket and close it."""
        if self._owners.pop(sock.fileno(), None) is not None:
            self._poller.unregister(sock.fileno())
        sock.close()

    @types.coroutine
    def until(self, moment: float) -> Generator[None, Ready, Ready]:
        """Events on the current task's descriptors, or an empty list once `moment` (of `clock`) has passed."""
        if self.is_cut:
            return _PASSED
        self._counter += 1
        task = self.current
        task._wait = self._counter  # noqa: SLF001  reactor and task are one machine
        heappush(self._moments, (moment, self._counter, self._counter, task))
        events = yield
        return events

    async def sleep(self, seconds: float) -> None:
        """Let at least `seconds` pass, or until the run is cut."""
        moment = self.clock() + seconds
        while not self.is_cut and self.clock() < moment:
            await self.until(moment)

    def spawn(self, coro: Coroutine[Any, Any, Result]) -> Task[Result]:
        """Start a coroutine; it first runs at the next turn."""
        task = Task(self, coro)
        self._queue(task)
        return task

    def wake(self, task: Task[Any]) -> None:
        """Let a waiting task go on at the next turn, with no event: it looks for itself what has changed."""
        self._queue(task)

    async def gather(self, coros: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
        """Run coroutines side by side and return their results in order. The first exception wins once all ended."""
        tasks = [self.spawn(coro) for coro in coros]
        for task in tasks:
            await task.ended()
        return [await task for task in tasks]

    async def in_thread(
        self, work: Callable[[], Result], moment: float, wanted: Callable[[], bool] | None = None
    ) -> Result | None:
        """The result of blocking `work` done in a thread of its own, or None if `moment` comes first.

        The thread is left to itself then: it cannot be stopped, and it does not keep the process alive. What `work`
        raises is raised here. `wanted`, asked whenever the task is woken, may end the wait sooner.
        """
        task = self.current
        ended: list[Callable[[], Result]] = []
        waiting = True

        def finished(outcome: Callable[[], Result]) -> None:
            ended.append(outcome)
            if waiting:
                self._queue(task)

        def body() -> None:
            outcome = _outcome_of(work)
            self.call_soon(lambda: finished(outcome))

        _thread.start_new_thread(body, ())
        while not ended and not self.is_cut and self.clock() < moment and (wanted is None or wanted()):
            await self.until(moment)
        waiting = False
        return ended[0]() if ended else None

    # -- from elsewhere --------------------------------------------------------------------------------------------

    def call_soon(self, call: Callable[[], None]) -> None:
        """Run `call` in the next turn. Safe from another thread and from a signal."""
        self._calls.append(call)
        bell = self._bell
        if bell is not None:
            try:
                bell[1].send(b"\0")
            except OSError:  # full: it rings already; closed: the run is over
                return

    def cut(self, by: str = "user") -> None:
        """Make every moment come now: each verb ends by itself and says it was interrupted. Safe from a signal."""
        if not self.is_cut:
            self.is_cut = True
            self.cut_by = self.cut_by or by
            self.call_soon(self._wake_all)

    # -- the machine -----------------------------------------------------------------------------------------------

    def run(self, coro: Coroutine[Any, Any, Result], deadline: float | None = None) -> Result:
        """Run until `coro` is done; at `deadline` (of `clock`) the run is cut."""
        main = self.begin(coro, deadline)
        while not main.done:
            self.turn()
        return self.outcome(main)

    def begin(self, coro: Coroutine[Any, Any, Result], deadline: float | None = None) -> Task[Result]:
        """Start the main task of a run; whoever calls this calls `turn` until it is done."""
        if deadline is not None:
            self._deadline = deadline
            self.spawn(self._cut_at(deadline))
        return self.spawn(coro)

    def outcome(self, task: Task[Result]) -> Result:
        """The result of a task that is done.

        Raises:
            BaseException: what ended it, or what ended another task nobody awaited: a bug is never lost.
        """
        for failed in [task, *self.unheard]:
            if failed._failed is not None:  # noqa: SLF001  reactor and task are one machine
                self.unheard.clear()
                raise failed._failed  # noqa: SLF001
        return task.result  # type: ignore[return-value]  # done and not failed: the coroutine returned it

    def fileno(self) -> int:
        """The descriptor that is readable when a turn is due for a socket; -1 where the platform has none."""
        return self._poller.fileno()

    def due(self) -> float | None:
        """The moment of the next turn that needs no event; None: nobody waits for a moment."""
        if self._runnable or self._calls:
            return self.clock()
        moments = self._moments
        while moments and moments[0][3]._wait != moments[0][2]:  # noqa: SLF001
            heappop(moments)
        return moments[0][0] if moments else None

    def pause_s(self) -> float:
        """Seconds until the next turn that needs no event."""
        due = self.due()
        return _FAR if due is None else min(max(0.0, due - self.clock()), _FAR)

    def has_leisure(self, pause_s: float) -> bool:
        """Whether the turn due in `pause_s` does a piece of waiting work: nothing else is due, or the end is near."""
        return self._ends_soon() or (pause_s > IDLE_S and not self.is_cut and bool(self.before_end or self.when_idle))

    def _ends_soon(self) -> bool:
        """Whether work that the end needs is left, and it is time for it."""
        if not self.before_end or self.is_cut or self._deadline is None:
            return False
        return self.clock() > self._deadline - _END_S

    def turn(self, sleep: bool = True) -> None:
        """One round: wait for events or the next moment (not at all unless `sleep`), then run what can go on."""
        if self._bell is None:
            self._hang_bell()
        pause = self.pause_s()
        leisure = self.has_leisure(pause)
        ready = self._poller.poll(pause if sleep and not leisure else 0)
        if leisure and (not ready or self._ends_soon()):
            (self.before_end or self.when_idle).popleft()()
        owners = self._owners
        for fd, mask in ready:
            task = owners.get(fd)
            if task is not None:
                task._events.append((fd, mask))  # type: ignore[union-attr]  # noqa: SLF001  it ran: it watches
                self._queue(task)
        while self._calls:
            self._calls.popleft()()
        self._wake_due()
        runnable = self._runnable
        for _ in range(len(runnable)):
            self._step(runnable.popleft())
            if self._deadline is not None and self.clock() >= self._deadline:
                self.cut("deadline")

    def close(self) -> None:
        """Give back descriptors and drop tasks that never ran. Threads still at work are left to end by themselves."""
        for task in self._runnable:
            task._coro.close()  # noqa: SLF001
        self._poller.close()
        bell, self._bell = self._bell, None
        for end in bell or ():
            end.close()

    def _queue(self, task: Task[Any]) -> None:
        if not task._queued and not task.done:  # noqa: SLF001
            task._queued = True  # noqa: SLF001
            self._runnable.append(task)

    def _step(self, task: Task[Any]) -> None:
        task._queued = False  # noqa: SLF001
        task._wait = 0  # noqa: SLF001
        events, task._events = task._events, []  # noqa: SLF001
        self.current = task
        try:
            task._coro.send(events)  # noqa: SLF001
        except StopIteration as end:
            task.result = end.value
        except BaseException as bug:  # noqa: BLE001  kept for whoever awaits the task
            task._failed = bug  # noqa: SLF001
            self.unheard[task] = bug
        else:
            return
        task.done = True
        for waiter in task._waiters or ():  # noqa: SLF001
            self._queue(waiter)

    def _wake_due(self) -> None:
        moments = self._moments
        if not moments:
            return
        now = self.clock()
        late_since = now - LATE_S
        while moments and moments[0][0] <= now:
            moment, _, wait, task = heappop(moments)
            if task._wait == wait:  # noqa: SLF001
                self._queue(task)
                late_since = min(late_since, moment)
        if late_since < now - LATE_S and len(self.late) < _MOST_LATE:
            self.late.append((late_since, now - late_since))

    def _wake_all(self) -> None:
        for _, _, wait, task in self._moments:
            if task._wait == wait:  # noqa: SLF001
                self._queue(task)
        self._moments.clear()

    async def _cut_at(self, moment: float) -> None:
        while not self.is_cut and self.clock() < moment:
            await self.until(moment)
        self.cut("deadline")

    def _hang_bell(self) -> None:
        ears, rope = _socketpair()
        ears.setblocking(False)
        rope.setblocking(False)
        self._bell = (ears, rope)
        self.spawn(self._listen_for_bell(ears))

    async def _listen_for_bell(self, ears: "_socket.socket") -> None:
        self.watch(ears.fileno(), READ)
        while True:
            await _next_event()
            try:
                ears.recv(4096)
            except BlockingIOError:
                continue


@types.coroutine
def _next_event() -> Generator[None, Ready, Ready]:
    events = yield
    return events


def _outcome_of(work: Callable[[], Result]) -> Callable[[], Result]:
    """Do `work`; what is returned gives its result, or raises what it raised, in whatever thread asks."""
    try:
        result = work()
    except BaseException as bug:  # noqa: BLE001  raised again where it is awaited
        return lambda bug=bug: _raise(bug)  # type: ignore[misc]
    return lambda: result


def _raise(bug: BaseException) -> NoReturn:
    raise bug


def cut_on_interrupt(reactor: Reactor) -> Callable[[], None]:
    """Make Ctrl-C cut the run instead of raising; the returned call puts the old handler back."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: reactor.cut())
    return lambda: (signal.signal(signal.SIGINT, before), None)[1]


def _socketpair() -> tuple[_socket.socket, _socket.socket]:
    if hasattr(_socket, "socketpair"):
        return _socket.socketpair()
    from socket import socketpair  # noqa: PLC0415  Windows builds it from a listening socket

    return socketpair()
