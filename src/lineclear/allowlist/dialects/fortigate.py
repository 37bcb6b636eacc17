"""FortiGate with FQDN addresses. Grammar: FortiOS CLI Reference, `config firewall address`, `addrgrp` and `policy`."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, chunks, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import prose

from .objects import Item, items, source_items, spread

_LONGEST_COMMENT = 200
_MOST = 300
"""Members of a group: what the smallest models hold (Maximum Values Table)."""


def fortigate(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Addresses, groups, services and policies; `edit 0` makes a new policy at the end of those that are there."""
    lines: list[str] = []
    sources = source_items(context)
    for version in (4, 6):
        lines += _addresses([one for one in sources if one.version == version], version)
    for one in openings(rules):
        lines += _opening(one, sources, context)
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _opening(one: Opening, sources: Sequence[Item], context: Context) -> Iterator[str]:
    service = context.name(str(one.number), "ports")
    ports = " ".join(spread(one.ports, "-"))
    yield from ("config firewall service custom", f'edit "{service}"')
    yield from (f"set {one.protocol.value}-portrange {ports}", "next", "end")
    for version in (4, 6):
        members = [each for each in items(one, context) if each.version == version]
        who = [each.label for each in sources if each.version == version]
        if not members or (sources and not who):
            continue
        yield from _addresses(members, version)
        labels = [each.label for each in members]
        groups = {_group(one, version, number, context): some for number, some in enumerate(chunks(labels, _MOST), 1)}
        for group, some in groups.items():
            yield from (f"config firewall addrgrp{_six(version)}", f'edit "{group}"')
            yield from (f"set member {_quoted(some)}", "next", "end")
        yield from _policy(one, list(groups), who or ["all"], version, context)


def _group(one: Opening, version: int, number: int, context: Context) -> str:
    return context.name(str(one.number), f"v{version}", *([str(number)] if number > 1 else ()))


def _six(version: int) -> str:
    return "6" if version == 6 else ""  # noqa: PLR2004  that is what the versions are called


def _addresses(members: Sequence[Item], version: int) -> Iterator[str]:
    if not members:
        return
    yield f"config firewall address{_six(version)}"
    for one in members:
        yield f'edit "{one.label}"'
        yield from _place(one)
        yield "next"
    yield "end"


def _place(one: Item) -> Iterator[str]:
    if one.block:
        yield f"set ip6 {one.network}" if one.version == 6 else f"set subnet {one.masked}"  # noqa: PLR2004
        return
    yield "set type fqdn"
    yield f'set fqdn "{one.name or one.wildcard}"'


def _policy(one: Opening, groups: Sequence[str], who: Sequence[str], version: int, context: Context) -> Iterator[str]:
    six = _six(version)
    yield from (
        "config firewall policy",
        "edit 0",
        f'set name "{context.name(str(one.number), f"v{version}", longest=35)}"',
    )
    yield from ('set srcintf "any"', 'set dstintf "any"', "set action accept", 'set schedule "always"')
    yield f"set srcaddr{six} {_quoted(who)}"
    yield f"set dstaddr{six} {_quoted(groups)}"
    yield f'set service "{context.name(str(one.number), "ports")}"'
    yield f'set comments "{prose(", ".join(one.services), _LONGEST_COMMENT)}"'
    yield from ("next", "end")


def _quoted(labels: Sequence[str]) -> str:
    return " ".join(f'"{label}"' for label in labels)
