"""The table of scenarios, and the counting: what the lab itself must not get wrong."""

import re

import pytest
from lab.addresses import ADDRESSES, ROWS
from lab.outcome import Outcome, Reach, Truth, score
from lab.scenario import EVERY, MOMENTS, NONE, TWS, Names, Scenario, at, on
from lab.scenarios import FAMILIES, SCENARIOS

from lab import evidence
from lineclear.diagnose.codes import BY_LABEL
from lineclear.model import Verdict

NAME = "zdc1.ibllc.com:4000"
USUAL = Scenario(name="a", family="b", says="C.", verdict="success")


def test_names_are_unique_and_kebab_case() -> None:
    names = [one.name for family in FAMILIES for one in family.SCENARIOS]
    assert len(names) == len(set(names)) == len(SCENARIOS)
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


@pytest.mark.parametrize("one", SCENARIOS.values(), ids=lambda one: one.name)
def test_a_label_is_complete(one: Scenario) -> None:
    assert one.verdict in ({""} if one.family == MOMENTS else {verdict.value for verdict in Verdict})
    assert one.codes <= set(BY_LABEL)
    assert one.unusable | one.unknown | one.optional <= EVERY
    assert one.says.endswith(".")
    assert bool(one.codes) == (one.verdict in ("failure", "degraded", "inconclusive"))


def test_every_host_has_an_address_of_its_own() -> None:
    assert len(set(ADDRESSES.values())) == len({row.host for row in ROWS}) == 26


def test_sets_of_targets_are_what_they_say() -> None:
    assert {name.rpartition(":")[2] for name in TWS} == {"4000", "4001"}
    assert at("zdc1.ibllc.com") & on(4000) == {NAME}


def test_everything_kept_has_its_scenario() -> None:
    assert set(evidence.kept()) <= set(SCENARIOS)


def outcome(said: bool | None, *, arrived: bool, genuine: bool = True, trusted: bool = True) -> Outcome:
    return Outcome(name="a", verdict="success", ok={NAME: said}, truth=Truth(four=reach(arrived, genuine, trusted)))


def reach(arrived: bool, genuine: bool = True, trusted: bool = True, connected: bool = True) -> Reach:
    here: Names = frozenset({NAME})
    words = {"arrived": arrived, "genuine": genuine, "trusted": trusted, "connected": connected}
    return Reach(**{word: here if holds else NONE for word, holds in words.items()})


@pytest.mark.parametrize(
    ("run", "unusable", "wrong"),
    [
        (outcome(True, arrived=True), NONE, ""),
        (outcome(True, arrived=False), {NAME}, "false_success"),
        (outcome(True, arrived=True, genuine=False), {NAME}, "false_success"),
        (outcome(True, arrived=True, trusted=False), {NAME}, "false_success"),
        (outcome(False, arrived=True), NONE, "false_failure"),
        (outcome(False, arrived=False), {NAME}, ""),
        (outcome(None, arrived=True), NONE, "undecided"),
        (outcome(True, arrived=True), {NAME}, "label"),
    ],
)
def test_counting(run: Outcome, unusable: Names, wrong: str) -> None:
    mark = score(Scenario(name="a", family="b", says="C.", verdict="success", unusable=frozenset(unusable)), run)
    kinds = ("false_success", "false_failure", "undecided", "label")
    assert [kind for kind in kinds if getattr(mark, kind)] == ([wrong] if wrong else [])


def test_a_verdict_of_nothing_to_remark_before_a_stranger_is_a_false_success() -> None:
    run = Outcome(name="a", verdict="success", unreserved=frozenset({"www.interactivebrokers.com:443"}))
    assert score(USUAL, run).false_success == {"www.interactivebrokers.com:443"}
    assert not score(USUAL, run).right


@pytest.mark.parametrize(
    ("six", "usable"),
    [
        (Reach(), True),
        (reach(arrived=True), True),
        (reach(arrived=False, connected=False), True),
        (reach(arrived=False), False),
        (reach(arrived=True, trusted=False), False),
    ],
)
def test_software_tries_the_other_family_only_where_nobody_accepts(six: Reach, usable: bool) -> None:
    truth = Truth(four=reach(arrived=True), six=six)
    assert truth.usable == ({NAME} if usable else NONE)
    assert Truth(four=six, six=truth.four).usable == truth.usable


def test_a_label_may_speak_of_one_family() -> None:
    run = Outcome(name="a", verdict="success", ok={NAME: True}, truth=Truth(four=reach(arrived=True)))
    claims = Scenario(name="a", family="b", says="C.", verdict="success", unusable4=NONE, unusable6=NONE)
    assert score(claims, run).label_by_family == {f"{NAME} over IPv6"}
    assert not score(claims, run).right
