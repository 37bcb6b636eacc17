"""What redaction takes out of a report, shown before it is sent: each value that goes, and what stands in its place.

Found by laying the report and its redacted form side by side, so it cannot promise more than was done.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from lineclear.model import Evidence

_MOST = 200


class Gone(Struct, frozen=True, kw_only=True):
    """One value that does not leave the house. `where`: the first place it stands, such as `vantage.resolvers`."""

    where: str
    was: str
    now: str
    times: int = 1


def removed(before: Evidence, after: Evidence) -> tuple[Gone, ...]:
    """Every value that differs, once, in the order of the evidence; at most 200."""
    found: dict[tuple[str, str], Gone] = {}
    for where, was, now in _differences("", before, after):
        known = found.get((was, now))
        times = known.times + 1 if known else 1
        found[was, now] = Gone(where=known.where if known else where, was=was, now=now, times=times)
    return tuple(found.values())[:_MOST]


def _differences(where: str, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(before, Struct) and type(before) is type(after):
        for name in before.__struct_fields__:
            inside = f"{where}.{name}" if where else name
            yield from _differences(inside, getattr(before, name), getattr(after, name))
    elif isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _differences(where, one, other)
    elif before != after:
        yield where, _text(before), _text(after)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
