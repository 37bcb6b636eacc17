"""TLS came from whom it should, and the connection was ended before a word was said in it; or now and then before."""

from collections.abc import Iterator, Sequence

from lineclear.diagnose.codes import tls as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import Finding

from .case import Case, finding, hosts, ids

_SPREAD = 3
"""Hosts that must share a fate before it is a device's and not theirs."""
_ENDED = frozenset({Symptom.CLOSED, Symptom.RESET, Symptom.TLS_ENDED, Symptom.TLS_CLOSED, Symptom.TLS_RESET})


def ended_after_tls(case: Case) -> Iterator[Finding]:
    """Of a port where no host of several lets a session live, a device ends it; of single hosts, whoever stands there.

    The handshakes are cited too: they show that the server itself was reached.
    """
    ended = case.open(Symptom.TLS_ENDED)
    alive = {one.target.port for one in case.working() if one.walk and one.walk.tls}
    everywhere = [one for one in ended if one.target.port not in alive]
    by_device = everywhere if _is_widespread(case, everywhere) else []
    for code, stands in (
        (codes.ENDED_ON_THE_WAY, by_device),
        (codes.ENDED_AFTER_TLS, [one for one in ended if one not in by_device]),
    ):
        if stands:
            yield finding(code, stands, ids(one.walk.tls for one in stands if one.walk and one.walk.tls))


def _is_widespread(case: Case, stands: Sequence[Standing]) -> bool:
    places = {case.view.regions(one.target) for one in stands}
    return len(hosts(stands)) >= _SPREAD and len(places) > 1


def ended_now_and_then(case: Case) -> Iterator[Finding]:
    """What was accepted and ended at first, and not when tried again: nothing that is lost on the way looks like it."""
    mixed = [one for one in case.working() if one.walk and one.walk.second and one.walk.first_symptom in _ENDED]
    if mixed:
        first = (step for one in mixed if one.walk for step in one.walk.first if step.failure is not None)
        yield finding(codes.ENDED_NOW_AND_THEN, mixed, ids(first))
