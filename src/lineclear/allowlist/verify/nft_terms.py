"""Matches of nft's JSON as conditions. Grammar: libnftables-json(5). What is not in a table here is `Unknown`."""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from .conditions import (
    Condition,
    Every,
    Field,
    Flags,
    Not,
    OneOf,
    Some,
    Unknown,
    Within,
    Word,
    kind_of_address,
    protocol_is,
)
from .nft_shown import term
from .packet import TCP, UDP
from .reading import UnreadError
from .spans import BITS, Span, spans

FLAGS = frozenset({"fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"})
PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "udp": 17, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51,
    "ipv6-icmp": 58, "icmpv6": 58, "sctp": 132, "udplite": 136, "dccp": 33, "comp": 108,
}  # fmt: skip
_HEADERS = frozenset({"rt", "frag", "hbh", "mh"})
"""Extension headers of IPv6 that a connection of an application does not carry."""
_FAMILIES = {"ipv4": 4, "ip": 4, "ipv6": 6, "ip6": 6}
_OPPOSITES = ("!=",)
_ORDERS: dict[str, Callable[[int, int], Span]] = {
    "<": lambda number, _: (0, number - 1),
    "<=": lambda number, _: (0, number),
    ">": lambda number, most: (number + 1, most),
    ">=": lambda number, most: (number, most),
}


class Key(Struct, frozen=True, kw_only=True):
    """What is matched: what must hold for it to be there at all, and the condition of being one of some."""

    needs: tuple[Condition, ...] = ()
    among: Callable[[Sequence[Any]], Condition]
    number: Callable[[Any], Span] | None = None
    """Reads an element, where elements are numbers."""
    field: Field | None = None
    most: int = 0


def condition(left: Any, op: str, right: Sequence[Any], *, is_set: bool) -> Condition:
    """That what `left` names stands to `right`, its elements, as `op` says.

    Raises:
        UnreadError: an element is not of the kind that `left` takes.
    """
    key = key_of(left, op, is_set=is_set)
    if op in _ORDERS:
        return Every((*key.needs, _ordered(key, op, right)))
    fits = key.among(right)
    return Every((*key.needs, Not(fits) if op in _OPPOSITES else fits))


def key_of(left: Any, op: str = "==", *, is_set: bool = True) -> Key:
    """The key an expression names; one that is always unknown where it is none we model."""
    kind, inner = next(iter(left.items())) if isinstance(left, dict) and left else ("", None)
    found = _KINDS.get(kind)
    return found[1](left, inner, op, is_set) if found and isinstance(inner, found[0]) else _unknown(left)


def _about(left: Any, inner: dict[str, Any], op: str, _: bool) -> Key:
    """A word of `meta` or `ct`. A packet that is still walked was not sent elsewhere: who does that is `LOST`."""
    if left == {"ct": {"key": "status"}} and op == "in":
        why = f"it depends on {term(left)}"
        return Key(among=lambda found: Some(()) if list(found) == ["dnat"] else Unknown(why))
    made = _WORDS.get((next(iter(left)), str(inner.get("key"))))
    return made if made and "dir" not in inner else _unknown(left)


def _masked(left: Any, inner: list[Any], _: str, is_set: bool) -> Key:
    if not _is_flags(inner):
        return _unknown(left)
    mask = _bits([inner[1]])
    return Key(needs=(protocol_is(TCP),), among=lambda found: _flags_are(mask, found if is_set else [found]))


def _header(left: Any, inner: dict[str, Any], *_: Any) -> Key:
    """An extension header that no packet of ours has: nothing in it fits, and only its absence does."""
    if inner.get("name") not in _HEADERS:
        return _unknown(left)
    if "field" in inner:
        return Key(needs=(Some(()),), among=lambda _: Some(()))
    return Key(among=lambda found: Every(()) if list(found) == [False] else Some(()))


def _fib_type(left: Any, inner: dict[str, Any], *_: Any) -> Key:
    if inner.get("result") != "type":
        return _unknown(left)
    why = f"it depends on {term(left)}"
    flags = inner.get("flags")
    far_in = "original" if isinstance(flags, list) and "daddr" in flags else "reply"
    return Key(among=lambda found: kind_of_address(frozenset(map(_word, found)), far_in, why))


def _ordered(key: Key, op: str, elements: Sequence[Any]) -> Condition:
    if key.number is None or key.field is None or len(elements) != 1:
        return Unknown(f"it compares with {op}")
    number = key.number(elements[0])[0]
    span = _ORDERS[op](number, key.most)
    return Within(key.field, (span,) if span[0] <= span[1] else ())


def _unknown(left: Any) -> Key:
    return Key(among=lambda _: Unknown(f"it depends on {term(left)}"))


def _numbers(field: Field, number: Callable[[Any], Span], most: int, *needs: Condition) -> Key:
    return Key(
        needs=needs,
        among=lambda elements: Within(field, spans(map(number, elements))),
        number=number,
        field=field,
        most=most,
    )


def _words(word: Word, known: frozenset[str] | None = None) -> Key:
    def among(elements: Sequence[Any]) -> Condition:
        words = frozenset(_word(one) for one in elements)
        strange = words - known if known else ()
        return Unknown(f"it depends on {', '.join(sorted(strange))}") if strange else OneOf(word, words)

    return Key(among=among)


def _word(element: Any) -> str:
    if isinstance(element, str | int):
        return str(element)  # an interface that is gone is a number
    raise UnreadError("a word", term(element))


def _concat(_: Any, inner: list[Any], *__: Any) -> Key:
    keys = [key_of(one) for one in inner]

    def one(element: Any) -> Condition:
        parts = element.get("concat") if isinstance(element, dict) else None
        if not isinstance(parts, list) or len(parts) != len(keys):
            raise UnreadError(f"a concatenation of {len(keys)}", term(element))
        return Every(tuple(key.among([part]) for key, part in zip(keys, parts, strict=True)))

    return Key(
        needs=tuple(need for key in keys for need in key.needs), among=lambda found: Some(tuple(map(one, found)))
    )


def _payload(left: Any, inner: dict[str, Any], op: str, is_set: bool) -> Key:
    protocol, field = str(inner.get("protocol")), str(inner.get("field"))
    if protocol == "tcp" and field == "flags":
        return _flags(op, is_set=is_set)
    if (protocol, field) in _FIELDS:
        return _FIELDS[protocol, field]
    needs = (protocol_is(PROTOCOLS[protocol]),) if protocol in PROTOCOLS else ()
    return Key(needs=needs, among=lambda _: Unknown(f"it depends on {term(left)}"))


def _flags(op: str, *, is_set: bool) -> Key:
    """Without a mask: `in` asks for one of some bits, everything else for exactly these."""
    if op == "in" and not is_set:
        return Key(needs=(protocol_is(TCP),), among=lambda found: Flags(_bits(found), _bits(found), any_of=True))
    return Key(needs=(protocol_is(TCP),), among=lambda found: _flags_are(FLAGS, found if is_set else [found]))


def _flags_are(mask: frozenset[str], values: Sequence[Any]) -> Condition:
    """Under the mask, exactly one of these values; a value is a flag or a list of them."""
    return Some(tuple(Flags(mask, _bits([one])) for one in values))


def _is_flags(inner: list[Any]) -> bool:
    return len(inner) > 1 and inner[0] == {"payload": {"protocol": "tcp", "field": "flags"}}


def _bits(elements: Sequence[Any]) -> frozenset[str]:
    """The TCP flags that are named, singly, in lists, or combined by `|`."""
    found: set[str] = set()
    for one in elements:
        if isinstance(one, dict) and isinstance(one.get("|"), list):
            found |= _bits(one["|"])
        elif isinstance(one, list | tuple):
            found |= _bits(one)
        elif isinstance(one, str) and one in FLAGS:
            found.add(one)
        elif one not in (0, "0x0"):
            raise UnreadError("TCP flags", term(one))
    return frozenset(found)


def _plain(element: Any) -> Any:
    return (
        element["elem"].get("val") if isinstance(element, dict) and isinstance(element.get("elem"), dict) else element
    )


def _interval(element: Any, read: Callable[[Any], int]) -> Span:
    element = _plain(element)
    ends = element.get("range") if isinstance(element, dict) else (element, element)
    if not isinstance(ends, (list, tuple)) or len(ends) != 2:  # noqa: PLR2004
        raise UnreadError("a value or a range", term(element))
    first, last = read(ends[0]), read(ends[1])
    if first > last:
        raise UnreadError("a range that ascends", term(element))
    return first, last


def _addresses(version: int) -> Callable[[Any], Span]:
    def read(text: Any) -> int:
        try:
            found = ipaddress.ip_address(text) if isinstance(text, str) else None
        except ValueError:
            found = None
        if found is None or found.version != version:
            raise UnreadError(f"an IPv{version} address", term(text))
        return int(found)

    def span(element: Any) -> Span:
        element = _plain(element)
        if not (isinstance(element, dict) and isinstance(element.get("prefix"), dict)):
            return _interval(element, read)
        length = element["prefix"].get("len")
        if not isinstance(length, int) or not 0 <= length <= BITS[version]:
            raise UnreadError("the length of a prefix", length)
        rest = (1 << (BITS[version] - length)) - 1
        first = read(element["prefix"].get("addr")) & ~rest
        return first, first | rest

    return span


def _counted(
    most: int, what: str, names: dict[str, int] | None = None, other: int | None = None
) -> Callable[[Any], Span]:
    """Reads numbers, and `names`; a name that is not among them is `other`, where that is no mistake."""

    def read(value: Any) -> int:
        number = (names or {}).get(value, other) if isinstance(value, str) else value
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= most:
            raise UnreadError(what, term(value))
        return number

    return lambda element: _interval(element, read)


_KINDS: dict[str, tuple[type, Callable[..., Key]]] = {
    "concat": (list, _concat),
    "payload": (dict, _payload),
    "meta": (dict, _about),
    "ct": (dict, _about),
    "fib": (dict, _fib_type),
    "exthdr": (dict, _header),
    "&": (list, _masked),
}
"""Each kind of expression: what stands in it, and what reads it."""
_port, _protocol = _counted(65535, "a port"), _counted(255, "a protocol", PROTOCOLS, 255)
_family = _counted(65535, "a family", _FAMILIES, 0)
_BOTH = protocol_is(TCP, UDP)
_STATES = frozenset({"new", "established", "related", "invalid", "untracked"})
_OF = {version: Within(Field.VERSION, ((version, version),)) for version in (4, 6)}
_FIELDS: dict[tuple[str, str], Key] = {
    ("ip", "saddr"): _numbers(Field.SOURCE4, _addresses(4), (1 << 32) - 1, _OF[4]),
    ("ip", "daddr"): _numbers(Field.TO4, _addresses(4), (1 << 32) - 1, _OF[4]),
    ("ip6", "saddr"): _numbers(Field.SOURCE6, _addresses(6), (1 << 128) - 1, _OF[6]),
    ("ip6", "daddr"): _numbers(Field.TO6, _addresses(6), (1 << 128) - 1, _OF[6]),
    ("ip", "protocol"): _numbers(Field.PROTOCOL, _protocol, 255, _OF[4]),
    ("ip6", "nexthdr"): _numbers(Field.PROTOCOL, _protocol, 255, _OF[6]),
    ("tcp", "sport"): _numbers(Field.SPORT, _port, 65535, protocol_is(TCP)),
    ("tcp", "dport"): _numbers(Field.DPORT, _port, 65535, protocol_is(TCP)),
    ("udp", "sport"): _numbers(Field.SPORT, _port, 65535, protocol_is(UDP)),
    ("udp", "dport"): _numbers(Field.DPORT, _port, 65535, protocol_is(UDP)),
    ("th", "sport"): _numbers(Field.SPORT, _port, 65535, _BOTH),
    ("th", "dport"): _numbers(Field.DPORT, _port, 65535, _BOTH),
}
_WORDS: dict[tuple[str, str], Key] = {
    ("meta", "l4proto"): _numbers(Field.PROTOCOL, _protocol, 255),
    ("meta", "nfproto"): _numbers(Field.VERSION, _family, 255),
    ("meta", "protocol"): _numbers(Field.VERSION, _family, 255),
    ("meta", "iifname"): _words(Word.INTO),
    ("meta", "iif"): _words(Word.INTO),
    ("meta", "oifname"): _words(Word.OUT),
    ("meta", "oif"): _words(Word.OUT),
    ("ct", "state"): _words(Word.STATE, _STATES),
    ("ct", "direction"): _words(Word.DIRECTION, frozenset({"original", "reply"})),
}
