"""What holds for every network, on every list: total, deterministic, blind to order, never surer with less."""

import os
import random
from collections.abc import Callable
from string import Formatter

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.diagnose.gist import gist
from tests.diagnose.network import Change, Network, healthy
from tests.diagnose.scene import seen
from tests.diagnose.strange import CATALOGS, CHANGES
from tests.diagnose.words import doors, refused, silent
from tests.render.anything import anything

from lineclear.diagnose import diagnose
from lineclear.diagnose.codes import code_of
from lineclear.model import (
    Catalog,
    Evidence,
    Failure,
    Nudge,
    Observation,
    PathTrace,
    Ping,
    Severity,
    SourceAddress,
    TcpConnect,
    Verdict,
)

# The same examples each time, so that nobody's change fails by another's bug; MANY=2000 looks for new ones.
many = settings(
    max_examples=int(os.environ.get("MANY", "60")),
    derandomize="MANY" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
EVIDENCE = anything(Evidence)


def changed(catalog: Catalog, changes: list[Callable[[Network], Change]]) -> Network:
    network = healthy(catalog)
    for one in changes:
        network = one(network)(network)
    return network


NETWORKS = st.builds(changed, CATALOGS, st.lists(CHANGES, min_size=1, max_size=4))


def ids(evidence: Evidence) -> set[str]:
    return {one.id for one in evidence.observations}


def holds_together(evidence: Evidence) -> None:
    """All that must hold of any diagnosis."""
    diagnosis = diagnose(evidence)
    known = ids(evidence)
    for finding in diagnosis.findings:
        code = code_of(finding)
        said = (code.title, code.why, code.sees, code.sure, *(one.text for one in code.phrases))
        fields = {name for text in said for name in placeholders(text)}
        fields |= {name for one in code.remedies for name in placeholders(one.text)}
        assert fields <= {"targets", "subject", *dict(finding.facts)}, (finding.id, fields)
        assert "targets" not in fields or finding.targets, finding.id
        assert code.title
        assert code.remedies
        assert all(one in known or one.startswith("vantage.") for one in finding.because), finding
        assert set(finding.targets) <= {one.name for one in diagnosis.targets}
    assert [one.name for one in diagnosis.targets] == list(dict.fromkeys(one.name for one in evidence.plan.targets))


def tells_of_what(evidence: Evidence) -> None:
    """Every sentence that names something has something to name."""
    for finding in diagnose(evidence).findings:
        code = code_of(finding)
        facts = {"subject": finding.subject, **dict(finding.facts)}
        chosen = (one.text for one in code.phrases if facts.get(one.fact) == one.value)
        texts = (code.title, code.why, code.sees, code.sure, *(one.text for one in code.remedies), *chosen)
        fields = {name for text in texts for name in placeholders(text)}
        assert all(facts.get(name, "it") for name in fields), (finding.id, facts)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


class TestAnyEvidence:
    """Whatever decodes is judged."""

    @many
    @given(EVIDENCE)
    def test_is_judged_and_the_judgement_holds_together(self, evidence: Evidence) -> None:
        holds_together(evidence)

    @many
    @given(EVIDENCE)
    def test_twice_the_same(self, evidence: Evidence) -> None:
        assert diagnose(evidence) == diagnose(evidence)


class TestAnyNetwork:
    """Whatever is wrong, on whatever list."""

    @many
    @given(NETWORKS)
    def test_is_judged_and_the_judgement_holds_together(self, network: Network) -> None:
        holds_together(seen(network))

    @many
    @given(NETWORKS)
    def test_every_sentence_has_something_to_tell_of(self, network: Network) -> None:
        tells_of_what(seen(network))

    @many
    @given(NETWORKS, st.randoms(use_true_random=False))
    def test_the_order_of_observations_does_not_matter(self, network: Network, chance: random.Random) -> None:
        evidence = seen(network)
        steps = list(evidence.observations)
        chance.shuffle(steps)
        assert diagnose(msgspec.structs.replace(evidence, observations=tuple(steps))) == diagnose(evidence)

    @many
    @given(NETWORKS, st.randoms(use_true_random=False))
    def test_the_order_of_the_list_changes_nothing_but_order(self, network: Network, chance: random.Random) -> None:
        evidence = seen(network)
        services, targets, names = (
            list(evidence.catalog.services),
            list(evidence.plan.targets),
            list(evidence.plan.names),
        )
        for one in (services, targets, names):
            chance.shuffle(one)
        shuffled = replace(
            evidence,
            catalog=replace(evidence.catalog, services=tuple(services)),
            plan=replace(evidence.plan, targets=tuple(targets), names=tuple(names)),
        )
        assert gist(diagnose(shuffled)) == gist(diagnose(evidence))

    @many
    @given(NETWORKS)
    def test_every_finding_cites_what_proves_it(self, network: Network) -> None:
        for finding in diagnose(seen(network)).findings:
            assert finding.because or finding.id in ("not-testable", "not-tried", "stopped-early"), finding

    @many
    @given(NETWORKS)
    def test_no_failure_without_a_cause_and_no_cause_without_a_failure(self, network: Network) -> None:
        diagnosis = diagnose(seen(network))
        errors = [one for one in diagnosis.findings if one.severity is Severity.ERROR]
        assert bool(errors) == (diagnosis.verdict is Verdict.FAILURE)
        dead = {one.name for one in diagnosis.targets if one.ok is False}
        assert all(dead & set(one.targets) for one in errors)

    @many
    @given(NETWORKS)
    def test_success_says_nothing_worse_than_a_note(self, network: Network) -> None:
        diagnosis = diagnose(seen(network))
        if diagnosis.verdict is Verdict.SUCCESS:
            assert {one.severity for one in diagnosis.findings} <= {Severity.INFO}

    @many
    @given(NETWORKS)
    def test_a_target_that_fails_has_one_cause_and_perhaps_one_behind_its_name(self, network: Network) -> None:
        diagnosis = diagnose(seen(network))
        for one in diagnosis.targets:
            causes = [
                each
                for each in diagnosis.findings
                if one.name in each.targets
                and each.severity is not Severity.INFO
                and not code_of(each).misleads
                and each.id != "hosts-file-differs"
            ]
            assert one.ok is not False or len(causes) <= 1, (one.name, causes)


class TestHealthyNetworks:
    @many
    @given(CATALOGS)
    def test_give_success_and_no_finding_but_notes(self, catalog: Catalog) -> None:
        diagnosis = diagnose(seen(healthy(catalog)))
        assert diagnosis.verdict is Verdict.SUCCESS
        assert {one.severity for one in diagnosis.findings} <= {Severity.INFO}
        assert all(one.ok for one in diagnosis.targets)


FAILINGS = st.sampled_from(
    (
        silent("*"),
        refused("*"),
        silent("*:4000"),
        refused("*:443"),
        doors("*", tls=Failure.CONNECTION_RESET, listen=Failure.EOF, http=Failure.EOF),
        doors("*", codes=(("system", 19), ("public", 19)), issuer="CN=Nobody"),
    )
)


class TestMoreFailures:
    @many
    @given(NETWORKS, FAILINGS)
    def test_never_turn_failure_into_success(self, network: Network, worse: Change) -> None:
        before, after = diagnose(seen(network)), diagnose(seen(worse(network)))
        assert before.verdict is not Verdict.FAILURE or after.verdict is not Verdict.SUCCESS

    @many
    @given(NETWORKS, st.data())
    def test_nor_does_one_step_that_failed_instead(self, network: Network, data: st.DataObject) -> None:
        evidence = seen(network)
        mine = [number for number, one in enumerate(evidence.observations) if getattr(one, "host", "")]
        number = data.draw(st.sampled_from(mine or [0]))
        worse = replace(evidence.observations[number], failure=data.draw(st.sampled_from(Failure)))
        steps = (*evidence.observations[:number], worse, *evidence.observations[number + 1 :])
        before, after = diagnose(evidence), diagnose(replace(evidence, observations=steps))
        assert before.verdict is not Verdict.FAILURE or after.verdict is not Verdict.SUCCESS


def lacking(evidence: Evidence, *kinds: type[Observation]) -> dict[str, bool | None]:
    """How the targets stand on a machine that cannot take some steps."""
    left = tuple(one for one in evidence.observations if not isinstance(one, kinds))
    return {one.name: one.ok for one in diagnose(replace(evidence, observations=left)).targets}


class TestLessEvidence:
    """What a machine cannot measure makes a check less sure, never sure of the opposite."""

    @many
    @given(NETWORKS)
    def test_without_cr_lf_nothing_becomes_surer(self, network: Network) -> None:
        evidence = seen(network)
        without = lacking(evidence, Nudge)
        for one in diagnose(evidence).targets:
            assert without[one.name] in (one.ok, None)

    @many
    @given(NETWORKS)
    def test_without_traces_nothing_turns_around(self, network: Network) -> None:
        evidence = seen(network)
        without = lacking(evidence, PathTrace)
        for one in diagnose(evidence).targets:
            assert {one.ok, without[one.name]} != {True, False}

    @many
    @given(NETWORKS)
    def test_pings_and_source_addresses_decide_nothing(self, network: Network) -> None:
        evidence = seen(network)
        without = lacking(evidence, Ping, SourceAddress)
        assert {one.name: one.ok for one in diagnose(evidence).targets} == without

    @many
    @given(NETWORKS)
    def test_without_controls_no_opaque_port_is_usable(self, network: Network) -> None:
        evidence = seen(network)
        left = tuple(one for one in evidence.observations if not isinstance(one, TcpConnect) or one.host)
        for one in diagnose(replace(evidence, observations=left)).targets:
            assert one.ok is not True or one.transport != "tcp"
