"""`lineclear redact`: a report or evidence file without what must not leave the house."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

_EPILOG = """\
examples:
  lineclear redact evidence.json > shareable.json
  lineclear redact report.json --output shareable.json

Private and own public addresses, resolvers, proxies, search domains, paths, foreign names and free text are replaced,
the same by the same, so that the file can still be diagnosed. The vendor's hosts and their addresses stay.
What is replaced, and by what: docs/report.md. Read the result before you send it.
"""


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `redact` to the parser."""
    parser = commands.add_parser(
        "redact",
        help="make a saved report or evidence file fit to be shared",
        description="Print a saved report or evidence file with everything private replaced.",
        epilog=_EPILOG,
    )
    parser.add_argument("file", metavar="FILE", help="a file of `check --save` or `check --format json`; - for input")
    parser.add_argument("--output", "-o", default="", metavar="FILE", help="write here; default: the standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints or writes the redacted file, of the same kind as the one given."""
    from .output import read_file, write_file  # noqa: PLC0415  each command imports what it uses

    text = _redacted(read_file(args.file), args.file)
    if args.output:
        write_file(args.output, text.encode())
    else:
        sys.stdout.write(text)
    return 0


def _redacted(data: bytes, name: str) -> str:
    from lineclear.model import evidence_from_json, to_json  # noqa: PLC0415
    from lineclear.redact import redact  # noqa: PLC0415
    from lineclear.render.json import is_report, json, report_from_json, visible  # noqa: PLC0415

    if is_report(data, name):
        return json(redact(report_from_json(data, name)))
    return visible(to_json(redact(evidence_from_json(data, name))).decode())
