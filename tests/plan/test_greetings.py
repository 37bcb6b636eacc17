"""Which sites are greeted once more by a large greeting, and in which segments where it failed."""

from tests.diagnose.scene import scene
from tests.diagnose.words import intercepted, options, silent
from tests.diagnose.words_names import six_too

from lineclear.model import Depth, Endpoint, Evidence, Failure, LargeGreeting
from lineclear.plan.greetings import Place, doubtful, sites


def asked(evidence: Evidence) -> tuple[Place, ...]:
    return sites(evidence.plan, evidence.observations)


def test_the_three_nearest_sites_of_a_browser() -> None:
    places = asked(scene())
    assert len(places) == 3
    assert {target.port for target, _ in places} == {443}
    assert all(target.required for target, _ in places)


def test_by_each_ip_version() -> None:
    assert [at.version for _, at in asked(scene(six_too()))] == [4, 4, 4, 6, 6, 6]


def test_only_those_that_shake_hands_in_the_usual_way_whoever_they_are() -> None:
    assert asked(scene(silent("*:443"))) == ()
    assert len(asked(scene(intercepted("*:443")))) == 3


def greeting(at: Endpoint, failure: Failure | None = None, segment: int = 0) -> LargeGreeting:
    return LargeGreeting(
        id="g", at_ms=1.0, took_ms=2.0, failure=failure, endpoint=at, host="h", size=1700, segment_bytes=segment
    )


def test_what_failed_is_tried_again_in_segments_as_usual_and_small_ones_and_one_in_those_between() -> None:
    places = asked(scene(six_too()))
    answered = [greeting(at) for _, at in places]
    assert doubtful(places, answered) == ()
    failed = [greeting(at, Failure.TIMED_OUT) for _, at in places[1:]]
    again = doubtful(places, [answered[0], *failed])
    assert {at for (_, at), _ in again} == {at for _, at in places[1:]}
    sizes = [[size for place, size in again if place == one] for one in places[1:]]
    assert sizes[0] == [0, 536, 1420, 1380, 1340, 1300, 1220, 1000]
    assert sizes[1] == [0, 536]
    assert sizes[2] == [0, 1220, 1420, 1380, 1340, 1300]
    assert sizes[3:] == [[0, 1220], [0, 1220]]


def test_a_shallow_check_asks_none() -> None:
    evidence = scene(options(depth=Depth.TLS))
    assert not [one for one in evidence.observations if isinstance(one, LargeGreeting)]
