"""Where trust stores are found, and how much can be told of them."""

from pathlib import Path

import certifi
import pytest

from lineclear.model import TrustStore
from lineclear.probe.survey.trust import count, java_stores, stores

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def test_counting() -> None:
    assert count(b"") == 0
    assert count((PEM * 3 + PEM.replace("CERT", "TRUSTED CERT")).encode()) == 4


def test_a_linux_with_a_bundle_and_java(tmp_path: Path) -> None:
    for name in (
        "etc/pki/tls/certs/ca-bundle.crt",
        "usr/lib/jvm/a/lib/security/cacerts",
        "home/bob/.i4j_jres/x/17/lib/security/cacerts",
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(PEM * 2)
    found, notes = stores(str(tmp_path), {"HOME": "/home/bob"}, "linux")
    assert found == (
        TrustStore(role="system", path="/etc/pki/tls/certs/ca-bundle.crt", certificates=2),
        TrustStore(role="public", path="certifi", certificates=count(Path(certifi.where()).read_bytes())),
        TrustStore(role="java", path="~/.i4j_jres/x/17/lib/security/cacerts", owner="tws"),
        TrustStore(role="java", path="/usr/lib/jvm/a/lib/security/cacerts"),
    )
    assert notes == ()


def test_java_home_comes_first_and_once(tmp_path: Path) -> None:
    (tmp_path / "usr/lib/jvm/a/lib/security").mkdir(parents=True)
    (tmp_path / "usr/lib/jvm/a/lib/security/cacerts").touch()
    found, notes = stores(str(tmp_path), {"JAVA_HOME": "/usr/lib/jvm/a"}, "linux")
    assert [one.path for one in found if one.role == "java"] == ["/usr/lib/jvm/a/lib/security/cacerts"]
    assert notes == ("trust stores: the system's, at none of the usual places",)


def java_at(root: Path, environ: dict[str, str], platform: str, *places: str) -> list[tuple[str, str]]:
    """What is found of some stores below a folder that stands for `/`."""
    for name in places:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return java_stores(str(root), environ, platform)


def test_each_file_once_however_many_names_it_has(tmp_path: Path) -> None:
    found = java_at(tmp_path, {}, "linux", "etc/ssl/certs/java/cacerts")
    assert found == [("/etc/ssl/certs/java/cacerts", "")]
    (tmp_path / "usr/lib/jvm/a/lib/security").mkdir(parents=True)
    (tmp_path / "usr/lib/jvm/a/lib/security/cacerts").symlink_to(tmp_path / "etc/ssl/certs/java/cacerts")
    assert java_stores(str(tmp_path), {}, "linux") == [("/usr/lib/jvm/a/lib/security/cacerts", "")]


def test_the_store_that_java_prefers(tmp_path: Path) -> None:
    both = ("usr/lib/jvm/a/lib/security/cacerts", "usr/lib/jvm/a/lib/security/jssecacerts")
    found = java_at(tmp_path, {}, "linux", *both, "usr/lib/jvm/b/jre/lib/security/cacerts")
    assert [path for path, _ in found] == [f"/{both[1]}", "/usr/lib/jvm/b/jre/lib/security/cacerts"]


@pytest.mark.parametrize(
    ("platform", "environ", "place"),
    [
        ("linux", {"HOME": "/home/bob"}, "home/bob/Jts/1030/jre/lib/security/cacerts"),
        ("linux", {"HOME": "/home/bob"}, "home/bob/Jts/ibgateway/1030/jre/lib/security/cacerts"),
        (
            "darwin",
            {},
            "Applications/Trader Workstation 10.30/.install4j/jre.bundle/Contents/Home/lib/security/cacerts",
        ),
        (
            "darwin",
            {"HOME": "/Users/bob"},
            "Users/bob/Applications/IB Gateway/.install4j/jre.bundle/Contents/Home/lib/security/cacerts",
        ),
        ("win32", {"SYSTEMDRIVE": "/c"}, "c/Jts/1030/jre/lib/security/cacerts"),
        ("win32", {"ProgramFiles": "/p"}, "p/Common Files/i4j_jres/x/17/lib/security/cacerts"),
    ],
)
def test_the_run_time_that_tws_brings(tmp_path: Path, platform: str, environ: dict[str, str], place: str) -> None:
    assert java_at(tmp_path, environ, platform, place) == [(f"/{place}", "tws")]


def test_other_run_times_of_a_mac(tmp_path: Path) -> None:
    place = "Library/Java/JavaVirtualMachines/x.jdk/Contents/Home/lib/security/cacerts"
    other = "Applications/Another/.install4j/jre.bundle/Contents/Home/lib/security/cacerts"
    assert java_at(tmp_path, {}, "darwin", place, other) == [(f"/{place}", "")]


def test_without_the_public_roots_there_is_no_entry_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert stores(str(tmp_path), {}, "linux")[0] == ()
    (tmp_path / "certifi").mkdir()
    (tmp_path / "certifi/__init__.py").touch()
    assert stores(str(tmp_path), {}, "linux")[0] == ()


def test_elsewhere_the_system_store_cannot_be_counted(tmp_path: Path) -> None:
    for platform, name in (("darwin", "Keychain"), ("win32", "Windows certificate store")):
        found, notes = stores(str(tmp_path), {}, platform)
        assert found[0] == TrustStore(role="system", path=name)
        assert notes == ("trust stores: how many the system's holds",)
