"""What the user's reflector says, as the rules ask for it: by port, by kind of payload, by address.

A reflector is another destination. What it shows of a port it shows of the path to itself: that a port is let out, or
is not; that somebody opens TLS, or does not. Whether the same is so towards the vendor is for whoever asks to decide,
for exceptions are made by destination, too.
"""

from collections.abc import Iterable
from functools import cached_property

from lineclear.model import (
    LOCAL,
    UNTESTED,
    Arrivals,
    Control,
    ControlKind,
    Endpoint,
    Failure,
    LargeFlight,
    Observation,
    Payload,
    Plan,
    Purpose,
    Reflection,
    TcpListen,
    Transport,
)
from lineclear.plan.reflecting import empty_places, usual_kind

OPAQUE = frozenset({Payload.LINES, Payload.BINARY, Payload.FIX})
"""What no device knows."""
KNOWN = frozenset({Payload.WEB, Payload.TLS, Payload.TLS_WEB})
"""What every device that looks at applications knows."""
SECRET = frozenset({Payload.TLS, Payload.TLS_WEB})
_STRANGE = frozenset({Failure.NOT_THE_REFLECTOR, Failure.NOT_TLS, Failure.HTTP_MALFORMED})
"""Somebody answered, and was not the reflector."""
_ENOUGH = 2
"""Connections that must share a fate before it is the port's."""


class FarEnd:
    """One reflector's word, indexed."""

    def __init__(self, plan: Plan, ordered: Iterable[Observation]) -> None:
        self._plan = plan
        self._ordered = tuple(ordered)

    @cached_property
    def reflections(self) -> tuple[Reflection, ...]:
        """Every conversation that was tried, in the order of time."""
        return tuple(
            one for one in self._ordered if isinstance(one, Reflection) and one.failure not in UNTESTED | LOCAL
        )

    @cached_property
    def answered(self) -> tuple[Reflection, ...]:
        """Those that came back."""
        return tuple(one for one in self.reflections if one.failure is None)

    @cached_property
    def ports(self) -> dict[int, Transport]:
        """Ports that were to be tried, and what is spoken on each."""
        asked = self._plan.reflector
        return {one.port: one.transport for one in asked.ports} if asked else {}

    @property
    def first_answered(self) -> tuple[Reflection, ...]:
        """Conversations with its first address that came back."""
        return tuple(one for every in self._by_port.values() for one in every if one.failure is None)

    def at(self, port: int, *kinds: Payload) -> tuple[Reflection, ...]:
        """Conversations on a port of the list with the first address: of these kinds, or of any."""
        return tuple(one for one in self._by_port.get(port, ()) if not kinds or one.kind in kinds)

    def usual(self, port: int) -> tuple[Reflection, ...]:
        """Conversations on a port in the way software has them there."""
        return self.at(port, usual_kind(self.ports[port])) if port in self.ports else ()

    def passes(self, port: int) -> bool | None:
        """Whether what software says on a port goes through; None: it was not tried often enough."""
        return _passes(self.usual(port), _ENOUGH)

    def lets(self, port: int, kind: Payload) -> bool | None:
        """Whether one kind of payload goes through on a port that accepts; None: unknown, or somebody else answered."""
        return _passes([one for one in self._opened(port, kind) if one.failure not in _STRANGE], 1)

    def _opened(self, port: int, *kinds: Payload) -> list[Reflection]:
        return [one for one in self.at(port, *kinds) if one.stage != "connect"]

    def stops_the_unknown(self, port: int) -> bool:
        """Whether a filter passes what it knows on a port and stops every kind it does not."""
        unknown = [self.lets(port, kind) for kind in OPAQUE]
        return any(self.lets(port, kind) for kind in KNOWN) and all(one is False for one in unknown)

    def stops_any_unknown(self, port: int) -> bool:
        """Whether some kind that nobody knows does not go through on a port."""
        return any(one.failure is not None for one in self._opened(port, *OPAQUE))

    def dead_ends(self, port: int) -> tuple[Reflection, ...]:
        """Usual conversations of a port that was accepted every time, and led nowhere; none if one came back."""
        found = self.usual(port)
        nowhere = all(one.failure is not None and one.stage != "connect" for one in found)
        return found if nowhere and len(found) >= _ENOUGH else ()

    @cached_property
    def arrivals(self) -> Arrivals | None:
        """What the reflector says reached it; None: it could not be asked."""
        return next((one for one in self._ordered if isinstance(one, Arrivals) and one.failure is None), None)

    def has_arrived(self, one: Reflection) -> bool | None:
        """Whether a conversation's nonce reached the reflector, whatever came back; None: nobody knows."""
        if self.arrivals is None:
            return None
        return any(nonce == one.nonce for nonce, _ in self.arrivals.arrived)

    def outstayed(self, endpoint: Endpoint) -> tuple[str, ...]:
        """The long looks at a place in which nobody hung up and nobody spoke; none if one ended otherwise."""
        looks = [
            one
            for one in self._ordered
            if isinstance(one, TcpListen) and one.purpose is Purpose.COMPARISON and one.endpoint == endpoint
        ]
        return tuple(one.id for one in looks) if all(not one.failure and not one.spoke for one in looks) else ()

    @cached_property
    def flights(self) -> tuple[LargeFlight, ...]:
        """Full segments that were tried."""
        return tuple(
            one for one in self._ordered if isinstance(one, LargeFlight) and one.failure not in UNTESTED | LOCAL
        )

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """Places it says nobody has, as controls of their ports."""
        empty = dict.fromkeys(address for one in self.answered for address in one.empty)
        places = zip(self.ports, empty_places(self._plan, empty), strict=False)
        return tuple(Control(kind=ControlKind.NOBODY_THERE, endpoint=place, port=port) for port, place in places)

    @cached_property
    def _by_port(self) -> dict[int, list[Reflection]]:
        """Conversations with the address that was asked first, wherever the user had it dialled."""
        first = next((one.endpoint.address for one in self.reflections), "")
        found: dict[int, list[Reflection]] = {}
        for one in self.reflections:
            if one.endpoint.address == first:
                found.setdefault(one.port, []).append(one)
        return found


def _passes(found: Iterable[Reflection], enough: int) -> bool | None:
    each = [one.failure is None for one in found]
    if any(each):
        return True
    return False if len(each) >= enough else None
