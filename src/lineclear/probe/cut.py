"""Who cuts a connection at its first words: they are sent with a hop limit that dies before it reaches the host.

An injector, or a firewall that looks inside, resets in the name of the server what it does not like. A server that
closes for what was said must have got it first. So a connection is opened in the usual way, and the first words leave
with a hop limit that is too small to get there: whoever answers them by a cut stands on this side. The smallest limit
that is still cut tells how far away: a router looks at the limit before it filters. The nearest routers, where such
devices mostly stand, are asked at once, and what lies beyond them by halving. Beside them a connection on which nothing
is said must stay open, or the words have nothing to do with it.

Politeness. The host never gets the words. The connection is ended by a reset with the usual limit, so that nothing is
repeated and nothing stays open at the far end.
"""

from __future__ import annotations

import _socket
import struct
from typing import TYPE_CHECKING

from lineclear.model import CutOrigin, Failure, Hop

from . import opaque, tcp
from .errors import classify, raw
from .sockets import set_hop_limit

if TYPE_CHECKING:
    from lineclear.model import Endpoint, Raw

    from .run import Run
    from .tcp import Connection

_USUAL_LIMIT = 64
_NEAREST = (1, 2)
"""With these, the farthest, and the one that is silent, four SYNs leave together: as many as are polite."""
_AT_ONCE = struct.pack("ii", 1, 0)
_LEAST_S = 0.5
"""Waited at least: a lost segment is sent again within that."""
_ROUND_TRIPS = 2.0
_WORDS = {
    Failure.EOF: "closed",
    Failure.CONNECTION_RESET: "reset",
    Failure.CONNECTION_ABORTED: "reset",
    Failure.HOST_UNREACHABLE: "expired",
    Failure.NETWORK_UNREACHABLE: "expired",
}


async def cut_origin(run: Run, *, host: str, endpoint: Endpoint, farthest: int, words: bytes, secure: bool) -> None:
    """Say the first words over connections of their own, with one hop limit each, and record one `CutOrigin`.

    Args:
        run: the run in progress.
        host: the name this is for; only recorded.
        endpoint: address and port that accepts and then cuts.
        farthest: the largest hop limit that does not reach the host.
        words: what is said, in one segment.
        secure: only recorded.
    """
    began = run.now()
    limits = sorted({*(limit for limit in _NEAREST if limit < farthest), farthest})
    first = [_say(run, host, endpoint, 0, b""), *(_say(run, host, endpoint, limit, words) for limit in limits)]
    hops = [one for one in await run.reactor.gather(first) if one is not None]
    cut = 0 if _is_cut(hops, 0) else min((limit for limit in limits if _is_cut(hops, limit)), default=0)
    free = max((limit for limit in limits if limit < cut), default=0)
    while cut - free > 1 and not run.reactor.is_cut:
        limit = (free + cut) // 2
        hop = await _say(run, host, endpoint, limit, words)
        if hop is None:
            break
        hops.append(hop)
        free, cut = (free, limit) if _is_cut(hops, limit) else (limit, cut)
    failure = Failure.INTERRUPTED if run.reactor.is_cut else None if hops else Failure.TIMED_OUT
    run.record(
        CutOrigin(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            endpoint=endpoint,
            host=host,
            secure=secure,
            hops=tuple(sorted(hops, key=lambda one: one.limit)),
        )
    )


def _is_cut(hops: list[Hop], limit: int) -> bool:
    return any(one.outcome in ("reset", "closed") for one in hops if one.limit == limit)


async def _say(run: Run, host: str, endpoint: Endpoint, limit: int, words: bytes) -> Hop | None:
    """What became of the words, if any, under one hop limit; None: nobody accepted the connection."""
    connection, _, _ = await tcp.reach(run, host=host, endpoint=endpoint)
    if connection is None:
        return None
    began = run.now()
    set_hop_limit(connection.sock, endpoint.address, limit or _USUAL_LIMIT)
    failure, detail = await _heard(connection, words, began)
    _break_off(connection)
    sender = detail.icmp.sender if detail and detail.icmp else ""
    outcome = _WORDS.get(failure, "silent") if failure else "silent"
    return Hop(limit=limit, outcome=outcome, sender=sender, raw=detail, rtt_ms=run.took_ms(began))


async def _heard(connection: Connection, words: bytes, began: float) -> tuple[Failure | None, Raw | None]:
    """How the connection was ended once the words were said; else the word of the router where they died, if any."""
    try:
        connection.sock.send(words)
    except OSError as problem:
        return classify(problem.errno or 0), raw(problem.errno or 0)
    moment = began + max(_LEAST_S, _ROUND_TRIPS * connection.rtt_ms / 1000.0)
    died: tuple[Failure | None, Raw | None] = None, None
    while True:
        failure, detail, _ = await opaque.first_words(connection, moment)
        if failure is None or failure not in _WORDS:
            return died
        if _WORDS[failure] != "expired":
            return failure, detail
        died = failure, detail


def _break_off(connection: Connection) -> None:
    """End a connection with the usual hop limit, so that the far end forgets it and nothing is said again."""
    set_hop_limit(connection.sock, connection.endpoint.address, _USUAL_LIMIT)
    connection.sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, _AT_ONCE)
    connection.close()
