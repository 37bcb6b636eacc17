"""A network told as a value: which doors there are, what stands behind each, what the name server says.

A healthy scene is made from a catalog; a fault is a function from one scene to another (`faults`). Nothing here opens
a socket: `edge` brings a scene to life. So the truth of a run, which targets really work, can be read from the scene
and need not be guessed from what a client saw.
"""

import enum
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from lineclear.model import TLS_TRANSPORTS, Catalog, Kind, Requirement, Role, Transport


class Opening(enum.Enum):
    """What the kernel does with a SYN: before any program is asked."""

    ANSWER = "answer"
    REFUSE = "refuse"
    """A reset at once: nothing listens."""
    SILENT = "silent"
    """Not a word: to the client a firewall that drops. Linux only (a full backlog)."""


class Leaf(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The certificate a door shows: who signed it, for which names, and when it is valid (days from now)."""

    names: tuple[str, ...]
    authority: str = "public"
    """`public`: the authority every client knows. `box`: the one of an inspecting device."""
    from_days: float = -30
    to_days: float = 60


class Door(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One host and port as the list prints it, and what a client meets there."""

    host: str
    port: int
    transport: Transport = Transport.TCP
    services: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    auxiliary: bool = False
    opening: Opening = Opening.ANSWER
    leaf: Leaf | None = None
    """Shown before a word is said; None: no TLS here."""
    says: str = "listen"
    """What is said once connected: a key of `conversations.CONVERSATIONS`."""
    by: str = "server"
    """Who accepts: the `server` itself, a `box` in the path, `nobody` (a control) or the edge's own `friend`."""
    works: bool = True
    """Whether a client that verifies what it can gets what it came for."""
    delay_s: float = 0.0
    """Waited before every write."""


class Zone(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the name server says. `manner` is a key of `names.MANNERS`."""

    hosts: tuple[str, ...]
    manner: str = "honest"
    opening: Opening = Opening.ANSWER
    tells_truth: bool = True
    """Whether a client that believes the first answer gets to the right address."""
    delay_s: float = 0.0


class Scene(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that is needed to bring a network to life."""

    doors: tuple[Door, ...]
    zone: Zone
    trusts_box: bool = False
    """Whether this machine's trust store holds the inspecting device's authority."""
    web_proxy: bool = False
    """Whether an explicit HTTP proxy listens that lets the web through."""
    clock_days: float = 0.0
    """How far the servers' clocks are from this machine's."""

    def change(self, where: "Choice", **changes: object) -> "Scene":
        """The same scene with `changes` made to the doors chosen by `where`."""
        doors = tuple(msgspec.structs.replace(one, **changes) if where(one) else one for one in self.doors)
        return msgspec.structs.replace(self, doors=doors)

    def rename(self, **changes: object) -> "Scene":
        """The same scene with `changes` made to what the name server says."""
        return msgspec.structs.replace(self, zone=msgspec.structs.replace(self.zone, **changes))

    def door(self, host: str, port: int) -> Door:
        """The door of one target.

        Raises:
            KeyError: the scene has none.
        """
        for one in self.doors:
            if (one.host, one.port) == (host, port):
                return one
        raise KeyError(f"{host}:{port}")

    def works(self, host: str, port: int) -> bool:
        """The truth about one target: does software that connects directly and verifies get to the real server?"""
        door = self.door(host, port)
        return door.works and door.opening is Opening.ANSWER and self._resolves(host)

    def survives(self, host: str, port: int) -> bool:
        """Whether such software gets by, even if an inspecting device it trusts reads along."""
        door = self.door(host, port)
        inspected = door.leaf is not None and door.leaf.authority == "box" and self.trusts_box
        return self.works(host, port) or (inspected and self._resolves(host))

    def _resolves(self, host: str) -> bool:
        if self.zone.manner == "no-underscores":
            return "_" not in host
        return self.zone.tells_truth or host not in self.zone.hosts


Choice = Callable[[Door], bool]

BLOCK_PAGE = "blocked.filter.example"
"""Where lying name servers send their clients."""
CONTROLS = ("127.78.0.1", "127.78.0.2")
"""Addresses at which nobody listens."""
SAYS = {
    Transport.TCP: "listen",
    Transport.TLS: "listen",
    Transport.HTTP: "redirect",
    Transport.HTTPS: "website",
    Transport.TWS_API: "api",
}


def healthy(catalog: Catalog) -> Scene:
    """The scene in which every testable requirement of `catalog` is met."""
    doors = _doors(one for one in catalog.requirements if one.testable)
    ports = {one.port: one for one in reversed(doors)}
    hosts = dict.fromkeys(one.host for one in catalog.requirements if one.testable and one.kind is Kind.HOST)
    return Scene(
        doors=(*_with_a_shy_site(doors), *map(_block_page, ports.values()), *_controls(ports)),
        zone=Zone(hosts=tuple(hosts)),
    )


def is_server(door: Door) -> bool:
    """Whether the list names it."""
    return bool(door.services)


def is_control(door: Door) -> bool:
    """Whether nobody should be there."""
    return door.host in CONTROLS


def _doors(requirements: Iterable[Requirement]) -> tuple[Door, ...]:
    doors: dict[tuple[str, int], Door] = {}
    for one in requirements:
        known = doors.get((one.host, one.port))
        doors[one.host, one.port] = _joined(known, one) if known else _door(one)
    return tuple(doors.values())


def _door(one: Requirement) -> Door:
    return Door(
        host=one.host,
        port=one.port,
        transport=one.transport,
        services=(one.service,),
        roles=(one.role,),
        auxiliary=one.weight.value == "auxiliary",
        leaf=Leaf(names=_certified(one)) if one.transport in TLS_TRANSPORTS else None,
        says=SAYS[one.transport],
    )


def _joined(door: Door, one: Requirement) -> Door:
    return msgspec.structs.replace(
        door,
        services=(*door.services, one.service),
        roles=(*door.roles, one.role),
        auxiliary=door.auxiliary and one.weight.value == "auxiliary",
    )


def _certified(one: Requirement) -> tuple[str, ...]:
    """Gateways share a wildcard of their domain, so that names with an underscore are met; sites have their own."""
    if one.certificate_names:
        return one.certificate_names
    parent = one.host.partition(".")[2]
    return (f"*.{parent}", parent) if one.transport is Transport.TLS and "." in parent else (one.host,)


def _with_a_shy_site(doors: tuple[Door, ...]) -> tuple[Door, ...]:
    """The first website turns robots away with 403, as some do: it is reached all the same."""
    first = next((one for one in doors if one.says == "website"), None)
    return tuple(msgspec.structs.replace(one, says="forbid") if one is first else one for one in doors)


def _block_page(like: Door) -> Door:
    """What a filter puts in the place of a forbidden host: every port of the list accepts there."""
    return Door(
        host=BLOCK_PAGE,
        port=like.port,
        transport=like.transport,
        by="box",
        works=False,
        leaf=Leaf(names=(BLOCK_PAGE,)) if like.leaf else None,
        says="block-page" if like.transport in (Transport.HTTP, Transport.HTTPS) else "listen",
    )


def _controls(ports: Iterable[int]) -> tuple[Door, ...]:
    return tuple(
        Door(host=address, port=port, by="nobody", works=False, opening=Opening.REFUSE)
        for address in CONTROLS
        for port in ports
    )
