"""Junos on SRX: set commands with dns-name addresses. Grammar: Junos CLI Reference, `security address-book`."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import prose

from .objects import Item, items, source_items

_BOOK = "set security address-book global"


def srx(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Addresses, applications and global policies; nothing is committed."""
    sources = source_items(context)
    lines = [line for one in sources for line in _address(one)]
    for one in openings(rules):
        lines += _opening(one, [each.label for each in sources] or ["any"], context)
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _address(one: Item) -> Iterator[str]:
    yield f"{_BOOK} address {one.label} " + (f"dns-name {one.name}" if one.name else one.network)


def _opening(one: Opening, who: Sequence[str], context: Context) -> Iterator[str]:
    name, application = context.name(str(one.number)), context.name(str(one.number), "app")
    for each in items(one, context):
        yield from _address(each)
        yield f"{_BOOK} address-set {name} address {each.label}"
    for number, ports in enumerate(one.ports, 1):
        app = f"{application}-{number}"
        yield f"set applications application {app} protocol {one.protocol.value} destination-port {ports}"
        yield f"set applications application-set {application} application {app}"
    policy = f"set security policies global policy {name}"
    yield f'{policy} description "{prose(", ".join(one.services), 200)}"'
    yield from (f"{policy} match source-address {each}" for each in who)
    yield f"{policy} match destination-address {name}"
    yield f"{policy} match application {application}"
    yield f"{policy} then permit"
