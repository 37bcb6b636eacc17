"""After the second look: what tells the causes apart, each only where something calls for it (`lineclear.plan`)."""

from collections.abc import Coroutine, Sequence
from typing import Any

from lineclear.model import Endpoint, Plan, Purpose
from lineclear.plan import again
from lineclear.plan.again import Look
from lineclear.plan.cuts import cuts, short_of
from lineclear.plan.flows import flows
from lineclear.plan.greetings import doubtful, sites
from lineclear.plan.holding import ages, held
from lineclear.plan.inventing import may_invent
from lineclear.plan.other_ends import other_ends
from lineclear.plan.refusals import refusals
from lineclear.plan.sampling import samples
from lineclear.plan.segments import small_segments
from lineclear.plan.varying import ROUNDS, varying
from lineclear.plan.versions import single_versions, vouching

from .doubting import tell_refusals
from .wire import Wire

_SAMPLES = 4
_ROUTER_RESTS_S = 0.5
"""Between questions to the same router: Linux routers answer once a second, and two routers share them."""


class Deeper:
    """What one run looks into, each thing once."""

    def __init__(self, wire: Wire, plan: Plan) -> None:
        self._wire = wire
        self._plan = plan
        self._done: set[object] = set()

    def beside(self, looks: Sequence[Look]) -> list[Coroutine[Any, Any, Any]]:
        """What may go on beside second looks at these: paths to what fails, TLS in other ways where it does."""
        plan, observations = self._plan, self._wire.run.observations
        traces = [(one.target.host, one.endpoint) for one in again.traces(plan, looks, observations)]
        small, single = small_segments(looks, observations), single_versions(looks, observations)
        return [
            *(self._wire.trace(*one) for one in traces if self._is_new(one)),
            *(self._wire.handshake_in_small(*one) for one in small if self._is_new(("in small", *one))),
            *(self._wire.handshake_offering(*one) for one in single if self._is_new(("offering", *one))),
        ]

    async def pings(self) -> None:
        """One echo to each address that was walked to, if the list says the host answers."""
        quiet = {one.host for one in self._plan.targets if not one.pingable}
        asked: dict[str, str] = {}
        for one in self._wire.run.observations:
            endpoint, host = getattr(one, "endpoint", None), getattr(one, "host", "")
            if host and endpoint is not None and host not in quiet:
                asked.setdefault(endpoint.address, host)
        new = [(host, address) for address, host in asked.items() if self._is_new(address)]
        await self._wire.run.reactor.gather([self._wire.ping(host, address) for host, address in new])

    async def conclude(self, looks: Sequence[Look]) -> None:
        """What is left of that; a few packets more where some were lost, further ways out, who refuses, silences."""
        wire, plan = self._wire, self._plan
        reactor, observations = wire.run.reactor, wire.run.observations
        await tell_refusals(wire, plan)
        ends = wire.other_ends(other_ends(plan, looks, observations))
        greetings = _greet_at_large(wire, plan)
        nobody = [wire.ask_for_nobody(resolver) for resolver in may_invent(looks, observations)]
        await reactor.gather([*self.beside(looks), self.pings(), _sample(wire, plan), ends, greetings, *nobody])
        who_cuts = [_who_cuts(wire, one) for one in cuts(looks, observations)]
        await reactor.gather(
            [*who_cuts, *(wire.handshake_offering(*one) for one in vouching(plan, looks, observations))]
        )
        seems_to_vary = varying(plan, observations)
        for _ in range(ROUNDS if seems_to_vary else 0):
            await reactor.gather([_connect_once_more(wire, host, endpoint) for host, endpoint in seems_to_vary])
        for host, endpoint, upto in flows(observations):
            await reactor.sleep(_ROUTER_RESTS_S)
            await wire.fence(host, endpoint, upto)
        asked = refusals(observations)
        await reactor.gather([wire.origin(one.host, one.endpoint, one.floors, one.hop_limit) for one in asked])
        places = [(one, endpoint, age) for one, endpoint in held(plan, observations) for age in ages(plan.idle_s)]
        holds = (wire.hold(one, endpoint, age) for one, endpoint, age in places)
        await reactor.gather([*holds, *_with_reflector(wire, plan)])

    def _is_new(self, errand: object) -> bool:
        """Whether an errand has not been run; from now on it has."""
        is_new = errand not in self._done
        self._done.add(errand)
        return is_new


async def _who_cuts(wire: Wire, one: Look) -> None:
    """Who cuts a connection at its first words, where it is known how far the host is."""
    if not short_of(wire.run.observations, one.endpoint):
        await wire.trace(one.target.host, one.endpoint)
    farthest = short_of(wire.run.observations, one.endpoint)
    if farthest:
        await wire.cut_origin(one.target, one.endpoint, farthest)


async def _greet_at_large(wire: Wire, plan: Plan) -> None:
    """Whether a TLS greeting as large as that of browsers passes; where it did not, again, and in small segments."""
    reactor, observations = wire.run.reactor, wire.run.observations
    places = sites(plan, observations)
    await reactor.gather([wire.greet_at_large(target, endpoint) for target, endpoint in places])
    again = doubtful(places, observations)
    await reactor.gather([wire.greet_at_large(target, endpoint, size) for (target, endpoint), size in again])


def _with_reflector(wire: Wire, plan: Plan) -> list[Coroutine[Any, Any, None]]:
    """The conversation with the user's reflector, if there is one; beside what else takes its time."""
    if plan.reflector is None:
        return []
    from .far.reflecting import ask_reflector  # noqa: PLC0415  only where the user has one

    return [ask_reflector(wire, plan)]


async def _sample(wire: Wire, plan: Plan) -> None:
    """A few connects more to each address, a few times at most, where packets went missing: chance, or the line?"""
    for _ in range(_SAMPLES):
        places = samples(plan, wire.run.observations)
        await wire.run.reactor.gather([_connect_once_more(wire, host, endpoint) for host, endpoint in places])


async def _connect_once_more(wire: Wire, host: str, endpoint: Endpoint) -> None:
    """Only the SYNs count."""
    connection = await wire.connect(host, endpoint, purpose=Purpose.COMPARISON)
    if connection is not None:
        connection.close()
