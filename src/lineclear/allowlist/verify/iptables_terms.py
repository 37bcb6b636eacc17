"""Matches of iptables as conditions. Grammar: iptables(8), iptables-extensions(8). What has no row is `Unknown`."""

import ipaddress
from collections.abc import Callable, Sequence

from msgspec import Struct

from .conditions import Condition, Every, Field, Flags, Not, OneOf, Some, Unknown, Within, kind_of_address, protocol_is
from .conditions import Word as About
from .ipset import Sets
from .nft_terms import PROTOCOLS
from .reading import UnreadError
from .spans import ALL_PORTS, Span, block, port_span, spans
from .words import Word

_MODULES = frozenset({"tcp", "udp", "icmp", "icmp6", "multiport", "conntrack", "state", "comment", "set", "iprange",
                      "addrtype"})  # fmt: skip
"""Whose options alone say what they ask for."""
_HEADERS = frozenset({"rt", "frag", "hbh", "mh"})
"""They ask for extension headers that a connection of an application does not carry."""
_NEVER = Some(())
_FLAGS = frozenset({"fin", "syn", "rst", "psh", "ack", "urg"})
_STATES = {"NEW": "new", "ESTABLISHED": "established", "RELATED": "related", "INVALID": "invalid",
           "UNTRACKED": "untracked"}  # fmt: skip


class Matches(Struct, frozen=True):
    """The words of a rule up to its target, as conditions."""

    version: int
    sets: Sets

    def conditions(self, words: Sequence[Word]) -> tuple[Condition, ...]:
        """A condition for each option.

        Raises:
            UnreadError: an option has not what it needs.
        """
        found: list[Condition] = []
        at = 0
        while at < len(words):
            negated = words[at].text == "!"
            at += negated
            if at == len(words) or not words[at].text.startswith("-"):
                missing = words[at] if at < len(words) else words[-1]
                raise UnreadError("an option", missing.text, missing.column)
            option, values = words[at], _values(words, at)
            one = self._condition(option, values)
            found.append(Not(one) if negated else one)
            at += 1 + len(values)
        return tuple(found)

    def _condition(self, option: Word, values: Sequence[Word]) -> Condition:
        if option.text not in _OPTIONS:
            return Unknown(f"it depends on {option.text}")
        needs, read = _OPTIONS[option.text]
        if len(values) != needs:
            raise UnreadError(f"{needs} after {option.text}", " ".join(one.text for one in values), option.column)
        return read(self, values)


def _values(words: Sequence[Word], at: int) -> Sequence[Word]:
    """The words behind an option that belong to it: a comment's text may look like an option, and is none."""
    if words[at].text == "--comment":
        return words[at + 1 : at + 2]
    end = at + 1
    while end < len(words) and words[end].text != "!" and not _is_option(words[end].text):
        end += 1
    return words[at + 1 : end]


def _is_option(text: str) -> bool:
    return text.startswith("-") and len(text) > 1 and not text[1].isdigit()


def _protocol(_: Matches, values: Sequence[Word]) -> Condition:
    text = values[0].text
    if text in ("all", "0"):
        return Every(())
    return protocol_is(int(text) if text.isdecimal() else PROTOCOLS.get(text, 255))


def _place(four: Field, six: Field) -> Callable[[Matches, Sequence[Word]], Condition]:
    def read(about: Matches, values: Sequence[Word]) -> Condition:
        return _among(about, four, six, [_block(about, values[0])])

    return read


def _range(four: Field, six: Field) -> Callable[[Matches, Sequence[Word]], Condition]:
    def read(about: Matches, values: Sequence[Word]) -> Condition:
        first, _, last = values[0].text.partition("-")
        ends = [_block(about, Word(one, values[0].column)) for one in (first, last)]
        return _among(about, four, six, [(ends[0][0], ends[1][1])])

    return read


def _among(about: Matches, four: Field, six: Field, found: Sequence[Span]) -> Condition:
    return Within(four if about.version == 4 else six, spans(found))  # noqa: PLR2004  versions are called so


def _block(about: Matches, word: Word) -> Span:
    try:
        version, span = block(word.text)
    except ValueError:
        version, span = _masked(word.text)
    if version != about.version:
        raise UnreadError(f"an IPv{about.version} address or block", word.text, word.column)
    return span


def _masked(text: str) -> tuple[int, Span]:
    """An IPv6 block whose length is written as an address; nothing where it is none."""
    address, _, mask = text.partition("/")
    try:
        length = int(ipaddress.IPv6Address(mask)).bit_count()
        return block(f"{address}/{length}")
    except ValueError:
        return 0, (0, 0)


def _device(about: About) -> Callable[[Matches, Sequence[Word]], Condition]:
    def read(_: Matches, values: Sequence[Word]) -> Condition:
        name = values[0].text
        return Every(()) if name == "+" else OneOf(about, frozenset({f"{name[:-1]}*" if name.endswith("+") else name}))

    return read


def _ports(*fields: Field) -> Callable[[Matches, Sequence[Word]], Condition]:
    def read(_: Matches, values: Sequence[Word]) -> Condition:
        found = spans(_port(text, values[0]) for text in values[0].text.split(","))
        return Some(tuple(Within(one, found) for one in fields))

    return read


def _port(text: str, word: Word) -> Span:
    first, colon, last = text.partition(":")
    span = port_span(f"{first or 0}:{last or ALL_PORTS[1]}" if colon else text, ":")
    if span is None:
        raise UnreadError("a port or a range of ports", text, word.column)
    return span


def _flags(_: Matches, values: Sequence[Word]) -> Condition:
    return Flags(_named_flags(values[0]), _named_flags(values[1]))


def _named_flags(word: Word) -> frozenset[str]:
    special = {"ALL": _FLAGS, "NONE": frozenset[str]()}
    names = frozenset(word.text.lower().split(","))
    if word.text in special or names <= _FLAGS:
        return special.get(word.text, names)
    raise UnreadError("TCP flags", word.text, word.column)


def _states(_: Matches, values: Sequence[Word]) -> Condition:
    names = values[0].text.split(",")
    if strange := [one for one in names if one not in _STATES]:
        return Unknown(f"it depends on the state {', '.join(strange)}")
    return OneOf(About.STATE, frozenset(_STATES[one] for one in names))


def _direction(_: Matches, values: Sequence[Word]) -> Condition:
    return OneOf(About.DIRECTION, frozenset({values[0].text.lower()}))


def _kind(option: str, far_in: str) -> Callable[[Matches, Sequence[Word]], Condition]:
    def read(_: Matches, values: Sequence[Word]) -> Condition:
        kinds = frozenset(values[0].text.lower().split(","))
        return kind_of_address(kinds, far_in, f"it depends on {option}")

    return read


def _set(about: Matches, values: Sequence[Word]) -> Condition:
    return about.sets.condition(values[0].text, values[1].text.split(","), about.version)


def _module(_: Matches, values: Sequence[Word]) -> Condition:
    name = values[0].text
    if name in _HEADERS:
        return _NEVER
    return Every(()) if name in _MODULES else Unknown(f"it depends on -m {name}")


def _icmp(_: Matches, __: Sequence[Word]) -> Condition:
    return protocol_is(PROTOCOLS["icmp"], PROTOCOLS["icmpv6"])


_SOURCE, _TO = (Field.SOURCE4, Field.SOURCE6), (Field.TO4, Field.TO6)
_SYN = Flags(frozenset({"fin", "syn", "rst", "ack"}), frozenset({"syn"}))
_OPTIONS: dict[str, tuple[int, Callable[[Matches, Sequence[Word]], Condition]]] = {
    "-p": (1, _protocol),
    "-s": (1, _place(*_SOURCE)),
    "-d": (1, _place(*_TO)),
    "-i": (1, _device(About.INTO)),
    "-o": (1, _device(About.OUT)),
    "-m": (1, _module),
    "-f": (0, lambda _, __: _NEVER),
    "--sport": (1, _ports(Field.SPORT)),
    "--dport": (1, _ports(Field.DPORT)),
    "--sports": (1, _ports(Field.SPORT)),
    "--dports": (1, _ports(Field.DPORT)),
    "--ports": (1, _ports(Field.SPORT, Field.DPORT)),
    "--tcp-flags": (2, _flags),
    "--syn": (0, lambda _, __: _SYN),
    "--ctstate": (1, _states),
    "--state": (1, _states),
    "--ctdir": (1, _direction),
    "--src-range": (1, _range(*_SOURCE)),
    "--dst-range": (1, _range(*_TO)),
    "--dst-type": (1, _kind("--dst-type", "original")),
    "--src-type": (1, _kind("--src-type", "reply")),
    "--match-set": (2, _set),
    "--comment": (1, lambda _, __: Every(())),
    "--icmp-type": (1, _icmp),
    "--icmpv6-type": (1, _icmp),
}
