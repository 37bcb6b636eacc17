"""What a rule asks of a packet, as values, and whether a packet fits. What is not modelled is `Unknown`, never a no."""

import enum
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from .packet import TCP, UDP, Packet
from .spans import Span, Spans, block, within
from .truth import Truth, every, opposite, some


class Field(enum.Enum):
    """A number in a packet."""

    VERSION = "the version of IP"
    PROTOCOL = "the protocol"
    SOURCE4 = "the IPv4 source"
    SOURCE6 = "the IPv6 source"
    TO4 = "the IPv4 destination"
    TO6 = "the IPv6 destination"
    SPORT = "the source port"
    DPORT = "the destination port"


class Within(Struct, frozen=True):
    """A number lies among some. A packet without that field does not fit, negated or not."""

    field: Field
    among: Spans
    negated: bool = False


class Word(enum.Enum):
    """A word that belongs to a packet."""

    STATE = "the state of its connection"
    DIRECTION = "its direction"
    INTO = "the interface it comes in by"
    OUT = "the interface it goes out by"
    METHOD = "the method"
    SCHEME = "the scheme"


class OneOf(Struct, frozen=True):
    """A word is one of some. Of an interface, a word that ends in `*` stands for all that begin so."""

    word: Word
    words: frozenset[str]
    negated: bool = False


class Flags(Struct, frozen=True):
    """Of the TCP flags in `mask`, exactly those in `up` are set; with `any_of`, one of them is enough."""

    mask: frozenset[str]
    up: frozenset[str]
    negated: bool = False
    any_of: bool = False


class Host(Struct, frozen=True):
    """The host asked of a proxy is one of `names`, or lies below one of `below`, or is such a name itself."""

    names: frozenset[str]
    below: frozenset[str] = frozenset()
    looks_up: bool = False
    """An address is turned into a name first, which a file cannot foresee."""


class Like(Struct, frozen=True):
    """The host fits an expression."""

    pattern: "re.Pattern[str]"
    looks_up: bool = False


class Reached(Struct, frozen=True):
    """One of the addresses of the host asked of a proxy lies among some."""

    four: Spans
    six: Spans
    near: bool = False
    """These are addresses of the proxy itself or of its link, where no host of a list is."""


class Every(Struct, frozen=True):
    """All parts fit."""

    parts: "tuple[Condition, ...]"


class Some(Struct, frozen=True):
    """One part fits."""

    parts: "tuple[Condition, ...]"


class Not(Struct, frozen=True):
    """The part does not fit."""

    part: "Condition"


class Unknown(Struct, frozen=True):
    """Whether it fits cannot be told from a file."""

    why: str
    """`it depends on meta mark`."""


Condition = Within | OneOf | Flags | Host | Like | Reached | Every | Some | Not | Unknown


def holds(condition: Condition, packet: Packet) -> Truth:
    """Whether the packet fits."""
    return _JUDGES[type(condition)](condition, packet)


def doubts(condition: Condition, packet: Packet) -> Iterator[str]:
    """Why it cannot be told; nothing where it can."""
    if holds(condition, packet) is not Truth.UNKNOWN:
        return
    if isinstance(condition, Every | Some | Not):
        for one in (condition.part,) if isinstance(condition, Not) else condition.parts:
            yield from doubts(one, packet)
    else:
        yield _DOUBTS[type(condition)](condition)


def protocol_is(*numbers: int) -> Within:
    """The protocol is one of some."""
    return Within(Field.PROTOCOL, tuple((one, one) for one in sorted(numbers)))


def kind_of_address(kinds: frozenset[str], far_in: str, why: str) -> Condition:
    """That an address is `local`, `broadcast`, `unicast` and so on. The far end is another machine's, met by unicast.

    `far_in` is the direction in which the address is that of the far end: `original` for a destination, else `reply`.
    """
    far = OneOf(Word.DIRECTION, frozenset({far_in}))
    if "unicast" in kinds:
        return Some((far, Unknown(why)))
    return Every((Not(far), Unknown(why))) if kinds <= {"local", "broadcast", "multicast"} else Unknown(why)


def _address(version: int, packet: Packet, span: Span) -> Span | None:
    return span if packet.version == version else None


_NUMBERS: dict[Field, Callable[[Packet], Span | None]] = {
    Field.VERSION: lambda one: (one.version, one.version),
    Field.PROTOCOL: lambda one: (one.protocol, one.protocol),
    Field.SOURCE4: lambda one: _address(4, one, one.source),
    Field.SOURCE6: lambda one: _address(6, one, one.source),
    Field.TO4: lambda one: _address(4, one, one.destination),
    Field.TO6: lambda one: _address(6, one, one.destination),
    Field.SPORT: lambda one: one.sport if one.protocol in (TCP, UDP) else None,
    Field.DPORT: lambda one: one.dport if one.protocol in (TCP, UDP) else None,
}


def _within(condition: Within, packet: Packet) -> Truth:
    span = _NUMBERS[condition.field](packet)
    if span is None:
        return Truth.NO
    found = within(condition.among, span)
    return opposite(found) if condition.negated else found


_WORDS: dict[Word, Callable[[Packet], str | None]] = {
    Word.STATE: lambda one: one.state.value,
    Word.DIRECTION: lambda one: "reply" if one.reply else "original",
    Word.INTO: lambda one: one.into,
    Word.OUT: lambda one: one.out,
    Word.METHOD: lambda one: one.method,
    Word.SCHEME: lambda one: one.scheme,
}


def _one_of(condition: OneOf, packet: Packet) -> Truth:
    word = _WORDS[condition.word](packet)
    if word is None:
        found = Truth.NO if condition.words <= {"lo"} else Truth.UNKNOWN
    else:
        fits = word in condition.words or any(
            one.endswith("*") and word.startswith(one[:-1]) for one in condition.words if word
        )
        found = Truth.YES if fits else Truth.NO
    return opposite(found) if condition.negated else found


def _flags(condition: Flags, packet: Packet) -> Truth:
    if packet.protocol != TCP:
        return Truth.NO
    each = [_flag(one, one in condition.up, packet) for one in sorted(condition.mask)]
    found = some(each) if condition.any_of else every(each)
    return opposite(found) if condition.negated else found


def _flag(flag: str, up: bool, packet: Packet) -> Truth:
    if flag in packet.perhaps:
        return Truth.UNKNOWN
    return Truth.YES if (flag in packet.raised) is up else Truth.NO


def _host(condition: Host, packet: Packet) -> Truth:
    labels = packet.host.split(".")
    tails = {".".join(labels[start:]) for start in range(len(labels))}
    if packet.host in condition.names or tails & condition.below:
        return Truth.YES
    return _after_lookup(condition.looks_up, packet)


def _like(condition: Like, packet: Packet) -> Truth:
    return Truth.YES if condition.pattern.search(packet.host) else _after_lookup(condition.looks_up, packet)


def _after_lookup(looks_up: bool, packet: Packet) -> Truth:
    return Truth.UNKNOWN if looks_up and _is_address(packet.host) else Truth.NO


def _is_address(text: str) -> bool:
    try:
        block(text)
    except ValueError:
        return False
    return True


def _reached(condition: Reached, packet: Packet) -> Truth:
    if packet.addresses is None:
        return Truth.NO if condition.near else Truth.UNKNOWN
    found = (block(one) for one in packet.addresses)
    return some(within(condition.four if version == 4 else condition.six, span) for version, span in found)  # noqa: PLR2004


_JUDGES: dict[type, Callable[..., Truth]] = {
    Within: _within,
    OneOf: _one_of,
    Flags: _flags,
    Host: _host,
    Like: _like,
    Reached: _reached,
    Every: lambda one, packet: every(holds(part, packet) for part in one.parts),
    Some: lambda one, packet: some(holds(part, packet) for part in one.parts),
    Not: lambda one, packet: opposite(holds(one.part, packet)),
    Unknown: lambda _, __: Truth.UNKNOWN,
}
_DOUBTFUL = dict.fromkeys((Field.SOURCE4, Field.SOURCE6), "it depends on the source; name it by --source")
_DOUBTS: dict[type, Callable[..., str]] = {
    Unknown: lambda one: str(one.why),
    Within: lambda one: _DOUBTFUL.get(one.field, f"{one.field.value} is only in part what it asks for"),
    OneOf: lambda one: f"it depends on {one.word.value}",
    Flags: lambda _: "it depends on TCP flags",
    Host: lambda _: "the proxy would look up a name for this address",
    Like: lambda _: "the proxy would look up a name for this address",
    Reached: lambda _: "it depends on where the name leads; add --resolve",
}
