"""What the machine is and allows, from files of real machines."""

from collections.abc import Callable, Mapping

import pytest

from lineclear.model import Presence
from lineclear.probe.survey import machine
from lineclear.probe.survey.reading import Reading

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n'
PLIST = """<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
  <key>ProductName</key><string>macOS</string>
  <key>ProductVersion</key>
  <string>15.1.1</string>
</dict></plist>"""
STATUS = "Name:\tpython\nCapPrm:\t000001ffffffffff\nCapEff:\t{}\nCapBnd:\t000001ffffffffff\n"
WSL2 = "5.15.167.4-microsoft-standard-WSL2\n"


def files(table: Mapping[str, str]) -> Callable[[str], Reading]:
    return lambda path: Reading(text=table[path]) if path in table else Reading(exists=False)


@pytest.mark.parametrize(
    ("platform", "table", "name"),
    [
        (
            "linux",
            {"/etc/os-release": DEBIAN, "/proc/sys/kernel/osrelease": "6.1.0\n"},
            "Debian GNU/Linux 12 (bookworm), kernel 6.1.0",
        ),
        ("linux", {"/usr/lib/os-release": "NAME=Alpine\n"}, "Alpine"),
        ("linux", {}, ""),
        ("darwin", {"/System/Library/CoreServices/SystemVersion.plist": PLIST}, "macOS 15.1.1"),
        ("linux", {"/etc/os-release": "PRETTY_NAME='Evil\x1b[2J'\n"}, "Evil?[2J"),
    ],
)
def test_system_names(platform: str, table: dict[str, str], name: str) -> None:
    assert machine.system_name(platform, files(table)) == name


@pytest.mark.parametrize(
    ("environ", "table", "word"),
    [
        ({}, {}, ""),
        ({}, {"/proc/self/cgroup": "0::/user.slice\n"}, ""),
        ({"KUBERNETES_SERVICE_HOST": "10.96.0.1"}, {"/.dockerenv": ""}, "kubernetes"),
        ({}, {"/proc/self/cgroup": "1:cpu:/kubepods/burstable/pod1\n"}, "kubernetes"),
        ({}, {"/.dockerenv": ""}, "docker"),
        ({}, {"/proc/1/cgroup": "12:pids:/docker/0f\n"}, "docker"),
        ({}, {"/run/.containerenv": 'engine="podman-4.9"\n'}, "podman"),
        ({}, {"/run/systemd/container": "systemd-nspawn\n"}, "systemd-nspawn"),
        ({}, {"/proc/sys/kernel/osrelease": WSL2}, "wsl"),
        ({}, {"/proc/sys/kernel/osrelease": "4.4.0-19041-Microsoft\n"}, "wsl"),
        ({}, {"/proc/sys/kernel/osrelease": WSL2, "/.dockerenv": ""}, "docker"),
    ],
)
def test_containers(environ: dict[str, str], table: dict[str, str], word: str) -> None:
    assert machine.container(environ, files(table)) == word


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ("0000000000000000", Presence.NO),
        ("0000000000002000", Presence.YES),
        ("00000000a80425fb", Presence.YES),
        ("00000000a80405fb", Presence.NO),
        ("zz", Presence.UNKNOWN),
    ],
)
def test_raw_sockets(capabilities: str, expected: Presence) -> None:
    assert machine.raw_sockets(STATUS.format(capabilities)) is expected


def test_no_status_is_unknown() -> None:
    assert machine.raw_sockets("") is Presence.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\t0\n", Presence.NO),
        ("0\t2147483647\n", Presence.YES),
        ("27 27\n", Presence.YES),
        ("28 99", Presence.NO),
        ("", Presence.UNKNOWN),
        ("1 2 3", Presence.UNKNOWN),
    ],
)
def test_ping_sockets(text: str, expected: Presence) -> None:
    assert machine.ping_sockets(text, {1000, 27}) is expected


def test_privileges_where_nothing_can_be_read() -> None:
    assert machine.privileges("linux", files({})).raw_sockets is Presence.UNKNOWN
    assert machine.privileges("darwin", files({})).ping_sockets is Presence.YES
    windows = machine.privileges("win32", files({}))
    assert (windows.root, windows.ping_sockets) == (Presence.UNKNOWN, Presence.NO)


def test_the_clock_is_told_in_utc() -> None:
    assert len(machine.utc_now()) == len("2026-01-01T00:00:00Z")
    assert machine.utc_now().endswith("Z")
