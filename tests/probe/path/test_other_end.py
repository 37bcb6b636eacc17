"""Who holds the far end of a connection: real kernels, and what a system may answer that is not this one."""

import socket
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import psutil
import pytest
from tests.probe.path.test_chain import PORT, V4, V6, Ask, built_chain

from lineclear.model import Endpoint, Limits, NotMeasured, OtherEnd, TcpConnect
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.route.other_end import other_ends, sockets
from lineclear.probe.run import Run
from lineclear.probe.wire import Wire


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with built_chain() as asked:
        yield asked


def taken_over(port: int) -> str:
    hook = "type nat hook output priority -100"
    return f"table inet lab {{\n chain n {{\n {hook}\n tcp dport {port} redirect to :8080\n }}\n }}"


@pytest.mark.parametrize("address", [V4, V6], ids=["IPv4", "IPv6"])
class TestByRealKernels:
    def test_a_program_that_takes_a_port_over_before_it_leaves(self, ask: Ask, address: str) -> None:
        seen, accepted = ask(
            ruleset={"client": taken_over(PORT)}, listen={"client": [8080]}, verbs=[("ends", address, PORT)]
        )
        one = ends(seen)[0]
        assert (one.is_taken_here, accepted) == (True, 0)
        assert one.holder == Endpoint(address="127.0.0.1" if address == V4 else "::1", port=8080)
        assert one.program == "", "nobody has taken it from the kernel yet"

    def test_nobody_here_where_the_server_itself_accepts(self, ask: Ask, address: str) -> None:
        seen, accepted = ask(listen={"client": [8080]}, verbs=[("ends", address, PORT)])
        assert [(one.holder, one.is_taken_here) for one in ends(seen)] == [(None, False)]
        assert accepted == 1

    def test_nobody_here_where_the_first_router_accepts(self, ask: Ask, address: str) -> None:
        router = taken_over(PORT).replace("hook output", "hook prerouting")
        seen, accepted = ask(ruleset={"gw": router}, listen={"gw": [8080]}, verbs=[("ends", address, PORT)])
        assert [(one.holder, accepted) for one in ends(seen)] == [(None, 0)]


def ends(seen: Sequence[object]) -> list[OtherEnd]:
    return [one for one in seen if isinstance(one, OtherEnd)]


@pytest.fixture
def run() -> Iterator[Run]:
    reactor = Reactor()
    yield Run(reactor, Limits())
    reactor.close()


def seen_of(run: Run, endpoint: Endpoint) -> list[object]:
    run.reactor.run(other_ends(run, [("h", endpoint)]))
    return list(run.observations)


def test_a_server_of_this_machine_is_where_it_should_be(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = Endpoint(address="127.0.0.1", port=server.getsockname()[1])
        connect, one = seen_of(run, at)
    assert isinstance(connect, TcpConnect)
    assert isinstance(one, OtherEnd)
    assert (one.holder, one.local, one.is_taken_here) == (at, connect.local, False)


def test_the_program_is_named_where_the_system_tells_its_number(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = psutil.net_connections
    monkeypatch.setattr(
        psutil, "net_connections", lambda kind: [one._replace(pid=psutil.Process().pid) for one in usual(kind)]
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        _, one = seen_of(run, Endpoint(address="127.0.0.1", port=server.getsockname()[1]))
    assert isinstance(one, OtherEnd)
    assert one.program == psutil.Process().name()


def test_nobody_accepts(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = Endpoint(address="127.0.0.1", port=server.getsockname()[1])
    assert [type(one) for one in seen_of(run, at)] == [TcpConnect]


def test_a_system_that_does_not_tell_this_user(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_kind: str) -> None:
        raise psutil.AccessDenied(1)

    monkeypatch.setattr(psutil, "net_connections", denied)
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = Endpoint(address="127.0.0.1", port=server.getsockname()[1])
        run.reactor.run(Wire(run).other_ends((("h", at), ("g", at))))
    *_, one = run.observations
    assert isinstance(one, NotMeasured)
    assert one.verb == "other-end"
    assert "does not list its sockets" in one.why
    assert len(run.observations) == 3


class Listed(NamedTuple):
    """A line as psutil has it."""

    laddr: tuple[str, int] | tuple[()]
    raddr: tuple[str, int] | tuple[()]
    status: str = "ESTABLISHED"
    pid: int | None = None


def test_what_is_no_connection_or_over_is_left_out_and_mapped_addresses_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [
        Listed(("::ffff:127.0.0.1", 8080), ("::ffff:10.0.0.5", 40000), pid=7),
        Listed(("fe80::1%eth0", 8080), ("fe80::2%eth0", 40001)),
        Listed(("0.0.0.0", 8080), (), "LISTEN"),
        Listed(("127.0.0.1", 8080), ("10.0.0.5", 40002), "TIME_WAIT"),
    ]
    monkeypatch.setattr(psutil, "net_connections", lambda _kind: lines)
    read = [(str(one.local), str(one.peer), one.process) for one in sockets()]
    assert read == [("127.0.0.1:8080", "10.0.0.5:40000", 7), ("[fe80::1]:8080", "[fe80::2]:40001", None)]
