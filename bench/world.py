"""Network namespaces of our own: everything a bench makes is in them and ends with the process, however that ends.

`alone()` goes on in a child that is the first process of new network, mount and process namespaces. When it ends, or
its parent, or the parent's parent, the kernel ends everything in them. Nothing it does can reach the network of this
machine or leave a file behind.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn, Self

_NEW_MOUNTS, _NEW_PROCESSES, _NEW_NET = 0x00020000, 0x20000000, 0x40000000
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
    why = _why_not()
    if why:
        raise SystemExit(f"This bench {why}.")
    _die_with_parent()
    if _libc.unshare(_NEW_MOUNTS | _NEW_PROCESSES | _NEW_NET):
        raise OSError(ctypes.get_errno(), "unshare")
    child = os.fork()
    if child:
        _wait_for(child, limit_s)
    _die_with_parent()
    for words in ("--make-rprivate /", "-t proc proc /proc", "-t tmpfs none /run"):
        subprocess.run(["mount", *words.split()], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    tempfile.tempdir = "/run"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = "/run/compiled"


def _wait_for(child: int, limit_s: int) -> NoReturn:
    """End as the child does, and end it when asked to or out of time."""

    def end(number: int, _frame: object) -> None:
        os.kill(child, signal.SIGKILL)
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, end)
    signal.alarm(limit_s)
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status))


def _die_with_parent() -> None:
    _libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _why_not() -> str:
    if sys.platform != "linux" or os.geteuid() != 0:
        return "makes network namespaces and needs root on Linux"
    missing = [tool for tool in ("mount", "ip") if shutil.which(tool) is None]
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
