"""What must not change when evidence of real networks is changed: by less of it, another order, a stranger's fault.

Pairs and choices are drawn by Hypothesis: the same on every run, others with `MANY=2000`.
"""

import os
import random
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab.scenarios import SCENARIOS
from msgspec.structs import replace
from tests.diagnose.gist import gist

from lab import evidence
from lineclear.diagnose import diagnose
from lineclear.model import (
    AnyObservation,
    Diagnosis,
    Evidence,
    Nudge,
    Observation,
    TcpConnect,
    Verdict,
    evidence_from_json,
)
from lineclear.plan.chance import Chances

many = settings(
    max_examples=int(os.environ.get("MANY", "80")),
    derandomize="MANY" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
_OPTIONAL = ("PathTrace", "Ping", "SourceAddress", "Nudge", "KernelCount", "AnswerOrigin", "TcpListen", "TcpSummary")
"""Steps that some platform, privilege or option leaves out."""
_LOCAL = 6
"""A fault of no more hosts than this is theirs, and nobody else's."""


Told = Callable[[AnyObservation], AnyObservation]
"""From a step to what of it a system sees that tells less."""


def unacknowledged(step: AnyObservation) -> AnyObservation:
    return replace(step, acknowledged=None) if isinstance(step, Nudge) else step


def unsigned(step: AnyObservation) -> AnyObservation:
    return replace(step, raw=replace(step.raw, icmp=None)) if step.raw else step


def uncounted(step: AnyObservation) -> AnyObservation:
    return replace(step, retransmits=None) if isinstance(step, TcpConnect) else step


_TOLD: tuple[Told, ...] = (unacknowledged, unsigned, uncounted)


def hosts(name: str) -> frozenset[str]:
    """The hosts a scenario's fault is about."""
    scenario = SCENARIOS[name]
    return frozenset(target.rpartition(":")[0] for target in scenario.unusable | scenario.unknown)


KEPT = tuple(one for one in evidence.kept() if one in SCENARIOS)
LOCAL = tuple(name for name in KEPT if 0 < len(hosts(name)) <= _LOCAL)


@cache
def seen(name: str) -> Evidence:
    return evidence_from_json(evidence.load(name), name)


@cache
def said(name: str) -> Diagnosis:
    return diagnose(seen(name))


def is_about(step: Observation, names: frozenset[str]) -> bool:
    """Whether a step was taken for one of some hosts: a look-up of the name, a walk to it, a way asked of a proxy."""
    target = getattr(step, "target", "")
    whom = getattr(step, "host", "") or getattr(step, "name", "") or str(target).rpartition(":")[0]
    return whom in names


def with_strangers_fault(name: str, other: str) -> Evidence:
    """Evidence of one network in which some hosts fare as they did in another."""
    theirs = hosts(other)
    mine = tuple(one for one in seen(name).observations if not is_about(one, theirs))
    foreign = tuple(replace(one, id=f"other-{one.id}") for one in seen(other).observations if is_about(one, theirs))
    return replace(seen(name), observations=(*mine, *foreign))


def test_there_is_enough_to_draw_from() -> None:
    assert len(KEPT) > 100
    assert len(LOCAL) > 15


class TestLessEvidence:
    @many
    @given(st.sampled_from(KEPT), st.sets(st.sampled_from(_OPTIONAL), min_size=1))
    def test_moves_results_only_toward_inconclusive(self, name: str, lacking: set[str]) -> None:
        left = tuple(one for one in seen(name).observations if type(one).__name__ not in lacking)
        before, after = said(name), diagnose(replace(seen(name), observations=left))
        sure = {one.name: one.ok for one in before.targets}
        assert all(one.ok in (sure[one.name], None) for one in after.targets)
        assert after.verdict in (before.verdict, Verdict.INCONCLUSIVE)

    @many
    @given(st.sampled_from(KEPT), st.sets(st.sampled_from(_TOLD), min_size=1))
    def test_of_a_kernel_that_tells_less_as_well(self, name: str, lacking: set[Told]) -> None:
        left = seen(name).observations
        for less in lacking:
            left = tuple(map(less, left))
        before, after = said(name), diagnose(replace(seen(name), observations=left))
        sure = {one.name: one.ok for one in before.targets}
        assert all(one.ok in (sure[one.name], None) for one in after.targets)
        assert after.verdict in (before.verdict, Verdict.INCONCLUSIVE)

    @pytest.mark.parametrize("name", ["payload-dropped-4000", "unknown-application-dropped"])
    def test_a_filter_is_not_success_where_no_kernel_tells_what_was_acknowledged(self, name: str) -> None:
        after = diagnose(replace(seen(name), observations=tuple(map(unacknowledged, seen(name).observations))))
        assert after.verdict is Verdict.INCONCLUSIVE
        assert {one.ok for one in after.targets if one.port == 4000} == {None}


class TestAnotherOrder:
    @many
    @given(st.sampled_from(KEPT), st.randoms(use_true_random=False))
    def test_of_steps_changes_nothing(self, name: str, chance: random.Random) -> None:
        steps = list(seen(name).observations)
        chance.shuffle(steps)
        assert diagnose(replace(seen(name), observations=tuple(steps))) == said(name)

    @many
    @given(st.sampled_from(KEPT), st.randoms(use_true_random=False))
    def test_of_the_list_changes_nothing_but_order(self, name: str, chance: random.Random) -> None:
        whole = seen(name)
        services, targets, names = list(whole.catalog.services), list(whole.plan.targets), list(whole.plan.names)
        for one in (services, targets, names):
            chance.shuffle(one)
        shuffled = replace(
            whole,
            catalog=replace(whole.catalog, services=tuple(services)),
            plan=replace(whole.plan, targets=tuple(targets), names=tuple(names)),
        )
        assert gist(diagnose(shuffled)) == gist(said(name))


class TestAStrangersFault:
    @many
    @given(st.sampled_from(KEPT), st.sampled_from(LOCAL))
    def test_leaves_the_verdict_of_other_services_alone(self, name: str, other: str) -> None:
        """Where many packets are lost, what other hosts show is also evidence of chance: it may leave one unsure."""
        theirs = hosts(other)
        before = {one.id: one for one in said(name).services}
        unsure = {Verdict.INCONCLUSIVE} if Chances(seen(name).observations).share else set()
        for one in diagnose(with_strangers_fault(name, other)).services:
            if not any(target.rpartition(":")[0] in theirs for target in one.targets):
                assert one.verdict in {before[one.id].verdict, *unsure}, one.id

    @pytest.mark.parametrize("other", LOCAL)
    def test_is_seen_where_all_else_is_well(self, other: str) -> None:
        merged = {one.name: one.ok for one in diagnose(with_strangers_fault("healthy", other)).targets}
        theirs = {one.name: one.ok for one in said(other).targets if one.host in hosts(other)}
        assert theirs == {name: merged[name] for name in theirs}
