"""`lineclear page`: the check as a page in the browser."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from lineclear.errors import UsageError

from .arguments import add_network, add_selection

if TYPE_CHECKING:
    import argparse

    from lineclear.model import Report
    from lineclear.page.checking import Asked
    from lineclear.page.public import Served
    from lineclear.page.serving import Page

_IN_HOSTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_")
"""Characters of a host and port: what goes into a policy must not end it."""

_EPILOG = """\
examples:
  lineclear page                             checks, and shows it in the browser as it goes
  lineclear page --region europe
  lineclear page report.json                 shows a saved report or evidence; nothing is sent
  lineclear page --no-open                   prints the address and opens nothing

a help desk, where everybody sees what his own browser reaches (half of the truth, and it says so):
  lineclear page --new-password alice >> people
  lineclear page --serve 192.0.2.5:8443 --auth basic:people --name help.example --certificate c.pem --key k.pem
  lineclear page --serve 192.0.2.5:8080 --auth token --reflector 198.51.100.7

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
    served.add_argument(
        "--serve", default="", metavar="ADDRESS:PORT", help="a help desk: everybody sees what his own browser reaches"
    )
    served.add_argument("--auth", default="", metavar="HOW", help="of --serve: basic:FILE, token or token:FILE")
    served.add_argument("--name", action="append", default=[], metavar="HOST[:PORT]", help="of --serve: its name")
    served.add_argument("--certificate", default="", metavar="PEM", help="of --serve: speak HTTPS")
    served.add_argument("--key", default="", metavar="PEM", help="of --serve: the certificate's key")
    served.add_argument("--new-password", default="", metavar="NAME", help="make a line for the file of --auth basic")
    served.add_argument("--port", type=int, default=0, metavar="PORT", help="default: any free one")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve the page until it is ended."""
    from lineclear.page import wanting  # noqa: PLC0415  each command imports what it uses

    missing = wanting()
    if missing:
        raise UsageError(
            f"The page needs packages that are not installed: {', '.join(missing)}.",
            'In the folder of Lineclear: pipx install --force ".[page]", or pip install ".[page]".',
        )
    if args.new_password:
        return _new_password(args.new_password)
    from lineclear.page import serving  # noqa: PLC0415

    if args.serve:
        from lineclear.page import public  # noqa: PLC0415

        public.run(_help_desk(args), _say)
    else:
        serving.run(_page(args), _say)
    return 0


def _new_password(name: str) -> int:
    from getpass import getpass  # noqa: PLC0415

    from lineclear.page.passwords import new_line  # noqa: PLC0415

    password = getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    _say(f"{new_line(name, password)}\n")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _page(args: argparse.Namespace) -> Page:
    from lineclear.page.serving import Page  # noqa: PLC0415

    imported = _imported(args.file) if args.file else None
    return Page(asked=asked_for(args), imported=imported, name=args.file, port=args.port, opens=not args.no_open)


def _help_desk(args: argparse.Namespace) -> Served:
    from lineclear.page.public import Served  # noqa: PLC0415
    from lineclear.page.visitors import HelpDesk  # noqa: PLC0415
    from lineclear.plan import endpoint_from  # noqa: PLC0415

    from .selection import chosen_catalog  # noqa: PLC0415

    where = endpoint_from(args.serve)
    list_options = (f"--catalog {args.catalog}",) * (args.catalog != "ibkr")
    return Served(
        desk=HelpDesk(
            catalog=chosen_catalog(args),
            command=" ".join(("lineclear check", *list_options)),
            reflector=_origin_of(args.reflector),
        ),
        address=where.address,
        port=where.port,
        names=tuple(args.name),
        auth=args.auth,
        certificate=args.certificate,
        key=args.key,
    )


def _origin_of(reflector: str) -> str:
    """A reflector as a browser asks it: an origin as given, or the plain web port of a host."""
    if not reflector:
        return ""
    given = reflector if "://" in reflector else f"http://{f'[{reflector}]' if ':' in reflector else reflector}"
    scheme, _, host = given.partition("://")
    if scheme not in ("http", "https") or not host or not set(host) <= _IN_HOSTS:
        raise UsageError(f"--reflector {reflector!r} is no address and no http://HOST[:PORT].", "Write its address.")
    return given


def asked_for(args: argparse.Namespace) -> Asked:
    """What the options ask a check of."""
    from lineclear.check import Trust  # noqa: PLC0415
    from lineclear.page.checking import Asked  # noqa: PLC0415

    from .selection import chosen_catalog, chosen_options  # noqa: PLC0415

    return Asked(
        catalog=chosen_catalog(args),
        options=chosen_options(args),
        trust=Trust(store=args.trust_store, public_roots=args.public_roots),
        jts=args.jts,
    )


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
