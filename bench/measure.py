"""How a figure is taken: rounds that alternate between the compared, the best of each, and the load beside it."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Sample = TypeVar("Sample")
ROUNDS = 7


class Spent(NamedTuple):
    """What one run of a program took."""

    wall_s: float
    cpu_s: float
    peak_kib: int
    out: str


def interleaved(subjects: Mapping[str, Callable[[], Sample]], rounds: int = ROUNDS) -> dict[str, list[Sample]]:
    """Samples of each subject; every round asks all of them, so that a busy moment hits all alike."""
    samples: dict[str, list[Sample]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            samples[name].append(subject())
    return samples


def spent_by(*command: object, ok: Sequence[int] = (0,), **words: object) -> Spent:
    """Run a program to its end.

    Raises:
        RuntimeError: it ended with a code that is not `ok`.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    program = subprocess.Popen(  # type: ignore[call-overload]
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **words
    )
    out, err = program.communicate()
    wall_s = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if program.returncode not in ok:
        raise RuntimeError(f"{command[0]} ended with {program.returncode}: {err[-2000:]}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall_s, cpu_s, after.ru_maxrss, out)


def load() -> float:
    """The load average of the last minute."""
    return os.getloadavg()[0]


class Bounds(NamedTuple):
    """What a ratio is measured by."""

    must: float
    stretch: float
    at_least: bool = False

    def word(self, ratio: float) -> str:
        """How far it came."""
        for name in ("stretch", "must"):
            bound = getattr(self, name)
            if ratio >= bound if self.at_least else ratio <= bound:
                return name
        return "MISSED"

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        return f"(must {sign} {self.must:g}, stretch {sign} {self.stretch:g})"


def say(goal: str, what: str, ratio: float, absolutes: str, bounds: Bounds | None = None) -> None:
    """One line of a result: the ratio, its bounds if it has any, both absolutes, and the load."""
    judged = f"{bounds.word(ratio):8} {bounds}" if bounds else "for comparison"
    print(f"{goal:4} {what:50} {ratio:8.3f}  {judged:38} {absolutes}; load {load():.2f}", flush=True)


def spread(samples: Sequence[float], unit: float = 1.0) -> str:
    """Best, median and worst, for reading how noisy it was."""
    return f"{min(samples) * unit:.3f} / {statistics.median(samples) * unit:.3f} / {max(samples) * unit:.3f}"
