"""Our word for every errno; and what the kernel's error queue holds, read from a queue of our own."""

import errno
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.model import LOCAL, Failure, Icmp
from lineclear.probe import errors
from lineclear.probe.errors import classify, errno_name, escape, queued_errors, queued_icmp

V4 = struct.pack("=HH4s8x", 2, 0, bytes((198, 51, 100, 7)))
V6 = struct.pack("=HHI16sI", 10, 0, 0, bytes.fromhex("20010db8" + "0" * 23 + "7"), 0)


def report(origin: int, kind: int, code: int, offender: bytes, number: int = 113) -> bytes:
    return struct.pack("=IBBBBII", number, origin, kind, code, 0, 0, 0) + offender


class Queue:
    """A socket of which only the error queue matters."""

    def __init__(self, *messages: list[bytes]) -> None:
        self.messages = list(messages)

    def recvmsg(self, _size: int, _ancillary: int, flags: int) -> tuple[bytes, list[tuple[int, int, bytes]], int, None]:
        assert flags == 0x2000
        if not self.messages:
            raise BlockingIOError
        return b"quoted", [(0, 11, block) for block in self.messages.pop(0)], 0, None


@pytest.fixture
def as_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "MSG_ERRQUEUE", 0x2000)


@pytest.mark.parametrize(
    ("blocks", "found"),
    [
        ([report(2, 11, 0, V4)], Icmp(type=11, code=0, sender="198.51.100.7")),
        ([report(2, 3, 13, V4)], Icmp(type=3, code=13, sender="198.51.100.7")),
        ([report(3, 3, 0, V6)], Icmp(type=3, code=0, sender="2001:db8::7", version=6)),
        ([report(3, 1, 1, V6)], Icmp(type=1, code=1, sender="2001:db8::7", version=6)),
        ([b"\0" * 4, report(2, 11, 0, V4)], Icmp(type=11, code=0, sender="198.51.100.7")),
        ([report(1, 0, 0, V4)], None),
        ([report(2, 3, 1, V4[:6])], None),
        ([report(3, 1, 1, V6[:20])], None),
        ([b""], None),
        ([], None),
    ],
    ids=[
        "expired",
        "prohibited",
        "expired-6",
        "prohibited-6",
        "second-block",
        "local",
        "cut",
        "cut-6",
        "short",
        "none",
    ],
)
@pytest.mark.usefixtures("as_on_linux")
def test_one_message(blocks: list[bytes], found: Icmp | None) -> None:
    queue: Any = Queue(blocks)
    assert queued_icmp(queue) == found


@pytest.mark.usefixtures("as_on_linux")
def test_an_empty_queue() -> None:
    queue: Any = Queue()
    assert queued_icmp(queue) is None
    assert queued_errors(queue) == []


@pytest.mark.usefixtures("as_on_linux")
def test_every_message_with_what_it_quotes() -> None:
    queue: Any = Queue([report(2, 3, 3, V4, 111)], [report(2, 11, 0, V4)])
    assert queued_errors(queue) == [
        (111, Icmp(type=3, code=3, sender="198.51.100.7"), b"quoted"),
        (113, Icmp(type=11, code=0, sender="198.51.100.7"), b"quoted"),
    ]


def test_a_platform_without_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "MSG_ERRQUEUE", None)
    queue: Any = Queue([report(2, 11, 0, V4)])
    assert queued_icmp(queue) is None


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"220 hi\r\n", "220 hi\\r\\n"),
        (b"\x1b[31m\x00", "\\x1b[31m\\x00"),
        (b"\xff\x80", "\\xff\\x80"),
        (b"a" * 201, "a" * 200 + "..."),
        (b"", ""),
    ],
)
def test_bytes_from_the_network_are_shown_harmlessly(said: bytes, shown: str) -> None:
    assert escape(said) == shown


class TestClassify:
    """Total, and never one word for two things that must stay apart."""

    @given(st.integers(), st.booleans())
    def test_every_number_has_a_word(self, number: int, at_once: bool) -> None:
        assert isinstance(classify(number, at_once), Failure)
        assert errno_name(number)

    @pytest.mark.parametrize("number", sorted(errno.errorcode))
    def test_a_route_of_ours_is_not_a_router_of_theirs(self, number: int) -> None:
        here, there = classify(number, at_once=True), classify(number)
        if there in (Failure.HOST_UNREACHABLE, Failure.NETWORK_UNREACHABLE):
            assert here in (there, Failure.NO_ROUTE, Failure.PERMISSION_DENIED)
        assert (there in LOCAL) <= (here in LOCAL)
