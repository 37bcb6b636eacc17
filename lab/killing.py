"""`python -m lab.killing`: kills a running lab (kill -9) at many moments, and looks for anything it left behind.

It goes on in namespaces of its own, with `/run`, `/tmp` and `/dev/shm` empty, as the parent of every orphan: so what is
there afterwards and was not before is the lab's. Prints one line a moment; ends with 1 if anything was left.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from lab.alone import command, settle_in, why_not
from lab.world import missing

MOMENTS_S = (0.02, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 4.0, 5.5, 7.0, 9.0)
"""After the start: while Python starts, while the network is built, in the check, while nonces are left."""
_ROOT = Path(__file__).parents[1]
_WATCHED = ("/run", "/tmp", "/dev/shm", "/var/tmp")  # noqa: S108  watched, not used
_MANY_PROGRAMS, _PLAIN = "everything-opened-trusted", "healthy"
_GONE_S = 5.0


def main() -> int:
    """The exit code."""
    problem = why_not()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    if "--alone" not in sys.argv:
        words = [one if one != "lab.trial" else "lab.killing" for one in command("--alone")]
        return subprocess.run(words, check=False).returncode
    settle_in()
    if not str(_ROOT).startswith("/tmp/"):  # noqa: S108
        subprocess.run(["mount", "-t", "tmpfs", "none", "/tmp"], check=True)  # noqa: S108
    scenario = _PLAIN if missing(("squid",)) else _MANY_PROGRAMS
    before = set(_everything())
    left = [after_s for after_s in MOMENTS_S if not _is_clean(scenario, after_s, before)]
    sys.stdout.write(f"{len(MOMENTS_S) - len(left)} of {len(MOMENTS_S)} kills left nothing behind\n")
    return int(bool(left))


def _is_clean(scenario: str, after_s: float, before: set[str]) -> bool:
    """Start the lab, kill its runner after a while, and look around."""
    words = [sys.executable, "-m", "lab", "--jobs", "2", "--scenario", scenario, "--scenario", _PLAIN]
    lab = subprocess.Popen(words, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after_s)
    running = len(list(_processes()))
    lab.send_signal(signal.SIGKILL)
    lab.wait()
    left = _left_after(before, time.monotonic() + _GONE_S)
    sys.stdout.write(f"killed after {after_s:5.2f} s, {running:3} processes: {', '.join(left) or 'nothing left'}\n")
    sys.stdout.flush()
    return not left


def _left_after(before: set[str], until: float) -> list[str]:
    while True:
        _reap()
        left = sorted(set(_everything()) - before)
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.05)


def _reap() -> None:
    """Orphans are this process's children, the first one here."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _everything() -> Iterator[str]:
    """Processes, namespaces, mounts, network devices and files, each as a word."""
    for pid in _processes():
        yield f"process {pid}"
        yield from (f"namespace {link}" for link in _namespaces(pid))
    yield from (f"mount {line.split()[4]}" for line in Path("/proc/self/mountinfo").read_text().splitlines())
    yield from (f"device {path.name}" for path in Path("/sys/class/net").iterdir())
    yield from (f"file {path}" for folder in _WATCHED for path in Path(folder).rglob("*"))


def _processes() -> Iterator[str]:
    yield from (path.name for path in Path("/proc").iterdir() if path.name.isdecimal())


def _namespaces(pid: str) -> Iterator[str]:
    for kind in ("net", "mnt", "pid"):
        try:
            yield str(Path("/proc", pid, "ns", kind).readlink())
        except OSError:
            continue


if __name__ == "__main__":
    sys.exit(main())
