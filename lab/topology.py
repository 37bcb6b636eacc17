r"""The cables and routes of every scenario, IPv4 and IPv6 side by side.

    desktop -- office -- provider -- core == delay == internet
                    \-- second ---/

IPv4 leaves the office translated to the uplink's own address; for IPv6 the provider has delegated a prefix.
"""

import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bench.world import Place

from lab.addresses import (
    CORE_HOP,
    CORE_HOP6,
    DESKTOP,
    DESKTOP6,
    OFFICE,
    OFFICE6,
    OFFICE_PREFIX6,
    PROVIDER_HOP,
    PROVIDER_HOP6,
    RESOLVER,
    RESOLVER6,
    SECOND_HOP6,
)

_NOBODYS_PORT = 9
_Own = tuple[str, ...]
"""Addresses of one end, with the length of their network."""
PLACES = ("desktop", "office", "provider", "second", "core", "internet")
_LINKS = (
    ("desktop", (f"{DESKTOP}/24", f"{DESKTOP6}/64"), "office", (f"{OFFICE}/24", f"{OFFICE6}/64")),
    ("office", ("100.64.1.2/24", "2001:db8:1::2/64"), "provider", (f"{PROVIDER_HOP}/24", f"{PROVIDER_HOP6}/64")),
    ("office", ("100.64.9.2/24", "2001:db8:9::2/64"), "second", ("100.64.9.1/24", f"{SECOND_HOP6}/64")),
    ("provider", ("100.64.2.2/24", "2001:db8:2::2/64"), "core", (f"{CORE_HOP}/24", f"{CORE_HOP6}/64")),
    ("second", ("100.64.10.2/24", "2001:db8:10::2/64"), "core", ("100.64.10.1/24", "2001:db8:10::1/64")),
)
_ROUTES = {
    "desktop": (f"route add default via {OFFICE}", f"route add ::/0 via {OFFICE6}"),
    "office": (f"route add default via {PROVIDER_HOP}", f"route add ::/0 via {PROVIDER_HOP6}"),
    "provider": (
        f"addr add {RESOLVER}/32 dev lo",
        f"addr add {RESOLVER6}/128 dev lo nodad",
        f"route add default via {CORE_HOP}",
        f"route add ::/0 via {CORE_HOP6}",
        f"route add {OFFICE_PREFIX6} via 2001:db8:1::2",
    ),
    "second": (
        "route add default via 100.64.10.1",
        "route add ::/0 via 2001:db8:10::1",
        f"route add {OFFICE_PREFIX6} via 2001:db8:9::2",
    ),
    "core": (
        "route add 100.64.1.0/24 via 100.64.2.2",
        "route add 2001:db8:1::/64 via 2001:db8:2::2",
        "route add 100.64.9.0/24 via 100.64.10.2",
        "route add 2001:db8:9::/64 via 2001:db8:10::2",
        f"route add {OFFICE_PREFIX6} via 2001:db8:2::2",
        f"route add {RESOLVER}/32 via 100.64.2.2",
        f"route add {RESOLVER6}/128 via 2001:db8:2::2",
        "route add unreachable default metric 900",
        "route add unreachable ::/0 metric 900",
    ),
}


def lay(places: Mapping[str, Place]) -> None:
    """Tune every place, then connect them."""
    for name, place in places.items():
        _tune(place, is_router=name != "desktop")
    for left, left_addresses, right, right_addresses in _LINKS:
        _link(places, left, left_addresses, right, right_addresses)
    for name, lines in _ROUTES.items():
        places[name].ip(*lines)
    _introduce(places)


def _introduce(places: Mapping[str, Place]) -> None:
    """Have every two neighbours learn each other's IPv6 address, as they have in a network not made a moment ago.

    The first question on a new link is often lost, and asked again only after a second (RFC 4861, RETRANS_TIMER).
    """
    for left, left_own, right, right_own in _LINKS:
        for place, addresses in ((left, right_own), (right, left_own)):
            with places[place].inside(), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as hail:
                for one in addresses:
                    if ":" in one:
                        hail.sendto(b"", (one.partition("/")[0], _NOBODYS_PORT))


def set_key(place: Place, key: str, value: str) -> None:
    """A kernel setting of a place, such as `net/ipv4/ip_forward`."""
    with place.inside():
        Path("/proc/sys", key).write_text(value)


def _tune(place: Place, *, is_router: bool) -> None:
    """As usual machines are: routers limit their own ICMP errors, users may ping."""
    forwards = str(int(is_router))
    settings = {
        "net/ipv4/icmp_ratelimit": "1000",
        "net/ipv4/ping_group_range": "0 2147483647",
        "net/ipv4/ip_forward": forwards,
        "net/ipv6/conf/all/forwarding": forwards,
        "net/ipv6/conf/default/accept_dad": "0",
        "net/ipv6/conf/all/accept_ra": "0",
    }
    for part in ("all", "default"):
        settings[f"net/ipv4/conf/{part}/rp_filter"] = "0"
    for key, value in settings.items():
        set_key(place, key, value)


def _link(places: Mapping[str, Place], left: str, left_own: _Own, right: str, right_own: _Own) -> None:
    subprocess.run(
        ["ip", "link", "add", f"to-{right}", "netns", left, "type", "veth", "peer", f"to-{left}", "netns", right],
        check=True,
    )
    for place, other, addresses in ((left, right, left_own), (right, left, right_own)):
        own = [f"addr add {one} dev to-{other}{' nodad' if ':' in one else ''}" for one in addresses]
        places[place].ip(*own, f"link set to-{other} up")
