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
    SECOND_HOP6,
    six,
)
from lab.scenario import Change
from lab.world import World


def dual_stack(hosts: Iterable[str] = ADDRESSES6) -> Change:
    """The zone answers AAAA for some hosts of the list, and for those outside of it."""
    listed = {host: (ADDRESSES6[host],) for host in hosts}
    others = {name: (six(address),) for name, address in NAMES.items() if name not in ADDRESSES6}

    def change(world: World) -> None:
        world.more_names.update({**others, **listed, REFLECTOR_NAME: REFLECTORS6})
        world.families = (4, 6)

    return change


def without_ipv4() -> Change:
    """The desktop has IPv6 alone."""

    def change(world: World) -> None:
        world.desktop.ip("route del default", f"addr del {DESKTOP}/24 dev to-office")
        world.resolvers = (OFFICE6,)

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
