"""How long a silent connection lives: it is held, and then asked by keep-alive segments whether it still stands.

Routers that translate, and firewalls, forget connections that were silent for too long; neither end learns of it. A
keep-alive segment carries no data and every TCP acknowledges it (RFC 9293 section 3.8.4), so the question can be put
on any port without a word of its protocol. What forgot the connection drops the segment or answers it with a reset.
"""

from __future__ import annotations

import _socket
from typing import TYPE_CHECKING

from lineclear.model import Failure, IdleHold, Raw
from lineclear.probe.errors import classify, raw
from lineclear.probe.loop.poller import HANGUP, READ
from lineclear.probe.sockets import ask_whether_alive, last_heard_ms, pending_error
from lineclear.probe.tcp import Connection, reach

if TYPE_CHECKING:
    from lineclear.model import Endpoint
    from lineclear.probe.run import Run

_CHUNK = 16384
ASKING_S = 5.5
"""Until the kernel gives up: three keep-alive segments a second apart, the first within a second of the question."""
_LOOK_EVERY_S = 0.2
_GRAIN_MS = 100
"""Far above the grain of the kernel's clock: what was heard before the question is no answer to it."""


async def hold(run: Run, *, host: str, endpoint: Endpoint, seconds: float, server_name: str | None = None) -> None:
    """Connect, stay silent, ask whether the connection still stands, and record one `IdleHold`.

    Args:
        run: the run in progress.
        host: the name this is for; only recorded.
        endpoint: address and port to dial.
        seconds: how long to stay silent.
        server_name: shake hands in TLS first, with this SNI; None: say nothing at all.
    """
    began = run.now()
    connection, failure, detail = await reach(run, host=host, endpoint=endpoint)
    quiet, asked = run.now(), False
    if connection is not None:
        failure, detail = await _shaken(connection, server_name)
        quiet = run.now()
        if failure is None:
            failure, detail, asked = await _outlive(connection, quiet + seconds)
    run.record(
        IdleHold(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=detail,
            endpoint=endpoint,
            host=host,
            secure=server_name is not None,
            idle_ms=round(seconds * 1000.0, 3) if asked else run.took_ms(quiet),
            asked=asked,
        )
    )
    if connection is not None:
        connection.close()


async def _shaken(connection: Connection, server_name: str | None) -> tuple[Failure | None, Raw | None]:
    """The TLS handshake, without a record of its own; what failed."""
    if server_name is None:
        return None, None
    from lineclear.probe.stream import stream_of  # noqa: PLC0415  only where TLS is spoken
    from lineclear.probe.tls import Session, sni  # noqa: PLC0415

    run = connection.run
    session = Session(stream_of(connection), sni(server_name), ())
    broken = await session.shake(run.now() + run.limits.slow_handshake_s)
    return (broken.failure, broken.raw) if broken else (None, None)


async def _outlive(connection: Connection, moment: float) -> tuple[Failure | None, Raw | None, bool]:
    """Silence until `moment`, then the question: what ended the connection, and whether it had been asked by then."""
    run = connection.run
    run.reactor.watch(connection.sock.fileno(), READ)
    try:
        ended = await _ended(connection, moment)
        if ended is None and not run.reactor.is_cut:
            if not ask_whether_alive(connection.sock):
                return Failure.NOT_MEASURED, None, False
            return *await _answered(connection), True
    finally:
        run.reactor.forget(connection.sock.fileno())
    return *(ended or (Failure.INTERRUPTED, None)), False


async def _answered(connection: Connection) -> tuple[Failure | None, Raw | None]:
    """What came of the question; (None, None): the far end acknowledged, or nothing said that it is gone."""
    run = connection.run
    asked = run.now()
    while not run.reactor.is_cut and run.now() < asked + ASKING_S:
        ended = await _ended(connection, run.now() + _LOOK_EVERY_S)
        if ended is not None:
            return ended
        heard_ms = last_heard_ms(connection.sock)
        if heard_ms is not None and heard_ms + _GRAIN_MS < run.took_ms(asked):
            return None, None
    return (Failure.INTERRUPTED if run.reactor.is_cut else None), None


async def _ended(connection: Connection, moment: float) -> tuple[Failure, Raw | None] | None:
    """How the connection ended until `moment`; None: it did not. What the far end says meanwhile is dropped."""
    reactor, sock = connection.run.reactor, connection.sock
    while not reactor.is_cut and reactor.clock() < moment:
        for _, mask in await reactor.until(moment):
            number = pending_error(sock) if mask & HANGUP else 0
            if number:
                return classify(number), raw(number)
            if _is_over(sock):
                return Failure.EOF, None
    return None


def _is_over(sock: _socket.socket) -> bool:
    """Whether the far end said goodbye; reads what else it said."""
    try:
        return sock.recv(_CHUNK) == b""
    except OSError:  # nothing to read after all; an error shows itself at the next look
        return False
