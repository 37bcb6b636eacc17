"""An edge for as long as somebody wants it: until a signal, a time, the end of a command, or of who started it."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TextIO

from msgspec import Struct

from lineclear.catalog import load
from lineclear.model import Catalog, UsageError
from lineclear.probe import descriptors

from .edge import Running, edge
from .faults import FAULTS, Fault, find

PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")
LOOK_S = 0.2
"""How often the end of the parent or of the command is looked for."""
GRACE_S = 5.0
"""How long a command may take to end once it was asked to."""
_FEWEST_DESCRIPTORS = 256
"""Every place of a long list listens, and holds who connects."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What `lineclear simulate` was asked for."""

    catalog: str = "ibkr"
    """As on the command line: a name, a name and an edition, or a file."""
    faults: tuple[str, ...] = ()
    reflector: bool = False
    options_file: str = ""
    seconds: float | None = None
    one_address: bool | None = None
    command: tuple[str, ...] = ()


class Stop:
    """Asked to end: by which signal, or by nobody yet."""

    def __init__(self) -> None:
        self.signal = 0
        self._asked = threading.Event()

    def ask(self, number: int, _frame: FrameType | None = None) -> None:
        """A signal handler."""
        self.signal = number
        self._asked.set()

    def wait(self, seconds: float) -> bool:
        """Wait; True as soon as somebody asked."""
        return self._asked.wait(seconds)

    @property
    def code(self) -> int:
        """The exit code a shell expects after the signal; 0 if there was none."""
        return 128 + self.signal if self.signal else 0


def run(wanted: Wanted, out: TextIO, messages: TextIO) -> int:
    """Start the edge, print the options that lead to it or run a command against it, and clean up.

    Returns:
        The command's exit code; without one 0 after `seconds`, 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP.

    Raises:
        UsageError: the catalog, a fault or the options file is not usable, a reflector is wanted beside a fault,
            or this process may open too few files.
    """
    if wanted.reflector and wanted.faults:
        raise UsageError(
            "--reflector and --fault exclude each other: no fault stands in the way to the reflector.",
            "Leave one of them out; `lineclear lab` has networks with both.",
        )
    descriptors.demand("A simulation", _FEWEST_DESCRIPTORS)
    catalog = load(wanted.catalog)
    ends = _ends(wanted.seconds)
    with (
        _signals() as stop,
        edge(wanted.faults, catalog=catalog, one_address=wanted.one_address) as running,
        _beside(catalog, running, asked=wanted.reflector) as beside,
        _written(wanted.options_file, lines := options(wanted.catalog, running, beside)),
    ):
        messages.write(describe(catalog, wanted.faults))
        if wanted.command:
            messages.flush()
            return run_command(wanted.command, lines, environment(running), ends, stop)
        _print_options(wanted, running, lines, out, messages)
        return _wait(ends, stop)


def options(catalog: str, running: Running, beside: Sequence[str] = ()) -> tuple[str, ...]:
    """What `check` and `plan` need to be pointed at the edge, one argument each; what leads `beside` it comes first."""
    return (f"--catalog={catalog}", *beside, *running.options)


def environment(running: Running) -> dict[str, str]:
    """This process's environment, with the edge's proxy in the place of any real one: nothing leaves loopback."""
    own = {name: value for name, value in os.environ.items() if name.lower() not in PROXY_VARIABLES}
    return own | running.environment


def describe(catalog: Catalog, faults: Sequence[str]) -> str:
    """One line on what stands here, and one for each fault."""
    hosts = len({one.host for one in catalog.requirements if one.testable})
    lines = [f"{catalog.title} ({catalog.edition}): {_count(hosts, 'host')} on loopback, {_state(faults)}."]
    return "\n".join((*lines, *(f"  {one.name}: {one.does}" for one in find(faults)), ""))


def list_faults() -> str:
    """Every fault, what it does and the verdict a check must give."""
    width = max(len(one.name) for one in FAULTS)
    return "".join(f"{one.name:<{width}}  {one.verdict.value:<12}  {one.does}{_only(one)}\n" for one in FAULTS)


def run_command(
    command: Sequence[str],
    options: Sequence[str],
    environment: Mapping[str, str],
    ends: Callable[[], bool] = lambda: False,
    stop: Stop | None = None,
) -> int:
    """Run `lineclear COMMAND OPTIONS ARGS` as a child and return its exit code. It is ended with us."""
    name, *arguments = command
    words = [sys.executable, "-m", "lineclear", name, *options, *arguments]
    with subprocess.Popen(words, env=dict(environment)) as child:  # noqa: S603  (our own program)
        try:
            return _watch(child, ends, stop or Stop())
        finally:
            _end(child)


def _watch(child: subprocess.Popen[bytes], ends: Callable[[], bool], stop: Stop) -> int:
    while child.poll() is None and not ends():
        if stop.wait(LOOK_S):
            break
    if stop.signal == signal.SIGINT:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_S)  # the terminal has told it too
    _end(child)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait(ends: Callable[[], bool], stop: Stop) -> int:
    while not ends() and not stop.wait(LOOK_S):
        pass
    return stop.code


def _ends(seconds: float | None) -> Callable[[], bool]:
    """Whether the time is over, or who started us is gone."""
    parent = os.getppid()
    deadline = None if seconds is None else time.monotonic() + seconds
    return lambda: os.getppid() != parent or (deadline is not None and time.monotonic() >= deadline)


@contextlib.contextmanager
def _signals() -> Iterator[Stop]:
    stop = Stop()
    numbers = [signal.SIGINT, signal.SIGTERM]
    hangup = getattr(signal, "SIGHUP", None)  # a closed terminal; Windows has none, and nohup asks to ignore it
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        numbers.append(hangup)
    before = {number: signal.signal(number, stop.ask) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _beside(catalog: Catalog, running: Running, *, asked: bool) -> Iterator[tuple[str, ...]]:
    """A reflector, if one was asked for; the options that lead to it."""
    if not asked:
        yield ()
        return
    from .outside import outside  # noqa: PLC0415  only where one is asked for

    with outside(catalog, single=running.places.one_address) as leading:
        yield leading


@contextlib.contextmanager
def _written(name: str, lines: Sequence[str]) -> Iterator[None]:
    """The options in a file, whole from the moment it is there, for as long as the edge stands."""
    if not name:
        yield
        return
    path, growing = Path(name), Path(f"{name}.part")
    try:
        growing.write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
        growing.replace(path)
    except OSError as problem:
        raise UsageError(f"{name} cannot be written: {problem.strerror}.", "Name a file you may write.") from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _print_options(wanted: Wanted, running: Running, lines: Sequence[str], out: TextIO, messages: TextIO) -> None:
    """Options to standard output, one a line; what a person needs to know beside them."""
    proxies = running.environment.items()
    messages.writelines(
        f"Set in the environment of the check: {name}={shlex.quote(value)}\n" for name, value in proxies
    )
    pointed = f"@{wanted.options_file}" if wanted.options_file else "with these options"
    messages.write(f"In another terminal: lineclear check {pointed}. Ctrl-C ends the edge.\n")
    messages.flush()
    out.write("".join(f"{one}\n" for one in lines))
    out.flush()


def _only(fault: Fault) -> str:
    """Where alone a fault can be had."""
    limits = ("Linux only",) * fault.linux_only + (f"--catalog {fault.catalog}",) * (fault.catalog != "ibkr")
    return f" ({', '.join(limits)})" if limits else ""


def _state(faults: Sequence[str]) -> str:
    return f"with {_count(len(faults), 'fault')}" if faults else "healthy"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
