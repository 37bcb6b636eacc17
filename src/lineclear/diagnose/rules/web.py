"""The web, captive portals, and the ways out that a browser has and TWS has not."""

from collections.abc import Iterable, Iterator, Sequence

from lineclear.diagnose.codes import web as codes
from lineclear.diagnose.doubt import Doubt
from lineclear.diagnose.places import LOGIN_REQUIRED, domain, elsewhere, title
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS, Symptom, proxy_error, symptom_of
from lineclear.model import (
    TLS_TRANSPORTS,
    UNTESTED,
    Failure,
    Finding,
    HttpExchange,
    Observation,
    Proof,
    ProxyTunnel,
    Transport,
)

from .case import Case, finding, hosts, ids, listed
from .names import resolver_of

_SERVER_ERROR = 500
_GRANTED = range(200, 300)
_GARDEN = 3
"""So many hosts are shut out for each that is let through, before it is a portal with a garden of its own."""
_WEB = (Transport.HTTP, Transport.HTTPS)
_PAGES = range(200, 400)
"""What a device that only looks for servers does not say for an address nobody has."""


def captive_portal(case: Case) -> Iterator[Finding]:
    """One foreign page answers for unrelated sites at addresses of their own, and hardly anything encrypted works.

    A few sites may be let through all the same, and other ports than the web's. Where all of them lead to one address,
    it is the names that lead away.
    """
    alive = {one.target.host for one in case.working() if one.walk and one.walk.tls}
    lost = {one.target.host for one in case.open() if one.target.transport in TLS_TRANSPORTS} - alive
    shuts_all = not alive or len(alive) * _GARDEN <= len(lost)
    if not shuts_all and not _shuts_the_web(case):
        return
    left = [one for one in case.unexplained() if shuts_all or one.target.transport in _WEB]
    stands = [one for one in left if one.symptom is not Symptom.UNTESTED and one.proof is not Proof.IDENTITY]
    names = set(hosts(left))
    answers = [one for one in case.view.of(HttpExchange) if one.host in names]
    page, steps = page_of_many(case, answers)
    if page and (shuts_all or _each_at_its_own(steps)):
        yield finding(codes.CAPTIVE_PORTAL, stands, ids(steps), subject=page)
        return
    if not alive:
        yield from _page_for_everybody(case, stands, answers)


def page_of_many(case: Case, answers: Iterable[HttpExchange]) -> tuple[str, list[HttpExchange]]:
    """The foreign page that answers for unrelated sites at addresses of their own, and where it did; empty: none."""
    pages: dict[str, list[HttpExchange]] = {}
    for one in answers:
        pages.setdefault(elsewhere(case.view, one), []).append(one)
    for page, steps in pages.items():
        if page and min(len({domain(one.host) for one in steps}), len({one.endpoint.address for one in steps})) > 1:
            return page, steps
    return "", []


def _each_at_its_own(steps: Sequence[HttpExchange]) -> bool:
    """Whether no two hosts were answered for at one address: else names may lead to a few pages."""
    return len({one.endpoint.address for one in steps}) == len({one.host for one in steps})


def _shuts_the_web(case: Case) -> bool:
    """Whether no site at all works over TLS, whatever other ports do, and no proxy carries one."""
    sites = [one for one in case.all if one.target.transport is Transport.HTTPS]
    carried = any(case.standings.is_carried(one) for one in sites)
    return bool(sites) and not carried and all(one.ok is False for one in sites)


def _page_for_everybody(case: Case, stands: Sequence[Standing], answers: Sequence[HttpExchange]) -> Iterator[Finding]:
    """A page comes for an address nobody has, and sites of the list are answered in the same way."""
    for page in case.view.ordered:
        if isinstance(page, HttpExchange) and not page.host and page.status in _PAGES:
            alike = [one for one in answers if one.scheme == "http" and one.status == page.status]
            if alike:
                yield finding(codes.PAGE_FOR_EVERYBODY, stands, ids((page, *alike)), subject=title(page))
                return


def proxy_only(case: Case) -> Iterator[Finding]:
    """Sites answer through the proxy and not directly: enough for what can use a proxy, and not for TWS.

    What has no address was never tried directly: that is for the rules on names to explain.
    """
    browser = case.view.browser
    blocked = case.open(*CONNECT_SYMPTOMS, Symptom.NO_ADDRESS)
    sites = [one for one in blocked if one.target.transport in TLS_TRANSPORTS and one.target.name in browser.opened]
    through = [browser.opened[one.target.name] for one in sites if case.standings.is_carried(one)]
    if not through:
        return
    tried = [one for one in blocked if one.symptom in CONNECT_SYMPTOMS]
    carried = [one for one in blocked if case.standings.is_carried(one) is not False]
    helpless = any(not case.view.is_proxy_capable(one.target) and one.target.required for one in tried)
    code = codes.PROXY_ONLY if helpless else codes.WEB_BY_PROXY
    stands = list({one.target.name: one for one in (*tried, *carried)}.values()) if helpless else carried
    named = {one.proxy for one in through} - {one.authority for one in case.view.plan.proxies}
    script = [browser.script] if browser.script and named else []
    alone = [one for one in tried if case.standings.is_carried(one) is False]
    facts = {
        "hosts": listed(hosts(alone)),
        "ports": listed(map(str, sorted({one.target.port for one in alone}))),
        "proxy": "scripted" if script else "set",
        "script": script[0].url if script else "",
    }
    subject = listed(dict.fromkeys(one.proxy for one in through))
    yield finding(code, stands, ids((*script, *through)), subject, **{name: facts[name] for name in code.facts})


def proxy_disagrees(case: Case) -> Iterator[Finding]:
    """A proxy on the way looks up where a name leads, and its answers are not this machine's."""
    said = _proxy_words(case, Symptom.DISAGREES)
    if said:
        refused = case.in_order(one for one, _ in said)
        own = resolver_of(case, refused)
        yield finding(codes.PROXY_DISAGREES, refused, ids(step for _, step in said), subject=own)


def proxy_answers(case: Case) -> Iterator[Finding]:
    """A proxy on the way answers in the site's place, for a reason of its own."""
    said = _proxy_words(case, Symptom.DENIED)
    if said:
        errors = listed(dict.fromkeys(proxy_error(step) for _, step in said))
        stands = case.in_order(one for one, _ in said)
        yield finding(codes.PROXY_ANSWERS, stands, ids(step for _, step in said), subject=errors)


def _proxy_words(case: Case, symptom: Symptom) -> list[tuple[Standing, Observation]]:
    """Targets that do not work, or not at all of their addresses, with what a proxy on the way says there of itself."""
    walks = [
        (one, walk)
        for one in case.unexplained()
        if not one.ok and (one.symptom is symptom or one.doubt is Doubt.ADDRESSES)
        for walk in case.view.walks[one.target.name]
    ]
    said = [(one, walk.proxy_word) for one, walk in walks]
    return [(one, step) for one, step in said if step is not None and symptom_of(step) is symptom]


def proxy_opens_nothing(case: Case) -> Iterator[Finding]:
    """A proxy that is set answers, and opens no way to sites, or one on which nobody comes.

    It speaks of hosts: their targets are judged by the direct way, and that may fail for another cause.
    """
    needed = {
        one.target.name: one.target.host
        for one in case.all
        if one.target.transport is Transport.HTTPS and one.target.required and not case.standings.is_spare(one.target)
    }
    by_proxy: dict[str, dict[str, ProxyTunnel]] = {}
    for name, step in case.view.browser.tunnels.items():
        answered = step.status and step.failure not in (None, Failure.PROXY_AUTH_REQUIRED, *UNTESTED)
        if answered and name in needed:
            by_proxy.setdefault(step.proxy, {})[needed[name]] = step
    for proxy, steps in by_proxy.items():
        said = dict.fromkeys("nothing" if one.status in _GRANTED else f"HTTP {one.status}" for one in steps.values())
        yield finding(
            codes.PROXY_OPENS_NOTHING,
            (),
            ids(steps.values()),
            subject=proxy,
            hosts=listed(steps),
            said=listed(said),
        )


def proxy_login(case: Case) -> Iterator[Finding]:
    """The proxy wants credentials."""
    asked = [one for one in case.view.of(ProxyTunnel) if one.failure is Failure.PROXY_AUTH_REQUIRED]
    if asked:
        yield finding(codes.PROXY_AUTH, (), ids(asked), subject=listed(dict.fromkeys(one.proxy for one in asked)))


def site_errors(case: Case) -> Iterator[Finding]:
    """The right site, with an error of its own, or without an answer."""
    said = {one.target.name: _error(one) for one in case.working()}
    answered = [one for one in case.working() if one.walk and not case.view.may_be_loss(one.walk)]
    bad = [one for one in answered if said[one.target.name]]
    if bad:
        steps = (one.walk.http.id for one in bad if one.walk and one.walk.http)
        yield finding(codes.SITE_ERROR, bad, steps, subject=listed(dict.fromkeys(said[one.target.name] for one in bad)))


def _error(one: Standing) -> str:
    """The error a site that proved itself answers a request with; empty: none."""
    step = one.walk.http if one.walk else None
    if step is None or step.failure in UNTESTED:
        return ""
    if step.failure is not None:
        return "no_answer" if one.target.transport in TLS_TRANSPORTS else ""
    return f"HTTP {step.status}" if step.status >= _SERVER_ERROR and step.status != LOGIN_REQUIRED else ""


def plain_web(case: Case) -> Iterator[Finding]:
    """Port 80 is answered by another, while the encrypted site is fine."""
    shown = [*(one for one in case.all if one.ok is not False), *case.open(Symptom.LED_AWAY)]
    plain = [one for one in shown if one.target.transport is Transport.HTTP]
    places = {one.target.name: elsewhere(case.view, one.walk.http) for one in plain if one.walk and one.walk.http}
    odd = [one for one in plain if places.get(one.target.name)]
    if odd:
        yield finding(
            codes.WEB_PROXY_IN_PATH, odd, subject=listed(dict.fromkeys(places[one.target.name] for one in odd))
        )
