"""The internet's servers: name server, web sites, plain and TLS gateways; and the log of the nonces that arrived.

They run in a thread of the scenario's process. Their sockets are made inside a namespace and stay there for good.
"""

import asyncio
import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from hashlib import sha256
from typing import Self, cast

import msgspec
from msgspec import Struct

from lab import clock
from lab.addresses import ADDRESSES, BLOCK_PAGE, BLOCK_PAGE_NAME, ROWS, UNRELATED, Row, six
from lab.manners import replies
from lineclear.model import Transport
from lineclear.simulate.authority import Certifier
from lineclear.simulate.names import Book
from lineclear.simulate.scene import Leaf

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_NONCE = re.compile(rb"nonce-([0-9a-f]{16})")
_HEAD_MOST = 65536
_BACKLOG = 256
_IDLE_S = 60.0
_DAY_S = 86400.0
_SECURE = ("serves", "mute", "errs")
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nServer: web\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_GREETING = b"220 mail.elsewhere.example ESMTP\r\n"


class Door(Struct, frozen=True, kw_only=True):
    """One host and port, and how it behaves."""

    host: str
    address: str
    port: int
    families: tuple[int, ...] = (4, 6)
    """By which it is there: IPv4, IPv6."""
    manner: str = "serves"
    """`serves`; `stalls`: accepts, never says a word, not even in TLS; `hangs-up`: closes at once; `absent`.

    `cuts`: resets at the first words; `scolds`: calls whatever it is told a bad request;
    `greets`: says what it is at once, as a mail server does, and no TLS; `mute`: does not answer requests; `errs`: 503.
    """
    leaf: Leaf | None = None

    @property
    def name(self) -> str:
        """`host:port`."""
        return f"{self.host}:{self.port}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it listens."""
        if self.manner == "absent":
            return ()
        return tuple(self.address if family == 4 else six(self.address) for family in self.families)  # noqa: PLR2004


class Arrivals:
    """What reached the servers themselves: the proof behind every label."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self.fingerprints: dict[str, str] = {}
        """SHA-256 of the certificate each door really shows."""

    def note(self, name: str, text: bytes) -> None:
        """Keep the nonces in what a door received."""
        self._seen.update((name, one.decode()) for one in _NONCE.findall(text))

    def has(self, name: str, nonce: str) -> bool:
        """Whether a nonce arrived at the door it was meant for."""
        return (name, nonce) in self._seen


def usual_doors() -> tuple[Door, ...]:
    """Every server as it should be."""
    doors = [_door(row) for row in ROWS]
    for host, address in {**UNRELATED, BLOCK_PAGE_NAME: BLOCK_PAGE}.items():
        doors += [Door(host=host, address=address, port=80)]
        doors += [Door(host=host, address=address, port=443, leaf=Leaf(names=(host,)))]
    return tuple(doors)


def _door(row: Row) -> Door:
    secure = row.transport in (Transport.TLS, Transport.HTTPS)
    return Door(host=row.host, address=ADDRESSES[row.host], port=row.port, leaf=_leaf(row.host) if secure else None)


def _leaf(host: str) -> Leaf:
    """Gateways share a wildcard certificate, as those with an underscore must: no authority signs such names."""
    return Leaf(names=(f"*.{host.partition('.')[2]}",)) if "ibllc" in host else Leaf(names=(host,))


class Servers:
    """All servers of the internet, and the provider's resolver. A context: they serve while it lasts."""

    def __init__(self, certifier: Certifier, book: Book, days: float = 0.0) -> None:
        self._days = days
        self.arrivals = Arrivals()
        self._certifier = certifier
        self._book = book
        self._listeners: list[tuple[Door, list[socket.socket]]] = []
        self._resolvers: list[tuple[socket.socket, socket.socket]] = []
        self._clocks: list[socket.socket] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()

    def open(self, doors: tuple[Door, ...]) -> None:
        """Bind every door; call it inside the internet's namespace."""
        for door in doors:
            sockets = [_listening(address, door.port) for address in door.addresses]
            if sockets:
                self._listeners.append((door, sockets))

    def open_resolvers(self, *addresses: str) -> None:
        """Bind name servers; call it inside the namespace they are to live in."""
        self._resolvers += [(_datagrams(address, 53), _listening(address, 53)) for address in addresses]

    def open_clock(self, *addresses: str) -> None:
        """Bind time servers; call it inside the namespace they are to live in."""
        self._clocks += [_datagrams(address, clock.PORT) for address in addresses]

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join(2)

    def _run(self) -> None:
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    def _end(self) -> None:
        self._loop.set_exception_handler(lambda *_: None)  # of conversations cut short nobody wants to read
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.call_later(0.05, self._loop.stop)

    async def _start(self) -> None:
        for door, sockets in self._listeners:
            await self._serve(door, sockets)
        for udp, tcp in self._resolvers:
            await self._loop.create_datagram_endpoint(lambda: _Datagrams(self._book), sock=udp)
            await asyncio.start_server(self._answer_stream, sock=tcp)
        for udp in self._clocks:
            await self._loop.create_datagram_endpoint(lambda: clock.Clock(self._days * _DAY_S), sock=udp)

    async def _serve(self, door: Door, sockets: list[socket.socket]) -> None:
        context = (
            self._certifier.context(_shifted(door.leaf, self._days)) if door.leaf and door.manner in _SECURE else None
        )
        if context is not None:
            self.arrivals.fingerprints[door.name] = await asyncio.to_thread(_fingerprint, context)
        patience = _IDLE_S if context else None
        for sock in sockets:
            await asyncio.start_server(self._conversation(door), sock=sock, ssl=context, ssl_handshake_timeout=patience)

    def _conversation(self, door: Door) -> Conversation:
        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, EOFError, TimeoutError, ssl.SSLError):
                if door.manner in ("stalls", "greets", "mute"):
                    writer.write(_GREETING if door.manner == "greets" else b"")
                    await asyncio.sleep(_IDLE_S)
                elif door.manner == "cuts":
                    await reader.read(1)
                    _reset(writer)
                elif door.manner == "scolds":
                    await reader.read(1)
                    writer.write(_BAD_REQUEST)
                elif door.port in (80, 443) and door.manner in ("serves", "errs"):
                    await _web(door, reader, writer, self.arrivals, _http_date(self._days))
                elif door.manner != "hangs-up":
                    await _gateway(door, reader, self.arrivals)
            writer.close()

        return converse

    async def _answer_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:  # the system asks for both families over one connection
                size = int.from_bytes(await reader.readexactly(2), "big")
                _, answers = replies(self._book, await reader.readexactly(size), "tcp")
                for one in answers:
                    wire = one.message.to_wire()
                    writer.write(len(wire).to_bytes(2, "big") + wire)
                await writer.drain()
        writer.close()


async def _web(
    door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, arrivals: Arrivals, date: str
) -> None:
    """A site that does not like robots: the list's sites answer 403 to many, and that is healthy."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _IDLE_S)
    arrivals.note(door.name, head)
    refusal = "503 Service Unavailable" if door.manner == "errs" else "403 Forbidden"
    first = refusal if door.leaf else f"301 Moved Permanently\r\nLocation: https://{door.host}/"
    writer.write(f"HTTP/1.1 {first}\r\nServer: site\r\nContent-Length: 0\r\nDate: {date}\r\n\r\n".encode())
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Have the end of a connection be a reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _gateway(door: Door, reader: asyncio.StreamReader, arrivals: Arrivals) -> None:
    """Says nothing until it is spoken to in its own language, which nobody here speaks."""
    heard = b""
    while chunk := await asyncio.wait_for(reader.read(4096), _IDLE_S):
        heard = (heard + chunk)[-_HEAD_MOST:]
        arrivals.note(door.name, heard)


def _http_date(days: float) -> str:
    return formatdate(time.time() + days * _DAY_S, usegmt=True)


def _shifted(leaf: Leaf, days: float) -> Leaf:
    return msgspec.structs.replace(leaf, from_days=leaf.from_days + days, to_days=leaf.to_days + days)


def _fingerprint(context: ssl.SSLContext) -> str:
    """What a client of `context` sees: a handshake in memory."""
    return sha256(_handshake(context)).hexdigest()


def _handshake(server: ssl.SSLContext) -> bytes:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    ends = client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(6):
        for one in ends:
            with contextlib.suppress(ssl.SSLWantReadError):
                one.do_handshake()
    return ends[0].getpeercert(binary_form=True) or b""


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, book: Book) -> None:
        self._book = book

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        _, answers = replies(self._book, data, "udp")
        for one in answers:
            asyncio.get_running_loop().call_later(one.after_s, self._transport.sendto, one.message.to_wire(), addr)


def _listening(address: str, port: int) -> socket.socket:
    return socket.create_server((address, port), family=_family(address), backlog=_BACKLOG)


def _datagrams(address: str, port: int) -> socket.socket:
    udp = socket.socket(_family(address), socket.SOCK_DGRAM)
    udp.bind((address, port))
    return udp


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def changed(doors: tuple[Door, ...], names: frozenset[str], **changes: object) -> tuple[Door, ...]:
    """The same doors with `changes` made to those named `host:port`."""
    return tuple(msgspec.structs.replace(one, **changes) if one.name in names else one for one in doors)
