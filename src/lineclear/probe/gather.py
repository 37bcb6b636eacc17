"""One run: everything the plan says, side by side, then a second look at what failed, slowly.

The first pass starts each walk as soon as its name has an address, from whichever resolver answers first; nothing waits
for the slowest. The second look tries failing targets again on a rested network (`lineclear.plan.again` says which),
follows the path to some of them, and asks the gateway when nothing at all answered.
"""

from collections.abc import Coroutine, Sequence
from typing import Any

from lineclear.model import Control, ControlKind, Depth, Endpoint, Plan, Proxy, Purpose, Target, Transport
from lineclear.plan import again, dial, is_address
from lineclear.plan.again import Look

from .deeper import look_deeper
from .doubting import ask_until_sure, tell_apart
from .examine import examine, examine_again
from .names import Names
from .places import Places, walks_at_once
from .reactor import Task
from .wire import Wire

_LOOK_EVERY_S = 0.02
_ALONE_S = 1.0
_AGAIN_S = 1.5
"""Patience of the second look where the gateway is known to live."""
_ROUTER_RESTS_S = 1.1
"""After which a router that limits its ICMP errors has one more to give (Linux: one a second)."""
_SAID_S = 0.5
"""Patience for that one."""
_ECHOES = 8
"""Connections to one echo service: two uplinks taken in turn show, and at random do so with 127 in 128 chances."""


async def gather(wire: Wire, plan: Plan) -> None:
    """Carry out a plan; every step leaves its observation in the run."""
    names = Names(wire.run, plan)
    if plan.depth is not Depth.NAMES and _speaks_tls(plan):
        wire.run.reactor.when_idle.append(wire.preload)
    first = _First(wire, plan, names)
    await wire.run.reactor.gather(first.everything())
    if plan.depth is not Depth.NAMES and not wire.run.reactor.is_cut:
        await tell_apart(wire, plan)
        await ask_until_sure(wire, plan)
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
        self._places = Places(wire.run.reactor, walks_at_once(wire.limits.hedges))

    def everything(self) -> list[Coroutine[Any, Any, None]]:
        by_host: dict[str, list[Target]] = {}
        for target in self.plan.targets:
            by_host.setdefault(target.host, []).append(target)
        hosts = [self._host(host, targets) for host, targets in by_host.items()]
        if self.plan.depth is Depth.NAMES:
            return hosts
        proxies = (self._proxy(one) for one in self.plan.proxies)
        echoes = (self._echo(url) for url in self.plan.echo_urls)
        autos = [self._auto_configs()] if self.plan.auto_configs else []
        return [*hosts, *self._controls(), *proxies, *echoes, *autos]

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
        self.names.enough(host)

    async def _walk(self, target: Target, address: str) -> None:
        endpoint = dial(self.plan.redirections, target.host, target.port, address)
        if endpoint.address not in self._sources and self.plan.depth is Depth.FULL:
            self._sources.add(endpoint.address)
            self.wire.source(endpoint.address)
        await self._places.take()
        try:
            await examine(self.wire, target, endpoint, self.plan.depth)
        finally:
            self._places.give_back()

    def _controls(self) -> list[Coroutine[Any, Any, None]]:
        plain = {one.port for one in self.plan.targets if one.transport is Transport.HTTP}
        deep = self.plan.depth is Depth.FULL
        return [self._control(one, is_web=deep and one.port in plain) for one in self.plan.controls]

    async def _control(self, control: Control, *, is_web: bool) -> None:
        """Connect; where somebody accepts for nobody on a port of the plain web, ask him for his page."""
        connection = await self.wire.connect("", control.endpoint, purpose=Purpose.CONTROL)
        if connection is None:
            return
        if is_web and control.kind is ControlKind.NOBODY_THERE:
            await self.wire.fetch_of_nobody(connection)
        connection.close()

    async def _proxy(self, proxy: Proxy) -> None:
        """Whether the proxy listens, and what it lets through: the web, and the ports TWS would need.

        At the first of its addresses that listens, as software tries them: `localhost` is `::1` and 127.0.0.1.
        """
        for address in await self._of_no_target(proxy.host):
            stream = await self.wire.tunnel(proxy, address)
            if stream is None:
                continue
            stream.connection.close()
            asked = _worth_asking_a_proxy(self.plan)
            await self.wire.run.reactor.gather([self._through(proxy, address, one) for one in asked])
            return

    async def _auto_configs(self) -> None:
        """Follow the proxy auto-configurations."""
        from .autoconfig import follow_auto_configs  # noqa: PLC0415  only where there is one

        await follow_auto_configs(self.wire, self.plan, self.names, self._proxy)

    async def _through(self, proxy: Proxy, address: str, target: Target) -> None:
        """Ask the proxy for a way to a target, and let it go again."""
        way = await self.wire.tunnel(proxy, address, target.host, target.port)
        if way is not None:
            way.connection.close()

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
    """Every required site, for a proxy may carry each of them or not; and one target of each port of another kind."""
    required = [one for one in plan.targets if one.required]
    ports = {one.port: one for one in reversed(required) if one.transport in (Transport.TCP, Transport.TLS)}
    return [*(one for one in required if one.transport is Transport.HTTPS), *ports.values()]


async def _second_look(wire: Wire, plan: Plan) -> None:
    """Ask again what failed, then follow the path to some of it; pings, which decide nothing, run beside."""
    reactor, observations = wire.run.reactor, wire.run.observations
    looks = again.failing(plan, observations)
    pings = reactor.spawn(_pings(wire, plan)) if plan.depth is Depth.FULL else None
    if again.nothing_connected(observations):
        gateways = [one.endpoint for one in plan.controls if one.kind is ControlKind.GATEWAY]
        patiently = _Turns(wire, plan, patience_s=wire.limits.slow_pass_s, at_once=len(looks))
        await reactor.gather([patiently.groups(looks), *(_patiently(wire, one) for one in gateways)])
    else:
        await _Turns(wire, plan, patience_s=_AGAIN_S, at_once=wire.limits.slow_pass_at_once).groups(looks)
        for one in again.unsaid(looks, observations):
            await reactor.sleep(_ROUTER_RESTS_S)
            await examine_again(wire, one.target, one.endpoint, plan.depth, _SAID_S)
    if pings is not None:
        await look_deeper(wire, plan, looks, pings)


async def _patiently(wire: Wire, endpoint: Endpoint) -> None:
    """Ask the gateway for as long as the kernel needs to find it absent."""
    connection = await wire.connect("", endpoint, purpose=Purpose.CONTROL, hedges=1, patience_s=wire.limits.slow_pass_s)
    if connection is not None:
        connection.close()


class _Turns:
    """Second looks, a few at a time and apart, so that no limit on new connections is met."""

    def __init__(self, wire: Wire, plan: Plan, *, patience_s: float, at_once: int) -> None:
        self._wire = wire
        self._plan = plan
        self._patience_s = patience_s
        self._at_once = at_once
        self._apart_s = wire.limits.slow_pass_apart_s

    async def groups(self, looks: Sequence[Look]) -> None:
        """A few of each group; where one recovers, all of its group, and then what still fails once more, alone."""
        observations = self._wire.run.observations
        groups = again.groups(looks)
        chosen = [again.representatives(group) for group in groups]
        await self._take([look for few in chosen for look in few])
        healing = [again.recovered(few, observations) for few in chosen]
        if not any(healing):
            return
        rest = [group for group, heals in zip(groups, healing, strict=True) if heals]
        await self._take([look for group in rest for look in group if not any(look in few for few in chosen)])
        sample = [few[:1] for few, heals in zip(chosen, healing, strict=True) if not heals]
        self._at_once, self._apart_s = 1, _ALONE_S
        await self._take([look for group in (*sample, *rest) for look in again.still_failing(group, observations)])

    async def _take(self, looks: Sequence[Look]) -> None:
        reactor = self._wire.run.reactor
        under_way: list[Task[None]] = []
        for look in looks:
            while len(under_way) >= self._at_once and not reactor.is_cut:
                await reactor.sleep(_LOOK_EVERY_S)
                under_way = [task for task in under_way if not task.done]
            if reactor.is_cut:
                break
            under_way.append(reactor.spawn(self._look(look)))
            await reactor.sleep(self._apart_s)
        for task in under_way:
            await task

    async def _look(self, look: Look) -> None:
        await examine_again(self._wire, look.target, look.endpoint, self._plan.depth, self._patience_s)


async def _pings(wire: Wire, plan: Plan) -> None:
    """One echo to each address that was walked to, if the list says the host answers."""
    quiet = {one.host for one in plan.targets if not one.pingable}
    asked: dict[str, str] = {}
    for one in wire.run.observations:
        endpoint, host = getattr(one, "endpoint", None), getattr(one, "host", "")
        if host and endpoint is not None and host not in quiet:
            asked.setdefault(endpoint.address, host)
    await wire.run.reactor.gather([wire.ping(host, address) for address, host in asked.items()])
