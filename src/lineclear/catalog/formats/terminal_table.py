"""A catalog for a terminal: one line for each host, ids that `--only` takes, ports with what they speak."""

from collections.abc import Iterator, Sequence

from lineclear.model import Catalog, Requirement

from .printed import PrintedTable, Row, origin_line, printed_tables, superscript, window_line

_GAP = "  "
_HEADS = ("SERVICE/ROLE", "HOST", "PORTS", "WEIGHT", "REMARKS")
_NARROWEST = 3
"""Service, host and ports stand side by side, or everything is stacked."""
_INDENT = "    "


def terminal_table(catalog: Catalog, width: int = 0) -> str:
    """The tables of a catalog, no line longer than `width` columns (0: any length).

    At 80 columns the IBKR list just fits; what does not fit goes: first the weights, then each row takes several
    lines. Remarks move below their row when there is no room beside it.
    """
    lines = [
        *_wrapped(catalog.title, width),
        *_wrapped(origin_line(catalog), width),
        *_wrapped(_counts(catalog), width),
    ]
    tables = list(printed_tables(catalog))
    cells = [_cells(row) for printed in tables for row in printed.rows]
    shape = _Shape(cells, width)
    for printed in tables:
        lines += ["", *_wrapped(printed.table.title, width), *shape.lines(_heads(printed), is_head=True)]
        lines += [line for row in printed.rows for line in shape.lines(_cells(row))]
        lines += _footnotes(printed, width)
    for title, texts in (("Maintenance windows", map(window_line, catalog.windows)), ("Notes", iter(catalog.notes))):
        if found := [line for text in texts for line in _wrapped(text, width, "- ")]:
            lines += ["", title, *found]
    return "\n".join(lines) + "\n"


class _Shape:
    """Which columns stand side by side, and how wide they are, so that all tables of a catalog line up."""

    def __init__(self, cells: Sequence[tuple[str, ...]], width: int) -> None:
        self.width = width
        self.widths = [max(len(head), *(len(row[n]) for row in cells)) for n, head in enumerate(_HEADS)]
        widest = len(_HEADS) if any(row[-1] for row in cells) else len(_HEADS) - 1
        choices = (range(many) for many in range(widest, _NARROWEST - 1, -1))
        self.columns = next((columns for columns in choices if self._fits(columns)), None)

    def lines(self, cells: tuple[str, ...], *, is_head: bool = False) -> Iterator[str]:
        """A row as one line, or as several when it does not fit, with what is left over below it."""
        if self.columns is None:
            yield from () if is_head else self._stacked(cells)
            return
        yield _GAP.join(cells[n].ljust(self.widths[n]) for n in self.columns).rstrip()
        if not is_head and len(_HEADS) - 1 not in self.columns:
            yield from _wrapped(cells[-1], self.width, _INDENT)

    def _fits(self, columns: Sequence[int]) -> bool:
        needed = sum(self.widths[n] for n in columns) + len(_GAP) * (len(columns) - 1)
        return not self.width or needed <= self.width

    def _stacked(self, cells: tuple[str, ...]) -> Iterator[str]:
        yield from _wrapped(cells[0], self.width)
        for cell in cells[1:]:
            yield from _wrapped(cell, self.width, _INDENT)


def _heads(printed: PrintedTable) -> tuple[str, ...]:
    mark = f" {superscript(printed.table.footnotes)}" if printed.table.footnotes else ""
    return tuple(f"{head}{mark}" if head == "PORTS" else head for head in _HEADS)


def _cells(row: Row) -> tuple[str, ...]:
    marks = f" {superscript(row.service.footnotes)}" if row.service.footnotes else ""
    ports = " ".join([*map(_port, row.ports), *map(_port, row.added)])
    return f"{row.slot}{marks}", row.host, ports, row.service.weight.value, "; ".join(row.remarks)


def _port(one: Requirement) -> str:
    return f"{one.ports}/{one.transport.value}"


def _footnotes(printed: PrintedTable, width: int) -> Iterator[str]:
    for note in printed.footnotes:
        yield from _wrapped(note.text, width, f"{superscript([note.number])} ")


def _counts(catalog: Catalog) -> str:
    rows = [row for printed in printed_tables(catalog) for row in printed.rows]
    hosts = len({row.host for row in rows})
    ends = len({(row.host, str(one.ports)) for row in rows for one in row.ports})
    added = len({(row.host, str(one.ports)) for row in rows for one in row.added})
    extra = f", {ends + added} with the ports a footnote adds" if added else ""
    return f"{hosts} host{'s' if hosts > 1 else ''}, {ends} host:port{extra}."


def _wrapped(text: str, width: int, lead: str = "") -> list[str]:
    """`text` in lines of at most `width`, the first led by `lead`, the others indented as far."""
    if not text:
        return []
    if not width:
        return [f"{lead}{text}"]
    from textwrap import wrap  # noqa: PLC0415  not on the way of a pipe

    return wrap(text, max(width, len(lead) + 1), initial_indent=lead, subsequent_indent=" " * len(lead))
