"""P1, P2, P14: a whole check of the January 2022 list against the physical floor, and what starting costs."""

import contextlib
import gc
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
from bench.authority import certificate_for
from bench.delay import Rule
from bench.edge import RESOLVER, edge
from bench.measure import Bounds, Spent, interleaved, say, spent_by, spread

from lineclear.catalog import load_edition
from lineclear.check import check
from lineclear.model import TLS_TRANSPORTS, Catalog, Depth, Report, TcpConnect, TlsHandshake
from lineclear.plan import Options
from lineclear.probe.trust.roots import chosen

DNS_MS = 15.0
NEAREST_MS, FARTHEST_MS = 5.0, 250.0
_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_JUDGED = (0, 1, 3, 4)
"""Exit codes of a check that came to its end."""


class Ladder:
    """The hosts of a catalog at round trips from near to far, and the floor no check can beat."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        rows = [one for one in catalog.requirements if one.testable]
        hosts = list(dict.fromkeys(one.host for one in rows))
        step_ms = (FARTHEST_MS - NEAREST_MS) / (len(hosts) - 1)
        self.rtt_ms = {host: NEAREST_MS + number * step_ms for number, host in enumerate(hosts)}
        self.names = {host: f"10.99.{number + 1}.1" for number, host in enumerate(hosts)}
        self.endpoints = {(one.host, one.port): one.transport for one in rows}

    def plan(self, loss: float = 0.0, dns_loss: float = 0.0) -> list[Rule]:
        """The cable's plan; what is not on the ladder is nowhere."""
        hosts = [Rule(self.names[host], rtt_ms=rtt_ms, loss=loss) for host, rtt_ms in self.rtt_ms.items()]
        return [Rule(RESOLVER, rtt_ms=DNS_MS, loss=dns_loss), *hosts, Rule("0.0.0.0/0", drop=True)]

    def floor_s(self, depth: Depth) -> float:
        """A name, a handshake and, where it is spoken, TLS 1.3, of whatever takes longest."""
        ways = [
            self.rtt_ms[host] * (2 if depth is Depth.TLS and transport in TLS_TRANSPORTS else 1)
            for (host, _), transport in self.endpoints.items()
        ]
        return (DNS_MS + max(ways)) / 1000.0


@contextlib.contextmanager
def ladder_world(ladder: Ladder, plan: list[Rule], tls: bool, seed: int = 1) -> Iterator[None]:
    """The edge with the ladder's names; this machine resolves by it, and trusts its authority if `tls`."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        resolver = folder / "resolv.conf"
        resolver.write_text(f"nameserver {RESOLVER}\n")
        stack.enter_context(_in_place_of(Path("/etc/resolv.conf"), resolver))
        certificate = certificate_for(ladder.names, folder) if tls else None
        if certificate is not None:
            for store in chosen(trust_store="", public_roots=""):
                bundle = folder / f"{store.role}.pem"
                bundle.write_bytes(Path(store.path).read_bytes() + certificate.authority.read_bytes())
                stack.enter_context(_in_place_of(Path(store.path), bundle))
        world = stack.enter_context(edge(plan, ladder.names, certificate, seed))
        world.client.ip("route add default dev cable")
        yield


@contextlib.contextmanager
def _in_place_of(there: Path, ours: Path) -> Iterator[None]:
    """Show another file to every program of this mount namespace."""
    subprocess.run(["mount", "--bind", ours, there.resolve()], check=True)
    yield
    subprocess.run(["umount", there.resolve()], check=True)


@cache
def lineclear() -> tuple[str, str]:
    """The command as `pip install` would write it."""
    module, _, function = tomllib.loads(_PROJECT.read_text())["project"]["scripts"]["lineclear"].partition(":")
    script = Path(tempfile.mkdtemp(), "lineclear")
    script.write_text(f"import sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    return sys.executable, str(script)


def command(depth: Depth) -> Spent:
    """One run of the command, text report on a pipe."""
    return spent_by(*lineclear(), "check", "--depth", depth.value, ok=_JUDGED)


def call(catalog: Catalog, depth: Depth) -> tuple[float, Report]:
    """One library call in this process."""
    began = time.perf_counter()
    report = check(catalog, Options(depth=depth))
    return time.perf_counter() - began, report


def _all_well(report: Report, ladder: Ladder, depth: Depth) -> None:
    """A check that found something wrong on a faultless network is worth no figure."""
    observations = report.evidence.observations
    wrong = [one for one in observations if isinstance(one, (TcpConnect, TlsHandshake)) and one.failure]
    judged = [one for one in observations if isinstance(one, TlsHandshake)]
    untrusted = [one for one in judged if not one.trusted_by("public")]
    connected = sum(isinstance(one, TcpConnect) for one in observations)
    if wrong or untrusted or connected < len(ladder.endpoints) or (depth is Depth.TLS and not judged):
        raise RuntimeError(f"{connected} connects, {len(judged)} judged, wrong: {wrong[:2]}, {untrusted[:2]}")


_BOUNDS = {
    ("p1", Depth.TCP): Bounds(1.15, 1.09),
    ("p1", Depth.TLS): Bounds(1.12, 1.06),
    ("p2", Depth.TCP): Bounds(1.05, 1.02),
    ("p2", Depth.TLS): Bounds(1.05, 1.02),
}


def p1(rounds: int) -> None:
    """Wall time of the command, process start and report included, over the physical floor."""
    ladder = Ladder(load_edition("ibkr", "2022-01"))
    for depth in (Depth.TCP, Depth.TLS):
        with ladder_world(ladder, ladder.plan(), tls=depth is Depth.TLS):
            _all_well(call(ladder.catalog, depth)[1], ladder, depth)
            command(depth)
            runs = [command(depth) for _ in range(max(5, rounds))]
        wall_s, floor_s = min(one.wall_s for one in runs), ladder.floor_s(depth)
        cpu_ms = statistics.median(one.cpu_s for one in runs) * 1000
        absolutes = f"{wall_s:.3f} s, floor {floor_s:.3f} s, CPU {cpu_ms:.0f} ms, {runs[0].peak_kib // 1024} MiB"
        absolutes += f"; all runs {spread([one.wall_s for one in runs])} s"
        say(
            "P1",
            f"check --depth {depth.value}, {len(ladder.endpoints)} endpoints",
            wall_s / floor_s,
            absolutes,
            _BOUNDS["p1", depth],
        )


def p2(rounds: int) -> None:
    """The library call in a warm process over the physical floor."""
    ladder = Ladder(load_edition("ibkr", "2022-01"))
    for depth in (Depth.TCP, Depth.TLS):
        with ladder_world(ladder, ladder.plan(), tls=depth is Depth.TLS):
            _all_well(call(ladder.catalog, depth)[1], ladder, depth)
            gc.collect()
            taken = [call(ladder.catalog, depth)[0] for _ in range(max(5, rounds))]
        wall_s, floor_s = min(taken), ladder.floor_s(depth)
        absolutes = f"{wall_s:.3f} s, floor {floor_s:.3f} s; all runs {spread(taken)} s"
        say("P2", f"check(), {depth.value}, warm", wall_s / floor_s, absolutes, _BOUNDS["p2", depth])


def p14(rounds: int) -> None:
    """`--version` over the bare interpreter, and what a check adds to its own waiting."""
    ladder = Ladder(load_edition("ibkr", "2022-01"))
    with ladder_world(ladder, ladder.plan(), tls=False):
        command(Depth.TCP)
        taken = interleaved(
            {
                "pass": lambda: spent_by(sys.executable, "-c", "pass").wall_s,
                "--version": lambda: spent_by(*lineclear(), "--version").wall_s,
                "check": _around_the_wire,
            },
            max(9, rounds),
        )
    bare_ms, version_ms, around_ms = (min(taken[name]) * 1000 for name in ("pass", "--version", "check"))
    say(
        "P14",
        "--version over the bare interpreter",
        version_ms / bare_ms,
        f"{version_ms:.1f} ms, bare {bare_ms:.1f} ms",
        Bounds(4, 2.5),
    )
    say(
        "P14",
        "ms a check spends around the wire, over bare",
        around_ms - bare_ms,
        f"{around_ms:.1f} ms, bare {bare_ms:.1f} ms",
        Bounds(60, 30),
    )


def _around_the_wire() -> float:
    """Seconds of a check in which nothing is under way: all before the first packet, and all after the last."""
    with tempfile.NamedTemporaryFile(suffix=".json") as saved:
        spent = spent_by(*lineclear(), "check", "--depth", "tcp", "--save", saved.name, ok=_JUDGED)
        return spent.wall_s - float(msgspec.json.decode(Path(saved.name).read_bytes())["took_ms"]) / 1000
