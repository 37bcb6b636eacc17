"""The verb `ask` over TCP: what does not fit into a datagram, and what may go wrong."""

import errno
import socket
from collections.abc import Iterable

import pytest
from tests.probe.names.asking import ADDRESS, GOOD, NAME, BarredSocket, near

from lineclear.model import Endpoint, Failure, Raw
from lineclear.probe import tcp
from lineclear.probe.naming.dns import ask
from lineclear.probe.naming.dnsquestion import Answer

from .stage import (
    FakeResolver,
    Line,
    Say,
    Stage,
    changed,
    cut_short,
    framed,
    free_port,
    other_id,
    other_question,
    rcode,
    truncated,
)


class TestOverTcp:
    def tcp(self, stage: Stage, script: Iterable[Line]) -> tuple[Answer, FakeResolver]:
        resolver = stage.resolvers({(NAME, "A"): [(1, truncated)], (f"tcp:{NAME}", "A"): list(script)})
        return stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint)), resolver

    def test_a_truncated_answer_is_fetched_over_tcp_in_the_same_observation(self, stage: Stage) -> None:
        said, resolver = self.tcp(stage, [Say(1, framed(GOOD), 0.03)])
        assert said.addresses == stage.query.addresses == (ADDRESS,)
        assert (stage.query.over, stage.query.rtt_ms, stage.query.resends) == ("tcp", near(30.0), 0)
        assert stage.query.truncated
        assert resolver.asked("tcp") == [(NAME, "A")]

    def test_a_question_may_go_over_tcp_from_the_start(self, stage: Stage) -> None:
        resolver = stage.resolvers({(f"tcp:{NAME}", "A"): [(1, framed(rcode("REFUSED")))]})
        said = stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint, over="tcp"))
        assert said.failure is stage.query.failure is Failure.DNS_REFUSED
        assert (stage.query.over, resolver.asked("udp"), stage.query.truncated) == ("tcp", [], False)

    def test_an_answer_may_come_in_pieces(self, stage: Stage) -> None:
        whole: list[bytes] = []

        def first(data: bytes) -> bytes:
            whole.append(framed(GOOD)(data))
            return whole[0][:1]

        pieces: list[Line] = [(1, first), Say(1, lambda _: whole[0][1:20], 0.1), Say(1, lambda _: whole[0][20:], 0.1)]
        said, _ = self.tcp(stage, pieces)
        assert said.addresses == (ADDRESS,)
        assert stage.query.rtt_ms == near(200.0)

    @pytest.mark.parametrize(
        ("script", "failure", "took_ms"),
        [
            ([(1, lambda _: b"")], Failure.EOF, 0.0),
            ([(1, lambda _: b"\x00"), (1, lambda _: b"")], Failure.EOF, 0.0),
            ([], Failure.TIMED_OUT, 2000.0),
            ([(1, framed(changed(GOOD, other_id)))], Failure.DNS_MALFORMED, 0.0),
            ([(1, framed(changed(GOOD, other_question)))], Failure.DNS_MALFORMED, 0.0),
            ([(1, framed(changed(GOOD, cut_short)))], Failure.DNS_MALFORMED, 0.0),
        ],
        ids=["closed", "closed in the middle", "silent", "other id", "other question", "nonsense"],
    )
    def test_what_may_go_wrong(self, stage: Stage, script: list[Line], failure: Failure, took_ms: float) -> None:
        said, _ = self.tcp(stage, script)
        assert said.failure is stage.query.failure is failure
        assert stage.query.took_ms == near(took_ms)

    def test_nobody_listens(self, stage: Stage) -> None:
        nobody = Endpoint(address="127.0.0.1", port=free_port())
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=nobody, over="tcp"))
        assert (stage.query.failure, stage.query.raw) == (Failure.CONNECTION_REFUSED, Raw(errno="ECONNREFUSED"))

    def test_a_reset_in_the_middle(self, stage: Stage) -> None:
        resolver = stage.resolvers({(f"tcp:{NAME}", "A"): [(1, lambda _: b"RST")]})
        resolver.resets = True
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint, over="tcp"))
        assert (stage.query.failure, stage.query.raw) == (Failure.CONNECTION_RESET, Raw(errno="ECONNRESET"))

    @pytest.mark.parametrize(
        ("at", "number", "failure"),
        [
            ("open", errno.EMFILE, Failure.LOCAL_EXHAUSTION),
            ("connect", errno.ENETUNREACH, Failure.NO_ROUTE),
            ("send", errno.EPIPE, Failure.CONNECTION_RESET),
        ],
    )
    def test_what_this_machine_refuses(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, at: str, number: int, failure: Failure
    ) -> None:
        resolver = stage.resolvers({})
        monkeypatch.setattr(tcp, "open_stream", lambda *_: BarredSocket({at: number}, socket.SOCK_STREAM))
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint, over="tcp"))
        assert (stage.query.failure, stage.query.raw) == (failure, Raw(errno=errno.errorcode[number]))

    def test_when_the_run_is_cut_it_was_interrupted(self, stage: Stage) -> None:
        resolver = stage.resolvers({})
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint, over="tcp"), deadline_s=0.5)
        assert (stage.query.failure, stage.query.took_ms) == (Failure.INTERRUPTED, near(500.0))
