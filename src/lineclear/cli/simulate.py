"""`lineclear simulate`: the vendor's edge on loopback, to try a check on, healthy or broken."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

_EPILOG = """\
examples:
  lineclear simulate -- check                            check a healthy edge
  lineclear simulate --fault accept-silent -- check      a box answers for dead servers
  lineclear simulate --fault silent-4000 --fault dns-slow -- check --format json
  lineclear simulate --list-faults
  lineclear simulate --reflector -- check --idle 5       with a far end that tells what arrived
  lineclear simulate --options-file edge.options         then, elsewhere: lineclear check @edge.options

Nothing but loopback addresses is used, and no root is needed. What follows -- is run against the edge as
`lineclear COMMAND OPTIONS ARGS`, and its exit code is returned.
"""


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `simulate` to the parser."""
    from argparse import RawDescriptionHelpFormatter  # noqa: PLC0415  the caller has it loaded

    parser = commands.add_parser(
        "simulate",
        help="a vendor's servers on this machine's loopback, healthy or broken on purpose",
        description="Start every host and port of a list on loopback, with a name server and a certificate authority.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--catalog", default="ibkr", help="a built-in list or the path of a TOML file; default: ibkr")
    parser.add_argument("--edition", default="", help="another edition of a built-in list")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="break this; can be repeated")
    parser.add_argument(
        "--list-faults", action="store_true", help="what can be broken, and what a check must say of it"
    )
    parser.add_argument(
        "--reflector",
        action="store_true",
        help="a reflector beside the healthy edge, as is `lineclear reflect`",
    )
    parser.add_argument("--options-file", default="", metavar="FILE", help="write the options here, for check @FILE")
    parser.add_argument("--seconds", type=float, metavar="N", help="end after this time")
    parser.add_argument(
        "--one-address", action="store_true", default=None, help="use 127.0.0.1 alone, with a port for every host"
    )
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="after --: run this against the edge")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from lineclear.simulate import session  # noqa: PLC0415  asyncio and cryptography are only needed here

    if args.list_faults:
        sys.stdout.write(session.list_faults())
        return 0
    wanted = session.Wanted(
        catalog=f"{args.catalog}:{args.edition}" if args.edition else args.catalog,
        faults=tuple(args.fault),
        reflector=args.reflector,
        options_file=args.options_file,
        seconds=args.seconds,
        one_address=args.one_address,
        command=tuple(args.command),
    )
    return session.run(wanted, sys.stdout, sys.stderr)
