"""The list itself, the local API, addresses apart, and what was not measured."""

from collections.abc import Iterator

from msgspec.structs import replace

from lineclear.diagnose.codes import run as codes
from lineclear.diagnose.codes import transport
from lineclear.diagnose.codes.code import Code
from lineclear.diagnose.doubt import Doubt
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, Symptom
from lineclear.diagnose.walk import Walk
from lineclear.model import ApiHello, Finding, Severity, Transport
from lineclear.plan.networks import is_loopback

from .case import Case, finding, listed

_OF_VERSION = {4: transport.IPV4_BROKEN, 6: transport.IPV6_BROKEN}
"""By the IP version by which nothing is reached."""


def not_testable(case: Case) -> Iterator[Finding]:
    """Rows no single connection can decide: those that leave something open, and the others."""
    rows = [case.view.requirements[one] for one in case.view.plan.untestable if one in case.view.requirements]
    needed = [one.id for one in rows if case.standings.is_left_open(one)]
    others = [one.id for one in rows if one.id not in needed]
    if needed:
        yield finding(codes.NOT_TESTABLE, (), (), subject=listed(needed))
    if others:
        yield replace(finding(codes.NOT_TESTABLE, (), (), subject=listed(others)), severity=Severity.INFO)


def local_api(case: Case) -> Iterator[Finding]:
    """What listens, or does not, on the API ports of this machine."""
    untrusted = case.open(Symptom.API_UNTRUSTED)
    if untrusted:
        yield finding(codes.LOCAL_API_UNTRUSTED, untrusted)
    other = case.open(Symptom.NOT_THE_API)
    if other:
        words = (one.walk.culprit for one in other if one.walk)
        said = next((step.answered for step in words if isinstance(step, ApiHello) and step.answered), "nothing")
        yield finding(codes.LOCAL_API_OTHER, other, said=f"“{said[:60]}”")
    off = [one for one in case.open(*CONNECT_SYMPTOMS) if is_loopback(one.target.host)]
    if any(one.target.transport is Transport.TWS_API for one in off):
        yield finding(codes.LOCAL_API_OFF, off)


def stopped_early(case: Case) -> Iterator[Finding]:
    """The deadline, or the user, ended the run."""
    left = (*case.untested(), *case.undecided())
    if case.view.evidence.interrupted and left:
        yield finding(codes.INTERRUPTED, left)


def only_once(case: Case) -> Iterator[Finding]:
    """What failed among many, where others recovered, and could not be tried alone."""
    once = [one for one in case.undecided() if one.symptom is not None]
    if once:
        yield finding(codes.UNCONFIRMED, once)


def unproven(case: Case) -> Iterator[Finding]:
    """Accepted, and nothing more is known."""
    explained = _hosts_of_failures(case)
    bare = [
        one
        for one in case.undecided()
        if not one.partly and (one.doubt is not Doubt.SIBLING or one.target.host not in explained)
    ]
    if bare:
        yield finding(codes.UNPROVEN, bare)
    untried = case.untested()
    if untried:
        yield finding(codes.NOT_TRIED, untried, subject=case.view.plan.depth.value)


def _hosts_of_failures(case: Case) -> frozenset[str]:
    """Hosts with a port that does not work: what is doubted because of it needs no further word."""
    return frozenset(one.target.host for one in case.all if one.ok is False)


def families(case: Case) -> Iterator[Finding]:
    """Hosts that answer at some of their addresses only: at those of one IP version, or at some for another reason."""
    partly = {one.target.name: one for one in case.all if one.partly}
    dead = {name: _dead_walks(case, one) for name, one in partly.items()}
    alive = {walk.endpoint.version for walks in case.view.walks.values() for walk in walks if _is_reached(case, walk)}
    by_code: dict[Code, list[Standing]] = {}
    for name, one in partly.items():
        versions = {walk.endpoint.version for walk in dead[name]}
        version = versions.pop() if len(versions) == 1 and not versions & alive else 0
        by_code.setdefault(_OF_VERSION.get(version, transport.SOME_ADDRESSES), []).append(one)
    for code, stands in by_code.items():
        yield finding(code, stands, (walk.culprit.id for one in stands for walk in dead[one.target.name]))


def _is_reached(case: Case, walk: Walk) -> bool:
    """Whether somebody beyond the local network accepted."""
    connect = walk.connect
    return connect is not None and connect.failure is None and not case.view.is_near(walk.endpoint.address)


def _dead_walks(case: Case, one: Standing) -> list[Walk]:
    harmless = (None, Symptom.LOCAL, Symptom.UNTESTED)
    return [walk for walk in case.view.walks[one.target.name] if walk.symptom not in harmless]
