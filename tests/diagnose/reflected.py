"""What a reflector would say of a network, in a few words: who it sees, and what reaches it."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from lineclear.model import (
    AnyObservation,
    Arrivals,
    Endpoint,
    Failure,
    Header,
    HelloFacts,
    IdleHold,
    LargeFlight,
    Payload,
    Plan,
    Purpose,
    Reflection,
    RequestFacts,
    Seen,
    SynFacts,
    TcpConnect,
    TcpListen,
    WayBack,
)
from lineclear.plan.reflecting import (
    SEGMENTS,
    Call,
    behind_boxes,
    empty_places,
    fine_ages,
    first_calls,
    further_calls,
    later_calls,
    longer_ways_back,
    ways_back,
)

if TYPE_CHECKING:
    from tests.diagnose.network import Change, Network

FAR, FAR_SIX, EMPTY = "198.51.100.7", "2001:db8:7::7", "198.51.100.99"
FURTHER = ("198.51.100.8", "198.51.100.9")
OURS, OTHER, OURS_SIX = "192.0.2.77", "192.0.2.88", "2001:db8:77::1"
HELLO, CERTIFICATE = "a1" * 32, "c1" * 32
Seeing = Callable[[Call, int], str]


class Reflector(Struct, frozen=True, kw_only=True):
    """What reaches it, and what comes back."""

    source: Seeing
    """Where a call comes from: the call, and how many there were before it."""
    fails: Callable[[Call], tuple[str, Failure] | None] = lambda _: None
    """The stage at which a call fails, and how."""
    arrives: Callable[[Call], bool] = lambda _: True
    """Whether a call that fails has reached it all the same."""
    changes: tuple[tuple[tuple[int, ...], dict[str, Any]], ...] = ()
    """Ports, and what is different about the conversations on them."""
    hop_limits: Callable[[Call], int] = lambda _: 61
    more: tuple[str, ...] = FURTHER
    empty: tuple[str, ...] = (EMPTY,)
    empty_accepts: tuple[int, ...] = ()
    strangers: tuple[int, ...] = ()
    """Ports on which another certificate is shown where a conversation fails."""
    largest: tuple[int, int] = (9000, 9000)
    """Segments that arrive: towards us, and away."""
    hung_up: str = ""
    """The host whose connections the box gives up after a while."""
    back: int = 3
    """Routers that its answers pass."""
    mangles: bool = False
    """Whether somebody sets the hop limit of our packets anew."""
    forgotten_s: float = 7200.0
    """Silence after which its words no longer reach us."""
    deaf_s: float = 7200.0
    """And after which ours no longer reach it."""
    hung_up_s: float = 7200.0
    """And after which somebody on the way hangs up."""
    answers: bool = True
    """Whether it can be asked at the end what arrived."""


def steps(network: "Network", plan: Plan, notes: Iterable[AnyObservation]) -> tuple[AnyObservation, ...]:
    """The observations a check makes with the reflector."""
    if plan.reflector is None or network.reflector is None:
        return ()
    talks = _Talks(network.reflector, plan)
    watched = (talks.watch(host, endpoint) for host, endpoint in behind_boxes(plan, notes))
    return (*watched, *talks.everything())


class _Talks:
    def __init__(self, far: Reflector, plan: Plan) -> None:
        self.far = far
        self.plan = plan
        self.numbers = itertools.count(1)
        self.count = itertools.count()
        self.arrived: list[tuple[str, int]] = []

    def everything(self) -> Iterator[AnyObservation]:
        asked = self.plan.reflector
        assert asked is not None
        first = [self.say(one, 5000.0) for one in first_calls(asked, self.plan.redirections)]
        yield from first
        if not any(one.seen for one in first):
            return
        yield from (self.say(one, 5500.0) for one in further_calls(asked, self.plan.redirections, self.far.more))
        yield from (self.knock(one) for one in empty_places(self.plan, self.far.empty))
        yield from self.flights(asked.addresses[0])
        yield from self.ways_back(first)
        yield from self.silences(asked.addresses[0])
        yield from (self.say(one, 6500.0) for one in later_calls(asked, self.plan.redirections))
        if self.far.answers:
            yield Arrivals(
                id=self.id(),
                at_ms=6900.0,
                took_ms=9.0,
                endpoint=Endpoint(address=asked.addresses[0], port=443),
                arrived=tuple(self.arrived),
            )

    def id(self) -> str:
        return f"f{next(self.numbers)}"

    def say(self, call: Call, at_ms: float) -> Reflection:
        number = next(self.count)
        failed = self.far.fails(call)
        nonce = f"{number:032x}"
        if failed is None or (failed[0] != "connect" and self.far.arrives(call)):
            self.arrived.append((nonce, call.port))
        secret = call.kind in (Payload.TLS, Payload.TLS_WEB)
        web = call.kind in (Payload.WEB, Payload.TLS_WEB) and not call.echoed
        request = RequestFacts(line="GET / HTTP/1.1", headers=(Header(name="Host", value="far"),)) if web else None
        told = failed is None and not call.echoed
        seen = Seen(
            source=Endpoint(address=self.far.source(call, number), port=1024),
            local=call.endpoint,
            syn=SynFacts(hop_limit=self.far.hop_limits(call), window=64240),
            hello=HelloFacts(sha256=HELLO) if secret else None,
            request=request,
        )
        made = Reflection(
            id=self.id(),
            at_ms=at_ms + number,
            took_ms=30.0,
            failure=failed[1] if failed else None,
            endpoint=call.endpoint,
            port=call.port,
            kind=call.kind,
            nonce=nonce,
            stage=failed[0] if failed else "",
            seen=seen if told else None,
            request=request,
            hello_sha256=HELLO if secret else "",
            certificate_sha256=CERTIFICATE if secret and told else "dd" * 32 if call.port in self.far.strangers else "",
            tls_sha256=CERTIFICATE if told else "",
            more=self.far.more if told else (),
            empty=self.far.empty if told else (),
        )
        for ports, changes in self.far.changes:
            if call.port in ports and told:
                made = _changed(made, secret, changes)
        return made

    def watch(self, host: str, endpoint: Endpoint) -> TcpListen:
        gone = Failure.EOF if host == self.far.hung_up else None
        return TcpListen(
            id=self.id(),
            at_ms=5000.0,
            took_ms=4000.0,
            failure=gone,
            endpoint=endpoint,
            host=host,
            purpose=Purpose.COMPARISON,
            watched_ms=4000.0,
        )

    def knock(self, endpoint: Endpoint) -> TcpConnect:
        failure = None if endpoint.port in self.far.empty_accepts else Failure.TIMED_OUT
        return TcpConnect(
            id=self.id(),
            at_ms=5600.0,
            took_ms=900.0,
            failure=failure,
            endpoint=endpoint,
            purpose=Purpose.CONTROL,
            rtt_ms=None if failure else 0.4,
        )

    def flights(self, address: str) -> Iterator[LargeFlight]:
        for inbound, largest in zip((True, False), self.far.largest, strict=True):
            usual = largest >= 1460
            for segment in (0,) if usual else (0, *SEGMENTS):
                yield LargeFlight(
                    id=self.id(),
                    at_ms=5700.0,
                    took_ms=50.0,
                    failure=None if (segment or 1460) <= largest else Failure.TIMED_OUT,
                    endpoint=Endpoint(address=address, port=4000),
                    port=4000,
                    inbound=inbound,
                    size=30_000,
                    segment=segment,
                )

    def ways_back(self, first: list[Reflection]) -> Iterator[WayBack]:
        found = [self.way_back(*one) for one in ways_back(first)]
        yield from found
        yield from (self.way_back(*one) for one in longer_ways_back(found))

    def way_back(self, sent: int, allowed: int) -> WayBack:
        return WayBack(
            id=self.id(),
            at_ms=5800.0,
            took_ms=50.0,
            failure=None if allowed > self.far.back else Failure.TIMED_OUT,
            endpoint=Endpoint(address=FAR, port=4000),
            port=4000,
            sent=sent,
            seen=61 if self.far.mangles else sent - 3,
            allowed=allowed,
        )

    def silences(self, address: str) -> Iterator[IdleHold]:
        far = self.far
        for age in fine_ages(self.plan.idle_s):
            yield self.silence(address, age, Failure.CONNECTION_RESET if age > far.deaf_s else None)
            if age > far.hung_up_s:
                yield self.silence(address, far.hung_up_s, Failure.EOF, promised=True, asked=False)
            else:
                yield self.silence(address, age, Failure.TIMED_OUT if age > far.forgotten_s else None, promised=True)

    def silence(self, address: str, age_s: float, failure: Failure | None, **words: Any) -> IdleHold:
        return IdleHold(
            id=self.id(),
            at_ms=5900.0,
            took_ms=age_s * 1000.0,
            failure=failure,
            endpoint=Endpoint(address=address, port=4000),
            idle_ms=age_s * 1000.0,
            **{"asked": True, **words},
        )


def _changed(made: Reflection, secret: bool, changes: dict[str, Any]) -> Reflection:
    seen = made.seen
    assert seen is not None
    fields = dict(changes)
    if "hello" in fields:
        hello = HelloFacts(sha256=fields.pop("hello"))
        made = replace(made, seen=replace(seen, hello=hello)) if secret else made
    if "request" in fields:
        made = replace(made, seen=replace(seen, request=fields.pop("request")))
    if not secret:
        fields.pop("certificate_sha256", None)
    return replace(made, **fields)


# -- words --------------------------------------------------------------------------------------------------------


def reflected(source: Seeing | str = OURS, **fields: Any) -> "Change":
    """A reflector of the user's, and what it sees."""
    seeing: Seeing = source if callable(source) else lambda _call, _number: source
    far = Reflector(source=seeing, **fields)

    def change(network: "Network") -> "Network":
        options = replace(network.options, reflectors=network.options.reflectors or (FAR,))
        return replace(network, options=options, reflector=far)

    return change


def in_turn(*ports: int) -> Seeing:
    """Connections to these ports leave by the one and the other uplink in turn; to any port, if none is given."""
    return lambda call, number: (OURS, OTHER)[number % 2] if not ports or call.port in ports else OURS


def by_destination(call: Call, _number: int) -> str:
    """Each destination by an uplink of its own."""
    return OURS if call.endpoint.address in (FAR, FURTHER[1]) else OTHER


def by_port(call: Call, _number: int) -> str:
    """The gateways' ports by another uplink than the web."""
    return OTHER if call.port in (4000, 4001) else OURS


def later(_call: Call, number: int) -> str:
    """Another uplink at the end."""
    return OURS if number < 28 else OTHER


def by_version(call: Call, _number: int) -> str:
    """Each IP version by its own."""
    return OURS_SIX if ":" in call.endpoint.address else OURS


def stopped(
    *ports: int, kinds: Iterable[Payload] = tuple(Payload), stage: str = "greeting", how: Failure = Failure.TIMED_OUT
) -> Callable[[Call], tuple[str, Failure] | None]:
    """Conversations of these kinds on these ports open and fail."""
    wanted = frozenset(kinds)
    return lambda call: (stage, how) if call.port in ports and call.kind in wanted else None
