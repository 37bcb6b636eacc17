"""What this machine is, what this process may do on it, and what its clock says."""

import os
import sys
import time
from collections.abc import Callable, Collection, Mapping

from lineclear.model import Presence, Privileges

from .reading import Reading, is_file, is_folder, printable, under

Read = Callable[[str], Reading]
_CAP_NET_RAW = 13
_LONGEST = 80
_WORDS = (
    ("kubepods", "kubernetes"),
    ("libpod", "podman"),
    ("docker", "docker"),
    ("containerd", "containerd"),
    ("lxc", "lxc"),
)
_SYNCHRONISED = "/run/systemd/timesync/synchronized"
_TIMESYNC = "/run/systemd/timesync"


def python_version() -> str:
    """Such as `3.11.7`."""
    return ".".join(str(part) for part in sys.version_info[:3])


def utc_now() -> str:
    """This machine's clock, RFC 3339."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def system_name(platform: str, read: Read) -> str:
    """The system in its maker's words, such as `Debian GNU/Linux 12 (bookworm), kernel 6.1.0`."""
    if platform == "win32":
        return _windows_name()
    if platform == "darwin":
        return f"macOS {plist_string(read('/System/Library/CoreServices/SystemVersion.plist').text, 'ProductVersion')}"
    release = os_release(read("/etc/os-release").text or read("/usr/lib/os-release").text)
    kernel = read("/proc/sys/kernel/osrelease").text.strip()
    return f"{release}, kernel {kernel}" if kernel else release


def os_release(text: str) -> str:
    """`PRETTY_NAME` of os-release(5), else its `NAME`."""
    told = dict(line.partition("=")[::2] for line in text.split("\n"))
    return _name(told.get("PRETTY_NAME") or told.get("NAME") or "")


def plist_string(text: str, key: str) -> str:
    """The string that follows a key in an XML property list."""
    return _name(text.partition(f"<key>{key}</key>")[2].partition("<string>")[2].partition("</string>")[0])


def container(environ: Mapping[str, str], read: Read) -> str:
    """What kind of container or subsystem this runs in; empty when nothing says so."""
    if "KUBERNETES_SERVICE_HOST" in environ:
        return "kubernetes"
    groups = read("/proc/self/cgroup").text + read("/proc/1/cgroup").text
    named = read("/run/systemd/container").text.strip()
    if named:
        return _name(named)
    marks = (("/run/.containerenv", "podman"), ("/.dockerenv", "docker"))
    by_file = next((word for path, word in marks if read(path).exists), "")
    by_group = next((word for mark, word in _WORDS if mark in groups), "")
    return by_group or by_file or ("wsl" if "microsoft" in read("/proc/sys/kernel/osrelease").text.lower() else "")


def privileges(platform: str, read: Read) -> Privileges:
    """What this process may do; `unknown` where only trying would tell."""
    if platform == "win32":
        return Privileges(ping_sockets=Presence.NO)
    root = os.geteuid() == 0
    if platform != "linux":
        return Privileges(root=_presence(root), raw_sockets=_presence(root), ping_sockets=Presence.YES)
    return Privileges(
        root=_presence(root),
        raw_sockets=raw_sockets(read("/proc/self/status").text),
        ping_sockets=ping_sockets(read("/proc/sys/net/ipv4/ping_group_range").text, {os.getegid(), *os.getgroups()}),
    )


def raw_sockets(status: str) -> Presence:
    """Whether /proc/self/status lists CAP_NET_RAW among the effective capabilities."""
    for line in status.split("\n"):
        name, _, value = line.partition(":")
        if name == "CapEff":
            try:
                return _presence(bool(int(value, 16) >> _CAP_NET_RAW & 1))
            except ValueError:
                break
    return Presence.UNKNOWN


def ping_sockets(group_range: str, groups: Collection[int]) -> Presence:
    """Whether one of our groups lies in `net.ipv4.ping_group_range`."""
    try:
        first, last = (int(one) for one in group_range.split())
    except ValueError:
        return Presence.UNKNOWN
    return _presence(any(first <= group <= last for group in groups))


def clock_synchronised(root: str, platform: str) -> tuple[Presence, str]:
    """Whether the clock follows a time server, and why that cannot be told."""
    if platform != "linux":
        return Presence.UNKNOWN, f"not asked on {platform}"
    if is_file(under(root, _SYNCHRONISED)):
        return Presence.YES, ""
    if is_folder(under(root, _TIMESYNC)):
        return Presence.NO, ""
    return Presence.UNKNOWN, "no record of a time service that may be read"


def _windows_name() -> str:
    if sys.platform != "win32":
        return "Windows"
    version = sys.getwindowsversion()
    return f"Windows {version.major}.{version.minor} build {version.build}"


def _presence(is_so: bool) -> Presence:
    return Presence.YES if is_so else Presence.NO


def _name(text: str) -> str:
    """A name from a file, without its quotes and not longer than a name is."""
    return printable(text.strip().strip("\"'")[:_LONGEST])
