"""Rules gathered into as few exceptions as say the same: hosts that share exactly their ports stand together."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from lineclear.model import Kind, Ports

from .rule import AllowRule, Protocol

_Block = ipaddress.IPv4Network | ipaddress.IPv6Network


class Opening(Struct, frozen=True, kw_only=True):
    """Destinations that are open on the same ports. No host, block or port stands in it twice, or within another."""

    number: int
    """From 1, in the order of the list."""
    protocol: Protocol
    ports: tuple[Ports, ...]
    names: tuple[str, ...] = ()
    wildcards: tuple[str, ...] = ()
    ipv4: tuple[str, ...] = ()
    """Addresses and blocks."""
    ipv6: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    def blocks(self, version: int) -> tuple[str, ...]:
        """The addresses and blocks of IP version 4 or 6."""
        return self.ipv6 if version == 6 else self.ipv4  # noqa: PLR2004  that is what the versions are called

    def joined(self) -> tuple[Ports, ...]:
        """The ports, neighbours as one range: where a rule more costs more than a look more."""
        merged: list[Ports] = []
        for one in self.ports:
            if merged and merged[-1].last + 1 == one.first:
                merged[-1] = Ports(first=merged[-1].first, last=one.last)
            else:
                merged.append(one)
        return tuple(merged)


def openings(rules: Iterable[AllowRule]) -> tuple[Opening, ...]:
    """The rules as openings. Together they open exactly what the rules open."""
    by_host: defaultdict[tuple[str, Protocol, bool], list[AllowRule]] = defaultdict(list)
    for one in rules:
        by_host[one.host, one.protocol, bool(one.addresses)].append(one)
    by_ports: defaultdict[tuple[Protocol, tuple[tuple[int, int], ...]], list[AllowRule]] = defaultdict(list)
    for (_, protocol, _), same in by_host.items():
        by_ports[protocol, _merged(same)].extend(same)
    return tuple(
        _opening(number, protocol, ports, members)
        for number, ((protocol, ports), members) in enumerate(by_ports.items(), 1)
    )


def _merged(rules: Sequence[AllowRule]) -> tuple[tuple[int, int], ...]:
    """Their ports, sorted, without overlaps. Neighbours stay apart: 4000 and 4001 are read more easily than a range."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted({(one.ports.first, one.ports.last) for one in rules}):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return tuple(merged)


def _opening(
    number: int, protocol: Protocol, ports: tuple[tuple[int, int], ...], members: Sequence[AllowRule]
) -> Opening:
    named = [one for one in members if not one.addresses]
    blocks = [address for one in members for address in one.addresses]
    blocks += [one.host for one in named if one.kind in (Kind.ADDRESS, Kind.CIDR)]
    return Opening(
        number=number,
        protocol=protocol,
        ports=tuple(Ports(first=first, last=last) for first, last in ports),
        names=_distinct(one.host for one in named if one.kind is Kind.HOST),
        wildcards=_distinct(one.host for one in named if one.kind is Kind.WILDCARD),
        ipv4=_collapsed(one for one in blocks if ":" not in one),
        ipv6=_collapsed(one for one in blocks if ":" in one),
        requirements=_distinct(id_ for one in members for id_ in one.requirements),
        services=_distinct(name for one in members for name in one.services),
    )


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _collapsed(blocks: Iterable[str]) -> tuple[str, ...]:
    """Sorted, none within another. Neighbours are not joined into larger blocks: a reader looks for the address."""
    distinct = set(blocks)
    if not any("/" in one for one in distinct):  # no address lies within another, and this is four times faster
        return tuple(sorted(distinct, key=_position))
    widest: list[_Block] = []
    for block in sorted(map(ipaddress.ip_network, distinct), key=lambda one: (int(one.network_address), one.prefixlen)):
        if not widest or int(block.network_address) > int(widest[-1].broadcast_address):
            widest.append(block)
    return tuple(_shown(one) for one in widest)


def _position(address: str) -> tuple[int, ...]:
    return (int(ipaddress.IPv6Address(address)),) if ":" in address else tuple(map(int, address.split(".")))


def _shown(block: _Block) -> str:
    return str(block.network_address) if block.prefixlen == block.max_prefixlen else str(block)


def chunks(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """`texts` in pieces of at most `size`."""
    for start in range(0, len(texts), size):
        yield texts[start : start + size]
