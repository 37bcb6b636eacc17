"""The reflector on the network: listeners, connections, and the clock that ends idle ones."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import secrets
import socket
import ssl
import sys
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import msgspec
from msgspec import Struct

from lineclear.errors import UsageError
from lineclear.model import Endpoint, HelloFacts, Seen, SynFacts

from .hello import MOST, Incomplete, facts_of, message_of
from .lock import Lock, lock_context
from .memory import Bounds, Runs, Sources, source_of
from .syn import syn_facts
from .talk import House, Talk

_TLS = 0x16
_SAVE_SYN, _SAVED_SYN = 27, 28  # linux/tcp.h
_SYN_SIZE = 256
_BACKLOG = 4096
_MOST_WAITING = 262_144
"""Bytes that may wait to be sent on one connection."""
_TICK_S = 1.0
_LINUX = sys.platform == "linux"
_HOP_LIMITS = {
    socket.AF_INET: (socket.IPPROTO_IP, socket.IP_TTL),
    socket.AF_INET6: (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS),
}
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
        self.loop = asyncio.get_running_loop()
        self.context, fingerprint = lock_context(wanted.pem)
        clock = self.loop.time
        self.house = House(
            secret=secrets.token_bytes(32),
            runs=Runs(clock),
            longest_s=wanted.bounds.idle_s,
            tls_sha256=fingerprint,
            more=wanted.more,
            empty=wanted.empty,
        )
        self.sources = Sources(wanted.bounds, clock)
        self.logs = wanted.logs
        self._wanted = wanted
        self._idle = Idle(wanted.bounds, clock)
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
            self._servers.append(await self.loop.create_server(make, sock=sock, backlog=_BACKLOG))
        self._look_round()
        return tuple(opened)

    async def close(self) -> None:
        """Stop listening, and end every connection."""
        if self._tick is not None:
            self._tick.cancel()
        for one in self._servers:
            one.close()
        self._idle.end_all()
        for one in self._servers:
            await one.wait_closed()

    def _maker(self, *, tls: bool) -> Callable[[], Caller]:
        return lambda: Caller(self, self._idle, tls=tls)

    def _look_round(self) -> None:
        self._idle.end_old()
        self._tick = self.loop.call_later(_TICK_S, self._look_round)


class Idle:
    """Connections by how long they have been silent, the longest first: those that proved a nonce, and the others."""

    def __init__(self, bounds: Bounds, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._bounds = bounds
        self._unproven: OrderedDict[Caller, float] = OrderedDict()
        self._proven: OrderedDict[Caller, float] = OrderedDict()

    def heard(self, caller: Caller, *, proven: bool) -> None:
        """A connection said something just now."""
        now = self._clock()
        if proven:
            self._unproven.pop(caller, None)
        queue = self._proven if proven else self._unproven
        queue[caller] = now
        queue.move_to_end(caller)

    def forget(self, caller: Caller) -> None:
        """A connection has ended."""
        self._unproven.pop(caller, None)
        self._proven.pop(caller, None)

    def end_old(self) -> None:
        """Close what has been silent for too long."""
        now = self._clock()
        for queue, longest in ((self._unproven, self._bounds.patience_s), (self._proven, self._bounds.idle_s)):
            while queue and next(iter(queue.values())) < now - longest:
                queue.popitem(last=False)[0].end()

    def end_all(self) -> None:
        """Close everything."""
        for caller in [*self._unproven, *self._proven]:
            caller.end()


class Caller(asyncio.Protocol):
    """One connection."""

    __slots__ = (
        "_closing",
        "_first",
        "_hello",
        "_idle",
        "_lock",
        "_reflector",
        "_seen",
        "_source",
        "_talk",
        "_tls",
        "_transport",
    )

    def __init__(self, reflector: Reflector, idle: Idle, *, tls: bool) -> None:
        self._reflector = reflector
        self._idle = idle
        self._tls = tls
        self._source = ""
        self._first: bytes | None = b""
        """What has come while it is not clear whether it is TLS; None once it is."""
        self._lock: Lock | None = None
        self._hello: HelloFacts | None = None
        self._seen: Seen | None = None
        self._talk: Talk | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport

    # -- asyncio's words ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or hang up where its source has had enough."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        source = source_of(peer[0]) if peer else ""
        if not source or not self._reflector.sources.admit(source):
            self._transport.abort()
            return
        self._source = source
        self._transport.set_write_buffer_limits(high=_MOST_WAITING)
        self._idle.heard(self, proven=False)

    def data_received(self, data: bytes) -> None:
        """Answer what came."""
        if not self._source:
            return
        if self._first is not None:
            self._first += data
            data = self._first
            if not self._is_clear(data):
                return
            self._first = None
        plain = self._lock.hear(data) if self._lock else data
        answer = self._listen(plain)
        if self._lock:
            answer = self._locked(self._lock, answer)
        if answer:
            self._limit_hops()
            self._transport.write(answer)
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's name
        """Give back the place."""
        if self._closing is not None:
            self._closing.cancel()
        if self._source:
            self._idle.forget(self)
            self._reflector.sources.leave(self._source)
            if self._reflector.logs is not None:
                self._reflector.logs(self._line())

    def pause_writing(self) -> None:
        """Who does not listen is not listened to."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """What was said has been taken."""
        self._transport.resume_reading()

    # -- the conversation --------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Hang up, with TLS's goodbye where it is spoken."""
        if self._lock is not None:
            self._lock.goodbye()
            self._transport.write(self._lock.to_send())
        self._transport.close()

    def look(self) -> Seen:
        """What is seen of this connection, since it was first looked at."""
        if self._seen is None:
            self._seen = Seen(
                source=_endpoint(self._transport.get_extra_info("peername")),
                local=_endpoint(self._transport.get_extra_info("sockname")),
                at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                syn=_saved_syn(self._transport),
                hello=self._hello,
            )
        return self._seen

    def _is_clear(self, heard: bytes) -> bool:
        """Whether the first bytes say enough to begin: a ClientHello is heard out, so that it can be told of."""
        if heard[0] == _TLS:
            try:
                message = message_of(heard)
            except Incomplete:
                if len(heard) <= MOST:
                    return False
                message = None
            self._hello = facts_of(message) if message else None
            self._lock = Lock(self._reflector.context)
        return True

    def _listen(self, plain: bytes) -> bytes:
        if self._talk is None:
            echoes_only = self._tls and self._lock is None
            self._talk = Talk(self._reflector.house, self.look, echoes_only=echoes_only)
        return self._talk.hear(plain) if plain else b""

    def _limit_hops(self) -> None:
        """Let what is said pass as many routers as the other side asked for."""
        if self._talk is not None and self._talk.hop_limit is not None:
            sock = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError):  # gone already: there is nobody to tell
                sock.setsockopt(*_HOP_LIMITS[sock.family], self._talk.hop_limit)

    def _locked(self, lock: Lock, answer: bytes) -> bytes:
        if answer and not lock.ended:
            with contextlib.suppress(ssl.SSLError):  # the session broke in the same breath: there is nobody to tell
                lock.say(answer)
        return lock.to_send()

    def _go_on(self) -> None:
        """Hang up where nothing more is to be said; count the silence from now on where it is."""
        talk = self._talk
        if talk is None:
            return
        self._idle.heard(self, proven=talk.is_proven)
        if talk.ended or (self._lock and self._lock.ended):
            self.end()
            return
        if talk.closes_after_s is not None:
            if self._closing is not None:
                self._closing.cancel()
            self._closing = self._reflector.loop.call_later(talk.closes_after_s, self.end)

    def _line(self) -> str:
        talk = self._talk
        seen = self.look()
        counted = {"received": talk.received, "sent": talk.sent, "proven": talk.is_proven} if talk else {}
        return msgspec.json.encode({"seen": seen, **counted}).decode()


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
    if _LINUX:
        sock.setsockopt(socket.IPPROTO_TCP, _SAVE_SYN, 1)
    sock.setblocking(False)
    sock.bind((one.address, one.port))


def _endpoint(name: tuple[str, int]) -> Endpoint:
    return Endpoint(address=name[0], port=name[1])


def _saved_syn(transport: asyncio.Transport) -> SynFacts | None:
    """The SYN that opened a connection, where the kernel kept it; it gives it out once."""
    if not _LINUX:
        return None
    try:
        return syn_facts(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, _SAVED_SYN, _SYN_SIZE))
    except OSError:
        return None
