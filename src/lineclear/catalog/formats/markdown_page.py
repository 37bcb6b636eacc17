"""The host-and-ports document as GitHub-flavoured Markdown, in our own layout."""

import re

from lineclear.model import Catalog, Role

from .printed import PrintedTable, Row, origin_line, ports_cell, printed_tables, superscript, window_line

# Whatever Markdown or the HTML inside it takes as its own: anywhere, and at the beginning of a line.
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&$]|^[#+=-]")
_NUMBERED = re.compile(r"^([0-9]+)([.)])")


def markdown_page(catalog: Catalog, _: int = 0) -> str:
    """Title, date, both tables with the printed labels, footnotes, windows and notes."""
    parts = [f"# {_text(catalog.title)}", _text(origin_line(catalog))]
    for printed in printed_tables(catalog):
        parts += [f"## {_text(printed.table.title)}", _table(printed)]
        parts += [f"{superscript([note.number])} {_text(note.text)}" for note in printed.footnotes]
    for title, lines in (
        ("Maintenance windows", [window_line(one) for one in catalog.windows]),
        ("Notes", list(catalog.notes)),
    ):
        if lines:
            parts += [f"## {title}", "\n".join(f"- {_text(line)}" for line in lines)]
    return "\n\n".join(parts) + "\n"


def _table(printed: PrintedTable) -> str:
    heads = [_text(head) for head in printed.table.columns]
    heads[-1] += _marks(printed.table.footnotes)
    if printed.has_remarks:
        heads.append("REMARKS")
    lines = [heads, ["---"] * len(heads), *(_cells(row, printed) for row in printed.rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(row: Row, printed: PrintedTable) -> list[str]:
    label = f"{_text(row.service.label)}{_marks(row.service.footnotes)}" if row.is_first else ""
    role = [] if not printed.has_roles else ["" if row.role is Role.ONLY else row.role.value.upper()]
    remarks = [_text("; ".join(row.remarks))] if printed.has_remarks else []
    return [label, *role, f"`{row.host}`", " / ".join(ports_cell(row)), *remarks]


def _marks(numbers: tuple[int, ...]) -> str:
    return f" {superscript(numbers)}" if numbers else ""


def _text(text: str) -> str:
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", text))
