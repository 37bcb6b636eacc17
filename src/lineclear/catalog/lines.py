"""Where each field of a TOML text stands, so that a refusal can name the line.

`tomllib` gives values without positions, and a second TOML parser would be a dependency for one number. This reader
walks a text that `tomllib` has already accepted and keeps only the line of each key and array element. It trusts the
text to be valid: on anything else its answer means nothing, but it still ends.
"""

import re
from bisect import bisect_right

Path = tuple[str | int, ...]
"""Keys and array indices from the top of the file: `("service", 3, "hosts", 1, "role")`."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BLANK_OR_COMMA = re.compile(r"(?:[ \t\n,]|#[^\n]*)*")
_GAP = re.compile(r"[ \t]*")
_KEY = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[A-Za-z0-9_-]+')
_DOTTED = re.compile(rf"(?:{_KEY.pattern})(?:[ \t]*\.[ \t]*(?:{_KEY.pattern}))*")
_VALUE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^,\]}#\n]+",
    re.DOTALL,
)


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every table, key and array element of a valid TOML `text`."""
    return _Walk(text).lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest field around it that is written; 1 when there is none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Walk:
    """One pass over a text. `at` is the next character to look at."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.last: dict[Path, int] = {}
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        self._whole()

    def _whole(self) -> None:
        table: Path = ()
        while self._next(_BLANK):
            table = self._header() if self.text[self.at] == "[" else self._entry(table)

    def _header(self) -> Path:
        many = self.text.startswith("[[", self.at)
        line = self._line()
        self.at += 1 + many
        keys = self._keys()
        self.at += 1 + many
        if many:
            plain = (*self._resolve((), keys[:-1]), keys[-1])
            self.last[plain] = self.last.get(plain, -1) + 1
        table = self._resolve((), keys)
        for length in range(1, len(table) + 1):
            self.lines.setdefault(table[:length], line)
        return table

    def _entry(self, table: Path) -> Path:
        """Reads `key = value` inside `table`; returns `table`, for the entries that follow."""
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.at += 1
        self._value(path)
        return table

    def _value(self, path: Path) -> None:
        self._next(_BLANK)
        start = self.text[self.at : self.at + 1]
        if start == "[":
            self._array(path)
        elif start == "{":
            self._inline_table(path)
        else:
            self._next(_VALUE)

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self._next(_BLANK_OR_COMMA) and self.text[self.at] != "]":
            self.lines[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._next(_BLANK_OR_COMMA) and self.text[self.at] != "}":
            self._entry(path)
        self.at += 1

    def _keys(self) -> tuple[str, ...]:
        """The parts of a dotted key, unquoted."""
        self._next(_GAP)
        start = self.at
        self._next(_DOTTED)
        keys = _KEY.findall(self.text[start : self.at])
        self._next(_GAP)
        return tuple(map(_unquoted, keys))

    def _resolve(self, path: Path, keys: tuple[str, ...]) -> Path:
        """`keys` below `path`, with the index of the latest element after each name of an array of tables."""
        for key in keys:
            path = (*path, key)
            if path in self.last:
                path = (*path, self.last[path])
        return path

    def _next(self, what: re.Pattern[str]) -> bool:
        """Skips `what`; tells whether any text is left."""
        found = what.match(self.text, self.at)
        self.at = found.end() if found else self.at + 1
        return self.at < len(self.text)

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)


def _unquoted(key: str) -> str:
    if key[0] not in "\"'":
        return key
    import tomllib  # noqa: PLC0415  only a quoted key needs its escapes read

    return str(tomllib.loads(f"key = {key}")["key"])
