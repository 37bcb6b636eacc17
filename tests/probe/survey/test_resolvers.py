"""resolv.conf as glibc reads it, and the servers behind a stub."""

from collections.abc import Callable, Mapping

import pytest

from lineclear.probe.survey.reading import Reading
from lineclear.probe.survey.resolvers import is_address, is_name, parse_resolv_conf, resolving

DHCLIENT = "domain office.example\nsearch office.example example.com\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n"
STUB = """# This is /run/systemd/resolve/stub-resolv.conf managed by man:systemd-resolved(8).
nameserver 127.0.0.53
options edns0 trust-ad
search lan
"""
UPSTREAM = "nameserver 192.168.1.1\nnameserver fe80::1%3\nsearch lan\n"


def files(table: Mapping[str, str]) -> Callable[[str], Reading]:
    return lambda path: Reading(text=table[path]) if path in table else Reading(exists=False)


@pytest.mark.parametrize(
    ("text", "servers", "search", "options"),
    [
        (DHCLIENT, ["10.0.0.1", "10.0.0.2"], ["office.example", "example.com"], []),
        (STUB, ["127.0.0.53"], ["lan"], ["edns0", "trust-ad"]),
        ("nameserver 2001:db8::53\r\noptions ndots:5 timeout:1\r\n", ["2001:db8::53"], [], ["ndots:5", "timeout:1"]),
        ("nameserver fe80::1%eth0 # the router\nnameserver 10.0.0.1;x\n", ["fe80::1%eth0", "10.0.0.1"], [], []),
        ("search a b\nsearch c\n", [], ["c"], []),
        ("domain a b\n", [], ["a"], []),
        ("; comment\n nameserver 10.0.0.1\nNAMESERVER 10.0.0.2\nnameserver\n", [], [], []),
        ("nameserver dns.example\nnameserver 10.0.0.256\nnameserver 10.1\n", [], [], []),
        ("nameserver 10.0.0.1\nnameserver 10.0.0.1\n", ["10.0.0.1"], [], []),
        ("search bad\x1b[2Jname ok.example\noptions \x07bell ndots:2\n", [], ["ok.example"], ["ndots:2"]),
        ("", [], [], []),
    ],
)
def test_lines(text: str, servers: list[str], search: list[str], options: list[str]) -> None:
    told = parse_resolv_conf(text, "here")
    assert [one.address for one in told.resolvers] == servers
    assert list(told.search_domains) == search
    assert list(told.options) == options
    assert not told.not_measured
    assert all(one.source == "here" and one.port == 53 for one in told.resolvers)


def test_the_system_uses_three_servers_and_so_do_we() -> None:
    told = parse_resolv_conf("".join(f"nameserver 10.0.0.{one}\n" for one in range(1, 6)), "/etc/resolv.conf")
    assert [one.address for one in told.resolvers] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert told.not_measured == ("resolvers: 2 more in /etc/resolv.conf, which the system ignores",)


def test_the_servers_behind_systemd_resolved_are_listed_too() -> None:
    told = resolving(files({"/etc/resolv.conf": STUB, "/run/systemd/resolve/resolv.conf": UPSTREAM}))
    assert [(one.address, one.source) for one in told.resolvers] == [
        ("127.0.0.53", "/etc/resolv.conf"),
        ("192.168.1.1", "/run/systemd/resolve/resolv.conf"),
        ("fe80::1%3", "/run/systemd/resolve/resolv.conf"),
    ]


def test_nsswitch_can_ask_resolved_past_resolv_conf() -> None:
    table = {"/etc/resolv.conf": DHCLIENT, "/run/systemd/resolve/resolv.conf": UPSTREAM}
    assert len(resolving(files(table)).resolvers) == 2
    table["/etc/nsswitch.conf"] = "passwd: files\nhosts: files resolve [!UNAVAIL=return] dns # as installed\n"
    assert len(resolving(files(table)).resolvers) == 4


def test_a_dnsmasq_of_networkmanager_has_its_servers_elsewhere() -> None:
    table = {
        "/etc/resolv.conf": "nameserver 127.0.0.1\n",
        "/run/NetworkManager/no-stub-resolv.conf": "nameserver 10.0.0.9\n",
    }
    assert [one.address for one in resolving(files(table)).resolvers] == ["127.0.0.1", "10.0.0.9"]


def test_no_file_is_no_resolver_but_an_unreadable_one_is_not_measured() -> None:
    assert resolving(files({})).not_measured == ()
    told = resolving(lambda path: Reading(trouble=f"{path}: permission denied"))
    assert told.not_measured == ("resolvers: /etc/resolv.conf: permission denied",)


@pytest.mark.parametrize("text", ["10.0.0.1", "::1", "fe80::1%eth0", "2001:db8::1"])
def test_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "10.1", "example.com", "1.2.3.4.5", "1.2.3.4\n", "::1\x1b", "٣.1.1.1", "1.2.3.4\0"]
)
def test_not_addresses(text: str) -> None:
    assert not is_address(text)


def test_names_may_hold_underscores_and_nothing_odd() -> None:
    assert is_name("ndc1_hb1.ibllc.com")
    assert not is_name("")
    assert not is_name("a" * 254)
    assert not is_name("user:password")
