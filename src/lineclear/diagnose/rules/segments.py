"""Large packets that vanish: TLS stalls with segments as usual and succeeds with small ones."""

from collections.abc import Iterator

from lineclear.diagnose.codes import paths as codes
from lineclear.diagnose.symptom import Symptom
from lineclear.model import Endpoint, Finding, Purpose, TlsHandshake

from .case import Case, finding, ids


def mtu_hole(case: Case) -> Iterator[Finding]:
    """Every handshake that was tried again in small segments succeeded; in the usual ones all stalled twice."""
    stalled = case.open(Symptom.TLS_SILENT)
    small = _in_small(case)
    asked = {one.walk.endpoint for one in stalled if one.walk and one.walk.endpoint in small}
    largest = {
        endpoint: max((each.segment_bytes for each in small[endpoint] if not each.failure), default=0)
        for endpoint in asked
    }
    if largest and all(largest.values()):
        proof = [one for endpoint in asked for one in small[endpoint]]
        yield finding(codes.MTU_HOLE, stalled, ids(proof), size=str(max(largest.values())))


def _in_small(case: Case) -> dict[Endpoint, list[TlsHandshake]]:
    found: dict[Endpoint, list[TlsHandshake]] = {}
    for one in case.view.ordered:
        if isinstance(one, TlsHandshake) and one.purpose is Purpose.COMPARISON and one.segment_bytes:
            found.setdefault(one.endpoint, []).append(one)
    return found
