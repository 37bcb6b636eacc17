"""What stands in a host cell: a name, an address, a block or a wildcard; and what does not belong there."""

import ipaddress
import re

from lineclear.model import Kind

from .lines import Path
from .source import FieldError, shown

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://(.*)$")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_WITH_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/\s]+):([0-9]{1,5})")
_LONGEST_NAME = 253

SCHEME_PORTS = {"http": "80/http", "https": "443/https", "ws": "80/http", "wss": "443/https"}
"""Ports a URL's scheme stands for, as the `ports` of this format spell them."""


def read_host(cell: str, path: Path) -> tuple[str, Kind]:
    """The host in canonical spelling (lower case, no trailing dot) and what it is.

    Underscores are letters here: vendors print them and resolvers answer them (lint says what they break).

    Raises:
        FieldError: a URL, a host with a port, a path, a name no resolver takes, or an impossible address.
    """
    for misplaced in (_url, _with_port, _with_path, _bracketed):
        if problem := misplaced(cell, path):
            raise problem
    if "/" in cell:
        return _block(cell, path), Kind.CIDR
    if ":" in cell or _ends_in_number(cell):
        return _address(cell, path), Kind.ADDRESS
    name = cell.lower().removesuffix(".")
    if name.startswith("*."):
        return f"*.{_name(name[2:], cell, path)}", Kind.WILDCARD
    return _name(name, cell, path), Kind.HOST


def _url(cell: str, path: Path) -> FieldError | None:
    found = _SCHEME.match(cell)
    if not found:
        return None
    scheme, rest = found.groups()
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    with_port = _WITH_PORT.fullmatch(authority)
    host = with_port.group(1) if with_port else authority
    port = f"{with_port.group(2)}/tcp" if with_port else SCHEME_PORTS.get(scheme.lower(), "")
    ports = f' and ports = ["{port}"]' if port else ""
    return FieldError(
        path,
        f"is a URL where a host belongs: {shown(cell)}",
        f"Write only the host: {shown(host.strip('[]').lower())}{ports}.",
        rule="url-as-host",
    )


def _with_port(cell: str, path: Path) -> FieldError | None:
    found = _WITH_PORT.fullmatch(cell)
    if not found:
        return None
    host, port = found.groups()
    fix = f"Write host = {shown(host.strip('[]'))} and put {port} in its ports."
    return FieldError(path, f"has a port beside the host: {shown(cell)}", fix, rule="bad-host")


def _with_path(cell: str, path: Path) -> FieldError | None:
    host, slash, rest = cell.partition("/")
    if not slash or rest.isdigit():
        return None
    fix = f"Write only the host: {shown(host)}."
    return FieldError(path, f"has a path behind the host: {shown(cell)}", fix, rule="url-as-host")


def _bracketed(cell: str, path: Path) -> FieldError | None:
    if not cell.startswith("["):
        return None
    fix = f"Write it without brackets: {shown(cell.strip('[]'))}."
    return FieldError(path, f"has brackets around an address: {shown(cell)}", fix, rule="bad-host")


def _block(cell: str, path: Path) -> str:
    try:
        loose = ipaddress.ip_network(cell, strict=False)
    except ValueError:
        fix = "Write address/length, such as 192.0.2.0/24 or 2001:db8::/32."
        raise FieldError(path, f"is not a block of addresses: {shown(cell)}", fix, rule="bad-host") from None
    if ipaddress.ip_interface(cell).ip != loose.network_address:
        fix = f"Write {shown(str(loose))}, or the single address without /{loose.prefixlen}."
        raise FieldError(path, f"has bits set behind the length of the block: {shown(cell)}", fix, rule="bad-host")
    return str(loose)


def _ends_in_number(cell: str) -> bool:
    """Whether software takes it for an IPv4 address: the last label is all digits (WHATWG URL, section 3.5)."""
    return cell.removesuffix(".").rpartition(".")[2].isdigit()


def _address(cell: str, path: Path) -> str:
    try:
        # A zone (%eth0) is known to one machine only; Python would take anything behind the %.
        return str(ipaddress.ip_address(cell.lower().replace("%", " zone ")))
    except ValueError:
        fix = "Write a name, an IPv4 address of four numbers up to 255, or an IPv6 address."
        raise FieldError(path, f"is not an address: {shown(cell)}", fix, rule="bad-host") from None


def _name(name: str, cell: str, path: Path) -> str:
    if "*" in name:
        fix = "A wildcard is written *.example.com; to name several hosts, list them."
        raise FieldError(path, f"has * in the midst of a name: {shown(cell)}", fix, rule="bad-host")
    if not name.isascii():
        fix = "Write the ASCII form of the name (its labels begin with xn--)."
        raise FieldError(path, f"has letters outside ASCII: {shown(cell)}", fix, rule="bad-host")
    if len(name) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        fix = "Labels are letters, digits, hyphens and underscores, at most 63 of them, with a dot between labels."
        raise FieldError(path, f"is not a host name: {shown(cell)}", fix, rule="bad-host")
    return name
