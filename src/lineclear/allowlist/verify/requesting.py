"""What the list demands of a proxy, as requests by name; and what else the proxy lets through."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lineclear.allowlist.context import Snapshot
from lineclear.allowlist.rule import AllowRule, Protocol
from lineclear.model import Kind, Transport

from .asking import Answer
from .beyond import MOST_CELLS, Excess, classes, sets
from .conditions import Condition, Every, Field, Host, Not, Some
from .packet import TCP, Packet, Question
from .ruleset import Ruleset, Spot
from .spans import ALL_PORTS, Span, Spans, shown_ports, spans, within
from .squid import HOOK
from .truth import Truth
from .walking import Ruling, Step, fate

CONNECT, GET = "CONNECT", "GET"
_BELOW = "any-name-below."
_NOWHERE = "any-other-host.invalid"


def is_asked_of_a_proxy(one: AllowRule) -> bool:
    """Whether its application can send it through a proxy, and a proxy passes it on."""
    return one.proxy_capable and one.protocol is Protocol.TCP


def by_requests(ruleset: Ruleset, rule: AllowRule, snapshot: Snapshot | None, question: Question) -> Answer:
    """The answer of a proxy."""
    known = snapshot.addresses.get(rule.host) if snapshot else None
    host = f"{_BELOW}{rule.host[2:]}" if rule.kind is Kind.WILDCARD else rule.host
    addresses = known if rule.kind in (Kind.HOST, Kind.WILDCARD) else (rule.host,)
    ports = rule.ports.first, rule.ports.last
    steps = [step for method in _methods(rule) for step in request_steps(host, addresses, ports, method, question)]
    return Answer(rule=rule, fates=(("", fate(ruleset, steps)),))


def _methods(rule: AllowRule) -> Iterator[str]:
    plain = Transport.HTTP in rule.transports
    if plain:
        yield GET
    if set(rule.transports) != {Transport.HTTP}:
        yield CONNECT


def request_steps(
    host: str, addresses: tuple[str, ...] | None, ports: Span, method: str, question: Question
) -> Iterator[Step]:
    """One request from every client that is named; from anywhere where none is. `addresses`: None: not known."""
    clients = [(version, span) for version in (4, 6) for span in question.senders(version)]
    for version, source in clients if question.sources else clients[:1]:
        packet = Packet(
            version=version,
            protocol=TCP,
            source=source,
            destination=(0, 0),
            dport=ports,
            host=host,
            addresses=addresses,
            method=method,
            scheme="" if method == CONNECT else "HTTP",
        )
        yield Step(name=f"{method} requests", packet=packet, hooks=(HOOK,))


def beyond_requests(
    ruleset: Ruleset, rules: Sequence[AllowRule], snapshot: Snapshot | None, question: Question
) -> tuple[Excess, ...] | None:
    """What is let through beyond need, by the names that stand in the file or on the list, and any other."""
    del snapshot  # names that nobody demands are not looked up
    needed = {one.host: spans(_ports_of(rules, one.host)) for one in rules}
    ports = classes(ALL_PORTS, [*sets(ruleset, Field.DPORT), *needed.values()])
    hosts = dict.fromkeys((*_hosts(ruleset), *(one.host for one in rules), _NOWHERE))
    if len(hosts) * len(ports) * 2 > MOST_CELLS:
        return None
    found: defaultdict[tuple[Spot, str, str], list[Span]] = defaultdict(list)
    for host in hosts:
        for method in (GET, CONNECT):
            for behind in ports:
                if within(needed.get(host, ()), behind[0]) is Truth.YES:
                    continue
                ended = fate(
                    ruleset, list(request_steps(host.replace("*.", _BELOW), None, behind[0], method, question))
                )
                if ended.ruling is Ruling.PERMITTED:
                    found[ended.by, method, host].extend(behind)
    return tuple(_told(found))


def _ports_of(rules: Sequence[AllowRule], host: str) -> Iterator[Span]:
    return ((one.ports.first, one.ports.last) for one in rules if one.host == host)


def _hosts(ruleset: Ruleset) -> Iterator[str]:
    """The names a file speaks of; `*.` for what lies below one."""
    for rules in ruleset.chains.values():
        for rule in rules:
            for one in _named(rule.conditions):
                yield from sorted(one.names)
                for name in sorted(one.below):
                    yield from (name, f"*.{name}")


def _named(conditions: Sequence[Condition]) -> Iterator[Host]:
    for one in conditions:
        if isinstance(one, Host):
            yield one
        elif isinstance(one, Every | Some):
            yield from _named(one.parts)
        elif isinstance(one, Not):
            yield from _named((one.part,))


def _told(found: dict[tuple[Spot, str, str], list[Span]]) -> Iterator[Excess]:
    same: defaultdict[tuple[Spot, str, Spans], list[str]] = defaultdict(list)
    for (by, method, host), behind in found.items():
        same[by, method, spans(behind)].append("every other host" if host == _NOWHERE else host)
    for (by, method, ports), hosts in same.items():
        shown = ("every port",) if ports == (ALL_PORTS,) else tuple(map(shown_ports, ports))
        yield Excess(by=by, protocol=method, to=tuple(hosts), ports=shown)
