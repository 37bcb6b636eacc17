"""Addresses: those of the house become others of their kind, and keep their relations."""

from ipaddress import ip_address, ip_interface, ip_network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.redact.drawn import CALM, HOUSE_NETWORKS, PRIVATE, PUBLIC, a_house, within
from tests.render.measured import CATALOG, evidence

from lineclear.model import (
    Kind,
    PublicAddress,
    SystemLookup,
    to_json,
)
from lineclear.redact import redact
from lineclear.redact.house import House

_STAY = ("127.0.0.0/8", "0.0.0.0/8", "240.0.0.0/4", "203.0.113.0/24", "192.0.2.0/24", "::1/128", "2001:db8::/32")


@given(st.lists(PRIVATE | PUBLIC, unique=True, max_size=12))
@CALM
def test_different_addresses_stay_different(several: list[str]) -> None:
    house = a_house()
    assert len({house.host(one) for one in several}) == len(several)


@given(PRIVATE | PUBLIC)
def test_the_same_address_is_always_the_same(one: str) -> None:
    house = a_house()
    assert house.host(one) == house.host(one)


@pytest.mark.parametrize("network", HOUSE_NETWORKS)
@given(data=st.data())
def test_an_address_keeps_its_class(network: str, data: st.DataObject) -> None:
    house = a_house()
    assert ip_address(house.host(data.draw(within(network)))) in ip_network(network)


@pytest.mark.parametrize("network", _STAY)
@given(data=st.data())
def test_what_says_nothing_stays(network: str, data: st.DataObject) -> None:
    one = data.draw(within(network))
    assert a_house().host(one) == one


@pytest.mark.parametrize("network", HOUSE_NETWORKS)
@given(data=st.data())
@CALM
def test_what_lay_in_a_network_still_does(network: str, data: st.DataObject) -> None:
    bits = ip_network(network).max_prefixlen
    addresses = data.draw(st.lists(within(network), min_size=2, max_size=6))
    length = data.draw(st.integers(8, bits))
    asked = ip_network(f"{addresses[0]}/{length}", strict=False)
    house = a_house()
    before = [ip_address(one) in asked for one in addresses]
    after = [ip_address(house.host(one)) in ip_network(house.host(str(asked)), strict=False) for one in addresses]
    if length >= ip_network(network).prefixlen:
        assert after == before


@given(base=PUBLIC, length=st.integers(24, 32), others=st.lists(st.integers(0, 255), max_size=6))
@CALM
def test_public_networks_keep_their_small_relations(base: str, length: int, others: list[int]) -> None:
    assume(":" not in base)
    house = a_house()
    around = [str(ip_address((int(ip_address(base)) & ~0xFF) | one)) for one in others]
    asked = ip_interface(f"{base}/{length}").network
    after = ip_network(house.host(str(asked)), strict=False)
    assert [ip_address(house.host(one)) in after for one in around] == [ip_address(one) in asked for one in around]


def test_more_public_networks_than_there_are_pseudonyms_end_in_one() -> None:
    house = a_house()
    found = [house.host(f"9.{at // 256}.{at % 256}.1") for at in range(600)]
    assert len(set(found)) == 512
    assert len(set(found[511:])) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("::/0", "::/0"),
        ("128.0.0.0/1", "128.0.0.0/1"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("192.168.7.0/24", "192.168.85.0/24"),
        ("10.1.2.3/24", "10.85.85.85/24"),
        ("fe80::1%wg-office", "fe95:5555:5555:5555:5555:5555:5555:5555%interface-1"),
        ("fe80::1%eth0", "fe95:5555:5555:5555:5555:5555:5555:5555%eth0"),
        ("::ffff:10.1.2.3", "::ffff:a55:5555"),
        ("64:ff9b::203.0.113.7", "64:ff9b::cb00:7107"),
        ("8.8.8.8", "198.18.0.85"),
        ("8.0.0.0/9", "198.18.0.0/24"),
        ("10.1.2.3/99", "10.1.2.3/99"),
    ],
)
def test_addresses(text: str, shown: str) -> None:
    assert a_house().host(text) == shown


@pytest.mark.parametrize("text", ["10.0.0.0/31", "10.1.2.0/24", "fd00::/127", "8.0.0.0/24", "169.254.0.0/16"])
def test_an_interface_whose_address_is_the_first_of_its_network_keeps_it(text: str) -> None:
    house = a_house()
    assert house.placed(text).partition("/")[0] == house.host(text.partition("/")[0])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10.1.2.3", "10.85.85.85"),
        ("127.0.0.1/8", "127.0.0.1/8"),
        ("fe80::1%wg-office/64", "fe95:5555:5555:5555:5555:5555:5555:5555%interface-1/64"),
        ("x/y", "n1/"),
    ],
)
def test_odd_addresses_of_interfaces(text: str, shown: str) -> None:
    assert a_house().placed(text) == shown


def test_our_address_beside_the_vendors_is_not_kept() -> None:
    seen = evidence(SystemLookup(id="o1", at_ms=0, took_ms=1, name="ndc1.ibllc.com", addresses=("8.8.4.4",)))
    house = House(seen)
    assert "8.8.4.7" not in house.placed("8.8.4.7/24") + house.host("8.8.4.7/24") + house.text("from 8.8.4.7/24")


def test_a_route_to_the_vendor_stays() -> None:
    seen = evidence(SystemLookup(id="o1", at_ms=0, took_ms=1, name="ndc1.ibllc.com", addresses=("8.8.4.4",)))
    house = House(seen)
    assert house.host("8.8.4.4") == "8.8.4.4"
    assert house.host("8.8.4.0/24") == "8.8.4.0/24"
    assert house.host("8.8.8.0/24") != "8.8.8.0/24"


def test_an_address_of_the_list_stays_though_it_is_private() -> None:
    row = replace(CATALOG.services[0].requirements[0], host="10.85.85.85", kind=Kind.ADDRESS)
    listed = replace(CATALOG, services=(replace(CATALOG.services[0], requirements=(row,)),))
    house = House(replace(evidence(), catalog=listed))
    assert house.host("10.85.85.85") == "10.85.85.85"
    assert house.host("10.1.2.3") != "10.85.85.85"


def test_a_pseudonym_never_meets_an_address_that_is_kept() -> None:
    seen = evidence(SystemLookup(id="o1", at_ms=0, took_ms=1, name="ndc1.ibllc.com", addresses=("198.18.0.85",)))
    assert House(seen).host("8.8.8.8") == "198.18.1.85"


def test_our_own_address_is_not_kept_because_a_name_led_to_it() -> None:
    seen = evidence(
        SystemLookup(id="o1", at_ms=0, took_ms=1, name="ndc1.ibllc.com", addresses=("8.8.4.4",)),
        PublicAddress(id="o2", at_ms=0, took_ms=1, url="https://echo.example/", address="8.8.4.4"),
    )
    assert b"8.8.4.4" not in to_json(redact(seen))
