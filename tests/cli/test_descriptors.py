"""With too few descriptors a run is refused before anything is sent, in words; with just enough it runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
CHECK = ("check", "--catalog", "local")
SIMULATE = ("simulate", "--catalog", "local", "--", "check")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limits of a process there")


def limited(number: int, *words: str) -> subprocess.CompletedProcess[str]:
    program = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({number}, {number}))\n"
        "from lineclear.command import command; command()"
    )
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    return subprocess.run(
        [sys.executable, "-c", program, *words], env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("number", "words", "what", "fewest"),
    [
        (10, CHECK, "A check", 64),
        (20, CHECK, "A check", 64),
        (63, CHECK, "A check", 64),
        (10, SIMULATE, "A simulation", 256),
        (255, SIMULATE, "A simulation", 256),
    ],
)
def test_too_few_are_refused(number: int, words: tuple[str, ...], what: str, fewest: int) -> None:
    ran = limited(number, *words)
    said = f"{what} needs {fewest} open files (sockets are files), and this process may have {number}. Raise the hard"
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_just_enough_for_a_check() -> None:
    ran = limited(64, *CHECK, "--deadline", "5")
    assert (ran.returncode in {0, 1, 3, 4}, ran.stderr) == (True, "")


def test_just_enough_are_enough() -> None:
    ran = limited(256, *SIMULATE)
    assert "SUCCESS" in ran.stdout, ran.stderr
