"""Where authorities are looked for, and what a user who names a wrong file is told."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lineclear.model import TrustStore, UsageError
from lineclear.probe.trust import roots
from lineclear.probe.trust.judge import Judge
from lineclear.probe.trust.roots import (
    Roots,
    Where,
    chosen,
    described,
    pem_certificates,
    public_web_roots,
    system_roots,
)

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Mint


def test_the_user_replaces_either_store_and_adds_others(mint: Mint) -> None:
    path = str(mint.write(mint.authority().pem))
    stores = chosen(trust_store=path, public_roots=path, given=path, java=path)
    assert [(one.role, one.path, one.where) for one in stores] == [
        (role, path, Where.FILE) for role in ("system", "public", "given", "java")
    ]


def test_without_words_the_machine_and_the_public_web_are_asked() -> None:
    stores = chosen()
    assert [one.role for one in stores if one.role != "system"] == ["public"]
    public = next(one for one in stores if one.role == "public")
    assert described(public).certificates > 50


@pytest.mark.parametrize(
    ("content", "problem", "fix"),
    [
        (None, "No such file", "readable file"),
        (b"", "no certificate in PEM form", "-----BEGIN CERTIFICATE-----"),
        (b"hello", "no certificate in PEM form", "-----BEGIN CERTIFICATE-----"),
        (b"\x30\x82\x01\x0a", "no certificate in PEM form", "openssl x509 -inform der"),
        (b"\xfe\xed\xfe\xed\x00\x00", "no certificate in PEM form", "keytool"),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n", "no certificate in PEM form", "BEGIN"),
        (b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", "no certificate in PEM form", "BEGIN"),
        (b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "no certificate in PEM form", "BEGIN"),
    ],
)
@pytest.mark.parametrize("word", ["trust_store", "public_roots", "given", "java"])
def test_a_wrong_file_is_said_with_the_fix(
    tmp_path: Path, word: str, content: bytes | None, problem: str, fix: str
) -> None:
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as refusal:
        chosen(**{word: str(path)})  # type: ignore[arg-type]  # one of the words that take a path
    assert problem in refusal.value.problem
    assert str(path) in refusal.value.problem
    assert fix in refusal.value.fix


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--trust-store"):
        chosen(trust_store=str(tmp_path))


def test_pem_text_holds_what_it_holds(mint: Mint) -> None:
    one, two = mint.authority("One"), mint.authority("Two")
    text = b"# comment\n" + one.pem + one.key_pem + b"noise\r\n" + two.pem.replace(b"\n", b"\r\n")
    assert pem_certificates(text) == [one.der, two.der]


@pytest.mark.skipif(sys.platform != "linux", reason="the places of Linux")
def test_the_first_bundle_there_is_the_system_store(mint: Mint, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = mint.write(mint.authority().pem, mint.authority().pem)
    folder = mint.folder / "certs"
    folder.mkdir()
    (folder / "0a1b2c3d.0").write_bytes(b"")
    monkeypatch.setattr(roots, "_DIRECTORIES", (str(folder),))
    monkeypatch.setattr(roots, "SYSTEM_BUNDLES", (str(mint.folder / "absent.pem"), str(bundle)))
    found = system_roots()
    assert found == Roots(role="system", path=str(bundle))
    assert described(found) == TrustStore(role="system", path=str(bundle), certificates=2)
    monkeypatch.setattr(roots, "SYSTEM_BUNDLES", ())
    found = system_roots()
    assert found == Roots(role="system", path=str(folder), where=Where.DIRECTORY)
    assert described(found).certificates == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the places of Linux")
def test_the_variable_counts_only_where_nothing_else_is(mint: Mint, monkeypatch: pytest.MonkeyPatch) -> None:
    named = mint.write(mint.authority().pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    monkeypatch.setenv("SSL_CERT_DIR", str(mint.folder))
    there = mint.write(mint.authority().pem)
    monkeypatch.setattr(roots, "SYSTEM_BUNDLES", (str(there),))
    assert system_roots() == Roots(role="system", path=str(there))
    monkeypatch.setattr(roots, "SYSTEM_BUNDLES", ())
    monkeypatch.setattr(roots, "_DIRECTORIES", ())
    paths = type("Paths", (), {"openssl_cafile": "", "cafile": str(named), "openssl_capath": "", "capath": None})
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: paths)
    assert system_roots() == Roots(role="system", path=str(named))
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: type("None_", (paths,), {"cafile": None}))
    assert system_roots() is None
    assert [one.role for one in chosen()] == ["public"]


def test_a_platform_that_keeps_no_file_is_asked(mint: Mint, monkeypatch: pytest.MonkeyPatch) -> None:
    root = mint.authority()
    monkeypatch.setitem(roots._PLATFORMS, sys.platform, lambda: [b"\x30\x00", root.der])
    store = system_roots()
    assert store is not None
    assert store.where is Where.PLATFORM
    assert described(store).certificates == 2
    (said,) = Judge([store]).judge([mint.leaf("a.example", above=root).der], dt.datetime.now(dt.UTC))
    assert said.trusted


def test_keychains_are_asked_by_the_program_of_the_system(mint: Mint, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    root = mint.authority()

    def answer(command: tuple[str, ...], **_options: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, stdout=root.pem, stderr=b"")

    monkeypatch.setattr(subprocess, "run", answer)
    assert roots._from_keychains() == [root.der]
    assert asked[0][:2] == ("/usr/bin/security", "find-certificate")


@pytest.mark.parametrize("problem", [FileNotFoundError(), subprocess.TimeoutExpired("security", 10)])
def test_keychains_that_cannot_be_asked_are_a_store_that_does_not_answer(
    mint: Mint, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def refuse(*_words: object, **_options: object) -> None:
        raise problem

    monkeypatch.setattr(subprocess, "run", refuse)
    monkeypatch.setitem(roots._PLATFORMS, sys.platform, roots._from_keychains)
    store = system_roots()
    assert store is not None
    assert described(store).certificates == 0
    assert Judge([store]).judge([mint.leaf("a.example").der], dt.datetime.now(dt.UTC)) == ()


@pytest.mark.parametrize("found", [True, False])
def test_the_public_web_is_certifi(monkeypatch: pytest.MonkeyPatch, found: bool) -> None:
    import certifi  # noqa: PLC0415  only here

    if not found:
        monkeypatch.setattr("importlib.machinery.PathFinder.find_spec", lambda _name: None)
    assert public_web_roots() == Roots(role="public", path=certifi.where())
