"""Whether all hosts of a port are answered for at one place, however far apart they are.

A port of the list that is led elsewhere (by address translation, or by a proxy that takes the vendor's addresses alone)
answers from there for every host: all its round trips are the same, while the hosts, which prove themselves on other
ports, are here near and there far away. A busy machine or a queue makes round trips longer, and none of them alike.
Round trips are the shortest the kernel saw over the life of a connection; where it tells none, nothing is said.
"""

from collections.abc import Iterable

from msgspec import Struct

from lineclear.model import Endpoint, TcpSummary, Transport

from .symptom import is_identity
from .view import View

_HOSTS = 5
_FARTHER = 3
"""Hosts that must be much farther than the place that answers for them."""
_ALIKE_MS, _ALIKE = 5.0, 1.1
_MUCH_MS, _MUCH = 40.0, 2.0


class _Pair(Struct, frozen=True, kw_only=True):
    """One host: how far what answers on the port is, how far the host is itself, and the steps that show it."""

    here_ms: float
    there_ms: float
    because: tuple[str, ...]

    @property
    def is_much_farther(self) -> bool:
        return self.there_ms >= max(_MUCH * self.here_ms, self.here_ms + _MUCH_MS)


def one_place(view: View) -> dict[tuple[int, int], tuple[str, ...]]:
    """By IP version and port of the list that is answered at one place for all: the ids of the steps that show it."""
    lives = _shortest(view)
    pairs: dict[tuple[int, int], list[_Pair]] = {}
    for target in view.plan.targets:
        for walk in view.walks[target.name] if target.transport is Transport.TCP else ():
            here = lives.get((target.host, walk.endpoint))
            there = _proven(view, lives, target.host, walk.endpoint.address)
            if here is not None and there is not None and walk.symptom is None:
                life, far_ms = there
                pair = _Pair(here_ms=here.min_rtt_ms, there_ms=far_ms, because=(here.id, life.id))
                pairs.setdefault((walk.endpoint.version, target.port), []).append(pair)
    return {way: _shown(several) for way, several in pairs.items() if _is_one(several)}


def _shortest(view: View) -> dict[tuple[str, Endpoint], TcpSummary]:
    """The life with the shortest round trip, by host and endpoint."""
    found: dict[tuple[str, Endpoint], TcpSummary] = {}
    for one in view.ordered:
        if isinstance(one, TcpSummary) and one.min_rtt_ms:
            key = one.host, one.endpoint
            found[key] = min(found.get(key, one), one, key=lambda life: life.min_rtt_ms)
    return found


def _proven(
    view: View, lives: dict[tuple[str, Endpoint], TcpSummary], host: str, address: str
) -> tuple[TcpSummary, float] | None:
    """A connection on which a host proved its name, and its round trip; its handshake took one at least."""
    for target in view.plan.targets:
        for walk in view.walks[target.name] if target.host == host else ():
            life = lives.get((host, walk.endpoint))
            if walk.endpoint.address == address and walk.tls is not None and is_identity(walk.tls) and life is not None:
                return life, min(life.min_rtt_ms, walk.tls.took_ms)
    return None


def _is_one(pairs: list[_Pair]) -> bool:
    here = [one.here_ms for one in pairs]
    alike = max(here) <= max(_ALIKE * min(here), min(here) + _ALIKE_MS)
    return len(pairs) >= _HOSTS and alike and sum(one.is_much_farther for one in pairs) >= _FARTHER


def _shown(pairs: Iterable[_Pair]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step for one in pairs for step in one.because))
