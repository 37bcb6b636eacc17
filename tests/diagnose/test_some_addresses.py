"""Of a name that works at some of its addresses, the others are named."""

from tests.diagnose.scene import scene
from tests.diagnose.words import refused, silent
from tests.diagnose.words_names import addresses, six_too

from lineclear.diagnose import diagnose
from lineclear.model import Evidence


def fact(evidence: Evidence, name: str) -> str:
    (found,) = [one for one in diagnose(evidence).findings if one.id == "some-addresses-fail"]
    return dict(found.facts)[name]


def dead(evidence: Evidence) -> str:
    return fact(evidence, "dead")


def test_the_dead_one_is_named_once_for_all_its_ports() -> None:
    two = addresses("zdc1.ibllc.com", "203.0.113.22", "203.0.113.250")
    assert dead(scene(two, refused("*@203.0.113.250"))) == "203.0.113.250"


def test_of_either_version_and_of_several_hosts() -> None:
    both = six_too("zdc1.ibllc.com", "hdc1.ibllc.com", "cdc1.ibllc.com")
    named = dead(scene(both, silent("[zh]dc1.*@2001:*"))).split(" and ")
    assert len(named) == 2
    assert all(one.startswith("2001:") for one in named)


def test_it_is_told_where_they_are_all_of_one_version() -> None:
    both = six_too("zdc1.ibllc.com", "hdc1.ibllc.com", "cdc1.ibllc.com")
    two = addresses("zdc1.ibllc.com", "203.0.113.22", "203.0.113.250")
    assert fact(scene(both, silent("[zh]dc1.*@2001:*")), "kind") == "IPv6"
    assert fact(scene(both, silent("zdc1.*@203*")), "kind") == "IPv4"
    assert fact(scene(two, refused("*@203.0.113.250")), "kind") == "mixed"
    assert fact(scene(both, silent("zdc1.*@2001:*", "hdc1.*@203*")), "kind") == "mixed"
