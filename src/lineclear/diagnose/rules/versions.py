"""TLS that fails for the version it offers: one version alone gets through, the other does not."""

from collections.abc import Iterator

from lineclear.diagnose.codes import tls as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import Finding, TlsHandshake
from lineclear.plan.versions import VERSIONS, compared, kept

from .case import Case, finding, ids
from .segments import helped

_HOW = {
    Symptom.TLS_SILENT: "unanswered",
    Symptom.TLS_RESET: "cut",
    Symptom.TLS_CLOSED: "cut",
    Symptom.TLS_ALERT: "refused",
    Symptom.TLS_BROKEN: "refused",
}


def version_filtered(case: Case) -> Iterator[Finding]:
    """Of all that fail alike on a port, those tried with one version at a time succeed with the same one alone."""
    tried_alone = compared(case.view.of(TlsHandshake))
    both = {place: steps for place, steps in tried_alone.items() if len(steps) == len(VERSIONS)}
    sizes = helped(case)
    groups: dict[tuple[int, Symptom], list[Standing]] = {}
    for symptom in _HOW:
        for one in case.open(symptom):
            groups.setdefault((one.target.port, symptom), []).append(one)
    caught: dict[tuple[str, str], list[Standing]] = {}
    proof: list[TlsHandshake] = []
    for (_, symptom), stands in groups.items():
        tried = [both[one.walk.endpoint] for one in stands if one.walk and one.walk.endpoint in both]
        works = set(map(kept, tried))
        by_size = sizes and symptom is Symptom.TLS_SILENT  # the answers to one version are longer than to the other
        if len(works) == 1 and works != {""} and not by_size:
            caught.setdefault((works.pop(), _HOW[symptom]), []).extend(stands)
            proof += [step for steps in tried for step in steps.values()]
    for (version, how), stands in caught.items():
        (minded,) = (one for one in VERSIONS if one != version)
        yield finding(codes.VERSION_FILTERED, stands, ids(proof), subject=_said(minded), kept=_said(version), how=how)


def _said(version: str) -> str:
    return version.replace("v", " ")
