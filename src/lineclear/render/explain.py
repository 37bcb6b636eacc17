"""What is known of each code, for a person who met it in a report: offline, and the same words everywhere."""

from collections.abc import Iterable

from lineclear.diagnose.codes import ALL, BY_LABEL, Code, fill
from lineclear.model import Finding, UsageError

from .layout import Line, Screen, paint, paragraph
from .prose import addressed
from .tables import symbol
from .words import SEVERITY_WORDS, STYLES

FAMILIES: dict[int, str] = {
    1: "This machine",
    2: "Names",
    3: "Transport",
    4: "TLS",
    5: "Web and proxies",
    6: "Egress and session",
    7: "The list",
    9: "What could not be measured",
}
"""The first digit of a number, and what its codes are about."""


def code_named(word: str) -> Code:
    """The code somebody means by `LC301`, `301` or `egress-port-dropped`.

    Raises:
        UsageError: no code is called that; the message names the nearest.
    """
    wanted = word.strip().lower().removeprefix("lc")
    found = next((one for one in ALL if wanted in (str(one.number), one.id)), None)
    if found is not None:
        return found
    raise UsageError(f"There is no code {word!r}.", _nearest(wanted))


def _nearest(wanted: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistyped code

    names = {name: one for one in ALL for name in (one.id, str(one.number))}
    near = [names[one] for one in get_close_matches(wanted, names, n=3, cutoff=0.5)]
    meant = ", ".join(f"{one.label} ({one.id})" for one in dict.fromkeys(near))
    return f"Did you mean {meant}?" if meant else "`lineclear explain` lists them all."


def explained(code: Code, screen: Screen) -> str:
    """Everything known of one code."""
    word = SEVERITY_WORDS[code.severity]
    head = f"{code.label} {code.id} ({code.severity.value})"
    lines = paragraph(head, screen, style=STYLES[word], first=f"{symbol(word, screen)} ")
    lines += paragraph(shown(code.title, code), screen, style="strong")
    for title, texts in sections(code):
        lines += [(), *paragraph(title, screen, style="faint")]
        lines += [line for text in texts for line in paragraph(text, screen, first="  ")]
    return paint(lines, screen)


def sections(code: Code) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Titles and paragraphs of what is known of a code."""
    changes = tuple(addressed(one.who, shown(one.text, code)) for one in code.remedies)
    return (
        ("What you see", (code.sees,)),
        ("How it is known", (shown(code.why, code),)),
        ("What to change, and who can", changes),
        ("How sure", (code.sure,)),
    )


def shown(text: str, code: Code) -> str:
    """A sentence of a code without a finding: what a finding fills in stands as `<ports>`."""
    blank = Finding(code=code.label, id=code.id, severity=code.severity, targets=("<targets>",), subject="<subject>")
    return fill(text, blank)


def listing(screen: Screen) -> str:
    """All codes, a line or two each, by what they are about."""
    lines: list[Line] = []
    for title, codes in families():
        lines += [(), *paragraph(title, screen, style="strong")]
        for one in codes:
            lines += paragraph(f"{one.label}  {one.id}: {shown(one.title, one)}", screen, first="  ", rest=" " * 9)
    more = paragraph("One of them in full: lineclear explain CODE", screen, style="faint")
    return paint([*lines[1:], (), *more], screen)


def families() -> Iterable[tuple[str, list[Code]]]:
    """Title and codes of each family that has any, in the order of their numbers."""
    ordered = sorted(BY_LABEL.values(), key=lambda one: one.number)
    for digit in dict.fromkeys(one.number // 100 for one in ordered):
        yield FAMILIES[digit], [one for one in ordered if one.number // 100 == digit]
