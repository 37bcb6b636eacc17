"""Which name servers are asked for a name that cannot exist."""

from tests.diagnose.scene import scene
from tests.diagnose.words import refused, silent
from tests.diagnose.words_names import resolvers, unanswered

from lineclear.model import Evidence
from lineclear.plan import again
from lineclear.plan.inventing import may_invent


def asked(evidence: Evidence) -> list[str]:
    looks = again.failing(evidence.plan, evidence.observations)
    return [one.address for one in may_invent(looks, evidence.observations)]


def test_nobody_where_nothing_fails_or_the_host_shook_hands() -> None:
    assert asked(scene()) == []
    assert asked(scene(silent("*:4000"))) == []


def test_those_that_gave_the_addresses_of_hosts_of_which_nothing_works() -> None:
    two = resolvers("10.0.0.53", "10.0.1.53")
    assert asked(scene(two, refused("zdc1.ibllc.com:*"))) == ["10.0.0.53", "10.0.1.53"]


def test_nobody_who_knows_no_address() -> None:
    assert asked(scene(unanswered("*"))) == []
