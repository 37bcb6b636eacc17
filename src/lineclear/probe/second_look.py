"""The second look: no failure is believed on the first pass alone, and what tells causes apart is asked beside it.

It begins when the burst of the first pass is over, with those that nobody accepted; walks that fail later have theirs
when the first pass is over. Where a line loses packets, what loss may have failed is asked before. Errands that do not
disturb one another run side by side. Where connections seem to be rationed each one more disturbs, and where routers
tell of what they reject they have few words to spare: then one thing is done at a time.
"""

from collections.abc import Sequence
from typing import Any

from lineclear.model import Depth, Plan
from lineclear.plan import again
from lineclear.plan.again import Look

from .deeper import Deeper
from .doubting import ask_until_sure, in_doubt, tell_apart
from .examine import examine_again
from .loop.reactor import Task
from .turns import Turns
from .wire import Wire

_ROUTER_RESTS_S = 1.1
"""After which a router that limits its ICMP errors has one more to give (Linux: one a second)."""
_SAID_S = 0.5
"""Patience for that one."""


async def look_again(wire: Wire, plan: Plan, first: Task[Any]) -> None:
    """Ask again what failed and look at what it may be, beside the rest of the first pass and after it."""
    reactor, observations = wire.run.reactor, wire.run.observations
    deeper = Deeper(wire, plan)
    is_doubted = in_doubt(plan, observations)
    if is_doubted:
        await _first_and_doubts(wire, plan, first)
    early = again.failing(plan, observations)
    of_burst = reactor.spawn(_look(wire, plan, deeper, early))
    if again.seems_rationed(early, observations):
        await of_burst
    if not is_doubted:
        await _first_and_doubts(wire, plan, first)
    known = {(one.target.host, one.endpoint) for one in early}
    late = [one for one in again.failing(plan, observations) if (one.target.host, one.endpoint) not in known]
    await _look(wire, plan, deeper, late)
    await of_burst
    if reactor.is_cut:
        return
    looks = (*early, *late)
    for one in again.unsaid(looks, observations):
        await reactor.sleep(_ROUTER_RESTS_S)
        await examine_again(wire, one.target, one.endpoint, plan.depth, patience_s=_SAID_S)
    if plan.depth is Depth.FULL:
        await deeper.conclude(again.still_open(looks, observations))


async def _first_and_doubts(wire: Wire, plan: Plan, first: Task[Any]) -> None:
    """The end of the first pass, and what loss may have failed in it until chance is no excuse."""
    await first
    if not wire.run.reactor.is_cut:
        await tell_apart(wire, plan)
        await ask_until_sure(wire, plan)


async def _look(wire: Wire, plan: Plan, deeper: Deeper, looks: Sequence[Look]) -> None:
    """Turns for these, and beside them what may go beside."""
    if wire.run.reactor.is_cut:
        return
    turns = Turns(wire, plan, looks).all()
    if plan.depth is not Depth.FULL:
        await turns
    elif again.go_alone(looks, wire.run.observations):
        await wire.run.reactor.gather([turns, deeper.pings()])
    else:
        await wire.run.reactor.gather([turns, deeper.pings(), *deeper.beside(looks)])
