"""How each target stands, before causes: can software that connects directly use it, and how far is that proven?

The rungs, from the weakest:

* nothing accepted: not usable, once a second look agrees;
* something accepted: proves only that. Boxes accept for servers that are dead, gone, or never existed;
* an opaque port is *corroborated* when there is no reason to doubt it (`doubt.py`): silent as it should be, CR LF
  taken, nobody accepts where nobody is, and the same address does not fail to prove who it is;
* a public certificate for the right name, or the protocol itself, is *identity*.

Only the last two are Success. What could not be decided stays undecided: `ok` is None.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from lineclear.model import (
    TLS_TRANSPORTS,
    UNTESTED,
    ApiHello,
    Nudge,
    Observation,
    Proof,
    Reflection,
    Requirement,
    Target,
    TcpConnect,
    TlsHandshake,
    Transport,
)
from lineclear.plan import is_address
from lineclear.plan.networks import is_loopback

from .doubt import BOXED, Doubt, Doubts
from .places import elsewhere
from .recovery import Recovery
from .symptom import CONNECT_SYMPTOMS, IDENTITY_SYMPTOMS, Symptom, is_identity, symptom_of
from .view import View
from .walk import Walk

_STRONG = IDENTITY_SYMPTOMS | {
    Symptom.LOCAL,
    Symptom.SPOKE,
    Symptom.FOREIGN,
    Symptom.SWALLOWED,
    Symptom.NOT_TLS,
    Symptom.OLD_TLS,
    Symptom.NOT_THE_API,
    Symptom.API_UNTRUSTED,
}
"""What one look is enough for: no limit on connections looks like it, and a lost packet only where many are lost."""

_TWICE = 2

_OUT_OF_REACH = CONNECT_SYMPTOMS | {Symptom.NO_ADDRESS}


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
    hidden: tuple[str, ...] = ()
    """Steps that show a box before some of its addresses, while it works at others."""
    doubt: Doubt | None = None
    """Why nothing wrong to see is not enough."""

    @property
    def is_accepted(self) -> bool:
        """Whether somebody accepted the connection."""
        return self.walk is not None and self.walk.connect is not None and self.walk.connect.failure is None


class Standings:
    """Every target's standing, and what they are judged against.

    `settled`: targets of which a cause was found that leaves nothing open, whatever they looked like by themselves.
    """

    def __init__(self, view: View, settled: frozenset[str] = frozenset()) -> None:
        self.view = view
        self._settled = settled
        self.recovery = Recovery(view)
        self._doubts = Doubts(view, self.recovery)

    def led_right(self, hosts: frozenset[str]) -> "Standings":
        """The same, as though these names led to the other addresses that were given for them."""
        names = {target.name for target in self.view.plan.targets if target.host in hosts}
        return Standings(View(self.view.evidence, hosts), self._settled - names)

    def settle(self, names: Iterable[str]) -> "Standings":
        """The same, where these targets (`host:port`) cannot be used."""
        return Standings(self.view, self._settled | frozenset(names))

    @cached_property
    def all(self) -> dict[str, Standing]:
        """The standing of every target, by its `host:port`, in the order of the plan."""
        return {target.name: self._settle(self._of(target)) for target in self.view.plan.targets}

    def box_before(self, one: Standing) -> tuple[TcpConnect, ...]:
        """The connects that somebody accepted where nobody is, on the port and by the IP version of a target's walk."""
        return self._doubts.box_before(one.walk) if one.walk else ()

    def opens_at_the_gateway(self, walk: Walk) -> tuple[str, ...]:
        """The trace that shows an acceptance by the first router for a host that is not on its network; or none."""
        return self._doubts.opens_at_the_gateway(walk)

    def dead_behind(self, one: Standing) -> tuple[Reflection, ...]:
        """Conversations with the reflector that died behind the very box that accepted a target; or none."""
        return self._doubts.dead_behind(one.walk) if one.walk else ()

    def is_spare(self, target: Target) -> bool:
        """Whether it is an alternative to something that can be used."""
        return self._has_others(target, lambda one: one.ok is True)

    def may_be_spare(self, target: Target) -> bool:
        """Whether it is an alternative to something that may be usable, as far as one could tell."""
        groups = self.view.alternatives_of(target)
        untried = {row.any_of for row in self.view.catalog.requirements if row.required and not row.testable}
        return bool(groups & untried) or self._has_others(target, lambda one: one.ok is not False)

    def is_left_open(self, row: Requirement) -> bool:
        """Whether a row is needed, no connection can decide it, and nothing that works takes its place."""
        works = (one for one in self.all.values() if one.ok and row.any_of in self.view.alternatives_of(one.target))
        return row.required and not row.testable and not any(works)

    def is_left_aside(self, one: Standing) -> bool:
        """Whether nobody accepts it, as one may choose, while somebody accepts an alternative to it."""
        return one.symptom in CONNECT_SYMPTOMS and self._has_others(one.target, lambda other: other.is_accepted)

    def is_carried(self, one: Standing) -> bool | None:
        """Whether a proxy carries what uses a target that cannot be reached directly; None: nobody asked it."""
        browser, name = self.view.browser, one.target.name
        if (
            one.symptom not in _OUT_OF_REACH
            or not self.view.is_proxy_capable(one.target)
            or browser.goes_directly(name)
        ):
            return False
        if name in browser.tunnels:
            return name in browser.opened
        if browser.is_unasked or (browser.unevaluated and not browser.script):
            return None
        plain = one.target.transport is Transport.HTTP  # what is not asked by CONNECT
        port = f":{one.target.port}"
        return None if any(plain or other.endswith(port) for other in browser.opened) else False

    def _has_others(self, target: Target, fits: Callable[[Standing], bool]) -> bool:
        groups = self.view.alternatives_of(target)
        if not groups:
            return False
        fitting = [self.view.alternatives_of(one.target) for one in self.all.values() if fits(one)]
        return all(any(group in other for other in fitting) for group in groups)

    def _settle(self, one: Standing) -> Standing:
        if one.target.name not in self._settled or one.ok is False:
            return one
        return replace(one, ok=False, symptom=one.symptom or Symptom.NOT_BEHIND, partly=False, doubt=None)

    # -- one target ------------------------------------------------------------------------------------------------

    def _of(self, target: Target) -> Standing:
        view = self.view
        if not is_address(target.host) and view.is_denied_here(target.host):
            return self._without_address(target)
        used = view.addresses(target.host)
        dialled = {view.dialled(target, address) for address in used}
        each = [self._of_walk(one) for one in view.walks[target.name] if one.endpoint in dialled]
        if each:
            return self._best(each)
        if used and all(view.is_nowhere(target, address) for address in used):
            return self._standing(target, ok=False, symptom=Symptom.NOWHERE, because=self._asked(target))
        return self._standing(target, symptom=Symptom.UNTESTED) if used else self._without_address(target)

    def _best(self, each: Sequence[Standing]) -> Standing:
        """Of one target at several addresses: it can be used if it can be used at one of them.

        Software goes on to the next address only where nobody accepts. Where somebody accepts and then fails, it
        depends on the address it takes, which nobody knows.
        """
        best = max(each, key=_rank)
        if best.ok is not True:
            return best
        partly = any(one.ok is False and one.symptom is not Symptom.LOCAL for one in each)
        hidden = dict.fromkeys(step for one in each if one.doubt in BOXED for step in one.because)
        stuck = any(
            one.ok is False and one.proof is Proof.CONNECTED and one.symptom is not Symptom.LOCAL for one in each
        )
        best = replace(best, partly=partly, hidden=tuple(hidden))
        return replace(best, ok=None, doubt=Doubt.ADDRESSES) if stuck else best

    def _without_address(self, target: Target) -> Standing:
        asked = self._asked(target)
        if not asked or all(_is_untested(one) for one in asked):
            return self._standing(target, symptom=Symptom.UNTESTED, because=asked)
        ok = None if self.view.chances.may_have_silenced(asked) else False
        return self._standing(target, ok=ok, symptom=Symptom.NO_ADDRESS, because=asked)

    def _asked(self, target: Target) -> list[Observation]:
        said = self.view.lookups.get(target.host)
        return [*self.view.queries.get(target.host, ()), *([said] if said else [])]

    def _standing(
        self, target: Target, *, ok: bool | None = None, symptom: Symptom, because: Iterable[Observation] = ()
    ) -> Standing:
        ids = tuple(one.id for one in because)
        return Standing(target=target, ok=ok, proof=Proof.NONE, symptom=symptom, because=ids)

    # -- one walk --------------------------------------------------------------------------------------------------

    def _of_walk(self, walk: Walk) -> Standing:
        symptom = walk.symptom
        proven = walk.tls is not None and is_identity(walk.tls)
        if self.view.is_nowhere(walk.target, walk.endpoint.address) and not proven:
            return replace(_stands(walk, ok=False), symptom=Symptom.NOWHERE)
        if walk.proxy_word is not None and not proven:
            stands = _stands(walk, ok=False, proof=Proof.CONNECTED, because=(walk.proxy_word.id,))
            return replace(stands, symptom=symptom_of(walk.proxy_word))
        if symptom is None or (proven and walk.culprit is walk.http and symptom is not Symptom.SWALLOWED):
            return self._healthy(walk)
        if symptom is Symptom.INTERCEPTED and _goes_on(walk):
            return _stands(walk, ok=_answers_web(walk), proof=Proof.CONNECTED)
        if symptom is Symptom.UNTESTED or not self._is_confirmed(walk):
            before = walk.proven_before
            return _stands(walk, ok=None) if before is None else _proven(walk, before)
        return _stands(walk, ok=False, proof=Proof.NONE if symptom in CONNECT_SYMPTOMS else Proof.CONNECTED)

    def _healthy(self, walk: Walk) -> Standing:
        """Nothing wrong to see: by which step it is proven, if it is."""
        if walk.tls is not None and is_identity(walk.tls):
            return _stands(walk, ok=True, proof=Proof.IDENTITY, because=(walk.tls.id,))
        greeting = walk.last(ApiHello)
        if greeting is not None:
            return _stands(walk, ok=True, proof=Proof.IDENTITY, because=(greeting.id,))
        if walk.http is not None and _may_be_plain(walk.target):
            fired = self._doubts.box_before(walk)
            if fired and elsewhere(self.view, walk.http):  # a box before everybody leads it to a stranger
                stands = _stands(
                    walk, ok=False, proof=Proof.CONNECTED, because=(walk.http.id, *(one.id for one in fired))
                )
                return replace(stands, symptom=Symptom.LED_AWAY)
            return self._doubted(walk, self._doubts.of_web(walk))
        if walk.target.transport is Transport.TCP:
            return self._doubted(walk, self._doubts.of_opaque(walk))
        return replace(_stands(walk, ok=None, proof=Proof.CONNECTED), doubt=Doubt.UNTRIED)

    def _doubted(self, walk: Walk, doubts: Iterable[tuple[Doubt, tuple[str, ...]]]) -> Standing:
        """Usable, unless there is a reason to doubt it."""
        mine = tuple(one.id for one in walk.steps)
        for doubt, because in doubts:
            return replace(_stands(walk, ok=None, proof=Proof.CONNECTED, because=(*mine, *because)), doubt=doubt)
        vouched = self._doubts.vouchers(walk)
        return _stands(walk, ok=True, proof=Proof.CORROBORATED, because=(*mine, *vouched))

    # -- confirmation ----------------------------------------------------------------------------------------------

    def _is_confirmed(self, walk: Walk) -> bool:
        """Whether a second look agrees: at this target, or at its likes on the same port.

        What was accepted in the first pass and is not in one second look has been seen both ways.
        Where anything recovered in its second look, a limit on connections may be at work: then one is not enough, nor
        are two of which the latest was one of many at once.
        Where packets are lost, there must have been so many attempts that chance cannot have failed them all.
        """
        if walk.symptom is Symptom.SILENT and self.recovery.late(walk.endpoint.port):
            return False
        if self.view.may_be_loss(walk):
            return False
        if walk.symptom in _STRONG:
            return True
        was_let_in = walk.first_symptom not in CONNECT_SYMPTOMS
        if walk.symptom in CONNECT_SYMPTOMS and was_let_in and walk.looks < _TWICE:
            return False
        likes = self.recovery.likes(walk)
        if not self.recovery.healed:
            return any((one.symptom in CONNECT_SYMPTOMS) is (walk.symptom in CONNECT_SYMPTOMS) for one in likes)
        recovered = any(one.symptom is None for one in likes)
        alone = _failed_twice(walk) and not self.recovery.was_in_a_crowd(walk)
        return alone or (not recovered and any(map(_failed_twice, likes)))


def _failed_twice(walk: Walk) -> bool:
    """Whether two second looks at least may have shown the symptom: the CR LF is sent once, however many there were."""
    return walk.looks >= _TWICE and not isinstance(walk.culprit, Nudge)


def _stands(
    walk: Walk, *, ok: bool | None, proof: Proof = Proof.NONE, because: tuple[str, ...] | None = None
) -> Standing:
    ids = (walk.culprit.id,) if because is None else because
    return Standing(target=walk.target, ok=ok, proof=proof, symptom=walk.symptom, walk=walk, because=ids)


def _proven(walk: Walk, before: TlsHandshake) -> Standing:
    """It proved its name in an earlier look, and nothing that came after takes that back."""
    return _stands(walk, ok=True, proof=Proof.IDENTITY, because=(before.id,))


def _rank(standing: Standing) -> tuple[int, bool]:
    """The better, the higher; of two failures, the one that left this machine says more than its lack of a way."""
    return {True: 2, None: 1, False: 0}[standing.ok], standing.symptom is not Symptom.LOCAL


def _is_untested(step: Observation) -> bool:
    return step.failure in UNTESTED


def _may_be_plain(target: Target) -> bool:
    """Whether a web answer is all the proof there can be: no TLS, or TLS on this machine itself."""
    return target.transport is Transport.HTTP or (target.transport in TLS_TRANSPORTS and is_loopback(target.host))


def _goes_on(walk: Walk) -> bool:
    """Whether software goes on behind a box whose authority this machine trusts: a browser, and a TWS whose Java does.

    Then all depends on what the box passes on.
    """
    trusted = walk.tls is not None and walk.tls.trusted_by("java") is True
    return trusted or walk.target.transport is Transport.HTTPS


def _answers_web(walk: Walk) -> bool | None:
    """Behind a box that speaks for the site: a web answer shows the box reached something; without one, unknown."""
    if walk.http is None or walk.http.failure is not None:
        return None
    return walk.http.status < 500  # noqa: PLR2004  5xx: the box has no server behind it
