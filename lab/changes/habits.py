"""Devices with habits of their own: they forget, they learn, they toggle, they count, they tidy packets up."""

import os
import sys
from collections.abc import Iterable

from lab.changes.boxes import RELAY, open_tun
from lab.changes.filters import rules
from lab.scenario import Change
from lab.topology import set_key
from lab.world import World

NEW = "tcp flags & (syn | ack) == syn"
"""Nft's words for the first packet of a connection."""


def looping(place: str, *turns: tuple[float, str]) -> Change:
    """Commands of a shell in turn for ever, each with the seconds that it is left at that."""

    def start(world: World) -> None:
        turn = "; ".join(f"{words}; sleep {seconds}" for seconds, words in turns)
        world.start(world.places[place], "sh", "-c", f"while true; do {turn}; done")

    def change(world: World) -> None:
        world.late.append(start)

    return change


def toggling(place: str, seconds: tuple[float, float], rule: str) -> tuple[Change, ...]:
    """A rule that is there for some seconds, and then is not for some."""

    def lay(world: World) -> None:
        text = "table inet toggled {\n chain main {\n type filter hook forward priority 0;\n }\n}\n"
        world.run(world.places[place], "nft", "-f", "-", stdin=text)

    on, off = f"nft add rule inet toggled main '{rule}'", "nft flush chain inet toggled main"
    return lay, looping(place, (seconds[0], on), (seconds[1], off))


def _at_first(place: str, kind: str, what: str, key: str, rule: str) -> Change:
    """Of packets that `what` fits, `rule` is for the first with a new `key` alone, which is of nft's `kind`."""

    def change(world: World) -> None:
        text = (
            f"table inet met {{\n set met {{ type {kind}; size 65535; flags dynamic; }}\n"
            " chain main {\n type filter hook forward priority -10;\n"
            f" {what} {key} != @met add @met {{ {key} }} {rule}\n }}\n}}\n"
        )
        world.run(world.places[place], "nft", "-f", "-", stdin=text)

    return change


def first_syn_dropped(place: str) -> Change:
    """The first SYN of every connection is dropped, the same one sent again passes: so servers are kept from floods."""
    kind, key = "ipv4_addr . inet_service . inet_service", "ip daddr . tcp sport . tcp dport"
    return _at_first(place, kind, NEW, key, "drop")


def first_try_rejected(place: str, ports: Iterable[int]) -> Change:
    """The first SYN to every host and port is rejected, what comes later passes."""
    to = f"{NEW} tcp dport {{ {', '.join(map(str, ports))} }}"
    kind, key = "ipv4_addr . inet_service", "ip daddr . tcp dport"
    return _at_first(place, kind, to, key, "reject with icmp type admin-prohibited")


def opens_late(place: str, ports: Iterable[int], seconds: float) -> Change:
    """Ports stay shut for some seconds from the first attempt on, as until a firewall knows whose machine it is."""
    to, wait = f"tcp dport {{ {', '.join(map(str, ports))} }}", f"{seconds * 1000:.0f}ms"

    def change(world: World) -> None:
        text = (
            "table inet learning {\n set met { type ipv4_addr; size 1024; flags dynamic; }\n"
            " set waiting { type ipv4_addr; size 1024; flags dynamic,timeout; }\n"
            " chain main { type filter hook forward priority -10;\n"
            f"  {to} ip saddr != @met add @waiting {{ ip saddr timeout {wait} }} add @met {{ ip saddr }}\n"
            f"  {to} ip saddr @waiting drop\n }}\n}}\n"
        )
        world.run(world.places[place], "nft", "-f", "-", stdin=text)

    return change


def once_a_minute(place: str, port: int, *, per_host: bool) -> Change:
    """One new connection to a port passes in a minute, the others are dropped; `per_host`: one of each host."""
    rate = "limit rate over 1/minute burst 1 packets"
    return rules(place, f"{NEW} tcp dport {port} {f'meter hosts {{ ip daddr {rate} }}' if per_host else rate} drop")


def ttl_set(place: str, hook: str = "prerouting") -> Change:
    """Every packet goes on with a TTL of 64, whatever it came with, as where tethering is to stay unseen."""
    return rules(place, "ip ttl set 64", hook=hook)


def answers_every_ping(place: str) -> Change:
    """A router answers every echo request of the desktop itself."""

    def change(world: World) -> None:
        rule = 'iifname "to-desktop" icmp type echo-request redirect'
        world.chain(world.places[place], "nat hook prerouting priority -100", rule)

    return change


def led_to(place: str, what: str, address: str) -> Change:
    """Connections that `what` fits end at another address than they were meant for."""

    def change(world: World) -> None:
        world.chain(world.places[place], "nat hook prerouting priority -100", f"{what} dnat ip to {address}")

    return change


def answers_as(address: str, other: str, ports: Iterable[int]) -> Change:
    """A host of the internet answers for some ports from another address than it was asked at."""
    of_it = f"ip saddr {address} tcp sport {{ {', '.join(map(str, ports))} }}"
    return rules("internet", f"{of_it} ip saddr set {other}", hook="output")


def forgets(place: str, idle_s: int) -> Change:
    """A router resets connections that were silent for a while, as soon as something more comes."""

    def change(world: World) -> None:

        set_key(world.places[place], "net/netfilter/nf_conntrack_tcp_timeout_established", str(idle_s))
        set_key(world.places[place], "net/netfilter/nf_conntrack_tcp_loose", "0")
        invalid = "ct state invalid tcp flags & rst == 0 reject with tcp reset"
        world.chain(world.places[place], "filter hook forward priority -5", invalid)

    return change


def tunnel(routes: Iterable[str], *, largest: int = 1450) -> Change:
    """A VPN that works: the desktop sends `routes` to the second provider's place, which translates and passes them on.

    The tunnel takes packets of 1450 bytes, and loses those that are larger than `largest` without a word.
    """

    def change(world: World) -> None:
        ends = []
        for place, address in ((world.desktop, "10.8.0.2"), (world.second, "10.8.0.1")):
            with place.inside():
                ends.append(open_tun("tun0"))
            place.ip(f"addr add {address}/24 dev tun0", "link set tun0 mtu 1450 up txqueuelen 5000")
        world.desktop.ip(*(f"route add {one} dev tun0 src 10.8.0.2" for one in routes))
        masqueraded = 'oifname "to-core" ip saddr 10.8.0.0/24 masquerade'
        world.chain(world.second, "nat hook postrouting priority 100", masqueraded)
        words = sys.executable, RELAY, *map(str, ends), "0", "0", str(largest)
        world.start(world.desktop, *words, pass_fds=tuple(ends))
        for one in ends:
            os.close(one)

    return change
