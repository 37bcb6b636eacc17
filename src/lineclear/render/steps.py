"""Each cited observation as one short line: what was tried, and what came of it."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from lineclear.diagnose.codes import some
from lineclear.diagnose.rules.dates import SKEW_S, ahead_s
from lineclear.diagnose.symptom import proxy_error
from lineclear.model import (
    AnswerOrigin,
    ApiHello,
    CutOrigin,
    DnsQuery,
    Evidence,
    Failure,
    Hop,
    HttpExchange,
    IdleHold,
    KernelCount,
    LargeGreeting,
    Lateness,
    NameMatch,
    NotMeasured,
    Nudge,
    Observation,
    OtherEnd,
    PacAnswer,
    PacEvaluation,
    PacFetch,
    PathTrace,
    Ping,
    ProxyTunnel,
    PublicAddress,
    Purpose,
    SourceAddress,
    SystemLookup,
    TcpConnect,
    TcpListen,
    TcpSummary,
    TlsHandshake,
    TlsListen,
    Vantage,
)
from lineclear.plan.sampling import lost_syns

from .far_steps import FAR_STEPS
from .parts import PARTS
from .said import Step, at, failed, start
from .words import FAILURE_WORDS, counted, duration

_MOST = 6
_ALIKE = 2


def step(observation: Observation) -> Step:
    """One observation in two short pieces of text."""
    return _LINES[type(observation)](observation)


def cited(evidence: Evidence, ids: tuple[str, ...]) -> list[Step]:
    """What the ids of a finding's proof stand for, in their order; parts of the vantage told as one line each."""
    known = {one.id: one for one in evidence.observations}
    return [_cited(known[one], evidence) if one in known else _part(evidence.vantage, one) for one in ids]


def _cited(observation: Observation, evidence: Evidence) -> Step:
    """One observation, and the date a web server states where this machine's clock says otherwise."""
    tried, came = step(observation)
    if isinstance(observation, HttpExchange) and abs(ahead_s(observation, evidence.started) or 0.0) >= SKEW_S:
        return tried, f"{came}, dated {dict(observation.headers)['date']}"
    return tried, came


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


def _lookup(one: SystemLookup) -> Step:
    came = ", ".join(one.addresses) or "no address"
    return f"look up {one.name}", f"{failed(one) if one.failure else came} in {duration(one.took_ms)}"


def _query(one: DnsQuery) -> Step:
    how = f"{' over TCP' if one.over == 'tcp' else ''}{' with EDNS' if one.edns else ''}"
    tried = f"ask {one.resolver} for {one.type} {one.name}{how}"
    others = " / ".join(", ".join(r.value for r in more) or "no address" for more in one.other_answers)
    then = f"; then {others}" if one.other_answers else ""
    if one.failure:
        return tried, f"{failed(one)} in {duration(one.took_ms)}{then}"
    return tried, (", ".join(record.value for record in one.records) or one.rcode or "nothing") + then


def _connect(one: TcpConnect) -> Step:
    tried = f"{_VERBS[one.purpose]} {at(one.endpoint, one.host)}"
    if one.failure is Failure.TIMED_OUT and not (one.raw and one.raw.icmp):
        return tried, f"no answer to {counted(max(len(one.attempts), 1), 'SYN')} in {duration(one.took_ms)}"
    if one.failure:
        return tried, f"{failed(one)}, after {duration(one.took_ms)}"
    accepted = f"connected in {duration(one.took_ms)}"
    if one.purpose is Purpose.CONTROL:
        return tried, f"{accepted}, where nobody should answer"
    resent = f", {counted(one.retransmits, 'packet')} sent again" if one.retransmits else ""
    lost = max(0, lost_syns(one)[0] - (one.retransmits or 0))
    unanswered = f", {counted(lost, 'SYN')} before it unanswered" if lost else ""
    return tried, accepted + unanswered + resent


def _listen(one: TcpListen) -> Step:
    tried = f"listen to {at(one.endpoint, one.host)}"
    if one.spoke:
        return tried, f"spoke unasked: {start(one.spoke)}"
    if one.failure:
        return tried, f"{failed(one)} after {duration(one.watched_ms)}"
    return tried, f"silent for {duration(one.watched_ms)}, as it should be"


def _nudge(one: Nudge) -> Step:
    tried = f"send CR LF to {at(one.endpoint, one.host)}"
    if one.answered:
        return tried, f"answered: {start(one.answered)}"
    if one.failure:
        return tried, failed(one)
    return tried, {True: "acknowledged, no answer", False: "not acknowledged", None: "no answer"}[one.acknowledged]


def _path(one: PathTrace) -> Step:
    came = ", ".join(_stretches(one.hops))
    return f"path to {at(one.endpoint, one.host)}", came or failed(one) or "no hop answered"


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
    return f"who refuses {at(one.endpoint, one.host)}", failed(one) or came


def _cut(one: CutOrigin) -> Step:
    words = "a TLS greeting" if one.secure else "CR LF"
    tried = f"{words} to {at(one.endpoint, one.host)} that goes only so far"
    return tried, failed(one) or ", ".join(f"{_how_far(hop)}: {_hop(hop)}" for hop in one.hops)


def _other_end(one: OtherEnd) -> Step:
    said = failed(one)
    if one.holder is not None:
        whose = f", of {one.program}" if one.program else ""
        said = f"a socket of this machine{whose}, {one.holder}"
    return f"who holds the far end of {at(one.endpoint, one.host)}", said or "nobody on this machine"


def _how_far(hop: Hop) -> str:
    return counted(hop.limit, "hop") if hop.limit else "nothing said"


def _hold(one: IdleHold) -> Step:
    tried = f"hold {at(one.endpoint, one.host)} silent for {duration(one.idle_ms)}"
    if one.promised:
        tried += ", then it is to hang up" if one.asked else ", and it was to hang up later"
    return tried, (failed(one) if one.failure else "it hung up" if one.promised else "still stands")


def _summary(one: TcpSummary) -> Step:
    again = f"{one.retransmits} of {counted(one.data_segments, 'segment')} sent again"
    delay = f"{duration(one.rtt_ms)}, at best {duration(one.min_rtt_ms)}"
    return f"connection to {at(one.endpoint, one.host)}", f"{again}; round trip {delay}"


def _tls(one: TlsHandshake) -> Step:
    small = f" in segments of {one.segment_bytes} bytes" if one.segment_bytes else ""
    single = f" offering {one.offered} alone" if one.offered else ""
    tried = f"TLS {at(one.endpoint, one.host)}{small}{single}"
    if one.foreign:
        return tried, f"answered something else than TLS: {start(one.foreign)}{_by_squid(one)}"
    if one.failure:
        return tried, failed(one)
    return tried, ", ".join(filter(None, (one.version, _issued(one), _name_fits(one), *_judged(one))))


def _greeting(one: LargeGreeting) -> Step:
    small = f" in segments of {one.segment_bytes}" if one.segment_bytes else ""
    tried = f"a browser's TLS greeting of {counted(one.size, 'byte')}{small} to {at(one.endpoint, one.host)}"
    return tried, failed(one) or ("answered" if one.answered == "hello" else "answered by an alert")


def _tls_listen(one: TlsListen) -> Step:
    quiet = "never acknowledged" if one.acknowledged is False else f"stands after {duration(one.took_ms)}"
    return f"the TLS session with {at(one.endpoint, one.host)}", failed(one) or quiet


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
        return tried, failed(one)
    location = next((value for name, value in one.headers if name == "location"), "")
    return tried, f"status {one.status}" + (f", sent on to {location}" if location else "") + _by_squid(one)


def _by_squid(one: HttpExchange | TlsHandshake) -> str:
    error = proxy_error(one).partition(" ")[2]
    return f" (X-Squid-Error: {error})" if error else ""


def _ping(one: Ping) -> Step:
    came = failed(one) if one.failure else f"answered in {duration(one.rtt_ms) or duration(one.took_ms)}"
    return f"ping {one.address}" + (f" ({one.host})" if one.host else ""), came


def _tunnel(one: ProxyTunnel) -> Step:
    tried = f"ask {one.proxy} for {one.target}" if one.target else f"connect to {one.proxy}"
    said = " ".join(filter(None, (str(one.status or ""), one.text)))
    is_page = one.raw is not None and one.raw.text.startswith("<")
    came = FAILURE_WORDS[one.failure] if one.failure and is_page else failed(one) or "opened"
    return tried, " ".join(filter(None, (came, f"({said})" if said else "")))


def _pac_fetch(one: PacFetch) -> Step:
    tried = f"fetch {one.url}" + (f" at {one.endpoint}" if one.endpoint else "")
    if one.failure:
        return tried, failed(one)
    leads = f", sent on to {one.location}" if one.location else ""
    return tried, f"status {one.status}{leads}" if one.status and not one.size else counted(one.size, "byte")


def _pac_evaluation(one: PacEvaluation) -> Step:
    said: dict[str, list[str]] = {}
    for answer in one.answers:
        said.setdefault(_pac_answer(answer), []).append(answer.target)
    told = "; ".join(f"{words} for {some(tuple(targets), 2)}" for words, targets in said.items())
    return f"ask {one.url} about every target", "; ".join(filter(None, (failed(one), told))) or "it says nothing"


def _pac_answer(one: PacAnswer) -> str:
    if one.failure:
        return f"{FAILURE_WORDS[one.failure]} ({one.raw.text})" if one.raw else FAILURE_WORDS[one.failure]
    return f"“{one.said or 'DIRECT'}”"


def _hello(one: ApiHello) -> Step:
    came = failed(one) if one.failure else f"the API, version {one.server_version}"
    return f"say the API's hello to {at(one.endpoint, one.host)}", came + (
        f": {start(one.answered)}" if one.answered and one.failure else ""
    )


def _source(one: SourceAddress) -> Step:
    return f"source address towards {one.towards}", failed(one) if one.failure else one.local or "not known"


def _count(one: KernelCount) -> Step:
    came = f"{one.counter} rose by {one.due} while a SYN was due, by {one.quiet} beside"
    return f"kernel's count for {at(one.endpoint, one.host)}", came


def _late(one: Lateness) -> Step:
    return "go on when it is time", f"{duration(one.took_ms)} late: this machine was busy"


def _public(one: PublicAddress) -> Step:
    return f"public address by {one.url}", failed(one) if one.failure else one.address or "not told"


def _not_measured(one: NotMeasured) -> Step:
    return " ".join(
        filter(None, (one.verb, one.subject))
    ), f"not measured: {one.why or failed(one) or 'no reason given'}"


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
    OtherEnd: _other_end,
    TlsHandshake: _tls,
    LargeGreeting: _greeting,
    TlsListen: _tls_listen,
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
    NotMeasured: _not_measured,
    **FAR_STEPS,
}
