"""A whole network as a table, under a clock that only moves when somebody waits.

    network({"192.0.2.1": [answer("lost"), answer("accept", 0.08)]})

says that the first SYN to 192.0.2.1 is lost and every later one accepted 80 ms after it left. Sockets of the program
under test are replaced, so nothing touches the machine and nothing takes time.
"""

import _socket
import errno
import select
import socket
import struct
from collections.abc import Callable, Iterator

import msgspec
import pytest

from lineclear.model import AnyObservation, Endpoint, Limits
from lineclear.probe import sockets
from lineclear.probe.fleet import sweep
from lineclear.probe.loop.poller import ERROR, HANGUP, READ, WRITE, Poller
from lineclear.probe.loop.portable import SelectorPoller
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run

_SO_ERROR = int(_socket.SO_ERROR)
_TCP_INFO = 11
_BELL_BELOW = 10_000
_KINDS = {
    ("prohibited", 4): (2, 3, 13, errno.EHOSTUNREACH),
    ("expired", 4): (2, 11, 0, errno.EHOSTUNREACH),
    ("prohibited", 6): (3, 1, 1, errno.EACCES),
    ("expired", 6): (3, 3, 0, errno.EHOSTUNREACH),
}
"""Origin, type, code and errno of ICMP errors, as Linux has them."""
_NUMBERS = {"refuse": errno.ECONNREFUSED, "reset": errno.ECONNRESET, "give-up": errno.ETIMEDOUT}


class Answer(msgspec.Struct, frozen=True):
    """What one SYN meets. `word`: accept, refuse, reset, lost, prohibited, here (refused by this machine)."""

    word: str
    delay_s: float = 0.01
    sender: str = "198.51.100.1"
    number: int = 0
    routers: tuple[tuple[str, float], ...] = ()
    """Address and delay of the routers before it; a SYN with a smaller hop limit ends there, an empty one is mute."""
    repeats: int = 0
    """How often the SYN was sent again by then, a second after the first time each."""
    then: tuple[tuple[float, bytes | int], ...] = ()
    """After the handshake: seconds from it, and bytes said, `b""` for the end, or an errno."""


class Network:
    """The table and the clock."""

    def __init__(self, table: dict[str, list[Answer]], descriptors: int = 10_000) -> None:
        self.now = 1000.0
        self.syns: list[tuple[float, str]] = []
        """When each SYN left, in seconds since the start, and where to."""
        self.sockets: dict[int, FakeSocket] = {}
        self.descriptors = descriptors
        self.source = "192.0.2.200"
        self.polls = 0
        self._table = {address: list(answers) for address, answers in table.items()}
        self._next_fd = _BELL_BELOW

    def clock(self) -> float:
        return self.now

    def open(self, fake: "FakeSocket") -> int:
        if len(self.sockets) >= self.descriptors:
            raise OSError(errno.EMFILE, "Too many open files")
        self._next_fd += 1
        self.sockets[self._next_fd] = fake
        return self._next_fd

    def meet(self, address: str) -> Answer:
        """What the next SYN to `address` meets; the last line of its table holds for all further ones."""
        self.syns.append((round(self.now - 1000.0, 6), address))
        answers = self._table[address]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def arrived(self, moment: float) -> None:
        """A SYN went past all routers."""


class FakePoller:
    """A poller whose waiting moves the clock."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._watched: dict[int, int] = {}

    def register(self, fd: int, mask: int) -> None:
        assert fd not in self._watched
        self._watched[fd] = mask

    def modify(self, fd: int, mask: int) -> None:
        assert fd in self._watched
        self._watched[fd] = mask

    def unregister(self, fd: int) -> None:
        del self._watched[fd]

    def poll(self, timeout_s: float) -> list[tuple[int, int]]:
        network = self._network
        network.polls += 1
        ready = self._ready()
        if ready:
            return ready
        coming = [moment for fake in network.sockets.values() for moment in fake.moments() if moment > network.now]
        network.now = min([network.now + timeout_s, *coming])
        return self._ready()

    def fileno(self) -> int:
        return -1

    def close(self) -> None:
        """Nothing was borrowed."""

    def _ready(self) -> list[tuple[int, int]]:
        sockets = self._network.sockets
        states = [(fd, sockets[fd].state(), mask) for fd, mask in self._watched.items() if fd in sockets]
        return [(fd, state & (mask | ERROR | HANGUP)) for fd, state, mask in states if state & (mask | ERROR | HANGUP)]


class FakeSocket:
    """One socket of the network."""

    network: Network

    def __init__(self, family: int, kind: int) -> None:
        self.family = family
        self.kind = kind & 0xF
        self.hop_limit = 64
        self.sent_at = 0.0
        self.address = ""
        self.answer: Answer | None = None
        self.arrives: float | None = None
        self.number = 0
        self.icmp: bytes | None = None
        self.sent = b""
        self.fd = self.network.open(self)

    def fileno(self) -> int:
        return self.fd

    def setblocking(self, blocking: bool) -> None:
        assert not blocking

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        if (level, option) in ((_socket.IPPROTO_IP, _socket.IP_TTL), (_socket.IPPROTO_IPV6, _socket.IPV6_UNICAST_HOPS)):
            assert isinstance(value, int)
            self.hop_limit = value

    def connect(self, to: tuple[str, int]) -> None:
        assert self.kind == _socket.SOCK_DGRAM
        self.address = to[0]
        if not self.network.source:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    def connect_ex(self, to: tuple[str, int]) -> int:
        answer = self.network.meet(to[0])
        if answer.word == "here":
            return answer.number
        self.address, self.sent_at = to[0], self.network.now
        if self.hop_limit <= len(answer.routers):
            sender, delay_s = answer.routers[self.hop_limit - 1]
            answer = Answer("expired" if sender else "lost", delay_s, sender)
        else:
            self.network.arrived(self.sent_at)
        self.answer = answer
        if answer.word != "lost":
            self.arrives = self.sent_at + answer.delay_s
        kind = _KINDS.get((answer.word, 6 if ":" in answer.sender else 4))
        if kind is not None:
            self.number = kind[-1]
            self.icmp = extended_error(kind, answer.sender)
        self.number = self.number or _NUMBERS.get(answer.word, 0)
        return errno.EINPROGRESS

    def getsockopt(self, level: int, option: int, size: int = 0) -> int | bytes:
        if option == _SO_ERROR and level == _socket.SOL_SOCKET:
            number, self.number = self.number, 0
            return number
        assert option == _TCP_INFO
        assert self.answer is not None
        block = bytearray(size)
        struct.pack_into("=I", block, 68, round((self.answer.delay_s - self.answer.repeats) * 1e6))
        if self.answer.repeats:
            struct.pack_into("=I", block, 100, self.answer.repeats)
        return bytes(block)

    def getsockname(self) -> tuple[str, int]:
        return (self.network.source, 40_000 + self.fd % 10_000)

    def getpeername(self) -> tuple[str, int]:
        accepted = self.answer is not None and self.answer.word == "accept"
        if not accepted or self.arrives is None or self.arrives > self.network.now:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return (self.address, 4001)

    def recvmsg(self, _size: int, _ancillary: int, flags: int) -> tuple[bytes, list[tuple[int, int, bytes]], int, None]:
        assert flags == sockets.MSG_ERRQUEUE
        if self.icmp is None:
            raise BlockingIOError
        block, self.icmp = self.icmp, None
        return b"", [(0, 11, block)], 0, None

    def recv(self, _size: int, _flags: int = 0) -> bytes:
        for moment, said in self._script():
            if moment <= self.network.now and isinstance(said, bytes):
                return said
            if moment <= self.network.now:
                raise OSError(said, "recv")
        raise BlockingIOError

    def send(self, said: bytes) -> int:
        self.sent += said
        return len(said)

    def close(self) -> None:
        self.network.sockets.pop(self.fd, None)

    def moments(self) -> Iterator[float]:
        """When something happens to it."""
        if self.arrives is not None:
            yield self.arrives
            yield from (moment for moment, _ in self._script())

    def state(self) -> int:
        """Its readiness now, as epoll has it."""
        if self.arrives is None or self.arrives > self.network.now:
            return 0
        assert self.answer is not None
        if self.answer.word != "accept":
            return WRITE | READ | ERROR | HANGUP
        return WRITE | (READ if any(moment <= self.network.now for moment, _ in self._script()) else 0)

    def _script(self) -> Iterator[tuple[float, bytes | int]]:
        assert self.answer is not None
        assert self.arrives is not None
        return ((self.arrives + after, said) for after, said in self.answer.then)


def extended_error(error: tuple[int, int, int, int], sender: str) -> bytes:
    """A `struct sock_extended_err` and its offender's address, as the kernel hands them over."""
    origin, kind, code, number = error
    head = struct.pack("=IBBBBII", number, origin, kind, code, 0, 0, 0)
    family = _socket.AF_INET6 if ":" in sender else _socket.AF_INET
    flow, scope = (bytes(4), bytes(4)) if family == _socket.AF_INET6 else (b"", bytes(8))
    return head + struct.pack("=HH", family, 0) + flow + _socket.inet_pton(family, sender) + scope


class _Module:
    """`_socket` with another `socket`."""

    def __init__(self, network: Network) -> None:
        self.socket = type("BoundSocket", (FakeSocket,), {"network": network})

    def __getattr__(self, name: str) -> object:
        return getattr(_socket, name)


class Scenario:
    """A run on a network of its own."""

    def __init__(self, network: Network, limits: Limits) -> None:
        self.network = network
        self.reactor = Reactor(network.clock, FakePoller(network))
        self.run = Run(self.reactor, limits)

    def play(self, *coros: object, deadline_s: float | None = None) -> list[AnyObservation]:
        """Run coroutines side by side to their end; what was recorded. Nothing may be left open, but what is kept."""

        async def main() -> None:
            await self.reactor.gather(coros)  # type: ignore[arg-type]

        self.reactor.run(main(), None if deadline_s is None else self.network.now + deadline_s)
        self.run.kept.close()
        self.run.greeted.close()
        assert not self.network.sockets, "a socket was left open"
        return self.run.observations

    def sent_ms(self, address: str = "") -> list[int]:
        """When SYNs left, in whole milliseconds since the start."""
        return [round(moment * 1000) for moment, to in self.network.syns if address in ("", to)]


MakeScenario = Callable[..., Scenario]


@pytest.fixture
def scenario(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeScenario]:
    """Make a scenario from a table of answers per address; further words are limits, or `descriptors`."""
    made: list[Scenario] = []

    def make(table: dict[str, list[Answer]], descriptors: int = 10_000, **limits: object) -> Scenario:
        network = Network(table, descriptors)
        monkeypatch.setattr(sockets, "_socket", _Module(network))
        monkeypatch.setattr(sweep, "open_poller", lambda: FakePoller(network))
        made.append(Scenario(network, Limits(**limits)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for stage in made:
        stage.reactor.close()


@pytest.fixture
def answer() -> type[Answer]:
    """One line of a table."""
    return Answer


@pytest.fixture
def at() -> Callable[..., Endpoint]:
    """An endpoint; the port hardly matters."""
    return lambda address, port=4001: Endpoint(address=address, port=port)


POLLERS: list[Callable[[], Poller]] = [SelectorPoller, *([select.epoll] if hasattr(select, "epoll") else [])]


@pytest.fixture(params=POLLERS)
def reactor(request: pytest.FixtureRequest) -> Iterator[Reactor]:
    made = Reactor(poller=request.param())
    yield made
    made.close()


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    left, right = socket.socketpair()
    with left, right:
        left.setblocking(False)
        right.setblocking(False)
        yield left, right
