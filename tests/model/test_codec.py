"""Saved evidence is read by the version that knows its schema, and by no other."""

import json

import pytest

from lineclear.model import EVIDENCE_SCHEMA, Catalog, Evidence, Plan, UsageError, Vantage, evidence_from_json, to_json


def saved() -> bytes:
    catalog = Catalog(id="any", edition="1", title="Any", publisher="x", application="x", services=())
    evidence = Evidence(
        tool="t",
        started="2026-01-01T00:00:00Z",
        took_ms=1.0,
        catalog=catalog,
        plan=Plan(catalog="any", edition="1"),
        vantage=Vantage(platform="linux"),
        observations=(),
    )
    return to_json(evidence)


def test_what_was_saved_is_read_again() -> None:
    assert to_json(evidence_from_json(saved(), "a file")) == saved()


def test_another_schema_is_refused_by_name() -> None:
    other = json.dumps({**json.loads(saved()), "schema": "lineclear-evidence/9"}).encode()
    with pytest.raises(UsageError, match="lineclear-evidence/9") as refused:
        evidence_from_json(other, "a file")
    assert EVIDENCE_SCHEMA in str(refused.value)
