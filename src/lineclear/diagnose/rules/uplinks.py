"""Several ways out, as far as it shows from inside: which routers is a suspicion, that one drops a port is proven."""

from collections.abc import Iterator

from lineclear.diagnose.codes import paths as codes
from lineclear.model import Finding, PathTrace
from lineclear.plan.dividing import divided
from lineclear.plan.flows import first_outside
from lineclear.plan.wavering import wavering

from .case import Case, finding, ids, listed

_SEEN = 2
"""Flows by each router, before it is one of several: a route that changed once is not a choice of routes."""


def several_ways(case: Case) -> Iterator[Finding]:
    """The first router beyond our own networks is now this one, now that."""
    _, routers = first_outside(case.view.of(PathTrace))
    often = {sender: those for sender, those in routers.items() if len(those) >= _SEEN}
    if len(often) > 1:
        by_host = [{one.endpoint for one in those} for those in often.values()]
        mixed = set.intersection(*by_host[:2])
        how = "by_connection" if mixed else "by_host"
        proof = [one for those in often.values() for one in those[:_SEEN]]
        yield finding(codes.SEVERAL_WAYS, (), ids(proof), subject=listed(often), how=how)


def some_dropped(case: Case) -> Iterator[Finding]:
    """Of the connections to some ports some never get an answer, whatever the host, and the others do at once.

    A router that turns them away by ICMP says so only now and then: then silence is the same refusal (LC324).
    """
    told = {one.port for one in wavering(case.view.ordered) if any(step.raw and step.raw.icmp for step in one.refused)}
    ports = {one.port: one for one in divided(case.view.ordered) if one.port not in told}
    if ports:
        stands = [stand for stand in case.working() if stand.walk and stand.walk.endpoint.port in ports]
        dropped = sum(len(one.dead) for one in ports.values())
        tried = sum(one.missed + len(one.alive) for one in ports.values())
        proof = ids(step for one in ports.values() for step in (*one.dead, *one.alive, *one.rescued))
        yield finding(codes.SOME_DROPPED, stands, proof, dropped=str(dropped), tried=str(tried))
