"""What a ruleset opens that the list does not demand.

The destinations are cut where any rule or requirement begins or ends, and gathered by which of these they lie in: all
of one class meet the same rules, so one of them is asked for all. Likewise the ports.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from lineclear.allowlist.context import Snapshot
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.rule import AllowRule
from lineclear.model import Kind

from .asking import NUMBERS, conversation, request
from .conditions import Condition, Every, Field, Not, Some, Within
from .packet import TCP, UDP, Question
from .ruleset import Ruleset, Spot
from .spans import ALL_PORTS, Span, Spans, block, everywhere, shown_addresses, shown_ports, spans, within
from .truth import Truth
from .walking import Ruling, fate

MOST_CELLS = 40_000
"""Combinations of a class of destinations, one of ports and a protocol that are asked for; more take too long."""
_NAMES = {TCP: "tcp", UDP: "udp"}


class Excess(Struct, frozen=True, kw_only=True):
    """What one rule opens and nobody needs."""

    by: Spot
    protocol: str
    to: tuple[str, ...]
    ports: tuple[str, ...]


def beyond(
    ruleset: Ruleset, rules: Sequence[AllowRule], snapshot: Snapshot | None, question: Question
) -> tuple[Excess, ...] | None:
    """Everything that is opened beyond need, rule by rule; None: there are too many combinations to look at."""
    needed = [_need(one) for one in openings(_addressed(rules, snapshot))]
    ports = classes(ALL_PORTS, [*sets(ruleset, Field.DPORT), *(one.ports for one in needed)])
    places = {version: _places(ruleset, needed, version) for version in ruleset.versions}
    if sum(map(len, places.values())) * len(ports) * len(_NAMES) > MOST_CELLS:
        return None
    found: defaultdict[tuple[Spot, int, int, Spans], list[Span]] = defaultdict(list)
    for version, parts in places.items():
        for where in parts:
            for behind in ports:
                for protocol in _NAMES:
                    if not _is_needed(needed, version, protocol, where[0], behind[0]):
                        for by in _opened(ruleset, question, (version, protocol, where[0], behind[0])):
                            found[by, version, protocol, where].extend(behind)
    return tuple(_told(found))


def _addressed(rules: Sequence[AllowRule], snapshot: Snapshot | None) -> Iterator[AllowRule]:
    known = snapshot.addresses if snapshot else {}
    for one in rules:
        if one.kind in (Kind.ADDRESS, Kind.CIDR):
            yield one
        elif addresses := known.get(one.host):
            yield replace(one, addresses=addresses)


class _Need(Struct, frozen=True):
    """An opening of the list, as numbers."""

    protocol: int
    ports: Spans
    places: dict[int, Spans]
    """By version of IP."""


def _need(one: Opening) -> _Need:
    return _Need(
        NUMBERS[one.protocol],
        spans((each.first, each.last) for each in one.ports),
        {version: spans(block(each)[1] for each in one.blocks(version)) for version in (4, 6)},
    )


def _places(ruleset: Ruleset, needed: Sequence[_Need], version: int) -> tuple[Spans, ...]:
    field = Field.TO4 if version == 4 else Field.TO6  # noqa: PLR2004  versions are called so
    return classes(everywhere(version), [*sets(ruleset, field), *(one.places[version] for one in needed)])


def _is_needed(needed: Sequence[_Need], version: int, protocol: int, where: Span, behind: Span) -> bool:
    return any(
        one.protocol == protocol and Truth.YES is within(one.places[version], where) is within(one.ports, behind)
        for one in needed
    )


def _opened(ruleset: Ruleset, question: Question, cell: tuple[int, int, Span, Span]) -> Iterator[Spot]:
    """The rule that opens a cell to whoever is asked about, if one does."""
    version, protocol, where, behind = cell
    for source in question.senders(version):
        steps = list(conversation(request(version, protocol, source, where, behind), question))
        first = fate(ruleset, steps[:1])
        if first.ruling is Ruling.PERMITTED and fate(ruleset, steps[1:]).ruling is Ruling.PERMITTED:
            yield first.by
            return


def sets(ruleset: Ruleset, field: Field) -> set[Spans]:
    """Every set of numbers that a rule compares a field with."""
    found: set[Spans] = set()
    for rules in ruleset.chains.values():
        for rule in rules:
            found.update(one.among for one in _comparisons(rule.conditions) if one.field is field)
    return found


def _comparisons(conditions: Iterable[Condition]) -> Iterator[Within]:
    for one in conditions:
        match one:
            case Within():
                yield one
            case Every(parts=parts) | Some(parts=parts):
                yield from _comparisons(parts)
            case Not(part=part):
                yield from _comparisons((part,))
            case _:
                pass


def classes(whole: Span, sets: Iterable[Spans]) -> tuple[Spans, ...]:
    """The whole cut at every end of every set, gathered by which sets each piece lies in."""
    distinct = list(dict.fromkeys(sets))
    cuts = (
        {whole[0]} | {first for one in distinct for first, _ in one} | {last + 1 for one in distinct for _, last in one}
    )
    starts = sorted(cut for cut in cuts if whole[0] <= cut <= whole[1])
    pieces = list(zip(starts, [start - 1 for start in starts[1:]] + [whole[1]], strict=True))
    marks: list[list[int]] = [[] for _ in pieces]
    at = {piece[0]: number for number, piece in enumerate(pieces)}
    for number, one in enumerate(distinct):
        for first, last in one:
            place = at[max(first, whole[0])]
            while place < len(pieces) and pieces[place][0] <= last:
                marks[place].append(number)
                place += 1
    found: defaultdict[tuple[int, ...], list[Span]] = defaultdict(list)
    for piece, mark in zip(pieces, marks, strict=True):
        found[tuple(mark)].append(piece)
    return tuple(map(tuple, found.values()))


def _told(found: dict[tuple[Spot, int, int, Spans], list[Span]]) -> Iterator[Excess]:
    """Excesses of one rule with the same ports together."""
    same: defaultdict[tuple[Spot, int, int, Spans], list[Span]] = defaultdict(list)
    for (by, version, protocol, where), behind in found.items():
        same[by, version, protocol, spans(behind)].extend(where)
    for (by, version, protocol, ports), places in same.items():
        yield Excess(
            by=by,
            protocol=_NAMES[protocol],
            to=tuple(_shown(version, spans(places))),
            ports=("every port",) if ports == (ALL_PORTS,) else tuple(map(shown_ports, ports)),
        )


def _shown(version: int, where: Spans) -> Iterator[str]:
    """Blocks; where they are more than half of all addresses, only that they are the rest."""
    size = sum(last - first + 1 for first, last in where)
    if len(where) > 1 and size > everywhere(version)[1] // 2:
        yield f"every other IPv{version} address"
        return
    for one in where:
        yield from shown_addresses(version, one)
