"""The list itself, the local API, addresses apart, and what was not measured."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from lineclear.diagnose.codes import run as codes
from lineclear.diagnose.codes import transport
from lineclear.diagnose.codes import web as web_codes
from lineclear.diagnose.codes.code import Code
from lineclear.diagnose.doubt import Doubt
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, Symptom
from lineclear.diagnose.walk import Walk
from lineclear.model import ApiHello, Finding, HttpExchange, Severity, Transport
from lineclear.plan.networks import is_loopback

from .case import Case, finding, ids, listed
from .names import forged
from .web import page_of_many

_OF_VERSION = {4: transport.IPV4_BROKEN, 6: transport.IPV6_BROKEN}
"""By the IP version by which nothing is reached."""
_HARMLESS = (None, Symptom.LOCAL, Symptom.UNTESTED)
_HOW = {Symptom.SILENT: "dropped", Symptom.REFUSED: "refused", Symptom.REJECTED: "rejected"}
_SPREAD = 3
"""Hosts that must share a fate before it is a rule's and not theirs."""


def not_testable(case: Case) -> Iterator[Finding]:
    """Rows no single connection can decide: those that leave something open, and the others."""
    rows = [case.view.requirements[one] for one in case.view.plan.untestable if one in case.view.requirements]
    needed = [one.id for one in rows if case.standings.is_left_open(one)]
    others = [one.id for one in rows if one.id not in needed]
    if needed:
        yield finding(codes.NOT_TESTABLE, (), (), subject=listed(needed))
    if others:
        yield replace(finding(codes.NOT_TESTABLE, (), (), subject=listed(others)), severity=Severity.INFO)


def local_api(case: Case) -> Iterator[Finding]:
    """What listens, or does not, on the API ports of this machine."""
    untrusted = case.open(Symptom.API_UNTRUSTED)
    if untrusted:
        yield finding(codes.LOCAL_API_UNTRUSTED, untrusted)
    other = case.open(Symptom.NOT_THE_API)
    if other:
        words = (one.walk.culprit for one in other if one.walk)
        said = next((step.answered for step in words if isinstance(step, ApiHello) and step.answered), "")
        yield finding(codes.LOCAL_API_OTHER, other, said=f"“{said[:60]}”" if said else "nothing")
    off = [one for one in case.open(*CONNECT_SYMPTOMS) if is_loopback(one.target.host)]
    if any(one.target.transport is Transport.TWS_API for one in off):
        yield finding(codes.LOCAL_API_OFF, off)


def stopped_early(case: Case) -> Iterator[Finding]:
    """The deadline, or the user, ended the run."""
    left = (*case.untested(), *case.undecided())
    if case.view.evidence.interrupted and left:
        yield finding(codes.INTERRUPTED, left)


def only_once(case: Case) -> Iterator[Finding]:
    """What failed among many, where others recovered, and could not be tried alone."""
    once = [one for one in case.undecided() if one.symptom is not None]
    lost = [one for one in once if one.walk is None or case.view.may_be_loss(one.walk)]
    if lost:
        chances = case.view.chances
        most = max((chances.share_at(one.walk.endpoint) for one in lost if one.walk), default=chances.share)
        yield finding(codes.MAY_BE_LOSS, lost, share=f"{100 * most:.0f} %")
    others = [one for one in once if one not in lost]
    if others:
        yield finding(codes.UNCONFIRMED, others)


def unproven(case: Case) -> Iterator[Finding]:
    """Accepted, and nothing more is known."""
    explained = _hosts_of_failures(case)
    bare = [
        one
        for one in case.undecided()
        if not one.partly and (one.doubt is not Doubt.SIBLING or one.target.host not in explained)
    ]
    if bare:
        yield finding(codes.UNPROVEN, bare)
    untried = case.untested()
    if untried:
        yield finding(codes.NOT_TRIED, untried, subject=case.view.plan.depth.value)


def _hosts_of_failures(case: Case) -> frozenset[str]:
    """Hosts with a port that does not work: what is doubted because of it needs no further word."""
    return frozenset(one.target.host for one in case.all if one.ok is False)


def families(case: Case) -> Iterator[Finding]:
    """Hosts that answer at some of their addresses only: at those of one IP version, or at some for another reason.

    An IP version by which nobody is reached is broken; one by which everybody is but on some ports meets a rule.
    """
    unexplained = {one.target.name for one in case.unexplained()}
    partly = [one for one in case.all if one.partly and (one.ok or one.target.name in unexplained)]
    dead = {one.target.name: _dead_walks(case, one) for one in partly}
    alive = {walk.endpoint.version for walks in case.view.walks.values() for walk in walks if _is_reached(case, walk)}
    by_cause: dict[tuple[Code, int], list[Standing]] = {}
    for one in partly:
        versions = {walk.endpoint.version for walk in dead[one.target.name]}
        version = versions.pop() if len(versions) == 1 else 0
        if version in alive and not _is_shut(case, one.target.port, version):
            version = 0
        code = transport.PORT_BY_VERSION if version in alive else _OF_VERSION.get(version, transport.SOME_ADDRESSES)
        if dead[one.target.name]:
            by_cause.setdefault((code, version), []).append(one)
    for (code, version), stands in by_cause.items():
        page, pages = _login_page(case, version, stands) if code is transport.PORT_BY_VERSION else ("", [])
        named = web_codes.PORTAL_BY_VERSION if page else code
        walks = [walk for one in stands for walk in dead[one.target.name]]
        facts = {
            "family": f"IPv{version}",
            "other": f"IPv{10 - version}",
            "how": _how(walks),
            "dead": listed(dict.fromkeys(walk.endpoint.address for walk in walks)),
            "kind": _kind(case, stands, walks),
        }
        yield finding(
            named,
            stands,
            (*ids(pages), *(walk.culprit.id for walk in walks)),
            page,
            **{name: facts[name] for name in named.facts if name in facts},
        )


def _kind(case: Case, stands: Iterable[Standing], dead: Sequence[Walk]) -> str:
    """The IP version, if the dead walks are all that these targets have of one: `IPv4`; else `mixed`."""
    versions, ended = {walk.endpoint.version for walk in dead}, {walk.endpoint for walk in dead}
    walks = (walk for one in stands for walk in case.view.walks[one.target.name])
    alive = {walk.endpoint.version for walk in walks if walk.endpoint not in ended}
    return f"IPv{versions.pop()}" if len(versions) == 1 and versions.isdisjoint(alive) else "mixed"


def _login_page(case: Case, version: int, shut: Iterable[Standing]) -> tuple[str, list[HttpExchange]]:
    """The page to which one IP version leads the web while sites are shut there, and where it does; empty: none."""
    if not any(one.target.transport is Transport.HTTPS for one in shut):
        return "", []
    return page_of_many(
        case, (one for one in case.view.of(HttpExchange) if one.host and one.endpoint.version == version)
    )


def _is_shut(case: Case, port: int, version: int) -> bool:
    """Whether nobody accepts on a port by one IP version, at several hosts."""
    walks = [walk for one in case.all if one.target.port == port for walk in case.view.walks[one.target.name]]
    tried = [walk for walk in walks if walk.endpoint.version == version and walk.symptom not in _HARMLESS]
    shut = {walk.target.host for walk in tried if walk.symptom in CONNECT_SYMPTOMS}
    return len(shut) >= _SPREAD and not any(
        walk.symptom not in CONNECT_SYMPTOMS for walk in walks if walk.endpoint.version == version
    )


def _how(walks: Iterable[Walk]) -> str:
    """What becomes of connections, in words."""
    return listed(dict.fromkeys(_HOW[walk.symptom] for walk in walks if walk.symptom in _HOW))


def _is_reached(case: Case, walk: Walk) -> bool:
    """Whether somebody beyond the local network accepted."""
    connect = walk.connect
    return connect is not None and connect.failure is None and not case.view.is_near(walk.endpoint.address)


def _dead_walks(case: Case, one: Standing) -> list[Walk]:
    """Where a target does not work; not at addresses that somebody on the way has made up.

    Where a proxy on the way speaks for itself, it has been named.
    """
    false = forged(case, one.target.host)
    walks = case.view.walks[one.target.name]
    dead = [walk for walk in walks if walk.symptom not in _HARMLESS and walk.endpoint.address not in false]
    return [walk for walk in dead if walk.proxy_word is None]
