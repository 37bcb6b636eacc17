"""The older tables, as /proc and /sys print them."""

import sys
from pathlib import Path

import pytest

from lineclear.model import Interface, Neighbour, Presence, Route
from lineclear.probe.survey import procfs

if sys.byteorder != "little":
    pytest.skip("the samples come from little-endian machines", allow_module_level=True)

ROUTE = """Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
ve0	00000000	0100090A	0003	0	0	100	00000000	0	0	0
ve0	0000090A	00000000	0001	0	0	0	00FFFFFF	0	0	0
*	000012C6	00000000	0201	0	0	5	0000FEFF	0	0	0
*	007100CB	00000000	0201	0	0	0	00FFFFFF	0	0	0
short	00000000
eth0	zz000000	00000000	0001	0	0	0	00FFFFFF	0	0	0
eth0	-1234567	00000000	0001	0	0	0	00FFFFFF	0	0	0
"""
ROUTE6 = """20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001      ve0
20010db8000900000000000000000000 30 00000000000000000000000000000000 00 00000000000000000000000000000000 00000400 00000001 00000000 00200200       lo
00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003      ve0
00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000003 00000000 80200001       lo
ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001      ve1
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
""".replace("\n", " \n")  # noqa: E501
INET6 = """fe8000000000000000fc00fffe000001 04 40 20 80     eth0
fd000000000000000000000000000002 04 40 00 82     eth0
00000000000000000000000000000001 01 80 10 80       lo
nonsense 04 40 00 82 eth0
"""
ARP = """IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0
192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0
192.0.2.8        0x1         0x6         02:fc:00:00:00:06     *        eth0
"""


def test_routes() -> None:
    assert tuple(procfs.routes4(ROUTE)) == (
        Route(destination="0.0.0.0/0", gateway="10.9.0.1", interface="ve0", metric=100),
        Route(destination="10.9.0.0/24", interface="ve0"),
        Route(destination="198.18.0.0/15", metric=5, kind="unreachable"),
        Route(destination="203.0.113.0/24", kind="unreachable"),
    )


def test_routes_of_ipv6() -> None:
    assert tuple(procfs.routes6(ROUTE6)) == (
        Route(destination="2001:db8::/64", interface="ve0", metric=256),
        Route(destination="2001:db8:9::/48", metric=1024, kind="unreachable"),
        Route(destination="::/0", gateway="2001:db8::1", interface="ve0", metric=1024),
    )


def test_addresses_of_ipv6() -> None:
    assert procfs.inet6_addresses(INET6) == {"eth0": ("fe80::fc:ff:fe00:1/64", "fd00::2/64"), "lo": ("::1/128",)}


def test_neighbours() -> None:
    assert tuple(procfs.neighbours(ARP)) == (
        Neighbour(address="192.0.2.1", interface="eth0", state="stale"),
        Neighbour(address="192.0.2.9", interface="eth0", state="incomplete"),
        Neighbour(address="192.0.2.8", interface="eth0", state="reachable"),
    )


def test_interfaces(tmp_path: Path) -> None:
    settings = {
        "eth0": {"flags": "0x1003\n", "carrier": "1\n", "type": "1\n", "mtu": "1400\n"},
        "lo": {"flags": "0x9\n", "type": "772\n", "mtu": "65536\n"},
        "odd": {"flags": "what\n"},
        "wifi": {"flags": "0x1002\n", "type": "1\n", "wireless/x": ""},
    }
    for name, entries in settings.items():
        for entry, text in entries.items():
            path = tmp_path / "sys/class/net" / name / entry
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    (tmp_path / "proc/net").mkdir(parents=True)
    (tmp_path / "proc/net/if_inet6").write_text(INET6)
    assert procfs.interfaces(str(tmp_path)) == (
        Interface(
            name="eth0",
            up=Presence.YES,
            carrier=Presence.YES,
            addresses=("fe80::fc:ff:fe00:1/64", "fd00::2/64"),
            looks_like="ethernet",
            mtu=1400,
        ),
        Interface(name="lo", up=Presence.YES, addresses=("::1/128",), looks_like="loopback", mtu=65536),
        Interface(name="odd"),
        Interface(name="wifi", up=Presence.NO, looks_like="wireless"),
    )
