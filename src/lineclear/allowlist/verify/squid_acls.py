"""Squid's `acl` lines as conditions. Grammar: squid.conf.documented, section ACCESS CONTROLS."""

import re
from collections.abc import Callable, Sequence

from msgspec import Struct, field

from .conditions import Condition, Every, Field, Host, Like, Not, OneOf, Reached, Some, Unknown, Within
from .conditions import Word as About
from .reading import UnreadError
from .spans import Span, Spans, addresses, block, everywhere, port_span, spans
from .words import Word

_COMPOUND = ("any-of", "all-of")
_DEEPEST = 30
_FLAGS = ("-i", "+i", "-n", "-m", "--")
_PLAIN = re.compile(r"[A-Za-z0-9_.^$*+?()|\\-]*\Z")
"""What means the same in a POSIX expression and in ours; a backslash only before a dot or a hyphen."""
_ESCAPED = re.compile(r"\\(?![.-])")


class Acls(Struct):
    """The ACLs that were defined so far. A name may be defined in several lines, all of one type."""

    types: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[Condition]] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)
    """Of those made of others, how many stand within one another."""

    def define(self, words: Sequence[Word]) -> None:
        """Read what follows `acl`.

        Raises:
            UnreadError: it is no definition.
        """
        if len(words) < 3:  # noqa: PLR2004  NAME TYPE VALUE
            last = words[-1] if words else Word("", 4)
            raise UnreadError("acl NAME TYPE VALUE", "", last.column + len(last.text))
        name, kind, *values = words
        if self.types.setdefault(name.text, kind.text) != kind.text:
            raise UnreadError(f"the type {self.types[name.text]}, which {name.text} has above", kind.text, kind.column)
        flags = {one.text for one in values if one.text in _FLAGS}
        given = [one for one in values if one.text not in _FLAGS]
        if kind.text in _COMPOUND:
            inner = max(self.depths.get(one.text.removeprefix("!"), 0) for one in values)
            self.depths[name.text] = max(self.depths.get(name.text, 0), inner + 1)
            found = self._compound(kind.text, values, self.depths[name.text])
        else:
            found = self._condition(kind.text, given, flags)
        self.parts.setdefault(name.text, []).append(found)

    def _compound(self, kind: str, values: Sequence[Word], depth: int) -> Condition:
        named = tuple(map(self.named, values))
        if depth > _DEEPEST:
            return Unknown("it is made of others, too deep")
        return Some(named) if kind == "any-of" else Every(named)

    def _condition(self, kind: str, values: Sequence[Word], flags: set[str]) -> Condition:
        if any(one.text.startswith(("parameters(", "/")) or one.quoted for one in values) and kind in _TYPES:
            return Unknown("its values stand in another file")
        return _TYPES[kind](values, flags) if kind in _TYPES else Unknown(f"it depends on an ACL of the type {kind}")

    def named(self, word: Word) -> Condition:
        """The condition of an ACL, negated where `!` stands before its name.

        Raises:
            UnreadError: there is none of that name.
        """
        name = word.text.removeprefix("!")
        if name in self.parts:
            found: Condition = Some(tuple(self.parts[name]))
        elif name in _BUILT_IN:
            found = _BUILT_IN[name]
        else:
            raise UnreadError("an ACL that was defined above", name, word.column)
        return Not(found) if word.text.startswith("!") else found


def _addresses(values: Sequence[Word]) -> tuple[Spans, Spans] | None:
    """The IPv4 and the IPv6 addresses; None: a name is among them."""
    found: dict[int, list[Span]] = {4: [], 6: []}
    for one in values:
        if one.text in _FAMILIES:
            for version in _FAMILIES[one.text]:
                found[version].append(everywhere(version))
            continue
        if re.search(r"[g-zG-Z]", one.text):
            return None
        version, span = _range(one)
        found[version].append(span)
    return spans(found[4]), spans(found[6])


def _range(word: Word) -> tuple[int, Span]:
    try:
        return addresses(word.text)
    except ValueError:
        raise UnreadError("an address, a block or a range of addresses", word.text, word.column) from None


def _src(values: Sequence[Word], _: set[str]) -> Condition:
    found = _addresses(values)
    if found is None:
        return Unknown("it names clients by name")
    return Some((Within(Field.SOURCE4, found[0]), Within(Field.SOURCE6, found[1])))


def _dst(values: Sequence[Word], flags: set[str]) -> Condition:
    found = _addresses(values)
    if found is None:
        return Unknown("it names destinations by what their names lead to")
    if found == (((everywhere(4)),), ((everywhere(6)),)):
        return Every(())
    return Unknown("it looks at addresses in requests only") if "-n" in flags else Reached(*found)


def _port(values: Sequence[Word], _: set[str]) -> Condition:
    return Within(Field.DPORT, spans(map(_ports, values)))


def _ports(word: Word) -> Span:
    if span := port_span(word.text, "-"):
        return span
    raise UnreadError("a port or a range of ports", word.text, word.column)


def _dstdomain(values: Sequence[Word], flags: set[str]) -> Condition:
    names = [one.text.lower() for one in values]
    return Host(
        frozenset(one for one in names if not one.startswith(".")),
        frozenset(one[1:] for one in names if one.startswith(".")),
        looks_up="-n" not in flags,
    )


def _dstdom_regex(values: Sequence[Word], flags: set[str]) -> Condition:
    return Some(tuple(_like(one, flags) for one in values))


def _like(word: Word, flags: set[str]) -> Condition:
    if not _PLAIN.match(word.text) or _ESCAPED.search(word.text):
        return Unknown("its expression is not one we read")
    try:
        return Like(re.compile(word.text, re.IGNORECASE if "-i" in flags else 0), looks_up="-n" not in flags)
    except re.error:
        raise UnreadError("an expression", word.text, word.column) from None


def _method(values: Sequence[Word], _: set[str]) -> Condition:
    return OneOf(About.METHOD, frozenset(one.text.upper() for one in values))


def _proto(values: Sequence[Word], _: set[str]) -> Condition:
    """A tunnel's scheme differs between versions of Squid."""
    tunnel = Every((OneOf(About.METHOD, frozenset({"CONNECT"})), Unknown("it asks for the scheme of a tunnel")))
    plain = OneOf(About.SCHEME, frozenset(one.text.upper() for one in values))
    return Some((tunnel, Every((Not(OneOf(About.METHOD, frozenset({"CONNECT"}))), plain))))


def _near(*blocks: str) -> Reached:
    four, six = (spans(span for found, span in map(block, blocks) if found == version) for version in (4, 6))
    return Reached(four, six, near=True)


_FAMILIES = {"all": (4, 6), "ipv4": (4,), "ipv6": (6,)}
_TYPES: dict[str, Callable[[Sequence[Word], set[str]], Condition]] = {
    "src": _src,
    "dst": _dst,
    "port": _port,
    "dstdomain": _dstdomain,
    "dstdom_regex": _dstdom_regex,
    "method": _method,
    "proto": _proto,
}
_LOOPBACK = [Word("127.0.0.1", 0), Word("::1", 0)]
_BUILT_IN: dict[str, Condition] = {
    "all": Every(()),
    "manager": Some(()),
    "localhost": _src(_LOOPBACK, set()),
    "to_localhost": _near("127.0.0.0/8", "0.0.0.0/32", "::1/128", "::/128"),
    "to_linklocal": _near("169.254.0.0/16", "fe80::/10"),
    "CONNECT": OneOf(About.METHOD, frozenset({"CONNECT"})),
}
"""`manager` asks for the proxy's own pages, which no list holds."""
