"""Networks nobody labelled: two scenarios at once, drawn by chance, judged by the nonces alone.

A label is what somebody thought; here nobody thought anything. What is counted is what must never be wrong: a target
called usable that is not, one called lost that is not, and the one word over all of them. `a+b` names a pair wherever a
scenario's name is taken.
"""

import random
from collections.abc import Iterator

from lab.scenario import Scenario
from lab.scenarios import SCENARIOS

_CROWDED = (
    frozenset({"explicit", "interception", "tls", "portal", "healthy", "scripts"}),
    frozenset({"healthy", "names", "families"}),
    frozenset({"machine", "families"}),
    frozenset({"application", "families", "paths"}),
)
"""Families that put programs on the same ports of the office router, or take away the same addresses and cables."""


def named(name: str) -> Scenario | None:
    """The scenario of a name, or of several joined by `+`; None: there is none."""
    parts = [SCENARIOS.get(one) for one in name.split("+")]
    known = [one for one in parts if one is not None]
    if len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else together(*known)


def together(*scenarios: Scenario) -> Scenario:
    """All that is changed in some scenarios, in one network. It has no label."""
    return Scenario(
        name="+".join(one.name for one in scenarios),
        family="drawn",
        says=" ".join(one.says for one in scenarios),
        changes=tuple(change for one in scenarios for change in one.changes),
        verdict="",
        optional=frozenset().union(*(one.optional for one in scenarios)),
        needs=tuple(dict.fromkeys(need for one in scenarios for need in one.needs)),
        tries=max(one.tries for one in scenarios),
        slowly_s=max(one.slowly_s for one in scenarios),
        words=tuple(dict.fromkeys(word for one in scenarios for word in one.words)),
    )


def draw(count: int, seed: int) -> Iterator[Scenario]:
    """So many different pairs, always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311  not a secret
    every = list(SCENARIOS.values())
    drawn: set[frozenset[str]] = set()
    while len(drawn) < count:
        pair = chance.sample(every, 2)
        names = frozenset(one.name for one in pair)
        if _fit(*pair) and names not in drawn:
            drawn.add(names)
            yield together(*pair)


def _fit(one: Scenario, other: Scenario) -> bool:
    """Whether both can be so at once: of different families, and not both with programs in one place."""
    crowded = any({one.family, other.family} <= among for among in _CROWDED)
    return one.family != other.family and not crowded and not set(one.needs) & set(other.needs)
