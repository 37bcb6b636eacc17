"""How each target stands, before causes: can software that connects directly use it, and how far is that proven?

The rungs, from the weakest:

* nothing accepted: not usable, once a second look agrees;
* something accepted: proves only that. Boxes accept for servers that are dead, gone, or never existed;
* an opaque port is *corroborated* when it stays silent as it should, takes a CR LF, nobody accepts where nobody is
  (the negative controls on that very port), nothing nearer than the host accepts for it, and no sibling port of the
  same address fails to prove who it is;
* a public certificate for the right name, or the protocol itself, is *identity*.

Only the last two are Success. What could not be decided stays undecided: `ok` is None.
"""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from lineclear.model import (
    UNTESTED,
    ApiHello,
    ControlKind,
    Endpoint,
    Nudge,
    Observation,
    PathTrace,
    Proof,
    Target,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    Transport,
)

from .symptom import CONNECT_SYMPTOMS, IDENTITY_SYMPTOMS, TLS_SYMPTOMS, Symptom
from .view import View, Walk

_TOO_SOON = 0.4
"""An answer in less than this part of the proven sibling's round trip came from somewhere nearer."""
_TOO_SOON_MS = 4.0
"""And at least this much sooner, for on short paths the ratio is noise."""
_DOUBTFUL = frozenset({Symptom.UNTESTED})
_SURE = IDENTITY_SYMPTOMS | {
    Symptom.LOCAL,
    Symptom.SPOKE,
    Symptom.SWALLOWED,
    Symptom.FOREIGN,
    Symptom.NOT_TLS,
    Symptom.API_UNTRUSTED,
    Symptom.NOT_THE_API,
}
"""What one look is enough for: no lost packet and no limit looks like it."""
_SURVIVED = frozenset({Symptom.INTERCEPTED})
_VETO = TLS_SYMPTOMS | {Symptom.WRONG_NAME}
"""Of a sibling port: the address accepts, but what stands there could not prove itself. A certificate that is merely
out of date still says whose it is."""


class Standing(Struct, frozen=True, kw_only=True):
    """One target: usable or not, how well proven, and by which walk."""

    target: Target
    ok: bool | None
    proof: Proof
    symptom: Symptom | None = None
    walk: Walk | None = None
    """The walk that decided; None when there was no address to walk to."""
    because: tuple[str, ...] = ()
    partly: bool = False
    """Some of its addresses work and some do not."""


class Standings:
    """Every target's standing, and what they are judged against."""

    def __init__(self, view: View) -> None:
        self.view = view

    @cached_property
    def all(self) -> dict[str, Standing]:
        """The standing of every target, by its `host:port`, in the order of the plan."""
        return {target.name: self._of(target) for target in self.view.plan.targets}

    def failing(self) -> tuple[Standing, ...]:
        """Targets that software cannot use."""
        return tuple(one for one in self.all.values() if one.ok is False)

    @cached_property
    def accepting_ports(self) -> dict[int, tuple[TcpConnect, ...]]:
        """Ports of the list on which somebody accepts where nobody is, with the connects that prove it."""
        fired: dict[int, list[TcpConnect]] = {}
        quiet: dict[int, int] = {}
        for control, step in self.view.controls(ControlKind.NOBODY_THERE):
            if step.failure is None:
                fired.setdefault(control.port, []).append(step)
            else:
                quiet[control.port] = quiet.get(control.port, 0) + 1
        return {port: tuple(steps) for port, steps in fired.items() if len(steps) > quiet.get(port, 0)}

    @cached_property
    def controlled_ports(self) -> frozenset[int]:
        """Ports of the list that have a negative control which was really tried."""
        return frozenset(
            control.port for control, step in self.view.controls(ControlKind.NOBODY_THERE) if not _is_untested(step)
        )

    # -- one target ------------------------------------------------------------------------------------------------

    def _of(self, target: Target) -> Standing:
        walks = self.view.walks[target.name]
        used = self.view.addresses(target.host)
        chosen = [one for one in walks if not used or self._is_used(one, target, used)] or list(walks)
        if not chosen:
            return self._without_address(target)
        each = [self._of_walk(one) for one in chosen]
        best = max(each, key=_rank)
        return Standing(
            target=target,
            ok=best.ok,
            proof=best.proof,
            symptom=best.symptom,
            walk=best.walk,
            because=best.because,
            partly=best.ok is True and any(one.ok is False for one in each),
        )

    def _is_used(self, walk: Walk, target: Target, used: tuple[str, ...]) -> bool:
        dialled = {self.view.dialled(target, address) for address in used}
        return walk.endpoint in dialled

    def _without_address(self, target: Target) -> Standing:
        asked = [*self.view.queries.get(target.host, ()), *filter(None, [self.view.lookups.get(target.host)])]
        known = bool(asked) and not all(_is_untested(one) for one in asked)
        return Standing(
            target=target,
            ok=False if known else None,
            proof=Proof.NONE,
            symptom=Symptom.NO_ADDRESS if known else Symptom.UNTESTED,
            because=tuple(one.id for one in asked),
        )

    def _of_walk(self, walk: Walk) -> Standing:
        symptom = walk.symptom
        if symptom is None:
            return self._healthy(walk)
        if symptom in _SURVIVED and walk.target.transport is Transport.HTTPS:
            return self._standing(walk, ok=_answers_web(walk), proof=Proof.CONNECTED)
        if symptom in _DOUBTFUL or not self._is_confirmed(walk):
            return self._standing(walk, ok=None, proof=Proof.NONE)
        return self._standing(walk, ok=False, proof=Proof.NONE if symptom in CONNECT_SYMPTOMS else Proof.CONNECTED)

    def _standing(self, walk: Walk, *, ok: bool | None, proof: Proof) -> Standing:
        return Standing(
            target=walk.target, ok=ok, proof=proof, symptom=walk.symptom, walk=walk, because=(walk.culprit.id,)
        )

    def _healthy(self, walk: Walk) -> Standing:
        target = walk.target
        step = walk.tls or walk.http or walk.last(ApiHello)
        if isinstance(step, TlsHandshake) and step.judgements:
            return Standing(target=target, ok=True, proof=Proof.IDENTITY, walk=walk, because=(step.id,))
        if isinstance(step, ApiHello):
            return Standing(target=target, ok=True, proof=Proof.IDENTITY, walk=walk, because=(step.id,))
        if target.transport is Transport.HTTP and walk.http is not None:
            return Standing(target=target, ok=True, proof=Proof.CONNECTED, walk=walk, because=(walk.http.id,))
        if target.transport is Transport.TCP:
            return self._opaque(walk)
        return Standing(target=target, ok=None, proof=Proof.CONNECTED, walk=walk, because=(walk.culprit.id,))

    # -- opaque ports ----------------------------------------------------------------------------------------------

    def _opaque(self, walk: Walk) -> Standing:
        doubt = next(self.doubts(walk), None)
        because = tuple(one.id for one in walk.steps)
        if doubt is None:
            return Standing(target=walk.target, ok=True, proof=Proof.CORROBORATED, walk=walk, because=because)
        return Standing(target=walk.target, ok=None, proof=Proof.CONNECTED, walk=walk, because=(*because, *doubt))

    def doubts(self, walk: Walk) -> Iterator[tuple[str, ...]]:
        """Reasons not to believe that the server itself accepted, each as the ids of the steps that raise it."""
        port = walk.target.port
        if port in self.accepting_ports:
            yield tuple(one.id for one in self.accepting_ports[port])
        if port not in self.controlled_ports or walk.last(TcpListen) is None:
            yield ()
        nearer = self.nearer_than_its_host(walk)
        if nearer:
            yield nearer
        for sibling in self._siblings(walk):
            if sibling.symptom in _VETO or self._is_strangers(sibling):
                yield (sibling.culprit.id,)

    def nearer_than_its_host(self, walk: Walk) -> tuple[str, ...]:
        """The steps that show an acceptance from nearer than the host: a hop limit, or an answer too soon. Or none."""
        connect = walk.connect
        if connect is None or connect.failure is not None:
            return ()
        for sibling in self._siblings(walk):
            other = sibling.connect
            if sibling.symptom is not None or other is None or other.rtt_ms is None or connect.rtt_ms is None:
                continue
            if connect.rtt_ms < other.rtt_ms * _TOO_SOON and other.rtt_ms - connect.rtt_ms > _TOO_SOON_MS:
                return (connect.id, other.id)
            fence = self._opens_nearer(walk.endpoint, sibling.endpoint)
            if fence:
                return fence
        return ()

    def _opens_nearer(self, endpoint: Endpoint, proven: Endpoint) -> tuple[str, ...]:
        here, there = self.view.traces.get(endpoint), self.view.traces.get(proven)
        if here is None or there is None or here.connects_at is None:
            return ()
        if _first_open(there) > here.connects_at and len(there.hops) > here.connects_at:
            return (here.id, there.id)
        return ()

    def _siblings(self, walk: Walk) -> Iterator[Walk]:
        """Walks to TLS ports of the same host at the same address."""
        for target in self.view.plan.targets:
            if target.host != walk.target.host or target.transport not in (Transport.TLS, Transport.HTTPS):
                continue
            address = walk.endpoint.address
            yield from (one for one in self.view.walks[target.name] if one.endpoint.address == address)

    def _is_strangers(self, walk: Walk) -> bool:
        """Whether an unknown certificate stands here alone: another server than it should be, not a box before all."""
        return walk.symptom is Symptom.UNTRUSTED and not self._is_interception(walk)

    def _is_interception(self, walk: Walk) -> bool:
        """Whether the same foreign key stands before other hosts too."""
        key = _leaf_key(walk)
        return any(
            key and _leaf_key(other) == key
            for walks in self.view.walks.values()
            for other in walks
            if other.target.host != walk.target.host
        )

    # -- confirmation ----------------------------------------------------------------------------------------------

    def _is_confirmed(self, walk: Walk) -> bool:
        """Whether a second look agrees: at this target, or at its likes on the same port.

        Where anything recovered in its second look, a limit on connections may be at work, and one is not enough.
        """
        if walk.symptom in _SURE:
            return True
        likes = self._likes.get((walk.target.port, walk.first_symptom), [])
        if not self._is_limited:
            return bool(likes)
        recovered = any(one.symptom is None for one in likes)
        return walk.looks > 1 or (not recovered and any(one.looks > 1 for one in likes))

    @cached_property
    def _is_limited(self) -> bool:
        """Whether a connection that failed among many worked when it was tried again."""
        every = (one for likes in self._likes.values() for one in likes)
        return any(one.symptom is None and one.first_symptom in CONNECT_SYMPTOMS for one in every)

    @cached_property
    def _likes(self) -> dict[tuple[int, Symptom | None], list[Walk]]:
        """Walks with a second look, by port and what their first pass showed."""
        found: dict[tuple[int, Symptom | None], list[Walk]] = {}
        for walks in self.view.walks.values():
            for one in walks:
                if one.second:
                    found.setdefault((one.target.port, one.first_symptom), []).append(one)
        return found


def _rank(standing: Standing) -> int:
    return {True: 2, None: 1, False: 0}[standing.ok]


def _is_untested(step: object) -> bool:
    return isinstance(step, Observation) and step.failure in UNTESTED


def _answers_web(walk: Walk) -> bool | None:
    """Behind a box that speaks for the site: a web answer shows the box reached something; without one, unknown."""
    if walk.http is None or walk.http.failure is not None:
        return None
    return walk.http.status < 500  # noqa: PLR2004  5xx: the box has no server behind it


def _leaf_key(walk: Walk) -> str:
    return walk.tls.chain[0].spki_sha256 if walk.tls is not None and walk.tls.chain else ""


def _first_open(trace: PathTrace) -> int:
    return trace.connects_at if trace.connects_at is not None else len(trace.hops) + 1


def nudged(walk: Walk) -> Nudge | None:
    """The CR LF of a walk, if one was sent."""
    step = walk.last(Nudge)
    return step if isinstance(step, Nudge) else None
