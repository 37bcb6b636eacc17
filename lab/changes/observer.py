"""The reflector's place in the internet: addresses of both families, and one beside them where nobody is.

And changes of the way there that only a reflector shows.
"""

import sys
from collections.abc import Callable, Iterable, Sequence

from lab.addresses import NOBODY_BESIDE, NOBODY_BESIDE6, REFLECTORS, REFLECTORS6
from lab.changes.filters import rules
from lab.scenario import Change
from lab.world import HOME, World

_BY_FIRST_BYTE = {"TLS": 0x16, "HTTP": 0x47}
_MARK = "0x7"
_HEADERS = 52
"""Bytes of IP and TCP before the payload of a segment."""
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


def only_known(ports: Iterable[int], *known: str, longer_than: int = 0) -> Change:
    """A filter at the provider passes connections that begin with what it knows; bytes of others are dropped.

    `longer_than`: only segments with more bytes of payload, for an engine that makes up its mind late.
    """
    to = f"tcp dport {{ {', '.join(map(str, ports))} }} tcp flags & psh == psh"
    size = f"meta length > {_HEADERS + longer_than} " if longer_than else ""
    firsts = ", ".join(str(_BY_FIRST_BYTE[one]) for one in known)
    knows = (f"{to} @ih,0,8 {{ {firsts} }} ct mark set {_MARK}",) if known else ()
    return rules("provider", *knows, f"{to} {size}ct mark != {_MARK} drop")


def narrow(mtu: int, *ends: tuple[str, str]) -> Change:
    """A link takes smaller packets, and nobody is told so: that between provider and core, or that with these ends."""

    def change(world: World) -> None:
        for place, to in ends or (("provider", "to-core"), ("core", "to-provider")):
            world.places[place].ip(f"link set {to} mtu {mtu}")
            world.chain(
                world.places[place],
                "filter hook output priority 0",
                "icmp type destination-unreachable icmp code frag-needed drop",
                "icmpv6 type packet-too-big drop",
            )

    return change


def believed_box(world: World) -> None:
    """The inspecting device's authority is in every store, the public one's too."""
    both = (world.certifier.authorities[name].pem for name in ("public", "box"))
    world.file("public.pem", b"".join(both))
