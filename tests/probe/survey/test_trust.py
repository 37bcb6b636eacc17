"""Where trust stores are found, and how much can be told of them."""

from pathlib import Path

import certifi
import pytest

from lineclear.model import TrustStore
from lineclear.probe.survey.trust import count, stores

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
        TrustStore(role="java", path="/usr/lib/jvm/a/lib/security/cacerts"),
        TrustStore(role="java", path="~/.i4j_jres/x/17/lib/security/cacerts"),
    )
    assert notes == ()


def test_java_home_comes_first_and_once(tmp_path: Path) -> None:
    (tmp_path / "usr/lib/jvm/a/lib/security").mkdir(parents=True)
    (tmp_path / "usr/lib/jvm/a/lib/security/cacerts").touch()
    found, notes = stores(str(tmp_path), {"JAVA_HOME": "/usr/lib/jvm/a"}, "linux")
    assert [one.path for one in found if one.role == "java"] == ["/usr/lib/jvm/a/lib/security/cacerts"]
    assert notes == ("trust stores: the system's, at none of the usual places",)


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
