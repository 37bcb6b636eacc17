"""`lineclear explain` and `lineclear redact`, as somebody types them."""

import json
from pathlib import Path

import pytest

from lineclear.cli import main
from lineclear.model import evidence_from_json, to_json
from lineclear.render import FORMATS
from lineclear.render.json import report_from_json

from .reports import dropped


def test_explain_prints_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "LC301"]) == 0
    out = capsys.readouterr().out
    assert "egress-port-dropped (error)" in out
    assert "What to change, and who can" in out


def test_explain_prints_several_codes_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "301", "101"]) == 0
    out = capsys.readouterr().out
    assert out.index("LC301") < out.index("LC101")


def test_explain_alone_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert "Transport" in capsys.readouterr().out


def test_explain_of_an_unknown_code_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "egress-port-droped"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Did you mean LC301 (egress-port-dropped)" in told.err


def test_redact_of_evidence_is_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "evidence.json"
    file.write_bytes(to_json(dropped().evidence))
    assert main(["redact", str(file)]) == 0
    out = capsys.readouterr().out
    assert evidence_from_json(out.encode(), "it").observations
    assert "10.20.0.1" in file.read_text()
    assert "10.20.0.1" not in out


def test_redact_of_a_report_is_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, shared = tmp_path / "report.json", tmp_path / "shared.json"
    file.write_text(FORMATS["json"](dropped()), encoding="utf-8")
    assert main(["redact", str(file), "--output", str(shared)]) == 0
    assert capsys.readouterr().out == ""
    assert report_from_json(shared.read_bytes(), "it").redacted
    assert json.loads(shared.read_text())["redacted"] is True


def test_diagnose_takes_a_report_as_well_as_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for name, data in (("e.json", to_json(dropped().evidence)), ("r.json", FORMATS["json"](dropped()).encode())):
        file = tmp_path / name
        file.write_bytes(data)
        code = main(["diagnose", str(file)])
        told.append((code, capsys.readouterr().out))
    assert told[0] == told[1]


@pytest.mark.parametrize("content", [b"hello", b'{"schema": "other/1"}', None])
def test_redact_of_something_else_is_the_users_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    file = tmp_path / "file.json"
    if content is not None:
        file.write_bytes(content)
    assert main(["redact", str(file)]) == 2
    assert "file.json cannot be read: " in capsys.readouterr().err


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "evidence.json"
    file.write_bytes(to_json(dropped().evidence))
    return file


@pytest.mark.parametrize(
    ("spoken", "options", "word"),
    [
        ({}, [], "en"),
        ({"LANG": "C.UTF-8"}, [], "en"),
        ({"LANG": "de_AT.UTF-8"}, [], "de"),
        ({"LANG": "de_AT.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, [], "ja"),
        ({"LANG": "de_AT.UTF-8"}, ["--lang", "zh-Hans"], "zh-Hans"),
        ({"LANG": "de_AT.UTF-8"}, ["--lang", "en"], "en"),
    ],
)
def test_html_is_in_the_language_that_is_spoken_or_chosen(
    saved: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    *,
    spoken: dict[str, str],
    options: list[str],
    word: str,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in spoken.items():
        monkeypatch.setenv(name, value)
    assert main(["diagnose", str(saved), "--format", "html", *options]) in (0, 1, 3, 4)
    assert f'<html lang="{word}">' in capsysbinary.readouterr().out.decode()


def test_another_form_has_no_language_to_choose(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", str(saved), "--format", "markdown", "--lang", "de"]) == 2
    assert "speaks English only" in capsys.readouterr().err
    assert main(["check", "--lang", "de"]) == 2


@pytest.mark.parametrize("form", ["text", "html", "markdown", "json", "csv"])
def test_a_form_is_redacted_where_it_is_asked_for(saved: Path, tmp_path: Path, form: str) -> None:
    whole, shared = tmp_path / "whole", tmp_path / "shared"
    main(["diagnose", str(saved), "--format", form, "--output", str(whole)])
    main(["diagnose", str(saved), "--format", form, "--output", str(shared), "--redact"])
    assert "10.20.0.1" not in shared.read_text(encoding="utf-8")
    assert form in ("csv", "text", "markdown") or "10.20.0.1" in whole.read_text(encoding="utf-8")
