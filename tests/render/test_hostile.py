"""Whatever a report holds, every format says it whole, and says nothing that a terminal or a parser would act upon."""

import csv
import json
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineclear.model import Report
from lineclear.render import FORMATS
from lineclear.render.json import report_from_json
from lineclear.render.layout import cells
from lineclear.render.safe import ascii_only, safe

from .anything import TEXT, anything

REPORT = anything(Report)
_ANSI = re.compile(r"\x1b\[[0-9;]+m")
_CALM = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _controls(text: str) -> set[str]:
    return {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")} - {"\n"}


@pytest.mark.parametrize("name", FORMATS)
@given(report=REPORT)
@_CALM
def test_every_format_is_total_and_calm(name: str, report: Report) -> None:
    text = FORMATS[name](report)
    assert text.endswith("\n")
    assert not _controls(text)
    text.encode()


@given(report=REPORT, width=st.integers(-3, 200), color=st.booleans(), ascii_=st.booleans(), verbose=st.booleans())
@_CALM
def test_text_keeps_to_its_width(report: Report, width: int, *, color: bool, ascii_: bool, verbose: bool) -> None:
    text = FORMATS["text"](report, width=width, color=color, ascii=ascii_, verbose=verbose)
    bare = _ANSI.sub("", text) if color else text
    assert not _controls(bare)
    assert max(map(cells, bare.split("\n"))) <= min(max(width, 20), 110)
    assert not ascii_ or bare.isascii()
    assert all(line == line.rstrip() for line in bare.split("\n"))


@given(report=REPORT)
@_CALM
def test_colours_change_nothing_but_colour(report: Report) -> None:
    plain = FORMATS["text"](report, verbose=True)
    coloured = FORMATS["text"](report, verbose=True, color=True)
    assert _ANSI.sub("", coloured) == plain


@given(report=REPORT)
@_CALM
def test_nagios_is_one_line_with_one_bar(report: Report) -> None:
    text = FORMATS["nagios"](report)
    assert text.count("\n") == 1
    assert text.count("|") == 1


@given(report=REPORT)
@_CALM
def test_csv_reads_back_as_one_row_a_target_and_no_formula(report: Report) -> None:
    rows = list(csv.reader(FORMATS["csv"](report).split("\n")[:-1]))
    assert len(rows) == 1 + len(report.diagnosis.targets)
    assert len({len(row) for row in rows}) == 1
    assert not any(one.startswith(("=", "+", "-", "@")) for row in rows for one in row)


@given(report=REPORT)
@_CALM
def test_junit_parses_and_counts_what_it_holds(report: Report) -> None:
    root = _parsed(FORMATS["junit"](report))
    cases = root.findall("testsuite/testcase")
    assert len(cases) == len({one.name for one in report.diagnosis.targets})
    assert root.get("failures") == str(len(root.findall("testsuite/testcase/failure")))
    assert root.get("skipped") == str(len(root.findall("testsuite/testcase/skipped")))
    assert not root.findall(".//error")


@given(report=REPORT)
@_CALM
def test_json_says_what_is_printable_and_parses(report: Report) -> None:
    told = json.loads(FORMATS["json"](report))
    assert told["verdict"] == report.diagnosis.verdict.value
    assert [one["host"] for one in told["targets"]] == [_writable(one.host) for one in report.diagnosis.targets]
    report_from_json(FORMATS["json"](report).encode(), "a report")


def _writable(text: str) -> str:
    """As a file can hold it: half a surrogate pair is spelt out."""
    return text.encode(errors="backslashreplace").decode()


@given(TEXT)
def test_safe_twice_is_safe_once(text: str) -> None:
    assert safe(safe(text)) == safe(text)
    assert safe(text).isprintable()
    assert ascii_only(safe(text)).isascii()


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_safe_leaves_ordinary_text_alone(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202egpj", "\\u202egpj"),
        ("\x9b", "\\x9b"),
        ("\U000e0041", "\\U000e0041"),
        ("\udc80", "\\udc80"),
        ("16\u00a0ms", "16 ms"),
        ("é ✓ 線", "é ✓ 線"),
    ],
)
def test_safe_shows_what_it_found(text: str, shown: str) -> None:
    assert safe(text) == shown


def _parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own text
