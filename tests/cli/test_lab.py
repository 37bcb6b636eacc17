"""`lineclear lab` hands its words to the laboratory beside the package."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import lineclear
from lineclear.cli import main


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The words of each program that was started, without Python's own."""
    seen: list[list[str]] = []

    def run(command: list[str], **_: Any) -> SimpleNamespace:
        seen.append(command[1:])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    return seen


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["--list"]),
        (["--family", "names"], ["--list", "--family", "names"]),
        (["drop-office", "healthy"], ["--rehearse", "drop-office", "--rehearse", "healthy"]),
        (["--shell", "healthy"], ["--shell", "--scenario", "healthy"]),
    ],
)
def test_words_are_handed_on(handed: list[list[str]], words: list[str], expected: list[str]) -> None:
    assert main(["lab", *words]) == 0
    assert handed == [["-m", "lab", *expected]]


def test_a_shell_stands_in_one_network(handed: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "--shell"]) == 2
    assert "Name one" in capsys.readouterr().err
    assert handed == []


def test_an_installation_without_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lineclear, "__file__", str(tmp_path / "site" / "lineclear" / "__init__.py"))
    assert main(["lab"]) == 2
    assert "without the laboratory" in capsys.readouterr().err


def test_the_list_is_the_laboratory_s_own(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "--family", "portal"]) == 0
    assert "portal-all-ports" in capfd.readouterr().out
