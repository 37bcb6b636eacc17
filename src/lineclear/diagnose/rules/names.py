"""Faults of names: what a resolver does not say, refuses to say, or makes up."""

from collections.abc import Iterator

from lineclear.diagnose.codes import names as codes
from lineclear.diagnose.codes.code import Code
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, IDENTITY_SYMPTOMS, TLS_SYMPTOMS, Symptom
from lineclear.model import DnsQuery, Failure, Finding, Purpose, TcpConnect
from lineclear.plan.networks import inside, is_nowhere

from .case import Case, finding, hosts, ids, listed

_NEGATIVE = frozenset({Failure.DNS_NXDOMAIN, Failure.DNS_NO_ANSWER, Failure.DNS_REFUSED, Failure.DNS_FORMERR})
_UNWILLING = frozenset({Failure.DNS_REFUSED, Failure.DNS_SERVFAIL, Failure.DNS_MALFORMED, Failure.DNS_FORMERR})
_MANY = 3
"""Fewer missing names than this may be retired one by one."""
_SLOW_MS = 700.0
_SAME_PLACE = 3
"""Names of different kinds at one address, before that address is suspicious."""


def no_resolver(case: Case) -> Iterator[Finding]:
    """Nobody to ask."""
    lost = case.open(Symptom.NO_ADDRESS)
    failed = [one for one in case.view.lookups.values() if one.failure is not None]
    if lost and not case.view.plan.resolvers and failed and len(failed) == len(case.view.lookups):
        yield finding(codes.NO_RESOLVER, lost, ("vantage.resolvers", *ids(failed)))


def resolvers_fail(case: Case) -> Iterator[Finding]:
    """No name resolves at all: every resolver is silent, absent or unwilling."""
    lost = case.open(Symptom.NO_ADDRESS)
    asked = _asked(case)
    if not lost or not asked or any(one.addresses for one in asked):
        return
    resolvers = listed(dict.fromkeys(one.resolver.address for one in asked))
    failures = {one.failure for one in asked if one.over == "udp"}
    by_tcp = [one for one in asked if one.over == "tcp" and one.rcode]
    if failures <= {Failure.TIMED_OUT} and by_tcp:
        yield finding(codes.UDP53_BLOCKED, lost, ids(asked), subject=resolvers)
    elif failures <= {Failure.TIMED_OUT} and _is_resolver_alone(case):
        yield finding(codes.RESOLVER_SILENT, lost, ids(asked), subject=resolvers)
    elif failures <= {Failure.CONNECTION_REFUSED, Failure.TIMED_OUT} and Failure.CONNECTION_REFUSED in failures:
        yield finding(codes.RESOLVER_NOT_RUNNING, lost, ids(asked), subject=resolvers)
    elif failures <= _UNWILLING:
        rcodes = listed(dict.fromkeys(one.rcode for one in asked if one.rcode))
        yield finding(codes.RESOLVER_REFUSES, lost, ids(asked), subject=resolvers, rcode=rcodes)


def _asked(case: Case) -> list[DnsQuery]:
    return [one for steps in case.view.queries.values() for one in steps]


def _is_resolver_alone(case: Case) -> bool:
    """Whether the resolver is at fault rather than all that lies behind the gateway: it is near, or others answer."""
    networks = [text for one in case.view.vantage.interfaces for text in one.addresses]
    near = all(inside(one.address, networks) for one in case.view.plan.resolvers)
    return near or any(
        _is_answer_from_beyond(case, step)
        for endpoint, steps in case.view.connects.items()
        if not inside(endpoint.address, networks)
        for step in steps
    )


def _is_answer_from_beyond(case: Case, step: TcpConnect) -> bool:
    """Whether somebody past the gateway answered, if only to refuse."""
    icmp = step.raw.icmp if step.raw else None
    if icmp is not None:
        gateways = {route.gateway for route in case.view.vantage.routes if route.is_default}
        return icmp.sender not in case.view.own_addresses | gateways
    return step.failure is None or step.failure is Failure.CONNECTION_REFUSED


def names_missing(case: Case) -> Iterator[Finding]:
    """Some names are denied: exactly those with an underscore, many of the vendor's, or one."""
    denied = [one for one in case.open(Symptom.NO_ADDRESS) if _is_denied(case, one)]
    names = hosts(denied)
    if not names:
        return
    steps = [step for name in names for step in case.view.queries.get(name, ())]
    facts = {"hosts": listed(names), "rcode": listed(dict.fromkeys(step.rcode for step in steps if step.rcode))}
    resolvers = listed(dict.fromkeys(step.resolver.address for step in steps)) or "of this machine"
    code = _which_denial(case, names)
    proof = ids(steps) + tuple(case.view.lookups[name].id for name in names if name in case.view.lookups)
    yield finding(code, denied, proof, subject=resolvers, **{name: facts[name] for name in code.facts})


def _is_denied(case: Case, one: Standing) -> bool:
    steps = case.view.queries.get(one.target.host, ())
    said = {step.failure for step in steps if step.type == "A"} - {Failure.TIMED_OUT, None}
    system = case.view.lookups.get(one.target.host)
    return bool(said & _NEGATIVE) or (not steps and system is not None and system.failure in _NEGATIVE)


def _which_denial(case: Case, names: tuple[str, ...]) -> Code:
    everyone = set(case.view.plan.names)
    underscored = {name for name in everyone if "_" in name}
    if set(names) == underscored and underscored != everyone:
        return codes.UNDERSCORE
    return codes.NAMES_FILTERED if len(names) >= _MANY or set(names) == everyone else codes.NAME_UNKNOWN


def sinkholed(case: Case) -> Iterator[Finding]:
    """The answer is an address where no server can be."""
    caught: dict[str, list[Standing]] = {}
    for one in case.open():
        used = case.view.addresses(one.target.host)
        if used and all(is_nowhere(address, case.view.plan.expected_networks) for address in used):
            caught.setdefault(used[0], []).append(one)
    for address, stands in caught.items():
        yield finding(codes.SINKHOLE, stands, _look_ups(case, stands), subject=_resolver(case, stands), address=address)


def hijacked(case: Case) -> Iterator[Finding]:
    """Names of different kinds lead to one address that is none of them."""
    places: dict[str, list[Standing]] = {}
    for one in case.open(*(IDENTITY_SYMPTOMS | TLS_SYMPTOMS | CONNECT_SYMPTOMS | {Symptom.FOREIGN, Symptom.CLOSED})):
        for address in case.view.addresses(one.target.host)[:1]:
            if f"{address}/32" not in case.view.plan.expected_networks:  # all names may well share this one
                places.setdefault(address, []).append(one)
    for address, stands in places.items():
        kinds = {_domain(name) for name in hosts(stands)}
        accepted = any(one.symptom not in CONNECT_SYMPTOMS for one in stands)
        if len(hosts(stands)) >= _SAME_PLACE and len(kinds) > 1 and accepted:
            every = [one for one in case.open() if case.view.addresses(one.target.host)[:1] == (address,)]
            yield finding(
                codes.HIJACKED, every, _look_ups(case, every), subject=_resolver(case, every), address=address
            )


def _domain(name: str) -> str:
    return ".".join(name.split(".")[-2:])


def _look_ups(case: Case, stands: list[Standing]) -> tuple[str, ...]:
    names = hosts(stands)
    steps = tuple(step.id for name in names for step in case.view.queries.get(name, ()))
    return steps or tuple(case.view.lookups[name].id for name in names if name in case.view.lookups)


def _resolver(case: Case, stands: list[Standing]) -> str:
    steps = [step for name in hosts(stands) for step in case.view.queries.get(name, ())]
    return listed(dict.fromkeys(step.resolver.address for step in steps)) or "of this machine"


def injected(case: Case) -> Iterator[Finding]:
    """One question, two different answers."""
    twice = [one for one in _asked(case) if one.other_answers]
    names = tuple(dict.fromkeys(one.name for one in twice))
    if names:
        broken = [one for one in case.open() if one.target.host in names]
        resolvers = listed(dict.fromkeys(one.resolver.address for one in twice))
        yield finding(codes.INJECTED, broken, ids(twice), subject=resolvers, hosts=listed(names))


def one_resolver_dead(case: Case) -> Iterator[Finding]:
    """One resolver is silent while another answers the same questions."""
    by_resolver: dict[str, list[DnsQuery]] = {}
    for one in _asked(case):
        if one.type == "A" and one.over == "udp":
            by_resolver.setdefault(one.resolver.address, []).append(one)
    alive = [address for address, steps in by_resolver.items() if any(one.rcode for one in steps)]
    for address, steps in by_resolver.items():
        if alive and all(one.failure in (Failure.TIMED_OUT, Failure.CONNECTION_REFUSED) for one in steps):
            yield finding(codes.FIRST_RESOLVER_DEAD, (), ids(steps), subject=address)


def aaaa_unanswered(case: Case) -> Iterator[Finding]:
    """Questions for A are answered, for AAAA never."""
    by_resolver: dict[str, list[DnsQuery]] = {}
    for one in _asked(case):
        if one.over == "udp" and one.purpose is Purpose.TARGET:
            by_resolver.setdefault(one.resolver.address, []).append(one)
    for address, steps in by_resolver.items():
        six = [one for one in steps if one.type == "AAAA"]
        four = [one for one in steps if one.type == "A"]
        if six and any(one.rcode for one in four) and all(one.failure is Failure.TIMED_OUT for one in six):
            yield finding(codes.AAAA_UNANSWERED, (), ids(six), subject=address)


def slow_names(case: Case) -> Iterator[Finding]:
    """The resolver answers, but late."""
    late = [one for one in _asked(case) if one.rtt_ms is not None and one.rtt_ms >= _SLOW_MS]
    prompt = [one for one in _asked(case) if one.rtt_ms is not None and one.rtt_ms < _SLOW_MS]
    if len(late) > len(prompt):
        slowest = max(late, key=lambda one: (one.rtt_ms or 0.0, one.id))
        yield finding(
            codes.SLOW_NAMES, (), ids(late), subject=slowest.resolver.address, slowest=f"{slowest.rtt_ms or 0.0:.0f}"
        )
