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
    """On a port, every handshake tried again in small segments succeeded; in the usual ones all stalled twice.

    So too where it is some addresses of the hosts alone, such as those of one IP version.
    """
    small = _in_small(case)
    everywhere = {one.target.name: frozenset({one.walk.endpoint}) for one in case.open(Symptom.TLS_SILENT) if one.walk}
    in_part = {one.target.name: _stalled(case, one) for one in case.undecided() if one.doubt is Doubt.ADDRESSES}
    for stalled, is_part in ((everywhere, False), ({name: those for name, those in in_part.items() if those}, True)):
        largest = _largest_by_port(stalled, small)
        found = {port: max(sizes) for port, sizes in largest.items() if all(sizes)}
        ports = {one.target.port for one in case.all} - largest.keys() | found.keys()
        stands = [one for one in case.all if one.target.name in stalled and one.target.port in ports]
        if found:
            places = frozenset().union(*(stalled[one.target.name] for one in stands))
            proof = [one for place in places & small.keys() for one in small[place]]
            over = _over(places) if is_part else "everywhere"
            yield finding(codes.MTU_HOLE, stands, ids(proof), size=str(max(found.values())), over=over)


def _largest_by_port(stalled: _Stalled, small: dict[Endpoint, list[TlsHandshake]]) -> dict[int, list[int]]:
    """By port, the largest segments that got through to each place that was asked again; 0: none did.

    A box that accepts before one port makes segments of its own, and hides there what shows on others.
    """
    largest: dict[int, list[int]] = {}
    for place in frozenset().union(*stalled.values()) & small.keys():
        passed = (one.segment_bytes for one in small[place] if not one.failure)
        largest.setdefault(place.port, []).append(max(passed, default=0))
    return largest


def _stalled(case: Case, one: Standing) -> frozenset[Endpoint]:
    walks = case.view.walks[one.target.name]
    return frozenset(walk.endpoint for walk in walks if walk.symptom is Symptom.TLS_SILENT)


def _over(places: frozenset[Endpoint]) -> str:
    versions = sorted({one.version for one in places})
    return f"IPv{versions[0]}" if len(versions) == 1 else "some"


def helped(case: Case) -> bool:
    """Whether small segments got a handshake through somewhere: then large packets are lost on this network."""
    return any(not one.failure for steps in _in_small(case).values() for one in steps)


def _in_small(case: Case) -> dict[Endpoint, list[TlsHandshake]]:
    """Handshakes that were tried again in small segments, by where."""
    found: dict[Endpoint, list[TlsHandshake]] = {}
    for one in case.view.ordered:
        if isinstance(one, TlsHandshake) and one.purpose is Purpose.COMPARISON and one.segment_bytes:
            found.setdefault(one.endpoint, []).append(one)
    return found
