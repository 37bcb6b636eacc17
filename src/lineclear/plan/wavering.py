"""Whether some connections to a port are refused and others are not, whatever the host: several ways out, one refusing.

A limit on new connections refuses too, but the later ones of a burst; what is over refuses until it is under again. A
router that spreads connections over several uplinks, or over the members of a cluster, refuses now one and lets the
next one through. So single SYNs leave in one burst, too short for any limit to recover in: where refused and accepted
change places in it again and again, it depends on the connection. Limits make them change places once, and by chance
twice or three times. A limit of each host makes them change places with the hosts, but lets the first of each pass.

The other ports of the same hosts are asked so too where they accepted: connections that take turns between two uplinks
may all have met the same one.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from lineclear.model import AnyObservation, Endpoint, Failure, Observation, Plan, Purpose, TcpConnect

from .again import spread

APART_S = 0.001
"""Between the SYNs of the burst."""
_BURST_MS = 100.0
_FLOWS = 16
_FEW = 3
"""Refusals, and hosts, below which nothing is asked or said."""
_CHANGES = 5
_REFUSALS = frozenset({Failure.CONNECTION_REFUSED, Failure.HOST_UNREACHABLE, Failure.NETWORK_UNREACHABLE})
_WALKED = (Purpose.TARGET, Purpose.SECOND_LOOK)


class Wavering(Struct, frozen=True, kw_only=True):
    """The single connections to one port that tell, in the order in which they left."""

    port: int
    refused: tuple[TcpConnect, ...]
    accepted: tuple[TcpConnect, ...]


def is_refused(one: TcpConnect) -> bool:
    """Whether somebody said no, be it by a reset or by ICMP."""
    return one.failure in _REFUSALS and one.raw is not None


def flows(plan: Plan, observations: Sequence[AnyObservation]) -> tuple[tuple[str, Endpoint], ...]:
    """Host and endpoint of each SYN of the burst: none unless a port refused and accepted at the same few hosts.

    Ports come one after the other.
    """
    required = {one.host for one in plan.targets if one.required}
    found: list[tuple[str, Endpoint]] = []
    for port in _suspected(observations):
        mine = {
            one.endpoint: one.host
            for one in observations
            if isinstance(one, TcpConnect) and one.endpoint.port == port and one.host in required
        }
        few = spread([(host, endpoint) for endpoint, host in mine.items()], _FLOWS)
        found += [few[turn % len(few)] for turn in range(_FLOWS if few else 0)]
    return tuple(found)


def _suspected(observations: Iterable[Observation]) -> list[int]:
    said: dict[Endpoint, set[bool]] = {}
    for one in observations:
        if isinstance(one, TcpConnect) and one.host and one.purpose in _WALKED and (not one.failure or is_refused(one)):
            said.setdefault(one.endpoint, set()).add(one.failure is None)
    both = [endpoint for endpoint, answers in said.items() if len(answers) > 1]
    ports = [endpoint.port for endpoint in both]
    places = {endpoint.address for endpoint in both if ports.count(endpoint.port) >= _FEW}
    return sorted({one.port for one, answers in said.items() if one.address in places and True in answers})


def wavering(observations: Iterable[Observation]) -> tuple[Wavering, ...]:
    """Ports of which it is proven, with the connections that prove it.

    Several hosts must have refused before they accepted any of these: no limit of each host does that.
    """
    steps = list(_singles(observations))
    if len(_refused_at_first(steps)) < _FEW:
        return ()
    by_port: dict[int, list[TcpConnect]] = {}
    for one in steps:
        by_port.setdefault(one.endpoint.port, []).append(one)
    return tuple(_of(port, mine) for port, mine in by_port.items() if _is_proven(mine))


def _singles(observations: Iterable[Observation]) -> Iterator[TcpConnect]:
    for one in sorted(observations, key=lambda step: (step.at_ms, step.id)):
        single = isinstance(one, TcpConnect) and one.purpose is Purpose.COMPARISON and len(one.attempts) == 1
        if isinstance(one, TcpConnect) and single and (not one.failure or is_refused(one)):
            yield one


def _refused_at_first(steps: Iterable[TcpConnect]) -> set[str]:
    """Addresses that refused a connection of a burst before they had accepted one of it."""
    taken: dict[str, float] = {}
    found: set[str] = set()
    for one in steps:
        address = one.endpoint.address
        if one.failure is None:
            taken[address] = one.at_ms
        elif one.at_ms - taken.get(address, -_BURST_MS) >= _BURST_MS:
            found.add(address)
    return found


def _of(port: int, steps: Sequence[TcpConnect]) -> Wavering:
    refused, accepted = ([one for one in steps if bool(one.failure) is said] for said in (True, False))
    return Wavering(port=port, refused=tuple(refused), accepted=tuple(accepted))


def _is_proven(steps: Sequence[TcpConnect]) -> bool:
    """Whether refused and accepted changed places often in one burst, at several hosts."""
    close = [pair for pair in pairwise(steps) if pair[1].at_ms - pair[0].at_ms <= _BURST_MS]
    changes = sum(bool(one.failure) is not bool(other.failure) for one, other in close)
    return changes >= _CHANGES and len({one.host for one in steps if one.failure}) >= _FEW
