"""Whose turn it is in the second look: a few of each group at once, and where one recovers all the others, slowly.

Forty connects at once trip limits on new connections. So once anything recovers, what is still to be asked is asked
one by one, at a pace that such a limit allows: it is learned from what comes back, as TCP learns its rate (faster by
little after each success, slower by much after a failure). What fails again has one turn more, when all others had
theirs. Where repeated SYNs get through and first ones do not, nothing is rationed, and all are asked at once.
"""

from collections.abc import Sequence

from lineclear.model import Plan
from lineclear.plan import again
from lineclear.plan.again import Look
from lineclear.plan.sampling import drops_first_syns

from .examine import examine_again
from .loop.reactor import Task
from .wire import Wire

_AGAIN_S = 1.5
"""Patience where the gateway is known to live: the kernel sends a SYN again after one second."""
_MOST_AT_ONCE = 24
_LOOK_EVERY_S = 0.02
_FASTER, _SLOWER, _WARNED = 0.95, 1.5, 1.3
_LEAST_APART_S, _MOST_APART_S = 0.1, 0.6
_LAST_APART_S = 0.3
"""Between last turns at least."""
_FEW = 5
"""Connections that opened by a repeated SYN alone, before one knows that it is the first that is dropped."""
_REST_S = 1.0
"""Before a last turn, and between two times that the pace is slowed: limits count by the second."""


class Turns:
    """Second looks at some of what failed."""

    def __init__(self, wire: Wire, plan: Plan, looks: Sequence[Look]) -> None:
        """Look again at these; how patiently, and whether after a rest, depends on what has been seen so far."""
        self._wire = wire
        self._plan = plan
        self._groups = again.groups(looks)
        self._seen = wire.run.observations
        self._patience_s = wire.limits.slow_pass_s if again.gateway_in_doubt(plan, self._seen) else _AGAIN_S
        self._is_turned_away = again.is_turned_away(looks, self._seen)
        self._apart_s, self._least_s = wire.limits.slow_pass_apart_s, _LEAST_APART_S
        self._latest = self._slowed = wire.run.began
        self._troubled: set[str] = set()
        """Addresses that had their part in the pace: one that is off slows it once."""
        self._walks: list[Task[None]] = []
        self._undecided: dict[Look, float] = {}
        """Looks that may still get past where the first one ended, and since when."""

    async def all(self) -> None:
        """A few of each group; where one recovers all of its group, and then what still fails once more."""
        reactor = self._wire.run.reactor
        few = again.by_turns([again.representatives(group) for group in self._groups])
        await reactor.sleep(_REST_S if self._is_turned_away else 0.0)
        await self._at_once(few)
        waiting = list(self._groups)
        while heals := [group for group in waiting if again.recovered(group, self._seen)]:
            waiting = [group for group in waiting if group not in heals]
            self._patience_s = _AGAIN_S
            for is_required in (True, False):
                await self._of_healing([look for group in heals for look in group], waiting, is_required)
        for walk in self._walks:
            await walk

    async def _of_healing(self, looks: Sequence[Look], waiting: Sequence[Sequence[Look]], is_required: bool) -> None:
        """Those that are required, or the others; and in the end what still fails, and one of each group that did."""
        reactor = self._wire.run.reactor
        mine = [look for look in looks if look.target.required is is_required]
        healing = again.still_open(mine, self._seen)
        if drops_first_syns(self._seen, _FEW):
            await self._at_once(healing)
        else:
            await self._one_by_one(healing)
        samples = [group[0] for group in waiting if group[0].target.required is is_required]
        last = [*again.still_failing(mine, self._seen), *samples]
        await reactor.sleep(self._latest + _REST_S - reactor.clock() if last else 0.0)
        await self._one_by_one(last, least_s=_LAST_APART_S)

    async def _at_once(self, looks: Sequence[Look]) -> None:
        """A SYN that is sent again is counted beside this machine's own (`counts`): all begin at one moment."""
        for first in range(0, len(looks), _MOST_AT_ONCE):
            for look in looks[first : first + _MOST_AT_ONCE]:
                self._begin(look, is_paced=False)
            await self._decided()

    async def _one_by_one(self, looks: Sequence[Look], least_s: float = 0.0) -> None:
        """Each in its turn, `least_s` apart at least; what comes back sets the pace."""
        reactor = self._wire.run.reactor
        for look in looks:
            while not reactor.is_cut:
                waits_s = self._latest + max(self._apart_s, least_s) - reactor.clock()
                if waits_s <= 0 and len(self._undecided) < self._wire.limits.slow_pass_at_once:
                    break
                await reactor.sleep(max(_LOOK_EVERY_S, waits_s))
                self._slow_down_where_overdue()
            self._begin(look, is_paced=True)
        await self._decided()

    def _begin(self, look: Look, *, is_paced: bool) -> None:
        reactor = self._wire.run.reactor
        if not reactor.is_cut:
            self._latest = self._undecided[look] = reactor.clock()
            self._walks.append(reactor.spawn(self._look(look, is_paced)))

    async def _decided(self) -> None:
        reactor = self._wire.run.reactor
        while self._undecided and not reactor.is_cut:
            await reactor.sleep(_LOOK_EVERY_S)

    async def _look(self, look: Look, is_paced: bool) -> None:
        def connected() -> None:
            if is_paced:
                self._set_pace(look, went_well=again.went_smoothly(look, self._seen))
            if again.is_connect(look):
                self._undecided.pop(look, None)

        depth, patience_s = self._plan.depth, self._patience_s
        await examine_again(
            self._wire, look.target, look.endpoint, depth, patience_s=patience_s, when_connected=connected
        )
        self._undecided.pop(look, None)

    def _slow_down_where_overdue(self) -> None:
        now, patience_s = self._wire.run.now(), self._wire.run.patience_s()
        for look, began in self._undecided.items():
            if again.is_connect(look) and now > began + patience_s:
                self._set_pace(look, went_well=False)

    def _set_pace(self, look: Look, *, went_well: bool) -> None:
        """Faster after each success, slower after trouble; and hardly ever again as fast as when that came."""
        now = self._wire.run.now()
        if went_well:
            self._apart_s = max(self._least_s, self._apart_s * _FASTER)
        elif now >= self._slowed + _REST_S and look.endpoint.address not in self._troubled:
            self._slowed = now
            self._troubled.add(look.endpoint.address)
            self._least_s = min(self._wire.limits.slow_pass_apart_s, self._apart_s * _WARNED)
            self._apart_s = min(_MOST_APART_S, self._apart_s * _SLOWER)
