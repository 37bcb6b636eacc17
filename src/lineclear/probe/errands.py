"""Many small errands served by one task: a datagram out, a datagram back, and a look at the clock.

A socket and a task of its own for every question would cost more than the question. So errands of a kind share a
task: it begins them, reads for all of them, and looks at each when its moment has come. Who sent one out waits for it
by `await errand`, and goes on as soon as it is answered, while the errand may stay under way a little longer.

Every wait here is one of a handful of lengths, so whatever waits for one length comes due in the order it began: a
queue for each length does what a heap does, without its cost once thousands wait.
"""

from collections import deque
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from .loop.reactor import Ready, Task
from .run import Run

_MOST_BEGUN_AT_ONCE = 64
"""Errands begun before what came back is read: a burst must not overflow our own sockets."""


class Errand:
    """Something under way. Await it until it is answered, or until nothing more is to be had of it."""

    __slots__ = ("_waiter", "appointment", "began", "is_open", "run")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.began = run.reactor.clock()
        self.is_open = True
        self.appointment = 0
        self._waiter: Task[Any] | None = None

    def __await__(self) -> Generator[None, Ready, None]:
        while self.is_open:
            self._waiter = self.run.reactor.current
            yield

    def let_go_on(self) -> None:
        """Let whoever awaits it go on."""
        self.is_open = False
        if self._waiter is not None:
            self.run.reactor.wake(self._waiter)
            self._waiter = None


Each = TypeVar("Each", bound=Errand)


class Errands(Generic[Each]):
    """The errands of one kind, and the task that serves them while there are any."""

    def __init__(
        self,
        run: Run,
        *,
        lengths: int,
        optional: int = -1,
        begin: Callable[[Each], None],
        read: Callable[[int, int], None],
        look_at: Callable[[Each], None],
        end: Callable[[], None],
    ) -> None:
        """Four verbs make the kind.

        Args:
            run: the run in progress.
            lengths: how many lengths of waits there are.
            optional: the one whose waits only may bring more, and end when the run has no patience left.
            begin: begins an errand.
            read: reads what a ready descriptor has.
            look_at: does what is to be done about an errand whose moment has come.
            end: gives back what the last errand leaves behind.
        """
        self.task: Task[None] | None = None
        self._run = run
        self._optional = optional
        self._begin = begin
        self._read = read
        self._look_at = look_at
        self._end = end
        self._new: deque[Each] = deque()
        self._queues: tuple[deque[tuple[float, int, Each]], ...] = tuple(deque() for _ in range(lengths))
        self._made = 0

    def send_out(self, one: Each) -> None:
        """Begin an errand at the next turn."""
        self._new.append(one)
        if self.task is None or self.task.done:
            self.task = self._run.leave(self._serve())
        elif len(self._new) == 1:
            self._run.reactor.wake(self.task)

    def appoint(self, one: Each, length: int, moment: float) -> None:
        """Look at an errand at `moment`, and at no moment named before. Moments of one length never go back."""
        self._made += 1
        one.appointment = self._made
        self._queues[length].append((moment, self._made, one))

    async def _serve(self) -> None:
        try:
            while (moment := self._next_moment()) is not None:
                for fd, mask in await self._run.reactor.until(moment):
                    self._read(fd, mask)
                self._keep_appointments()
                for _ in range(min(len(self._new), _MOST_BEGUN_AT_ONCE)):
                    self._begin(self._new.popleft())
        finally:
            self._end()
            self._abandon()

    def _next_moment(self) -> float | None:
        """When the task has to do something unasked; None: nothing is left to do."""
        if self._new:
            return self._run.now()
        soonest = None
        for queue in self._queues:
            while queue and queue[0][2].appointment != queue[0][1]:
                queue.popleft()
            if queue and (soonest is None or queue[0][0] < soonest):
                soonest = queue[0][0]
        return soonest

    def _keep_appointments(self) -> None:
        run = self._run
        now = run.now()
        for length, queue in enumerate(self._queues):
            all_due = run.reactor.is_cut or (length == self._optional and not run.is_patient)
            while queue and (all_due or queue[0][0] <= now):
                _, made, one = queue.popleft()
                if one.appointment == made:
                    self._look_at(one)

    def _abandon(self) -> None:
        """Keep nobody waiting; there is somebody only when a bug ended the task, and it is theirs to see."""
        for one in self._new:
            one.let_go_on()
        for queue in self._queues:
            for _, _, one in queue:
                one.let_go_on()
