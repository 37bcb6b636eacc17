"""What this machine itself does not let out: its firewall, its routing table.

A local filter that rejects by ICMP signs with this machine's own address. One that drops, or that resets by TCP, looks
like the network; what gives it away is the kernel's own count of segments it could not send, and of packets over
loopback, while our SYN was due.
"""

from collections.abc import Iterator, Sequence

from lineclear.diagnose.codes import machine as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import LOCAL, UNTESTED, DnsQuery, Failure, Finding, Icmp, KernelCount, TcpConnect

from .case import Case, finding, ids, listed
from .machine import destination, errno_of
from .tunnels import tunnel_of

_FROM_SELF_AFTER_MS = 1000.0
"""A missing neighbour shows itself after about three seconds, a local rule at once."""
_ENOUGH = 2
"""Counts that moved at the right moment before it is no chance."""


def local_refusal(case: Case) -> Iterator[Finding]:
    """This machine's firewall or routing table says no, for some targets or for the questions about their names."""
    here = [one for one in case.open() if _refusals(case, one)]
    walls = [one for one in here if all(_is_firewall(case, step) for step in _refusals(case, one))]
    routes = [one for one in here if one not in walls]
    counted, proof = _stopped_unseen(case)
    walls += [one for one in counted if one not in here]
    if walls:
        yield finding(codes.LOCAL_FIREWALL, walls, proof)
    if routes:
        errnos = dict.fromkeys(errno_of(step) for one in routes for step in _refusals(case, one))
        rules = ("vantage.policy_rules",) if case.view.vantage.policy_rules else ()
        yield finding(codes.POLICY_ROUTE, routes, ("vantage.routes", *rules), subject=listed(errnos))


def _refusals(case: Case, one: Standing) -> Sequence[TcpConnect | DnsQuery]:
    """The steps by which this machine refused a target, or every question for its name; or none."""
    if one.symptom is Symptom.NO_ADDRESS:
        asked = case.view.queries.get(one.target.host, ())
        return asked if all(step.failure in LOCAL - UNTESTED for step in asked) else ()
    step = one.walk.connect if one.walk else None
    return (step,) if step is not None and (one.symptom is Symptom.LOCAL or _is_firewall(case, step)) else ()


def _is_firewall(case: Case, step: TcpConnect | DnsQuery) -> bool:
    if step.failure is Failure.PERMISSION_DENIED:
        return errno_of(step) != "EACCES" or case.view.vantage.platform != "linux"
    icmp = step.raw.icmp if step.raw else None
    if icmp is None or icmp.sender not in case.view.own_addresses or step.took_ms >= _FROM_SELF_AFTER_MS:
        return False
    return not (_is_absence(icmp) and case.view.is_near(destination(step)))


def _is_absence(icmp: Icmp) -> bool:
    """What this machine says of a neighbour it has asked for in vain; who asked last waited for it least."""
    return (icmp.version, icmp.type, icmp.code) in ((4, 3, 1), (6, 1, 3))


def _stopped_unseen(case: Case) -> tuple[list[Standing], tuple[str, ...]]:
    """Targets whose SYNs this machine stopped itself, as its kernel counts it, and the counts that prove it.

    Where every count of a port moved, that holds for all that fail alike on the port; else for those counted alone.
    """
    counts = {(one.host, one.endpoint): one for one in case.view.of(KernelCount)}
    groups: dict[tuple[int, Symptom], list[Standing]] = {}
    for one in case.open(Symptom.SILENT, Symptom.REFUSED):
        if one.walk and one.symptom and not tunnel_of(case, one):
            groups.setdefault((one.target.port, one.symptom), []).append(one)
    stopped: list[Standing] = []
    proof: list[KernelCount] = []
    for stands in groups.values():
        counted = {one.target.name: counts.get((one.target.host, one.walk.endpoint)) for one in stands if one.walk}
        moved = {name: one for name, one in counted.items() if one is not None and one.due and not one.quiet}
        every = len(moved) == sum(one is not None for one in counted.values())
        stopped += [one for one in stands if moved and (every or one.target.name in moved)]
        proof += moved.values()
    return (stopped, ids(proof)) if len(proof) >= _ENOUGH else ([], ())
