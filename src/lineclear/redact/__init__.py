"""A report or evidence without what must not leave the house, still fit to be diagnosed.

Everything private is replaced by a pseudonym of the same kind, the same by the same, so that what belonged together
still does: addresses by addresses of the same class in the same relation to each other, names by names under
`.invalid`, paths, interfaces, private certificate authorities. Free text keeps only words and numbers that say
something about protocols and products; anything else in it becomes `*`. Kept are the list that was checked, its
hosts, and the public addresses these names gave.

A report's findings are not edited: the redacted evidence is diagnosed again, so that no sentence can carry what the
evidence no longer holds. docs/report.md has the whole table.
"""

from typing import overload

from msgspec.structs import replace

from lineclear.model import Evidence, Report

from .house import House


@overload
def redact(what: Evidence) -> Evidence: ...
@overload
def redact(what: Report) -> Report: ...
def redact(what: Evidence | Report) -> Evidence | Report:
    """`what` with every private value replaced; of the same type, and with the same verdicts and codes."""
    if isinstance(what, Evidence):
        return House(what).without_secrets()
    from lineclear.diagnose import diagnose  # noqa: PLC0415 - evidence alone needs no diagnosis

    evidence = House(what.evidence).without_secrets()
    return replace(what, evidence=evidence, diagnosis=diagnose(evidence), redacted=True)


__all__ = ["redact"]
