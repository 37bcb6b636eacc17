"""Values to bytes and back: a round trip is the identity, and what is no value of ours is refused in words."""

import msgspec
import pytest
from hypothesis import given, settings
from tests.diagnose.scene import scene
from tests.render.anything import anything

from lineclear.diagnose import diagnose
from lineclear.errors import UsageError
from lineclear.model import EVIDENCE_SCHEMA, Evidence, Report, evidence_from_json, from_json, to_json


def is_plain(value: object) -> bool:
    """Whether all texts of a value can be written: half a surrogate pair cannot."""
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(anything(Evidence))
def test_evidence_comes_back_as_it_was(evidence: Evidence) -> None:
    read = from_json(to_json(evidence), Evidence, "it")
    assert (read == evidence) is is_plain(evidence)
    assert from_json(to_json(read), Evidence, "it") == read


@settings(max_examples=40, deadline=None)
@given(anything(Report))
def test_a_report_comes_back_as_it_was(report: Report) -> None:
    read = from_json(to_json(report), Report, "it")
    assert (read == report) is is_plain(report)
    assert from_json(to_json(read), Report, "it") == read


def test_a_whole_check_comes_back_as_it_was() -> None:
    evidence = scene()
    report = Report(evidence=evidence, diagnosis=diagnose(evidence))
    assert from_json(to_json(report), Report, "it") == report
    assert evidence_from_json(to_json(evidence), "it") == evidence


def test_half_a_surrogate_pair_is_written_as_its_number() -> None:
    assert to_json({"path": "jts\udc80.ini"}) == b'{\n  "path": "jts\\\\udc80.ini"\n}\n'


def test_what_is_no_json_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match=r"saved\.json cannot be read") as refusal:
        evidence_from_json(b"PK\x03\x04", "saved.json")
    assert refusal.value.fix


def test_a_field_that_does_not_fit_is_named() -> None:
    with pytest.raises(UsageError, match=r"\$\.took_ms"):
        evidence_from_json(b'{"tool": "t", "started": "s", "took_ms": "long"}', "saved.json")


def test_evidence_of_another_schema_is_refused_in_words() -> None:
    saved = to_json(scene()).replace(EVIDENCE_SCHEMA.encode(), b"lineclear.evidence/99")
    with pytest.raises(UsageError, match="evidence/99") as refusal:
        evidence_from_json(saved, "saved.json")
    assert "newer" in refusal.value.fix
