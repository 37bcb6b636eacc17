"""Cisco ASA and FTD with FQDN objects. Grammar: Cisco ASA Series Command Reference, `object network`, `access-list`."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import word_of

from .objects import Item, items, source_items


def asa(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Objects, groups, and a line at the head of an access list."""
    access = word_of(context.chain, "--chain", "outside_out") if context.chain else context.name(between="_")
    lines: list[str] = []
    source = "any"
    if sources := source_items(context):
        source = f"object-group {context.name('from')}"
        lines += _group(context.name("from"), sources)
    for one in openings(rules):
        lines += _opening(one, access, source, context)
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _opening(one: Opening, access: str, source: str, context: Context) -> Iterator[str]:
    group, ports = context.name(str(one.number)), context.name(str(one.number), "ports")
    protocol = one.protocol.value
    yield from _group(group, items(one, context))
    yield f"object-group service {ports} {protocol}"
    for each in one.ports:
        single = each.first == each.last
        yield f" port-object eq {each.first}" if single else f" port-object range {each.first} {each.last}"
    yield f"access-list {access} line 1 extended permit {protocol} {source} object-group {group} object-group {ports}"


def _group(group: str, members: Sequence[Item]) -> Iterator[str]:
    for one in members:
        yield f"object network {one.label}"
        yield _place(one)
    yield f"object-group network {group}"
    yield from (f" network-object object {one.label}" for one in members)


def _place(one: Item) -> str:
    if one.name:
        return f" fqdn {one.name}"
    if "/" not in one.block:
        return f" host {one.block}"
    return f" subnet {one.masked if one.version == 4 else one.network}"  # noqa: PLR2004
