"""Firewalls and routers: nftables in the office, at the provider, in the core, or on the internet's side."""

from collections.abc import Iterable

from lab.addresses import ADDRESSES, ADDRESSES6, ROWS
from lab.scenario import Change
from lab.topology import set_key
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
    """Everything to some hosts, by either family unless `by` speaks of one."""
    names = tuple(hosts)
    other = () if "icmp" in by else (f"ip6 daddr {_set(ADDRESSES6[one] for one in names)} {by}",)
    return rules(place, f"{_to(names)} {by}", *other, hook=hook)


def _to(hosts: Iterable[str]) -> str:
    names = tuple(hosts)
    return f"ip daddr {_set(ADDRESSES[one] for one in names)}" if names else ""


def _set(words: Iterable[str]) -> str:
    return f"{{ {', '.join(words)} }}"


def only_the_list(
    place: str, *, without: frozenset[str] = frozenset(), both_families: bool = False, by: str = "drop"
) -> Change:
    """Default deny: names, and exactly the required rows of the list, `without` some of them."""
    rows = [one for one in ROWS if one.required and one.name not in without]
    four = _set(f"{ADDRESSES[one.host]} . {one.port}" for one in rows)
    six = _set(f"{ADDRESSES6[one.host]} . {one.port}" for one in rows)
    return rules(
        place,
        "ct state established,related accept",
        "meta l4proto { tcp, udp } th dport 53 accept",
        f"ip daddr . tcp dport {four} accept",
        *((f"ip6 daddr . tcp dport {six} accept",) if both_families else ()),
        by,
    )


def rationed(place: str, per_second: int, by: str = "drop", hook: str = "forward") -> Change:
    """New connections above a rate are dropped or reset."""
    new = "tcp flags & (syn | ack) == syn tcp dport != 53"
    return rules(place, f"{new} limit rate over {per_second}/second burst {per_second} packets {by}", hook=hook)


def counted(place: str, most: int, by: str = "drop") -> Change:
    """At most so many connections of one machine at a time; those just ended count for a while."""
    new = "tcp flags & (syn | ack) == syn tcp dport != 53"
    return rules(place, f"{new} ct count over {most} {by}")


def synproxied(place: str, ports: Iterable[int], which: str = "") -> Change:
    """The firewall answers handshakes itself, and goes on once the client has proven to be there (nft synproxy).

    Those of one kind only, if nft's words for it are given.
    """
    to = f"{which} tcp dport {_set(map(str, ports))}"

    def change(world: World) -> None:
        here = world.places[place]
        set_key(here, "net/netfilter/nf_conntrack_tcp_loose", "0")
        set_key(here, "net/ipv4/tcp_syncookies", "1")
        world.chain(here, "filter hook prerouting priority -300", f"{to} tcp flags syn notrack")
        world.chain(
            here,
            "filter hook forward priority 0",
            f"{to} ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm",
            "ct state invalid drop",
        )

    return change


def redirected(ports: Iterable[int], to: int, which: str = "") -> Change:
    """The office router takes connections to some ports itself, of one kind only if nft's words for it are given."""

    def change(world: World) -> None:
        rule = f'iifname "to-desktop" {which} tcp dport {_set(map(str, ports))} redirect to :{to}'
        world.chain(world.office, "nat hook prerouting priority -100", rule)

    return change


def few_translated_ports(count: int) -> Change:
    """The office has this many ports of its public address for all connections to one place."""

    def change(world: World) -> None:
        rule = f'oifname "to-provider" meta l4proto tcp masquerade to :40000-{40000 + count - 1}'
        world.chain(world.office, "nat hook postrouting priority 90", rule)

    return change


def after_the_handshake(place: str, ports: Iterable[int]) -> Change:
    """Of connections to some ports only the first two packets of the client pass, as where state is lost."""

    def change(world: World) -> None:
        set_key(world.places[place], "net/netfilter/nf_conntrack_acct", "1")
        rules(place, f"tcp dport {_set(map(str, ports))} ct original packets > 2 drop")(world)

    return change
