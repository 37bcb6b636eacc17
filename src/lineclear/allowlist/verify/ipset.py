"""Sets of addresses and ports as `ipset save` prints them. Grammar: ipset(8)."""

from collections.abc import Callable, Sequence

from msgspec import Struct, field

from .conditions import Condition, Every, Field, Some, Unknown, Within, protocol_is
from .packet import TCP, UDP
from .reading import UnreadError
from .spans import Span, addresses, port_span, spans
from .words import Line, Word

_METHODS = ("hash:", "bitmap:")
_ADDRESSES, _PORTS = ("ip", "net"), "port"
_PROTOCOLS = {"tcp": TCP, "udp": UDP}


class _Set(Struct):
    """One set. `why` says why its members cannot be known; they are then not looked at."""

    parts: tuple[str, ...]
    version: int
    why: str = ""
    entries: list[tuple[Word, ...]] = field(default_factory=list)


class Sets(Struct):
    """The sets of a file, and those that a rule changes."""

    named: dict[str, _Set] = field(default_factory=dict)
    changing: set[str] = field(default_factory=set)

    def create(self, line: Line) -> None:
        """Read a line that begins with `create`.

        Raises:
            UnreadError: it is none.
        """
        if len(line.words) < 3:  # noqa: PLR2004  create NAME TYPE
            raise UnreadError("create NAME TYPE", line.text)
        name, kind, *options = (one.text for one in line.words[1:])
        method = next((one for one in _METHODS if kind.startswith(one)), "")
        parts = tuple(kind.removeprefix(method).split(","))
        modelled = bool(method) and all(one in (*_ADDRESSES, _PORTS) for one in parts)
        why = "" if modelled else f"the set {name} is a {kind}"
        if "timeout" in options:
            why = f"the set {name} changes by itself"
        if {"netmask", "bitmask"} & set(options):
            why = f"the set {name} masks what it is asked for"
        self.named[name] = _Set(parts=parts, version=6 if "inet6" in options else 4, why=why)

    def add(self, line: Line) -> None:
        """Read a line that begins with `add`.

        Raises:
            UnreadError: it is none, or of a set that was not created.
        """
        if len(line.words) < 3:  # noqa: PLR2004  add NAME ENTRY
            raise UnreadError("add NAME ENTRY", line.text)
        name, entry = line.words[1:3]
        if name.text not in self.named:
            raise UnreadError("a set that was created above", name.text, name.column)
        found = self.named[name.text]
        if any(one.text == "nomatch" for one in line.words[3:]):
            found.why = found.why or f"the set {name.text} has exceptions"
        if not found.why:
            words = tuple(Word(text, entry.column) for text in entry.text.split(","))
            _entry(found, words)  # so that what cannot be read is told here, by line and column
            found.entries.append(words)

    def condition(self, name: str, ways: Sequence[str], version: int) -> Condition:
        """That a packet is in a set, its parts taken from the `src` or `dst` of the packet."""
        if name not in self.named:
            return Unknown(f"the set {name} is not in the file; put what ipset save prints before the rules")
        found = self.named[name]
        if name in self.changing:
            return Unknown(f"a rule changes the set {name}")
        if found.why or len(ways) < len(found.parts):
            return Unknown(found.why or f"the set {name} is asked for less than it holds")
        if found.version != version and found.parts != (_PORTS,):
            return Some(())
        fields = [_field(part, way, version) for part, way in zip(found.parts, ways, strict=False)]
        read = [_entry(found, one) for one in found.entries]
        if len(found.parts) == 1 and found.parts[0] in _ADDRESSES:
            return Within(fields[0], spans(span for ((_, span),) in read))
        return Some(tuple(Every(tuple(map(_part, fields, one))) for one in read))


def _field(part: str, way: str, version: int) -> Field:
    if part == _PORTS:
        return Field.SPORT if way == "src" else Field.DPORT
    four = version == 4  # noqa: PLR2004  versions are called so
    if way == "src":
        return Field.SOURCE4 if four else Field.SOURCE6
    return Field.TO4 if four else Field.TO6


def _part(of: Field, part: tuple[int, Span]) -> Condition:
    protocol, span = part
    ports = Within(of, (span,))
    return Every((protocol_is(protocol), ports)) if protocol else ports


def _entry(found: _Set, words: Sequence[Word]) -> list[tuple[int, Span]]:
    """Protocol (0: any) and numbers of each part."""
    if len(words) != len(found.parts):
        raise UnreadError(f"an entry of {','.join(found.parts)}", ",".join(one.text for one in words), words[0].column)
    return [_READERS[part](word, found) for part, word in zip(found.parts, words, strict=True)]


def _address(word: Word, found: _Set) -> tuple[int, Span]:
    try:
        version, span = addresses(word.text)
    except ValueError:
        version, span = 0, (0, 0)
    if version != found.version:
        raise UnreadError(f"an IPv{found.version} address, block or range", word.text, word.column)
    return 0, span


def _port(word: Word, found: _Set) -> tuple[int, Span]:
    protocol, colon, rest = word.text.rpartition(":")
    number = _PROTOCOLS.get(protocol, 255 if colon else TCP)  # another protocol is none of ours
    span = port_span(rest, "-")
    if span is None and number in (TCP, UDP):
        raise UnreadError("a port, such as tcp:443", word.text, word.column)
    return 0 if found.parts == (_PORTS,) else number, span or (0, 0)


_READERS: dict[str, Callable[[Word, _Set], tuple[int, Span]]] = {"ip": _address, "net": _address, "port": _port}
