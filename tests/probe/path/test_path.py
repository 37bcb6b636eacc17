"""The trace on a network that is a table: when SYNs leave, what is asked again, and when it gives up."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lineclear.model import Endpoint, Failure, Hop, Icmp, NotMeasured, PathTrace, Ping
from lineclear.probe import tcp
from lineclear.probe.route import path

if TYPE_CHECKING:
    from tests.probe.conftest import Answer, MakeScenario, Scenario

A = "192.0.2.1"
Line = Callable[..., "Answer"]


def routers(count: int, delay_s: float = 0.01, step_s: float = 0.0, mute: tuple[int, ...] = ()) -> tuple[object, ...]:
    """So many routers, each a step farther; those whose limit is in `mute` say nothing."""
    return tuple(
        ("" if limit in mute else f"198.51.100.{limit}", delay_s + step_s * limit) for limit in range(1, count + 1)
    )


def trace(stage: "Scenario", times: int = 1) -> PathTrace:
    async def main() -> None:
        for _ in range(times):
            await path.trace(stage.run, host="h", endpoint=Endpoint(address=A, port=4001))

    stage.play(main())
    found = stage.run.observations[-1]
    assert isinstance(found, PathTrace)
    return found


def fence(stage: "Scenario", **words: int) -> PathTrace:
    async def main() -> None:
        await path.fence(stage.run, host="h", endpoint=Endpoint(address=A, port=4001), **words)

    stage.play(main())
    found = stage.run.observations[-1]
    assert isinstance(found, PathTrace)
    return found


def outcomes(seen: PathTrace) -> list[str]:
    return [hop.outcome for hop in seen.hops]


class TestOneRoundTrip:
    def test_each_hop_says_who_and_how_far(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.08, routers=routers(2))]})
        seen = trace(stage)
        first, second, last = seen.hops
        assert (first.limit, first.outcome, first.sender, first.rtt_ms) == (1, "expired", "198.51.100.1", 10.0)
        assert first.raw is not None
        assert first.raw.icmp == Icmp(type=11, code=0, sender="198.51.100.1")
        assert second.sender == "198.51.100.2"
        assert last == Hop(limit=3, outcome="connected", rtt_ms=80.0)
        assert seen.took_ms == pytest.approx(80.0)
        assert (seen.failure, seen.connects_at) == (None, 3)

    @pytest.mark.parametrize("hops", [1, 2, 3, 5, 6])
    def test_a_near_host_takes_one_round_trip(self, scenario: "MakeScenario", answer: Line, hops: int) -> None:
        seen = trace(scenario({A: [answer("accept", 0.08, routers=routers(hops - 1))]}))
        assert seen.took_ms == pytest.approx(80.0)
        assert outcomes(seen) == ["expired"] * (hops - 1) + ["connected"]

    def test_near_routers_free_the_way_to_a_far_host(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.2, routers=routers(10, delay_s=0.005))]})
        seen = trace(stage)
        assert seen.took_ms <= 1.5 * 200.0 + 5.0
        assert seen.connects_at == 11

    def test_a_known_distance_frees_it_at_once(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.2, routers=routers(9, delay_s=0.19))]})
        stage.run.saw_distance(A, 10)
        assert trace(stage).took_ms == pytest.approx(200.0)

    def test_a_trace_teaches_the_next_one(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.2, routers=routers(9, delay_s=0.19))]})
        slow = trace(stage, times=2)
        assert slow.took_ms == pytest.approx(200.0)

    @pytest.mark.parametrize(
        ("hop_limit", "at_once"), [(64 - 9, True), (128 - 9, True), (255 - 3, False), (None, False)]
    )
    def test_an_echo_reply_tells_how_far_it_is_at_least(
        self, scenario: "MakeScenario", answer: Line, hop_limit: int | None, at_once: bool
    ) -> None:
        stage = scenario({A: [answer("accept", 0.2, routers=routers(9, delay_s=0.19))]})
        stage.run.record(Ping(id="o1", at_ms=0.0, took_ms=1.0, address=A, hop_limit=hop_limit))
        assert (trace(stage).took_ms == pytest.approx(200.0)) is at_once

    def test_a_fence_teaches_it_too(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.2, routers=routers(6, delay_s=0.19))]})
        fence(stage)
        assert trace(stage).took_ms == pytest.approx(200.0)

    @pytest.mark.parametrize("word", ["refuse", "prohibited", "reset"])
    def test_the_first_limit_with_another_answer_ends_it(
        self, scenario: "MakeScenario", answer: Line, word: str
    ) -> None:
        seen = trace(scenario({A: [answer(word, 0.05, "203.0.113.9", routers=routers(2))]}))
        assert outcomes(seen)[-1] == {"refuse": "refused", "prohibited": "rejected", "reset": "reset"}[word]
        assert seen.hops[-1].sender == ("203.0.113.9" if word == "prohibited" else "")
        assert len(seen.hops) == 3


class TestPoliteness:
    @pytest.mark.parametrize("hops", [1, 4, 7, 11, 20])
    @pytest.mark.parametrize("delay_s", [0.001, 0.03, 0.3])
    def test_at_most_four_arrive_in_each_window(
        self, scenario: "MakeScenario", answer: Line, hops: int, delay_s: float
    ) -> None:
        arrived: list[float] = []
        stage = scenario({A: [answer("accept", delay_s, routers=routers(hops - 1, delay_s / 2))]}, hop_limit=25)
        stage.network.arrived = arrived.append  # type: ignore[assignment,method-assign]
        assert trace(stage).connects_at == hops
        free = 2 if hops <= 2 else 0
        assert all(later - earlier >= 0.1 for earlier, later in zip(arrived, arrived[4 + free :], strict=False))

    def test_it_shares_the_pace_of_its_address(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")]}, hop_limit=8)
        for _ in range(4):
            stage.run.count_syn(A, stage.run.now())
        trace(stage)
        assert stage.sent_ms()[:8] == [0, 0, 100, 100, 100, 100, 200, 200]

    def test_a_seventh_trace_in_a_row_waits_for_the_routers(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.01, routers=routers(2, 0.001))]})
        trace(stage, times=8)
        began = [one.at_ms for one in stage.run.observations]
        assert began[5] < 1000.0
        assert began[6] == pytest.approx(1100.0)
        assert began[7] == pytest.approx(2200.0)

    def test_fences_never_wait_but_count(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.01, routers=routers(2, 0.001))]})
        for _ in range(30):
            fence(stage, upto=1)
        before = stage.network.now
        assert before < 1001.0
        trace(stage)
        assert stage.network.now - before == pytest.approx(1.11, abs=0.1)


class TestSilence:
    def test_a_mute_router_is_asked_twice_and_is_no_end(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.1, routers=routers(4, mute=(2, 3)))]})
        seen = trace(stage)
        assert outcomes(seen) == ["expired", "silent", "silent", "expired", "connected"]
        assert seen.took_ms == pytest.approx(2 * (1.25 * 100.0 + 10.0))
        assert len(stage.network.syns) <= 4 + 2 + 2 + 4

    def test_a_lost_syn_does_not_move_the_host_away(self, scenario: "MakeScenario", answer: Line) -> None:
        lines = [answer("accept", 0.05, routers=routers(2))] * 2 + [answer("lost")]
        stage = scenario({A: [*lines, answer("accept", 0.05, routers=routers(2))]})
        seen = trace(stage)
        assert seen.connects_at == 3
        assert seen.took_ms == pytest.approx(100.0 + 50.0)  # asked again when four more may arrive

    def test_dropped_behind_a_router(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost", routers=routers(2))]}, hop_limit=8)
        seen = trace(stage)
        assert outcomes(seen) == ["expired"] * 2 + ["silent"] * 6
        assert seen.failure is None
        assert len(stage.network.syns) == 8 + 2
        assert seen.took_ms == pytest.approx(120.0 + 450.0)

    def test_patience_follows_the_slowest_answer_of_the_run(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost")]}, hop_limit=4)
        stage.run.saw_round_trip("203.0.113.1", 0.5)
        assert trace(stage).took_ms == pytest.approx(120.0 + 1000.0)

    def test_all_expired_needs_no_patience(self, scenario: "MakeScenario", answer: Line) -> None:
        seen = trace(scenario({A: [answer("accept", routers=routers(30))]}, hop_limit=6))
        assert outcomes(seen) == ["expired"] * 6
        assert seen.took_ms == pytest.approx(10.0)


class TestFence:
    def test_nothing_near(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.2, routers=routers(9))]})
        seen = fence(stage)
        assert outcomes(seen) == ["expired"] * 3
        assert seen.took_ms == pytest.approx(10.0)
        assert len(stage.network.syns) == 3

    def test_something_near_accepts(self, scenario: "MakeScenario", answer: Line) -> None:
        seen = fence(scenario({A: [answer("accept", 0.001, routers=routers(1, 0.0005))]}))
        assert seen.connects_at == 2

    def test_mute_routers_are_waited_for_as_long_as_the_host_takes(
        self, scenario: "MakeScenario", answer: Line
    ) -> None:
        stage = scenario({A: [answer("accept", 0.2, routers=routers(9, mute=(1, 2, 3)))]})
        stage.run.saw_round_trip(A, 0.2)
        seen = fence(stage)
        assert outcomes(seen) == ["silent"] * 3
        assert seen.took_ms == pytest.approx(260.0)
        assert len(stage.network.syns) == 3

    def test_an_unknown_host_is_given_the_patience_of_the_run(self, scenario: "MakeScenario", answer: Line) -> None:
        seen = fence(scenario({A: [answer("lost")]}), upto=2)
        assert outcomes(seen) == ["silent"] * 2
        assert seen.took_ms == pytest.approx(450.0)


class TestEnds:
    def test_a_cut_trace_says_so_and_claims_no_silence(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("lost", routers=routers(1))]})

        async def main() -> None:
            await path.trace(stage.run, host="h", endpoint=Endpoint(address=A, port=4001))

        (seen,) = stage.play(main(), deadline_s=0.05)
        assert isinstance(seen, PathTrace)
        assert seen.failure is Failure.INTERRUPTED
        assert outcomes(seen) == ["expired"]

    def test_too_few_descriptors(self, scenario: "MakeScenario", answer: Line) -> None:
        seen = trace(scenario({A: [answer("accept", 0.05, routers=routers(5))]}, descriptors=3))
        assert seen.failure is Failure.LOCAL_EXHAUSTION
        assert outcomes(seen) == ["expired"] * 3

    def test_this_machine_has_no_route(self, scenario: "MakeScenario", answer: Line) -> None:
        seen = trace(scenario({A: [answer("here", number=101)]}))
        assert (seen.failure, seen.hops, seen.took_ms) == (Failure.NO_ROUTE, (), 0.0)

    def test_elsewhere_it_is_not_measured(
        self, scenario: "MakeScenario", answer: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = scenario({A: [answer("accept")]})
        monkeypatch.setattr(path, "LINUX", False)

        async def main() -> None:
            assert await path.trace(stage.run, host="h", endpoint=Endpoint(address=A, port=4001)) is None
            assert await path.fence(stage.run, host="h", endpoint=Endpoint(address=A, port=4001)) is None

        seen = stage.play(main())
        assert [(type(one), one.failure) for one in seen] == [(NotMeasured, Failure.NOT_MEASURED)] * 2
        assert not stage.network.syns

    def test_an_address_of_this_machine(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept")]})
        stage.network.source = A

        async def main() -> None:
            assert await path.trace(stage.run, host="h", endpoint=Endpoint(address=A, port=4001)) is None

        (seen,) = stage.play(main())
        assert isinstance(seen, NotMeasured)
        assert (seen.verb, seen.subject) == ("path", "192.0.2.1:4001")

    def test_a_connect_beside_it_is_not_disturbed(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept", 0.05, routers=routers(2))]})
        endpoint = Endpoint(address=A, port=4001)

        async def connects() -> None:
            connection = await tcp.connect(stage.run, host="h", endpoint=endpoint)
            assert connection is not None
            connection.close()

        async def traces() -> None:
            await path.trace(stage.run, host="h", endpoint=endpoint)

        seen = stage.play(connects(), traces())
        assert [one.failure for one in seen] == [None, None]
