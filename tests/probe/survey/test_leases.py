"""What DHCP said of proxies, in the lease files of three clients."""

from pathlib import Path

import pytest

from lineclear.probe.survey.leases import from_leases, urls

URL = "http://wpad.example/wpad.dat"
NETWORKD = f"""# This is private data. Do not parse.
ADDRESS=192.168.1.20
ROUTER=192.168.1.1
OPTION_252={(URL.encode() + bytes(1)).hex()}
"""
DHCLIENT = f"""lease {{
  interface "eth0";
  fixed-address 192.168.1.20;
  option routers 192.168.1.1;
  option wpad "{URL}";
}}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NETWORKD, [URL]),
        (DHCLIENT, [URL]),
        (DHCLIENT.replace("option wpad", "option unknown-252"), [URL]),
        (DHCLIENT + "lease {\n  option routers 10.0.0.1;\n}\n", []),
        (DHCLIENT + DHCLIENT.replace("wpad.dat", "new.dat"), [URL.replace("wpad.dat", "new.dat")]),
        ("OPTION_252=zz\n", [""]),
        (DHCLIENT.replace(f'"{URL}"', ":".join(f"{one:x}" for one in URL.encode())), [URL]),
        ("option\noption wpad\n", []),
        ("", []),
    ],
)
def test_urls(text: str, expected: list[str]) -> None:
    assert list(urls(text)) == expected


def test_files_that_may_be_read(tmp_path: Path) -> None:
    (tmp_path / "2").write_text(NETWORKD)
    (tmp_path / "3").write_text("OPTION_252=zz\n")
    told = from_leases([str(tmp_path / name) for name in ("2", "3", "none")])
    assert told is not None
    assert [(one.url, one.source) for one in told.auto_configs] == [(URL, "DHCP option 252")]


def test_no_file_that_may_be_read_is_not_a_no(tmp_path: Path) -> None:
    assert from_leases([str(tmp_path / "none")]) is None
