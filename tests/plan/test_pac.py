"""What a proxy auto-configuration is asked, and how its answers are read."""

import pytest

from lineclear.model import Proxy, ProxyScheme, Target, Transport
from lineclear.plan.pac import askable, url_of, ways_of

HTTP, HTTPS, SOCKS4, SOCKS5 = ProxyScheme.HTTP, ProxyScheme.HTTPS, ProxyScheme.SOCKS4, ProxyScheme.SOCKS5


@pytest.mark.parametrize(
    ("said", "ways"),
    [
        ("DIRECT", ("direct",)),
        ("", ("direct",)),
        (" ; ;", ("direct",)),
        ("nonsense", ("direct",)),
        ("PROXY", ("direct",)),
        ("PROXY a b:1", ("direct",)),
        ("PROXY user:secret@a:1", ("direct",)),
        ("PROXY a:0; PROXY a:65536; PROXY a:123456", ("direct",)),
        ("PROXY proxy.example:3128", ("http://proxy.example:3128",)),
        ("proxy 10.0.0.1:8080 ; direct", ("http://10.0.0.1:8080", "direct")),
        ("PROXY a", ("http://a:80",)),
        ("HTTP a", ("http://a:80",)),
        ("HTTPS a", ("https://a:443",)),
        ("SOCKS a", ("socks4://a:1080",)),
        ("SOCKS4 a:9", ("socks4://a:9",)),
        ("SOCKS5 a; SOCKS b", ("socks5://a:1080", "socks4://b:1080")),
        ("PROXY [fd00::1]:3128", ("http://[fd00::1]:3128",)),
        ("QUIC a:443; PROXY b:1", ("http://b:1",)),
        ("PROXY p_1.example:3128;DIRECT", ("http://p_1.example:3128", "direct")),
        ("DIRECT;" * 20, ("direct",) * 8),
    ],
)
def test_what_an_answer_names(said: str, ways: tuple[str, ...]) -> None:
    assert tuple(one.authority if one else "direct" for one in ways_of(said)) == ways


def test_the_proxies_say_where_they_are_from() -> None:
    assert ways_of("PROXY a:1", "PAC http://x/") == (Proxy(scheme=HTTP, host="a", port=1, source="PAC http://x/"),)


@pytest.mark.parametrize(
    ("host", "port", "transport", "url"),
    [
        ("www.example.com", 443, Transport.HTTPS, "https://www.example.com/"),
        ("www.example.com", 8443, Transport.HTTPS, "https://www.example.com:8443/"),
        ("www.example.com", 80, Transport.HTTP, "http://www.example.com/"),
        ("www.example.com", 8080, Transport.HTTP, "http://www.example.com:8080/"),
        ("ndc1_hb1.ibllc.com", 4001, Transport.TLS, "https://ndc1_hb1.ibllc.com:4001/"),
        ("ndc1.ibllc.com", 4000, Transport.TCP, "https://ndc1.ibllc.com:4000/"),
        ("2001:db8::1", 443, Transport.HTTPS, "https://[2001:db8::1]/"),
    ],
)
def test_what_a_script_is_asked_about(host: str, port: int, transport: Transport, url: str) -> None:
    assert url_of(Target(host=host, port=port, transport=transport)) == url


def test_hosts_that_could_not_stand_in_an_address_are_not_asked_about() -> None:
    hosts = ("a_b.example", "2001:db8::1", "10.0.0.1", "a'b", "a b", 'a"')
    targets = tuple(Target(host=one, port=1, transport=Transport.TCP) for one in hosts)
    assert [one.host for one in askable(targets)] == ["a_b.example", "2001:db8::1", "10.0.0.1"]
