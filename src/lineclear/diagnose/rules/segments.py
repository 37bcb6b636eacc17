"""Large packets that vanish: TLS stalls with segments as usual and succeeds with small ones."""

from collections.abc import Iterator

from lineclear.diagnose.codes import paths as codes
from lineclear.diagnose.doubt import Doubt
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import Endpoint, Finding, Purpose, TlsHandshake

from .case import Case, finding, ids

_Stalled = dict[str, frozenset[Endpoint]]
"""By target, where its handshakes stalled."""


def mtu_hole(case: Case) -> Iterator[Finding]:
    """Every handshake that was tried again in small segments succeeded; in the usual ones all stalled twice.

    So too where it is some addresses of the hosts alone, such as those of one IP version.
    """
    small = _in_small(case)
    everywhere = {one.target.name: frozenset({one.walk.endpoint}) for one in case.open(Symptom.TLS_SILENT) if one.walk}
    in_part = {one.target.name: _stalled(case, one) for one in case.undecided() if one.doubt is Doubt.ADDRESSES}
    for stalled, is_part in ((everywhere, False), ({name: those for name, those in in_part.items() if those}, True)):
        places = frozenset().union(*stalled.values())
        asked = places & small.keys()
        largest = [max((one.segment_bytes for one in small[place] if not one.failure), default=0) for place in asked]
        if largest and all(largest):
            stands = [one for one in case.all if one.target.name in stalled]
            proof = [one for place in asked for one in small[place]]
            over = _over(places) if is_part else "everywhere"
            yield finding(codes.MTU_HOLE, stands, ids(proof), size=str(max(largest)), over=over)


def _stalled(case: Case, one: Standing) -> frozenset[Endpoint]:
    walks = case.view.walks[one.target.name]
    return frozenset(walk.endpoint for walk in walks if walk.symptom is Symptom.TLS_SILENT)


def _over(places: frozenset[Endpoint]) -> str:
    versions = sorted({one.version for one in places})
    return f"IPv{versions[0]}" if len(versions) == 1 else "some"


def _in_small(case: Case) -> dict[Endpoint, list[TlsHandshake]]:
    found: dict[Endpoint, list[TlsHandshake]] = {}
    for one in case.view.ordered:
        if isinstance(one, TlsHandshake) and one.purpose is Purpose.COMPARISON and one.segment_bytes:
            found.setdefault(one.endpoint, []).append(one)
    return found
