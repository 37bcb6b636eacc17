"""`lineclear catalog`: the lists themselves, without testing anything."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

_EPILOG = """\
examples:
  lineclear catalog show                          the IBKR list of January 2022
  lineclear catalog show --format html > list.html
  lineclear catalog show local                    the ports of the API on this machine
  lineclear catalog lint my-vendor.toml
  lineclear catalog diff ibkr:2022-01 ibkr:observed

A CATALOG is a name (ibkr), a name and an edition (ibkr:2022-01) or the path of a TOML file.
lint ends with 0 when it has nothing worse than a hint to say, with 1 when it has an error or a warning.
"""

FORMS = ("table", "json", "csv", "markdown", "html")
DIFF_FORMS = ("text", "json")


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `catalog` and its own commands to the parser."""
    from argparse import RawDescriptionHelpFormatter  # noqa: PLC0415  the caller has it loaded

    parser = commands.add_parser(
        "catalog",
        help="show, check and compare lists of hosts and ports",
        description="Show, check and compare lists of hosts and ports.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    kinds = parser.add_subparsers(metavar="COMMAND", required=True)
    kinds.add_parser("list", help="the built-in lists and their editions").set_defaults(run=_list)
    show = kinds.add_parser("show", help="one list, in a form of your choice")
    show.add_argument("catalog", nargs="?", default="ibkr", metavar="CATALOG", help="default: ibkr")
    show.add_argument("--format", choices=FORMS, default="table")
    show.set_defaults(run=_show)
    observed = kinds.add_parser("observed", help="names met in the field since the published list")
    observed.add_argument("--format", choices=FORMS, default="table")
    observed.set_defaults(run=_show, catalog="ibkr:observed")
    lint = kinds.add_parser("lint", help="what is wrong or doubtful in a file")
    lint.add_argument("file", metavar="FILE", help="a TOML file, or a built-in CATALOG")
    lint.add_argument("--format", choices=DIFF_FORMS, default="text")
    lint.set_defaults(run=_lint)
    diff = kinds.add_parser("diff", help="what changed from one list to another")
    diff.add_argument("before", metavar="A")
    diff.add_argument("after", metavar="B")
    diff.add_argument("--format", choices=DIFF_FORMS, default="text")
    diff.set_defaults(run=_diff)
    kinds.add_parser("schema", help="the JSON Schema of a catalog file").set_defaults(run=_schema)


def _list(_: argparse.Namespace) -> int:
    from lineclear import catalog  # noqa: PLC0415  each command imports what it uses, and no more

    _write(catalog.list_text())
    return 0


def _show(args: argparse.Namespace) -> int:
    from lineclear import catalog  # noqa: PLC0415

    _write(catalog.show(catalog.load(args.catalog), args.format, _width()), to_read=args.format == "table")
    return 0


def _lint(args: argparse.Namespace) -> int:
    from lineclear import catalog  # noqa: PLC0415

    name, text = catalog.toml_of(args.file)
    remarks = catalog.lint(text, name)
    _write(catalog.LINT_FORMATS[args.format](remarks, name), to_read=args.format == "text")
    return 1 if catalog.needs_work(remarks) else 0


def _diff(args: argparse.Namespace) -> int:
    from lineclear import catalog  # noqa: PLC0415

    difference = catalog.diff(catalog.load(args.before), catalog.load(args.after))
    _write(catalog.DIFF_FORMATS[args.format](difference), to_read=args.format == "text")
    return 0


def _schema(_: argparse.Namespace) -> int:
    from lineclear import catalog  # noqa: PLC0415

    _write(catalog.schema(), to_read=False)
    return 0


def _write(text: str, *, to_read: bool = True) -> None:
    """Print for a reader in whatever his terminal can show, or for a file in UTF-8, which is what HTML and JSON say."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if to_read else "utf-8", errors="replace" if to_read else "strict")
    sys.stdout.write(text)


def _width() -> int:
    """Columns of the terminal; 0 on a pipe, where lines may be long."""
    if not sys.stdout.isatty():
        return 0
    from shutil import get_terminal_size  # noqa: PLC0415  a pipe has no width

    return get_terminal_size().columns
