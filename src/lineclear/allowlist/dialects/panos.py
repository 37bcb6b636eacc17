"""PAN-OS: set commands, and an external dynamic list. Grammar: PAN-OS CLI Quick Start, formatting of EDLs."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented, removal
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import comment, prose

from .objects import Item, items, source_items, spread


def panos(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Addresses, groups, services and security rules, moved to the top; nothing is committed."""
    sources = source_items(context)
    lines = list(_addresses(sources))
    for one in openings(rules):
        lines += _opening(one, [each.label for each in sources] or ["any"], context)
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _addresses(members: Sequence[Item]) -> Iterator[str]:
    for one in members:
        yield f"set address {one.label} " + (f"fqdn {one.name}" if one.name else f"ip-netmask {one.network}")


def _opening(one: Opening, who: Sequence[str], context: Context) -> Iterator[str]:
    name, service = context.name(str(one.number)), context.name(str(one.number), "ports")
    members = items(one, context)
    yield from _addresses(members)
    yield f"set address-group {name} static [ {' '.join(each.label for each in members)} ]"
    yield f"set service {service} protocol {one.protocol.value} port {','.join(spread(one.ports, '-'))}"
    yield (
        f"set rulebase security rules {name} from any to any source [ {' '.join(who)} ] destination {name} "
        f"service {service} application any action allow"
    )
    yield f'set rulebase security rules {name} description "{prose(", ".join(one.services), 200)}"'
    yield f"move rulebase security rules {name} top"


def edl(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """An address and its comment a line. The list has no other place for a comment, so each line says whence it is."""
    back = removal(context, capability)
    made = comment(f"{context.reference}, made {context.date} by: {context.command}, to take it back: {back}")
    until = f", look up again before {context.expires}" if context.expires else ""
    return "".join(f"{block} {prose(text)}, {made}{until}\n" for block, text in _entries(rules).items())


def _entries(rules: Sequence[AllowRule]) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for one in rules:
        for block in one.addresses or (one.host,):
            names.setdefault(block, []).append(one.host)
    return {block: " ".join(dict.fromkeys(hosts)) for block, hosts in names.items()}
