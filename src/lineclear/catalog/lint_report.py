"""What lint says, for people and for programs, and whether it asks for work."""

from collections import Counter
from collections.abc import Callable, Sequence

from lineclear.model import Severity, to_json

from .linting import LintRemark

LINT_SCHEMA = "lineclear.catalog-lint/1"

_COUNTED = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "hint"))


def needs_work(remarks: Sequence[LintRemark]) -> bool:
    """Whether anything is worse than a hint."""
    return any(remark.severity is not Severity.INFO for remark in remarks)


def lint_text(remarks: Sequence[LintRemark], name: str) -> str:
    """A line to jump to and a line with the fix for each remark, then the counts."""
    if not remarks:
        return f"{name}: nothing to remark.\n"
    lines = []
    for one in remarks:
        lines += [f"{name}:{one.line}: {one.severity.value} {one.id}: {one.text}", f"    {one.fix}"]
    counts = Counter(one.severity for one in remarks)
    said = [f"{counts[kind]} {word}{'s' if counts[kind] > 1 else ''}" for kind, word in _COUNTED if counts[kind]]
    return "\n".join([*lines, f"{', '.join(said)}."]) + "\n"


def lint_json(remarks: Sequence[LintRemark], name: str) -> str:
    """One document with every remark."""
    return to_json({"schema": LINT_SCHEMA, "file": name, "remarks": list(remarks)}).decode()


LINT_FORMATS: dict[str, Callable[[Sequence[LintRemark], str], str]] = {"text": lint_text, "json": lint_json}
