"""Of which refusals it is worth knowing from how near they come, and how to ask: see `lineclear.probe.route.origin`."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from lineclear.model import AnyObservation, Endpoint, PathTrace, Ping

INITIAL_LIMITS = (64, 128, 255)
"""Hop limits that systems send with."""
_MOST = 4
_NEAR = 3
"""Routers within which no vendor stands: our own, our provider's, and one for a translator between."""


class Refusal(Struct, frozen=True, kw_only=True):
    """A port that refuses, and the connects that tell from how near."""

    host: str
    endpoint: Endpoint
    hop_limit: int | None
    """Of the SYNs, where they need not reach the vendor; None: the usual."""
    floors: tuple[int, ...]


def refusals(observations: Sequence[AnyObservation]) -> tuple[Refusal, ...]:
    """What to ask, of ports whose path was followed to a reset."""
    traced = {one.endpoint: one for one in observations if isinstance(one, PathTrace) and _ends_refused(one)}
    asked = (_asked(trace, observations) for trace in traced.values())
    return tuple(one for one in asked if one is not None)[:_MOST]


def _ends_refused(trace: PathTrace) -> bool:
    return bool(trace.hops) and trace.hops[-1].outcome == "refused"


def _asked(trace: PathTrace, observations: Iterable[AnyObservation]) -> Refusal | None:
    """Everything, of a device that is surely not the vendor's; of the vendor itself one question and its check.

    Nothing where already the first hop refuses: that is this machine or the first router, and both look alike.
    """
    limit = trace.hops[-1].limit
    if limit == 1:
        return None
    if limit <= _NEAR:
        floors = sorted({floor for first in INITIAL_LIMITS for floor in (first - limit + 1, first - limit + 2)})
        return Refusal(host=trace.host, endpoint=trace.endpoint, hop_limit=limit, floors=(0, *floors))
    replies = (one.hop_limit for one in observations if isinstance(one, Ping) and one.address == trace.endpoint.address)
    reply = next((came for came in replies if came is not None), None)
    if reply is None or reply in INITIAL_LIMITS:
        return None
    ceiling = min(first for first in INITIAL_LIMITS if first > reply)
    floors = [0, reply + 1, *([ceiling + 1] if ceiling < INITIAL_LIMITS[-1] else [])]
    return Refusal(host=trace.host, endpoint=trace.endpoint, hop_limit=None, floors=tuple(floors))
