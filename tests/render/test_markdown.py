"""The ticket, read back by a Markdown parser: it fits, its tables are tables, and nothing hostile acts in it."""

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lab import evidence
from lineclear.diagnose import diagnose
from lineclear.model import Report, evidence_from_json
from lineclear.redact import redact
from lineclear.render.markdown import markdown

from .anything import anything
from .pages import HOSTILE, hostile

MOST = 30_000
"""Characters: what the field of a ticket takes in the tightest of the usual systems (32,767)."""
PLAIN = {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
"""What a line of ours may become; no link, no picture, no HTML."""
_READER = MarkdownIt("commonmark").enable("table")
_CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def read(text: str) -> list[Token]:
    return _READER.parse(text)


def inline(tokens: list[Token]) -> list[Token]:
    return [one for token in tokens for one in token.children or ()]


def rows(tokens: list[Token]) -> list[int]:
    """How many cells each row of each table has."""
    found: list[int] = []
    for one in tokens:
        if one.type == "tr_open":
            found.append(0)
        elif one.type in ("td_open", "th_open"):
            found[-1] += 1
    return found


@pytest.mark.parametrize("name", evidence.kept()[::4])
def test_fits_a_ticket_and_reads_back(name: str) -> None:
    told = evidence_from_json(evidence.load(name), name)
    text = markdown(redact(Report(evidence=told, diagnosis=diagnose(told))))
    tokens = read(text)
    assert len(text) <= MOST
    assert set(rows(tokens)) == {5}
    assert {one.type for one in inline(tokens)} <= PLAIN
    assert not [one for one in tokens if one.type in ("html_block", "code_block", "fence", "blockquote_open")]


def test_what_a_stranger_said_stays_text() -> None:
    tokens = read(markdown(hostile()))
    assert {one.type for one in inline(tokens)} <= PLAIN
    assert not [one for one in tokens if one.type == "html_block"]
    assert any(
        "<script>window.owned = 1</script>" in one.content for one in inline(tokens) if one.type == "code_inline"
    )
    assert "\x1b" not in markdown(hostile())
    assert HOSTILE not in markdown(hostile())


@given(report=anything(Report))
@_CALM
def test_nothing_becomes_a_link_a_picture_or_html(report: Report) -> None:
    tokens = read(markdown(report))
    assert {one.type for one in inline(tokens)} <= PLAIN
    assert not [one for one in tokens if one.type in ("html_block", "code_block", "fence", "blockquote_open")]
