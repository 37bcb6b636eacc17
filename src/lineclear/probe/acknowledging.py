"""Whether what was sent over a connection arrived, as the kernel tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .sockets import unacknowledged

if TYPE_CHECKING:
    from .tcp import Connection

_LOOK_EVERY_S = 0.1


async def acknowledged_by(connection: Connection, moment: float) -> bool | None:
    """Whether the far end acknowledged what was sent, after at least three retransmissions; None if nobody can tell."""
    reactor = connection.run.reactor
    while acknowledged(connection) is False and reactor.clock() < moment:
        if reactor.is_cut:
            return None
        await reactor.sleep(_LOOK_EVERY_S)
    return acknowledged(connection)


def acknowledged(connection: Connection) -> bool | None:
    """Whether all that was sent so far was acknowledged; None where the kernel does not tell."""
    left = unacknowledged(connection.sock)
    return None if left is None else left == 0
