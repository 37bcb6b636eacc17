"""Whether a program of this machine holds the far end of a connection: the system lists its sockets, both ends of each.

A virus scanner, a parental control or a filter may take a connection over before it leaves. Then the list has a second
socket whose peer is our own end. No hop limit and no round trip shows it as surely. The list is read once for several
connections, while they stand. What a program does inside the kernel, or by a virtual network card, has no socket.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from lineclear.model import Endpoint, OtherEnd, Purpose
from lineclear.probe import tcp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineclear.probe.run import Run
    from lineclear.probe.tcp import Connection

_MAPPED = "::ffff:"
_GONE = "TIME_WAIT"
"""Of a connection that is over: its ports may be in use again."""


class Socket(NamedTuple):
    """One line of the system's list."""

    local: Endpoint
    peer: Endpoint
    process: int | None
    """None: whose it is, this user may not know."""


async def other_ends(run: Run, places: Sequence[tuple[str, Endpoint]]) -> str:
    """Connect to some hosts and endpoints at once, and record an `OtherEnd` of each that accepts.

    Returns:
        Why the system does not tell; empty: it does.
    """
    connections = [
        one
        for one in await run.reactor.gather([_connected(run, host, endpoint) for host, endpoint in places])
        if one is not None
    ]
    began = run.now()
    try:
        listed = {one.peer: one for one in sockets()} if connections else {}
    except OSError as problem:
        return str(problem)
    else:
        for one in connections:
            _record(run, began, one, listed)
        return ""
    finally:
        for one in connections:
            one.close()


async def _connected(run: Run, host: str, endpoint: Endpoint) -> Connection | None:
    return await tcp.connect(run, host=host, endpoint=endpoint, purpose=Purpose.COMPARISON)


def sockets() -> list[Socket]:
    """Every TCP connection of this machine, as far as its user may see.

    Raises:
        OSError: this user may not see any, as on macOS.
    """
    import psutil  # noqa: PLC0415  only where something calls for it

    try:
        every = psutil.net_connections("tcp")
    except psutil.Error as problem:
        raise OSError(f"the system does not list its sockets for this user: {problem}") from problem
    return [
        Socket(local=_endpoint(one.laddr), peer=_endpoint(one.raddr), process=one.pid)
        for one in every
        if one.laddr and one.raddr and one.status != _GONE
    ]


def _endpoint(pair: tuple[str, int]) -> Endpoint:
    address, port = pair
    return Endpoint(address=address.removeprefix(_MAPPED).partition("%")[0], port=port)


def _program(process: int | None) -> str:
    import psutil  # noqa: PLC0415

    name = ""
    if process is not None:
        with suppress(psutil.Error):
            name = psutil.Process(process).name()
    return name


def _record(run: Run, began: float, connection: Connection, listed: dict[Endpoint, Socket]) -> None:
    local = tcp.local_endpoint(connection.sock)
    far = listed.get(local)
    run.record(
        OtherEnd(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            endpoint=connection.endpoint,
            host=connection.host,
            local=local,
            holder=far.local if far else None,
            program=_program(far.process) if far else "",
        )
    )
