"""The few socket constants and options that differ between platforms, and what an open connection can tell of itself.

`_socket` and not `socket`: the wrapper costs 7 ms of imports and adds nothing we use.
"""

import _socket
import errno
import struct
import sys

from lineclear.model import Endpoint, Presence

AF_INET = int(_socket.AF_INET)
AF_INET6 = int(_socket.AF_INET6)
SOCK_STREAM = int(_socket.SOCK_STREAM)
SOCK_DGRAM = int(_socket.SOCK_DGRAM)

LINUX = sys.platform == "linux"
MSG_ERRQUEUE: int | None = 0x2000 if LINUX else None

_IP_TTL = int(_socket.IP_TTL)
_IPV6_UNICAST_HOPS = int(_socket.IPV6_UNICAST_HOPS)
_IP_RECVERR = 11  # linux/in.h
_IPV6_RECVERR = 25  # linux/in6.h
_TCP_INFO = 11  # linux/tcp.h
_TCP_RTT = struct.Struct("=I")
_RTT_AT = 68
_UNACKED_AT = 24
_RETRANSMITS_AT = 100
_TCP_INFO_SIZE = 104
_IN_PROGRESS = frozenset({0, errno.EINPROGRESS, getattr(errno, "WSAEWOULDBLOCK", errno.EINPROGRESS)})
_DISCARD = 9  # RFC 863; a datagram socket only learns its source by it, nothing is sent


def family(address: str) -> int:
    """The socket family of a literal address."""
    return AF_INET6 if ":" in address else AF_INET


def sockaddr(endpoint: Endpoint) -> tuple[str, int]:
    """An endpoint as the socket calls take it."""
    return (endpoint.address, endpoint.port)


def open_stream(address: str, hop_limit: int | None = None) -> _socket.socket:
    """A non-blocking TCP socket for `address` whose ICMP errors are kept, where the platform keeps them.

    Raises:
        OSError: this machine has no descriptor or no such family.
    """
    sock = _socket.socket(family(address), SOCK_STREAM)
    sock.setblocking(False)
    if LINUX:
        keep_icmp(sock, address)
    if hop_limit is not None:
        set_hop_limit(sock, address, hop_limit)
    return sock


def keep_icmp(sock: _socket.socket, address: str) -> None:
    """Have the kernel queue ICMP errors for this socket (Linux)."""
    if family(address) == AF_INET:
        sock.setsockopt(_socket.IPPROTO_IP, _IP_RECVERR, 1)
    else:
        sock.setsockopt(_socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)


def set_hop_limit(sock: _socket.socket, address: str, hops: int) -> None:
    """Let packets of this socket live for `hops` routers at most."""
    if family(address) == AF_INET:
        sock.setsockopt(_socket.IPPROTO_IP, _IP_TTL, hops)
    else:
        sock.setsockopt(_socket.IPPROTO_IPV6, _IPV6_UNICAST_HOPS, hops)


def start_connect(sock: _socket.socket, endpoint: Endpoint) -> int:
    """Send the SYN. 0 when it is on its way (or done already), else the errno with which this machine refused."""
    number = sock.connect_ex(sockaddr(endpoint))
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


def local_endpoint(sock: _socket.socket) -> Endpoint:
    """The address and port this machine used."""
    name = sock.getsockname()
    return Endpoint(address=name[0], port=name[1])


def tcp_facts(sock: _socket.socket) -> tuple[float, int] | None:
    """Round trip in milliseconds and retransmitted segments so far, as the kernel measured them; None elsewhere."""
    block = _tcp_info(sock)
    if block is None:
        return None
    return (_u32(block, _RTT_AT) / 1000.0, _u32(block, _RETRANSMITS_AT))


def all_acknowledged(sock: _socket.socket) -> Presence:
    """Whether the far end acknowledged every byte sent; unknown where the kernel does not tell."""
    block = _tcp_info(sock)
    if block is None:
        return Presence.UNKNOWN
    return Presence.NO if _u32(block, _UNACKED_AT) else Presence.YES


def _tcp_info(sock: _socket.socket) -> bytes | None:
    if not LINUX:
        return None
    try:
        block = sock.getsockopt(_socket.IPPROTO_TCP, _TCP_INFO, _TCP_INFO_SIZE)
    except OSError:
        return None
    return block if len(block) == _TCP_INFO_SIZE else None


def _u32(block: bytes, at: int) -> int:
    return int(_TCP_RTT.unpack_from(block, at)[0])
