"""What the deep verbs see of a network: silent connections, what the kernel counted, who refuses, small segments."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from tests.diagnose.network import FAR_HOPS, SECOND, Network

from lineclear.model import AnswerOrigin, AnyObservation, Depth, Floor, IdleHold, Observation, Plan, Transport
from lineclear.plan.holding import ages, held
from lineclear.plan.refusals import refusals

FIRST_LIMIT = 64
"""The hop limit everybody here begins with."""

Step = TypeVar("Step", bound=Observation)


def deep(network: Network, plan: Plan, notes: Iterable[AnyObservation]) -> tuple[AnyObservation, ...]:
    """The observations a check makes after its second look."""
    made = _Deep(network, plan, tuple(notes)).everything()
    return tuple(one for one in made if type(one).__name__ not in network.left_out)


class _Deep:
    def __init__(self, network: Network, plan: Plan, notes: tuple[AnyObservation, ...]) -> None:
        self.network = network
        self.plan = plan
        self.notes = notes
        self._numbers = itertools.count(1)

    def everything(self) -> Iterator[AnyObservation]:
        if self.plan.depth is Depth.FULL:
            yield from self._origins()
            yield from self._holds()

    def _note(self, kind: type[Step], at_ms: float, took_ms: float, **fields: Any) -> Step:
        return kind(id=f"d{next(self._numbers)}", at_ms=at_ms, took_ms=took_ms, **fields)

    def _origins(self) -> Iterator[AnyObservation]:
        for one in refusals(self.notes):
            door = self.network.door(f"{one.host}:{one.endpoint.port}", one.endpoint.address, SECOND)
            arrives = FIRST_LIMIT + 1 - (door.refused_by or FAR_HOPS)
            floors = tuple(
                Floor(least=least, outcome="refused" if least <= arrives else "silent") for least in one.floors
            )
            yield self._note(
                AnswerOrigin,
                8000.0,
                200.0,
                endpoint=one.endpoint,
                host=one.host,
                hop_limit=one.hop_limit,
                floors=floors,
            )

    def _holds(self) -> Iterator[AnyObservation]:
        memory = self.network.memory
        for target, endpoint in held(self.plan, self.notes):
            for age in ages(self.plan.idle_s):
                if memory.goodbye_s < min(age, memory.lasts_s):
                    what = {"idle_ms": memory.goodbye_s * 1000.0, "failure": memory.ends_in}
                else:
                    lost = age > memory.lasts_s
                    what = {"idle_ms": age * 1000.0, "asked": True, "failure": memory.ends_in if lost else None}
                secure = target.transport is Transport.TLS
                yield self._note(
                    IdleHold, 9000.0, age * 1000.0, endpoint=endpoint, host=target.host, secure=secure, **what
                )
