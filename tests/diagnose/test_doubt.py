"""Doubts that hang on what a plan of today does not ask for, or a kernel does not tell."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from tests.diagnose.network import Change
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, control_accepts, doors, refused
from tests.diagnose.words import silent as silenced

from lineclear.diagnose import diagnose
from lineclear.model import Evidence, Failure, Hop, PathTrace, Proof, TcpConnect, TcpSummary, Verdict

ZURICH = "zdc1.ibllc.com"


def standing(evidence: Evidence, name: str) -> tuple[bool | None, Proof]:
    (one,) = [one for one in diagnose(evidence).targets if one.name == name]
    return one.ok, one.proof


def for_any_port(evidence: Evidence) -> Evidence:
    """The same, where each control of port 4000 stands for every port, and the others are not there."""
    kept = [replace(one, port=0) for one in evidence.plan.controls if one.port == 4000]
    return replace(evidence, plan=replace(evidence.plan, controls=tuple(kept)))


def test_a_control_of_no_port_in_particular_stands_for_all() -> None:
    assert diagnose(for_any_port(scene())).verdict is Verdict.SUCCESS
    accepted = diagnose(for_any_port(scene(control_accepts(4000))))
    assert {one.port for one in accepted.targets if one.ok is None} == {80, 4000}


def followed(host: str, port: int, opens_at: int, *, silent: tuple[int, ...] = ()) -> PathTrace:
    """The whole way to a port; `silent`: limits at which nothing came back."""
    endpoint = next(one.endpoint for one in scene().of(TcpConnect) if (one.host, one.endpoint.port) == (host, port))
    hops = tuple(Hop(limit=at, outcome="silent" if at in silent else "expired") for at in range(1, opens_at))
    opens = Hop(limit=opens_at, outcome="connected")
    return PathTrace(id="followed", at_ms=9000.0, took_ms=90.0, host=host, endpoint=endpoint, hops=(*hops, opens))


def test_a_port_that_opens_some_routers_nearer_than_its_proven_sibling_is_doubted() -> None:
    nearer = scene(doors(f"{ZURICH}:4000", opens_at=2))
    assert standing(nearer, f"{ZURICH}:4000") == (True, Proof.CORROBORATED)
    sibling = replace(nearer, observations=(*nearer.observations, followed(ZURICH, 4001, 11)))
    assert standing(sibling, f"{ZURICH}:4000") == (None, Proof.CONNECTED)


SYNS_LOST = doors("*:443", "?dc1.*:4001", lost=1)
"""SYNs are lost and data is not: what a limit on new connections takes, where the next try gets through."""
RATIONED = at_first(silenced("h*:4000"))


@pytest.mark.parametrize(
    ("around", "silent", "doubted"),
    [
        ((), (), True),
        ((), range(2, 12), True),
        ((RATIONED,), (), True),
        ((RATIONED,), (2, 3), True),
        ((RATIONED,), range(2, 12), False),
        ((SYNS_LOST,), range(2, 12), False),
        ((SYNS_LOST,), (2,), True),
    ],
)
def test_silence_tells_no_distance_where_connections_are_rationed_or_lost(
    around: tuple[Change, ...], silent: Sequence[int], *, doubted: bool
) -> None:
    nearer = scene(doors(f"{ZURICH}:4000", opens_at=2), *around)
    assert standing(nearer, f"{ZURICH}:4000") == (True, Proof.CORROBORATED)
    sibling = followed(ZURICH, 4001, 12, silent=tuple(silent))
    both = replace(nearer, observations=(*nearer.observations, sibling))
    assert standing(both, f"{ZURICH}:4000")[0] is (None if doubted else True)


def test_a_port_that_opens_as_far_as_its_proven_sibling_is_not() -> None:
    healthy = scene()
    one, other = followed(ZURICH, 4001, 11), replace(followed(ZURICH, 4000, 11), id="followed too")
    for traces in ((one,), (one, other)):
        both = replace(healthy, observations=(*healthy.observations, *traces))
        assert standing(both, f"{ZURICH}:4000") == (True, Proof.CORROBORATED)


def without_round_trips(evidence: Evidence) -> Evidence:
    known = (one for one in evidence.observations if not isinstance(one, TcpSummary))
    steps = (replace(one, rtt_ms=None) if isinstance(one, TcpConnect) else one for one in known)
    return replace(evidence, observations=tuple(steps))


def test_where_no_round_trip_is_known_nothing_comes_too_soon() -> None:
    soon = scene(doors("*:4000", rtt_ms=0.4))
    assert standing(soon, f"{ZURICH}:4000") == (None, Proof.CONNECTED)
    assert standing(without_round_trips(soon), f"{ZURICH}:4000") == (True, Proof.CORROBORATED)


def test_and_who_accepts_at_the_first_router_is_not_known_to_be_patient() -> None:
    patient = scene(doors("*", opens_at=1))
    assert standing(patient, f"{ZURICH}:4000") == (True, Proof.CORROBORATED)
    assert standing(without_round_trips(patient), f"{ZURICH}:4000") == (None, Proof.CONNECTED)


def test_who_hung_up_at_cr_lf_cannot_be_told_without_a_round_trip() -> None:
    evidence = scene(doors("*:4000", nudge=Failure.EOF, nudge_ms=300.0))
    assert standing(without_round_trips(evidence), "hdc1.ibllc.com:4000") == (None, Proof.CONNECTED)


def test_a_failing_sibling_does_not_tell_how_far_the_host_is() -> None:
    alone = scene(doors("*:4000", rtt_ms=0.4), refused("*:4001"))
    assert standing(alone, f"{ZURICH}:4000") == (True, Proof.CORROBORATED)


def repeated(evidence: Evidence, *, told: bool) -> Evidence:
    """The same, where the connect to 4001 of Zurich was answered at the second SYN; `told`: the kernel says so."""
    steps = (
        replace(one, rtt_ms=1110.0, retransmits=1 if told else None)
        if isinstance(one, TcpConnect) and (one.host, one.endpoint.port) == (ZURICH, 4001)
        else one
        for one in evidence.observations
    )
    return replace(evidence, observations=tuple(steps))


def test_an_answer_to_a_repeated_syn_measures_no_distance() -> None:
    for told in (True, False):
        assert standing(repeated(scene(), told=told), f"{ZURICH}:4000") == (True, Proof.CORROBORATED)
        soon = repeated(scene(doors("*:4000", rtt_ms=0.4, opens_at=1)), told=told)
        assert standing(soon, f"{ZURICH}:4000") == (None, Proof.CONNECTED)
