"""How many routers an answer of a reflector passes: it sends one that may pass so many only, and it arrives or not.

The way out is known from the hop limit our first packet arrived with. Our own packets leave with now this limit, now
that: where the difference arrives too, they are ours all the way, and nobody has made a connection of its own or set
the limit anew.
"""

from __future__ import annotations

import _socket
import struct
import sys
from typing import TYPE_CHECKING

from lineclear.model import Ask, Told, WayBack

from .reflection import PATIENCE_S, ask_for, failure_of, open_talk

if TYPE_CHECKING:
    from lineclear.plan.reflecting import Call
    from lineclear.probe.run import Run
    from lineclear.probe.tcp import Connection

_AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER: a reset in place of a goodbye, for the far end's own could not reach us."""


async def count_back(run: Run, call: Call, sent: int, allowed: int, *, name: str = "") -> None:
    """Ask for an answer that may pass `allowed` - 1 routers, and record one `WayBack`; nothing if none was proven."""
    opened = await open_talk(run, call, name, hop_limit=sent)
    if opened is None:
        return
    began = run.now()
    stream, nonce = opened
    told = await ask_for(stream, Ask(ask="seen"), nonce, began + PATIENCE_S)
    if isinstance(told, Told) and told.seen is not None and told.seen.syn is not None:
        answer = await ask_for(stream, Ask(ask="hops", hops=allowed), nonce, run.now() + PATIENCE_S)
        failure, raw = failure_of(answer, run)
        run.record(
            WayBack(
                id=run.new_id(),
                at_ms=run.at_ms(began),
                took_ms=run.took_ms(began),
                failure=failure,
                raw=raw,
                endpoint=call.endpoint,
                port=call.port,
                sent=sent,
                seen=told.seen.syn.hop_limit,
                allowed=allowed,
            )
        )
    _break_off(stream.connection)


def _break_off(connection: Connection) -> None:
    """End a connection so that the far end repeats nothing of what cannot arrive."""
    connection.sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, _AT_ONCE)
    connection.close()
