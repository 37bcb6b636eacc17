"""One connection to a reflector, and the clock that ends those that have been silent too long."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec import Struct

from lineclear.model import Endpoint, HelloFacts, Seen, SynFacts

from .hello import MOST, Incomplete, facts_of, message_of
from .lock import Lock
from .memory import Bounds, Clock, Kept, Sources, source_of
from .syn import syn_facts
from .talk import House, Talk

if TYPE_CHECKING:
    from collections.abc import Callable

_TLS = 0x16
_SAVED_SYN = 28  # linux/tcp.h
_SYN_SIZE = 256
_AT_A_TIME = 65_536
_MOST_WAITING = 131_072
"""Bytes that may wait on one connection for the other side to take them."""
_LINUX = sys.platform == "linux"
_HOP_LIMITS = {
    socket.AF_INET: (socket.IPPROTO_IP, socket.IP_TTL),
    socket.AF_INET6: (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS),
}


class Shared(Struct, kw_only=True, frozen=True):
    """What all connections of one reflector have in common."""

    loop: asyncio.AbstractEventLoop
    context: ssl.SSLContext
    house: House
    sources: Sources
    kept: Kept
    idle: Idle
    logs: Callable[[str], None] | None
    room: memoryview = msgspec.field(default_factory=lambda: memoryview(bytearray(_AT_A_TIME)))
    """Where bytes arrive: one place for all, since each is done with them before the next is heard."""


class Idle:
    """Connections in the order they are to be given up: by their age until a nonce is proven, then by their silence."""

    def __init__(self, bounds: Bounds, clock: Clock) -> None:
        self._clock = clock
        self._bounds = bounds
        self._unproven: OrderedDict[Caller, float] = OrderedDict()
        self._proven: OrderedDict[Caller, float] = OrderedDict()

    def came(self, caller: Caller) -> None:
        """A connection began just now."""
        self._unproven[caller] = self._clock()

    def heard(self, caller: Caller) -> None:
        """A connection that has proven its nonce said something just now."""
        self._unproven.pop(caller, None)
        self._proven[caller] = self._clock()
        self._proven.move_to_end(caller)

    def leaves(self, caller: Caller) -> None:
        """A connection has been hung up on, and has yet to take what was said."""
        self.forget(caller)
        self.came(caller)

    def forget(self, caller: Caller) -> None:
        """A connection has ended."""
        self._unproven.pop(caller, None)
        self._proven.pop(caller, None)

    def end_old(self) -> None:
        """Give up what has had its time."""
        now = self._clock()
        for queue, longest in ((self._unproven, self._bounds.patience_s), (self._proven, self._bounds.idle_s)):
            while queue and next(iter(queue.values())) < now - longest:
                queue.popitem(last=False)[0].give_up()

    def end_all(self) -> None:
        """Give up everything."""
        for caller in [*self._unproven, *self._proven]:
            caller.give_up()


class Caller(asyncio.BufferedProtocol):
    """One connection."""

    __slots__ = (
        "_closing",
        "_first",
        "_hello",
        "_kept",
        "_lock",
        "_seen",
        "_shared",
        "_source",
        "_talk",
        "_tls",
        "_to",
    )

    def __init__(self, shared: Shared, *, tls: bool) -> None:
        self._shared = shared
        self._tls = tls
        self._source = ""
        self._first: bytes | None = b""
        """What has come while it is not clear whether it is TLS; None once it is."""
        self._lock: Lock | None = None
        self._hello: HelloFacts | None = None
        self._seen: Seen | None = None
        self._talk: Talk | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._kept = 0
        self._to: asyncio.Transport

    # -- asyncio's words ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or hang up where its source has had enough."""
        self._to = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        source = source_of(peer[0]) if peer else ""
        if not source or not self._shared.sources.admit(source):
            self._to.abort()
            return
        self._source = source
        self._to.set_write_buffer_limits(high=0)
        self._shared.idle.came(self)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  asyncio's name
        """Where the next bytes are to arrive."""
        return self._shared.room

    def buffer_updated(self, nbytes: int) -> None:
        """Answer what came."""
        if self._source:
            self._hear(bytes(self._shared.room[:nbytes]))
            self._keep()

    def resume_writing(self) -> None:
        """All that was said has been taken."""
        self._keep()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's name
        """Give back the place."""
        if self._closing is not None:
            self._closing.cancel()
        if self._source:
            self._shared.idle.forget(self)
            self._shared.kept.change(self._kept, 0)
            self._shared.sources.leave(self._source)
            if self._shared.logs is not None:
                self._shared.logs(self._line())
        self._talk = self._lock = None  # it looks at us, and would be kept until somebody looks for such circles

    # -- the conversation --------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Hang up, with TLS's goodbye where it is spoken."""
        if self._to.is_closing():
            return
        if self._lock is not None:
            self._lock.goodbye()
            self._to.write(self._lock.to_send())
        self._to.close()
        if self._to.get_write_buffer_size():
            self._shared.idle.leaves(self)

    def give_up(self) -> None:
        """Hang up, and wait for nobody to take what was said before."""
        self.end()
        if self._to.get_write_buffer_size():
            self._to.abort()
            self._shared.idle.forget(self)

    def look(self) -> Seen:
        """What is seen of this connection, since it was first looked at."""
        if self._seen is None:
            self._seen = Seen(
                source=_endpoint(self._to.get_extra_info("peername")),
                local=_endpoint(self._to.get_extra_info("sockname")),
                at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                syn=_saved_syn(self._to),
                hello=self._hello,
            )
        return self._seen

    def _hear(self, data: bytes) -> None:
        if self._first is not None:
            data = self._first + data
            self._first = data
            if not self._is_clear(data):
                return
            self._first = None
        answer = self._listen(self._lock.hear(data) if self._lock else data)
        if self._lock:
            answer = self._locked(self._lock, answer)
        if answer:
            self._limit_hops()
            self._to.write(answer)
        self._go_on()

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
            self._lock = Lock(self._shared.context)
        return True

    def _listen(self, plain: bytes) -> bytes:
        if self._talk is None:
            echoes_only = self._tls and self._lock is None
            self._talk = Talk(self._shared.house, self.look, echoes_only=echoes_only)
        return self._talk.hear(plain) if plain else b""

    def _limit_hops(self) -> None:
        """Let what is said pass as many routers as the other side asked for."""
        if self._talk is not None and self._talk.hop_limit is not None:
            sock = self._to.get_extra_info("socket")
            with contextlib.suppress(OSError):  # gone already: there is nobody to tell
                sock.setsockopt(*_HOP_LIMITS[sock.family], self._talk.hop_limit)

    def _locked(self, lock: Lock, answer: bytes) -> bytes:
        if answer and not lock.ended:
            with contextlib.suppress(ssl.SSLError):  # the session broke in the same breath: there is nobody to tell
                return lock.say(answer)
        return lock.to_send()

    def _go_on(self) -> None:
        """Hang up where nothing more is to be said; count the silence from now on where it is."""
        talk = self._talk
        if talk is None:
            return
        if talk.is_proven:
            self._shared.idle.heard(self)
        if talk.ended or (self._lock and self._lock.ended):
            self.end()
            return
        if talk.closes_after_s is not None:
            if self._closing is not None:
                self._closing.cancel()
            self._closing = self._shared.loop.call_later(talk.closes_after_s, self.end)

    def _keep(self) -> None:
        """Count what is kept for this connection; hang up where that is more than it is given, or more than all are."""
        untaken = self._to.get_write_buffer_size()
        size = untaken + len(self._first or b"")
        if self._talk is not None:
            size += self._talk.waiting
        if self._lock is not None:
            size += self._lock.waiting
        if size != self._kept:
            before, self._kept = self._kept, size
            if not self._shared.kept.change(before, size) or untaken > _MOST_WAITING:
                self._to.abort()

    def _line(self) -> str:
        talk = self._talk
        seen = self.look()
        counted = {"received": talk.received, "sent": talk.sent, "proven": talk.is_proven} if talk else {}
        return msgspec.json.encode({"seen": seen, **counted}).decode()


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
