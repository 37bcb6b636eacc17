"""The asking half of the DNS message format: questions and queries as bytes (RFC 1035 4.1).

Apart from the answering half (`dnswire`) because a check asks before it loads what reads the answers (`headstart`).
"""

import struct

from lineclear.errors import UsageError

_IN = 1
_PAIR = struct.Struct(">HH")
_ASKED = struct.Struct(">HHHHHH").pack(0, 0x0100, 1, 0, 0, 0)[2:]  # recursion desired, one question
_ASKED_EDNS = struct.Struct(">HHHHHH").pack(0, 0x0100, 1, 0, 0, 1)[2:]
_OPT = b"\x00" + struct.pack(">HHIH", 41, 1232, 0, 0)  # an answer of 1232 bytes passes any path unbroken
LONGEST_LABEL = 63
LONGEST_NAME = 254  # without the root's zero byte
_ASKING = {"A": b"\x00" + _PAIR.pack(1, _IN), "AAAA": b"\x00" + _PAIR.pack(28, _IN)}


def question(name: str, rtype: str) -> bytes:
    """The question section that asks for `rtype` (`A`, `AAAA`) of `name`. Underscores are letters here.

    Raises:
        UsageError: no DNS message can carry this name.
    """
    labels = name.removesuffix(".").split(".")
    sizes = [len(one) for one in labels]
    fits = min(sizes) > 0 and max(sizes) <= LONGEST_LABEL and sum(sizes, len(sizes)) <= LONGEST_NAME
    if not (fits and name.isascii()):
        raise UsageError(f"{name!r} is not a host name.", "Use labels of 1 to 63 ASCII letters, joined by dots.")
    wire = "".join([chr(len(one)) + one for one in labels])
    return wire.encode("ascii") + _ASKING[rtype]


def query(number: int, asked: bytes, edns: bool = False) -> bytes:
    """A query of id `number` for the question section `asked`, recursion desired; with EDNS0 if asked so."""
    number_wire = number.to_bytes(2, "big")
    return number_wire + _ASKED_EDNS + asked + _OPT if edns else number_wire + _ASKED + asked


def number_of(data: bytes, at: int = 0) -> int:
    """The two bytes at `at`, such as the id of a message at 0; -1 when it is too short to have them."""
    return data[at] << 8 | data[at + 1] if len(data) > at + 1 else -1
