"""How long a target took, step by step: name, connect, TLS, first byte; and every observation behind it."""

import enum

from msgspec import Struct

from lineclear.model import (
    DnsQuery,
    Failure,
    HttpExchange,
    Observation,
    Purpose,
    SystemLookup,
    TargetResult,
    TcpConnect,
    TcpListen,
    TlsHandshake,
)
from lineclear.render.steps import step
from lineclear.render.words import FAILURE_WORDS

from .run import Run, concerning

_LEAST_SCALE_MS = 50.0
_ROOM = 1.25
_PERCENT = 100.0


class Phase(enum.Enum):
    """The steps from a name to a byte."""

    NAME = "name"
    CONNECT = "connect"
    TLS = "tls"
    BYTE = "byte"


class Bar(Struct, frozen=True, kw_only=True):
    """One phase, drawn where the one before it ended. `failed`: why it came to nothing, in a word or two."""

    phase: Phase
    start_ms: float
    took_ms: float
    failed: str = ""


class Line(Struct, frozen=True, kw_only=True):
    """One observation, told."""

    at_ms: float
    took_ms: float
    tried: str
    came: str


class Waterfall(Struct, frozen=True, kw_only=True):
    """One target's phases and evidence. `silent`: nothing came unasked, as it should be on an opaque port."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    silent: bool = False

    @property
    def end_ms(self) -> float:
        """Where the last bar ends."""
        return self.bars[-1].start_ms + self.bars[-1].took_ms if self.bars else 0.0

    @property
    def sound_ms(self) -> float:
        """How long the phases took that did not fail."""
        return sum(one.took_ms for one in self.bars if not one.failed)


def waterfall(run: Run, target: TargetResult) -> Waterfall:
    """The phases of a target's first pass, and all it left behind."""
    steps = concerning(run.evidence, target.host, target.port)
    bars: list[Bar] = []
    for phase, one in _phases(steps):
        start = bars[-1].start_ms + bars[-1].took_ms if bars else 0.0
        bars.append(Bar(phase=phase, start_ms=start, took_ms=_length(one), failed=_failed(one)))
    listened = [one for one in steps if isinstance(one, TcpListen)]
    return Waterfall(
        bars=tuple(bars),
        lines=tuple(map(_line, steps)),
        silent=any(not one.spoke and one.failure is None for one in listened),
    )


def scale_ms(falls: tuple[Waterfall, ...]) -> float:
    """The width of the drawing: the longest stretch that went well, and some room for what did not.

    A black hole waits for seconds; drawn in full it would squeeze the rest.
    """
    longest = max((one.sound_ms for one in falls), default=0.0)
    failed = any(bar.failed for one in falls for bar in one.bars)
    return max(longest * (_ROOM if failed else 1.0), _LEAST_SCALE_MS)


def percent(ms: float, scale: float) -> str:
    """A length as a share of the drawing, at most all of it: `12.3%`."""
    return f"{min(max(ms / scale, 0.0), 1.0) * _PERCENT:.2f}%"


def _phases(steps: tuple[Observation, ...]) -> list[tuple[Phase, Observation]]:
    """The step that stands for each phase, as far as the walk came."""
    firsts = [one for one in steps if getattr(one, "purpose", Purpose.TARGET) is Purpose.TARGET]
    found = (
        (Phase.NAME, _name(steps)),
        (Phase.CONNECT, _first(firsts, TcpConnect)),
        (Phase.TLS, _first(firsts, TlsHandshake)),
        (Phase.BYTE, _first(firsts, HttpExchange)),
    )
    return [(phase, one) for phase, one in found if one is not None]


def _name(steps: tuple[Observation, ...]) -> Observation | None:
    """The answer that came first; a failed look-up only where no resolver answered."""
    asked = [one for one in steps if isinstance(one, SystemLookup | DnsQuery)]
    answered = [one for one in asked if one.failure is None and one.addresses]
    return min(answered or asked, key=_length, default=None)


def _first(steps: list[Observation], kind: type[Observation]) -> Observation | None:
    """The first that worked, else the first."""
    found = [one for one in steps if isinstance(one, kind)]
    return next((one for one in found if one.failure is None), found[0] if found else None)


def _length(one: Observation) -> float:
    rtt = one.rtt_ms if isinstance(one, DnsQuery) else None
    return max(one.took_ms if rtt is None else rtt, 0.0)


def _failed(one: Observation) -> str:
    if isinstance(one, TlsHandshake) and one.foreign:
        return FAILURE_WORDS[Failure.NOT_TLS]
    return FAILURE_WORDS[one.failure] if one.failure else ""


def _line(one: Observation) -> Line:
    tried, came = step(one)
    return Line(at_ms=one.at_ms, took_ms=one.took_ms, tried=tried, came=came)
