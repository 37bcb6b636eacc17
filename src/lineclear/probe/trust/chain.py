"""A presented chain as values: what each certificate says of itself, read without believing any of it.

A certificate is hostile text. Whatever cannot be read stays empty, characters that could move a cursor or turn a
line around are escaped, and nothing here raises. Chains are shared by many hosts, so parsed certificates are kept.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeVar

from lineclear.model import Certificate

from .certnames import NOT_AN_ADDRESS, packed

if TYPE_CHECKING:
    from cryptography import x509

Value = TypeVar("Value")

_LONGEST = 400
_KEPT = 512


def certificates(chain: Iterable[bytes]) -> tuple[Certificate, ...]:
    """Each DER certificate of a chain, in the order presented."""
    return tuple(certificate(der) for der in chain)


@lru_cache(maxsize=_KEPT)
def certificate(der: bytes) -> Certificate:
    """What one DER certificate says of itself; empty but for its digest if it cannot be parsed.

    Subject and issuer are RFC 4514 strings, names are the dNSName and iPAddress entries, times RFC 3339 in UTC.
    """
    from hashlib import sha256  # noqa: PLC0415  the slow libraries are loaded while packets are in flight

    from cryptography import x509  # noqa: PLC0415

    digest = sha256(der).hexdigest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of odd certificates on the user's terminal
        parsed = _said(lambda: x509.load_der_x509_certificate(der), None)
        return _told(parsed, digest) if parsed else Certificate(subject="", issuer="", sha256=digest)


def _told(parsed: x509.Certificate, digest: str) -> Certificate:
    return Certificate(
        subject=_said(lambda: shown(parsed.subject.rfc4514_string()), ""),
        issuer=_said(lambda: shown(parsed.issuer.rfc4514_string()), ""),
        names=_said(lambda: _names(parsed), ()),
        not_before=_said(lambda: _instant(parsed.not_valid_before_utc), ""),
        not_after=_said(lambda: _instant(parsed.not_valid_after_utc), ""),
        sha256=digest,
        spki_sha256=_said(lambda: _key_digest(parsed), ""),
        self_issued=_said(lambda: parsed.subject == parsed.issuer, default=False),
    )


def shown(text: str) -> str:
    """Text from the network on one line: unprintable characters escaped, cut where it is too long to be meant."""
    plain = "".join(one if one.isprintable() else _escaped(one) for one in text[: _LONGEST + 1])
    return plain if len(text) <= _LONGEST else f"{plain[:_LONGEST]}..."


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode("ascii")


def _said(read: Callable[[], Value], default: Value) -> Value:
    """What could be read, or `default` where the certificate is not what it claims to be."""
    try:
        return read()
    except _unreadable():
        return default


@cache
def _unreadable() -> tuple[type[Exception], ...]:
    """What the library raises for bytes that break the rules."""
    from cryptography import exceptions, x509  # noqa: PLC0415

    return (
        ValueError,
        TypeError,
        OverflowError,
        exceptions.UnsupportedAlgorithm,
        x509.DuplicateExtension,
        x509.InvalidVersion,
        x509.UnsupportedGeneralNameType,
    )


def _names(parsed: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509  # noqa: PLC0415

    try:
        presented = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = (_host(name) for name in presented.get_values_for_type(x509.DNSName))
    addresses = (str(address) for address in presented.get_values_for_type(x509.IPAddress))
    return tuple(shown(name) for name in (*hosts, *addresses))


def _host(name: str) -> str:
    return f"{NOT_AN_ADDRESS}{name}" if packed(name) else name


def _instant(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _key_digest(parsed: x509.Certificate) -> str:
    from hashlib import sha256  # noqa: PLC0415

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    key = parsed.public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
