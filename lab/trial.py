"""One scenario, in a process that is alone: build, change, check, ask the servers. Prints the outcome."""

import contextlib
import json
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from lab import peers
from lab.addresses import ROWS, Row
from lab.alone import settle_in
from lab.drawn import named
from lab.outcome import Outcome, Reach, Seen, Truth, grave_codes
from lab.scenario import NONE, Scenario
from lab.world import HOME, World
from lineclear.model import TLS_TRANSPORTS, Transport

_DIRECT = str(Path(__file__).with_name("direct.py"))
_AT_ONCE_S = 0.004
_REST_S = 0.7


class Errand(NamedTuple):
    """A nonce to leave at one target by one family of addresses."""

    row: Row
    family: int
    nonce: str

    def line(self) -> str:
        """As the direct client reads it."""
        return f"{self.row.host} {self.row.port} {self.row.transport.value} {self.family} {self.nonce}"


def main(name: str, *, shell: bool = False, tools: tuple[str, ...] = ()) -> None:
    """Run it, and ask other tools too if wanted; or give a shell in its desktop."""
    settle_in()
    scenario = named(name)
    if scenario is None:
        raise ValueError(name)
    with World() as world:
        for change in scenario.changes:
            change(world)
        world.open()
        if shell:
            _shell(world)
            return
        outcome = measure(scenario, world)
        if tools:
            outcome = msgspec.structs.replace(outcome, peers=peers.ask(world, tools))
        sys.stdout.buffer.write(msgspec.json.encode(outcome))
        sys.stdout.flush()


def measure(scenario: Scenario, world: World) -> Outcome:
    """The check as a user would run it, then the truth."""
    began = time.monotonic()
    ran = world.client(*world.check_under, *check_words(*scenario.words))
    check_s = time.monotonic() - began
    try:
        report = json.loads(ran.stdout)
    except ValueError:
        return Outcome(name=scenario.name, broken=f"check said {ran.returncode}: {ran.stderr[-800:]}")
    time.sleep(_REST_S)
    truth = find_truth(world, scenario)
    return Outcome(
        name=scenario.name,
        verdict=report["verdict"],
        codes=grave_codes(report["findings"]),
        ok={_name(one): one["ok"] for one in report["targets"]},
        unreserved=frozenset(_name(one) for one in report["targets"] if one["verdict"] == "success"),
        truth=truth,
        took_s=time.monotonic() - began,
        check_s=check_s,
        evidence=(HOME / "out" / "evidence.json").read_bytes(),
        said=", ".join(_brief(one) for one in report["findings"]),
    )


def check_words(*more: str) -> tuple[str, ...]:
    """The command line of the check, with more words of a scenario."""
    stores = "--public-roots", str(HOME / "public.pem"), "--trust-store", str(HOME / "system.pem")
    form = "--format", "json", "--save", str(HOME / "out" / "evidence.json")
    return sys.executable, "-m", "lineclear", "check", *stores, *form, *more


def find_truth(world: World, scenario: Scenario) -> Truth:
    """Leave a nonce at every server, by every family of its addresses: all at once, then the rest again, slowly."""
    wanted = [Errand(row, family, secrets.token_hex(8)) for row in ROWS for family in world.families]
    errands = {(one.row.name, one.family): one for one in wanted}
    seen: dict[tuple[str, int], Seen] = {}
    connected: set[tuple[str, int]] = set()
    for apart_s in (_AT_ONCE_S, *[scenario.slowly_s] * (scenario.tries - 1)):
        again = [one for key, one in errands.items() if not _is_settled(world, one, seen.get(key))]
        seen.update({(one.name, one.family): one for one in _leave(world, again, apart_s, scenario.patience_s)})
        connected |= {key for key, one in seen.items() if one.connected}
    four, six = (_reach(world, family, errands, seen, connected) for family in (4, 6))
    return Truth(four=four, six=six)


def _reach(
    world: World,
    family: int,
    errands: dict[tuple[str, int], Errand],
    seen: dict[tuple[str, int], Seen],
    connected: set[tuple[str, int]],
) -> Reach:
    arrivals = world.servers.arrivals
    mine = [one for (_, by), one in seen.items() if by == family]
    left = [one for (_, by), one in errands.items() if by == family]
    plain = frozenset(row.name for row in ROWS if row.transport in (Transport.TCP, Transport.HTTP))
    own = {one.name for one in mine if one.fingerprint and one.fingerprint == arrivals.fingerprints.get(one.name)}
    return Reach(
        connected=frozenset(name for name, by in connected if by == family),
        arrived=frozenset(one.row.name for one in left if arrivals.has(one.row.name, one.nonce)),
        genuine=plain | own if mine else NONE,
        trusted=plain | {one.name for one in mine if one.trusted} if mine else NONE,
    )


def _is_settled(world: World, errand: Errand, seen: Seen | None) -> bool:
    """Whether a second look could tell nothing new: its nonce arrived, and its certificate was judged if it has one."""
    judged = errand.row.transport not in TLS_TRANSPORTS or (seen is not None and seen.trusted is not None)
    return judged and world.servers.arrivals.has(errand.row.name, errand.nonce)


def _leave(world: World, errands: list[Errand], apart_s: float, patience_s: float) -> list[Seen]:
    lines = "".join(f"{one.line()}\n" for one in errands)
    words = sys.executable, _DIRECT, str(HOME / "system.pem"), str(apart_s), str(patience_s)
    with contextlib.suppress(subprocess.TimeoutExpired):
        ran = world.client(*words, stdin=lines, timeout=25)
        return [msgspec.json.decode(line, type=Seen) for line in ran.stdout.splitlines()]
    return []


def _name(target: dict[str, object]) -> str:
    return f"{target['host']}:{target['port']}"


def _brief(finding: dict[str, object]) -> str:
    targets = finding.get("targets") or ()
    return f"{finding['code']}/{str(finding['severity'])[0]}{len(targets)}[{str(finding.get('subject', ''))[:30]}]"  # type: ignore[arg-type]


def _shell(world: World) -> None:
    """Root's shell in the desktop's namespace; the check's command line stands in `$LAB_CHECK`."""
    sys.stderr.write("You are on the desktop. Other places: ip netns exec office|provider|second|core|internet …\n")
    subprocess.run(["ip", "netns", "exec", "desktop", "bash", "--norc"], check=False, env=shell_environ(world))


def shell_environ(world: World) -> dict[str, str]:
    """What the shell finds set."""
    import os  # noqa: PLC0415

    check = f"{sys.executable} -m lineclear check --public-roots {HOME}/public.pem --trust-store {HOME}/system.pem"
    sources = str(Path(__file__).parents[1] / "src")
    return {**os.environ, **world.environ, "LAB_CHECK": check, "PYTHONPATH": sources, "PS1": "desktop# "}


if __name__ == "__main__":
    main(sys.argv[1], shell="--shell" in sys.argv, tools=tuple(sys.argv[3:]) if "--peers" in sys.argv else ())
