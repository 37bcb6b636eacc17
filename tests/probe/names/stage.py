"""Real loopback sockets under a clock that only moves when nothing is left to do.

The resolver of a test is a script: `[(1, answer("192.0.2.1"))]` answers the first query and stays silent to all others.
It runs as a task of the same reactor, so that whatever was sent is there to be read at the next turn, and waiting costs
no time: when no socket is ready the clock jumps to the next moment.
"""

import socket
import struct
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import msgspec
import pytest

from lineclear.model import AnyObservation, DnsQuery, Endpoint, Limits, SystemLookup
from lineclear.probe.loop import reactor as reactor_module
from lineclear.probe.loop.poller import READ, open_poller
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.naming import system_lookup
from lineclear.probe.run import Run

Result = TypeVar("Result")
Reply = Callable[[bytes], bytes]
"""From the query as it came to the bytes that go back."""


class Clock:
    """Readiness from the real poller, time from the waits themselves."""

    def __init__(self) -> None:
        self.now = 5000.0
        self._poller = open_poller()
        self.register = self._poller.register
        self.modify = self._poller.modify
        self.unregister = self._poller.unregister
        self.fileno = self._poller.fileno
        self.close = self._poller.close

    def __call__(self) -> float:
        return self.now

    def poll(self, timeout_s: float) -> list[tuple[int, int]]:
        ready = self._poller.poll(0)
        if not ready and timeout_s > 0:
            assert timeout_s < 1000, "everybody waits for what nobody will do"
            self.now += timeout_s
        return ready


class Say(msgspec.Struct, frozen=True):
    """One line of a script: what goes back to the `nth` query, counted from 1, and how much later."""

    nth: int
    reply: Reply
    after_s: float = 0.0


Line = Say | tuple[int, Reply]


def _say(line: Line) -> Say:
    return line if isinstance(line, Say) else Say(*line)


def _one_port() -> tuple[socket.socket, socket.socket]:
    """A UDP and a listening TCP socket on one port that is free for both."""
    while True:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            tcp.close()
            udp.close()
            continue
        return udp, tcp


class FakeResolver:
    """A name server on loopback, over UDP and TCP on one port, that follows a script for each name and type."""

    def __init__(self, stage: "Stage", scripts: dict[tuple[str, str], list[Line]]) -> None:
        self.stage = stage
        self.scripts = {
            key: [one if isinstance(one, Say) else Say(*one) for one in lines] for key, lines in scripts.items()
        }
        self.queries: list[tuple[str, str, str]] = []
        """Name, type and `udp` or `tcp` of every query that came."""
        self.heard: list[dns.message.Message] = []
        self.resets = False
        """Whether a TCP connection ends by a reset once it was asked."""
        self.ports: list[int] = []
        """Where each UDP query came from."""
        self.udp, self.tcp = _one_port()
        for sock in (self.udp, self.tcp):
            sock.setblocking(False)
        stage.keep(self.udp, self.tcp)
        stage.reactor.spawn(self._serve_udp())
        stage.reactor.spawn(self._serve_tcp())

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(address="127.0.0.1", port=self.udp.getsockname()[1])

    def asked(self, over: str = "udp") -> list[tuple[str, str]]:
        return [(name, rtype) for name, rtype, way in self.queries if way == over]

    def _replies(self, data: bytes, over: str) -> list[tuple[float, bytes]]:
        query = dns.message.from_wire(data)
        key = (query.question[0].name.to_text(omit_final_dot=True), dns.rdatatype.to_text(query.question[0].rdtype))
        self.queries.append((*key, over))
        self.heard.append(query)
        count = self.queries.count((*key, over))
        says = [_say(one) for one in self.scripts.get(key if over == "udp" else (f"tcp:{key[0]}", key[1]), [])]
        return [(one.after_s, one.reply(data)) for one in says if one.nth == count]

    async def _serve_udp(self) -> None:
        reactor = self.stage.reactor
        reactor.watch(self.udp.fileno(), READ)
        while not self.stage.reactor.is_cut:
            if await reactor.until(reactor.clock() + 999):
                data, peer = self.udp.recvfrom(4096)
                self.ports.append(peer[1])
                for after_s, wire in self._replies(data, "udp"):
                    reactor.spawn(self._later(after_s, lambda wire=wire, peer=peer: self.udp.sendto(wire, peer)))  # type: ignore[misc]

    async def _later(self, after_s: float, send: Callable[[], object]) -> None:
        await self.stage.reactor.sleep(after_s)
        send()

    async def _serve_tcp(self) -> None:
        reactor = self.stage.reactor
        reactor.watch(self.tcp.fileno(), READ)
        while not self.stage.reactor.is_cut:
            if await reactor.until(reactor.clock() + 999):
                peer, _ = self.tcp.accept()
                peer.setblocking(False)
                self.stage.keep(peer)
                reactor.spawn(self._talk(peer))

    async def _talk(self, peer: socket.socket) -> None:
        reactor = self.stage.reactor
        reactor.watch(peer.fileno(), READ)
        while not self.stage.reactor.is_cut:
            if not await reactor.until(reactor.clock() + 999):
                continue
            data = peer.recv(4096)
            if not data:
                break
            if self.resets:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                break
            for after_s, wire in self._replies(data[2:], "tcp"):
                await reactor.sleep(after_s)
                if not wire:
                    peer.shutdown(socket.SHUT_RDWR)
                    break
                peer.send(wire)
        reactor.hang_up(peer)


class FakeHost:
    """A host on loopback that follows a script for the echoes it gets; UDP stands in for ICMP."""

    def __init__(self, stage: "Stage", script: list[Line]) -> None:
        self.stage = stage
        self.script = [_say(one) for one in script]
        self.heard: list[bytes] = []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        stage.keep(self.sock)
        stage.reactor.spawn(self._serve())

    @property
    def port(self) -> int:
        return int(self.sock.getsockname()[1])

    async def _serve(self) -> None:
        reactor = self.stage.reactor
        reactor.watch(self.sock.fileno(), READ)
        while not self.stage.reactor.is_cut:
            if await reactor.until(reactor.clock() + 999):
                data, peer = self.sock.recvfrom(4096)
                self.heard.append(data)
                for one in self.script:
                    if one.nth == len(self.heard):
                        reactor.spawn(self._later(one, data, peer))

    async def _later(self, one: Say, data: bytes, peer: tuple[str, int]) -> None:
        await self.stage.reactor.sleep(one.after_s)
        self.sock.sendto(one.reply(data), peer)


class System:
    """The operating system's resolver as a list: for each call what it does, and seconds later. None: it never returns.

    Its threads are tasks of the reactor, so that they keep its time.
    """

    def __init__(self, stage: "Stage", calls: list[tuple[float | None, list[str] | Exception]]) -> None:
        self.stage = stage
        self.calls = calls
        self.asked: list[bytes] = []
        self._results: list[list[str] | Exception] = []

    def start_new_thread(self, body: Callable[[], None], _args: tuple[()]) -> None:
        after_s, result = self.calls.pop(0)
        if after_s is not None:
            self.stage.reactor.spawn(self._run(body, after_s, result))

    async def _run(self, body: Callable[[], None], after_s: float, result: list[str] | Exception) -> None:
        await self.stage.reactor.sleep(after_s)
        self._results.append(result)
        body()

    def getaddrinfo(self, host: bytes, port: None, family: int, kind: int) -> list[tuple[Any, ...]]:
        assert (port, family, kind) == (None, 0, socket.SOCK_STREAM)
        self.asked.append(host)
        result = self._results.pop()
        if isinstance(result, Exception):
            raise result
        return [(socket.AF_INET, kind, 6, "", (one, 0)) for one in result]


class Stage:
    """A run with its reactor, its clock and its fake resolvers."""

    def __init__(self, **limits: float) -> None:
        self.clock = Clock()
        self.reactor = Reactor(self.clock, self.clock)
        self.run = Run(self.reactor, Limits(**limits))  # type: ignore[arg-type]
        self._socks: list[socket.socket] = []

    def keep(self, *socks: socket.socket) -> None:
        self._socks.extend(socks)

    def resolver(self, script: list[Line], name: str = "ndc1.ibllc.com", rtype: str = "A") -> FakeResolver:
        return FakeResolver(self, {(name, rtype): script})

    def resolvers(self, scripts: dict[tuple[str, str], list[Line]]) -> FakeResolver:
        return FakeResolver(self, scripts)

    def system(self, monkeypatch: pytest.MonkeyPatch, *calls: tuple[float | None, list[str] | Exception]) -> System:
        made = System(self, list(calls))
        monkeypatch.setattr(reactor_module, "_thread", made)
        monkeypatch.setattr(system_lookup, "getaddrinfo", made.getaddrinfo)
        return made

    def play(self, coro: Coroutine[Any, Any, Result], deadline_s: float | None = None) -> Result:
        """Run a coroutine and all it left behind to the end; its result. Nothing of ours stays open."""

        async def main() -> Result:
            result = await coro
            await self.run.settle()
            return result

        before = self._watched()
        result = self.reactor.run(main(), None if deadline_s is None else self.clock.now + deadline_s)
        assert not self.run.pending
        assert self._watched() - before <= len(self._socks) + 1, "a socket was left open"
        return result

    def _watched(self) -> int:
        return len(self.reactor._owners)

    @property
    def observations(self) -> list[AnyObservation]:
        return self.run.observations

    @property
    def query(self) -> DnsQuery:
        """The one observation there is."""
        (only,) = self.run.observations
        assert isinstance(only, DnsQuery)
        return only

    def queries(self) -> list[DnsQuery]:
        return [one for one in self.run.observations if isinstance(one, DnsQuery)]

    def lookups(self) -> list[SystemLookup]:
        return [one for one in self.run.observations if isinstance(one, SystemLookup)]

    def close(self) -> None:
        self.reactor.cut()
        for _ in range(4):
            self.reactor.turn(sleep=False)
        for sock in self._socks:
            self.reactor.forget(sock.fileno())
            sock.close()
        self.reactor.close()


def answer(*values: str, ttl: int = 300, aliases: Iterable[str] = ()) -> Reply:
    """The addresses, behind a chain of aliases if given."""

    def build(data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        reply = dns.message.make_response(query)
        owner = query.question[0].name
        for alias in aliases:
            reply.answer.append(dns.rrset.from_text(owner, ttl, "IN", "CNAME", f"{alias}."))
            owner = dns.name.from_text(alias)
        for value in values:
            kind = "AAAA" if ":" in value else "A"
            reply.answer.append(dns.rrset.from_text(owner, ttl, "IN", kind, value))
        return reply.to_wire()

    return build


def rcode(name: str, *options: Any) -> Reply:
    """A refusal, with EDNS options if given."""

    def build(data: bytes) -> bytes:
        reply = dns.message.make_response(dns.message.from_wire(data))
        reply.set_rcode(dns.rcode.from_text(name))
        if options and reply.edns >= 0:
            reply.use_edns(0, options=list(options))
        return reply.to_wire()

    return build


def changed(reply: Reply, change: Callable[[bytes], bytes]) -> Reply:
    """A reply with its bytes changed."""
    return lambda data: change(reply(data))


def other_id(wire: bytes) -> bytes:
    return bytes([wire[0] ^ 0xFF]) + wire[1:]


def other_question(wire: bytes) -> bytes:
    return wire[:13] + b"x" + wire[14:]


def cut_short(wire: bytes) -> bytes:
    """Half of a record, where the header promises one."""
    return wire[:-6]


def truncated(data: bytes) -> bytes:
    reply = dns.message.make_response(dns.message.from_wire(data))
    reply.flags |= dns.flags.TC
    return reply.to_wire()


def framed(reply: Reply) -> Reply:
    """As TCP carries it."""
    return changed(reply, lambda wire: len(wire).to_bytes(2, "big") + wire)


def free_port() -> int:
    """A port nobody listens on, neither over UDP nor over TCP."""
    udp, tcp = _one_port()
    with udp, tcp:
        return int(udp.getsockname()[1])
