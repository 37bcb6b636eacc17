"""For people and spreadsheets: nothing acts on these, so everything the list holds can be said."""

import csv as comma_separated
import io
from collections.abc import Iterator, Sequence
from json import dumps

import msgspec

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.heading import commented, heading, removal
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import visible
from lineclear.model import to_json

from .markup import markdown_table, markdown_text

SCHEMA = "lineclear.allowlist/1"
_COLUMNS = (
    "action", "host", "ports", "protocol", "services", "regions", "roles", "required", "condition", "proxy_capable",
    "provenance", "requirements", "loses", "source", "catalog", "made", "command", "addresses",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@")


def hosts(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A line of host, ports and protocol for each rule."""
    lines = [f"{one.host} {one.ports} {one.protocol.value}\n" for one in rules]
    return commented(rules, context, capability) + "".join(lines)


def csv(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A row for each rule to add and to remove, and one for each note."""
    out = io.StringIO()
    table = comma_separated.writer(out, lineterminator="\n", quoting=comma_separated.QUOTE_MINIMAL)
    table.writerow(_COLUMNS)
    for action, members in (("add", rules), ("remove", context.removed)):
        table.writerows([_cell(text) for text in _row(action, one, context)] for one in members)
    blank = ["" for _ in _COLUMNS]
    for note in (f"To take it back: {removal(context, capability)}.", *(one.said() for one in context.remarks)):
        table.writerow([*("note", _cell(note)), *blank[2:]])
    return out.getvalue()


def _row(action: str, one: AllowRule, context: Context) -> Iterator[str]:
    yield from (action, one.host, str(one.ports), one.protocol.value)
    yield from ("; ".join(texts) for texts in (one.services, one.regions, one.roles))
    yield from ("yes" if one.required else "no", one.condition, "yes" if one.proxy_capable else "no")
    yield from (one.provenance.value, "; ".join(one.requirements), one.loses, "; ".join(context.sources))
    yield from (f"{context.catalog}:{context.edition}", context.date, context.command, "; ".join(one.addresses))


def _cell(text: str) -> str:
    """A cell no spreadsheet takes for a formula: what looks like one begins with a quote mark."""
    calm = visible(text)
    return f"'{calm}" if calm.startswith(_FORMULA) else calm


def json(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """One document with everything; what cannot be seen is written as an escape."""
    said = msgspec.to_builtins(context)
    removed = said.pop("removed")
    reference = f"{context.catalog}:{context.edition}"
    document = {
        "schema": SCHEMA,
        "reference": reference,
        "take_back": removal(context, capability),
        **said,
        "add": list(rules),
        "remove": removed,
    }
    return "".join(one if one == "\n" or one.isprintable() else dumps(one)[1:-1] for one in to_json(document).decode())


def markdown(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A table for a ticket, under the head."""
    lines = [f"{markdown_text(line)}\n" for line in heading(rules, context, capability)]
    return "\n".join([*lines, rule_table(rules)])


def rule_table(rules: Sequence[AllowRule]) -> str:
    """The rules as a Markdown table."""
    heads = ("host", "ports", "protocol", "for", "role", "needed", "without it")
    return markdown_table(heads, (row_of(one) for one in rules))


def row_of(one: AllowRule) -> tuple[str, ...]:
    """One rule as cells for a reader."""
    needed = "yes" if one.required else "useful"
    roles = ", ".join(role for role in one.roles if role != "only")
    for_ = f"{', '.join(one.services)} ({', '.join(one.requirements)})"
    return one.host, str(one.ports), one.protocol.value, for_, roles, needed, one.loses
