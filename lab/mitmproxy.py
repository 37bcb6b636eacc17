"""mitmproxy in an environment of its own: its dependencies are none of ours.

Made from PyPI when a scenario first needs it, kept below the user's cache folder, and used again. Where it cannot be
had (no network), those scenarios are skipped, and say why.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

WANTED = "mitmproxy>=11,<13"
"""Which of them pip takes depends on the Python: 3.11 has 11.0.2 last."""
_PATIENCE_S = 300


def program() -> Path:
    """Where mitmdump is, or will be."""
    version = "{}.{}".format(*sys.version_info[:2])
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return kept / "lineclear-lab" / f"mitmproxy-{version}" / "bin" / "mitmdump"


@cache
def why_not() -> str:
    """Make the environment unless it is there; why it could not be made, empty: it is there.

    Two runs at a time wait for each other. One that was killed half-way leaves no `ready`, and the next begins anew.
    """
    folder = program().parents[1]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "ready").exists():
            return ""
        shutil.rmtree(folder, ignore_errors=True)
        commands = (
            (sys.executable, "-m", "venv", str(folder)),
            (str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", WANTED),
        )
        for words in commands:
            problem = _problem(words)
            if problem:
                shutil.rmtree(folder, ignore_errors=True)
                return problem
        (folder / "ready").touch()
        return ""


def _problem(words: tuple[str, ...]) -> str:
    try:
        ran = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=_PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return f"{Path(words[0]).name} was not done after {_PATIENCE_S} s"
    if not ran.returncode:
        return ""
    return (ran.stderr.strip().splitlines() or [f"{Path(words[0]).name} ended with {ran.returncode}"])[-1]
