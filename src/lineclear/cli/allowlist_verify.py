"""`lineclear allowlist verify`: what an existing firewall or proxy does to the list, read from a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .arguments import add_selection

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from lineclear.allowlist import AllowRule, Snapshot
    from lineclear.allowlist.verify import Question

_EPILOG = """\
examples:
  nft -j list ruleset | lineclear allowlist verify --format nftables --resolve now -
  (ipset save; iptables-save; ip6tables-save) > rules; lineclear allowlist verify --format iptables --resolve now rules
  lineclear allowlist verify --format squid /etc/squid/squid.conf
  lineclear allowlist verify --format nftables --source 10.20.0.0/16 --out wan0 --resolve hosts.json ruleset.json

Packet filters know addresses: --resolve now asks this machine's resolver, --resolve FILE reads addresses from a file.
Without --source it is what the machine itself sends that is asked about; with it, what passes through from there.
What cannot be foreseen from a file (marks, rates, sets that change) gives "cannot tell", never "permitted".
Exit codes: 0 all permitted, 1 something blocked, 3 cannot tell, 2 usage.
"""
FORMS = ("text", "json")


def add(kinds: argparse._SubParsersAction[Any]) -> None:
    """Adds `verify` to the commands of `allowlist`."""
    parser = kinds.add_parser(
        "verify",
        help="what an existing firewall or proxy permits, blocks, and opens beyond need",
        description="Say which requirements an existing configuration permits, which it blocks and by which line, and "
        "what it opens beyond need. Nothing is contacted but the resolver, and that only if asked to.",
        epilog=_EPILOG,
    )
    parser.add_argument("file", metavar="FILE", help="the configuration; - is standard input")
    add_selection(parser)
    how = parser.add_argument_group("how to read it")
    how.add_argument("--format", default="", metavar="FORMAT", help="nftables, iptables, squid")
    how.add_argument("--source", action="append", default=[], metavar="CIDR", help="who is let out; repeatable")
    how.add_argument("--in", dest="into", default=None, metavar="NAME", help="the interface clients are behind")
    how.add_argument("--out", default=None, metavar="NAME", help="the interface that leads out")
    how.add_argument("--resolve", default="never", metavar="now|FILE|never", help="addresses of the names")
    out = parser.add_argument_group("what to print")
    out.add_argument("--form", choices=FORMS, default="text", help="default: text")
    out.add_argument("--output", "-o", default="", metavar="FILE", help="write there instead of to the terminal")
    out.add_argument("--force", action="store_true", help="write over a file that exists")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the verification; its ruling is the exit code."""
    from lineclear.allowlist import context_of, rules  # noqa: PLC0415  after the arguments are known to be right
    from lineclear.allowlist.verify import EXIT, FORMS, format_of, verify  # noqa: PLC0415

    from .allowing import require_any, require_format, today  # noqa: PLC0415
    from .output import read_file, write_new  # noqa: PLC0415
    from .selection import chosen_catalog  # noqa: PLC0415

    require_format(args.format)
    format_ = format_of(args.format)
    catalog = chosen_catalog(args)
    wanted = rules(catalog)
    require_any(wanted)
    context = context_of(catalog, date=today(), command="", sources=args.source)
    text = read_file(args.file).decode(errors="replace")
    found = verify(
        (text, "standard input" if args.file == "-" else args.file),
        format_,
        wanted,
        catalog=context.reference,
        question=_question(args, context.sources),
        snapshot=_snapshot(args, wanted),
        remarks=context.remarks,
    )
    printed = FORMS[args.form](found)
    if args.output:
        write_new(args.output, printed, force=args.force)
    else:
        sys.stdout.write(printed)
    return EXIT[found.ruling]


def _question(args: argparse.Namespace, sources: Sequence[str]) -> Question:
    from lineclear.allowlist.verify import Question  # noqa: PLC0415
    from lineclear.allowlist.verify.spans import block  # noqa: PLC0415

    return Question(
        hook="forward" if sources else "output",
        sources=tuple(map(block, sources)),
        into=args.into,
        out=args.out,
    )


def _snapshot(args: argparse.Namespace, wanted: Sequence[AllowRule]) -> Snapshot | None:
    from lineclear.model import Kind  # noqa: PLC0415

    from .allowing import snapshot_of  # noqa: PLC0415

    return snapshot_of(args.resolve, tuple(dict.fromkeys(one.host for one in wanted if one.kind is Kind.HOST)))
