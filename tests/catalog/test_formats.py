"""The forms a catalog is shown in. `UPDATE_GOLDEN=1 pytest tests/catalog/test_formats.py` rewrites the golden files."""

import csv
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lineclear.catalog import FORMATS, load, parse_toml, show
from lineclear.catalog.formats.csv_rows import COLUMNS
from lineclear.model import Catalog, from_json

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {"table": "txt", "json": "json", "csv": "csv", "markdown": "md", "html": "html"}
IBKR = load("ibkr")


@pytest.mark.parametrize(
    ("name", "form"),
    [("ibkr", "markdown"), ("ibkr", "html"), ("ibkr", "csv"), ("ibkr", "table"), ("ibkr:observed", "markdown"),
     ("local", "markdown"), ("local", "table")],
)  # fmt: skip
def test_golden(name: str, form: str) -> None:
    path = GOLDEN / f"{name.replace(':', '-')}.{ENDINGS[form]}"
    text = show(load(name), form, 80 if form == "table" else 0)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_every_form_has_an_ending_and_a_golden_file_or_a_round_trip() -> None:
    assert set(ENDINGS) == set(FORMATS)
    shown = {path.suffix[1:] for path in GOLDEN.iterdir()}
    assert {ENDINGS[form] for form in FORMATS} - shown == {"json"}


def test_json_is_the_catalog_itself() -> None:
    assert from_json(show(IBKR, "json").encode(), Catalog, "it") == IBKR


def test_csv_has_a_line_for_each_requirement() -> None:
    rows = list(csv.DictReader(io.StringIO(show(IBKR, "csv"))))
    assert [row["id"] for row in rows] == [one.id for one in IBKR.requirements]
    assert {row["source"] for row in rows} == {IBKR.source}
    assert tuple(rows[0]) == COLUMNS


@pytest.mark.parametrize("width", [20, 40, 60, 79, 80, 81, 100, 200])
@pytest.mark.parametrize("name", ["ibkr", "ibkr:observed", "local"])
def test_the_table_keeps_to_its_width_and_drops_no_host(name: str, width: int) -> None:
    text = show(load(name), "table", width)
    assert max(map(len, text.splitlines())) <= width
    unwrapped = re.sub(r"\s+", "", text)
    assert all(one.host in unwrapped for one in load(name).requirements)


def test_the_ibkr_list_fits_80_columns_with_a_line_for_each_host() -> None:
    lines = show(IBKR, "table", 80).splitlines()
    assert sum(line.endswith(("/http", "/https", "/tls")) for line in lines) == 26


def test_weights_and_remarks_show_where_there_is_room() -> None:
    wide = show(load("ibkr:observed"), "table")
    assert "WEIGHT" in wide
    assert "  observed; not required; also known as ndc1_hb1.ibllc.com" in wide
    assert "WEIGHT" not in show(IBKR, "table", 80)


class Page(HTMLParser):
    """Tags opened and closed, and the text, of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


HOSTILE = """\
format = "lineclear.catalog/1"
id = "x"
edition = "1"
title = "</title><script>alert(1)</script>"
publisher = "| a | b | [x](javascript:1) `"
application = "&amp;"
source = "# not a heading *bold* _em_"
notes = ["- <img src=x onerror=alert(1)>", "1. =cmd|' /C calc'!A0", "![x](http://h.example)"]

[[footnote]]
number = 12
text = "<b>&lt;"

[[service]]
id = "s"
label = "=1+1 | <i> _x_"
loses = "@SUM(A1)"
footnotes = [12]
any_of = "g"
ports = [{ port = 9, last = 12 }, "7/udp"]
hosts = [{ role = "backup", host = "a_b.example" }, "*.example.com"]
"""


def test_a_hostile_catalog_stays_text_in_html() -> None:
    page = Page(show(parse_toml(HOSTILE, "x.toml"), "html"))
    assert page.open == []
    assert not {"script", "img", "i", "b", "a"} & set(page.seen)
    assert "</title><script>alert(1)</script>" in "".join(page.words)


def test_a_hostile_catalog_stays_text_in_markdown() -> None:
    text = show(parse_toml(HOSTILE, "x.toml"), "markdown")
    assert not re.search(r"(?<!\\)<", text)
    assert all(len(re.findall(r"(?<!\\)`", line)) in (0, 2) for line in text.splitlines())
    assert "`a_b.example`" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows} == {6}
    assert "- \\- \\<img" in text
    assert "- 1\\. =cmd" in text


def test_a_hostile_catalog_is_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(show(parse_toml(HOSTILE, "x.toml"), "csv"))))
    assert {row["label"] for row in rows} == {"'=1+1 | <i> _x_"}
    assert {row["loses"] for row in rows} == {"'@SUM(A1)"}


def test_a_list_without_printed_tables_gets_one() -> None:
    text = show(parse_toml(HOSTILE, "x.toml"), "markdown")
    assert "| SERVICE | ROLE | HOST | PORTS | REMARKS |" in text
    assert "| BACKUP | `a_b.example` | 9-12 / 7 UDP | one of g is enough |" in text
    assert "|  |  | `*.example.com` |" in text
    assert "¹²" in text


def test_an_undated_list_without_a_source_says_so() -> None:
    text = show(parse_toml(HOSTILE.replace("source", "supersedes"), "x.toml"), "table")
    assert "undated (x:1).\n" in text
    assert "2 hosts, 4 host:port.\n" in text


def test_a_role_is_blank_where_the_list_has_roles_and_the_row_has_none() -> None:
    page = show(parse_toml(HOSTILE, "x.toml"), "html")
    assert "<td></td><td><code>*.example.com</code></td>" in page
    assert 'rowspan="2"' in page


def test_a_condition_no_footnote_explains_is_a_remark() -> None:
    text = HOSTILE.replace("footnotes = [12]\n", 'condition = "far"\n')
    text += '[[profile]]\nid = "far"\ntitle = "Far."\n'
    assert "only with far; one of g is enough" in show(parse_toml(text, "x.toml"), "table")


def test_a_footnote_on_head_and_label_alike_does_not_hide_the_ports() -> None:
    table = '[[table]]\nid = "t"\ntitle = "T"\ncolumns = ["A", "B", "C"]\nfootnotes = [12]\n'
    text = HOSTILE.replace('id = "s"\n', 'id = "s"\ntable = "t"\n')
    assert "| 9-12 / 7 UDP |" in show(parse_toml(f"{text}{table}", "x.toml"), "markdown")


def test_a_window_of_every_day_and_region() -> None:
    window = '[[window]]\nstart = "01:00"\nend = "02:00"\ntimezone = "UTC"\n'
    assert "- Every day 01:00–02:00 UTC\n" in show(parse_toml(f"{HOSTILE}{window}", "x.toml"), "table")
