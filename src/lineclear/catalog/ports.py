"""What stands in a port cell: a number, `number/transport` or `first-last/transport`."""

import re
from difflib import get_close_matches

from lineclear.model import Ports, Transport

from .lines import Path
from .source import FieldError, shown

_PORT_CELL = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/([A-Za-z-]+))?")
_LAST_PORT = 65535

WELL_KNOWN = {80: Transport.HTTP, 443: Transport.HTTPS}
"""What a bare port number means; every other one is opaque."""


def read_ports(cell: str, path: Path) -> tuple[Ports, Transport | None]:
    """The port or range, and the transport if the cell names one.

    Raises:
        FieldError: blank, out of range, turned round, of an unknown transport, or several ports in one cell.
    """
    if not cell.strip():
        raise FieldError(path, "is blank", "Write the port, as in the row above it.", rule="blank-ports")
    found = _PORT_CELL.fullmatch(cell.replace(" ", ""))
    if not found:
        raise FieldError(path, f"is not a port: {shown(cell)}", _spelling(cell), rule="bad-port")
    first, last, transport = found.groups()
    return read_range(int(first), int(last or first), path), read_transport(transport, path) if transport else None


def read_range(first: int, last: int, path: Path) -> Ports:
    """An inclusive range that exists.

    Raises:
        FieldError: a port below 1 or above 65535, or a range that ends before it begins.
    """
    if not (1 <= first <= _LAST_PORT and 1 <= last <= _LAST_PORT):
        raise FieldError(path, "is out of range", f"Ports go from 1 to {_LAST_PORT}.", rule="bad-port")
    if last < first:
        raise FieldError(path, "ends before it begins", f'Write "{last}-{first}".', rule="bad-port")
    return Ports(first=first, last=last)


def read_transport(word: str, path: Path) -> Transport:
    """The transport of that name.

    Raises:
        FieldError: there is no such transport.
    """
    names = [one.value for one in Transport]
    if word.lower() in names:
        return Transport(word.lower())
    near = get_close_matches(word.lower(), names, 1)
    fix = f"Write /{near[0]}." if near else f"Use one of {', '.join(names)}."
    raise FieldError(path, f"names an unknown transport: {shown(word)}", fix, rule="bad-port")


def _spelling(cell: str) -> str:
    several = re.findall(r"[0-9]{1,5}", cell)
    if len(several) > 1:
        return f"Give each port its own element: [{', '.join(several)}]."
    return 'Write 443, "4001/tls" or "8194-8198/tcp".'
