"""The host-and-ports document as one HTML page without scripts or outside parts, in our own layout."""

from collections import Counter
from html import escape

from lineclear.model import Catalog, Role

from .printed import PrintedTable, Row, origin_line, ports_cell, printed_tables, window_line

_STYLE = """\
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1a1a1a; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
caption { font-weight: 600; padding: .5rem 0; text-align: left; }
th, td { border: 1px solid #c4c4c4; padding: .35rem .6rem; text-align: left; vertical-align: top; }
thead th { background: #f0f0f0; }
tbody th { font-weight: 500; }
code { font: .95em ui-monospace, monospace; overflow-wrap: anywhere; }
.note { font-size: .9rem; margin: .2rem 0; }
@media print { body { margin: 0; max-width: none; } }"""


def html_page(catalog: Catalog, _: int = 0) -> str:
    """Title, date, both tables with the printed labels, footnotes, windows and notes; all text escaped."""
    body = [f"<h1>{escape(catalog.title)}</h1>", f"<p>{escape(origin_line(catalog))}</p>"]
    for printed in printed_tables(catalog):
        body += [*_table(printed), *_footnotes(printed)]
    body += _list("Maintenance windows", [window_line(one) for one in catalog.windows])
    body += _list("Notes", catalog.notes)
    head = [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{escape(catalog.title)}</title>",
        f"<style>\n{_STYLE}\n</style></head>",
    ]
    return "\n".join([*head, "<body>", *body, "</body>", "</html>"]) + "\n"


def _table(printed: PrintedTable) -> list[str]:
    heads = [escape(head) for head in printed.table.columns]
    heads[-1] += _marks(printed.table.footnotes)
    if printed.has_remarks:
        heads.append("REMARKS")
    columns = "".join(f'<th scope="col">{head}</th>' for head in heads)
    spans = Counter(row.service.id for row in printed.rows)
    return [
        "<table>",
        f"<caption>{escape(printed.table.title)}</caption>",
        f"<thead><tr>{columns}</tr></thead>",
        "<tbody>",
        *(_row(row, printed, spans[row.service.id]) for row in printed.rows),
        "</tbody>",
        "</table>",
    ]


def _row(row: Row, printed: PrintedTable, span: int) -> str:
    down = f' rowspan="{span}"' if span > 1 else ""
    label = f"{escape(row.service.label)}{_marks(row.service.footnotes)}"
    cells = [f'<th scope="row"{down}>{label}</th>'] if row.is_first else []
    if printed.has_roles:
        cells.append(_cell("" if row.role is Role.ONLY else row.role.value.upper()))
    cells.append(f"<td><code>{escape(row.host)}</code></td>")
    cells.append(_cell(" / ".join(ports_cell(row))))
    if printed.has_remarks:
        cells.append(_cell("; ".join(row.remarks)))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _footnotes(printed: PrintedTable) -> list[str]:
    return [f'<p class="note"><sup>{note.number}</sup> {escape(note.text)}</p>' for note in printed.footnotes]


def _marks(numbers: tuple[int, ...]) -> str:
    return f" <sup>{','.join(map(str, numbers))}</sup>" if numbers else ""


def _list(title: str, lines: tuple[str, ...] | list[str]) -> list[str]:
    items = [f"<li>{escape(line)}</li>" for line in lines]
    return [f"<h2>{title}</h2>", "<ul>", *items, "</ul>"] if items else []
