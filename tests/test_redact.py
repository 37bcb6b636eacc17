"""What leaves the house: nothing of it, and still everything a diagnosis needs."""

import re
import typing
from collections.abc import Iterator
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lineclear.diagnose import diagnose
from lineclear.model import (
    ApiHello,
    Arrivals,
    AutoConfig,
    Certificate,
    Control,
    ControlKind,
    DnsQuery,
    Endpoint,
    Evidence,
    Failure,
    GatewayUse,
    Header,
    HelloFacts,
    Hop,
    HostsEntry,
    HttpExchange,
    Icmp,
    Interface,
    Judgement,
    Kind,
    LargeFlight,
    NameMatch,
    Neighbour,
    NotMeasured,
    Nudge,
    Observation,
    PathTrace,
    Payload,
    Ping,
    PolicyRule,
    Proxy,
    ProxyScheme,
    ProxyTunnel,
    PublicAddress,
    Purpose,
    Raw,
    Record,
    Redirection,
    Reflecting,
    Reflection,
    RequestFacts,
    Resolver,
    Route,
    Seen,
    SourceAddress,
    SynFacts,
    SystemLookup,
    Target,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    TrustStore,
    Vantage,
    WayBack,
    to_json,
)
from lineclear.redact import redact
from lineclear.redact.fields import FIELDS, WHOLE
from lineclear.redact.house import House

from .render.anything import anything
from .render.reports import CATALOG, address, evidence, healthy, targets

_CALM = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _structs(kind: Any, seen: set[type[msgspec.Struct]]) -> Iterator[type[msgspec.Struct]]:
    """Every Struct type a type can hold."""
    for one in typing.get_args(kind):
        yield from _structs(one, seen)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen | WHOLE:
        seen.add(kind)
        yield kind
        for field in msgspec.structs.fields(kind):
            yield from _structs(field.type, seen)


def _holds_text(kind: Any) -> bool:
    return kind is str or any(_holds_text(one) for one in typing.get_args(kind))


@pytest.mark.parametrize("kind", list(_structs(Evidence, set())))
def test_every_field_that_can_hold_text_is_decided_about(kind: type[msgspec.Struct]) -> None:
    text = {one.name for one in msgspec.structs.fields(kind) if _holds_text(one.type)}
    assert set(FIELDS[kind]) == text


def test_no_type_is_decided_about_that_is_not_there() -> None:
    assert set(FIELDS) == {*_structs(Evidence, set()), Observation}


# Addresses.

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fd00::/8", "fe80::/10")
_STAY = ("127.0.0.0/8", "0.0.0.0/8", "240.0.0.0/4", "203.0.113.0/24", "192.0.2.0/24", "::1/128", "2001:db8::/32")


def _within(network: str) -> st.SearchStrategy[str]:
    whole = ip_network(network)
    first, last = int(whole.network_address), int(whole.broadcast_address)
    kind = type(whole.network_address)
    return st.integers(first, last).map(lambda number: str(kind(number)))


PRIVATE = st.one_of([_within(one) for one in _PRIVATE])
PUBLIC = _within("8.0.0.0/7") | _within("2a00::/12")


def _house() -> House:
    return House(evidence())


@given(st.lists(PRIVATE | PUBLIC, unique=True, max_size=12))
@_CALM
def test_different_addresses_stay_different(several: list[str]) -> None:
    house = _house()
    assert len({house.host(one) for one in several}) == len(several)


@given(PRIVATE | PUBLIC)
def test_the_same_address_is_always_the_same(one: str) -> None:
    house = _house()
    assert house.host(one) == house.host(one)


@pytest.mark.parametrize("network", _PRIVATE)
@given(data=st.data())
def test_an_address_keeps_its_class(network: str, data: st.DataObject) -> None:
    house = _house()
    assert ip_address(house.host(data.draw(_within(network)))) in ip_network(network)


@pytest.mark.parametrize("network", _STAY)
@given(data=st.data())
def test_what_says_nothing_stays(network: str, data: st.DataObject) -> None:
    one = data.draw(_within(network))
    assert _house().host(one) == one


@pytest.mark.parametrize("network", _PRIVATE)
@given(data=st.data())
@_CALM
def test_what_lay_in_a_network_still_does(network: str, data: st.DataObject) -> None:
    bits = ip_network(network).max_prefixlen
    addresses = data.draw(st.lists(_within(network), min_size=2, max_size=6))
    length = data.draw(st.integers(8, bits))
    asked = ip_network(f"{addresses[0]}/{length}", strict=False)
    house = _house()
    before = [ip_address(one) in asked for one in addresses]
    after = [ip_address(house.host(one)) in ip_network(house.host(str(asked)), strict=False) for one in addresses]
    if length >= ip_network(network).prefixlen:
        assert after == before


@given(base=PUBLIC, length=st.integers(24, 32), others=st.lists(st.integers(0, 255), max_size=6))
@_CALM
def test_public_networks_keep_their_small_relations(base: str, length: int, others: list[int]) -> None:
    assume(":" not in base)
    house = _house()
    around = [str(ip_address((int(ip_address(base)) & ~0xFF) | one)) for one in others]
    asked = ip_interface(f"{base}/{length}").network
    after = ip_network(house.host(str(asked)), strict=False)
    assert [ip_address(house.host(one)) in after for one in around] == [ip_address(one) in asked for one in around]


def test_more_public_networks_than_there_are_pseudonyms_end_in_one() -> None:
    house = _house()
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
    assert _house().host(text) == shown


@pytest.mark.parametrize("text", ["10.0.0.0/31", "10.1.2.0/24", "fd00::/127", "8.0.0.0/24", "169.254.0.0/16"])
def test_an_interface_whose_address_is_the_first_of_its_network_keeps_it(text: str) -> None:
    house = _house()
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
    assert _house().placed(text) == shown


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


# Names and texts.


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ndc1.ibllc.com", "ndc1.ibllc.com"),
        ("NDC1.ibllc.com.", "NDC1.ibllc.com."),
        ("sdc1.ibllc.com", "sdc1.ibllc.com"),
        ("*.ibllc.com", "*.ibllc.com"),
        ("interactivebrokers.com", "interactivebrokers.com"),
        ("bucket.s3.amazonaws.com", "bucket.s3.amazonaws.com"),
        ("acme.elb.amazonaws.com", "n1.n2.amazonaws.com"),
        ("proxy.acme.com.cn", "n1.n2.com.cn"),
        ("ndc1.ibllc.com.office.acme.example", "ndc1.ibllc.com.n1.site-1.invalid"),
        ("wpad", "n1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert _house().host(name) == shown


def test_what_was_below_a_domain_still_is() -> None:
    house = _house()
    assert house.host("a.office.acme.example").endswith(f".{house.host('office.acme.example')}")


@pytest.mark.parametrize(
    ("how", "text", "shown"),
    [
        ("text", "HTTP/1.1 403 Forbidden\\r\\nServer: squid/5.7", "HTTP/1.1 403 Forbidden\\r\\nServer: squid/5.7"),
        ("text", "X-User: jdoe@acme.example via 10.1.2.3:3128", "X-User: * via 10.85.85.85:3128"),
        ("text", "Mon, 23 Nov 2026 03:51:00 GMT", "Mon, 23 Nov 2026 03:51:00 GMT"),
        ("text", "2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z"),
        ("text", "<html><title>ACME Login</title>", "<html><title>* Login</title>"),
        ("text", "call 555-123-4567 or U1234567, 12345678", "* * or *, *"),
        ("text", "aa:bb:cc:dd:ee:ff", "*"),
        ("text", "see /home/jdoe/jts.ini and C:\\Users\\jdoe\\x.pem", "see path-1 and path-2"),
        ("text", "/etc/resolv.conf", "/etc/resolv.conf"),
        ("text", "nginx/1.18.0 (Ubuntu)", "nginx/1.18.0 (Ubuntu)"),
        ("text", "12:34:56 fe80::9%eth0", "12:34:56 fe95:5555:5555:5555:5555:5555:5555:5555%eth0"),
        ("text", "M\\xfcller", "*\\xfc*"),
        ("url", "http://jdoe:pw@portal.acme.example:8080/login?u=jdoe", "http://n1.site-1.invalid:8080/"),
        ("url", "http://[fd00::1]:3128", "http://[fd55:5555:5555:5555:5555:5555:5555:5555]:3128"),
        ("url", "file:///home/jdoe/proxy.pac", "file:///"),
        ("url", "https://www.interactivebrokers.com/en/x?y=z", "https://www.interactivebrokers.com/"),
        ("url", "", ""),
        ("place", "zdc1.ibllc.com:4001", "zdc1.ibllc.com:4001"),
        ("place", "acme:80", "n1:80"),
        ("place", "acme:password", "n1:*"),
        ("place", "10.1.2.3:80", "10.85.85.85:80"),
        ("pattern", "<local>", "<local>"),
        ("pattern", "*", "*"),
        ("pattern", ".acme.example", ".site-1.invalid"),
        ("pattern", "10.0.0.0/8", "10.0.0.0/8"),
        ("interface", "enp3s0", "enp3s0"),
        ("interface", "enx001122334455", "interface-1"),
        ("interface", "wg-acme", "interface-1"),
        ("table", "51820", "51820"),
        ("table", "acme", "table-1"),
        ("action", "lookup acme", "lookup table-1"),
        ("action", "prohibit", "prohibit"),
        ("path", "", ""),
    ],
)  # fmt: skip
def test_texts(how: str, text: str, shown: str) -> None:
    assert getattr(_house(), how)(text) == shown


def _shake(*chain: Certificate, public: bool, match: NameMatch = NameMatch.WILDCARD) -> TlsHandshake:
    seen = evidence(
        TlsHandshake(
            id="o1",
            at_ms=0,
            took_ms=1,
            endpoint=Endpoint(address=address("ndc1.ibllc.com"), port=4001),
            host="ndc1.ibllc.com",
            chain=chain,
            judgements=(Judgement(store="public", trusted=public, reason="self-signed certificate"),),
            name_match=match,
        )
    )
    (shake,) = redact(seen).of(TlsHandshake)
    return shake


def _certificate(subject: str, issuer: str, *names: str) -> Certificate:
    return Certificate(subject=subject, issuer=issuer, names=names, sha256="ab" * 32, spki_sha256="cd" * 32)


def test_the_vendors_certificate_stays_whole() -> None:
    leaf = _certificate("CN=*.ibllc.com", "CN=A Public CA,O=Somebody", "*.ibllc.com", "other.example")
    assert _shake(leaf, public=True).chain == (leaf,)


def test_a_private_authority_becomes_a_number_and_the_forged_name_stays() -> None:
    leaf = _certificate(
        "CN=ndc1.ibllc.com", "CN=ACME Inspection CA,O=ACME Bank,C=CH", "ndc1.ibllc.com", "pc7.acme.example"
    )
    (told,) = _shake(leaf, public=False).chain
    assert told.subject == "CN=ndc1.ibllc.com"
    assert told.issuer == "CN=authority-1,O=authority-2,C=authority-3"
    assert told.names == ("ndc1.ibllc.com", "n1.site-1.invalid")
    assert told.sha256 != leaf.sha256
    assert len(told.spki_sha256) == 64


def test_the_maker_of_a_box_is_proof_and_stays() -> None:
    leaf = _certificate("CN=ndc1.ibllc.com", "CN=Zscaler Root CA (acme.zscaler),O=Zscaler Inc.")
    assert (
        _shake(leaf, public=False).chain[0].issuer
        == "CN=Zscaler Root CA (*.zscaler) authority-1,O=Zscaler Inc. authority-2"
    )


def test_a_portal_with_a_public_certificate_is_not_named() -> None:
    leaf = _certificate("CN=wifi.hotel.example", "CN=R3,O=A Public CA", "wifi.hotel.example")
    above = _certificate("CN=R3,O=A Public CA", "CN=Root,O=A Public CA")
    told = _shake(leaf, above, public=True, match=NameMatch.MISMATCH).chain
    assert told[0].subject == "CN=authority-1"
    assert told[0].names == ("n1.n2.site-1.invalid",) or told[0].names == ("n1.site-1.invalid",)
    assert told[0].issuer == leaf.issuer
    assert told[1] == above


@pytest.mark.parametrize("name", ["no name at all", "garbage, CN=x", ""])
def test_what_is_no_distinguished_name_goes_whole(name: str) -> None:
    told = _shake(_certificate(name, name), public=False).chain[0].issuer
    assert told == ("authority-1" if name else "")


def test_ids_of_strangers_are_numbered_in_the_order_of_reading() -> None:
    steps = [NotMeasured(id=name, at_ms=at, took_ms=0, verb="path") for name, at in (("jdoe-2", 5.0), ("jdoe-1", 1.0))]
    assert [one.id for one in redact(evidence(*steps)).observations] == ["o000001", "o000000"]


# Secrets planted everywhere.

_LETTERS = st.text("bcdfghjkmnpqrtvwxz", min_size=7, max_size=7)


class Secrets(msgspec.Struct, frozen=True):
    """What a house wants to keep: names of all kinds, and addresses."""

    words: tuple[str, ...]
    private: tuple[str, ...]
    public: tuple[str, ...]


SECRETS = st.builds(
    Secrets,
    st.lists(_LETTERS, min_size=12, max_size=12, unique=True).map(tuple),
    st.tuples(
        _within("10.0.0.0/8"),
        _within("192.168.0.0/16"),
        _within("172.16.0.0/12"),
        _within("fd00::/8"),
        _within("fe80::/10"),
    ),
    st.tuples(_within("8.0.0.0/7"), _within("80.0.0.0/6"), _within("2a00::/12")),
)


def _planted(secret: Secrets) -> Evidence:
    """Evidence with the secrets in every place where a house may have one."""
    user, domain, site, ca, box, page, vpn, bank, portal, path, text, label = secret.words
    lan, wifi, other, ula, link = secret.private
    own, hop, own6 = secret.public
    at = Endpoint(address=address("ndc1.ibllc.com"), port=4001)
    common: dict[str, Any] = {"at_ms": 1.0, "took_ms": 1.0}
    foreign = (
        f"HTTP/1.1 302 Found\\r\\nX-{text}: {user} {own} {lan}\\r\\nHello {user}, from {bank}-{label}.{domain}.example"
    )
    leaf = Certificate(
        subject=f"CN={box}.{domain}.example,O={bank}", issuer=f"CN={ca} Proxy,O={bank}", names=(f"*.{domain}.example",)
    )
    raw = Raw(text=f"{user} at {wifi}", icmp=Icmp(type=3, code=13, sender=hop))
    steps: tuple[Observation, ...] = (
        SystemLookup(id="o1", **common, name=f"{page}.{domain}.example", addresses=(lan, own6), raw=raw),
        SystemLookup(id="o2", **common, name="ndc1.ibllc.com", addresses=(lan, ula)),
        DnsQuery(
            id="o3",
            **common,
            name=f"ndc1.ibllc.com.{site}.{domain}.example",
            type="A",
            resolver=Endpoint(address=lan, port=53),
            records=(
                Record(name=f"{site}.example", type="CNAME", value=f"{box}.{domain}.example", ttl_s=1),
                Record(name="ndc1.ibllc.com", type="TXT", value=f"{user} {bank}", ttl_s=1),
            ),
            other_answers=((Record(name="ndc1.ibllc.com", type="A", value=wifi, ttl_s=1),),),
        ),
        TcpConnect(
            id="o4",
            **common,
            endpoint=Endpoint(address=lan, port=80),
            host=f"{box}.{domain}.example",
            local=Endpoint(address=other, port=5),
            raw=raw,
            failure=Failure.HOST_UNREACHABLE,
        ),
        TcpListen(id="o5", **common, endpoint=at, host="ndc1.ibllc.com", spoke=foreign),
        Nudge(id="o6", **common, endpoint=at, host="ndc1.ibllc.com", answered=foreign),
        PathTrace(id="o7", **common, endpoint=at, hops=(Hop(limit=1, outcome="expired", sender=lan, raw=raw),)),
        TlsHandshake(
            id="o8",
            **common,
            endpoint=at,
            host="ndc1.ibllc.com",
            chain=(leaf,),
            judgements=(Judgement(store="public", trusted=False, reason=f"by {ca}"),),
            foreign=foreign,
        ),
        HttpExchange(
            id="o9",
            **common,
            endpoint=at,
            host="ndc1.ibllc.com",
            scheme="http",
            status=302,
            headers=(("location", f"http://{user}@{portal}.{domain}.example/{path}?{text}"), (f"x-{text}", user)),
            body_start=f"<html>{foreign}",
        ),
        Ping(id="o10", **common, address=lan, host=f"{box}.{domain}.example"),
        ProxyTunnel(
            id="o11", **common, proxy=f"http://{box}.{domain}.example:3128", target=f"{site}.example:443", text=foreign
        ),
        ApiHello(id="o12", **common, endpoint=at, server_version=f"176 {user}", answered=foreign),
        SourceAddress(id="o13", **common, towards=hop, local=wifi),
        PublicAddress(id="o14", **common, url=f"https://{user}:{path}@{site}.example/{text}", address=own),
        PublicAddress(id="o15", **common, url=f"https://{site}.example/", address=own6),
        Reflection(
            id="o18",
            **common,
            endpoint=Endpoint(address=other, port=443),
            port=443,
            kind=Payload.TLS_WEB,
            nonce=label,
            local=Endpoint(address=lan, port=5),
            seen=Seen(
                source=Endpoint(address=own, port=1),
                local=Endpoint(address=own6, port=443),
                at=text,
                syn=SynFacts(hop_limit=1, window=2, options=(user,)),
                hello=HelloFacts(sha256=label, ja4=user, server_name=f"{box}.{domain}.example", alpn=(bank,)),
                request=RequestFacts(line=f"GET /{path}", headers=(Header(name=f"x-{text}", value=user),)),
            ),
            request=RequestFacts(line=f"GET /{path}", headers=(Header(name=f"x-{text}", value=user),)),
            more=(ula,),
            empty=(link,),
        ),
        Arrivals(id="o19", **common, endpoint=Endpoint(address=other, port=443), arrived=((label, 443),)),
        LargeFlight(id="o21", **common, endpoint=Endpoint(address=other, port=443), port=443, inbound=True, size=9),
        WayBack(id="o22", **common, endpoint=Endpoint(address=other, port=443), port=443, sent=64, seen=60, allowed=5),
        NotMeasured(id="o16", **common, verb="ping", subject=f"{box}.{domain}.example", why=f"{user} {lan}"),
        TcpConnect(id=f"{label}-17", **common, endpoint=Endpoint(address=link, port=1)),
    )
    proxy = Proxy(
        scheme=ProxyScheme.HTTP,
        host=f"{box}.{domain}.example",
        port=3128,
        applies_to=("https",),
        bypass=(f".{site}.example", f"*.{domain}.example", f"{lan}/32", "<local>"),
        source=f"/home/{user}/.config/{path}",
    )
    vantage = Vantage(
        platform="linux",
        system=f"Linux 6.1-{bank}",
        interfaces=(Interface(name=f"{vpn}0", addresses=(f"{lan}/24", f"{ula}/64", f"{own}/28", f"{own6}/64")),),
        routes=(Route(destination=f"{wifi}/32", gateway=lan, interface=f"{vpn}0", table=label),),
        policy_rules=(PolicyRule(priority=1, selector=f"from {lan} iif {vpn}0", action=f"lookup {label}"),),
        neighbours=(Neighbour(address=lan, interface=f"{vpn}0"),),
        resolvers=(Resolver(address=lan, source=f"{vpn}0"), Resolver(address=own6)),
        search_domains=(f"{site}.{domain}.example",),
        resolver_options=(f"ndots:5 {label}",),
        hosts_entries=(HostsEntry(name="ndc1.ibllc.com", address=other, source=f"C:\\Users\\{user}\\hosts"),),
        proxies=(proxy,),
        auto_configs=(AutoConfig(url=f"http://{page}.{domain}.example/{path}.dat", source=f"{bank} policy"),),
        trust_stores=(TrustStore(role="given", path=f"/home/{user}/{ca}.pem"),),
        gateway_use=(GatewayUse(path=f"/home/{user}/Jts/jts.ini", peer=f"{box}.{domain}.example:4001", region=label),),
        not_measured=(f"proxies of the system: /home/{user}/{path} cannot be read",),
    )
    seen = evidence(*steps, vantage=vantage)
    plan = replace(
        seen.plan,
        targets=(*seen.plan.targets, Target(host=f"{site}.{domain}.example", port=1, transport=targets()[0].transport)),
        names=(*seen.plan.names, f"{site}.{domain}.example"),
        resolvers=vantage.resolvers,
        redirections=(Redirection(host=f"{site}.{domain}.example", to_address=lan),),
        controls=(Control(kind=ControlKind.GATEWAY, endpoint=Endpoint(address=lan, port=53)),),
        proxies=(proxy,),
        echo_urls=(f"https://{user}:{path}@{site}.example/{text}",),
        expected_networks=(f"{lan}/32",),
        reflector=Reflecting(addresses=(other,), name=f"{site}.{domain}.example", pin=label),
    )
    return replace(seen, plan=plan)


@given(SECRETS)
@_CALM
def test_no_planted_secret_survives(secret: Secrets) -> None:
    addresses = (*secret.private, *secret.public)
    assume(len(set(addresses)) == len(addresses))
    seen = _planted(secret)
    assert all(one.encode() in to_json(seen) for one in (*secret.words, *addresses))
    told = to_json(redact(seen)).decode()
    lower = told.lower()
    assert not [one for one in secret.words if one in lower]
    assert not [one for one in addresses if re.search(rf"(?<![\w.:]){re.escape(one)}(?![\w.:])", told)]


def test_no_planted_secret_survives_in_a_report() -> None:
    words = tuple(f"zqx{chr(98 + at)}wvk" for at in range(12))
    secret = Secrets(
        words, ("10.9.8.7", "192.168.3.4", "172.20.1.2", "fd12::9", "fe80::77"), ("8.1.2.3", "81.9.9.9", "2a01::7")
    )
    seen = _planted(secret)
    report = redact(replace(healthy(), evidence=seen, diagnosis=diagnose(seen)))
    told = to_json(report).decode().lower()
    assert not [one for one in (*words, *secret.private, *secret.public) if one in told]


# The diagnosis stays.


def test_a_report_says_that_it_is_redacted_and_says_the_same() -> None:
    seen = evidence()
    report = replace(healthy(), evidence=seen, diagnosis=diagnose(seen))
    told = redact(report)
    assert told.redacted
    assert told.diagnosis.verdict is report.diagnosis.verdict
    assert [one.code for one in told.diagnosis.findings] == [one.code for one in report.diagnosis.findings]


@given(SECRETS)
@_CALM
def test_planted_evidence_is_diagnosed_the_same(secret: Secrets) -> None:
    _assert_same_diagnosis(_planted(secret))


_HOSTS = tuple(dict.fromkeys(one.host for one in CATALOG.requirements))
_POOL = (
    PRIVATE
    | PUBLIC
    | st.sampled_from([address(one) for one in _HOSTS])
    | st.sampled_from(["127.0.0.1", "0.0.0.0", "240.1.1.1"])
)
_FAILURES = st.none() | st.sampled_from(Failure)
_DOMAINS = st.sampled_from([*_HOSTS, "proxy.office.example", "wpad", "login.hotel.example", "interactivebrokers.com"])
_SAID = st.sampled_from(["", "HTTP/1.1 400 Bad Request", "<html><body>Dear customer", "SSH-2.0-OpenSSH_9.2"])


@st.composite
def _plausible(draw: st.DrawFn) -> Evidence:
    """Evidence as a broken network might leave it: few addresses and names, met again in many places."""
    pool = st.sampled_from(draw(st.lists(_POOL, min_size=3, max_size=6, unique=True)))
    issuers = st.sampled_from(["CN=Box CA,O=House", "CN=R3,O=Public", "CN=Zscaler Root CA"])
    common: dict[str, Any] = {}

    def base() -> dict[str, Any]:
        common["n"] = common.get("n", 0) + 1
        raw = draw(
            st.none() | st.builds(lambda a, c: Raw(icmp=Icmp(type=3, code=c, sender=a)), pool, st.sampled_from([1, 13]))
        )
        took = draw(st.sampled_from([0.3, 20.0, 3060.0]))
        return {
            "id": f"o{common['n']}",
            "at_ms": float(common["n"]),
            "took_ms": took,
            "failure": draw(_FAILURES),
            "raw": raw,
        }

    steps: list[Observation] = []
    for host in draw(st.lists(st.sampled_from(_HOSTS), max_size=5)):
        found = tuple(draw(st.lists(pool, max_size=2)))
        records = tuple(Record(name=host, type="A", value=one, ttl_s=60) for one in found)
        steps.append(SystemLookup(**base(), name=host, addresses=found))
        steps.append(
            DnsQuery(**base(), name=host, type="A", resolver=Endpoint(address=draw(pool), port=53), records=records)
        )
        for place in found or (address(host),):
            port = draw(st.sampled_from([80, 443, 4000, 4001]))
            at = Endpoint(address=place, port=port)
            local = Endpoint(address=draw(pool), port=50000)
            why = draw(st.sampled_from([Purpose.TARGET, Purpose.SECOND_LOOK]))
            steps.append(TcpConnect(**base(), endpoint=at, host=host, purpose=why, local=local))
            steps.append(TcpListen(**base(), endpoint=at, host=host, spoke=draw(_SAID)))
            steps.append(
                Nudge(**base(), endpoint=at, host=host, answered=draw(_SAID), acknowledged=draw(st.booleans()))
            )
            leaf = Certificate(
                subject=f"CN={host}", issuer=draw(issuers), names=(host,), spki_sha256=draw(st.sampled_from(["", "ab"]))
            )
            judged = (
                Judgement(store="public", trusted=draw(st.booleans())),
                Judgement(store="system", trusted=draw(st.booleans())),
            )
            match = draw(st.sampled_from(NameMatch))
            steps.append(
                TlsHandshake(
                    **base(),
                    endpoint=at,
                    host=host,
                    chain=(leaf,),
                    judgements=judged,
                    name_match=match,
                    foreign=draw(_SAID),
                )
            )
            headers = (("location", f"https://{draw(_DOMAINS)}/x"), ("date", "Mon, 23 Nov 2026 03:51:00 GMT"))
            status = draw(st.sampled_from([200, 302, 403, 503, 511]))
            steps.append(HttpExchange(**base(), endpoint=at, host=host, scheme="http", status=status, headers=headers))
            steps.append(SourceAddress(**base(), towards=place, local=draw(pool)))
    proxy = Proxy(scheme=ProxyScheme.HTTP, host=draw(_DOMAINS), port=3128)
    steps.append(
        ProxyTunnel(
            **base(), proxy=proxy.authority, target=draw(st.sampled_from(["", "www.interactivebrokers.com:443"]))
        )
    )
    steps += [PublicAddress(**base(), url="https://echo.example/", address=draw(pool)) for _ in range(2)]
    controls = tuple(
        Control(kind=kind, endpoint=Endpoint(address=draw(pool), port=4001), port=4001)
        for kind in ControlKind
        if draw(st.booleans())
    )
    steps += [TcpConnect(**base(), endpoint=one.endpoint, purpose=Purpose.CONTROL) for one in controls]
    vantage = Vantage(
        platform="linux",
        interfaces=(
            Interface(name="eth0", addresses=(f"{draw(pool)}/24",)),
            Interface(name="tun0", addresses=(f"{draw(pool)}/24",), looks_like="vpn"),
        ),
        routes=tuple(
            draw(st.lists(st.sampled_from([Route(destination="0.0.0.0/0", gateway="10.20.0.1")]), max_size=1))
        ),
        resolvers=(Resolver(address=draw(pool)),),
        hosts_entries=tuple(HostsEntry(name=host, address=draw(pool), source="/etc/hosts") for host in _HOSTS[:1]),
        proxies=(proxy,),
    )
    seen = evidence(*steps, vantage=vantage)
    plan = replace(seen.plan, names=_HOSTS, controls=controls, resolvers=vantage.resolvers, proxies=(proxy,))
    return replace(seen, plan=plan)


@given(_plausible())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_plausible_evidence_is_diagnosed_the_same(seen: Evidence) -> None:
    _assert_same_diagnosis(seen)


def _assert_same_diagnosis(seen: Evidence) -> None:
    before, after = diagnose(seen), diagnose(redact(seen))
    assert after.verdict is before.verdict
    assert [one.code for one in after.findings] == [one.code for one in before.findings]
    assert [len(one.targets) for one in after.findings] == [len(one.targets) for one in before.findings]
    assert [one.ok for one in after.targets] == [one.ok for one in before.targets]


@given(seen=anything(Evidence))
@_CALM
def test_redaction_is_total(seen: Evidence) -> None:
    told = redact(seen)
    assert len(told.observations) == len(seen.observations)
    to_json(told)


@given(SECRETS)
@_CALM
def test_what_is_redacted_can_be_redacted_again(secret: Secrets) -> None:
    once = redact(_planted(secret))
    assert len(to_json(redact(once))) > 0
