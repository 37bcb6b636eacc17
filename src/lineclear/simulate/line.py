"""One accepted connection, plain or under TLS, and the account of what went over it."""

import asyncio
import socket
import ssl
import struct

from .authority import Certifier
from .log import Log
from .scene import Door, Leaf

CHUNK = 16384


class Line:
    """A connection a door has accepted. Errors of the far end surface as OSError and end the connection."""

    def __init__(self, sock: socket.socket, peer: str, door: Door, log: Log) -> None:
        self.door = door
        self._sock = sock
        self._peer = peer
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._number = log.connection()
        self._tls: ssl.SSLObject | None = None
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._note("accepted")

    async def read(self) -> bytes:
        """The next bytes of the client; empty when it has closed its side."""
        content = await self._read_tls(self._tls) if self._tls else await self._loop.sock_recv(self._sock, CHUNK)
        if content:
            self._note("received", content=content)
        return content

    async def write(self, content: bytes) -> None:
        """Send all of `content`, after the door's delay."""
        self._note("said", content=content)
        if self._tls:
            self._tls.write(content)
            await self._flush()
        else:
            await self._send(content)

    async def secure(self, leaf: Leaf, certifier: Certifier) -> bool:
        """Run a TLS handshake as the server. False: the client left or did not speak TLS; it got an alert."""
        tls = certifier.context(leaf).wrap_bio(self._incoming, self._outgoing, server_side=True)
        try:
            while not await self._handshaken(tls):
                await self._feed()
        except ssl.SSLError as problem:
            self._note("unsecured", text=problem.reason or "")
            await self._flush()
            return False
        self._tls = tls
        self._note("secured", text=certifier.server_name(tls))
        return True

    def turn_to(self, door: Door) -> None:
        """From here on this connection belongs to another door: a proxy has put it through."""
        self.door = door
        self._note("accepted")

    def reset(self) -> None:
        """Close with a reset in place of a FIN."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """Close; a second time does nothing."""
        if self._sock.fileno() >= 0:
            self._note("closed")
            self._sock.close()

    async def _handshaken(self, tls: ssl.SSLObject) -> bool:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            done = False
        else:
            done = True
        await self._flush()
        return done

    async def _read_tls(self, tls: ssl.SSLObject) -> bytes:
        while True:
            try:
                return tls.read(CHUNK)
            except ssl.SSLWantReadError:
                await self._flush()
                await self._feed()
            except ssl.SSLError:
                return b""

    async def _feed(self) -> None:
        content = await self._loop.sock_recv(self._sock, CHUNK)
        if content:
            self._incoming.write(content)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._send(self._outgoing.read())

    async def _send(self, content: bytes) -> None:
        if self.door.delay_s:
            await asyncio.sleep(self.door.delay_s)
        await self._loop.sock_sendall(self._sock, content)

    def _note(self, event: str, *, text: str = "", content: bytes = b"") -> None:
        self._log.note(
            event,
            host=self.door.host,
            port=self.door.port,
            by=self.door.by,
            connection=self._number,
            peer=self._peer,
            text=text,
            content=content,
        )
