"""Programs of this machine that take connections over before they leave it: virus scanners, filters, local proxies."""

from collections.abc import Iterable, Iterator

from lineclear.diagnose.codes import agents as codes
from lineclear.diagnose.doubt import BOXED
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import TLS_SYMPTOMS, Symptom
from lineclear.model import Finding, OtherEnd

from .acceptor import opaque_beside
from .case import Case, finding, ids, listed
from .tls import issuers

_MADE_ANEW = (Symptom.INTERCEPTED, Symptom.UNTRUSTED)
_IN_VAIN = TLS_SYMPTOMS | {
    Symptom.SPOKE,
    Symptom.FOREIGN,
    Symptom.CLOSED,
    Symptom.RESET,
    Symptom.SWALLOWED,
    Symptom.HTTP_SILENT,
    Symptom.HTTP_BROKEN,
}


def opened_here(case: Case) -> Iterator[Finding]:
    """A program of this machine shows certificates of its own making."""
    shown = (*case.open(*_MADE_ANEW), *case.undecided(*_MADE_ANEW), *case.working(*_MADE_ANEW))
    here = case.in_order(one for one in shown if case.taken_here(one))
    if here:
        yield finding(codes.OPENED_HERE, here, _proof(case, here), issuers(here), **_holder(case, here))


def accepted_here(case: Case) -> Iterator[Finding]:
    """A program of this machine accepts, and no server answers behind it; or nobody can tell whether one does."""
    dead = [one for one in case.open(*_IN_VAIN) if case.taken_here(one)]
    if dead:
        dead += [one for one in opaque_beside(case, dead) if case.taken_here(one)]
        yield finding(codes.ACCEPTED_HERE, dead, _proof(case, dead), **_holder(case, dead))
    doubtful = [one for one in case.undecided() if one.doubt in BOXED and one not in dead]
    hidden = [one for one in (*doubtful, *(one for one in case.working() if one.hidden)) if case.taken_here(one)]
    if hidden:
        yield finding(codes.HIDDEN_HERE, hidden, _proof(case, hidden), **_holder(case, hidden))
    passed = [one for one in case.working() if one.symptom not in _MADE_ANEW and case.taken_here(one)]
    if passed and not hidden and not dead:
        yield finding(codes.PASSED_ON_HERE, passed, _proof(case, passed), **_holder(case, passed))


def _found(case: Case, stands: Iterable[Standing]) -> list[OtherEnd]:
    return list(dict.fromkeys(found for one in stands for found in case.taken_here(one)))


def _proof(case: Case, stands: Iterable[Standing]) -> tuple[str, ...]:
    return ids(_found(case, stands))


def _holder(case: Case, stands: Iterable[Standing]) -> dict[str, str]:
    """Who it is, as `mitmdump 127.0.0.1:8080`, and the ports it listens on."""
    found = [one for one in _found(case, stands) if one.holder is not None]
    names = dict.fromkeys(" ".join(filter(None, (one.program, str(one.holder)))) for one in found)
    doors = dict.fromkeys(str(one.holder.port) for one in found if one.holder is not None)
    return {"holder": listed(names), "door": next(iter(doors))}
