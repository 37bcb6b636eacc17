"""An ICMP echo to an address: the verb `ping`. It adds a distance and a round trip and never decides a verdict.

A ping socket (`SOCK_DGRAM` with the ICMP protocol) needs no privilege where the system allows it, and one serves every
address of a run, for less than a tenth of what a process would cost. Elsewhere the system's `ping` program is asked.
"""

import _socket
import struct
import sys
from _socket import socket
from os import urandom

from msgspec import Struct

from lineclear.model import Failure, Ping, Raw
from lineclear.probe.datagrams import Ancillary, lain_s, make_room, open_datagrams, receive
from lineclear.probe.dnsasking import number_of
from lineclear.probe.errands import Errand, Errands
from lineclear.probe.errors import classify, classify_here, queued_errors, raw
from lineclear.probe.loop.poller import ERROR, READ
from lineclear.probe.run import Run
from lineclear.probe.sockets import AF_INET, AF_INET6, LINUX, family

PATIENCE_S = 1.0
_AGAIN_S = 0.5
_MOST_ECHOES = 2
_MOST_READ_AT_ONCE = 256

_HEADER = struct.Struct(">BBHHH")  # type, code, checksum, identifier, sequence number
NUMBER_AT = 6
"""Where an echo has its sequence number."""
COOKIE = 16
"""Random bytes in each echo, by which a reply is known as ours."""
_IP_RECVTTL = {"linux": 12, "darwin": 24}.get(sys.platform)  # netinet/in.h; not in the socket module


class Kind(Struct, frozen=True, kw_only=True):
    """What differs between ICMP and ICMPv6. `hop_limit`: level and option by which it is asked for, and told."""

    protocol: int
    request: int
    reply: int
    level: int
    ask_hop_limit: int | None
    hop_limit: int | None

    def request_of(self, number: int, cookie: bytes) -> bytes:
        """An echo request. Linux fills in checksum and identifier itself, and for ICMPv6 every system the checksum."""
        header = _HEADER.pack(self.request, 0, 0, 0, number)
        if not LINUX:
            header = _HEADER.pack(self.request, 0, checksum(header + cookie), 0, number)
        return header + cookie

    def is_reply(self, data: bytes, cookie: bytes, source: str, address: str) -> bool:
        """Whether a message that has the number of our echo to `address` answers it."""
        if data[0] != self.reply or data[_HEADER.size :] != cookie:
            return False
        return source == address or source.partition("%")[0] == address.partition("%")[0]

    def hops_left(self, ancillary: Ancillary) -> int | None:
        """With how many hops left a message arrived."""
        for level, kind, block in ancillary:
            if kind == self.hop_limit and level == self.level:
                hops: int = int.from_bytes(block, sys.byteorder)
                return hops
        return None


_KINDS = {
    AF_INET: Kind(
        protocol=int(_socket.IPPROTO_ICMP),
        request=8,
        reply=0,
        level=int(_socket.IPPROTO_IP),
        ask_hop_limit=_IP_RECVTTL,
        hop_limit=int(_socket.IP_TTL) if LINUX else _IP_RECVTTL,
    ),
    AF_INET6: Kind(
        protocol=int(_socket.IPPROTO_ICMPV6),
        request=128,
        reply=129,
        level=int(_socket.IPPROTO_IPV6),
        ask_hop_limit=getattr(_socket, "IPV6_RECVHOPLIMIT", None),
        hop_limit=getattr(_socket, "IPV6_HOPLIMIT", None),
    ),
}


async def ping(run: Run, *, address: str, host: str) -> None:
    """Send at most two echoes, wait a second at most, and record one `Ping`; or why it could not be measured."""
    echoes = _echoes(run, address)
    if echoes is None:
        from .pingprogram import ping_by_program  # noqa: PLC0415  only where there are no ping sockets

        await ping_by_program(run, address=address, host=host)
        return
    echo = Echo(run, address, host)
    echoes.errands.send_out(echo)
    await echo
    if not echo.is_over and echoes.errands.task is not None:
        await echoes.errands.task
    echo.record()


def permitted(run: Run, address: str) -> bool:
    """Whether this system lets us have a ping socket for the family of `address`; asked once in a run."""
    return _echoes(run, address) is not None


def _echoes(run: Run, address: str) -> "Echoes | None":
    key = ("icmp", family(address))
    if key not in run.shared:
        echoes = Echoes(run, address)
        run.shared[key] = echoes if echoes.is_permitted() else None
    found: Echoes | None = run.shared[key]
    return found


def kind_of(address: str) -> Kind:
    """ICMP or ICMPv6, as the address is."""
    return _KINDS[family(address)]


def open_echo_socket(address: str) -> socket:
    """A ping socket for the family of `address` that tells the hop limit of what it receives.

    Raises:
        OSError: the system does not give us one.
    """
    kind = kind_of(address)
    sock = open_datagrams(address, kind.protocol)
    if kind.ask_hop_limit is not None:
        sock.setsockopt(kind.level, kind.ask_hop_limit, 1)
    return sock


def without_ip_header(data: bytes) -> bytes:
    """The ICMP message alone: some systems put the IPv4 header before it, and no echo reply begins as that does."""
    return data[(data[0] & 0x0F) * 4 :] if data[:1] and data[0] >> 4 == 4 else data  # noqa: PLR2004  IP version 4


def checksum(data: bytes) -> int:
    """The internet checksum of an even number of bytes (RFC 1071)."""
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


class Echo(Errand):
    """One address being asked."""

    __slots__ = ("address", "failure", "hop_limit", "host", "is_over", "raw", "rtt_ms", "sent", "took_ms")

    def __init__(self, run: Run, address: str, host: str) -> None:
        super().__init__(run)
        self.address = address
        self.host = host
        self.sent: dict[int, float] = {}
        self.is_over = False
        self.failure: Failure | None = None
        self.raw: Raw | None = None
        self.rtt_ms: float | None = None
        self.hop_limit: int | None = None
        self.took_ms = 0.0

    def conclude(self, failure: Failure | None = None, detail: Raw | None = None) -> None:
        """Have an outcome; nothing that still comes changes it."""
        self.is_over = True
        self.failure = failure
        self.raw = detail
        self.appointment = -1
        self.took_ms = self.run.took_ms(self.began)
        self.let_go_on()

    def record(self) -> None:
        """Leave the observation."""
        run = self.run
        run.record(
            Ping(
                id=run.new_id(),
                at_ms=run.at_ms(self.began),
                took_ms=self.took_ms,
                failure=self.failure,
                raw=self.raw,
                address=self.address,
                host=self.host,
                by="socket",
                rtt_ms=self.rtt_ms,
                hop_limit=self.hop_limit,
            )
        )


class Echoes:
    """All echoes of one family that are under way, through one socket."""

    def __init__(self, run: Run, address: str) -> None:
        """Serve the family of `address`."""
        self.run = run
        self.kind = kind_of(address)
        self.errands = Errands[Echo](
            run, lengths=_MOST_ECHOES, begin=self._send, read=self._read, look_at=self._look_at, end=self._end
        )
        self._like = address
        self._sent: dict[int, Echo] = {}
        self._number = number_of(urandom(2))
        self._cookie = urandom(COOKIE)
        self._sock: socket | None = None

    def is_permitted(self) -> bool:
        """Whether the system gives us a socket for this."""
        try:
            open_echo_socket(self._like).close()
        except OSError:
            return False
        return True

    # -- sending ---------------------------------------------------------------------------------------------------

    def _send(self, echo: Echo) -> None:
        """Send one echo, and note when to look at it again. This machine's refusal concludes it."""
        self._number = (self._number + 1) & 0xFFFF
        number, sent = self._number, len(echo.sent)
        try:
            sock = self._open_socket()
            moment = self.run.now()
            self._push(sock, self.kind.request_of(number, self._cookie), echo.address)
        except OSError as problem:
            refused = problem.errno or 0
            self._conclude(echo, classify_here(refused, echo.address), raw(refused))
            return
        if echo.is_over:
            return
        echo.sent[number] = moment
        self._sent[number] = echo
        self.errands.appoint(echo, sent, echo.began + (PATIENCE_S if sent + 1 == _MOST_ECHOES else _AGAIN_S))

    def _open_socket(self) -> socket:
        if self._sock is None:
            self._sock = open_echo_socket(self._like)
            make_room(self._sock)
            self.run.reactor.watch(self._sock.fileno(), READ)
        return self._sock

    def _push(self, sock: socket, request: bytes, address: str) -> None:
        """Send; what an earlier echo met with is dealt with first, and is not this one's error."""
        try:
            sock.sendto(request, (address, 0))
        except BlockingIOError:
            return
        except OSError:
            self._take_errors(sock)
            sock.sendto(request, (address, 0))

    # -- hearing ---------------------------------------------------------------------------------------------------

    def _read(self, _fd: int, mask: int) -> None:
        sock = self._sock
        if sock is None:
            return
        if mask & ERROR:
            self._take_errors(sock)
        for _ in range(_MOST_READ_AT_ONCE):
            try:
                data, ancillary, source = receive(sock)
            except OSError:  # nothing more, or an error the queue has told of
                return
            self._take(without_ip_header(data), ancillary, source[0])

    def _take(self, data: bytes, ancillary: Ancillary, source: str) -> None:
        number = number_of(data, NUMBER_AT)
        echo = self._sent.get(number)
        if echo is None or not self.kind.is_reply(data, self._cookie, source, echo.address):
            return
        rtt_s = self.run.now() - echo.sent[number] - lain_s(ancillary)
        echo.rtt_ms = round(max(0.0, rtt_s) * 1000.0, 3)
        echo.hop_limit = self.kind.hops_left(ancillary)
        self._conclude(echo)

    def _take_errors(self, sock: socket) -> None:
        for number, icmp, quoted in queued_errors(sock):
            echo = self._sent.get(number_of(quoted, NUMBER_AT))
            if echo is not None:
                self._conclude(echo, classify(number), raw(number, icmp))

    # -- ending ----------------------------------------------------------------------------------------------------

    def _look_at(self, echo: Echo) -> None:
        if self.run.reactor.is_cut or len(echo.sent) == _MOST_ECHOES:
            self._conclude(echo, self.run.silence())
        else:
            self._send(echo)

    def _conclude(self, echo: Echo, failure: Failure | None = None, detail: Raw | None = None) -> None:
        for number in echo.sent:
            del self._sent[number]
        echo.conclude(failure, detail)

    def _end(self) -> None:
        if self._sock is not None:
            self.run.reactor.hang_up(self._sock)
            self._sock = None
