"""Faults of this machine: they come first, for everything else follows from them."""

from collections.abc import Iterable, Iterator, Sequence

from lineclear.diagnose.codes import machine as codes
from lineclear.diagnose.codes.code import Code
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, Symptom
from lineclear.model import (
    ControlKind,
    DnsQuery,
    Failure,
    Finding,
    HostsEntry,
    Observation,
    Presence,
    Proxy,
    ProxyTunnel,
    TcpConnect,
)
from lineclear.plan.networks import is_loopback, is_nowhere

from .case import Case, finding, hosts, ids, listed

_UNRESOLVED = frozenset({"failed", "incomplete"})
_NO_WAY = frozenset({Failure.NO_ROUTE, Failure.ADDRESS_NOT_AVAILABLE})
_NO_PORT = frozenset({"EADDRNOTAVAIL", "WSAEADDRNOTAVAIL", "EAGAIN"})
"""`EAGAIN` is said of datagrams."""
_FROM_SELF_AFTER_MS = 1000.0
"""A missing neighbour shows itself after about three seconds, a local rule at once."""


def no_link(case: Case) -> Iterator[Finding]:
    """There are interfaces, and none has a link and an address. Without any, “no route” says enough."""
    interfaces = [one for one in case.view.vantage.interfaces if one.looks_like != "loopback"]
    usable = [one for one in interfaces if Presence.NO not in (one.up, one.carrier) and one.addresses]
    if not interfaces or usable or anything_beyond(case):
        return
    names = ", ".join(one.name for one in interfaces)
    proof = ("vantage.interfaces", *ids(sent_beyond(case)))
    yield finding(codes.INTERFACE_DOWN, case.belied(), proof, subject=names)


def no_route(case: Case) -> Iterator[Finding]:
    """Nothing left this machine, for it knows no way out."""
    sent = sent_beyond(case)
    if sent and all(one.failure in _NO_WAY for one in sent) and not _has_default_route(case, sent):
        yield finding(codes.NO_ROUTE, case.belied(), ("vantage.routes", *ids(sent)))


def sent_beyond(case: Case) -> Sequence[TcpConnect | DnsQuery]:
    """What was to leave the local network: connects to targets, else questions about their names, else controls.

    Controls may be of an IP version that no host of the list, and no name server, has.
    """
    steps = [one for one in case.view.ordered if isinstance(one, TcpConnect | DnsQuery)]
    beyond = [one for one in steps if not case.view.is_near(destination(one))]
    questions = [one for one in beyond if isinstance(one, DnsQuery)]
    return [one for one in beyond if isinstance(one, TcpConnect) and one.host] or questions or beyond


def destination(step: TcpConnect | DnsQuery) -> str:
    """The address a step was for."""
    return (step.resolver if isinstance(step, DnsQuery) else step.endpoint).address


def _has_default_route(case: Case, steps: Sequence[TcpConnect | DnsQuery]) -> bool:
    """Whether the table says something of every address of a version of IP that these steps used, if only no."""
    used = {":" in destination(one) for one in steps}
    return any((":" in one.destination) in used for one in case.view.vantage.routes if one.is_default)


def gateway_unreachable(case: Case) -> Iterator[Finding]:
    """The kernel itself says that the next hop does not answer."""
    gateways = _gateways(case)
    steps = [one for one in case.view.ordered if _neighbour_is_absent(case, one)]
    states = {one.address: one.state for one in case.view.vantage.neighbours}
    unresolved = bool(gateways) and all(states.get(one) in _UNRESOLVED for one in gateways)
    if anything_beyond(case) or gateway_answers(case) or not (steps or unresolved):
        return
    proof = ("vantage.routes", *(("vantage.neighbours",) if unresolved else ()), *ids(steps))
    targets = [one for one in case.belied() if _goes_through_gateway(case, one)]
    yield finding(codes.GATEWAY_UNREACHABLE, targets, proof, subject=", ".join(gateways) or "(unknown)")


def _goes_through_gateway(case: Case, one: Standing) -> bool:
    """Whether a target lies beyond the networks of this machine, or its name is asked of somebody off this machine."""
    if one.walk is not None:
        return not case.view.is_near(one.walk.endpoint.address)
    resolvers = case.view.plan.resolvers
    return not resolvers or not all(is_loopback(resolver.address) for resolver in resolvers)


def _neighbour_is_absent(case: Case, step: Observation) -> bool:
    """Whether this machine itself says, after long asking, that a way which begins at the gateway has no beginning."""
    icmp = step.raw.icmp if step.raw else None
    return (
        isinstance(step, TcpConnect)
        and step.failure is Failure.HOST_UNREACHABLE
        and icmp is not None
        and icmp.sender in case.view.own_addresses
        and step.took_ms >= _FROM_SELF_AFTER_MS
        and (step.endpoint.address in _gateways(case) or not case.view.is_near(step.endpoint.address))
    )


def _gateways(case: Case) -> list[str]:
    """Of the default routes those that are preferred, of the versions of IP that were used: the others only wait."""
    used = _versions_used(case)
    every = [one for one in case.view.vantage.routes if one.is_default and one.kind == "unicast" and not one.table]
    routes = [one for one in every if (":" in one.destination) in used]
    least = {
        one.destination: min(other.metric for other in routes if other.destination == one.destination) for one in routes
    }
    preferred = [one for one in routes if one.metric == least[one.destination]]
    return list(dict.fromkeys(one.gateway for one in preferred if one.gateway))


def _versions_used(case: Case) -> frozenset[bool]:
    """Whether questions for names and connects to targets went by IPv6, by IPv4 or both; by neither: both."""
    steps = [one for one in case.view.ordered if isinstance(one, TcpConnect | DnsQuery)]
    mine = [destination(one) for one in steps if isinstance(one, DnsQuery) or one.host]
    return frozenset(":" in one for one in mine if not case.view.is_near(one)) or frozenset((True, False))


def anything_beyond(case: Case) -> bool:
    """Whether any answer came from beyond the local network."""
    return case.view.anything_connected or any(
        isinstance(one, DnsQuery) and one.rcode and not case.view.is_near(one.resolver.address)
        for one in case.view.ordered
    )


def errno_of(step: Observation) -> str:
    """The errno of a step, or that there is none."""
    return (step.raw.errno if step.raw else "") or "unsaid"


def ports_exhausted(case: Case) -> Iterator[Finding]:
    """This machine had no local port left, in the first pass and in the second look: no other program has one either.

    Where the check alone may open no more (descriptors), other programs go on: that is `exhausted`.
    """
    short = [one for one in case.untested() if one.walk and is_out_of_ports(one.walk.culprit)]
    again = {one.target.port for one in short if one.walk and one.walk.second}
    held = [one for one in short if one.target.port in again]
    mute = [one for one in case.open(Symptom.NO_ADDRESS) if _questions_stay(case, one)]
    if held or mute:
        yield finding(codes.PORTS_EXHAUSTED, (*held, *mute))


def is_out_of_ports(step: Observation) -> bool:
    """Whether this machine had an address to send from and no port."""
    return step.failure is Failure.LOCAL_EXHAUSTION and errno_of(step) in _NO_PORT


def _questions_stay(case: Case, one: Standing) -> bool:
    """Whether no question for the name of a target could leave for want of a port."""
    asked = case.view.queries.get(one.target.host, ())
    return bool(asked) and all(map(is_out_of_ports, asked))


def exhausted(case: Case) -> Iterator[Finding]:
    """This machine had no socket left to test with."""
    short = [one for one in case.untested() if one.walk and one.walk.culprit.failure is Failure.LOCAL_EXHAUSTION]
    if short:
        errnos = dict.fromkeys(errno_of(one.walk.culprit) for one in short if one.walk)
        yield finding(codes.LOCAL_EXHAUSTION, short, subject=listed(errnos))


def hosts_file(case: Case) -> Iterator[Finding]:
    """The hosts file sends names where the resolvers do not, and they do not work there.

    Where a proxy on the way refuses a name for that, it says nothing of the other ports of the address.
    """
    failing = hosts(case.open())
    listed_here = (one for one in case.view.vantage.hosts_entries if one.name in failing)
    wrong = {one.name: one for one in listed_here if _is_to_blame(case, one)}
    refused = hosts(case.open(Symptom.DISAGREES))
    caught = [one for one in case.belied() if one.ok is False or one.target.host not in refused]
    yield from _by_hosts_file(case, codes.HOSTS_FILE, wrong, caught)


def hosts_file_differs(case: Case) -> Iterator[Finding]:
    """The hosts file and the resolvers differ about names that work nowhere: nobody can tell who is right."""
    entries = [one for one in case.view.vantage.hosts_entries if _differs(case, one) and not _is_to_blame(case, one)]
    failing = [one for one in case.all if one.ok is False and one.symptom in CONNECT_SYMPTOMS]
    yield from _by_hosts_file(case, codes.HOSTS_FILE_DIFFERS, {one.name: one for one in entries}, failing)


def _by_hosts_file(
    case: Case, code: Code, entries: dict[str, HostsEntry], failing: Iterable[Standing]
) -> Iterator[Finding]:
    broken = [one for one in failing if one.target.host in entries]
    lines = [entries[name] for name in hosts(broken)]
    if lines:
        asked = [step for entry in lines for step in case.view.queries.get(entry.name, ())]
        yield finding(
            code,
            broken,
            ("vantage.hosts_entries", *ids(asked)),
            subject=listed(dict.fromkeys(one.address for one in lines)),
            file=listed(dict.fromkeys(one.source for one in lines)),
        )


def _differs(case: Case, entry: HostsEntry) -> bool:
    """Whether a line is followed, and the resolvers give other addresses; nowhere does the name work."""
    others = _answered(case, entry)
    followed = entry.address in case.view.addresses(entry.name)
    works = any(one.target.host == entry.name for one in case.working())
    return followed and bool(others) and entry.address not in others and not works


def _answered(case: Case, entry: HostsEntry) -> set[str]:
    return {address for one in case.view.queries.get(entry.name, ()) for address in one.addresses}


def _is_to_blame(case: Case, entry: HostsEntry) -> bool:
    """Whether a name fails where the line sends it, and works where the resolvers do, or meets a stranger or nobody."""
    others = _answered(case, entry)
    if entry.address in others or any(one.target.host == entry.name for one in case.working()):
        return False
    walks = [walk for one in case.all if one.target.host == entry.name for walk in case.view.walks[one.target.name]]
    works = any(walk.symptom is None for walk in walks if walk.endpoint.address in others)
    strange = any(walk.symptom is Symptom.WRONG_NAME for walk in walks if walk.endpoint.address == entry.address)
    return works or (strange and bool(others)) or is_nowhere(entry.address, case.view.plan.expected_networks)


def proxy_dead(case: Case) -> Iterator[Finding]:
    """A proxy is set and nothing answers there, though other things do."""
    for authority, proxies in _by_authority(case).items():
        tried = [
            one
            for one in case.view.ordered
            if isinstance(one, ProxyTunnel) and one.proxy == authority and not one.target
        ]
        named = case.view.lookups.get(proxies[0].host)
        if any(one.failure is None for one in tried):
            continue
        dead: list[Observation] = [one for one in tried if one.failure in _UNCONNECTED]
        if named is not None and named.failure is Failure.DNS_NXDOMAIN:
            dead.append(named)
        refused = any(one.failure is Failure.CONNECTION_REFUSED for one in dead)
        if dead and (refused or case.view.anything_connected):
            sources = listed(dict.fromkeys(one.source for one in proxies))
            yield finding(codes.PROXY_DEAD, (), ("vantage.proxies", *ids(dead)), subject=authority, source=sources)


def _by_authority(case: Case) -> dict[str, list[Proxy]]:
    found: dict[str, list[Proxy]] = {}
    for one in case.view.vantage.proxies:
        found.setdefault(one.authority, []).append(one)
    return found


_UNCONNECTED = frozenset(
    {
        Failure.CONNECTION_REFUSED,
        Failure.CONNECTION_RESET,
        Failure.HOST_UNREACHABLE,
        Failure.NETWORK_UNREACHABLE,
        Failure.TIMED_OUT,
        Failure.NO_ROUTE,
    }
)


def gateway_answers(case: Case) -> bool:
    """Whether the local gateway showed that it lives."""
    mine = _gateways(case)
    return any(
        step.failure in (None, Failure.CONNECTION_REFUSED)
        for control, step in case.view.controls(ControlKind.GATEWAY)
        if not mine or control.endpoint.address in mine
    )
