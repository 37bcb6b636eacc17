"""Firewalls and routers: nftables in the office, at the provider, in the core, or on the internet's side."""

from collections.abc import Iterable

from lab.addresses import ADDRESSES
from lab.scenario import Change
from lab.world import World


def rules(place: str, *lines: str, hook: str = "forward") -> Change:
    """Filter rules in a place, as nft writes them."""

    def change(world: World) -> None:
        world.chain(world.places[place], f"filter hook {hook} priority 0", *lines)

    return change


def blocked(place: str, ports: Iterable[int] = (4000, 4001), by: str = "drop", hosts: Iterable[str] = ()) -> Change:
    """Connections to ports (none: all), of some hosts only if any are named, dropped or rejected as nft says it."""
    return rules(place, f"{_to(hosts)} tcp dport {_set(map(str, ports))} {by}")


def hosts_blocked(place: str, hosts: Iterable[str], by: str = "drop") -> Change:
    """Everything to some hosts."""
    return rules(place, f"{_to(hosts)} {by}")


def _to(hosts: Iterable[str]) -> str:
    names = tuple(hosts)
    return f"ip daddr {_set(ADDRESSES[one] for one in names)}" if names else ""


def _set(words: Iterable[str]) -> str:
    return f"{{ {', '.join(words)} }}"
