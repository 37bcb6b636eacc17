"""The system's `ping` program: what it prints, on each system, and what we make of it."""

import sys

import pytest

from lineclear.model import AnyObservation, Failure, Limits, NotMeasured, Ping
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.ping import pingprogram
from lineclear.probe.ping.pingprogram import Outcome, Said, command_for, ping_by_program, read, start
from lineclear.probe.run import Run

LINUX_REPLY = b"""PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.
64 bytes from 192.0.2.1: icmp_seq=1 ttl=57 time=12.3 ms
"""
BUSYBOX_REPLY = b"64 bytes from 192.0.2.1: seq=0 ttl=57 time=0.084 ms\n"
MACOS6_REPLY = b"16 bytes from 2001:db8::1, icmp_seq=0 hlim=57 time=12.345 ms\n"
WINDOWS_REPLY = b"Reply from 192.0.2.1: bytes=32 time<1ms TTL=57\r\n"
WINDOWS_GERMAN = b"Antwort von 192.0.2.1: Bytes=32 Zeit=12ms TTL=57\r\n"
WINDOWS6_REPLY = b"Reply from 2001:db8::1: time=12ms \r\n"
SILENT = b"1 packets transmitted, 0 received, 100% packet loss, time 0ms\n"


@pytest.mark.parametrize(
    ("text", "rtt_ms", "hop_limit"),
    [
        (LINUX_REPLY, 12.3, 57),
        (BUSYBOX_REPLY, 0.084, 57),
        (MACOS6_REPLY, 12.345, 57),
        (WINDOWS_REPLY, 1.0, 57),
        (WINDOWS_GERMAN, 12.0, 57),
        (WINDOWS6_REPLY, 12.0, None),
        (b"time=0,084 ms", 0.084, None),
    ],
)
def test_a_reply_is_read(text: bytes, rtt_ms: float, hop_limit: int | None) -> None:
    assert read(Said(0, text)) == Outcome(rtt_ms=rtt_ms, hop_limit=hop_limit)


@pytest.mark.parametrize(
    ("status", "text", "failure"),
    [
        (1, SILENT, Failure.TIMED_OUT),
        (1, b"", Failure.TIMED_OUT),
        (0, b"Request timed out.\r\n", Failure.TIMED_OUT),
        (0, b"Reply from 192.0.2.9: Destination host unreachable.\r\n", Failure.HOST_UNREACHABLE),
        (1, b"From 192.0.2.9 icmp_seq=1 Packet filtered\n" + SILENT, Failure.HOST_UNREACHABLE),
        (
            1,
            b"From 192.0.2.9: icmp_seq=1 Destination unreachable: Administratively prohibited",
            Failure.HOST_UNREACHABLE,
        ),
        (2, b"ping: connect: Network is unreachable\n", Failure.NO_ROUTE),
        (2, b"ping: connect: No route to host\n", Failure.NO_ROUTE),
        (2, b"ping: connect: Invalid argument\n", Failure.NO_ROUTE),
        (2, b"ping: Do you want to ping broadcast? Then -b.\n", Failure.PERMISSION_DENIED),
        (1, b"ping: sendmsg: Operation not permitted\n" + SILENT, Failure.PERMISSION_DENIED),
    ],
)
def test_what_went_wrong_has_its_word(status: int, text: bytes, failure: Failure) -> None:
    assert read(Said(status, text)).failure is failure


@pytest.mark.parametrize(
    ("status", "text", "why"),
    [
        (2, b"ping: socket: Operation not permitted\n", r"ping: socket: Operation not permitted\n"),
        (2, b"ping: invalid option -- 'W'", "ping: invalid option -- 'W'"),
        (127, b"ping: No such file or directory", "ping: No such file or directory"),
        (3, b"", "ping ended with status 3"),
    ],
)
def test_a_program_that_could_not_try_has_measured_nothing(status: int, text: bytes, why: str) -> None:
    assert read(Said(status, text)) == Outcome(why=why)


@pytest.mark.parametrize(
    ("platform", "address", "program", "patience"),
    [
        ("linux", "192.0.2.1", "ping", "1"),
        ("linux", "2001:db8::1", "ping", "1"),
        ("freebsd14", "192.0.2.1", "ping", "1"),
        ("darwin", "192.0.2.1", "ping", "1000"),
        ("darwin", "2001:db8::1", "ping6", "1"),
        ("win32", "192.0.2.1", "ping", "1000"),
        ("win32", "2001:db8::1", "ping", "1000"),
    ],
)
def test_each_system_has_its_options(platform: str, address: str, program: str, patience: str) -> None:
    command = command_for(platform, address)
    assert (command[0], command[-1]) == (program, patience)


def play(monkeypatch: pytest.MonkeyPatch, script: str, count: int = 1) -> list[AnyObservation]:
    """Pings by a program that is a line of Python."""
    monkeypatch.setattr(pingprogram, "command_for", lambda *_: (sys.executable, "-c", script))
    reactor = Reactor()
    run = Run(reactor, Limits())
    asking = (ping_by_program(run, address=f"192.0.2.{n}", host="www.example") for n in range(count))
    reactor.run(reactor.gather(asking))
    reactor.close()
    return run.observations


def test_the_program_is_started_in_english_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import os, sys; print(sys.argv[1], os.environ['LC_ALL'], 'ttl=57 time=12.3 ms')"
    (seen,) = play(monkeypatch, script)
    assert isinstance(seen, Ping)
    assert (seen.address, seen.host, seen.by) == ("192.0.2.0", "www.example", "program")
    assert (seen.failure, seen.raw, seen.rtt_ms, seen.hop_limit) == (None, None, 12.3, 57)
    assert start((sys.executable, "-c", script, "x")).text.split()[:2] == [b"x", b"C"]


def test_its_complaint_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    (seen,) = play(monkeypatch, "import sys; sys.exit('connect: Network is unreachable')")
    assert seen.failure is Failure.NO_ROUTE
    assert seen.raw is not None
    assert seen.raw.text.startswith("connect: Network is unreachable")


def test_many_are_asked_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pingprogram, "start", lambda _: Said(0, LINUX_REPLY))
    assert [getattr(one, "rtt_ms", None) for one in play(monkeypatch, "", 9)] == [12.3] * 9


def test_a_system_without_the_program_has_measured_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    said = start(("/nowhere/ping", "-c", "1"))
    assert said.status == 127
    monkeypatch.setattr(pingprogram, "start", lambda _: said)
    (seen,) = play(monkeypatch, "")
    assert isinstance(seen, NotMeasured)
    assert (seen.verb, seen.subject) == ("ping", "192.0.2.0")
    assert seen.why == "/nowhere/ping: No such file or directory"


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pingprogram, "_PATIENCE_S", 0.01)
    said = start((sys.executable, "-c", "import sys; sys.stdin.buffer.raw; import threading; threading.Event().wait()"))
    assert read(said).failure is Failure.TIMED_OUT


def test_when_the_run_is_cut_it_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pingprogram, "start", lambda _: pytest.fail("started"))
    reactor = Reactor()
    run = Run(reactor, Limits())
    reactor.cut()
    reactor.run(ping_by_program(run, address="192.0.2.1", host=""))
    reactor.close()
    assert run.observations[0].failure is Failure.INTERRUPTED
