"""What changed between two editions: what a firewall has to open, and what it need not keep."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from msgspec import Struct, to_builtins

from lineclear.model import Catalog, Kind, Requirement, Transport, to_json

DIFF_SCHEMA = "lineclear.catalog-diff/1"

_Pair = tuple[Requirement, Requirement]


class FieldChange(Struct, frozen=True, kw_only=True):
    """One field of a requirement, in both editions."""

    field: str
    before: Any
    after: Any


class Change(Struct, frozen=True, kw_only=True):
    """A requirement both editions have, with what differs. `id` is that of the later edition."""

    id: str
    fields: tuple[FieldChange, ...]


class Difference(Struct, frozen=True, kw_only=True):
    """All that differs between the requirements of two editions."""

    schema: str = DIFF_SCHEMA
    before: str
    """`ibkr:2022-01`."""
    after: str
    added: tuple[Requirement, ...] = ()
    removed: tuple[Requirement, ...] = ()
    changed: tuple[Change, ...] = ()
    opens: tuple[str, ...] = ()
    """`host:port` that only the later edition lists: to be allowed."""
    closes: tuple[str, ...] = ()
    """`host:port` that only the earlier edition lists."""


def diff(before: Catalog, after: Catalog) -> Difference:
    """Compare the requirements of two editions.

    A requirement is the same one when service, role, host and port are the same, or else when its id is. So a new
    row in the midst of a list does not make every row behind it look changed. Labels and notes are not compared.
    """
    pairs, gone, new = _paired(before.requirements, after.requirements)
    changes = (Change(id=b.id, fields=tuple(_field_changes(a, b))) for a, b in pairs)
    old_ends = dict.fromkeys(map(_end, before.requirements))
    new_ends = dict.fromkeys(map(_end, after.requirements))
    return Difference(
        before=f"{before.id}:{before.edition}",
        after=f"{after.id}:{after.edition}",
        added=tuple(new),
        removed=tuple(gone),
        changed=tuple(change for change in changes if change.fields),
        opens=tuple(end for end in new_ends if end not in old_ends),
        closes=tuple(end for end in old_ends if end not in new_ends),
    )


def diff_text(difference: Difference) -> str:
    """A difference for people: `+` added, `-` removed, `~` changed, then every host:port that only one of them has."""
    counts = f"{len(difference.added)} added, {len(difference.removed)} removed, {len(difference.changed)} changed"
    lines = [f"{difference.before} -> {difference.after}: {counts}", ""]
    lines += [f"+ {one.id}  {_end(one)}" for one in difference.added]
    lines += [f"- {one.id}  {_end(one)}" for one in difference.removed]
    lines += [f"~ {one.id}  {_said(field)}" for one in difference.changed for field in one.fields]
    for edition, ends in ((difference.after, difference.opens), (difference.before, difference.closes)):
        if ends:
            lines += ["", f"Only in {edition}:", *(f"  {end}" for end in ends)]
    return "\n".join(lines).rstrip() + "\n"


def diff_json(difference: Difference) -> str:
    """A difference for programs."""
    return to_json(difference).decode()


DIFF_FORMATS: dict[str, Callable[[Difference], str]] = {"text": diff_text, "json": diff_json}


def _paired(
    before: Iterable[Requirement], after: Iterable[Requirement]
) -> tuple[list[_Pair], list[Requirement], list[Requirement]]:
    pairs: list[_Pair] = []
    gone, new = list(before), list(after)
    for key in (_place, _id):
        found = list(_matches(gone, new, key))
        pairs += found
        old_found, new_found = {id(old) for old, _ in found}, {id(young) for _, young in found}
        gone = [one for one in gone if id(one) not in old_found]
        new = [one for one in new if id(one) not in new_found]
    order = {id(one): position for position, one in enumerate(after)}
    return sorted(pairs, key=lambda pair: order[id(pair[1])]), gone, new


def _matches(
    gone: Iterable[Requirement], new: Iterable[Requirement], key: Callable[[Requirement], Hashable]
) -> Iterator[_Pair]:
    waiting: defaultdict[Hashable, deque[Requirement]] = defaultdict(deque)
    for one in new:
        waiting[key(one)].append(one)
    for one in gone:
        if others := waiting[key(one)]:
            yield one, others.popleft()


def _place(one: Requirement) -> Hashable:
    return one.service, one.role, one.host, one.ports.first, one.ports.last, one.transport is Transport.UDP


def _id(one: Requirement) -> Hashable:
    return one.id


def _field_changes(old: Requirement, young: Requirement) -> Iterator[FieldChange]:
    for name in Requirement.__struct_fields__:
        before, after = getattr(old, name), getattr(young, name)
        if before != after:
            yield FieldChange(field=name, before=to_builtins(before), after=to_builtins(after))


def _end(one: Requirement) -> str:
    bare = f"[{one.host}]" if one.kind is Kind.ADDRESS and ":" in one.host else one.host
    return f"{bare}:{one.ports}{'/udp' if one.transport is Transport.UDP else ''}"


def _said(change: FieldChange) -> str:
    return f"{change.field}: {_word(change.before)} -> {_word(change.after)}"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "-".join(dict.fromkeys(str(part) for part in value.values()))
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value) or "none"
