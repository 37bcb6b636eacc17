"""What a proxy auto-configuration does to this machine: fetch it, ask it, and ask the proxies it names.

Those a setting names are all followed. What is looked for (WPAD) is followed as far as the first that is there, as
programs do. Evidence only: which of them a program obeys, and what that means, is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from lineclear.model import AutoConfig, DnsQuery, PacEvaluation, Plan, Proxy, SystemLookup
from lineclear.plan import NOBODY, dialled_address, is_address
from lineclear.plan.pac import ways_of
from lineclear.plan.wpad import is_discovered

from .naming.names import Names
from .proxies.pac import fetch_pac, host_of
from .proxies.pacevaluation import MISSING, Table, engine, evaluate_pac
from .route.source import source_address
from .wire import Wire

_MOST_PROXIES = 4
_MOST_STRANGERS = 16
"""Names outside the list that are looked up for a script."""
_VERB = "auto-configuration"

AskProxy = Callable[[Proxy], Awaitable[None]]


async def follow_auto_configs(wire: Wire, plan: Plan, names: Names, ask_proxy: AskProxy) -> None:
    """Fetch and evaluate the plan's auto-configurations, then ask each proxy they name and no setting does."""
    named: dict[str, Proxy] = {}
    is_found = False
    for auto in plan.auto_configs:
        if is_discovered(auto) and is_found:
            continue
        script = await _fetched(wire, auto)
        if script is None:
            continue
        is_found = is_found or is_discovered(auto)
        if not engine():
            wire.not_measured(_VERB, auto.url, MISSING)
            continue
        evaluation = await _evaluated(wire, plan, names, auto, script)
        for proxy in _proxies(evaluation):
            named.setdefault(proxy.authority, proxy)
    known = {one.authority for one in plan.proxies}
    others = [one for authority, one in named.items() if authority not in known][:_MOST_PROXIES]
    await wire.run.reactor.gather([_ask(ask_proxy, one) for one in others])


async def _ask(ask_proxy: AskProxy, proxy: Proxy) -> None:
    await ask_proxy(proxy)


async def _fetched(wire: Wire, auto: AutoConfig) -> str | None:
    """The script; None when there is none, and then an observation says why."""
    if auto.had_query:
        wire.not_measured(_VERB, auto.url, "its address has a query, which is not kept")
        return None
    host = host_of(auto.url)
    if host is None:
        wire.not_measured(_VERB, auto.url, "its address is neither of the web nor of a file")
        return None
    if not host or is_address(host):
        return await fetch_pac(wire.run, auto=auto, address=host)
    for address in await wire.lookup(host):
        script = await fetch_pac(wire.run, auto=auto, address=address)
        if script is not None:
            return script
    return None


async def _evaluated(wire: Wire, plan: Plan, names: Names, auto: AutoConfig, script: str) -> PacEvaluation:
    me, _, _ = source_address(NOBODY[0])

    async def resolve(wanted: Iterable[str]) -> Table:
        return await _addresses(wire, plan, names, tuple(wanted))

    return await evaluate_pac(
        wire.run, auto=auto, script=script, targets=plan.targets, me=me or "127.0.0.1", resolve=resolve
    )


async def _addresses(wire: Wire, plan: Plan, names: Names, wanted: Sequence[str]) -> Table:
    """The addresses of names a script asks for: of the list as they are looked up anyway, of others by the system."""
    ours = [one for one in wanted if one in plan.names]
    sent = {one: (there,) for one in wanted if (there := dialled_address(plan.redirections, one))}
    strangers = [one for one in wanted if one not in plan.names and one not in sent][:_MOST_STRANGERS]
    found = await wire.run.reactor.gather([wire.lookup(one) for one in strangers])
    for one in ours:
        await names.done(one)
    told = {one: _looked_up(wire, one) for one in ours} | dict(zip(strangers, found, strict=True)) | sent
    return {name: addresses for name, addresses in told.items() if addresses}


def _looked_up(wire: Wire, host: str) -> tuple[str, ...]:
    """What has been answered for a name of the list: the system's word, else any resolver's."""
    system: tuple[str, ...] = ()
    resolvers: dict[str, None] = {}
    for one in wire.run.observations:
        if isinstance(one, SystemLookup) and one.name == host:
            system = one.addresses
        elif isinstance(one, DnsQuery) and one.name == host:
            resolvers.update(dict.fromkeys(one.addresses))
    return system or tuple(resolvers)


def _proxies(evaluation: PacEvaluation) -> Iterable[Proxy]:
    """The proxies an evaluation names, the most wanted first."""
    wanted: dict[str, list[Proxy]] = {}
    for answer in evaluation.answers:
        for way in ways_of(answer.said, f"PAC {evaluation.url}") if answer.failure is None else ():
            if way is not None:
                wanted.setdefault(way.authority, []).append(way)
    return [some[0] for some in sorted(wanted.values(), key=len, reverse=True)]
