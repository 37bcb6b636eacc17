"""The addresses in a DNS answer at a glance, for whoever cannot wait until what reads it properly is loaded.

Only an answer that repeats the question to the letter is believed, and `dnswire` reads it again afterwards. What comes
from the network is hostile: nothing here raises for any bytes.
"""

import struct
from _socket import inet_ntoa, inet_ntop

from .dnsasking import LONGEST_LABEL
from .sockets import AF_INET6

HEADER = struct.Struct(">HHHHHH")  # id, flags, questions, answers, authority, additional
RECORD = struct.Struct(">HHIH")  # type, class, time to live, length of what follows
_IN = 1
_ANSWER, _CUT_OR_WRONG = 0x8000, 0x020F
"""Of the flags: that it is a reply, that the rest is to be had over TCP, and the code of an error."""
_SIZES = {1: 4, 28: 16}
"""Bytes of an A and of an AAAA record."""


def addresses(data: bytes, asked: bytes) -> tuple[str, ...]:
    """The addresses that a reply gives to the question section `asked`; none of one that is no plain answer to it."""
    try:
        _, flags, questions, answers, _, _ = HEADER.unpack_from(data)
        if not flags & _ANSWER or flags & _CUT_OR_WRONG or questions != 1 or not data.startswith(asked, HEADER.size):
            return ()
        return _read(data, HEADER.size + len(asked), answers, int.from_bytes(asked[-4:-2], "big"))
    except (struct.error, IndexError):
        return ()


def _read(data: bytes, at: int, answers: int, wanted: int) -> tuple[str, ...]:
    found = []
    for _ in range(answers):
        kind, family, _, length = RECORD.unpack_from(data, at := after_name(data, at))
        at += RECORD.size
        address = data[at : at + length]
        if kind == wanted and family == _IN and length == len(address) == _SIZES[kind]:
            found.append(inet_ntoa(address) if kind == 1 else inet_ntop(AF_INET6, address))
        at += length
    return tuple(found) if at <= len(data) else ()


def after_name(data: bytes, at: int) -> int:
    """Where what follows a name begins; the name itself is of no interest."""
    while length := data[at]:
        if length > LONGEST_LABEL:
            return at + 2
        at += 1 + length
    return at + 1
