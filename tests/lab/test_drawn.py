"""Networks without a label: how they are named and drawn, and what is held against what was said of them."""

import pytest
from lab.__main__ import _is_green
from lab.addresses import ROWS
from lab.drawn import draw, named, together
from lab.outcome import Outcome, Reach, Truth, score
from lab.scenario import BACKUPS, NONE, Names, at, on
from lab.scenarios import SCENARIOS
from lab.tables import Scored, labels_apart, summary

EVERY = frozenset(row.name for row in ROWS)
PAIR = together(SCENARIOS["slow-resolver"], SCENARIOS["reset-office"])


def test_a_name_is_one_scenario_or_several_at_once() -> None:
    assert named("healthy") is SCENARIOS["healthy"]
    assert named("slow-resolver+reset-office") == PAIR
    assert named("slow-resolver+nothing") is None


def test_a_pair_changes_what_both_change_and_has_no_label() -> None:
    parts = SCENARIOS["slow-resolver"], SCENARIOS["connections-rationed"]
    both = together(*parts)
    assert both.changes == parts[0].changes + parts[1].changes
    assert (both.verdict, both.codes, both.unusable) == ("", frozenset(), NONE)
    assert both.slowly_s == parts[1].slowly_s


def test_chance_is_the_same_for_a_seed_and_never_crowds_a_place() -> None:
    drawn = list(draw(40, 3))
    assert [one.name for one in drawn] == [one.name for one in draw(40, 3)]
    assert [one.name for one in drawn] != [one.name for one in draw(40, 4)]
    assert len({one.name for one in drawn}) == 40
    for one in drawn:
        first, second = (SCENARIOS[name] for name in one.name.split("+"))
        assert first.family != second.family
        assert not set(first.needs) & set(second.needs)


def said(verdict: str, lost: Names, said_lost: Names | None = None) -> Outcome:
    wrong = lost if said_lost is None else said_lost
    truth = Truth(four=Reach(arrived=EVERY - lost, genuine=EVERY, trusted=EVERY))
    return Outcome(name=PAIR.name, verdict=verdict, ok={name: name not in wrong for name in EVERY}, truth=truth)


@pytest.mark.parametrize(
    ("outcome", "belied"),
    [
        (said("failure", on(4000)), False),
        (said("inconclusive", on(4000)), False),
        (said("success", NONE), False),
        (said("degraded", BACKUPS), False),
        (said("success", on(80)), False),
        (said("success", at("zdc1.ibllc.com")), True),
        (said("degraded", at("zdc1.ibllc.com")), True),
        (said("failure", NONE), True),
        (said("failure", on(80)), True),
    ],
)
def test_the_one_word_is_held_against_the_nonces(outcome: Outcome, *, belied: bool) -> None:
    mark = score(PAIR, outcome)
    assert bool(mark.verdict) is belied
    assert mark.right is not belied


def test_targets_are_held_against_the_nonces() -> None:
    assert score(PAIR, said("failure", on(4000), NONE)).false_success == on(4000)
    assert score(PAIR, said("failure", on(4000), on(4000, 4001))).false_failure == on(4001)


def test_they_are_counted_apart() -> None:
    run = said("failure", on(4000))
    labelled = SCENARIOS["healthy"], said("success", NONE), score(SCENARIOS["healthy"], said("success", NONE))
    scored = [(PAIR, run, score(PAIR, run)), labelled]
    assert [[one[0].name for one in part] for part in labels_apart(scored)] == [["healthy"], [PAIR.name]]
    assert "without a label: 1 run" in summary(scored)
    assert "scenarios: 1 run" in summary(scored)


def test_green_is_no_false_success_and_few_others_wrong() -> None:
    healthy = SCENARIOS["healthy"]

    def scored(outcome: Outcome) -> Scored:
        return healthy, outcome, score(healthy, outcome)

    right = scored(said("success", NONE))
    wrong = scored(said("failure", NONE, on(4000)))
    lying = scored(said("success", on(4000), NONE))
    assert _is_green([right] * 60)
    assert _is_green([*[right] * 60, wrong])
    assert not _is_green([*[right] * 60, wrong, wrong])
    assert not _is_green([*[right] * 600, lying])
