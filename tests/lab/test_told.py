"""How findings tell what they found: in the order of the list, and as a person would quote it."""

import pytest

from lab import evidence
from lineclear.diagnose import diagnose
from lineclear.model import Finding, evidence_from_json


def found(name: str) -> Finding:
    """The one finding above a note in the kept evidence of a scenario."""
    diagnosis = diagnose(evidence_from_json(evidence.load(name), name))
    (one,) = (finding for finding in diagnosis.findings if finding.severity.value == "error")
    return one


@pytest.mark.parametrize("name", ["reject-office-admin", "reject-provider-admin", "routing-loop", "reset-office"])
def test_targets_are_told_in_the_order_of_the_list(name: str) -> None:
    plan = evidence_from_json(evidence.load(name), name).plan
    order = [one.name for one in plan.targets]
    told = found(name).targets
    assert sorted(told, key=order.index) == list(told)


@pytest.mark.parametrize("name", ["foreign-greeting", "not-tls"])
def test_a_greeting_is_quoted_without_the_end_of_its_line(name: str) -> None:
    assert dict(found(name).facts)["said"] == "“220 mail.elsewhere.example ESMTP”"
