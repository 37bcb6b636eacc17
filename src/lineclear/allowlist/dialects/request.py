"""A change request: who needs what, from where, to which host and port, why, how to verify, how to roll back."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.heading import snapshot_lines
from lineclear.allowlist.rule import AllowRule

from .markup import html_table, html_text, markdown_table, markdown_text
from .people import row_of

_HEADS = ("host", "ports", "protocol", "for", "role", "needed", "without it")
_STYLE = """\
:root { color-scheme: light dark; --ground: #ffffff; --text: #15191e; --faint: #56606c; --line: #d3d8de; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --text: #e8ebef; --faint: #a2adba; --line: #39424d; }
}
body { margin: 2rem auto; padding: 0 1rem; max-width: 68rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 0.4rem; break-after: avoid; }
p { margin: 0.3rem 0; max-width: 48rem; overflow-wrap: anywhere; }
table { display: block; overflow-x: auto; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.35rem 0.6rem 0.35rem 0; text-align: left; vertical-align: top; }
tr { border-bottom: 1px solid var(--line); }
th { color: var(--faint); white-space: nowrap; }
td:first-child { font-weight: 600; white-space: nowrap; }
td:nth-child(4), td:last-child { min-width: 10rem; }
tr { break-inside: avoid; }
@media print {
  :root { color-scheme: light; --ground: #ffffff; --text: #000000; --faint: #444444; --line: #999999; }
  body { margin: 0; padding: 0; max-width: none; font-size: 9pt; }
  table { display: table; font-size: 7.5pt; }
  td:nth-child(4), td:last-child { min-width: 0; }
}
"""


class _Section(Struct, frozen=True, kw_only=True):
    """A heading, sentences, and perhaps rules."""

    title: str
    sentences: tuple[str, ...] = ()
    rules: tuple[AllowRule, ...] = ()


def markdown(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """The request as Markdown."""
    del capability
    parts = [f"# {markdown_text(_title(context))}\n"]
    for one in _sections(rules, context):
        parts.append(f"## {one.title}\n")
        parts += [f"{markdown_text(sentence)}\n" for sentence in one.sentences]
        if one.rules:
            parts.append(markdown_table(_HEADS, map(row_of, one.rules)))
    return "\n".join(parts)


def html(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """The request as one HTML page without anything to load: light, dark, and on paper."""
    del capability
    title = html_text(_title(context))
    parts = ['<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n']
    parts.append('<meta name="viewport" content="width=device-width, initial-scale=1">\n')
    parts.append(f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n")
    for one in _sections(rules, context):
        parts.append(f"<h2>{one.title}</h2>\n")
        parts += [f"<p>{html_text(sentence)}</p>\n" for sentence in one.sentences]
        if one.rules:
            parts.append(html_table(_HEADS, map(row_of, one.rules)))
    return "".join([*parts, "</body>\n</html>\n"])


def _title(context: Context) -> str:
    return f"Change request: let {context.application} reach {context.publisher}"


def _sections(rules: Sequence[AllowRule], context: Context) -> Iterator[_Section]:
    machines = ", ".join(context.sources) or f"the machines that run {context.application}"
    yield _Section(title="What", sentences=tuple(_what(rules, context, machines)))
    yield _Section(title="Why", sentences=tuple(_why(context)))
    yield _Section(title="From where", sentences=(f"Outbound only, from {machines}. Nothing is opened inwards.",))
    if rules:
        yield _Section(title="To be opened", rules=tuple(rules))
    if context.removed:
        yield _Section(title="No longer needed", rules=context.removed)
    if addresses := tuple(line.strip() for line in snapshot_lines(rules, context)):
        yield _Section(title="Where the names lead", sentences=addresses)
    if said := tuple(_to_be_known(rules, context)):
        yield _Section(title="To be known", sentences=said)
    yield _Section(title="How to do it", sentences=tuple(_doing(context)))
    verify = f"On such a machine: {context.verify}. Before the change it says what is blocked, after it Success."
    yield _Section(title="How to verify", sentences=(verify,))
    again = " Open again what stands under No longer needed." if context.removed else " Nothing else was changed."
    back = f"Remove what is named {context.name()}.{again}"
    yield _Section(title="How to roll back", sentences=(back,))
    yield _Section(title="Made", sentences=(f"{context.date} by: {context.command}",))


def _what(rules: Sequence[AllowRule], context: Context, machines: str) -> Iterator[str]:
    hosts, useful = len({one.host for one in rules}), sum(not one.required for one in rules)
    ports = dict.fromkeys(f"{one.protocol.name} {one.ports}" for one in sorted(rules, key=lambda one: one.ports.first))
    if rules:
        needed = f"{useful} of the {len(rules)} rows below are useful, the others" if useful else "the rows below"
        on = f"{hosts} host{'' if hosts == 1 else 's'}, on {', '.join(ports)}"
        yield f"Let {machines} open connections to {on}; {needed} are needed."
    if context.removed:
        yield f"{len(context.removed)} that were asked for before are no longer needed."


def _why(context: Context) -> Iterator[str]:
    listed = f"{context.title}, by {context.publisher}, edition {context.catalog}:{context.edition}"
    yield f"{context.application} needs them; the vendor's list is {listed}."
    if context.earlier:
        yield f"This changes what {context.earlier} asked for."
    else:
        yield "Every row stands in that edition. What is lost without it is said in its last column."


def _to_be_known(rules: Sequence[AllowRule], context: Context) -> Iterator[str]:
    yield from (one.said() for one in context.remarks)
    if direct := [one.place for one in rules if not one.proxy_capable]:
        yield f"{context.application} reaches these directly only, through no proxy: {', '.join(direct)}."


def _doing(context: Context) -> Iterator[str]:
    yield (
        "lineclear allowlist with --format and the name of a firewall or a proxy in place of this one writes the "
        "exception out for it; lineclear allowlist --list names them."
    )
    yield f"Name every rule {context.name()}, so that it is found again. Put it above what denies."
    yield "The hosts are names that move between addresses: use names where the device can."
