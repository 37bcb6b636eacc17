"""What the deep verbs see of a network: silent connections, what the kernel counted, who refuses, small segments."""

import itertools
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from tests.diagnose.network import FAR_HOPS, FIRST, HERE, SECOND, Network
from tests.diagnose.pieces import certified, hops, records

from lineclear.model import (
    AnswerOrigin,
    AnyObservation,
    Attempt,
    CutOrigin,
    Depth,
    DnsQuery,
    Endpoint,
    Failure,
    Floor,
    Hop,
    Icmp,
    IdleHold,
    LargeGreeting,
    Lateness,
    Observation,
    OtherEnd,
    PathTrace,
    Ping,
    Plan,
    Purpose,
    Raw,
    Target,
    TcpConnect,
    TcpSummary,
    TlsHandshake,
    Transport,
)
from lineclear.plan import again, wavering
from lineclear.plan.cuts import cuts, short_of
from lineclear.plan.dividing import flows
from lineclear.plan.greetings import doubtful, sites
from lineclear.plan.holding import ages, held
from lineclear.plan.inventing import may_invent
from lineclear.plan.other_ends import other_ends
from lineclear.plan.refusals import refusals
from lineclear.plan.sampling import samples
from lineclear.plan.segments import small_segments
from lineclear.plan.varying import ROUNDS, varying
from lineclear.plan.versions import single_versions, vouching

SEGMENTS = 3
"""With data, on each connection."""
FIRST_LIMIT = 64
"""The hop limit everybody here begins with."""

Step = TypeVar("Step", bound=Observation)


def deep(network: Network, plan: Plan, notes: Iterable[AnyObservation]) -> tuple[AnyObservation, ...]:
    """The observations a check makes after its second look."""
    made = _Deep(network, plan, tuple(notes)).everything()
    return tuple(one for one in made if type(one).__name__ not in network.left_out)


class _Deep:
    def __init__(self, network: Network, plan: Plan, notes: tuple[AnyObservation, ...]) -> None:
        self.network = network
        self.plan = plan
        self.notes = notes
        self.seen = notes
        self._numbers = itertools.count(1)

    def everything(self) -> Iterator[AnyObservation]:
        for at_ms, took_ms in self.network.busy:
            yield self._note(Lateness, at_ms, took_ms)
        if self.plan.depth is Depth.FULL:
            pings = tuple(self._pings())
            yield from pings
            lives = tuple(self._summaries())
            yield from lives
            self.seen = (*self.notes, *lives)
            yield from self._samples()
            yield from self._single()
            yield from self._burst()
            yield from self._late()
            yield from self._small()
            yield from self._of_one_version()
            yield from self._other_ends()
            yield from self._for_nobody()
            yield from self._greetings()
            yield from self._cuts()
            yield from self._origins(pings)
            yield from self._holds()

    def _note(self, kind: type[Step], at_ms: float, took_ms: float, **fields: Any) -> Step:
        return kind(id=f"d{next(self._numbers)}", at_ms=at_ms, took_ms=took_ms, **fields)

    def _pings(self) -> Iterator[AnyObservation]:
        for target in self.plan.targets:
            for address in self.network.addresses.get(target.host, ()):
                lost = None if self.network.pings else Failure.TIMED_OUT
                yield self._note(
                    Ping,
                    1500.0,
                    40.0,
                    address=address,
                    host=target.host,
                    by="socket",
                    rtt_ms=None if lost else self.network.distance_ms(target.host),
                    hop_limit=None if lost else FIRST_LIMIT - FAR_HOPS + 1,
                    failure=lost,
                )

    def _summaries(self) -> Iterator[AnyObservation]:
        for one in self.notes:
            if isinstance(one, TcpConnect) and one.host and one.failure is None:
                name = f"{one.host}:{one.endpoint.port}"
                door = self.network.door(name, one.endpoint.address, FIRST)
                again = next((n for pattern, n in self.network.repeats.items() if fnmatchcase(name, pattern)), 0)
                yield self._note(
                    TcpSummary,
                    one.at_ms + 500.0,
                    0.0,
                    endpoint=one.endpoint,
                    host=one.host,
                    data_segments=SEGMENTS + again,
                    retransmits=again,
                    rtt_ms=one.rtt_ms or 0.0,
                    min_rtt_ms=door.life_ms or one.rtt_ms or 0.0,
                    out_of_order=self.network.overtaken,
                )

    def _samples(self) -> Iterator[AnyObservation]:
        """Connects to compare with: for what was lost, and for delays that vary."""
        made: list[AnyObservation] = list(self.seen)
        for number, places in enumerate((samples(self.plan, made), *[varying(self.plan, made)] * ROUNDS)):
            for host, endpoint in places:
                door = self.network.door(f"{host}:{endpoint.port}", endpoint.address, SECOND)
                longer = door.apart_ms[number % len(door.apart_ms)] if door.apart_ms else 0.0
                attempts = (*[Attempt(at_ms=7000.0)] * door.lost, Attempt(at_ms=7000.0, connected=True))
                yield self._note(
                    TcpConnect,
                    7000.0 + 600.0 * number,
                    30.0,
                    endpoint=endpoint,
                    host=host,
                    purpose=Purpose.COMPARISON,
                    attempts=attempts,
                    rtt_ms=(door.rtt_ms or self.network.distance_ms(host)) + longer,
                )

    def _single(self) -> Iterator[AnyObservation]:
        """Single connections to ports that seem divided."""
        for turn, (host, endpoint) in enumerate(flows(self.plan, self.seen)):
            fate = self.network.fates[turn % len(self.network.fates)]
            dead = fate in ("dead", "told")
            yield self._note(
                TcpConnect,
                6000.0,
                1700.0 if dead else 30.0,
                failure=Failure.TIMED_OUT if dead else None,
                endpoint=endpoint,
                host=host,
                purpose=Purpose.COMPARISON,
                attempts=(Attempt(at_ms=6000.0, connected=not dead),),
                rtt_ms=None if dead else self.network.distance_ms(host),
                retransmits=None if dead else int(fate == "rescued"),
            )

    def _burst(self) -> Iterator[AnyObservation]:
        """Single connections in one burst, to ports that refused some and accepted others."""
        for turn, (host, endpoint) in enumerate(wavering.flows(self.plan, self.notes)):
            fate = self.network.fates[turn % len(self.network.fates)]
            refused = fate in ("refused", "told")
            icmp = Icmp(type=3, code=13, sender="100.64.9.1", version=4) if fate == "told" else None
            raw = Raw(errno="ECONNREFUSED", icmp=icmp) if refused else None
            yield self._note(
                TcpConnect,
                6500.0 + turn,
                0.5,
                failure=Failure.CONNECTION_REFUSED if refused else None,
                raw=raw,
                endpoint=endpoint,
                host=host,
                purpose=Purpose.COMPARISON,
                attempts=(Attempt(at_ms=6500.0 + turn, connected=not refused),),
                rtt_ms=None if refused else self.network.distance_ms(host),
            )

    def _late(self) -> Iterator[AnyObservation]:
        """Answers to first SYNs that came when nobody waited for them."""
        for one in self.notes:
            if not isinstance(one, TcpConnect) or one.purpose is not Purpose.TARGET:
                continue
            if fnmatchcase(f"{one.host}:{one.endpoint.port}", self.network.late):
                yield self._note(
                    TcpConnect,
                    one.at_ms,
                    4900.0,
                    endpoint=one.endpoint,
                    host=one.host,
                    purpose=Purpose.COMPARISON,
                    attempts=(Attempt(at_ms=one.at_ms, connected=True),),
                    rtt_ms=4900.0,
                    rtt_from="tcp_info",
                    retransmits=2,
                )

    def _small(self) -> Iterator[AnyObservation]:
        for target, endpoint, size in small_segments(again.failing(self.plan, self.notes), self.notes):
            door = self.network.door(target.name, endpoint.address, SECOND)
            yield self._note(
                TlsHandshake,
                7000.0,
                90.0,
                endpoint=endpoint,
                host=target.host,
                purpose=Purpose.COMPARISON,
                segment_bytes=size,
                failure=None if size <= door.carries else door.tls,
            )

    def _of_one_version(self) -> Iterator[AnyObservation]:
        looks = again.failing(self.plan, self.notes)
        few = [self._shake_by(*one) for one in single_versions(looks, self.notes)]
        yield from few
        for one in vouching(self.plan, looks, (*self.notes, *few)):
            yield self._shake_by(*one)

    def _shake_by(self, target: Target, endpoint: Endpoint, version: str) -> TlsHandshake:
        door = self.network.door(target.name, endpoint.address, SECOND)
        failure = None if door.minds and version != door.minds else door.tls
        shown = {"failure": failure} if failure else certified(target.host, door)
        where = {"endpoint": endpoint, "host": target.host}
        return self._note(TlsHandshake, 7000.0, 90.0, purpose=Purpose.COMPARISON, offered=version, **where, **shown)

    def _other_ends(self) -> Iterator[AnyObservation]:
        for host, endpoint in other_ends(self.plan, again.failing(self.plan, self.notes), self.notes):
            name = f"{host or 'nobody'}:{endpoint.port}"
            agent = next((who for pattern, who in self.network.agents.items() if fnmatchcase(name, pattern)), None)
            holder = None if agent is None else Endpoint(address="127.0.0.1", port=8080)
            where = {"endpoint": endpoint, "host": host, "local": Endpoint(address=HERE, port=41000)}
            yield self._note(OtherEnd, 7400.0, 5.0, holder=holder, program=agent or "", **where)

    def _for_nobody(self) -> Iterator[AnyObservation]:
        given = self.network.invents
        failure = None if given else Failure.DNS_NXDOMAIN
        for resolver in may_invent(again.failing(self.plan, self.notes), self.notes):
            answer = records("a1b2.com", "A", (given,) if given else ())
            where = {"name": "a1b2.com", "type": "A", "resolver": resolver, "records": answer}
            rcode = "NOERROR" if given else "NXDOMAIN"
            yield self._note(DnsQuery, 7400.0, 9.0, failure=failure, rcode=rcode, purpose=Purpose.CONTROL, **where)

    def _greetings(self) -> Iterator[AnyObservation]:
        places = sites(self.plan, self.notes)
        first = [self._greeting(target, at, 0) for target, at in places]
        yield from first
        yield from (self._greeting(target, at, size) for (target, at), size in doubtful(places, first))

    def _greeting(self, target: Target, at: Endpoint, size: int) -> LargeGreeting:
        door = self.network.door(target.name, at.address, SECOND)
        fits = 0 < size <= door.carries
        failure = None if fits else door.at_large
        where = {"endpoint": at, "host": target.host, "size": 1700, "segment_bytes": size}
        return self._note(LargeGreeting, 7500.0, 90.0, failure=failure, answered="" if failure else "hello", **where)

    def _cuts(self) -> Iterator[AnyObservation]:
        for one in cuts(again.failing(self.plan, self.notes), self.notes):
            door = self.network.door(one.target.name, one.endpoint.address, SECOND)
            where = {"endpoint": one.endpoint, "host": one.target.host}
            seen = list(self.notes)
            if not short_of(seen, one.endpoint):
                seen.append(self._note(PathTrace, 7500.0, 90.0, hops=tuple(hops(door, FAR_HOPS + 1)), **where))
                yield seen[-1]
            farthest = short_of(seen, one.endpoint)
            if farthest:
                unasked = Hop(limit=0, outcome="closed" if door.listen else "silent")
                said = (
                    Hop(limit=limit, outcome="reset" if door.cut_at and limit >= door.cut_at else "silent")
                    for limit in range(1, farthest + 1)
                )
                yield self._note(CutOrigin, 7600.0, 900.0, hops=(unasked, *said), **where)

    def _origins(self, pings: tuple[AnyObservation, ...]) -> Iterator[AnyObservation]:
        for one in refusals((*self.notes, *pings)):
            door = self.network.door(f"{one.host}:{one.endpoint.port}", one.endpoint.address, SECOND)
            arrives = FIRST_LIMIT + 1 - (door.refused_by or FAR_HOPS)
            floors = tuple(
                Floor(least=least, outcome="refused" if least <= arrives else "silent") for least in one.floors
            )
            yield self._note(
                AnswerOrigin,
                8000.0,
                200.0,
                endpoint=one.endpoint,
                host=one.host,
                hop_limit=one.hop_limit,
                floors=floors,
            )

    def _holds(self) -> Iterator[AnyObservation]:
        memory = self.network.memory
        for target, endpoint in held(self.plan, self.notes):
            for age in ages(self.plan.idle_s):
                if memory.goodbye_s < min(age, memory.lasts_s):
                    what = {"idle_ms": memory.goodbye_s * 1000.0, "failure": memory.ends_in}
                else:
                    lost = age > memory.lasts_s
                    what = {"idle_ms": age * 1000.0, "asked": True, "failure": memory.ends_in if lost else None}
                secure = target.transport is Transport.TLS
                yield self._note(
                    IdleHold, 9000.0, age * 1000.0, endpoint=endpoint, host=target.host, secure=secure, **what
                )
