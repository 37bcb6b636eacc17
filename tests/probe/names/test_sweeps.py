"""Sweeps over names and over addresses: what both have in common is shown by the names."""

import errno
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

import pytest

from lineclear.model import Endpoint, Failure, Icmp, Raw, UsageError
from lineclear.probe.fleet import dnssweep, pingsweep, volley
from lineclear.probe.fleet.dnssweep import Resolved, sweep_names
from lineclear.probe.fleet.pingsweep import Echoed, sweep_addresses
from lineclear.probe.sockets import LINUX

from .stage import (
    FakeHost,
    FakeResolver,
    Line,
    Say,
    Stage,
    answer,
    changed,
    cut_short,
    free_port,
    other_question,
    rcode,
    truncated,
)

HERE = "127.0.0.1"
NAME = "ndc1.ibllc.com"
GOOD = answer("192.0.2.1")
MANY = tuple(f"host{n}.example" for n in range(150))


def swept(
    stage: Stage, resolver: FakeResolver | Endpoint, names: Iterable[str] = (NAME,), **words: Any
) -> list[Resolved]:
    told: list[Resolved] = []
    endpoint = resolver if isinstance(resolver, Endpoint) else resolver.endpoint
    deadline_s = words.pop("deadline_s", None)
    stage.play(sweep_names(stage.reactor, endpoint, names, told.append, **words), deadline_s)
    assert stage.observations == []
    return told


def resolver_for(stage: Stage, names: Iterable[str], *script: Line, rtype: str = "A") -> FakeResolver:
    return stage.resolvers({(name, rtype): list(script) for name in names})


class TestNames:
    def test_every_name_is_told_once(self, stage: Stage) -> None:
        resolver = resolver_for(stage, MANY, (1, GOOD))
        told = swept(stage, resolver, MANY, window=20)
        assert sorted(one.name for one in told) == sorted(MANY)
        assert {one.answer.addresses for one in told} == {("192.0.2.1",)}
        assert {one.rtt_ms for one in told} == {0.0}
        assert len(set(resolver.ports)) == 1

    def test_the_other_family_may_be_asked_for(self, stage: Stage) -> None:
        resolver = resolver_for(stage, [NAME], (1, answer("2001:db8::1")), rtype="AAAA")
        (told,) = swept(stage, resolver, rtype="AAAA")
        assert told.answer.addresses == ("2001:db8::1",)

    def test_no_more_than_the_window_are_under_way(self, stage: Stage) -> None:
        resolver = resolver_for(stage, MANY, Say(1, GOOD, 0.1))
        began = stage.clock.now
        assert len(swept(stage, resolver, MANY, window=50)) == 150
        assert stage.clock.now - began == pytest.approx(0.3)

    def test_an_endless_list_is_asked_only_when_there_is_room(self, stage: Stage) -> None:
        asked: list[str] = []

        def endless() -> Iterator[str]:
            while True:
                asked.append(f"host{len(asked)}.example")
                yield asked[-1]

        told = swept(stage, resolver_for(stage, []), endless(), window=7, deadline_s=1.0)
        assert len(asked) == 7
        assert [one.answer.failure for one in told] == [Failure.INTERRUPTED] * 7

    def test_a_lost_question_is_sent_again_from_another_port(self, stage: Stage) -> None:
        resolver = resolver_for(stage, [NAME], (2, GOOD))
        began = stage.clock.now
        (told,) = swept(stage, resolver)
        assert (told.answer.addresses, told.rtt_ms) == (("192.0.2.1",), 0.0)
        assert stage.clock.now - began == pytest.approx(0.15)
        assert len(set(resolver.ports)) == len({one.id for one in resolver.heard}) == 2

    def test_silence_is_two_seconds_and_five_questions_long(self, stage: Stage) -> None:
        resolver = resolver_for(stage, [])
        began = stage.clock.now
        (told,) = swept(stage, resolver)
        assert (told.answer.failure, told.rtt_ms) == (Failure.TIMED_OUT, None)
        assert stage.clock.now - began == pytest.approx(2.0)
        assert len(resolver.heard) == 5

    def test_a_late_answer_to_the_first_question_counts(self, stage: Stage) -> None:
        (told,) = swept(stage, resolver_for(stage, [NAME], Say(1, GOOD, 0.4), Say(2, GOOD, 0.5)))
        assert (told.answer.addresses, told.rtt_ms) == (("192.0.2.1",), 400.0)

    @pytest.mark.parametrize(
        ("script", "failure"),
        [
            ([(1, rcode("NXDOMAIN"))], Failure.DNS_NXDOMAIN),
            ([(1, truncated)], Failure.DNS_NO_ANSWER),
            ([(1, changed(GOOD, cut_short))], Failure.DNS_MALFORMED),
            ([(1, changed(GOOD, other_question)), Say(1, GOOD, 0.01)], None),
            ([(1, lambda _: b"\x00"), Say(1, GOOD, 0.01)], None),
        ],
        ids=["denied", "truncated", "nonsense", "other question", "one byte"],
    )
    def test_each_reply_has_its_word(self, stage: Stage, script: list[Line], failure: Failure | None) -> None:
        (told,) = swept(stage, resolver_for(stage, [NAME], *script))
        assert told.answer.failure is failure

    def test_an_id_guessed_for_the_wrong_port_is_not_believed(self, stage: Stage) -> None:
        first: list[bytes] = []

        def remember(data: bytes) -> bytes:
            first.append(data)
            return b""

        script: list[Line] = [(1, remember), (2, lambda _: answer("203.0.113.9")(first[0])), Say(2, GOOD, 0.01)]
        (told,) = swept(stage, resolver_for(stage, [NAME], *script))
        assert told.answer.addresses == ("192.0.2.1",)

    def test_nobody_runs_there(self, stage: Stage) -> None:
        told = swept(stage, Endpoint(address=HERE, port=free_port()), MANY[:3])
        icmp = Icmp(type=3, code=3, sender=HERE) if LINUX else None
        assert [one.answer.failure for one in told] == [Failure.CONNECTION_REFUSED] * 3
        assert [one.answer.raw for one in told] == [Raw(errno="ECONNREFUSED", icmp=icmp)] * 3

    def test_what_no_message_can_carry_is_the_users_to_correct(self, stage: Stage) -> None:
        with pytest.raises(UsageError):
            swept(stage, resolver_for(stage, []), ["a..b"])


class Door(socket.socket):
    """A UDP socket whose machine refuses by the errnos given, one for each call; 0 lets it be."""

    errnos: ClassVar[list[int]] = []

    def __init__(self) -> None:
        self._refuse()
        super().__init__(socket.AF_INET, socket.SOCK_DGRAM)
        self.setblocking(False)

    def connect_ex(self, address: Any) -> int:
        number = self.errnos.pop(0) if self.errnos else 0
        return number or super().connect_ex(address)

    def send(self, data: Any, flags: int = 0) -> int:
        self._refuse()
        return super().send(data, flags)

    def _refuse(self) -> None:
        number = self.errnos.pop(0) if self.errnos else 0
        if number:
            raise OSError(number, "refused")


class TestThisMachine:
    def sweep(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, errnos: list[int], *script: Line
    ) -> tuple[Resolved, FakeResolver]:
        kind = type("BoundDoor", (Door,), {"errnos": errnos})
        monkeypatch.setattr(dnssweep, "open_datagrams", lambda _address: kind())
        resolver = resolver_for(stage, [NAME], *script)
        (told,) = swept(stage, resolver)
        return told, resolver

    @pytest.mark.parametrize(
        ("errnos", "failure"),
        [
            ([errno.EMFILE], Failure.LOCAL_EXHAUSTION),
            ([0, errno.ENETUNREACH], Failure.NO_ROUTE),
            ([0, 0, errno.EPERM, errno.EPERM], Failure.PERMISSION_DENIED),
        ],
        ids=["open", "connect", "send"],
    )
    def test_what_it_refuses_never_left_it(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, errnos: list[int], failure: Failure
    ) -> None:
        number = errnos[-1]
        told, _ = self.sweep(stage, monkeypatch, errnos, (1, GOOD))
        assert (told.answer.failure, told.answer.raw) == (failure, Raw(errno=errno.errorcode[number]))

    def test_a_full_buffer_is_a_lost_question(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        told, resolver = self.sweep(stage, monkeypatch, [0, 0, errno.EAGAIN], (1, GOOD))
        assert told.answer.failure is None
        assert len(resolver.heard) == 1

    def test_without_a_descriptor_for_a_resend_the_first_socket_serves(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told, resolver = self.sweep(stage, monkeypatch, [0, 0, 0, errno.EMFILE], (2, GOOD))
        assert told.answer.failure is None
        assert len(set(resolver.ports)) == 1

    def test_an_error_of_an_earlier_question_is_not_this_ones(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told, _ = self.sweep(stage, monkeypatch, [0, 0, errno.ECONNREFUSED], (1, GOOD))
        assert told.answer.failure is None

    def test_where_the_system_keeps_no_icmp_all_of_the_socket_are_refused(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Plain(Door):
            def recvmsg(self, *_: object) -> Any:
                raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

        monkeypatch.setattr(dnssweep, "open_datagrams", lambda _address: Plain())
        told = swept(stage, resolver_for(stage, MANY[:3], (1, GOOD)), MANY[:3])
        assert [one.answer.raw for one in told] == [Raw(errno="ECONNREFUSED")] * 3


def echo(data: bytes) -> bytes:
    return bytes([0]) + data[1:]


@pytest.fixture
def host(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Line]], FakeHost]:
    """A host that answers by a script; UDP stands in for ICMP."""

    def make(script: list[Line]) -> FakeHost:
        made = FakeHost(stage, script)

        class PingSocket(socket.socket):
            def sendto(self, data: Any, address: Any) -> int:  # type: ignore[override]
                return super().sendto(data, (address[0], made.port))

        def open_echo_socket(_address: str) -> socket.socket:
            sock = PingSocket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setblocking(False)
            if LINUX:
                sock.setsockopt(socket.IPPROTO_IP, 12, 1)
            return sock

        monkeypatch.setattr(pingsweep, "open_echo_socket", open_echo_socket)
        return made

    return make


class TestAddresses:
    def swept(self, stage: Stage, count: int = 1, **words: Any) -> list[Echoed]:
        told: list[Echoed] = []
        stage.play(sweep_addresses(stage.reactor, [HERE] * count, told.append, **words))
        return told

    def test_every_address_is_told_with_its_distance(self, stage: Stage, host: Callable[..., FakeHost]) -> None:
        host([Say(nth, echo, 0.02) for nth in range(1, 101)])
        told = self.swept(stage, 100, window=30)
        assert {(one.address, one.failure, one.rtt_ms) for one in told} == {(HERE, None, 20.0)}
        assert {one.hop_limit for one in told} == ({64} if LINUX else {None})
        assert len(told) == 100

    def test_silence_is_two_echoes_and_a_second_long(self, stage: Stage, host: Callable[..., FakeHost]) -> None:
        made = host([])
        began = stage.clock.now
        (told,) = self.swept(stage)
        assert (told.failure, told.rtt_ms, len(made.heard)) == (Failure.TIMED_OUT, None, 2)
        assert stage.clock.now - began == pytest.approx(1.0)

    def test_a_stranger_is_not_believed(self, stage: Stage, host: Callable[..., FakeHost]) -> None:
        host([(1, lambda data: data), Say(1, echo, 0.1)])
        assert self.swept(stage)[0].rtt_ms == 100.0

    def test_an_ip_header_is_taken_off_where_systems_leave_it(
        self, stage: Stage, host: Callable[..., FakeHost], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pingsweep, "LINUX", False)
        host([(1, lambda data: b"\x45" + bytes(19) + echo(data))])
        assert self.swept(stage)[0].failure is None

    def test_without_permission_everybody_is_told_so(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_address: str) -> socket.socket:
            raise PermissionError(errno.EACCES, "not in the group")

        monkeypatch.setattr(pingsweep, "open_echo_socket", refuse)
        assert [one.failure for one in self.swept(stage, 3)] == [Failure.PERMISSION_DENIED] * 3


def test_a_window_is_never_so_wide_that_numbers_run_out() -> None:
    assert volley.MOST_UNDER_WAY <= 0x10000 // 4
