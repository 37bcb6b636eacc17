"""macOS: what its programs print."""

import pytest

from lineclear.model import AutoConfig, Interface, Presence, Proxy, ProxyScheme, Route, to_json
from lineclear.probe.survey import macos
from lineclear.probe.survey.macos import parse_netstat, parse_scutil_dns, parse_scutil_proxy

DNS = """DNS configuration

resolver #1
  search domain[0] : lan
  search domain[1] : office.example
  nameserver[0] : 192.168.1.1
  nameserver[1] : fe80::1%en0
  if_index : 15 (en0)
  flags    : Request A records, Request AAAA records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)

resolver #2
  domain   : local
  options  : mdns
  timeout  : 5
  flags    : Request A records, Request AAAA records
  reach    : 0x00000000 (Not Reachable)
  order    : 300000

resolver #3
  domain   : corp.example
  nameserver[0] : 10.1.1.1
  port     : 5353
  flags    : Supplemental, Request A records
  order    : 100600

DNS configuration (for scoped queries)

resolver #1
  nameserver[0] : 172.16.0.1
  if_index : 15 (en0)
  flags    : Scoped, Request A records
"""
PROXY = """<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 3128
  HTTPProxy : proxy.example
  HTTPUser : bob
  HTTPSEnable : 1
  HTTPSPort : 3128
  HTTPSProxy : proxy.example
  ProxyAutoConfigEnable : 1
  ProxyAutoConfigURLString : http://bob:S3cret@wpad.example/p.pac
  ProxyAutoDiscoveryEnable : 1
  SOCKSEnable : 0
  SOCKSPort : 1080
  SOCKSProxy : socks.example
}
"""
NETSTAT = """Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.168.1.1        UGScg                 en0
127                127.0.0.1          UCS                   lo0
169.254            link#15            UCS                   en0      !
192.168.1          link#15            UCS                   en0      !
192.168.1.1        a4:5e:60:00:00:01  UHLWIir               en0   1190
10.8/16            10.9.0.1           UGSc                utun4
128.0/1            10.9.0.1           UGSc                utun4
203.0.113.7        127.0.0.1          UGHRS                 lo0
198.51.100         127.0.0.1          UGRB                  lo0
broken

Internet6:
Destination                             Gateway                                 Flags               Netif Expire
default                                 fe80::1%en0                             UGcg                  en0
::1                                     ::1                                     UHL                   lo0
2001:db8::/64                           link#15                                 UC                    en0
fe80::%lo0/64                           fe80::1%lo0                             UcI                   lo0
"""
OLD_NETSTAT = """Internet:
Destination        Gateway            Flags        Refs      Use   Netif Expire
default            10.0.1.1           UGSc           45        0     en1
"""


def test_resolvers_asked_for_everything() -> None:
    told = parse_scutil_dns(DNS, ["zdc1.ibllc.com"])
    assert [(one.address, one.port, one.source) for one in told.resolvers] == [
        ("192.168.1.1", 53, "scutil --dns"),
        ("fe80::1%en0", 53, "scutil --dns"),
    ]
    assert told.search_domains == ("lan", "office.example")


def test_a_resolver_of_one_domain_counts_for_its_names() -> None:
    told = parse_scutil_dns(DNS, ["gw.corp.example"])
    assert [(one.address, one.port, one.source) for one in told.resolvers[2:]] == [
        ("10.1.1.1", 5353, "scutil --dns, corp.example")
    ]


def test_proxies_and_their_exemptions() -> None:
    told = parse_scutil_proxy(PROXY)
    assert told.proxies == (
        Proxy(
            scheme=ProxyScheme.HTTP,
            host="proxy.example",
            port=3128,
            applies_to=("http", "https"),
            bypass=("*.local", "169.254/16", "<local>"),
            bypass_below=False,
            source="macOS settings",
            had_credentials=True,
        ),
    )
    assert told.auto_configs == (
        AutoConfig(url="http://wpad.example/p.pac", source="macOS settings"),
        AutoConfig(url="", source="macOS settings"),
    )
    assert b"bob" not in to_json(told)


PACKET = """op = BOOTREPLY
htype = 1
options:
Options count is 9
dhcp_message_type (uint8): ACK 0x5
router (ip_mult): {192.168.1.1}
proxy_auto_discovery_url (string): http://wpad.example/wpad.dat
end (none):
"""


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (PACKET, "http://wpad.example/wpad.dat"),
        (PACKET.replace("proxy_auto_discovery_url", "option_252"), "http://wpad.example/wpad.dat"),
        (PACKET.replace("http://wpad.example", "nothing"), None),
        (PACKET.replace("proxy_auto_discovery_url", "domain_name"), None),
        ("", None),
    ],
)
def test_what_dhcp_told_an_interface(text: str, url: str | None) -> None:
    found = macos.parse_packet(text)
    assert (found and found.url) == url


@pytest.mark.parametrize(
    ("discovers", "packet", "found", "notes"),
    [
        ("1", PACKET, ["", "http://wpad.example/wpad.dat"], []),
        ("1", "", [""], ["WPAD by DHCP: ipconfig getpacket told nothing"]),
        ("0", PACKET, [], []),
    ],
)
def test_dhcp_is_asked_where_programs_look_for_a_proxy(
    monkeypatch: pytest.MonkeyPatch, discovers: str, packet: str, found: list[str], notes: list[str]
) -> None:
    said = {"scutil": f"  ProxyAutoDiscoveryEnable : {discovers}\n", "ipconfig": packet}
    up = Interface(name="en0", up=Presence.YES)
    monkeypatch.setattr(macos, "output_of", lambda *words: (said[words[0]], ""))
    monkeypatch.setattr("lineclear.probe.survey.links.interfaces", lambda: (up,))
    told = macos.READERS.settings("/", {})
    assert [one.url for one in told.auto_configs] == found
    assert list(told.not_measured) == notes


def test_a_proxy_switched_on_without_a_host_is_not_measured() -> None:
    told = parse_scutil_proxy("  HTTPEnable : 1\n  HTTPPort : 8080\n")
    assert (told.proxies, len(told.not_measured)) == ((), 1)
    assert parse_scutil_proxy("<dictionary> {\n}\n").not_measured == ()


def test_routes() -> None:
    assert tuple(parse_netstat(NETSTAT)) == (
        Route(destination="0.0.0.0/0", gateway="192.168.1.1", interface="en0"),
        Route(destination="127.0.0.0/8", gateway="127.0.0.1", interface="lo0"),
        Route(destination="169.254.0.0/16", interface="en0"),
        Route(destination="192.168.1.0/24", interface="en0"),
        Route(destination="10.8.0.0/16", gateway="10.9.0.1", interface="utun4"),
        Route(destination="128.0.0.0/1", gateway="10.9.0.1", interface="utun4"),
        Route(destination="203.0.113.7/32", gateway="127.0.0.1", kind="unreachable"),
        Route(destination="198.51.100.0/24", gateway="127.0.0.1", kind="blackhole"),
        Route(destination="::/0", gateway="fe80::1", interface="en0"),
        Route(destination="2001:db8::/64", interface="en0"),
        Route(destination="fe80::/64", gateway="fe80::1", interface="lo0"),
    )


def test_routes_of_an_older_system() -> None:
    assert tuple(parse_netstat(OLD_NETSTAT)) == (Route(destination="0.0.0.0/0", gateway="10.0.1.1", interface="en1"),)


def test_programs_that_are_not_there_are_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert macos.READERS.resolving("/", ()).not_measured == ("resolvers: scutil: no such file or directory",)
    assert macos.READERS.settings("/", {}).not_measured == ("proxies of the system: scutil: no such file or directory",)
    network = macos.READERS.network("/")
    assert network.not_measured == ("routes: netstat: no such file or directory",)
    assert "no" not in (network.ipv4.value, network.ipv6.value)
    assert macos.READERS.neighbours("/") == ((), "not asked on macOS")
