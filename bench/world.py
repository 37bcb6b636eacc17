"""Network namespaces of our own: everything a bench makes is in them and ends with the process, however that ends.

`alone()` starts the program again under `unshare`: new network, mount and process namespaces, killed with their parent.
Nothing it does can reach the network of this machine.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

_ALONE = "LINECLEAR_BENCH_ALONE"
_NEW_NET = 0x40000000
_DIE_WITH_PARENT = 1
_libc = ctypes.CDLL(None, use_errno=True)

SYSCTLS = {
    "net/ipv4/ip_forward": "1",
    "net/ipv4/ping_group_range": "0 2147483647",
    "net/ipv4/icmp_ratelimit": "0",
    "net/ipv4/tcp_max_syn_backlog": "65536",
    "net/ipv4/tcp_syncookies": "0",
    "net/core/somaxconn": "65535",
    "net/ipv4/ip_local_port_range": "1024 65535",
}


def alone(limit_s: int) -> None:
    """Go on in namespaces of our own, at most `limit_s` seconds; returns in the new process only."""
    if os.environ.get(_ALONE):
        for number in (signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, lambda number, _frame: sys.exit(128 + number))
        signal.alarm(limit_s)
        subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = "/run/compiled"
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    why = _why_not()
    if why:
        raise SystemExit(f"This bench {why}.")
    die_with_parent()
    options = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    os.environ[_ALONE] = "1"
    os.execvp("unshare", ["unshare", *options, sys.executable, "-m", "bench", *sys.argv[1:]])  # noqa: S606


def die_with_parent() -> None:
    """Be killed when the parent process ends."""
    _libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _why_not() -> str:
    if sys.platform != "linux" or os.geteuid() != 0:
        return "makes network namespaces and needs root on Linux"
    missing = [tool for tool in ("unshare", "ip") if shutil.which(tool) is None]
    return f"needs {', '.join(missing)}" if missing else ""


class Place:
    """A network namespace, gone with its context. The one without a name is where this process lives."""

    def __init__(self, name: str) -> None:
        self.name = name
        if name:
            subprocess.run(["ip", "netns", "add", name], check=True)
        self._handle = os.open(f"/run/netns/{name}" if name else "/proc/self/ns/net", os.O_RDONLY)
        with self.inside():
            for key, value in SYSCTLS.items():
                path = Path("/proc/sys", key)
                if path.exists():
                    path.write_text(value)
        self.ip("link set lo up")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)
        if self.name:
            subprocess.run(["ip", "netns", "del", self.name], check=True)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Be there for a while."""
        before = os.open("/proc/self/ns/net", os.O_RDONLY)
        enter(self._handle)
        try:
            yield
        finally:
            enter(before)
            os.close(before)

    def ip(self, *lines: str) -> None:
        """Commands of `ip`, all at once."""
        with self.inside():
            subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)

    def start(self, *command: object, **words: object) -> "subprocess.Popen[str]":
        """A program that runs there."""
        with self.inside():
            return subprocess.Popen([str(word) for word in command], text=True, **words)  # type: ignore[call-overload,no-any-return]


def enter(handle: int) -> None:
    """Put this process into a network namespace."""
    if _libc.setns(handle, _NEW_NET):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def running(program: "subprocess.Popen[str]", ready: str = "ready\n") -> Iterator["subprocess.Popen[str]"]:
    """A started program, once it has said that it is ready; ended with the context by closing its standard input."""
    assert program.stdout is not None
    assert program.stdin is not None
    said = program.stdout.readline()
    if said != ready:
        raise RuntimeError(f"{program.args!r} did not start: {said!r}")
    try:
        yield program
    finally:
        program.stdin.close()
        program.stdout.close()
        program.wait()
