"""Network interfaces: from the kernel's messages, and what a name and a kind tell of one.

`vpn` is a look, not a proof: whether a target's packets really go there is for `SourceAddress` to say.
"""

from collections.abc import Callable, Iterable

from lineclear.model import Interface, Presence

from . import netlink
from .netlink import Message

MOST = 256
"""Interfaces kept. A container host has one per container; the rest tells nothing new."""

_NAME, _MTU, _MASTER, _INFO, _CARRIER = 3, 4, 10, 18, 33  # IFLA_*
_INFO_KIND = 1
_ADDRESS, _LOCAL = 1, 2  # IFA_*
_UP = 0x1
_ETHER, _PPP, _LOOPBACK, _NONE = 1, 512, 772, 65534  # ARPHRD_*

_VPN_KINDS = frozenset({"tun", "wireguard", "ovpn", "ppp", "xfrm", "vti", "vti6", "ipsec", "amneziawg"})
_BRIDGE_KINDS = frozenset({"bridge", "vxlan", "openvswitch", "geneve", "vrf"})
_PLAIN_KINDS = frozenset({"dummy", "ifb", "nlmon"})
_BY_START = (
    *((start, "wireless") for start in ("wl", "ath", "wi-fi", "wifi", "wlan")),
    *(
        (start, "bridge")
        for start in ("br-", "docker", "virbr", "veth", "cni", "vmnet", "vnet", "lxc", "cali", "vethernet")
    ),
    *((start, "bridge") for start in ("flannel", "podman", "bridge", "vboxnet", "hyper-v")),
    *(
        (start, "vpn")
        for start in ("tun", "tap", "wg", "utun", "ppp", "ipsec", "tailscale", "cloudflarewarp", "nordlynx")
    ),
    *(
        (start, "vpn")
        for start in ("cscotun", "gpd", "proton", "zt", "zerotier", "nebula", "wt0", "vpn", "feth", "amn")
    ),
)
_WITHIN = (
    "vpn",
    "wireguard",
    "wintun",
    "tap-windows",
    "anyconnect",
    "cisco secure",
    "pangp",
    "fortinet",
    "forti",
    "zscaler",
)
_ETHERNET_STARTS = ("eth", "en", "em", "local area connection", "bond", "team", "vlan")


def looks_like(name: str, *, kind: str = "", arp_type: int | None = None, enslaved: bool = False) -> str:
    """What an interface seems to be, by the kernel's kind and type where known, else by its name.

    Args:
        name: as the system shows it.
        kind: `IFLA_INFO_KIND`, such as `wireguard`; empty for hardware.
        arp_type: `ARPHRD_*`, or None where it is not known.
        enslaved: it is a port of a bridge or bond. A tap device there belongs to a virtual machine.
    """
    if arp_type == _LOOPBACK:
        return "loopback"
    if kind in _BRIDGE_KINDS or (enslaved and kind in ("tun", "veth")):
        return "bridge"
    if kind in _VPN_KINDS or arp_type == _PPP:
        return "vpn"
    if kind in _PLAIN_KINDS:
        return "other"
    named = _by_name(name.casefold())
    if named == "other" and arp_type == _ETHER:
        return "ethernet"
    return named


def _by_name(name: str) -> str:
    if name.startswith("loopback") or name.rstrip("0123456789") == "lo":
        return "loopback"
    if any(word in name for word in _WITHIN):
        return "vpn"
    if name.startswith(_ETHERNET_STARTS):
        return "ethernet"
    return next((look for start, look in _BY_START if name.startswith(start)), "other")


def left_out(found: int) -> str:
    """The note when more interfaces were found than are kept."""
    return f"{found} found, {MOST} kept" if found > MOST else ""


def names(links: Iterable[Message]) -> dict[int, str]:
    """Interface names by index."""
    return {fixed[2]: netlink.text(found.get(_NAME)) for fixed, found in links}


def from_messages(
    links: Iterable[Message], addresses: Iterable[Message], is_wireless: Callable[[str], bool]
) -> tuple[Interface, ...]:
    """The interfaces of a links dump with the addresses of an addresses dump."""
    held: dict[int, list[str]] = {}
    for fixed, found in addresses:
        text = netlink.address(found.get(_LOCAL) or found.get(_ADDRESS))
        if text:
            held.setdefault(fixed[4], []).append(f"{text}/{fixed[1]}")
    return tuple(_interface(fixed, found, held.get(fixed[2], []), is_wireless) for fixed, found in links)


def _interface(
    fixed: tuple[int, ...], found: dict[int, bytes], addresses: list[str], is_wireless: Callable[[str], bool]
) -> Interface:
    _, arp_type, _, flags, _ = fixed
    name = netlink.text(found.get(_NAME))
    kind = netlink.text(netlink.attributes(found.get(_INFO, b"")).get(_INFO_KIND))
    look = looks_like(name, kind=kind, arp_type=arp_type, enslaved=_MASTER in found)
    up = bool(flags & _UP)
    return Interface(
        name=name,
        up=Presence.YES if up else Presence.NO,
        carrier=_carrier(found.get(_CARRIER)) if up else Presence.UNKNOWN,
        addresses=tuple(addresses),
        looks_like="wireless" if look == "ethernet" and not kind and is_wireless(name) else look,
        mtu=netlink.number(found.get(_MTU)),
    )


def _carrier(value: bytes | None) -> Presence:
    """The kernel keeps a stale answer for an interface that is down; this is asked only of one that is up."""
    if value is None:
        return Presence.UNKNOWN
    return Presence.YES if netlink.number(value) else Presence.NO
