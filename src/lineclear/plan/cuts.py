"""Of which connections that are cut at their first words it is worth knowing by whom: see `lineclear.probe.cut`."""

from collections.abc import Iterable, Sequence

from lineclear.model import AnyObservation, Endpoint, Failure, Nudge, PathTrace

from .again import Look, spread
from .segments import ended_in

_PLACES = 2
"""Of each port."""
_CUT = frozenset({Failure.EOF, Failure.CONNECTION_RESET, Failure.CONNECTION_ABORTED})
_SHORT = 2
"""Hops by which words stay short of the host: ways differ a little from one connection to the next."""


def cuts(looks: Sequence[Look], observations: Sequence[AnyObservation]) -> tuple[Look, ...]:
    """Where a TLS greeting, or CR LF, was answered by a cut, in the second look too if there was one.

    First where the path is known: routers answer for one more in a second, and each is as good as any.
    """
    shaken = ended_in(_CUT, observations)
    nudged = {one.endpoint for one in observations if isinstance(one, Nudge) and one.failure in _CUT}
    by_port: dict[int, list[Look]] = {}
    for one in looks:
        if one.target.required and ((one.target.host, one.endpoint) in shaken or one.endpoint in nudged):
            by_port.setdefault(one.target.port, []).append(one)
    return tuple(look for group in by_port.values() for look in _of_a_port(group, observations))


def _of_a_port(group: Sequence[Look], observations: Sequence[AnyObservation]) -> tuple[Look, ...]:
    known = spread([one for one in group if short_of(observations, one.endpoint)], _PLACES)
    return (*known, *spread([one for one in group if one not in known], _PLACES - len(known)))


def short_of(observations: Iterable[AnyObservation], endpoint: Endpoint) -> int:
    """The largest hop limit with which nothing reaches an address, as far as its paths are known; 0: they are not."""
    traces = (one for one in observations if isinstance(one, PathTrace) and one.endpoint.address == endpoint.address)
    opens = [one.connects_at for one in traces if one.connects_at]
    return max(0, min(opens, default=0) - _SHORT)
