"""Asking again what loss alone may have made fail, until it works or chance is no excuse any more.

Only where loss was measured (`lineclear.plan.chance`): a line that loses nothing never comes here.
"""

from collections.abc import Sequence

from lineclear.model import AnyObservation, Endpoint, Plan, Purpose
from lineclear.plan import wavering
from lineclear.plan.again import Look
from lineclear.plan.chance import Chances
from lineclear.plan.dividing import flows

from .examine import examine_hedged
from .wire import Wire

_TIMES = 5
_APART_S = 0.03
_REPEATED_S = 1.7
"""In which the kernel has repeated a SYN, and the repeat is answered."""


def in_doubt(plan: Plan, observations: Sequence[AnyObservation]) -> bool:
    """Whether there is anything to ask so."""
    return bool(flows(plan, observations) or Chances(observations).doubtful(plan))


async def tell_apart(wire: Wire, plan: Plan) -> None:
    """Single connections to ports of which some SYNs go unanswered while those of others do not: which, and why."""
    places = flows(plan, wire.run.observations)
    await wire.run.reactor.gather([_connect_once(wire, *one, _APART_S * turn) for turn, one in enumerate(places)])


async def tell_refusals(wire: Wire, plan: Plan) -> None:
    """Single connections in one burst, where a port refused some and accepted others; then those refused by chance."""
    places = wavering.flows(plan, wire.run.observations)
    burst = [_connect_once(wire, *one, wavering.APART_S * turn) for turn, one in enumerate(places)]
    await wire.run.reactor.gather(burst)
    if burst:
        await ask_until_sure(wire, plan)


async def _connect_once(wire: Wire, host: str, endpoint: Endpoint, after_s: float) -> None:
    await wire.run.reactor.sleep(after_s)
    connection = await wire.connect(host, endpoint, purpose=Purpose.COMPARISON, hedges=1, patience_s=_REPEATED_S)
    if connection is not None:
        connection.close()


async def ask_until_sure(wire: Wire, plan: Plan) -> None:
    """Walk to every doubtful target again, all of them side by side, each a few times at most."""
    looks = Chances(wire.run.observations).doubtful(plan)
    await wire.run.reactor.gather([_ask(wire, plan, one, _APART_S * turn) for turn, one in enumerate(looks)])


async def _ask(wire: Wire, plan: Plan, look: Look, after_s: float) -> None:
    run, host = wire.run, look.target.host
    await run.reactor.sleep(after_s)
    for _ in range(_TIMES):
        if run.reactor.is_cut or not Chances(run.observations).may_have_failed(host, look.endpoint):
            return
        wire.may_nudge_again(look.endpoint)
        await examine_hedged(wire, look.target, look.endpoint, plan.depth)
