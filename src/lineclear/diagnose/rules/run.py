"""The list itself, the local API, addresses apart, and what was not measured."""

from collections.abc import Iterator

from lineclear.diagnose.codes import run as codes
from lineclear.diagnose.codes import transport
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, Symptom
from lineclear.model import ApiHello, Finding, Transport

from .case import Case, finding, listed


def not_testable(case: Case) -> Iterator[Finding]:
    """Rows no single connection can decide."""
    rows = case.view.plan.untestable
    if rows:
        yield finding(codes.NOT_TESTABLE, (), (), subject=listed(rows))


def local_api(case: Case) -> Iterator[Finding]:
    """What listens, or does not, on the API ports of this machine."""
    api = [one for one in case.standings.all.values() if one.target.transport is Transport.TWS_API]
    untrusted = [one for one in api if one.symptom is Symptom.API_UNTRUSTED]
    other = [one for one in api if one.symptom is Symptom.NOT_THE_API]
    if untrusted:
        yield finding(codes.LOCAL_API_UNTRUSTED, untrusted)
    if other:
        words = (one.walk.culprit for one in other if one.walk)
        said = next((step.answered for step in words if isinstance(step, ApiHello) and step.answered), "nothing")
        yield finding(codes.LOCAL_API_OTHER, other, said=f"“{said[:60]}”")
    off = [one for one in api if one.symptom in CONNECT_SYMPTOMS]
    if api and len(off) == len(api):
        yield finding(codes.LOCAL_API_OFF, off)


def stopped_early(case: Case) -> Iterator[Finding]:
    """The deadline, or the user, ended the run."""
    left = (*case.doubtful(), *case.undecided())
    if case.view.evidence.interrupted and left:
        yield finding(codes.INTERRUPTED, left)


def only_once(case: Case) -> Iterator[Finding]:
    """What failed among many, where others recovered, and could not be tried alone."""
    doubtful = case.doubtful()
    if doubtful:
        yield finding(codes.UNCONFIRMED, doubtful)


def unproven(case: Case) -> Iterator[Finding]:
    """Accepted, and nothing more is known."""
    bare = case.undecided()
    if bare:
        yield finding(codes.UNPROVEN, bare)


def families(case: Case) -> Iterator[Finding]:
    """Hosts that answer at some of their addresses only."""
    partly = [one for one in case.standings.all.values() if one.partly]
    dead = {
        one.target.name: [walk for walk in case.view.walks[one.target.name] if walk.symptom is not None]
        for one in partly
    }
    six = [one for one in partly if all(":" in walk.endpoint.address for walk in dead[one.target.name])]
    four = [one for one in partly if one not in six]
    for code, stands in ((transport.IPV6_BROKEN, six), (transport.SOME_ADDRESSES, four)):
        if stands:
            steps = tuple(walk.culprit.id for one in stands for walk in dead[one.target.name])
            yield finding(code, stands, steps)
