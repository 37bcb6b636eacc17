"""Two second looks confirm a failure, unless a limit on connections may have taken the latest of them."""

from msgspec.structs import replace
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, silent

from lineclear.diagnose import diagnose
from lineclear.model import AnyObservation, Evidence, Purpose, TcpConnect

OFF = "zdc1.ibllc.com:4001"
TURNS = scene(at_first(silent("*:4001")), silent(OFF))


def _together(evidence: Evidence, within_ms: float) -> Evidence:
    """The same evidence, its second looks begun within so many milliseconds."""
    looks = [one for one in evidence.observations if _is_second(one)]
    begins = {one.id: 6000.0 + within_ms * number / len(looks) for number, one in enumerate(looks)}
    moved = (replace(one, at_ms=begins.get(one.id, one.at_ms)) for one in evidence.observations)
    return replace(evidence, observations=tuple(moved))


def _is_second(one: AnyObservation) -> bool:
    return isinstance(one, TcpConnect) and one.purpose is Purpose.SECOND_LOOK


def _standing(evidence: Evidence) -> bool | None:
    return next(one.ok for one in diagnose(evidence).targets if one.name == OFF)


def test_by_turns_what_fails_again_has_failed() -> None:
    assert _standing(TURNS) is False


def test_in_a_crowd_it_proves_nothing() -> None:
    assert _standing(_together(TURNS, 20.0)) is None


def test_a_slow_crowd_is_none() -> None:
    assert _standing(_together(TURNS, 4000.0)) is False
