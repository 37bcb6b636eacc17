"""Addresses replaced by addresses: of the same class, and in the same networks together as before.

Rules of diagnosis ask whether an address is private, loopback, or nowhere on the internet, and whether it lies in a
network. So the first bits that make the class stay, and the others are mapped one by one along a tree: two addresses
that shared their first n bits share them afterwards (the idea of prefix-preserving anonymisation, Xu et al. 2002).
No key is needed: the branch seen first is mapped to the template, so that only the relations are left, not the values.

Public addresses go to 198.18.0.0/15 and 2001:db8:ffff::/48, which nobody has; there a relation is kept within a /24
or a /64. Loopback, unspecified, multicast, reserved and documentation addresses say nothing of the house and stay.
"""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_STAY = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "127.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4", "::/127", "ff00::/8", "2001:db8::/32"),
        ),
    )
)
_CLASSES = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
            *("fc00::/8", "fd00::/8", "fe80::/10"),
        ),
    )
)
_EMBEDDING = (ip_network("64:ff9b::/96"), ip_network("::ffff:0:0/96"))
"""IPv6 that carries an IPv4 address in its last 32 bits (RFC 6052, RFC 4291)."""
_BASES: dict[int, Address] = {4: IPv4Address("198.18.0.0"), 6: IPv6Address("2001:db8:ffff::")}
_POOL = {4: 512, 6: 65536}
_BLOCK = {4: 8, 6: 64}
"""Bits of a public address that keep their relations."""
_WHOLE = 8
"""A network shorter than this is half of the internet, and no secret."""


class Addresses:
    """The pseudonyms of one run's addresses."""

    def __init__(self, kept: Iterable[str]) -> None:
        self._flips: dict[tuple[int, str], int] = {}
        self._blocks: dict[tuple[int, int], int] = {}
        self._kept = {one for one in map(parsed, kept) if one is not None}
        self._taken = {
            version: {(int(one) - int(base)) >> _BLOCK[version] for one in self._kept if one.version == version}
            for version, base in _BASES.items()
        }
        for one in self._kept:
            if (kind := _class_of(one)) is not None:
                self._mapped(one, kind.prefixlen, _bits(one))  # where a kept address stands, nothing else may go

    def replaced(self, text: str) -> str | None:
        """The pseudonym of an address, or of a network as `address/length`; None if `text` is neither."""
        plain, slash, length = text.partition("/")
        address = parsed(plain)
        if address is None or (slash and not length.isdigit()):
            return None
        return self._network(address, int(length), text) if slash else self._address(address, text)

    def length(self, text: str, length: str) -> str:
        """The length of the network an address is in, as far as it still means something."""
        address = parsed(text)
        return str(_kept_length(address, int(length))) if address is not None and length.isdigit() else ""

    def _address(self, address: Address, text: str) -> str:
        if address in self._kept or _in(address, _STAY):
            return text
        return str(self._stand_in(address))

    def _network(self, address: Address, length: int, text: str) -> str:
        if length < _WHOLE or length > address.max_prefixlen or _in(address, _STAY):
            return text
        is_network = int(address) & ((1 << (address.max_prefixlen - length)) - 1) == 0
        if is_network and self._holds_kept(address, length):
            return text
        length = _kept_length(address, length)
        stand_in = self._stand_in(address)
        shown = ip_network(f"{stand_in}/{length}", strict=False).network_address if is_network else stand_in
        return f"{shown}/{length}"

    def _stand_in(self, address: Address) -> Address:
        if isinstance(address, IPv6Address) and _in(address, _EMBEDDING):
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
            stays = inner in self._kept or _in(inner, _STAY)
            return IPv6Address(int(address) - int(inner) + int(inner if stays else self._stand_in(inner)))
        kind = _class_of(address)
        return self._public(address) if kind is None else self._mapped(address, kind.prefixlen, _template(address))

    def _holds_kept(self, address: Address, length: int) -> bool:
        network = ip_network(f"{address}/{length}", strict=False)
        return _class_of(address) is None and any(
            one.version == network.version and one in network for one in self._kept
        )

    def _mapped(self, address: Address, fixed: int, template: str) -> Address:
        """`address` with the bits after the first `fixed` sent along the tree; new branches follow the template."""
        bits = _bits(address)
        turned = "".join(
            str(int(bit) ^ self._flips.setdefault((address.version, bits[:at]), int(bit) ^ int(template[at])))
            for at, bit in enumerate(bits[fixed:], fixed)
        )
        return type(address)(int(bits[:fixed] + turned, 2))

    def _public(self, address: Address) -> Address:
        low = _BLOCK[address.version]
        block = self._block(address.version, int(address) >> low)
        within = int(self._mapped(address, address.max_prefixlen - low, _template(address))) & ((1 << low) - 1)
        return type(address)(int(_BASES[address.version]) + (block << low) + within)

    def _block(self, version: int, block: int) -> int:
        """The number of a public block, in the order they are met; past the last one all share it."""
        if (version, block) not in self._blocks:
            used = {number for (one, _), number in self._blocks.items() if one == version} | self._taken[version]
            free = (number for number in range(_POOL[version]) if number not in used)
            self._blocks[version, block] = next(free, _POOL[version] - 1)
        return self._blocks[version, block]


def parsed(text: str) -> Address | None:
    """The address `text` is; None if it is none."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_public(text: str) -> bool:
    """Whether `text` is an address some server on the internet may have."""
    address = parsed(text)
    return address is not None and _class_of(address) is None and not _in(address, _STAY[:2])


def _kept_length(address: Address, length: int) -> int:
    """A network's length, no shorter than what is kept of relations between such addresses."""
    if _in(address, _STAY):
        return length
    kind = _class_of(address)
    return max(length, address.max_prefixlen - _BLOCK[address.version] if kind is None else kind.prefixlen)


def _class_of(address: Address) -> Network | None:
    return next((one for one in _CLASSES if one.version == address.version and address in one), None)


def _in(address: Address, networks: Iterable[Network]) -> bool:
    return any(one.version == address.version and address in one for one in networks)


def _bits(address: Address) -> str:
    return f"{int(address):0{address.max_prefixlen}b}"


def _template(address: Address) -> str:
    """Where the first address of a class goes: to 10.85.85.85 and its like, which a reader knows again."""
    return "01" * (address.max_prefixlen // 2)
