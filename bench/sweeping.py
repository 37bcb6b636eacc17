"""P6, P11, P12, P13: what one TCP probe costs beside a bare C epoll loop, and whether its round trip is true."""

import sys
from collections.abc import Mapping
from functools import partial

from bench.delay import Rule
from bench.edge import SPACE, edge
from bench.measure import Bounds, interleaved, load, say, spent_by
from bench.native import needed

_RTT_MS = 20
_FIRST = "10.99.0.1"
_PYTHON = (sys.executable, "-m", "bench.subject")


def p6(rounds: int) -> None:
    """CPU per TCP probe against the C loop, 10,000 and 100,000 endpoints."""
    many = {"C": (needed("sweep"),), "sweep": (*_PYTHON, "sweep"), "sweep, TCP_INFO too": (*_PYTHON, "timed")}
    more = {"sweep nested in asyncio": (*_PYTHON, "nested"), "ordinary verb": (*_PYTHON, "verb")}
    more["ordinary verb, selectors"] = (*_PYTHON, "portable")
    with edge([Rule(SPACE, rtt_ms=_RTT_MS)]):
        for count, subjects, times in ((10_000, many | more, rounds), (100_000, many, max(5, rounds // 2))):
            us = _best({name: (program, count, 1000) for name, program in subjects.items()}, times)
            for name in list(subjects)[1:]:
                absolutes = f"{us[name]:.1f} us, C {us['C']:.1f} us"
                bounds = None if name.startswith("ordinary verb") else Bounds(1.6, 1.25)
                say("P6", f"{name}, {count:,} endpoints", us[name] / us["C"], absolutes, bounds)


def p11(rounds: int) -> None:
    """Growth: CPU per probe with 10,000 of 100,000 in flight against 100 of 1,000."""
    sweep = (*_PYTHON, "sweep")
    with edge([Rule(SPACE, rtt_ms=_RTT_MS)]):
        us = _best({"few": (sweep, 1000, 100), "many": (sweep, 100_000, 10_000)}, rounds)
    absolutes = f"{us['many']:.1f} us with 10,000 in flight, {us['few']:.1f} us with 100"
    say("P11", "100,000 endpoints against 1,000", us["many"] / us["few"], absolutes, Bounds(1.5, 1.3))


def p12(rounds: int) -> None:
    """User memory of a probe in flight: 10,000 that nobody answers, at once."""
    with edge([Rule(SPACE, drop=True)]):
        for name, mode, bounds in (("sweep", "weight-sweep", Bounds(2.0, 0.6)), ("ordinary verb", "weight-verb", None)):
            taken = [int(spent_by(*_PYTHON, mode, _FIRST, 10_000, 10_000, 2500).out) for _ in range(min(rounds, 3))]
            kib = min(taken) / 1024
            say("P12", f"KiB of a probe in flight, {name}", kib / 10_000, f"{kib:,.0f} KiB for 10,000", bounds)


def p13(rounds: int) -> None:
    """Reported round trips with 1,000 in flight: the kernel's, not the loop's."""
    with edge([Rule(SPACE, rtt_ms=_RTT_MS)]):
        for _ in range(min(rounds, 3)):
            said = spent_by(*_PYTHON, "roundtrips", _FIRST, 10_000, 1000, 5000).out
            print(f"P13  true {_RTT_MS} ms, 1,000 in flight: {said.strip()}  load {load():.2f}", flush=True)


def _best(subjects: Mapping[str, tuple[tuple[object, ...], int, int]], rounds: int) -> dict[str, float]:
    taken = interleaved({name: partial(_us_per_probe, *subject) for name, subject in subjects.items()}, rounds)
    return {name: min(samples) for name, samples in taken.items()}


def _us_per_probe(program: tuple[object, ...], count: int, window: int) -> float:
    """CPU microseconds of one probe; every endpoint must have been found open."""
    out = spent_by(*program, _FIRST, count, window, 5000).out.split()
    if out[0] != str(count):
        raise RuntimeError(f"{program}: of {count} endpoints open, refused, silent, other: {out[:4]}")
    return int(out[4]) / count
