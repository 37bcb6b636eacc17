"""The part of a run that is held with the user's reflector, after everything else: its burst must disturb nothing.

First its first address, each port in turn; then the further addresses it told of, the place it says is empty, full
segments, how far its answers come, and, if asked for, silences of many lengths side by side; at the end the public
address once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineclear.model import Payload, Purpose, Reflection
from lineclear.plan.reflecting import (
    FLIGHT,
    SEGMENTS,
    Call,
    announced,
    behind_boxes,
    empty_places,
    fine_ages,
    first_calls,
    further_calls,
    later_calls,
    longer_ways_back,
    ways_back,
)
from lineclear.probe.tcp import reach

from .outlasting import await_goodbye, outlast
from .reflection import arrivals, fly, reflect
from .wayback import count_back

if TYPE_CHECKING:
    from lineclear.model import Endpoint, Plan, Reflecting
    from lineclear.probe.run import Run
    from lineclear.probe.wire import Wire

_WATCHED_S = 4.0
"""A box that the far end refuses hangs up after one to three seconds."""
_ORDER = (Payload.LINES, Payload.TLS, Payload.TLS_WEB, Payload.WEB)
"""Where a connection is gone on with: on the application's own ports before the web's."""
_HOLDS = (outlast, await_goodbye)


async def ask_reflector(wire: Wire, plan: Plan) -> None:
    """Everything the plan wants of a reflector; nothing if it wants nothing."""
    reflector, run = plan.reflector, wire.run
    if reflector is None or run.reactor.is_cut:
        return
    first = first_calls(reflector, plan.redirections)
    watched = run.reactor.spawn(_watch(wire, plan))
    found = await run.reactor.gather([reflect(run, one, name=reflector.name) for one in first])
    await watched
    way = _way(first, found)
    if way is None or run.reactor.is_cut:
        return
    more, empty = announced(found)
    further = further_calls(reflector, plan.redirections, more)
    await run.reactor.gather(
        [
            *(reflect(run, one, name=reflector.name) for one in further),
            *(_knock(wire, one) for one in empty_places(plan, empty)),
            *(_fly(run, way, reflector, inbound=inbound) for inbound in (True, False)),
            _count_back(run, way, reflector, found),
            *(hold(run, way, one, name=reflector.name) for one in fine_ages(plan.idle_s) for hold in _HOLDS),
        ]
    )
    later = later_calls(reflector, plan.redirections)
    await run.reactor.gather([reflect(run, one, name=reflector.name) for one in later])
    await arrivals(run, way, name=reflector.name)


def _way(calls: tuple[Call, ...], found: list[Reflection]) -> Call | None:
    """A call that was answered and can be gone on with, if any was."""
    answered = [call for call, one in zip(calls, found, strict=True) if one.seen is not None and one.failure is None]
    return min(answered, key=lambda one: _ORDER.index(one.kind), default=None)


async def _fly(run: Run, way: Call, reflector: Reflecting, *, inbound: bool) -> None:
    """Full segments one way; where they are lost, smaller ones side by side."""
    arrived = await fly(run, way, FLIGHT, inbound=inbound, name=reflector.name)
    if arrived is False:
        smaller = [fly(run, way, FLIGHT, inbound=inbound, segment=one, name=reflector.name) for one in SEGMENTS]
        await run.reactor.gather(smaller)


async def _count_back(run: Run, way: Call, reflector: Reflecting, found: list[Reflection]) -> None:
    """Whether the way back is as long as the way out; where it is not, how long."""
    tried = ways_back(found)
    await run.reactor.gather([count_back(run, way, *one, name=reflector.name) for one in tried])
    more = longer_ways_back(run.observations)
    await run.reactor.gather([count_back(run, way, *one, name=reflector.name) for one in more])


async def _watch(wire: Wire, plan: Plan) -> None:
    """How long a box keeps connections to servers that it may not reach."""
    places = behind_boxes(plan, wire.run.observations)
    await wire.run.reactor.gather([_outstay(wire, host, endpoint) for host, endpoint in places])


async def _outstay(wire: Wire, host: str, endpoint: Endpoint) -> None:
    connection, _, _ = await reach(wire.run, host=host, endpoint=endpoint, purpose=Purpose.COMPARISON)
    if connection is not None:
        await wire.listen(connection, _WATCHED_S)
        connection.close()


async def _knock(wire: Wire, endpoint: Endpoint) -> None:
    connection = await wire.connect("", endpoint, purpose=Purpose.CONTROL)
    if connection is not None:
        connection.close()
