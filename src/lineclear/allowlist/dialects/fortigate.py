"""FortiGate with FQDN addresses. Grammar: FortiOS CLI Reference, `config firewall address` and `policy`."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import prose

from .objects import Item, items, source_items, spread

_LONGEST_COMMENT = 200


def fortigate(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Addresses, services and policies; `edit 0` makes a new policy at the end of those that are there."""
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
        yield from _policy(one, members, who or ["all"], version, context)


def _addresses(members: Sequence[Item], version: int) -> Iterator[str]:
    if not members:
        return
    yield f"config firewall address{'6' if version == 6 else ''}"  # noqa: PLR2004
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


def _policy(one: Opening, members: Sequence[Item], who: Sequence[str], version: int, context: Context) -> Iterator[str]:
    six = "6" if version == 6 else ""  # noqa: PLR2004
    yield from (
        "config firewall policy",
        "edit 0",
        f'set name "{context.name(str(one.number), f"v{version}", longest=35)}"',
    )
    yield from ('set srcintf "any"', 'set dstintf "any"', "set action accept", 'set schedule "always"')
    yield f"set srcaddr{six} {_quoted(who)}"
    yield f"set dstaddr{six} {_quoted([each.label for each in members])}"
    yield f'set service "{context.name(str(one.number), "ports")}"'
    yield f'set comments "{prose(", ".join(one.services), _LONGEST_COMMENT)}"'
    yield from ("next", "end")


def _quoted(labels: Sequence[str]) -> str:
    return " ".join(f'"{label}"' for label in labels)
