"""`python -m lab`: run the labelled networks, and count how often the check is right."""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import msgspec

from lab import accuracy, evidence, peers, tables
from lab.alone import command, why_not
from lab.drawn import draw, named
from lab.outcome import Outcome, Score, score
from lab.rehearsal import TOOLS, rehearsal
from lab.runner import run_all, run_one
from lab.scenario import Scenario
from lab.scenarios import SCENARIOS
from lab.timeline import timeline
from lineclear.model import evidence_from_json

_WIDE = 120
_IN_ORDER = 0.98
"""Of the scenarios, after those that were not were run again: some networks lose packets by chance."""
_EXACT = 0.95
"""Of the scenarios: where every cause must be named, and no other."""


def main(words: list[str]) -> int:
    """The exit code: 0 when everything is right, 1 when something is wrong, 2 for a wrong word."""
    args = _parser().parse_args(words)
    if args.list:
        columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
        sys.stdout.write(tables.listing(_chosen(args), 0 if columns >= _WIDE else columns))
        return 0
    if args.timeline:
        return _timeline(_chosen(args), args.outcomes)
    problem = _unknown([*args.scenario, *args.rehearse]) or why_not()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    if args.rehearse:
        return _rehearse(list(filter(None, map(named, args.rehearse))))
    if args.shell:
        return subprocess.run(command(args.scenario[0], "--shell"), check=False).returncode
    return _run(_chosen(args), args)


def _timeline(scenarios: list[Scenario], folder: Path | None) -> int:
    """Print those of which outcomes are kept in `folder`; without one, those the tests keep."""
    for one in scenarios:
        outcome = evidence.again(one.name, folder) if folder else None
        kept = outcome.evidence if outcome else evidence.load(one.name) if one.name in evidence.kept() else b""
        if kept:
            lines = timeline(evidence_from_json(kept, one.name))
            sys.stdout.write("".join(f"{line}\n" for line in (one.name, *lines)))
    return 0


def _unknown(names: list[str]) -> str:
    """A sentence about scenarios there are none of; empty: all are known."""
    for one in names:
        if named(one) is None:
            wrong = next(part for part in one.split("+") if part not in SCENARIOS)
            near = get_close_matches(wrong, SCENARIOS, n=1)
            return f"There is no scenario {wrong!r}. " + (
                f"Did you mean {near[0]}?" if near else "`lineclear lab` lists them."
            )
    return ""


def _rehearse(scenarios: list[Scenario]) -> int:
    """Print each side by side; 0 when all could be built."""
    width = shutil.get_terminal_size().columns
    outcomes = [(one, run_one(one, peers=TOOLS)) for one in scenarios]
    sys.stdout.write("\n".join(rehearsal(*one, width=width) for one in outcomes))
    return int(any(outcome.broken or outcome.skipped for _, outcome in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    parser.add_argument("--list", action="store_true", help="the scenarios, by family")
    parser.add_argument("--scenario", action="append", default=[], metavar="NAME", help="only this one; repeatable")
    parser.add_argument("--family", action="append", default=[], metavar="NAME", help="only these; repeatable")
    parser.add_argument(
        "--draw", type=int, default=0, metavar="N", help="and so many pairs drawn by chance, family drawn"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the chance; default 1")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="scenarios at a time; default 2")
    parser.add_argument(
        "--rehearse", action="append", default=[], metavar="NAME", help="show one: the truth, other tools, Lineclear"
    )
    parser.add_argument("--shell", action="store_true", help="build the first scenario and give a shell on its desktop")
    parser.add_argument("--peers", action="store_true", help="ask telnet, nc, nmap, mtr, curl, blackbox_exporter too")
    parser.add_argument(
        "--again", type=int, default=0, metavar="N", help="what is not right is run so many times more, by itself"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="every outcome, for programs")
    parser.add_argument("--accuracy", type=Path, metavar="FILE", help="write the confusion matrix as Markdown")
    parser.add_argument("--outcomes", type=Path, metavar="DIR", help="keep outcomes; judge those kept before again")
    parser.add_argument(
        "--timeline", action="store_true", help="show where the time went in what was kept; run nothing"
    )
    parser.add_argument("--store", action="store_true", help="keep the evidence of right outcomes for the tests")
    return parser


def _chosen(args: argparse.Namespace) -> list[Scenario]:
    every = list(filter(None, map(named, args.scenario))) or list(SCENARIOS.values())
    every += draw(args.draw, args.seed)
    return [one for one in every if not args.family or one.family in args.family]


def _run(scenarios: list[Scenario], args: argparse.Namespace) -> int:
    by_name = {one.name: one for one in scenarios}
    scored = [_scored(by_name[outcome.name], outcome) for outcome in _outcomes(scenarios, args)]
    for _ in range(args.again):
        scored = [_once_more(*one) if _may_be_luck(*one) else one for one in scored]
    scored.sort(key=lambda one: list(by_name).index(one[0].name))
    sys.stdout.write(tables.summary(scored))
    if args.json:
        args.json.write_bytes(msgspec.json.encode([_plain(*one) for one in scored]))
    if args.accuracy:
        args.accuracy.write_text(accuracy.page(scored, datetime.now(UTC).strftime("%Y-%m-%d")))
    if args.store:
        evidence.store(scored)
    return 0 if _is_green(scored) else 1


def _is_green(scored: list[tables.Scored]) -> bool:
    """Whether nothing is called usable that is not, and verdicts, targets and causes are right but for a few."""
    exact = sum(not mark.codes_missing and not mark.codes_extra for _, _, mark in scored)
    in_order = sum(_is_in_order(*one) for one in scored)
    believed = any(mark.false_success for _, _, mark in scored)
    return not believed and exact >= _EXACT * len(scored) and in_order >= _IN_ORDER * len(scored)


def _is_in_order(scenario: Scenario, outcome: Outcome, mark: Score) -> bool:
    """Whether verdict and targets are right, or known not to be; causes are counted apart."""
    wrong = mark.false_failure or mark.undecided or mark.verdict or mark.label or mark.label_by_family
    known = bool(scenario.not_yet) or not wrong
    return bool(outcome.skipped) or (not outcome.broken and known)


def _scored(scenario: Scenario, outcome: Outcome) -> tables.Scored:
    """An outcome against its label, and a line about it."""
    scored = scenario, outcome, score(scenario, outcome)
    sys.stdout.write(tables.line(*scored))
    sys.stdout.flush()
    return scored


def _may_be_luck(_: Scenario, outcome: Outcome, mark: Score) -> bool:
    """Whether a crowded machine may have done it. A false Success never counts as luck."""
    return not outcome.skipped and not mark.false_success and (bool(outcome.broken) or not mark.right)


def _once_more(scenario: Scenario, first: Outcome, _: Score) -> tables.Scored:
    second = run_one(scenario, peers=tuple(first.peers))
    return _scored(scenario, msgspec.structs.replace(second, again=True))


def _outcomes(scenarios: list[Scenario], args: argparse.Namespace) -> Iterator[Outcome]:
    """Those kept before, judged again; then the others, run now."""
    kept = {one.name: evidence.again(one.name, args.outcomes) for one in scenarios} if args.outcomes else {}
    yield from filter(None, kept.values())
    fresh = [one for one in scenarios if kept.get(one.name) is None]
    for outcome in run_all(fresh, args.jobs, peers=tuple(peers.TOOLS) if args.peers else ()):
        if args.outcomes:
            evidence.keep(outcome, args.outcomes)
        yield outcome


def _plain(_: Scenario, outcome: Outcome, mark: Score) -> dict[str, object]:
    return {"outcome": msgspec.structs.replace(outcome, evidence=b""), "score": mark, "right": mark.right}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
