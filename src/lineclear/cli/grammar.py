"""The command line as a value, read from the parser: what completion scripts and the manual page are made of."""

from __future__ import annotations

import argparse
from importlib import import_module

from msgspec import Struct


class Option(Struct, frozen=True, kw_only=True):
    """One option or argument. `names` is empty for an argument."""

    names: tuple[str, ...]
    metavar: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()


class Command(Struct, frozen=True, kw_only=True):
    """One command, with the commands below it."""

    name: str
    help: str
    description: str = ""
    epilog: str = ""
    options: tuple[Option, ...] = ()
    commands: tuple[Command, ...] = ()


def grammar() -> Command:
    """The whole command line."""
    from . import COMMANDS  # noqa: PLC0415  this module is one of them
    from .parser import build  # noqa: PLC0415

    parser = build({name: import_module(f"lineclear.cli.{name}") for name in COMMANDS})
    return _command(parser, "lineclear", "")


def _command(parser: argparse.ArgumentParser, name: str, text: str) -> Command:
    actions = parser._actions  # noqa: SLF001  argparse has no public way to read a parser
    return Command(
        name=name,
        help=text,
        description=parser.description or text,
        epilog=parser.epilog or "",
        options=tuple(_option(one) for one in actions if not isinstance(one, argparse._SubParsersAction)),  # noqa: SLF001
        commands=tuple(
            _command(below, word, helps.get(word, ""))
            for one in actions
            if isinstance(one, argparse._SubParsersAction)  # noqa: SLF001
            for helps in [{each.dest: each.help or "" for each in one._choices_actions}]  # noqa: SLF001
            for word, below in one.choices.items()
        ),
    )


def _option(action: argparse.Action) -> Option:
    takes = action.nargs != 0
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return Option(
        names=tuple(action.option_strings),
        metavar=metavar if takes else "",
        help=(action.help or "").replace("%%", "%"),
        choices=tuple(map(str, action.choices or ())),
    )
