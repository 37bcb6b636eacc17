"""Who accepts the connections: boxes in the path that answer for servers, and what gives them away."""

from collections.abc import Iterator

from lineclear.diagnose.codes import transport as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import TLS_SYMPTOMS, Symptom
from lineclear.model import Finding, HttpExchange, Nudge, TcpListen, TlsHandshake

from .case import Case, finding, ids

_DEAD_BEHIND = TLS_SYMPTOMS - {Symptom.NOT_TLS, Symptom.TLS_ALERT} | {
    Symptom.CLOSED,
    Symptom.RESET,
    Symptom.SWALLOWED,
    Symptom.HTTP_SILENT,
}
_SAID = 60


def foreign_bytes(case: Case) -> Iterator[Finding]:
    """Something answers that does not know the protocol of the port."""
    odd = case.open(Symptom.SPOKE, Symptom.FOREIGN, Symptom.NOT_TLS)
    if odd:
        said = next(filter(None, map(_words, odd)), "something unexpected")
        yield finding(codes.SPEAKS_FIRST, odd, said=f"“{said[:_SAID]}”")


def _words(one: Standing) -> str:
    step = one.walk.culprit if one.walk else None
    if isinstance(step, TcpListen):
        return step.spoke
    if isinstance(step, Nudge):
        return step.answered
    return step.foreign if isinstance(step, TlsHandshake) else ""


def accepted_in_path(case: Case) -> Iterator[Finding]:
    """Connections open even where nobody is, and behind the box no server answers."""
    fired = case.standings.accepting_ports
    dead = [one for one in case.open(*_DEAD_BEHIND) if one.target.port in fired]
    if dead:
        ports = {one.target.port for one in dead}
        yield finding(codes.ACCEPTED_IN_PATH, dead, _control_ids(case, ports))


def passed_on(case: Case) -> Iterator[Finding]:
    """A box accepts for everybody: harmless where servers prove themselves behind it, else nobody can tell."""
    fired = case.standings.accepting_ports
    hidden = [one for one in case.undecided() if one.target.port in fired]
    if hidden:
        yield finding(codes.HIDDEN_BEHIND_PROXY, hidden, _control_ids(case, {one.target.port for one in hidden}))
    proven = [one for one in case.standings.all.values() if one.ok and one.target.port in fired]
    if proven:
        yield finding(codes.PROXY_IN_PATH, proven, _control_ids(case, {one.target.port for one in proven}))


def _control_ids(case: Case, ports: set[int]) -> tuple[str, ...]:
    fired = case.standings.accepting_ports
    return tuple(step for port in sorted(ports) for step in ids(fired.get(port, ())))


def application_filter(case: Case) -> Iterator[Finding]:
    """The handshake passes, the bytes do not."""
    swallowed = case.open(Symptom.SWALLOWED)
    if swallowed:
        same = {one.target.host for one in swallowed}
        mute = [one for one in case.open(Symptom.TLS_SILENT) if one.target.host in same]
        yield finding(codes.BYTES_SWALLOWED, (*swallowed, *mute))


def closed_at_once(case: Case) -> Iterator[Finding]:
    """Accepted, and closed or reset before anything was said, or at the first byte."""
    closed = case.open(Symptom.CLOSED, Symptom.RESET)
    if closed:
        same = {one.target.host for one in closed}
        cut = [one for one in case.open(Symptom.TLS_CLOSED, Symptom.TLS_RESET) if one.target.host in same]
        yield finding(codes.CLOSED_AT_ONCE, (*closed, *cut))


def broken_web(case: Case) -> Iterator[Finding]:
    """A web port that answers a web request with something else, or not at all."""
    broken = case.open(Symptom.HTTP_BROKEN, Symptom.HTTP_SILENT)
    if broken:
        steps = [one.walk.culprit for one in broken if one.walk]
        said = next(
            (step.body_start for step in steps if isinstance(step, HttpExchange) and step.body_start), "nothing"
        )
        yield finding(codes.SPEAKS_FIRST, broken, said=f"“{said[:_SAID]}”")
