"""What the list demands, asked of a ruleset: each requirement as the packets it takes, and what becomes of them."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from lineclear.allowlist.context import Snapshot
from lineclear.allowlist.rule import AllowRule, Protocol
from lineclear.model import Kind

from .packet import ICMPV6, TCP, UDP, Packet, Question, State
from .ruleset import Ruleset, Spot
from .spans import ALL_PORTS, Span, block, everywhere
from .walking import Fate, Ruling, Step, fate

NUMBERS = {Protocol.TCP: TCP, Protocol.UDP: UDP}
_PERHAPS = frozenset({"psh", "fin", "urg", "ecn", "cwr"})
_LEAVE = {"output": ("output", "postrouting", "egress")}
_RETURN = {"output": ("ingress", "prerouting", "input")}
_FORWARD = ("ingress", "prerouting", "forward", "postrouting", "egress")
_UNRESOLVED = Fate(
    ruling=Ruling.CANNOT_TELL,
    by=Spot("the snapshot"),
    why="no address of this name is known; add --resolve now, or --resolve FILE",
)
_WILDCARD = Fate(ruling=Ruling.CANNOT_TELL, by=Spot("the list"), why="a wildcard has no address to ask for")
_NO_SENDER = Fate(
    ruling=Ruling.CANNOT_TELL, by=Spot("--source"), why="no network of this version of IP was named as a source"
)

_DEAF = "it stops neighbour discovery, without which IPv6 works on no Ethernet"


class Answer(Struct, frozen=True, kw_only=True):
    """What becomes of one requirement: of each of its addresses, and the worst of these as the whole."""

    rule: AllowRule
    fates: tuple[tuple[str, Fate], ...]
    """Address (empty: the name itself was asked for) and its fate."""

    @property
    def ruling(self) -> Ruling:
        """Blocked if one address is, permitted if all are."""
        found = {one.ruling for _, one in self.fates}
        return next(one for one in (Ruling.BLOCKED, Ruling.CANNOT_TELL, Ruling.PERMITTED) if one in found)


Asker = Callable[[Ruleset, AllowRule, Snapshot | None, Question], Answer]


def by_packets(ruleset: Ruleset, rule: AllowRule, snapshot: Snapshot | None, question: Question) -> Answer:
    """The answer of a packet filter. Of a name without an address only what holds for every address is told."""
    if rule.kind is Kind.WILDCARD:
        return Answer(rule=rule, fates=(("", _WILDCARD),))
    places = _places(rule, snapshot)
    if not places:
        return Answer(rule=rule, fates=(("", _anywhere(ruleset, rule, question)),))
    asked = [one for one in places if question.senders(block(one)[0])] or places
    return Answer(rule=rule, fates=tuple((one, _of_address(ruleset, rule, one, question)) for one in asked))


def beside(rules: Sequence[AllowRule], snapshot: Snapshot | None, question: Question) -> tuple[str, ...]:
    """The places of which some addresses are not asked for, because no source has their version of IP."""
    return tuple(
        one.place
        for one in rules
        if len({bool(question.senders(block(address)[0])) for address in _places(one, snapshot)}) > 1
    )


def _places(rule: AllowRule, snapshot: Snapshot | None) -> Sequence[str]:
    """Its addresses and blocks, as far as they are known."""
    if rule.kind is Kind.HOST:
        return snapshot.addresses.get(rule.host, ()) if snapshot else ()
    return () if rule.kind is Kind.WILDCARD else (rule.host,)


def _anywhere(ruleset: Ruleset, rule: AllowRule, question: Question) -> Fate:
    """What becomes of it wherever its name leads, in every version of IP the file speaks of and a source may use."""
    versions = [one for one in ruleset.versions if question.senders(one)]
    found = [_of_span(ruleset, rule, one, everywhere(one), question) for one in versions]
    alike = len({one.ruling for one in found}) == 1 and found[0].ruling is not Ruling.CANNOT_TELL
    return found[0] if alike else _UNRESOLVED


def _of_address(ruleset: Ruleset, rule: AllowRule, address: str, question: Question) -> Fate:
    return _of_span(ruleset, rule, *block(address), question)


def _of_span(ruleset: Ruleset, rule: AllowRule, version: int, destination: Span, question: Question) -> Fate:
    steps = [
        step
        for source in question.senders(version)
        for step in conversation(
            request(version, NUMBERS[rule.protocol], source, destination, (rule.ports.first, rule.ports.last)),
            question,
        )
    ]
    return fate(ruleset, steps) if steps else _NO_SENDER


def request(version: int, protocol: int, source: Span, destination: Span, ports: Span) -> Packet:
    """The first packet of a conversation."""
    tcp = protocol == TCP
    return Packet(
        version=version,
        protocol=protocol,
        source=source,
        destination=destination,
        dport=ports,
        raised=frozenset({"syn"}) if tcp else frozenset(),
        perhaps=frozenset({"ecn", "cwr"}) if tcp else frozenset(),
    )


def conversation(first: Packet, question: Question) -> Iterator[Step]:
    """Everything that has to get through: the request, the answer, and what follows them."""
    out = replace(first, into="" if question.hook == "output" else question.into, out=question.out)
    back = replace(
        first,
        source=first.destination,
        destination=first.source,
        sport=first.dport,
        dport=first.sport,
        state=State.ESTABLISHED,
        reply=True,
        into=question.out,
        out="" if question.hook == "output" else question.into,
    )
    leave, come = _LEAVE.get(question.hook, _FORWARD), _RETURN.get(question.hook, _FORWARD)
    yield Step(name="the request", packet=out, hooks=leave)
    if first.protocol == TCP:
        yield Step(name="the answer", packet=_flagged(back, "syn", "ack", but=frozenset({"ecn"})), hooks=come)
    yield Step(name="what is answered", packet=_flagged(back, "ack"), hooks=come)
    yield Step(name="what is sent on", packet=_flagged(replace(out, state=State.ESTABLISHED), "ack"), hooks=leave)


def _flagged(packet: Packet, *raised: str, but: frozenset[str] = _PERHAPS) -> Packet:
    tcp = packet.protocol == TCP
    return replace(packet, raised=frozenset(raised if tcp else ()), perhaps=but if tcp else frozenset())


def ask(
    ruleset: Ruleset, rules: Sequence[AllowRule], snapshot: Snapshot | None, question: Question, asker: Asker
) -> tuple[Answer, ...]:
    """An answer for each rule of the list."""
    answers = tuple(asker(ruleset, one, snapshot, question) for one in rules)
    stops = _stops_discovery(ruleset) if asker is by_packets else None
    return tuple(_doubted(one, stops) for one in answers) if stops else answers


def _stops_discovery(ruleset: Ruleset) -> Spot | None:
    """What stops neighbour discovery for certain (RFC 4861), without which IPv6 works on no Ethernet.

    Its packets belong to no connection, so what lets answers in does not let them in. Their types are not modelled.
    """
    sent = replace(request(6, ICMPV6, everywhere(6), everywhere(6), ALL_PORTS), out=None)
    ways = ((sent, _LEAVE["output"]), (replace(sent, into=None, out=""), _RETURN["output"]))
    found = [fate(ruleset, [Step(name="", packet=packet, hooks=hooks)]) for packet, hooks in ways]
    return next((one.by for one in found if one.ruling is Ruling.BLOCKED), None)


def _doubted(answer: Answer, stops: Spot) -> Answer:
    """The answer, in doubt for every IPv6 address: a file does not tell whether an Ethernet leads there."""
    doubt = Fate(ruling=Ruling.CANNOT_TELL, by=stops, why=_DEAF)
    return replace(
        answer,
        fates=tuple((at, doubt if ":" in at and one.ruling is Ruling.PERMITTED else one) for at, one in answer.fates),
    )
