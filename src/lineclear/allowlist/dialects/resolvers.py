"""dnsmasq and unbound: what a name resolves to is put into a set of the firewall, as it is resolved."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule

_TABLE = "inet filter"


def dnsmasq(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """What fills a set for each name, and as comments the commands of nft that make the sets (manual: dnsmasq)."""
    found = openings(rules)
    lines = [f"# nft {line}" for one in found for line in _nft(one, context)]
    for one in found:
        sets = ",".join(f"{version}#{_TABLE.replace(' ', '#')}#{_set(one, version, context)}" for version in (4, 6))
        lines += [f"nftset=/{name}/{sets}" for name in one.names]
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _set(one: Opening, version: int, context: Context) -> str:
    return context.name(str(one.number), f"v{version}", between="_")


def _nft(one: Opening, context: Context) -> Iterator[str]:
    ports = ", ".join(map(str, one.ports))
    for version, family in ((4, "ip"), (6, "ip6")):
        name = _set(one, version, context)
        yield f"add set {_TABLE} {name} '{{ type ipv{version}_addr; flags interval; }}'"
        yield f"insert rule {_TABLE} output {family} daddr @{name} {one.protocol.value} dport '{{ {ports} }}' accept"


def unbound(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """`ipset` zones and the two sets they fill. Grammar: unbound.conf(5), section on the ipset module."""
    names = dict.fromkeys(name for one in openings(rules) for name in one.names)
    lines = ["server:", *(f'  local-zone: "{name}." ipset' for name in names), "ipset:"]
    lines += [f'  name-v{version}: "{context.name(f"v{version}")}"' for version in (4, 6)]
    return commented(rules, context, capability) + "\n".join(lines) + "\n"
