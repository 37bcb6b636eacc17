"""What the user's reflector decides: who accepts, what passes, what was changed on the way, and what is lost."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from lineclear.diagnose.codes import far as codes
from lineclear.diagnose.far import KNOWN, OPAQUE, SECRET, FarEnd
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom
from lineclear.model import (
    TLS_TRANSPORTS,
    Failure,
    Finding,
    LargeFlight,
    Payload,
    Reflection,
    Severity,
    Transport,
    WayBack,
)

from .case import Case, finding, hosts, ids, listed

_WORDS = {
    Payload.LINES: "lines",
    Payload.BINARY: "binary",
    Payload.FIX: "FIX",
    Payload.WEB: "HTTP",
    Payload.TLS: "TLS",
    Payload.TLS_WEB: "HTTPS",
}
_LOST = (Symptom.SWALLOWED, Symptom.CLOSED, Symptom.RESET)
_MUTE = (Symptom.TLS_SILENT, Symptom.HTTP_SILENT)
_CUT = (Symptom.TLS_SILENT, Symptom.TLS_RESET, Symptom.TLS_CLOSED)
_HEADERS_SHOWN = 4
_LINE = ""
"""The request's line, among the names of its headers."""
_ENOUGH = 4
"""Answers that were tried, before their fates are a limit: each was sent again and again while it was waited for."""


def unreached(case: Case) -> Iterator[Finding]:
    """The reflector could not be asked at all, while something else can be reached."""
    far, asked = case.view.far, case.view.plan.reflector
    if asked is None or far.answered or not far.reflections or not case.working():
        return
    connected = [one for one in far.reflections if one.stage != "connect"]
    reason = "other" if connected else "closed"
    yield finding(codes.REFLECTOR_MUTE, (), ids(far.reflections), subject=listed(asked.addresses), reason=reason)


def large_lost(case: Case) -> Iterator[Finding]:
    """Full segments vanish, smaller ones arrive. What stays mute after the handshake is explained by it."""
    far = case.view.far
    lost = [way for way in (True, False) if fits(far, inbound=way)]
    if not lost:
        return
    size = min(fits(far, inbound=way) for way in lost)
    steps = [one for one in far.flights if one.inbound in lost]
    broken = [one.segment for one in steps if one.failure is not None and one.segment]
    direction = "both" if len(lost) > 1 else "here" if lost[0] else "out"
    mute = case.open(*_MUTE) if True in lost else ()
    told = finding(
        codes.LARGE_LOST,
        mute,
        ids(steps),
        direction=direction,
        lost="bytes" if broken else "usual",
        least=str(min(broken, default=0)),
        size=str(size),
    )
    yield told if mute else replace(told, severity=Severity.WARNING)


def fits(far: FarEnd, *, inbound: bool) -> int:
    """The largest segment that arrived where the usual ones were lost; 0: none was lost, or none arrived."""
    flights = [one for one in far.flights if one.inbound is inbound]
    if not any(one.failure is not None and not one.segment for one in flights):
        return 0
    return max((one.segment for one in flights if _is_proof(one, flights)), default=0)


def _is_proof(one: LargeFlight, flights: Iterable[LargeFlight]) -> bool:
    """Whether a segment size arrived, and none below it was lost: else it is not size that matters."""
    smaller_lost = any(other.failure is not None and 0 < other.segment < one.segment for other in flights)
    return one.failure is None and one.segment > 0 and not smaller_lost


def only_known(case: Case) -> Iterator[Finding]:
    """Some kinds of payload pass on a port and others vanish on it, once the connection is open."""
    for port in case.view.far.ports:
        passing, stopped = _sorted_out(case, port)
        if passing and stopped:
            stands = _affected(case, port)
            told = finding(
                codes.ONLY_KNOWN_APPLICATIONS,
                stands,
                ids(one for one in case.view.far.at(port) if one.stage != "connect"),
                ports=str(port),
                hosts=listed(hosts(stands)) or "vendor",
                passing=_named(passing),
                stopped=_named(stopped),
            )
            yield told if stands else replace(told, severity=Severity.INFO)


def _sorted_out(case: Case, port: int) -> tuple[list[Payload], list[Payload]]:
    """Kinds that pass on a port, and kinds that are stopped there, where that says something of applications."""
    far = case.view.far
    kinds = dict.fromkeys(one.kind for one in far.at(port))
    passing = [kind for kind in kinds if far.lets(port, kind)]
    stopped = [kind for kind in kinds if far.lets(port, kind) is False]
    usual = {one.kind for one in far.usual(port)}
    if far.ports[port] is Transport.TCP and not usual <= set(stopped):
        return [], []  # the application's own kind passes: what else is stopped is no business of the list
    return (passing, stopped) if usual <= set(stopped) and (set(passing) & (KNOWN | OPAQUE)) else ([], [])


def _affected(case: Case, port: int) -> list[Standing]:
    """Targets on the port that fail after opening, and those nobody can be sure of because of the filter."""
    lost = [one for one in case.open(*_LOST, *_CUT) if one.target.port == port]
    doubted = [one for one in case.undecided() if one.target.port == port and one.symptom is None]
    return [*lost, *doubted]


def _named(kinds: Iterable[Payload]) -> str:
    return listed(sorted({_WORDS[kind] for kind in kinds}))


def never_left(case: Case) -> Iterator[Finding]:
    """A box accepts an opaque port for everybody and lets nothing of it out, not even to the reflector."""
    stands = [one for one in case.undecided() if case.standings.dead_behind(one)]
    if stands:
        boxes = (step for one in stands for step in ids(case.standings.box_before(one)))
        died = (step for one in stands for step in ids(case.standings.dead_behind(one)))
        yield finding(codes.NEVER_LEFT, stands, (*boxes, *died, *_asked(case.view.far)))


def _asked(far: FarEnd) -> tuple[str, ...]:
    return (far.arrivals.id,) if far.arrivals else ()


def answers_lost(case: Case) -> Iterator[Finding]:
    """Nonces arrived whose answers did not."""
    far = case.view.far
    lost = [one for port in far.ports for one in far.dead_ends(port) if far.has_arrived(one)]
    if lost:
        ports = listed(str(port) for port in sorted({one.port for one in lost}))
        yield finding(codes.ANSWERS_LOST, (), (*ids(lost), *_asked(far)), ports=ports)


def ways_differ(case: Case) -> Iterator[Finding]:
    """The reflector's answers pass more routers than our packets do, or fewer, and both arrive as they were sent."""
    steps = case.view.of(WayBack)
    out = {one.sent - one.seen for one in steps}
    arrived = [one.allowed for one in steps if one.failure is None]
    expired = [one.allowed for one in steps if one.failure is Failure.TIMED_OUT]
    if len(arrived) + len(expired) < _ENOUGH or not arrived or not expired or max(expired) >= min(arrived):
        return
    if len(out) != 1 or len({one.sent for one in steps}) == 1:
        return
    (there,) = out
    least, most = max(expired), min(arrived) - 1
    if not least <= there <= most:
        back = f"{least}" if least == most else f"{least}-{most}"
        yield finding(codes.WAYS_DIFFER, (), ids(steps), there=str(there), back=back)


def hello_changed(case: Case) -> Iterator[Finding]:
    """Another ClientHello arrived than was sent, or another certificate was shown than the reflector has.

    Where the vendor's own certificates show it already, it is told there.
    """
    told = any(one.symptom in (Symptom.INTERCEPTED, Symptom.UNTRUSTED) for one in case.all)
    changed = [] if told else _opened(case)
    if changed:
        ports = {one.port for one in changed}
        stands = [one for one in case.working() if one.target.port in ports and one.target.transport in TLS_TRANSPORTS]
        yield finding(codes.HELLO_CHANGED, stands, ids(changed), ports=_ports(changed))


def _opened(case: Case) -> list[Reflection]:
    """Conversations in TLS that somebody else than the reflector held, whatever came of them afterwards."""
    return [one for one in case.view.far.reflections if one.kind in SECRET and _is_opened(case, one)]


def _is_opened(case: Case, one: Reflection) -> bool:
    hello = one.seen.hello if one.seen else None
    if hello is not None and hello.sha256 != one.hello_sha256:
        return True
    own = _own_certificate(case)
    return bool(own and one.certificate_sha256) and one.certificate_sha256 not in own


def _own_certificate(case: Case) -> frozenset[str]:
    """The reflector's certificate, as the user pins it or as it says itself in plain text."""
    asked = case.view.plan.reflector
    if asked is not None and asked.pin:
        return frozenset({asked.pin})
    plain = (one for one in case.view.far.answered if one.kind not in SECRET)
    return frozenset(one.tls_sha256 for one in plain if one.tls_sha256)


def request_changed(case: Case) -> Iterator[Finding]:
    """Another web request arrived than was sent in plain text."""
    changed = [one for one in case.view.far.answered if one.kind is Payload.WEB and _differences(one)]
    if changed:
        names = list(dict.fromkeys(name for one in changed for name in _differences(one)))
        headers = [name for name in names[:_HEADERS_SHOWN] if name != _LINE]
        changes = "headers" if _LINE not in names else "both" if headers else "line"
        subject = listed(headers)
        yield finding(codes.REQUEST_CHANGED, (), ids(changed), subject=subject, ports=_ports(changed), changes=changes)


def _differences(one: Reflection) -> list[str]:
    """What differs between the request that was sent and the one that arrived: its line, and headers by name."""
    sent, came = one.request, one.seen.request if one.seen else None
    if sent is None or came is None:
        return []
    here = {(header.name.lower(), header.value) for header in sent.headers}
    there = {(header.name.lower(), header.value) for header in came.headers}
    return [*([_LINE] if sent.line != came.line else []), *sorted({name for name, _ in here ^ there})]


def made_anew(case: Case) -> Iterator[Finding]:
    """On some ports the first packet began nearer to the reflector than on others: a device sent it."""
    by_port: dict[int, list[Reflection]] = {}
    for one in case.view.far.first_answered:
        if _hops_left(one):
            by_port.setdefault(one.port, []).append(one)
    left = {
        port: {one.seen.syn.hop_limit for one in found if one.seen and one.seen.syn} for port, found in by_port.items()
    }
    least = min((min(hops) for hops in left.values()), default=0)
    nearer = [port for port, hops in left.items() if min(hops) > least]
    opened = {one.port for one in _opened(case)}
    anew = [one for port in nearer if port not in opened for one in by_port[port]]
    if anew:
        yield finding(codes.PROXIED, (), ids(anew), ports=_ports(anew))


def _hops_left(one: Reflection) -> int:
    """The hop limit of the first packet as it arrived; 0: the reflector did not say."""
    return one.seen.syn.hop_limit if one.seen and one.seen.syn else 0


def _ports(steps: Iterable[Reflection]) -> str:
    return listed(str(port) for port in sorted({one.port for one in steps}))
