"""A whole check where answers come later than anybody waits at first, under a clock that only moves when one waits."""

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.probe.conftest import Answer
from tests.probe.test_gather_deadline import ADDRESS, plan_of, table

from lineclear.model import Depth, Failure, Purpose, TcpConnect, TlsHandshake
from lineclear.probe.gather import gather
from lineclear.probe.route import counts
from lineclear.probe.wire import Wire

if TYPE_CHECKING:
    from tests.probe.conftest import MakeScenario

PLAN = replace(plan_of(), depth=Depth.TCP)
GREETED = replace(plan_of(), depth=Depth.TLS)
REFUSAL = b"\x15\x03\x03\x00\x02\x02\x28"
"""A fatal alert: no cipher in common."""
SLOW, MUTE = "zdc1.ibllc.com", "hdc1.ibllc.com"
TARGETS = {(one.host, one.port) for one in PLAN.targets}


@pytest.fixture(autouse=True)
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "LINUX", False)


def accepted(stage_of: "MakeScenario", usual: Answer) -> tuple[float, set[tuple[str, int]]]:
    """How long the check took, and what was accepted in the end."""
    stage = stage_of(table(Answer, usual))
    steps = stage.play(gather(Wire(stage.run), PLAN))
    connects = [one for one in steps if isinstance(one, TcpConnect) and one.host and one.failure is None]
    return stage.network.now - 1000.0, {(one.host, one.endpoint.port) for one in connects}


@pytest.mark.parametrize("seconds", [0.9, 1.6, 1.9, 2.3])
def test_what_is_answered_late_is_found(scenario: "MakeScenario", seconds: float) -> None:
    took_s, found = accepted(scenario, Answer("accept", seconds))
    assert found == TARGETS
    assert took_s < 12.0


def test_what_is_never_answered_is_not_waited_for_any_longer(scenario: "MakeScenario") -> None:
    took_s, found = accepted(scenario, Answer("lost"))
    assert not found
    assert took_s < 9.0


@pytest.mark.parametrize("seconds", [2.4, 4.0, 5.0])
def test_a_greeting_that_is_answered_late_is_waited_for_once_that_is_known(
    scenario: "MakeScenario", seconds: float
) -> None:
    lines = table(Answer, Answer("accept", 0.05, then=((0.1, REFUSAL),)), hdc1=Answer("accept", 0.05))
    stage = scenario({**lines, ADDRESS[SLOW]: [Answer("accept", 0.05, then=((seconds, REFUSAL),))]})
    steps = stage.play(gather(Wire(stage.run), GREETED))
    last = {one.host: one for one in steps if isinstance(one, TlsHandshake) and one.purpose is Purpose.SECOND_LOOK}
    assert last[SLOW].failure is Failure.TLS_ALERT
    assert last[MUTE].failure is Failure.TIMED_OUT
    assert stage.network.now - 1000.0 < 15.0


def test_greetings_that_nobody_answers_are_not_waited_for_any_longer(scenario: "MakeScenario") -> None:
    stage = scenario(table(Answer, Answer("accept", 0.05)))
    stage.play(gather(Wire(stage.run), GREETED))
    assert stage.network.now - 1000.0 < 6.0
