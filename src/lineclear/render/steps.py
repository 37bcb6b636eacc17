"""Each cited observation as one short line: what was tried, and what came of it."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from lineclear.diagnose.codes import some
from lineclear.model import (
    AnswerOrigin,
    ApiHello,
    Arrivals,
    CutOrigin,
    DnsQuery,
    Endpoint,
    Evidence,
    Failure,
    Hop,
    HttpExchange,
    Icmp,
    IdleHold,
    KernelCount,
    LargeFlight,
    Lateness,
    NameMatch,
    NotMeasured,
    Nudge,
    Observation,
    PacAnswer,
    PacEvaluation,
    PacFetch,
    PathTrace,
    Payload,
    Ping,
    ProxyTunnel,
    PublicAddress,
    Purpose,
    Raw,
    Reflection,
    SourceAddress,
    SystemLookup,
    TcpConnect,
    TcpListen,
    TcpSummary,
    TlsHandshake,
    Vantage,
    WayBack,
)
from lineclear.plan.sampling import lost_syns

from .parts import PARTS
from .words import FAILURE_WORDS, counted, duration

_MOST = 6
_ALIKE = 2

Step = tuple[str, str]
"""What was tried; what came of it."""


def step(observation: Observation) -> Step:
    """One observation in two short pieces of text."""
    return _LINES[type(observation)](observation)


def cited(evidence: Evidence, ids: tuple[str, ...]) -> list[Step]:
    """What the ids of a finding's proof stand for, in their order; parts of the vantage told as one line each."""
    known = {one.id: one for one in evidence.observations}
    return [step(known[one]) if one in known else _part(evidence.vantage, one) for one in ids]


def telling(proofs: list[Step]) -> list[Step]:
    """A few of the proofs, in their order: one or two of each kind of outcome."""
    chosen: list[Step] = []
    seen: dict[str, int] = {}
    for tried, came in proofs:
        kind = f"{tried.partition(' ')[0]} {came.partition(' ')[0]}"
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= _ALIKE and len(chosen) < _MOST:
            chosen.append((tried, came))
    return chosen


def _part(vantage: Vantage, cite: str) -> Step:
    name = cite.partition(".")[2]
    tell = PARTS.get(name)
    return ("this machine: " + name.replace("_", " "), tell(vantage)) if tell else (cite, "see the saved evidence")


def _failed(observation: Observation) -> str:
    """The failure in words, with who said so when somebody did."""
    words = FAILURE_WORDS[observation.failure] if observation.failure else ""
    raw = observation.raw
    if raw and raw.icmp:
        return f"rejected by {raw.icmp.sender}: {raw.icmp.name} ({_kind(raw.icmp)})"
    return f"{words} ({raw.alert or raw.errno or raw.text})" if raw and _worth_saying(raw) else words


def _worth_saying(raw: Raw) -> bool:
    return bool(raw.alert or raw.text or (raw.errno and raw.errno not in _SAID_BY_THE_WORD))


_SAID_BY_THE_WORD = frozenset({"ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"})


def _kind(icmp: Icmp) -> str:
    return f"{_ICMP.get(icmp.version, 'ICMP')} {icmp.type}/{icmp.code}"


_ICMP = {6: "ICMPv6"}


def _at(endpoint: Endpoint, host: str) -> str:
    return f"{endpoint} ({host})" if host and host != endpoint.address else str(endpoint)


def _start(said: str) -> str:
    """The first line of what a stranger said; the whole is in the saved evidence."""
    line = said.partition("\\r")[0].partition("\\n")[0]
    return line if line == said else f"{line}.."


def _lookup(one: SystemLookup) -> Step:
    came = ", ".join(one.addresses) or "no address"
    return f"look up {one.name}", f"{_failed(one) if one.failure else came} in {duration(one.took_ms)}"


def _query(one: DnsQuery) -> Step:
    tried = f"ask {one.resolver} for {one.type} {one.name}{' over TCP' if one.over == 'tcp' else ''}"
    if one.failure:
        return tried, f"{_failed(one)} in {duration(one.took_ms)}"
    came = ", ".join(record.value for record in one.records) or one.rcode or "nothing"
    other = "; then " + " / ".join(", ".join(r.value for r in more) for more in one.other_answers)
    return tried, came + (other if one.other_answers else "")


def _connect(one: TcpConnect) -> Step:
    tried = f"{_VERBS[one.purpose]} {_at(one.endpoint, one.host)}"
    if one.failure is Failure.TIMED_OUT and not (one.raw and one.raw.icmp):
        return tried, f"no answer to {counted(max(len(one.attempts), 1), 'SYN')} in {duration(one.took_ms)}"
    if one.failure:
        return tried, f"{_failed(one)}, after {duration(one.took_ms)}"
    accepted = f"connected in {duration(one.took_ms)}"
    if one.purpose is Purpose.CONTROL:
        return tried, f"{accepted}, where nobody should answer"
    resent = f", {counted(one.retransmits, 'packet')} sent again" if one.retransmits else ""
    lost = max(0, lost_syns(one)[0] - (one.retransmits or 0))
    unanswered = f", {counted(lost, 'SYN')} before it unanswered" if lost else ""
    return tried, accepted + unanswered + resent


def _listen(one: TcpListen) -> Step:
    tried = f"listen to {_at(one.endpoint, one.host)}"
    if one.spoke:
        return tried, f"spoke unasked: {_start(one.spoke)}"
    if one.failure:
        return tried, f"{_failed(one)} after {duration(one.watched_ms)}"
    return tried, f"silent for {duration(one.watched_ms)}, as it should be"


def _nudge(one: Nudge) -> Step:
    tried = f"send CR LF to {_at(one.endpoint, one.host)}"
    if one.answered:
        return tried, f"answered: {_start(one.answered)}"
    if one.failure:
        return tried, _failed(one)
    return tried, {True: "acknowledged, no answer", False: "not acknowledged", None: "no answer"}[one.acknowledged]


def _path(one: PathTrace) -> Step:
    came = ", ".join(_stretches(one.hops))
    return f"path to {_at(one.endpoint, one.host)}", came or _failed(one) or "no hop answered"


def _stretches(hops: tuple[Hop, ...]) -> Iterator[str]:
    """`hop 1 10.0.0.1`, `hops 2 to 12 silent`: neighbours that say the same in one."""
    for (said, _), several in groupby(enumerate(hops), key=lambda one: (_hop(one[1]), one[1].limit - one[0])):
        first, *rest = (hop for _, hop in several)
        yield f"hops {first.limit} to {rest[-1].limit} {said}" if rest else f"hop {first.limit} {said}"


def _hop(hop: Hop) -> str:
    if hop.outcome == "expired":
        return hop.sender or "?"
    return f"{hop.outcome} by {hop.sender}" if hop.sender else hop.outcome


def _origin(one: AnswerOrigin) -> Step:
    least, most = one.arrives_with
    came = f"it arrives with hop limit {least}" if least == most else f"it arrives with hop limit {least} to {most}"
    return f"who refuses {_at(one.endpoint, one.host)}", _failed(one) or came


def _cut(one: CutOrigin) -> Step:
    words = "a TLS greeting" if one.secure else "CR LF"
    tried = f"{words} to {_at(one.endpoint, one.host)} that goes only so far"
    return tried, _failed(one) or ", ".join(f"{_how_far(hop)}: {_hop(hop)}" for hop in one.hops)


def _how_far(hop: Hop) -> str:
    return counted(hop.limit, "hop") if hop.limit else "nothing said"


def _hold(one: IdleHold) -> Step:
    tried = f"hold {_at(one.endpoint, one.host)} silent for {duration(one.idle_ms)}"
    if one.promised:
        tried += ", then it is to hang up" if one.asked else ", and it was to hang up later"
    return tried, (_failed(one) if one.failure else "it hung up" if one.promised else "still stands")


def _summary(one: TcpSummary) -> Step:
    again = f"{one.retransmits} of {counted(one.data_segments, 'segment')} sent again"
    delay = f"{duration(one.rtt_ms)}, at best {duration(one.min_rtt_ms)}"
    return f"connection to {_at(one.endpoint, one.host)}", f"{again}; round trip {delay}"


def _tls(one: TlsHandshake) -> Step:
    small = f" in segments of {one.segment_bytes} bytes" if one.segment_bytes else ""
    single = f" offering {one.offered} alone" if one.offered else ""
    tried = f"TLS {_at(one.endpoint, one.host)}{small}{single}"
    if one.foreign:
        return tried, f"answered something else than TLS: {_start(one.foreign)}"
    if one.failure:
        return tried, _failed(one)
    return tried, ", ".join(filter(None, (one.version, _issued(one), _name_fits(one), *_judged(one))))


def _issued(one: TlsHandshake) -> str:
    return f"issued by {one.chain[0].issuer}" if one.chain else "no certificate"


def _name_fits(one: TlsHandshake) -> str:
    return "not for this name" if one.name_match in (NameMatch.MISMATCH, NameMatch.NO_NAMES) else ""


def _judged(one: TlsHandshake) -> tuple[str, ...]:
    return tuple(
        f"{judged.store} roots: {'trusted' if judged.trusted else judged.reason or f'error {judged.code}'}"
        for judged in one.judgements
    )


def _http(one: HttpExchange) -> Step:
    place = f"{one.host}:{one.endpoint.port}/ at {one.endpoint.address}" if one.host else f"{one.endpoint}/"
    tried = f"{one.method} {one.scheme}://{place}"
    if one.failure:
        return tried, _failed(one)
    location = next((value for name, value in one.headers if name == "location"), "")
    return tried, f"status {one.status}" + (f", sent on to {location}" if location else "")


def _ping(one: Ping) -> Step:
    came = _failed(one) if one.failure else f"answered in {duration(one.rtt_ms) or duration(one.took_ms)}"
    return f"ping {one.address}" + (f" ({one.host})" if one.host else ""), came


def _tunnel(one: ProxyTunnel) -> Step:
    tried = f"ask {one.proxy} for {one.target}" if one.target else f"connect to {one.proxy}"
    said = " ".join(filter(None, (str(one.status or ""), one.text)))
    return tried, " ".join(filter(None, (_failed(one) or "opened", f"({said})" if said else "")))


def _pac_fetch(one: PacFetch) -> Step:
    tried = f"fetch {one.url}" + (f" at {one.endpoint}" if one.endpoint else "")
    if one.failure:
        return tried, _failed(one)
    leads = f", sent on to {one.location}" if one.location else ""
    return tried, f"status {one.status}{leads}" if one.status and not one.size else counted(one.size, "byte")


def _pac_evaluation(one: PacEvaluation) -> Step:
    said: dict[str, list[str]] = {}
    for answer in one.answers:
        said.setdefault(_pac_answer(answer), []).append(answer.target)
    told = "; ".join(f"{words} for {some(tuple(targets), 2)}" for words, targets in said.items())
    return f"ask {one.url} about every target", "; ".join(filter(None, (_failed(one), told))) or "it says nothing"


def _pac_answer(one: PacAnswer) -> str:
    if one.failure:
        return f"{FAILURE_WORDS[one.failure]} ({one.raw.text})" if one.raw else FAILURE_WORDS[one.failure]
    return f"“{one.said or 'DIRECT'}”"


def _hello(one: ApiHello) -> Step:
    came = _failed(one) if one.failure else f"the API, version {one.server_version}"
    return f"say the API's hello to {_at(one.endpoint, one.host)}", came + (
        f": {_start(one.answered)}" if one.answered and one.failure else ""
    )


def _source(one: SourceAddress) -> Step:
    return f"source address towards {one.towards}", _failed(one) if one.failure else one.local or "not known"


def _count(one: KernelCount) -> Step:
    came = f"{one.counter} rose by {one.due} while a SYN was due, by {one.quiet} beside"
    return f"kernel's count for {_at(one.endpoint, one.host)}", came


def _late(one: Lateness) -> Step:
    return "go on when it is time", f"{duration(one.took_ms)} late: this machine was busy"


def _public(one: PublicAddress) -> Step:
    return f"public address by {one.url}", _failed(one) if one.failure else one.address or "not told"


def _reflection(one: Reflection) -> Step:
    tried = f"say {_KINDS[one.kind]} to your reflector {one.endpoint}"
    if one.failure:
        return tried, f"{_STAGES.get(one.stage, '')}{_failed(one)}"
    if one.seen is None:
        return tried, "echoed as it went"
    changed = "; another TLS hello than ours arrived" if _is_another_hello(one) else ""
    return tried, f"it saw {one.seen.source}{changed}"


def _is_another_hello(one: Reflection) -> bool:
    told = one.seen.hello if one.seen else None
    return told is not None and bool(one.hello_sha256) and told.sha256 != one.hello_sha256


_KINDS = {
    Payload.LINES: "lines of JSON",
    Payload.WEB: "a web request",
    Payload.TLS: "lines in TLS",
    Payload.TLS_WEB: "a web request in TLS",
    Payload.BINARY: "bytes without meaning",
    Payload.FIX: "FIX",
}
_STAGES = {"tls": "connected; TLS: ", "greeting": "connected; ", "report": "greeted; "}


def _arrivals(one: Arrivals) -> Step:
    came = _failed(one) if one.failure else f"{counted(len(one.arrived), 'connection')} of this run"
    return f"ask your reflector {one.endpoint} what arrived", came


def _back(one: WayBack) -> Step:
    routers = counted(one.allowed - 1, "router")
    return f"answer of your reflector {one.endpoint} that may pass {routers}", _failed(
        one
    ) if one.failure else "arrived"


def _flight(one: LargeFlight) -> Step:
    way = "from" if one.inbound else "to"
    segment = f" of at most {one.segment} bytes" if one.segment else ""
    return f"full segments{segment} {way} your reflector {one.endpoint}", _failed(one) if one.failure else "arrived"


def _not_measured(one: NotMeasured) -> Step:
    return " ".join(
        filter(None, (one.verb, one.subject))
    ), f"not measured: {one.why or _failed(one) or 'no reason given'}"


_VERBS = {
    Purpose.TARGET: "connect",
    Purpose.CONTROL: "control",
    Purpose.SECOND_LOOK: "connect again",
    Purpose.COMPARISON: "connect to compare",
}

_LINES: dict[type[Observation], Callable[[Any], Step]] = {
    SystemLookup: _lookup,
    DnsQuery: _query,
    TcpConnect: _connect,
    TcpListen: _listen,
    Nudge: _nudge,
    PathTrace: _path,
    AnswerOrigin: _origin,
    CutOrigin: _cut,
    TlsHandshake: _tls,
    HttpExchange: _http,
    Ping: _ping,
    IdleHold: _hold,
    TcpSummary: _summary,
    ProxyTunnel: _tunnel,
    PacFetch: _pac_fetch,
    PacEvaluation: _pac_evaluation,
    ApiHello: _hello,
    SourceAddress: _source,
    KernelCount: _count,
    Lateness: _late,
    PublicAddress: _public,
    Reflection: _reflection,
    Arrivals: _arrivals,
    LargeFlight: _flight,
    WayBack: _back,
    NotMeasured: _not_measured,
}
