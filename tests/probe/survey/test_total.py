"""No text makes a parser raise, and no secret comes through: neither of real shape nor of none."""

import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.model import to_json
from lineclear.plan.proxies import proxy_for
from lineclear.probe.survey import (
    desktop,
    hosts,
    interfaces,
    jts,
    leases,
    machine,
    macos,
    neighbours,
    netlink,
    procfs,
    proxies,
    resolvers,
    routes,
    windows,
)

FRAGMENTS = (
    *("nameserver ", "search ", "domain ", "options ndots:", "hosts: ", "resolve", "10.0.0.1", "::1", "fe80::1%en0"),
    *(
        "http://",
        "socks5h://",
        "user:pw@",
        "[",
        "]",
        ":",
        "/",
        "?",
        "#",
        "@",
        "=",
        ";",
        ",",
        "|",
        "'",
        '"',
        "*",
        ".",
        "-",
    ),
    *(
        "org.gnome.system.proxy mode ",
        "'manual'",
        "org.gnome.system.proxy.http host ",
        "[Proxy Settings]",
        "ProxyType=1",
    ),
    *(
        "httpProxy=",
        "[Logon]",
        "Peer=",
        "SupportsSSL=",
        "zdc1.ibllc.com:4000,true",
        "Region=us",
        "useProxy=",
        "UseSSL=",
    ),
    *(
        "resolver #1",
        "nameserver[0] : ",
        "domain   : ",
        "port     : ",
        "HTTPEnable : 1",
        "HTTPProxy : ",
        "HTTPPort : 80",
    ),
    *("ExceptionsList : <array> {", "0 : *.local", "}", "Internet:", "Internet6:", "Destination Gateway Flags Netif"),
    *(
        "default ",
        "192.168.1 ",
        "link#4 ",
        "UGSc ",
        "R",
        "B",
        "en0",
        "0.0.0.0 ",
        "255.0.0.0 ",
        "15 291 ::/0 ",
        "On-link ",
    ),
    *("lease {", "option wpad ", "OPTION_252=", "6874", "CapEff:\t", "<key>", "</key>", "<string>", "PRETTY_NAME="),
    *(
        "0001",
        "FFFFFFFF",
        "00000000",
        "0" * 32,
        "f" * 32,
        "-1",
        "+5",
        "0x1",
        "9" * 30,
        "1_0",
        "²",
        "٣",
        "\0",
        "\x1b[2J",
    ),
    *(
        "\n",
        "\r\n",
        " ",
        "\t",
        "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}",
        "\u2028",
        "\ud800",
        "eth0",
        "zdc1.ibllc.com",
    ),
)
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join) | st.text(max_size=200)
NAMES = ("zdc1.ibllc.com", "localhost")

PARSERS: dict[str, Callable[[str], Any]] = {
    "resolv.conf": lambda text: resolvers.parse_resolv_conf(text, "x"),
    "hosts": lambda text: hosts.parse_hosts(text, NAMES, "x"),
    "proxy": proxies.parse_proxy,
    "auto": lambda text: proxies.parse_auto_config(text, "x"),
    "bypass": proxies.parse_bypass,
    "environment": lambda text: proxies.from_environment({"https_proxy": text, "no_proxy": text, "auto_proxy": text}),
    "java": lambda text: proxies.from_java_options(f"-Dhttp.proxyHost={text} -Dhttp.proxyPort={text}", "x"),
    "gsettings": desktop.from_gsettings,
    "kde": desktop.from_kde,
    "leases": lambda text: tuple(leases.urls(text)),
    "jts": lambda text: jts.parse_jts(text, "x"),
    "scutil dns": lambda text: macos.parse_scutil_dns(text, NAMES),
    "scutil proxy": macos.parse_scutil_proxy,
    "netstat": lambda text: tuple(macos.parse_netstat(text)),
    "route print": lambda text: tuple(windows.parse_route_print(text, ())),
    "internet settings": lambda text: windows.parse_internet_settings(
        {"ProxyEnable": 1, "ProxyServer": text, "ProxyOverride": text, "AutoConfigURL": text},
        text.encode(errors="replace"),
    ),
    "winhttp": lambda text: windows.parse_winhttp(text.encode(errors="replace")),
    "windows resolvers": lambda text: windows.parse_resolvers({"a": {"NameServer": text, "Domain": text}}, None),
    "routes": lambda text: tuple(procfs.routes4(text)),
    "routes of ipv6": lambda text: tuple(procfs.routes6(text)),
    "arp": lambda text: tuple(procfs.neighbours(text)),
    "if_inet6": procfs.inet6_addresses,
    "os-release": machine.os_release,
    "plist": lambda text: machine.plist_string(text, "ProductVersion"),
    "status": machine.raw_sockets,
    "group range": lambda text: machine.ping_sockets(text, {0}),
}


@pytest.mark.parametrize("parser", PARSERS.values(), ids=list(PARSERS))
@given(text=texts)
def test_any_text_gives_a_value_that_can_be_saved(parser: Callable[[str], Any], text: str) -> None:
    told = parser(text)
    data = to_json(told)
    assert b"\x1b" not in data
    assert b"\\u001b" not in data


@given(data=st.binary(max_size=300))
def test_any_datagram_gives_values_that_can_be_saved(data: bytes) -> None:
    for kind in (
        netlink.GET_LINKS,
        netlink.GET_ADDRESSES,
        netlink.GET_ROUTES,
        netlink.GET_NEIGHBOURS,
        netlink.GET_RULES,
    ):
        header = (len(data) + 16).to_bytes(4, "little") + (kind - 2).to_bytes(2, "little") + bytes(10)
        found = tuple(netlink.parse(kind, header + data)) + tuple(netlink.parse(kind, data))
        if kind == netlink.GET_LINKS:
            to_json(interfaces.from_messages(found, (), lambda _: False))
        elif kind == netlink.GET_ADDRESSES:
            to_json(interfaces.from_messages((), found, lambda _: False))
        elif kind == netlink.GET_ROUTES:
            to_json(tuple(routes.from_messages(found, {})))
        elif kind == netlink.GET_NEIGHBOURS:
            to_json(tuple(neighbours.from_messages(found, {})))
        else:
            to_json(routes.policy(found))


MARK = "S3cretMark"
noise = st.text(alphabet=string.ascii_letters + string.digits + ":/?#@%&=,;!$+[]", max_size=8)
secrets = st.tuples(noise, noise).map(MARK.join)


@given(secret=secrets, user=noise, scheme=st.sampled_from(["http://", "socks5h://", ""]))
def test_credentials_of_a_proxy_never_come_through(secret: str, user: str, scheme: str) -> None:
    url = f"{scheme}{user}:{secret}@proxy.example:3128/"
    told = (
        proxies.parse_proxy(url),
        proxies.from_environment(
            {"http_proxy": url, "all_proxy": url, "auto_proxy": f"http://{user}:{secret}@h/p.pac"}
        ),
        desktop.from_kde(f"[Proxy Settings]\nProxyType=1\nhttpProxy={url}\n"),
        windows.parse_internet_settings({"ProxyEnable": 1, "ProxyServer": f"http={url}"}, b""),
        proxies.parse_auto_config(f"http://wpad.example/p.pac?token={secret}", "x"),
    )
    assert MARK.encode() not in to_json(told)


keys = st.sampled_from(
    ["UserNameToDirectory", "2ndFactor", "password", "TrustedIPs", "proxyPassword", "proxyUser", "x"]
)
sections = st.sampled_from(["[Logon]", "[Communication]", "[IBGateway]", "[ns]", ""])


@given(planted=st.lists(st.tuples(sections, keys | noise.filter(lambda one: "=" not in one), secrets), max_size=6))
def test_nothing_of_jts_ini_but_the_named_keys_comes_through(planted: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{section}\n{key}={secret}\n" for section, key, secret in planted)
    told = jts.parse_jts(f"{text}[Communication]\nPeer=zdc1.ibllc.com:4001\n", "x")
    assert told.peer == "zdc1.ibllc.com:4001"
    assert MARK.encode() not in to_json(told)


@given(bypass=st.lists(texts, max_size=5), host=texts, scheme=st.sampled_from(["http", "https", "tcp"]))
def test_any_list_of_exemptions_gives_an_answer(bypass: list[str], host: str, scheme: str) -> None:
    proxy = proxies.parse_proxy("http://proxy.example:3128")
    assert proxy is not None
    told = type(proxy)(scheme=proxy.scheme, host=proxy.host, port=1, applies_to=("all",), bypass=tuple(bypass))
    assert proxy_for([told], scheme, host) in (None, told)
