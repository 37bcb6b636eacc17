"""Rules as a dialect can express them, and a remark for everything it cannot."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from lineclear.catalog.linting import too_much
from lineclear.errors import UsageError
from lineclear.model import Kind, Ports, Transport

from .capability import Capability
from .context import Context, Remark
from .grouping import openings
from .rule import AllowRule, Protocol
from .wording import checked_host, checked_ports

LONGEST_WRITTEN_OUT = 64
"""Ports of a range that a dialect without ranges gets one by one."""

_ONLY_WEB = "it takes names only where HTTP or HTTPS is spoken"

_Lacks = Callable[[AllowRule, Capability, Context], str]


def fit(
    rules: Sequence[AllowRule], capability: Capability, context: Context
) -> tuple[tuple[AllowRule, ...], tuple[Remark, ...]]:
    """The rules this dialect can express, names with their addresses where it needs them, and what must be said.

    Raises:
        UsageError: a host or a port that is none.
    """
    said: defaultdict[str, list[str]] = defaultdict(list)
    kept = list(_kept(rules, capability, context, said))
    for one in kept:
        for sentence in _beyond(one, capability):
            said[sentence].append(one.place)
    remarks = [Remark(text=text, places=tuple(dict.fromkeys(places))) for text, places in said.items()]
    if context.sources and not capability.sources:
        remarks.append(Remark(text="Who is let out cannot be expressed in it, so --source is not heeded"))
    return tuple(kept), (*remarks, *_too_many(kept, capability))


def _too_many(kept: Sequence[AllowRule], capability: Capability) -> Iterator[Remark]:
    found = openings(kept) if capability.most else ()
    for version in (4, 6):
        made = sum(len(one.blocks(version)) * len(one.joined()) for one in found)
        if made > capability.most:
            yield Remark(
                text=f"It makes {made} rules for IPv{version}, and by default {capability.most} are taken: "
                "choose fewer rows, or raise the quota"
            )


def _kept(
    rules: Sequence[AllowRule], capability: Capability, context: Context, said: defaultdict[str, list[str]]
) -> Iterator[AllowRule]:
    for one in rules:
        checked_host(one.host, one.kind)
        checked_ports(one.ports, one.host)
        why = next((why for lacks in _LACKS if (why := lacks(one, capability, context))), "")
        if why:
            said[f"Left out, because {why}"].append(one.place)
            continue
        yield from _written_out(_addressed(one, capability, context, said), capability)


def _no_udp(one: AllowRule, capability: Capability, _: Context) -> str:
    return "" if capability.udp or one.protocol is not Protocol.UDP else "UDP cannot be expressed in it"


def _no_wildcards(one: AllowRule, capability: Capability, _: Context) -> str:
    if one.kind is not Kind.WILDCARD or (capability.wildcards and not _is_opaque(one, capability)):
        return ""
    if capability.wildcards:
        return _ONLY_WEB
    return "it takes no wildcards" if capability.names else "a wildcard has no address to look up"


def _no_blocks(one: AllowRule, capability: Capability, _: Context) -> str:
    return "" if capability.blocks or one.kind not in (Kind.ADDRESS, Kind.CIDR) else "it takes names only"


def _no_ipv6(one: AllowRule, capability: Capability, context: Context) -> str:
    if ":" not in one.host:
        return ""
    if not capability.ipv6:
        return "IPv6 cannot be expressed in it"
    return "" if _sources_of(context, ":") else "--source names no IPv6 network"


def _no_ipv4(one: AllowRule, _: Capability, context: Context) -> str:
    is_ipv4 = one.kind in (Kind.ADDRESS, Kind.CIDR) and ":" not in one.host
    return "--source names no IPv4 network" if is_ipv4 and not _sources_of(context, ".") else ""


def _sources_of(context: Context, mark: str) -> bool:
    """Whether anybody of the version of IP whose addresses are written with `mark` is to be let out."""
    return not context.sources or any(mark in source for source in context.sources)


def _not_web(one: AllowRule, capability: Capability, _: Context) -> str:
    if not capability.web_only or set(one.transports) & {Transport.TLS, Transport.HTTPS, Transport.HTTP}:
        return ""
    return "it sees only TLS and HTTP, and something else is spoken there"


def _too_long(one: AllowRule, capability: Capability, _: Context) -> str:
    long = one.ports.last - one.ports.first >= LONGEST_WRITTEN_OUT
    return (
        "it takes no ranges of ports, and this one is too long to be written out"
        if long and not capability.ranges
        else ""
    )


def _no_address(one: AllowRule, capability: Capability, context: Context) -> str:
    if not needs_addresses(one, capability):
        return ""
    underscored = "_" in one.host and not capability.underscores
    why = "it takes no names with underscores" if underscored else _ONLY_WEB
    why = why if capability.names else "it takes no names"
    if not capability.blocks:
        return why
    if context.snapshot is None:
        return f"{why} and none were to be looked up (--resolve now)"
    return "" if _usable(one, capability, context) else f"{why}, and no usable address of theirs is known"


_LACKS: tuple[_Lacks, ...] = (_no_udp, _no_wildcards, _no_blocks, _no_ipv6, _no_ipv4, _not_web, _too_long, _no_address)


def needs_addresses(one: AllowRule, capability: Capability) -> bool:
    """Whether this rule can be expressed by addresses only."""
    if one.kind is not Kind.HOST or capability.is_table:
        return False
    return not capability.names or ("_" in one.host and not capability.underscores) or _is_opaque(one, capability)


def _is_opaque(one: AllowRule, capability: Capability) -> bool:
    """Whether something is spoken there that does not tell this dialect the name."""
    return not capability.opaque and not set(one.transports) <= {Transport.HTTP, Transport.HTTPS}


def _usable(one: AllowRule, capability: Capability, context: Context) -> tuple[str, ...]:
    known = context.snapshot.addresses.get(one.host, ()) if context.snapshot else ()
    return tuple(address for address in known if _family_fits(address, capability, context))


def _family_fits(address: str, capability: Capability, context: Context) -> bool:
    mark = ":" if ":" in address else "."
    return (capability.ipv6 or mark == ".") and _sources_of(context, mark)


def _addressed(
    one: AllowRule, capability: Capability, context: Context, said: defaultdict[str, list[str]]
) -> AllowRule:
    if not needs_addresses(one, capability) and not (capability.is_table and one.kind is Kind.HOST):
        return one
    usable = _usable(one, capability, context)
    known = context.snapshot.addresses.get(one.host, ()) if context.snapshot else ()
    if len(usable) < len(known):
        said["Left out, because IPv6 or the family of --source does not fit: some addresses of"].append(one.place)
    for address in usable:
        checked_host(address, Kind.ADDRESS)
    return replace(one, addresses=usable)


def _written_out(one: AllowRule, capability: Capability) -> Iterator[AllowRule]:
    if capability.ranges or one.ports.first == one.ports.last:
        yield one
        return
    for port in range(one.ports.first, one.ports.last + 1):
        yield replace(one, ports=Ports(first=port, last=port))


def _beyond(one: AllowRule, capability: Capability) -> Iterator[str]:
    """What a kept rule opens beyond need, or does not achieve."""
    if wide := too_much(one.host, one.kind):
        yield f"Opened beyond need, for it {wide}"
    if not capability.ports:
        yield "Every port of these hosts is meant, because ports cannot be expressed in it"
    if capability.explicit_proxy and not one.proxy_capable:
        yield "The application reaches these without a proxy only, so this exception alone does not help it"
    if "_" in one.host and not one.addresses:
        yield "A name with an underscore, which some software refuses"


def require_some(kept: Iterable[AllowRule], capability: Capability, remarks: Sequence[Remark]) -> None:
    """Refuse to write an exception that excepts nothing.

    Raises:
        UsageError: nothing is left.
    """
    if any(True for _ in kept):
        return
    why = " ".join(one.said(3) for one in remarks)
    needs = not capability.names and "--resolve now" in why
    fix = "Add --resolve now, or --resolve FILE." if needs else "Choose other rows, or another --format."
    raise UsageError(f"Nothing of this selection can be written as {capability.name}. {why}".rstrip(), fix)
