"""Many endpoints, one SYN each, as cheaply as a handshake can be asked for: for monitors and fleets, not for a check.

It leaves out what makes the ordinary verb dear: hedges, and a task and a record for each connect. It keeps the words,
the ICMP errors, the kernel's round trips and the politeness. One task holds all sockets, in a poller of its own whose
single descriptor the reactor watches. Connections are closed with a reset, so that no local port stays taken.

Running out of descriptors or ports is this machine's trouble: the endpoint waits until others are done, and only when
nothing is under way any more is it reported, as not tested.
"""

import _socket
import struct
from collections import deque
from collections.abc import Callable, Iterable

from msgspec import Struct

from lineclear.model import Endpoint, Failure, Raw
from lineclear.probe.errors import classify, classify_here, queued_icmp, raw
from lineclear.probe.loop.poller import READ, WRITE, open_poller
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.sockets import open_stream, pending_error, start_connect, tcp_facts

_RESET_ON_CLOSE = (int(_socket.SOL_SOCKET), int(_socket.SO_LINGER), struct.pack("ii", 1, 0))
_ONE_SHOT = 0x40000000
"""EPOLLONESHOT."""
_NEVER = float("inf")
_MOST_HELD = 10_000
"""Endpoints held back for politeness before no more are asked for."""
_GLANCE_S = 0.005
"""How often sockets are looked at where their poller has no descriptor that could be watched."""


class Swept(Struct, frozen=True, gc=False):
    """What one SYN brought."""

    endpoint: Endpoint
    failure: Failure | None = None
    raw: Raw | None = None
    rtt_ms: float | None = None
    """The kernel's measure (TCP_INFO); None where there is none, or when it was not asked for."""


async def sweep(
    reactor: Reactor,
    endpoints: Iterable[Endpoint],
    tell: Callable[[Swept], object],
    *,
    window: int = 1000,
    patience_s: float = 3.0,
    syns_per_address: int = 4,
    pace_s: float = 0.1,
    timed: bool = True,
) -> None:
    """Connect to every endpoint once and tell what came of each, as it comes.

    A run that is cut tells `interrupted` of what was under way, and nothing of what had not begun.

    Args:
        reactor: runs it; other tasks go on beside it.
        endpoints: may be endless, and is asked only when there is room.
        tell: called with each result.
        window: connects under way at most; descriptors may allow fewer.
        patience_s: seconds a SYN is waited for. Only the kernel sends it again: where loss matters, `tcp` does better.
        syns_per_address: SYNs to one address in any `pace_s`, at most.
        pace_s: see there.
        timed: ask the kernel for each round trip.
    """
    flight = _Flight(reactor.clock, tell, patience_s, timed)
    queue = _Queue(endpoints, syns_per_address, pace_s)
    fd = flight.poller.fileno()
    if fd >= 0:
        reactor.watch(fd, READ)
    while not reactor.is_cut:
        flight.launch(queue, window)
        moment = min(flight.due(), queue.due())
        if moment == _NEVER:
            break
        await reactor.until(moment if fd >= 0 else min(moment, reactor.clock() + _GLANCE_S))
        flight.land()
    if fd >= 0:
        reactor.forget(fd)
    flight.end()


_Connect = tuple[_socket.socket, Endpoint, float]
"""Socket, endpoint, and when its SYN left."""


class _Flight:
    """Connects under way."""

    def __init__(
        self, clock: Callable[[], float], tell: Callable[[Swept], object], patience_s: float, timed: bool
    ) -> None:
        self.poller = open_poller()
        self._register = self.poller.register
        self._epoll = self.poller.fileno() >= 0
        """It marks a connect that failed and can be told to tell only once: two calls less for each connect."""
        self._mask = WRITE | _ONE_SHOT if self._epoll else WRITE
        self._clock = clock
        self._tell = tell
        self._patience_s = patience_s
        self._timed = timed
        self._flying: dict[int, _Connect] = {}

    def launch(self, queue: "_Queue", window: int) -> None:
        """Send SYNs until `window` are under way, nobody waits, or this machine has no room."""
        flying = self._flying
        queue.turn(self._clock())
        while len(flying) < window:
            endpoint = queue.next()
            if endpoint is None:
                return
            if not self._send(endpoint):
                queue.put_back(endpoint)
                return

    def land(self) -> None:
        """Tell what was answered, and what has waited long enough."""
        flying, tell, timed, epoll = self._flying, self._tell, self._timed, self._epoll
        for fd, mask in self.poller.poll(0):
            sock, endpoint, _ = flying.pop(fd)
            number = 0 if epoll and mask == WRITE else pending_error(sock)
            if number:
                tell(Swept(endpoint, classify(number), raw(number, queued_icmp(sock))))
            else:
                facts = tcp_facts(sock) if timed else None
                tell(Swept(endpoint, None, None, facts[0] if facts else None))
                sock.setsockopt(*_RESET_ON_CLOSE)
            if not epoll:
                self.poller.unregister(fd)
            sock.close()
        now = self._clock()
        while self.due() <= now:
            self._drop_oldest(Failure.TIMED_OUT)

    def due(self) -> float:
        """When the oldest has waited long enough. All wait equally long: the first in is the first to go."""
        for _, _, sent in self._flying.values():
            return sent + self._patience_s
        return _NEVER

    def end(self) -> None:
        """Give up what is under way."""
        while self._flying:
            self._drop_oldest(Failure.INTERRUPTED)
        self.poller.close()

    def _drop_oldest(self, failure: Failure) -> None:
        fd = next(iter(self._flying))
        sock, endpoint, _ = self._flying.pop(fd)
        self.poller.unregister(fd)
        sock.close()
        self._tell(Swept(endpoint, failure))

    def _send(self, endpoint: Endpoint) -> bool:
        """Send one SYN, or tell why not; False when there is no room while others are under way."""
        try:
            sock = open_stream(endpoint.address)
        except OSError as problem:
            return self._refuse(endpoint, problem.errno or 0)
        number = start_connect(sock, endpoint)
        if number:
            sock.close()
            return self._refuse(endpoint, number)
        fd = sock.fileno()
        self._register(fd, self._mask)
        self._flying[fd] = (sock, endpoint, self._clock())
        return True

    def _refuse(self, endpoint: Endpoint, number: int) -> bool:
        failure = classify_here(number, endpoint.address)
        if failure is Failure.LOCAL_EXHAUSTION and self._flying:
            return False
        self._tell(Swept(endpoint, failure, raw(number)))
        return True


class _Queue:
    """Endpoints that wait, each address at its own pace.

    So many are let go in a span and the one before it, which is never more than that in any time of that length.
    """

    def __init__(self, endpoints: Iterable[Endpoint], most: int, span_s: float) -> None:
        self._fresh = iter(endpoints)
        self._again: deque[Endpoint] = deque()
        self._held: list[Endpoint] = []
        self._most = most
        self._span_s = span_s
        self._span = 0
        self._let_go: dict[str, int] = {}
        self._before: dict[str, int] = {}

    def turn(self, now: float) -> None:
        """Note the time: with each new span those held back may try again."""
        span = int(now / self._span_s)
        if span != self._span:
            self._before = self._let_go if span == self._span + 1 else {}
            self._let_go = {}
            self._span = span
            self._again.extend(self._held)
            self._held.clear()

    def next(self) -> Endpoint | None:
        """The next endpoint that may go now; None: there is none for the time being."""
        let_go, before = self._let_go, self._before
        while len(self._held) < _MOST_HELD:
            endpoint = self._again.popleft() if self._again else next(self._fresh, None)
            if endpoint is None:
                return None
            sent = let_go.get(endpoint.address, 0)
            if sent + before.get(endpoint.address, 0) < self._most:
                let_go[endpoint.address] = sent + 1
                return endpoint
            self._held.append(endpoint)
        return None

    def put_back(self, endpoint: Endpoint) -> None:
        """Take one back for which there was no room."""
        self._again.appendleft(endpoint)

    def due(self) -> float:
        """When the next span lets some of those held go."""
        return (self._span + 1) * self._span_s if self._held else _NEVER
