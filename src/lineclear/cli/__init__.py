"""The command line: which words there are, and the two edges where errors become sentences.

One module a command, with `add(commands)` and `run(args) -> exit code`, and no logic. Only the module of the command
that was asked for is imported: the command line answers at once.
"""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from lineclear import __version__

COMMANDS = {
    "check": "test everything the list demands, and say what is wrong",
    "plan": "print what a check would contact, and contact nothing",
    "diagnose": "judge saved evidence again",
    "explain": "what a code of a report means, and what to change",
    "redact": "make a saved report or evidence file fit to be shared",
    "catalog": "show, check and compare lists of hosts and ports",
    "simulate": "run a simulated edge of the vendor on this machine, faults included",
    "completion": "print the completion script of your shell",
    "man": "print the manual page",
}
USAGE = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        sys.stdout.write(f"lineclear {__version__}\n")
        return 0
    _start_lightly()
    from lineclear.model.errors import UsageError  # noqa: PLC0415  `--version` need not load the model

    try:
        return _run(words)
    except UsageError as problem:
        sys.stderr.write(f"lineclear: {problem}\n")
        return USAGE
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return 0


def _start_lightly() -> None:
    """Save 10 ms of every start: no collector for a short process, and no `typing_extensions`, which we do not use.

    msgspec imports it where it is installed and does without it where it is not. None in `sys.modules` says it is not.
    """
    gc.disable()
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    if "typing_extensions" not in modules:
        modules["typing_extensions"] = None
        import msgspec  # noqa: F401, PLC0415  under the block

        del modules["typing_extensions"]


def _run(words: Sequence[str]) -> int:
    from .parser import build  # noqa: PLC0415  argparse costs 7 ms that `--version` need not pay

    name = next((word for word in words if not word.startswith("-")), "")
    chosen = (name,) if name in COMMANDS else tuple(COMMANDS)
    parser = build({one: import_module(f"lineclear.cli.{one}") for one in chosen})
    args = parser.parse_args(words)
    code: int = args.run(args)
    sys.stdout.flush()
    return code


def _silence_stdout() -> None:
    """The reader of the pipe has gone; keep the interpreter from saying so at exit."""
    import os  # noqa: PLC0415  only when a pipe breaks

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
