"""What the kernel counted of a connection, on loopback."""

import socket
import sys
from collections.abc import Iterator

import pytest

from lineclear.model import Endpoint, Limits, NotMeasured, TcpSummary
from lineclear.probe import tcp
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.route import life
from lineclear.probe.run import Run


@pytest.fixture
def run() -> Iterator[Run]:
    reactor = Reactor()
    yield Run(reactor, Limits())
    reactor.close()


def summed_up(run: Run, times: int = 1, *, close_first: bool = False) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = Endpoint(address="127.0.0.1", port=server.getsockname()[1])

        async def main() -> None:
            connection, _, _ = await tcp.reach(run, host="h", endpoint=endpoint)
            assert connection is not None
            connection.sock.send(b"\r\n")
            if close_first:
                connection.close()
            for _ in range(times):
                life.sum_up(connection)
            connection.close()

        run.reactor.run(main())


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells")
def test_segments_with_data_and_what_was_sent_again(run: Run) -> None:
    summed_up(run)
    (seen,) = run.observations
    assert isinstance(seen, TcpSummary)
    assert (seen.host, seen.data_segments, seen.retransmits) == ("h", 1, 0)
    assert 0.0 < seen.min_rtt_ms <= seen.rtt_ms + seen.rtt_var_ms


def test_a_closed_connection_tells_nothing(run: Run) -> None:
    summed_up(run, close_first=True)
    assert run.observations == []


def test_a_system_that_tells_nothing_is_said_so_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "LINUX", False)
    monkeypatch.setattr(life, "life_of", lambda _sock: None)
    summed_up(run, times=3)
    assert [one.verb for one in run.observations if isinstance(one, NotMeasured)] == ["tcp-summary"]
    assert len(run.observations) == 1
