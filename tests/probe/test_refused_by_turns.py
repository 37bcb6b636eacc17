"""A whole check where every other connection is refused, under a clock that only moves when somebody waits."""

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.probe.conftest import Answer, Network
from tests.probe.test_gather_deadline import ADDRESS, plan_of, table

from lineclear.model import TcpConnect
from lineclear.plan.wavering import wavering
from lineclear.probe.gather import gather
from lineclear.probe.route import counts
from lineclear.probe.wire import Wire

if TYPE_CHECKING:
    from tests.probe.conftest import MakeScenario

PLAN = plan_of()
NO_NUDGE = replace(PLAN, limits=replace(PLAN.limits, nudge=False))
REFUSED = Answer("refuse", 0.001)


class ByTurns:
    """Of the SYNs to hosts of the list so many in a row are accepted, and then as many refused."""

    def __init__(self, network: Network, in_a_row: int) -> None:
        self._meet = network.meet
        self._in_a_row = in_a_row
        self._met = 0

    def meet(self, address: str) -> Answer:
        answer = self._meet(address)
        if address not in ADDRESS.values():
            return answer
        self._met += 1
        return REFUSED if (self._met // self._in_a_row) % 2 else answer


def seen(stage_of: "MakeScenario", patched: pytest.MonkeyPatch, in_a_row: int) -> list[TcpConnect]:
    patched.setattr(counts, "LINUX", False)
    stage = stage_of(table(Answer, Answer("accept", 0.05)))
    patched.setattr(stage.network, "meet", ByTurns(stage.network, in_a_row).meet)
    steps = stage.play(gather(Wire(stage.run), NO_NUDGE))
    return [one for one in steps if isinstance(one, TcpConnect) and one.host]


def test_single_connections_in_a_burst_tell_that_it_depends_on_the_connection(
    scenario: "MakeScenario", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wavering(seen(scenario, monkeypatch, 1))


def test_what_refuses_for_long_and_accepts_for_long_is_no_such_thing(
    scenario: "MakeScenario", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not wavering(seen(scenario, monkeypatch, 40))
