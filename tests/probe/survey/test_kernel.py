"""The kernel's tables over netlink: messages as linux/rtnetlink.h describes them, and the tables of this machine."""

import json
import shutil
import socket
import struct
import subprocess
import sys

import pytest

from lineclear.model import Interface, Neighbour, PolicyRule, Presence, Resolver, Route
from lineclear.probe.survey import interfaces, neighbours, netlink, routes

if sys.platform != "linux":
    pytest.skip("netlink is Linux's", allow_module_level=True)


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute with its padding."""
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def number(value: int) -> bytes:
    return struct.pack("=I", value)


def address(text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def message(kind: int, fixed: bytes, *attributes: bytes) -> bytes:
    body = fixed + b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), kind, 2, 1, 0) + body + bytes(-len(body) % 4)


def link(
    index: int, name: str, *, arp: int = 1, flags: int = 0x11043, kind: str = "", carrier: int = 1, master: int = 0
) -> bytes:
    extra = [attribute(18, attribute(1, kind.encode() + b"\0"))] if kind else []
    extra += [attribute(10, number(master))] if master else []
    return message(
        16,
        struct.pack("=BxHiII", 0, arp, index, flags, 0),
        attribute(3, name.encode() + b"\0"),
        attribute(4, number(1500)),
        attribute(33, bytes([carrier])),
        *extra,
    )


def held(index: int, text: str, length: int, *, peer: str = "") -> bytes:
    family = 10 if ":" in text else 2
    extra = [attribute(1, address(peer or text))] + ([attribute(2, address(text))] if family == 2 else [])
    return message(20, struct.pack("=BBBBI", family, length, 0, 0, index), *extra)


def route(
    destination: str,
    *,
    family: int = 2,
    gateway: str = "",
    out: int = 2,
    kind: int = 1,
    table: int = 254,
    flags: int = 0,
    more: tuple[bytes, ...] = (),
) -> bytes:
    place, _, length = destination.partition("/")
    attributes = [attribute(15, number(table)), attribute(4, number(out))]
    attributes += [attribute(1, address(place))] if int(length) else []
    attributes += [attribute(5, address(gateway))] if gateway else []
    fixed = struct.pack(
        "=BBBBBBBBI", family, int(length), 0, 0, min(table, 252 if table > 255 else table), 3, 0, kind, flags
    )
    return message(24, fixed, *attributes, *more)


def rule(
    priority: int,
    *,
    family: int = 2,
    action: int = 1,
    table: int = 254,
    flags: int = 0,
    lengths: tuple[int, int] = (0, 0),
    more: tuple[bytes, ...] = (),
) -> bytes:
    fixed = struct.pack("=BBBBBxxBI", family, lengths[0], lengths[1], 0, min(table, 255), action, flags)
    place = [attribute(6, number(priority))] if priority else []
    return message(32, fixed, attribute(15, number(table)), attribute(14, number(0xFFFFFFFF)), *place, *more)


def neighbour(text: str, index: int, state: int) -> bytes:
    family = 10 if ":" in text else 2
    return message(28, struct.pack("=BxxxiHBB", family, index, state, 0, 1), attribute(1, address(text)))


def routes_of(*messages: bytes) -> tuple[Route, ...]:
    found = netlink.parse(netlink.GET_ROUTES, b"".join(messages))
    return tuple(routes.from_messages(found, {2: "eth0", 3: "tun0"}))


def rules_of(*messages: bytes) -> tuple[PolicyRule, ...]:
    return routes.policy(netlink.parse(netlink.GET_RULES, b"".join(messages)))


def interfaces_of(links: bytes, addresses: bytes = b"", wireless: str = "") -> tuple[Interface, ...]:
    return interfaces.from_messages(
        tuple(netlink.parse(netlink.GET_LINKS, links)),
        netlink.parse(netlink.GET_ADDRESSES, addresses),
        lambda name: name == wireless,
    )


def test_interfaces_and_their_addresses() -> None:
    links = link(1, "lo", arp=772, flags=0x10049) + link(2, "eth0") + link(3, "wlan0", flags=0x1002)
    addresses = held(1, "127.0.0.1", 8) + held(2, "10.0.0.5", 24) + held(2, "2001:db8::5", 64) + held(9, "10.9.9.9", 8)
    assert interfaces_of(links, addresses) == (
        Interface(
            name="lo",
            up=Presence.YES,
            carrier=Presence.YES,
            addresses=("127.0.0.1/8",),
            looks_like="loopback",
            mtu=1500,
        ),
        Interface(
            name="eth0",
            up=Presence.YES,
            carrier=Presence.YES,
            addresses=("10.0.0.5/24", "2001:db8::5/64"),
            looks_like="ethernet",
            mtu=1500,
        ),
        Interface(name="wlan0", up=Presence.NO, looks_like="wireless", mtu=1500),
    )


def test_a_point_to_point_address_is_our_end() -> None:
    (found,) = interfaces_of(link(3, "tun0", arp=65534, kind="tun"), held(3, "10.8.0.6", 32, peer="10.8.0.5"))
    assert found.addresses == ("10.8.0.6/32",)


def test_no_carrier_is_told_only_of_an_interface_that_is_up() -> None:
    up, down = interfaces_of(link(2, "a", flags=0x1003, carrier=0) + link(3, "b", flags=0x1002, carrier=0))
    assert (up.carrier, down.carrier) == (Presence.NO, Presence.UNKNOWN)


def test_hardware_that_the_system_calls_wireless() -> None:
    assert interfaces_of(link(2, "eth1"), wireless="eth1")[0].looks_like == "wireless"
    assert interfaces_of(link(2, "eth1", kind="vlan"), wireless="eth1")[0].looks_like == "ethernet"


def test_routes_and_refusals() -> None:
    assert routes_of(
        route("0.0.0.0/0", gateway="10.0.0.1"),
        route("10.0.0.0/24"),
        route("203.0.113.0/24", kind=8),
        route("198.51.100.0/24", kind=6),
        route("198.18.0.0/15", kind=7, more=(attribute(6, number(5)),)),
        route("192.0.2.0/24", kind=9),
        route("::/0", family=10, gateway="fe80::1", table=51820, out=3),
        route("10.0.0.5/32", kind=2, table=255),
        route("10.0.0.255/32", kind=3, table=255),
        route("ff00::/8", family=10, kind=5, table=255),
        route("2001:db8::1/128", family=10, flags=0x200),
    ) == (
        Route(destination="0.0.0.0/0", gateway="10.0.0.1", interface="eth0"),
        Route(destination="10.0.0.0/24", interface="eth0"),
        Route(destination="203.0.113.0/24", kind="prohibit"),
        Route(destination="198.51.100.0/24", kind="blackhole"),
        Route(destination="198.18.0.0/15", kind="unreachable", metric=5),
        Route(destination="192.0.2.0/24", kind="throw"),
        Route(destination="::/0", gateway="fe80::1", interface="tun0", table="51820"),
    )


def test_a_route_over_several_hops_is_several_routes() -> None:
    hops = b"".join(
        struct.pack("=HBBi", 16, 0, 0, 2) + attribute(5, address(gateway)) for gateway in ("10.0.0.1", "10.0.0.3")
    )
    found = routes_of(route("0.0.0.0/0", more=(attribute(9, hops),)))
    assert [one.gateway for one in found] == ["10.0.0.1", "10.0.0.3"]
    assert routes_of(route("0.0.0.0/0", more=(attribute(9, bytes(16)),))) == ()


def test_an_ipv4_route_can_go_via_ipv6() -> None:
    via = attribute(18, struct.pack("=H", 10) + address("fe80::9"))
    assert routes_of(route("0.0.0.0/0", more=(via,)))[0].gateway == "fe80::9"


ORDINARY = (
    rule(0, table=255),
    rule(32766),
    rule(32767, table=253),
    rule(0, family=10, table=255),
    rule(32766, family=10),
)


def test_the_ordinary_policy_is_not_told() -> None:
    assert rules_of(*ORDINARY) == ()
    assert rules_of(*ORDINARY[:3]) == ()


def test_a_policy_without_the_main_table_is_told() -> None:
    assert [one.action for one in rules_of(*ORDINARY[:1])] == ["lookup local"]


def test_the_rules_of_a_vpn_in_the_words_of_ip_rule() -> None:
    found = rules_of(
        *ORDINARY,
        rule(32764, table=51820, flags=2, more=(attribute(10, number(0xCA6C)), attribute(16, number(0xFFFFFFFF)))),
        rule(32765, more=(attribute(14, number(0)),)),
        rule(100, action=8, lengths=(32, 0), more=(attribute(1, address("203.0.113.9")),)),
        rule(
            101,
            table=7,
            lengths=(0, 24),
            more=(
                attribute(2, address("10.9.0.0")),
                attribute(10, number(1)),
                attribute(16, number(255)),
                attribute(3, b"eth0\0"),
                attribute(17, b"tun0\0"),
                attribute(22, bytes([6])),
                attribute(24, struct.pack("=HH", 4, 5)),
                attribute(23, struct.pack("=HH", 1, 2)),
                attribute(20, struct.pack("=II", 5, 6)),
            ),
        ),
        rule(102, action=2, more=(attribute(4, number(32766)),)),
        rule(103, family=10, action=6),
        rule(104, action=77),
        rule(105, family=128),
    )
    told = {one.priority: one for one in found if one.priority not in (0, 32766, 32767)}
    assert told == {
        32764: PolicyRule(priority=32764, selector="not fwmark 0xca6c", action="lookup 51820"),
        32765: PolicyRule(priority=32765, action="lookup main suppress_prefixlength 0"),
        100: PolicyRule(priority=100, selector="to 203.0.113.9/32", action="prohibit"),
        101: PolicyRule(
            priority=101,
            selector="from 10.9.0.0/24 fwmark 0x1/0xff iif eth0 oif tun0 uidrange 5-6 ipproto 6 sport 1-2 dport 4-5",
            action="lookup 7",
        ),
        102: PolicyRule(priority=102, action="goto 32766"),
        103: PolicyRule(priority=103, version=6, action="blackhole"),
        104: PolicyRule(priority=104, action="action 77"),
    }
    assert [one.priority for one in found] == sorted(one.priority for one in found)


def test_neighbours_of_interest() -> None:
    states = {"10.0.0.1": 0x20, "10.0.0.2": 0x02, "10.0.0.3": 0x08, "10.0.0.4": 0x01, "10.0.0.5": 0x80, "fe80::1": 0x00}
    entries = tuple(
        neighbours.from_messages(
            netlink.parse(
                netlink.GET_NEIGHBOURS, b"".join(neighbour(text, 2, state) for text, state in states.items())
            ),
            {2: "eth0"},
        )
    )
    assert [one.state for one in entries] == ["failed", "reachable", "stale", "incomplete", "reachable", "unknown"]
    ways = [
        Route(destination="0.0.0.0/0", gateway="10.0.0.1", interface="eth0"),
        Route(destination="10.1.0.0/16", gateway="10.0.0.9", interface="eth0"),
        Route(destination="10.2.0.0/16", interface="tun0"),
    ]
    servers = [Resolver(address="10.0.0.2"), Resolver(address="10.0.0.1"), Resolver(address="8.8.8.8")]
    found = neighbours.of_interest(entries, ways, servers, all_known=True)
    assert {(one.address, one.state) for one in found} == {
        ("10.0.0.1", "failed"),
        ("10.0.0.9", "unknown"),
        ("10.0.0.2", "reachable"),
    }
    assert len(found) == 3
    assert neighbours.of_interest((), ways, servers, all_known=False) == ()


def test_an_entry_on_another_link_is_another_machine() -> None:
    entries = (Neighbour(address="fe80::1", interface="eth1", state="reachable"),)
    ways = [Route(destination="::/0", gateway="fe80::1", interface="eth0")]
    assert neighbours.of_interest(entries, ways, (), all_known=True) == (
        Neighbour(address="fe80::1", interface="eth0"),
    )


@pytest.mark.parametrize("cut", [0, 3, 15, 16, 20, 40, 51])
def test_a_cut_datagram_ends_where_it_ends(cut: int) -> None:
    whole = route("0.0.0.0/0", gateway="10.0.0.1")
    assert len(routes_of(whole + whole[:cut])) == 1


def test_odd_names_are_made_fit_to_show() -> None:
    assert netlink.text(b"e\x1b[2J\xff\0rest") == "e?[2J\ufffd"
    assert netlink.text(None) == ""


def test_a_table_nobody_answers_for_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netlink, "_AF_NETLINK", 9999)
    told = netlink.dump(netlink.GET_ROUTES)
    assert told.messages == ()
    assert told.trouble.startswith("netlink: ")


class Scripted:
    """A socket that answers what the kernel might."""

    def __init__(self, *datagrams: bytes) -> None:
        self.datagrams = list(datagrams)

    def recv(self, size: int) -> bytes:
        del size
        return self.datagrams.pop(0)


def test_a_refused_dump_is_trouble() -> None:
    refused = message(2, struct.pack("=i", -95))
    assert netlink._receive(Scripted(refused)) == ([refused], "netlink: error 95")  # type: ignore[arg-type]
    assert netlink._receive(Scripted(message(2, b"")))[1] == "netlink: error 0"  # type: ignore[arg-type]


def test_an_endless_dump_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netlink, "_MOST", 100)
    pieces, trouble = netlink._receive(Scripted(*[route("10.0.0.0/8")] * 9))  # type: ignore[arg-type]
    assert len(pieces) < 9
    assert "only the first 100 bytes" in trouble


def from_ip(*arguments: str) -> list[dict[str, object]]:
    program = shutil.which("ip")
    if program is None:
        pytest.skip("no ip program to compare with")
    answer = subprocess.run([program, "-j", *arguments], capture_output=True, check=True, timeout=5)
    return json.loads(answer.stdout or b"[]")  # type: ignore[no-any-return]


def test_this_machine_as_the_ip_program_sees_it() -> None:
    links = netlink.dump(netlink.GET_LINKS)
    found = interfaces.from_messages(links.messages, netlink.dump(netlink.GET_ADDRESSES).messages, lambda _: False)
    theirs = from_ip("address")
    assert [one.name for one in found] == [one["ifname"] for one in theirs]
    assert [one.mtu for one in found] == [one["mtu"] for one in theirs]
    told = tuple(routes.from_messages(netlink.dump(netlink.GET_ROUTES).messages, interfaces.names(links.messages)))
    ours = {one.gateway for one in told if one.is_default and not one.table}
    assert ours == {
        one.get("gateway", "") for one in (*from_ip("route"), *from_ip("-6", "route")) if one["dst"] == "default"
    }
