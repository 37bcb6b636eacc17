"""The web, captive portals, and the ways out that a browser has and TWS has not."""

from collections.abc import Iterator

from lineclear.diagnose.codes import run as run_codes
from lineclear.diagnose.codes import web as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS
from lineclear.model import (
    TLS_TRANSPORTS,
    Failure,
    Finding,
    HttpExchange,
    ProxyTunnel,
    PublicAddress,
    Transport,
)

from .case import Case, finding, ids, listed

_LOGIN_REQUIRED = 511
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SERVER_ERROR = 500


def captive_portal(case: Case) -> Iterator[Finding]:
    """One foreign page answers for unrelated sites, and nothing encrypted works."""
    pages: dict[str, list[HttpExchange]] = {}
    for one in case.view.ordered:
        if isinstance(one, HttpExchange) and one.scheme == "http" and _elsewhere(case, one):
            pages.setdefault(_elsewhere(case, one), []).append(one)
    proven = [one for one in case.standings.all.values() if one.ok and one.target.transport in TLS_TRANSPORTS]
    for page, steps in pages.items():
        if len({_domain(step.host) for step in steps}) > 1 and not proven:
            stands = (*case.open(), *case.undecided(), *_misled(case, steps))
            yield finding(codes.CAPTIVE_PORTAL, stands, ids(steps), subject=page)
            return


def _misled(case: Case, steps: list[HttpExchange]) -> tuple[Standing, ...]:
    """Plain web targets that were answered, but by the portal."""
    answered = {step.host for step in steps}
    return tuple(
        one
        for one in case.standings.all.values()
        if one.ok and one.target.transport is Transport.HTTP and one.target.host in answered
    )


def _elsewhere(case: Case, step: HttpExchange) -> str:
    """The foreign host an answer leads to; empty when it stays with the vendor or leads nowhere."""
    if step.status == _LOGIN_REQUIRED:
        return "(login required)"
    if step.status not in _REDIRECTS:
        return ""
    place = dict(step.headers).get("location", "")
    host = place.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    ours = {_domain(name) for name in case.view.plan.names} | {step.host}
    return host if host and _domain(host) not in ours and host not in ours else ""


def _domain(name: str) -> str:
    return ".".join(name.split(".")[-2:])


def proxy_only(case: Case) -> Iterator[Finding]:
    """Sites answer through the proxy and not directly."""
    tunnels = [one for one in case.view.ordered if isinstance(one, ProxyTunnel) and one.target]
    through = [one for one in tunnels if one.failure is None]
    blocked = case.open(*CONNECT_SYMPTOMS)
    web_blocked = {one.target.name for one in blocked if one.target.transport is Transport.HTTPS}
    if through and {one.target for one in through} & web_blocked:
        yield finding(codes.PROXY_ONLY, blocked, ids(through), subject=through[0].proxy)


def proxy_login(case: Case) -> Iterator[Finding]:
    """The proxy wants credentials."""
    asked = [
        one for one in case.view.ordered if isinstance(one, ProxyTunnel) and one.failure is Failure.PROXY_AUTH_REQUIRED
    ]
    if asked:
        yield finding(codes.PROXY_AUTH, (), ids(asked), subject=listed(dict.fromkeys(one.proxy for one in asked)))


def site_errors(case: Case) -> Iterator[Finding]:
    """The right site, with an error of its own."""
    bad = [
        one
        for one in case.standings.all.values()
        if one.ok
        and one.walk
        and one.walk.http
        and one.walk.http.status >= _SERVER_ERROR
        and one.walk.http.status != _LOGIN_REQUIRED
    ]
    if bad:
        statuses = dict.fromkeys(str(one.walk.http.status) for one in bad if one.walk and one.walk.http)
        yield finding(codes.SITE_ERROR, bad, subject=listed(statuses))


def plain_web(case: Case) -> Iterator[Finding]:
    """Port 80 is answered by another, while the encrypted site is fine."""
    odd = [
        one
        for one in case.standings.all.values()
        if one.ok
        and one.target.transport is Transport.HTTP
        and one.walk
        and one.walk.http
        and _elsewhere(case, one.walk.http)
    ]
    if odd:
        places = dict.fromkeys(_elsewhere(case, one.walk.http) for one in odd if one.walk and one.walk.http)
        yield finding(codes.WEB_PROXY_IN_PATH, odd, subject=listed(places))


def public_addresses(case: Case) -> Iterator[Finding]:
    """Services the user named see more than one public address of one family."""
    seen = [one for one in case.view.ordered if isinstance(one, PublicAddress) and one.address]
    for six in (False, True):
        addresses = dict.fromkeys(one.address for one in seen if (":" in one.address) is six)
        if len(addresses) > 1:
            steps = [one for one in seen if one.address in addresses]
            yield finding(run_codes.PUBLIC_ADDRESS_CHANGES, (), ids(steps), subject=listed(addresses))
