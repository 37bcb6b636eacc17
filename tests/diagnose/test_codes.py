"""How the sentences of a code are filled."""

import pytest

from lineclear.diagnose.codes import ALL, Code, code_of, fill, some
from lineclear.model import Finding, Severity

FINDING = Finding(
    code="LC303",
    id="egress-rejected",
    severity=Severity.ERROR,
    targets=("a:4000", "b:4000"),
    subject="10.0.0.1",
    facts=(("hosts", "a and b"), ("ports", "4000"), ("reason", "administratively {prohibited}")),
)


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


@pytest.mark.parametrize("code", ALL, ids=lambda one: one.label)
def test_a_phrase_is_said_somewhere(code: Code) -> None:
    """Its fact stands in a sentence of its code, and each value is said in one way."""
    said = " ".join((code.title, code.why, *(one.text for one in code.remedies), *(one.text for one in code.phrases)))
    assert {one.fact for one in code.phrases} <= {*code.facts, "subject"}
    assert all(f"{{{one.fact}}}" in said for one in code.phrases)
    assert len({(one.fact, one.value) for one in code.phrases}) == len(code.phrases)


@pytest.mark.parametrize("code", ALL, ids=lambda one: one.label)
def test_a_list_is_told_somewhere(code: Code) -> None:
    said = " ".join((code.title, code.why, *(one.text for one in code.remedies), *(one.text for one in code.phrases)))
    assert set(code.lists) <= {*code.facts, "subject"}
    assert all(f"{{{one}}}" in said for one in code.lists)


@pytest.mark.parametrize("code", ALL, ids=lambda code: code.label)
def test_what_is_said_of_every_case_has_no_gaps(code: Code) -> None:
    assert "{" not in code.sees + code.sure
