"""`lineclear explain`: what a code means, what to change and who can, without a network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

_EPILOG = """\
examples:
  lineclear explain LC301
  lineclear explain egress-port-dropped
  lineclear explain                        every code, a line each
"""


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `explain` to the parser."""
    parser = commands.add_parser(
        "explain",
        help="what a code of a report means, and what to change",
        description="Print what is known of a code: the cause, what it looks like, what to change, and who can.",
        epilog=_EPILOG,
    )
    parser.add_argument("codes", nargs="*", metavar="CODE", help="LC301, 301 or egress-port-dropped; none: all")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the codes asked for, or a list of all."""
    from lineclear.render.explain import code_named, explained, listing  # noqa: PLC0415  imported when used

    from .live import screen_of  # noqa: PLC0415

    screen = screen_of(sys.stdout, getattr(args, "color", "auto"))
    codes = [code_named(word) for word in args.codes]
    sys.stdout.write("\n".join(explained(one, screen) for one in codes) if codes else listing(screen))
    return 0
