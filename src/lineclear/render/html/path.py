"""The way from this machine over its hops to a server, and the place where it breaks, if the evidence shows one.

A drawing easily says more than was measured. So what nobody traced is a station of its own, what answers is called the
server only where that is proven, and an answer at a hop limit is one from that distance or nearer.
"""

import enum

from msgspec import Struct
from msgspec.structs import replace

from lineclear.model import (
    Evidence,
    Finding,
    Hop,
    PathTrace,
    Proof,
    Report,
    Severity,
    TargetResult,
    TcpConnect,
)
from lineclear.render.prose import head

from .run import Run, concerning

_SILENT = "silent"
_EXPIRED = "expired"
_CONNECTED = "connected"
_PROVEN = frozenset({Proof.IDENTITY, Proof.CORROBORATED})


class Station(enum.Enum):
    """What stands at a place of the way."""

    MACHINE = "machine"
    ROUTER = "router"
    """Where the routes of this machine send it; nothing was measured of it."""
    HOP = "hop"
    SILENT = "silent"
    """One hop or several that did not say who they are: no fault by itself."""
    UNKNOWN = "unknown"
    """Nobody traced this part."""
    SERVER = "server"
    ANSWERER = "answerer"
    """Who completes a connection in the server's name, without a proof of being it."""


class Break(enum.Enum):
    """Why the way ends where it does."""

    NO_ANSWER = "no answer"
    REFUSED = "refused"
    REJECTED = "rejected"
    RESET = "reset"
    NOT_THE_SERVER = "not the server"
    """The way is open; what stands at its end cannot be used."""
    SOMEWHERE = "somewhere"
    """It breaks, and nobody traced where."""


class Ending(enum.Enum):
    """What was measured of the whole way, and no more."""

    TRACED = "traced"
    """To where connections are accepted, and the server proved itself."""
    PARTLY = "partly"
    """The server proved itself, and not every hop is known."""
    UNPROVEN = "unproven"
    """To who answers, who did not prove to be the server."""
    UNPROVEN_SOMEWHERE = "unproven somewhere"
    FAULT = "fault"
    """To who answers, and that is the fault."""
    FAULT_SOMEWHERE = "fault somewhere"
    LOST = "lost"
    """Nothing comes back from beyond some hop."""
    MUTE = "mute"
    """Not even the first hop answered."""
    TOLD = "told"
    """Something says no; the server itself may be it."""


class Place(Struct, frozen=True, kw_only=True):
    """One station. `broken`: the way ends here, or right after it."""

    station: Station
    address: str = ""
    first: int = 0
    """Hop limits it stands for; of who answers, the least at which it does."""
    last: int = 0
    rtt_ms: float | None = None
    broken: Break | None = None
    reached: bool | None = True
    """None: not known."""


class Way(Struct, frozen=True, kw_only=True):
    """From this machine to one target. `finding`: the code of what breaks it. `ending` None: the marks say it all."""

    target: str
    places: tuple[Place, ...]
    finding: str = ""
    ending: Ending | None = None
    hop: int = 0
    """No answer came from farther away than this; 0: not known."""

    @property
    def broken(self) -> Place | None:
        """Where it breaks."""
        return next((one for one in self.places if one.broken), None)

    @property
    def quiet(self) -> bool:
        """Whether a hop did not say who it is, and is not where it breaks."""
        return any(one.station is Station.SILENT and not one.broken for one in self.places)


def way(run: Run) -> Way | None:
    """The way that tells most: to a target of the finding that heads the report, else to any that was traced."""
    report = run.report
    finding = head(report)
    chosen = _chosen(report, finding)
    if chosen is None:
        return None
    target, trace = chosen
    broken = target.ok is False
    cut = broken and not _connected(run.evidence, target)
    middle = _traced(trace, cut=cut) if trace else _untraced(run.evidence, target, cut=cut)
    end = _end(target, trace, next((one for one in middle if one.broken), None))
    places = (Place(station=Station.MACHINE, address=_source(run.evidence, target)), *middle, end)
    return Way(
        target=target.name,
        places=places,
        finding=finding.code if finding and broken and target.name in finding.targets else "",
        ending=_ending(places),
        hop=next((one.last for one in places if one.broken), end.last),
    )


def _end(target: TargetResult, trace: PathTrace | None, broken: Place | None) -> Place:
    """What the way leads to. A refusal may be the server's own: then it is not known whether it was reached."""
    if broken:
        own = not broken.address or broken.address in target.addresses
        told = broken.broken in (Break.REFUSED, Break.RESET, Break.REJECTED)
        return Place(station=Station.SERVER, address=target.name, reached=None if told and own else False)
    proven = target.ok is True and target.proof in _PROVEN
    limit = (trace.connects_at if trace else None) or 0
    return Place(
        station=Station.SERVER if proven else Station.ANSWERER,
        address=target.name,
        first=limit,
        last=limit,
        rtt_ms=target.rtt_ms,
        broken=Break.NOT_THE_SERVER if target.ok is False else None,
    )


def _ending(places: tuple[Place, ...]) -> Ending | None:
    """What was measured of the way as it is drawn."""
    broken = next((one.broken for one in places if one.broken), None)
    end = places[-1]
    if broken is Break.NO_ANSWER:
        return Ending.LOST if any(one.station is Station.HOP for one in places) else Ending.MUTE
    if not end.reached:
        return Ending.TOLD if end.reached is None else None
    if broken:
        return Ending.FAULT if end.last else Ending.FAULT_SOMEWHERE
    if end.station is Station.SERVER:
        return Ending.TRACED if end.last else Ending.PARTLY
    return Ending.UNPROVEN if end.last else Ending.UNPROVEN_SOMEWHERE


def _chosen(report: Report, finding: Finding | None) -> tuple[TargetResult, PathTrace | None] | None:
    """A target and its trace: broken ones first where something is broken, then the trace that names most hops."""
    names = {one.name: one for one in report.diagnosis.targets}
    traces = [(_target_of(one, names), one) for one in report.evidence.of(PathTrace)]
    known = [(target, trace) for target, trace in traces if target is not None]
    claimed = finding.targets if finding and finding.severity is not Severity.INFO else ()
    able = [one for one in known if one[0].name in claimed] if claimed else known
    if able:
        return max(able, key=lambda one: _telling(one[1]))
    first = next((names[one] for one in claimed if one in names), None)
    return (first, None) if first else None


def _target_of(trace: PathTrace, names: dict[str, TargetResult]) -> TargetResult | None:
    port = trace.endpoint.port
    return next((one for one in names.values() if one.host == trace.host and one.port == port), None)


def _telling(trace: PathTrace) -> tuple[bool, int]:
    """How much a trace says: that it came to an end, and how many hops have a name."""
    return any(one.outcome == _CONNECTED for one in trace.hops), sum(bool(one.sender) for one in trace.hops)


def _connected(evidence: Evidence, target: TargetResult) -> bool:
    """Whether a handshake with it was ever completed, by whomever."""
    tried = concerning(evidence, target.host, target.port)
    return any(isinstance(one, TcpConnect) and one.failure is None for one in tried)


def _source(evidence: Evidence, target: TargetResult) -> str:
    """The address this machine spoke from: to this host, else the one it always spoke from to anybody."""
    spoken = [(one.host, one.local.address) for one in evidence.of(TcpConnect) if one.local]
    here = [address for host, address in spoken if host == target.host]
    wide = any(":" in one for one in target.addresses[:1])
    others = {address for _, address in spoken if (":" in address) == wide}
    return here[0] if here else next(iter(others)) if len(others) == 1 else ""


def _traced(trace: PathTrace, *, cut: bool) -> tuple[Place, ...]:
    """The hops up to the one that decides; those that keep silent drawn together."""
    places: list[Place] = []
    for hop in sorted(trace.hops, key=lambda one: one.limit):
        if hop.outcome == _CONNECTED:
            return tuple(places)
        if hop.outcome not in (_EXPIRED, _SILENT):
            return (*places, _deciding(hop))
        places = _with(places, hop)
    if not cut:
        return (*_without_silence(places), Place(station=Station.UNKNOWN))
    return _fading(places)


def _with(places: list[Place], hop: Hop) -> list[Place]:
    if hop.sender:
        return [*places, _hop(hop)]
    if places and places[-1].station is Station.SILENT:
        return [*places[:-1], Place(station=Station.SILENT, first=places[-1].first, last=hop.limit)]
    return [*places, Place(station=Station.SILENT, first=hop.limit, last=hop.limit)]


def _hop(hop: Hop, broken: Break | None = None) -> Place:
    return Place(
        station=Station.HOP,
        address=hop.sender,
        first=hop.limit,
        last=hop.limit,
        rtt_ms=hop.rtt_ms,
        broken=broken,
    )


def _without_silence(places: list[Place]) -> list[Place]:
    return places[:-1] if places and places[-1].station is Station.SILENT else places


def _deciding(hop: Hop) -> Place:
    return _hop(hop, broken=next((one for one in Break if one.value == hop.outcome), Break.NO_ANSWER))


def _fading(places: list[Place]) -> tuple[Place, ...]:
    """The last hop that answered, and silence after it, if anybody listened there."""
    known = _without_silence(places)
    if len(known) == len(places):
        return (*known, Place(station=Station.UNKNOWN, broken=Break.SOMEWHERE))
    return (*known, replace(places[-1], broken=Break.NO_ANSWER))


def _untraced(evidence: Evidence, target: TargetResult, *, cut: bool) -> tuple[Place, ...]:
    """The router that this machine's routes name, and a stretch that nobody looked at."""
    wide = any(":" in one for one in target.addresses[:1])
    routers = [one.gateway for one in evidence.vantage.routes if one.is_default and one.gateway]
    router = next((one for one in routers if (":" in one) == wide), "")
    known = (Place(station=Station.ROUTER, address=router),) if router else ()
    return (*known, Place(station=Station.UNKNOWN, broken=Break.SOMEWHERE if cut else None))
