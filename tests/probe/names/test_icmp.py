"""The verb `ping` through a socket. UDP on loopback stands in for ICMP: same bytes, same control messages."""

import errno
import socket
import struct
from collections.abc import Callable
from typing import Any

import pytest

from lineclear.model import Failure, Icmp, NotMeasured, Ping, Raw
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.ping import icmp, pingprogram
from lineclear.probe.ping.icmp import checksum, permitted, ping
from lineclear.probe.run import Run
from lineclear.probe.sockets import LINUX

from .stage import FakeHost, Line, Say, Stage

HERE = "127.0.0.1"


def echo(data: bytes) -> bytes:
    return bytes([0]) + data[1:]


class PingSocket(socket.socket):
    """A UDP socket that sends each echo to the port of the fake host, unless the next errno is not 0."""

    port = 0
    refuses: tuple[int, ...] = ()

    def __init__(self) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_DGRAM)
        self.setblocking(False)

    def sendto(self, data: Any, address: Any) -> int:  # type: ignore[override]
        assert address[1] == 0
        number, type(self).refuses = self.refuses[:1], self.refuses[1:]
        if any(number):
            raise OSError(number[0], "sendto")
        return super().sendto(data, (address[0], self.port))


Host = Callable[..., FakeHost]


@pytest.fixture
def host(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Host:
    """Make the host that answers by a script; `refuses` are the errnos of the first sends."""

    def make(script: list[Line], refuses: tuple[int, ...] = ()) -> FakeHost:
        made = FakeHost(stage, script)
        kind = type("BoundSocket", (PingSocket,), {"port": made.port, "refuses": refuses})
        monkeypatch.setattr(icmp, "open_datagrams", lambda _address, _protocol: kind())
        return made

    return make


def pinged(stage: Stage, address: str = HERE, deadline_s: float | None = None) -> Ping:
    stage.play(ping(stage.run, address=address, host="www.example"), deadline_s)
    (only,) = stage.observations
    assert isinstance(only, Ping)
    return only


def test_a_reply_tells_round_trip_and_distance(stage: Stage, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(icmp, "lain_s", lambda _: 0.005)
    made = host([Say(1, echo, 0.045)])
    seen = pinged(stage)
    assert (seen.failure, seen.by, seen.address, seen.host) == (None, "socket", HERE, "www.example")
    assert (seen.rtt_ms, seen.took_ms) == (40.0, 45.0)
    assert seen.hop_limit == (64 if LINUX else seen.hop_limit)
    assert [(one[0], len(one)) for one in made.heard] == [(8, 24)]


def test_a_lost_echo_is_sent_once_more(stage: Stage, host: Host) -> None:
    made = host([(2, echo)])
    seen = pinged(stage)
    assert (seen.failure, seen.rtt_ms, seen.took_ms) == (None, 0.0, 500.0)
    assert len({one[6:8] for one in made.heard}) == 2


def test_a_late_reply_to_the_first_counts(stage: Stage, host: Host) -> None:
    host([Say(1, echo, 0.8)])
    assert (pinged(stage).failure, stage.observations[0].took_ms) == (None, 800.0)


def test_silence_is_a_second_long(stage: Stage, host: Host) -> None:
    made = host([])
    seen = pinged(stage)
    assert (seen.failure, seen.took_ms, seen.rtt_ms, len(made.heard)) == (Failure.TIMED_OUT, 1000.0, None, 2)


def test_when_the_run_is_cut_it_was_interrupted(stage: Stage, host: Host) -> None:
    host([])
    assert pinged(stage, deadline_s=0.2).failure is Failure.INTERRUPTED


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data,
        lambda data: echo(data)[:-1],
        lambda data: echo(data)[:-1] + b"?",
        lambda data: echo(data)[:7] + bytes([data[7] ^ 1]) + data[8:],
        lambda _: b"",
        lambda _: b"\x00",
    ],
    ids=["a request", "cut", "other cookie", "other number", "empty", "one byte"],
)
def test_what_is_no_reply_to_us_is_not_believed(stage: Stage, host: Host, change: Callable[[bytes], bytes]) -> None:
    host([(1, change), Say(1, echo, 0.1)])
    assert pinged(stage).took_ms == 100.0


def test_a_reply_from_elsewhere_is_not_believed(stage: Stage, host: Host) -> None:
    host([(1, echo)])
    assert pinged(stage, "localhost").failure is Failure.TIMED_OUT


def test_a_second_reply_is_a_stranger(stage: Stage, host: Host) -> None:
    host([(1, echo), (1, echo)])
    assert pinged(stage).failure is None


def test_an_ip_header_before_the_reply_is_skipped(stage: Stage, host: Host) -> None:
    host([(1, lambda data: b"\x46" + bytes(23) + echo(data))])
    assert pinged(stage).failure is None


@pytest.mark.skipif(not LINUX, reason="the error queue is Linux's")
def test_an_icmp_error_is_known_at_once_and_by_whom(stage: Stage, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    made = host([], refuses=(0, errno.EHOSTUNREACH))
    error = Icmp(type=3, code=13, sender="192.0.2.9")

    def queued(_sock: object) -> list[tuple[int, Icmp, bytes]]:
        quotations = [b"\x08\x00", bytes(8), made.heard[0][:8]]
        return [(errno.EHOSTUNREACH, error, quoted) for quoted in quotations]

    monkeypatch.setattr(icmp, "queued_errors", queued)
    seen = pinged(stage)
    assert (seen.failure, seen.took_ms) == (Failure.HOST_UNREACHABLE, 500.0)
    assert seen.raw == Raw(errno="EHOSTUNREACH", icmp=error)


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (errno.EPERM, Failure.PERMISSION_DENIED),
        (errno.ENETUNREACH, Failure.NO_ROUTE),
        (errno.EMFILE, Failure.LOCAL_EXHAUSTION),
    ],
)
def test_what_this_machine_refuses(stage: Stage, host: Host, number: int, failure: Failure) -> None:
    host([], refuses=(number, number))
    seen = pinged(stage)
    assert (seen.failure, seen.raw, seen.took_ms) == (failure, Raw(errno=errno.errorcode[number]), 0.0)


def test_a_full_buffer_is_a_lost_echo(stage: Stage, host: Host) -> None:
    host([(1, echo)], refuses=(errno.EAGAIN,))
    assert (pinged(stage).failure, stage.observations[0].took_ms) == (None, 500.0)


def test_many_share_a_socket(stage: Stage, host: Host) -> None:
    made = host([Say(nth, echo, 0.001 * nth) for nth in range(1, 101)])
    stage.play(stage.reactor.gather(ping(stage.run, address=HERE, host=f"h{n}") for n in range(100)))
    assert [one.failure for one in stage.observations] == [None] * 100
    assert len(made.heard) == 100


class TestPermission:
    def test_the_system_is_asked_once_for_each_family(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[tuple[str, int]] = []

        def refuse(address: str, protocol: int) -> socket.socket:
            asked.append((address, protocol))
            raise PermissionError(errno.EACCES, "not in the group")

        monkeypatch.setattr(icmp, "open_datagrams", refuse)
        monkeypatch.setattr(pingprogram, "start", lambda _: pingprogram.Said(127, b"ping: not found"))
        addresses = ("192.0.2.1", "192.0.2.2", "2001:db8::1")
        assert [permitted(stage.run, one) for one in addresses] == [False] * 3
        assert asked == [("192.0.2.1", 1), ("2001:db8::1", 58)]

    def test_a_real_ping_socket_where_there_is_one(self, stage: Stage) -> None:
        run = stage.run
        if not permitted(run, HERE):
            pytest.skip("this system gives this user no ping sockets")
        reactor = Reactor()
        real = Run(reactor, run.limits)
        reactor.run(ping(real, address=HERE, host=""))
        reactor.close()
        (seen,) = real.observations
        assert isinstance(seen, Ping)
        assert (seen.failure, seen.by) == (None, "socket")


@pytest.mark.parametrize("data", [b"", b"\x00\x00", struct.pack(">8H", *[0xFFFF] * 8), bytes(range(24))])
def test_a_checksum_makes_the_whole_sum_to_nothing(data: bytes) -> None:
    assert checksum(data + checksum(data).to_bytes(2, "big")) == 0


def test_other_systems_want_the_checksum_from_us(stage: Stage, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(icmp, "LINUX", False)
    made = host([(1, echo)])
    assert pinged(stage).failure is None
    assert checksum(made.heard[0]) == 0


def test_a_socket_that_is_gone_later_is_said(stage: Stage, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host([])
    assert permitted(stage.run, HERE)

    def exhausted(_address: str, _protocol: int) -> socket.socket:
        raise OSError(errno.EMFILE, "files")

    monkeypatch.setattr(icmp, "open_datagrams", exhausted)
    assert pinged(stage).failure is Failure.LOCAL_EXHAUSTION


def test_nothing_is_left_for_a_program_to_do(stage: Stage, host: Host) -> None:
    host([(1, echo)])
    pinged(stage)
    assert not any(isinstance(one, NotMeasured) for one in stage.observations)
