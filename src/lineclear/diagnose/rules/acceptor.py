"""Who accepts the connections: boxes in the path that answer for servers, and what gives them away."""

from collections.abc import Iterable, Iterator, Sequence

from lineclear.diagnose.codes import tls as tls_codes
from lineclear.diagnose.codes import transport as codes
from lineclear.diagnose.codes import web as web_codes
from lineclear.diagnose.doubt import BOXED
from lineclear.diagnose.echo import is_nearer_than_its_echo
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import TLS_SYMPTOMS, Symptom
from lineclear.diagnose.walk import Walk
from lineclear.model import TLS_TRANSPORTS, Failure, Finding, Nudge, TcpListen, TlsHandshake

from .case import Case, finding, hosts, ids
from .segments import helped

_DEAD_BEHIND = TLS_SYMPTOMS - {Symptom.NOT_TLS, Symptom.TLS_ALERT} | {
    Symptom.CLOSED,
    Symptom.RESET,
    Symptom.SWALLOWED,
    Symptom.HTTP_SILENT,
}
_SAID = 60
_LINE_END = r"\r\n"
"""As evidence writes it: escaped."""


def foreign_bytes(case: Case) -> Iterator[Finding]:
    """Something answers that does not know the protocol of the port."""
    opaque = case.open(Symptom.SPOKE, Symptom.FOREIGN)
    boxed = {one.target.host for one in opaque} | {one.target.host for one in case.undecided() if one.doubt in BOXED}
    not_tls = case.open(Symptom.NOT_TLS)
    by_box = [one for one in not_tls if one.target.host in boxed or case.standings.box_before(one)]
    odd = [*opaque, *by_box]
    if odd:
        yield finding(codes.SPEAKS_FIRST, (*odd, *opaque_beside(case, by_box)), said=_first_words(odd))
    alone = [one for one in not_tls if one not in by_box]
    if alone:
        yield finding(tls_codes.NOT_TLS, alone, said=_first_words(alone))


def _first_words(stands: Iterable[Standing]) -> str:
    said = next(filter(None, map(_words, stands)), "")
    return _quoted(said) if said else "unexpected"


def _quoted(said: str) -> str:
    """The first line of what was said, or the beginning of it."""
    line = next(filter(None, said.split(_LINE_END)), said)
    return f"“{line[:_SAID]}”"


def _words(one: Standing) -> str:
    step = one.walk.culprit if one.walk else None
    if isinstance(step, TcpListen):
        return step.spoke
    if isinstance(step, Nudge):
        return step.answered
    return step.foreign if isinstance(step, TlsHandshake) else ""


def opaque_beside(case: Case, dead: Iterable[Standing]) -> list[Standing]:
    """Opaque ports that a box accepts at hosts whose encrypted port is dead behind it, if it is dead at every host.

    Where one server proves itself behind the box, the box is honest, and each opaque port may work; so it may where
    only large packets vanish. Even so nobody knows whether such a port works.
    """
    beside = [one for one in dead if one.target.transport in TLS_TRANSPORTS]
    ports, names = {one.target.port for one in beside}, hosts(beside)
    proven = [one for one in case.working() if one.target.port in ports]
    if not all(_is_spared(case, one) for one in proven) or helped(case):
        return []
    return [one for one in case.undecided() if one.doubt in BOXED and one.target.host in names]


def accepted_in_path(case: Case) -> Iterator[Finding]:
    """Connections open even where nobody is, and behind the box no server answers."""
    dead = [one for one in case.open(*_DEAD_BEHIND) if _box_ids(case, one)]
    if dead:
        proof = tuple(step for one in dead for step in _box_ids(case, one))
        yield finding(codes.ACCEPTED_IN_PATH, (*dead, *opaque_beside(case, dead)), proof)


def _box_ids(case: Case, one: Standing) -> tuple[str, ...]:
    """What shows that a box accepts this target: a control on its port, or a trace.

    A trace says so where the port works nowhere, or only beyond the first router: who translates for a virtual machine
    accepts there for every host, those that work among them.
    """
    port = one.target.port
    fired = ids(case.standings.box_before(one))
    others = [other for other in case.working() if other.target.port == port]
    if fired or one.walk is None or (others and not _is_much_nearer(case, one, others)):
        return fired
    return next(filter(None, map(case.standings.opens_at_the_gateway, _of_host(case, one))), ())


def _of_host(case: Case, one: Standing) -> list[Walk]:
    return [other.walk for other in case.all if other.walk and other.target.host == one.target.host]


def _is_much_nearer(case: Case, one: Standing, others: Sequence[Standing]) -> bool:
    """Whether a target is accepted from nearer than its echo, and all that works on its port only past the router."""
    passed = all(_is_spared(case, other) for other in others)
    return passed and one.walk is not None and is_nearer_than_its_echo(case.view, one.walk)


def _is_spared(case: Case, one: Standing) -> bool:
    """Whether a target is reached without any box before it, as far as one sees."""
    return not case.standings.box_before(one) and any(_goes_past(case, walk) for walk in _of_host(case, one))


def _goes_past(case: Case, walk: Walk) -> bool:
    trace = case.view.traces.get(walk.endpoint)
    return trace is not None and bool(trace.hops) and trace.connects_at != 1


def passed_on(case: Case) -> Iterator[Finding]:
    """A box accepts for everybody: harmless where servers prove themselves behind it, else nobody can tell."""
    doubtful = (one for one in case.undecided() if one.doubt in BOXED)
    working = [one for one in case.working() if not case.taken_here(one)]
    hidden = [*doubtful, *(one for one in working if one.hidden)]
    if hidden:
        yield finding(codes.HIDDEN_BEHIND_PROXY, hidden, (step for one in hidden for step in one.hidden))
    proven = [one for one in working if case.standings.box_before(one)]
    if proven and not hidden and not case.open(*_DEAD_BEHIND):
        proof = (step for one in proven for step in ids(case.standings.box_before(one)))
        yield finding(codes.PROXY_IN_PATH, proven, proof)


def application_filter(case: Case) -> Iterator[Finding]:
    """The handshake passes, the bytes do not."""
    swallowed = case.open(Symptom.SWALLOWED)
    if swallowed:
        same = hosts(swallowed)
        mute = [one for one in case.open(Symptom.TLS_SILENT) if one.target.host in same]
        yield finding(codes.BYTES_SWALLOWED, (*swallowed, *mute))


def closed_at_once(case: Case) -> Iterator[Finding]:
    """Accepted, and closed or reset before anything was said, or at the first byte."""
    closed = case.open(Symptom.CLOSED, Symptom.RESET)
    if closed:
        same = hosts(closed)
        cut = [one for one in case.open(Symptom.TLS_CLOSED, Symptom.TLS_RESET) if one.target.host in same]
        yield finding(codes.CLOSED_AT_ONCE, (*closed, *cut))


def broken_web(case: Case) -> Iterator[Finding]:
    """A web port that answers a web request with something else, or not at all."""
    broken = case.open(Symptom.HTTP_BROKEN, Symptom.HTTP_SILENT)
    odd = [one for one in broken if _body(one)]
    if odd:
        yield finding(codes.SPEAKS_FIRST, odd, said=_quoted(_body(odd[0])))
    mute = [one for one in broken if one not in odd]
    if mute:
        yield finding(web_codes.NO_WEB_ANSWER, mute)


def _body(one: Standing) -> str:
    """What came in place of an HTTP answer."""
    step = one.walk.culprit if one.walk else None
    if step is None or step.failure is not Failure.HTTP_MALFORMED:
        return ""
    return step.raw.text if step.raw else ""
