"""MikroTik RouterOS 7: address lists that follow names. Grammar: RouterOS manual, Firewall: address lists, filter."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, chunks, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import prose, word_of

from .sources import by_family

_MOST_PORTS = 7


def mikrotik(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Lists and filter rules, put before those that are there. Names stand in the lists of both versions of IP."""
    chain = word_of(context.chain, "--chain", "forward") if context.chain else "forward"
    lines = []
    for version, menu in ((4, "/ip"), (6, "/ipv6")):
        sources = by_family(context.sources, version)
        if sources is None:
            continue
        who = f" src-address-list={context.name('from')}" if sources else ""
        lines += [f"{menu} firewall address-list add list={context.name('from')} address={one}" for one in sources]
        for one in openings(rules):
            lines += _opening(one, f"{menu} firewall", chain + who, version, context)
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _opening(one: Opening, menu: str, chain: str, version: int, context: Context) -> Iterator[str]:
    places = (*one.names, *one.blocks(version))
    name, comment = context.name(str(one.number)), f'comment="{prose(", ".join(one.services), 120)}"'
    if not places:
        return
    for place in places:
        yield f"{menu} address-list add list={name} address={place} {comment}"
    for ports in chunks([str(each) for each in one.ports], _MOST_PORTS):
        yield (
            f"{menu} filter add chain={chain} action=accept protocol={one.protocol.value} dst-address-list={name} "
            f'dst-port={",".join(ports)} comment="{context.name()}" place-before=0'
        )
