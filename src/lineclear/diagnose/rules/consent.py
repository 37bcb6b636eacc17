"""Connections that are accepted late, or only when the SYN is sent again."""

from collections.abc import Iterator

from lineclear.diagnose.codes import consent as codes
from lineclear.diagnose.symptom import Symptom
from lineclear.model import Finding, TcpConnect, TcpSummary
from lineclear.plan.sampling import drops_first_syns, is_answered_late, usual_connects
from lineclear.plan.wavering import wavering

from .case import Case, finding, hosts, ids, listed

_SPREAD = 3
"""Hosts that must share a habit before it is the way's and not theirs."""
_TURNED_AWAY = (Symptom.REFUSED, Symptom.REJECTED)
_NEARER = 0.5
"""Of the time a connect took: a server that later answers in less is nearer than that."""


def accepted_late(case: Case) -> Iterator[Finding]:
    """Ports on which every connection is accepted only after a second and more, by servers that are nearer."""
    connects = {one.target.name: one.walk.connect for one in case.working() if one.walk and one.walk.connect}
    late = {name: step for name, step in connects.items() if is_answered_late(step)}
    at_once = [one for one in case.working() if one.target.name in connects.keys() - late.keys()]
    prompt = {one.target.port for one in at_once}
    slow = [one for one in case.working() if one.target.name in late and one.target.port not in prompt]
    steps = [late[one.target.name] for one in slow]
    if min(len(hosts(slow)), len(hosts(at_once))) >= _SPREAD and all(_is_nearer(case, step) for step in steps):
        after = f"{min(step.rtt_ms or 0.0 for step in steps) / 1000.0:.1f} s"
        yield finding(codes.LATE_CONSENT, slow, ids(steps), after=after)


def _is_nearer(case: Case, step: TcpConnect) -> bool:
    """Whether a later answer on the connection came much sooner than its acceptance."""
    lives = (life for life in case.view.of(TcpSummary) if life.endpoint == step.endpoint)
    return any(0.0 < life.min_rtt_ms < _NEARER * (step.rtt_ms or 0.0) for life in lives)


def too_late(case: Case) -> Iterator[Finding]:
    """Ports that answered when nobody waited any longer, and not within the time there was."""
    late = case.standings.recovery.late
    stands = [one for one in case.undecided(Symptom.SILENT) if one.walk and late(one.walk.endpoint.port)]
    steps = [step for one in stands if one.walk for step in late(one.walk.endpoint.port)]
    if stands:
        after = f"{min(step.rtt_ms or 0.0 for step in steps) / 1000.0:.1f} s"
        yield finding(codes.TOO_LATE, stands, ids(steps), after=after)


def some_refused(case: Case) -> Iterator[Finding]:
    """Of the connections to some ports a part is refused, whatever the host, and the others accepted."""
    found = wavering(case.view.ordered)
    ports = {one.port for one in found}
    mine = (*case.working(), *case.undecided(*_TURNED_AWAY))
    stands = case.in_order(one for one in mine if one.walk and one.walk.endpoint.port in ports)
    refused = [step for one in found for step in one.refused]
    tried = [*refused, *(step for one in found for step in one.accepted)]
    if found:
        told = {"refused": str(len(refused)), "tried": str(len(tried))}
        yield finding(codes.SOME_REFUSED, stands, ids(tried), ports=listed(map(str, sorted(ports))), **told)


def first_syn_dropped(case: Case) -> Iterator[Finding]:
    """No connection opens by its first SYN, and every one by a repeated one."""
    if drops_first_syns(case.view.ordered):
        steps: list[TcpConnect] = usual_connects(case.view.ordered)
        yield finding(codes.FIRST_SYN_DROPPED, (), ids(steps), count=str(len(steps)))
