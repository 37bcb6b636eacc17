"""A snapshot of addresses, read from a file: JSON, or lines as in a hosts file."""

import ipaddress
from typing import Any

import msgspec

from lineclear.errors import UsageError

from .context import Snapshot

_FIX = 'Write {"name": ["192.0.2.7"]}, or lines of an address and its names as in a hosts file.'


def read_snapshot(text: str, *, origin: str, taken: str) -> Snapshot:
    """The addresses a file gives. JSON may carry a TTL: `{"name": {"addresses": ["192.0.2.7"], "ttl": 300}}`.

    Raises:
        UsageError: it is neither form, or something in it is no address; the problem names the line or the name.
    """
    begins_json = text.lstrip().startswith("{")
    found, ttl_s = _from_json(text, origin) if begins_json else (_from_lines(text, origin), None)
    return Snapshot(taken=taken, origin=origin, addresses=found, ttl_s=ttl_s)


def _from_json(text: str, origin: str) -> tuple[dict[str, tuple[str, ...]], int | None]:
    try:
        read = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as problem:
        raise UsageError(f"{origin} is not JSON: {problem}.", _FIX) from None
    found: dict[str, tuple[str, ...]] = {}
    lives = []
    for name, value in read.items():
        listed = value.get("addresses") if isinstance(value, dict) else value
        if not isinstance(listed, list):
            raise UsageError(f"{origin}: {name!r} has no list of addresses.", _FIX)
        found[_canonical(name)] = tuple(dict.fromkeys(_address(str(one), f"{origin}: {name!r}") for one in listed))
        if isinstance(value, dict) and isinstance(value.get("ttl"), int):
            lives.append(value["ttl"])
    return found, min(lives, default=None)


def _from_lines(text: str, origin: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        where = f"{origin}, line {number}"
        address = _address(words[0], where)
        if len(words) == 1:
            raise UsageError(f"{where}: an address without a name.", _FIX)
        for name in map(_canonical, words[1:]):
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), address)))
    return found


def _canonical(name: str) -> str:
    return name.lower().removesuffix(".")


def _address(text: str, where: str) -> str:
    try:
        return str(ipaddress.ip_address(text.replace("%", " zone ")))
    except ValueError:
        raise UsageError(f"{where}: {text!r} is no address.", _FIX) from None
