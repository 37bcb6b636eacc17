"""The second look: no failure is believed on the first pass alone, and what tells causes apart is asked beside it.

It begins when the burst of the first pass is over, with those that nobody accepted; walks that fail later have theirs
when the first pass is over, and a silence that was none before is asked about once more. Where a line loses packets,
what loss may have failed is asked before. Errands that do not disturb one another run side by side. Where connections
seem to be rationed each one more disturbs, and where routers tell of what they reject they have few words to spare:
then one thing is done at a time.
"""

from collections.abc import Sequence
from typing import Any

from lineclear.model import Attempt, Depth, Plan, Purpose, TcpConnect
from lineclear.plan import again
from lineclear.plan.again import Look

from .deeper import Deeper
from .doubting import ask_until_sure, in_doubt, tell_apart
from .examine import examine_again
from .kept import Answered
from .loop.reactor import Task
from .turns import Turns
from .wire import Wire

_ROUTER_RESTS_S = 1.1
"""After which a router that limits its ICMP errors has one more to give (Linux: one a second)."""
_SAID_S = 0.5
"""Patience for that one."""
_LATER = 1.5
"""Patience where answers come late, in times of how late they came."""
_LEAST_S = 1.7
"""And at the least: the kernel sends a SYN again after one second."""


async def look_again(wire: Wire, plan: Plan, first: Task[Any]) -> None:
    """Ask again what failed and look at what it may be, beside the rest of the first pass and after it."""
    reactor, observations = wire.run.reactor, wire.run.observations
    deeper = Deeper(wire, plan)
    is_doubted = in_doubt(plan, observations)
    if is_doubted:
        await _first_and_doubts(wire, plan, first)
    early = again.failing(plan, observations)
    if again.seems_rationed(early, observations):
        wire.run.kept.close()  # what is sent again there is counted too, and takes the turn of something else
    await reactor.sleep(wire.run.kept.clear_at(wire.run.now()) - wire.run.now())
    of_burst = reactor.spawn(_look(wire, plan, deeper, early))
    if again.seems_rationed(early, observations):
        await of_burst
    if not is_doubted:
        await _first_and_doubts(wire, plan, first)
    known = {(one.target.host, one.endpoint) for one in early}
    late = [one for one in again.failing(plan, observations) if (one.target.host, one.endpoint) not in known]
    await _look(wire, plan, deeper, late)
    await of_burst
    looks = (*early, *late)
    if looks and not reactor.is_cut:
        await Turns(wire, plan, again.changed(plan, looks, observations)).all()
    await _more_patiently(wire, plan, looks)
    if reactor.is_cut:
        return
    for one in again.unsaid(looks, observations):
        await reactor.sleep(_ROUTER_RESTS_S)
        await examine_again(wire, one.target, one.endpoint, plan.depth, patience_s=_SAID_S)
    if plan.depth is Depth.FULL:
        await deeper.conclude(again.still_open(looks, observations))
        await _more_patiently(wire, plan, looks)


async def _more_patiently(wire: Wire, plan: Plan, looks: Sequence[Look]) -> None:
    """Ask what is still silent once more, on ports where an answer came when nobody waited for it any longer.

    It may have been late; or the way was opened meanwhile, and the kernel's repeated SYN found it so.
    """
    run = wire.run
    late = run.kept.answered(run.now())
    for one in late:
        run.record(_late_connect(wire, one))
    ports = {one.endpoint.port for one in late}
    silent = [one for one in again.still_open(looks, run.observations) if again.is_connect(one)]
    asked = [one for one in silent if one.endpoint.port in ports]
    patience_s = max([_LEAST_S, *(_LATER * one.took_s for one in late)])
    await wire.run.reactor.gather([_at_once(wire, plan, asked, patience_s), _greet_more_patiently(wire, plan, looks)])


async def _greet_more_patiently(wire: Wire, plan: Plan, looks: Sequence[Look]) -> None:
    """The same of greetings of TLS that were taken, and answered when nobody waited any longer.

    Where packets are lost that is why, and who counts chances asks again anyway.
    """
    run = wire.run
    if not looks:
        return
    late = [] if in_doubt(plan, run.observations) else run.greeted.answered(run.now())
    run.greeting_s = max([run.greeting_s, *(_LATER * (run.now() - one.sent) for one in late)])
    ports = {one.endpoint.port for one in late}
    mute = [one for one in again.still_open(looks, run.observations) if again.is_unanswered_greeting(one)]
    await _at_once(wire, plan, [one for one in mute if one.endpoint.port in ports], _LEAST_S)


def _late_connect(wire: Wire, one: Answered) -> TcpConnect:
    run = wire.run
    at_ms, took_ms = run.at_ms(one.sent), round(one.took_s * 1000.0, 3)
    return TcpConnect(
        id=run.new_id(),
        at_ms=at_ms,
        took_ms=took_ms,
        endpoint=one.endpoint,
        host=one.host,
        purpose=Purpose.COMPARISON,
        attempts=(Attempt(at_ms=at_ms, connected=True),),
        rtt_ms=took_ms,
        rtt_from="clock" if one.retransmits is None else "tcp_info",
        retransmits=one.retransmits,
    )


async def _at_once(wire: Wire, plan: Plan, looks: Sequence[Look], patience_s: float) -> None:
    again_at_once = (examine_again(wire, one.target, one.endpoint, plan.depth, patience_s=patience_s) for one in looks)
    await wire.run.reactor.gather(list(again_at_once))


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
