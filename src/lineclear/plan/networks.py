"""Which network an address belongs to: few lines, because `ipaddress` costs more to import than it saves."""

from collections.abc import Iterable
from functools import lru_cache

_NOWHERE = (
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/3",
    "::/128",
    "::1/128",
    "fe80::/10",
    "ff00::/8",
)
"""Networks no server on the internet can have. Private and documentation ranges are not here: both are in real use
behind split DNS and in laboratories, and a certificate decides about them."""

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
"""Networks of houses and providers (RFC 1918, RFC 6598, RFC 4193): never routed on the internet."""

_MOST_DIGITS = 4
_HEX = frozenset("0123456789abcdefABCDEF")


def inside(address: str, networks: Iterable[str]) -> bool:
    """Whether `address` lies in one of `networks` (`a.b.c.d/len`); texts that are neither lie nowhere."""
    return any(_contains(network, address) for network in networks)


def is_nowhere(address: str, expected: Iterable[str] = ()) -> bool:
    """Whether no server can have `address`, unless it is `expected` there."""
    return inside(address, _NOWHERE) and not inside(address, expected)


def is_private(address: str) -> bool:
    """Whether an address means somebody else in every house, and nobody on the internet."""
    return inside(address, _PRIVATE)


def is_loopback(host: str) -> bool:
    """Whether a host of the list is this machine itself."""
    return host in ("localhost", "::1") or host.endswith(".localhost") or inside(host, ("127.0.0.0/8",))


def is_address(address: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address as sockets take it, scope and all; no name, and no octal."""
    return _bits(address) is not None


def is_network(text: str) -> bool:
    """Whether a text is an address, or an address and the length of a prefix it can have."""
    base, slash, length = text.partition("/")
    bits = _bits(base)
    return bits is not None and (not slash or (_is_number(length) and int(length) <= len(bits)))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _contains(network: str, address: str) -> bool:
    base, _, length = network.partition("/")
    here, there = _bits(base), _bits(address)
    if here is None or there is None or len(here) != len(there):
        return False
    prefix = int(length) if _is_number(length) else len(here)
    return here[:prefix] == there[:prefix]


@lru_cache(maxsize=4096)
def _bits(address: str) -> str | None:
    """An address as a string of bits, 32 or 128; None if it is none."""
    plain = address.partition("%")[0]
    return _bits6(plain) if ":" in plain else _bits4(plain)


def _bits4(address: str) -> str | None:
    parts = address.split(".")
    if len(parts) != 4 or not all(_is_octet(part) for part in parts):  # noqa: PLR2004  four octets
        return None
    return "".join(f"{int(part):08b}" for part in parts)


def _is_octet(part: str) -> bool:
    """Without leading zeros: some read those as octal."""
    return _is_number(part) and str(int(part)) == part and int(part) < 256  # noqa: PLR2004  eight bits


def _bits6(address: str) -> str | None:
    left, gap, right = address.partition("::")
    head = left.split(":") if left else []
    tail = right.split(":") if right else []
    if tail and "." in tail[-1]:
        four = _bits4(tail.pop())
        if four is None:
            return None
        tail += [f"{int(four[:16], 2):x}", f"{int(four[16:], 2):x}"]
    missing = 8 - len(head) - len(tail)
    if missing < 0 or (missing and not gap):
        return None
    groups = [*head, *["0"] * missing, *tail]
    return "".join(f"{int(group, 16):016b}" for group in groups) if all(map(_is_group, groups)) else None


def _is_group(group: str) -> bool:
    return 0 < len(group) <= 4 and set(group) <= _HEX  # noqa: PLR2004  sixteen bits
