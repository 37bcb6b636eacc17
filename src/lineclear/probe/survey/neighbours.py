"""What the link layer knows of the machines next door: the gateways, and resolvers on the same link."""

from collections.abc import Iterable, Iterator

from lineclear.model import Neighbour, Resolver, Route

from . import netlink
from .interfaces import names
from .netlink import Message

_ADDRESS = 1  # NDA_DST
_STATES = (
    (0x20, "failed"),
    (0x01, "incomplete"),
    (0x02 | 0x40 | 0x80, "reachable"),  # or needs no asking: NOARP, PERMANENT
    (0x04 | 0x08 | 0x10, "stale"),  # STALE, DELAY, PROBE
)


def from_messages(entries: Iterable[Message], interface_names: dict[int, str]) -> Iterator[Neighbour]:
    """The entries of a neighbour dump."""
    for fixed, found in entries:
        _, index, state, _, _ = fixed
        word = next((word for bits, word in _STATES if state & bits), "unknown")
        yield Neighbour(
            address=netlink.address(found.get(_ADDRESS)), interface=interface_names.get(index, ""), state=word
        )


def of_interest(
    entries: Iterable[Neighbour], routes: Iterable[Route], resolvers: Iterable[Resolver], *, all_known: bool
) -> tuple[Neighbour, ...]:
    """The gateways and resolvers the entries tell of; of a whole table also the gateways it has no entry for."""
    known = {(one.address, one.interface): one for one in entries}
    gateways = dict.fromkeys((one.gateway, one.interface) for one in routes if one.gateway)
    asked = {one.address for one in resolvers}
    absent = [Neighbour(address=key[0], interface=key[1]) for key in gateways if all_known and key not in known]
    found = [known[key] for key in gateways if key in known] + absent
    return (*found, *(one for key, one in known.items() if one.address in asked and key not in gateways))


def read() -> tuple[tuple[Neighbour, ...], str]:
    """The kernel's neighbour table as it is now, and why it is not whole; for `of_interest` to pick from."""
    links, entries = netlink.dump(netlink.GET_LINKS), netlink.dump(netlink.GET_NEIGHBOURS)
    return tuple(from_messages(entries.messages, names(links.messages))), links.trouble or entries.trouble
