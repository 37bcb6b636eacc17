"""What failed among many and was looked at again, a few at a time: whether it recovers, and what that shows."""

from bisect import bisect_left, bisect_right
from functools import cached_property

from lineclear.model import Purpose, TcpConnect
from lineclear.plan.sampling import SOME, drops_first_syns, is_answered_late, tally
from lineclear.plan.wavering import wavering

from .symptom import CONNECT_SYMPTOMS, Symptom
from .view import View
from .walk import Walk

_CROWD = 6
"""Second looks that begin at one moment, before a limit on new connections may have taken any of them."""
_ONE_MOMENT_MS = 50.0


class Recovery:
    """Second looks, and the first passes they take back."""

    def __init__(self, view: View) -> None:
        self._view = view

    def likes(self, walk: Walk) -> list[Walk]:
        """Walks to the same port whose first pass ended alike, as far as they had a second look."""
        return self._likes.get((walk.target.port, walk.first_symptom), [])

    @cached_property
    def _likes(self) -> dict[tuple[int, Symptom | None], list[Walk]]:
        """Walks with a second look that was not cut short, by port and what their first pass showed."""
        found: dict[tuple[int, Symptom | None], list[Walk]] = {}
        for walks in self._view.walks.values():
            for one in walks:
                if one.second and one.symptom is not Symptom.UNTESTED:
                    found.setdefault((one.target.port, one.first_symptom), []).append(one)
        return found

    @cached_property
    def healed(self) -> list[Walk]:
        """Walks whose connect failed in the first pass and not in the second look."""
        return [
            one
            for likes in self._likes.values()
            for one in likes
            if one.first_symptom in CONNECT_SYMPTOMS and one.symptom not in CONNECT_SYMPTOMS | {Symptom.UNTESTED}
        ]

    def was_in_a_crowd(self, walk: Walk) -> bool:
        """Whether the latest second look at a walk began together with so many others that a limit may explain it."""
        began_ms = walk.second[0].at_ms if walk.second else 0.0
        first = bisect_left(self._looks_ms, began_ms - _ONE_MOMENT_MS)
        return bisect_right(self._looks_ms, began_ms + _ONE_MOMENT_MS) - first >= _CROWD

    @cached_property
    def _looks_ms(self) -> list[float]:
        """When connects of second looks began."""
        steps = (one for one in self._view.ordered if isinstance(one, TcpConnect))
        return sorted(one.at_ms for one in steps if one.purpose is Purpose.SECOND_LOOK)

    @cached_property
    def is_limited(self) -> bool:
        """Whether connects that fail at first and not later show a limit: more than loss alone may have made fail."""
        if drops_first_syns(self._view.ordered):
            return False
        uneven = {one.port for one in wavering(self._view.ordered)}
        healed = [
            one
            for one in self.healed
            if one.connect and not is_answered_late(one.connect) and one.endpoint.port not in uneven
        ]
        steps = [step for one in healed for step in one.first if isinstance(step, TcpConnect)]
        return bool(steps) and not self._view.chances.may_have_made(steps, sum(map(len, self._view.walks.values())))

    def late(self, port: int) -> list[TcpConnect]:
        """Connects that were accepted when nobody waited for them any longer, where no other was on their port.

        Where nothing was accepted in time at all, those to other ports speak for this one too.
        """
        steps = [one for one in self._late if one.endpoint.port not in self._accepted]
        return [one for one in steps if one.endpoint.port == port or not self._accepted]

    @cached_property
    def _late(self) -> list[TcpConnect]:
        compared = (one for one in self._view.ordered if isinstance(one, TcpConnect))
        return [one for one in compared if one.purpose is Purpose.COMPARISON and is_answered_late(one)]

    @cached_property
    def _accepted(self) -> frozenset[int]:
        connects = (walk.connect for walks in self._view.walks.values() for walk in walks)
        return frozenset(one.endpoint.port for one in connects if one is not None and one.failure is None)

    @cached_property
    def is_calm(self) -> bool:
        """Whether neither chance nor a limit took SYNs: then it says something that one got no answer."""
        steps = [one for walks in self._view.walks.values() for walk in walks for one in walk.first]
        lost, _ = tally(one for one in steps if isinstance(one, TcpConnect)).syns
        return lost < SOME and not self.healed and not self._view.chances.share
