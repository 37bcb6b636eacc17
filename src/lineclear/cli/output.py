"""Where a report goes, in which form, and with which exit code."""

from __future__ import annotations

import os
import sys

from lineclear.errors import UsageError

TYPE_CHECKING = False  # `typing` takes 3 ms, and the first questions leave before it
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from lineclear.model import Report

FORMS = ("text", "json", "html", "markdown", "junit", "nagios", "csv")
COLORS = ("auto", "always", "never")
LANGS = ("en", "de", "zh-Hans", "ja")
_WIDTH = 80
_SPOKEN = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where POSIX says what language messages are in, the first that is set."""


def form(name: str) -> Callable[..., str]:
    """The function that renders a format, loaded."""
    from lineclear.render import load  # noqa: PLC0415  not needed until there is a report

    return load(name)


def refuse_lost_words(args: argparse.Namespace) -> None:
    """Before anything is measured: a language for a form that has only one.

    Raises:
        UsageError: it is so.
    """
    if args.lang and args.format != "html":
        raise UsageError(f"--format {args.format} speaks English only.", "--lang goes with --format html.")


def write_report(report: Report, args: argparse.Namespace) -> None:
    """Print a report, or write it to the file the options name. Ctrl-C has nothing to end until it is written."""
    import signal  # noqa: PLC0415

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        text = _rendered(report, args)
    finally:
        signal.signal(signal.SIGINT, before)
    if args.output:
        write_file(args.output, text.encode())
    elif args.format == "html":
        sys.stdout.buffer.write(text.encode())  # it says of itself that it is UTF-8, whatever the terminal is
    else:
        sys.stdout.write(text)


def _rendered(report: Report, args: argparse.Namespace) -> str:
    from lineclear.render import FORMATS  # noqa: PLC0415  not needed until there is a report

    if args.redact:
        from lineclear.redact import redact  # noqa: PLC0415

        report = redact(report)
    return FORMATS[args.format](report, **_looks(args))


def _looks(args: argparse.Namespace) -> dict[str, object]:
    """How wide, whether coloured, and whether symbols can be shown; of HTML the language; other forms have no looks."""
    if args.format == "html":
        return {"language": _language(args.lang)}
    if args.format != "text":
        return {}
    from .live import screen_of  # noqa: PLC0415

    screen = screen_of(sys.stdout, args.color)
    if args.output:
        return {"width": _WIDTH, "verbose": args.verbose}
    return {"width": screen.width, "color": screen.color, "ascii": screen.ascii, "verbose": args.verbose}


def _language(choice: str) -> str:
    """The language that was chosen, else the one this session speaks."""
    from lineclear.locale import wanted  # noqa: PLC0415

    spoken = next(filter(None, (os.environ.get(one) for one in _SPOKEN)), "")
    return wanted(choice or spoken)


def exit_code(report: Report, form: str) -> int:
    """The exit code of a report printed in a form; 130 when the user ended the run."""
    from lineclear.render import EXIT, EXIT_INTERRUPTED, NAGIOS_EXIT  # noqa: PLC0415

    if form == "nagios":
        return NAGIOS_EXIT[report.diagnosis.verdict]
    if report.evidence.interrupted_by == "user":
        return EXIT_INTERRUPTED
    return EXIT[report.diagnosis.verdict]


def write_file(path: str, data: bytes) -> None:
    """Write a file.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        with open(path, "wb") as file:  # noqa: PTH123  pathlib costs 4 ms of every start
            file.write(data)
    except OSError as problem:
        raise UsageError(f"{path} cannot be written: {problem.strerror}.", "Give another --output or --save.") from None


def write_new(path: str, text: str, *, force: bool) -> None:
    """Write a file; one that exists only by force.

    Raises:
        UsageError: it exists, or cannot be written.
    """
    if force:
        write_file(path, text.encode())
        return
    try:
        with open(path, "xb") as file:  # noqa: PTH123
            file.write(text.encode())
    except FileExistsError:
        raise UsageError(f"{path} exists.", "Give --force to write over it, or another --output.") from None
    except OSError as problem:
        raise UsageError(f"{path} cannot be written: {problem.strerror}.", "Give another --output.") from None


def read_file(path: str) -> bytes:
    """Read a file; `-` is standard input.

    Raises:
        UsageError: it cannot be read.
    """
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}.", "Check the path.") from None
