"""Lines of a configuration as words, each with the column it begins in."""

from collections.abc import Iterator

from msgspec import Struct

from .reading import UnreadError


class Word(Struct, frozen=True):
    """A word, without its quotes, and the column of its first character, from 1."""

    text: str
    column: int
    quoted: bool = False
    """It began with a quote."""


class Line(Struct, frozen=True, kw_only=True):
    """One line that says something."""

    number: int
    text: str
    words: tuple[Word, ...]


def lines(text: str, *, comment: str = "#", quotes: str = '"') -> Iterator[Line]:
    """The lines with words. A word that begins with `comment` ends its line; in quotes, a backslash escapes.

    Raises:
        UnreadError: a quote is not closed; its line was not given yet.
    """
    for number, line in enumerate(text.splitlines(), 1):
        words = tuple(_words(line, comment, quotes))
        if words:
            yield Line(number=number, text=line.strip(), words=words)


def _words(line: str, comment: str, quotes: str) -> Iterator[Word]:
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        if line[at] == comment:
            return
        begin, text = at, ""
        while at < len(line) and not line[at].isspace():
            if line[at] in quotes:
                part, at = _quoted(line, at)
                text += part
            else:
                text += line[at]
                at += 1
        yield Word(text, begin + 1, quoted=line[begin] in quotes)


def _quoted(line: str, begin: int) -> tuple[str, int]:
    """What stands between quotes, and where the line goes on; without the second quote, the rest of the line."""
    at, text = begin + 1, ""
    while at < len(line) and line[at] != line[begin]:
        at += line[at] == "\\" and at + 1 < len(line)
        text += line[at]
        at += 1
    if at >= len(line):
        raise UnreadError(f"a closing {line[begin]}", line[begin:], begin + 1)
    return text, at + 1
