"""`lineclear allowlist`: the list as exceptions for a firewall or a proxy, additive and with a way back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from . import allowlist_verify
from .arguments import add_selection

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from lineclear.allowlist import AllowRule, Remark, Snapshot, Written
    from lineclear.model import Catalog

_EPILOG = """\
examples:
  lineclear allowlist --list
  lineclear allowlist --format change-request --output ticket.md
  lineclear allowlist --format nftables --resolve now --output ibkr.nft
  lineclear allowlist --format squid --region europe --source 10.20.0.0/16
  lineclear allowlist --diff ibkr:2022-01 my-newer.toml --format iptables --resolve now

What a dialect cannot say is left out aloud: as a comment in what it writes, and here. Dialects that take no names need
addresses: --resolve now asks this machine's resolver; --resolve FILE reads JSON {"name": ["192.0.2.7"]} or hosts lines.
What each dialect can say, and how far it is proven: docs/allowlist.md.
"""
_SHOWN = 6


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `allowlist` to the parser."""
    parser = commands.add_parser(
        "allowlist",
        help="print the list as exceptions for a firewall or a proxy",
        description="Print what the list demands as exceptions for a firewall or a proxy: reviewable, added to what is "
        "there, and with the way to take it back.",
        epilog=_EPILOG,
    )
    add_selection(parser)
    out = parser.add_argument_group("what to print")
    out.add_argument("--format", default="", metavar="DIALECT", help="see --list")
    out.add_argument("--list", action="store_true", help="print the dialects and what they can say")
    out.add_argument(
        "--diff", nargs=2, default=(), metavar=("A", "B"), help="only what list B adds to and drops from A"
    )
    out.add_argument("--source", action="append", default=[], metavar="CIDR", help="who is let out; repeatable")
    out.add_argument("--chain", default="", metavar="NAME", help="where it goes: 'inet filter output', OUTPUT, an ACL")
    out.add_argument(
        "--resolve", default="never", metavar="now|FILE|never", help="addresses for dialects without names"
    )
    out.add_argument("--output", "-o", default="", metavar="FILE", help="write there instead of to the terminal")
    out.add_argument("--force", action="store_true", help="write over a file that exists")
    parser.set_defaults(run=run)
    kinds = parser.add_subparsers(metavar="COMMAND", title="another question")
    allowlist_verify.add(kinds)


def run(args: argparse.Namespace) -> int:
    """Print or write one exception; what could not be said goes to the standard error."""
    if args.list:
        sys.stdout.write(_listed())
        return 0
    written = _written(args)
    _say(written.remarks)
    if not args.output:
        sys.stdout.write(written.text)
    else:
        from .output import write_new  # noqa: PLC0415  only here

        write_new(args.output, written.text, force=args.force)
    return 0


def _written(args: argparse.Namespace) -> Written:
    from msgspec.structs import replace  # noqa: PLC0415  not needed for --list

    from lineclear.allowlist import capability_of, context_of, difference, rules, write  # noqa: PLC0415

    from .allowing import require_any, require_format, today  # noqa: PLC0415
    from .selection import chosen_catalog  # noqa: PLC0415

    require_format(args.format)
    capability_of(args.format)
    removed: tuple[AllowRule, ...] = ()
    if args.diff:
        before, catalog = (_chosen(args, name) for name in args.diff)
        wanted, removed = difference(before, catalog)
    else:
        catalog = chosen_catalog(args)
        wanted = rules(catalog)
    require_any(wanted or removed, args.diff)
    context = context_of(catalog, date=today(), command=_command(), sources=args.source, chain=args.chain)
    snapshot = _snapshot(args, (*wanted, *removed))
    earlier = f"{before.id}:{before.edition}" if args.diff else ""
    verify = _verify(args)
    context = replace(context, snapshot=snapshot, removed=removed, earlier=earlier, verify=verify)
    return write(args.format, wanted, context)


def _chosen(args: argparse.Namespace, name: str) -> Catalog:
    """One side of a difference, narrowed as the options say; an option that fits only the other side is no mistake."""
    from argparse import Namespace  # noqa: PLC0415  the caller has it loaded

    from .selection import chosen_catalog  # noqa: PLC0415

    return chosen_catalog(Namespace(**{**vars(args), "catalog": name, "edition": ""}))


def _snapshot(args: argparse.Namespace, wanted: Sequence[AllowRule]) -> Snapshot | None:
    from lineclear.allowlist import names_to_look_up  # noqa: PLC0415

    from .allowing import snapshot_of  # noqa: PLC0415

    return snapshot_of(args.resolve, names_to_look_up(args.format, wanted))


def _command() -> str:
    import shlex  # noqa: PLC0415

    return shlex.join(["lineclear", *sys.argv[1:]])


def _verify(args: argparse.Namespace) -> str:
    """The check that tells whether the exception works: of the same rows."""
    import shlex  # noqa: PLC0415

    words = ["lineclear", "check"]
    if args.diff:
        words += ["--catalog", args.diff[1]]
    elif args.catalog != "ibkr":
        words += ["--catalog", args.catalog]
    words += ["--edition", args.edition] if args.edition and not args.diff else []
    for option in ("service", "region", "profile", "only", "skip"):
        words += [word for value in getattr(args, option) for word in (f"--{option}", value)]
    return shlex.join(words)


def _say(remarks: Sequence[Remark]) -> None:
    for one in remarks:
        sys.stderr.write(f"lineclear: {one.said(_SHOWN)}\n")


def _listed() -> str:
    from lineclear.allowlist import CAPABILITIES  # noqa: PLC0415

    width = max(map(len, CAPABILITIES))
    return "".join(f"{one.name:{width}}  {_says(one)}\n" for one in CAPABILITIES.values())


def _says(one: Any) -> str:
    needs = "" if one.names or one.is_table else "; needs addresses (--resolve)"
    return f"{one.title}{needs}"
