"""A document becomes a catalog: levels are inherited and cells read.

The order of saying: a port block wins over its host, the host over its service, the service over its table, the
table over `[defaults]`. Footnotes alone add up: a port's are those of its service, its host and its own block. The
`ports` list comes whole from the nearest level that has one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import UNSET, Struct, convert

from lineclear.model import (
    Catalog,
    Footnote,
    Kind,
    Ports,
    ProfileChoice,
    Requirement,
    Service,
    Table,
    Transport,
    Window,
)

from .document import Document, HostBlock, Inherited, Level, PortBlock, ServiceBlock
from .hosts import read_host
from .lines import Path
from .ports import WELL_KNOWN, read_ports, read_range
from .references import check_references
from .source import FieldError, shown

_PASSED_ON = tuple(name for name in Inherited.__struct_fields__ if name not in ("transport", "certificate_names"))
_AS_WRITTEN = (
    "id",
    "edition",
    "title",
    "publisher",
    "application",
    "source",
    "published",
    "supersedes",
    "place",
    "notes",
)


class _Placed(Struct, frozen=True, kw_only=True):
    """A level of the file and where it stands."""

    level: Level
    path: Path


class _Port(Struct, frozen=True, kw_only=True):
    """A port cell of any spelling, read."""

    block: PortBlock
    ports: Ports
    transport: Transport | None
    path: Path


def build(document: Document) -> Catalog:
    """The catalog a document means.

    Raises:
        FieldError: a cell that cannot be read, a reference to nothing, or something said twice.
    """
    check_references(document)
    return Catalog(
        **{name: getattr(document, name) for name in _AS_WRITTEN},
        tables=convert(document.table, tuple[Table, ...], from_attributes=True),
        footnotes=convert(document.footnote, tuple[Footnote, ...], from_attributes=True),
        profiles=convert(document.profile, tuple[ProfileChoice, ...], from_attributes=True),
        windows=convert(document.window, tuple[Window, ...], from_attributes=True),
        services=tuple(_service(block, index, document) for index, block in enumerate(document.service)),
    )


def _service(block: ServiceBlock, index: int, document: Document) -> Service:
    levels = _levels(block, index, document)
    seen: dict[str, int] = {}
    requirements: list[Requirement] = []
    for place, cell in enumerate(block.hosts):
        path: Path = ("service", index, "hosts", place)
        host = HostBlock(host=cell) if isinstance(cell, str) else cell
        named = read_host(host.host, path if isinstance(cell, str) else (*path, "host"))
        role = host.role.value
        seen[role] = seen.get(role, 0) + 1
        slot = f"{block.id}/{role}" if seen[role] == 1 else f"{block.id}/{role}-{seen[role]}"
        requirements += _requirements(slot, named, host, block, (_Placed(level=host, path=path), *levels))
    return Service(
        id=block.id,
        label=block.label,
        name=block.name or block.label,
        table=block.table,
        region=block.region,
        footnotes=block.footnotes,
        requirements=tuple(requirements),
        **_nearest([one.level for one in levels], ("weight", "condition", "loses")),
    )


def _levels(block: ServiceBlock, index: int, document: Document) -> tuple[_Placed, ...]:
    """A service, its table and the defaults: nearest first."""
    tables = (_Placed(level=t, path=("table", n)) for n, t in enumerate(document.table) if t.id == block.table)
    return (
        _Placed(level=block, path=("service", index)),
        *tables,
        _Placed(level=document.defaults, path=("defaults",)),
    )


def _requirements(
    slot: str, named: tuple[str, Kind], host: HostBlock, service: ServiceBlock, levels: tuple[_Placed, ...]
) -> Iterator[Requirement]:
    """One requirement for each port of a host; a range stays one."""
    path = levels[0].path
    seen: set[str] = set()
    for port in _ports(levels, host.host):
        says = (port.block, *(one.level for one in levels))
        transport = port.transport or _nearest(says, ("transport",)).get("transport") or _usual(port.ports)
        key = f"{port.ports}-udp" if transport is Transport.UDP else str(port.ports)
        if key in seen:
            raise FieldError(port.path, f"lists port {port.ports} twice", "Remove one of the two.")
        seen.add(key)
        yield Requirement(
            id=f"{slot}/{key}",
            service=service.id,
            host=named[0],
            ports=port.ports,
            transport=transport,
            kind=named[1],
            role=host.role,
            footnotes=tuple(sorted({*service.footnotes, *host.footnotes, *port.block.footnotes})),
            certificate_names=_certificate_names(says, path),
            successor=_other_host(host.successor, (*path, "successor")),
            alias_of=_other_host(host.alias_of, (*path, "alias_of")),
            **_nearest(says, _PASSED_ON),
        )


def _ports(levels: tuple[_Placed, ...], host: str) -> Iterator[_Port]:
    """The ports of a host: the whole list of the nearest level that has one."""
    for placed in levels:
        if placed.level.ports is not UNSET:
            listed = placed.level.ports
            yield from (_port(cell, (*placed.path, "ports", index)) for index, cell in enumerate(listed))
            break
    else:
        listed = ()
    if not listed:
        fix = 'Add ports = ["443/https"] here or to its service.'
        raise FieldError(levels[0].path, f"has no port: {shown(host)}", fix, rule="blank-ports")


def _port(cell: int | str | PortBlock, path: Path) -> _Port:
    if isinstance(cell, PortBlock):
        last = cell.port if cell.last is UNSET else cell.last
        return _Port(block=cell, ports=read_range(cell.port, last, path), transport=None, path=path)
    if isinstance(cell, int):
        ports, transport = read_range(cell, cell, path), None
    else:
        ports, transport = read_ports(cell, path)
    return _Port(block=PortBlock(port=ports.first), ports=ports, transport=transport, path=path)


def _usual(ports: Ports) -> Transport:
    """What a port speaks when nobody says: known for the web's two, opaque for all others."""
    return WELL_KNOWN.get(ports.first, Transport.TCP) if ports.first == ports.last else Transport.TCP


def _certificate_names(says: Iterable[Inherited], path: Path) -> tuple[str, ...]:
    names = _nearest(says, ("certificate_names",)).get("certificate_names", ())
    return tuple(read_host(name, (*path, "certificate_names"))[0] for name in names)


def _other_host(cell: str, path: Path) -> str:
    return read_host(cell, path)[0] if cell else ""


def _nearest(levels: Iterable[Inherited], names: Iterable[str]) -> dict[str, Any]:
    """For each of `names` that any level says, what the first such level says."""
    order = tuple(levels)
    found = {name: next((v for one in order if (v := getattr(one, name)) is not UNSET), UNSET) for name in names}
    return {name: value for name, value in found.items() if value is not UNSET}
