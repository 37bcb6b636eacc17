"""The parser of the command line: examples first, errors as one sentence with the fix."""

import argparse
import os
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NoReturn

from lineclear import __version__
from lineclear.errors import UsageError

_EXAMPLES = """\
examples:
  lineclear check                               test Interactive Brokers' list from here
  lineclear check --region europe               only what TWS Europe needs
  lineclear check --format markdown             a text for a firewall ticket
  lineclear check --catalog local               the API ports of TWS on this machine
  lineclear plan                                what a check would contact
  lineclear simulate --fault accept-silent -- check    see a lying "open" port told apart
"""


def _width() -> int:
    """Columns of the terminal, less two; 78 where there is none."""
    try:
        return max(os.get_terminal_size().columns - 2, 30)
    except (OSError, ValueError):
        return 78


_WIDTH = _width()


class HelpText(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal. argparse makes one of these for every option, and each would ask `shutil`."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_WIDTH)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are `UsageError`s with the nearest right word."""

    def error(self, message: str) -> NoReturn:
        """Turn argparse's message into a problem and a fix.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", self._fix(message))

    def _read_args_from_files(self, arg_strings: list[str]) -> list[str]:
        """The words, with those of each `@FILE` in its place."""
        try:
            found: list[str] = super()._read_args_from_files(arg_strings)
        except UnicodeDecodeError as problem:
            raise UsageError("A file of options named with @ is not text.", "Write one option a line.") from problem
        return found

    def _fix(self, message: str) -> str:
        from difflib import get_close_matches  # noqa: PLC0415  only when something is wrong

        known = [word for action in self._actions for word in action.option_strings]
        unknown = message.split() if message.startswith("unrecognized") else []  # else the option named is a right one
        wrong = [word for word in unknown if word.startswith("-")]
        near = get_close_matches(wrong[0].partition("=")[0], known, n=1) if wrong else []
        return f"Did you mean {near[0]}?" if near else f"See: {self.prog} --help"


class CommandParser(Parser):
    """A command's parser: examples as written, options from files, no guessing at shortened options."""

    def __init__(self, **options: Any) -> None:
        usual = {
            "formatter_class": HelpText,
            "fromfile_prefix_chars": "@",
            "allow_abbrev": False,
        }
        super().__init__(**{**usual, **options})

    def parse_known_args(  # type: ignore[override]  # argparse overloads it
        self, args: Any = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, and let no word pass that is not known here, for here the nearest right one is known."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return found, left


def build(modules: Mapping[str, ModuleType]) -> Parser:
    """The parser with the commands of `modules`, in their order."""
    parser = Parser(
        prog="lineclear",
        description="Does this network let an application reach everything its vendor's list of hosts and ports "
        "demands? If not: why, and what to change.",
        epilog=_EXAMPLES,
        formatter_class=HelpText,
        fromfile_prefix_chars="@",
    )
    parser.add_argument("-V", "--version", action="version", version=f"lineclear {__version__}")
    commands = parser.add_subparsers(
        title="commands", prog="lineclear", metavar="COMMAND", required=True, parser_class=CommandParser
    )
    for module in modules.values():
        module.add(commands)
    return parser
