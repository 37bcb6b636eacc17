"""The kernel's own tables over rtnetlink(7): small, fast, and open to every user of a Linux machine.

A dump is one request and a run of messages: a header, a fixed part by kind, then attributes (type, length, value).
Parsing is total: bytes that do not add up end the message they stand in, and nothing is raised.
"""

import _socket
import struct
import sys
from collections.abc import Iterator

from msgspec import Struct

from .reading import printable

GET_LINKS = 18
GET_ADDRESSES = 22
GET_ROUTES = 26
GET_NEIGHBOURS = 30
GET_RULES = 34

_AF_NETLINK = 16
_ROUTE = 0
_DUMP_REQUEST = 0x301
_ERROR = 2
_DONE = 3
_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_NUMBER = struct.Struct("=i")
_TYPE_BITS = 0x3FFF
_PIECE = 1 << 16
_MOST = 4 << 20
"""Bytes of one dump that are read: some twenty thousand routes."""
_PATIENCE_S = 0.5
"""The kernel answers within the call; this only keeps an emulation from hanging us."""

_FIXED = {
    GET_LINKS: struct.Struct("=BxHiII"),  # family, type, index, flags, change
    GET_ADDRESSES: struct.Struct("=BBBBI"),  # family, prefix length, flags, scope, index
    GET_ROUTES: struct.Struct("=BBBBBBBBI"),  # family, dst_len, src_len, tos, table, protocol, scope, type, flags
    GET_NEIGHBOURS: struct.Struct("=BxxxiHBB"),  # family, index, state, flags, type
    GET_RULES: struct.Struct("=BBBBBxxBI"),  # family, dst_len, src_len, tos, table, action, flags
}

_WITHOUT_COUNTERS = struct.pack("=HHI", 8, 29, 8)
"""IFLA_EXT_MASK with RTEXT_FILTER_SKIP_STATS: a third of the bytes, a third of the time."""
_ASKED = {GET_LINKS: _WITHOUT_COUNTERS}

Message = tuple[tuple[int, ...], dict[int, bytes]]
"""The fixed part's fields, and the attributes by type."""


class Dump(Struct, frozen=True, kw_only=True):
    """What one table held. `trouble` is empty when all of it was read."""

    messages: tuple[Message, ...] = ()
    trouble: str = ""


def dump(kind: int) -> Dump:
    """Every entry of a table, of all address families."""
    try:
        datagrams, trouble = _converse(kind)
    except OSError as problem:
        return Dump(trouble=f"netlink: {(problem.strerror or 'no answer').lower()}")
    return Dump(messages=tuple(one for data in datagrams for one in parse(kind, data)), trouble=trouble)


def parse(kind: int, data: bytes) -> Iterator[Message]:
    """The messages of one datagram that belong to a dump of `kind`."""
    fixed = _FIXED[kind]
    for answer, start, end in _framed(data):
        if answer == kind - 2 and end - start >= fixed.size:  # RTM_NEWx is RTM_GETx - 2
            yield fixed.unpack_from(data, start), attributes(data[start + fixed.size : end])


def attributes(data: bytes) -> dict[int, bytes]:
    """Attributes by type, their flag bits removed."""
    found = {}
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size or at + length > len(data):
            break
        found[kind & _TYPE_BITS] = data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3
    return found


def number(value: bytes | None, otherwise: int = 0) -> int:
    """An attribute that holds one number of the machine's own byte order; `otherwise` when it is not there."""
    return int.from_bytes(value[:4], sys.byteorder) if value else otherwise


def text(value: bytes | None) -> str:
    """An attribute that holds a name."""
    return printable((value or b"").split(b"\0", 1)[0].decode("utf-8", "replace"))


def address(value: bytes | None) -> str:
    """An attribute that holds an address; empty when it holds none."""
    family = {4: _socket.AF_INET, 16: _socket.AF_INET6}.get(len(value or b""))
    return _socket.inet_ntop(family, value or b"") if family is not None else ""


def _framed(data: bytes) -> Iterator[tuple[int, int, int]]:
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, _, _, _ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            return
        yield kind, at + _HEADER.size, at + length
        at += (length + 3) & ~3


def _converse(kind: int) -> tuple[list[bytes], str]:
    sock = _socket.socket(_AF_NETLINK, _socket.SOCK_RAW, _ROUTE)
    try:
        sock.settimeout(_PATIENCE_S)
        body = bytes(_FIXED[kind].size) + _ASKED.get(kind, b"")
        sock.send(_HEADER.pack(_HEADER.size + len(body), kind, _DUMP_REQUEST, 1, 0) + body)
        return _receive(sock)
    finally:
        sock.close()


def _receive(sock: _socket.socket) -> tuple[list[bytes], str]:
    pieces: list[bytes] = []
    size = 0
    while size < _MOST:
        piece = sock.recv(_PIECE)
        pieces.append(piece)
        size += len(piece)
        for kind, start, end in _framed(piece):
            if kind == _DONE:
                return pieces, ""
            if kind == _ERROR:
                return pieces, f"netlink: error {-_NUMBER.unpack_from(piece, start)[0] if end - start >= 4 else 0}"  # noqa: PLR2004
    return pieces, f"netlink: only the first {_MOST} bytes of the table were read"
