"""The hedged connect and what follows it: a network as a table, then the real kernel on loopback."""

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from tests.probe.conftest import FakeSocket

from lineclear.model import Endpoint, Failure, Icmp, Nudge, Purpose, TcpConnect, TcpListen
from lineclear.probe import opaque, tcp

if TYPE_CHECKING:
    from tests.probe.conftest import Answer, MakeScenario, Scenario

A, B = "192.0.2.1", "192.0.2.2"
At = Callable[..., Endpoint]
Line = Callable[..., "Answer"]


async def _connect(stage: "Scenario", address: str, **words: object) -> TcpConnect:
    connection = await tcp.connect(
        stage.run,
        host="gateway.example",
        endpoint=Endpoint(address=address, port=4001),
        **words,  # type: ignore[arg-type]
    )
    if connection is not None:
        connection.close()
    return next(
        one
        for one in reversed(stage.run.observations)
        if isinstance(one, TcpConnect) and one.endpoint.address == address
    )


def connect(stage: "Scenario", address: str = A, **words: object) -> TcpConnect:
    """One connect by itself."""
    found: list[TcpConnect] = []

    async def main() -> None:
        found.append(await _connect(stage, address, **words))

    stage.play(main())
    return found[0]


class TestHedging:
    """When SYNs leave, and when the verb gives up."""

    def test_an_accepted_syn_needs_no_second(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.08)]})
        seen = connect(stage, purpose=Purpose.CONTROL)
        assert seen.failure is None
        assert seen.purpose is Purpose.CONTROL
        assert (seen.rtt_ms, seen.rtt_from, seen.retransmits) == (80.0, "tcp_info", 0)
        assert [one.connected for one in seen.attempts] == [True]
        assert seen.local is not None
        assert seen.local.address == stage.network.source
        assert stage.sent_ms() == [0]

    def test_a_lost_syn_costs_one_interval(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost"), answer("accept", 0.08)]})
        seen = connect(stage)
        assert stage.sent_ms() == [0, 120]
        assert seen.failure is None
        assert seen.took_ms == pytest.approx(200.0)
        assert [one.connected for one in seen.attempts] == [False, True]

    def test_the_first_answer_counts_whoever_it_is_for(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.3), answer("accept", 0.05)]})
        seen = connect(stage)
        assert [one.connected for one in seen.attempts] == [False, True]
        assert seen.took_ms == pytest.approx(170.0)

    def test_silence_takes_all_hedges_and_then_patience(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")]})
        seen = connect(stage)
        assert stage.sent_ms() == [0, 120, 240, 360, 480]
        assert seen.failure is Failure.TIMED_OUT
        assert seen.raw is None
        assert seen.took_ms == pytest.approx(480.0 + 450.0)
        assert len(seen.attempts) == 5
        assert not any(one.connected or one.failure for one in seen.attempts)

    def test_hedges_and_patience_may_be_given(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")]})
        assert connect(stage, hedges=2, patience_s=3.0).took_ms == pytest.approx(3120.0)
        assert stage.sent_ms() == [0, 120]

    def test_limits_set_the_rhythm(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")]}, hedges=3, hedge_interval_s=0.2, patience_floor_s=1.0)
        assert connect(stage).took_ms == pytest.approx(1400.0)
        assert stage.sent_ms() == [0, 200, 400]

    def test_repeats_wait_for_an_answer_that_is_only_far(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.4)]})

        async def twice() -> None:
            await _connect(stage, A)
            stage.network.syns.clear()
            await stage.reactor.sleep(1.0)
            await _connect(stage, A)

        stage.play(twice())
        assert len(stage.network.syns) == 1

    def test_once_an_answer_is_overdue_repeats_hurry(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")]})
        stage.run.saw_round_trip(A, 0.2)
        assert connect(stage).took_ms == pytest.approx(250.0 + 3 * 120.0 + 450.0)
        assert stage.sent_ms() == [0, 250, 370, 490, 610]

    def test_slow_hosts_make_patience_grow(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")], B: [answer("accept", 0.7)]})
        stage.play(_connect(stage, A), _connect(stage, B))
        silent = next(one for one in stage.run.observations if isinstance(one, TcpConnect) and one.failure)
        assert silent.took_ms == pytest.approx(480.0 + 2 * 700.0)

    def test_an_answer_after_the_last_syn_is_heard(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")] * 4 + [answer("accept", 0.44)]})
        assert connect(stage).failure is None


class TestAnswers:
    """A word for each way to say no."""

    @pytest.mark.parametrize(
        ("word", "failure", "name"),
        [
            ("refuse", Failure.CONNECTION_REFUSED, "ECONNREFUSED"),
            ("reset", Failure.CONNECTION_RESET, "ECONNRESET"),
            ("prohibited", Failure.HOST_UNREACHABLE, "EHOSTUNREACH"),
            ("give-up", Failure.TIMED_OUT, "ETIMEDOUT"),
        ],
    )
    def test_an_answer_ends_it(
        self, scenario: "MakeScenario", answer: Line, word: str, failure: Failure, name: str
    ) -> None:
        stage = scenario({A: [answer("lost"), answer(word, 0.03)]})
        seen = connect(stage)
        assert seen.failure is failure
        assert seen.raw is not None
        assert seen.raw.errno == name
        assert seen.took_ms == pytest.approx(150.0)
        assert [one.failure for one in seen.attempts] == [None, failure]
        assert seen.rtt_ms is None
        assert seen.local is not None
        assert seen.local.address == stage.network.source

    @pytest.mark.parametrize("said", ["0.0.0.0", "::", None])
    def test_where_it_left_from_may_be_unsaid(
        self, scenario: "MakeScenario", answer: Line, monkeypatch: pytest.MonkeyPatch, said: str | None
    ) -> None:
        stage = scenario({A: [answer("lost")]})

        def name(_: FakeSocket) -> tuple[str, int]:
            if said is None:
                raise OSError(errno.EINVAL, "getsockname")
            return said, 0

        monkeypatch.setattr(FakeSocket, "getsockname", name)
        assert connect(stage).local is None

    @pytest.mark.parametrize(
        "icmp",
        [Icmp(type=3, code=13, sender="198.51.100.7"), Icmp(type=1, code=1, sender="2001:db8::7", version=6)],
        ids=["v4", "v6"],
    )
    def test_who_prohibits_is_kept_and_is_not_this_machine(
        self, scenario: "MakeScenario", answer: Line, icmp: Icmp
    ) -> None:
        seen = connect(scenario({A: [answer("prohibited", 0.03, icmp.sender)]}))
        assert seen.failure is Failure.HOST_UNREACHABLE
        assert seen.raw is not None
        assert seen.raw.icmp == icmp
        assert seen.raw.icmp.name == "administratively prohibited"

    @pytest.mark.parametrize(
        ("number", "failure"),
        [
            (errno.ENETUNREACH, Failure.NO_ROUTE),
            (errno.EHOSTUNREACH, Failure.NO_ROUTE),
            (errno.EINVAL, Failure.NO_ROUTE),
            (errno.EACCES, Failure.PERMISSION_DENIED),
            (errno.EPERM, Failure.PERMISSION_DENIED),
            (errno.ENOBUFS, Failure.LOCAL_EXHAUSTION),
            (errno.EAGAIN, Failure.LOCAL_EXHAUSTION),
        ],
    )
    def test_this_machine_refuses_once(
        self, scenario: "MakeScenario", answer: Line, number: int, failure: Failure
    ) -> None:
        stage = scenario({A: [answer("here", number=number)]})
        seen = connect(stage)
        assert seen.failure is failure
        assert seen.took_ms == 0.0
        assert stage.sent_ms() == [0]

    @pytest.mark.parametrize(
        ("source", "failure"), [("192.0.2.200", Failure.LOCAL_EXHAUSTION), ("", Failure.ADDRESS_NOT_AVAILABLE)]
    )
    def test_no_port_left_is_not_no_address(
        self, scenario: "MakeScenario", answer: Line, source: str, failure: Failure
    ) -> None:
        stage = scenario({A: [answer("here", number=errno.EADDRNOTAVAIL)]})
        stage.network.source = source
        assert connect(stage).failure is failure

    def test_no_descriptor_left(self, scenario: "MakeScenario", answer: Line) -> None:
        seen = connect(scenario({A: [answer("accept")]}, descriptors=0))
        assert seen.failure is Failure.LOCAL_EXHAUSTION
        assert seen.raw is not None
        assert seen.raw.errno == "EMFILE"

    def test_a_hedge_without_descriptor_leaves_the_first_syn_its_chance(
        self, scenario: "MakeScenario", answer: Line
    ) -> None:
        stage = scenario({A: [answer("accept", 0.2)]}, descriptors=1)
        seen = connect(stage)
        assert seen.failure is None
        assert [one.failure for one in seen.attempts] == [None, Failure.LOCAL_EXHAUSTION]

    def test_silence_with_too_few_descriptors_was_not_a_test(self, scenario: "MakeScenario", answer: Line) -> None:
        seen = connect(scenario({A: [answer("lost")]}, descriptors=1))
        assert seen.failure is Failure.LOCAL_EXHAUSTION
        assert seen.took_ms == pytest.approx(120.0 + 450.0)


class TestPace:
    def test_four_syns_per_address_in_each_window(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.3)], B: [answer("accept", 0.3)]}, hedges=1)
        stage.play(*[_connect(stage, A) for _ in range(10)], *[_connect(stage, B) for _ in range(2)])
        assert stage.sent_ms(A) == [0] * 4 + [100] * 4 + [200] * 2
        assert stage.sent_ms(B) == [0] * 2

    def test_hedges_are_counted_too(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")]}, hedge_interval_s=0.01)
        stage.play(*[_connect(stage, A) for _ in range(3)])
        sent = stage.sent_ms(A)
        assert len(sent) == 15
        assert all(later - earlier >= 100 for earlier, later in zip(sent, sent[4:], strict=False))

    def test_an_answer_is_heard_while_the_next_syn_waits_its_turn(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.03)]}, hedge_interval_s=0.01)
        stage.play(*[_connect(stage, A) for _ in range(4)])
        assert stage.sent_ms(A) == [0] * 4
        assert stage.network.now == pytest.approx(1000.03)
        assert stage.network.polls < 20

    def test_a_syn_that_died_on_the_way_is_taken_back(self, scenario: "MakeScenario") -> None:
        run = scenario({}).run
        now = run.now()
        for _ in range(4):
            run.count_syn(A, now)
        assert run.polite_at(A) == now + 0.1
        run.died_on_the_way(A, now)
        assert run.polite_at(A) <= now
        run.died_on_the_way(A, now + 5.0)
        run.died_on_the_way(B, now)
        assert run.polite_at(B) <= now


class TestCut:
    def test_every_verb_ends_with_its_observation(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")], B: [answer("accept", 0.05)]})

        async def holds() -> None:
            connection = await tcp.connect(stage.run, host="", endpoint=Endpoint(address=B, port=1))
            assert connection is not None
            assert not await opaque.listen(connection, 60.0)
            await opaque.nudge(connection, 60.0)
            connection.close()

        late = [_connect(stage, A) for _ in range(8)]
        stage.play(holds(), *late, deadline_s=0.15)
        ended = [one for one in stage.run.observations if one.failure is not None]
        assert len(ended) == 10
        assert {one.failure for one in ended} == {Failure.INTERRUPTED}
        assert max(stage.sent_ms(A)) < 150
        assert stage.network.now == pytest.approx(1000.15)


class TestAfterTheHandshake:
    def both(self, stage: "Scenario") -> tuple[TcpListen, Nudge | None]:
        async def main() -> None:
            connection = await tcp.connect(stage.run, host="", endpoint=Endpoint(address=A, port=4000))
            assert connection is not None
            if await opaque.listen(connection):
                await opaque.nudge(connection, 0.5)
            connection.close()

        stage.play(main())
        kept = stage.run.observations[1:]
        assert isinstance(kept[0], TcpListen)
        return kept[0], kept[1] if len(kept) > 1 and isinstance(kept[1], Nudge) else None

    def test_silence_is_watched_and_then_typed_into(self, scenario: "MakeScenario", answer: Line) -> None:
        listened, nudged = self.both(scenario({A: [answer("accept", 0.02)]}))
        assert (listened.failure, listened.spoke) == (None, "")
        assert listened.watched_ms == pytest.approx(350.0)
        assert nudged is not None
        assert (nudged.failure, nudged.answered) == (None, "")
        assert nudged.took_ms == pytest.approx(500.0)

    def test_an_unasked_greeting(self, scenario: "MakeScenario", answer: Line) -> None:
        listened, nudged = self.both(scenario({A: [answer("accept", 0.02, then=((0.1, b"220 hi\r\n"),))]}))
        assert listened.spoke == "220 hi\\r\\n"
        assert listened.failure is None
        assert nudged is None

    @pytest.mark.parametrize(
        ("what", "failure"), [(b"", Failure.EOF), (errno.ECONNRESET, Failure.CONNECTION_RESET)], ids=["end", "reset"]
    )
    def test_closed_in_silence(
        self, scenario: "MakeScenario", answer: Line, what: bytes | int, failure: Failure
    ) -> None:
        listened, nudged = self.both(scenario({A: [answer("accept", 0.02, then=((0.1, what),))]}))
        assert listened.failure is failure
        assert listened.watched_ms == pytest.approx(100.0)
        assert nudged is None

    @pytest.mark.parametrize(
        ("what", "failure", "said"),
        [(b"HTTP/1.1 400", None, "HTTP/1.1 400"), (errno.ECONNRESET, Failure.CONNECTION_RESET, "")],
        ids=["answer", "reset"],
    )
    def test_what_typing_brings(
        self, scenario: "MakeScenario", answer: Line, what: bytes | int, failure: Failure | None, said: str
    ) -> None:
        _, nudged = self.both(scenario({A: [answer("accept", 0.02, then=((0.4, what),))]}))
        assert nudged is not None
        assert (nudged.failure, nudged.answered) == (failure, said)
