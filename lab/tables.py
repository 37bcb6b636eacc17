"""What the runner prints."""

import textwrap
from collections.abc import Iterable, Iterator

from lab.durations import durations
from lab.outcome import Outcome, Score
from lab.scenario import Scenario

Scored = tuple[Scenario, Outcome, Score]
VERDICTS = ("success", "degraded", "inconclusive", "failure")


def listing(scenarios: Iterable[Scenario], width: int = 0) -> str:
    """Every scenario, one a line; where lines of `width` columns are too short for that, folded."""
    lines = (f"{one.family:12} {one.name:34} {one.verdict:13} {one.says}" for one in scenarios)
    if not width:
        return "".join(f"{line}\n" for line in lines)
    return "".join(f"{textwrap.fill(' '.join(line.split()), width, subsequent_indent='    ')}\n" for line in lines)


def line(scenario: Scenario, outcome: Outcome, mark: Score) -> str:
    """One outcome, and what is wrong with it."""
    if outcome.skipped or outcome.broken:
        return (
            f"{'skipped' if outcome.skipped else 'BROKEN':8} {scenario.name:34} {outcome.skipped or outcome.broken}\n"
        )
    word = "right" if mark.right else "not yet" if scenario.not_yet else "WRONG"
    codes = " ".join(sorted(outcome.codes)) or "-"
    times = f"{outcome.check_s:5.1f}s {outcome.took_s:5.1f}s"
    again = " (again)" if outcome.again else ""
    first = f"{word:8} {scenario.name:34} {outcome.verdict:13} {times} {codes}{again}\n"
    return first + "".join(f"         {one}\n" for one in wrong(outcome, mark))


def wrong(outcome: Outcome, mark: Score) -> Iterator[str]:
    """What is wrong, in words."""
    if mark.verdict:
        yield f"verdict {mark.verdict}"
    said = (
        ("codes missing", mark.codes_missing),
        ("codes too many", mark.codes_extra),
        ("false Success", mark.false_success),
        ("false Failure", mark.false_failure),
        ("undecided", mark.undecided),
        ("label and nonces disagree", mark.label | mark.label_by_family),
    )
    yield from (f"{title}: {_some(names)}" for title, names in said if names)
    if not mark.right:
        yield f"said: {outcome.said}"


def summary(scored: list[Scored]) -> str:
    """The confusion matrix and the counts; then what is counted of networks without a label."""
    labelled, drawn = labels_apart(scored)
    return (_summary(labelled) if labelled else "") + "".join(f"{text}\n" for text in drawn_counts(drawn))


def labels_apart(scored: list[Scored]) -> tuple[list[Scored], list[Scored]]:
    """Those with a label, and those without: drawn by chance, or different at every moment."""
    return [one for one in scored if one[0].verdict], [one for one in scored if not one[0].verdict]


def drawn_counts(drawn: list[Scored]) -> Iterator[str]:
    """What is counted of networks nobody labelled; nothing where there are none."""
    ran = [one for one in drawn if not one[1].skipped and not one[1].broken]
    if ran:
        usable, unusable = _truths(ran)
        left_open = sum(ok is None for _, outcome, _ in ran for ok in outcome.ok.values())
        yield f"without a label: {len(ran)} run"
        yield f"one word belied by the nonces: {sum(bool(mark.verdict) for _, _, mark in ran)} of {len(ran)}"
        yield f"false Success: {sum(len(mark.false_success) for _, _, mark in ran)} of {unusable} unusable targets"
        yield f"false Failure: {sum(len(mark.false_failure) for _, _, mark in ran)} of {usable} usable targets"
        yield f"left open: {left_open} of {usable + unusable} targets"


def _summary(scored: list[Scored]) -> str:
    ran = [one for one in scored if not one[1].skipped and not one[1].broken]
    head = f"\n{'expected':>14}  " + "".join(f"{one:>14}" for one in VERDICTS) + "\n"
    rows = "".join(
        f"{expected:>14}  " + "".join(f"{matrix(ran)[expected, said]:>14}" for said in VERDICTS) + "\n"
        for expected in VERDICTS
    )
    peers = "".join(
        f"{tool:>18}  false Success {wrongly}, false Failure {vainly}, causes {named}\n"
        for tool, wrongly, vainly, named in side_by_side(ran)
    )
    return head + rows + "".join(f"{text}\n" for text in counts(scored)) + peers


def matrix(scored: list[Scored]) -> dict[tuple[str, str], int]:
    """How many runs, by expected verdict and what was said."""
    pairs = [(scenario.verdict, outcome.verdict) for scenario, outcome, _ in scored]
    return {(expected, said): pairs.count((expected, said)) for expected in VERDICTS for said in VERDICTS}


def counts(scored: list[Scored]) -> Iterator[str]:
    """The figures people ask for."""
    ran = [one for one in scored if not one[1].skipped and not one[1].broken]
    usable, unusable = _truths(ran)
    targets = usable + unusable
    yield f"scenarios: {len(ran)} run, {sum(mark.right for _, _, mark in ran)} right in every respect"
    yield f"verdict right: {sum(not mark.verdict for _, _, mark in ran)} of {len(ran)}"
    exact = sum(not mark.codes_missing and not mark.codes_extra for _, _, mark in ran)
    yield f"codes exactly right: {exact} of {len(ran)}"
    yield f"false Success: {sum(len(mark.false_success) for _, _, mark in ran)} of {unusable} unusable targets"
    yield f"false Failure: {sum(len(mark.false_failure) for _, _, mark in ran)} of {usable} usable targets"
    yield f"undecided though decidable: {sum(len(mark.undecided) for _, _, mark in ran)} of {targets} targets"
    left_open = sum(ok is None for _, outcome, _ in ran for ok in outcome.ok.values())
    yield f"left open, in all: {left_open} of {targets} targets"
    yield f"labels that nonces contradict: {sum(bool(mark.label | mark.label_by_family) for _, _, mark in ran)}"
    yield from durations([(scenario, outcome) for scenario, outcome, _ in ran])
    again = [outcome.name for _, outcome, _ in ran if outcome.again]
    if again:
        yield f"not right at first on a crowded machine, and run again: {len(again)} ({', '.join(again)})"
    if len(ran) < len(scored):
        absent = [scenario.name for scenario, outcome, _ in scored if outcome.skipped or outcome.broken]
        yield f"not run: {', '.join(absent)}"


def _truths(ran: list[Scored]) -> tuple[int, int]:
    """How many targets were usable, and how many not."""
    usable = sum(len(outcome.truth.usable & set(outcome.ok)) for _, outcome, _ in ran)
    return usable, sum(len(outcome.ok) for _, outcome, _ in ran) - usable


def side_by_side(scored: list[Scored]) -> Iterator[tuple[str, str, str, str]]:
    """Per tool: its name, its false Successes, its false Failures, and the causes it named, each of how many."""
    ran = [one for one in scored if one[1].peers]
    if not ran:
        return
    counted = [(scenario, outcome, frozenset(outcome.ok) - scenario.optional) for scenario, outcome, _ in ran]
    usable = sum(len(every & outcome.truth.usable) for _, outcome, every in counted)
    unusable = sum(len(every) for _, _, every in counted) - usable
    caused = [one for one in ran if one[0].codes]
    yield (
        "Lineclear",
        f"{sum(len(mark.false_success) for _, _, mark in ran)} of {unusable}",
        f"{sum(len(mark.false_failure) for _, _, mark in ran)} of {usable}",
        f"{sum(not mark.codes_missing and not mark.codes_extra for _, _, mark in caused)} of {len(caused)}",
    )
    for tool in (name for name, said in ran[0][1].peers.items() if not said.missing):
        told = [(outcome.peers[tool].ok, outcome.truth.usable, every) for _, outcome, every in counted]
        named = sum(outcome.peers[tool].names_any_of(scenario.codes) for scenario, outcome, _ in caused)
        yield (
            tool,
            f"{sum(len((ok - truly) & every) for ok, truly, every in told)} of {unusable}",
            f"{sum(len((truly - ok) & every) for ok, truly, every in told)} of {usable}",
            f"{named} of {len(caused)}",
        )


def _some(names: frozenset[str], most: int = 6) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
