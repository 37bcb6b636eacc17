"""Explicit proxies as settings spell them; credentials end where they are read."""

import pytest

from lineclear.model import AutoConfig, Proxy, ProxyScheme, to_json
from lineclear.probe.survey.proxies import (
    from_environment,
    from_java_options,
    host_and_port,
    parse_auto_config,
    parse_bypass,
    parse_proxy,
    port_number,
)

HTTP, HTTPS, SOCKS4, SOCKS5 = ProxyScheme.HTTP, ProxyScheme.HTTPS, ProxyScheme.SOCKS4, ProxyScheme.SOCKS5


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "had"),
    [
        ("http://proxy.example:3128", HTTP, "proxy.example", 3128, False),
        ("http://proxy.example:3128/", HTTP, "proxy.example", 3128, False),
        ("proxy.example:8080", HTTP, "proxy.example", 8080, False),
        ("proxy", HTTP, "proxy", 80, False),
        ("HTTPS://proxy.example", HTTPS, "proxy.example", 443, False),
        ("socks://10.0.0.1", SOCKS5, "10.0.0.1", 1080, False),
        ("socks4a://p:9050", SOCKS4, "p", 9050, False),
        ("socks5h://[::1]:1081", SOCKS5, "::1", 1081, False),
        ("http://[2001:db8::1]", HTTP, "2001:db8::1", 80, False),
        ("2001:db8::1", HTTP, "2001:db8::1", 80, False),
        ("http://bob:S3cret@proxy.example:3128/x?y", HTTP, "proxy.example", 3128, True),
        ("http://bob:p@ss/w#o?rd@proxy.example:3128", HTTP, "proxy.example", 3128, True),
        ("bob:S3cret@proxy.example:3128", HTTP, "proxy.example", 3128, True),
        ("  http://proxy_1.example:3128\n", HTTP, "proxy_1.example", 3128, False),
    ],
)
def test_spellings(text: str, scheme: ProxyScheme, host: str, port: int, had: bool) -> None:
    assert parse_proxy(text) == Proxy(scheme=scheme, host=host, port=port, had_credentials=had)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://",
        "http://:3128",
        "gopher://x:1",
        "http://a b:1",
        "p:0",
        "p:65536",
        "p:http",
        "u:secret",
        "http://u:secret@",
        "a:1:b",
    ],
)
def test_what_names_no_proxy(text: str) -> None:
    assert parse_proxy(text) is None


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://wpad.example/wpad.dat", "http://wpad.example/wpad.dat"),
        ("https://wpad.example:8443", "https://wpad.example:8443"),
        ("http://bob:S3cret@wpad.example/p.pac?token=abc#x", "http://wpad.example/p.pac"),
        ("file:///etc/proxy.pac", "file:///etc/proxy.pac"),
        ("http://[2001:db8::1]:80/p.pac", "http://[2001:db8::1]:80/p.pac"),
    ],
)
def test_auto_configuration(url: str, kept: str) -> None:
    assert parse_auto_config(url, "here") == AutoConfig(url=kept, source="here", had_query="?" in url)


@pytest.mark.parametrize(
    "url", ["", "wpad.dat", "data:,x", "http:///x", "http://u:pa/ss@host/p", "http://h/\x1b[2J", "http://h:x/"]
)
def test_what_names_no_auto_configuration(url: str) -> None:
    assert parse_auto_config(url, "here") is None


def test_one_proxy_for_several_schemes_is_one_proxy() -> None:
    told = from_environment(
        {"http_proxy": "http://p:3128", "HTTPS_PROXY": "p:3128", "no_proxy": "localhost, .example;b|c d"}
    )
    assert told.proxies == (
        Proxy(
            scheme=HTTP,
            host="p",
            port=3128,
            applies_to=("http", "https"),
            bypass=("localhost", ".example", "b", "c", "d"),
            source="environment http_proxy, https_proxy",
        ),
    )


def test_credentials_of_any_spelling_are_noticed_and_dropped() -> None:
    told = from_environment({"http_proxy": "http://p:3128", "https_proxy": "http://bob:S3cret@p:3128"})
    assert [one.had_credentials for one in told.proxies] == [True]
    assert b"S3cret" not in to_json(told)
    assert b"bob" not in to_json(told)


@pytest.mark.parametrize(
    ("environ", "authorities"),
    [
        ({"HTTPS_PROXY": "a:1"}, ["http://a:1"]),
        ({"HTTPS_PROXY": "a:1", "https_proxy": "b:2"}, ["http://b:2"]),
        ({"HTTPS_PROXY": "a:1", "https_proxy": ""}, []),
        ({"all_proxy": "socks5://[::1]:9"}, ["socks5://[::1]:9"]),
        ({"socks_proxy": "s:9"}, ["socks5://s:9"]),
        ({"ftp_proxy": "a:1", "PROXY": "b:2"}, []),
        ({}, []),
    ],
)
def test_variables(environ: dict[str, str], authorities: list[str]) -> None:
    told = from_environment(environ)
    assert [one.authority for one in told.proxies] == authorities
    assert not told.not_measured


def test_a_setting_that_names_nothing_is_told_without_its_value() -> None:
    told = from_environment({"https_proxy": "http://bob:S3cret@", "auto_proxy": "S3cret"})
    assert told.proxies == ()
    assert told.not_measured == (
        "proxies: environment https_proxy is set, but to nothing that names a proxy",
        "proxies: environment auto_proxy is set, but to nothing that names a proxy",
    )


def test_java_options_are_what_the_desktop_obeys() -> None:
    text = (
        "-Xmx1g -DsocksProxyHost=10.1.1.1 -Dhttp.proxyHost=p -Dhttp.proxyPort=8080 -Dhttp.proxyUser=bob "
        '-Dhttp.proxyPassword=S3cret "-Dhttp.nonProxyHosts=*.a.example|localhost" -Dhttps.proxyPort=1'
    )
    told = from_java_options(text, "JAVA_TOOL_OPTIONS")
    assert told == (
        Proxy(
            scheme=HTTP,
            host="p",
            port=8080,
            applies_to=("http",),
            bypass=("*.a.example", "localhost"),
            bypass_below=False,
            source="environment JAVA_TOOL_OPTIONS",
            had_credentials=True,
        ),
        Proxy(
            scheme=SOCKS5,
            host="10.1.1.1",
            port=1080,
            applies_to=("all",),
            bypass_below=False,
            source="environment JAVA_TOOL_OPTIONS",
        ),
    )
    assert from_environment({"_JAVA_OPTIONS": "-Dhttps.proxyHost=q"}).proxies[0].authority == "http://q:443"


def test_lists_of_exemptions_are_bounded_and_printable() -> None:
    assert len(parse_bypass(",".join(f"h{one}" for one in range(10_000)))) == 512
    assert parse_bypass("a,\x1b[2J,\udcff,b") == ("a", "b")


def test_ports_and_places() -> None:
    assert [port_number(text) for text in ("1", "65535", "65536", "0", "", "x", "²", "00080")] == [
        1,
        65535,
        0,
        0,
        0,
        0,
        0,
        80,
    ]
    assert host_and_port("[::1]") == ("::1", 0)
    assert host_and_port("[::1]x") == ("::1", 0)
    assert host_and_port("[oops") == ("oops", 0)
