"""The demo keeps its promise, and says so only then."""

import subprocess
import sys

import pytest

from lineclear.simulate import demo
from lineclear.simulate.faults import BY_NAME


def test_the_trap_is_told_from_the_healthy_edge() -> None:
    words = (sys.executable, "-m", "lineclear.simulate.demo")
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = ended.stdout
    assert told.index("exit code 0") < told.index("Connected.") < told.index("exit code 1") < told.index("As promised")


def test_it_does_not_claim_what_did_not_happen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "TRAP", BY_NAME["slow"])
    assert demo.main() == 1
    assert "As promised" not in capsys.readouterr().out
