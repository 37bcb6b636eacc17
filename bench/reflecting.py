"""The reflector: memory of idle connections, and requests a second. Loopback of a namespace of its own."""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.callers import PLAIN, SECRET, Session, call, greet
from bench.measure import Bounds, say, spread
from bench.native import needed

_IDLE = 10_000
_MOST_MIB = 300.0
_CALLERS = 4
_SECONDS = 2.5
_WANTED_PER_S = 2000.0
_TICKS = os.sysconf("SC_CLK_TCK")
_CORES = sorted(os.sched_getaffinity(0))
_READY_S = 10.0


def r1(_: int) -> None:
    """Memory of the whole process with 10,000 idle connections, over 300 MB."""
    kinds = {"silent": _say_nothing, "proven, in lines": greet, "proven, in TLS": _greet_in_secret}
    for name, prepare in kinds.items():
        with _reflector() as server:
            bare = _mib(server.pid)
            held = []
            for _number in range(_IDLE):
                sock = call(SECRET if "TLS" in name else PLAIN)
                prepare(sock)
                held.append(sock)
            full = _mib(server.pid)
            each = (full - bare) * 1024 / _IDLE
            say(
                "R1",
                f"memory with {_IDLE} idle connections, {name} / 300 MB",
                full / _MOST_MIB,
                f"{full:.0f} MiB, {bare:.0f} MiB without any, {each:.1f} KiB each",
                Bounds(1.0, 0.5),
            )
            for sock in held:
                sock.close()


def r2(rounds: int) -> None:
    """Requests a second over 2,000, each conversation on a connection of its own: a greeting, and a report.

    The reflector, one process, has one core, and its callers, C programs, the other. What one core answers is told by
    the CPU it spent on each, which other work on the machine hardly changes; what got through is told beside it, and
    is less where the callers, or others, had not the time to ask.
    """
    caller = needed("caller", "-lssl", "-lcrypto")
    for kind in ("lines", "web", "tls"):
        samples = [_answered(caller, kind) for _ in range(rounds)]
        costs = [cpu_us for _, cpu_us, _ in samples]
        absolutes = f"{spread(costs)} us of the reflector's CPU each, {1e6 / min(costs):.0f} /s at best"
        ratio = 1e6 / statistics.median(costs) / _WANTED_PER_S
        say("R2", f"requests a second one core answers, {kind} / 2000", ratio, absolutes, Bounds(1.0, 2.0, True))
        through, _, calling_us = max(samples)
        absolutes = f"{through:.0f} /s; {calling_us:.0f} us of the callers' CPU each"
        say("R2", f"what got through of the other core's, {kind} / 2000", through / _WANTED_PER_S, absolutes)


def _answered(caller: Path, kind: str) -> tuple[float, float, float]:
    """Requests a second that were answered, and CPU microseconds of the reflector and of its callers for each."""
    port = SECRET if kind == "tls" else PLAIN
    with _reflector() as server:
        os.sched_setaffinity(server.pid, {_CORES[0]})
        began, spent = time.perf_counter(), _cpu_s(server.pid)
        words = "taskset", "-c", str(_CORES[-1]), str(caller), str(port), kind, str(_SECONDS)
        callers = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(_CALLERS)]
        told = [one.communicate()[0].split() for one in callers]
        took, cpu_s = time.perf_counter() - began, _cpu_s(server.pid) - spent
    requests = 2 * sum(int(done) for done, _ in told)
    return requests / took, cpu_s / requests * 1e6, sum(int(us) for _, us in told) / requests


def _say_nothing(_: socket.socket) -> None:
    return None


def _greet_in_secret(sock: socket.socket) -> None:
    greet(Session(sock))


@contextmanager
def _reflector() -> Iterator["subprocess.Popen[bytes]"]:
    places = "--listen", f"127.0.0.1:{PLAIN}", "--listen", f"127.0.0.1:{SECRET}/tls"
    bounds = "--per-source", "20000", "--rate", "100000"
    words = sys.executable, "-m", "lineclear", "reflect", *places, *bounds, "--seconds", "240"
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + _READY_S
            while not _accepts() and time.monotonic() < until:
                time.sleep(0.05)
            yield server
        finally:
            server.terminate()


def _accepts() -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", SECRET)) == 0


def _mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _cpu_s(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS
