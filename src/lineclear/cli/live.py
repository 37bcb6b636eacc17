"""What a terminal can show, and live progress on it: a row for each service that fills in while the check runs.

Progress goes to the error stream, so that a pipe gets the result alone, and is wiped away before the result is printed.
It claims nothing: whether an answer is worth anything is for the diagnosis to say.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

    from lineclear.model import Catalog, Endpoint, Observation, Plan
    from lineclear.render.layout import Screen

_EVERY_S = 0.08
"""Redrawing more often costs time and shows nothing more."""
_SYMBOLS = "✓✗–"
_WAITING, _ANSWERED, _UNANSWERED, _ACCEPTED = ".", "o", "x", "?"
"""The last: it opens, and so does its port where nobody is."""
_BEYOND_CONNECTING = frozenset({"TcpListen", "TlsHandshake", "HttpExchange", "ApiHello"})
"""By name: the types themselves are not loaded yet when the first line is out."""
_PROVING = frozenset({"TlsHandshake", "ApiHello"})
_USUAL_SIZE = (80, 24)
_MODERN_WINDOWS = ("WT_SESSION", "ANSICON", "ConEmuANSI", "TERM")
"""One of these is set where a Windows console understands escape sequences without being told to."""


def wants_color(environ: Mapping[str, str], *, is_tty: bool, choice: str = "auto") -> bool:
    """Whether to use colours: what was chosen, else NO_COLOR, CLICOLOR_FORCE, TERM=dumb, CLICOLOR, else a terminal.

    `choice` is `auto`, `always` or `never`. See no-color.org and bixense.com/clicolors.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return is_tty and environ.get("TERM") != "dumb" and environ.get("CLICOLOR") != "0"


def understands_ansi(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a terminal here acts on escape sequences; an old Windows console prints them."""
    return environ.get("TERM") != "dumb" and (platform != "win32" or any(environ.get(one) for one in _MODERN_WINDOWS))


def screen_of(stream: TextIO, choice: str = "auto", environ: Mapping[str, str] = os.environ) -> Screen:
    """What `stream` can show: on a pipe 80 columns, or COLUMNS, and no colours; ASCII where it encodes no symbols."""
    from lineclear.render.layout import Screen  # noqa: PLC0415  after the first line of progress is out

    is_tty = stream.isatty()
    columns = environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() and int(columns) else _size(stream)[0] if is_tty else _USUAL_SIZE[0]
    color = wants_color(environ, is_tty=is_tty and understands_ansi(environ), choice=choice)
    return Screen(width=width, color=color, ascii=not _can_encode(stream, _SYMBOLS))


def _can_encode(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _size(stream: TextIO) -> tuple[int, int]:
    """Columns and lines of the terminal behind `stream`."""
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return _USUAL_SIZE
    return columns or _USUAL_SIZE[0], lines or _USUAL_SIZE[1]  # a terminal that does not know says 0


@contextmanager
def progress(color: str = "auto") -> Iterator[Live]:
    """Progress on standard error while a check runs; nothing of it is left afterwards, however the check ends."""
    del color  # progress is plain: it is gone before anybody could need a colour to find something in it
    live = Live(sys.stderr)
    live.say("Looking at this machine")
    try:
        yield live
    finally:
        live.end()


class Live:
    """Progress on a terminal, redrawn in place; on anything else it is silent.

    Feed it what happens: `say` at once, `begin` when the list is chosen, `planned` when it is known what will be
    tried, `seen` for every observation, and `end` in any case, which wipes it away.
    """

    def __init__(
        self,
        stream: TextIO,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
        size: Callable[[TextIO], tuple[int, int]] | None = None,
    ) -> None:
        self._stream = stream
        self._shows = stream.isatty() and understands_ansi(environ)
        self._clock = clock
        self._size = size or _size
        self._began = clock()
        self._drawn_at = float("-inf")
        self._lines = 0
        self._title = ""
        self._catalog: Catalog | None = None
        self._rows: list[tuple[str, list[tuple[str, int]]]] = []
        self._state: dict[tuple[str, int], str] = {}
        self._open: dict[tuple[str, int], set[str]] = {}
        """Addresses that accepted and did not fail after it."""
        self._nobody: dict[Endpoint, int] = {}
        """Where nobody is, and the port of the list it stands for; 0: every port."""
        self._boxed: set[int] = set()
        self._proven: set[tuple[str, int]] = set()

    def say(self, title: str) -> None:
        """One line of what is being done, at once."""
        self._title = title
        self._draw()

    def begin(self, catalog: Catalog) -> None:
        """The list is chosen."""
        self._catalog = catalog
        self.say(f"{catalog.title} {catalog.edition}")

    def planned(self, plan: Plan) -> None:
        """The rows: a service each, with the host:ports it needs, as they are dialled."""
        if not self._shows or self._catalog is None:
            return
        from lineclear.plan import dialled_port  # noqa: PLC0415  loaded by now, and not before the first line

        self._nobody = {one.endpoint: one.port for one in plan.controls if one.kind.value == "nobody-there"}
        of = {one: target for target in plan.targets for one in target.requirements}
        for service in self._catalog.services:
            wanted = [of[one.id] for one in service.requirements if one.id in of]
            keys = [(one.host, dialled_port(plan.redirections, one.host, one.port)) for one in wanted]
            self._state |= dict.fromkeys(keys, _WAITING)
            if keys:
                self._rows.append((service.name, list(dict.fromkeys(keys))))
        self._draw()

    def seen(self, observation: Observation) -> None:
        """One step more. Only connections move a row: to hosts of the list, and to where nobody is."""
        endpoint, host = getattr(observation, "endpoint", None), getattr(observation, "host", "")
        if endpoint is None:
            return
        step, failed = type(observation).__name__, observation.failure is not None
        key = (host, endpoint.port)
        if not host and step == "TcpConnect" and endpoint in self._nobody and not failed:
            self._boxed.add(self._nobody[endpoint])
        elif key in self._state and (step == "TcpConnect" or step in _BEYOND_CONNECTING):
            self._note(key, endpoint.address, step, failed=failed)
        else:
            return
        if self._clock() - self._drawn_at >= _EVERY_S:
            self._draw()

    def _note(self, key: tuple[str, int], address: str, step: str, *, failed: bool) -> None:
        there = self._open.setdefault(key, set())
        if step == "TcpConnect" and not failed:
            there.add(address)
        elif step != "TcpConnect" and failed:
            there.discard(address)
        elif step in _PROVING:
            self._proven.add(key)
        self._state[key] = _ANSWERED if there else _UNANSWERED

    def end(self) -> None:
        """Nothing of it is left on the terminal."""
        self._stream.write(self._wiping())
        self._stream.flush()
        self._lines = 0

    def _draw(self) -> None:
        if not self._shows:
            return
        columns, height = self._size(self._stream)
        lines = [self._heading(), *map(self._row, self._rows)]
        shown = lines if len(lines) < height else lines[:1]
        # One write: what is wiped and what stands in its place arrive together, and nothing flickers.
        self._stream.write(self._wiping() + "".join(f"{_cut(line, columns - 1)}\n" for line in shown))
        self._stream.flush()
        self._lines = len(shown)
        self._drawn_at = self._clock()

    def _wiping(self) -> str:
        """To the first line of what was drawn, and away with it and all below."""
        return f"\x1b[{self._lines}F\x1b[J" if self._lines else ""

    def _heading(self) -> str:
        if not self._state:
            return self._title
        done = sum(one != _WAITING for one in self._state.values())
        return f"{self._title}: {done} of {len(self._state)} tried, {self._clock() - self._began:.1f} s"

    def _row(self, row: tuple[str, list[tuple[str, int]]]) -> str:
        name, keys = row
        states = [self._shown(key) for key in keys]
        width = max(len(one) for one, _ in self._rows)
        words = f"{states.count(_ANSWERED)} of {len(states)} answered"
        accepted = f", {states.count(_ACCEPTED)} accepted by a box" if _ACCEPTED in states else ""
        failed = f", {states.count(_UNANSWERED)} did not" if _UNANSWERED in states else ""
        return f"  {name:<{width}}  {''.join(states)}  {words}{accepted}{failed}"

    def _shown(self, key: tuple[str, int]) -> str:
        boxed = bool(self._boxed & {key[1], 0}) and key not in self._proven
        return _ACCEPTED if boxed and self._state[key] == _ANSWERED else self._state[key]


def _cut(line: str, width: int) -> str:
    if line.isascii() and line.isprintable():
        return line[: max(width, 8)]
    from lineclear.render.layout import cut  # noqa: PLC0415  the first line is ours and plain
    from lineclear.render.safe import safe  # noqa: PLC0415

    return cut(safe(line), max(width, 8))
