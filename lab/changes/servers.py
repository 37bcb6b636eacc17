"""The vendor's own servers: gone, dumb, or with a certificate that is not right."""

from lab.scenario import Change, Names
from lab.servers import changed
from lab.world import World
from lineclear.simulate.scene import Leaf


def door(names: Names, **changes: object) -> Change:
    """Doors that behave otherwise: `manner` of `lab.servers.Door`."""

    def change(world: World) -> None:
        world.doors = changed(world.doors, names, **changes)

    return change


def certificate(name: str, *, for_name: str = "", **changes: object) -> Change:
    """The certificate of one door: for another name, of another authority, or of other dates."""

    def change(world: World) -> None:
        own = for_name or name.partition(":")[0]
        leaf = Leaf(names=(own,), **changes)  # type: ignore[arg-type]
        world.doors = changed(world.doors, frozenset({name}), leaf=leaf)

    return change
