"""What is known of a code: complete, the same everywhere, and committed as it is generated."""

import runpy
import sys
from pathlib import Path

import pytest

from lineclear.diagnose.codes import ALL, Code
from lineclear.model import UsageError
from lineclear.render.explain import FAMILIES, code_named, explained, families, listing, shown
from lineclear.render.findings_docs import pages, write
from lineclear.render.layout import Screen, cells

DOCS = Path(__file__).parents[2] / "docs" / "findings"
SCREEN = Screen(width=80)


def test_the_committed_pages_are_the_generated_ones() -> None:
    committed = {one.name: one.read_text(encoding="utf-8") for one in DOCS.iterdir()}
    assert committed == pages(), "run: python -m lineclear.render.findings_docs docs/findings"


def test_writing_removes_pages_of_codes_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "LC000.md").write_text("old")
    write(tmp_path)
    write(tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == set(pages())


@pytest.mark.parametrize("module", ["lineclear.render.findings_docs", "lineclear.render.schemas.__main__"])
def test_what_is_generated_is_written_by_one_command(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["python -m", str(tmp_path)])
    monkeypatch.delitem(sys.modules, module, raising=False)
    runpy.run_module(module, run_name="__main__")
    assert {one.name for one in tmp_path.iterdir()} in (set(pages()), {"report-1.json", "evidence-1.json"})


def test_every_code_belongs_to_a_family_once() -> None:
    assert {one.number // 100 for one in ALL} <= set(FAMILIES)
    assert sorted(one.number for _, codes in families() for one in codes) == sorted(one.number for one in ALL)


@pytest.mark.parametrize("code", ALL, ids=lambda one: one.label)
def test_a_code_is_explained_whole(code: Code) -> None:
    text = " ".join(explained(code, SCREEN).split())
    for part in (
        code.label,
        code.id,
        code.sees,
        shown(code.why, code),
        code.sure,
        *(shown(one.text, code) for one in code.remedies),
    ):
        assert " ".join(part.split()) in text


@pytest.mark.parametrize("code", ALL, ids=lambda one: one.label)
@pytest.mark.parametrize("width", [40, 80])
def test_an_explanation_keeps_to_its_width(code: Code, width: int) -> None:
    assert max(map(cells, explained(code, Screen(width=width)).split("\n"))) <= width


@pytest.mark.parametrize("word", ["LC301", "lc301", "301", " egress-port-dropped "])
def test_a_code_has_several_names(word: str) -> None:
    assert code_named(word).label == "LC301"


@pytest.mark.parametrize(
    ("word", "fix"),
    [("egress-port-droped", "LC301 (egress-port-dropped)"), ("zzzz", "`lineclear explain` lists them all.")],
)
def test_an_unknown_code_is_the_users_mistake(word: str, fix: str) -> None:
    with pytest.raises(UsageError, match="There is no code") as caught:
        code_named(word)
    assert fix in caught.value.fix


def test_the_listing_holds_every_code_and_title() -> None:
    text = " ".join(listing(SCREEN).split())
    assert all(f"{one.label} {one.id}: {' '.join(shown(one.title, one).split())}" in text for one in ALL)
