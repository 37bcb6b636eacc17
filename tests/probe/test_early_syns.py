"""SYNs that leave as soon as a name is known, before the run is ready: to whom, how many, and who takes them over."""

import select
import socket
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from lineclear.model import Endpoint, Limits, Purpose, TcpConnect
from lineclear.probe import tcp
from lineclear.probe.headstart import HeadStart, ask_early
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run
from lineclear.probe.sockets import LINUX

pytestmark = pytest.mark.skipif(not LINUX, reason="elsewhere nobody connects early")
NAME = "gw.example"


class Resolver:
    """Answers when told to, and only then."""

    def __init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.place = self.sock.getsockname()

    def questions(self, number: int = 2) -> list[tuple[dns.message.Message, tuple[str, int]]]:
        """What was asked, the A first."""
        heard = [self.sock.recvfrom(4096) for _ in range(number)]
        return [(dns.message.from_wire(data), source) for data, source in heard]

    def answer(
        self, asked: dns.message.Message, source: tuple[str, int], *addresses: str, rcode: int = 0, flags: int = 0
    ) -> bytes:
        reply = dns.message.make_response(asked)
        reply.set_rcode(dns.rcode.Rcode(rcode))
        reply.flags |= flags
        kind = asked.question[0].rdtype
        if addresses:
            reply.answer.append(dns.rrset.from_text_list(asked.question[0].name, 60, "IN", kind, addresses))
        said: bytes = reply.to_wire()
        self.sock.sendto(said, source)
        return said


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    made = Resolver()
    yield made
    made.sock.close()


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


@pytest.fixture
def starts() -> Iterator[list[HeadStart]]:
    made: list[HeadStart] = []
    yield made
    reactor = Reactor()
    for start in made:
        Run(reactor, Limits(), head_start=start).drop_early()
    reactor.close()


def begun(starts: list[HeadStart], resolver: Resolver, *ports: int) -> HeadStart:
    starts.append(ask_early([NAME], [resolver.place], ports={NAME: ports}))
    return starts[-1]


def arrived(start: HeadStart) -> HeadStart:
    """Go on once there is something to see."""
    select.select([one.sock for one in start.resolvers.values()], [], [], 10)
    start.go_on()
    return start


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def accepted(server: socket.socket) -> int:
    """How many connections wait."""
    found = 0
    while select.select([server], [], [], 0)[0]:
        server.accept()[0].close()
        found += 1
    return found


def test_an_answer_is_gone_by_at_once_and_left_for_the_verb(
    resolver: Resolver, server: socket.socket, starts: list[HeadStart]
) -> None:
    start = begun(starts, resolver, port_of(server))
    start.go_on()
    assert start.syns == {}
    four, six = resolver.questions()
    said = [resolver.answer(*four, "127.0.0.1")]
    assert list(arrived(start).syns) == [("127.0.0.1", port_of(server))]
    said.append(resolver.answer(*six, "::1"))
    arrived(start).go_on()
    assert set(start.syns) <= {("127.0.0.1", port_of(server)), ("::1", port_of(server))}
    assert len(start.syns["127.0.0.1", port_of(server)]) == 1
    early = start.resolvers[resolver.place]
    assert [early.sock.recv(4096) for _ in said] == said


@pytest.mark.parametrize("wrong", ["id", "question", "rcode", "truncated", "none", "alien"])
def test_nobody_is_called_for_what_is_no_plain_answer(
    resolver: Resolver, server: socket.socket, starts: list[HeadStart], wrong: str
) -> None:
    start = begun(starts, resolver, port_of(server))
    (asked, source), _ = resolver.questions()
    if wrong == "alien":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            resolver.sock, mine = stranger, resolver.sock
            resolver.answer(asked, source, "127.0.0.1")
            resolver.sock = mine
        resolver.answer(asked, source)
    else:
        asked.id ^= 1 if wrong == "id" else 0
        if wrong == "question":
            asked = dns.message.make_query("other.example", "A", id=asked.id)
        addresses = () if wrong == "none" else ("127.0.0.1",)
        flags = int(dns.flags.TC) if wrong == "truncated" else 0
        resolver.answer(asked, source, *addresses, rcode=3 if wrong == "rcode" else 0, flags=flags)
    assert arrived(start).syns == {}
    assert accepted(server) == 0


def test_at_most_four_to_one_address_and_eight_addresses_of_a_name(
    resolver: Resolver, server: socket.socket, starts: list[HeadStart]
) -> None:
    start = begun(starts, resolver, *[port_of(server)] * 6)
    four, _ = resolver.questions()
    resolver.answer(*four, *(f"127.0.0.{number}" for number in range(1, 12)))
    by_address = [len(several) for several in arrived(start).syns.values()]
    assert by_address == [4] * 8


def test_the_verb_takes_over_and_sends_no_other(
    resolver: Resolver, server: socket.socket, starts: list[HeadStart]
) -> None:
    start = begun(starts, resolver, port_of(server))
    resolver.answer(*resolver.questions()[0], "127.0.0.1")
    ((moment, _),) = arrived(start).syns["127.0.0.1", port_of(server)]
    reactor = Reactor()
    run = Run(reactor, Limits(), began=start.began(), head_start=start)
    endpoint = Endpoint(address="127.0.0.1", port=port_of(server))

    async def main() -> None:
        for purpose in (Purpose.CONTROL, Purpose.TARGET, Purpose.TARGET):
            connection = await tcp.connect(run, host=NAME, endpoint=endpoint, purpose=purpose)
            assert connection is not None
            connection.close()

    reactor.run(main())
    reactor.close()
    control, early, again = run.observations
    assert isinstance(early, TcpConnect)
    assert early.at_ms == run.at_ms(moment)
    assert [(one.at_ms, one.connected) for one in early.attempts] == [(early.at_ms, True)]
    assert early.rtt_from == "tcp_info"
    assert control.at_ms > early.at_ms < again.at_ms
    assert accepted(server) == 3


def test_a_refusal_is_found_by_whoever_takes_over(resolver: Resolver, starts: list[HeadStart]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = port_of(gone)
    start = begun(starts, resolver, port)
    resolver.answer(*resolver.questions()[0], "127.0.0.1")
    reactor = Reactor()
    run = Run(reactor, Limits(), head_start=arrived(start))
    endpoint = Endpoint(address="127.0.0.1", port=port)
    assert reactor.run(tcp.connect(run, host=NAME, endpoint=endpoint)) is None
    reactor.close()
    (refused,) = run.observations
    assert isinstance(refused, TcpConnect)
    assert refused.failure is not None
    assert len(refused.attempts) == 1


def test_early_syns_count_for_politeness(resolver: Resolver, server: socket.socket, starts: list[HeadStart]) -> None:
    start = begun(starts, resolver, *[port_of(server)] * 4)
    resolver.answer(*resolver.questions()[0], "127.0.0.1")
    moments = [moment for several in arrived(start).syns.values() for moment, _ in several]
    reactor = Reactor()
    reactor.close()
    run = Run(reactor, Limits(), began=start.began(), head_start=start)
    assert run.polite_at("127.0.0.1") == min(moments) + Limits().pace_s
    run.drop_early()
    assert run.early_syn(Endpoint(address="127.0.0.1", port=port_of(server))) is None
