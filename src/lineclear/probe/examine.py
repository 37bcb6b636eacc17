"""The walk from an address to a byte, by what is spoken on the port. Every step leaves one observation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from lineclear.model import Depth, Endpoint, Purpose, Target, Transport

from .tcp import Connection
from .wire import Wire

if TYPE_CHECKING:
    from .tls import Session

_NUDGE_S = 0.25
"""Waited after CR LF, besides the round trips in which it is acknowledged."""
_NUDGE_ROUND_TRIPS = 3.0
_SETTLE_S = 0.25
"""Watched after a TLS handshake, besides the round trips in which the far end takes our last words and ends it."""
_SETTLE_ROUND_TRIPS = 2.0
_SECOND_HEDGES = 1


async def examine(
    wire: Wire, target: Target, endpoint: Endpoint, depth: Depth, when_connected: Callable[[], None]
) -> None:
    """Walk one target at one endpoint, as far as `depth`; `when_connected` is told when its connect is over."""
    connection = await wire.connect(target.host, endpoint)
    when_connected()
    await _go_on(wire, target, connection, depth)


async def examine_again(
    wire: Wire,
    target: Target,
    endpoint: Endpoint,
    depth: Depth,
    *,
    patience_s: float,
    when_connected: Callable[[], None] = lambda: None,
) -> None:
    """The same walk once more, patiently: one socket, whose SYN the kernel repeats, and a long wait."""
    counting = wire.count(target.host, endpoint)
    connection = await wire.connect(
        target.host, endpoint, purpose=Purpose.SECOND_LOOK, hedges=_SECOND_HEDGES, patience_s=patience_s
    )
    when_connected()
    await counting.conclude(connection is not None)
    await _go_on(wire, target, connection, depth)


async def examine_hedged(wire: Wire, target: Target, endpoint: Endpoint, depth: Depth) -> None:
    """The same walk once more with several SYNs, where packets are lost and patience alone takes too long."""
    connection = await wire.connect(target.host, endpoint, purpose=Purpose.SECOND_LOOK)
    await _go_on(wire, target, connection, depth)


async def _go_on(wire: Wire, target: Target, connection: Connection | None, depth: Depth) -> None:
    if connection is None:
        return
    walk = _WALKS[depth].get(target.transport)
    try:
        if walk is not None:
            await walk(wire, target, connection)
    finally:
        connection.close()


async def _watch(wire: Wire, _target: Target, connection: Connection) -> None:
    """An opaque port: the client speaks first, so silence is what the real server does."""
    if connection.purpose is Purpose.SECOND_LOOK:
        quiet = await wire.listen(connection)
    else:
        fence = wire.run.reactor.spawn(wire.fence(connection.host, connection.endpoint))
        quiet = await wire.listen(connection)
        await fence
    if quiet and wire.limits.nudge:
        await wire.nudge(connection, _NUDGE_S + _NUDGE_ROUND_TRIPS * connection.rtt_ms / 1000.0)
        wire.sum_up(connection)


def _put_down(wire: Wire, connection: Connection, session: Session | None) -> None:
    """What the kernel measured, and the end of a session if there is one."""
    wire.sum_up(connection)
    if session is not None:
        session.close()


async def _shake(wire: Wire, target: Target, connection: Connection) -> None:
    session = await wire.handshake(connection, target)
    _put_down(wire, connection, session)


async def _shake_and_settle(wire: Wire, target: Target, connection: Connection) -> None:
    session = await wire.handshake(connection, target)
    if session is not None:
        await wire.listen_within(session, _SETTLE_S + _SETTLE_ROUND_TRIPS * connection.rtt_ms / 1000.0)
    _put_down(wire, connection, session)


async def _shake_and_fetch(wire: Wire, target: Target, connection: Connection) -> None:
    session = await wire.handshake(connection, target)
    if session is not None:
        await wire.fetch(session, target, "https")
    _put_down(wire, connection, session)


async def _fetch(wire: Wire, target: Target, connection: Connection) -> None:
    await wire.fetch(connection, target, "http")
    wire.sum_up(connection)


async def _hello(wire: Wire, _target: Target, connection: Connection) -> None:
    await wire.hello(connection)


Steps = Callable[[Wire, Target, Connection], Awaitable[None]]

_SHAKES: dict[Transport, Steps] = {Transport.TLS: _shake, Transport.HTTPS: _shake}
_WALKS: dict[Depth, dict[Transport, Steps]] = {
    Depth.NAMES: {},
    Depth.TCP: {},
    Depth.TLS: _SHAKES,
    Depth.FULL: {
        Transport.TCP: _watch,
        Transport.TLS: _shake_and_settle,
        Transport.HTTPS: _shake_and_fetch,
        Transport.HTTP: _fetch,
        Transport.TWS_API: _hello,
    },
}
