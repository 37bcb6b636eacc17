"""Where a handshake that failed is tried with one version alone."""

from collections.abc import Sequence

import pytest
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, doors, dumb, expired, refused, silent

from lineclear.model import AnyObservation, Evidence, Failure, TlsHandshake
from lineclear.plan import again
from lineclear.plan.versions import VERSIONS, compared, single_versions, vouching


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


def vouched(evidence: Evidence, seen: Sequence[AnyObservation]) -> list[tuple[str, str]]:
    looks = again.failing(evidence.plan, evidence.observations)
    return [(target.name, version) for target, _, version in vouching(evidence.plan, looks, seen)]


def few(evidence: Evidence) -> list[AnyObservation]:
    """What is seen when both versions were tried at the first places, and nothing else yet."""
    places = {endpoint for endpoint, steps in compared(evidence.observations).items() if len(steps) == len(VERSIONS)}
    return [
        one
        for one in evidence.observations
        if not (isinstance(one, TlsHandshake) and one.offered) or one.endpoint in places
    ]


def test_the_version_that_works_wherever_it_was_tried_is_offered_to_every_host_with_an_opaque_port() -> None:
    evidence = scene(doors("*:4001", "*:443", tls=Failure.TIMED_OUT, minds="TLSv1.3"))
    asked_too = vouched(evidence, few(evidence))
    assert {version for _, version in asked_too} == {"TLSv1.2"}
    assert sorted(name for name, _ in asked_too) == sorted(
        f"{host}.ibllc.com:4001" for host in ("ndc1_hb1", "cdc1", "zdc1", "zdc1_hb1", "hdc1_hb1", "gdc1")
    )
    assert vouched(evidence, evidence.observations) == []


@pytest.mark.parametrize("minds", ["", "TLSv1.0"])
def test_nothing_more_where_no_version_or_both_work_alone(minds: str) -> None:
    evidence = scene(doors("*:4001", tls=Failure.TIMED_OUT, minds=minds))
    assert vouched(evidence, few(evidence)) == []


def test_nothing_more_where_places_differ_or_none_was_tried() -> None:
    evidence = scene(
        doors("*:4001", tls=Failure.TIMED_OUT, minds="TLSv1.3"), doors("ndc1.*:4001", tls=Failure.EOF, minds="TLSv1.2")
    )
    assert vouched(evidence, few(evidence)) == []
    assert vouched(evidence, [one for one in evidence.observations if not getattr(one, "offered", "")]) == []
