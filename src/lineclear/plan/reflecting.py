"""What is said to a reflector, and how often: a few dozen connections at most.

Two ways out taken by chance show in eight connections with 254 in 256 chances, so the web's port gets eight: there the
public address matters. Each other port gets as many as tell a lost packet from a rule. What software would say on a
port is said there, and once each what it would not: a filter on applications lets some of it pass.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from lineclear.model import (
    AnyObservation,
    ControlKind,
    Endpoint,
    Failure,
    Payload,
    Plan,
    Redirection,
    ReflectedPort,
    Reflecting,
    Reflection,
    Target,
    TcpConnect,
    Transport,
    WayBack,
)

from .dialling import dial, dialled_port
from .networks import is_address

_USUAL = {
    Transport.HTTPS: Payload.TLS_WEB,
    Transport.HTTP: Payload.WEB,
    Transport.TLS: Payload.TLS,
    Transport.TCP: Payload.LINES,
}
"""What software says on a port, by what is spoken there."""
_TIMES = {Transport.HTTPS: 8, Transport.HTTP: 3, Transport.TLS: 4, Transport.TCP: 4}
_BESIDE = {
    Transport.HTTPS: (Payload.BINARY,),
    Transport.HTTP: (),
    Transport.TLS: (Payload.WEB, Payload.BINARY, Payload.FIX),
    Transport.TCP: (Payload.TLS, Payload.WEB, Payload.BINARY, Payload.FIX),
}
_LATER = 2
"""Connections at the end, to see whether the way out has changed."""
_MOST_PORTS = 6
_MOST_ADDRESSES = 5
_AGES = 12
_AGE_RATIO = 0.75
_MOST_AGE_S = 800.0
"""A little less than after what a reflector ends a silent connection."""
SEGMENTS = (1400, 1360, 1300, 1220, 1000)
"""Largest segments tried where the usual ones are lost."""
_INITIAL_LIMITS = (64, 128, 255)
"""Hop limits that systems send with."""
_SENT = (64, 71)
"""Ours, in turn: what arrives with the same difference has met nobody who sets it anew."""
_FARTHER = (1, 1, 2, 3, 5, 8, 13)
"""By how many routers one way may be longer than the other; the first is asked about twice."""
FLIGHT = 30_000
"""Bytes of a flight: some twenty full segments."""


class Call(Struct, frozen=True, kw_only=True):
    """One connection to a reflector."""

    endpoint: Endpoint
    """As dialled."""
    port: int
    """The port of the list it stands for."""
    kind: Payload
    echoed: bool = False
    """Only the echo of what was said is expected."""


def reflecting(targets: Iterable[Target], addresses: tuple[str, ...], *, name: str = "", pin: str = "") -> Reflecting:
    """What a reflector is asked in a check of these targets."""
    ports: dict[int, Transport] = {}
    for one in targets:
        if one.transport in _USUAL:
            ports.setdefault(one.port, one.transport)
    chosen = sorted(ports.items(), key=lambda item: (item[1] is Transport.HTTP, item[0]))[:_MOST_PORTS]
    return Reflecting(
        addresses=tuple(dict.fromkeys(addresses))[:_MOST_ADDRESSES],
        ports=tuple(ReflectedPort(port=port, transport=transport) for port, transport in sorted(chosen)),
        name="" if is_address(name) else name,
        pin=pin,
    )


def first_calls(reflector: Reflecting, redirections: tuple[Redirection, ...]) -> tuple[Call, ...]:
    """Everything that is said to its first address, the ports in turn so that none is met by a burst."""
    rows = [list(_calls(one, reflector.addresses[0], redirections)) for one in reflector.ports]
    longest = max(map(len, rows), default=0)
    return tuple(row[turn] for turn in range(longest) for row in rows if turn < len(row))


def further_calls(
    reflector: Reflecting, redirections: tuple[Redirection, ...], announced: tuple[str, ...]
) -> tuple[Call, ...]:
    """One connection to each further address, on the port where the public address matters most."""
    main = main_port(reflector)
    known = dict.fromkeys((*reflector.addresses, *announced))
    others = [one for one in known if one != reflector.addresses[0]][: _MOST_ADDRESSES - 1]
    return tuple(usual_call(main, one, redirections) for one in others if main is not None)


def later_calls(reflector: Reflecting, redirections: tuple[Redirection, ...]) -> tuple[Call, ...]:
    """The same as at first once more, at the end."""
    main = main_port(reflector)
    return () if main is None else (usual_call(main, reflector.addresses[0], redirections),) * _LATER


def main_port(reflector: Reflecting) -> ReflectedPort | None:
    """The port of web sessions; where there is none, any."""
    order = list(_TIMES)
    return min(reflector.ports, key=lambda one: (order.index(one.transport), one.port), default=None)


def empty_places(plan: Plan, empty: Iterable[str]) -> tuple[Endpoint, ...]:
    """Where nobody can answer, by the reflector's own word: its first empty address, on each port."""
    reflector = plan.reflector
    first = next(iter(empty), "")
    if reflector is None or not first:
        return ()
    return tuple(dial(plan.redirections, first, one.port, first) for one in reflector.ports)


def behind_boxes(plan: Plan, observations: Iterable[AnyObservation]) -> tuple[tuple[str, Endpoint], ...]:
    """Hosts and places of opaque ports that somebody accepts where nobody is: worth a longer look.

    The reflector can show that the box lets the port out; that this very server is there, only the box's patience can:
    it hangs up when the far end refuses it.
    """
    steps = [one for one in observations if isinstance(one, TcpConnect) and one.failure is None]
    nobody = {one.endpoint: one.port for one in plan.controls if one.kind is ControlKind.NOBODY_THERE}
    accepted = {nobody[one.endpoint] for one in steps if one.endpoint in nobody}
    opaque = {
        (one.host, dialled_port(plan.redirections, one.host, one.port))
        for one in plan.targets
        if one.transport is Transport.TCP and one.port in accepted
    }
    return tuple(dict.fromkeys((one.host, one.endpoint) for one in steps if (one.host, one.endpoint.port) in opaque))


def announced(observations: Iterable[AnyObservation]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Further addresses a reflector has told of, and empty ones."""
    told = [one for one in observations if isinstance(one, Reflection)]
    more = dict.fromkeys(address for one in told for address in one.more)
    empty = dict.fromkeys(address for one in told for address in one.empty)
    return tuple(more), tuple(empty)


def fine_ages(longest_s: float) -> tuple[float, ...]:
    """Seconds that connections to a reflector are silent for, each shorter than the one before by a quarter.

    More of them, and closer, than one would hold at a vendor's.
    """
    most_s = min(longest_s, _MOST_AGE_S)
    return tuple(round(most_s * _AGE_RATIO**step, 2) for step in range(_AGES)) if longest_s > 0 else ()


def ways_back(found: Iterable[AnyObservation]) -> tuple[tuple[int, int], ...]:
    """Hop limits to send with, and to have answers sent with, in two calls: enough where both ways are equally long."""
    out = _way_out(found)
    return ((_SENT[0], out), (_SENT[1], out + 1)) if out else ()


def longer_ways_back(found: Iterable[AnyObservation]) -> tuple[tuple[int, int], ...]:
    """The same once more where the way back is not as long as the way out, towards where it ends."""
    steps = [one for one in found if isinstance(one, WayBack)]
    first = {one.allowed: one.failure for one in steps if one.failure in (None, Failure.TIMED_OUT)}
    out = min(first, default=0)
    if len(first) < len(_SENT) or (first[out] is not None and first[out + 1] is None):
        return ()
    shorter = first[out] is None
    tried = (out - more if shorter else out + more for more in _FARTHER)
    return tuple((_SENT[number % 2], one) for number, one in enumerate(tried) if one > 0)


def _way_out(found: Iterable[AnyObservation]) -> int:
    """How many routers our first packets passed, as the reflector saw it; 0: none, or it does not say."""
    syns = [one.seen.syn for one in found if isinstance(one, Reflection) and one.seen and one.seen.syn]
    arrived = syns[0].hop_limit if syns else 0
    return min((one - arrived for one in _INITIAL_LIMITS if one >= arrived), default=0) if arrived else 0


def _calls(one: ReflectedPort, address: str, redirections: tuple[Redirection, ...]) -> Iterator[Call]:
    usual = usual_call(one, address, redirections)
    for _ in range(_TIMES[one.transport]):
        yield usual
    secret = one.transport in (Transport.TLS, Transport.HTTPS)
    for kind in _BESIDE[one.transport]:
        echoed = kind in (Payload.BINARY, Payload.FIX) or (kind is Payload.WEB and secret)
        yield Call(endpoint=usual.endpoint, port=one.port, kind=kind, echoed=echoed)


def usual_kind(transport: Transport) -> Payload:
    """What software says where this is spoken; what nobody knows where it is none of the list's."""
    return _USUAL.get(transport, Payload.LINES)


def usual_call(one: ReflectedPort, address: str, redirections: tuple[Redirection, ...]) -> Call:
    """What software would say on a port."""
    return Call(endpoint=dial(redirections, address, one.port, address), port=one.port, kind=_USUAL[one.transport])
