"""The whole survey, over the files of a made-up machine and over this one."""

import subprocess
import sys
from pathlib import Path

import pytest

from lineclear.model import Presence, UsageError, Vantage, from_json, to_json
from lineclear.probe.survey import netlink, survey, with_neighbours

FORBIDDEN = (
    "asyncio",
    "certifi",
    "concurrent.futures",
    "cryptography",
    "ctypes",
    "dataclasses",
    "dns",
    "importlib.metadata",
    "importlib.resources",
    "json",
    "logging",
    "pathlib",
    "psutil",
    "socket",
    "ssl",
    "subprocess",
    "tomllib",
    "urllib.parse",
)
NAMES = ("zdc1.ibllc.com", "ndc1_hb1.ibllc.com")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A laptop with systemd-resolved, KDE, networkd and a trading desktop."""
    files = {
        "etc/resolv.conf": "nameserver 127.0.0.53\noptions edns0 trust-ad\nsearch lan\n",
        "run/systemd/resolve/resolv.conf": "nameserver 192.168.1.1\n",
        "etc/hosts": "127.0.0.1 localhost\n10.0.0.9 zdc1.ibllc.com\n",
        "etc/os-release": 'PRETTY_NAME="Made Up 1"\n',
        "etc/ssl/cert.pem": "-----BEGIN CERTIFICATE-----\n",
        "proc/sys/kernel/osrelease": "5.15.167.4-microsoft-standard-WSL2\n",
        "proc/self/status": "CapEff:\t0000000000002000\n",
        "proc/sys/net/ipv4/ping_group_range": "0\t2147483647\n",
        "proc/net/route": "Iface\tDestination\n",
        "proc/net/ipv6_route": f"{'0' * 32} 00 {'0' * 32} 00 20010db8{'0' * 23}1 00000064 1 0 00000003 eth0\n",
        "proc/net/if_inet6": "20010db8000000000000000000000002 02 40 00 80 eth0\n",
        "proc/net/arp": "IP address HW type Flags HW address Mask Device\n192.168.1.1 0x1 0x2 02:fc:0:0:0:5 * eth0\n",
        "sys/class/net/eth0/flags": "0x1003\n",
        "run/systemd/timesync/synchronized": "",
        "run/systemd/netif/leases/2": f"OPTION_252={b'http://wpad.lan/p.pac'.hex()}\n",
        "home/bob/.config/kioslaverc": "[Proxy Settings]\nProxyType=1\nhttpProxy=http://kde.lan 3128\n",
        "home/bob/Jts/jts.ini": "[Communication]\nPeer=zdc1.ibllc.com:4001\nPassword=S3cret\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_part_arrives_where_it_belongs(machine: Path) -> None:
    environ = {"HOME": "/home/bob", "https_proxy": "http://bob:S3cret@env.lan:8080"}
    told = survey(environ=environ, names=NAMES, root=machine, platform="linux")
    assert told.system == "Made Up 1, kernel 5.15.167.4-microsoft-standard-WSL2"
    assert told.container == "wsl"
    assert [one.name for one in told.interfaces] == ["eth0"]
    assert [one.gateway for one in told.routes] == ["2001:db8::1"]
    assert (told.ipv4, told.ipv6) == (Presence.UNKNOWN, Presence.YES)
    assert [(one.address, one.state) for one in told.neighbours] == [
        ("2001:db8::1", "unknown"),
        ("192.168.1.1", "stale"),
    ]
    assert [one.address for one in told.resolvers] == ["127.0.0.53", "192.168.1.1"]
    assert (told.search_domains, told.resolver_options) == (("lan",), ("edns0", "trust-ad"))
    assert [(one.name, one.source) for one in told.hosts_entries] == [("zdc1.ibllc.com", "/etc/hosts")]
    assert [one.authority for one in told.proxies] == ["http://env.lan:8080", "http://kde.lan:3128"]
    assert [one.url for one in told.auto_configs] == ["http://wpad.lan/p.pac"]
    assert told.trust_stores[0].certificates == 1
    assert [(one.path, one.peer) for one in told.gateway_use] == [("~/Jts/jts.ini", "zdc1.ibllc.com:4001")]
    assert (told.privileges.raw_sockets, told.privileges.ping_sockets) == (Presence.YES, Presence.YES)
    assert told.clock_synchronised is Presence.YES
    assert {note.partition(":")[0] for note in told.not_measured} == {"interfaces", "routes", "policy rules"}


def test_it_survives_a_disk_and_holds_no_secret(machine: Path) -> None:
    environ = {"HOME": "/home/bob", "https_proxy": "http://bob:S3cret@env.lan:8080"}
    told = survey(environ=environ, names=NAMES, root=machine, platform="linux")
    data = to_json(told)
    assert from_json(data, Vantage, "it") == told
    assert b"S3cret" not in data
    assert b"bob" not in data


def test_an_empty_machine_says_what_it_cannot_tell(tmp_path: Path) -> None:
    told = survey(environ={}, root=tmp_path, platform="linux")
    assert told.resolvers == ()
    assert told.ipv4 is told.ipv6 is told.clock_synchronised is Presence.UNKNOWN
    parts = {note.partition(":")[0] for note in told.not_measured}
    assert parts == {"interfaces", "routes", "policy rules", "neighbours", "clock", "WPAD by DHCP", "trust stores"}


def test_a_desktop_without_leases_still_cannot_tell_what_dhcp_said(tmp_path: Path) -> None:
    told = survey(environ={"XDG_CURRENT_DESKTOP": "GNOME", "HOME": "/home"}, root=tmp_path, platform="linux")
    assert "WPAD by DHCP: no lease file that may be read" in told.not_measured


@pytest.mark.parametrize("platform", ["darwin", "win32", "sunos5"])
def test_elsewhere_nothing_is_a_wrong_no(platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    told = survey(environ={}, names=NAMES, root=tmp_path, platform=platform)
    assert told.platform == platform
    assert Presence.NO not in (told.ipv4, told.ipv6, told.clock_synchronised)
    parts = {note.partition(":")[0] for note in told.not_measured}
    assert {"routes", "neighbours", "clock", "proxies of the system"} <= parts


def test_a_time_service_that_has_not_yet_found_the_time(machine: Path) -> None:
    (machine / "run/systemd/timesync/synchronized").unlink()
    assert survey(environ={}, root=machine, platform="linux").clock_synchronised is Presence.NO


def test_a_named_file_replaces_what_is_found(machine: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.ini"
    other.write_text("[Logon]\nUseSSL=true\n")
    told = survey(environ={"HOME": "/home/bob"}, jts=str(other), root=machine, platform="linux")
    assert [one.path for one in told.gateway_use] == [str(other)]
    with pytest.raises(UsageError):
        survey(environ={}, jts=str(tmp_path / "none"), root=machine, platform="linux")


def test_looking_at_the_neighbours_again_changes_only_them(machine: Path) -> None:
    before = survey(environ={}, root=machine, platform="linux")
    arp = "IP address HW type Flags HW address Mask Device\n192.168.1.1 0x1 0x0 00:00:00:00:00:00 * eth0\n"
    (machine / "proc/net/arp").write_text(arp)
    after = with_neighbours(before, root=str(machine))
    assert [one.state for one in after.neighbours] == ["unknown", "incomplete"]
    assert after.not_measured == before.not_measured
    (machine / "proc/net/arp").unlink()
    blind = with_neighbours(with_neighbours(before, root=str(machine)), root=str(machine))
    assert blind.neighbours == ()
    assert blind.not_measured == (*before.not_measured, "neighbours: no /proc/net/arp")


def test_where_netlink_does_not_answer_the_files_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netlink, "_AF_NETLINK", 9999)
    told = survey(environ={}, platform="linux")
    notes = [note for note in told.not_measured if "netlink: " in note]
    assert {note.partition(":")[0] for note in notes} == {"interfaces", "routes", "policy rules"}
    assert Presence.NO not in (told.ipv4, told.ipv6)


def test_this_machine_is_told_without_a_wrong_word() -> None:
    told = survey(environ={}, names=["localhost"])
    assert told.platform == sys.platform
    assert from_json(to_json(told), Vantage, "it") == told
    assert any("127.0.0.1" in text for one in told.interfaces for text in one.addresses) or not told.interfaces


@pytest.mark.skipif(sys.platform != "linux", reason="the plain check is measured on Linux")
def test_start_up_stays_light() -> None:
    script = (
        "import lineclear.model\n"
        "from lineclear.probe.survey import survey\n"
        "survey(environ={'https_proxy': 'p:1', 'no_proxy': '10.0.0.0/8'}, names=['localhost'])\n"
        "print(' '.join(sys.modules))"
    )
    program = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"]
    loaded = subprocess.run(program, capture_output=True, check=True, timeout=30, text=True).stdout.split()
    assert "lineclear.probe.survey.linux" in loaded
    assert set(loaded).isdisjoint(FORBIDDEN)
