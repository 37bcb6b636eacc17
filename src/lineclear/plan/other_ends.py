"""Of which connections it is asked whether a program of this machine holds their far end (`probe.route.other_end`).

A virus scanner or a filter on the desktop takes connections over before they leave. From outside it looks as a device
in the path does: it shows a certificate of its own, accepts where nobody is, or accepts and then fails. What does none
of these need not be asked.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence

from lineclear.model import AnyObservation, ControlKind, Endpoint, Plan, Purpose, TcpConnect, TlsHandshake

from .again import Look, groups, is_connect
from .networks import is_loopback

_ALIKE = 2
"""Asked of those that look alike on one port."""
_MOST = 12
_AT_ONCE_MS = 0.3
"""A cable and a network card take about as long, there and back."""

Place = tuple[str, Endpoint]
"""The host, empty for an address nobody has, and where."""


def other_ends(plan: Plan, looks: Sequence[Look], observations: Sequence[AnyObservation]) -> tuple[Place, ...]:
    """Hosts and endpoints to connect to once more; `looks`: those that still fail."""
    alike: dict[Hashable, dict[Place, None]] = {}
    for kind, place in (
        *_made_by_others(observations),
        *_at_once(observations),
        *_accepted_for_nobody(plan, observations),
        *_in_vain(looks),
    ):
        if not is_loopback(place[1].address):
            alike.setdefault(kind, {})[place] = None
    chosen = dict.fromkeys(place for places in alike.values() for place in list(places)[:_ALIKE])
    return tuple(chosen)[:_MOST]


def _made_by_others(observations: Iterable[AnyObservation]) -> Iterator[tuple[Hashable, Place]]:
    """Where a certificate was shown that no public authority has signed: by port, IP version and who made it."""
    for one in observations:
        if isinstance(one, TlsHandshake) and one.chain and one.trusted_by("public") is False:
            at = one.endpoint
            yield ("made", at.port, at.version, one.chain[0].issuer), (one.host, at)


def _at_once(observations: Iterable[AnyObservation]) -> Iterator[tuple[Hashable, Place]]:
    """Where somebody accepts sooner than anything beyond this machine answers."""
    for one in observations:
        if isinstance(one, TcpConnect) and one.host and one.rtt_ms is not None and one.rtt_ms < _AT_ONCE_MS:
            yield ("at once", one.endpoint.port, one.endpoint.version), (one.host, one.endpoint)


def _accepted_for_nobody(plan: Plan, observations: Sequence[AnyObservation]) -> Iterator[tuple[Hashable, Place]]:
    """Where somebody accepts at an address nobody has: there, and at one host beside it."""
    nobody = {one.endpoint for one in plan.controls if one.kind is ControlKind.NOBODY_THERE}
    accepted = [one for one in observations if isinstance(one, TcpConnect) and one.failure is None]
    fired = [one.endpoint for one in accepted if one.purpose is Purpose.CONTROL and one.endpoint in nobody]
    ways = {(one.port, one.version) for one in fired}
    for at in fired:
        yield ("nobody", at.port, at.version), ("", at)
    beside: dict[Hashable, Place] = {}
    for one in accepted:
        at = one.endpoint
        if one.host and (at.port, at.version) in ways:
            beside.setdefault(("beside", at.port, at.version), (one.host, at))
    yield from beside.items()


def _in_vain(looks: Sequence[Look]) -> Iterator[tuple[Hashable, Place]]:
    """Where somebody accepts and nothing comes of it."""
    for number, group in enumerate(groups([one for one in looks if not is_connect(one)])):
        for one in group:
            yield ("in vain", number, one.endpoint.version), (one.target.host, one.endpoint)
