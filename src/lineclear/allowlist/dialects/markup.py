"""Markdown and HTML, whose readers see every text as it is."""

import re
from collections.abc import Iterable, Sequence

from lineclear.allowlist.wording import visible

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_MARKDOWN = re.compile(r"([\\`*_\[\]|~]|^[-+#=])")
_NUMBERED = re.compile(r"^(\d+)(?=[.)])")


def html_text(text: str) -> str:
    """Text for an element or a quoted attribute."""
    return visible(text).translate(_HTML)


def markdown_text(text: str) -> str:
    """Text in which neither Markdown nor HTML means anything: no list, heading, emphasis, code, link or table."""
    plain = _MARKDOWN.sub(r"\\\1", visible(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NUMBERED.sub(r"\1\\", plain).replace("://", ":\\//")


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; every cell is text."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(map(markdown_text, row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def html_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The same in HTML."""
    lines = ["<table>", f"<tr>{''.join(f'<th>{html_text(head)}</th>' for head in heads)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{html_text(cell)}</td>' for cell in row)}</tr>" for row in rows]
    return "\n".join([*lines, "</table>"]) + "\n"
