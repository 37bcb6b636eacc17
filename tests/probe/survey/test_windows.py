"""Windows: values of the registry, and `route print` in any language."""

import struct
import sys
from types import SimpleNamespace
from typing import Self

import pytest

from lineclear.model import AutoConfig, Interface, Presence, Proxy, ProxyScheme, Route, to_json
from lineclear.probe.survey import registry, windows
from lineclear.probe.survey.windows import (
    parse_dhcp_options,
    parse_internet_settings,
    parse_resolvers,
    parse_route_print,
    parse_winhttp,
)

ROUTE_PRINT = """===========================================================================
Interface List
 15...a4 5e 60 00 00 01 ......Intel(R) Wi-Fi 6 AX201 160MHz
  1...........................Software Loopback Interface 1
===========================================================================

IPv4 Route Table
===========================================================================
Active Routes:
Network Destination        Netmask          Gateway       Interface  Metric
          0.0.0.0          0.0.0.0      192.168.1.1     192.168.1.20     35
        127.0.0.0        255.0.0.0         On-link         127.0.0.1    331
      192.168.1.0    255.255.255.0         On-link      192.168.1.20    291
     192.168.1.20  255.255.255.255         On-link      192.168.1.20    291
         10.0.0.0        255.0.0.0  Auf Verbindung          10.8.0.6      5
        224.0.0.0        240.0.0.0         On-link         127.0.0.1    331
===========================================================================
Persistent Routes:
  Network Address          Netmask  Gateway Address  Metric
          0.0.0.0          0.0.0.0      192.168.1.9  Default
===========================================================================

IPv6 Route Table
===========================================================================
Active Routes:
 If Metric Network Destination      Gateway
 15    291 ::/0                     fe80::1
  1    331 ::1/128                  On-link
 15    291 2001:db8:1234:5678::/64  On-link
 15     99 2001:db8:aaaa:bbbb:cccc::/80
                                    2001:db8::1
 15    291 fe80::abcd/128           On-link
  1    331 ff00::/8                 On-link
===========================================================================
Persistent Routes:
  None
"""
ADAPTERS: dict[str, dict[str, object]] = {
    "a": {"NameServer": "", "DhcpNameServer": "192.168.1.1 192.168.1.2", "DhcpDomain": "lan"},
    "b": {"NameServer": "10.1.1.1,10.1.1.2", "DhcpNameServer": "10.9.9.9", "Domain": "corp.example"},
    "c": {"DhcpNameServer": "nonsense"},
    "d": {"NameServer": 7},
}


def test_routes_whatever_the_language() -> None:
    held = [
        Interface(name="Wi-Fi", addresses=("192.168.1.20/24",)),
        Interface(name="Office VPN", addresses=("10.8.0.6/24",)),
    ]
    assert tuple(parse_route_print(ROUTE_PRINT, held)) == (
        Route(destination="0.0.0.0/0", gateway="192.168.1.1", interface="Wi-Fi", metric=35),
        Route(destination="192.168.1.0/24", interface="Wi-Fi", metric=291),
        Route(destination="10.0.0.0/8", interface="Office VPN", metric=5),
        Route(destination="::/0", gateway="fe80::1", metric=291),
        Route(destination="2001:db8:1234:5678::/64", metric=291),
        Route(destination="2001:db8:aaaa:bbbb:cccc::/80", gateway="2001:db8::1", metric=99),
    )


@pytest.mark.parametrize(
    ("connected", "servers"),
    [
        (None, ["192.168.1.1", "192.168.1.2", "10.1.1.1", "10.1.1.2"]),
        (["b"], ["10.1.1.1", "10.1.1.2"]),
        ([], []),
    ],
)
def test_resolvers_of_connected_adapters(connected: list[str] | None, servers: list[str]) -> None:
    assert [one.address for one in parse_resolvers(ADAPTERS, connected).resolvers] == servers


def test_search_domains() -> None:
    assert parse_resolvers(ADAPTERS, None).search_domains == ("lan", "corp.example")


def test_one_proxy_for_all() -> None:
    told = parse_internet_settings(
        {"ProxyEnable": 1, "ProxyServer": "proxy.example:8080", "ProxyOverride": "*.lan;192.168.*;<local>"}, b""
    )
    assert told.proxies == (
        Proxy(
            scheme=ProxyScheme.HTTP,
            host="proxy.example",
            port=8080,
            applies_to=("http", "https"),
            bypass=("*.lan", "192.168.*", "<local>"),
            bypass_below=False,
            source="Windows settings",
        ),
    )


def test_a_proxy_for_each_scheme() -> None:
    told = parse_internet_settings(
        {"ProxyEnable": 1, "ProxyServer": "http=p:1;https=http://p:2;ftp=p:3;socks=s:4;http=?"}, b""
    )
    assert [(one.authority, one.applies_to) for one in told.proxies] == [
        ("http://p:1", ("http",)),
        ("http://p:2", ("https",)),
        ("socks4://s:4", ("all",)),
    ]
    assert len(told.not_measured) == 1


def test_credentials_there_make_the_whole_unreadable() -> None:
    told = parse_internet_settings({"ProxyEnable": 1, "ProxyServer": "http=p:1;https=bob:S3;cret@p:2"}, b"")
    assert (told.proxies, len(told.not_measured)) == ((), 1)
    assert b"S3" not in to_json(told)


def test_a_proxy_that_is_switched_off_is_none() -> None:
    told = parse_internet_settings({"ProxyEnable": 0, "ProxyServer": "p:1;http=?"}, b"")
    assert (told.proxies, told.not_measured) == ((), ())


@pytest.mark.parametrize(
    ("url", "flags", "urls"),
    [
        ("http://wpad.example/p.pac", 0x05, ["http://wpad.example/p.pac"]),
        ("http://wpad.example/p.pac", 0x0D, ["http://wpad.example/p.pac", ""]),
        ("", 0x09, [""]),
        ("", 0x01, []),
    ],
)
def test_auto_configuration(url: str, flags: int, urls: list[str]) -> None:
    connection = struct.pack("<III", 0x46, 3, flags)
    told = parse_internet_settings({"AutoConfigURL": url}, connection)
    assert [one.url for one in told.auto_configs] == urls


def test_an_auto_configuration_that_names_nothing_is_told() -> None:
    assert len(parse_internet_settings({"AutoConfigURL": "S3cret"}, b"").not_measured) == 1


def counted(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def dhcp_option(code: int, data: bytes, vendor: int = 0) -> bytes:
    """One entry of `DhcpInterfaceOptions`."""
    return struct.pack("<IIIII", code, 0, len(data), vendor, 0x5745EC93) + data + bytes(-len(data) % 4)


URL = b"http://wpad.office.example/wpad.dat"


@pytest.mark.parametrize(
    ("blob", "url"),
    [
        (
            dhcp_option(15, b"office.example") + dhcp_option(252, URL + bytes(1)) + dhcp_option(6, bytes(4)),
            URL.decode(),
        ),
        (dhcp_option(252, URL, vendor=1), None),
        (dhcp_option(252, b""), None),
        (dhcp_option(252, b"no address"), None),
        (dhcp_option(15, b""), None),
        (dhcp_option(252, URL)[:16], None),
        (struct.pack("<IIIII", 15, 0, 2**32 - 1, 0, 0) + dhcp_option(252, URL), None),
        (b"", None),
    ],
)
def test_what_dhcp_told_an_adapter(blob: bytes, url: str | None) -> None:
    found = parse_dhcp_options(blob)
    assert (found and found.url) == url
    assert found is None or found.source == "DHCP option 252"


def test_the_proxy_of_services() -> None:
    blob = struct.pack("<III", 0x28, 0, 3) + counted(b"proxy.example:8080") + counted(b"<local>;*.lan")
    (proxy,) = parse_winhttp(blob).proxies
    assert (proxy.authority, proxy.bypass, proxy.source) == (
        "http://proxy.example:8080",
        ("<local>", "*.lan"),
        "WinHTTP settings",
    )
    assert parse_winhttp(struct.pack("<III", 0x28, 0, 1)).proxies == ()
    assert parse_winhttp(b"").proxies == ()
    assert parse_winhttp(blob[:20]).proxies == ()


class Registry:
    """Keys and their values, as a machine might have them."""

    interfaces = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces"
    connections = r"SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318}"
    internet = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"

    def __init__(self) -> None:
        self.keys: dict[tuple[str, str], dict[str, object]] = {
            ("machine", rf"{self.interfaces}\{{A}}"): {"DhcpNameServer": "192.168.1.1"},
            ("machine", rf"{self.interfaces}\{{B}}"): {"NameServer": "10.9.9.9"},
            ("machine", rf"{self.connections}\{{A}}\Connection"): {"Name": "Wi-Fi"},
            ("machine", rf"{self.connections}\{{B}}\Connection"): {"Name": "Ethernet"},
            ("user", self.internet): {"ProxyEnable": 1, "ProxyServer": "p:1"},
            ("user", rf"{self.internet}\Connections"): {"DefaultConnectionSettings": struct.pack("<III", 70, 3, 9)},
        }

    def values(self, hive: str, path: str) -> dict[str, object]:
        return self.keys.get((hive, path), {})

    def below(self, hive: str, path: str) -> tuple[str, ...]:
        starts = (
            key.removeprefix(f"{path}\\") for kind, key in self.keys if kind == hive and key.startswith(f"{path}\\")
        )
        return tuple(dict.fromkeys(one.partition("\\")[0] for one in starts))


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Registry:
    fake = Registry()
    monkeypatch.setattr(registry, "values", fake.values)
    monkeypatch.setattr(registry, "below", fake.below)
    held = (Interface(name="Wi-Fi", up=Presence.YES), Interface(name="Ethernet", up=Presence.NO))
    monkeypatch.setattr("lineclear.probe.survey.links.interfaces", lambda: held)
    return fake


def test_the_registry_of_a_laptop(keys: Registry) -> None:
    assert [one.address for one in windows.READERS.resolving("/", ()).resolvers] == ["192.168.1.1"]
    told = windows.READERS.settings("/", {})
    assert [one.authority for one in told.proxies] == ["http://p:1"]
    assert told.auto_configs == (AutoConfig(url="", source="Windows settings"),)
    del keys.keys["machine", rf"{keys.connections}\{{A}}\Connection"]
    assert len(windows.READERS.resolving("/", ()).resolvers) == 2


def test_what_dhcp_told_counts_where_the_adapter_is_up(keys: Registry) -> None:
    for name, host in (("A", b"a"), ("B", b"b")):
        blob = dhcp_option(252, b"http://%s.example/" % host)
        keys.keys["machine", rf"{keys.interfaces}\{{{name}}}"]["DhcpInterfaceOptions"] = blob
    urls = [one.url for one in windows.READERS.settings("/", {}).auto_configs]
    assert urls == ["", "http://a.example/"]


def test_without_a_registry_nothing_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert windows.READERS.resolving("/", ()).not_measured == ("resolvers: no adapters in the registry",)
    assert len(windows.READERS.settings("/", {}).not_measured) == 1
    assert windows.READERS.network("/").not_measured == ("routes: route: no such file or directory",)
    assert windows.READERS.neighbours("/") == ((), "not asked on Windows")


class Key:
    """An open key of the standard library's `winreg`."""

    def __init__(self, values: dict[str, object], below: tuple[str, ...] = ()) -> None:
        self.values = list(values.items())
        self.below = below

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_the_registry_is_read_by_winreg(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {("HKCU", "a"): Key({"x": 1, "y": "z"}, ("b",)), ("HKLM", "m"): Key({}, ("n", "o"))}

    def open_key(root: str, path: str) -> Key:
        if (root, path) not in keys:
            raise FileNotFoundError(path)
        return keys[root, path]

    fake = SimpleNamespace(
        HKEY_CURRENT_USER="HKCU",
        HKEY_LOCAL_MACHINE="HKLM",
        OpenKey=open_key,
        QueryInfoKey=lambda key: (len(key.below), len(key.values), 0),
        EnumValue=lambda key, at: (*key.values[at], 4),
        EnumKey=lambda key, at: key.below[at],
    )
    monkeypatch.setitem(sys.modules, "winreg", fake)
    with monkeypatch.context() as on_windows:
        on_windows.setattr(sys, "platform", "win32")
        told = (registry.values("user", "a"), registry.values("user", "none"), registry.values("machine", "m"))
        names = (registry.below("user", "a"), registry.below("machine", "m"), registry.below("machine", "none"))
    assert told == ({"x": 1, "y": "z"}, {}, {})
    assert names == (("b",), ("n", "o"), ())
    assert registry.values("user", "a") == {}
