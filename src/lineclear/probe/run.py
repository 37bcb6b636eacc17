"""What all verbs of one run share: the clock, the record, patience and politeness."""

from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from lineclear.model import AnyObservation, Endpoint, Failure, Limits, Redirection
from lineclear.plan import dial

from .reactor import Reactor, Task

Watcher = Callable[[AnyObservation], None]


class Run:
    """One run in progress. Verbs record here, exactly one observation each, and ask here how long to wait."""

    def __init__(
        self,
        reactor: Reactor,
        limits: Limits,
        *,
        redirections: tuple[Redirection, ...] = (),
        watcher: Watcher | None = None,
        began: float | None = None,
    ) -> None:
        self.reactor = reactor
        self.limits = limits
        self.redirections = redirections
        self.began = reactor.clock() if began is None else began
        self.observations: list[AnyObservation] = []
        self.pending: list[Task[Any]] = []
        """What outlives the verb that began it, such as listening for a second answer; `settle` waits for it."""
        self.is_patient = True
        """Whether a wait that only may bring more is still worth its time."""
        self.shared: dict[object, Any] = {}
        """What a verb keeps for its next call in this run, such as a socket for many questions; the key is its own."""
        self._watcher = watcher
        self._slowest_s = 0.0
        self._round_trips: dict[str, float] = {}
        self._sent: dict[str, deque[float]] = {}

    def new_id(self) -> str:
        """An id for the observation about to be recorded."""
        return f"o{len(self.observations) + 1}"

    def record(self, observation: AnyObservation) -> None:
        """Keep one observation and tell whoever watches."""
        self.observations.append(observation)
        if self._watcher is not None:
            self._watcher(observation)

    def leave(self, coro: Coroutine[Any, Any, None]) -> Task[None]:
        """Start what may outlive the verb that begins it."""
        task = self.reactor.spawn(coro)
        self.pending = [one for one in self.pending if not one.done]
        self.pending.append(task)
        return task

    async def settle(self, patiently: bool = True) -> None:
        """Wait until nothing is pending, so that every observation is recorded.

        Args:
            patiently: wait for what may still come; else only for what was asked and not yet answered.
        """
        if not patiently:
            self.is_patient = False
            for task in self.pending:
                self.reactor.wake(task)
        while self.pending:
            await self.pending.pop()

    def now(self) -> float:
        """The moment, in seconds of the run's clock."""
        return self.reactor.clock()

    def at_ms(self, moment: float) -> float:
        """A moment as observations hold it: milliseconds since the run began."""
        return round((moment - self.began) * 1000.0, 3)

    def took_ms(self, since: float) -> float:
        """Milliseconds from a moment until now."""
        return round((self.reactor.clock() - since) * 1000.0, 3)

    def silence(self) -> Failure:
        """The failure of a wait that brought nothing: cut short, or really waited out."""
        return Failure.INTERRUPTED if self.reactor.is_cut else Failure.TIMED_OUT

    def dial(self, host: str, port: int, address: str) -> Endpoint:
        """Where to connect for `host:port` at `address`: there, unless the user said elsewhere."""
        return dial(self.redirections, host, port, address)

    def saw_round_trip(self, address: str, seconds: float) -> None:
        """Learn how slow this network is, and how far this address."""
        self._slowest_s = max(self._slowest_s, seconds)
        self._round_trips[address] = min(seconds, self._round_trips.get(address, seconds))

    def round_trip_s(self, address: str) -> float | None:
        """The fastest round trip seen to an address."""
        return self._round_trips.get(address)

    def patience_s(self) -> float:
        """How long an unanswered SYN is worth waiting for, by the slowest answer seen so far."""
        return max(self.limits.patience_floor_s, self.limits.patience_round_trips * self._slowest_s)

    async def pace(self, address: str) -> None:
        """Wait until one more SYN to `address` is polite: at most `syns_per_address` in each `pace_s`."""
        limits = self.limits
        sent = self._sent.get(address)
        if sent is None:
            sent = self._sent[address] = deque(maxlen=limits.syns_per_address)
        now = self.reactor.clock()
        if len(sent) == limits.syns_per_address and sent[0] + limits.pace_s > now:
            turn = sent[0] + limits.pace_s
            sent.append(turn)
            await self.reactor.sleep(turn - now)
        else:
            sent.append(now)
