"""From what the system reports to the one word of our vocabulary, with the raw detail kept beside it.

The same errno means different things by when it comes. `connect` that fails at once never left this machine: a route
says no, or a local rule. The same number later came back from the network. Linux tells who sent it in the socket's
error queue (`IP_RECVERR`, see ip(7)); measured for TCP too, although the manual says otherwise.
"""

import errno
import struct
import sys
from _socket import inet_ntop, socket
from collections.abc import Iterable, Iterator

from lineclear.model import Failure, Icmp, Raw

from .sockets import AF_INET, AF_INET6, MSG_ERRQUEUE, source_towards

_SHOWN = 200
_ORIGIN_ICMP4 = 2
_ORIGIN_ICMP6 = 3
_EXTENDED_ERROR = struct.Struct("=IBBBBII")  # struct sock_extended_err, linux/errqueue.h


def _codes(table: dict[str, Failure]) -> dict[int, Failure]:
    """The table by number, for both the POSIX and the Winsock spelling of each name."""
    numbers = {}
    for name, failure in table.items():
        for spelling in (name, f"WSA{name}"):
            number = getattr(errno, spelling, None)
            if number is not None:
                numbers[number] = failure
    return numbers


_FROM_NETWORK = _codes(
    {
        "ECONNREFUSED": Failure.CONNECTION_REFUSED,
        "ECONNRESET": Failure.CONNECTION_RESET,
        "EPIPE": Failure.CONNECTION_RESET,
        "ENOTCONN": Failure.CONNECTION_RESET,
        "ECONNABORTED": Failure.CONNECTION_ABORTED,
        "EHOSTUNREACH": Failure.HOST_UNREACHABLE,
        "EHOSTDOWN": Failure.HOST_UNREACHABLE,
        "ENETUNREACH": Failure.NETWORK_UNREACHABLE,
        "ENONET": Failure.NETWORK_UNREACHABLE,
        "ENOPROTOOPT": Failure.PROTOCOL_UNREACHABLE,
        "ETIMEDOUT": Failure.TIMED_OUT,
    }
) | {errno.EACCES: Failure.HOST_UNREACHABLE}  # ICMPv6 "administratively prohibited"; Winsock's own means this machine
_FROM_HERE = _codes(
    {
        "ENETUNREACH": Failure.NO_ROUTE,
        "EHOSTUNREACH": Failure.NO_ROUTE,
        "ENETDOWN": Failure.NO_ROUTE,
        "EINVAL": Failure.NO_ROUTE,  # a `blackhole` route
        "EAFNOSUPPORT": Failure.NO_ROUTE,
        "EACCES": Failure.PERMISSION_DENIED,
        "EPERM": Failure.PERMISSION_DENIED,
        "EADDRNOTAVAIL": Failure.ADDRESS_NOT_AVAILABLE,
        "EADDRINUSE": Failure.ADDRESS_NOT_AVAILABLE,
    }
)
_EITHER = _codes(
    {
        "EMFILE": Failure.LOCAL_EXHAUSTION,
        "ENFILE": Failure.LOCAL_EXHAUSTION,
        "ENOBUFS": Failure.LOCAL_EXHAUSTION,
        "ENOMEM": Failure.LOCAL_EXHAUSTION,
        "EAGAIN": Failure.LOCAL_EXHAUSTION,
        "ENETDOWN": Failure.NO_ROUTE,
        "EACCES": Failure.PERMISSION_DENIED,
        "EPERM": Failure.PERMISSION_DENIED,
        "EADDRNOTAVAIL": Failure.ADDRESS_NOT_AVAILABLE,
    }
)


def classify(number: int, at_once: bool = False) -> Failure:
    """Our word for an errno. Total: a number nobody foresaw is `connection_aborted`, its name kept in the raw detail.

    Args:
        number: the errno.
        at_once: the call itself failed, so nothing left this machine.
    """
    if at_once and number in _FROM_HERE:
        return _FROM_HERE[number]
    return _FROM_NETWORK.get(number) or _EITHER.get(number) or Failure.CONNECTION_ABORTED


def classify_here(number: int, address: str) -> Failure:
    """Our word for an errno with which this machine refused to send to `address`.

    `EADDRNOTAVAIL` is said both when no local port is left and when there is no address to send from; asking for the
    source tells them apart.
    """
    failure = classify(number, at_once=True)
    if failure is Failure.ADDRESS_NOT_AVAILABLE and source_towards(address):
        return Failure.LOCAL_EXHAUSTION
    return failure


def classify_datagram(number: int) -> Failure:
    """Our word for an errno that came back for a datagram: nothing was connected, so a reset is a refusal (Windows)."""
    failure = classify(number)
    return Failure.CONNECTION_REFUSED if failure is Failure.CONNECTION_RESET else failure


def errno_name(number: int) -> str:
    """`ECONNREFUSED` for 111; the number itself when the system has no name for it."""
    return errno.errorcode.get(number, str(number))


def raw(number: int, icmp: Icmp | None = None) -> Raw:
    """The raw detail of an errno."""
    return Raw(errno=errno_name(number), icmp=icmp)


def escape(data: bytes, most: int = _SHOWN) -> str:
    """Bytes from the network as printable ASCII, at most `most` bytes of them."""
    shown = data[:most].decode("latin-1").encode("unicode_escape").decode("ascii")
    return shown if len(data) <= most else f"{shown}..."


def queued_icmp(sock: socket) -> Icmp | None:
    """The ICMP error waiting in a socket's error queue, or None: there is none, or the platform keeps none."""
    if MSG_ERRQUEUE is None:
        return None
    try:
        _, ancillary, _, _ = sock.recvmsg(0, 512, MSG_ERRQUEUE)
    except OSError:
        return None
    return next((icmp for _, icmp in _reports(ancillary)), None)


def queued_errors(sock: socket) -> list[tuple[int, Icmp, bytes]]:
    """All ICMP errors in a socket's error queue: errno, error, and what it quotes of the datagram that caused it.

    The quotation is the payload (UDP), or begins with the ICMP header (ping sockets); an old router cuts it short.
    """
    errors: list[tuple[int, Icmp, bytes]] = []
    while MSG_ERRQUEUE is not None:
        try:
            quoted, ancillary, _, _ = sock.recvmsg(512, 512, MSG_ERRQUEUE)
        except OSError:
            break
        errors.extend((number, icmp, quoted) for number, icmp in _reports(ancillary))
    return errors


def _reports(ancillary: Iterable[tuple[int, int, bytes]]) -> Iterator[tuple[int, Icmp]]:
    for _, _, block in ancillary:
        icmp = _icmp(block)
        if icmp is not None:
            yield int.from_bytes(block[:4], sys.byteorder), icmp


def _icmp(block: bytes) -> Icmp | None:
    if len(block) < _EXTENDED_ERROR.size:
        return None
    _, origin, kind, code, _, _, _ = _EXTENDED_ERROR.unpack_from(block)
    offender = block[_EXTENDED_ERROR.size :]
    if origin == _ORIGIN_ICMP4 and len(offender) >= 8:  # noqa: PLR2004  struct sockaddr_in: family, port, address
        return Icmp(type=kind, code=code, sender=inet_ntop(AF_INET, offender[4:8]))
    if origin == _ORIGIN_ICMP6 and len(offender) >= 24:  # noqa: PLR2004  struct sockaddr_in6: family, port, flow, address
        return Icmp(type=kind, code=code, sender=inet_ntop(AF_INET6, offender[8:24]), version=6)
    return None
