"""Connections that are cut at their first words by somebody on the way, in the server's name.

Proven where the words that were answered by the cut had a hop limit too small to reach the server.
"""

from collections.abc import Iterator

from lineclear.diagnose.codes import paths as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import CutOrigin, Finding

from .case import Case, finding, ids, listed

_CUT = (Symptom.TLS_RESET, Symptom.TLS_CLOSED, Symptom.RESET, Symptom.CLOSED)


def cut_on_the_way(case: Case) -> Iterator[Finding]:
    """Of all that are cut alike on a port, those that were looked at are cut before the host can have heard a word."""
    origins = {one.endpoint: one for one in case.view.of(CutOrigin) if not one.failure}
    caught: list[Standing] = []
    proof: list[CutOrigin] = []
    groups: dict[tuple[int, Symptom], list[Standing]] = {}
    for symptom in _CUT:
        for one in case.open(symptom):
            groups.setdefault((one.target.port, symptom), []).append(one)
    for stands in groups.values():
        seen = [origins[one.walk.endpoint] for one in stands if one.walk and one.walk.endpoint in origins]
        if seen and all(one.cut_at for one in seen):
            caught += stands
            proof += seen
    if caught:
        yield finding(codes.CUT_ON_THE_WAY, caught, ids(proof), **_place(case, proof))


def _place(case: Case, cut: list[CutOrigin]) -> dict[str, str]:
    """Where words are cut that may go so far: by the router before, on passing them on, or just behind it."""
    limits = {one.cut_at or 0 for one in cut}
    hops = sorted({max(limit - 1, 1) for limit in limits})
    if limits == {1}:
        return {"place": "first", "hop": "1"}
    addresses = {one.endpoint.address for one in cut}
    traces = [one.hops for one in case.view.traces.values() if one.endpoint.address in addresses]
    before = [hop for row in (*traces, *(one.hops for one in cut)) for hop in row if [hop.limit] == hops]
    routers = {hop.sender for hop in before if hop.outcome == "expired"}
    router = routers.pop() if len(routers) == 1 else ""
    place = "hops" if len(hops) > 1 else "router" if router else "hop"
    return {"place": place, "hop": listed(map(str, hops)), "subject": router}
