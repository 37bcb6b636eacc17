"""The JSON document: its schema is shipped, every report fits it, and it can be read back."""

import json
from importlib.resources import files
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from lineclear.model import EVIDENCE_SCHEMA, Evidence, Report, UsageError, Verdict, to_json
from lineclear.render import EXIT, FORMATS
from lineclear.render.json import report_from_json
from lineclear.render.schemas import SCHEMAS, generated

from .anything import anything
from .measured import evidence
from .reports import REPORTS, dropped

SHIPPED = files("lineclear.render.schemas")
_CALM = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _schema(name: str) -> Any:
    return json.loads(SHIPPED.joinpath(name).read_bytes())


def _validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(_schema(name))


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_shipped_schema_is_the_one_the_types_make(name: str) -> None:
    again = "run: python -m lineclear.render.schemas src/lineclear/render/schemas"
    assert SHIPPED.joinpath(name).read_bytes() == generated()[name], again


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(_schema(name))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_fits_its_schema(name: str) -> None:
    _validator("report-1.json").validate(json.loads(FORMATS["json"](REPORTS[name]())))


@given(report=anything(Report))
@_CALM
def test_any_report_fits_its_schema(report: Report) -> None:
    _validator("report-1.json").validate(json.loads(FORMATS["json"](report)))


@given(seen=anything(Evidence))
@_CALM
def test_any_evidence_fits_its_schema(seen: Evidence) -> None:
    _validator("evidence-1.json").validate(json.loads(to_json(seen)))


def test_the_schema_refuses_what_is_no_report() -> None:
    told = json.loads(FORMATS["json"](dropped()))
    told["verdict"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        _validator("report-1.json").validate(told)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_can_be_read_back(name: str) -> None:
    report = REPORTS[name]()
    assert report_from_json(FORMATS["json"](report).encode(), "it") == report


@given(report=anything(Report))
@_CALM
def test_what_is_read_back_says_the_same(report: Report) -> None:
    once = report_from_json(FORMATS["json"](report).encode(), "it")
    twice = report_from_json(FORMATS["json"](once).encode(), "it")
    assert once == twice
    assert once.diagnosis.verdict is report.diagnosis.verdict


@pytest.mark.parametrize("name", REPORTS)
def test_what_scripts_rely_on(name: str) -> None:
    report = REPORTS[name]()
    told = json.loads(FORMATS["json"](report))
    assert told["schema"] == "lineclear.report/1"
    assert told["verdict"] in {"success", "failure", "degraded", "inconclusive"}
    assert told["exit_code"] == EXIT[report.diagnosis.verdict]
    assert told["evidence"]["schema"] == EVIDENCE_SCHEMA
    assert told["catalog"]["place"] == "IBKR server"
    assert {(one["host"], one["port"]) for one in told["targets"]} == {
        (t.host, t.port) for t in report.diagnosis.targets
    }
    assert all(one["ok"] in (True, False, None) for one in told["targets"])
    assert all(one["severity"] in {"error", "warning", "info"} for one in told["findings"])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"not json", "cannot be read"),
        (b"{}", "tool"),
        (b'{"schema": "lineclear.report/9"}', "schema"),
        (to_json(evidence()), "schema"),
    ],
)
def test_what_is_no_report_is_the_users_mistake(data: bytes, says: str) -> None:
    with pytest.raises(UsageError, match="cannot be read") as caught:
        report_from_json(data, "report.json")
    assert says in str(caught.value)


def test_exit_codes_are_the_contract() -> None:
    assert EXIT == {Verdict.SUCCESS: 0, Verdict.FAILURE: 1, Verdict.INCONCLUSIVE: 3, Verdict.DEGRADED: 4}


def test_a_redacted_report_says_so() -> None:
    told = json.loads(FORMATS["json"](replace(dropped(), redacted=True)))
    assert told["redacted"] is True
