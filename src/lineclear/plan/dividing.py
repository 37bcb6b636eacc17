"""Whether some connections to a port get through and others never do: several ways out, of which one drops the port.

A router that spreads connections over several uplinks keeps each on its own. If one of them drops a port, a repeated
SYN of a connection that it got is dropped again, and a new connection goes through at once. Loss and limits do not look
so: they let repeats through. And hosts do not matter, which tells it from an allow-list or a dead server.

A port is suspected when so many of its first SYNs went unanswered as the loss on the other ports makes once in 20
times: one link in four drops three SYNs of a dozen, and not more. Then single SYNs of new connections, which the kernel
repeats once, decide: some answered at once, some never, and of those that were not answered at once so few by the
repeat as independent loss leaves once in 5,000 times. On a line that merely loses packets both together happen once in
100,000 checks.

Where all ports are divided alike, none stands out. Then it is suspicious that SYNs of the first burst are missing and
no data is, and that answered and missing ones change places in it: a limit lets the first of a burst through.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import comb

from msgspec import Struct

from lineclear.model import AnyObservation, Endpoint, Failure, Observation, Plan, Purpose, TcpConnect, TcpSummary

from .again import spread
from .sampling import lost_syns, tally

_SUSPICIOUS, _FEW = 0.05, 2
"""The chance, and the unanswered SYNs, from which a port is suspected."""
_RARE, _SOME = 2e-4, 4
"""The chance, and connections of each kind, below which nothing is said."""
_HOSTS = 3
_CHANGES, _MISSING = 8, 6
_ANSWERED_OR_NOT = (None, Failure.TIMED_OUT)
_FLOWS = 48
_ADDRESSES = 16


class Divided(Struct, frozen=True, kw_only=True):
    """The connections to one port that tell: answered at once, answered when repeated, and never."""

    port: int
    alive: tuple[TcpConnect, ...] = ()
    rescued: tuple[TcpConnect, ...] = ()
    dead: tuple[TcpConnect, ...] = ()

    @property
    def missed(self) -> int:
        """How many were not answered at once."""
        return len(self.dead) + len(self.rescued)


def suspected(observations: Sequence[Observation]) -> tuple[int, ...]:
    """Ports whose first SYNs go unanswered more often than loss explains, which the best of the ports shows."""
    counts: dict[int, tuple[int, int]] = {}
    for one in observations:
        if isinstance(one, TcpConnect) and one.host and one.purpose is Purpose.TARGET:
            lost, sent = counts.get(one.endpoint.port, (0, 0))
            more = lost_syns(one)
            counts[one.endpoint.port] = lost + more[0], sent + more[1]
    if _all_alike(observations):
        return tuple(port for port in sorted(counts) if counts[port][0])
    return tuple(port for port in sorted(counts) if _is_beyond(counts, port))


def _all_alike(observations: Iterable[Observation]) -> bool:
    """Whether first SYNs are missing here and there in the first burst, and data is not."""
    steps = [one for one in observations if isinstance(one, TcpConnect | TcpSummary)]
    firsts = [one for one in steps if isinstance(one, TcpConnect) and one.host and one.purpose is Purpose.TARGET]
    firsts.sort(key=lambda one: (one.at_ms, one.id))
    answered = [one.failure is None and not lost_syns(one)[0] for one in firsts if one.failure in _ANSWERED_OR_NOT]
    changes = sum(one is not other for one, other in pairwise(answered))
    return changes >= _CHANGES and answered.count(False) >= _MISSING and tally(steps).spares_data


def _is_beyond(counts: dict[int, tuple[int, int]], port: int) -> bool:
    lost, sent = counts[port]
    others = [count for other, count in counts.items() if other != port]
    usual = (sum(gone for gone, _ in others) + 1) / (sum(of for _, of in others) + 2)
    return lost >= _FEW and at_least(lost, sent, usual) <= _SUSPICIOUS


def at_least(count: int, of: int, chance: float) -> float:
    """The chance of so many or more of so many, each with a chance of its own (binomial)."""
    return sum(comb(of, many) * chance**many * (1.0 - chance) ** (of - many) for many in range(count, of + 1))


def flows(plan: Plan, observations: Sequence[AnyObservation]) -> tuple[tuple[str, Endpoint], ...]:
    """Host and endpoint of each single connection that is to tell; none unless a port is suspected."""
    ports = suspected(observations)
    required = {one.host for one in plan.targets if one.required}
    found: list[tuple[str, Endpoint]] = []
    for port in ports:
        accepted = (one for one in observations if isinstance(one, TcpConnect) and one.failure is None)
        mine = {one.endpoint: one.host for one in accepted if one.endpoint.port == port and one.host in required}
        places = [(host, endpoint) for endpoint, host in mine.items()]
        few = spread(places, _ADDRESSES)
        found += [few[turn % len(few)] for turn in range(_FLOWS if few else 0)]
    return tuple(found)


def divided(observations: Sequence[Observation]) -> tuple[Divided, ...]:
    """Ports of which it is proven, with the connections that prove it."""
    return tuple(filter(_is_proven, (_at(port, observations) for port in suspected(observations))))


def _at(port: int, observations: Iterable[Observation]) -> Divided:
    single = [
        one
        for one in observations
        if isinstance(one, TcpConnect)
        and one.purpose is Purpose.COMPARISON
        and one.endpoint.port == port
        and len(one.attempts) == 1
    ]
    return Divided(
        port=port,
        alive=tuple(one for one in single if one.failure is None and not one.retransmits),
        rescued=tuple(one for one in single if one.failure is None and one.retransmits),
        dead=tuple(one for one in single if one.failure is Failure.TIMED_OUT),
    )


def _is_proven(one: Divided) -> bool:
    if min(len(one.dead), len(one.alive)) < _SOME or len({step.host for step in one.dead}) < _HOSTS:
        return False
    return at_least(len(one.dead), one.missed, one.missed / (one.missed + len(one.alive))) <= _RARE
