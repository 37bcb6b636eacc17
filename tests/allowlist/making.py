"""Catalogs, contexts and snapshots made for tests, plain and hostile."""

from hypothesis import strategies as st

from lineclear.allowlist import Context, Snapshot
from lineclear.catalog import load_edition
from lineclear.model import Catalog, Kind, Ports, Requirement, Service, Transport

DATE = "2026-01-15"


def listed() -> Catalog:
    """The list of January 2022."""
    return load_edition("ibkr", "2022-01")


def context(**changes: object) -> Context:
    usual: dict[str, object] = {
        "catalog": "ibkr",
        "edition": "2022-01",
        "title": "IBKR Host and Ports Documentation",
        "publisher": "Interactive Brokers LLC",
        "application": "Trader Workstation",
        "date": DATE,
        "command": "lineclear allowlist",
    }
    return Context(**{**usual, **changes})  # type: ignore[arg-type]


def catalog(*rows: Requirement, **changes: object) -> Catalog:
    usual: dict[str, object] = {
        "id": "test",
        "edition": "1",
        "title": "A list",
        "publisher": "Somebody",
        "application": "Something",
    }
    service = Service(id="all", label="ALL", name="Everything", requirements=rows)
    return Catalog(services=(service,), **{**usual, **changes})  # type: ignore[arg-type]


def row(host: str, first: int, last: int = 0, **changes: object) -> Requirement:
    kind = Kind.ADDRESS if host.replace(".", "").isdigit() or ":" in host else Kind.HOST
    kind = Kind.WILDCARD if host.startswith("*.") else Kind.CIDR if "/" in host else kind
    usual: dict[str, object] = {
        "id": f"all/only/{host}/{first}",
        "service": "all",
        "host": host,
        "kind": kind,
        "ports": Ports(first=first, last=last or first),
        "transport": Transport.TLS,
    }
    return Requirement(**{**usual, **changes})  # type: ignore[arg-type]


def snapshot(hosts: dict[str, tuple[str, ...]]) -> Snapshot:
    return Snapshot(taken=DATE, origin="a test", addresses=hosts)


def addresses_for(found: Catalog) -> Snapshot:
    """One documentation address of each version for each name, the same at every run."""
    names = sorted({one.host for one in found.requirements if one.kind is Kind.HOST})
    return snapshot({name: (f"192.0.2.{n}", f"2001:db8::{n:x}") for n, name in enumerate(names, 1)})


ADDRESSES = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "198.51.100.9", "2001:db8::1", "2001:db8::2")
BLOCKS = ("192.0.2.0/30", "192.0.2.2/31", "198.51.100.0/24", "2001:db8::/64")
PORTS = (80, 443, 4000, 4001, 4002, 8194, 8196, 8199)
NAMES = {
    "a.example": ("192.0.2.1",),
    "a_b.example": ("192.0.2.2", "2001:db8::1"),
    "c.example": ("192.0.2.2", "192.0.2.3"),
    "d.example": ("2001:db8::2", "198.51.100.9"),
}


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    host = draw(st.sampled_from((*ADDRESSES, *BLOCKS, *NAMES)))
    first, last = sorted((draw(st.sampled_from(PORTS)), draw(st.sampled_from(PORTS))))
    last = last if draw(st.booleans()) else first
    transport = draw(st.sampled_from((Transport.TCP, Transport.TLS, Transport.UDP)))
    return row(host, first, last, transport=transport)


catalogs = st.lists(requirements(), min_size=1, max_size=8).map(lambda rows: catalog(*rows))
