"""Every name of a run, asked of everybody who may answer, so that probing begins with the first answer.

For each name: A and AAAA of up to three configured resolvers, side by side, and the operating system. Whoever needs an
address says so with `on_address` and is called for each new one, whoever gave it. Nobody waits for the slowest.

Asked again. Silence is weak: five datagrams are sent before it counts, and a resolver that said nothing at all over
UDP is tried over TCP. A refusal is asked about once more half a second later, with EDNS0 so that the resolver may
say why. NXDOMAIN needs no second opinion, only its reason. The system's `EAI_AGAIN` is asked once more.

The system may lose a packet and then sleeps five seconds, which is its way and no fault of the network's. So it is
waited for only a little longer than the resolvers, unless it alone can give an address, or has given none to anybody.
Where no resolver answers all kinds of questions, it asks the same ones in vain; what it knows by itself comes soon.

Where it gives no address to anybody and the resolvers do, one question is asked of each with EDNS0: it may ask so, and
there are devices that swallow what they do not know.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any

from lineclear.model import Endpoint, Failure, Plan, Purpose, SystemLookup
from lineclear.plan import is_address
from lineclear.probe.loop.places import Places
from lineclear.probe.loop.reactor import Task
from lineclear.probe.run import Run

from .dns import ask
from .dnsquestion import Answer
from .system_lookup import look_up

Ear = Callable[[str], None]

SYSTEM_S = 6.0
"""Patience with the operating system: one dead resolver before a good one costs an application five seconds."""
_VAINLY_S = 3.0
"""The same where no resolver answers."""
_SYSTEM_AFTER_S = 0.03
"""A thread takes as long to start as five queries take to send: the resolvers, and the first connects, go first."""
_SYSTEM_LATE_S = 0.25
_SYSTEM_LATE = 2.0
"""Times the wait for a resolver's first address: later than this the system's answer is late."""
_MOST_RESOLVERS = 3
_MOST_ADDRESSES = 8
"""Of each family of a name."""
_FEW = 3
"""Names that a file we do not know hardly holds: so many answers are of the name service itself."""
_MOST_WITH_SYSTEM = 12
"""The system may add some to any number the resolvers gave: what the application will use is tested."""
_AGAIN_S = 0.5
_TCP_AT_ONCE = 4
_SYSTEM_AT_ONCE = 128
"""Look-ups of the system under way: each is a thread with a descriptor or two of its own."""


class _Name:
    """What is known of a name so far, and who wants to hear of it."""

    __slots__ = ("addresses", "asking", "began", "ears", "first_at", "host", "is_open", "run", "system", "waiting")

    def __init__(self, run: Run, host: str) -> None:
        self.run = run
        self.host = host
        self.began = self.first_at = run.now()
        self.is_open = True
        self.addresses: list[str] = []
        self.ears: list[Ear] = []
        self.asking: list[Task[None]] = []
        self.system: Task[None] | None = None
        self.waiting: list[Task[Any]] = []

    def learn(self, addresses: Iterable[str], most: int) -> None:
        """Tell everybody of new addresses, until `most` of their family are known or nobody wants more."""
        for address in addresses:
            is_six = ":" in address
            known = sum((":" in one) == is_six for one in self.addresses)
            if self.is_open and known < most and address not in self.addresses:
                self.first_at = self.first_at if self.addresses else self.run.now()
                self.addresses.append(address)
                for ear in tuple(self.ears):
                    ear(address)

    def is_settled(self) -> bool:
        """Whether the system's answer is in, or too late to wait for where others have given addresses."""
        if self.system is None or self.system.done:
            return True
        return bool(self.addresses) and self.run.now() >= self.patience_ends()

    def patience_ends(self) -> float:
        """The moment from which the system's answer is late."""
        return self.began + max(_SYSTEM_LATE_S, _SYSTEM_LATE * (self.first_at - self.began))


class Names:
    """The names of a run. Each is asked for once, when it is first mentioned."""

    def __init__(self, run: Run, plan: Plan) -> None:
        """Ask for every name of the plan, of its first three resolvers, and of the system unless the plan forbids."""
        self._run = run
        distinct = dict.fromkeys(Endpoint(address=one.address, port=one.port) for one in plan.resolvers)
        self._resolvers = tuple(distinct)[:_MOST_RESOLVERS]
        self._ask_system = plan.ask_system
        self._names: dict[str, _Name] = {}
        self._spoke: set[Endpoint] = set()
        """Resolvers that said anything at all over UDP."""
        self._over_tcp: dict[Endpoint, list[Task[bool]]] = {}
        self._heard, self._known = 0, 0
        """Names the system answered in any way, and those it gave an address for; but those its hosts file holds."""
        self._listed = frozenset(plan.listed)
        served = sum(one not in self._listed for one in plan.names)
        self._few = (_FEW if served > _FEW else min(served, 1)) if plan.ask_system else 0
        self._asking = 0
        """Questions to resolvers that are under way."""
        self._answered: set[tuple[Endpoint, str]] = set()
        """Resolvers, and the kinds of questions they gave any answer to over UDP, as the system asks."""
        self._began = run.now()
        self._threads = Places(run.reactor, _SYSTEM_AT_ONCE)
        self._finishing: Task[Any] | None = None
        self._giving_up: Task[Any] | None = None
        for host in plan.names:
            self._name(host)

    def on_address(self, host: str, ear: Ear) -> None:
        """Call `ear` once for each address of `host`: for those known now, and later as others give more.

        A literal address is known at once and asked of nobody.
        """
        name = self._name(host)
        name.ears.append(ear)
        for address in tuple(name.addresses):
            ear(address)

    async def done(self, host: str) -> None:
        """Return when everybody asked for `host` has answered or been given up.

        The system is not waited for once it is late and others have given addresses: an address it still gives is
        called back while anybody listens.
        """
        name = self._name(host)
        for task in name.asking:
            await task
        reactor = self._run.reactor
        name.waiting.append(reactor.current)
        while not name.is_settled() and not reactor.is_cut:
            await reactor.until(name.patience_ends() if name.addresses else reactor.clock() + SYSTEM_S)
        name.waiting.remove(reactor.current)

    def enough(self, host: str) -> None:
        """Call nobody back for `host` any more."""
        name = self._names.get(host)
        if name is not None:
            name.is_open = False
            name.ears.clear()

    async def finish(self) -> None:
        """Return when every observation is recorded. Look-ups of the system still under way are interrupted.

        Unless it has answered fewer than the hosts file may hold: then it may be the fault, and is given the patience
        it needs.
        """
        reactor = self._run.reactor
        self._finishing = reactor.current
        comparing = [reactor.spawn(one) for one in self._compare()]
        while self._heard < self._few and not reactor.is_cut and self._looking_up():
            await reactor.until(reactor.clock() + SYSTEM_S)
        for task in comparing:
            await task
        await self._run.settle(patiently=False)

    def _compare(self) -> Iterator[Coroutine[Any, Any, Answer]]:
        """The question with EDNS0, where the resolvers give addresses and the system hardly any."""
        served = [one for one in self._names.values() if one.host not in self._listed]
        known = [one for one in served if one.addresses and not is_address(one.host)]
        if known and self._known < self._few and not self._run.reactor.is_cut:
            for resolver in self._spoke:
                yield self._ask(known[0], "A", resolver, purpose=Purpose.COMPARISON, edns=True)

    def _name(self, host: str) -> _Name:
        name = self._names.get(host)
        if name is None:
            name = self._names[host] = _Name(self._run, host)
            self._ask_everybody(name)
        return name

    def _ask_everybody(self, name: _Name) -> None:
        if is_address(name.host):
            name.learn((name.host,), 1)
            return
        for resolver in self._resolvers:
            for rtype in ("A", "AAAA"):
                self._asking += 1
                name.asking.append(self._run.leave(self._ask_resolver(name, rtype, resolver)))
        if self._ask_system:
            name.system = self._run.leave(self._ask_the_system(name))

    # -- resolvers -------------------------------------------------------------------------------------------------

    async def _ask_resolver(self, name: _Name, rtype: str, resolver: Endpoint) -> None:
        try:
            await self._ask_until_it_counts(name, rtype, resolver)
        finally:
            self._asking -= 1
        if self._asks_vainly:
            self._run.leave(self._give_the_system_up())

    @property
    def _asks_vainly(self) -> bool:
        """Whether every resolver was asked everything, and each left all questions of a kind unanswered."""
        kinds = ("A", "AAAA")
        useful = any(all((one, kind) in self._answered for kind in kinds) for one in self._resolvers)
        return bool(self._resolvers) and not self._asking and not useful

    def _waits_for_system(self) -> bool:
        """Whether what the system may still answer is worth waiting for."""
        return self._run.is_patient and not (self._asks_vainly and self._run.now() >= self._began + _VAINLY_S)

    async def _give_the_system_up(self) -> None:
        """Wake the look-ups that are asked in vain when their time is up; there may be none left before."""
        reactor, due = self._run.reactor, self._began + _VAINLY_S
        if self._giving_up is not None:
            return
        self._giving_up = reactor.current
        while self._looking_up() and reactor.clock() < due and not reactor.is_cut:
            await reactor.until(due)
        self._giving_up = None
        for task in self._looking_up():
            reactor.wake(task)

    def _looking_up(self) -> list[Task[None]]:
        """Questions to the system that are under way."""
        return [one.system for one in self._names.values() if one.system is not None and not one.system.done]

    async def _ask_until_it_counts(self, name: _Name, rtype: str, resolver: Endpoint) -> None:
        answer = await self._ask(name, rtype, resolver)
        if answer.failure is not Failure.TIMED_OUT:
            self._spoke.add(resolver)
        if answer.failure is None or self._run.reactor.is_cut:
            return
        if answer.failure is Failure.TIMED_OUT:
            await self._try_tcp(name, rtype, resolver)
        elif answer.failure is Failure.DNS_NXDOMAIN:
            if rtype == "A":
                await self._ask(name, rtype, resolver, purpose=Purpose.SECOND_LOOK, edns=True)
        elif rtype == "A" or answer.failure is not Failure.DNS_NO_ANSWER:
            await self._run.reactor.sleep(_AGAIN_S)
            if not self._run.reactor.is_cut:
                edns = answer.failure is not Failure.DNS_FORMERR
                await self._ask(name, rtype, resolver, purpose=Purpose.SECOND_LOOK, edns=edns)

    async def _ask(
        self,
        name: _Name,
        rtype: str,
        resolver: Endpoint,
        *,
        purpose: Purpose = Purpose.TARGET,
        over: str = "udp",
        edns: bool = False,
    ) -> Answer:
        answer = await ask(
            self._run,
            name=name.host,
            rtype=rtype,
            resolver=resolver,
            purpose=purpose,
            over=over,
            edns=edns,
            heard=lambda answer: name.learn(answer.addresses, _MOST_ADDRESSES),
        )
        if answer.rcode and over == "udp":
            self._answered.add((resolver, rtype))
        return answer

    async def _try_tcp(self, name: _Name, rtype: str, resolver: Endpoint) -> None:
        """Ask over TCP, unless the resolver does speak over UDP, or the first try has shown that it is as silent."""
        if resolver in self._spoke:
            return
        line = self._over_tcp.setdefault(resolver, [])
        before = line[-_TCP_AT_ONCE] if len(line) >= _TCP_AT_ONCE else None
        task = self._run.reactor.spawn(self._ask_over_tcp(name, rtype, resolver, line[:1], before))
        line.append(task)
        await task

    async def _ask_over_tcp(
        self, name: _Name, rtype: str, resolver: Endpoint, first: list[Task[bool]], before: Task[bool] | None
    ) -> bool:
        """Whether the resolver answered over TCP. All but the first wait for the first, and for their turn."""
        for trial in first:
            if not await trial:
                return False
        if before is not None:
            await before
        answer = await self._ask(name, rtype, resolver, over="tcp")
        return bool(answer.rcode)

    # -- the system ------------------------------------------------------------------------------------------------

    async def _ask_the_system(self, name: _Name) -> None:
        reactor = self._run.reactor
        await reactor.sleep(_SYSTEM_AFTER_S if self._resolvers else 0.0)
        found = await self._look_up(name)
        if found.failure is Failure.DNS_TEMPORARY and not self._asks_vainly:
            await reactor.sleep(_AGAIN_S)
            if not reactor.is_cut and self._run.is_patient:
                await self._look_up(name)
        for task in (*name.waiting, *filter(None, (self._finishing, self._giving_up))):
            reactor.wake(task)

    async def _look_up(self, name: _Name) -> SystemLookup:
        await self._threads.take()
        try:
            moment = self._run.now() + SYSTEM_S
            found = await look_up(self._run, name=name.host, moment=moment, is_wanted=self._waits_for_system)
        finally:
            self._threads.give_back()
        if name.host not in self._listed:
            self._heard += found.failure not in (Failure.TIMED_OUT, Failure.INTERRUPTED)
            self._known += bool(found.addresses)
        name.learn(found.addresses, _MOST_WITH_SYSTEM)
        return found
