"""Silent connections on loopback; those that a router forgets are in `path/test_forgotten.py`."""

import socket
import struct
from collections.abc import Callable, Iterator

import pytest

from lineclear.model import Endpoint, Failure, IdleHold, Limits
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.route import idle
from lineclear.probe.run import Run

Then = Callable[[socket.socket], None]


@pytest.fixture
def run() -> Iterator[Run]:
    reactor = Reactor()
    yield Run(reactor, Limits())
    reactor.close()


def held(run: Run, then: Then, seconds: float, deadline_s: float | None = None) -> IdleHold:
    """What became of a connection whose far end did `then` as soon as it was there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = Endpoint(address="127.0.0.1", port=server.getsockname()[1])
        ends = []

        async def far_end() -> None:
            run.reactor.watch(server.fileno(), 1)
            await run.reactor.until(run.now() + 30.0)
            ends.append(server.accept()[0])
            run.reactor.forget(server.fileno())
            then(ends[0])

        async def main() -> None:
            await run.reactor.gather([far_end(), idle.hold(run, host="h", endpoint=endpoint, seconds=seconds)])

        run.reactor.run(main(), None if deadline_s is None else run.now() + deadline_s)
        for one in ends:
            one.close()
    (seen,) = run.observations
    assert isinstance(seen, IdleHold)
    return seen


def nothing(_far_end: socket.socket) -> None:
    return


def reset(far_end: socket.socket) -> None:
    far_end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    far_end.close()


def talk(far_end: socket.socket) -> None:
    far_end.send(b"a word of the server's own")


@pytest.mark.parametrize("then", [nothing, talk])
def test_a_silent_connection_still_stands(run: Run, then: Then) -> None:
    seen = held(run, then, 0.01)
    assert (seen.failure, seen.asked, seen.idle_ms) == (None, True, 10.0)


def test_the_far_end_says_goodbye_before_it_is_asked(run: Run) -> None:
    seen = held(run, lambda far_end: far_end.close(), 60.0)
    assert (seen.failure, seen.asked) == (Failure.EOF, False)
    assert seen.idle_ms < 60_000


def test_the_far_end_resets_before_it_is_asked(run: Run) -> None:
    seen = held(run, reset, 60.0)
    assert (seen.failure, seen.asked) == (Failure.CONNECTION_RESET, False)


def test_a_run_that_is_cut_says_so(run: Run) -> None:
    seen = held(run, nothing, 60.0, deadline_s=0.05)
    assert (seen.failure, seen.asked) == (Failure.INTERRUPTED, False)


def test_nobody_to_hold_a_connection_with(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = Endpoint(address="127.0.0.1", port=server.getsockname()[1])
    run.reactor.run(idle.hold(run, host="h", endpoint=endpoint, seconds=60.0))
    assert [(one.failure, one.asked) for one in run.observations] == [(Failure.CONNECTION_REFUSED, False)]  # type: ignore[union-attr]


def test_a_system_that_cannot_ask_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "ask_whether_alive", lambda _sock: False)
    seen = held(run, nothing, 0.01)
    assert (seen.failure, seen.asked) == (Failure.NOT_MEASURED, False)


def test_where_the_kernel_does_not_tell_what_was_not_given_up_stands(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "last_heard_ms", lambda _sock: None)
    monkeypatch.setattr(idle, "ASKING_S", 0.05)
    seen = held(run, nothing, 0.01)
    assert (seen.failure, seen.asked) == (None, True)
