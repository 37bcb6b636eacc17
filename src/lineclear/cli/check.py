"""`lineclear check`: test everything the list demands, and say what is wrong."""

from __future__ import annotations

import sys

from .arguments import DEPTHS, add_network, add_selection
from .output import COLORS, FORMS, LANGS

TYPE_CHECKING = False  # `typing` takes 3 ms, and the first questions leave before it
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import Any

    from lineclear.model import Report
    from lineclear.probe.headstart import HeadStart

    from .live import Live

_EPILOG = """\
examples:
  lineclear check
  lineclear check --region europe --deadline 10
  lineclear check --format markdown --output ticket.md
  lineclear check --format html --redact --output report.html
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
    out = parser.add_argument_group("what to print")
    out.add_argument("--format", choices=FORMS, default="text")
    out.add_argument("--output", default="", metavar="FILE", help="write there instead of to the terminal")
    out.add_argument("--redact", action="store_true", help="with private addresses and names replaced, to be shared")
    out.add_argument("--lang", choices=LANGS, default="", help="of --format html; default: as LANG says")
    out.add_argument("--color", choices=COLORS, default=COLORS[0])
    out.add_argument("--verbose", action="store_true", help="with every observation")


def run(args: argparse.Namespace) -> int:
    """Check, print, and answer with the exit code of the verdict."""
    from .live import progress  # noqa: PLC0415  prints its first line before anything slow is imported
    from .output import refuse_lost_words  # noqa: PLC0415

    refuse_lost_words(args)
    with progress(args.color) as live:
        report = _check(args, live)
    code = finish(report, args)
    if args.save:
        _save(report, args.save)
    return code


def begin(words: Sequence[str]) -> HeadStart | None:
    """Ask for the names of the whole usual list, and connect to what they name; None if anything else may be wanted.

    No parser is loaded yet: options are looked at one by one, and what is not known here is read properly later.
    """
    if words[:1] != ["check"]:
        return None
    left = iter(words[1:])
    for word in left:
        name, equals, value = word.partition("=")
        allows = _ORDINARY.get(name)
        if allows is None and (equals or name not in _FLAGS):
            return None
        if allows is not None and not allows(value if equals else next(left, "")):
            return None
    from lineclear.probe.headstart import ask_early  # noqa: PLC0415

    from .usual import usual_ports  # noqa: PLC0415

    ports = usual_ports()
    return ask_early(ports, ports=ports)


def _is_seconds(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdecimal() and float(text) > 0


def _is_name(text: str) -> bool:
    return text[:1] not in ("", "-")


_ORDINARY: dict[str, Callable[[str], bool]] = {
    "--color": COLORS.__contains__,
    "--deadline": _is_seconds,
    "--depth": DEPTHS[1:].__contains__,
    "--format": FORMS.__contains__,
    "--output": _is_name,
    "--save": _is_name,
}
"""Options that leave what is contacted as it is, and what may stand behind them."""
_FLAGS = ("--no-nudge", "--redact", "--verbose")


def _check(args: argparse.Namespace, live: Live) -> Report:
    from lineclear.check import Trust, check  # noqa: PLC0415  names are under way by now

    from .output import form  # noqa: PLC0415
    from .selection import chosen_catalog, chosen_options  # noqa: PLC0415

    catalog = chosen_catalog(args)
    live.begin(catalog)
    return check(
        catalog,
        chosen_options(args),
        trust=Trust(store=args.trust_store, public_roots=args.public_roots, java=args.java_store),
        jts=args.jts,
        watcher=live.seen,
        on_plan=live.planned,
        handle_interrupt=True,
        before_end=(lambda: form(args.format),),
        head_start=args.head_start,
        since=args.since,
    )


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
