"""A verification for people and for programs. Every text of the file passes `visible` here."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lineclear.allowlist.wording import visible
from lineclear.model import to_json

from .asking import Answer
from .verifying import Verification
from .walking import Fate, Ruling

SCHEMA = "lineclear.allowlist.verify/1"
_MOST = 12
_HEADS = {Ruling.BLOCKED: "Blocked", Ruling.CANNOT_TELL: "Cannot tell", Ruling.PERMITTED: "Permitted"}


def text(found: Verification) -> str:
    """The answers, gathered by the line that decides; then what is opened beyond need, and the count."""
    return "\n".join(_lines(found)) + "\n"


def json(found: Verification) -> str:
    """Everything, one object an answer."""
    document = {
        "schema": SCHEMA,
        "format": found.format,
        "file": visible(found.origin),
        "catalog": found.catalog,
        "hook": "http_access" if found.proxy else found.question.hook,
        "ruling": found.ruling.value,
        "answers": [_answer(one) for one in found.answers],
        "beyond_need": None if found.excess is None else [
            {"by": visible(one.by.place), "rule": visible(one.by.text), "protocol": one.protocol,
             "to": list(map(visible, one.to)), "ports": one.ports}
            for one in found.excess
        ],
        "notes": [one.said() for one in found.remarks],
    }  # fmt: skip
    return to_json(document).decode()


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "place": one.rule.place,
        "requirements": one.rule.requirements,
        "ruling": one.ruling.value,
        "addresses": [
            {"address": address, "ruling": fate.ruling.value, "step": fate.step,
             "by": visible(fate.by.place), "rule": visible(fate.by.text), "why": visible(fate.why)}
            for address, fate in one.fates
        ],
    }  # fmt: skip


def _lines(found: Verification) -> Iterator[str]:
    whose = {"output": "what this machine sends", "forward": "what passes through"}[found.question.hook]
    whose = "requests of its clients" if found.proxy else whose
    yield f"{found.catalog} against {found.format}, {visible(found.origin)}: {whose}"
    if found.snapshot:
        yield f"Addresses as of {found.snapshot.taken} from {visible(found.snapshot.origin)}"
    for ruling in (Ruling.BLOCKED, Ruling.CANNOT_TELL, Ruling.PERMITTED):
        if here := found.of(ruling):
            yield ""
            yield f"{_HEADS[ruling]}:"
            yield from _gathered(here, ruling)
    yield ""
    yield from _excess(found)
    for remark in found.remarks:
        yield f"Note: {remark.said(_MOST)}"
    counts = ", ".join(f"{len(found.of(one))} {_HEADS[one].lower()}" for one in _HEADS)
    yield f"{len(found.answers)} destinations: {counts}."


def _gathered(answers: tuple[Answer, ...], ruling: Ruling) -> Iterator[str]:
    """The places by what decides about them; of a place with several addresses, only those this is true of."""
    by_cause: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in answers:
        several = len({fate.ruling for _, fate in one.fates}) > 1
        for address, fate in one.fates:
            if fate.ruling is ruling:
                by_cause[_cause(fate)][f"{one.rule.place} at {address}" if several else one.rule.place] = None
    for cause, places in by_cause.items():
        yield f"  {cause}"
        yield from (f"    {place}" for place in list(places)[:_MOST])
        if len(places) > _MOST:
            yield f"    and {len(places) - _MOST} more"


def _cause(fate: Fate) -> str:
    step = f"{fate.step}: " if fate.step and fate.ruling is not Ruling.PERMITTED else ""
    return visible(f"{step}{fate.by.said()}{f' ({fate.why})' if fate.why else ''}")


def _excess(found: Verification) -> Iterator[str]:
    if found.excess is None:
        yield "Opened beyond need: not looked at, for the rules have too many combinations."
        return
    if not found.excess:
        yield "Nothing is known to be opened beyond need."
        return
    yield "Opened beyond need:"
    for by in dict.fromkeys(one.by for one in found.excess):
        yield f"  {visible(by.said())}"
        for one in (each for each in found.excess if each.by == by):
            yield f"    {one.protocol} {_some(one.ports)} to {visible(_some(one.to))}"


def _some(texts: tuple[str, ...]) -> str:
    more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return ", ".join(texts[:_MOST]) + more


FORMS = {"text": text, "json": json}
