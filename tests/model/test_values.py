"""What values say of themselves."""

import pytest
from tests.diagnose.scene import scene

from lineclear.model import (
    Endpoint,
    Hop,
    Icmp,
    Kind,
    PathTrace,
    Ports,
    Proxy,
    ProxyScheme,
    Requirement,
    Route,
    TargetResult,
    TcpConnect,
    Transport,
)


def test_endpoints_are_written_as_people_do() -> None:
    assert str(Endpoint(address="192.0.2.1", port=4000)) == "192.0.2.1:4000"
    assert str(Endpoint(address="2001:db8::1", port=4000)) == "[2001:db8::1]:4000"
    assert TargetResult(host="a.example", port=1, transport="tcp").name == "a.example:1"
    assert TargetResult(host="::1", port=1, transport="tcp").name == "[::1]:1"


def test_ports_are_one_or_a_range() -> None:
    assert str(Ports(first=80, last=80)) == "80"
    assert str(Ports(first=8194, last=8198)) == "8194-8198"


@pytest.mark.parametrize(
    ("kind", "transport", "testable"),
    [
        (Kind.HOST, Transport.TCP, True),
        (Kind.ADDRESS, Transport.TLS, True),
        (Kind.CIDR, Transport.TCP, False),
        (Kind.WILDCARD, Transport.HTTPS, False),
        (Kind.HOST, Transport.UDP, False),
    ],
)
def test_one_connection_can_decide_some_rows(kind: Kind, transport: Transport, testable: bool) -> None:
    row = Requirement(id="r", service="s", host="h", ports=Ports(first=1, last=9), transport=transport, kind=kind)
    assert row.testable is testable
    assert row.port == 1


@pytest.mark.parametrize(
    ("icmp", "name"),
    [
        (Icmp(type=3, code=13, sender="10.0.0.1"), "administratively prohibited"),
        (Icmp(type=1, code=0, sender="fe80::1", version=6), "no route to destination"),
        (Icmp(type=3, code=99, sender="10.0.0.1"), "type 3 code 99"),
        (Icmp(type=3, code=1, sender="10.0.0.1", version=5), "type 3 code 1"),
    ],
)
def test_icmp_errors_have_names(icmp: Icmp, name: str) -> None:
    assert icmp.name == name


def test_default_routes_cover_a_whole_version_of_ip() -> None:
    assert [Route(destination=one).is_default for one in ("0.0.0.0/0", "::/0", "10.0.0.0/8")] == [True, True, False]


def test_a_proxy_is_named_without_its_credentials() -> None:
    proxy = Proxy(scheme=ProxyScheme.SOCKS5, host="::1", port=1080, had_credentials=True)
    assert proxy.authority == "socks5://[::1]:1080"


def test_a_trace_tells_where_it_is_first_accepted() -> None:
    hops = (Hop(limit=1, outcome="expired"), Hop(limit=2, outcome="connected"), Hop(limit=3, outcome="connected"))
    endpoint = Endpoint(address="192.0.2.1", port=4000)
    assert PathTrace(id="p", at_ms=0, took_ms=0, endpoint=endpoint, hops=hops).connects_at == 2
    assert PathTrace(id="p", at_ms=0, took_ms=0, endpoint=endpoint).connects_at is None


def test_evidence_gives_its_steps_by_kind() -> None:
    evidence = scene()
    assert all(isinstance(one, TcpConnect) for one in evidence.of(TcpConnect))
    assert len(list(evidence.of(TcpConnect))) == 47 + 9
