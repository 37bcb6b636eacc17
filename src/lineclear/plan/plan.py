"""From a catalog and a vantage to the plan of a run: everything that will be contacted, before anything is."""

from collections.abc import Iterable

from lineclear.model import (
    AutoConfig,
    Catalog,
    Control,
    ControlKind,
    Depth,
    Endpoint,
    Plan,
    Presence,
    Reflecting,
    Requirement,
    Resolver,
    Target,
    Transport,
    UsageError,
    Vantage,
)

from .dialling import dial, dialled_address
from .networks import inside, is_address, is_loopback
from .options import Options
from .reflecting import reflecting
from .refusing import refuse_impossible
from .wpad import auto_configs

NOBODY = ("192.0.2.213", "198.51.100.213", "203.0.113.213")
"""Addresses of the documentation ranges (RFC 5737): no host has them, so whoever accepts there is in the path."""
NOBODY6 = ("100::d5", "2001:db8::d5", "3fff::d5")
"""The same of IPv6: of the discard prefix (RFC 6666), which routers may forward to where it is dropped, so that a box
behind a filter of bogus addresses meets it too, and of the documentation ranges (RFC 3849, RFC 9637)."""
_CONTROLS = 2
"""Of those are used, of each family: the first that are not on this machine's own networks."""
_MOST_RESOLVERS = 3
_GATEWAY_PORT = 53
"""A gateway refuses or accepts it; either way it lives."""
_STREAMS = frozenset(Transport) - {Transport.UDP}


def make_plan(catalog: Catalog, vantage: Vantage, options: Options) -> Plan:
    """Everything one run will do.

    Args:
        catalog: what to test, already selected (`lineclear.catalog.select`).
        vantage: this machine: its resolvers, gateways, proxies and gateway use.
        options: what the user chose.

    Raises:
        UsageError: an option names an address, a port, a network or a time that cannot be.
    """
    refuse_impossible(options)
    targets = tuple(_targets(catalog, vantage))
    return Plan(
        catalog=catalog.id,
        edition=catalog.edition,
        profile=options.profile,
        targets=targets,
        names=_names(targets, options),
        resolvers=(options.resolvers or _distinct(vantage.resolvers))[:_MOST_RESOLVERS],
        ask_system=not options.resolvers,
        listed=tuple(dict.fromkeys(one.name for one in vantage.hosts_entries)),
        redirections=options.redirections,
        controls=tuple(_controls(targets, vantage, options)),
        proxies=vantage.proxies,
        auto_configs=_auto_configs(targets, vantage, options),
        echo_urls=options.echo_urls,
        reflector=_reflector(targets, options),
        expected_networks=options.expected_networks,
        untestable=tuple(one.id for one in catalog.requirements if not one.testable),
        depth=options.depth,
        limits=options.limits,
        idle_s=options.idle_s,
    )


def _auto_configs(targets: tuple[Target, ...], vantage: Vantage, options: Options) -> tuple[AutoConfig, ...]:
    """None for a list of this machine's own ports, or where only names are asked for: no proxy is for those."""
    if options.depth is Depth.NAMES or all(is_loopback(one.host) for one in targets):
        return ()
    return auto_configs(vantage)


def _reflector(targets: tuple[Target, ...], options: Options) -> Reflecting | None:
    """What is asked of the user's reflector; None without one, or where ports are not walked in full."""
    if not options.reflectors or options.depth is not Depth.FULL:
        return None
    return reflecting(targets, options.reflectors, name=options.reflector_name, pin=options.reflector_pin)


def _targets(catalog: Catalog, vantage: Vantage) -> Iterable[Target]:
    """One target per host:port, in the order of the list, however many requirements name it."""
    groups: dict[tuple[str, int], list[Requirement]] = {}
    for one in catalog.requirements:
        if one.testable:
            groups.setdefault((one.host, one.port), []).append(one)
    used = {name for use in vantage.gateway_use for name in (use.peer, *use.known)}
    for (host, port), group in groups.items():
        yield Target(
            host=host,
            port=port,
            transport=group[0].transport,
            requirements=tuple(one.id for one in group),
            required=any(one.required for one in group),
            pingable=all(one.pingable for one in group),
            certificate_names=_certificate_names(host, group),
            in_use=f"{host}:{port}" in used,
        )


def _certificate_names(host: str, group: Iterable[Requirement]) -> tuple[str, ...]:
    """Names that any row lets the certificate have, the host's own among them where a row names none; empty: that."""
    named = tuple(dict.fromkeys(name for one in group for name in one.certificate_names or (host,)))
    return () if named == (host,) else named


def _names(targets: tuple[Target, ...], options: Options) -> tuple[str, ...]:
    """Names that must be looked up: not literal addresses, and not those the user sends elsewhere altogether."""
    return tuple(
        dict.fromkeys(
            one.host
            for one in targets
            if not is_address(one.host) and not dialled_address(options.redirections, one.host)
        )
    )


def _distinct(resolvers: Iterable[Resolver]) -> tuple[Resolver, ...]:
    seen: dict[tuple[str, int], Resolver] = {}
    for one in resolvers:
        seen.setdefault((one.address, one.port), one)
    return tuple(seen.values())


def _controls(targets: tuple[Target, ...], vantage: Vantage, options: Options) -> Iterable[Control]:
    if options.depth is Depth.NAMES:
        return
    ports = sorted({one.port for one in targets if one.transport in _STREAMS})
    local = all(is_loopback(one.host) for one in targets)
    if options.depth is Depth.FULL and (options.nobody or not local):
        for text in options.nobody or _nobody_here(vantage):
            yield from _nobody(text, ports, options)
    for text in options.answering:
        yield Control(kind=ControlKind.ANSWERS, endpoint=endpoint_from(text))
    for address in options.reflectors[:1]:
        for one in ports:
            place = dial(options.redirections, address, one, address)
            yield Control(kind=ControlKind.ANSWERS, endpoint=place, port=one)
    if not options.answering and not local:
        for route in vantage.routes:
            if route.is_default and route.gateway and ":" not in route.gateway:
                yield Control(
                    kind=ControlKind.GATEWAY, endpoint=Endpoint(address=route.gateway, port=_GATEWAY_PORT), port=0
                )


def _nobody_here(vantage: Vantage) -> tuple[str, ...]:
    """Of each family, for who accepts IPv4 need not accept IPv6; none of a family this machine surely does not have."""
    networks = [text for interface in vantage.interfaces for text in interface.addresses]
    families = (NOBODY, NOBODY6) if vantage.ipv6 is not Presence.NO else (NOBODY,)
    return tuple(
        one for family in families for one in [each for each in family if not inside(each, networks)][:_CONTROLS]
    )


def _nobody(text: str, ports: list[int], options: Options) -> Iterable[Control]:
    port, at, place = text.partition("@")
    if at:
        yield Control(kind=ControlKind.NOBODY_THERE, endpoint=endpoint_from(place), port=_number(port, text))
        return
    for one in ports:
        yield Control(kind=ControlKind.NOBODY_THERE, endpoint=dial(options.redirections, "", one, text), port=one)


def endpoint_from(text: str) -> Endpoint:
    """`ADDRESS:PORT` or `[ADDRESS]:PORT` as an endpoint.

    Raises:
        UsageError: there is no port, or it is no number, or the address is none.
    """
    address, colon, port = text.rpartition(":")
    if not colon:
        raise UsageError(f"{text!r} has no port.", "Write it as ADDRESS:PORT, such as 192.0.2.1:4000.")
    address = address.removeprefix("[").removesuffix("]")
    if not is_address(address):
        raise UsageError(
            f"{address!r} in {text!r} is not an address.", "Write it as ADDRESS:PORT, such as 192.0.2.1:53."
        )
    return Endpoint(address=address, port=_number(port, text))


def _number(text: str, whole: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 65536):  # noqa: PLR2004  16 bits
        raise UsageError(f"{text!r} in {whole!r} is not a port.", "Ports are numbers from 1 to 65535.")
    return int(text)
