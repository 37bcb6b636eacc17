"""Names in a document that point elsewhere in it: each has to find exactly one thing."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from msgspec import UNSET

from .document import Document, HostBlock, Inherited, PortBlock
from .lines import Path
from .source import FieldError, shown


def check_references(document: Document) -> None:
    """Checks that ids are given once and that every reference finds what it names.

    Raises:
        FieldError: at the second of two equal ids, or at a reference to nothing.
    """
    for list_name, key in (("footnote", "number"), ("profile", "id"), ("table", "id"), ("service", "id")):
        _check_once(list_name, key, [getattr(one, key) for one in getattr(document, list_name)])
    tables = {one.id for one in document.table}
    regions = {one.region for one in document.service if one.region}
    for index, service in enumerate(document.service):
        if service.table:
            _check_known(service.table, tables, "[[table]]", ("service", index, "table"))
    for index, window in enumerate(document.window):
        for place, region in enumerate(window.regions):
            _check_known(region, regions, "region of a service", ("window", index, "regions", place))
    _check_levels(document)


def _check_once(list_name: str, key: str, values: list[object]) -> None:
    seen: set[object] = set()
    for index, value in enumerate(values):
        if value in seen:
            fix = f"Give this [[{list_name}]] {'a number' if key == 'number' else 'an id'} of its own."
            raise FieldError((list_name, index, key), f"is given twice: {shown(value)}", fix)
        seen.add(value)


def _check_levels(document: Document) -> None:
    profiles = {one.id for one in document.profile}
    footnotes = {one.number for one in document.footnote}
    for level, path in _every_level(document):
        if level.condition is not UNSET and level.condition:
            _check_known(level.condition, profiles, "[[profile]]", (*path, "condition"))
        for place, number in enumerate(getattr(level, "footnotes", ())):
            if number not in footnotes:
                fix = f"Add a [[footnote]] with number = {number}."
                raise FieldError((*path, "footnotes", place), f"cites footnote {number}, which is not there", fix)


def _every_level(document: Document) -> Iterator[tuple[Inherited, Path]]:
    yield from _with_ports(document.defaults, ("defaults",))
    for index, table in enumerate(document.table):
        yield from _with_ports(table, ("table", index))
    for index, service in enumerate(document.service):
        yield from _with_ports(service, ("service", index))
        for place, host in enumerate(service.hosts):
            if isinstance(host, HostBlock):
                yield from _with_ports(host, ("service", index, "hosts", place))


def _with_ports(level: Inherited, path: Path) -> Iterator[tuple[Inherited, Path]]:
    yield level, path
    ports = getattr(level, "ports", UNSET)
    for index, cell in enumerate(() if ports is UNSET else ports):
        if isinstance(cell, PortBlock):
            yield cell, (*path, "ports", index)


def _check_known(name: str, known: Iterable[str], what: str, path: Path) -> None:
    names = sorted(known)
    if name in names:
        return
    near = get_close_matches(name, names, 1)
    fix = f"Did you mean {shown(near[0])}?" if near else f"Add one, or use one of: {', '.join(names) or 'none yet'}."
    raise FieldError(path, f"names no {what} of this file: {shown(name)}", fix)
