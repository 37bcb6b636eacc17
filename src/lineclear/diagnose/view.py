"""Evidence as the rules ask for it: by target, by endpoint, by port of the list. Nothing is judged here but order.

Steps are taken by the time they began, never by their place in the file, so that a shuffled file reads the same.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

from lineclear.model import (
    UNTESTED,
    AnswerOrigin,
    ApiHello,
    Control,
    ControlKind,
    DnsQuery,
    Endpoint,
    Evidence,
    Failure,
    HttpExchange,
    Lateness,
    Nudge,
    Observation,
    PathTrace,
    Purpose,
    Requirement,
    Role,
    Service,
    SourceAddress,
    SystemLookup,
    Target,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    TlsListen,
    Weight,
)
from lineclear.plan import dial, dialled_address, dialled_port, is_address
from lineclear.plan.chance import Chances
from lineclear.plan.networks import inside, is_loopback, is_nowhere

from .browser import Browser
from .ends import OtherEnds
from .far import FarEnd
from .walk import Walk

_STEPS = (TcpConnect, TcpListen, Nudge, TlsHandshake, TlsListen, HttpExchange, ApiHello)
_UNSURE: frozenset[Failure | None] = frozenset({Failure.DNS_TEMPORARY})
_UNHEARD = _UNSURE | {Failure.TIMED_OUT}
_DENIALS = frozenset({Failure.DNS_NXDOMAIN, Failure.DNS_NO_ANSWER, Failure.DNS_SERVFAIL})


Kind = TypeVar("Kind", bound=Observation)
_Steps = dict[tuple[str, Endpoint], list[Observation]]
Walked = tuple[Endpoint, list[Observation], list[Observation], list[Observation], int]
"""Of one host: where, the first pass, the latest second look, those before it, and how many there were."""


class View:
    """One run's evidence, indexed.

    `misled`: names that lead to the wrong place. They are read as though they led wherever else an answer pointed.
    """

    def __init__(self, evidence: Evidence, misled: frozenset[str] = frozenset()) -> None:
        self.evidence = evidence
        self.misled = misled
        self.plan = evidence.plan
        self.vantage = evidence.vantage
        self.catalog = evidence.catalog

    @cached_property
    def ordered(self) -> tuple[Observation, ...]:
        """Every observation by the time it began."""
        return tuple(sorted(self.evidence.observations, key=lambda one: (one.at_ms, one.id)))

    def of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Every observation of a kind by the time it began."""
        return tuple(self._by_kind.get(kind, ()))  # type: ignore[arg-type]

    @cached_property
    def _by_kind(self) -> dict[type[Observation], list[Observation]]:
        found: dict[type[Observation], list[Observation]] = {}
        for one in self.ordered:
            found.setdefault(type(one), []).append(one)
        return found

    @cached_property
    def lookups(self) -> dict[str, SystemLookup]:
        """What the operating system said of each name; the last word counts."""
        return {one.name: one for one in self.of(SystemLookup)}

    @cached_property
    def queries(self) -> dict[str, tuple[DnsQuery, ...]]:
        """What the resolvers said of each name of the list."""
        found: dict[str, list[DnsQuery]] = {}
        for one in self.ordered:
            if isinstance(one, DnsQuery) and one.purpose not in (Purpose.CONTROL, Purpose.COMPARISON):
                found.setdefault(one.name, []).append(one)
        return {name: tuple(steps) for name, steps in found.items()}

    def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses the application would use: the system's where it answered, else every resolver's."""
        if is_address(host):
            return (host,)
        redirected = dialled_address(self.plan.redirections, host)
        if redirected:
            return (redirected,)
        return self._elsewhere(host) if host in self.misled else self._used(host)

    def _used(self, host: str) -> tuple[str, ...]:
        system = self.lookups.get(host)
        if system is not None and system.addresses:
            return system.addresses
        if system is None and self.plan.ask_system and host in self._fixed:
            return self._fixed[host]
        given = (
            address for one in self.queries.get(host, ()) if not self._is_only_by_tcp(one) for address in one.addresses
        )
        return tuple(dict.fromkeys(given))

    @cached_property
    def _fixed(self) -> dict[str, tuple[str, ...]]:
        """What the hosts file says of names: the operating system follows it, even where it was not heard out."""
        found: dict[str, list[str]] = {}
        for one in self.vantage.hosts_entries:
            found.setdefault(one.name, []).append(one.address)
        return {name: tuple(addresses) for name, addresses in found.items()}

    def _elsewhere(self, host: str) -> tuple[str, ...]:
        """The addresses that some answer gave for a name, and the application would not use."""
        used = self._used(host) if not self._is_denied(host) else ()
        asked = self.queries.get(host, ())
        given = [address for one in asked for address in one.addresses]
        others = [record.value for one in asked for other in one.other_answers for record in other]
        return tuple(address for address in dict.fromkeys((*given, *others)) if address not in used)

    def _is_only_by_tcp(self, query: DnsQuery) -> bool:
        """Whether the resolver gave it by TCP after silence by UDP, which is how programs ask."""
        return query.over == "tcp" and any(
            one.resolver == query.resolver and one.type == query.type and one.failure is Failure.TIMED_OUT
            for one in self.queries[query.name]
        )

    def is_denied_here(self, host: str) -> bool:
        """Whether the operating system will not resolve a name, whatever the name servers say.

        "Try again" may be a lost packet, so it counts only when it is said of every name that the hosts file does not
        answer, or where nobody hears such questions.
        """
        return host not in self.misled and self._is_denied(host)

    def _is_denied(self, host: str) -> bool:
        said = self.lookups.get(host)
        if said is None or said.addresses:
            return False
        asked = (name for name in self.plan.names if name in self.lookups and name not in self._fixed)
        unheard = (
            said.failure in _UNHEARD if self.edns_unheard else {self.lookups[name].failure for name in asked} <= _UNSURE
        )
        return said.failure in _DENIALS or unheard

    @cached_property
    def edns_unheard(self) -> tuple[DnsQuery, ...]:
        """The questions with EDNS0 that no resolver answers, where this machine's settings have it ask no others.

        Asked only where the resolvers answer without it. Empty: it is not so.
        """
        asked = [one for one in self.of(DnsQuery) if one.purpose is Purpose.COMPARISON]
        heard = any(one.failure is None or one.failure in UNTESTED for one in asked)
        return () if heard or "edns0" not in self.vantage.resolver_options else tuple(asked)

    def is_nowhere(self, target: Target, address: str) -> bool:
        """Whether a name was answered with an address no server can have, and nobody meant it so."""
        if is_address(target.host) or is_loopback(target.host) or self.dialled(target, "").address:
            return False
        return is_nowhere(address, self.plan.expected_networks)

    def is_expected(self, address: str) -> bool:
        """Whether the user said that answers lie there."""
        return inside(address, self.plan.expected_networks)

    def is_near(self, address: str) -> bool:
        """Whether an address is on this machine or on a network it is connected to."""
        known = self._near.get(address)
        if known is None:
            networks = (text for one in self.vantage.interfaces for text in one.addresses)
            known = is_loopback(address) or address in self.own_addresses or inside(address, networks)
            self._near[address] = known
        return known

    @cached_property
    def _near(self) -> dict[str, bool]:
        return {}

    @cached_property
    def walks(self) -> dict[str, tuple[Walk, ...]]:
        """The walks of each target, by its `host:port`; empty where it has no address."""
        first: _Steps = {}
        second: _Steps = {}
        between: _Steps = {}
        looks: Counter[tuple[str, Endpoint]] = Counter()
        for one in self.ordered:
            if not isinstance(one, _STEPS) or not one.host or _is_comparison(one):
                continue
            key = (one.host, one.endpoint)
            if isinstance(one, TcpConnect) and one.purpose is Purpose.SECOND_LOOK:
                looks[key] += 1
                between.setdefault(key, []).extend(second.get(key, ()))
                second[key] = []
            (second if looks[key] else first).setdefault(key, []).append(one)
        for key, steps in second.items():
            first.setdefault(key, steps)
        self._share_nudges(first, second)
        by_host: dict[str, list[Walked]] = {}
        for key, steps in first.items():
            by_host.setdefault(key[0], []).append(
                (key[1], steps, second.get(key, []), between.get(key, []), looks[key])
            )
        return {target.name: tuple(self._walks_of(target, by_host)) for target in self.plan.targets}

    def _share_nudges(self, first: _Steps, second: _Steps) -> None:
        """Give the one CR LF that an address got to every name behind it that was listened to."""
        nudges = {one.endpoint: one for one in self.of(Nudge)}
        for key, steps in first.items():
            walked = [*steps, *second.get(key, ())]
            nudge = nudges.get(key[1])
            kinds = {type(one) for one in walked}
            if nudge is not None and TcpListen in kinds and Nudge not in kinds:
                steps.append(nudge)

    def _walks_of(self, target: Target, by_host: dict[str, list[Walked]]) -> Iterator[Walk]:
        port = dialled_port(self.plan.redirections, target.host, target.port)
        for endpoint, first, second, between, looks in by_host.get(target.host, ()):
            if endpoint.port == port:
                yield Walk(
                    target=target,
                    endpoint=endpoint,
                    first=tuple(first),
                    second=tuple(second),
                    between=tuple(between),
                    looks=looks,
                )

    @cached_property
    def chances(self) -> Chances:
        """What loss alone may have done."""
        return Chances(self.evidence.observations)

    def may_be_loss(self, walk: Walk) -> bool:
        """Whether loss alone may have made every look of a walk end as it did."""
        return self.chances.may_have_failed(walk.target.host, walk.endpoint)

    @cached_property
    def requirements(self) -> dict[str, Requirement]:
        """Every requirement by its id."""
        return {one.id: one for one in self.catalog.requirements}

    @cached_property
    def services(self) -> dict[str, Service]:
        """Every service by its id."""
        return {one.id: one for one in self.catalog.services}

    def of_target(self, target: Target) -> tuple[Requirement, ...]:
        """The requirements behind a target."""
        return tuple(self.requirements[one] for one in target.requirements if one in self.requirements)

    def alternatives_of(self, target: Target) -> frozenset[str]:
        """The groups of alternatives a target belongs to; none if anything needs it by itself."""
        groups = frozenset(one.any_of for one in self.of_target(target) if one.required)
        return frozenset() if "" in groups else groups

    def is_proxy_capable(self, target: Target) -> bool:
        """Whether all that needs a target can reach it through an explicit proxy."""
        rows = self.of_target(target)
        return bool(rows) and all(one.proxy_capable for one in rows)

    @cached_property
    def browser(self) -> Browser:
        """The way a browser goes."""
        return Browser(self.plan, self.ordered)

    def is_main(self, target: Target) -> bool:
        """Whether a main function hangs on a target: a required one, of a main service, that is not a mere backup."""
        return target.required and any(
            one.required and one.weight is Weight.MAIN and one.role is not Role.BACKUP for one in self.of_target(target)
        )

    def dialled(self, target: Target, address: str) -> Endpoint:
        """Where a target at an address was dialled."""
        return dial(self.plan.redirections, target.host, target.port, address)

    def regions(self, target: Target) -> frozenset[str]:
        """The regions a target serves."""
        found = (self.services[one.service].region for one in self.of_target(target) if one.service in self.services)
        return frozenset(region for region in found if region)

    @cached_property
    def connects(self) -> dict[Endpoint, tuple[TcpConnect, ...]]:
        """Every connect by the endpoint that was dialled, controls included."""
        found: dict[Endpoint, list[TcpConnect]] = {}
        for one in self.of(TcpConnect):
            found.setdefault(one.endpoint, []).append(one)
        return {endpoint: tuple(steps) for endpoint, steps in found.items()}

    @cached_property
    def traces(self) -> dict[Endpoint, PathTrace]:
        """The longest trace to each endpoint, the latest of several."""
        return {one.endpoint: one for one in sorted(self.of(PathTrace), key=lambda one: len(one.hops))}

    @cached_property
    def origins(self) -> dict[Endpoint, AnswerOrigin]:
        """From how near the refusals of endpoints come."""
        return {one.endpoint: one for one in self.of(AnswerOrigin) if one.failure is None}

    @cached_property
    def ends(self) -> OtherEnds:
        """Which connections a program of this machine takes over before they leave."""
        return OtherEnds(self.ordered)

    @cached_property
    def far(self) -> FarEnd:
        """What the user's reflector says."""
        return FarEnd(self.plan, self.ordered)

    def controls(self, kind: ControlKind) -> Iterator[tuple[Control, TcpConnect]]:
        """The controls of a kind that were tried, each with what came of it."""
        for control in (*self.plan.controls, *self.far.controls):
            if control.kind is kind:
                steps = self.connects.get(control.endpoint, ())
                for step in [one for one in steps if one.purpose is Purpose.CONTROL][-1:]:
                    yield control, step

    def own_delay_ms(self, step: Observation) -> float:
        """How much of the time of a step this machine itself was late."""
        end_ms = step.at_ms + step.took_ms
        overlaps = (min(end_ms, one.at_ms + one.took_ms) - max(step.at_ms, one.at_ms) for one in self._late)
        return sum(each for each in overlaps if each > 0.0)

    @cached_property
    def _late(self) -> list[Lateness]:
        return list(self.of(Lateness))

    @cached_property
    def sources(self) -> dict[str, SourceAddress]:
        """By address: which local address this machine sends to it from."""
        return {one.towards: one for one in self.of(SourceAddress) if one.local}

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """This machine's addresses."""
        listed = (one.partition("/")[0] for interface in self.vantage.interfaces for one in interface.addresses)
        used = (step.local.address for steps in self.connects.values() for step in steps if step.local)
        return frozenset((*listed, *used))

    @cached_property
    def anything_connected(self) -> bool:
        """Whether anything beyond the local network accepted a connection."""
        return any(
            step.failure is None
            for endpoint, steps in self.connects.items()
            if not self.is_near(endpoint.address)
            for step in steps
        )

    def anybody_answers(self, *, six: bool, but: frozenset[Failure] = frozenset()) -> bool:
        """Whether anybody past the gateway answered a connection by this version of IP, if only to refuse it.

        `but`: refusals that do not count.
        """
        return any(
            step.failure not in but and self._is_from_beyond(step)
            for endpoint, steps in self.connects.items()
            if (":" in endpoint.address) is six and not self.is_near(endpoint.address)
            for step in steps
        )

    def _is_from_beyond(self, step: TcpConnect) -> bool:
        icmp = step.raw.icmp if step.raw else None
        if icmp is not None:
            gateways = {route.gateway for route in self.vantage.routes if route.is_default}
            return icmp.sender not in self.own_addresses | gateways and not self.is_near(icmp.sender)
        return step.failure in (None, Failure.CONNECTION_REFUSED)


def _is_comparison(one: Observation) -> bool:
    return getattr(one, "purpose", None) is Purpose.COMPARISON
