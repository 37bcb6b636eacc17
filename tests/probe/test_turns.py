"""A whole check where new connections are rationed, under a clock that only moves when somebody waits."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.probe.conftest import Answer, Network
from tests.probe.test_gather_deadline import GATEWAY, plan_of, table

from lineclear.model import Depth, Purpose, TcpConnect
from lineclear.probe.gather import gather
from lineclear.probe.route import counts
from lineclear.probe.wire import Wire

if TYPE_CHECKING:
    from tests.probe.conftest import MakeScenario

_BURST = 5.0
_FIRST_PASS_S = 0.8
_ONE_MOMENT_S = 0.05
_FEW = 5
OFF = "zdc1_hb1.ibllc.com"
PLAN = replace(plan_of(), depth=Depth.TCP)
TARGETS = {(one.host, one.port) for one in PLAN.targets}


class Rationed:
    """A token bucket before a network: `per_second` SYNs, and a few at once; the others meet `instead`."""

    def __init__(self, network: Network, per_second: float, instead: Answer) -> None:
        self._network = network
        self._meet = network.meet
        self._rate = per_second
        self._instead = instead
        self._tokens, self._at = _BURST, network.now

    def meet(self, address: str) -> Answer:
        """What the network has for it, if there is a token left."""
        answer = self._meet(address)
        self._tokens = min(_BURST, self._tokens + self._rate * (self._network.now - self._at))
        self._at = self._network.now
        if address == GATEWAY:
            return answer
        if self._tokens < 1.0:
            return self._instead
        self._tokens -= 1.0
        return answer


class Strict:
    """A limit that takes the whole first pass. Of the first crowd after it a few SYNs get through when sent again.

    Of the second crowd as many do at once, and the others are lost; later whoever leaves alone gets through.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._meet = network.meet
        self._latest, self._crowds, self._nth = 0.0, 0, 0

    def meet(self, address: str) -> Answer:
        """What the network has for it, as far as the limit lets it."""
        answer, now = self._meet(address), self._network.now - 1000.0
        if address == GATEWAY:
            return answer
        if now - self._latest > _ONE_MOMENT_S and now > _FIRST_PASS_S:
            self._crowds, self._nth = self._crowds + 1, 0
        self._latest, self._nth = now, self._nth + 1
        if self._crowds == 0 or self._nth > _FEW:
            return Answer("lost")
        return replace(answer, delay_s=1.05, repeats=1) if self._crowds == 1 else answer


Look = Callable[..., tuple[float, list[TcpConnect]]]


@pytest.fixture
def check(scenario: "MakeScenario", monkeypatch: pytest.MonkeyPatch) -> Look:
    """Run one where so many connections pass in a second: seconds, and the connects to targets."""
    monkeypatch.setattr(counts, "LINUX", False)

    def run(per_second: float, instead: str, **others: Answer) -> tuple[float, list[TcpConnect]]:
        stage = scenario(table(Answer, Answer("accept", 0.05), **others))
        monkeypatch.setattr(stage.network, "meet", Rationed(stage.network, per_second, Answer(instead, 0.001)).meet)
        steps = stage.play(gather(Wire(stage.run), PLAN))
        return stage.network.now - 1000.0, [one for one in steps if isinstance(one, TcpConnect) and one.host]

    return run


def accepted(connects: list[TcpConnect]) -> set[tuple[str, int]]:
    return {(one.host, one.endpoint.port) for one in connects if one.failure is None}


@pytest.mark.parametrize("instead", ["lost", "refuse"])
@pytest.mark.parametrize(("per_second", "within_s"), [(4.0, 16.0), (10.0, 9.0), (30.0, 8.5)])
def test_everything_is_found_in_good_time(check: Look, per_second: float, within_s: float, instead: str) -> None:
    took_s, connects = check(per_second, instead)
    assert accepted(connects) == TARGETS
    assert took_s < within_s


def test_what_is_really_off_is_asked_twice_and_all_others_are_found(check: Look) -> None:
    took_s, connects = check(8.0, "lost", zdc1_hb1=Answer("lost"))
    again = [one for one in connects if one.purpose is Purpose.SECOND_LOOK and one.host == OFF]
    assert sorted(one.endpoint.port for one in again[-4:]) == [4000, 4000, 4001, 4001]
    assert accepted(connects) == {one for one in TARGETS if one[0] != OFF}
    assert took_s < 15.0


def test_who_fails_in_a_crowd_is_asked_alone(scenario: "MakeScenario", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "LINUX", False)
    stage = scenario(table(Answer, Answer("accept", 0.05)))
    monkeypatch.setattr(stage.network, "meet", Strict(stage.network).meet)
    steps = stage.play(gather(Wire(stage.run), PLAN))
    assert accepted([one for one in steps if isinstance(one, TcpConnect) and one.host]) == TARGETS
