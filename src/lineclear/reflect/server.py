"""The reflector on the network: where it listens, and what its connections share."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
import sys
from collections.abc import Callable

import msgspec
from msgspec import Struct

from lineclear.errors import UsageError
from lineclear.model import Endpoint

from .caller import Caller, Idle, Shared
from .lock import lock_context
from .memory import Bounds, Kept, Runs, Sources
from .talk import House

_SAVE_SYN = 27  # linux/tcp.h
_BACKLOG = 4096
ACCEPTED = 32
"""Connections taken in one go: each has a descriptor before it can be refused."""
_SEND_BUFFER = 65_536
"""Bytes the kernel may hold for one that does not take them; Linux doubles them."""
_TICK_S = 1.0
_LINUX = sys.platform == "linux"
_NO_IPV6 = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})
EVERY_IPV6 = "::"


class Listener(Struct, frozen=True, kw_only=True, order=True):
    """Where a reflector listens. `tls`: its report never goes out in plain text there."""

    address: str
    port: int
    tls: bool = False


class Wanted(Struct, frozen=True, kw_only=True):
    """Everything one reflector is to be."""

    listeners: tuple[Listener, ...]
    more: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    bounds: Bounds = Bounds()
    pem: bytes
    logs: Callable[[str], None] | None = None
    """Told one line of JSON for each connection that ended; None: nothing is kept of anybody."""


class Reflector:
    """A reflector that serves between `open` and `close`."""

    def __init__(self, wanted: Wanted) -> None:
        loop = asyncio.get_running_loop()
        context, fingerprint = lock_context(wanted.pem)
        clock = loop.time
        self.house = House(
            secret=secrets.token_bytes(32),
            runs=Runs(clock),
            longest_s=wanted.bounds.idle_s,
            tls_sha256=fingerprint,
            more=wanted.more,
            empty=wanted.empty,
        )
        self.sources = Sources(wanted.bounds, clock)
        self.kept = Kept()
        self.idle = Idle(wanted.bounds, clock)
        self._shared = Shared(
            loop=loop,
            context=context,
            house=self.house,
            sources=self.sources,
            kept=self.kept,
            idle=self.idle,
            logs=wanted.logs,
        )
        self._wanted = wanted
        self._servers: list[asyncio.Server] = []
        self._tick: asyncio.TimerHandle | None = None

    async def open(self) -> tuple[Listener, ...]:
        """Listen; where, with the ports that were chosen for 0.

        Raises:
            UsageError: this machine does not give one of the addresses and ports.
        """
        opened = []
        for one in self._wanted.listeners:
            sock = _bound(one)
            if sock is None:
                continue
            opened.append(msgspec.structs.replace(one, port=int(sock.getsockname()[1])))
            make = self._maker(tls=one.tls)
            self._servers.append(await self._shared.loop.create_server(make, sock=sock, backlog=ACCEPTED))
            sock.listen(_BACKLOG)  # asyncio takes so many in one go as its backlog is; the kernel's may be longer
        self._look_round()
        return tuple(opened)

    async def close(self) -> None:
        """Stop listening, and end every connection."""
        if self._tick is not None:
            self._tick.cancel()
        for one in self._servers:
            one.close()
        self.idle.end_all()
        for one in self._servers:
            await one.wait_closed()

    def _maker(self, *, tls: bool) -> Callable[[], Caller]:
        return lambda: Caller(self._shared, tls=tls)

    def _look_round(self) -> None:
        self.idle.end_old()
        self._tick = self._shared.loop.call_later(_TICK_S, self._look_round)


def _bound(one: Listener) -> socket.socket | None:
    """A socket that listens where it is wanted; None for every IPv6 address where there is no IPv6.

    Raises:
        UsageError: this machine does not give the address and port.
    """
    family = socket.AF_INET6 if ":" in one.address else socket.AF_INET
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            _prepare(sock, one)
        except OSError:
            sock.close()
            raise
    except OSError as problem:
        if one.address == EVERY_IPV6 and problem.errno in _NO_IPV6:
            return None
        raise UsageError(
            f"Nobody can listen on {Endpoint(address=one.address, port=one.port)} here: {problem.strerror}.",
            "Ports below 1024 need root or CAP_NET_BIND_SERVICE; another program may have the port already.",
        ) from None
    return sock


def _prepare(sock: socket.socket, one: Listener) -> None:
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    if _LINUX:
        sock.setsockopt(socket.IPPROTO_TCP, _SAVE_SYN, 1)
    sock.setblocking(False)
    sock.bind((one.address, one.port))
