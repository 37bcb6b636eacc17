"""TLS that fails for the version it offers: one version alone gets through, the other does not."""

from collections.abc import Iterator

from lineclear.diagnose.codes import tls as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import UNTESTED, Endpoint, Finding, Purpose, TlsHandshake
from lineclear.plan.versions import VERSIONS

from .case import Case, finding, ids

_HOW = {
    Symptom.TLS_SILENT: "unanswered",
    Symptom.TLS_RESET: "cut",
    Symptom.TLS_CLOSED: "cut",
    Symptom.TLS_ALERT: "refused",
    Symptom.TLS_BROKEN: "refused",
}


def version_filtered(case: Case) -> Iterator[Finding]:
    """Of all that fail alike on a port, those tried with one version at a time succeed with the same one alone."""
    compared = _compared(case)
    groups: dict[tuple[int, Symptom], list[Standing]] = {}
    for symptom in _HOW:
        for one in case.open(symptom):
            groups.setdefault((one.target.port, symptom), []).append(one)
    caught: dict[tuple[str, str], list[Standing]] = {}
    proof: list[TlsHandshake] = []
    for (_, symptom), stands in groups.items():
        tried = [compared[one.walk.endpoint] for one in stands if one.walk and one.walk.endpoint in compared]
        minded = set(map(_minded, tried))
        if len(minded) == 1 and minded != {""}:
            caught.setdefault((minded.pop(), _HOW[symptom]), []).extend(stands)
            proof += [step for steps in tried for step in steps.values()]
    for (version, how), stands in caught.items():
        (kept,) = (one for one in VERSIONS if one != version)
        yield finding(codes.VERSION_FILTERED, stands, ids(proof), subject=_said(version), kept=_said(kept), how=how)


def _compared(case: Case) -> dict[Endpoint, dict[str, TlsHandshake]]:
    """Handshakes with one version alone, by where and by the version."""
    found: dict[Endpoint, dict[str, TlsHandshake]] = {}
    for one in case.view.ordered:
        if isinstance(one, TlsHandshake) and one.purpose is Purpose.COMPARISON and one.offered:
            found.setdefault(one.endpoint, {})[one.offered] = one
    return found


def _minded(steps: dict[str, TlsHandshake]) -> str:
    """The version that fails where the other one alone succeeds; empty: it makes no difference, or nobody can tell."""
    failed = [version for version, one in steps.items() if one.failure is not None and one.failure not in UNTESTED]
    works = [version for version, one in steps.items() if one.failure is None]
    return failed[0] if len(failed) == len(works) == 1 else ""


def _said(version: str) -> str:
    return version.replace("v", " ")
