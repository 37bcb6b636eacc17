"""A catalog laid out as the vendor prints it: tables of rows, a row for each host, footnotes where they are cited."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from msgspec import Struct

from lineclear.model import Catalog, Footnote, Provenance, Requirement, Role, Service, Table, Transport, Window


class Row(Struct, frozen=True, kw_only=True):
    """A host of a service. `ports` are those the list prints in the cell; `added`, those a footnote adds."""

    service: Service
    slot: str
    """`tws-europe/primary`: what `--only` takes."""
    role: Role
    host: str
    ports: tuple[Requirement, ...]
    added: tuple[Requirement, ...]
    remarks: tuple[str, ...]
    is_first: bool
    """The first row of its service: the one that carries the label."""


class PrintedTable(Struct, frozen=True, kw_only=True):
    """A table with its rows, and the footnotes cited in it."""

    table: Table
    rows: tuple[Row, ...]
    footnotes: tuple[Footnote, ...]

    @property
    def has_roles(self) -> bool:
        """Whether it has a column for primary and backup."""
        return len(self.table.columns) > _WITHOUT_ROLES

    @property
    def has_remarks(self) -> bool:
        """Whether any row needs a column the vendor's table does not have."""
        return any(row.remarks for row in self.rows)


_WITHOUT_ROLES = 3
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def printed_tables(catalog: Catalog) -> Iterator[PrintedTable]:
    """The tables in printed order, then one of the services that stand in none."""
    for table in (*catalog.tables, _rest(catalog)):
        rows = tuple(row for one in catalog.services if one.table == table.id for row in _rows(one, table))
        if rows:
            yield PrintedTable(table=table, rows=rows, footnotes=_cited(catalog, table, rows))


def superscript(numbers: Iterable[int]) -> str:
    """`²` or `¹,³`; empty for none."""
    return ",".join(map(str, numbers)).translate(_SUPERSCRIPTS)


def ports_cell(row: Row) -> tuple[str, ...]:
    """The printed ports of a row, one by one: `4000`, `4001`, `48129-48137 UDP`."""
    return tuple(f"{one.ports}{' UDP' if one.transport is Transport.UDP else ''}" for one in row.ports)


def window_line(window: Window) -> str:
    """A maintenance window in one line."""
    days = ", ".join(day.capitalize() for day in window.days) or "Every day"
    where = f" ({', '.join(window.regions)})" if window.regions else ""
    note = f": {window.note}" if window.note else ""
    return f"{days} {window.start}–{window.end} {window.timezone}{where}{note}"


def origin_line(catalog: Catalog) -> str:
    """Publisher, date, edition, source, and whose ports these are, in one line: 4001 is more than one port."""
    source = f" Source: {catalog.source}." if catalog.source else ""
    place = f" These are {catalog.place} ports." if catalog.place else ""
    return f"{catalog.publisher}, {catalog.published or 'undated'} ({catalog.id}:{catalog.edition}).{source}{place}"


def _rest(catalog: Catalog) -> Table:
    has_roles = any(one.role is not Role.ONLY for one in catalog.requirements)
    columns = ("SERVICE", "ROLE", "HOST", "PORTS") if has_roles else ("SERVICE", "HOST", "PORTS")
    return Table(id="", title="HOSTS AND PORTS", columns=columns)


def _rows(service: Service, table: Table) -> Iterator[Row]:
    for slot, group in groupby(service.requirements, key=_slot):
        ports = tuple(group)
        by_footnote = set(table.footnotes) - set(service.footnotes)
        added = tuple(one for one in ports if by_footnote & set(one.footnotes))
        first = ports[0]
        yield Row(
            service=service,
            slot=slot,
            role=first.role,
            host=first.host,
            ports=tuple(one for one in ports if one not in added),
            added=added,
            remarks=tuple(_remarks(service, first)),
            is_first=slot == _slot(service.requirements[0]),
        )


def _slot(requirement: Requirement) -> str:
    return requirement.id.rpartition("/")[0]


def _remarks(service: Service, first: Requirement) -> Iterator[str]:
    """What is to be known of a row that the vendor's columns and footnotes do not say."""
    if first.condition and not service.footnotes:
        yield f"only with {first.condition}"
    if first.any_of:
        yield f"one of {first.any_of} is enough"
    if first.provenance is not Provenance.PUBLISHED:
        yield first.provenance.value
    if not first.required:
        yield "not required"
    if first.alias_of:
        yield f"also known as {first.alias_of}"
    if first.successor:
        yield f"now {first.successor}"


def _cited(catalog: Catalog, table: Table, rows: tuple[Row, ...]) -> tuple[Footnote, ...]:
    cited = {*table.footnotes, *(n for row in rows for n in row.service.footnotes)}
    cited |= {n for row in rows for one in (*row.ports, *row.added) for n in one.footnotes}
    return tuple(one for one in catalog.footnotes if one.number in cited)
