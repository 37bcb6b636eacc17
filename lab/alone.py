"""Processes that are alone: own network, mounts, processes and host name, killed with whoever started them.

Everything a scenario makes lives in them (`/run` is a file system of its own, and temporary files are put there), so
killing the runner, in whatever way, leaves nothing behind: no namespace, no process, no file, no mount.
`python -m lab.killing` tries it.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_LIFELINE = "LAB_LIFELINE"
NEEDS = ("unshare", "setpriv", "ip", "nft", "mount")
_NOBODY = "65534"
_UNSHARE = ("unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc")


def command(*words: str, module: str = "lab.trial") -> list[str]:
    """The command line that runs `python -m lab.trial WORDS`, or another module, alone."""
    return ["setpriv", "--pdeathsig", "KILL", *_UNSHARE, sys.executable, "-m", module, *words]


@contextlib.contextmanager
def lifeline() -> Iterator[tuple[int, dict[str, str]]]:
    """A descriptor to pass to a process that is alone, and what to add to its environment; it ends with the context.

    The kernel kills it with its parent too; but that is asked for a moment after the start, and this holds from before.
    """
    end, kept = os.pipe()
    try:
        yield end, {_LIFELINE: str(end)}
    finally:
        os.close(end)
        os.close(kept)


def settle_in() -> None:
    """First thing in the new process: own `/run` and `/dev/shm`, loopback up, a host name that says nothing."""
    end = os.environ.pop(_LIFELINE, "")
    if end:
        threading.Thread(target=_end_with, args=(int(end),), daemon=True).start()
    for place, mode in (("/run", "755"), ("/dev/shm", "1777")):  # noqa: S108  its own: squid leaves files there
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode={mode}", "none", place], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    Path("/proc/sys/kernel/hostname").write_text("desktop")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    tempfile.tempdir = os.environ["TMPDIR"] = "/run"


def _end_with(end: int) -> None:
    """Wait until nobody holds the other end any more; this is the first process here, and all others end with it."""
    os.read(end, 1)
    os._exit(1)


_AS_THE_CHECK = "import lineclear, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
"""It starts another Python for the scripts of proxies."""


@cache
def unprivileged() -> tuple[str, ...]:
    """The words before a command that make it a user's without any privilege: `nobody`.

    Where this Python lies in a folder closed to others, such as below /root, its owner without capabilities.
    """
    usual = ("--reuid", _NOBODY, "--regid", _NOBODY, "--clear-groups")
    for who in (usual, ()):
        words = ("setpriv", *who, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")
        command = [*words, sys.executable, "-c", _AS_THE_CHECK]
        ran = subprocess.run(command, capture_output=True, cwd="/", check=False)
        if ran.returncode == 0:
            return words
    raise RuntimeError("no user without privileges can start this Python")


def why_not() -> str:
    """Why the lab cannot run here; empty: it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "The lab makes network namespaces: it needs root on Linux."
    lacking = [one for one in NEEDS if shutil.which(one, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None]
    return f"The lab needs {', '.join(lacking)}." if lacking else ""
