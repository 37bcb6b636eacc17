"""The page: what a browser loads, how soon it shows something, how smoothly it grows; and a thousand runs of it."""

import contextlib
import http.client
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Bounds, load, say
from tests.page.chromium import Visit, chromium

from lineclear.catalog import load as load_catalog
from lineclear.simulate import edge

RUNS = 1000
SETTLED = 100
"""Runs after which memory is looked at for the first time: caches are warm by then."""
_LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => list.getEntries().forEach((one) => window.longTasks.push(one.duration)))
  .observe({ type: "longtask", buffered: true });
"""
_FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
_BYTES = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter((one) => !one.name.includes('/events')).reduce((sum, one) => sum + one.transferSize, 0)"""
_BUSY = """() => setTimeout(() => {
  const until = performance.now() + 80;
  while (performance.now() < until);
})"""
_NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


class Served:
    """A page in a process of its own, on a simulated edge."""

    def __init__(self, process: "subprocess.Popen[str]", address: str) -> None:
        self.pid = process.pid
        self.address = address
        self.port = int(re.search(r":(\d+)/", address)[1])
        self._cookie = ""

    def ask(self, path: str, method: str = "GET", body: str = "") -> tuple[int, str]:
        """One request with the session's cookie."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            headers = {"Cookie": self._cookie, "Origin": f"http://127.0.0.1:{self.port}"}
            connection.request(method, path, body, {name: value for name, value in headers.items() if value})
            answer = connection.getresponse()
            self._cookie = (answer.getheader("Set-Cookie") or self._cookie).partition(";")[0]
            return answer.status, answer.read().decode()

    def run(self, service: str) -> None:
        """One run as a browser makes it: asked for, looked at until the verdict stands, and handed on."""
        assert self.ask("/run", "POST", f"service={service}")[0] == 303
        while 'data-verdict="measuring"' in self.ask("/")[1]:
            time.sleep(0.2)
        assert self.ask("/download/markdown")[0] == 200

    @property
    def memory_kib(self) -> int:
        """What the process holds in memory."""
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())[1])

    @property
    def descriptors(self) -> int:
        """Open files and sockets, those apart that only close by themselves in a moment."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())


def sixty() -> str:
    """A list of 60 targets: 15 services, each with a primary and a backup on two ports."""
    services = "".join(
        f'[[service]]\nid = "s{one}"\nname = "Service {one}"\nlabel = "S{one}"\ntable = "t"\n'
        f'hosts = ["a{one}.gates.example", "b{one}.gates.example"]\n'
        for one in range(15)
    )
    return (
        'format = "lineclear.catalog/1"\nid = "sixty"\nedition = "1"\ntitle = "Sixty targets"\npublisher = "Example"\n'
        'application = "a program"\n[[table]]\nid = "t"\ntitle = "T"\ncolumns = ["S", "H", "P"]\n'
        '[[table.ports]]\nport = 4000\ntransport = "tcp"\n[[table.ports]]\nport = 4001\ntransport = "tls"\n' + services
    )


@contextlib.contextmanager
def served(catalog: str = "ibkr") -> Iterator[Served]:
    """Start the edge of a list and the page."""
    with edge(catalog=load_catalog(catalog)) as running:
        words = [sys.executable, "-m", "lineclear", "page", "--no-open", f"--catalog={catalog}", *running.options]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        try:
            yield Served(process, re.search(r"http://\S+", process.stdout.readline())[0])
        finally:
            process.terminate()
            process.wait()


def page(rounds: int) -> None:
    """Bytes, first paint and long tasks of a whole check watched in Chromium; the worst of some rounds."""
    sizes, paints, tasks = [], [], []
    file = Path(tempfile.mkdtemp(), "sixty.toml")
    file.write_text(sixty())
    for _ in range(min(rounds, 5)):
        with served(str(file)) as one, chromium(_NOWHERE) as browser:
            context = browser.new_context(bypass_csp=True)
            context.add_init_script(_LONG_TASKS)
            visit = Visit(context, one.address)
            visit.page.wait_for_selector("#verdict")
            paints.append(visit.page.evaluate(_FIRST_PAINT))
            visit.verdict()
            sizes.append(visit.page.evaluate(_BYTES))
            assert visit.page.locator("#services td.port").count() == 60
            tasks.append(max(visit.page.evaluate("() => window.longTasks"), default=0.0))
            # A task made long on purpose shows that one would have been seen; the debugger's own are not counted.
            visit.page.evaluate(_BUSY)
            visit.page.wait_for_function("() => window.longTasks.some((one) => one >= 80)")
    say("page", "kB a browser loads", max(sizes) / 1000, f"all rounds {sizes}", Bounds(150, 75))
    say("page", "ms until the first paint, with every row", max(paints), f"all rounds {paints}", Bounds(1000, 500))
    say("page", "ms of the longest task while 60 targets fill in", max(tasks), f"all rounds {tasks}", Bounds(50, 25))


def soak(rounds: int) -> None:
    """A thousand runs of one service: memory and descriptors after the first hundred, and after the last."""
    del rounds
    with served() as one:
        one.ask(one.address.partition(str(one.port))[2])
        began = time.monotonic()
        for number in range(RUNS):
            one.run("ib-cam")
            if number + 1 in (1, SETTLED, RUNS // 2):
                print(f"     after {number + 1:4}: {one.memory_kib} KiB, {one.descriptors} descriptors", flush=True)
            if number + 1 == SETTLED:
                memory, descriptors = one.memory_kib, one.descriptors
        time.sleep(6)  # connections that are kept alive end after five seconds
        last = f"{memory} KiB and {descriptors} descriptors, then {one.memory_kib} KiB and {one.descriptors}"
        took = f"{RUNS} runs in {time.monotonic() - began:.0f} s"
        say(
            "soak",
            "memory after the last run over that after 100",
            one.memory_kib / memory,
            f"{last}; {took}",
            Bounds(1.1, 1.02),
        )
        say(
            "soak",
            "descriptors after the last run over those after 100",
            one.descriptors / descriptors,
            f"load {load():.1f}",
            Bounds(1.0, 1.0),
        )
