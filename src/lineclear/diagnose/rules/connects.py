"""Connections nobody accepts: the smallest common cause that covers them.

The same timeouts mean different things by what they have in common. All of a port, everywhere: a rule on the port.
All of a region: a route. All ports of one host: that host, or a rule that misses it. The causes are tried from the
widest to the narrowest; each takes what it explains, and the next sees the rest.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from lineclear.diagnose.codes import paths
from lineclear.diagnose.codes import transport as codes
from lineclear.diagnose.codes.code import Code
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, Symptom
from lineclear.model import ControlKind, Failure, Finding, Icmp, PathTrace, Service, TcpConnect

from .case import Case, finding, hosts, ids, listed
from .machine import gateway_answers
from .refusers import refuser, refuses_itself

_RESTED_MS = 1000.0
"""Routers of Linux send one ICMP error a second to whom they sent many."""
_SPREAD = 3
"""Hosts that must share a fate before it is a rule's and not theirs."""
_EXPIRED = frozenset({(4, 11), (6, 3)})
"""ICMP time exceeded, by version."""
_NO_WAY = frozenset({((4, 3), 0), ((4, 3), 1), ((6, 1), 0), ((6, 1), 3)})
"""Network or host unreachable: what a router says of its own accord (RFC 792, RFC 4443)."""


def nothing_passes(case: Case) -> Iterator[Finding]:
    """Nothing at all answers from beyond the local network, unless it is a router that knows no way."""
    lost = [one for one in case.open(Symptom.SILENT, Symptom.NO_ADDRESS, Symptom.REJECTED) if _may_be_the_line(one)]
    if not lost or len(lost) < len(case.all) or _anybody_answers(case):
        return
    proof = [step for _, step in case.view.controls(ControlKind.GATEWAY)] if gateway_answers(case) else []
    yield finding(codes.UPLINK_DOWN, lost, ids(proof))


def _may_be_the_line(one: Standing) -> bool:
    return one.symptom is not Symptom.REJECTED or _is_no_way(one)


def _anybody_answers(case: Case) -> bool:
    """Whether any server or resolver past the gateway gave an answer, if only a refusal, or a control that should."""
    connects = [
        step
        for endpoint, steps in case.view.connects.items()
        if not case.view.is_near(endpoint.address)
        for step in steps
    ]
    friends = [step for _, step in case.view.controls(ControlKind.ANSWERS) if step.failure is None]
    asked = (step for steps in case.view.queries.values() for step in steps)
    return (
        bool(friends)
        or any(step.failure in (None, Failure.CONNECTION_REFUSED) for step in connects)
        or any(step.rcode and not case.view.is_near(step.resolver.address) for step in asked)
    )


def routing_loop(case: Case) -> Iterator[Finding]:
    """A time to live of 64 ran out. Routers say so only once a second, so most of the same looks like silence."""
    looped = [one for one in case.open(Symptom.REJECTED) if _kind(one)[0] in _EXPIRED]
    if looped:
        names = set(hosts(looped))
        everywhere = _is_widespread(case, looped) and not any(one.is_accepted for one in case.all)
        silent = case.open(Symptom.SILENT)
        alike = [one for one in silent if everywhere or one.target.host in names or _goes_round(case, one)]
        senders = listed(dict.fromkeys(_sender(one) for one in looped))
        round_ = case.in_order((*looped, *alike))
        yield finding(codes.ROUTING_LOOP, round_, _trace_ids(case, round_), subject=senders)


def _goes_round(case: Case, one: Standing) -> bool:
    """Whether a router was heard from twice on the way to a target, a round apart."""
    trace = case.view.traces.get(one.walk.endpoint) if one.walk else None
    places: dict[str, list[int]] = {}
    for hop in trace.hops if trace else ():
        if hop.outcome == "expired":
            places.setdefault(hop.sender, []).append(hop.limit)
    return any(max(limits) - min(limits) > 1 for limits in places.values())


def rejected(case: Case) -> Iterator[Finding]:
    """A device signed its refusal. Its rate limit makes some of the same rejections look like silence.

    "No such host" and "no such network" said of single hosts is what any router says of hosts that are gone; said of
    many in different places it is a rule.
    """
    by_sender: dict[tuple[str, str], list[Standing]] = {}
    for one in case.open(Symptom.REJECTED):
        icmp = _icmp(one)
        if icmp is not None:
            by_sender.setdefault((icmp.sender, icmp.name), []).append(one)
    silent = {one.target.name: one for one in case.open(Symptom.SILENT)}
    closed, mute = _closed_ports(case), _mute_ports(case)
    for (sender, reason), stands in by_sender.items():
        ports, names = {one.target.port for one in stands}, set(hosts(stands))
        alike = [
            one
            for one in silent.values()
            if one.target.port in closed
            and (one.target.port in ports or (one.target.host in names and one.target.port not in mute))
        ]
        if all(map(_is_no_way, stands)) and not _is_widespread(case, stands, alike):
            continue
        silent = {name: one for name, one in silent.items() if one not in alike}
        turned = case.in_order((*stands, *alike))
        yield finding(codes.EGRESS_REJECTED, turned, _trace_ids(case, stands), subject=sender, reason=reason)


def _mute_ports(case: Case) -> frozenset[int]:
    """Ports that stay silent though the routers that turned others away had rested long enough to say so again."""
    steps = [step for every in case.view.connects.values() for step in every if step.raw is not None and step.raw.icmp]
    told = sorted(step.at_ms + step.took_ms for step in steps)
    silent = [one for one in case.all if one.walk and one.walk.second and one.symptom is Symptom.SILENT]
    return frozenset(one.target.port for one in silent if one.walk and _began_rested(one.walk.second[0].at_ms, told))


def _began_rested(at_ms: float, told: Sequence[float]) -> bool:
    before = bisect_right(told, at_ms)
    return not before or at_ms - told[before - 1] >= _RESTED_MS


def _is_widespread(case: Case, stands: Sequence[Standing], alike: Sequence[Standing] = ()) -> bool:
    """Whether hosts share a fate that do not stand in one place, those among them a rate limit silenced."""
    places = {case.view.regions(one.target) for one in stands}
    return len(hosts((*stands, *alike))) >= _SPREAD and len(places) > 1


def _icmp(one: Standing) -> Icmp | None:
    step = one.walk.connect if one.walk else None
    return step.raw.icmp if step is not None and step.raw is not None else None


def _sender(one: Standing) -> str:
    icmp = _icmp(one)
    return icmp.sender if icmp else ""


def _kind(one: Standing) -> tuple[tuple[int, int], int]:
    """Version and type of the ICMP error, and its code; zeros where there is none."""
    icmp = _icmp(one)
    return ((icmp.version, icmp.type), icmp.code) if icmp else ((0, 0), 0)


def _is_no_way(one: Standing) -> bool:
    """Whether a router says that it knows no way, rather than that it may not pass."""
    return _kind(one) in _NO_WAY


def _closed_ports(case: Case) -> frozenset[int]:
    """Ports of the list that nobody accepts, anywhere they were tried."""
    tried = [one for one in case.all if one.walk and one.symptom is not Symptom.UNTESTED]
    others = {one.target.port for one in tried if one.symptom not in CONNECT_SYMPTOMS}
    return frozenset(one.target.port for one in tried) - others


def port_rules(case: Case) -> Iterator[Finding]:
    """Ports that fail alike at every host, while others work."""
    closed = _closed_ports(case)
    for symptoms, code in (
        ((Symptom.SILENT,), codes.EGRESS_DROPPED),
        ((Symptom.REFUSED, Symptom.REJECTED), codes.EGRESS_REFUSED),
    ):
        stands = [one for one in case.open(*symptoms) if one.target.port in closed]
        alike = (*stands, *(one for one in case.all if one.symptom in symptoms and _is_carried(case, one, closed)))
        if stands and (len(hosts(alike)) >= _SPREAD or _is_whole_list(case, stands)):
            yield from _by_reflector(case, stands, code)


def _is_carried(case: Case, one: Standing, closed: frozenset[int]) -> bool:
    """Whether a proxy makes up for a closed port, so that it is explained, and shares the fate of what is not."""
    return one.target.port in closed and case.standings.is_carried(one) is True


def _by_reflector(case: Case, stands: list[Standing], code: Code) -> Iterator[Finding]:
    """A rule on ports stops the same ports of any host; one on addresses lets a reflector's through."""
    open_there = {
        control.port
        for control, step in case.view.controls(ControlKind.ANSWERS)
        if step.failure is None and case.view.far.passes(control.port) is not False
    }
    by_address = [one for one in stands if one.target.port in open_there]
    by_port = [one for one in stands if one.target.port not in open_there]
    if by_port:
        yield _by_whom(case, by_port, code)
    if by_address:
        proof = (*_said_there(case, by_address), *_trace_ids(case, by_address))
        yield finding(codes.STALE_ALLOW_LIST, by_address, proof)


def _said_there(case: Case, stands: list[Standing]) -> tuple[str, ...]:
    """What the same ports showed at a friend's: the conversations with a reflector, else whether they opened."""
    ports = sorted({one.target.port for one in stands})
    talks = ids(step for port in ports for step in case.view.far.usual(port))
    return talks or ids(step for control, step in case.view.controls(ControlKind.ANSWERS) if control.port in ports)


def _by_whom(case: Case, stands: list[Standing], code: Code) -> Finding:
    """The finding of `code`, or who refuses where that is proven."""
    found = refuser(case, stands) if all(one.symptom is Symptom.REFUSED for one in stands) else None
    proof = (*_said_there(case, stands), *_trace_ids(case, stands))
    if found is None:
        return finding(code, stands, proof)
    place = "router" if found.address else "unnamed"
    because = (*found.because, *proof)
    return finding(paths.REFUSED_ON_THE_WAY, stands, because, subject=found.address, place=place, hop=str(found.hop))


def _is_whole_list(case: Case, stands: list[Standing]) -> bool:
    """Whether a short list simply has no more hosts with these ports."""
    ports = {one.target.port for one in stands}
    return len(hosts(stands)) > 1 and any(one.target.port not in ports for one in case.all)


def regions(case: Case) -> Iterator[Finding]:
    """All hosts of a service fail on all their ports, and other regions do not: whatever else keeps some of them.

    Of a region of one host one cannot tell whether it is the region. Where others are lost alike, it is lost with them.
    """
    left = {one.target.name for one in case.open(*CONNECT_SYMPTOMS)}
    if not left or not case.working():
        return
    by_fate: dict[frozenset[Symptom | None], list[tuple[str, list[Standing]]]] = {}
    for names, stands in _lost_regions(case):
        lost = [one for one in stands if one.target.name in left]
        if lost and not _refuse_themselves(case, lost):
            by_fate.setdefault(frozenset(one.symptom for one in lost), []).append((names, lost))
    for alike in by_fate.values():
        if any(len(hosts(lost)) > 1 for _, lost in alike):
            every = [one for _, lost in alike for one in lost]
            name = listed(names for names, _ in alike)
            yield finding(codes.REGION_UNREACHABLE, every, _trace_ids(case, every), region=name)


def _lost_regions(case: Case) -> Iterator[tuple[str, list[Standing]]]:
    """What is down of each region, by the names of its services: services of several hosts, or the whole region."""
    by_region: dict[str, list[tuple[Service, list[Standing]]]] = {}
    for service, stands in _by_service(case):
        if service.region and stands:
            by_region.setdefault(service.region, []).append((service, stands))
    for services in by_region.values():
        down = [(service, stands) for service, stands in services if _is_down(stands)]
        lost = [one for _, stands in down for one in stands]
        if len(hosts(lost)) > 1 or len(down) == len(services):
            yield ", ".join(service.name for service, _ in down), lost


def _refuse_themselves(case: Case, stands: list[Standing]) -> bool:
    """Whether it is proven of every host that it refuses by itself: then no route is at fault."""
    own = [one for one in stands if refuses_itself(case, one)]
    return all(one.symptom is Symptom.REFUSED for one in stands) and set(hosts(own)) == set(hosts(stands))


def _by_service(case: Case) -> Iterator[tuple[Service, list[Standing]]]:
    """Every service with its targets, in the order of the list."""
    found: dict[str, dict[str, Standing]] = {one.id: {} for one in case.view.catalog.services}
    for one in case.all:
        for row in case.view.of_target(one.target):
            found.setdefault(row.service, {})[one.target.name] = one
    for service in case.view.catalog.services:
        yield service, list(found[service.id].values())


def _is_down(stands: list[Standing]) -> bool:
    return bool(stands) and all(one.ok is False and one.symptom in CONNECT_SYMPTOMS for one in stands)


def allow_list(case: Case) -> Iterator[Finding]:
    """Several hosts fail on ports that others of the same kind have open."""
    accepted = {one.target.port for one in case.all if one.is_accepted}
    stands = [one for one in case.open(Symptom.SILENT, Symptom.REFUSED) if one.target.port in accepted]
    if len(hosts(stands)) >= _SPREAD:
        yield finding(codes.STALE_ALLOW_LIST, stands, _trace_ids(case, stands))


def nothing_to_compare(case: Case) -> Iterator[Finding]:
    """The few that could be tried are silent, and nobody showed that anything else gets through."""
    lost = case.open(Symptom.SILENT, Symptom.REJECTED)
    answered = any(one.is_accepted or one.symptom is Symptom.REFUSED for one in case.all)
    if lost and not answered:
        yield finding(codes.NOTHING_TO_COMPARE, lost, _trace_ids(case, lost))


def whole_hosts(case: Case) -> Iterator[Finding]:
    """One host fails on all its ports, whatever keeps some of them besides."""
    every: dict[str, list[Standing]] = {}
    for one in case.all:
        every.setdefault(one.target.host, []).append(one)
    left = case.open(Symptom.SILENT, Symptom.REJECTED)
    for host in hosts(left):
        if _is_down(every[host]):
            stands = [one for one in left if one.target.host == host]
            yield finding(codes.HOSTS_UNREACHABLE, stands, _trace_ids(case, stands))


def single_ports(case: Case) -> Iterator[Finding]:
    """What is left: ports that fail by themselves."""
    refused = case.open(Symptom.REFUSED)
    own = {one.target.name: steps for one in refused if (steps := refuses_itself(case, one))}
    servers = {one.target.host for one in refused if one.target.name in own}
    by_servers = [one for one in refused if one.target.host in servers]
    if by_servers:
        yield finding(paths.REFUSED_BY_SERVER, by_servers, (step for steps in own.values() for step in steps))
    others = [one for one in refused if one.target.host not in servers]
    if others:
        yield _by_whom(case, others, codes.PORT_CLOSED)
    silent = case.open(Symptom.SILENT, Symptom.REJECTED)
    if silent:
        yield finding(codes.PORT_SILENT, silent, _trace_ids(case, silent))


def _trace_ids(case: Case, stands: Sequence[Standing]) -> tuple[str, ...]:
    endpoints = {one.walk.endpoint for one in stands if one.walk}
    return tuple(step.id for step in case.view.of(PathTrace) if step.endpoint in endpoints)


def burst_only(case: Case) -> Iterator[Finding]:
    """What failed in a burst and worked when tried slowly."""
    ports = {one.endpoint for one in case.standings.recovery.healed}
    healed = [one for one in case.working() if one.walk and one.walk.second and one.walk.endpoint in ports]
    steps = [step for one in healed if one.walk for step in one.walk.first if isinstance(step, TcpConnect)]
    if len(hosts(healed)) >= _SPREAD and case.standings.recovery.is_limited:
        yield finding(codes.RATE_LIMITED, healed, ids(steps))
