"""What goes wrong between this machine and its name servers, and between one name server and another."""

from collections.abc import Iterator
from itertools import takewhile

from lineclear.diagnose.codes import resolvers as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom, is_identity
from lineclear.model import UNTESTED, DnsQuery, Failure, Finding, Purpose

from .case import Case, finding, hosts, ids, listed
from .names import every_question, is_by_udp, servers

_GONE = frozenset(
    {Failure.TIMED_OUT, Failure.CONNECTION_REFUSED, Failure.HOST_UNREACHABLE, Failure.NETWORK_UNREACHABLE}
)
_SLOW_MS = 700.0


def cut_short(case: Case) -> Iterator[Finding]:
    """Answers that are too long for UDP, and do not come by TCP."""
    steps = [step for one in case.open(Symptom.NO_ADDRESS) for step in _cut(case, one)]
    lost = [one for one in case.open(Symptom.NO_ADDRESS) if _cut(case, one)]
    if lost:
        yield finding(codes.ANSWERS_CUT_SHORT, lost, ids(steps), subject=servers(steps))


def _cut(case: Case, one: Standing) -> list[DnsQuery]:
    """The questions for a target's address that were answered by too little; none where any got more."""
    asked = [step for step in case.view.queries.get(one.target.host, ()) if step.type == "A"]
    short = [step for step in asked if step.truncated and step.failure and step.failure not in UNTESTED]
    return [] if any(step.addresses for step in asked) else short


def edns_unheard(case: Case) -> Iterator[Finding]:
    """Questions with EDNS0 get no address, plain ones do, and this machine asks as its settings say."""
    asked = case.view.edns_unheard
    lost = [one for one in case.open(Symptom.NO_ADDRESS) if one.target.host in case.view.lookups] if asked else []
    if lost:
        how = "silent" if all(one.failure is Failure.TIMED_OUT for one in asked) else "refused"
        said = (case.view.lookups[name] for name in hosts(lost))
        yield finding(codes.EDNS_UNHEARD, lost, ids((*asked, *said)), subject=servers(asked), how=how)


def outdated(case: Case) -> Iterator[Finding]:
    """Resolvers that differ: what programs use does not work, and elsewhere the server proves its name."""
    working = set(hosts(case.working()))
    groups: dict[tuple[str, str, str, str], list[Standing]] = {}
    for one in case.open():
        found = _better(case, one) if one.target.host not in working else None
        if found is not None:
            groups.setdefault(found, []).append(one)
    for (mine, address, other, right), stands in groups.items():
        steps = (step for name in hosts(stands) for step in case.view.queries[name])
        yield finding(codes.OUTDATED, stands, ids(steps), subject=mine, address=address, other=other, right=right)


def _better(case: Case, one: Standing) -> tuple[str, str, str, str] | None:
    """Who leads a target where it fails and whither, who knows better and what; None: nobody does."""
    host, used = one.target.host, set(case.view.addresses(one.target.host))
    walks = (walk for other in case.all if other.target.host == host for walk in case.view.walks[other.target.name])
    proven = {walk.endpoint.address for walk in walks if walk.tls is not None and is_identity(walk.tls)} - used
    steps = [step for step in case.view.queries.get(host, ()) if step.addresses]
    wrong = [step for step in steps if used & {*step.addresses}]
    right = [step for step in steps if proven & {*step.addresses} and step not in wrong]
    if not wrong or not right:
        return None
    good = sorted(proven & {address for step in right for address in step.addresses})
    return servers(wrong), listed(sorted(used)), servers(right), listed(good)


def one_resolver_dead(case: Case) -> Iterator[Finding]:
    """Resolvers that are silent while another answers the same questions. Programs wait for all before that one."""
    by_resolver: dict[str, list[DnsQuery]] = {}
    for one in every_question(case):
        if one.type == "A" and is_by_udp(one):
            by_resolver.setdefault(one.resolver.address, []).append(one)
    alive = any(one.rcode for steps in by_resolver.values() for one in steps)
    dead = {
        address: steps for address, steps in by_resolver.items() if alive and all(one.failure in _GONE for one in steps)
    }
    order = dict.fromkeys(one.address for one in case.view.plan.resolvers)
    first = tuple(takewhile(dead.__contains__, order))
    if first:
        waited = (step for address in first for step in ids(dead[address]))
        yield finding(codes.FIRST_RESOLVER_DEAD, (), waited, subject=listed(first))
    for address in filter(lambda one: one not in first, dead):
        yield finding(codes.SPARE_RESOLVER_DEAD, (), ids(dead[address]), subject=address)


def aaaa_unanswered(case: Case) -> Iterator[Finding]:
    """Questions for A are answered, for AAAA never."""
    by_resolver: dict[str, list[DnsQuery]] = {}
    for one in every_question(case):
        if is_by_udp(one) and one.purpose is Purpose.TARGET:
            by_resolver.setdefault(one.resolver.address, []).append(one)
    for address, steps in by_resolver.items():
        six = [one for one in steps if one.type == "AAAA"]
        four = [one for one in steps if one.type == "A"]
        if six and any(one.rcode for one in four) and all(one.failure is Failure.TIMED_OUT for one in six):
            yield finding(codes.AAAA_UNANSWERED, (), ids(six), subject=address)


def slow_names(case: Case) -> Iterator[Finding]:
    """The resolver answers, but late: the time in which this machine itself was late is not the resolver's."""
    answered = {one: one.rtt_ms - case.view.own_delay_ms(one) for one in every_question(case) if one.rtt_ms is not None}
    late = [one for one in answered if answered[one] >= _SLOW_MS]
    prompt = [one for one in answered if answered[one] < _SLOW_MS]
    if len(late) > len(prompt):
        slowest = max(late, key=lambda one: (answered[one], one.id))
        yield finding(
            codes.SLOW_NAMES, (), ids(late), subject=slowest.resolver.address, slowest=f"{answered[slowest]:.0f}"
        )
