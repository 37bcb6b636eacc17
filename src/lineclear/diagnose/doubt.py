"""Reasons not to believe that the server itself accepted a connection on which nothing proves it.

A port on which the client speaks first, and in a language we may not speak, looks the same whether the server stands
there or a box that accepts for it. What gives the box away stands beside the port: it accepts where nobody is, it
accepts from nearer than the host, or the encrypted port of the same address is answered by somebody else.
"""

import enum
from collections.abc import Iterator
from functools import cached_property

from lineclear.model import (
    LOCAL,
    TLS_TRANSPORTS,
    UNTESTED,
    ControlKind,
    Nudge,
    Observation,
    PathTrace,
    Reflection,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    Transport,
)
from lineclear.plan.versions import compared

from .echo import is_as_far_as_its_echo
from .one_place import one_place
from .overlaps import overlapping
from .recovery import Recovery
from .symptom import CONNECT_SYMPTOMS, PROXY_SYMPTOMS, TLS_SYMPTOMS, Symptom, is_identity
from .view import View
from .walk import Walk

_TOO_SOON = 0.4
"""An answer in less than this part of the proven sibling's round trip came from somewhere nearer."""
_MUCH_TOO_SOON = 0.15
"""No unevenness of one path makes so much of a difference."""
_TOO_SOON_MS = 4.0
"""And at least this much sooner, for on short paths the ratio is noise."""
_FAR_SOONER = 0.2
"""Of a whole TLS handshake at the same address, which takes at least one round trip."""
_REPEATED_MS = 1000.0
"""No system repeats a SYN sooner (RFC 6298)."""
_VETO = TLS_SYMPTOMS | PROXY_SYMPTOMS | {Symptom.WRONG_NAME}
"""Of a sibling port: the address accepts, but what stands there could not prove itself. A certificate that is merely
out of date still says whose it is."""
_MANY = 3
"""Names at one address, before one asks whether it is theirs."""

Reason = tuple["Doubt", tuple[str, ...]]
_Way = tuple[int, int]
"""IP version, and port of the list: a box that accepts IPv4 need not stand in the way of IPv6."""


class Doubt(enum.Enum):
    """Why an accepted connection is not enough."""

    BOX = "somebody accepts this port where nobody is"
    NEARER = "it is accepted from nearer than the host"
    SIBLING = "another port of the same address cannot prove who it is"
    HUNG_UP = "it hangs up at the first byte, and is too near to tell who does"
    FILTERED = "a filter stops what it does not know on this port"
    ADDRESSES = "at some of its addresses somebody accepts, and then fails"
    OVERLAPPED = "a network of this machine's own has its address"
    UNTRIED = "what would prove more was not tried"


BOXED = frozenset({Doubt.BOX, Doubt.NEARER})
"""A device in the path accepts, whoever stands behind it."""


def _is_taken(step: Observation | None) -> bool:
    """Whether bytes of ours reached somebody's machine, as far as the kernel can tell."""
    return isinstance(step, Nudge) and (step.acknowledged is True or bool(step.answered))


class Doubts:
    """What the walks are held against."""

    def __init__(self, view: View, recovery: Recovery) -> None:
        self.view = view
        self._recovery = recovery

    def of_opaque(self, walk: Walk) -> Iterator[Reason]:
        """Reasons to doubt an opaque port, the gravest first, each with the ids of the steps that raise it."""
        yield from self._of_overlaps(walk)
        if not self.vouchers(walk):
            yield from self._of_boxes(walk)
            nearer = self._nearer_than_its_host(walk) or self._at_one_place.get(_way(walk), ())
            if nearer:
                yield Doubt.NEARER, nearer
        if self.view.far.stops_the_unknown(walk.target.port):
            yield Doubt.FILTERED, tuple(one.id for one in self.view.far.usual(walk.target.port))
        for sibling in self._vetoes(walk):
            yield Doubt.SIBLING, (sibling.culprit.id,)
        if walk.hung_up and (walk.hung_up_nearby is None or self._was_late(walk)):
            yield Doubt.HUNG_UP, ()
        tried = walk.last(TcpListen) is not None and walk.target.port in self._nudged_ports
        if not tried or not self._is_controlled(walk):
            yield Doubt.UNTRIED, ()

    def of_web(self, walk: Walk) -> Iterator[Reason]:
        """Reasons to doubt an answer to a plain web request."""
        yield from self._of_overlaps(walk)
        near = self.view.is_near(walk.endpoint.address)
        if not near:
            yield from self._of_boxes(walk)
        for sibling in (*self._vetoes(walk), *self._mute_before_many(walk)):
            yield Doubt.SIBLING, (sibling.culprit.id,)
        if not near and not self._is_controlled(walk):
            yield Doubt.UNTRIED, ()

    def _of_overlaps(self, walk: Walk) -> Iterator[Reason]:
        if overlapping(self.view, walk) and not self._proven_beside(walk):
            yield Doubt.OVERLAPPED, ()

    def _of_boxes(self, walk: Walk) -> Iterator[Reason]:
        fired = (*self.box_before(walk), *self.view.ends.taken_here(walk.endpoint))
        if fired:
            yield Doubt.BOX, tuple(one.id for one in fired)

    def _is_controlled(self, walk: Walk) -> bool:
        version = walk.endpoint.version
        return bool(self._controlled & {(version, walk.target.port), (version, 0)})

    # -- controls --------------------------------------------------------------------------------------------------

    def box_before(self, walk: Walk) -> tuple[TcpConnect, ...]:
        """The connects that were accepted where nobody is, on the port of the list and by the IP version of a walk.

        One is enough: boxes leave some addresses alone, and an acceptance does not happen by chance.
        """
        return self._accepting.get((walk.endpoint.version, walk.target.port), ())

    @cached_property
    def _accepting(self) -> dict[_Way, tuple[TcpConnect, ...]]:
        fired: dict[_Way, list[TcpConnect]] = {}
        for control, step in self.view.controls(ControlKind.NOBODY_THERE):
            if step.failure is None:
                for port in [control.port] if control.port else self._ports:
                    fired.setdefault((control.endpoint.version, port), []).append(step)
        return {way: tuple(steps) for way, steps in fired.items()}

    @cached_property
    def _controlled(self) -> frozenset[_Way]:
        """IP versions and ports of the list that have a negative control which left this machine; 0: all ports."""
        tried = self.view.controls(ControlKind.NOBODY_THERE)
        return frozenset(
            (control.endpoint.version, control.port) for control, step in tried if step.failure not in UNTESTED | LOCAL
        )

    @cached_property
    def _ports(self) -> list[int]:
        return sorted({one.port for one in self.view.plan.targets})

    @cached_property
    def _nudged_ports(self) -> frozenset[int]:
        """Ports of the list on which somebody took a CR LF: a filter on applications would have shown.

        Where the kernel does not tell whether it was acknowledged, silence may as well be that of a filter.
        """
        walks = (one for every in self.view.walks.values() for one in every if one.symptom is None)
        return frozenset(one.target.port for one in walks if _is_taken(one.last(Nudge)))

    def _was_late(self, walk: Walk) -> bool:
        """Whether this machine itself was late when CR LF was answered: then one cannot tell from how far."""
        step = walk.last(Nudge)
        return step is not None and bool(self.view.own_delay_ms(step))

    # -- the far end -----------------------------------------------------------------------------------------------

    def vouchers(self, walk: Walk) -> tuple[str, ...]:
        """Conversations showing that a box which accepts for everybody lets this port out, for a host proven beside it.

        What is said was let out to another destination: it says nothing of a box that accepts for this host alone.
        """
        far, port = self.view.far, walk.target.port
        if not self.box_before(walk) or not self._stands_for(walk) or not far.passes(port):
            return ()
        stayed = far.outstayed(walk.endpoint)
        if far.stops_any_unknown(port) or not self._proven_beside(walk) or not stayed:
            return ()
        return (*(one.id for one in far.usual(port)), *stayed)

    def dead_behind(self, walk: Walk) -> tuple[Reflection, ...]:
        """Conversations with the reflector that died behind the very box that accepted a walk; or none.

        The reflector stands for the host only where it fares alike on the host's proven ports: an exception for the
        vendor alone would show there.
        """
        far, beside = self.view.far, self._proven_beside(walk)
        steps = far.dead_ends(walk.target.port) if self.box_before(walk) and self._stands_for(walk) else ()
        alike = bool(beside) and all(far.passes(one.target.port) for one in beside)
        if not alike or any(map(far.has_arrived, steps)) or not self._nearer_than_its_host(walk):
            return ()
        return steps

    def _stands_for(self, walk: Walk) -> bool:
        """Whether the reflector was asked by the IP version of a walk."""
        return any(one.endpoint.version == walk.endpoint.version for one in self.view.far.usual(walk.target.port))

    def _proven_beside(self, walk: Walk) -> list[Walk]:
        """The walks to other ports of the same host at which it proved its name."""
        return [one for one in self._siblings(walk) if one.tls is not None and is_identity(one.tls)]

    # -- distance --------------------------------------------------------------------------------------------------

    def _nearer_than_its_host(self, walk: Walk) -> tuple[str, ...]:
        """The steps that show an acceptance from nearer than the host: a hop limit, or an answer too soon. Or none."""
        siblings = [one for one in self._siblings(walk) if one.symptom is None]
        for sibling in siblings:
            found = self._sooner(walk, sibling) or self._opens_nearer(walk, sibling)
            if found:
                return found
        gateway = self.opens_at_the_gateway(walk)
        return () if not gateway or self._is_translated(walk) else gateway

    @cached_property
    def _at_one_place(self) -> dict[_Way, tuple[str, ...]]:
        return one_place(self.view)

    def opens_at_the_gateway(self, walk: Walk) -> tuple[str, ...]:
        """The trace that shows an acceptance by the first router for a host that is not on its network; or none.

        A packet with hop limit 1 cannot leave the local network. Virtual machines and containers may sit behind a
        translator that accepts there too, but only once the far end has: that takes the time of a round trip.
        """
        trace = self.view.traces.get(walk.endpoint)
        if trace is None or trace.connects_at != 1 or self.view.is_near(walk.endpoint.address):
            return ()
        return (trace.id,)

    def _is_translated(self, walk: Walk) -> bool:
        """Whether who accepts at the first router asks the far end first: here or, if one cannot tell, elsewhere."""
        own = [one for one in self._siblings(walk) if one.symptom is None]
        if own:
            return any(_took_its_time(walk, one) for one in own)
        if is_as_far_as_its_echo(self.view, walk, _measured_ms(walk.connect) if walk.connect else 0.0):
            return True
        others = (one for every in self.view.walks.values() for one in every if one.target.port == walk.target.port)
        return any(
            self.opens_at_the_gateway(one) and any(_took_its_time(one, proven) for proven in self._siblings(one))
            for one in others
        )

    def _sooner(self, walk: Walk, proven: Walk) -> tuple[str, ...]:
        """Both connects, where the first is answered too soon to be the same host; or none.

        One packet may be slow where all paths are uneven. A box accepts for everybody: unless one is very much sooner,
        most of its port must be.
        """
        part = _part_of_the_way(walk, proven)
        alike = self._parts_by_port.get(walk.target.port, ())
        common = 2 * sum(one < _TOO_SOON for one in alike) >= len(alike)
        if walk.connect and proven.connect and part < (_TOO_SOON if common else _MUCH_TOO_SOON):
            return (walk.connect.id, proven.connect.id)
        return ()

    @cached_property
    def _parts_by_port(self) -> dict[int, list[float]]:
        """How far every opaque walk came, as a part of the way to its host, by port."""
        found: dict[int, list[float]] = {}
        for every in self.view.walks.values():
            for one in every:
                if one.target.transport is Transport.TCP:
                    near = [_part_of_the_way(one, proven) for proven in self._siblings(one) if proven.symptom is None]
                    found.setdefault(one.target.port, []).extend(near)
        return found

    def _opens_nearer(self, walk: Walk, proven: Walk) -> tuple[str, ...]:
        """Both traces, where the first opens at a limit at which the second, to the same host, does not; or none.

        That a packet expired on the way farther out says so for sure; that none got an answer, only where all is calm.
        """
        here, there = self.view.traces.get(walk.endpoint), self.view.traces.get(proven.endpoint)
        if here is None or there is None or here.connects_at is None:
            return ()
        opens = here.connects_at
        if _first_open(there) <= opens or len(there.hops) <= opens:
            return ()
        expired = any(hop.limit >= opens and hop.outcome == "expired" for hop in there.hops)
        return (here.id, there.id) if expired or self._recovery.is_calm else ()

    # -- who else stands at the address ----------------------------------------------------------------------------

    def _siblings(self, walk: Walk) -> Iterator[Walk]:
        """Walks to TLS ports of the same host at the same address."""
        return (one for one in self._at(walk.endpoint.address) if one.target.host == walk.target.host)

    def _at(self, address: str) -> tuple[Walk, ...]:
        return self._tls_by_address.get(address, ())

    @cached_property
    def _tls_by_address(self) -> dict[str, tuple[Walk, ...]]:
        found: dict[str, list[Walk]] = {}
        for target in self.view.plan.targets:
            if target.transport in TLS_TRANSPORTS:
                for one in self.view.walks[target.name]:
                    found.setdefault(one.endpoint.address, []).append(one)
        return {address: tuple(walks) for address, walks in found.items()}

    def _vetoes(self, walk: Walk) -> Iterator[Walk]:
        """TLS ports at the same address that show that somebody else stands there.

        The host's own ports speak first; where none of them says anything, those of other hosts at the address do.
        One that proves its name when greeted in another way, such as by one version of TLS alone, speaks for it too.
        """
        own = list(self._siblings(walk))
        if any(one.tls is not None and is_identity(one.tls) for one in own) or self._is_proven_otherwise(walk):
            return
        mute = all(one.symptom in CONNECT_SYMPTOMS for one in own)
        for one in self._at(walk.endpoint.address) if mute else own:
            if one.symptom in _VETO or self._is_strangers(one):
                yield one

    def _is_proven_otherwise(self, walk: Walk) -> bool:
        return (walk.target.host, walk.endpoint.address) in self._proven_otherwise

    @cached_property
    def _proven_otherwise(self) -> frozenset[tuple[str, str]]:
        """Hosts and addresses where TLS proved the name with one version alone."""
        steps = (step for steps in compared(self.view.of(TlsHandshake)).values() for step in steps.values())
        return frozenset((one.host, one.endpoint.address) for one in steps if is_identity(one))

    def _mute_before_many(self, walk: Walk) -> tuple[Walk, ...]:
        """TLS ports that nobody accepts, where all of an address are so and several names lead there; or none.

        Any page answers a plain request for any name. What a false answer to every name leads to may offer no more.
        """
        address = walk.endpoint.address
        every = () if self.view.is_expected(address) else self._at(address)
        mute = all(one.symptom in CONNECT_SYMPTOMS for one in every)
        return every if mute and len({one.target.host for one in every}) >= _MANY else ()

    def _is_strangers(self, walk: Walk) -> bool:
        """Whether an unknown certificate stands at this address alone: another server, not a box before all of them."""
        return walk.symptom is Symptom.UNTRUSTED and not self._is_interception(walk)

    def _is_interception(self, walk: Walk) -> bool:
        """Whether the same foreign key, or who signed it, stands before hosts at other addresses too."""
        own = set(self.view.addresses(walk.target.host))
        same = (host for maker in _makers(walk) for host in self._hosts_by_maker.get(maker, ()))
        return any(not own & set(self.view.addresses(host)) for host in same)

    @cached_property
    def _hosts_by_maker(self) -> dict[str, dict[str, None]]:
        """Hosts by the key that stands before them, and by who signed it."""
        found: dict[str, dict[str, None]] = {}
        for walks in self._tls_by_address.values():
            for one in walks:
                for maker in _makers(one):
                    found.setdefault(maker, {})[one.target.host] = None
        return found


def _way(walk: Walk) -> _Way:
    return walk.endpoint.version, walk.target.port


def _part_of_the_way(walk: Walk, proven: Walk) -> float:
    """The round trip of a connect as a part of the one to whom is proven at the same address; 1: no sooner."""
    here, there = walk.connect, proven.connect
    if here is None or there is None or here.rtt_ms is None:
        return 1.0
    handshake = (proven.tls.took_ms,) if proven.tls else ()  # one round trip at least
    far_ms = min((_measured_ms(there), *handshake))
    return here.rtt_ms / far_ms if far_ms - here.rtt_ms > _TOO_SOON_MS else 1.0


def _measured_ms(step: TcpConnect) -> float:
    """The round trip of a connect; 0 where the answer may be to a repeated SYN, for then it measures the wait too."""
    rtt_ms = step.rtt_ms or 0.0
    repeated = rtt_ms >= _REPEATED_MS if step.retransmits is None else step.retransmits > 0
    return 0.0 if repeated else rtt_ms


def _took_its_time(walk: Walk, proven: Walk) -> bool:
    """Whether a connect took as long as the far end needs to answer, by its own TLS handshake."""
    if walk.connect is None or walk.connect.rtt_ms is None or proven.tls is None or proven.symptom is not None:
        return False
    rtt_ms, took_ms = _measured_ms(walk.connect), proven.tls.took_ms
    return rtt_ms >= took_ms * _FAR_SOONER or took_ms - rtt_ms <= _TOO_SOON_MS


def _makers(walk: Walk) -> tuple[str, ...]:
    """The key that is shown; and who signed it, where that is nobody known."""
    leaf = walk.tls.chain[0] if walk.tls is not None and walk.tls.chain else None
    issuer = leaf.issuer if leaf and walk.symptom is Symptom.UNTRUSTED and not leaf.self_issued else ""
    return tuple(filter(None, (leaf.spki_sha256, issuer))) if leaf else ()


def _first_open(trace: PathTrace) -> int:
    return trace.connects_at if trace.connects_at is not None else len(trace.hops) + 1
