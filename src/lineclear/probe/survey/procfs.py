"""The older tables in /proc and /sys, for systems whose netlink does not answer (sandboxes, emulations).

They know less: no addresses of IPv4, only the main table, and one flag for every kind of refusal.
"""

import sys
from collections.abc import Iterable, Iterator

from lineclear.model import Interface, Neighbour, Presence, Route

from . import netlink
from .interfaces import looks_like
from .reading import is_folder, names_in, read_text, under

_UP = 0x1
_REJECT = 0x200
_LOCAL_BITS = 0x80000000  # RTF_LOCAL of the IPv6 table
_MULTICAST = "ff00:"
_COMPLETE, _PERMANENT = 0x2, 0x4


def interfaces(root: str) -> tuple[Interface, ...]:
    """The interfaces of /sys/class/net, with their IPv6 addresses."""
    held = inet6_addresses(read_text(under(root, "/proc/net/if_inet6")).text)
    folder = under(root, "/sys/class/net")
    return tuple(_interface(f"{folder}/{name}", name, held.get(name, ())) for name in names_in(folder))


def inet6_addresses(text: str) -> dict[str, tuple[str, ...]]:
    """Addresses by interface from /proc/net/if_inet6."""
    held: dict[str, tuple[str, ...]] = {}
    for fields in _rows(text, 6):
        address = _address6(fields[0])
        length = _number(fields[2], 16)
        if address and length is not None:
            held[fields[5]] = (*held.get(fields[5], ()), f"{address}/{length}")
    return held


def routes4(text: str) -> Iterator[Route]:
    """The routes of /proc/net/route. Every refusal is `unreachable` here; `blackhole` cannot be told from on-link."""
    for fields in _rows(text, 8):
        destination, gateway, mask = _address4(fields[1]), _address4(fields[2]), _number(fields[7], 16)
        flags, metric = _number(fields[3], 16), _number(fields[6], 10)
        if not destination or mask is None or flags is None:
            continue
        refused = bool(flags & _REJECT) or fields[0] == "*"
        yield Route(
            destination=f"{destination}/{mask.bit_count()}",
            gateway="" if gateway == "0.0.0.0" else gateway,
            interface="" if refused else fields[0],
            metric=metric or 0,
            kind="unreachable" if refused else "unicast",
        )


def routes6(text: str) -> Iterator[Route]:
    """The routes of /proc/net/ipv6_route, without those to this machine itself and the kernel's own last resort."""
    for fields in _rows(text, 10):
        destination, gateway, length = _address6(fields[0]), _address6(fields[4]), _number(fields[1], 16)
        flags, metric = _number(fields[8], 16), _number(fields[5], 16)
        if not destination or length is None or flags is None or _is_internal(destination, flags, metric):
            continue
        refused = bool(flags & _REJECT)
        yield Route(
            destination=f"{destination}/{length}",
            gateway="" if gateway == "::" else gateway,
            interface="" if refused else fields[9],
            metric=metric or 0,
            kind="unreachable" if refused else "unicast",
        )


def neighbours(text: str) -> Iterator[Neighbour]:
    """The entries of /proc/net/arp. A complete one answered at some time, which is not now."""
    for fields in _rows(text, 6):
        flags = _number(fields[2], 16)
        if flags is not None and fields[0][:1].isdigit():
            state = "stale" if flags & _COMPLETE else "incomplete"
            yield Neighbour(address=fields[0], interface=fields[5], state="reachable" if flags & _PERMANENT else state)


def _is_internal(destination: str, flags: int, metric: int | None) -> bool:
    return bool(flags & _LOCAL_BITS) or destination.startswith(_MULTICAST) or metric == 0xFFFFFFFF  # noqa: PLR2004


def _interface(folder: str, name: str, addresses: Iterable[str]) -> Interface:
    flags = _number(read_text(f"{folder}/flags").text.strip(), 16)
    up = Presence.UNKNOWN if flags is None else Presence.YES if flags & _UP else Presence.NO
    look = looks_like(name, arp_type=_number(read_text(f"{folder}/type").text.strip(), 10))
    return Interface(
        name=name,
        up=up,
        carrier=_CARRIER.get(read_text(f"{folder}/carrier").text.strip(), Presence.UNKNOWN),
        addresses=tuple(addresses),
        looks_like="wireless" if is_folder(f"{folder}/wireless") else look,
        mtu=_number(read_text(f"{folder}/mtu").text.strip(), 10) or 0,
    )


_CARRIER = {"1": Presence.YES, "0": Presence.NO}


def _rows(text: str, least: int) -> Iterator[list[str]]:
    """The rows of a table with at least so many fields."""
    return (fields for fields in (line.split() for line in text.split("\n")) if len(fields) >= least)


def _number(text: str, radix: int, bits: int = 32) -> int | None:
    try:
        number = int(text, radix)
    except ValueError:
        return None
    return number if 0 <= number < 1 << bits else None


def _address4(text: str) -> str:
    """An address as /proc/net/route writes it: hexadecimal, in this machine's byte order."""
    number = _number(text, 16)
    if number is None or len(text) != 8:  # noqa: PLR2004  32 bits in hexadecimal
        return ""
    return netlink.address(number.to_bytes(4, sys.byteorder))


def _address6(text: str) -> str:
    number = _number(text, 16, bits=128)
    if number is None or len(text) != 32:  # noqa: PLR2004  128 bits in hexadecimal
        return ""
    return netlink.address(number.to_bytes(16, "big"))
