"""Whose cuts at the first words are looked into, and how far the words may go."""

from msgspec.structs import replace
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, doors, dumb, silent

from lineclear.model import Endpoint, Evidence, Failure, Hop, PathTrace
from lineclear.plan import again
from lineclear.plan.cuts import cuts, short_of

AT = Endpoint(address="203.0.113.7", port=4001)


def asked(evidence: Evidence) -> list[str]:
    return [one.target.name for one in cuts(again.failing(evidence.plan, evidence.observations), evidence.observations)]


def test_nothing_where_nothing_was_cut() -> None:
    assert asked(scene()) == []
    assert asked(scene(silent("*:4001"), dumb("*:443"))) == []
    assert asked(scene(at_first(doors("*:4001", tls=Failure.CONNECTION_RESET)))) == []
    assert asked(scene(doors("mcgw1*:4001", tls=Failure.CONNECTION_RESET))) == []


def test_two_places_of_each_port() -> None:
    names = asked(scene(doors("*:4001", tls=Failure.CONNECTION_RESET), doors("*:4000", nudge=Failure.CONNECTION_RESET)))
    assert sorted(name.rpartition(":")[2] for name in names) == ["4000", "4000", "4001", "4001"]


def test_where_the_path_is_known_rather_than_where_it_is_not() -> None:
    evidence = scene(doors("*:4001", tls=Failure.CONNECTION_RESET))
    looks = again.failing(evidence.plan, evidence.observations)
    walked = [one.endpoint for one in looks[1:4]]
    for known in (1, 2, 3):
        unwalked = (one for one in evidence.observations if not isinstance(one, PathTrace))
        seen = (*unwalked, *(trace(9, endpoint) for endpoint in walked[:known]))
        chosen = [one.endpoint for one in cuts(looks, seen)]
        assert len(chosen) == len(set(chosen)) == 2
        assert sum(one in walked[:known] for one in chosen) == min(known, 2)


def trace(opens_at: int, endpoint: Endpoint = AT) -> PathTrace:
    return PathTrace(
        id="t", at_ms=0.0, took_ms=1.0, endpoint=endpoint, hops=(Hop(limit=opens_at, outcome="connected"),)
    )


def test_words_stay_two_hops_short_of_the_nearest_that_ever_answered() -> None:
    assert short_of([trace(9), trace(8, replace(AT, port=4000))], AT) == 6
    assert short_of([trace(2)], AT) == 0
    assert short_of([trace(9, Endpoint(address="203.0.113.8", port=4001))], AT) == 0
