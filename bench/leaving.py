"""How long after its deadline, and after Ctrl-C, a check is still there: fresh processes against the simulated edge.

`deadline` tries every fault of the edge at several deadlines; `interrupt` sends SIGINT at moments from the first to the
last of a check. What a user with a stopwatch sees counts, less the start of a bare interpreter. Only checks that were
still at work count: one that had ended by itself was not late.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from bench.checking import lineclear
from bench.measure import load

from lineclear.catalog import load as load_catalog
from lineclear.simulate import FAULTS, Running, edge
from lineclear.simulate.session import environment

DEADLINES_S = (0.1, 0.3, 1.0, 2.0, 5.0)
MOMENTS_S = (0.01, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1.3, 2.1, 3.4)
"""After the start of the process at which Ctrl-C comes."""
_IN_TIME_S = 0.3
_NETWORKS: tuple[tuple[str, ...], ...] = ((), *((one.name,) for one in FAULTS if one.catalog == "ibkr"))
_INTERRUPTED: tuple[tuple[str, ...], ...] = ((), ("silent-all",), ("dns-silent",), ("accept-silent",), ("refused",))
_LATE_SHOWN = 5


class Late(NamedTuple):
    """How one check ended."""

    late_s: float
    what: str
    wrong: str = ""


def deadline(rounds: int) -> None:
    """The worst overrun of each deadline over all faults."""
    bare_s = _bare_s()
    _compile()
    found: dict[float, list[Late]] = {one: [] for one in DEADLINES_S}
    for faults in _NETWORKS:
        with _edge(faults) as (running, env):
            for deadline_s in DEADLINES_S * (1 + (rounds > 7)):
                words = ("check", "--format", "json", "--deadline", str(deadline_s), *running.options)
                began = time.perf_counter()
                ended = subprocess.run([*lineclear(), *words], capture_output=True, env=env, check=False)
                late_s = time.perf_counter() - began - deadline_s - bare_s
                if _report(ended.stdout).get("interrupted", True):
                    wrong = "" if ended.returncode in (0, 1, 3, 4) else ended.stderr.decode()[-200:]
                    found[deadline_s].append(Late(late_s, " ".join(faults) or "healthy", wrong))
    for deadline_s, several in found.items():
        _say(f"--deadline {deadline_s:g}", several)


def interrupt(rounds: int) -> None:
    """The longest wait for the end after Ctrl-C, and whether the exit code was 130 with a report."""
    _compile()
    found = []
    for _ in range(max(1, rounds // 7)):
        for faults in _INTERRUPTED:
            with _edge(faults) as (running, env):
                found += [_interrupted(moment_s, faults, running, env) for moment_s in MOMENTS_S]
    _say("Ctrl-C", [one for one in found if one is not None])


def _interrupted(moment_s: float, faults: tuple[str, ...], running: Running, env: dict[str, str]) -> Late | None:
    words = [*lineclear(), "check", "--format", "json", *running.options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as child:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(moment_s)
        began = time.perf_counter()
        if child.poll() is not None:
            return None
        child.send_signal(signal.SIGINT)
        out, err = child.communicate()
        late_s = time.perf_counter() - began
    ended_by_itself = child.returncode in (0, 1, 3, 4) and not _report(out).get("interrupted")
    wrong = (
        ""
        if child.returncode in (130, -signal.SIGINT) or ended_by_itself
        else f"exit {child.returncode} {err.decode()[-200:]}"
    )
    wrong += "Traceback" if b"Traceback" in err else ""
    return Late(late_s, f"{' '.join(faults) or 'healthy'} after {moment_s:g} s{'' if out else ', no report'}", wrong)


@contextlib.contextmanager
def _edge(faults: tuple[str, ...]) -> Iterator[tuple[Running, dict[str, str]]]:
    with edge(faults, catalog=load_catalog("ibkr")) as running:
        yield running, {**os.environ, **environment(running)}


def _report(out: bytes) -> dict[str, object]:
    try:
        report: dict[str, object] = msgspec.json.decode(out, type=dict[str, object])
    except msgspec.DecodeError:
        return {}
    return report


def _compile() -> None:
    """Have every module compiled, as an installation does."""
    with _edge(()) as (running, env):
        for form in ("json", "text"):
            words = [*lineclear(), "check", "--format", form, *running.options]
            subprocess.run(words, capture_output=True, env=env, check=True)


def _bare_s() -> float:
    taken = []
    for _ in range(9):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        taken.append(time.perf_counter() - began)
    return min(taken)


def _say(what: str, several: list[Late]) -> None:
    worst = sorted(several, reverse=True)
    late = [one for one in worst if one.late_s > _IN_TIME_S]
    middle = statistics.median(one.late_s for one in several)
    print(
        f"{what:15} late by {worst[0].late_s:.3f} s at worst, {middle:.3f} s in the middle; "
        f"{len(late)} of {len(several)} beyond {_IN_TIME_S} s; load {load():.2f}"
    )
    for one in worst[: _LATE_SHOWN if late else 1]:
        print(f"    {one.late_s:.3f} s {one.what}")
    for one in worst:
        if one.wrong:
            print(f"    WRONG {one.what}: {one.wrong}")
    sys.stdout.flush()
