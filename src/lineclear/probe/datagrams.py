"""Datagram sockets that keep what the kernel knows of each datagram: when it came, and what the network objected."""

import _socket
import struct
from time import time

from .sockets import LINUX, SOCK_DGRAM, family, keep_icmp

Ancillary = list[tuple[int, int, bytes]]
Source = tuple[str, int]
Arrived = tuple[bytes, Ancillary, Source]

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h
_TIMESPEC = struct.Struct("=qq")
_ROOM = 1 << 20
LARGEST = 4096
_MOST_SAID = 128


def open_datagrams(address: str, protocol: int = 0) -> _socket.socket:
    """A non-blocking datagram socket for the family of `address`; arrivals are stamped, ICMP errors kept (Linux).

    Raises:
        OSError: this machine has no descriptor, no such family, or does not let us.
    """
    sock = _socket.socket(family(address), SOCK_DGRAM, protocol)
    sock.setblocking(False)
    if LINUX:
        keep_icmp(sock, address)
        sock.setsockopt(_socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    return sock


def make_room(sock: _socket.socket) -> None:
    """Let a socket hold the answers to many datagrams, as far as the system allows."""
    sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_RCVBUF, _ROOM)


def receive_stamped(sock: _socket.socket) -> Arrived:
    """The next datagram, what the kernel says of it, and where it came from.

    Raises:
        OSError: there is none yet (`BlockingIOError`), or the network objected to one of ours.
    """
    data, ancillary, _, source = sock.recvmsg(LARGEST, _MOST_SAID)
    return data, ancillary, source


def receive_bare(sock: _socket.socket) -> Arrived:
    """The same where the kernel says nothing (Windows)."""
    data, source = sock.recvfrom(LARGEST)
    return data, [], source


receive = receive_stamped if hasattr(_socket.socket, "recvmsg") else receive_bare


def lain_s(ancillary: Ancillary) -> float:
    """Seconds a datagram lay in the socket before it was read; 0 where the kernel does not stamp.

    By this a round trip is the network's and not that of our own queue.
    """
    for level, kind, block in ancillary:
        if kind == _SO_TIMESTAMPNS and level == _socket.SOL_SOCKET and len(block) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(block)
            age_s: float = time() - seconds - nanoseconds * 1e-9
            return max(0.0, age_s)
    return 0.0
