"""How far things are, how lossy the way is, and by how many uplinks the office leaves."""

from collections.abc import Iterable
from typing import Any

from lab.addresses import ADDRESSES, ADDRESSES6, CORE_HOP, CORE_HOP6, HOSTS, PROVIDER_HOP
from lab.scenario import Change
from lab.topology import set_key
from lab.world import World

_SECOND_TABLE = "100"
SPREADS = {
    "per connection": "numgen inc mod 2",
    "per destination": "jhash ip daddr mod 2 seed 0x1",
    "per source port": "jhash tcp sport mod 2 seed 0x1",
    "per pair of addresses": "jhash ip saddr . ip daddr mod 2 seed 0x7",
    "one in ten": "numgen random mod 10 map { 0 : 1, 1-9 : 0 }",
}

_FAR_HOPS = "100.64.3.2", "2001:db8:3::2"
"""Where the cable ends that lies beyond the core: who tells of it must not have an address of the core's own."""


def both_ways(**changes: Any) -> Change:
    """Every way from and to the vendor is changed: fields of `bench.delay.Way`."""

    def change(world: World) -> None:
        there(**changes)(world)
        back(**changes)(world)

    return change


def there(**changes: Any) -> Change:
    """The way to every host of the list."""

    def change(world: World) -> None:
        world.ways = {address: way._replace(**changes) for address, way in world.ways.items()}

    return change


def back(**changes: Any) -> Change:
    """The way from every host of the list."""

    def change(world: World) -> None:
        world.ways_back = {address: way._replace(**changes) for address, way in world.ways_back.items()}

    return change


def farther(ms: float, versions: tuple[int, ...] = (4, 6)) -> Change:
    """Every host is this much farther, there and back; `versions`: of IP."""

    def change(world: World) -> None:
        for ways in (world.ways, world.ways_back):
            for address, way in ways.items():
                if _version(address) in versions:
                    ways[address] = way._replace(delay_ms=way.delay_ms + ms / 2)

    return change


def lossy(chance: float, versions: tuple[int, ...] = (4, 6)) -> Change:
    """Every packet from and to the vendor is lost with this chance, each way; `versions`: of IP."""

    def change(world: World) -> None:
        for ways in (world.ways, world.ways_back):
            for address, way in ways.items():
                if _version(address) in versions:
                    ways[address] = way._replace(loss=chance)

    return change


def two_uplinks(spread: str, which: str = "meta l4proto tcp") -> Change:
    """The office leaves by two providers with different public addresses, as `SPREADS` says."""

    def change(world: World) -> None:
        _second_way(world)
        world.chain(
            world.office,
            "filter hook prerouting priority -150",
            f'iifname "to-desktop" {which} ct state new ct mark set {SPREADS[spread]}',
            'iifname "to-desktop" meta mark set ct mark',
        )

    return change


def _second_way(world: World) -> None:
    world.office.ip(f"rule add fwmark 1 lookup {_SECOND_TABLE}", "route add default via 100.64.9.1 table 100")


def returns_by_the_first(*, detour: bool, which: str = "meta l4proto tcp") -> Change:
    """Connections leave by the second provider under the first one's address, so answers return by the first.

    `which`: those that nft's words fit; `detour`: the second hands them to the first, beyond its own core: two routers
    more on the way out.
    """

    def change(world: World) -> None:
        _second_way(world)
        world.chain(
            world.office,
            "filter hook prerouting priority -150",
            f'iifname "to-desktop" meta nfproto ipv4 {which} meta mark set 1',
        )
        world.chain(
            world.office,
            "nat hook postrouting priority 90",
            'oifname "to-second" meta nfproto ipv4 meta l4proto tcp snat ip to 100.64.1.2',
        )
        if detour:
            world.core.ip("rule add iif to-second lookup 101", "route add default via 100.64.2.2 table 101")

    return change


def equal_routes(*, by_port: bool) -> Change:
    """The office has two default routes of the same cost; the kernel chooses by the flow's ports too, or not."""

    def change(world: World) -> None:
        set_key(world.office, "net/ipv4/fib_multipath_hash_policy", str(int(by_port)))
        hops = f"nexthop via {PROVIDER_HOP} weight 1 nexthop via 100.64.9.1 weight 1"
        world.office.ip(f"route replace default {hops}")

    return change


def several_addresses(rule: str) -> Change:
    """One uplink, several public addresses: `rule` says how nft chooses of 100.64.1.2 to 100.64.1.5."""

    def change(world: World) -> None:
        world.office.ip(*(f"addr add 100.64.1.{number}/32 dev to-provider" for number in (3, 4, 5)))
        world.chain(world.office, "nat hook postrouting priority 90", f'oifname "to-provider" meta l4proto tcp {rule}')

    return change


def carrier_nat() -> Change:
    """The provider translates once more, from addresses of its own network (RFC 6598) to its public one."""

    def change(world: World) -> None:
        world.provider.ip("addr add 198.51.100.1/32 dev lo")
        world.core.ip("route add 198.51.100.1/32 via 100.64.2.2")
        rule = 'oifname "to-core" ip saddr 100.64.0.0/10 snat ip to 198.51.100.1'
        world.chain(world.provider, "nat hook postrouting priority 100", rule)

    return change


def idle_timer(seconds: int, *, loose: bool = False) -> Change:
    """The office forgets connections that were silent for a while, and drops what comes later; `loose`: takes it up."""

    def change(world: World) -> None:
        set_key(world.office, "net/netfilter/nf_conntrack_tcp_timeout_established", str(seconds))
        set_key(world.office, "net/netfilter/nf_conntrack_tcp_loose", str(int(loose)))
        world.chain(world.office, "filter hook forward priority -5", "ct state invalid drop")

    return change


def small_packets(
    mtu: int, *, told: bool, outward: bool = False, versions: tuple[int, ...] = (4, 6), hosts: Iterable[str] = HOSTS
) -> Change:
    """Beyond the core only packets up to `mtu` pass; the sender is told by ICMP, or is not.

    `outward`: so on the way to the servers alone; `versions`: of IP; `hosts`: to and from these.
    """
    concerned = {known[host] for host in hosts for known in (ADDRESSES, ADDRESSES6)}
    tellers = _FAR_HOPS if outward else (CORE_HOP, CORE_HOP6)

    def change(world: World) -> None:
        for ways in (world.ways,) if outward else (world.ways, world.ways_back):
            for address, way in ways.items():
                if address in concerned and _version(address) in versions:
                    ways[address] = way._replace(mtu=mtu, teller=tellers[":" in address] if told else "")

    return change


def _version(address: str) -> int:
    return 6 if ":" in address else 4
