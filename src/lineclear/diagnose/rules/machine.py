"""Faults of this machine: they come first, for everything else follows from them."""

from collections.abc import Iterator

from lineclear.diagnose.codes import machine as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import (
    LOCAL,
    ControlKind,
    DnsQuery,
    Failure,
    Finding,
    Observation,
    Presence,
    ProxyTunnel,
    Route,
    SourceAddress,
    TcpConnect,
)

from .case import Case, finding, ids

_UNRESOLVED = frozenset({"failed", "incomplete"})
_FROM_SELF_AFTER_MS = 1000.0
"""A missing neighbour shows itself after about three seconds, a local rule at once."""


def no_link(case: Case) -> Iterator[Finding]:
    """No interface has a link and an address, so nothing can leave this machine."""
    interfaces = [one for one in case.view.vantage.interfaces if one.looks_like != "loopback"]
    usable = [one for one in interfaces if Presence.NO not in (one.up, one.carrier) and one.addresses]
    sent = _sent(case)
    if not case.view.vantage.interfaces or usable or not sent or _anything_beyond(case):
        return
    names = ", ".join(one.name for one in interfaces) or "there is none"
    proof = ("vantage.interfaces", *ids(sent))
    yield finding(codes.INTERFACE_DOWN, (*case.open(), *case.undecided()), proof, subject=names)


def no_route(case: Case) -> Iterator[Finding]:
    """Nothing left this machine, for it knows no way out."""
    sent = _sent(case)
    refused = [one for one in sent if one.failure is Failure.NO_ROUTE]
    if refused and len(refused) == len(sent) and not _default_routes(case):
        yield finding(codes.NO_ROUTE, (*case.open(), *case.undecided()), ("vantage.routes", *ids(refused)))


def _sent(case: Case) -> list[TcpConnect | DnsQuery]:
    """Everything that was sent beyond this machine, or should have been."""
    return [one for one in case.view.ordered if isinstance(one, TcpConnect | DnsQuery) and not _to_itself(case, one)]


def _default_routes(case: Case) -> list[Route]:
    """Routes that lead out: a default that refuses is none."""
    return [one for one in case.view.vantage.routes if one.is_default and one.kind == "unicast"]


def _to_itself(case: Case, step: TcpConnect | DnsQuery) -> bool:
    address = (step.resolver if isinstance(step, DnsQuery) else step.endpoint).address
    return address.startswith("127.") or address == "::1" or address in case.view.own_addresses


def gateway_unreachable(case: Case) -> Iterator[Finding]:
    """The kernel itself says that the next hop does not answer."""
    gateways = list(dict.fromkeys(route.gateway for route in _default_routes(case) if route.gateway))
    steps = [one for one in case.view.ordered if _neighbour_is_absent(case, one)]
    states = {one.address: one.state for one in case.view.vantage.neighbours}
    unresolved = bool(gateways) and all(states.get(one) in _UNRESOLVED for one in gateways)
    if _anything_beyond(case) or gateway_answers(case) or not (steps or unresolved):
        return
    proof = ("vantage.routes", *(("vantage.neighbours",) if unresolved else ()), *ids(steps))
    targets = (*case.open(), *case.undecided())
    yield finding(codes.GATEWAY_UNREACHABLE, targets, proof, subject=", ".join(gateways) or "(unknown)")


def _neighbour_is_absent(case: Case, step: Observation) -> bool:
    icmp = step.raw.icmp if step.raw else None
    return (
        step.failure is Failure.HOST_UNREACHABLE
        and icmp is not None
        and icmp.sender in case.view.own_addresses
        and step.took_ms >= _FROM_SELF_AFTER_MS
    )


def _anything_beyond(case: Case) -> bool:
    """Whether any answer came from beyond this machine."""
    return case.view.anything_connected or any(
        isinstance(one, DnsQuery) and one.rcode and not _to_itself(case, one) for one in case.view.ordered
    )


def local_refusal(case: Case) -> Iterator[Finding]:
    """This machine's firewall or routing table says no, for some targets."""
    walls, routes = [], []
    for one in case.open():
        step = one.walk.connect if one.walk else None
        if step is None:
            continue
        if _is_firewall(case, step):
            walls.append(one)
        elif one.symptom is Symptom.LOCAL and step.failure in LOCAL - {Failure.LOCAL_EXHAUSTION}:
            routes.append(one)
    if walls:
        yield finding(codes.LOCAL_FIREWALL, walls)
    if routes:
        yield finding(codes.POLICY_ROUTE, routes, ("vantage.routes",), subject=_errnos(routes))


def _is_firewall(case: Case, step: TcpConnect) -> bool:
    if step.failure is Failure.PERMISSION_DENIED:
        return step.raw is None or step.raw.errno != "EACCES" or case.view.vantage.platform != "linux"
    icmp = step.raw.icmp if step.raw else None
    return icmp is not None and icmp.sender in case.view.own_addresses and step.took_ms < _FROM_SELF_AFTER_MS


def _errnos(stands: list[Standing]) -> str:
    steps = (one.walk.connect for one in stands if one.walk)
    return ", ".join(dict.fromkeys(step.raw.errno for step in steps if step and step.raw))


def exhausted(case: Case) -> Iterator[Finding]:
    """This machine had no socket left to test with."""
    short = [
        one
        for one in case.doubtful(Symptom.UNTESTED)
        if one.walk and one.walk.culprit.failure is Failure.LOCAL_EXHAUSTION
    ]
    if short:
        yield finding(codes.LOCAL_EXHAUSTION, short, subject=_errnos(short) or "sockets")


def hosts_file(case: Case) -> Iterator[Finding]:
    """The hosts file sends a name where the resolvers do not, and it does not work there."""
    for entry in case.view.vantage.hosts_entries:
        asked = case.view.queries.get(entry.name, ())
        others = {address for one in asked for address in one.addresses}
        broken = [one for one in case.open() if one.target.host == entry.name]
        if broken and others and entry.address not in others:
            yield finding(
                codes.HOSTS_FILE,
                broken,
                ("vantage.hosts_entries", *ids(asked)),
                subject=entry.address,
                hosts=entry.name,
                file=entry.source,
            )


def vpn_captures(case: Case) -> Iterator[Finding]:
    """Only what goes through a VPN fails."""
    sources = {one.towards: one for one in case.view.ordered if isinstance(one, SourceAddress) and one.local}
    tunnels = {
        address.partition("/")[0]: interface.name
        for interface in case.view.vantage.interfaces
        if interface.looks_like == "vpn"
        for address in interface.addresses
    }
    caught = [
        one
        for one in case.open(Symptom.SILENT, Symptom.REFUSED, Symptom.REJECTED)
        if one.walk and _source(sources, one.walk.endpoint.address) in tunnels
    ]
    free = [one for one in case.standings.all.values() if one.ok and one.walk]
    if not caught or any(_source(sources, one.walk.endpoint.address) in tunnels for one in free if one.walk):
        return
    if free:
        steps = [sources[one.walk.endpoint.address] for one in caught if one.walk]
        yield finding(codes.VPN_CAPTURES, caught, ids(steps), subject=tunnels[steps[0].local])


def _source(sources: dict[str, SourceAddress], address: str) -> str:
    return sources[address].local if address in sources else ""


def proxy_dead(case: Case) -> Iterator[Finding]:
    """A proxy is set and nothing answers there."""
    dead: dict[str, list[ProxyTunnel]] = {}
    for one in case.view.ordered:
        if isinstance(one, ProxyTunnel) and not one.status and _did_not_connect(one):
            dead.setdefault(one.proxy, []).append(one)
    for proxy in case.view.vantage.proxies:
        if proxy.authority in dead:
            yield finding(
                codes.PROXY_DEAD,
                (),
                ("vantage.proxies", *ids(dead[proxy.authority])),
                subject=proxy.authority,
                source=proxy.source,
            )


_UNCONNECTED = frozenset(
    {
        Failure.CONNECTION_REFUSED,
        Failure.HOST_UNREACHABLE,
        Failure.NETWORK_UNREACHABLE,
        Failure.TIMED_OUT,
        Failure.NO_ROUTE,
        Failure.DNS_NXDOMAIN,
        Failure.DNS_TEMPORARY,
    }
)


def _did_not_connect(step: ProxyTunnel) -> bool:
    return step.failure in _UNCONNECTED and not step.target


def gateway_answers(case: Case) -> bool:
    """Whether the local gateway showed that it lives."""
    return any(
        step.failure in (None, Failure.CONNECTION_REFUSED) for _, step in case.view.controls(ControlKind.GATEWAY)
    )
