"""What a firewall has to let out, as values, and how they are read off a catalog."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from lineclear.model import Catalog, Kind, Ports, Provenance, Requirement, Service, Transport

from .wording import checked_host, checked_ports


class Protocol(enum.Enum):
    """What a packet filter sees of a requirement."""

    TCP = "tcp"
    UDP = "udp"


class AllowRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One destination that must be let out. Requirements that name the same host, ports and protocol are one rule."""

    host: str
    """A name, an address, a CIDR block or a wildcard, as `kind` says; nothing else gets past `rules`."""
    kind: Kind
    ports: Ports
    protocol: Protocol = Protocol.TCP
    transports: tuple[Transport, ...] = ()
    services: tuple[str, ...] = ()
    """As we say them in a sentence."""
    regions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    condition: str = ""
    proxy_capable: bool = False
    required: bool = True
    loses: str = ""
    provenance: Provenance = Provenance.PUBLISHED
    requirements: tuple[str, ...] = ()
    """Ids in the catalog."""
    addresses: tuple[str, ...] = ()
    """Where the name pointed when the snapshot was taken; empty: not looked up."""

    @property
    def place(self) -> str:
        """`host:port`, with `/udp` where it is not TCP."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.ports}{'/udp' if self.protocol is Protocol.UDP else ''}"


_Row = tuple[Service, Requirement]


def rules(catalog: Catalog) -> tuple[AllowRule, ...]:
    """What this catalog needs let out, in the order of the list.

    Rows whose condition the profile does not meet are left out; `inapplicable` names them.

    Raises:
        UsageError: a host or a port that is none, which only a catalog that was never read from a file can hold.
    """
    same: defaultdict[tuple[str, Kind, int, int, Protocol], list[_Row]] = defaultdict(list)
    for service in catalog.services:
        for one in service.requirements:
            if _applies(one):
                same[one.host, one.kind, one.ports.first, one.ports.last, _protocol(one)].append((service, one))
    return tuple(_rule(rows) for rows in same.values())


def inapplicable(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Condition to the `host:port` that only it would add: what a profile that was not chosen leaves out."""
    left: defaultdict[str, list[str]] = defaultdict(list)
    kept = {one.place for one in rules(catalog)}
    for service in catalog.services:
        for one in service.requirements:
            place = _rule([(service, one)]).place
            if not _applies(one) and place not in kept:
                left[one.condition].append(place)
    return {condition: tuple(dict.fromkeys(places)) for condition, places in left.items()}


def _applies(one: Requirement) -> bool:
    return one.required or not one.condition


def _protocol(one: Requirement) -> Protocol:
    return Protocol.UDP if one.transport is Transport.UDP else Protocol.TCP


def _rule(rows: list[_Row]) -> AllowRule:
    first = rows[0][1]
    return AllowRule(
        host=checked_host(first.host, first.kind),
        kind=first.kind,
        ports=checked_ports(first.ports, first.host),
        protocol=_protocol(first),
        transports=tuple(dict.fromkeys(one.transport for _, one in rows)),
        services=_in_order(service.name for service, _ in rows),
        regions=_in_order(service.region for service, _ in rows),
        roles=_in_order(one.role.value for _, one in rows),
        condition=first.condition if all(one.condition == first.condition for _, one in rows) else "",
        proxy_capable=all(one.proxy_capable for _, one in rows),
        required=any(one.required for _, one in rows),
        loses=" ".join(_in_order(one.loses or service.loses for service, one in rows)),
        provenance=first.provenance,
        requirements=_in_order(one.id for _, one in rows),
    )


def _in_order(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
