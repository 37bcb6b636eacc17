"""A TLS ClientHello read (RFC 8446 section 4.1.2), and its JA4 fingerprint. Pure; hostile bytes give None.

JA4 is `t` for TCP, the highest version offered, `d` or `i` for with or without a server name, how many cipher suites
and extensions, the first and last letter of the first ALPN value; then digests of the suites, sorted, and of the
extensions, sorted, with the signature algorithms as they came. Values that mean nothing (RFC 8701) count nowhere.
"""

import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256

from lineclear.model import HelloFacts

_RECORD = 5
_HANDSHAKE = 0x16
_CLIENT_HELLO = 1
MOST = 16384
"""Bytes of a hello that are waited for."""
_SERVER_NAME, _SIGNATURES, _ALPN, _VERSIONS = 0x0000, 0x000D, 0x0010, 0x002B
_NAMES = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3"}
_MOST_COUNTED = 99
_MOST_SHOWN = 200
_DIGITS = 12
_MOST_KNOWN = 256
_MEANS_NOTHING = frozenset(0x0A0A + 0x1010 * step for step in range(16))
"""GREASE: both bytes alike and ending in `a` (RFC 8701)."""


class Incomplete(Exception):  # noqa: N818  no error: more is to come
    """The hello has not arrived in full."""


def message_of(heard: bytes) -> bytes | None:
    """The ClientHello in the first TLS records of a connection, without record headers; None: there is none.

    Raises:
        Incomplete: it began and has not ended.
    """
    message = b""
    rest = heard
    while len(rest) >= _RECORD:
        if rest[0] != _HANDSHAKE:
            return None
        size = int.from_bytes(rest[3:_RECORD], "big")
        message += rest[_RECORD : _RECORD + size]
        rest = rest[_RECORD + size :]
        length = 4 + int.from_bytes(message[1:4], "big")
        if message and (message[0] != _CLIENT_HELLO or length > MOST):
            return None
        if len(message) >= max(length, 4):
            return message[:length]
        if not size:
            return None
    raise Incomplete


def facts_of(message: bytes) -> HelloFacts | None:
    """What a ClientHello message says; None where it breaks its own grammar."""
    try:
        version, suites, extensions = _parse(message)
        return _facts(message, version, suites, extensions)
    except (IndexError, ValueError):
        return None


class _Bytes:
    """Bytes read from the front. Reading past the end is an IndexError."""

    __slots__ = ("_at", "_text")

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0

    @property
    def left(self) -> bytes:
        return self._text[self._at :]

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._text):
            raise IndexError
        taken, self._at = self._text[self._at : end], end
        return taken

    def block(self, size: int) -> bytes:
        """What follows its own length in `size` bytes."""
        return self.take(int.from_bytes(self.take(size), "big"))


def _parse(message: bytes) -> tuple[int, bytes, dict[int, bytes]]:
    """The version, the cipher suites as they came, and the extensions."""
    text = _Bytes(message)
    text.take(4)
    version = int.from_bytes(text.take(2), "big")
    text.take(32)
    text.block(1)
    suites = text.block(2)
    text.block(1)
    extensions: dict[int, bytes] = {}
    if text.left:
        listed = _Bytes(text.block(2))
        while listed.left:
            kind = int.from_bytes(listed.take(2), "big")
            extensions[kind] = listed.block(2)
    return version, suites, extensions


def _facts(message: bytes, version: int, suites: bytes, extensions: dict[int, bytes]) -> HelloFacts:
    versions, signatures = extensions.get(_VERSIONS), extensions.get(_SIGNATURES)
    alpn = tuple(_alpn(extensions.get(_ALPN, b"\0\0")))
    return HelloFacts(
        sha256=sha256(message).hexdigest(),
        ja4=_ja4(
            version.to_bytes(2, "big") if versions is None else _Bytes(versions).block(1),
            suites,
            tuple(extensions),
            b"" if signatures is None else _Bytes(signatures).block(2),
            _ends(alpn[0]) if alpn else "00",
        ),
        server_name=_server_name(extensions.get(_SERVER_NAME, b"")),
        alpn=tuple(one.decode("ascii", "backslashreplace")[:_MOST_SHOWN] for one in alpn[:8]),
    )


@lru_cache(_MOST_KNOWN)  # one program says the same each time, but for the random parts
def _ja4(versions: bytes, suites: bytes, kinds: tuple[int, ...], signatures: bytes, ends: str) -> str:
    meant, algorithms = _numbers(suites), _numbers(signatures)
    extensions = sorted(set(kinds) - _MEANS_NOTHING)
    first = "".join(
        (
            "t",
            _NAMES.get(max(_numbers(versions), default=0), "00"),
            "d" if _SERVER_NAME in extensions else "i",
            f"{min(len(meant), _MOST_COUNTED):02}{min(len(extensions), _MOST_COUNTED):02}",
            ends,
        )
    )
    listed = _listed(kind for kind in extensions if kind not in (_SERVER_NAME, _ALPN))
    signed = f"_{_listed(algorithms)}" if signatures else ""
    return f"{first}_{_digest(_listed(sorted(meant)))}_{_digest(listed + signed) if listed else '0' * _DIGITS}"


def _numbers(text: bytes) -> list[int]:
    """Numbers of 16 bits, without those that mean nothing.

    Raises:
        ValueError: half of one is left over.
    """
    if len(text) % 2:
        raise ValueError
    return [one for one in struct.unpack(f">{len(text) // 2}H", text) if one not in _MEANS_NOTHING]


def _alpn(body: bytes) -> Iterator[bytes]:
    listed = _Bytes(_Bytes(body).block(2))
    while listed.left:
        yield listed.block(1)


def _ends(protocol: bytes) -> str:
    """First and last letter of a protocol's name; of its hex where they are none."""
    text = protocol.decode("latin-1")
    whole = text[:1] + text[-1:]
    if whole.isascii() and whole.isalnum():
        return whole
    return f"{protocol[:1].hex()[:1]}{protocol[-1:].hex()[-1:]}" if protocol else "00"


def _server_name(body: bytes) -> str:
    if not body:
        return ""
    listed = _Bytes(_Bytes(body).block(2))
    listed.take(1)
    return listed.block(2).decode("ascii", "backslashreplace")[:_MOST_SHOWN]


def _listed(values: Iterable[int]) -> str:
    return ",".join(f"{one:04x}" for one in values)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGITS] if text else "0" * _DIGITS
