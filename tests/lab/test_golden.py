"""Evidence the lab wrote is diagnosed again, and must still mean what the scenario's label says."""

import pytest
from lab.scenarios import SCENARIOS

from lab import evidence
from lineclear.diagnose import diagnose
from lineclear.model import Severity, evidence_from_json


@pytest.mark.parametrize("name", evidence.kept())
def test_still_means_what_its_label_says(name: str) -> None:
    scenario = SCENARIOS[name]
    diagnosis = diagnose(evidence_from_json(evidence.load(name), name))
    grave = frozenset(one.code for one in diagnosis.findings if one.severity is not Severity.INFO)
    failed = {one.name for one in diagnosis.targets if one.ok is False} - scenario.optional
    undecided = {one.name for one in diagnosis.targets if one.ok is None} - scenario.optional
    assert (diagnosis.verdict.value, grave) == (scenario.verdict, scenario.codes)
    noted = {one.code for one in diagnosis.findings if one.severity is Severity.INFO and one.code.startswith("LC6")}
    assert scenario.notes in (None, noted)
    assert failed - scenario.unknown == scenario.unusable - scenario.unknown
    assert undecided <= scenario.unknown


@pytest.mark.parametrize(("name", "seconds"), [("observed-idle-timer", 2.0), ("observed-idle-timer-forgiving", 2.0)])
def test_an_idle_timer_is_found_within_a_quarter(name: str, seconds: float) -> None:
    diagnosis = diagnose(evidence_from_json(evidence.load(name), name))
    (told,) = (one for one in diagnosis.findings if one.severity is Severity.WARNING)
    alive, dead = (float(dict(told.facts)[word].removesuffix(" s")) for word in ("alive", "dead"))
    assert alive <= seconds <= dead
    assert alive >= 0.74 * dead
