"""What is kept of connects that nobody answered in time."""

import select
import socket
from collections.abc import Iterator

import pytest

from lineclear.model import Endpoint
from lineclear.probe.kept import Kept, Waiting, has_heard, is_connected

HERE = "127.0.0.1"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server((HERE, 0)) as server:
        yield server


@pytest.fixture
def kept() -> Iterator[Kept]:
    one = Kept(is_connected)
    yield one
    one.close()


def endpoint(server: socket.socket) -> Endpoint:
    return Endpoint(address=HERE, port=server.getsockname()[1])


def test_what_was_accepted_after_all_is_told_with_the_time_it_took_at_most(
    kept: Kept, listening: socket.socket
) -> None:
    place = endpoint(listening)
    assert kept.take(Waiting("a", place, 1.0, socket.create_connection((place.address, place.port))))
    (told,) = kept.answered(3.0)
    assert (told.host, told.endpoint, told.sent) == ("a", place, 1.0)
    assert 0.0 < told.took_s <= 2.0
    assert kept.answered(4.0) == []


def test_what_nobody_accepted_is_not_told(kept: Kept) -> None:
    assert kept.take(Waiting("a", Endpoint(address=HERE, port=9), 1.0, socket.socket()))
    assert kept.answered(3.0) == []


def test_what_is_counted_begins_when_no_repeat_is_due_just_before_it(kept: Kept) -> None:
    assert kept.clear_at(5.0) == 5.0
    assert kept.take(Waiting("a", Endpoint(address=HERE, port=9), 1.0, socket.socket()))
    assert [kept.clear_at(moment) for moment in (2.0, 2.1, 2.3)] == [2.0, pytest.approx(2.27), 2.3]


def test_a_few_of_each_port_are_enough(kept: Kept) -> None:
    socks = [socket.socket() for _ in range(3)]
    taken = [kept.take(Waiting("a", Endpoint(address=HERE, port=9), 1.0, one)) for one in socks]
    assert taken == [True, True, False]
    socks[2].close()


def test_nothing_is_kept_once_it_is_closed(listening: socket.socket) -> None:
    kept, place = Kept(is_connected), endpoint(listening)
    first = socket.create_connection((place.address, place.port))
    assert kept.take(Waiting("a", place, 1.0, first))
    kept.close()
    assert first.fileno() == -1
    with socket.socket() as second:
        assert not kept.take(Waiting("a", place, 1.0, second))
    assert kept.answered(3.0) == []


def test_words_that_nobody_has_read_are_an_answer_to_a_greeting(listening: socket.socket) -> None:
    place = endpoint(listening)
    kept = Kept(has_heard)
    mine = socket.create_connection((place.address, place.port))
    mine.setblocking(False)
    assert kept.take(Waiting("a", place, 1.0, mine))
    theirs, _ = listening.accept()
    with theirs:
        assert kept.answered(3.0) == []
        theirs.sendall(b"\x16")
        select.select([mine], [], [], 5.0)
        (told,) = kept.answered(4.0)
    assert (told.host, told.endpoint, told.sent) == ("a", place, 1.0)
