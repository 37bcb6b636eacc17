"""Other tools beside the check: what is counted for and against them, and what a rehearsal shows."""

import pytest
from lab.addresses import ROWS
from lab.outcome import Outcome, Reach, Said, Truth, score
from lab.rehearsal import rehearsal
from lab.scenario import on
from lab.scenarios import SCENARIOS
from lab.tables import side_by_side

from lab import accuracy, evidence

EVERY = frozenset(row.name for row in ROWS)
SCENARIO = SCENARIOS["drop-office"]


def outcome(**peers: Said) -> Outcome:
    lost = SCENARIO.unusable
    return Outcome(
        name=SCENARIO.name,
        verdict="failure",
        codes=SCENARIO.codes,
        ok={name: name not in lost for name in EVERY},
        truth=Truth(four=Reach(arrived=EVERY - lost, genuine=EVERY, trusted=EVERY)),
        evidence=evidence.load(SCENARIO.name),
        peers=peers,
    )


@pytest.mark.parametrize(
    ("words", "codes", "named"),
    [
        ('<state state="filtered" reason="no-response" />', {"LC301"}, True),
        ('<state state="filtered" reason="no-response" />', {"LC307"}, False),
        ("SSL certificate problem: certificate has expired", {"LC403"}, True),
        ("SSL certificate problem: certificate has expired", {"LC402"}, False),
        ("curl: (6) Could not resolve host: ndc1.ibllc.com", {"LC205"}, True),
        ("Connection timed out", {"LC301"}, False),
        ("", {"LC301"}, False),
        ("anything", set(), False),
    ],
)
def test_a_cause_is_named_by_words_that_fit_an_expected_code(words: str, codes: set[str], *, named: bool) -> None:
    assert Said(words=words).names_any_of(codes) is named


def test_false_words_of_other_tools_are_counted_like_our_own() -> None:
    run = outcome(believer=Said(ok=EVERY), sceptic=Said(words='state="filtered"'), absent=Said(missing=True))
    rows = list(side_by_side([(SCENARIO, run, score(SCENARIO, run))]))
    usable = len(EVERY) - len(on(4000, 4001))
    assert rows == [
        ("Lineclear", f"0 of {len(on(4000, 4001))}", f"0 of {usable}", "1 of 1"),
        ("believer", f"{len(on(4000, 4001))} of {len(on(4000, 4001))}", f"0 of {usable}", "0 of 1"),
        ("sceptic", f"0 of {len(on(4000, 4001))}", f"{usable} of {usable}", "1 of 1"),
    ]


def test_without_other_tools_nothing_is_compared() -> None:
    run = outcome()
    scored = [(SCENARIO, run, score(SCENARIO, run))]
    assert list(side_by_side(scored)) == []
    assert "Beside other tools" not in accuracy.page(scored, "2026-01-01")


def test_the_page_holds_the_comparison() -> None:
    run = outcome(telnet=Said(ok=EVERY))
    page = accuracy.page([(SCENARIO, run, score(SCENARIO, run))], "2026-01-01")
    assert "| telnet | 22 of 22 | 0 of 25 | 0 of 1 |" in page


def test_a_rehearsal_shows_who_sees_what() -> None:
    shown = rehearsal(SCENARIO, outcome(telnet=Said(ok=EVERY), nmap=Said(missing=True)))
    table = [line.split() for line in shown.splitlines() if line.startswith(("443", "4000"))]
    assert table == [
        ["443", "www", "and", "14", "more", "usable", "open", "not", "here", "usable"],
        ["4000", "ndc1", "and", "10", "more", "NOT", "usable", "open", "not", "here", "NOT", "usable"],
    ]
    assert "FAILURE" in shown
    assert SCENARIO.says in shown


@pytest.mark.parametrize("run", [Outcome(name="a", broken="no gateway"), Outcome(name="a", skipped="no squid")])
def test_what_could_not_be_rehearsed_is_one_sentence(run: Outcome) -> None:
    shown = rehearsal(SCENARIO, run)
    assert shown == f"drop-office could not be rehearsed: {run.broken or run.skipped}.\n"


def test_a_rehearsal_counts_hosts_and_not_how_they_begin() -> None:
    far = frozenset({"www.ibkr.com.cn:80"})
    shown = rehearsal(SCENARIO, outcome(telnet=Said(ok=EVERY - far)))
    assert "\n80    www and 8 more            usable       open         usable\n" in shown
    assert "\n80    www.ibkr.com.cn           usable       not open     usable\n" in shown
