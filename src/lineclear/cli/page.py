"""`lineclear page`: the check as a page in the browser."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

from lineclear.errors import UsageError

from .arguments import add_network, add_selection

if TYPE_CHECKING:
    import argparse

    from lineclear.model import Report
    from lineclear.page.serving import Page

_EPILOG = """\
examples:
  lineclear page                             checks, and shows it in the browser as it goes
  lineclear page --region europe
  lineclear page report.json                 shows a saved report or evidence; nothing is sent
  lineclear page --no-open                   prints the address and opens nothing

The page is served to this machine alone, to the browser that opens its link first. Its script asks the web sites of the
list for one answer each, as your browser reaches them, to lay that beside what direct connections reach.
"""


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `page` to the parser."""
    parser = commands.add_parser(
        "page",
        help="the check as a page in the browser",
        description="Check this machine and show it in the browser: verdict, cause, what to send to whom.",
        epilog=_EPILOG,
    )
    parser.add_argument("file", nargs="?", default="", metavar="FILE", help="a saved report or evidence to show")
    add_selection(parser)
    add_network(parser)
    served = parser.add_argument_group("how to serve")
    served.add_argument("--no-open", action="store_true", help="do not open the browser, print the address alone")
    served.add_argument("--port", type=int, default=0, metavar="PORT", help="default: any free one")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve the page until it is ended."""
    from lineclear.page import wanting  # noqa: PLC0415  each command imports what it uses

    missing = wanting()
    if missing:
        raise UsageError(
            f"The page needs packages that are not installed: {', '.join(missing)}.",
            'Install them: pip install "lineclear[page]".',
        )
    from lineclear.page import serving  # noqa: PLC0415

    gc.enable()  # off for commands that are gone before it would pay
    serving.run(_page(args), _say)
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _page(args: argparse.Namespace) -> Page:
    from lineclear.check import Trust  # noqa: PLC0415
    from lineclear.page.checking import Asked  # noqa: PLC0415
    from lineclear.page.serving import Page  # noqa: PLC0415

    from .selection import chosen_catalog, chosen_options  # noqa: PLC0415

    asked = Asked(
        catalog=chosen_catalog(args),
        options=chosen_options(args),
        trust=Trust(store=args.trust_store, public_roots=args.public_roots),
        jts=args.jts,
    )
    imported = _imported(args.file) if args.file else None
    return Page(asked=asked, imported=imported, name=args.file, port=args.port, opens=not args.no_open)


def _imported(path: str) -> Report:
    """A saved report as it is, or saved evidence judged again."""
    from lineclear.diagnose import diagnose  # noqa: PLC0415
    from lineclear.model import Report, evidence_from_json  # noqa: PLC0415
    from lineclear.render.json import is_report, report_from_json  # noqa: PLC0415

    from .output import read_file  # noqa: PLC0415

    data = read_file(path)
    if is_report(data, path):
        return report_from_json(data, path)
    evidence = evidence_from_json(data, path)
    return Report(evidence=evidence, diagnosis=diagnose(evidence))
