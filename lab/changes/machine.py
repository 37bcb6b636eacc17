"""The desktop itself: its routes, its links, its own firewall, its clock, its environment."""

from collections.abc import Iterable

from lab.addresses import ADDRESSES
from lab.scenario import Change
from lab.world import World


def ip(place: str, *lines: str) -> Change:
    """Commands of `ip` in a place."""

    def change(world: World) -> None:
        world.places[place].ip(*lines)

    return change


def routed_away(kind: str, hosts: Iterable[str]) -> Change:
    """Routes of the desktop that refuse some hosts: `prohibit`, `blackhole` or `unreachable`."""
    return ip("desktop", *(f"route add {kind} {ADDRESSES[one]}/32" for one in hosts))


def vpn(hosts: Iterable[str]) -> Change:
    """A tunnel of a VPN that takes some hosts, and at its other end nobody passes them on."""
    routes = [f"route add {ADDRESSES[one]}/32 dev tun0 src 10.8.0.2" for one in hosts]
    lines = ("tuntap add dev tun0 mode tun", "addr add 10.8.0.2/24 dev tun0", "link set tun0 up", *routes)

    def change(world: World) -> None:
        world.desktop.ip(*lines)
        world.hold_tun("tun0")

    return change


def vpn_everywhere() -> Change:
    """A VPN that takes every address by two halves of them, as many do; its other end passes nothing on."""
    halves = ("route add 0.0.0.0/1 dev tun0 src 10.8.0.2", "route add 128.0.0.0/1 dev tun0 src 10.8.0.2")
    lines = ("tuntap add dev tun0 mode tun", "addr add 10.8.0.2/24 dev tun0", "link set tun0 up", *halves)

    def change(world: World) -> None:
        world.desktop.ip(*lines)
        world.hold_tun("tun0")

    return change


def clock(days: int) -> Change:
    """The desktop's clock is this many days ahead: seen from there, the whole internet is as many days behind."""

    def change(world: World) -> None:
        world.internet_days = -days

    return change


def environment(**values: str) -> Change:
    """Variables of the user's environment."""

    def change(world: World) -> None:
        world.environ.update(values)

    return change


def silent_gateway() -> Change:
    """The office router is gone from the desktop's cable, though the cable is in."""
    return ip("office", "addr del 10.77.0.1/24 dev to-desktop")
