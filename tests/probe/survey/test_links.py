"""Interfaces by psutil, in the shapes the three systems give them."""

import socket
from typing import NamedTuple

import psutil

from lineclear.model import Interface, Presence
from lineclear.probe.survey import netlink
from lineclear.probe.survey.interfaces import from_messages
from lineclear.probe.survey.links import from_psutil, interfaces


class Address(NamedTuple):
    """As `psutil._common.snicaddr`."""

    family: int
    address: str
    netmask: str | None = None


class State(NamedTuple):
    """As `psutil._common.snicstats`."""

    isup: bool
    mtu: int = 1500
    flags: str = ""


INET, INET6 = int(socket.AF_INET), int(socket.AF_INET6)


def test_a_mac() -> None:
    addresses = {
        "lo0": [
            Address(INET, "127.0.0.1", "255.0.0.0"),
            Address(INET6, "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ],
        "en0": [
            Address(18, "a4:5e:60:00:00:01"),
            Address(INET, "192.168.1.20", "255.255.255.0"),
            Address(INET6, "fe80::1c%en0", "ffff:ffff:ffff:ffff::"),
        ],
        "utun0": [Address(INET6, "fe80::2%utun0", "ffff:ffff:ffff:ffff::")],
        "utun4": [Address(INET, "10.8.0.6", "255.255.255.255")],
        "gone": [],
    }
    states = {
        "lo0": State(isup=True, flags="up,loopback,running,multicast", mtu=16384),
        "en0": State(isup=True, flags="up,broadcast,running"),
        "en1": State(isup=False, flags="up,broadcast"),
        "utun0": State(isup=True, flags="up,pointopoint,running"),
        "utun4": State(isup=True, flags="up,pointopoint,running"),
    }
    told = {one.name: one for one in from_psutil(addresses, states)}
    assert told["en0"] == Interface(
        name="en0",
        up=Presence.YES,
        carrier=Presence.YES,
        addresses=("192.168.1.20/24", "fe80::1c/64"),
        looks_like="ethernet",
        mtu=1500,
    )
    assert (told["en1"].up, told["en1"].carrier) == (Presence.YES, Presence.NO)
    assert {name: one.looks_like for name, one in told.items()} == {
        "lo0": "loopback",
        "en0": "ethernet",
        "en1": "ethernet",
        "utun0": "other",
        "utun4": "vpn",
        "gone": "other",
    }
    assert told["gone"].up is Presence.UNKNOWN


def test_a_windows() -> None:
    addresses = {"Wi-Fi": [Address(INET, "192.168.1.20", "255.255.255.0"), Address(INET6, "2001:db8::5", None)]}
    up, down = from_psutil(addresses, {"Wi-Fi": State(isup=True), "Ethernet": State(isup=False)})
    assert (up.up, up.carrier, up.addresses) == (Presence.YES, Presence.YES, ("192.168.1.20/24", "2001:db8::5"))
    assert (down.up, down.carrier) == (Presence.NO, Presence.UNKNOWN)


def test_a_mask_that_is_none_leaves_the_address() -> None:
    (found,) = from_psutil({"x": [Address(INET, "10.0.0.1", "rubbish")]}, {})
    assert found.addresses == ("10.0.0.1",)


def test_this_machine_both_ways() -> None:
    links, addresses = netlink.dump(netlink.GET_LINKS), netlink.dump(netlink.GET_ADDRESSES)
    if not links.messages:
        assert interfaces()
        return
    kernel = from_messages(links.messages, addresses.messages, lambda _: False)
    assert {one.name: set(one.addresses) for one in interfaces()} == {one.name: set(one.addresses) for one in kernel}
    assert psutil.net_if_stats().keys() == {one.name for one in kernel}
