"""Which routers stand on the way to one port, and from how near an answer comes: connects that may only go so far.

A SYN whose hop limit is 3 dies at the third router, which says so (ICMP time exceeded), and Linux hands that message
to the very socket that asked (`IP_RECVERR`), no privileges needed. So one connect for each hop limit draws the path
for exactly this port, names the device that rejects, and tells whether a handshake or a reset comes from nearer than
the host: a proxy in the office accepts at limit 1 or 2 what the vendor accepts at 9.

Politeness. A SYN that dies on the way costs the vendor nothing; one that arrives counts. How far the vendor is stands
nowhere, so at most `syns_per_address` SYNs whose end is unknown leave in each `pace_s`. Those up to the second router
are free: our own gateway and our provider are not the vendor. So are those up to the farthest router heard from, now
or in an earlier trace, and those short of where the address answered before or its echo reply seems to come from.
Every answer of a router frees further SYNs at once. A trace takes one round trip when it knows such a thing or the
way is short, and two or three when it is long, unknown, and its delay lies near its beginning.

Reading. A router checks the hop limit before it filters: the device that blocks is the last one heard from, or the
one after it. A missing hop means nothing by itself: routers answer rarely and rate-limit. Each SYN is a flow of its
own, so where a provider balances flows over several paths the hops may be of different ones.
"""

import _socket
from collections.abc import Iterator

from lineclear.model import Endpoint, Failure, Hop, Icmp, NotMeasured, PathTrace, Ping, Raw
from lineclear.probe.errors import classify, classify_here, queued_icmp, raw
from lineclear.probe.loop.poller import HANGUP, WRITE
from lineclear.probe.run import Run
from lineclear.probe.sockets import LINUX, is_here, open_stream, pending_error, start_connect, tcp_facts

_OURS = 2
"""Routers that cannot be the vendor: our gateway and our provider's first."""
_INITIAL_LIMITS = (64, 128, 255)
"""Hop limits that systems send with."""
_CROOKED = 2
"""Hops by which the way back may be longer than the way there."""
_OVERDUE = 1.25
"""Round trips after which an answer is overdue, when the far end's round trip is known."""
_JITTER_S = 0.01
_BLURRED = 2
"""Silent limits after the last router heard from that are asked again: they say where the path ends."""
_EXPIRED = {4: 11, 6: 3}
"""The ICMP type of time exceeded, by version (RFC 792, RFC 4443)."""
_WORDS = {Failure.CONNECTION_REFUSED: "refused", Failure.CONNECTION_RESET: "reset", Failure.TIMED_OUT: "silent"}


async def trace(run: Run, *, host: str, endpoint: Endpoint) -> PathTrace | None:
    """Connect under every hop limit up to where the far end answers and record one `PathTrace`; None: not possible.

    Silent limits are asked twice where they matter, and waited for as long
    as this network has taught. Waits for its turn with the routers: more than six traces in a row are spread out.
    """
    if _impossible(run, endpoint):
        return None
    await run.reactor.sleep(run.router_turn() - run.now())
    return await _walk(_Fence(run, endpoint, last=run.limits.hop_limit, tries=2, patience_s=None), host)


async def fence(run: Run, *, host: str, endpoint: Endpoint, upto: int = 3) -> PathTrace | None:
    """Connect under hop limits 1 to `upto` only and record one `PathTrace`: does something near accept?

    Costs at most `upto` SYNs and one round trip; routers that have no answer left are not waited for.
    """
    if _impossible(run, endpoint):
        return None
    run.router_turn(wait=False)
    known = run.round_trip_s(endpoint.address)
    patience_s = None if known is None else _OVERDUE * known + _JITTER_S
    return await _walk(_Fence(run, endpoint, last=upto, tries=1, patience_s=patience_s), host)


def _impossible(run: Run, endpoint: Endpoint) -> bool:
    """Record why there is no path to measure, if so."""
    if not LINUX:
        why = "this platform does not tell which router answered"
    elif is_here(endpoint.address):
        why = "the address is on this machine: there is no path to it"
    else:
        return False
    run.record(
        NotMeasured(
            id=run.new_id(),
            at_ms=run.at_ms(run.now()),
            took_ms=0.0,
            failure=Failure.NOT_MEASURED,
            verb="path",
            subject=str(endpoint),
            why=why,
        )
    )
    return True


async def _walk(fence: "_Fence", host: str) -> PathTrace:
    run = fence.run
    began = run.now()
    moment = fence.advance()
    while moment is not None and not run.reactor.is_cut:
        for fd, mask in await run.reactor.until(moment):
            fence.take(fd, mask)
        moment = fence.advance()
    fence.close()
    run.saw_distance(fence.endpoint.address, fence.distance)
    cut = moment is not None
    trace = PathTrace(
        id=run.new_id(),
        at_ms=run.at_ms(began),
        took_ms=run.took_ms(began),
        failure=Failure.INTERRUPTED if cut else fence.failure,
        raw=None if cut else fence.raw,
        endpoint=fence.endpoint,
        host=host,
        hops=tuple(fence.hops(silent=not cut)),
    )
    run.record(trace)
    return trace


class _Syn:
    """One connect under one hop limit."""

    __slots__ = ("limit", "sent", "sock")

    def __init__(self, limit: int, sent: float, sock: _socket.socket) -> None:
        self.limit = limit
        self.sent = sent
        self.sock = sock


class _Fence:
    """The connects of one trace, and what is known so far."""

    def __init__(self, run: Run, endpoint: Endpoint, *, last: int, tries: int, patience_s: float | None) -> None:
        self.run = run
        self.endpoint = endpoint
        self.far: int | None = None
        """The smallest limit at which something other than an expiry came back."""
        self.failure: Failure | None = None
        self.raw: Raw | None = None
        self._last = last
        self._tries = tries
        self._patience_s = patience_s
        self._expired = 0
        self._far_rtt_s = 0.0
        self._known = max(run.distance(endpoint.address) or 0, _by_echo(run, endpoint.address))
        self._hops: dict[int, Hop] = {}
        self._sent: dict[int, list[float]] = {}
        self._flying: dict[int, _Syn] = {}
        self._counted: list[tuple[int, float]] = []

    def advance(self) -> float | None:
        """Send every SYN that may go now; the moment to come back at, None when nothing more is expected."""
        now = self.run.now()
        for limit in self._wanted(now):
            turn = self._turn(limit)
            if turn > now:
                return turn
            if not self._send(limit, now):
                break
        return self._next_moment(now)

    def take(self, fd: int, mask: int) -> None:
        """Note what became of one SYN."""
        syn = self._flying.get(fd)
        if syn is None:
            return
        number = pending_error(syn.sock)
        connected = number == 0 and mask & (WRITE | HANGUP) == WRITE
        if not connected and number == 0 and not mask & HANGUP:
            return
        rtt_s = self.run.now() - syn.sent
        facts = tcp_facts(syn.sock) if connected else None
        icmp = None if connected else queued_icmp(syn.sock)
        self.run.reactor.hang_up(self._flying.pop(fd).sock)
        if syn.limit in self._hops:
            return
        outcome = "connected" if connected else _outcome(classify(number), icmp)
        self._hops[syn.limit] = Hop(
            limit=syn.limit,
            outcome=outcome,
            sender=icmp.sender if icmp else "",
            raw=None if connected else raw(number, icmp),
            rtt_ms=facts[0] if facts else round(rtt_s * 1000.0, 3),
        )
        if outcome == "expired":
            self._frees(syn.limit)
        elif self.far is None or syn.limit < self.far:
            self.far, self._far_rtt_s = syn.limit, rtt_s

    @property
    def distance(self) -> int:
        """The smallest limit at which the address answers, as far as known."""
        return self._expired + 1 if self.far is None else self.far

    def hops(self, silent: bool) -> Iterator[Hop]:
        """What each limit brought, up to the first at which the far end answered; those without answer if `silent`."""
        for limit in sorted(self._sent):
            if limit in self._hops:
                yield self._hops[limit]
            elif silent:
                yield Hop(limit=limit, outcome="silent")
            if limit == self.far:
                return

    def close(self) -> None:
        """Give up what is still unanswered."""
        for syn in self._flying.values():
            self.run.reactor.hang_up(syn.sock)
        self._flying.clear()

    def _wanted(self, now: float) -> Iterator[int]:
        """The limits to ask next, in order: new ones until the far end answered, then what is overdue and matters."""
        if self.failure is not None:
            return
        if self.far is None:
            yield from range(len(self._sent) + 1, self._last + 1)
        for limit in self._doubtful():
            if now >= self._sent[limit][-1] + self._overdue_s():
                yield limit

    def _doubtful(self) -> list[int]:
        """Silent limits worth asking again: those before the far end, or where the path seems to end."""
        silent = self._unanswered()
        if self.far is None:
            silent = [limit for limit in silent if limit > self._expired][:_BLURRED]
        return [limit for limit in silent if len(self._sent[limit]) < self._tries]

    def _unanswered(self) -> list[int]:
        end = self._last + 1 if self.far is None else self.far
        return [limit for limit in self._sent if limit < end and limit not in self._hops]

    def _next_moment(self, now: float) -> float | None:
        unanswered = self._unanswered()
        if not unanswered:
            return None
        again = [] if self.failure is not None else self._doubtful()
        if again:
            return min(self._sent[limit][-1] for limit in again) + self._overdue_s()
        end = max(self._sent[limit][-1] for limit in unanswered) + self._patience()
        return end if end > now else None

    def _overdue_s(self) -> float:
        """Seconds after which an answer is overdue."""
        if self.far is not None:
            return _OVERDUE * self._far_rtt_s + _JITTER_S
        known = self.run.round_trip_s(self.endpoint.address)
        return max(self.run.limits.hedge_interval_s, _OVERDUE * known if known else 0.0)

    def _patience(self) -> float:
        """Seconds the last SYN is waited for."""
        if self.far is not None:
            return self._overdue_s()
        return self.run.patience_s() if self._patience_s is None else self._patience_s

    def _turn(self, limit: int) -> float:
        """The moment from which a SYN under `limit` is polite."""
        return self.run.began if limit <= self._free() else self.run.polite_at(self.endpoint.address)

    def _free(self) -> int:
        """The farthest limit that surely does not reach the vendor."""
        return max(_OURS, self._expired, self._known - 1)

    def _frees(self, limit: int) -> None:
        """A router at `limit` answered: no SYN that was to go less far arrived."""
        self._expired = max(self._expired, limit)
        for counted in [one for one in self._counted if one[0] <= limit]:
            self._counted.remove(counted)
            self.run.died_on_the_way(self.endpoint.address, counted[1])

    def _send(self, limit: int, now: float) -> bool:
        """Open one more socket and send its SYN; False when this machine would not."""
        try:
            sock = open_stream(self.endpoint.address, limit)
        except OSError as problem:
            self._refuse(problem.errno or 0)
            return False
        number = start_connect(sock, self.endpoint)
        if number:
            sock.close()
            self._refuse(number)
            return False
        if limit > self._free():
            self.run.count_syn(self.endpoint.address, now)
            self._counted.append((limit, now))
        self._sent.setdefault(limit, []).append(now)
        self._flying[sock.fileno()] = _Syn(limit, now, sock)
        self.run.reactor.watch(sock.fileno(), WRITE)
        return True

    def _refuse(self, number: int) -> None:
        self.failure, self.raw = classify_here(number, self.endpoint.address), raw(number)


def _by_echo(run: Run, address: str) -> int:
    """At which limit an address surely answers not before, by the hop limit its echo reply came with; 0: unknown."""
    for one in run.observations:
        if isinstance(one, Ping) and one.address == address and one.hop_limit is not None:
            hops = min(limit - one.hop_limit for limit in _INITIAL_LIMITS if limit >= one.hop_limit)
            return hops + 1 - _CROOKED
    return 0


def _outcome(failure: Failure, icmp: Icmp | None) -> str:
    """The word for an answer that is no handshake."""
    if icmp is None:
        return _WORDS.get(failure, "rejected")
    return "expired" if icmp.type == _EXPIRED[icmp.version] else "rejected"
