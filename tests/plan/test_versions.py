"""Where a handshake that failed is tried with one version alone."""

import pytest
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, doors, dumb, expired, refused, silent

from lineclear.model import Evidence, Failure
from lineclear.plan import again
from lineclear.plan.versions import single_versions


def asked(evidence: Evidence) -> list[tuple[str, str]]:
    looks = again.failing(evidence.plan, evidence.observations)
    return [(target.name, version) for target, _, version in single_versions(looks, evidence.observations)]


def test_nothing_where_no_handshake_failed() -> None:
    assert asked(scene()) == []
    assert asked(scene(silent("*:4001"), refused("*:443"))) == []
    assert asked(scene(expired("*:4001"))) == []


def test_nothing_where_it_went_well_when_asked_again() -> None:
    assert asked(scene(at_first(dumb("*:4001")))) == []


@pytest.mark.parametrize("failure", [Failure.TIMED_OUT, Failure.CONNECTION_RESET, Failure.EOF, Failure.TLS_ALERT])
def test_both_versions_at_three_places_of_each_port(failure: Failure) -> None:
    names = asked(scene(doors("*:4001", "*:443", tls=failure)))
    assert [version for _, version in names] == ["TLSv1.2", "TLSv1.3"] * 6
    assert sorted(name.rpartition(":")[2] for name, _ in names) == ["4001"] * 6 + ["443"] * 6


def test_what_is_not_tls_or_not_required_is_left_alone() -> None:
    assert asked(scene(doors("*:4001", tls=Failure.NOT_TLS, foreign="220 hello"))) == []
    assert asked(scene(dumb("mcgw1*:4001"))) == []
