"""Which connections are held silent, and for how long, when the user asks how long one may be (`--idle`)."""

from collections.abc import Iterable, Sequence

from lineclear.model import AnyObservation, Endpoint, Plan, Target, TcpConnect, Transport

from .dialling import dialled_port

_HELD = 5
"""Connections to one place that are silent: the shortest for a sixteenth of the longest."""
_SPOKEN = (Transport.TCP, Transport.TLS)
"""What sessions that last are spoken on; one place of each is enough, for timers are a device's and not a host's."""


def ages(longest_s: float) -> tuple[float, ...]:
    """Seconds that connections are silent for, the longest first, each half as long as the one before; the last: none.

    Side by side they take no longer than the longest, and tell a timer's length to within a factor of two. What does
    not answer the question at once does not answer it for another reason than a timer.
    """
    return (*(longest_s / 2**number for number in range(_HELD)), 0.0) if longest_s > 0 else ()


def held(plan: Plan, observations: Iterable[AnyObservation]) -> tuple[tuple[Target, Endpoint], ...]:
    """Where connections are held: of each kind of session, the first target of the list that accepted one."""
    accepted = {
        (one.host, one.endpoint.port): one.endpoint
        for one in observations
        if isinstance(one, TcpConnect) and one.host and one.failure is None
    }
    found = (_first(plan, kind, accepted) for kind in _SPOKEN)
    return tuple(one for one in found if one is not None) if plan.idle_s else ()


def _first(plan: Plan, kind: Transport, accepted: dict[tuple[str, int], Endpoint]) -> tuple[Target, Endpoint] | None:
    fitting: Sequence[Target] = [one for one in plan.targets if one.required and one.transport is kind]
    for target in fitting:
        endpoint = accepted.get((target.host, dialled_port(plan.redirections, target.host, target.port)))
        if endpoint is not None:
            return target, endpoint
    return None
