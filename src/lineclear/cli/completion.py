"""`lineclear completion`: the completion script of your shell, made from the parser itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

_SHELLS = ("bash", "zsh", "fish")
_EPILOG = """\
examples:
  lineclear completion bash > ~/.local/share/bash-completion/completions/lineclear
  lineclear completion zsh > ~/.zfunc/_lineclear
  lineclear completion fish > ~/.config/fish/completions/lineclear.fish
"""


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `completion` to the parser."""
    parser = commands.add_parser(
        "completion",
        help="print the completion script of your shell",
        description="Print a completion script for the lineclear command.",
        epilog=_EPILOG,
    )
    parser.add_argument("shell", choices=_SHELLS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    from .completions import SCRIPTS  # noqa: PLC0415  each command imports what it uses
    from .grammar import grammar  # noqa: PLC0415

    sys.stdout.write(SCRIPTS[args.shell](grammar()))
    return 0
