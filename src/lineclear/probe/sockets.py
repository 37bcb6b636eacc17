"""The few socket constants and options that differ between platforms, and what an open connection can tell of itself.

`_socket` and not `socket`: the wrapper costs 7 ms of imports and adds nothing we use. Nothing of ours is imported
either: a check sends its first datagrams before it loads the rest (`headstart`).
"""

from __future__ import annotations

import _socket
import errno
import struct
import sys

TYPE_CHECKING = False  # `typing` takes 3 ms, and the first questions leave before it
if TYPE_CHECKING:
    from lineclear.model import Endpoint

AF_INET = int(_socket.AF_INET)
AF_INET6 = int(_socket.AF_INET6)
SOCK_STREAM = int(_socket.SOCK_STREAM)
SOCK_DGRAM = int(_socket.SOCK_DGRAM)
_NON_BLOCKING_STREAM = SOCK_STREAM | int(getattr(_socket, "SOCK_NONBLOCK", 0))

LINUX = sys.platform == "linux"
MSG_ERRQUEUE: int | None = 0x2000 if LINUX else None

_IP_TTL = int(_socket.IP_TTL)
_IPV6_UNICAST_HOPS = int(_socket.IPV6_UNICAST_HOPS)
_KEEP_ICMP = {
    AF_INET: (int(_socket.IPPROTO_IP), 11, 1),  # IP_RECVERR, linux/in.h
    AF_INET6: (int(_socket.IPPROTO_IPV6), 25, 1),  # IPV6_RECVERR, linux/in6.h
}
_FLOORS = {
    AF_INET: (int(_socket.IPPROTO_IP), 21),  # IP_MINTTL, linux/in.h
    AF_INET6: (int(_socket.IPPROTO_IPV6), 73),  # IPV6_MINHOPCOUNT, linux/in6.h
}
IPPROTO_TCP = int(_socket.IPPROTO_TCP)
TCP_INFO = 11  # linux/tcp.h
_TCP_MAXSEG = 2  # linux/tcp.h
_TCP_FACTS = struct.Struct("=24xI40xI28xI")
"""Of `struct tcp_info`: `tcpi_unacked`, `tcpi_rtt` in microseconds, `tcpi_total_retrans`."""
_LAST_HEARD = struct.Struct("=56xI")
"""Of `struct tcp_info`: `tcpi_last_ack_recv`, in milliseconds."""
_SO_NWRITE = 0x1024  # sys/socket.h of macOS
_SIO_TCP_INFO = 0xD8000027  # mstcpip.h
_TCP_INFO_V0 = 88
_BYTES_OUT = struct.Struct("=28xI16xQ")
"""Of `struct _TCP_INFO_v0`: `BytesInFlight`, and `BytesOut`, all that were ever sent."""
_SIOCOUTQ = 0x5411  # asm-generic/ioctls.h, where it is TIOCOUTQ
_KEEPALIVE = (("TCP_KEEPINTVL",), ("TCP_KEEPCNT",), ("TCP_KEEPIDLE", "TCP_KEEPALIVE"))
"""Options by the names systems give them; macOS calls the last one its own way."""
_ASKED = (1, 3, 1)
"""Seconds between keep-alive segments, how many, and seconds of silence before the first.

In this order, with keep-alives switched on before, Linux sends the first at once where the silence was longer.
"""
_IN_PROGRESS = frozenset({0, errno.EINPROGRESS, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS)})
_DISCARD = 9  # RFC 863; a datagram socket only learns its source by it, nothing is sent


def family(address: str) -> int:
    """The socket family of a literal address."""
    return AF_INET6 if ":" in address else AF_INET


def open_stream(address: str, hop_limit: int | None = None) -> _socket.socket:
    """A non-blocking TCP socket for `address` whose ICMP errors are kept, where the platform keeps them.

    Raises:
        OSError: this machine has no descriptor or no such family.
    """
    kind = AF_INET6 if ":" in address else AF_INET
    sock = _socket.socket(kind, _NON_BLOCKING_STREAM)
    if LINUX:
        sock.setsockopt(*_KEEP_ICMP[kind])
    else:
        sock.setblocking(False)
    if hop_limit is not None:
        set_hop_limit(sock, address, hop_limit)
    return sock


def limit_segments(sock: _socket.socket, size: int) -> None:
    """Have a socket that is not yet connected send and allow segments of at most `size` bytes, where that can be."""
    if LINUX:
        sock.setsockopt(IPPROTO_TCP, _TCP_MAXSEG, size)


def keep_icmp(sock: _socket.socket, address: str) -> None:
    """Have the kernel queue ICMP errors for this socket (Linux)."""
    sock.setsockopt(*_KEEP_ICMP[family(address)])


def set_hop_limit(sock: _socket.socket, address: str, hops: int) -> None:
    """Let packets of this socket live for `hops` routers at most."""
    if family(address) == AF_INET:
        sock.setsockopt(_socket.IPPROTO_IP, _IP_TTL, hops)
    else:
        sock.setsockopt(_socket.IPPROTO_IPV6, _IPV6_UNICAST_HOPS, hops)


def set_answer_floor(sock: _socket.socket, address: str, least: int) -> None:
    """Ignore packets to this socket that arrive with a hop limit below `least` (Linux)."""
    level, option = _FLOORS[family(address)]
    sock.setsockopt(level, option, least)


def start_connect(sock: _socket.socket, endpoint: Endpoint) -> int:
    """Send the SYN. 0 when it is on its way (or done already), else the errno with which this machine refused."""
    return send_syn(sock, (endpoint.address, endpoint.port))


def send_syn(sock: _socket.socket, place: tuple[str, int]) -> int:
    """The same by address and port, for whoever has no `Endpoint` yet."""
    number = sock.connect_ex(place)
    return 0 if number in _IN_PROGRESS else number


def pending_error(sock: _socket.socket) -> int:
    """The error a connect ended with; 0 when it succeeded."""
    return int(sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR))


def source_towards(address: str) -> str:
    """The address this machine would use towards `address`; empty if it has none. Nothing is sent."""
    try:
        sock = _socket.socket(family(address), SOCK_DGRAM)
    except OSError:
        return ""
    try:
        sock.connect((address, _DISCARD))
        return str(sock.getsockname()[0])
    except OSError:
        return ""
    finally:
        sock.close()


def is_here(address: str) -> bool:
    """Whether `address` belongs to this machine."""
    return address.startswith("127.") or source_towards(address) == address


def tcp_facts(sock: _socket.socket) -> tuple[float, int] | None:
    """Round trip in milliseconds and retransmitted segments so far, as the kernel measured them; None elsewhere."""
    if not LINUX:
        return None
    try:
        _, rtt_us, retransmits = _TCP_FACTS.unpack(sock.getsockopt(IPPROTO_TCP, TCP_INFO, _TCP_FACTS.size))
    except (OSError, struct.error):  # a closed socket; a kernel that tells less
        return None
    return rtt_us / 1000.0, retransmits


def ask_whether_alive(sock: _socket.socket) -> bool:
    """Send keep-alive segments from now on, and give the connection up after three; False: this system cannot."""
    found = [next((getattr(_socket, name) for name in names if hasattr(_socket, name)), None) for names in _KEEPALIVE]
    if None in found:
        return False
    try:
        sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_KEEPALIVE, 1)
        for option, value in zip(found, _ASKED, strict=True):
            sock.setsockopt(IPPROTO_TCP, int(option or 0), value)
    except OSError:
        return False
    return True


def last_heard_ms(sock: _socket.socket) -> int | None:
    """Milliseconds since the far end last acknowledged anything; None where the kernel does not tell."""
    if not LINUX:
        return None
    try:
        return int(_LAST_HEARD.unpack(sock.getsockopt(IPPROTO_TCP, TCP_INFO, _LAST_HEARD.size))[0])
    except (OSError, struct.error):
        return None


def unacknowledged(sock: _socket.socket, platform: str = sys.platform) -> int | None:
    """Bytes said that the far end has not acknowledged; None where the kernel does not tell.

    Those count too that were never sent because nobody opened a window for them, as where a shield completes handshakes
    and nobody is behind it. Windows tells of these alone while nothing at all was sent.
    """
    ask = _UNACKNOWLEDGED.get(platform)
    try:
        return ask(sock) if ask else None
    except (OSError, ValueError, struct.error):  # a closed socket; a kernel that tells less
        return None


def _queued(sock: _socket.socket) -> int:
    """Bytes of the output queue, those not yet sent among them (tcp(7))."""
    import fcntl  # noqa: PLC0415  not on Windows

    return int.from_bytes(fcntl.ioctl(sock.fileno(), _SIOCOUTQ, bytes(4)), sys.byteorder)


def _kept_to_send_again(sock: _socket.socket) -> int:
    """Bytes in the output buffer, where they stay until they are acknowledged."""
    return int(sock.getsockopt(_socket.SOL_SOCKET, _SO_NWRITE))


def _in_flight(sock: _socket.socket) -> int:
    """`BytesInFlight` of the first version of `TCP_INFO`, which Windows has had since version 1703."""
    import ctypes  # noqa: PLC0415  10 ms, for Windows alone

    version, told, size = ctypes.c_uint32(0), ctypes.create_string_buffer(_TCP_INFO_V0), ctypes.c_uint32()
    asked, answer = ctypes.byref(version), ctypes.byref(told)
    rest = asked, 4, answer, _TCP_INFO_V0, ctypes.byref(size), None, None
    if ctypes.CDLL("ws2_32").WSAIoctl(ctypes.c_void_p(sock.fileno()), ctypes.c_uint32(_SIO_TCP_INFO), *rest) != 0:
        raise OSError(errno.EINVAL, "SIO_TCP_INFO")
    in_flight, ever_sent = _BYTES_OUT.unpack_from(told.raw)
    return int(in_flight) or int(not ever_sent)


_UNACKNOWLEDGED = {"linux": _queued, "darwin": _kept_to_send_again, "win32": _in_flight}
