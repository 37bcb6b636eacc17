"""`lineclear man`: the manual page, made from the parser itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from lineclear import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from .grammar import Command, Option


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `man` to the parser."""
    parser = commands.add_parser(
        "man",
        help="print the manual page",
        description="Print the manual page, for man(1).",
        epilog="examples:\n  lineclear man > ~/.local/share/man/man1/lineclear.1\n  lineclear man | man -l -\n",
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Print the page."""
    from .grammar import grammar  # noqa: PLC0415  each command imports what it uses

    sys.stdout.writelines(f"{line}\n" for line in page(grammar()))
    return 0


def page(root: Command) -> Iterator[str]:
    """The manual page in man(7) macros."""
    yield f'.TH LINECLEAR 1 "" "lineclear {__version__}" "User Commands"'
    yield ".SH NAME"
    yield "lineclear \\- tell whether this network lets an application reach what its vendor's list demands"
    yield ".SH SYNOPSIS"
    yield ".B lineclear\n.I COMMAND\n[\\fIoptions\\fR]"
    yield ".SH DESCRIPTION"
    yield _safe(root.description)
    for command in root.commands:
        yield from _section(command)
    yield ".SH EXIT STATUS"
    yield "0 success, 1 failure, 2 usage or configuration, 3 inconclusive, 4 degraded, 130 interrupted."
    yield ".SH ENVIRONMENT"
    yield "NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM: whether colour is used. http_proxy, https_proxy, all_proxy, "
    yield "no_proxy: proxies that are looked at, and never used for a verdict."


def _section(command: Command) -> Iterator[str]:
    yield f".SH LINECLEAR {command.name.upper()}"
    yield _safe(command.description)
    for option in command.options:
        yield from _entry(option)
    for below in command.commands:
        yield f".TP\n.B {command.name} {below.name}\n{_safe(below.help)}"
    if command.epilog:
        yield f".PP\n.nf\n{_safe(command.epilog.rstrip())}\n.fi"


def _entry(option: Option) -> Iterator[str]:
    names = ", ".join(f"\\fB{_safe(name)}\\fR" for name in option.names)
    yield f".TP\n{names} \\fI{_safe(option.metavar)}\\fR".rstrip()
    yield _safe(option.help + (f" ({', '.join(option.choices)})" if option.choices else "")) or "\\&"


def _safe(text: str) -> str:
    """Text that troff takes as text: hyphens as typed, no macro at the start of a line."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in escaped.split("\n"))
