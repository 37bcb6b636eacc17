"""Firewalls and routers: nftables in the office, at the provider, in the core, or on the internet's side."""

from collections.abc import Iterable

from lab.addresses import ADDRESSES, ROWS
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


def hosts_blocked(place: str, hosts: Iterable[str], by: str = "drop", hook: str = "forward") -> Change:
    """Everything to some hosts."""
    return rules(place, f"{_to(hosts)} {by}", hook=hook)


def _to(hosts: Iterable[str]) -> str:
    names = tuple(hosts)
    return f"ip daddr {_set(ADDRESSES[one] for one in names)}" if names else ""


def _set(words: Iterable[str]) -> str:
    return f"{{ {', '.join(words)} }}"


def only_the_list(place: str, *, without: frozenset[str] = frozenset()) -> Change:
    """Default deny: names, and exactly the required rows of the list, `without` some of them."""
    rows = [one for one in ROWS if one.required and one.name not in without]
    pairs = _set(f"{ADDRESSES[one.host]} . {one.port}" for one in rows)
    return rules(
        place,
        "ct state established,related accept",
        "meta l4proto { tcp, udp } th dport 53 accept",
        f"ip daddr . tcp dport {pairs} accept",
        "drop",
    )


def rationed(place: str, per_second: int, by: str = "drop") -> Change:
    """New connections above a rate are dropped or reset."""
    new = "tcp flags & (syn | ack) == syn tcp dport != 53"
    return rules(place, f"{new} limit rate over {per_second}/second burst {per_second} packets {by}")


def redirected(ports: Iterable[int], to: int) -> Change:
    """The office router takes connections to some ports itself."""

    def change(world: World) -> None:
        rule = f'iifname "to-desktop" tcp dport {_set(map(str, ports))} redirect to :{to}'
        world.chain(world.office, "nat hook prerouting priority -100", rule)

    return change
