"""The ordinary verbs against the real kernel on loopback, with every poller there is."""

import select
import socket
import struct
import sys
from collections.abc import Iterator

import pytest

from lineclear.model import Endpoint, Failure, Limits, Nudge, TcpConnect
from lineclear.probe import opaque, tcp
from lineclear.probe.loop.portable import SelectorPoller
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run

POLLERS = [SelectorPoller, *([select.epoll] if hasattr(select, "epoll") else [])]


@pytest.fixture(params=POLLERS)
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    reactor = Reactor(poller=request.param())
    yield Run(reactor, Limits(listen_s=0.01))
    reactor.close()


@pytest.fixture(params=[socket.AF_INET, *([socket.AF_INET6] if socket.has_ipv6 else [])], ids=["v4", "v6"])
def server(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    address = "127.0.0.1" if request.param == socket.AF_INET else "::1"
    try:
        made = socket.create_server((address, 0), family=request.param)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with made:
        yield made


def _of(server: socket.socket) -> Endpoint:
    name = server.getsockname()
    return Endpoint(address=name[0], port=name[1])


class TestLoopback:
    def test_open_silent_and_acknowledged(self, run: Run, server: socket.socket) -> None:
        async def main() -> None:
            connection = await tcp.connect(run, host="", endpoint=_of(server))
            assert connection is not None
            assert await opaque.listen(connection)
            await opaque.nudge(connection, 0.01)
            connection.close()

        run.reactor.run(main())
        connected, listened, nudged = run.observations
        assert isinstance(connected, TcpConnect)
        assert isinstance(nudged, Nudge)
        assert connected.failure is listened.failure is nudged.failure is None
        assert connected.rtt_from == ("tcp_info" if sys.platform == "linux" else "clock")
        assert nudged.acknowledged is True
        assert [one.id for one in run.observations] == ["o1", "o2", "o3"]

    def test_refused(self, run: Run, server: socket.socket) -> None:
        endpoint = _of(server)
        server.close()

        async def main() -> None:
            assert await tcp.connect(run, host="", endpoint=endpoint) is None

        run.reactor.run(main())
        assert run.observations[0].failure is Failure.CONNECTION_REFUSED
        assert run.observations[0].raw is not None
        assert run.observations[0].raw.icmp is None

    def test_closed_by_a_reset(self, run: Run, server: socket.socket) -> None:
        async def main() -> None:
            connection = await tcp.connect(run, host="", endpoint=_of(server))
            assert connection is not None
            accepted, _ = server.accept()
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            accepted.close()
            assert not await opaque.listen(connection, 60.0)
            connection.close()

        run.reactor.run(main())
        assert run.observations[1].failure is Failure.CONNECTION_RESET

    def test_a_won_connection_is_handed_over_unwatched(self, run: Run, server: socket.socket) -> None:
        async def main() -> None:
            connection = await tcp.connect(run, host="", endpoint=_of(server))
            assert connection is not None
            assert await run.reactor.until(run.now() + 0.01) == []
            connection.close()

        run.reactor.run(main())

    def test_who_waits_for_something_else_is_not_woken_by_a_connection_listened_to(
        self, run: Run, server: socket.socket
    ) -> None:
        async def main() -> None:
            connection = await tcp.connect(run, host="", endpoint=_of(server))
            assert connection is not None
            accepted, _ = server.accept()
            with accepted:
                await opaque.listen(connection)
                accepted.send(b"late")
                assert await run.reactor.until(run.now() + 0.01) == []
            connection.close()

        run.reactor.run(main())
