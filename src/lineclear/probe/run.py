"""What all verbs of one run share: the clock, the record, patience and politeness."""

from _socket import socket
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from lineclear.model import AnyObservation, Endpoint, Failure, Lateness, Limits, Redirection
from lineclear.plan import dial

from .headstart import HeadStart
from .kept import Kept, has_heard, is_connected
from .loop.reactor import Reactor, Task

Watcher = Callable[[AnyObservation], None]

_KEPT = 4
"""SYNs remembered per address, in politeness windows: those that wait for their turn are counted too."""
_ROUTER_BURST = 5
"""Answers a rested router has ready beside the first."""
_ROUTER_REST_S = 1.1
_FEW = 64
"""Pending tasks that may be done without being cleared away."""


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
        head_start: HeadStart | None = None,
    ) -> None:
        self.reactor = reactor
        self.limits = limits
        self.redirections = redirections
        self.began = reactor.clock() if began is None else began
        self.observations: list[AnyObservation] = []
        self.pending: list[Task[Any]] = []
        """What outlives the verb that began it, such as listening for a second answer; `settle` waits for it."""
        self._tidy_at = _FEW
        self.is_patient = True
        """Whether a wait that only may bring more is still worth its time."""
        self.early = head_start.resolvers if head_start else {}
        """Resolvers that were asked before the run was ready; whoever asks them next adopts it."""
        self._early_syns = head_start.syns if head_start else {}
        self.shared: dict[object, Any] = {}
        """What a verb keeps for its next call in this run, such as a socket for many questions; the key is its own."""
        self.kept = Kept(is_connected)
        self.greeted = Kept(has_heard)
        """Connections on which a greeting of TLS had no answer in time."""
        self.greeting_s = 0.0
        """How long a second greeting is worth waiting for at least, where answers turned out to be late."""
        self._watcher = watcher
        self._slowest_s = 0.0
        self._round_trips: dict[str, float] = {}
        self._sent: dict[str, deque[float]] = {}
        self._distances: dict[str, int] = {}
        self._routers_ready = self.began
        for (address, _), several in self._early_syns.items():
            for moment, _ in several:
                self.count_syn(address, moment)

    def new_id(self) -> str:
        """An id for the observation about to be recorded."""
        return f"o{len(self.observations) + 1}"

    def record(self, observation: AnyObservation) -> None:
        """Keep one observation and tell whoever watches."""
        self.observations.append(observation)
        if self._watcher is not None:
            self._watcher(observation)

    def record_lateness(self) -> None:
        """Record when this machine went on later than it had to, for whoever judges durations."""
        for moment, seconds in self.reactor.late:
            took_ms = round(seconds * 1000.0, 3)
            self.record(Lateness(id=self.new_id(), at_ms=self.at_ms(moment), took_ms=took_ms))

    def leave(self, coro: Coroutine[Any, Any, None]) -> Task[None]:
        """Start what may outlive the verb that begins it."""
        if len(self.pending) >= self._tidy_at:
            self.pending = [one for one in self.pending if not one.done]
            self._tidy_at = 2 * len(self.pending) + _FEW
        task = self.reactor.spawn(coro)
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

    def polite_at(self, address: str) -> float:
        """The moment from which one more SYN to `address` is polite: at most `syns_per_address` in each `pace_s`."""
        sent = self._sent.get(address)
        if sent is None or len(sent) < self.limits.syns_per_address:
            return self.began
        return sent[-self.limits.syns_per_address] + self.limits.pace_s

    def count_syn(self, address: str, moment: float) -> None:
        """Count one SYN to `address` that leaves at `moment`."""
        sent = self._sent.get(address)
        if sent is None:
            sent = self._sent[address] = deque(maxlen=_KEPT * self.limits.syns_per_address)
        sent.append(moment)

    def early_syn(self, endpoint: Endpoint) -> tuple[float, socket] | None:
        """A SYN to `endpoint` that left before the run was ready, counted already: its moment and its socket."""
        waiting = self._early_syns.get((endpoint.address, endpoint.port))
        return waiting.pop() if waiting else None

    def drop_early(self) -> None:
        """Close what left early and nobody wanted."""
        unwanted = [one.sock for one in self.early.values()]
        unwanted += [sock for several in self._early_syns.values() for _, sock in several]
        for sock in unwanted:
            sock.close()
        self.early.clear()
        self._early_syns.clear()

    def died_on_the_way(self, address: str, moment: float) -> None:
        """Take back a counted SYN: a router said that it never arrived."""
        sent = self._sent.get(address)
        if sent is not None and moment in sent:
            sent.remove(moment)

    async def pace(self, address: str) -> None:
        """Wait for the turn of one more SYN to `address`, and count it."""
        now = self.reactor.clock()
        turn = max(now, self.polite_at(address))
        self.count_syn(address, turn)
        if turn > now:
            await self.reactor.sleep(turn - now)

    def saw_distance(self, address: str, hops: int) -> None:
        """Learn that an address answers at this hop limit at the earliest; a box on the way may answer before it."""
        self._distances[address] = max(hops, self._distances.get(address, hops))

    def distance(self, address: str) -> int | None:
        """The smallest hop limit at which an address may answer, as far as known."""
        return self._distances.get(address)

    def router_turn(self, wait: bool = True) -> float:
        """The moment from which the routers on the way answer one more question; counts it. Now, unless `wait`.

        Linux routers answer one peer six times in a burst and then once a second (`icmp_ratelimit`, measured).
        """
        now = self.reactor.clock()
        ready = self._routers_ready
        turn = max(now, ready - _ROUTER_BURST * _ROUTER_REST_S) if wait else now
        self._routers_ready = min(max(turn, ready), turn + _ROUTER_BURST * _ROUTER_REST_S) + _ROUTER_REST_S
        return turn
