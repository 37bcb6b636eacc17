"""Lines of styled text in a given width: wrapping, columns, colour. Everything shown on a terminal is laid out here."""

from msgspec import Struct

from .safe import ascii_only, safe

NARROWEST = 20
WIDEST = 110
_FIRST_COMBINING = "\u0300"
_ONE_CELL = frozenset("✓✗–→·…“”’")
_ANSI = {
    "good": "32",
    "bad": "1;31",
    "doubt": "33",
    "faint": "2",
    "strong": "1",
    "title-good": "1;32",
    "title-bad": "1;31",
    "title-doubt": "1;33",
}


class Screen(Struct, frozen=True, kw_only=True):
    """What can be shown: columns of text, colours or none, symbols or plain ASCII."""

    width: int = 80
    color: bool = False
    ascii: bool = False

    @property
    def columns(self) -> int:
        """The width that is used: lines longer than about 110 columns are hard to read."""
        return min(max(self.width, NARROWEST), WIDEST)

    def show(self, text: str) -> str:
        """`text` as it may stand on this screen."""
        return ascii_only(safe(text)) if self.ascii else safe(text)


class Span(Struct, frozen=True):
    """A piece of a line in one style."""

    text: str
    style: str = ""


Line = tuple[Span, ...]
Row = tuple[Span, ...]
"""Cells of a table, one a column; the texts already shown safe."""


def paint(lines: list[Line], screen: Screen) -> str:
    """The lines as one text with a final line end."""
    mark = _coloured if screen.color else _plain
    return "".join("".join(map(mark, line)).rstrip() + "\n" for line in lines)


def paragraph(text: str, screen: Screen, *, style: str = "", first: str = "", rest: str | None = None) -> list[Line]:
    """`text` wrapped to the screen, `first` before its first line and `rest`, or as many blanks, before the others."""
    first = screen.show(first)
    rest = " " * cells(first) if rest is None else rest
    room = screen.columns - max(cells(first), cells(rest))
    lines = fold(screen.show(text), max(room, 8))
    return [(Span((first if at == 0 else rest) + line, style),) for at, line in enumerate(lines)]


def fold(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken between words; a word longer than a line is cut."""
    lines = [""]
    for word in (piece for one in text.split() for piece in _pieces(one, width)):
        grown = f"{lines[-1]} {word}" if lines[-1] else word
        if cells(grown) <= width:
            lines[-1] = grown
        else:
            lines.append(word)
    return lines


def grid(rows: list[Row | list[Line]], screen: Screen) -> list[Line]:
    """Rows in columns as wide as their widest cell; lines among the rows stay as they are. Nothing if too wide.

    A column without a text takes no room. The first column holds symbols and stands close to the second.
    """
    cells_of = [one for one in rows if isinstance(one, tuple)]
    widths = [max(cells(one.text) for one in column) for column in zip(*cells_of, strict=True)]
    gaps = [0 if not width else 1 if at == 0 else 2 for at, width in enumerate(widths)]
    if sum(widths) + sum(gaps) > screen.columns:
        return []
    lines: list[Line] = []
    for row in rows:
        lines += row if isinstance(row, list) else [_aligned(row, widths, gaps)]
    return lines


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, its end replaced by `..` where it is longer."""
    if cells(text) <= width:
        return text
    kept = _pieces(text, max(width - 2, 1))[0]
    return f"{kept}.."


def pad(text: str, width: int) -> str:
    """`text` with blanks up to `width` cells."""
    return text + " " * (width - cells(text))


def cells(text: str) -> int:
    """How many columns a terminal needs for `text`."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _cells_of(one: str) -> int:
    if one < _FIRST_COMBINING or one in _ONE_CELL:
        return 1
    import unicodedata  # noqa: PLC0415 - foreign text is rare, and the table of all characters is not small

    if unicodedata.combining(one):
        return 0
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1


def _pieces(word: str, width: int) -> list[str]:
    if cells(word) <= width:
        return [word]
    pieces = [""]
    for one in word:
        if cells(pieces[-1]) + _cells_of(one) > width:
            pieces.append("")
        pieces[-1] += one
    return pieces


def _aligned(row: Row, widths: list[int], gaps: list[int]) -> Line:
    spans = [
        piece
        for cell, width, gap in zip(row, widths, gaps, strict=True)
        for piece in (cell, Span(" " * (width - cells(cell.text) + gap)))
    ]
    while spans and not spans[-1].text.strip():
        spans.pop()
    return tuple(spans)


def _plain(span: Span) -> str:
    return span.text


def _coloured(span: Span) -> str:
    return f"\x1b[{_ANSI[span.style]}m{span.text}\x1b[0m" if span.style and span.text.strip() else span.text
