"""What is wrong with a file, and where: line, column, and what was expected there."""

from lineclear.allowlist.wording import visible
from lineclear.errors import UsageError

_LONGEST = 40
_LONGEST_RULE = 160


class UnreadError(Exception):
    """Something in a file is not what it must be. Who knows where it stands makes a `UsageError` of it."""

    def __init__(self, expected: str, found: object = "", column: int = 0) -> None:
        super().__init__(expected)
        self.expected = expected
        self.found = str(found)
        self.column = column
        """From 1; 0: not known here."""


def unread(origin: str, line: int, column: int, problem: UnreadError, fix: str) -> UsageError:
    """The error for a file that cannot be read."""
    shown = cut(problem.found, _LONGEST)
    there = f"not {shown!r}" if shown else "and there is nothing"
    where = f"{visible(origin)}, line {line}, column {problem.column or column}"
    return UsageError(f"{where}: expected {visible(problem.expected)}, {there}.", fix)


def cut(text: str, longest: int = _LONGEST_RULE) -> str:
    """A text of a file as it may be shown: harmless, on one line, and not too long."""
    calm = visible(text)
    return calm if len(calm) <= longest else f"{calm[:longest]}..."
