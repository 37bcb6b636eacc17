"""The exceptions in the real kernel: on a machine that lets nothing out, exactly what the list demands gets out."""

import ipaddress
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lineclear.allowlist import rules, write
from lineclear.model import Catalog, Kind, Requirement, Transport

from .making import ADDRESSES, NAMES, PORTS, catalog, catalogs, context, row, snapshot

HERE = Path(__file__).parent
Tuple = tuple[str, str, int]
TUPLES: list[Tuple] = [
    (protocol, address, port) for protocol in ("tcp", "udp") for address in ADDRESSES for port in PORTS
]

DIALECTS = {"nftables": "nft", "iptables": "sh"}
NEEDS = {"nftables": ("nft",), "iptables": ("iptables", "ip6tables", "ipset")}
TAKE_BACK = {
    "nftables": """
nft -a list chain inet filter output | sed -n 's/.*jump lineclear_test .*handle //p' | while read n; do
  nft delete rule inet filter output handle "$n"; done
nft delete chain inet filter lineclear_test
nft list sets | sed -n 's/.*set \\(lineclear_test[a-z0-9_]*\\) .*/\\1/p' | while read s; do
  nft delete set inet filter "$s"; done
""",
    "iptables": """
for program in iptables ip6tables; do
  $program -S | sed -n 's/^-A \\(.* -j LINECLEAR_TEST\\)$/\\1/p' | while read rule; do $program -D $rule; done
  if $program -n -L LINECLEAR_TEST >/dev/null 2>&1; then $program -F LINECLEAR_TEST; $program -X LINECLEAR_TEST; fi
done
ipset -n list | grep '^lineclear-test' | while read s; do ipset destroy "$s"; done
""",
}
LEFT = {
    "nftables": "nft list ruleset | grep -i lineclear || true",
    "iptables": "(iptables -S; ip6tables -S; ipset list -n) | grep -i lineclear || true",
}


def loaded(dialect: str, text: str, tuples: list[Tuple], **more: Any) -> dict[str, Any]:
    asked = {"program": DIALECTS[dialect], "text": text, "tuples": tuples, **more}
    ran = subprocess.run(
        ["unshare", "--net", sys.executable, str(HERE / "box.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def demanded(found: Catalog) -> list[bool]:
    """For each tuple, whether the list demands it: said once more, without anything of the room under test."""
    return [any(_covers(one, *each) for one in found.requirements) for each in TUPLES]


def _covers(one: Requirement, protocol: str, address: str, port: int) -> bool:
    if one.kind is Kind.HOST:
        there = address in NAMES[one.host]
    else:
        there = ipaddress.ip_address(address) in ipaddress.ip_network(one.host)
    same = (protocol == "udp") == (one.transport is Transport.UDP)
    return same and one.ports.first <= port <= one.ports.last and there


@pytest.fixture(params=sorted(DIALECTS))
def dialect(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    missing = [tool for tool in ("unshare", "ip", *NEEDS[name]) if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    tried = subprocess.run(["unshare", "--net", *_probe(name)], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no firewall in a network namespace here: {tried.stderr.strip()}")
    return name


def _probe(name: str) -> list[str]:
    return ["nft", "list", "ruleset"] if name == "nftables" else ["sh", "-c", "ipset create x hash:net && iptables -S"]


MIXED = catalog(
    row("a.example", 443),
    row("a_b.example", 4000, 4001),
    row("d.example", 8194, 8199, transport=Transport.UDP),
    row("192.0.2.3", 80),
    row("192.0.2.2/31", 443),
    row("2001:db8::/64", 80),
)


def test_exactly_what_is_demanded_gets_out_and_is_taken_back(dialect: str) -> None:
    text = write(dialect, rules(MIXED), context(catalog="test", snapshot=snapshot(NAMES))).text
    answer = loaded(dialect, text, TUPLES, again=2, take_back=TAKE_BACK[dialect], left=LEFT[dialect])
    wanted = demanded(MIXED)
    assert any(wanted)
    assert not all(wanted)
    assert answer["before"] == answer["after"] == [False] * len(TUPLES)
    assert answer["with"] == wanted
    assert answer["left"] == ""


def test_a_whole_family_can_be_let_out(dialect: str) -> None:
    everywhere = catalog(row("0.0.0.0/0", 443), row("::/0", 80))
    answer = loaded(dialect, write(dialect, rules(everywhere), context(catalog="test")).text, TUPLES)
    assert answer["with"] == demanded(everywhere)


def test_only_the_named_source_gets_out(dialect: str) -> None:
    hook = {"nftables": "inet filter output", "iptables": "OUTPUT"}[dialect]
    found = rules(catalog(row("192.0.2.1", 443), row("2001:db8::1", 443)))
    for source, expected in (("192.0.2.0/24", [True, False]), ("203.0.113.0/24", [False, False])):
        text = write(dialect, found, context(catalog="test", sources=(source,), chain=hook)).text
        answer = loaded(dialect, text, [("tcp", "192.0.2.1", 443), ("tcp", "2001:db8::1", 443)])
        assert answer["with"] == expected


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=catalogs)
def test_exactly_what_any_catalog_demands_gets_out(dialect: str, found: Catalog) -> None:
    text = write(dialect, rules(found), context(catalog="test", snapshot=snapshot(NAMES))).text
    assert loaded(dialect, text, TUPLES)["with"] == demanded(found)
