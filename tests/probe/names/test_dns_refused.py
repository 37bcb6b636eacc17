"""The verb `ask` where it is refused: by who is asked, by somebody on the way, by this machine."""

import errno
from typing import Any

import pytest
from tests.probe.names.asking import ADDRESS, GOOD, NAME, BarredSocket, play

from lineclear.model import Endpoint, Failure, Icmp, Raw
from lineclear.probe import datagrams, errors
from lineclear.probe.naming import dnsudp
from lineclear.probe.naming.dns import ask
from lineclear.probe.sockets import LINUX

from .stage import (
    Say,
    Stage,
    free_port,
)


class TestRefusals:
    def test_no_resolver_running_is_known_at_once_and_by_whom(self, stage: Stage) -> None:
        names = ("a.example", "b.example")
        nobody = Endpoint(address="127.0.0.1", port=free_port())
        stage.play(stage.reactor.gather(ask(stage.run, name=n, rtype="A", resolver=nobody) for n in names))
        assert len(stage.queries()) == 2
        for query in stage.queries():
            assert (query.failure, query.took_ms, query.resends) == (Failure.CONNECTION_REFUSED, 0.0, 0)
            icmp = Icmp(type=3, code=3, sender="127.0.0.1") if LINUX else None
            assert query.raw == Raw(errno="ECONNREFUSED", icmp=icmp)

    def test_an_error_that_does_not_say_whose_it_is_ends_all_of_its_socket(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        icmp = Icmp(type=3, code=13, sender="192.0.2.9")
        real = errors.queued_errors
        monkeypatch.setattr(
            dnsudp, "queued_errors", lambda sock: [(errno.EHOSTUNREACH, icmp, b"")] if real(sock) else []
        )
        nobody = Endpoint(address="127.0.0.1", port=free_port())
        names = ("a.example", "b.example")
        stage.play(stage.reactor.gather(ask(stage.run, name=n, rtype="A", resolver=nobody) for n in names))
        assert {(one.failure, one.raw) for one in stage.queries()} == {
            (Failure.HOST_UNREACHABLE, Raw(errno="EHOSTUNREACH", icmp=icmp))
        }

    @pytest.mark.parametrize("number", [errno.ECONNREFUSED, errno.ECONNRESET])
    def test_where_the_system_keeps_no_icmp_the_errno_alone_tells(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        def refused(_sock: object) -> Any:
            raise OSError(number, "recv")

        resolver = stage.resolvers({(NAME, "A"): [(1, GOOD)]})
        monkeypatch.setattr(dnsudp, "receive", refused)
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint))
        assert stage.query.failure is Failure.CONNECTION_REFUSED
        assert stage.query.raw == Raw(errno=errno.errorcode[number])

    def test_a_system_that_says_nothing_of_datagrams_still_brings_them(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dnsudp, "receive", datagrams.receive_bare)
        said, _ = play(stage, [Say(1, GOOD, 0.02)])
        assert (said.addresses, stage.query.rtt_ms) == ((ADDRESS,), 20.0)

    @pytest.mark.parametrize(
        ("at", "number", "failure"),
        [
            ("send", errno.EPERM, Failure.PERMISSION_DENIED),
            ("connect", errno.ENETUNREACH, Failure.NO_ROUTE),
            ("connect", errno.EACCES, Failure.PERMISSION_DENIED),
            ("open", errno.EMFILE, Failure.LOCAL_EXHAUSTION),
        ],
    )
    def test_what_this_machine_refuses_never_left_it(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, at: str, number: int, failure: Failure
    ) -> None:
        monkeypatch.setattr(dnsudp, "open_datagrams", lambda _address: BarredSocket({at: number}))
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=Endpoint(address="127.0.0.1", port=9)))
        assert (stage.query.failure, stage.query.raw) == (failure, Raw(errno=errno.errorcode[number]))
        assert stage.query.took_ms == 0.0

    def test_a_full_buffer_is_a_lost_datagram(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        resolver = stage.resolvers({(NAME, "A"): [(1, GOOD)]})
        doors = iter([{"send": errno.EAGAIN}, {}])
        monkeypatch.setattr(dnsudp, "open_datagrams", lambda _address: BarredSocket(next(doors)))
        said = stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint))
        assert (said.addresses, stage.query.resends) == ((ADDRESS,), 1)

    def test_without_a_descriptor_for_a_resend_the_first_socket_serves(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resolver = stage.resolvers({(NAME, "A"): [(2, GOOD)]})
        doors = iter([{}, {"open": errno.EMFILE}])
        monkeypatch.setattr(dnsudp, "open_datagrams", lambda _address: BarredSocket(next(doors)))
        said = stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint))
        assert (said.addresses, len(set(resolver.ports))) == ((ADDRESS,), 1)
