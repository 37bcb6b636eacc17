"""How long a check takes: over all networks, and by family, so that a slow class shows."""

from collections.abc import Iterator, Sequence
from math import ceil

from lab.outcome import Outcome
from lab.scenario import Scenario

_NINE_OF_TEN = 0.9
_HOLDS = "--idle"
"""The option by which a user asks for more time than a check takes."""

Timed = Sequence[tuple[Scenario, Outcome]]


def durations(ran: Timed) -> Iterator[str]:
    """Two lines: what a check takes, and what one takes that was asked to hold connections silent."""
    usual = [outcome.check_s for scenario, outcome in ran if _HOLDS not in scenario.words]
    holding = [outcome.check_s for scenario, outcome in ran if _HOLDS in scenario.words]
    if usual:
        half, most, slowest = (f"{one:.1f} s" for one in spread(usual))
        yield f"typical check: median {half}, nine of ten within {most}, slowest {slowest}"
    if holding:
        yield f"slowest check with {_HOLDS}: {max(holding):.1f} s"


def by_family(ran: Timed) -> Iterator[tuple[str, str, str, str, str]]:
    """Per family: its name, how many of it, and the median, the 90th percentile and the slowest in seconds."""
    families: dict[str, list[float]] = {}
    for scenario, outcome in ran:
        if _HOLDS not in scenario.words:
            families.setdefault(scenario.family, []).append(outcome.check_s)
    for family, took in families.items():
        half, most, slowest = (f"{one:.1f}" for one in spread(took))
        yield family, str(len(took)), half, most, slowest


def spread(took: Sequence[float]) -> tuple[float, float, float]:
    """Median, 90th percentile and maximum, each of them a value that occurred (nearest rank)."""
    ordered = sorted(took)
    ranks = (len(ordered) - 1) // 2, ceil(_NINE_OF_TEN * len(ordered)) - 1, len(ordered) - 1
    half, most, slowest = (ordered[rank] for rank in ranks)
    return half, most, slowest
