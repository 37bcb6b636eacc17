"""Exemptions of a proxy, as the programs that obey them read them."""

import pytest

from lineclear.model import Proxy, ProxyScheme
from lineclear.plan.proxies import is_exempt, proxy_for


def proxy(*bypass: str, applies_to: tuple[str, ...] = ("https",), below: bool = True, port: int = 3128) -> Proxy:
    return Proxy(scheme=ProxyScheme.HTTP, host="p", port=port, applies_to=applies_to, bypass=bypass, bypass_below=below)


@pytest.mark.parametrize(
    ("entry", "host", "covered"),
    [
        ("*", "anything.example", True),
        ("ibllc.com", "ibllc.com", True),
        ("ibllc.com", "zdc1.ibllc.com", True),
        ("IBLLC.com.", "ZDC1.ibllc.COM.", True),
        ("ibllc.com", "notibllc.com", False),
        ("ibllc.com", "ibllc.com.evil", False),
        (".ibllc.com", "zdc1.ibllc.com", True),
        (".ibllc.com", "ibllc.com", True),
        (".ibllc.com", "notibllc.com", False),
        ("*.ibllc.com", "ndc1_hb1.ibllc.com", True),
        ("*.ibllc.com", "ibllc.com", False),
        ("*dc1*com", "zdc1.ibllc.com", True),
        ("*dc1*ll*com", "zdc1.example.com", False),
        ("z*1.com", "z1.com", True),
        ("z*1.com", "x1.com", False),
        ("z1*1.com", "z1.com", False),
        ("ibllc.com:443", "zdc1.ibllc.com", True),
        ("ibllc.com:4001", "zdc1.ibllc.com", False),
        ("https://ibllc.com", "ibllc.com", True),
        ("<local>", "intranet", True),
        ("<local>", "zdc1.ibllc.com", False),
        ("<local>", "2001:db8::1", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.0.0.0/8", "ten.example", False),
        ("169.254/16", "169.254.7.7", True),
        ("10.1.2.3/8", "10.9.9.9", True),
        ("10.0.0.0/99", "10.1.2.3", False),
        ("fd00::/8", "fd12::1", True),
        ("fd00::/8", "10.0.0.1", False),
        ("192.168.*", "192.168.7.7", True),
        ("[2001:db8::1]:443", "2001:db8::1", True),
        ("2001:db8::1", "[2001:db8::1]", True),
        ("", "zdc1.ibllc.com", False),
        (".", "zdc1.ibllc.com", False),
        (":443", "zdc1.ibllc.com", False),
    ],
)
def test_one_entry(entry: str, host: str, covered: bool) -> None:
    assert is_exempt(proxy(entry), host, 443) is covered
    assert (proxy_for([proxy(entry)], "https", host) is None) is covered


@pytest.mark.parametrize(
    ("entry", "host", "covered"),
    [
        ("ibllc.com", "ibllc.com", True),
        ("ibllc.com", "zdc1.ibllc.com", False),
        (".ibllc.com", "zdc1.ibllc.com", True),
        (".ibllc.com", "ibllc.com", False),
        ("*.ibllc.com", "zdc1.ibllc.com", True),
    ],
)
def test_where_a_plain_name_is_itself_alone(entry: str, host: str, covered: bool) -> None:
    assert is_exempt(proxy(entry, below=False), host, 443) is covered


def test_a_proxy_of_its_own_wins_over_one_for_all() -> None:
    general, own = proxy(applies_to=("all",), port=1), proxy(applies_to=("https",), port=2)
    assert proxy_for([general, own], "https", "a.example") is own
    assert proxy_for([general, own], "http", "a.example") is general
    assert proxy_for([own], "http", "a.example") is None
    assert proxy_for([], "https", "a.example") is None


def test_an_exempt_host_may_still_have_another_proxy() -> None:
    first, second = proxy("a.example"), proxy(port=2)
    assert proxy_for([first, second], "https", "a.example") is second
    assert proxy_for([first, second], "https", "b.example") is first


def test_the_port_decides_when_it_is_given() -> None:
    assert proxy_for([proxy("a.example:8443")], "https", "a.example", 8443) is None
    assert proxy_for([proxy("a.example:8443")], "https", "a.example") is not None


@pytest.mark.parametrize("host", ["localhost", "x.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_this_machine_is_reached_directly(host: str) -> None:
    assert proxy_for([proxy()], "https", host) is None


def test_a_name_that_only_looks_like_loopback_is_not_this_machine() -> None:
    assert proxy_for([proxy()], "https", "127.example.com") is not None
