"""`lineclear check`: test everything the list demands, and say what is wrong."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .selection import add_network, add_selection, chosen_catalog, chosen_options

if TYPE_CHECKING:
    import argparse

    from lineclear.model import Report

_EPILOG = """\
examples:
  lineclear check
  lineclear check --region europe --deadline 10
  lineclear check --format markdown --output ticket.md
  lineclear check --format json | jq .verdict
  lineclear check --save evidence.json            judge it again later: lineclear diagnose evidence.json

exit codes: 0 success, 1 failure, 2 usage, 3 inconclusive, 4 degraded, 130 interrupted
(with --format nagios: 0 ok, 1 warning, 2 critical, 3 unknown)
"""


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `check` to the parser."""
    parser = commands.add_parser(
        "check",
        help="test everything the list demands, and say what is wrong",
        description="Test everything the list demands from this machine, and say what is wrong, why, and what to "
        "change.",
        epilog=_EPILOG,
    )
    add_selection(parser)
    add_network(parser)
    add_output(parser)
    parser.add_argument("--save", default="", metavar="FILE", help="keep the evidence, to be judged again")
    parser.set_defaults(run=run)


def add_output(parser: argparse.ArgumentParser) -> None:
    """What to print, and where."""
    from .output import FORMS  # noqa: PLC0415  a table of names

    out = parser.add_argument_group("what to print")
    out.add_argument("--format", choices=FORMS, default="text")
    out.add_argument("--output", default="", metavar="FILE", help="write there instead of to the terminal")
    out.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    out.add_argument("--verbose", action="store_true", help="with every observation")


def run(args: argparse.Namespace) -> int:
    """Check, print, and answer with the exit code of the verdict."""
    from .live import progress  # noqa: PLC0415  prints its first line before anything slow is imported
    from .output import form  # noqa: PLC0415

    with progress(args.color) as live:
        catalog = chosen_catalog(args)
        options = chosen_options(args)
        from lineclear.check import Trust, check  # noqa: PLC0415  after the first line is out

        live.begin(catalog)
        report = check(
            catalog,
            options,
            trust=Trust(store=args.trust_store, public_roots=args.public_roots),
            jts=args.jts,
            watcher=live.seen,
            on_plan=live.planned,
            handle_interrupt=True,
            when_idle=(lambda: form(args.format),),
        )
    code = finish(report, args)
    if args.save:
        _save(report, args.save)
    return code


def finish(report: Report, args: argparse.Namespace) -> int:
    """Print a report as the options say; the exit code."""
    from .output import exit_code, write_report  # noqa: PLC0415  not needed until now

    write_report(report, args)
    return exit_code(report, args.format)


def _save(report: Report, path: str) -> None:
    from lineclear.model import to_json  # noqa: PLC0415

    from .output import write_file  # noqa: PLC0415

    write_file(path, to_json(report.evidence))
    sys.stderr.write(f"lineclear: evidence saved in {path}\n")
