"""Proxy auto-configuration (PAC): scripts that are not there, do not work, or send the vendor the wrong way."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from lineclear.diagnose.codes import autoconfig as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import CONNECT_SYMPTOMS
from lineclear.model import (
    LOCAL,
    UNTESTED,
    AutoConfig,
    Failure,
    Finding,
    NotMeasured,
    Observation,
    PacEvaluation,
    PacFetch,
    ProxyTunnel,
    Severity,
    Transport,
)
from lineclear.plan import is_address
from lineclear.plan.wpad import is_discovered

from .case import Case, finding, hosts, ids, listed

_NOT_THERE = frozenset({Failure.DNS_NXDOMAIN, Failure.DNS_NO_ANSWER})
_UNCONNECTED = frozenset(
    {
        Failure.CONNECTION_REFUSED,
        Failure.CONNECTION_RESET,
        Failure.HOST_UNREACHABLE,
        Failure.NETWORK_UNREACHABLE,
        Failure.TIMED_OUT,
    }
)
_KINDS = {"http": "PROXY", "https": "HTTPS", "socks4": "SOCKS", "socks5": "SOCKS5"}
"""How scripts write what we write before `://`."""
_FIRST_ERROR = 400


def sent_directly(case: Case) -> Iterator[Finding]:
    """The script sends sites directly where the direct way is blocked and a proxy would take them."""
    browser = case.view.browser
    direct = [
        one
        for one in case.open(*CONNECT_SYMPTOMS)
        if case.view.is_proxy_capable(one.target) and browser.goes_directly(one.target.name)
    ]
    caught = [one for one in direct if one.target.name in browser.openable]
    if caught and browser.script:
        ways = [browser.openable[one.target.name] for one in caught]
        plain = [one for one in direct if one.target.transport is Transport.HTTP]  # what is not asked by CONNECT
        yield finding(
            codes.SENT_DIRECTLY,
            (*caught, *plain),
            (browser.script.id, *ids(ways)),
            subject=browser.script.url,
            proxy=listed(sorted({one.proxy for one in ways})),
            lines=_lines(hosts(caught), _as_written(min(one.proxy for one in ways))),
        )


def _lines(names: Iterable[str], way: str) -> str:
    """A line for the script that sends hosts a way: words that any JavaScript knows, and that may be wrapped."""
    asked = " || ".join(f'host == "{name}"' for name in sorted(names))
    return f'if ({asked}) return "{way}";'


def _as_written(authority: str) -> str:
    """`http://a:1` as scripts write it: `PROXY a:1`."""
    scheme, _, place = authority.partition("://")
    return f"{_KINDS[scheme]} {place}"


def dead_proxies(case: Case) -> Iterator[Finding]:
    """The script names a proxy for sites of the list, and nothing answers there, though other things do."""
    browser = case.view.browser
    named: dict[str, list[Standing]] = {}
    for one in case.all:
        if case.view.is_proxy_capable(one.target):
            for authority in browser.proxies_for(one.target.name):
                named.setdefault(authority, []).append(one)
    for authority, stands in named.items():
        dead = _dead(case, authority)
        if dead and browser.script:
            found = finding(
                codes.DEAD_PROXY,
                (),
                (browser.script.id, *ids(dead)),
                subject=authority,
                url=browser.script.url,
                hosts=listed(hosts(stands)),
                lines=_lines(hosts(stands), "DIRECT"),
            )
            at_once = not any(one.failure is Failure.TIMED_OUT for one in dead)
            spared = at_once and all(_goes_on(case, one, authority) for one in stands if one.target.required)
            yield replace(found, severity=Severity.INFO) if spared else found


def _goes_on(case: Case, one: Standing, authority: str) -> bool:
    """Whether the script names another way after a dead proxy, one that works."""
    browser = case.view.browser
    others = [way for way in browser.ways[one.target.name] if way is None or way.authority != authority]
    opened = browser.opened.get(one.target.name)
    return any(
        one.ok is True if way is None else opened is not None and opened.proxy == way.authority for way in others
    )


def _dead(case: Case, authority: str) -> list[Observation]:
    """What shows that nothing answers at a proxy; nothing where it answers, or nobody can tell."""
    tried = [one for one in case.view.of(ProxyTunnel) if one.proxy == authority]
    if any(one.failure is None or one.target for one in tried):
        return []
    silent: list[Observation] = [one for one in tried if one.failure in _UNCONNECTED]
    refused = any(one.failure is Failure.CONNECTION_REFUSED for one in silent)
    silent += _nameless(case, _host(authority))
    return silent if refused or case.view.anything_connected else []


def _host(url: str) -> str:
    """The host of `scheme://host:port/path`; empty for a file."""
    place = url.partition("://")[2].partition("/")[0]
    if place.startswith("["):
        return place[1:].partition("]")[0]
    return place.partition(":")[0]


def _nameless(case: Case, host: str) -> list[Observation]:
    """The look-up that says that a name does not exist."""
    said = case.view.lookups.get(host)
    return [said] if said is not None and said.failure in _NOT_THERE and not is_address(host) else []


def unreachable(case: Case) -> Iterator[Finding]:
    """A script that a setting names cannot be fetched. One that is only looked for need not be there."""
    for auto in case.view.plan.auto_configs:
        proof = [] if is_discovered(auto) else _unfetched(case, auto)
        if proof:
            cites = ("vantage.auto_configs", *ids(proof))
            said = _told(proof[-1])
            yield _eased(case, finding(codes.UNREACHABLE, (), cites, subject=auto.url, source=auto.source, said=said))


def _eased(case: Case, found: Finding) -> Finding:
    """Without a script browsers go directly: a note where every site that anybody needs answers so."""
    sites = [one for one in case.all if one.target.required and one.target.transport is Transport.HTTPS]
    return replace(found, severity=Severity.INFO) if all(one.ok for one in sites) else found


def _unfetched(case: Case, auto: AutoConfig) -> list[Observation]:
    """What shows that a script cannot be fetched; nothing where it came, or it is not known whether it would."""
    tried = case.view.browser.fetches(auto)
    if any(one.failure in UNTESTED | LOCAL or _is_there(one) for one in tried):
        return []
    near = any(one.failure is not Failure.TIMED_OUT for one in tried)
    found = [*tried, *_nameless(case, _host(auto.url))]
    return found if near or case.view.anything_connected else []


def _is_there(one: PacFetch) -> bool:
    return one.failure is None and one.status < _FIRST_ERROR


def _told(step: Observation) -> str:
    if isinstance(step, PacFetch) and step.failure is None:
        return f"HTTP {step.status}"
    said = step.raw.text or step.raw.errno if step.raw else ""
    return said or (step.failure.value if step.failure else "")


def broken(case: Case) -> Iterator[Finding]:
    """A script does not work: as a whole, or for hosts of the list."""
    for one in case.view.browser.evaluations:
        bad = [answer for answer in one.answers if answer.failure is not None]
        if one.failure in UNTESTED or (one.failure is None and not bad):
            continue
        raw = one.raw if one.failure else bad[0].raw
        said = raw.text if raw else "unsaid"
        yield _eased(case, finding(codes.BROKEN, (), (one.id,), subject=one.url, said=said))


def not_evaluated(case: Case) -> Iterator[Finding]:
    """A script is set, and what it says is not known."""
    for one in case.view.browser.unevaluated:
        place = one.location if isinstance(one, PacFetch) else ""
        yield finding(codes.NOT_EVALUATED, (), (one.id,), subject=_url(one), said=_reason(one), place=place)


def _url(step: NotMeasured | PacEvaluation | PacFetch) -> str:
    return step.subject if isinstance(step, NotMeasured) else step.url


def _reason(step: NotMeasured | PacEvaluation | PacFetch) -> str:
    if isinstance(step, NotMeasured):
        return step.why
    if isinstance(step, PacFetch):
        return "sent_on" if step.location else "sent_away"
    return step.raw.text if step.raw else "ended"
