"""The reflector's place in the internet: addresses of both families, and one beside them where nobody is."""

import sys
from collections.abc import Callable, Sequence

from lab.addresses import NOBODY_BESIDE, NOBODY_BESIDE6, REFLECTORS, REFLECTORS6
from lab.scenario import Change
from lab.world import HOME, World

PORTS = (80, 443, 4000, 4001)
Command = Callable[[Sequence[str], Sequence[str]], Sequence[str]]
"""From the addresses it is to listen on, and those it may call empty, to the words of a program."""


def reflect(addresses: Sequence[str], empty: Sequence[str]) -> Sequence[str]:
    """The words of `lineclear reflect`."""
    here = [word for one in addresses for word in ("--address", one)]
    nobody = [word for one in empty for word in ("--empty", one)]
    return (sys.executable, "-m", "lineclear", "reflect", *here, *nobody, "--certificate", str(HOME / "reflect.pem"))


def reflector(command: Command = reflect, *, both_families: bool = True, most: int = len(REFLECTORS)) -> Change:
    """A program listens where the reflector belongs, on up to four addresses of each family."""
    addresses = (*REFLECTORS[:most], *(REFLECTORS6[:most] if both_families else ()))
    empty = (NOBODY_BESIDE, *((NOBODY_BESIDE6,) if both_families else ()))

    def start(world: World) -> None:
        world.start(world.internet, *command(addresses, empty), port=PORTS[-1], at=addresses[0])

    def change(world: World) -> None:
        world.late.append(start)

    return change
