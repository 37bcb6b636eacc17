"""Of which connections it is asked whether this machine itself holds their far end."""

from tests.diagnose.scene import scene
from tests.diagnose.words import box, doors, dumb, intercepted, silent
from tests.diagnose.words_names import six_too

from lineclear.model import Evidence, Failure
from lineclear.plan import again
from lineclear.plan.other_ends import other_ends


def asked(evidence: Evidence) -> list[str]:
    looks = again.failing(evidence.plan, evidence.observations)
    places = other_ends(evidence.plan, looks, evidence.observations)
    return [f"{host}:{endpoint.port}" for host, endpoint in places]


def test_nothing_where_nothing_looks_taken() -> None:
    assert asked(scene()) == []
    assert asked(scene(silent("*:4001"))) == []
    assert asked(scene(doors("*:443", rtt_ms=0.4))) == []


def test_two_of_each_maker_and_port() -> None:
    places = asked(scene(intercepted("*:443", "*:4001")))
    assert [one.rpartition(":")[2] for one in places] == ["443"] * 2 + ["4001"] * 2


def test_where_nobody_is_and_one_host_beside() -> None:
    places = asked(scene(box(4000), doors("*:4000", rtt_ms=3.0)))
    assert len(places) == 3
    assert places[:2] == [":4000", ":4000"]
    assert places[2].endswith(":4000")


def test_what_accepts_at_once() -> None:
    assert len(asked(scene(doors("*:4000", rtt_ms=0.05)))) == 2


def test_what_accepts_in_vain_by_either_ip_version() -> None:
    assert [one.rpartition(":")[2] for one in asked(scene(dumb("*:4001")))] == ["4001"] * 2
    cut = doors("*:4001", tls=Failure.CONNECTION_RESET)
    assert len(asked(scene(six_too(), cut))) == 4


def test_there_is_a_limit() -> None:
    every = scene(six_too(), box(80, 443, 4000, 4001), doors("*:80", "*:443", "*:4000", "*:4001", rtt_ms=0.1))
    assert len(asked(every)) == 12
