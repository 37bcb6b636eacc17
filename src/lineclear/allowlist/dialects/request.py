"""A change request: who needs what, from where, to which host and port, why, how to verify, how to roll back."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.rule import AllowRule

from .markup import html_table, html_text, markdown_table, markdown_text
from .people import row_of

_HEADS = ("host", "ports", "protocol", "for", "role", "needed", "without it")


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
    """The request as one HTML page without anything to load."""
    del capability
    title = html_text(_title(context))
    parts = [f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n']
    parts.append(f"</head>\n<body>\n<h1>{title}</h1>\n")
    for one in _sections(rules, context):
        parts.append(f"<h2>{one.title}</h2>\n")
        parts += [f"<p>{html_text(sentence)}</p>\n" for sentence in one.sentences]
        if one.rules:
            parts.append(html_table(_HEADS, map(row_of, one.rules)))
    return "".join([*parts, "</body>\n</html>\n"])


def _title(context: Context) -> str:
    return f"Change request: let {context.application} reach {context.publisher}"


def _sections(rules: Sequence[AllowRule], context: Context) -> Iterator[_Section]:
    came = f"{context.title}, {context.publisher}, edition {context.catalog}:{context.edition}"
    since = f"It changes what {context.earlier} asked for." if context.earlier else "Every row is needed since then."
    machines = ", ".join(context.sources) or f"the machines that run {context.application}"
    yield _Section(title="Why", sentences=(f"The vendor's list demands it: {came}. {since}",))
    yield _Section(title="From where", sentences=(f"Outbound only, from {machines}. Nothing is opened inwards.",))
    if rules:
        yield _Section(title="To be opened", rules=tuple(rules))
    if context.removed:
        yield _Section(title="No longer needed", rules=context.removed)
    if context.remarks:
        yield _Section(title="To be known", sentences=tuple(one.said() for one in context.remarks))
    yield _Section(title="How to do it", sentences=tuple(_doing(context)))
    yield _Section(title="How to verify", sentences=(f"{context.verify} on such a machine says Success.",))
    back = f"Remove what is named {context.name()}. Nothing else was changed."
    yield _Section(title="How to roll back", sentences=(back,))
    yield _Section(title="Made", sentences=(f"{context.date} by: {context.command}",))


def _doing(context: Context) -> Iterator[str]:
    yield "lineclear allowlist --list names the firewalls and proxies for which the exception is written out."
    yield f"Name every rule {context.name()}, so that it is found again. Put it above what denies."
    yield "The hosts are names that move between addresses: use names where the device can."
