"""Cells: what is read, how it is spelled from then on, and what is refused."""

import pytest

from lineclear.catalog.hosts import read_host
from lineclear.catalog.ports import read_ports
from lineclear.catalog.source import FieldError
from lineclear.model import Kind, Ports, Transport


@pytest.mark.parametrize(
    ("cell", "host", "kind"),
    [
        ("ndc1.ibllc.com", "ndc1.ibllc.com", Kind.HOST),
        ("NDC1.ibllc.COM.", "ndc1.ibllc.com", Kind.HOST),
        ("ndc1_hb1.ibllc.com", "ndc1_hb1.ibllc.com", Kind.HOST),
        ("_dns.example.com", "_dns.example.com", Kind.HOST),
        ("localhost", "localhost", Kind.HOST),
        ("1and1.example", "1and1.example", Kind.HOST),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", Kind.HOST),
        ("127.0.0.1", "127.0.0.1", Kind.ADDRESS),
        ("2001:DB8::1", "2001:db8::1", Kind.ADDRESS),
        ("192.0.2.0/24", "192.0.2.0/24", Kind.CIDR),
        ("2001:DB8::/32", "2001:db8::/32", Kind.CIDR),
        ("*.Example.com", "*.example.com", Kind.WILDCARD),
    ],
)
def test_a_host_cell(cell: str, host: str, kind: Kind) -> None:
    assert read_host(cell, ()) == (host, kind)
    assert read_host(host, ()) == (host, kind)


@pytest.mark.parametrize(
    ("cell", "rule", "problem", "fix"),
    [
        (
            "https://wit1.interactivebrokers.com",
            "url-as-host",
            "URL",
            '"wit1.interactivebrokers.com" and ports = ["443/https"]',
        ),
        ("HTTP://a.example", "url-as-host", "URL", '"a.example" and ports = ["80/http"]'),
        ("https://u:p@a.example:8443/x?y#z", "url-as-host", "URL", '"a.example" and ports = ["8443/tcp"]'),
        ("https://[2001:db8::1]:8443", "url-as-host", "URL", '"2001:db8::1" and ports = ["8443/tcp"]'),
        ("tcp+ssl://fix.example", "url-as-host", "URL", 'Write only the host: "fix.example".'),
        ("a.example/path", "url-as-host", "path", '"a.example"'),
        ("a.example:443", "bad-host", "port beside", 'host = "a.example" and put 443'),
        ("[2001:db8::1]:443", "bad-host", "port beside", 'host = "2001:db8::1" and put 443'),
        ("[2001:db8::1]", "bad-host", "brackets", '"2001:db8::1"'),
        ("192.0.2.1/24", "bad-host", "bits set", '"192.0.2.0/24"'),
        ("192.0.2.0/33", "bad-host", "not a block", "192.0.2.0/24"),
        ("a.example/24", "bad-host", "not a block", "192.0.2.0/24"),
        ("192.0.2.256", "bad-host", "not an address", "four numbers"),
        ("10.0", "bad-host", "not an address", "four numbers"),
        ("2001:db8::zz", "bad-host", "not an address", "IPv6"),
        ("fe80::1%eth0", "bad-host", "not an address", "IPv6"),
        ("*", "bad-host", "in the midst", "*.example.com"),
        ("a*.example.com", "bad-host", "in the midst", "*.example.com"),
        ("*.*.example.com", "bad-host", "in the midst", "*.example.com"),
        ("bücher.example", "bad-host", "outside ASCII", "xn--"),
        ("a b.example", "bad-host", "not a host name", "Labels are"),
        ("a..example", "bad-host", "not a host name", "Labels are"),
        ("-a.example", "bad-host", "not a host name", "Labels are"),
        ("a-.example", "bad-host", "not a host name", "Labels are"),
        ("", "bad-host", "not a host name", "Labels are"),
        (".", "bad-host", "not a host name", "Labels are"),
        ("a\n.example", "bad-host", "not a host name", "Labels are"),
        (f"{'a' * 64}.example", "bad-host", "not a host name", "at most 63"),
        (".".join(["a" * 60] * 5), "bad-host", "not a host name", "at most 63"),
    ],
)
def test_what_is_no_host(cell: str, rule: str, problem: str, fix: str) -> None:
    with pytest.raises(FieldError) as caught:
        read_host(cell, ("here",))
    assert caught.value.path == ("here",)
    assert caught.value.rule == rule
    assert problem in caught.value.problem
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("cell", "ports", "transport"),
    [
        ("443", (443, 443), None),
        ("4001/tls", (4001, 4001), Transport.TLS),
        ("4001 / TLS", (4001, 4001), Transport.TLS),
        ("8194-8198/tcp", (8194, 8198), Transport.TCP),
        ("48129 - 48137", (48129, 48137), None),
        ("7496/tws-api", (7496, 7496), Transport.TWS_API),
        ("65535/udp", (65535, 65535), Transport.UDP),
    ],
)
def test_a_port_cell(cell: str, ports: tuple[int, int], transport: Transport | None) -> None:
    assert read_ports(cell, ()) == (Ports(first=ports[0], last=ports[1]), transport)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [("", "blank-ports"), ("  ", "blank-ports"), ("0", "bad-port"), ("65536", "bad-port"), ("443,80", "bad-port"),
     ("4000 / 4001", "bad-port"), ("tls/4001", "bad-port"), ("4001/", "bad-port"), ("-1", "bad-port"),
     ("9-3", "bad-port"), ("443/quic", "bad-port"), ("٤٤٣", "bad-port")],
)  # fmt: skip
def test_what_is_no_port(cell: str, rule: str) -> None:
    with pytest.raises(FieldError) as caught:
        read_ports(cell, ("here",))
    assert caught.value.rule == rule
    assert caught.value.fix
