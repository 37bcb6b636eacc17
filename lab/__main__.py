"""`python -m lab`: run the labelled networks, and count how often the check is right."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from lab import accuracy, evidence, tables
from lab.alone import command, why_not
from lab.outcome import Outcome, Score, score
from lab.runner import run_all
from lab.scenario import Scenario
from lab.scenarios import SCENARIOS


def main(words: list[str]) -> int:
    """The exit code: 0 when everything is right, 1 when something is wrong, 2 for a wrong word."""
    args = _parser().parse_args(words)
    if args.list:
        sys.stdout.write(tables.listing(SCENARIOS.values()))
        return 0
    unknown = [one for one in args.scenario if one not in SCENARIOS]
    problem = f"There is no scenario {', '.join(unknown)}; see --list." if unknown else why_not()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    if args.shell:
        return subprocess.run(command(args.scenario[0], "--shell"), check=False).returncode
    return _run(_chosen(args), args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    parser.add_argument("--list", action="store_true", help="the scenarios, by family")
    parser.add_argument("--scenario", action="append", default=[], metavar="NAME", help="only this one; repeatable")
    parser.add_argument("--family", action="append", default=[], metavar="NAME", help="only these; repeatable")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="scenarios at a time; default 2")
    parser.add_argument("--shell", action="store_true", help="build the first scenario and give a shell on its desktop")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every outcome, for programs")
    parser.add_argument("--accuracy", type=Path, metavar="FILE", help="write the confusion matrix as Markdown")
    parser.add_argument("--outcomes", type=Path, metavar="DIR", help="keep outcomes; judge those kept before again")
    parser.add_argument("--store", action="store_true", help="keep the evidence of right outcomes for the tests")
    return parser


def _chosen(args: argparse.Namespace) -> list[Scenario]:
    every = [SCENARIOS[one] for one in args.scenario] or list(SCENARIOS.values())
    return [one for one in every if not args.family or one.family in args.family]


def _run(scenarios: list[Scenario], args: argparse.Namespace) -> int:
    scored: list[tuple[Scenario, Outcome, Score]] = []
    for outcome in _outcomes(scenarios, args):
        scenario = SCENARIOS[outcome.name]
        scored.append((scenario, outcome, score(scenario, outcome)))
        sys.stdout.write(tables.line(*scored[-1]))
        sys.stdout.flush()
    scored.sort(key=lambda one: list(SCENARIOS).index(one[0].name))
    sys.stdout.write(tables.summary(scored))
    if args.json:
        args.json.write_bytes(msgspec.json.encode([_plain(*one) for one in scored]))
    if args.accuracy:
        args.accuracy.write_text(accuracy.page(scored, datetime.now(UTC).strftime("%Y-%m-%d")))
    if args.store:
        evidence.store(scored)
    return 0 if all(outcome.skipped or (not outcome.broken and mark.right) for _, outcome, mark in scored) else 1


def _outcomes(scenarios: list[Scenario], args: argparse.Namespace) -> Iterator[Outcome]:
    """Those kept before, judged again; then the others, run now."""
    kept = {one.name: evidence.again(one.name, args.outcomes) for one in scenarios} if args.outcomes else {}
    yield from filter(None, kept.values())
    for outcome in run_all([one for one in scenarios if kept.get(one.name) is None], args.jobs):
        if args.outcomes:
            evidence.keep(outcome, args.outcomes)
        yield outcome


def _plain(_: Scenario, outcome: Outcome, mark: Score) -> dict[str, object]:
    return {"outcome": msgspec.structs.replace(outcome, evidence=b""), "score": mark, "right": mark.right}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
