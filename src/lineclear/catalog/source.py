"""A catalog file as text: read, checked for being TOML, and with the line of every field at hand."""

import re
from typing import Any

from msgspec import Struct

from lineclear.model import UsageError

from .lines import Path, line_of, lines_of

Tree = dict[str, Any]

# C0, DEL and C1 rewrite a terminal; the bidirectional controls make a name read as another.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_QUOTED = 80
"""As much of a value as a message quotes."""

# First words of what tomllib says, and what the author most likely meant to do.
_SYNTAX_FIXES = (
    ("Invalid value", "Put text in double quotes; lists stand in [ ]."),
    ("Expected '='", "Write one `key = value` on a line."),
    ("Cannot overwrite", "Name each key once in a block."),
    ("Cannot declare", "Name each [table] once; a further element of a list is [[written so]]."),
    ("Unclosed array", "Close the list with ]."),
    ("Invalid statement", "Write `key = value`, [table] or [[list]]."),
    ("Illegal character", "Close the quotes on the line they were opened."),
    ("Unescaped '\\'", "Write a backslash twice inside double quotes."),
    ("Expected newline", "Put what follows on a line of its own."),
)


class FieldError(Exception):
    """A field of a catalog file that cannot stand as it is: where, what is wrong, and what to write instead."""

    def __init__(self, path: Path, problem: str, fix: str, *, rule: str = "does-not-load", line: int = 0) -> None:
        super().__init__(problem)
        self.path = path
        self.problem = problem
        self.fix = fix
        self.rule = rule
        """Id of the lint remark it becomes."""
        self.line = line
        """0: the line of `path`."""


class Source(Struct, frozen=True, kw_only=True):
    """A file that is valid TOML. `tree` is what it says, `lines` where it says it."""

    name: str
    tree: Tree
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of a field, or of the nearest one around it that is written."""
        return line_of(self.lines, path)


def read_source(text: str, name: str) -> Source:
    """Parse `text` as TOML and check that no string can harm a terminal. Runs of white space become one space.

    Raises:
        FieldError: not TOML, or a string holds a control character.
    """
    import tomllib  # noqa: PLC0415  13 ms that reading a built-in edition does not pay

    try:
        tree = tomllib.loads(text.removeprefix("\ufeff"))
        source = Source(name=name, tree=_tidy(tree), lines=lines_of(text.removeprefix("\ufeff")))
        texts = _texts(tree, ())
    except ValueError as problem:
        raise _not_toml(str(problem), text) from None
    except RecursionError:
        raise FieldError((), "is nested too deeply", "Write plain lists and tables.", rule="not-toml", line=1) from None
    for path, value in texts:
        if found := _CONTROL.search(value):
            raise _control_character(source, path, found.group())
    return source


def refusal(problem: FieldError, name: str, lines: dict[Path, int]) -> UsageError:
    """The error a user sees: the file, the line, the field's path, what is wrong, and the fix."""
    line = problem.line or line_of(lines, problem.path)
    field = f" {spell(problem.path)}" if problem.path else ""
    return UsageError(f"{name}, line {line}:{field} {problem.problem}.", problem.fix)


def spell(path: Path) -> str:
    """`service[3].hosts[1].role`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def shown(value: object) -> str:
    """A value as a message quotes it: text in double quotes, unprintable characters escaped, cut at 80 characters."""
    text = str(value)
    escaped = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text[:_QUOTED])
    mark = '"' if isinstance(value, str) else ""
    return f"{mark}{escaped}{'...' if len(text) > _QUOTED else ''}{mark}"


def _not_toml(message: str, text: str) -> FieldError:
    place = re.search(r" \((?:at line (\d+), column \d+|at end of document)\)$", message)
    what = message[: place.start()] if place else message
    line = int(place.group(1)) if place and place.group(1) else text.count("\n") + 1
    fix = next((fix for start, fix in _SYNTAX_FIXES if what.startswith(start)), "See https://toml.io for the form.")
    return FieldError((), f"is not valid TOML: {what[:1].lower()}{what[1:]}", fix, rule="not-toml", line=line)


def _control_character(source: Source, path: Path, character: str) -> FieldError:
    problem = f"holds the control character U+{ord(character):04X}"
    return FieldError(path, problem, "Remove it.", rule="control-character", line=source.line(path))


def _texts(value: Any, path: Path) -> list[tuple[Path, str]]:
    """Every string below `value`, keys included, with its path."""
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, dict):
        keys = [((*path, key), key) for key in value]
        return keys + [found for key, inner in value.items() for found in _texts(inner, (*path, key))]
    if isinstance(value, list):
        return [found for index, inner in enumerate(value) for found in _texts(inner, (*path, index))]
    return []


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return {key: _tidy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_tidy(inner) for inner in value]
    return value
