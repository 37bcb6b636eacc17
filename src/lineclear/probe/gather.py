"""One run: everything the plan says, side by side, and a second look at what failed.

The first pass starts each walk as soon as its name has an address, from whichever resolver answers first; nothing waits
for the slowest. The second look (`second_look`) begins when the burst of connects is over, beside what is still said on
those that were accepted.
"""

from collections.abc import Coroutine, Sequence
from typing import Any

from lineclear.model import Control, ControlKind, Depth, Plan, Proxy, Purpose, Target, Transport
from lineclear.plan import dial, is_address
from lineclear.plan.again import gateway_in_doubt

from .examine import examine
from .loop.places import Places, walks_at_once
from .loop.reactor import Reactor, Task
from .naming.names import Names
from .second_look import look_again
from .wire import Wire

_FAR_S = 3600.0
"""A bound on one wait for the burst to end; it is gone on with."""
_ECHOES = 8
"""Connections to one echo service: two uplinks taken in turn show, and at random do so with 127 in 128 chances."""


async def gather(wire: Wire, plan: Plan) -> None:
    """Carry out a plan; every step leaves its observation in the run."""
    names = Names(wire.run, plan)
    if plan.depth is not Depth.NAMES and _speaks_tls(plan):
        wire.run.reactor.when_idle.append(wire.preload)
    first = _First(wire, plan, names)
    reactor = wire.run.reactor
    everything = reactor.spawn(reactor.gather(first.everything()))
    if plan.depth is not Depth.NAMES:
        await first.burst.over()
        await look_again(wire, plan, everything)
    await everything
    await names.finish()


def _speaks_tls(plan: Plan) -> bool:
    return plan.depth is not Depth.TCP and any(
        one.transport in (Transport.TLS, Transport.HTTPS) for one in plan.targets
    )


class _Burst:
    """What the first pass begins with: names that have no address yet, and connects that have no end yet."""

    def __init__(self, reactor: Reactor) -> None:
        self._reactor = reactor
        self._open: set[object] = set()
        self._waiter: Task[Any] | None = None

    def begins(self, part: object) -> None:
        """One part more."""
        self._open.add(part)

    def ends(self, part: object) -> None:
        """One part less; harmless if it ended before."""
        self._open.discard(part)
        if not self._open and self._waiter is not None:
            self._reactor.wake(self._waiter)

    async def over(self) -> None:
        """Return when nothing is left of it."""
        self._waiter = self._reactor.current
        while self._open and not self._reactor.is_cut:
            await self._reactor.until(self._reactor.clock() + _FAR_S)
        self._waiter = None


class _First:
    """The first pass: all at once."""

    def __init__(self, wire: Wire, plan: Plan, names: Names) -> None:
        self.wire = wire
        self.plan = plan
        self.names = names
        self._sources: set[str] = set()
        self._places = Places(wire.run.reactor, walks_at_once(wire.limits.hedges))
        self.burst = _Burst(wire.run.reactor)

    def everything(self) -> list[Coroutine[Any, Any, None]]:
        by_host: dict[str, list[Target]] = {}
        for target in self.plan.targets:
            by_host.setdefault(target.host, []).append(target)
        hosts = [self._host(host, targets) for host, targets in by_host.items()]
        for host in by_host:
            self.burst.begins(host)
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
                for one in targets:
                    self.burst.begins((one.name, address))
                    walks.append(self.wire.run.reactor.spawn(self._walk(one, address)))
            self.burst.ends(host)

        if is_address(host):
            found(host)
        elif host in self.plan.names:
            self.names.on_address(host, found)
            await self.names.done(host)
            self.burst.ends(host)
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
        part = target.name, address
        await self._places.take()
        try:
            await examine(self.wire, target, endpoint, self.plan.depth, lambda: self.burst.ends(part))
        finally:
            self._places.give_back()
            self.burst.ends(part)

    def _controls(self) -> list[Coroutine[Any, Any, None]]:
        plain = {one.port for one in self.plan.targets if one.transport is Transport.HTTP}
        deep = self.plan.depth is Depth.FULL
        return [self._control(one, is_web=deep and one.port in plain) for one in self.plan.controls]

    async def _control(self, control: Control, *, is_web: bool) -> None:
        """Connect; where somebody accepts for nobody on a port of the plain web, ask him for his page.

        A gateway that says nothing while nothing is accepted is asked until the kernel has found it absent.
        """
        wire = self.wire
        connection = await wire.connect("", control.endpoint, purpose=Purpose.CONTROL)
        is_gateway = control.kind is ControlKind.GATEWAY
        if connection is None and is_gateway and gateway_in_doubt(self.plan, wire.run.observations):
            patience_s = wire.limits.slow_pass_s
            connection = await wire.connect(
                "", control.endpoint, purpose=Purpose.CONTROL, hedges=1, patience_s=patience_s
            )
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
        way = await self.wire.tunnel(proxy, address, target)
        if way is not None:
            way.connection.close()

    async def _echo(self, url: str) -> None:
        """Ask a service for our public address, several times over fresh connections."""
        from .far.echo import public_address, split_url  # noqa: PLC0415  only when the user names a service

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
