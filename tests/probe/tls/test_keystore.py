"""Java's keystores as keytool makes them, and as nobody should."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from tests.probe.tls.conftest import NOW

from lineclear.probe.trust.judge import Judge
from lineclear.probe.trust.keystore import is_keystore, keystore_certificates
from lineclear.probe.trust.roots import Roots, Where, chosen, java_roots

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Mint, Signed

KEYTOOL = shutil.which("keytool")
PLAIN = (
    "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE",
    "-J-Dkeystore.pkcs12.macAlgorithm=NONE",
)


def entry(der: bytes, *, tag: int = 2, version: int = 2) -> bytes:
    """One entry of a JKS file: a trusted certificate, or a key with a chain of one."""
    kind = struct.pack(">H", 5) + b"X.509" if version > 1 else b""
    certificate = kind + struct.pack(">I", len(der)) + der
    key = struct.pack(">I", 4) + b"\0key" + struct.pack(">I", 1) if tag == 1 else b""
    return struct.pack(">I", tag) + struct.pack(">H", 1) + b"a" + bytes(8) + key + certificate


def jks(*entries: bytes, version: int = 2, magic: bytes = b"\xfe\xed\xfe\xed", count: int | None = None) -> bytes:
    stated = len(entries) if count is None else count
    return magic + struct.pack(">II", version, stated) + b"".join(entries) + bytes(20)


@pytest.mark.skipif(KEYTOOL is None, reason="no keytool here")
@pytest.mark.parametrize(
    ("kind", "words"), [("JKS", ()), ("JCEKS", ()), ("PKCS12", ()), ("PKCS12", PLAIN)], ids=lambda one: str(one)[:8]
)
def test_what_keytool_writes_is_read(tmp_path: Path, mint: Mint, kind: str, words: tuple[str, ...]) -> None:
    store = tmp_path / "cacerts"
    authorities = [mint.authority(), mint.authority()]
    for number, one in enumerate(authorities):
        pem = mint.write(one.pem)
        usual = ("-keystore", str(store), "-storetype", kind, "-storepass", "changeit", "-noprompt")
        command = ("keytool", *words, "-importcert", "-alias", f"a{number}", "-file", str(pem), *usual)
        subprocess.run(command, check=True, capture_output=True)
    found = keystore_certificates(store.read_bytes())
    assert sorted(found) == sorted(one.der for one in authorities)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("magic", [b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"])
def test_keys_and_their_chains_are_no_authorities(version: int, magic: bytes) -> None:
    data = jks(entry(b"one", version=version), entry(b"mine", tag=1, version=version), entry(b"two", version=version))
    patched = magic + struct.pack(">I", version) + data[8:]
    assert keystore_certificates(patched) == [b"one", b"two"]


@pytest.mark.parametrize("password", [None, b"changeit", b"changeme"])
def test_pkcs12_with_the_usual_passwords_or_none(mint: Mint, password: bytes | None) -> None:
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    one = mint.authority()
    data = pkcs12.serialize_key_and_certificates(
        b"a", None, None, [x509.load_der_x509_certificate(one.der)], protection
    )
    assert keystore_certificates(data) == [one.der]


def test_a_password_of_its_own_leaves_nothing(mint: Mint) -> None:
    one = x509.load_der_x509_certificate(mint.authority().der)
    data = pkcs12.serialize_key_and_certificates(b"a", None, None, [one], BestAvailableEncryption(b"another"))
    assert keystore_certificates(data) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xfe\xed\xfe\xed",
        b"-----BEGIN CERTIFICATE-----",
        b"\x30\x82\x01\x0a garbage",
        jks(entry(b"x")[:-3])[:-20],
        jks(entry(b"x", tag=7)),
        jks(count=2**31),
        jks(struct.pack(">I", 2) + struct.pack(">H", 65535)),
    ],
)
def test_what_breaks_the_format_gives_nothing(data: bytes) -> None:
    assert keystore_certificates(data) == []


def test_a_store_that_breaks_off_gives_what_came_before() -> None:
    assert keystore_certificates(jks(entry(b"whole"), count=9)[:-20]) == [b"whole"]


def test_what_looks_like_a_keystore() -> None:
    assert [is_keystore(one) for one in (jks(), b"\x30\x82", b"-----BEGIN", b"")] == [True, True, False, False]


def test_java_judges_by_its_own_store(tmp_path: Path, mint: Mint) -> None:
    known, stranger = mint.authority("One"), mint.authority("Another")
    folder = tmp_path / ".i4j_jres/x/17/lib/security"
    folder.mkdir(parents=True)
    (folder / "cacerts").write_bytes(jks(entry(known.der)))
    environ = {"HOME": str(tmp_path)}
    roots = java_roots(environ)
    assert roots == Roots(role="java", path=str(folder / "cacerts"), where=Where.KEYSTORE)
    assert roots is not None
    assert [judged_by(roots, mint, one) for one in (known, stranger)] == [True, False]


def judged_by(roots: Roots, mint: Mint, authority: Signed) -> bool:
    leaf = mint.leaf("a.example", above=authority)
    (said,) = Judge((roots,)).judge([leaf.der], NOW)
    assert said.store == "java"
    return said.trusted


def test_java_is_asked_unless_the_user_replaces_the_machine(tmp_path: Path, mint: Mint) -> None:
    folder = tmp_path / "lib/security"
    folder.mkdir(parents=True)
    (folder / "cacerts").write_bytes(jks(entry(mint.authority().der)))
    pem = str(mint.write(mint.authority().pem))
    environ = {"HOME": str(tmp_path / "nobody"), "JAVA_HOME": str(tmp_path)}
    roles = [[one.role for one in chosen(trust_store=store, environ=environ)] for store in ("", pem)]
    assert ["java" in some for some in roles] == [True, False]
    given = chosen(trust_store=pem, java=folder / "cacerts", environ=environ)
    assert given[-1] == Roots(role="java", path=str(folder / "cacerts"), where=Where.KEYSTORE)


def test_a_store_that_went_away_was_not_asked(tmp_path: Path, mint: Mint) -> None:
    gone = Roots(role="java", path=str(tmp_path / "cacerts"), where=Where.KEYSTORE)
    assert Judge((gone,)).judge([mint.authority().der], NOW) == ()
