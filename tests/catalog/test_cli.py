"""`lineclear catalog`, by its own parser."""

import argparse
import io
import json
from pathlib import Path

import pytest

from lineclear import catalog
from lineclear.cli import catalog as command
from lineclear.model import UsageError


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="lineclear")
    command.add(parser.add_subparsers(required=True))
    args = parser.parse_args(["catalog", *words])
    code: int = args.run(args)
    return code


Capture = pytest.CaptureFixture[str]


def test_list(capsys: Capture) -> None:
    assert run("list") == 0
    assert "ibkr:2022-01" in capsys.readouterr().out


@pytest.mark.parametrize("form", command.FORMS)
def test_show(capsys: Capture, form: str) -> None:
    assert run("show", "ibkr:2022-01", "--format", form) == 0
    shown = capsys.readouterr()
    assert shown.out == catalog.show(catalog.load("ibkr"), form)
    assert shown.err == ""


def test_show_is_of_the_ibkr_list_unless_another_is_named(capsys: Capture) -> None:
    assert run("show") == 0
    assert "ibkr:2022-01" in capsys.readouterr().out
    assert run("show", "local") == 0
    assert "These are local API ports." in capsys.readouterr().out


def test_show_keeps_to_the_terminal(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "50")
    assert run("show") == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 50


@pytest.mark.parametrize(
    ("form", "encoding", "label"),
    [("table", "ascii", "PORTS ?"), ("table", "utf-8", "PORTS ¹"), ("html", "ascii", "AMERICA – EAST")],
)
def test_what_cannot_be_shown_is_no_crash_and_files_are_utf_8(
    monkeypatch: pytest.MonkeyPatch, form: str, encoding: str, label: str
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    assert run("show", "--format", form) == 0
    assert label in raw.getvalue().decode()


def test_a_replaced_stdout_is_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    assert run("list") == 0
    assert "ibkr:2022-01" in out.getvalue()


def test_observed(capsys: Capture) -> None:
    assert run("observed") == 0
    assert "api.ibkr.com" in capsys.readouterr().out


def test_lint_ends_with_1_when_there_is_work(capsys: Capture) -> None:
    assert run("lint", "ibkr") == 1
    assert "ibkr-2022-01.toml:" in capsys.readouterr().out


def test_lint_ends_with_0_when_there_are_only_hints_or_nothing(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_text(catalog.toml_of("local")[1], "utf-8")
    assert run("lint", str(path), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["remarks"] == []
    path.write_text(path.read_text("utf-8").replace("5000/https", "5000/tcp"), "utf-8")
    assert run("lint", str(path)) == 0
    assert "identity-unproven" in capsys.readouterr().out


def test_diff(capsys: Capture) -> None:
    assert run("diff", "ibkr", "ibkr:observed") == 0
    assert "Only in ibkr:observed:" in capsys.readouterr().out
    assert run("diff", "ibkr", "ibkr", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["changed"] == []


def test_schema(capsys: Capture) -> None:
    assert run("schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Lineclear catalog"


@pytest.mark.parametrize(
    "words", [("show", "nowhere"), ("lint", "absent.toml"), ("diff", "ibkr", "ibkr:1999"), ("show", "ibkr:1999")]
)
def test_what_is_not_there_is_a_usage_error(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        run(*words)
    assert caught.value.fix


@pytest.mark.parametrize("words", [(), ("shwo",), ("show", "--format", "pdf"), ("lint",), ("diff", "ibkr")])
def test_wrong_words_end_with_2(words: tuple[str, ...], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*words)
    assert caught.value.code == 2
    assert "usage: lineclear catalog" in capsys.readouterr().err


def test_the_forms_offered_are_the_forms_there_are() -> None:
    assert tuple(catalog.FORMATS) == command.FORMS
    assert tuple(catalog.DIFF_FORMATS) == tuple(catalog.LINT_FORMATS) == command.DIFF_FORMS
