"""How the sentences of a code are filled."""

import pytest

from lineclear.diagnose.codes import code_of, fill, remedies, sentence, some
from lineclear.model import Audience, Finding, Severity

FINDING = Finding(
    code="LC303",
    id="egress-rejected",
    severity=Severity.ERROR,
    targets=("a:4000", "b:4000"),
    subject="10.0.0.1",
    facts=(("hosts", "a and b"), ("ports", "4000"), ("reason", "administratively {prohibited}")),
)


def test_the_cause_in_one_sentence() -> None:
    said = "The device at 10.0.0.1 rejects connections to TCP port 4000 (administratively {prohibited})."
    assert sentence(FINDING) == said


def test_what_to_change_and_by_whom() -> None:
    ((who, text),) = remedies(FINDING)
    assert who is Audience.NETWORK
    assert text == "On the device at 10.0.0.1, allow outbound TCP to port 4000, statefully, for a and b."


def test_a_missing_fact_shows() -> None:
    assert fill("{targets}: {nothing}", FINDING) == "a:4000 and b:4000: <nothing>"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a and b"),
        (("a", "b", "c", "d"), "a, b, c and d"),
        (("a", "b", "c", "d", "e"), "a, b, c and 2 more"),
    ],
)
def test_names_are_listed_as_a_person_does(names: tuple[str, ...], said: str) -> None:
    assert some(names) == said


def test_a_finding_knows_its_code() -> None:
    assert code_of(FINDING).number == 303
