"""The command line: which words there are, and the two edges where errors become sentences.

One module a command, with `add(commands)` and `run(args) -> exit code`, and no logic. Only the module of the command
that was asked for is imported: the command line answers at once. A command may also `begin(words)`: what can be under
way before anything slow is loaded, the parser included. What that returns is `args.head_start`, and is told to `go_on`
between the slow imports. `args.since` is the moment from which a deadline counts.
"""

from __future__ import annotations

import sys
from importlib import import_module
from time import monotonic

from lineclear import __version__
from lineclear.errors import UsageError

TYPE_CHECKING = False  # `typing` itself takes 6 ms, which `--version` need not pay
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import NoReturn

    from lineclear.probe.headstart import HeadStart

COMMANDS = {
    "check": "test everything the list demands, and say what is wrong",
    "plan": "print what a check would contact, and contact nothing",
    "diagnose": "judge saved evidence again",
    "explain": "what a code of a report means, and what to change",
    "redact": "make a saved report or evidence file fit to be shared",
    "catalog": "show, check and compare lists of hosts and ports",
    "allowlist": "print the list as exceptions for a firewall or a proxy",
    "reflect": "be the far end: tell checks what arrives of them outside",
    "page": "the check as a page in the browser",
    "simulate": "run a simulated edge of the vendor on this machine, faults included",
    "lab": "rehearse a fault in a simulated internet, beside other tools",
    "completion": "print the completion script of your shell",
    "man": "print the manual page",
}
_PIECES = (
    "uuid",
    "decimal",
    "msgspec",
    "lineclear.model",
    "lineclear.plan",
    "lineclear.probe.gather",
    "lineclear.check",
)
"""What a check is going to import anyway, in pieces of some 5 ms. The first two are msgspec's, with which all begin."""
_LASTING = ("lab", "page", "reflect", "simulate")
"""Commands that stay, and so need the collector that the command began without."""
USAGE = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        sys.stdout.write(f"lineclear {__version__}\n")
        return 0
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


def _run(words: Sequence[str]) -> int:
    since = monotonic()
    name = next((word for word in words if not word.startswith("-")), "")
    modules = {one: import_module(f"lineclear.cli.{one}") for one in ((name,) if name in COMMANDS else COMMANDS)}
    begin = getattr(modules.get(name), "begin", None)
    head_start: HeadStart | None = begin(words) if begin else None
    from .parser import build  # noqa: PLC0415  argparse costs 7 ms that `--version` need not pay

    args = build(modules).parse_args(words)
    args.since, args.head_start = since, head_start
    if name in _LASTING:
        import gc  # noqa: PLC0415

        gc.enable()
    _import_needed(_PIECES if name == "check" else _PIECES[:3], head_start)
    _hear_interrupts()
    code: int = args.run(args)
    sys.stdout.flush()
    return code


def _import_needed(pieces: Sequence[str], head_start: HeadStart | None) -> None:
    """Load what a command cannot do without, looking between the pieces at what came for one that has begun.

    Without `typing_extensions`, which takes 7 ms and serves nothing of ours: msgspec uses it where it is installed and
    does without it where it is not. None in `sys.modules` says it is not.
    """
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    hides = "typing_extensions" not in modules
    if hides:
        modules["typing_extensions"] = None
    for piece in pieces:
        if head_start is not None:
            head_start.go_on()
        import_module(piece)
    if hides:
        del modules["typing_extensions"]


def _hear_interrupts() -> None:
    """Let Ctrl-C raise, as Python does; until now it just ended the process (`lineclear.command`)."""
    import signal  # noqa: PLC0415  loaded by now

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def run_and_leave() -> NoReturn:
    """The `lineclear` command: as `main`, and then gone, without the interpreter's farewell.

    A look-up of the system that never came back would hold it up, and tearing down modules costs 5 ms.
    """
    import os  # noqa: PLC0415  for the last call only

    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _silence_stdout() -> None:
    """The reader of the pipe has gone; keep the interpreter from saying so at exit."""
    import os  # noqa: PLC0415  only when a pipe breaks

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
