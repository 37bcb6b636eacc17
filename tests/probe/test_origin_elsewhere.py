"""Who refuses: where a system cannot tell, and a run that is cut. Real refusals: `path/test_origin.py`."""

from typing import TYPE_CHECKING

import pytest

from lineclear.model import AnswerOrigin, Endpoint, Failure, NotMeasured
from lineclear.probe.route import origin

if TYPE_CHECKING:
    from tests.probe.conftest import MakeScenario

A = Endpoint(address="192.0.2.1", port=4001)


def test_a_system_that_cannot_says_so(scenario: "MakeScenario", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "LINUX", False)
    stage = scenario({})
    (seen,) = stage.play(origin.origin(stage.run, host="h", endpoint=A, floors=(0, 64), hop_limit=2))
    assert isinstance(seen, NotMeasured)
    assert (seen.verb, seen.failure) == ("answer-origin", Failure.NOT_MEASURED)


def test_a_machine_without_sockets_says_so(scenario: "MakeScenario") -> None:
    stage = scenario({}, descriptors=0)
    (seen,) = stage.play(origin.origin(stage.run, host="h", endpoint=A, floors=(0, 64), hop_limit=None))
    assert isinstance(seen, AnswerOrigin)
    assert (seen.failure, seen.floors) == (Failure.LOCAL_EXHAUSTION, ())
