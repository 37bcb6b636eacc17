"""The little of the DNS message format a check needs (RFC 1035 4, RFC 6891, RFC 8914): bytes in, values out.

Two questions are ever asked, A and AAAA, thousands of times in a sweep and dozens at the start of a check, so this is
small and quick; why not dnspython is in docs/decisions/dns-codec.md. dnspython is the oracle of its tests.

What comes from the network is hostile: nothing here raises for any bytes, compression pointers must point backwards,
names come out in the escaped form of zone files (RFC 1035 5.1).
"""

import struct
from _socket import inet_ntoa, inet_ntop
from collections.abc import Callable

from msgspec import Struct

from lineclear.model import Record
from lineclear.probe.dnsasking import LONGEST_LABEL, LONGEST_NAME, number_of
from lineclear.probe.dnsglance import HEADER, RECORD, after_name
from lineclear.probe.errors import escape
from lineclear.probe.sockets import AF_INET6

_PAIR = struct.Struct(">HH")

_IN = 1
_OPT_TYPE = 41
_EXPLAINED = 15
_TRUNCATED = 0x0200
_POINTER = 0xC0
_TO_QUESTION = b"\xc0\x0c"  # the pointer to the name that follows the header
_MOST_RECORDS = 64
_LONGEST_TTL = 0x7FFFFFFF
_PLAIN = bytes(set(range(0x21, 0x7F)) - set(b'"().;\\@$'))

_RCODES = {
    0: "NOERROR",
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
    6: "YXDOMAIN",
    7: "YXRRSET",
    8: "NXRRSET",
    9: "NOTAUTH",
    10: "NOTZONE",
    16: "BADVERS",
    23: "BADCOOKIE",
}
_REASONS = {
    3: "stale answer",
    4: "forged answer",
    6: "DNSSEC bogus",
    15: "blocked",
    16: "censored",
    17: "filtered",
    18: "prohibited",
    22: "no reachable authority",
    23: "network error",
}


class Reply(Struct, frozen=True, kw_only=True, gc=False):
    """A reply that could be read. Records are the first 64 A, AAAA and CNAME of the answer section, in its order."""

    rcode: str
    truncated: bool = False
    """The rest is to be had over TCP; `records` is then empty."""
    records: tuple[Record, ...] = ()
    reason: str = ""
    """Why the resolver answers so, when it says (RFC 8914), such as `blocked: by order of ...`."""

    def addresses(self, rtype: str) -> tuple[str, ...]:
        """The addresses of a type, in the order of the answer."""
        return tuple(one.value for one in self.records if one.type == rtype)


class Malformed(Struct, frozen=True, kw_only=True):
    """A reply that could not be read, and why."""

    why: str


def answers(data: bytes, asked: bytes) -> bool:
    """Whether a message is a reply to the question section `asked`; whether its id is right is for the asker to know.

    A refusal may come without the question: a server that could not read us has none to repeat.
    """
    if len(data) < HEADER.size or not data[2] & 0x80:
        return False
    return repeats(data, asked) or (data[4:6] == b"\x00\x00" and data[3] & 0x0F != 0)


def repeats(data: bytes, asked: bytes) -> bool:
    """Whether the one question of `data` is `asked`, letters' case aside."""
    if data[4:6] != b"\x00\x01":
        return False
    return data.startswith(asked, HEADER.size) or data[HEADER.size :][: len(asked)].lower() == asked.lower()


def parse(data: bytes, name: str = "") -> Reply | Malformed:
    """Read a reply. Never raises: bytes that make no sense are a value too.

    Args:
        data: the message.
        name: the name its question is known to hold, so that it need not be read from there again.
    """
    try:
        return _read(data, {_TO_QUESTION: name} if name else {})
    except (struct.error, IndexError):
        return Malformed(why="a message that ends too soon")
    except ValueError as problem:
        return Malformed(why=str(problem))


def _read(data: bytes, owners: dict[bytes, str]) -> Reply:
    _, flags, questions, answered, authority, additional = HEADER.unpack_from(data)
    code = flags & 0x0F
    if flags & _TRUNCATED:
        return Reply(rcode=_rcode(code), truncated=True)
    at = HEADER.size
    for _ in range(questions):
        at = after_name(data, at) + _PAIR.size
    records: list[Record] = []
    for _ in range(answered):
        at = _record(data, at, owners, records)
    reason = ""
    if additional:
        extension, reason = _extras(data, at, authority + additional)
        code |= extension << 4
    return Reply(rcode=_rcode(code), records=tuple(records), reason=reason)


def _rcode(code: int) -> str:
    return _RCODES.get(code) or f"RCODE{code}"


def _record(data: bytes, at: int, owners: dict[bytes, str], records: list[Record]) -> int:
    """Read one record into `records` if it is of a kind we know; where the next begins."""
    owner, at = _owner(data, at, owners)
    kind, family, ttl_s, length = RECORD.unpack_from(data, at)
    at += RECORD.size
    end: int = at + length
    if end > len(data):
        raise ValueError("a record longer than the message")
    known = _VALUES.get(kind) if family == _IN else None
    if known is not None and len(records) < _MOST_RECORDS:
        value = known[1](data, at, length)
        records.append(Record(name=owner, type=known[0], value=value, ttl_s=ttl_s if ttl_s <= _LONGEST_TTL else 0))
    return end


def _owner(data: bytes, at: int, owners: dict[bytes, str]) -> tuple[str, int]:
    """A record's name. Nearly always a pointer, and nearly always the same one: read once."""
    if data[at] < _POINTER:
        return _name(data, at)
    pointer = data[at : at + 2]
    owner = owners.get(pointer)
    if owner is None:
        owner = owners[pointer] = _name(data, at)[0]
    return owner, at + 2


def _name(data: bytes, at: int) -> tuple[str, int]:
    """A possibly compressed name, and where what follows it begins. Each pointer must lead further back."""
    labels: list[bytes] = []
    follows = 0
    back_from = at
    room = LONGEST_NAME
    while length := data[at]:
        if length >= _POINTER:
            follows = follows or at + 2
            at = (length & ~_POINTER) << 8 | data[at + 1]
            if at >= back_from:
                raise ValueError("a compression pointer that does not point back")
            back_from = at
            continue
        if length > LONGEST_LABEL:
            raise ValueError("a label of an unknown kind")
        room -= length + 1
        if room < 0:
            raise ValueError("a name of more than 255 bytes")
        labels.append(data[at + 1 : at + 1 + length])
        at += 1 + length
    return _shown(labels), follows or at + 1


def _shown(labels: list[bytes]) -> str:
    if not b"".join(labels).translate(None, _PLAIN):
        return b".".join(labels).decode("ascii") or "."
    return ".".join("".join(map(_letter, label)) for label in labels)


def _letter(octet: int) -> str:
    if octet in _PLAIN:
        return chr(octet)
    return f"\\{octet:03d}" if octet <= ord(" ") or octet > ord("~") else f"\\{octet:c}"


def _a(data: bytes, at: int, length: int) -> str:
    if length != 4:  # noqa: PLR2004  the size of an IPv4 address
        raise ValueError("an A record that is not four bytes")
    return inet_ntoa(data[at : at + 4])


def _aaaa(data: bytes, at: int, length: int) -> str:
    if length != 16:  # noqa: PLR2004  the size of an IPv6 address
        raise ValueError("an AAAA record that is not sixteen bytes")
    return inet_ntop(AF_INET6, data[at : at + 16])


def _cname(data: bytes, at: int, length: int) -> str:
    name, follows = _name(data, at)
    if follows != at + length:
        raise ValueError("a CNAME record of the wrong length")
    return name


_VALUES: dict[int, tuple[str, Callable[[bytes, int, int], str]]] = {
    1: ("A", _a),
    5: ("CNAME", _cname),
    28: ("AAAA", _aaaa),
}


def _extras(data: bytes, at: int, count: int) -> tuple[int, str]:
    """The upper bits of the rcode and the reason, from an OPT record if there is one.

    Advice, not answer: when what stands here cannot be read, the answers before it are good all the same.
    """
    try:
        return _opt(data, at, count)
    except (struct.error, IndexError, ValueError):
        return 0, ""


def _opt(data: bytes, at: int, count: int) -> tuple[int, str]:
    for _ in range(count):
        at = after_name(data, at)
        kind, _, ttl_s, length = RECORD.unpack_from(data, at)
        at += RECORD.size
        if kind == _OPT_TYPE:
            return ttl_s >> 24, _reason(data[at : at + length])
        at += length
    return 0, ""


def _reason(options: bytes) -> str:
    at = 0
    while at + _PAIR.size <= len(options):
        code, length = _PAIR.unpack_from(options, at)
        at += _PAIR.size
        if code == _EXPLAINED and length >= 2:  # noqa: PLR2004  the size of the info code
            number = number_of(options[at:])
            word = _REASONS.get(number) or f"reason {number}"
            text = escape(options[at + 2 : at + length])
            return f"{word}: {text}" if text else word
        at += length
    return ""
