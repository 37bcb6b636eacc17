"""What deserves a second look: which failing targets are tried again, slowly, and where the path is traced.

No failure is believed on the first pass alone: forty connects at once trip rate limiters, and a full connection table
refuses what it would accept a second later. But thirty silent gateways need not be asked one by one: those that fail
alike on one port are a group, a few of a group are asked again, and only when one of them recovers are the others
asked too.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import Struct

from lineclear.model import (
    LOCAL,
    UNTESTED,
    AnyObservation,
    ApiHello,
    ControlKind,
    Endpoint,
    Failure,
    HttpExchange,
    Icmp,
    Nudge,
    Observation,
    Plan,
    Purpose,
    Target,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    TlsListen,
    Transport,
)

from .dialling import dialled_port

_OF_A_GROUP = 3
_TRACES_OF_A_GROUP = 2
_MOST_TRACES = 6
_MOST_UNSAID = 2
_FEW = 2
_HARDLY = 12
_SILENT = (TcpConnect.__name__, Failure.TIMED_OUT.value)
_MUTE = (TlsHandshake.__name__, Failure.TIMED_OUT.value)
_SILENCES = (_SILENT, _MUTE, (TlsListen.__name__, ""))
_WALK = (TcpConnect, TcpListen, Nudge, TlsHandshake, TlsListen, HttpExchange, ApiHello)

One = TypeVar("One")
Walked = TcpConnect | TcpListen | Nudge | TlsHandshake | TlsListen | HttpExchange | ApiHello


class Look(Struct, frozen=True, kw_only=True):
    """One target at one endpoint that failed, and in which way: the last step that was reached, and its failure."""

    target: Target
    endpoint: Endpoint
    symptom: tuple[str, str]


def failing(plan: Plan, observations: Iterable[AnyObservation]) -> tuple[Look, ...]:
    """Every target and endpoint whose walk ended in a failure that may pass, in the order of the plan."""
    last: dict[tuple[str, Endpoint], Observation] = {}
    for one in observations:
        if isinstance(one, _WALK) and not _is_control(one):
            last[one.host, one.endpoint] = one
    return tuple(_looks(plan, last))


def _is_control(one: Walked) -> bool:
    return not one.host or getattr(one, "purpose", None) is Purpose.COMPARISON


def _looks(plan: Plan, last: dict[tuple[str, Endpoint], Observation]) -> Iterable[Look]:
    by_host: dict[str, list[tuple[Endpoint, Observation]]] = {}
    for (host, endpoint), step in last.items():
        by_host.setdefault(host, []).append((endpoint, step))
    for target in plan.targets:
        port = dialled_port(plan.redirections, target.host, target.port)
        for endpoint, step in by_host.get(target.host, ()):
            if endpoint.port == port and _may_pass(step):
                yield Look(target=target, endpoint=endpoint, symptom=_symptom(step))


def _may_pass(step: Observation) -> bool:
    """Whether asking again could bring another answer."""
    if isinstance(step, TcpListen) and step.spoke:
        return True
    if isinstance(step, TlsListen) and step.failure is None and step.acknowledged is False:
        return True
    return step.failure is not None and step.failure not in LOCAL - UNTESTED


def _symptom(step: Observation) -> tuple[str, str]:
    return (type(step).__name__, step.failure.value if step.failure else "")


def is_connect(look: Look) -> bool:
    """Whether nobody accepted."""
    return look.symptom[0] == TcpConnect.__name__


def is_unanswered_greeting(look: Look) -> bool:
    """Whether a greeting of TLS had no answer."""
    return look.symptom == _MUTE


def groups(looks: Sequence[Look]) -> tuple[tuple[Look, ...], ...]:
    """Looks that failed alike on one port of the list; what is required comes first."""
    found: dict[tuple[object, ...], list[Look]] = {}
    for one in sorted(looks, key=lambda look: not look.target.required):
        found.setdefault((one.target.port, one.symptom), []).append(one)
    return tuple(tuple(group) for group in found.values())


def representatives(group: Sequence[Look]) -> tuple[Look, ...]:
    """A few of a group, spread over it, so that every region has its say."""
    return spread(group, _OF_A_GROUP)


def recovered(group: Sequence[Look], observations: Iterable[AnyObservation]) -> bool:
    """Whether any of the group got past, in its second look, where the first one ended."""
    latest = _second_looks(observations)
    return any(_got_past(look, latest) for look in group)


def still_open(looks: Sequence[Look], observations: Iterable[AnyObservation]) -> tuple[Look, ...]:
    """Those that did not get past, in a second look, where the first one ended: all that had none among them."""
    latest = _second_looks(observations)
    return tuple(look for look in looks if not _got_past(look, latest))


def still_failing(group: Sequence[Look], observations: Iterable[AnyObservation]) -> tuple[Look, ...]:
    """Those of a group that had a second look and did not get past where the first one ended."""
    latest = _second_looks(observations)
    looked = [look for look in group if (look.target.host, look.endpoint, TcpConnect.__name__) in latest]
    return tuple(look for look in looked if not _got_past(look, latest))


def changed(plan: Plan, looks: Sequence[Look], observations: Sequence[AnyObservation]) -> tuple[Look, ...]:
    """Those that are silent in their second look where they were not in the first: a silence that was seen but once.

    Not where a router tells of what it turns away, for it says so only now and then.
    """
    if is_told(observations):
        return ()
    before = {(one.target.name, one.endpoint): one.symptom for one in looks}
    now = [one for one in failing(plan, observations) if one.symptom in _SILENCES]
    return tuple(one for one in now if before.get((one.target.name, one.endpoint), one.symptom) != one.symptom)


_Steps = dict[tuple[str, Endpoint, str], Observation]


def _second_looks(observations: Iterable[AnyObservation]) -> _Steps:
    """The latest step of each kind in the second look at each host and endpoint."""
    found: _Steps = {}
    for one in observations:
        if isinstance(one, TcpConnect | TlsHandshake | TcpListen | TlsListen) and one.purpose is Purpose.SECOND_LOOK:
            found[one.host, one.endpoint, type(one).__name__] = one
    return found


def _got_past(look: Look, latest: _Steps) -> bool:
    step = latest.get((look.target.host, look.endpoint, look.symptom[0]))
    return step is not None and not _may_pass(step)


def went_smoothly(look: Look, observations: Iterable[AnyObservation]) -> bool:
    """Whether the latest second look was accepted by its first SYN."""
    step = _second_looks(observations).get((look.target.host, look.endpoint, TcpConnect.__name__))
    return isinstance(step, TcpConnect) and step.failure is None and not step.retransmits


def by_turns(groups: Sequence[Sequence[Look]]) -> tuple[Look, ...]:
    """The first of each group, then the second of each, so that no group has to wait for another."""
    longest = max(map(len, groups), default=0)
    return tuple(group[turn] for turn in range(longest) for group in groups if turn < len(group))


def seems_rationed(looks: Sequence[Look], observations: Iterable[AnyObservation]) -> bool:
    """Whether a limit on new connections may be at work: on ports that some addresses accept, several others do not.

    One or two that fail where all others are accepted are a server's fault: a limit hits whoever comes too late.
    """
    return len(_turned_away(looks, observations)) > _FEW


def is_turned_away(looks: Sequence[Look], observations: Iterable[AnyObservation]) -> bool:
    """Whether such a limit may answer at once, and not by silence, in which the kernel sends its SYNs again.

    Where hardly anything was accepted that may be one too.
    """
    failed = [one for one in looks if is_connect(one) and one.symptom != _SILENT]
    accepted = sum(isinstance(one, TcpConnect) and _is_accepted(one) for one in observations)
    hardly = accepted < min(len(failed), _HARDLY)
    return bool(failed) and not is_told(observations) and (hardly or seems_rationed(looks, observations))


def _turned_away(looks: Sequence[Look], observations: Iterable[AnyObservation]) -> dict[str, list[Look]]:
    """By address: connects that failed on ports that others accept."""
    accepted = {one.endpoint.port for one in observations if isinstance(one, TcpConnect) and _is_accepted(one)}
    found: dict[str, list[Look]] = {}
    for one in looks:
        if is_connect(one) and one.endpoint.port in accepted:
            found.setdefault(one.endpoint.address, []).append(one)
    return found


def _is_accepted(one: TcpConnect) -> bool:
    return bool(one.host) and one.failure is None


def go_alone(looks: Sequence[Look], observations: Sequence[AnyObservation]) -> bool:
    """Whether second looks should have the network to themselves.

    So where connections may be rationed, where nobody knows because nothing was accepted, and where routers tell of
    what they reject: they say so only about once a second, and say as little of where a path ends meanwhile.
    """
    return is_told(observations) or nothing_connected(observations) or seems_rationed(looks, observations)


def is_told(observations: Iterable[AnyObservation]) -> bool:
    """Whether a router turned a walk away, and said so."""
    return any(isinstance(one, TcpConnect) and one.host and _icmp(one) is not None for one in observations)


def _icmp(one: TcpConnect) -> Icmp | None:
    return one.raw.icmp if one.raw is not None else None


def gateway_in_doubt(plan: Plan, observations: Sequence[AnyObservation]) -> bool:
    """Whether this machine's own router may be absent: nothing was accepted, and it has said nothing either."""
    gateways = {one.endpoint for one in plan.controls if one.kind is ControlKind.GATEWAY}
    lives = (
        isinstance(one, TcpConnect) and one.endpoint in gateways and one.failure is not Failure.TIMED_OUT
        for one in observations
    )
    return nothing_connected(observations) and not any(lives)


def unsaid(looks: Sequence[Look], observations: Iterable[AnyObservation]) -> tuple[Look, ...]:
    """One look of each port that is silent everywhere, where a router turned walks to other ports away.

    Routers say so only about once a second, so silence may be the same refusal, unsaid. Once the router has rested,
    one question more shows it. Of two ports at most, for each costs that rest.
    """
    steps = [one for one in observations if isinstance(one, TcpConnect) and one.host]
    told = {(one.host, one.endpoint) for one in steps if _icmp(one) is not None}
    spoken = {one.target.port for one in looks if (one.target.host, one.endpoint) in told}
    accepted = {one.endpoint.port for one in steps if one.failure is None}
    silent = [
        one
        for one in looks
        if one.symptom == _SILENT and one.target.port not in spoken and one.endpoint.port not in accepted
    ]
    first: dict[int, Look] = {}
    for one in sorted(silent, key=lambda look: not look.target.required):
        first.setdefault(one.target.port, one)
    return tuple(first[port] for port in sorted(first))[:_MOST_UNSAID] if told else ()


def traces(plan: Plan, looks: Sequence[Look], observations: Sequence[AnyObservation]) -> tuple[Look, ...]:
    """Where the path to a failing port is worth following, and one healthy sibling, of the same host if possible."""
    chosen = _ways(looks, observations)
    if not chosen:
        return ()
    failed = {(one.target.host, one.endpoint) for one in looks}
    addresses = {one.endpoint.address for one in chosen}
    healthy = [look for one in observations for look in _accepted(plan, one, failed)]
    siblings = sorted(healthy, key=lambda look: look.endpoint.address not in addresses)
    return (*chosen[: _MOST_TRACES - 1], *siblings[:1])


def _ways(looks: Sequence[Look], observations: Sequence[AnyObservation]) -> list[Look]:
    """A few of each group; of connects to ports that others accept a few in all: it is about addresses there."""
    away = _turned_away(sorted(looks, key=lambda look: not look.target.required), observations)
    few = spread([each[0] for each in away.values()], _TRACES_OF_A_GROUP)
    others = groups([one for one in looks if one not in away.get(one.endpoint.address, ())])
    return [*few, *(one for group in others for one in spread(_traceable(group), _TRACES_OF_A_GROUP))]


def _accepted(plan: Plan, one: AnyObservation, failed: set[tuple[str, Endpoint]]) -> Iterable[Look]:
    """What an accepted connect to a target that did not fail was to."""
    if not isinstance(one, TcpConnect) or one.failure is not None or (one.host, one.endpoint) in failed:
        return
    for target in plan.targets:
        port = dialled_port(plan.redirections, target.host, target.port)
        if target.host == one.host and port == one.endpoint.port:
            yield Look(target=target, endpoint=one.endpoint, symptom=("", ""))


def _traceable(group: Sequence[Look]) -> list[Look]:
    return [one for one in group if is_connect(one) or one.target.transport is Transport.TCP]


def spread(looks: Sequence[One], most: int) -> tuple[One, ...]:
    """At most `most`, evenly spaced."""
    if len(looks) <= most:
        return tuple(looks)
    return tuple(looks[index * len(looks) // most] for index in range(most))


def nothing_connected(observations: Iterable[AnyObservation]) -> bool:
    """Whether no connection of any kind was accepted so far: then the gateway itself is in doubt."""
    return not any(isinstance(one, TcpConnect) and one.failure is None for one in observations)
