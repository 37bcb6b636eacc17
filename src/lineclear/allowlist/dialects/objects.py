"""What firewalls with objects have in common: one numbered object a destination, gathered by the ports they share."""

import ipaddress
from collections.abc import Iterable, Iterator

from msgspec import Struct

from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening


class Item(Struct, frozen=True, kw_only=True):
    """A destination or a source as an object of ours. Exactly one of `name`, `wildcard` and `block` is set."""

    label: str
    name: str = ""
    wildcard: str = ""
    block: str = ""

    @property
    def version(self) -> int:
        """6 for an IPv6 block, else 4."""
        return 6 if ":" in self.block else 4

    @property
    def network(self) -> str:
        """The block with its length."""
        return str(ipaddress.ip_network(self.block))

    @property
    def masked(self) -> str:
        """An IPv4 block as address and mask."""
        return str(ipaddress.ip_network(self.block).with_netmask).replace("/", " ")


def items(one: Opening, context: Context) -> tuple[Item, ...]:
    """The destinations of an opening, numbered: `lineclear-ibkr-1-1`."""
    found: list[dict[str, str]] = [{"name": name} for name in one.names]
    found += [{"wildcard": wildcard} for wildcard in one.wildcards]
    found += [{"block": block} for block in (*one.ipv4, *one.ipv6)]
    return tuple(Item(label=context.name(str(one.number), str(number)), **each) for number, each in enumerate(found, 1))


def source_items(context: Context) -> tuple[Item, ...]:
    """Who is let out, as objects: `lineclear-ibkr-from-1`."""
    blocks = enumerate(context.sources, 1)
    return tuple(Item(label=context.name("from", str(number)), block=block) for number, block in blocks)


def spread(ports: Iterable[object], between: str) -> Iterator[str]:
    """Ports as text, ranges with `between`."""
    return (str(each).replace("-", between) for each in ports)
