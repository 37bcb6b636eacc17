"""The reflector: memory of idle connections, and requests a second. Loopback of a namespace of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.callers import PLAIN, SECRET, Session, call, converse, greet
from bench.measure import Bounds, say

_IDLE = 10_000
_MOST_MIB = 300.0
_CALLERS = 4
_SECONDS = 4.0
_WANTED_PER_S = 2000.0
_TICKS = os.sysconf("SC_CLK_TCK")
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


def r2(_: int) -> None:
    """Requests a second over 2,000, each conversation on a connection of its own: a greeting, and a report."""
    for kind in ("lines", "tls", "web"):
        with _reflector() as server:
            began, spent = time.perf_counter(), _cpu_s(server.pid)
            callers = [_caller(kind) for _ in range(_CALLERS)]
            done = sum(int(one.communicate()[0]) for one in callers)
            took, cpu = time.perf_counter() - began, _cpu_s(server.pid) - spent
            say(
                "R2",
                f"requests a second, {kind} / 2000",
                2 * done / _SECONDS / _WANTED_PER_S,
                f"{2 * done / _SECONDS:.0f} /s in {done} conversations, {cpu / (2 * done) * 1e6:.0f} us of the "
                f"reflector's CPU each, {cpu / took:.2f} cores",
                Bounds(1.0, 2.0, True),
            )


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


def _caller(kind: str) -> "subprocess.Popen[str]":
    words = sys.executable, "-m", "bench.reflecting", kind
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def _mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _cpu_s(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS


if __name__ == "__main__":
    print(converse(sys.argv[1], _SECONDS))
