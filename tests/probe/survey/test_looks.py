"""What an interface's name and kind say, which routes are kept, and whether a family can be used."""

import pytest

from lineclear.model import Interface, Presence, Route
from lineclear.probe.survey import interfaces, routes


@pytest.mark.parametrize(
    ("name", "kind", "arp", "enslaved", "look"),
    [
        ("eth0", "", 1, False, "ethernet"),
        ("enp0s31f6", "", 1, False, "ethernet"),
        ("lan", "", 1, False, "ethernet"),
        ("eth0", "veth", 1, False, "ethernet"),
        ("veth12ab", "veth", 1, True, "bridge"),
        ("docker0", "bridge", 1, False, "bridge"),
        ("br-0af1", "bridge", 1, False, "bridge"),
        ("tun0", "tun", 65534, False, "vpn"),
        ("tap0", "tun", 1, False, "vpn"),
        ("vnet3", "tun", 1, True, "bridge"),
        ("office", "wireguard", 65534, False, "vpn"),
        ("ppp0", "", 512, False, "vpn"),
        ("CloudflareWARP", "tun", 65534, False, "vpn"),
        ("tailscale0", "tun", 65534, False, "vpn"),
        ("cscotun0", "", 65534, False, "vpn"),
        ("gpd0", "", 65534, False, "vpn"),
        ("dummy0", "dummy", 1, False, "other"),
        ("sit0", "sit", 776, False, "other"),
        ("wlp3s0", "", 1, False, "wireless"),
        ("utun4", "", None, False, "vpn"),
        ("en0", "", None, False, "ethernet"),
        ("lo0", "", None, False, "loopback"),
        ("Loopback Pseudo-Interface 1", "", None, False, "loopback"),
        ("Local Area Connection* 2", "", None, False, "ethernet"),
        ("Ethernet 2", "", None, False, "ethernet"),
        ("Wi-Fi", "", None, False, "wireless"),
        ("vEthernet (WSL)", "", None, False, "bridge"),
        ("OpenVPN Wintun", "", None, False, "vpn"),
        ("ProtonVPN TUN", "", None, False, "vpn"),
        ("NordLynx", "", None, False, "vpn"),
        ("PANGP Virtual Ethernet Adapter", "", None, False, "vpn"),
        ("awdl0", "", None, False, "other"),
        ("lowpan9x", "", None, False, "other"),
    ],
)
def test_looks(name: str, kind: str, arp: int | None, enslaved: bool, look: str) -> None:
    assert interfaces.looks_like(name, kind=kind, arp_type=arp, enslaved=enslaved) == look


def test_what_is_kept_begins_with_what_matters() -> None:
    many = [Route(destination=f"10.{one >> 8}.{one & 255}.0/24") for one in range(1000)]
    kept, note = routes.worth_keeping(
        [*many, Route(destination="10.0.0.0/8", kind="blackhole"), Route(destination="::/0")]
    )
    assert [one.destination for one in kept[:3]] == ["::/0", "10.0.0.0/8", "10.0.0.0/24"]
    assert (len(kept), note) == (256, "1002 in the tables, 256 kept")
    assert routes.worth_keeping(many[:5]) == (tuple(many[:5]), "")


HOME = Interface(name="eth0", up=Presence.YES, addresses=("10.0.0.5/24", "fe80::1/64"))
WIDE = Interface(name="eth0", up=Presence.YES, addresses=("10.0.0.5/24", "2001:db8::5/64"))
DOWN = Interface(name="eth0", up=Presence.NO, addresses=("10.0.0.5/24",))
SELF = Interface(name="lo", up=Presence.YES, addresses=("127.0.0.1/8", "169.254.1.1/16", "::1/128", "::1"))
DEFAULT = Route(destination="0.0.0.0/0", gateway="10.0.0.1")


@pytest.mark.parametrize(
    ("version", "interface", "ways", "all_known", "expected"),
    [
        (4, HOME, [DEFAULT], True, Presence.YES),
        (4, HOME, [DEFAULT], False, Presence.YES),
        (4, HOME, [], True, Presence.NO),
        (4, HOME, [], False, Presence.UNKNOWN),
        (4, DOWN, [DEFAULT], True, Presence.NO),
        (4, SELF, [DEFAULT], True, Presence.NO),
        (4, HOME, [Route(destination="0.0.0.0/0", kind="blackhole")], True, Presence.NO),
        (4, HOME, [Route(destination="0.0.0.0/1"), Route(destination="128.0.0.0/1")], True, Presence.YES),
        (4, HOME, [Route(destination="0.0.0.0/1")], True, Presence.NO),
        (6, HOME, [Route(destination="::/0")], True, Presence.NO),
        (6, WIDE, [Route(destination="::/0")], True, Presence.YES),
        (6, WIDE, [Route(destination="2000::/3")], True, Presence.YES),
        (6, WIDE, [DEFAULT], True, Presence.NO),
        (6, SELF, [Route(destination="::/0")], True, Presence.NO),
    ],
)
def test_whether_a_family_can_be_used(
    version: int, interface: Interface, ways: list[Route], all_known: bool, expected: Presence
) -> None:
    assert routes.presence(version, [interface], ways, all_known) is expected
