"""The allowlist of a list of 10,000 hosts in every dialect: CPU and memory, each in a process of its own."""

import resource
import subprocess
import sys
import time
from pathlib import Path

from bench.measure import load

HOSTS = 10_000
_GOAL_S, _GOAL_MIB = 1.0, 200
_ROOT = Path(__file__).parents[1]


def a1(rounds: int) -> None:
    """Print the slowest and the largest of all dialects, and every dialect that misses the goal."""
    from lineclear.allowlist import CAPABILITIES  # noqa: PLC0415

    found = {}
    for name in CAPABILITIES:
        runs = [_measured(name) for _ in range(min(rounds, 3))]
        found[name] = min(seconds for seconds, _ in runs), min(mib for _, mib in runs)
    slow, large = (max(found, key=lambda one, at=at: found[one][at]) for at in (0, 1))  # type: ignore[misc]
    seconds = f"{slow} {found[slow][0]:.2f} s of CPU, goal {_GOAL_S} s; load {load():.1f}"
    print(f"A1 {HOSTS} hosts, slowest of {len(found)} dialects: {seconds}")
    print(f"A1 largest, whole process: {large} {found[large][1]:.0f} MiB, goal {_GOAL_MIB} MiB")
    for name, (seconds, mib) in found.items():
        if seconds >= _GOAL_S or mib >= _GOAL_MIB:
            print(f"A1 misses its goal: {name} {seconds:.2f} s, {mib:.0f} MiB")


def _measured(name: str) -> tuple[float, float]:
    words = [sys.executable, "-m", "bench.writing", name]
    seconds, mib = subprocess.run(words, cwd=_ROOT, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(mib)


def main(name: str) -> None:
    """Render once; print seconds of CPU of this and MiB of this process."""
    from lineclear.allowlist import Context, Snapshot, rules, write  # noqa: PLC0415
    from lineclear.model import Catalog, Kind, Ports, Requirement, Service, Transport  # noqa: PLC0415

    rows = tuple(
        Requirement(
            id=f"all/only/h{number}",
            service="all",
            host=f"h{number}.example{number % 7}.net",
            kind=Kind.HOST,
            ports=Ports(first=port, last=port),
            transport=Transport.TLS,
        )
        for number in range(HOSTS)
        for port in [443 if number % 3 else 4000 + number % 50]
    )
    known = {one.host: (f"10.{at >> 8}.{at & 255}.7", f"2001:db8::{at + 1:x}") for at, one in enumerate(rows)}
    about = {"catalog": "big", "edition": "1", "title": "A list", "publisher": "Somebody", "application": "Something"}
    service = Service(id="all", label="ALL", name="Everything", requirements=rows)
    listed = Catalog(id="big", services=(service,), **{key: about[key] for key in list(about)[1:]})  # type: ignore[arg-type]
    snapshot = Snapshot(taken="2026-01-15", origin="a bench", addresses=known)
    context = Context(**about, date="2026-01-15", command="bench", snapshot=snapshot)  # type: ignore[arg-type]
    began = time.process_time()
    write(name, rules(listed), context)
    took_s = time.process_time() - began
    print(took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(sys.argv[1])
