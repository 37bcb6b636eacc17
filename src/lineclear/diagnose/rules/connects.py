"""Connections nobody accepts: the smallest common cause that covers them.

The same timeouts mean different things by what they have in common. All of a port, everywhere: a rule on the port.
All of a region: a route. All ports of one host: that host, or a rule that misses it. The causes are tried from the
widest to the narrowest; each takes what it explains, and the next sees the rest.
"""

from collections.abc import Iterator

from lineclear.diagnose.codes import transport as codes
from lineclear.diagnose.codes.code import Code
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, Symptom
from lineclear.model import ControlKind, Failure, Finding, Icmp, PathTrace, TcpConnect

from .case import Case, finding, hosts, ids, listed
from .machine import gateway_answers

_SPREAD = 3
"""Hosts that must share a fate before it is a rule's and not theirs."""
_EXPIRED = 11
"""ICMP time exceeded."""


def nothing_passes(case: Case) -> Iterator[Finding]:
    """Nothing at all answers from beyond the local network."""
    silent = case.open(Symptom.SILENT, Symptom.NO_ADDRESS)
    everything = len(silent) == len(case.standings.all)
    if not silent or not everything or case.view.anything_connected or _refused_by_somebody(case):
        return
    proof = [step for _, step in case.view.controls(ControlKind.GATEWAY)] if gateway_answers(case) else []
    yield finding(codes.UPLINK_DOWN, silent, ids(proof))


def _refused_by_somebody(case: Case) -> bool:
    """Whether any target or control beyond the gateway gave an answer, if only a refusal."""
    gateways = {control.endpoint for control, _ in case.view.controls(ControlKind.GATEWAY)}
    answers = (Failure.CONNECTION_REFUSED, Failure.HOST_UNREACHABLE, Failure.NETWORK_UNREACHABLE)
    return any(
        step.failure in answers
        for endpoint, steps in case.view.connects.items()
        if endpoint not in gateways
        for step in steps
    )


def routing_loop(case: Case) -> Iterator[Finding]:
    """A time to live of 64 ran out."""
    looped = [one for one in case.open(Symptom.REJECTED) if _icmp(one) and _icmp_of(one).type == _EXPIRED]
    if looped:
        senders = listed(dict.fromkeys(_icmp_of(one).sender for one in looped))
        yield finding(codes.ROUTING_LOOP, looped, subject=senders)


def rejected(case: Case) -> Iterator[Finding]:
    """A device signed its refusal. Its own limit on ICMP errors makes some of the same rejections look like silence."""
    by_sender: dict[tuple[str, str], list[Standing]] = {}
    for one in case.open(Symptom.REJECTED):
        if _icmp(one):
            by_sender.setdefault((_icmp_of(one).sender, _icmp_of(one).name), []).append(one)
    silent = list(case.open(Symptom.SILENT))
    for (sender, reason), stands in by_sender.items():
        ports, names = {one.target.port for one in stands}, set(hosts(stands))
        alike = [
            one
            for one in silent
            if (one.target.port in ports or one.target.host in names) and _all_fail(case, one.target.port)
        ]
        silent = [one for one in silent if one not in alike]
        yield finding(codes.EGRESS_REJECTED, (*stands, *alike), _trace_ids(case, stands), subject=sender, reason=reason)


def _icmp(one: Standing) -> Icmp | None:
    step = one.walk.connect if one.walk else None
    return step.raw.icmp if step is not None and step.raw is not None else None


def _icmp_of(one: Standing) -> Icmp:
    found = _icmp(one)
    if found is None:
        raise LookupError(one.target.name)
    return found


def _all_fail(case: Case, port: int) -> bool:
    """Whether nobody accepts this port of the list, anywhere."""
    return all(
        one.symptom in CONNECT_SYMPTOMS
        for one in case.standings.all.values()
        if one.target.port == port and one.walk is not None
    )


def port_rules(case: Case) -> Iterator[Finding]:
    """Ports that fail alike at every host, while others work."""
    for symptom, code in ((Symptom.SILENT, codes.EGRESS_DROPPED), (Symptom.REFUSED, codes.EGRESS_REFUSED)):
        stands = [one for one in case.open(symptom) if _all_fail(case, one.target.port)]
        if len(hosts(stands)) >= _SPREAD or (stands and _is_whole_list(case, stands)):
            yield from _by_reflector(case, stands, code)


def _by_reflector(case: Case, stands: list[Standing], code: Code) -> Iterator[Finding]:
    """A rule on ports stops the same ports of any host; one on addresses lets a reflector's through."""
    open_there = {
        control.port: step for control, step in case.view.controls(ControlKind.ANSWERS) if step.failure is None
    }
    by_address = [one for one in stands if one.target.port in open_there]
    by_port = [one for one in stands if one.target.port not in open_there]
    if by_port:
        yield finding(code, by_port, _trace_ids(case, by_port))
    if by_address:
        proof = ids(open_there[port] for port in sorted({one.target.port for one in by_address}))
        yield finding(codes.STALE_ALLOW_LIST, by_address, (*proof, *_trace_ids(case, by_address)))


def _is_whole_list(case: Case, stands: list[Standing]) -> bool:
    """Whether a short list simply has no more hosts with these ports."""
    ports = {one.target.port for one in stands}
    return len(hosts(stands)) > 1 and any(one.target.port not in ports for one in case.standings.all.values())


def regions(case: Case) -> Iterator[Finding]:
    """All hosts of a region fail on all their ports, and no other region does."""
    failing = {one.target.name for one in case.open(*CONNECT_SYMPTOMS)}
    by_region: dict[str, list[Standing]] = {}
    for one in case.standings.all.values():
        for region in case.view.regions(one.target):
            by_region.setdefault(region, []).append(one)
    for region, stands in by_region.items():
        down = all(one.target.name in failing for one in stands)
        others_up = any(one.ok for name, every in by_region.items() if name != region for one in every)
        if down and others_up and len(hosts(stands)) > 1:
            name = listed(dict.fromkeys(case.view.services[s].name for one in stands for s in _services(case, one)))
            yield finding(codes.REGION_UNREACHABLE, stands, _trace_ids(case, stands), region=name)


def _services(case: Case, one: Standing) -> tuple[str, ...]:
    return tuple(requirement.service for requirement in case.view.of_target(one.target))


def allow_list(case: Case) -> Iterator[Finding]:
    """Several hosts fail on ports that others of the same kind have open."""
    stands = [one for one in case.open(Symptom.SILENT, Symptom.REFUSED) if _whole_host(case, one)]
    names = hosts(stands)
    working = {one.target.port for one in case.standings.all.values() if one.ok}
    if len(names) >= _SPREAD and all(one.target.port in working for one in stands):
        yield finding(codes.STALE_ALLOW_LIST, stands, _trace_ids(case, stands))


def whole_hosts(case: Case) -> Iterator[Finding]:
    """One host fails on all its ports."""
    by_host: dict[str, list[Standing]] = {}
    for one in case.open(Symptom.SILENT, Symptom.REJECTED):
        if _whole_host(case, one):
            by_host.setdefault(one.target.host, []).append(one)
    for stands in by_host.values():
        yield finding(codes.HOSTS_UNREACHABLE, stands, _trace_ids(case, stands))


def _whole_host(case: Case, one: Standing) -> bool:
    same = [other for other in case.standings.all.values() if other.target.host == one.target.host]
    return all(other.symptom in CONNECT_SYMPTOMS for other in same)


def single_ports(case: Case) -> Iterator[Finding]:
    """What is left: ports that fail by themselves."""
    refused = case.open(Symptom.REFUSED)
    if refused:
        yield finding(codes.PORT_CLOSED, refused, _trace_ids(case, refused))
    silent = case.open(Symptom.SILENT, Symptom.REJECTED)
    if silent:
        yield finding(codes.EGRESS_DROPPED, silent, _trace_ids(case, silent))


def _trace_ids(case: Case, stands: tuple[Standing, ...] | list[Standing]) -> tuple[str, ...]:
    endpoints = {one.walk.endpoint for one in stands if one.walk}
    return tuple(step.id for step in case.view.ordered if isinstance(step, PathTrace) and step.endpoint in endpoints)


def burst_only(case: Case) -> Iterator[Finding]:
    """What failed in a burst and worked when tried slowly."""
    healed = [
        one
        for one in case.standings.all.values()
        if one.ok and one.walk and one.walk.second and one.walk.first_symptom in CONNECT_SYMPTOMS
    ]
    if len(healed) >= _SPREAD:
        steps = [step for one in healed if one.walk for step in one.walk.first if isinstance(step, TcpConnect)]
        yield finding(codes.RATE_LIMITED, healed, ids(steps))
