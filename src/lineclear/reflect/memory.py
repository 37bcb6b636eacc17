"""What a reflector keeps beyond one connection, all of it bounded: who may connect, and which nonces arrived."""

from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

_MOST_SOURCES = 65_536
_MOST_RUNS = 32_768
_MOST_NONCES = 256
_MOST_ARRIVALS = 262_144
_KEPT_S = 300.0
_MOST_KEPT = 67_108_864
_NONCE = 16
_ARRIVAL = _NONCE + 2
"""Bytes that keep an arrival: the nonce, and the port."""

Clock = Callable[[], float]


class Bounds(Struct, frozen=True, kw_only=True):
    """How much a reflector takes on."""

    connections: int = 12_000
    """Open at a time."""
    per_source: int = 128
    """Open at a time from one IPv4 address or one IPv6 /64."""
    per_second: float = 30.0
    """New ones from one source, in the long run."""
    burst: float = 150.0
    """New ones from one source that has rested."""
    patience_s: float = 60.0
    """A connection that has proven nothing by then is closed, whatever it says."""
    idle_s: float = 900.0
    """One that has proven its nonce is closed after so long a silence."""


class _Source:
    __slots__ = ("at", "open", "tokens")

    def __init__(self, tokens: float, at: float) -> None:
        self.tokens = tokens
        self.at = at
        self.open = 0


class Sources:
    """Who is connected, and who may be."""

    def __init__(self, bounds: Bounds, clock: Clock) -> None:
        self._bounds = bounds
        self._clock = clock
        self._known: OrderedDict[str, _Source] = OrderedDict()
        self.open = 0

    def admit(self, source: str) -> bool:
        """Whether one more connection of a source is taken; counts it if so."""
        bounds, now = self._bounds, self._clock()
        known = self._known.get(source) or self._new(source, now)
        if known is None:
            return False
        self._known.move_to_end(source)
        known.tokens = min(bounds.burst, known.tokens + (now - known.at) * bounds.per_second)
        known.at = now
        if known.tokens < 1 or known.open >= bounds.per_source or self.open >= bounds.connections:
            return False
        known.tokens -= 1
        known.open += 1
        self.open += 1
        return True

    def leave(self, source: str) -> None:
        """One connection of a source that was admitted has ended."""
        self._known[source].open -= 1
        self.open -= 1

    def _new(self, source: str, now: float) -> _Source | None:
        """A place for a source; None while every place is somebody's who is connected."""
        if len(self._known) >= _MOST_SOURCES:
            oldest = next(iter(self._known))
            if self._known[oldest].open:
                self._known.move_to_end(oldest)
                return None
            del self._known[oldest]
        made = self._known[source] = _Source(self._bounds.burst, now)
        return made


def source_of(address: str) -> str:
    """Who a limit counts: an IPv4 address, or the /64 an IPv6 address stands in."""
    plain = address.partition("%")[0]
    if ":" not in plain:
        return plain
    if plain.startswith("::ffff:") and "." in plain:
        return plain[7:]
    head, gap, tail = plain.partition("::")
    groups = head.split(":") if head else []
    missing = 8 - len(groups) - (len(tail.split(":")) if tail else 0)
    full = [*groups, *["0"] * missing] if gap else groups
    return ":".join(full[:4])


class Kept:
    """Bytes that are kept for all connections together: what nobody has finished saying, and what nobody takes."""

    def __init__(self) -> None:
        self.size = 0

    def change(self, before: int, now: int) -> bool:
        """Count what one connection has kept from now on; whether there is room for it."""
        self.size += now - before
        return now <= before or self.size <= _MOST_KEPT


class Runs:
    """Which nonces of which run reached which port."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._runs: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._size = 0

    def note(self, run: str, nonce: str, port: int) -> None:
        """Keep one arrival; the runs that were heard of longest ago make room for it. `nonce`: 32 hex digits."""
        now = self._clock()
        _, arrivals = self._runs.pop(run, (now, b""))
        one = bytes.fromhex(nonce) + port.to_bytes(2, "big")
        if len(arrivals) < _MOST_NONCES * _ARRIVAL and one not in _cut(arrivals):
            arrivals += one
            self._size += _ARRIVAL
        self._runs[run] = now, arrivals
        while (
            len(self._runs) > _MOST_RUNS
            or self._size > _MOST_ARRIVALS * _ARRIVAL
            or next(iter(self._runs.values()))[0] < now - _KEPT_S
        ):
            self._size -= len(self._runs.popitem(last=False)[1][1])

    def arrived(self, run: str) -> tuple[tuple[str, int], ...]:
        """Every arrival of a run that is still known."""
        found = _cut(self._runs[run][1]) if run in self._runs else []
        return tuple((one[:_NONCE].hex(), int.from_bytes(one[_NONCE:], "big")) for one in found)


def _cut(arrivals: bytes) -> list[bytes]:
    return [arrivals[at : at + _ARRIVAL] for at in range(0, len(arrivals), _ARRIVAL)]
