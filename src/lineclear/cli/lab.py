"""`lineclear lab`: a fault rehearsed in a simulated internet on this machine, and what other tools make of it.

The laboratory is a program of its own, beside this package and never imported by it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_EPILOG = """\
examples:
  lineclear lab                                 the networks there are, by family
  lineclear lab gateways-opened-untrusted       TLS inspection on 4001: the truth, telnet, nmap and Lineclear
  lineclear lab drop-office reset-office        two, one after the other
  lineclear lab --shell portal-all-ports        look around on its desktop; exit ends it

Needs root on Linux: it makes network namespaces, and nothing leaves them or outlives the command.
"""


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `lab` to the parser."""
    parser = commands.add_parser(
        "lab",
        help="rehearse a fault in a simulated internet: the truth, telnet, nmap and Lineclear",
        description="Build a network with a fault, with real routers and middleboxes, and show who sees what of it.",
        epilog=_EPILOG,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="networks to rehearse; none: a list of them")
    parser.add_argument("--family", default="", help="list only this family")
    parser.add_argument("--shell", action="store_true", help="build the one network named and give a shell there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Hands the words to the laboratory; the exit code is its own."""
    import os  # noqa: PLC0415  for this command alone
    import subprocess  # noqa: PLC0415

    home = _home()
    sources = (str(home), str(home / "src"), os.environ.get("PYTHONPATH", ""))
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sources))}
    sys.stdout.flush()
    command = [sys.executable, "-m", "lab", *_words(args)]
    return subprocess.run(command, env=environ, check=False).returncode  # noqa: S603  our own program


def _words(args: argparse.Namespace) -> list[str]:
    from lineclear.errors import UsageError  # noqa: PLC0415  argparse is loaded by then

    if args.shell and len(args.names) != 1:
        raise UsageError("A shell stands in one network.", "Name one: lineclear lab --shell drop-office")
    if args.shell:
        return ["--shell", "--scenario", args.names[0]]
    if args.names:
        return [word for name in args.names for word in ("--rehearse", name)]
    return ["--list", *(["--family", args.family] if args.family else [])]


def _home() -> Path:
    """Where the laboratory is: beside the sources in a checkout, in a folder of its own where it was installed.

    Raises:
        UsageError: this installation came without it.
    """
    from pathlib import Path  # noqa: PLC0415  4 ms

    import lineclear  # noqa: PLC0415
    from lineclear.errors import UsageError  # noqa: PLC0415

    package = Path(lineclear.__file__).parent
    for home in (package.parent / "lineclear_lab", package.parents[1]):
        if (home / "lab" / "__main__.py").is_file():
            return home
    raise UsageError("This installation came without the laboratory.", "Install the wheel, or run it from a clone.")
