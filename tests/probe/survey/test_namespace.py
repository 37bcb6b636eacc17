"""The survey and the routing decision in networks made for the purpose, by a real kernel."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lineclear.model import Failure, Presence, Vantage, from_json

SRC = Path(__file__).parents[3] / "src"
ASK = """
import sys
from lineclear.model import to_json
from lineclear.probe.route.source import source_address
from lineclear.probe.survey import survey
sources = {one: source_address(one) for one in sys.argv[1:]}
sys.stdout.buffer.write(to_json({"vantage": survey(environ={}), "sources": sources}))
"""


def _why_not() -> str:
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux, to make a network namespace"
    for program in ("unshare", "ip"):
        if shutil.which(program) is None:
            return f"needs the program {program}"
    made = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    return "" if made.returncode == 0 else "no network namespace can be made here"


WHY_NOT = _why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "never")

Sources = dict[str, tuple[str, str | None, dict[str, Any] | None]]


def look(*commands: str, towards: tuple[str, ...] = ()) -> tuple[Vantage, Sources]:
    """The vantage, and the sources towards some addresses, in a new network after `ip` ran these commands."""
    script = "\n".join(["set -e", *(f"ip {one}" for one in commands), 'exec "$@"'])
    program = ["unshare", "-n", "sh", "-c", script, "sh", sys.executable, "-c", ASK, *towards]
    environ = {**os.environ, "PYTHONPATH": str(SRC)}
    answer = subprocess.run(program, capture_output=True, check=False, timeout=60, env=environ)
    assert answer.returncode == 0, answer.stderr.decode()
    told = json.loads(answer.stdout)
    return from_json(json.dumps(told["vantage"]).encode(), Vantage, "it"), told["sources"]


PAIR = (
    "link set lo up",
    "link add here type veth peer name there",
    "link set here up",
    "link set there up",
    "address add 10.9.0.2/24 dev here",
    "-6 address add 2001:db8::2/64 dev here nodad",
)
DEFAULTS = ("route add default via 10.9.0.1", "-6 route add default via 2001:db8::1")


def test_without_an_uplink_there_is_a_plain_no() -> None:
    vantage, sources = look(towards=("203.0.113.1",))
    assert [(one.name, one.up) for one in vantage.interfaces] == [("lo", Presence.NO)]
    assert vantage.routes == ()
    assert (vantage.ipv4, vantage.ipv6) == (Presence.NO, Presence.NO)
    assert sources["203.0.113.1"][1] == Failure.NO_ROUTE.value
    assert not [note for note in vantage.not_measured if note.startswith(("interfaces", "routes", "policy"))]


def test_an_address_without_a_way_out_is_a_no() -> None:
    vantage, _ = look(*PAIR)
    assert (vantage.ipv4, vantage.ipv6) == (Presence.NO, Presence.NO)
    assert "10.9.0.2/24" in {text for one in vantage.interfaces for text in one.addresses}


def test_an_ordinary_network() -> None:
    vantage, sources = look(*PAIR, *DEFAULTS, towards=("203.0.113.1", "2001:db8:9::1"))
    assert (vantage.ipv4, vantage.ipv6) == (Presence.YES, Presence.YES)
    assert {(one.gateway, one.interface) for one in vantage.routes if one.is_default} == {
        ("10.9.0.1", "here"),
        ("2001:db8::1", "here"),
    }
    assert {one.address for one in vantage.neighbours} == {"10.9.0.1", "2001:db8::1"}
    assert vantage.policy_rules == ()
    assert {towards: local for towards, (local, _, _) in sources.items()} == {
        "203.0.113.1": "10.9.0.2",
        "2001:db8:9::1": "2001:db8::2",
    }


@pytest.mark.parametrize(
    ("kind", "failure", "errno"),
    [
        ("prohibit", Failure.PERMISSION_DENIED, "EACCES"),
        ("blackhole", Failure.NO_ROUTE, "EINVAL"),
        ("unreachable", Failure.NO_ROUTE, "EHOSTUNREACH"),
    ],
)
def test_a_refusing_route_is_told_by_its_kind_and_its_errno(kind: str, failure: Failure, errno: str) -> None:
    vantage, sources = look(
        *PAIR, *DEFAULTS, f"route add {kind} 203.0.113.0/24", towards=("203.0.113.1", "198.51.100.1")
    )
    assert [one.destination for one in vantage.routes if one.kind == kind] == ["203.0.113.0/24"]
    _, word, raw = sources["203.0.113.1"]
    assert (word, (raw or {}).get("errno")) == (failure.value, errno)
    assert sources["198.51.100.1"][0] == "10.9.0.2"


def test_a_policy_that_prohibits_stands_among_the_rules() -> None:
    vantage, sources = look(*PAIR, *DEFAULTS, "rule add to 203.0.113.9 prohibit", towards=("203.0.113.9",))
    assert ("to 203.0.113.9/32", "prohibit") in {(one.selector, one.action) for one in vantage.policy_rules}
    assert sources["203.0.113.9"][1] == Failure.PERMISSION_DENIED.value


def test_a_vpn_that_takes_everything_from_another_table() -> None:
    vantage, sources = look(
        *PAIR,
        *DEFAULTS,
        "link add office type veth peer name away",
        "link set office up",
        "address add 10.66.0.2/32 dev office",
        "route add default dev office table 51820",
        "rule add not fwmark 0xca6c table 51820",
        towards=("203.0.113.9",),
    )
    assert [one.interface for one in vantage.routes if one.table == "51820"] == ["office"]
    assert ("not fwmark 0xca6c", "lookup 51820") in {(one.selector, one.action) for one in vantage.policy_rules}
    assert sources["203.0.113.9"][0] == "10.66.0.2"


def test_a_link_without_a_carrier() -> None:
    vantage, _ = look("link add here type veth peer name there", "link set here up")
    assert {one.name: (one.up, one.carrier) for one in vantage.interfaces if one.name != "lo"} == {
        "here": (Presence.YES, Presence.NO),
        "there": (Presence.NO, Presence.UNKNOWN),
    }
