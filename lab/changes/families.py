"""IPv4 and IPv6: which of them names have, which of them the desktop has, and which of them gets through."""

from collections.abc import Iterable

from lab.addresses import (
    ADDRESSES6,
    DESKTOP,
    DESKTOP6,
    NAMES,
    OFFICE6,
    OFFICE_PREFIX6,
    REFLECTOR_NAME,
    REFLECTORS6,
    RESOLVER6,
    SECOND_HOP6,
    six,
)
from lab.changes.names import unbound
from lab.scenario import Change
from lab.world import HOME, World

_TRANSLATED = "2001:db8:64::/96"
"""A prefix of the office's own (RFC 6052): tayga keeps the well-known one from documentation addresses."""


def dual_stack(hosts: Iterable[str] = ADDRESSES6) -> Change:
    """The zone answers AAAA for some hosts of the list, and for those outside of it."""
    listed = {host: (ADDRESSES6[host],) for host in hosts}
    others = {name: (six(address),) for name, address in NAMES.items() if name not in ADDRESSES6}

    def change(world: World) -> None:
        world.more_names.update({**others, **listed, REFLECTOR_NAME: REFLECTORS6})
        world.families = (4, 6)

    return change


def by_both_families() -> Change:
    """Names have no IPv6 addresses, and nonces are left at whatever is given for one."""

    def change(world: World) -> None:
        world.families = (4, 6)

    return change


def only_local_ipv6(*, gateway: bool) -> Change:
    """The desktop's only IPv6 addresses are of its own network (RFC 4193), with a `gateway` that has no way on or none.

    Its link-local address it has besides.
    """
    lines = ("route del ::/0", f"addr del {DESKTOP6}/64 dev to-office", "addr add fd00:77::2/64 dev to-office nodad")

    def change(world: World) -> None:
        world.desktop.ip(*lines, *(("route add ::/0 via fd00:77::1",) if gateway else ()))
        world.office.ip("addr add fd00:77::1/64 dev to-desktop nodad")

    return change


def without_ipv4() -> Change:
    """The desktop has IPv6 alone."""

    def change(world: World) -> None:
        world.desktop.ip("route del default", f"addr del {DESKTOP}/24 dev to-office")
        if not any(":" in one for one in world.resolvers):
            world.resolvers = (RESOLVER6,)

    return change


def without_ipv6() -> Change:
    """The desktop has IPv4 alone, as most offices do."""

    def change(world: World) -> None:
        world.desktop.ip("route del ::/0", f"addr del {DESKTOP6}/64 dev to-office")

    return change


def ipv6_by_second() -> Change:
    """IPv6 leaves by the second provider, whose prefix the office has; IPv4 by the first."""

    def change(world: World) -> None:
        world.office.ip(f"route replace ::/0 via {SECOND_HOP6}")
        world.core.ip(f"route replace {OFFICE_PREFIX6} via 2001:db8:10::2")

    return change


def translated(*, reaches: bool = True) -> Change:
    """The office's unbound makes IPv6 addresses for names that have none (DNS64), and tayga translates them (NAT64).

    Unless `reaches`: then nobody translates.
    """

    def change(world: World) -> None:
        lines = (f"interface: {OFFICE6}", "access-control: 2001:db8:77::/64 allow", f"dns64-prefix: {_TRANSLATED}")
        unbound(*lines, modules="dns64 iterator")(world)
        world.resolvers = (OFFICE6,)
        world.families = (4, 6)
        if not reaches:
            return
        text = (
            f"tun-device nat64\nipv4-addr 192.168.255.1\nprefix {_TRANSLATED}\n"
            f"dynamic-pool 192.168.255.0/24\ndata-dir {HOME}\n"
        )
        config = str(world.file("tayga.conf", text))
        world.run(world.office, "tayga", "--config", config, "--mktun")
        lines = ("link set nat64 up", "route add 192.168.255.0/24 dev nat64", f"route add {_TRANSLATED} dev nat64")
        world.office.ip(*lines)
        world.start(world.office, "tayga", "--nodetach", "--config", config)

    return change
