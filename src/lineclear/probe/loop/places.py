"""How many sockets a run may have open at a time, so that a long list never eats the descriptors of the process.

Without a bound, 2,000 silent targets hold 10,000 sockets: then nothing can be opened any more, not even a module that
is imported when it is first needed.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from lineclear.probe.descriptors import allowed
from lineclear.probe.sockets import LINUX

if TYPE_CHECKING:
    from .reactor import Reactor, Task

_SHARE = 2
"""One part of the descriptors is for walks; the other for resolvers, the system's look-ups, pings and files."""
_OF_A_FENCE = 12
_FEWEST = 4
_FAR_S = 3600.0
"""A bound on one wait in line; it is gone on with."""


class Places:
    """A number of places. Who finds none free waits in line."""

    def __init__(self, reactor: Reactor, number: int) -> None:
        self._reactor = reactor
        self._free = number
        self._line: deque[Task[object]] = deque()

    async def take(self) -> None:
        """Take a place as soon as there is one. In a run that is cut nobody waits: nothing is opened any more."""
        reactor = self._reactor
        if self._free > 0:
            self._free -= 1
            return
        me = reactor.current
        self._line.append(me)
        while me in self._line and not reactor.is_cut:
            await reactor.until(reactor.clock() + _FAR_S)
        if me in self._line:
            self._line.remove(me)
            self._free -= 1

    def give_back(self) -> None:
        """Let the next in line have it."""
        if self._line:
            self._reactor.wake(self._line.popleft())
        else:
            self._free += 1


def walks_at_once(hedges: int) -> int:
    """How many walks may be under way, each with as many sockets as its connect or its fence needs."""
    return max(_FEWEST, allowed() // _SHARE // max(hedges, 1 + _OF_A_FENCE if LINUX else 1))
