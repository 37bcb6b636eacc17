"""What leaves the house: nothing of it, and still everything a diagnosis needs."""

import re

from hypothesis import HealthCheck, assume, given, settings
from msgspec.structs import replace
from tests.redact.drawn import CALM
from tests.redact.planted import SECRETS, Secrets, planted
from tests.redact.plausible import plausible
from tests.render.anything import anything
from tests.render.measured import evidence
from tests.render.reports import healthy

from lineclear.diagnose import diagnose
from lineclear.model import (
    Evidence,
    to_json,
)
from lineclear.redact import redact


@given(SECRETS)
@CALM
def test_no_planted_secret_survives(secret: Secrets) -> None:
    addresses = (*secret.private, *secret.public)
    assume(len(set(addresses)) == len(addresses))
    seen = planted(secret)
    assert all(one.encode() in to_json(seen) for one in (*secret.words, *addresses))
    told = to_json(redact(seen)).decode()
    lower = told.lower()
    assert not [one for one in secret.words if one in lower]
    assert not [one for one in addresses if re.search(rf"(?<![\w.:]){re.escape(one)}(?![\w.:])", told)]


def test_no_planted_secret_survives_in_a_report() -> None:
    words = tuple(f"zqx{chr(98 + at)}wvk" for at in range(12))
    secret = Secrets(
        words, ("10.9.8.7", "192.168.3.4", "172.20.1.2", "fd12::9", "fe80::77"), ("8.1.2.3", "81.9.9.9", "2a01::7")
    )
    seen = planted(secret)
    report = redact(replace(healthy(), evidence=seen, diagnosis=diagnose(seen)))
    told = to_json(report).decode().lower()
    assert not [one for one in (*words, *secret.private, *secret.public) if one in told]


def test_a_report_says_that_it_is_redacted_and_says_the_same() -> None:
    seen = evidence()
    report = replace(healthy(), evidence=seen, diagnosis=diagnose(seen))
    told = redact(report)
    assert told.redacted
    assert told.diagnosis.verdict is report.diagnosis.verdict
    assert [one.code for one in told.diagnosis.findings] == [one.code for one in report.diagnosis.findings]


@given(SECRETS)
@CALM
def test_planted_evidence_is_diagnosed_the_same(secret: Secrets) -> None:
    _assert_same_diagnosis(planted(secret))


@given(plausible())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_plausible_evidence_is_diagnosed_the_same(seen: Evidence) -> None:
    _assert_same_diagnosis(seen)


def _assert_same_diagnosis(seen: Evidence) -> None:
    before, after = diagnose(seen), diagnose(redact(seen))
    assert after.verdict is before.verdict
    assert [one.code for one in after.findings] == [one.code for one in before.findings]
    assert [len(one.targets) for one in after.findings] == [len(one.targets) for one in before.findings]
    assert [one.ok for one in after.targets] == [one.ok for one in before.targets]


@given(seen=anything(Evidence))
@CALM
def test_redaction_is_total(seen: Evidence) -> None:
    told = redact(seen)
    assert len(told.observations) == len(seen.observations)
    to_json(told)


@given(SECRETS)
@CALM
def test_what_is_redacted_can_be_redacted_again(secret: Secrets) -> None:
    once = redact(planted(secret))
    assert len(to_json(redact(once))) > 0
