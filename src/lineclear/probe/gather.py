"""One run: everything the plan says, side by side, then a second look at what failed, slowly.

The first pass starts each walk as soon as its name has an address, from whichever resolver answers first; nothing waits
for the slowest. The second look tries failing targets again on a rested network (`lineclear.plan.again` says which),
follows the path to some of them, and asks the gateway when nothing at all answered.
"""

from collections.abc import Coroutine, Sequence
from typing import Any

from lineclear.model import ControlKind, Depth, Endpoint, Plan, Proxy, Purpose, Target, Transport
from lineclear.plan import again, dial, is_address
from lineclear.plan.again import Look

from .examine import examine, examine_again
from .names import Names
from .reactor import Task
from .wire import Wire

_STARTS_APART_S = 0.15
"""Between the starts of second looks: slow enough for any rate limit a person would set."""
_AGAIN_S = 1.5
"""Patience of the second look where the gateway is known to live."""
_ECHOES = 4
"""Connections to one echo service: two uplinks taken in turn, or at random, show in four with 7 in 8 chances."""


async def gather(wire: Wire, plan: Plan) -> None:
    """Carry out a plan; every step leaves its observation in the run."""
    names = Names(wire.run, plan)
    if plan.depth is not Depth.NAMES:
        wire.run.reactor.when_idle.extend(wire.preloads() if _speaks_tls(plan) else ())
    first = _First(wire, plan, names)
    await wire.run.reactor.gather(first.everything())
    if plan.depth is not Depth.NAMES and not wire.run.reactor.is_cut:
        await _second_look(wire, plan)
    await names.finish()


def _speaks_tls(plan: Plan) -> bool:
    return plan.depth is not Depth.TCP and any(
        one.transport in (Transport.TLS, Transport.HTTPS) for one in plan.targets
    )


class _First:
    """The first pass: all at once."""

    def __init__(self, wire: Wire, plan: Plan, names: Names) -> None:
        self.wire = wire
        self.plan = plan
        self.names = names
        self._sources: set[str] = set()

    def everything(self) -> list[Coroutine[Any, Any, None]]:
        by_host: dict[str, list[Target]] = {}
        for target in self.plan.targets:
            by_host.setdefault(target.host, []).append(target)
        hosts = [self._host(host, targets) for host, targets in by_host.items()]
        if self.plan.depth is Depth.NAMES:
            return hosts
        proxies = (self._proxy(one) for one in self.plan.proxies)
        echoes = (self._echo(url) for url in self.plan.echo_urls)
        return [*hosts, *self._controls(), *proxies, *echoes]

    async def _host(self, host: str, targets: Sequence[Target]) -> None:
        """Look a name up and walk to every port of it, at every address it has, as soon as the address is known."""
        walks: list[Task[None]] = []

        def found(address: str) -> None:
            if self.plan.depth is not Depth.NAMES:
                walks.extend(self.wire.run.reactor.spawn(self._walk(one, address)) for one in targets)

        if is_address(host):
            found(host)
        elif host in self.plan.names:
            self.names.on_address(host, found)
            await self.names.done(host)
        else:
            found("")
        for walk in walks:
            await walk

    async def _walk(self, target: Target, address: str) -> None:
        endpoint = dial(self.plan.redirections, target.host, target.port, address)
        if endpoint.address not in self._sources and self.plan.depth is Depth.FULL:
            self._sources.add(endpoint.address)
            self.wire.source(endpoint.address)
        await examine(self.wire, target, endpoint, self.plan.depth)

    def _controls(self) -> list[Coroutine[Any, Any, None]]:
        return [self._control(control.endpoint) for control in self.plan.controls]

    async def _control(self, endpoint: Endpoint) -> None:
        connection = await self.wire.connect("", endpoint, purpose=Purpose.CONTROL)
        if connection is not None:
            connection.close()

    async def _proxy(self, proxy: Proxy) -> None:
        """Whether the proxy listens, and what it lets through: the web, and the ports TWS would need."""
        for address in await self._of_no_target(proxy.host):
            stream = await self.wire.tunnel(proxy, address)
            if stream is None:
                return
            stream.connection.close()
            for target in _worth_asking_a_proxy(self.plan):
                way = await self.wire.tunnel(proxy, address, target.host, target.port)
                if way is not None:
                    way.connection.close()
            return

    async def _echo(self, url: str) -> None:
        """Ask a service for our public address, several times over fresh connections."""
        from .echo import public_address, split_url  # noqa: PLC0415  only when the user names a service

        _, host, _, _ = split_url(url)
        for address in (await self._of_no_target(host))[:1]:
            asking = (public_address(self.wire.run, url=url, address=address) for _ in range(_ECHOES))
            await self.wire.run.reactor.gather(asking)

    async def _of_no_target(self, host: str) -> tuple[str, ...]:
        """The addresses of a proxy or a service, as the system resolves them."""
        if is_address(host):
            return (host,)
        return await self.wire.lookup(host)


def _worth_asking_a_proxy(plan: Plan) -> list[Target]:
    """One target of each kind: the web, and each port that is not the web's."""
    chosen: dict[int, Target] = {}
    for one in plan.targets:
        if one.transport is not Transport.HTTP and one.required:
            chosen.setdefault(one.port, one)
    return list(chosen.values())


async def _second_look(wire: Wire, plan: Plan) -> None:
    observations = wire.run.observations
    unanswered = again.nothing_connected(observations)
    looks = again.failing(plan, observations)
    waits: list[Coroutine[Any, Any, None]] = []
    if unanswered:
        waits = [_patiently(wire, one.endpoint) for one in plan.controls if one.kind is ControlKind.GATEWAY]
    if plan.depth is Depth.FULL:
        waits += [wire.trace(one.target.host, one.endpoint) for one in again.traces(plan, looks, observations)]
        waits += [_pings(wire, plan)]
    patience_s = wire.limits.slow_pass_s if unanswered else _AGAIN_S
    waits += [_groups(wire, plan, looks, patience_s)]
    await wire.run.reactor.gather(waits)


async def _patiently(wire: Wire, endpoint: Endpoint) -> None:
    """Ask the gateway for as long as the kernel needs to find it absent."""
    connection = await wire.connect("", endpoint, purpose=Purpose.CONTROL, hedges=1, patience_s=wire.limits.slow_pass_s)
    if connection is not None:
        connection.close()


async def _groups(wire: Wire, plan: Plan, looks: Sequence[Look], patience_s: float) -> None:
    """Look again at a few of each group; at the rest only where one of the few recovered."""
    groups = again.groups(looks)
    chosen = [again.representatives(group) for group in groups]
    await _in_turn(wire, plan, [look for few in chosen for look in few], patience_s)
    rest = [
        look
        for group, few in zip(groups, chosen, strict=True)
        if again.recovered(few, wire.run.observations)
        for look in group
        if look not in few
    ]
    await _in_turn(wire, plan, rest, patience_s)


async def _in_turn(wire: Wire, plan: Plan, looks: Sequence[Look], patience_s: float) -> None:
    """Start walks one after the other; a wait for silence does not hold up the next."""
    tasks = []
    for look in looks:
        if wire.run.reactor.is_cut:
            break
        tasks.append(wire.run.reactor.spawn(examine_again(wire, look.target, look.endpoint, plan.depth, patience_s)))
        await wire.run.reactor.sleep(_STARTS_APART_S)
    for task in tasks:
        await task


async def _pings(wire: Wire, plan: Plan) -> None:
    """One echo to each address that was walked to, if the list says the host answers."""
    quiet = {one.host for one in plan.targets if not one.pingable}
    asked: dict[str, str] = {}
    for one in wire.run.observations:
        endpoint, host = getattr(one, "endpoint", None), getattr(one, "host", "")
        if host and endpoint is not None and host not in quiet:
            asked.setdefault(endpoint.address, host)
    await wire.run.reactor.gather([wire.ping(host, address) for address, host in asked.items()])
