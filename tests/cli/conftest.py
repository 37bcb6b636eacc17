"""The command line as a new user meets it: the real program in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def lineclear() -> Callable[..., Ran]:
    """Runs `lineclear` with words, and returns what it printed and how it ended."""

    def run(*words: str, stdin: str = "", **environment: str) -> Ran:
        env = {**os.environ, "PYTHONPATH": str(SRC), "NO_COLOR": "1", **environment}
        return subprocess.run(
            [sys.executable, "-m", "lineclear", *words],
            input=stdin,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
