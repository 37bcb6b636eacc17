"""jts.ini: the gateways an installation uses, and nothing else of that file."""

from pathlib import Path

import pytest

from lineclear.model import GatewayUse, Presence, UsageError, to_json
from lineclear.probe.survey.jts import find, parse_jts, read_given

REAL = """#Mon Mar 06 09:12:41 EST 2023
[IBGateway]
WriteDebug=false
TrustedIPs=127.0.0.1
MainWindow.Height=550
RemoteHostOrderRouting=ndc1.ibllc.com
RemotePortOrderRouting=4000
LocalServerPort=4000
ApiOnly=true

[Logon]
useRemoteSettings=false
UserNameToDirectory=Ij4tOygzbGV6,djgblkjyvm
TimeZone=America/Chicago
tradingMode=p
Locale=en
displayedproxymsg=1
SupportsSSL=gdc1.ibllc.com:4000,true,20190909,false;zdc1.ibllc.com:4000,true,20190912,false
UseSSL=true
s3store=true

[ns]
darykq=1

[Communication]
2ndFactor=hunter22,5.2a;
SettingsDir=/root/Jts
Peer=zdc1.ibllc.com:4001
Region=us
"""


def test_a_real_file() -> None:
    told = parse_jts(REAL, "~/Jts/jts.ini")
    assert told == GatewayUse(
        path="~/Jts/jts.ini",
        peer="zdc1.ibllc.com:4001",
        known=("gdc1.ibllc.com:4000", "zdc1.ibllc.com:4000", "ndc1.ibllc.com:4000"),
        use_ssl=Presence.YES,
        region="us",
        proxy=Presence.NO,
    )


def test_nothing_secret_of_a_real_file_is_kept() -> None:
    kept = to_json(parse_jts(REAL, "x")).decode()
    for secret in ("Ij4tOygzbGV6", "djgblkjyvm", "hunter22", "5.2a", "127.0.0.1", "America", "/root"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("[Logon]\r\nUseSSL=false\r\n", "use_ssl", Presence.NO),
        ("[Logon]\nusessl = TRUE\n", "use_ssl", Presence.YES),
        ("[Logon]\nUseSSL=perhaps\n", "use_ssl", Presence.UNKNOWN),
        ("[Logon]\nLocale=en\n", "use_ssl", Presence.UNKNOWN),
        ("[Logon]\nUseSSL=true\nuseProxy=true\n", "proxy", Presence.YES),
        ("[Logon]\nUseSSL=true\nProxyHost=proxy.example\n", "proxy", Presence.YES),
        ("[Logon]\nUseSSL=true\nuseProxy=false\nproxyHost=\n", "proxy", Presence.NO),
        ("", "proxy", Presence.UNKNOWN),
        ("Peer=ZDC1.IBLLC.COM:4001\n", "peer", "zdc1.ibllc.com:4001"),
        ("Peer=zdc1.ibllc.com\n", "peer", ""),
        ("Peer=zdc1.ibllc.com:99999\n", "peer", ""),
        ("Peer=user:password@zdc1:4001\n", "peer", ""),
        ("Peer=zdc1.ibllc.com:4001 \x1b[2J\n", "peer", ""),
        ("Region=us; DROP\n", "region", ""),
        ("SupportsSSL=;;,:;x:4000;[::1]:4000,true\n", "known", ("x:4000",)),
        ("SupportsSSL=a:1" + ";b:2" * 1000 + "\n", "known", ("a:1", "b:2")),
    ],
)
def test_parts(text: str, field: str, value: object) -> None:
    assert getattr(parse_jts(text, "x"), field) == value


def test_doors_are_bounded() -> None:
    many = ";".join(f"host{one}:4000" for one in range(10_000))
    assert len(parse_jts(f"SupportsSSL={many}", "x").known) == 64


def test_the_usual_place_is_found_and_shown_without_the_user(tmp_path: Path) -> None:
    (tmp_path / "home/bob/Jts").mkdir(parents=True)
    (tmp_path / "home/bob/Jts/jts.ini").write_text(REAL)
    found, notes = find(str(tmp_path), {"HOME": "/home/bob"}, "linux")
    assert [one.path for one in found] == ["~/Jts/jts.ini"]
    assert notes == ()
    assert find(str(tmp_path), {}, "linux") == ((), ())
    assert find(str(tmp_path), {"HOME": "/home/eve"}, "darwin") == ((), ())


def test_a_container_image_keeps_it_where_it_says(tmp_path: Path) -> None:
    (tmp_path / "opt/tws").mkdir(parents=True)
    (tmp_path / "opt/tws/jts.ini").write_text(REAL)
    found, _ = find(str(tmp_path), {"TWS_SETTINGS_PATH": "/opt/tws/"}, "linux")
    assert [one.path for one in found] == ["/opt/tws/jts.ini"]


def test_an_unreadable_file_in_the_usual_place_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "home/Jts/jts.ini").mkdir(parents=True)
    found, notes = find(str(tmp_path), {"HOME": "/home"}, "linux")
    assert found == ()
    assert "directory" in notes[0]


def test_a_named_file_or_its_folder(tmp_path: Path) -> None:
    (tmp_path / "jts.ini").write_bytes(REAL.encode() + b"\xff\xfe")
    assert read_given(str(tmp_path / "jts.ini"), {}).peer == "zdc1.ibllc.com:4001"
    assert read_given(str(tmp_path), {}).peer == "zdc1.ibllc.com:4001"


@pytest.mark.parametrize("name", ["none/jts.ini", "empty", "other.txt"])
def test_a_wrong_name_is_a_usage_error_with_a_fix(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other.txt").write_text("root:x:0:0\n")
    with pytest.raises(UsageError) as caught:
        read_given(str(tmp_path / name), {})
    assert caught.value.fix
    assert str(tmp_path) in caught.value.problem


def test_a_named_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(UsageError, match=r"Cannot read .*loop"):
        read_given(str(tmp_path / "loop"), {})
