"""Names to addresses: every configured resolver and the system, side by side, each address told as soon as it is known.

Nobody waits for the slowest: a walk begins with the first answer. What each source said stays apart in the
observations.
"""

from collections.abc import Callable

from lineclear.model import Endpoint, Plan, Resolver

from .dns import ask
from .reactor import Task
from .run import Run
from .system_lookup import lookup

_MOST_ADDRESSES = 16
"""Of one name."""

Told = Callable[[str], None]


class Names:
    """The look-ups of one run."""

    def __init__(self, run: Run, plan: Plan) -> None:
        self._run = run
        self._plan = plan
        self._known: dict[str, list[str]] = {}
        self._told: dict[str, Told] = {}
        self._asking: dict[str, Task[list[None]]] = {name: run.reactor.spawn(self._ask(name)) for name in plan.names}

    def on_address(self, host: str, told: Told) -> None:
        """Call `told` with each address of a name, once, as soon as any source gives it."""
        self._told[host] = told
        for address in self._known.get(host, []):
            told(address)

    async def done(self, host: str) -> None:
        """Until every source has answered for a name, or given up."""
        await self._asking[host]

    async def finish(self) -> None:
        """Until every observation of names is recorded."""
        await self._run.settle(patiently=False)

    async def _ask(self, name: str) -> list[None]:
        sources = [self._wire(name, one, kind) for one in self._plan.resolvers for kind in ("A", "AAAA")]
        if self._plan.ask_system:
            sources.append(self._system(name))
        return await self._run.reactor.gather(sources)

    async def _wire(self, name: str, resolver: Resolver, kind: str) -> None:
        endpoint = Endpoint(address=resolver.address, port=resolver.port)
        answer = await ask(self._run, name=name, rtype=kind, resolver=endpoint)
        for record in answer.records:
            if record.type == kind:
                self._found(name, record.value)

    async def _system(self, name: str) -> None:
        moment = self._run.now() + self._run.limits.dns_s
        for address in await lookup(self._run, name=name, moment=moment) or ():
            self._found(name, address)

    def _found(self, name: str, address: str) -> None:
        known = self._known.setdefault(name, [])
        if address in known or len(known) >= _MOST_ADDRESSES:
            return
        known.append(address)
        if name in self._told:
            self._told[name](address)
