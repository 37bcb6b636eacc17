"""P7: CPU per probe against blackbox_exporter, which is driven by its own interface, HTTP."""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.delay import Rule
from bench.edge import RESOLVER, SPACE, edge
from bench.measure import Bounds, interleaved, say, spent_by
from bench.subject import endpoints
from bench.verbs import FIRST, HOST

_PROGRAM = "prometheus-blackbox-exporter"
_PORT = 9115
_COUNT = 2000
_CLIENTS = 8
_TICKS = os.sysconf("SC_CLK_TCK")
_MODULES = f"""
modules:
  tcp: {{prober: tcp, timeout: 5s}}
  icmp: {{prober: icmp, timeout: 5s}}
  dns: {{prober: dns, timeout: 5s, dns: {{query_name: {HOST}, query_type: A}}}}
"""
_BOUNDS = {"tcp": Bounds(10, 25, True), "dns": Bounds(20, 40, True), "icmp": Bounds(40, 80, True)}


def p7(rounds: int) -> None:
    """How many times cheaper one probe is, by kind."""
    if shutil.which(_PROGRAM) is None:
        raise SystemExit(f"This bench compares with {_PROGRAM}: apt install {_PROGRAM} (its service need not run).")
    with edge([Rule(SPACE, rtt_ms=5)], {HOST: FIRST}), _exporter() as pid:
        for kind, bounds in _BOUNDS.items():
            taken = interleaved(
                {"ours": partial(_ours_us, kind), "its": partial(_its_us, pid, kind)}, max(3, rounds // 2)
            )
            ours, its = min(taken["ours"]), min(taken["its"])
            say("P7", f"times cheaper than the exporter, {kind}", its / ours, f"{ours:.1f} us, it {its:.0f} us", bounds)


def _ours_us(kind: str) -> float:
    good, used = map(int, spent_by(sys.executable, "-m", "bench.verbs", kind, _COUNT).out.split())
    if good != _COUNT:
        raise RuntimeError(f"{kind}: {good} of {_COUNT} answered")
    return used / _COUNT


@contextmanager
def _exporter() -> Iterator[int]:
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as modules:
        modules.write(_MODULES)
        modules.flush()
        options = [f"--config.file={modules.name}", f"--web.listen-address=127.0.0.1:{_PORT}", "--log.level=error"]
        program = subprocess.Popen([_PROGRAM, *options])
        try:
            _wait_for_it()
            yield program.pid
        finally:
            program.terminate()
            program.wait()


def _wait_for_it() -> None:
    for _ in range(100):
        try:
            http.client.HTTPConnection("127.0.0.1", _PORT).request("GET", "/-/healthy")
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the exporter did not start")


def _its_us(pid: int, kind: str) -> float:
    """CPU microseconds the daemon spends on one probe."""
    targets = list(endpoints(FIRST, 4 * _COUNT))[::4]
    words = {"tcp": [str(one) for one in targets], "icmp": [one.address for one in targets], "dns": [RESOLVER] * _COUNT}
    waiting = iter(words[kind])
    good: list[int] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", _PORT)
        for target in waiting:
            connection.request("GET", f"/probe?module={kind}&target={target}")
            good.append(b"\nprobe_success 1\n" in connection.getresponse().read())
        connection.close()

    before = _cpu_s(pid)
    clients = [threading.Thread(target=client) for _ in range(_CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    if sum(good) != _COUNT:
        raise RuntimeError(f"{kind}: the exporter says {sum(good)} of {_COUNT}")
    return (_cpu_s(pid) - before) / _COUNT * 1e6


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
