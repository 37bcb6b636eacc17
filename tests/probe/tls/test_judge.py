"""What a chain is worth, kind by kind, and `openssl verify` asked the same."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from lineclear.model import Judgement
from lineclear.probe.trust import judge as judging
from lineclear.probe.trust.judge import Judge
from lineclear.probe.trust.roots import Roots, Where

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Mint, Signed

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)
OPENSSL = shutil.which("openssl")

Kind = Callable[["Mint", "Signed"], list[bytes]]
"""From the trusted root to the chain that is presented."""


def whole(mint: Mint, root: Signed) -> list[bytes]:
    middle = mint.authority("Middle", root)
    return [mint.leaf("a.example", above=middle, usage=ExtendedKeyUsageOID.SERVER_AUTH).der, middle.der]


def with_the_root(mint: Mint, root: Signed) -> list[bytes]:
    return [mint.leaf("a.example", above=root).der, root.der]


def in_disorder(mint: Mint, root: Signed) -> list[bytes]:
    one = mint.authority("One", root)
    two = mint.authority("Two", one)
    return [mint.leaf("a.example", above=two).der, root.der, one.der, two.der]


def the_root_itself(_mint: Mint, root: Signed) -> list[bytes]:
    return [root.der]


def expired(mint: Mint, root: Signed) -> list[bytes]:
    return [mint.leaf("a.example", above=root, not_before=NOW - 9 * DAY, not_after=NOW - DAY).der]


def expired_above(mint: Mint, root: Signed) -> list[bytes]:
    middle = mint.authority("Middle", root, not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    return [mint.leaf("a.example", above=middle).der, middle.der]


def not_yet_valid(mint: Mint, root: Signed) -> list[bytes]:
    return [mint.leaf("a.example", above=root, not_before=NOW + DAY).der]


def self_signed(mint: Mint, _root: Signed) -> list[bytes]:
    return [mint.leaf("a.example").der]


def unknown_root_presented(mint: Mint, _root: Signed) -> list[bytes]:
    other = mint.authority("Corporate Proxy CA")
    return [mint.leaf("a.example", above=other).der, other.der]


def unknown_root(mint: Mint, _root: Signed) -> list[bytes]:
    return [mint.leaf("a.example", above=mint.authority("Corporate Proxy CA")).der]


def intermediate_missing(mint: Mint, root: Signed) -> list[bytes]:
    return whole(mint, root)[:1]


def forged(mint: Mint, root: Signed) -> list[bytes]:
    impostor = mint.authority(root.cert.subject.rfc4514_string().removeprefix("CN="))
    return [mint.leaf("a.example", above=impostor).der]


def signed_by_a_leaf(mint: Mint, root: Signed) -> list[bytes]:
    leaf = mint.leaf("b.example", above=root, common_name="Not an authority")
    return [mint.leaf("a.example", above=leaf).der, leaf.der]


def for_something_else(mint: Mint, root: Signed) -> list[bytes]:
    return [mint.leaf("a.example", above=root, usage=ExtendedKeyUsageOID.EMAIL_PROTECTION).der]


def for_anything(mint: Mint, root: Signed) -> list[bytes]:
    return [mint.leaf("a.example", above=root, usage=ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE).der]


KINDS: list[tuple[Kind, int, int]] = [
    (whole, 0, 0),
    (with_the_root, 0, 0),
    (in_disorder, 0, 0),
    (the_root_itself, 0, 0),
    (expired, 10, 0),
    (expired_above, 10, 1),
    (not_yet_valid, 9, 0),
    (self_signed, 18, 0),
    (unknown_root_presented, 19, 1),
    (unknown_root, 20, 0),
    (intermediate_missing, 20, 0),
    (forged, 7, 0),
    (signed_by_a_leaf, 79, 1),
    (for_something_else, 26, 0),
    (for_anything, 26, 0),
]


@pytest.mark.parametrize(("kind", "code", "depth"), KINDS, ids=lambda value: getattr(value, "__name__", None))
def test_each_kind_of_chain_has_its_code(mint: Mint, kind: Kind, code: int, depth: int) -> None:
    root = mint.authority()
    (said,) = Judge([Roots(role="system", path=str(mint.write(root.pem)))]).judge(kind(mint, root), NOW)
    assert (said.store, said.trusted, said.code, said.at_depth) == ("system", code == 0, code, depth)
    assert bool(said.reason) == (code != 0)


@pytest.mark.skipif(OPENSSL is None, reason="no openssl program here")
@pytest.mark.parametrize("kind", [kind for kind, _, _ in KINDS], ids=lambda kind: kind.__name__)
def test_openssl_verify_says_the_same(mint: Mint, kind: Kind) -> None:
    root = mint.authority()
    trusted = mint.write(root.pem)
    chain = kind(mint, root)
    (said,) = Judge([Roots(role="system", path=str(trusted))]).judge(chain, NOW)
    pems = [mint.write(_pem(der)) for der in chain]
    untrusted = [word for path in pems[1:] for word in ("-untrusted", str(path))]
    command = [str(OPENSSL), "verify", "-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-CAfile", str(trusted)]
    answer = subprocess.run([*command, *untrusted, str(pems[0])], capture_output=True, text=True, check=False)
    errors = [int(code) for code in re.findall(r"error (\d+) at \d+ depth", answer.stdout + answer.stderr)]
    assert said.code in errors if errors else said.trusted
    assert (answer.returncode == 0) == said.trusted


def _pem(der: bytes) -> bytes:
    from ssl import DER_cert_to_PEM_cert  # noqa: PLC0415  only here

    return DER_cert_to_PEM_cert(der).encode()


def test_stores_answer_apart_in_their_order(mint: Mint) -> None:
    corporate, public = mint.authority("Corporate"), mint.authority("Public")
    judge = Judge(
        [
            Roots(role="system", path=str(mint.write(public.pem, corporate.pem))),
            Roots(role="public", path=str(mint.write(public.pem))),
        ]
    )
    intercepted = judge.judge([mint.leaf("a.example", above=corporate).der], NOW)
    assert [(one.store, one.trusted, one.code) for one in intercepted] == [("system", True, 0), ("public", False, 20)]
    genuine = judge.judge([mint.leaf("a.example", above=public).der], NOW)
    assert [one.trusted for one in genuine] == [True, True]


def test_an_intermediate_in_the_store_is_no_anchor(mint: Mint) -> None:
    root = mint.authority()
    middle = mint.authority("Middle", root)
    (said,) = Judge([Roots(role="given", path=str(mint.write(middle.pem)))]).judge(
        [mint.leaf("a.example", above=middle).der], NOW
    )
    assert (said.trusted, said.code, said.at_depth) == (False, 2, 1)


def test_the_instant_decides_not_the_clock(mint: Mint) -> None:
    root = mint.authority(not_before=NOW - 99 * DAY, not_after=NOW + 99 * DAY)
    judge = Judge([Roots(role="system", path=str(mint.write(root.pem)))])
    chain = [mint.leaf("a.example", above=root, not_before=NOW - DAY, not_after=NOW + DAY).der]
    codes = [judge.judge(chain, NOW + days * DAY)[0].code for days in (-2, 0, 2, 0)]
    assert codes == [9, 0, 10, 0]


def test_what_cannot_be_read_is_not_trusted(mint: Mint) -> None:
    root = mint.authority()
    judge = Judge([Roots(role="system", path=str(mint.write(root.pem)))])
    assert judge.judge([], NOW) == ()
    for chain in ([b"nonsense"], [mint.leaf("a.example", above=root).der, b""]):
        assert [(one.store, one.trusted, one.code) for one in judge.judge(chain, NOW)] == [("system", False, 1)]


def test_a_damaged_chain_is_judged_and_never_trusted(mint: Mint) -> None:
    """Every byte of a leaf and of its intermediate changed, one at a time: its signature no longer holds."""
    root = mint.authority()
    judge = Judge([Roots(role="system", path=str(mint.write(root.pem)))])
    leaf, middle = whole(mint, root)
    codes = set()
    for at in range(len(leaf)):
        (said,) = judge.judge([leaf[:at] + bytes((leaf[at] ^ 1,)) + leaf[at + 1 :], middle], NOW)
        codes.add(said.code)
        assert not said.trusted
    for at in range(len(middle)):
        (said,) = judge.judge([leaf, middle[:at] + bytes((middle[at] ^ 1,)) + middle[at + 1 :]], NOW)
        codes.add(said.code)
        assert not said.trusted
    assert {1, 7, 20} <= codes


def test_a_judgement_is_made_once_per_chain(mint: Mint, monkeypatch: pytest.MonkeyPatch) -> None:
    root = mint.authority()
    judge = Judge([Roots(role="system", path=str(mint.write(root.pem)))])
    chain = [mint.leaf("a.example", above=root).der]
    first = judge.judge(chain, NOW)
    monkeypatch.setattr(judging, "_verdict", None)
    assert judge.judge(list(chain), NOW) is first


def test_kept_judgements_are_bounded(mint: Mint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_KEPT", 2)
    root = mint.authority()
    judge = Judge([Roots(role="system", path=str(mint.write(root.pem)))])
    for _ in range(5):
        assert judge.judge([mint.leaf("a.example", above=root).der], NOW)[0].trusted
        assert len(judge._kept) <= 2


def test_a_store_with_certificates_no_library_reads_still_judges(mint: Mint) -> None:
    root = mint.authority()
    broken = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
    judge = Judge([Roots(role="system", path=str(mint.write(broken, root.pem, broken)))])
    assert judge.judge([mint.leaf("a.example", above=root).der], NOW)[0].trusted


@pytest.mark.skipif(OPENSSL is None, reason="no openssl program here to hash the directory")
def test_a_directory_of_hashed_files_is_a_store(mint: Mint) -> None:
    root = mint.authority()
    folder = mint.folder / "hashed"
    folder.mkdir()
    (folder / "root.pem").write_bytes(root.pem)
    subprocess.run([str(OPENSSL), "rehash", str(folder)], check=True, capture_output=True)
    judge = Judge([Roots(role="system", path=str(folder), where=Where.DIRECTORY)])
    assert judge.judge([mint.leaf("a.example", above=root).der], NOW)[0].trusted
    assert not judge.judge([mint.leaf("a.example", above=mint.authority("Other")).der], NOW)[0].trusted


def test_preload_is_all_the_judge_needs(mint: Mint, monkeypatch: pytest.MonkeyPatch) -> None:
    root = mint.authority()
    judge = Judge([Roots(role="system", path=str(mint.write(root.pem)))])
    for piece in judge.preload():
        piece()
    monkeypatch.setattr(judging, "_read", None)
    assert judge.judge([mint.leaf("a.example", above=root).der], NOW) == (Judgement(store="system", trusted=True),)
