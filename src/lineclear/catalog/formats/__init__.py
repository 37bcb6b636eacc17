"""The forms a catalog is shown in. A form is a function from catalog and width to text, and a line of `FORMATS`."""

from collections.abc import Callable

from lineclear.model import Catalog, to_json

from .csv_rows import csv_rows
from .edition_list import list_text
from .html_page import html_page
from .markdown_page import markdown_page
from .terminal_table import terminal_table


def show(catalog: Catalog, form: str, width: int = 0) -> str:
    """The catalog in one of `FORMATS`. `width` in columns binds the terminal table alone; 0: as wide as it likes."""
    return FORMATS[form](catalog, width)


def _json(catalog: Catalog, _: int) -> str:
    """The values themselves: what a program, or a compiled edition, holds."""
    return to_json(catalog).decode()


FORMATS: dict[str, Callable[[Catalog, int], str]] = {
    "table": terminal_table,
    "json": _json,
    "csv": csv_rows,
    "markdown": markdown_page,
    "html": html_page,
}

__all__ = ["FORMATS", "list_text", "show"]
