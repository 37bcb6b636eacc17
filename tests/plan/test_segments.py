"""Where a handshake that stalled is tried in small segments."""

from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, doors, dumb, refused, silent
from tests.diagnose.words_names import addresses

from lineclear.model import Evidence, Failure
from lineclear.plan import again
from lineclear.plan.segments import small_segments


def asked(evidence: Evidence) -> list[tuple[str, int]]:
    looks = again.failing(evidence.plan, evidence.observations)
    return [(target.name, size) for target, _, size in small_segments(looks, evidence.observations)]


def test_nothing_where_no_handshake_stalled() -> None:
    assert asked(scene()) == []
    assert asked(scene(silent("*:4001"), refused("*:443"))) == []
    assert asked(scene(doors("*:4001", tls=Failure.CONNECTION_RESET))) == []


def test_nothing_where_it_went_well_when_asked_again() -> None:
    assert asked(scene(at_first(dumb("*:4001")))) == []


def test_every_size_at_one_place_and_the_smallest_at_two_others() -> None:
    names = asked(scene(dumb("*:4001")))
    assert [size for _, size in names] == [1420, 1380, 1340, 1300, 1220, 1000, 536, 536, 536]
    assert len({name for name, _ in names}) == 3


def test_ipv6_always_carries_more() -> None:
    evidence = scene(addresses("zdc1.ibllc.com", "2001:db8::9"), dumb("zdc1.*:4001"))
    assert asked(evidence) == [("zdc1.ibllc.com:4001", size) for size in (1420, 1380, 1340, 1300, 1220)]


def test_what_is_not_required_is_left_alone() -> None:
    assert asked(scene(dumb("mcgw1*:4001"))) == []
