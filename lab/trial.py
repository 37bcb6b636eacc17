"""One scenario, in a process that is alone: build, change, check, ask the servers. Prints the outcome."""

import contextlib
import json
import secrets
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from lab import peers
from lab.addresses import ROWS, Row
from lab.alone import settle_in
from lab.drawn import named
from lab.outcome import Outcome, Seen, Truth, grave_codes
from lab.scenario import Scenario
from lab.world import HOME, World
from lineclear.model import TLS_TRANSPORTS, Transport

_DIRECT = str(Path(__file__).with_name("direct.py"))
_AT_ONCE_S = 0.004
_REST_S = 0.7


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
    ran = world.client(*check_words(scenario))
    check_s = time.monotonic() - began
    try:
        report = json.loads(ran.stdout)
    except ValueError:
        return Outcome(name=scenario.name, broken=f"check said {ran.returncode}: {ran.stderr[-800:]}")
    time.sleep(_REST_S)
    truth = find_truth(world, scenario.slowly_s)
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


def check_words(scenario: Scenario, *more: str) -> tuple[str, ...]:
    """The command line of the check."""
    stores = "--public-roots", str(HOME / "public.pem"), "--trust-store", str(HOME / "system.pem")
    form = "--format", "json", "--save", str(HOME / "out" / "evidence.json")
    return sys.executable, "-m", "lineclear", "check", *stores, *form, *scenario.words, *more


def find_truth(world: World, slowly_s: float) -> Truth:
    """Leave a nonce at every server: all at once, then what did not arrive again, slowly."""
    nonces = {row.name: secrets.token_hex(8) for row in ROWS}
    seen: dict[str, Seen] = {}
    for apart_s in (_AT_ONCE_S, slowly_s):
        again = [row for row in ROWS if not _is_settled(world, row, nonces[row.name], seen.get(row.name))]
        seen.update({one.name: one for one in _leave(world, again, nonces, apart_s)})
    arrived = frozenset(name for name, nonce in nonces.items() if world.servers.arrivals.has(name, nonce))
    shown = world.servers.arrivals.fingerprints
    plain = frozenset(row.name for row in ROWS if row.transport in (Transport.TCP, Transport.HTTP))
    return Truth(
        arrived=arrived,
        genuine=plain | {name for name, one in seen.items() if one.fingerprint and one.fingerprint == shown.get(name)},
        trusted=plain | {name for name, one in seen.items() if one.trusted},
    )


def _is_settled(world: World, row: Row, nonce: str, seen: Seen | None) -> bool:
    """Whether a second look could tell nothing new: its nonce arrived, and its certificate was judged if it has one."""
    judged = row.transport not in TLS_TRANSPORTS or (seen is not None and seen.trusted is not None)
    return judged and world.servers.arrivals.has(row.name, nonce)


def _leave(world: World, rows: list[Row], nonces: dict[str, str], apart_s: float) -> list[Seen]:
    lines = "".join(f"{row.host} {row.port} {row.transport.value} {nonces[row.name]}\n" for row in rows)
    words = sys.executable, _DIRECT, str(HOME / "system.pem"), str(apart_s)
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
