"""Questions that left before the run was ready, and the run that adopts them."""

import errno
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from lineclear.model import Endpoint, Failure, Icmp
from lineclear.probe import headstart
from lineclear.probe.dnsasking import question
from lineclear.probe.headstart import Early, HeadStart, ask_early, system_resolvers
from lineclear.probe.naming.dns import ask
from lineclear.probe.sockets import LINUX

from .stage import FakeResolver, Line, Say, Stage, answer, free_port

NAME = "ndc1.ibllc.com"
GOOD = answer("192.0.2.1")


def started(stage: Stage, monkeypatch: pytest.MonkeyPatch, place: Endpoint, *hosts: str) -> Early:
    """Ask early, by the stage's clock, and let the run have what was started."""
    monkeypatch.setattr(headstart, "monotonic", stage.clock)
    stage.run.early = ask_early(hosts, [(place.address, place.port)]).resolvers
    (early,) = stage.run.early.values()
    stage.keep(early.sock)  # type: ignore[arg-type]  # it is only closed
    return early


def resolver(stage: Stage, *script: Line) -> FakeResolver:
    return stage.resolver(list(script), NAME)


def test_what_was_asked_early_is_not_asked_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    server = resolver(stage, Say(1, GOOD, 0.05))
    started(stage, monkeypatch, server.endpoint, NAME)
    began = stage.clock.now
    stage.clock.now += 0.03
    said = stage.play(ask(stage.run, name=NAME, rtype="A", resolver=server.endpoint))
    assert said.addresses == ("192.0.2.1",)
    assert server.asked() == [(NAME, "A"), (NAME, "AAAA")]
    assert stage.query.took_ms == stage.query.rtt_ms == pytest.approx(80.0)  # the resolver began to serve 30 ms late
    assert stage.query.at_ms == stage.run.at_ms(began)


def test_a_lost_early_question_is_sent_again_when_its_time_has_come(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = resolver(stage, (2, GOOD))
    started(stage, monkeypatch, server.endpoint, NAME)
    began = stage.clock.now
    stage.clock.now += 0.1
    stage.play(ask(stage.run, name=NAME, rtype="A", resolver=server.endpoint))
    assert stage.query.resends == 1
    assert stage.query.took_ms == pytest.approx(150.0)
    assert stage.clock.now == pytest.approx(began + 0.15 + 0.3)


def test_another_question_or_another_way_is_asked_anew(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    server = stage.resolvers({(NAME, "A"): [(2, GOOD)], ("other.example", "A"): [(1, GOOD)]})
    started(stage, monkeypatch, server.endpoint, NAME)
    said = stage.play(
        stage.reactor.gather(
            [
                ask(stage.run, name="other.example", rtype="A", resolver=server.endpoint),
                ask(stage.run, name=NAME, rtype="A", resolver=server.endpoint, edns=True),
            ]
        )
    )
    assert [one.failure for one in said] == [None, None]
    assert server.asked().count((NAME, "A")) == 2


def test_nobody_runs_there_is_known_from_the_first_moment(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Endpoint(address="127.0.0.1", port=free_port())
    started(stage, monkeypatch, nobody, NAME)
    stage.play(ask(stage.run, name=NAME, rtype="A", resolver=nobody))
    assert stage.query.failure is Failure.CONNECTION_REFUSED
    assert stage.query.raw is not None
    assert stage.query.raw.icmp == (Icmp(type=3, code=3, sender="127.0.0.1") if LINUX else None)


def test_a_run_begins_with_its_first_question(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headstart, "monotonic", stage.clock)
    start = ask_early([NAME], [("127.0.0.1", free_port())])
    assert start.began() == stage.clock.now
    for early in start.resolvers.values():
        early.sock.close()
    assert HeadStart([], {}).began() is None


def test_an_id_of_an_early_question_is_not_given_to_another(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    server = stage.resolvers({("other.example", "A"): [(1, GOOD)]})
    early = started(stage, monkeypatch, server.endpoint, NAME)
    used = [number for number, _ in early.sent.values()]
    free = next(number for number in range(0x10000) if number not in used)
    ids = b"".join(number.to_bytes(2, "big") for number in (*used, free))
    monkeypatch.setattr(os, "urandom", lambda _: ids)
    stage.play(ask(stage.run, name="other.example", rtype="A", resolver=server.endpoint))
    assert server.heard[-1].id == free


class Refusing(socket.socket):
    """A socket of which the machine refuses one thing."""

    at = ""

    def connect_ex(self, address: Any) -> int:
        return errno.ENETUNREACH if self.at == "connect" else super().connect_ex(address)

    def send(self, data: Any, flags: int = 0) -> int:
        if self.at == "send":
            raise PermissionError(errno.EPERM, "send")
        return super().send(data, flags)


@pytest.mark.parametrize(("at", "reached"), [("open", 0), ("connect", 0), ("send", 1)])
def test_what_this_machine_refuses_is_left_to_the_verb(monkeypatch: pytest.MonkeyPatch, at: str, reached: int) -> None:
    def open_datagrams(_address: str) -> socket.socket:
        if at == "open":
            raise OSError(errno.EMFILE, "open")
        return type("Bound", (Refusing,), {"at": at})(socket.AF_INET, socket.SOCK_DGRAM)  # type: ignore[no-any-return]

    monkeypatch.setattr(headstart, "open_datagrams", open_datagrams)
    early = ask_early([NAME], [("127.0.0.1", 9)]).resolvers
    assert len(early) == reached
    for one in early.values():
        assert one.sent == {}
        one.sock.close()


def test_three_resolvers_are_asked_for_both_families(stage: Stage) -> None:
    servers = [resolver(stage) for _ in range(4)]
    early = ask_early([NAME], [(one.endpoint.address, one.endpoint.port) for one in servers]).resolvers
    assert [one.endpoint.port for one in servers[:3]] == [port for _, port in early]
    for one in early.values():
        assert set(one.sent) == {question(NAME, "A"), question(NAME, "AAAA")}
        one.sock.close()


def test_an_id_is_not_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", free_port()))
        early = Early(sock)
        monkeypatch.setattr(os, "urandom", lambda _: b"\x12\x34")
        early.ask(question(NAME, "A"))
        early.ask(question(NAME, "AAAA"))
        assert list(early.sent) == [question(NAME, "A")]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "nameserver 192.0.2.1\n# nameserver 192.0.2.2\nnameserver\t2001:db8::1 # comment\n",
            ["192.0.2.1", "2001:db8::1"],
        ),
        ("search example\nnameserver\n", []),
        ("".join(f"nameserver 192.0.2.{n}\n" for n in range(5)), ["192.0.2.0", "192.0.2.1", "192.0.2.2"]),
    ],
)
def test_the_systems_resolvers_are_those_of_its_file(tmp_path: Path, text: str, places: list[str]) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(text)
    assert system_resolvers(str(file)) == [(one, 53) for one in places]
    assert system_resolvers(str(tmp_path / "none")) == []
