"""Everything that can be wrong here, in one table.

A fault is a function from one scene to another. They are applied in the order of the table, whatever order they were
named in, so that a box in the path stands in front of what is broken behind it.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from lineclear.model import UsageError
from lineclear.simulate.scene import Scene

from .boxes import BOXES
from .fault import Fault
from .local import LOCAL
from .names import NAMES
from .ports import PORTS
from .tls import TLS

FAULTS: tuple[Fault, ...] = (*PORTS, *TLS, *BOXES, *NAMES, *LOCAL)
BY_NAME: dict[str, Fault] = {one.name: one for one in FAULTS}
SEVERAL = frozenset({"firewall", "servers"})
"""Groups of which one may have more than one fault: they concern different doors, or the later one wins."""


def apply(names: Iterable[str], scene: Scene) -> Scene:
    """The scene with the named faults in it.

    Raises:
        UsageError: a name is unknown, two faults exclude one another, or one finds nothing to break.
    """
    chosen = find(names)
    _refuse_conflicts(chosen)
    for one in (each for each in FAULTS if each in chosen):
        broken = one.change(scene)
        if broken == scene:
            raise UsageError(
                f"The fault {one.name} finds nothing to break in this catalog.",
                "Choose a fault that fits its ports: `lineclear simulate --list-faults`.",
            )
        scene = broken
    return scene


def find(names: Iterable[str]) -> tuple[Fault, ...]:
    """The rows of the named faults, each once.

    Raises:
        UsageError: a name is unknown.
    """
    return tuple(_find(one) for one in dict.fromkeys(names))


def _find(name: str) -> Fault:
    if name in BY_NAME:
        return BY_NAME[name]
    near = get_close_matches(name, BY_NAME, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"There is no fault called {name}.", f"{hint}`lineclear simulate --list-faults` shows them all.")


def _refuse_conflicts(chosen: Iterable[Fault]) -> None:
    taken: dict[str, Fault] = {}
    for one in chosen:
        other = taken.setdefault(one.group, one)
        if other is not one and one.group not in SEVERAL:
            raise UsageError(
                f"The faults {other.name} and {one.name} exclude one another: both are about the {one.group}.",
                "Choose one of them.",
            )


__all__ = ["BY_NAME", "FAULTS", "Fault", "apply", "find"]
