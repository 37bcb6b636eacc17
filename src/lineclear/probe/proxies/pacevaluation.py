"""Proxy auto-configuration (PAC): the verb that asks the script where a browser would send each target.

The script runs in a process of its own (`pacsandbox.py`) with limits of memory and time: whatever it does there, what
comes back is a value. Names it asks for are looked up by us, between two evaluations, so that process has no network.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

from msgspec import Struct, ValidationError, convert
from msgspec.json import encode

from lineclear.model import AutoConfig, Failure, PacAnswer, PacEvaluation, Raw, Target
from lineclear.plan.pac import STRANGER, STRANGER_ADDRESS, askable, url_of
from lineclear.probe.errors import escape
from lineclear.probe.run import Run

if TYPE_CHECKING:
    from subprocess import Popen

MISSING = "pacparser is not installed (pip install 'lineclear[pac]')"
_PATIENCE_S = 5.0
"""For one evaluation of the whole list; a script of the usual kind takes a tenth of a second, most of it start-up."""
_GRACE_S = 1.0
_CPU_S = 1
"""Of processor time, so that a busy machine does not make a good script look endless."""
_MEMORY = 512 << 20
_LOOK_EVERY_S = 0.1
_ROUNDS = 3
"""Evaluations at most: what a script asks for may depend on what it was told."""
_MOST_NAMES = 64
_OUT_OF_TIME = -24
"""SIGXCPU: the limit of processor time."""
_TIME, _TOO_MUCH = "time", "memory"
_ENVIRONMENT = ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

Table = Mapping[str, Sequence[str]]
Resolve = Callable[[Iterable[str]], Awaitable[Table]]
"""Addresses by name; a name without any is not in it."""


class _Told(Struct, frozen=True):
    """What the script said to one question, as the sandbox passes it on."""

    said: str = ""
    error: str = ""
    broken: str = ""
    missing: tuple[str, ...] = ()
    alerts: int = 0


class _Line(Struct, frozen=True):
    name: str
    told: _Told


class _Ran(Struct, frozen=True, kw_only=True):
    """What a sandbox printed, and how it ended: by itself with `code`, or by us because of `excess`."""

    lines: tuple[_Line, ...] = ()
    code: int = 0
    excess: str = ""
    """`time` or `memory`."""
    unable: str = ""
    """Why it could not even be started."""


def engine() -> str:
    """The folder pacparser is in; empty where it is not installed, or nothing can be started here."""
    spec = PathFinder.find_spec("pacparser")
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    return os.path.dirname(places[0]) if places and sys.executable else ""  # noqa: PTH120  no pathlib


async def evaluate_pac(
    run: Run, *, auto: AutoConfig, script: str, targets: Sequence[Target], me: str, resolve: Resolve
) -> PacEvaluation:
    """Ask a script about every target and record one `PacEvaluation`; that observation.

    Args:
        run: the run in progress.
        auto: the configuration it is of.
        script: its text.
        targets: what it is asked about, as a browser would.
        me: the address the script is told this machine has.
        resolve: looks up the names the script asks for.
    """
    began = run.now()
    table: dict[str, Sequence[str]] = {STRANGER.host: (STRANGER_ADDRESS,)}
    looked_up: set[str] = set()
    ran = _Ran()
    for _ in range(_ROUNDS):
        sandbox = _Sandbox(_request(script, targets, me, table))
        ran = await run.reactor.in_thread(sandbox.run, run.now() + _PATIENCE_S + _GRACE_S) or _Ran(excess=_TIME)
        wanted = _wanted(ran, looked_up)
        if not wanted or run.reactor.is_cut:
            break
        table.update(await resolve(wanted))
        looked_up.update(wanted)
    evaluation = _evaluation(run, auto, targets, ran, began=began, names=looked_up)
    run.record(evaluation)
    return evaluation


def _request(script: str, targets: Sequence[Target], me: str, table: Table) -> bytes:
    return encode(
        {
            "path": engine(),
            "script": script.replace("\0", " "),
            "asks": [(one.name, url_of(one), one.host) for one in _asked(targets)],
            "table": table,
            "me": me,
            "memory": _MEMORY,
            "seconds": _CPU_S,
        }
    )


def _asked(targets: Sequence[Target]) -> tuple[Target, ...]:
    return (*askable(targets), STRANGER)


def _wanted(ran: _Ran, looked_up: set[str]) -> list[str]:
    """Names the script asked for and nobody has looked up yet."""
    asked = dict.fromkeys(name for line in ran.lines for name in line.told.missing)
    return [name for name in asked if name not in looked_up][: _MOST_NAMES - len(looked_up)]


def _evaluation(
    run: Run, auto: AutoConfig, targets: Sequence[Target], ran: _Ran, *, began: float, names: Iterable[str]
) -> PacEvaluation:
    told = {line.name: line.told for line in ran.lines}
    broken = next((one.broken for one in told.values() if one.broken), "")
    unfinished = len(told) < len(_asked(targets))
    failure, why = (Failure.PAC_BROKEN, _shown(broken)) if broken else _ended(run, ran, unfinished)
    return PacEvaluation(
        id=run.new_id(),
        at_ms=run.at_ms(began),
        took_ms=run.took_ms(began),
        failure=failure,
        raw=Raw(text=why) if why else None,
        url=auto.url,
        source=auto.source,
        answers=() if broken else tuple(_answer(name, one) for name, one in told.items()),
        looked_up=tuple(sorted(_shown(name) for name in names)),
        alerts=max((one.alerts for one in told.values()), default=0),
    )


def _ended(run: Run, ran: _Ran, unfinished: bool) -> tuple[Failure | None, str]:
    """What the end of the process means, and its words; None: it went through the whole list."""
    if run.reactor.is_cut:
        return (Failure.INTERRUPTED, "") if unfinished else (None, "")
    if ran.unable:
        return Failure.NOT_MEASURED, ran.unable
    if ran.code == _OUT_OF_TIME:
        return Failure.TIMED_OUT, f"it does not end within {_CPU_S} s of processor time"
    if ran.excess == _TIME:
        # Where processor time is limited, this is a machine that has none to spare.
        failure = Failure.TIMED_OUT if sys.platform == "win32" else Failure.NOT_MEASURED
        return failure, f"no end within {_PATIENCE_S:g} s"
    if ran.excess or ran.code or unfinished:
        return Failure.PAC_BROKEN, "it takes too much memory" if ran.excess else f"the evaluation ended with {ran.code}"
    return None, ""


def _answer(name: str, told: _Told) -> PacAnswer:
    if told.error:
        return PacAnswer(target=name, failure=Failure.PAC_BROKEN, raw=Raw(text=_shown(told.error)))
    return PacAnswer(target=name, said=_shown(told.said))


def _shown(text: str) -> str:
    return escape(text.encode(errors="backslashreplace"))


class _Sandbox:
    """One evaluation in a process of its own; `run` blocks, so it is for a thread."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._excess = ""

    def run(self) -> _Ran:
        """Start it, wait for it, end it when it takes too long or too much."""
        import subprocess  # noqa: PLC0415  10 ms, and only where there is a configuration

        folder = os.path.dirname(__file__)  # noqa: PTH120  no pathlib
        command = (sys.executable, "-I", "-S", f"{folder}/pacsandbox.py")
        try:
            child = subprocess.Popen(  # noqa: S603  our own program
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as problem:
            return _Ran(unable=f"no process can be started: {problem.strerror or problem}")
        said = self._wait(child)
        return _Ran(lines=tuple(_lines(said)), code=child.returncode, excess=self._excess)

    def _wait(self, child: Popen[bytes]) -> bytes:
        import subprocess  # noqa: PLC0415

        request: bytes | None = self._request
        for _ in range(round(_PATIENCE_S / _LOOK_EVERY_S)):
            try:
                return child.communicate(request, timeout=_LOOK_EVERY_S)[0]
            except subprocess.TimeoutExpired:
                request = None  # it is on its way
            if _is_too_big(child.pid):
                self._excess = _TOO_MUCH
                break
        self._excess = self._excess or _TIME
        child.kill()
        return child.communicate()[0]


def _lines(said: bytes) -> Iterator[_Line]:
    """The whole lines of what was printed, up to the first that is none of ours."""
    import json  # noqa: PLC0415  takes half surrogate pairs, as scripts may return them

    for line in said.split(b"\n")[:-1]:
        try:
            yield convert(json.loads(line), _Line)
        except (ValueError, ValidationError):
            return


def _is_too_big(pid: int) -> bool:
    """Whether a process has taken more memory than it may, where the system does not see to it by itself."""
    if sys.platform == "linux":
        return False
    import psutil  # noqa: PLC0415  only where it is needed

    try:
        return bool(psutil.Process(pid).memory_info().rss > _MEMORY)
    except psutil.Error:
        return False
