"""Interfaces as psutil tells of them, and routes as a program prints them: macOS and Windows have no netlink."""

import _socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lineclear.model import Interface, Presence, Route

from . import routes
from .interfaces import MOST, looks_like
from .parts import Network
from .routes import is_wide

_FAMILIES = (int(_socket.AF_INET), int(_socket.AF_INET6))


def interfaces() -> tuple[Interface, ...]:
    """The interfaces of this machine."""
    import psutil  # noqa: PLC0415  10 ms of start-up

    return from_psutil(psutil.net_if_addrs(), psutil.net_if_stats())


def network(said: tuple[str, str], parse: Callable[[str, Sequence[Interface]], Iterable[Route]]) -> Network:
    """The interfaces of this machine, and the routes that a program printed, or what was in its way."""
    text, trouble = said
    found = interfaces()
    all_routes = tuple(parse(text, found))
    kept, left_out = routes.worth_keeping(all_routes)
    note = trouble or left_out
    return Network(
        interfaces=found,
        routes=kept,
        ipv4=routes.presence(4, found, all_routes, all_known=not trouble),
        ipv6=routes.presence(6, found, all_routes, all_known=not trouble),
        not_measured=(f"routes: {note}",) if note else (),
    )


def from_psutil(addresses: Mapping[str, Sequence[Any]], states: Mapping[str, Any]) -> tuple[Interface, ...]:
    """The interfaces of `net_if_addrs()` and `net_if_stats()`, the latter's flags preferred where there are any."""
    names = list(dict.fromkeys((*states, *addresses)))[:MOST]
    return tuple(_interface(name, addresses.get(name, ()), states.get(name)) for name in names)


def _interface(name: str, entries: Iterable[Any], state: Any) -> Interface:
    told = tuple(_with_length(one.address, one.netmask) for one in entries if int(one.family) in _FAMILIES)
    look = looks_like(name)
    if name.startswith("utun") and not any(is_wide(text) for text in told):
        look = "other"  # macOS keeps several of these for itself
    flags = set(state.flags.split(",")) - {""} if state is not None else set()
    up = None if state is None else ("up" in flags if flags else state.isup)
    return Interface(
        name=name,
        up=_PRESENCE[up],
        carrier=_PRESENCE["running" in flags if up and flags else (True if up else None)],
        addresses=told,
        looks_like=look,
        mtu=0 if state is None else state.mtu,
    )


_PRESENCE = {True: Presence.YES, False: Presence.NO, None: Presence.UNKNOWN}


def _with_length(address: str, netmask: str | None) -> str:
    """`address/length`; without a length where the system gives no mask."""
    plain = address.partition("%")[0]
    if not netmask:
        return plain
    try:
        bits = _socket.inet_pton(_socket.AF_INET6 if ":" in netmask else _socket.AF_INET, netmask)
    except OSError:
        return plain
    return f"{plain}/{int.from_bytes(bits, 'big').bit_count()}"
