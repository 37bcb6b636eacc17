"""Ports of which some connections never get an answer, and what only looks so."""

import pytest
from tests.diagnose.network import Change
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, doors, silent
from tests.diagnose.words_deep import fates

from lineclear.model import Evidence, Purpose, TcpConnect
from lineclear.plan.dividing import at_least, divided, flows, suspected

EATEN = doors("*:4000", lost=1)


def made(evidence: Evidence) -> int:
    """How many single connections a check makes."""
    return len(flows(evidence.plan, [one for one in evidence.observations if not is_comparison(one)]))


def is_comparison(one: object) -> bool:
    return isinstance(one, TcpConnect) and one.purpose is Purpose.COMPARISON


@pytest.mark.parametrize(
    ("changes", "ports"),
    [
        ((), ()),
        ((EATEN,), (4000,)),
        ((doors("*:400?", lost=1),), (4000, 4001)),
        ((doors("*", lost=1),), ()),
        ((doors("z*:4000", lost=1),), (4000,)),
        ((doors("zdc1.*:4000", lost=1),), ()),
        ((silent("*:4000"),), ()),
    ],
)
def test_a_port_is_suspected_by_its_first_syns(changes: tuple[Change, ...], ports: tuple[int, ...]) -> None:
    assert suspected(scene(*changes).observations) == ports


def test_single_connections_are_made_only_where_something_is_suspected() -> None:
    assert made(scene()) == 0
    assert made(scene(EATEN)) == 48


def test_a_port_that_nobody_required_has_open_is_not_asked() -> None:
    evidence = scene(doors("mcgw1*:4000", lost=9), silent("*.ibllc.com:4000", "*.ibllc.com.cn:4000"))
    assert set(suspected(evidence.observations)) <= {4000}
    assert made(evidence) == 0


@pytest.mark.parametrize(
    ("fate", "ports"),
    [
        (("dead", "alive"), [4000]),
        (("dead", "alive", "alive"), [4000]),
        (("dead", "dead", "dead", "alive"), [4000]),
        ((*["dead"] * 7, "alive"), []),
        (("alive",), []),
        (("dead",), []),
        (("rescued", "alive"), []),
        (("rescued", "dead", "alive"), []),
        (("dead", *["alive"] * 15), []),
    ],
)
def test_who_is_never_answered_beside_others_proves_it(fate: tuple[str, ...], ports: list[int]) -> None:
    assert [one.port for one in divided(scene(EATEN, fates(*fate)).observations)] == ports


def test_one_host_alone_does_not() -> None:
    evidence = scene(EATEN, fates("dead", "alive"))
    single = [one for one in evidence.observations if is_comparison(one)]
    others = [one for one in evidence.observations if not is_comparison(one)]
    host = next(one.host for one in single if isinstance(one, TcpConnect) and one.failure)
    mine = [one for one in single if isinstance(one, TcpConnect) and (one.host == host or not one.failure)]
    assert divided([*others, *mine * 4]) == ()


def test_what_heals_by_itself_is_no_way() -> None:
    assert divided(scene(at_first(EATEN)).observations) == ()


def test_so_many_of_so_many() -> None:
    assert at_least(0, 5, 0.5) == pytest.approx(1.0)
    assert at_least(5, 5, 0.5) == pytest.approx(1 / 32)
