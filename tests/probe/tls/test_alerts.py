"""Every alert the library can be sent comes out as the word of RFC 8446."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.probe.trust.alerts import _NAMES, alert_of


def refused_with(number: int) -> tuple[str, bytes]:
    """What OpenSSL calls it when a server answers the ClientHello with this alert, and the record."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    record = bytes((21, 3, 3, 0, 2, 2, number))
    incoming.write(record)
    with pytest.raises(ssl.SSLError) as refusal:
        client.do_handshake()
    return refusal.value.reason or "", record


@pytest.mark.parametrize(("number", "word"), _NAMES.items())
def test_every_alert_has_its_word(number: int, word: str) -> None:
    assert alert_of(*refused_with(number)) == word


def test_an_alert_nobody_named_is_its_number() -> None:
    assert alert_of(*refused_with(200)) == "alert 200"


@pytest.mark.parametrize(
    ("reason", "heard"),
    [
        ("WRONG_VERSION_NUMBER", b""),
        ("WRONG_VERSION_NUMBER", bytes((21, 3, 3, 0, 2, 2, 40))),
        ("SSLV3_ALERT_NEVER_HEARD_OF", b""),
        ("", b""),
        ("", b"\x15\x03\x03"),
        ("", b"\x16\x03\x03\x00\x02\x02\x28"),
        ("", b"\x15\x03\x03\x00\x20\x02\x28"),
    ],
)
def test_what_is_no_alert_has_no_word(reason: str, heard: bytes) -> None:
    assert alert_of(reason, heard) == ""


@given(st.text(), st.binary())
def test_alert_of_is_total(reason: str, heard: bytes) -> None:
    assert isinstance(alert_of(reason, heard), str)
