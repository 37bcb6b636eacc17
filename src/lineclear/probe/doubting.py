"""Asking again what loss alone may have made fail, until it works or chance is no excuse any more.

Only where loss was measured (`lineclear.plan.chance`): a line that loses nothing never comes here.
"""

from lineclear.model import Plan
from lineclear.plan.again import Look
from lineclear.plan.chance import Chances

from .examine import examine_hedged
from .wire import Wire

_ROUNDS = 5
_APART_S = 0.03


async def ask_until_sure(wire: Wire, plan: Plan) -> None:
    """Walk to every doubtful target again, all of them side by side, a few times at most."""
    reactor = wire.run.reactor
    for _ in range(_ROUNDS):
        looks = Chances(wire.run.observations).doubtful(plan)
        if not looks or reactor.is_cut:
            return
        await reactor.gather([_ask(wire, plan, one, _APART_S * turn) for turn, one in enumerate(looks)])


async def _ask(wire: Wire, plan: Plan, look: Look, after_s: float) -> None:
    await wire.run.reactor.sleep(after_s)
    wire.may_nudge_again(look.endpoint)
    await examine_hedged(wire, look.target, look.endpoint, plan.depth)
