"""Certificates as values: what they say, and that nothing they say can do harm."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from lineclear.model import Certificate
from lineclear.probe.trust.chain import certificate, certificates, shown

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Mint


def test_a_leaf_and_its_authority(mint: Mint) -> None:
    root = mint.authority("Test Root")
    leaf = mint.leaf("www.example.com", "*.ibllc.com", "ndc1_hb1.ibllc.com", "192.0.2.1", "2001:db8::1", above=root)
    told, above = certificates([leaf.der, root.der])
    assert (told.subject, told.issuer) == ("CN=Test Leaf", "CN=Test Root")
    assert told.names == ("www.example.com", "*.ibllc.com", "ndc1_hb1.ibllc.com", "192.0.2.1", "2001:db8::1")
    assert told.not_before == leaf.cert.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told.not_after == leaf.cert.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told.sha256 == hashlib.sha256(leaf.der).hexdigest()
    spki = leaf.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert told.spki_sha256 == hashlib.sha256(spki).hexdigest()
    assert (told.self_issued, above.self_issued) == (False, True)


def test_a_dns_name_that_looks_like_an_address_is_not_taken_for_one(mint: Mint) -> None:
    leaf = mint.leaf("www.example.com")
    pretending = x509.SubjectAlternativeName([x509.DNSName("192.0.2.1")])
    built = mint._make("x", None, [(pretending, False)])
    assert certificate(built.der).names == ("DNS:192.0.2.1",)
    assert certificate(leaf.der).names == ("www.example.com",)


@pytest.mark.parametrize(
    ("hostile", "plain"),
    [
        ("\x1b[2J\x1b]0;owned\x07", r"CN=\x1b[2J\x1b]0\;owned\x07"),
        ("a\r\nb", r"CN=a\r\nb"),
        ("abc\u202egnp.exe", r"CN=abc\u202egnp.exe"),
        ("Zürich 銀行", "CN=Zürich 銀行"),
        ("<script>alert(1)</script>", r"CN=\<script\>alert(1)\</script\>"),
    ],
)
def test_hostile_text_is_defused_and_honest_text_stays(mint: Mint, hostile: str, plain: str) -> None:
    told = certificate(mint.leaf("www.example.com", common_name=hostile).der)
    assert told.subject == plain
    assert told.self_issued


def test_long_text_is_cut() -> None:
    assert shown("x" * 1000) == "x" * 400 + "..."
    assert shown("x" * 400) == "x" * 400


def test_a_certificate_that_is_none_is_its_digest() -> None:
    assert certificate(b"nonsense") == Certificate(
        subject="", issuer="", sha256=hashlib.sha256(b"nonsense").hexdigest()
    )


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    assert certificate(data).sha256 == hashlib.sha256(data).hexdigest()


def test_a_damaged_certificate_never_raises(mint: Mint) -> None:
    """Every byte of a real certificate, replaced in four ways: what can still be read is text without controls."""
    der = mint.leaf("www.example.com", "192.0.2.1").der
    readable = 0
    for at in range(len(der)):
        for change in (0x01, 0x20, 0x80, 0xFF):
            damaged = der[:at] + bytes((der[at] ^ change,)) + der[at + 1 :]
            told = certificate(damaged)
            readable += bool(told.subject)
            assert all(text.isprintable() for text in (told.subject, told.issuer, *told.names))
    assert readable


def test_warnings_of_odd_certificates_do_not_reach_the_user(mint: Mint, recwarn: pytest.WarningsRecorder) -> None:
    leaf = mint.leaf("www.example.com")
    number = leaf.cert.serial_number
    serial = number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
    odd = leaf.der.replace(serial, b"\x80" + serial[1:], 1)
    with pytest.warns(UserWarning, match="serial number"):
        x509.load_der_x509_certificate(odd)
    assert certificate(odd).subject == "CN=Test Leaf"
    assert not recwarn.list
