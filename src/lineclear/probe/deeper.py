"""After the second look: what tells the causes apart, each only where something calls for it (`lineclear.plan`)."""

from collections.abc import Coroutine, Sequence
from typing import Any

from lineclear.model import Endpoint, Plan, Purpose
from lineclear.plan import again
from lineclear.plan.again import Look
from lineclear.plan.flows import flows
from lineclear.plan.holding import ages, held
from lineclear.plan.refusals import refusals
from lineclear.plan.sampling import samples
from lineclear.plan.segments import small_segments
from lineclear.plan.varying import ROUNDS, varying
from lineclear.plan.versions import single_versions

from .reactor import Task
from .wire import Wire

_SAMPLES = 4
_ROUTER_RESTS_S = 0.5
"""Between questions to the same router: Linux routers answer once a second, and two routers share them."""


async def look_deeper(wire: Wire, plan: Plan, looks: Sequence[Look], pings: Task[None]) -> None:
    """Paths to what fails, a few packets more where some were lost, small segments where TLS stalls, who refuses."""
    reactor, observations = wire.run.reactor, wire.run.observations
    traces = [wire.trace(one.target.host, one.endpoint) for one in again.traces(plan, looks, observations)]
    small = [wire.handshake_in_small(*one) for one in small_segments(looks, observations)]
    single = [wire.handshake_offering(*one) for one in single_versions(looks, observations)]
    await reactor.gather([*traces, *small, *single, _sample(wire, plan)])
    await pings
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


def _with_reflector(wire: Wire, plan: Plan) -> list[Coroutine[Any, Any, None]]:
    """The conversation with the user's reflector, if there is one; beside what else takes its time."""
    if plan.reflector is None:
        return []
    from .reflecting import ask_reflector  # noqa: PLC0415  only where the user has one

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
