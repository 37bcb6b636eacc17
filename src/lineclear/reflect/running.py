"""A reflector from start to Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from typing import TYPE_CHECKING, TextIO

from msgspec.structs import replace

from lineclear.model import TLS_TRANSPORTS, Kind, Transport

from .server import ACCEPTED, Listener, Reflector, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineclear.model import Catalog

_SPARE_FILES = 64
"""Descriptors besides the connections' own, and those of connections that are about to be refused."""


def ports_of(catalog: Catalog) -> dict[int, bool]:
    """The ports of a list that a reflector listens on, and whether TLS is spoken on each."""
    rows = (one for one in catalog.requirements if one.kind is Kind.HOST and one.transport is not Transport.UDP)
    return dict(sorted((one.port, one.transport in TLS_TRANSPORTS) for one in rows))


def serve(wanted: Wanted, out: TextIO, *, seconds: float | None = None) -> int:
    """Reflect until interrupted, or for some seconds; says on `out` where, and by which certificate it is known.

    Raises:
        UsageError: this machine does not give an address or a port.
    """
    spare = _SPARE_FILES + 2 * ACCEPTED * len(wanted.listeners)
    most = wanted.bounds.connections
    room = _files_for(most + spare) - spare
    if room < most:
        room = max(room, 1)
        out.write(f"This process may open {room + spare} files, so {room} connections at a time instead of {most}.\n")
        wanted = replace(wanted, bounds=replace(wanted.bounds, connections=room))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(wanted, out, seconds))
    return 0


async def _serve(wanted: Wanted, out: TextIO, seconds: float | None) -> None:
    told = asyncio.Event()
    if wanted.logs is not None:
        wanted = replace(wanted, logs=_while_read(wanted.logs, told.set))
    reflector = Reflector(wanted)
    try:
        opened = await reflector.open()
        out.writelines(f"{line}\n" for line in _told(reflector, opened))
        out.flush()
        await _until_told(told, seconds)
    finally:
        await reflector.close()


def _told(reflector: Reflector, opened: tuple[Listener, ...]) -> list[str]:
    listed = (
        f"  [{one.address}]:{one.port}" if ":" in one.address else f"  {one.address}:{one.port}" for one in opened
    )
    kinds = (" TLS" if one.tls else "" for one in opened)
    return [
        "Reflecting on",
        *(f"{place}{kind}" for place, kind in zip(listed, kinds, strict=True)),
        f"Certificate SHA-256: {reflector.house.tls_sha256}",
        "Ctrl-C ends it.",
    ]


def _while_read(logs: Callable[[str], None], end: Callable[[], None]) -> Callable[[str], None]:
    """`logs`, until nobody reads them: then the end, as for any program whose output is not wanted any more."""

    def log(line: str) -> None:
        try:
            logs(line)
        except BrokenPipeError:
            end()

    return log


async def _until_told(told: asyncio.Event, seconds: float | None) -> None:
    """Until the time is up, or somebody ends the process in the ordinary way."""
    loop = asyncio.get_running_loop()
    end: Callable[[], None] = told.set
    with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
        loop.add_signal_handler(signal.SIGTERM, end)
        loop.add_signal_handler(signal.SIGINT, end)
    if seconds is not None:
        loop.call_later(seconds, end)
    await told.wait()


def _files_for(wanted: int) -> int:
    """How many descriptors this process may hold: `wanted`, as far as its own limits go."""
    if sys.platform == "win32":
        return wanted
    import resource  # noqa: PLC0415  not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
