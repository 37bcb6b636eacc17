"""Whatever the network and a file say stays text, in every language."""

import subprocess
import sys

import pytest

from lineclear.render.html import html

from .pages import Page, hostile


@pytest.mark.parametrize("language", ["en", "de", "zh-Hans", "ja"])
def test_nothing_hostile_becomes_markup(language: str) -> None:
    text = html(hostile(), language=language)
    page = Page(text)
    assert page.open == []
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img"})
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[2J\\u202e" in page.text
    assert "{{7*7}}" in page.text


def test_other_formats_do_not_load_the_template_engine() -> None:
    program = "import sys, lineclear.render as r; r.load('markdown'); r.load('text'); print('jinja2' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
