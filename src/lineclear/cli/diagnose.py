"""`lineclear diagnose`: judge saved evidence again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .check import add_output, finish

if TYPE_CHECKING:
    import argparse


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `diagnose` to the parser."""
    parser = commands.add_parser(
        "diagnose",
        help="judge saved evidence again",
        description="Judge evidence saved by `check --save`, or the evidence inside a JSON report. Nothing is sent.",
        epilog="examples:\n  lineclear diagnose evidence.json\n  lineclear diagnose report.json --format markdown\n",
    )
    parser.add_argument("file", metavar="FILE", help="saved evidence or a JSON report; - for standard input")
    add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Diagnose and print; the exit code of the verdict."""
    from lineclear.diagnose import diagnose  # noqa: PLC0415  each command imports what it uses
    from lineclear.model import Report  # noqa: PLC0415
    from lineclear.render.json import evidence_in  # noqa: PLC0415

    from .output import read_file, refuse_lost_words  # noqa: PLC0415

    refuse_lost_words(args)
    evidence = evidence_in(read_file(args.file), args.file)
    return finish(Report(evidence=evidence, diagnosis=diagnose(evidence)), args)
