"""Sets of numbers as intervals: addresses, ports, protocols. A file holds sets; a packet holds a span of one."""

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from .truth import Truth

Span = tuple[int, int]
"""First and last, both within. A packet's span is everything one of its fields may be."""
Spans = tuple[Span, ...]
"""Sorted, disjoint, and no two adjacent."""

ALL_PORTS: Span = (0, 65535)
BITS = {4: 32, 6: 128}


def spans(found: Iterable[Span]) -> Spans:
    """The union of intervals in any order."""
    merged: list[Span] = []
    for first, last in sorted(found):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return tuple(merged)


def within(among: Spans, span: Span) -> Truth:
    """YES if all of the span lies among the intervals, NO if nothing of it does."""
    place = bisect_right(among, (span[0], 1 << 129)) - 1
    if place >= 0 and span[0] <= among[place][1]:
        return Truth.YES if span[1] <= among[place][1] else Truth.UNKNOWN
    touches = place + 1 < len(among) and among[place + 1][0] <= span[1]
    return Truth.UNKNOWN if touches else Truth.NO


def everywhere(version: int) -> Span:
    """All addresses of a version of IP."""
    return 0, (1 << BITS[version]) - 1


def block(text: str) -> tuple[int, Span]:
    """Version and addresses of `192.0.2.7`, `192.0.2.0/24` or `192.0.2.5/255.255.255.0`; bits of the host are let go.

    Raises:
        ValueError: it is no block of addresses.
    """
    network = ipaddress.ip_network(text, strict=False)
    return network.version, (int(network.network_address), int(network.broadcast_address))


def addresses(text: str) -> tuple[int, Span]:
    """Version and addresses of a block, or of a range such as `192.0.2.1-192.0.2.9`.

    Raises:
        ValueError: it is neither.
    """
    first, dash, last = text.partition("-")
    (version, begin), (other, end) = block(first), block(last if dash else first)
    if version != other or begin[0] > end[1]:
        raise ValueError(text)
    return version, (begin[0], end[1])


def port_span(text: str, between: str) -> Span | None:
    """Ports as `443` or a range with `between`; nothing where it is neither."""
    first, found, last = text.partition(between)
    ends = (first, last if found else first)
    if all(one.isascii() and one.isdecimal() for one in ends) and int(ends[0]) <= int(ends[1]) <= ALL_PORTS[1]:
        return int(ends[0]), int(ends[1])
    return None


def shown_addresses(version: int, span: Span) -> Iterator[str]:
    """An interval as blocks, each as short as can be."""
    if span == everywhere(version):
        yield "any IPv4 address" if version == 4 else "any IPv6 address"  # noqa: PLR2004  versions are called so
        return
    make = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address  # noqa: PLR2004
    for one in ipaddress.summarize_address_range(make(span[0]), make(span[1])):
        yield str(one.network_address) if one.prefixlen == one.max_prefixlen else str(one)


def shown_ports(span: Span) -> str:
    """`443` or `4000-4002`."""
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"
