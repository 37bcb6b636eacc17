"""The desktop itself: its routes, its links, its own firewall, its clock, its environment."""

import sys
from collections.abc import Iterable

from lab.addresses import ADDRESSES
from lab.changes.filters import rules
from lab.scenario import Change
from lab.topology import set_key
from lab.world import HOME, World

_FIRST_PORT = 40000
_READY = "has-all-it-can"
_HOLDS = """
import pathlib, signal, socket, sys
kinds, (first, count) = sys.argv[4:], map(int, sys.argv[2:4])
held = [(port, socket.socket(socket.AF_INET6, getattr(socket, kind))) for kind in kinds for port in range(count)]
for port, one in held:
    one.bind(("::", first + port))
pathlib.Path(sys.argv[1]).write_text("ready")
signal.pause()
"""
"""Holds ports of both families, one socket each, and says so in a file: nobody could connect any more."""
_LEAKS = """
import contextlib, pathlib, signal, socket, sys
held = []
with contextlib.suppress(OSError):
    while True:
        held.append(socket.create_connection((sys.argv[2], int(sys.argv[3])), 3))
pathlib.Path(sys.argv[1]).write_text("ready")
signal.pause()
"""
"""Connects to one place until it cannot, and lets nothing go."""
_LISTENS = """
import pathlib, signal, socket, sys
held = [socket.create_server(("0.0.0.0", int(port))) for port in sys.argv[2:]]
pathlib.Path(sys.argv[1]).write_text("ready")
signal.pause()
"""


def ip(place: str, *lines: str) -> Change:
    """Commands of `ip` in a place."""

    def change(world: World) -> None:
        world.places[place].ip(*lines)

    return change


def kernel(key: str, value: str) -> Change:
    """A setting of the desktop's kernel."""

    def change(world: World) -> None:
        set_key(world.desktop, key, value)

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


def vpn_by_port(ports: str) -> Change:
    """A policy rule sends TCP to some ports, such as `4000-4001`, into a tunnel behind which nobody passes them on."""
    lines = ("tuntap add dev tun0 mode tun", "addr add 10.8.0.2/24 dev tun0", "link set tun0 up")
    route = "route add default dev tun0 src 10.8.0.2 table 77"

    def change(world: World) -> None:
        world.desktop.ip(*lines, route, f"rule add ipproto tcp dport {ports} lookup 77")
        world.hold_tun("tun0")

    return change


def bridge(address: str) -> Change:
    """A bridge with one member, as of containers, has `address` with the length of its network."""
    member = "link add inside type veth peer name container"
    lines = ("link set inside master containers", "link set inside up", "link set container up")
    own = (f"addr add {address} dev containers", "link set containers up")
    return ip("desktop", "link add containers type bridge", member, *lines, *own)


def neighbour(address: str, own: str, *ports: int) -> tuple[Change, ...]:
    """A second network of the desktop's, in which it has its `own` address; a machine at another listens on ports."""
    made = "link add beside type veth peer name to-desktop netns second"

    def listen(world: World) -> None:
        ready = HOME / "neighbour-listens"
        world.start(world.second, sys.executable, "-c", _LISTENS, str(ready), *map(str, ports), ready=ready)

    def change(world: World) -> None:
        world.late.append(listen)

    return (
        ip("desktop", made, f"addr add {own} dev beside", "link set beside up"),
        ip("second", f"addr add {address} dev to-desktop", "link set to-desktop up"),
        change,
    )


def wireless(*, preferred: bool) -> tuple[Change, ...]:
    """A second network of the desktop's, with a router that passes nothing on; its route is `preferred` or not."""
    made = "link add wireless type veth peer name to-desktop netns second"
    lines = (made, "addr add 10.88.0.2/24 dev wireless", "link set wireless up", "route del default")
    routes = ("route add default via 10.77.0.1 metric 200",)
    metric = 100 if preferred else 300
    return (
        ip("desktop", *lines, *routes),
        ip("second", "addr add 10.88.0.1/24 dev to-desktop", "link set to-desktop up"),
        ip("desktop", f"route add default via 10.88.0.1 metric {metric}"),
        rules("second", 'iifname "to-desktop" drop'),
    )


def on_everything_proxied() -> tuple[Change, ...]:
    """The desktop's default route is its link itself, and the office answers there for every address."""

    def change(world: World) -> None:
        set_key(world.office, "net/ipv4/conf/to-desktop/proxy_arp", "1")
        set_key(world.office, "net/ipv4/neigh/to-desktop/proxy_delay", "0")

    return change, ip("desktop", "route del default", "route add default dev to-office")


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


def few_ports(count: int) -> Change:
    """The desktop has this many local ports to connect from."""

    def change(world: World) -> None:
        set_key(world.desktop, "net/ipv4/ip_local_port_range", f"{_FIRST_PORT} {_FIRST_PORT + count - 1}")

    return change


def ports_held(count: int, *kinds: str) -> tuple[Change, ...]:
    """The desktop has few local ports, and a program holds all of them: `SOCK_STREAM`, `SOCK_DGRAM`."""
    return few_ports(count), _greedy(_HOLDS, str(_FIRST_PORT), str(count), *kinds)


def connections_leaked(host: str, port: int, count: int) -> tuple[Change, ...]:
    """The desktop has few local ports, and a program has used all of them towards one place, and ends nothing."""
    return few_ports(count), _greedy(_LEAKS, ADDRESSES[host], str(port))


def _greedy(script: str, *words: str) -> Change:
    """A program of the desktop that takes what it can get, once the internet stands."""

    def start(world: World) -> None:
        ready = HOME / _READY
        world.start(world.desktop, sys.executable, "-c", script, str(ready), *words, ready=ready)

    def change(world: World) -> None:
        world.late.append(start)

    return change


def listening(*ports: int) -> Change:
    """A program on the desktop accepts on some ports of every address, as IB Gateway does on 4001 for its API."""
    return _greedy(_LISTENS, *map(str, ports))


def check_limited(descriptors: int) -> Change:
    """The check itself may open this many files and sockets; what else the user runs may open as many as usual."""

    def change(world: World) -> None:
        world.check_under = ("prlimit", f"--nofile={descriptors}")

    return change
