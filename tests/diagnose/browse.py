"""What a check sees of explicit proxies and of proxy auto-configurations, on a made-up network."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from tests.diagnose.network import Network, Script, Way
from tests.diagnose.pieces import worth_asking_a_proxy

from lineclear.model import (
    AutoConfig,
    Endpoint,
    NotMeasured,
    PacAnswer,
    PacEvaluation,
    PacFetch,
    Plan,
    Proxy,
    ProxyTunnel,
    Raw,
)
from lineclear.plan import is_address
from lineclear.plan.pac import STRANGER, ways_of
from lineclear.plan.wpad import is_discovered

Note = Callable[..., Any]


def browse(network: Network, plan: Plan, note: Note, look_up: Callable[[str], tuple[str, ...]]) -> None:
    """Follow the auto-configurations, and ask every proxy that anybody names."""
    known = {one.authority: one for one in plan.proxies}
    is_found = False
    for auto in plan.auto_configs:
        script = network.scripts.get(auto.url, Script(says=(("*", "DIRECT"),)))
        if (is_discovered(auto) and is_found) or not _fetched(auto, script, note, look_up):
            continue
        is_found = is_found or is_discovered(auto)
        for proxy in _evaluated(auto, script, plan, note):
            known.setdefault(proxy.authority, proxy)
    for authority, proxy in known.items():
        _ask(proxy, network.ways.get(authority, Way()), plan, note, look_up)


def _fetched(auto: AutoConfig, script: Script, note: Note, look_up: Callable[[str], tuple[str, ...]]) -> bool:
    if script.unfetched:
        note(NotMeasured, 41.0, 0.0, verb="auto-configuration", subject=auto.url, why=script.unfetched)
        return False
    host = auto.url.partition("://")[2].partition("/")[0]
    if host and not is_address(host) and not look_up(host):
        return False
    failed = script.fetch is not None
    note(
        PacFetch,
        41.0,
        5.0,
        failure=script.fetch,
        raw=Raw(errno=script.errno) if script.errno else None,
        url=auto.url,
        source=auto.source,
        endpoint=Endpoint(address="192.168.7.8", port=80) if host else None,
        status=0 if failed or not host else script.status,
        location=script.location,
        size=0 if failed or script.status != 200 else 900,
    )
    return not failed and script.status == 200


def _evaluated(auto: AutoConfig, script: Script, plan: Plan, note: Note) -> Iterator[Proxy]:
    if script.unevaluated:
        note(NotMeasured, 46.0, 0.0, verb="auto-configuration", subject=auto.url, why=script.unevaluated)
        return
    answers = [_answer(one.name, script) for one in (*plan.targets, STRANGER)] if script.failure is None else []
    note(
        PacEvaluation,
        46.0,
        70.0,
        failure=script.failure,
        raw=Raw(text=script.why) if script.why else None,
        url=auto.url,
        source=auto.source,
        answers=tuple(answers),
    )
    for answer in answers:
        yield from (way for way in ways_of(answer.said) if way is not None)


def _answer(name: str, script: Script) -> PacAnswer:
    said = next(said for pattern, said in script.says if fnmatchcase(name, pattern))
    if isinstance(said, str):
        return PacAnswer(target=name, said=said)
    return PacAnswer(target=name, failure=said, raw=Raw(text=script.why) if script.why else None)


def _ask(proxy: Proxy, way: Way, plan: Plan, note: Note, look_up: Callable[[str], tuple[str, ...]]) -> None:
    if not is_address(proxy.host) and not look_up(proxy.host):
        return
    listens = note(ProxyTunnel, 140.0, 2.0, proxy=proxy.authority, target="", failure=way.failure)
    if listens.failure:
        return
    for one in worth_asking_a_proxy(plan, way.asked):
        passes = any(fnmatchcase(one.name, pattern) for pattern in way.passes)
        note(
            ProxyTunnel,
            145.0,
            60.0,
            proxy=proxy.authority,
            target=one.name,
            failure=None if passes else way.refusal,
            status=200 if passes else way.status,
        )
