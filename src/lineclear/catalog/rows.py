"""The rows of a catalog file that may be too broken to load: what can be made out, and where it stands."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from lineclear.model import Kind, Ports, Transport

from .hosts import read_host
from .lines import Path
from .ports import WELL_KNOWN, read_ports, read_range, read_transport
from .source import FieldError, Tree


class PortCell(Struct, frozen=True, kw_only=True):
    """A port cell that can be read."""

    ports: Ports
    transport: Transport
    path: Path


class Row(Struct, frozen=True, kw_only=True):
    """A host of a service with what could be read of it. `host` is empty when the cell cannot be read."""

    service: str
    host: str
    kind: Kind
    path: Path
    """Of the host cell."""
    says: Tree
    """Everything said of the host: its own keys over its service's, its table's and the defaults'."""
    ports: tuple[PortCell, ...] = ()
    problems: tuple[FieldError, ...] = ()


def rows_of(tree: Tree) -> Iterator[Row]:
    """Every host of every service, however little of it makes sense."""
    defaults = _table(tree.get("defaults"))
    tables: dict[str, tuple[Tree, Path]] = {
        one["id"]: (one, ("table", n)) for n, one in _tables(tree.get("table")) if isinstance(one.get("id"), str)
    }
    for index, service in _tables(tree.get("service")):
        named = service.get("table")
        table, table_path = tables.get(named if isinstance(named, str) else "", ({}, ()))
        outer = [(service, ("service", index)), (table, table_path), (defaults, ("defaults",))]
        for place, cell in enumerate(_list(service.get("hosts"))):
            path: Path = ("service", index, "hosts", place)
            host = _table(cell)
            cell_path = (*path, "host") if host else path
            yield _row(str(service.get("id", "")), host.get("host", cell), cell_path, [(host, path), *outer])


def _row(service: str, cell: Any, path: Path, levels: list[tuple[Tree, Path]]) -> Row:
    problems: list[FieldError] = []
    host, kind = "", Kind.HOST
    if isinstance(cell, str):
        try:
            host, kind = read_host(cell, path)
        except FieldError as problem:
            problems.append(problem)
    says: Tree = {}
    for level, _ in reversed(levels):
        says.update(level)
    ports = [_port(cell, place, says) for cell, place in _port_cells(levels)]
    if not ports:
        problems.append(_no_port(path))
    problems += [one for one in ports if isinstance(one, FieldError)]
    return Row(
        service=service,
        host=host,
        kind=kind,
        path=path,
        says=says,
        ports=tuple(one for one in ports if isinstance(one, PortCell)),
        problems=tuple(problems),
    )


def _no_port(path: Path) -> FieldError:
    fix = "A blank cell inherits from the row above it on paper; here write the ports out."
    return FieldError(path, "has no port", fix, rule="blank-ports")


def _port_cells(levels: list[tuple[Tree, Path]]) -> list[tuple[Any, Path]]:
    """The cells of the nearest level that has a list of ports."""
    for level, path in levels:
        if "ports" in level:
            listed = level["ports"]
            cells = listed if isinstance(listed, list) else [listed]
            return [(cell, (*path, "ports", n)) for n, cell in enumerate(cells)]
    return []


def _port(cell: Any, path: Path, says: Tree) -> PortCell | FieldError:
    try:
        ports, spoken = _range(cell, path)
        transport = spoken or _said_transport(cell, says, path)
    except FieldError as problem:
        return problem
    usual = WELL_KNOWN.get(ports.first, Transport.TCP) if ports.first == ports.last else Transport.TCP
    return PortCell(ports=ports, transport=transport or usual, path=path)


def _range(cell: Any, path: Path) -> tuple[Ports, Transport | None]:
    if isinstance(cell, str):
        return read_ports(cell, path)
    first = _table(cell).get("port", cell)
    last = _table(cell).get("last", first)
    if type(first) is not int or type(last) is not int:
        raise FieldError(path, "is not a port", 'Write 443, "4001/tls" or "8194-8198/tcp".', rule="bad-port")
    return read_range(first, last, path), None


def _said_transport(cell: Any, says: Tree, path: Path) -> Transport | None:
    word = _table(cell).get("transport", says.get("transport"))
    return read_transport(word, path) if isinstance(word, str) else None


def _tables(value: Any) -> Iterator[tuple[int, Tree]]:
    """The tables of a list, with their positions."""
    return ((index, one) for index, one in enumerate(_list(value)) if isinstance(one, dict))


def _table(value: Any) -> Tree:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
