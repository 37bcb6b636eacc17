"""Which ports are asked by single SYNs in one burst, once one of them refused some connections and accepted others."""

from msgspec.structs import replace
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, refused
from tests.diagnose.words_deep import fates

from lineclear.diagnose import diagnose
from lineclear.model import Evidence, Purpose, TcpConnect
from lineclear.plan.wavering import flows, wavering

SOME = at_first(refused("*:4000"))


def ports(seen: Evidence) -> list[int]:
    return [endpoint.port for _, endpoint in flows(seen.plan, seen.observations)]


def test_a_healthy_network_is_not_asked() -> None:
    assert ports(scene()) == []


def test_the_other_port_of_the_same_hosts_is_asked_too() -> None:
    assert ports(scene(SOME)) == [*[4000] * 16, *[4001] * 16]


def test_a_port_that_never_accepted_is_not() -> None:
    assert ports(scene(SOME, refused("*:4001"))) == [4000] * 16


def test_a_port_at_two_hosts_is_not_enough() -> None:
    assert ports(scene(at_first(refused("zdc1*:4000")))) == []


def test_what_both_ports_show_is_one_finding() -> None:
    seen = scene(SOME, fates("refused", "alive"))
    (told,) = (one for one in diagnose(seen).findings if one.code == "LC324")
    assert dict(told.facts) == {"ports": "4000 and 4001", "refused": "16", "tried": "32"}
    assert {one.rpartition(":")[2] for one in told.targets} == {"4000", "4001"}


def test_a_limit_of_each_host_is_none() -> None:
    seen = scene(SOME, fates("refused", "alive"))
    moved = [one for one in seen.observations if not (isinstance(one, TcpConnect) and _is_of_the_burst(one))]
    burst = [one for one in seen.observations if isinstance(one, TcpConnect) and _is_of_the_burst(one)]
    assert wavering((*moved, *burst))
    held = [
        replace(one, id=f"held{number}", failure=None, raw=None, at_ms=one.at_ms - 1.0)
        for number, one in enumerate(burst)
        if one.failure
    ]
    assert wavering((*moved, *burst, *held)) == ()


def _is_of_the_burst(one: TcpConnect) -> bool:
    return one.purpose is Purpose.COMPARISON and len(one.attempts) == 1
