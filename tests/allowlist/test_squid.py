"""The Squid fragment, by Squid's own parser, and by real requests: exactly what the list demands gets through."""

import ipaddress
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineclear.allowlist import rules, write
from lineclear.model import Catalog, Kind, Requirement, Transport

from .making import catalog, context, listed, row
from .verify.agreeing import Rig
from .verify.squid_rig import CLIENTS, HOSTS, PORTS

WIDE = catalog(
    row("*.a.example", 443),
    row("b.a.example", 443),
    row("192.0.2.0/24", 80),
    row("2001:db8::1", 80),
    row("x_y.example", 80, 90),
)


@pytest.mark.parametrize("found", [listed(), WIDE])
@pytest.mark.parametrize("sources", [(), ("10.20.0.0/16", "2001:db8:5::/48")])
def test_squid_parses_it(found: Catalog, sources: tuple[str, ...], tmp_path: Path) -> None:
    if shutil.which("squid") is None:
        pytest.skip("squid is not installed")
    fragment = tmp_path / "lineclear.conf"
    fragment.write_text(write("squid", rules(found), context(sources=sources)).text)
    whole = tmp_path / "squid.conf"
    whole.write_text(f"include {fragment}\nhttp_access deny all\nhttp_port 127.0.0.1:3128\n")
    ran = subprocess.run(["squid", "-k", "parse", "-f", str(whole)], capture_output=True, text=True, check=False)
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    assert not [line for line in said.splitlines() if "WARNING" in line or "ERROR" in line or "FATAL" in line]


PLACES = ("a.example", "b.a.example", "*.a.example", "xa.example", "*.other.test", "203.0.113.77", "192.0.2.0/30")
found_rows = st.builds(
    row,
    st.sampled_from(PLACES),
    st.sampled_from(PORTS),
    transport=st.sampled_from((Transport.HTTPS, Transport.TLS, Transport.TCP)),
)
squid_catalogs = st.lists(found_rows, min_size=1, max_size=6).map(lambda rows: catalog(*rows))


@pytest.fixture(scope="module")
def squid() -> Iterator[Rig]:
    if os.geteuid() != 0 or shutil.which("squid") is None:
        pytest.skip("needs root and squid")
    with Rig("squid_rig") as rig:
        yield rig


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=squid_catalogs, only=st.booleans())
def test_exactly_what_any_catalog_demands_gets_through(squid: Rig, found: Catalog, only: bool) -> None:
    """Each host and address on each port, from a client that is let out and one that may not be."""
    text = write("squid", rules(found), context(sources=("10.1.0.0/24",) if only else ())).text
    asked = [(client, "CONNECT", place, port) for client in (CLIENTS[0], CLIENTS[2])
             for place in (*HOSTS, "203.0.113.77", "192.0.2.2") for port in PORTS]  # fmt: skip
    through = squid.ask(rules=f"{text}http_access deny all\n", requests=asked)
    expected = [(client == CLIENTS[0] or not only) and demanded(found, place, port) for client, _, place, port in asked]
    assert through == expected


def demanded(found: Catalog, place: str, port: int) -> bool:
    """Said once more, without anything of the room under test."""
    return any(_fits(one, place) and one.ports.first <= port <= one.ports.last for one in found.requirements)


def _fits(one: Requirement, place: str) -> bool:
    if one.kind in (Kind.ADDRESS, Kind.CIDR):
        return ipaddress.ip_address(HOSTS.get(place, place)) in ipaddress.ip_network(one.host)
    return place.endswith(one.host[1:]) if one.kind is Kind.WILDCARD else place == one.host
