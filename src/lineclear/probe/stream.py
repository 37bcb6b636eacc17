"""Bytes both ways over an open connection, whatever lies between: nothing, a proxy's tunnel, or TLS.

The verbs that speak a protocol (TLS, HTTP, proxies, the local API) are written against `Stream` alone, so each can
stand on any other: HTTP on TLS, TLS in a tunnel, a tunnel in TLS. Nothing here raises for what the network did and
nothing waits without a moment: an end is a value, `Broken`.
"""

from typing import Protocol

from msgspec import Struct

from lineclear.model import Failure, Raw

from .errors import classify, raw
from .loop.poller import READ, WRITE
from .loop.reactor import Ready
from .tcp import Connection

_CHUNK = 16384
_SHOWN = 200
_LINGER_S = 0.3
"""How long we go on listening to a far end that speaks something else: its first byte alone tells nothing."""


class Broken(Struct, frozen=True, kw_only=True):
    """Why nothing more can be heard or said."""

    failure: Failure
    raw: Raw | None = None


class Stream(Protocol):
    """What a protocol needs of whatever carries it."""

    connection: Connection
    """The connection at the bottom."""

    async def say(self, data: bytes, moment: float) -> Broken | None:
        """Send all of `data`; None once it was taken."""

    async def hear(self, moment: float) -> bytes | Broken:
        """Some bytes, at least one, or why there are none: EOF, reset, or `moment` has passed."""

    def unhear(self, data: bytes) -> None:
        """Take back bytes that belong to whoever listens next."""

    def say_last(self, data: bytes) -> None:
        """Send what can be sent at once, and do not care."""

    def close(self) -> None:
        """End it, with the connection below it."""


class Plain:
    """The bytes of the connection itself."""

    __slots__ = ("_early", "connection")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._early = b""

    async def say(self, data: bytes, moment: float) -> Broken | None:
        """Send all of `data`; None once the kernel took it."""
        left = memoryview(data)
        while left:
            try:
                left = left[self.connection.sock.send(left) :]
            except BlockingIOError:
                if not await self._ready(WRITE, moment):
                    return Broken(failure=self.connection.run.silence())
            except OSError as problem:
                return _broken(problem)
        return None

    async def hear(self, moment: float) -> bytes | Broken:
        """Some bytes, at least one, or why there are none."""
        if self._early:
            early, self._early = self._early, b""
            return early
        while await self._ready(READ, moment):
            try:
                heard = self.connection.sock.recv(_CHUNK)
            except BlockingIOError:
                continue
            except OSError as problem:
                return _broken(problem)
            return heard or Broken(failure=Failure.EOF)
        return Broken(failure=self.connection.run.silence())

    def unhear(self, data: bytes) -> None:
        """Take back bytes that belong to whoever listens next."""
        self._early = data + self._early

    def say_last(self, data: bytes) -> None:
        """Send what can be sent at once, and do not care."""
        try:
            self.connection.sock.send(data)
        except OSError:  # gone already, or full: there is nobody to tell
            return

    def close(self) -> None:
        """End the connection in the ordinary way."""
        self.connection.close()

    async def _ready(self, mask: int, moment: float) -> bool:
        """Wait for `mask`; False once `moment` has passed."""
        reactor, fd = self.connection.run.reactor, self.connection.sock.fileno()
        reactor.watch(fd, mask)
        ready: Ready = []
        while not ready and not reactor.is_cut and reactor.clock() < moment:
            ready = await reactor.until(moment)
        reactor.forget(fd)
        return bool(ready)


def stream_of(carrier: Connection | Stream) -> Stream:
    """A connection as a stream; a stream as it is."""
    return Plain(carrier) if isinstance(carrier, Connection) else carrier


async def hear_out(stream: Stream, said: bytes, moment: float, most: int = _SHOWN) -> bytes:
    """`said` and what follows it within a short while, at least enough to show: the words of a foreign protocol."""
    moment = min(moment, stream.connection.run.now() + _LINGER_S)
    while len(said) < most:
        heard = await stream.hear(moment)
        if isinstance(heard, Broken):
            break
        said += heard
    return said


def _broken(problem: OSError) -> Broken:
    number = problem.errno or 0
    return Broken(failure=classify(number), raw=raw(number))
