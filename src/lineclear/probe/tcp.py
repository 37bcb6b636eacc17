"""The first half of the document's telnet test, done properly: a hedged connect (`opaque` has the other).

Hedging. A lost SYN looks like a dropped one until the kernel sends it again a second later. So up to five sockets
send one SYN each, 120 ms apart (the second after 1.25 round trips, if known), and the first answer counts.
After the last SYN we wait two of the slowest round trips seen on this network, at least `patience_floor_s`. With
2 % loss each way five SYNs fail together once in 1e7; a dropped port is known in about a second where a fixed timeout
needs three (measured: docs/performance.md). Any answer ends it at once: an answer is strong, silence is weak.

What a handshake proves: that somebody accepted. Who, is for the silence that follows, for TLS, for the controls and
for the hop limits to say.
"""

import _socket

from lineclear.model import Attempt, Endpoint, Failure, Icmp, Purpose, Raw, TcpConnect

from .errors import classify, classify_here, queued_icmp, raw
from .kept import Waiting
from .loop.poller import HANGUP, WRITE
from .run import Run
from .sockets import limit_segments, open_stream, pending_error, start_connect, tcp_facts

_ONLY_ON_LOSS = 1.25
"""Round trips before the second SYN: repeats then leave only when an answer is overdue."""


class Connection:
    """An open connection and what is known of it. Whoever holds it closes it."""

    __slots__ = ("endpoint", "host", "is_kept", "purpose", "rtt_ms", "run", "sock", "syn_repeats")

    def __init__(
        self,
        run: Run,
        sock: _socket.socket,
        *,
        host: str,
        endpoint: Endpoint,
        purpose: Purpose,
        rtt_ms: float,
        syn_repeats: int = 0,
    ) -> None:
        self.run, self.sock = run, sock
        self.host, self.endpoint = host, endpoint
        self.purpose = purpose
        self.rtt_ms = rtt_ms
        self.syn_repeats = syn_repeats
        self.is_kept = False

    def close(self) -> None:
        """End it in the ordinary way; a socket that is kept another closes."""
        if not self.is_kept:
            self.run.reactor.hang_up(self.sock)


class _Syn:
    """One socket of a hedged connect."""

    __slots__ = ("failure", "raw", "sent", "sock", "won")

    def __init__(self, sent: float) -> None:
        self.sent = sent
        self.sock: _socket.socket | None = None
        self.failure: Failure | None = None
        self.raw: Raw | None = None
        self.won = False

    def refused_here(self, endpoint: Endpoint, number: int) -> None:
        self.failure, self.raw = classify_here(number, endpoint.address), raw(number)

    def refused_there(self, number: int, icmp: Icmp | None) -> None:
        self.failure, self.raw = classify(number), raw(number, icmp)


async def connect(
    run: Run,
    *,
    host: str,
    endpoint: Endpoint,
    purpose: Purpose = Purpose.TARGET,
    hedges: int | None = None,
    patience_s: float | None = None,
    segment: int = 0,
) -> Connection | None:
    """Connect by staggered SYNs and record one `TcpConnect`; the open connection, or None.

    Args:
        run: the run in progress.
        host: the name this is for; only recorded.
        endpoint: address and port to dial.
        purpose: recorded.
        hedges: SYNs at most; the run's limit if None.
        patience_s: seconds after the last SYN; what the network taught so far if None.
        segment: the largest segment either side may send; 0: the usual.
    """
    began = run.now()
    race = _Race(run, host, endpoint, purpose, segment)
    if purpose is Purpose.TARGET:
        began = race.adopt_early(began)
    await race.run_out(hedges or run.limits.hedges, patience_s)
    won = race.connection
    run.record(
        TcpConnect(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=race.failure,
            raw=race.raw,
            endpoint=endpoint,
            host=host,
            purpose=purpose,
            local=race.local,
            attempts=tuple(_attempt(run, syn) for syn in race.syns),
            rtt_ms=won.rtt_ms if won else None,
            rtt_from="" if not won else "tcp_info" if race.facts else "clock",
            retransmits=race.facts[1] if race.facts else None,
        )
    )
    return won


async def reach(
    run: Run,
    *,
    host: str,
    endpoint: Endpoint,
    purpose: Purpose = Purpose.TARGET,
    segment: int = 0,
    hop_limit: int | None = None,
) -> tuple[Connection | None, Failure | None, Raw | None]:
    """The same connect without a record, for a verb whose own observation tells of it: what opened, or what failed.

    `segment`: the largest segment either side may send; 0: the usual. `hop_limit`: what our packets leave with.
    """
    race = _Race(run, host, endpoint, purpose, segment)
    race.hop_limit = hop_limit
    await race.run_out(run.limits.hedges, None)
    return race.connection, race.failure, race.raw


class _Race:
    """A hedged connect, and what came of it."""

    __slots__ = (
        "connection",
        "endpoint",
        "facts",
        "failure",
        "hop_limit",
        "host",
        "local",
        "purpose",
        "raw",
        "run",
        "segment",
        "syns",
    )

    def __init__(self, run: Run, host: str, endpoint: Endpoint, purpose: Purpose, segment: int = 0) -> None:
        self.run = run
        self.host = host
        self.endpoint = endpoint
        self.purpose = purpose
        self.segment = segment
        self.hop_limit: int | None = None
        self.syns: list[_Syn] = []
        self.connection: Connection | None = None
        self.local: Endpoint | None = None
        self.facts: tuple[float, int] | None = None
        self.failure: Failure | None = None
        self.raw: Raw | None = None

    def adopt_early(self, began: float) -> float:
        """Take the SYN that left before the run was ready (`headstart`), if there is one; when the connect began."""
        early = self.run.early_syn(self.endpoint)
        if early is None:
            return began
        syn = _Syn(early[0])
        syn.sock = early[1]
        self.run.reactor.watch(syn.sock.fileno(), WRITE)
        self.syns.append(syn)
        return syn.sent

    async def run_out(self, hedges: int, patience_s: float | None) -> None:
        """Send SYNs until one is answered or patience ends; every socket but the winner's is closed, or kept."""
        winner = await _race(self, hedges, patience_s)
        self.local = next((_left_from(syn.sock) for syn in (winner, *self.syns) if syn and syn.sock), None)
        kept = None if winner is not None else self._kept()
        for syn in self.syns:
            if syn.sock is not None and not syn.won and syn is not kept:
                self.run.reactor.hang_up(syn.sock)
        if winner is not None and winner.sock is not None:
            self._take(winner, winner.sock)
        else:
            last = next((syn for syn in self.syns if syn.failure is not None), None)
            self.failure, self.raw = (last.failure, last.raw) if last else (self.run.silence(), None)

    def _kept(self) -> "_Syn | None":
        """The first SYN, where nobody answered any in the first pass, and the run waits for it a little longer."""
        first, run = self.syns[0] if self.syns else None, self.run
        silent = not any(syn.failure for syn in self.syns) and self.purpose is Purpose.TARGET
        if first is None or first.sock is None or not silent or not self.host:
            return None
        run.reactor.forget(first.sock.fileno())
        return first if run.kept.take(Waiting(self.host, self.endpoint, first.sent, first.sock)) else None

    def _take(self, winner: "_Syn", sock: _socket.socket) -> None:
        run = self.run
        clock_ms = run.took_ms(winner.sent)
        run.reactor.forget(sock.fileno())
        self.facts = tcp_facts(sock)
        rtt_ms = self.facts[0] if self.facts else clock_ms
        run.saw_round_trip(self.endpoint.address, rtt_ms / 1000.0)
        self.connection = Connection(
            run,
            sock,
            host=self.host,
            endpoint=self.endpoint,
            purpose=self.purpose,
            rtt_ms=rtt_ms,
            syn_repeats=self.facts[1] if self.facts else 0,
        )


def local_endpoint(sock: _socket.socket) -> Endpoint:
    """Our own end of a connection."""
    name = sock.getsockname()
    return Endpoint(address=name[0], port=name[1])


def _left_from(sock: _socket.socket) -> Endpoint | None:
    """Our own end of a connect, accepted or not; None where the system does not say."""
    try:
        end = local_endpoint(sock)
    except OSError:
        return None
    return None if end.address in ("0.0.0.0", "::") else end


async def _race(race: _Race, hedges: int, patience_s: float | None) -> _Syn | None:
    """Send SYNs until one is answered; that one if it was accepted. `syns` holds all that were sent, early ones too."""
    run, endpoint, syns = race.run, race.endpoint, race.syns
    reactor = run.reactor
    sent = bool(syns)
    if not sent:
        await run.pace(endpoint.address)
    while not reactor.is_cut:
        sent = sent or _send_syn(race)
        if not sent and len(syns) == 1:
            return None
        last = not sent or len(syns) >= hedges
        winner, answered = await _answer(run, endpoint, syns, last, patience_s)
        if answered or last:
            return winner
        sent = False
        run.count_syn(endpoint.address, reactor.clock())
    return None


async def _answer(
    run: Run, endpoint: Endpoint, syns: list[_Syn], last: bool, patience_s: float | None
) -> tuple[_Syn | None, bool]:
    """Wait for an answer to any SYN until it is time for the next one; see `_sort_out`."""
    reactor = run.reactor
    while not reactor.is_cut:
        moment = _next_moment(run, endpoint, syns, last, patience_s)
        if reactor.clock() >= moment:
            break
        winner, answered = _sort_out(await reactor.until(moment), syns)
        if answered:
            return winner, True
    return None, False


def _next_moment(run: Run, endpoint: Endpoint, syns: list[_Syn], last: bool, patience_s: float | None) -> float:
    """When to send the next SYN, or after the last one to give up. Asked again and again: the network teaches."""
    if last:
        return syns[-1].sent + (run.patience_s() if patience_s is None else patience_s)
    overdue = syns[0].sent + _ONLY_ON_LOSS * (run.round_trip_s(endpoint.address) or 0.0)
    return max(syns[-1].sent + run.limits.hedge_interval_s, overdue, run.polite_at(endpoint.address))


def _send_syn(race: _Race) -> bool:
    """Open one more socket and send its SYN; False when this machine would not."""
    run, endpoint = race.run, race.endpoint
    syn = _Syn(run.now())
    race.syns.append(syn)
    try:
        sock = open_stream(endpoint.address, race.hop_limit)
        if race.segment:
            limit_segments(sock, race.segment)
    except OSError as problem:
        syn.refused_here(endpoint, problem.errno or 0)
        return False
    number = start_connect(sock, endpoint)
    if number:
        sock.close()
        syn.refused_here(endpoint, number)
        return False
    syn.sock = sock
    run.reactor.watch(sock.fileno(), WRITE)
    return True


def _sort_out(events: list[tuple[int, int]], syns: list[_Syn]) -> tuple[_Syn | None, bool]:
    """The SYN that was accepted, if one was; and whether any was answered at all."""
    answered = False
    for fd, mask in events:
        syn = next((one for one in syns if one.sock is not None and one.sock.fileno() == fd), None)
        if syn is None or syn.sock is None:
            continue
        number = pending_error(syn.sock)
        if number or mask & HANGUP:
            syn.refused_there(number, queued_icmp(syn.sock))
            answered = True
        elif mask & WRITE:
            syn.won = True
            return syn, True
    return None, answered


def _attempt(run: Run, syn: _Syn) -> Attempt:
    return Attempt(at_ms=run.at_ms(syn.sent), failure=syn.failure, raw=syn.raw, connected=syn.won)
