"""Where the time of a check goes: the steps of kept evidence, by kind, when the first began and the last ended."""

from collections.abc import Iterable, Iterator

from lineclear.model import Evidence, Observation, Purpose


def timeline(evidence: Evidence) -> Iterator[str]:
    """One line for each kind of step that ended alike, in the order in which they began; seconds since the start."""
    rows: dict[tuple[str, str, str], list[Observation]] = {}
    for one in evidence.observations:
        purpose = getattr(one, "purpose", Purpose.TARGET)
        shown = "" if purpose is Purpose.TARGET else purpose.value
        rows.setdefault((type(one).__name__, shown, one.failure.value if one.failure else "ok"), []).append(one)
    yield f"{evidence.took_ms / 1000.0:.2f} s in all"
    for kind, steps in sorted(rows.items(), key=lambda row: _begins(row[1])):
        ends = max(one.at_ms + one.took_ms for one in steps) / 1000.0
        longest = max(one.took_ms for one in steps) / 1000.0
        words = " ".join(filter(None, kind))
        yield f"{_begins(steps) / 1000.0:6.2f} to {ends:6.2f}  {len(steps):3} of at most {longest:5.2f}  {words}"


def _begins(steps: Iterable[Observation]) -> float:
    return min(one.at_ms for one in steps)
