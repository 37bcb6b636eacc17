"""What is measured, as a program of its own: `python -m bench.subject MODE FIRST COUNT WINDOW PATIENCE_MS`.

`verb` (the ordinary `tcp.connect`), `portable` (the same without epoll), `sweep`, `timed` (with TCP_INFO) and `nested`
(inside asyncio) say what `native/sweep.c` says: open refused silent other, CPU and wall microseconds. `weight-verb` and
`weight-sweep` say how many bytes of memory are in use with everything in flight. `roundtrips` says in words what the
ordinary verb reports, and what a clock in the loop would have said.
"""

import asyncio
import gc
import ipaddress
import resource
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Coroutine, Iterator

from lineclear.model import Endpoint, Failure, Limits, TcpConnect
from lineclear.probe import tcp
from lineclear.probe.fleet.sweep import Swept, sweep
from lineclear.probe.loop.nested import run_in_asyncio
from lineclear.probe.loop.portable import SelectorPoller
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run

PORTS = (80, 443, 4000, 4001)


def endpoints(first: str, count: int) -> Iterator[Endpoint]:
    """Four ports of so many addresses in a row."""
    begin = int(ipaddress.ip_address(first))
    for number in range(count):
        yield Endpoint(address=str(ipaddress.ip_address(begin + number // 4)), port=PORTS[number % 4])


def cpu_us() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return round((used.ru_utime + used.ru_stime) * 1e6)


class Probing:
    """One reactor and one way to connect to all targets."""

    def __init__(self, targets: list[Endpoint], window: int, patience_s: float, portable: bool = False) -> None:
        self.reactor = Reactor(poller=SelectorPoller() if portable else None)
        self.run = Run(self.reactor, Limits())
        self.seen: Counter[Failure | None] = Counter()
        self._targets = targets
        self._window = window
        self._patience_s = patience_s

    async def by_verb(self) -> None:
        """Workers that connect one after the other."""
        waiting = iter(self._targets)

        async def worker() -> None:
            for endpoint in waiting:
                connection = await tcp.connect(
                    self.run, host="", endpoint=endpoint, hedges=1, patience_s=self._patience_s
                )
                if connection is not None:
                    connection.close()

        await self.reactor.gather(worker() for _ in range(self._window))
        self.seen.update(one.failure for one in self.run.observations)

    async def by_sweep(self, timed: bool = False) -> None:
        """The sweep."""

        def tell(one: Swept) -> None:
            self.seen[one.failure] += 1

        await sweep(self.reactor, self._targets, tell, window=self._window, patience_s=self._patience_s, timed=timed)

    async def with_tcp_info(self) -> None:
        """The sweep, each round trip asked of the kernel."""
        await self.by_sweep(timed=True)

    async def weighed(self, probing: Coroutine[object, object, None]) -> int:
        """Bytes of Python memory in use when every probe is in flight."""
        gc.collect()
        tracemalloc.start()
        task = self.reactor.spawn(probing)
        await self.reactor.sleep(0.8 * self._patience_s)
        weight, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await task
        return weight


def roundtrips(probing: Probing) -> str:
    """What the ordinary verb reports, and what a clock beside it saw."""
    probing.reactor.run(probing.by_verb())
    connects = [one for one in probing.run.observations if isinstance(one, TcpConnect)]
    reported = [one.rtt_ms for one in connects if one.rtt_ms is not None and one.rtt_from == "tcp_info"]
    by_clock = [one.took_ms for one in connects]
    both = ((f"{len(reported)} reported from TCP_INFO", reported), ("a clock in the loop", by_clock))
    return ", ".join(
        f"{name} p50 {_percentile(all_, 50):.1f} p99 {_percentile(all_, 99):.1f} ms" for name, all_ in both
    )


def _percentile(samples: list[float], percent: int) -> float:
    return sorted(samples)[len(samples) * percent // 100]


def cost(probing: Probing, mode: str) -> str:
    """The counts, and CPU and wall microseconds."""
    modes = {
        "verb": probing.by_verb,
        "portable": probing.by_verb,
        "sweep": probing.by_sweep,
        "timed": probing.with_tcp_info,
    }
    cpu, wall = cpu_us(), time.monotonic()
    if mode == "nested":
        asyncio.run(run_in_asyncio(probing.reactor, probing.by_sweep()))
    else:
        probing.reactor.run(modes[mode]())
    used, took = cpu_us() - cpu, round((time.monotonic() - wall) * 1e6)
    known = [probing.seen.pop(one, 0) for one in (None, Failure.CONNECTION_REFUSED, Failure.TIMED_OUT)]
    return " ".join(map(str, [*known, probing.seen.total(), used, took]))


def weight(probing: Probing, mode: str) -> str:
    """Bytes in use with everything in flight."""
    modes = {"weight-verb": probing.by_verb, "weight-sweep": probing.by_sweep}
    return str(probing.reactor.run(probing.weighed(modes[mode]())))


def main(mode: str, first: str, count: int, window: int, patience_ms: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    probing = Probing(list(endpoints(first, count)), window, patience_ms / 1000, portable=mode == "portable")
    if mode == "roundtrips":
        print(roundtrips(probing))
    else:
        print(weight(probing, mode) if mode.startswith("weight") else cost(probing, mode))
    probing.reactor.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
