"""Which network an address belongs to: the same answers as the standard library's, which is too slow to import."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.plan.networks import inside, is_address, is_loopback, is_network, is_nowhere

ADDRESSES = st.ip_addresses().map(str)


@given(ADDRESSES, ADDRESSES, st.integers(0, 128))
def test_agrees_with_the_standard_library(address: str, base: str, length: int) -> None:
    bits = min(length, ip_address(base).max_prefixlen)
    assert inside(address, [f"{base}/{bits}"]) == (ip_address(address) in ip_network(f"{base}/{bits}", strict=False))


@given(st.text(), st.text())
def test_any_text_lies_somewhere_or_nowhere(address: str, network: str) -> None:
    assert inside(address, [network]) in (True, False)


@pytest.mark.parametrize(
    ("address", "network", "lies"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.2", "10.0.0.1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.0/120", True),
        ("::ffff:192.0.2.300", "::/0", False),
        ("fe80::1%eth0", "fe80::/10", True),
        ("1:2:3:4:5:6:7:8:9", "::/0", False),
        ("1:2", "::/0", False),
        ("1:2:3:4:5:6:7:zz", "::/0", False),
        ("10.0.0.²", "0.0.0.0/0", False),
        ("10.0.0", "0.0.0.0/0", False),
    ],
)
def test_odd_spellings(address: str, network: str, lies: bool) -> None:
    assert inside(address, [network]) is lies


@pytest.mark.parametrize(
    "address", ["0.0.0.0", "127.0.0.53", "169.254.1.1", "224.0.0.1", "255.255.255.255", "::", "::1"]
)
def test_no_server_can_have_these(address: str) -> None:
    assert is_nowhere(address)
    assert not is_nowhere(address, ["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize("address", ["10.0.0.1", "192.0.2.1", "100.64.0.1", "8.8.8.8", "2001:db8::1", "not an address"])
def test_a_server_may_have_these(address: str) -> None:
    assert not is_nowhere(address)


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("a.localhost", True), ("::1", True), ("127.0.0.2", True), ("10.0.0.1", False), ("", False)],
)
def test_what_this_machine_is_called(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    ("text", "address", "network"),
    [
        ("10.0.0.1", True, True),
        ("10.0.0.0/8", False, True),
        ("10.0.0.0/33", False, False),
        ("10.0.0.0/", False, False),
        ("10.0.0.0/²", False, False),
        (f"10.0.0.0/{'1' * 5000}", False, False),
        ("2001:db8::/32", False, True),
        ("2001:db8::1", True, True),
        ("fe80::1%eth0", True, True),
        ("a.example", False, False),
        ("", False, False),
    ],
)
def test_addresses_and_networks_are_told_from_other_texts(text: str, address: bool, network: bool) -> None:
    assert is_address(text) is address
    assert is_network(text) is network
    assert inside("10.0.0.1", [text]) in (True, False)
