"""Answers that may pass so many routers only."""

import socket
import sys

import pytest
from tests.probe.far.conftest import Far, Pretender, played
from tests.probe.far.strangers import proving

from lineclear.model import Endpoint, Failure, Payload, WayBack
from lineclear.plan.reflecting import Call
from lineclear.probe.far.wayback import count_back

PLACE = {"address": "127.0.0.1", "port": 1}
SEEN = {"source": PLACE, "local": PLACE, "syn": {"hop_limit": 60, "window": 1}}


def call(endpoint: Endpoint, kind: Payload = Payload.LINES) -> Call:
    return Call(endpoint=endpoint, port=4000, kind=kind)


@pytest.mark.skipif(sys.platform != "linux", reason="the SYN is kept on Linux")
@pytest.mark.parametrize("kind", [Payload.LINES, Payload.TLS])
@pytest.mark.parametrize("sent", [64, 71])
def test_one_that_has_no_router_to_pass_arrives(far: Far, kind: Payload, sent: int) -> None:
    (found,) = played(lambda run: count_back(run, call(far.plain, kind), sent, 1))
    assert isinstance(found, WayBack)
    assert (found.failure, found.sent, found.seen, found.allowed) == (None, sent, sent, 1)


def test_the_word_of_the_reflector_counts() -> None:
    with Pretender(proving({"seen": SEEN}, {})) as other:
        (found,) = played(lambda run: count_back(run, call(other.at), 64, 4))
    assert isinstance(found, WayBack)
    assert (found.failure, found.seen, found.port) == (None, 60, 4000)


def test_one_that_does_not_come() -> None:
    with Pretender(proving({"seen": SEEN})) as other:
        (found,) = played(lambda run: count_back(run, call(other.at), 64, 4), deadline_s=5.0)
    assert found.failure in (Failure.EOF, Failure.CONNECTION_RESET)


@pytest.mark.parametrize("answers", [({},), ({"seen": {"source": PLACE, "local": PLACE}},), ()])
def test_a_reflector_that_does_not_see_the_first_packet_teaches_nothing(answers: tuple[dict[str, object], ...]) -> None:
    with Pretender(proving(*answers)) as other:
        assert played(lambda run: count_back(run, call(other.at), 64, 4)) == []


def test_nor_does_nobody() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = Endpoint(address="127.0.0.1", port=taken.getsockname()[1])
        assert played(lambda run: count_back(run, call(closed), 64, 4)) == []
