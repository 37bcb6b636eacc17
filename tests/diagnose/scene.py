"""Evidence of a network in a few words: `scene(silent("*:4000"), refused("zdc1.ibllc.com:4001"))`.

What is not said is healthy. The plan is the real one, and the second look goes where the real one would go; only the
network is made up (`network.py`). The words for it are in `words.py` and its like; names are asked for in `asking.py`.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from msgspec.structs import replace
from tests.diagnose.asking import ask_system, compare, look_up
from tests.diagnose.browse import browse
from tests.diagnose.deep import Step, deep
from tests.diagnose.network import (
    CONTROL,
    FAR_HOPS,
    FIRST,
    SECOND,
    STARTED,
    THIRD,
    UNSAID,
    Change,
    Door,
    Network,
    healthy,
)
from tests.diagnose.pieces import certified, cut, hops
from tests.diagnose.reflected import steps

from lineclear.catalog import select
from lineclear.model import (
    LOCAL,
    AnyObservation,
    ApiHello,
    Attempt,
    Control,
    ControlKind,
    Depth,
    Endpoint,
    Evidence,
    Failure,
    HttpExchange,
    KernelCount,
    Nudge,
    PathTrace,
    Plan,
    PublicAddress,
    Purpose,
    Raw,
    SourceAddress,
    SystemLookup,
    Target,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    TlsListen,
    Transport,
)
from lineclear.plan import again, dial, is_address, make_plan
from lineclear.plan.again import Look

_PURPOSE = {FIRST: Purpose.TARGET, SECOND: Purpose.SECOND_LOOK, THIRD: Purpose.SECOND_LOOK}
_STARTS_MS, _AT_ONCE_MS = 40.0, 0.3
_TAKES_MS = {Failure.TIMED_OUT: 1080.0}
_CONTROLS = {
    ControlKind.NOBODY_THERE: ("nobody", Door(connect=Failure.TIMED_OUT), 30.0),
    ControlKind.GATEWAY: ("gateway", Door(connect=Failure.CONNECTION_REFUSED), 0.6),
    ControlKind.ANSWERS: ("answers", Door(), 30.0),
}
"""How each kind is called in a pattern, what it does on a healthy network, and how far it is."""


def scene(*changes: Change) -> Evidence:
    """What a check sees of a healthy network after some changes."""
    network = healthy()
    for change in changes:
        network = change(network)
    return seen(network)


def seen(network: Network) -> Evidence:
    """What a check sees of a network."""
    catalog = select(network.catalog, profile=network.profile)
    options = replace(network.options, profile=network.profile)
    plan = make_plan(catalog, network.vantage, options)
    observations = tuple(_Check(network, plan).everything())
    if network.cut_ms:
        observations = tuple(cut(observations, network.cut_ms))
    return Evidence(
        tool="lineclear test",
        started=STARTED,
        took_ms=network.cut_ms or 4000.0,
        interrupted=bool(network.cut_ms),
        interrupted_by="deadline" if network.cut_ms else "",
        catalog=catalog,
        plan=plan,
        vantage=network.vantage,
        observations=observations,
    )


class _Check:
    """One run: asks the network what a check asks, in its order, and notes down each step."""

    def __init__(self, network: Network, plan: Plan) -> None:
        self.network = network
        self.plan = plan
        self.notes: list[AnyObservation] = []

    def everything(self) -> list[AnyObservation]:
        found = {name: look_up(self.network, self.plan, self._note, name) for name in self.plan.names}
        if self.plan.ask_system and not any(isinstance(one, SystemLookup) and one.addresses for one in self.notes):
            compare(self.network, self.notes, self._note)
        if self.plan.depth is not Depth.NAMES:
            self._first_pass(found)
            self._second_look()
        return [*self.notes, *deep(self.network, self.plan, self.notes), *steps(self.network, self.plan, self.notes)]

    def _note(self, kind: type[Step], at_ms: float, took_ms: float, **fields: Any) -> Step:
        step = kind(id=f"s{len(self.notes) + 1}", at_ms=at_ms, took_ms=took_ms, **fields)
        if kind.__name__ not in self.network.left_out:
            self.notes.append(cast("AnyObservation", step))
        return step

    # -- the first pass --------------------------------------------------------------------------------------------

    def _first_pass(self, found: dict[str, tuple[str, ...]]) -> None:
        self._sources: set[str] = set()
        for target in self.plan.targets:
            for address in self._dialled(target.host, found):
                self._walk(target, dial(self.plan.redirections, target.host, target.port, address), FIRST)
        for control in self.plan.controls:
            self._control(control)
        browse(self.network, self.plan, self._note, partial(ask_system, self.network, self.plan, self._note))
        for url, said in self.network.public_addresses:
            self._note(PublicAddress, 60.0, 90.0, url=url, address=said, failure=None if said else Failure.TIMED_OUT)

    def _dialled(self, host: str, found: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        if is_address(host):
            return (host,)
        return found.get(host, ("",))

    def _control(
        self, control: Control, at_ms: float = 40.0, patience_ms: float = _TAKES_MS[Failure.TIMED_OUT]
    ) -> None:
        kind, usual, distance_ms = _CONTROLS[control.kind]
        name = f"{CONTROL}{kind}:{control.port or control.endpoint.port}"
        door = self.network.door(name, control.endpoint.address, FIRST, usual)
        if door.wait_ms > patience_ms:
            door = replace(door, connect=Failure.TIMED_OUT, icmp=None, errno="", wait_ms=patience_ms)
        step = self._connect(
            control.endpoint, "", purpose=Purpose.CONTROL, door=door, at_ms=at_ms, distance_ms=distance_ms
        )
        plain = {one.port for one in self.plan.targets if one.transport is Transport.HTTP}
        asked = control.kind is ControlKind.NOBODY_THERE and control.port in plain and self.plan.depth is Depth.FULL
        if step.failure is None and asked:
            self._fetch_of_nobody(control.endpoint, door)

    def _fetch_of_nobody(self, endpoint: Endpoint, door: Door) -> None:
        """What a box that accepts for nobody says to a web request; unless told otherwise, that nobody is there."""
        self._note(
            HttpExchange,
            42.0,
            1.0,
            failure=door.http,
            endpoint=endpoint,
            host="",
            scheme="http",
            method="GET",
            status=0 if door.http else door.status or 503,
            headers=(("location", door.location),) if door.location else (),
            body_start=door.body,
        )

    # -- one walk --------------------------------------------------------------------------------------------------

    def _walk(self, target: Target, endpoint: Endpoint, look: str, at_ms: float = 0.0) -> None:
        self._source(endpoint.address)
        door = self.network.door(target.name, endpoint.address, look)
        began = at_ms or _STARTS_MS
        far_ms = self.network.distance_ms(target.host)
        step = self._connect(endpoint, target.host, purpose=_PURPOSE[look], door=door, at_ms=began, distance_ms=far_ms)
        if door.count and look != FIRST:
            counter = "TCPRetransFail" if door.connect is Failure.TIMED_OUT else "loopback packets"
            due, quiet = door.count
            words = {"counter": counter, "due": due, "quiet": quiet}
            self._note(KernelCount, began, 1100.0, endpoint=endpoint, host=target.host, **words)
        if step.failure is None and self.plan.depth is not Depth.TCP:
            self._talk(target, endpoint, door, look, step)

    def _source(self, address: str) -> None:
        if address not in self._sources and self.plan.depth is Depth.FULL:
            self._sources.add(address)
            self._note(SourceAddress, 39.0, 0.0, towards=address, local=self.network.source(address))

    def _connect(
        self, endpoint: Endpoint, host: str, *, purpose: Purpose, door: Door, at_ms: float, distance_ms: float
    ) -> TcpConnect:
        failed, source = door.connect, door.leaves_from or self.network.source(endpoint.address)
        rtt_ms = door.rtt_ms or distance_ms
        took = door.wait_ms or (_TAKES_MS.get(failed, _AT_ONCE_MS if door.errno else rtt_ms) if failed else rtt_ms)
        raw = Raw(errno=door.errno, icmp=door.icmp) if failed and (door.errno or door.icmp) else None
        return self._note(
            TcpConnect,
            at_ms,
            took,
            failure=failed,
            raw=raw,
            endpoint=endpoint,
            host=host,
            purpose=purpose,
            local=None if failed in LOCAL or source == UNSAID else Endpoint(address=source, port=50000),
            attempts=(
                *[Attempt(at_ms=at_ms)] * door.lost,
                Attempt(at_ms=at_ms, failure=failed, raw=raw, connected=failed is None),
            ),
            rtt_ms=None if failed else rtt_ms,
            rtt_from="" if failed else "tcp_info",
            retransmits=None if failed else door.repeats,
        )

    def _talk(self, target: Target, endpoint: Endpoint, door: Door, look: str, connect: TcpConnect) -> None:
        at_ms = connect.at_ms + connect.took_ms
        speaks = {
            Transport.TCP: self._watch,
            Transport.TLS: self._shake,
            Transport.HTTPS: self._shake,
            Transport.HTTP: self._fetch,
            Transport.TWS_API: self._greet,
        }[target.transport]
        if self.plan.depth is Depth.FULL or target.transport in (Transport.TLS, Transport.HTTPS):
            speaks(target, endpoint, door, look, at_ms)

    def _watch(self, target: Target, endpoint: Endpoint, door: Door, look: str, at_ms: float) -> None:
        listened = self._note(
            TcpListen,
            at_ms,
            350.0,
            failure=door.listen,
            endpoint=endpoint,
            host=target.host,
            purpose=_PURPOSE[look],
            watched_ms=350.0,
            spoke=door.spoke,
        )
        if look == FIRST:
            self._trace(target.host, endpoint, door, at_ms, 3)
        nudged = any(isinstance(one, Nudge) and one.endpoint == endpoint for one in self.notes)
        if listened.failure is None and not door.spoke and self.plan.limits.nudge and not nudged:
            self._note(
                Nudge,
                at_ms + 350.0,
                door.nudge_ms,
                failure=door.nudge,
                endpoint=endpoint,
                host=target.host,
                acknowledged=door.acknowledged,
                answered=door.answered,
            )

    def _shake(self, target: Target, endpoint: Endpoint, door: Door, look: str, at_ms: float) -> None:
        rtt_ms = self.network.distance_ms(target.host)
        usual = 5000.0 if door.tls is Failure.TIMED_OUT else rtt_ms + 8.0
        shaken = self._note(
            TlsHandshake,
            at_ms,
            door.tls_ms or usual,
            failure=door.tls,
            raw=Raw(alert=door.alert) if door.alert else None,
            foreign=door.foreign,
            endpoint=endpoint,
            host=target.host,
            server_name=target.host,
            purpose=_PURPOSE[look],
            tcp_rtt_ms=door.rtt_ms or rtt_ms,
            **({} if door.tls else certified(target.host, door)),
        )
        if shaken.failure is not None:
            return
        if target.transport is not Transport.HTTPS or self.plan.depth is not Depth.FULL:
            self._settle(target, endpoint, door, look, at_ms + shaken.took_ms)
        else:
            self._fetch(target, endpoint, door, look, at_ms + shaken.took_ms)

    def _settle(self, target: Target, endpoint: Endpoint, door: Door, look: str, at_ms: float) -> None:
        self._note(
            TlsListen,
            at_ms,
            300.0,
            failure=door.ends,
            raw=Raw(alert=door.alert) if door.alert else None,
            endpoint=endpoint,
            host=target.host,
            purpose=_PURPOSE[look],
            acknowledged=None if door.ends else door.heard,
        )

    def _fetch(self, target: Target, endpoint: Endpoint, door: Door, look: str, at_ms: float) -> None:  # noqa: ARG002
        secure = target.transport is Transport.HTTPS
        status = 0 if door.http else door.status or (200 if secure else 301)
        location = door.location or ("" if secure or door.status or door.http else f"https://{target.host}/")
        headers = (
            ("date", door.date or "Mon, 31 Jan 2022 12:00:01 GMT"),
            ("age", door.age),
            ("location", location),
            ("server", "web"),
            ("x-squid-error", f"{door.squid} 0" if door.squid else ""),
        )
        self._note(
            HttpExchange,
            at_ms,
            5000.0 if door.http is Failure.TIMED_OUT else self.network.distance_ms(target.host),
            failure=door.http,
            raw=Raw(text=door.body) if door.http and door.body else None,
            endpoint=endpoint,
            host=target.host,
            scheme="https" if secure else "http",
            status=status,
            headers=() if door.http else tuple(one for one in headers if one[1]),
            body_start=door.body,
            acknowledged=door.heard if door.http is Failure.TIMED_OUT else None,
        )

    def _greet(self, target: Target, endpoint: Endpoint, door: Door, look: str, at_ms: float) -> None:  # noqa: ARG002
        self._note(
            ApiHello,
            at_ms,
            2.0,
            failure=door.hello,
            endpoint=endpoint,
            host=target.host,
            server_version="" if door.hello else "176",
            answered=door.said,
        )

    def _trace(self, host: str, endpoint: Endpoint, door: Door, at_ms: float, upto: int) -> None:
        self._note(PathTrace, at_ms, 20.0, endpoint=endpoint, host=host, hops=tuple(hops(door, upto)))

    # -- the second look -------------------------------------------------------------------------------------------

    def _second_look(self) -> None:
        looks = again.failing(self.plan, self.notes)
        if again.nothing_connected(self.notes):
            for control in self.plan.controls:
                if control.kind is ControlKind.GATEWAY:
                    self._control(control, 1500.0, 3300.0)
        self._look_again(looks)
        if not again.nothing_connected(self.notes):
            self._in_turn(again.unsaid(looks, self.notes), THIRD, 6000.0)
        if self.plan.depth is Depth.FULL:
            for one in again.traces(self.plan, again.still_open(looks, self.notes), self.notes):
                door = self.network.door(one.target.name, one.endpoint.address, SECOND)
                self._trace(one.target.host, one.endpoint, door, 6000.0, FAR_HOPS + 1)

    def _look_again(self, looks: Sequence[Look]) -> None:
        """A few of each group; where one recovers, all of its group, and then what still fails once more, alone."""
        groups = again.groups(looks)
        chosen = [again.representatives(group) for group in groups]
        self._in_turn([look for few in chosen for look in few], SECOND, 2000.0)
        healing = [again.recovered(few, self.notes) for few in chosen]
        if any(healing):
            rest = [group for group, heals in zip(groups, healing, strict=True) if heals]
            others = [look for group in rest for look in group if not any(look in few for few in chosen)]
            self._in_turn(others, SECOND, 4000.0)
            sample = [few[:1] for few, heals in zip(chosen, healing, strict=True) if not heals]
            alone = [look for group in (*sample, *rest) for look in again.still_failing(group, self.notes)]
            self._in_turn(alone, THIRD, 6000.0)

    def _in_turn(self, looks: Sequence[Look], time: str, at_ms: float) -> None:
        for number, look in enumerate(looks):
            self._walk(look.target, look.endpoint, time, at_ms + 220.0 * number)
