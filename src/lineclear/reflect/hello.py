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
_SESSION = 38
"""Where the session's name begins in a hello: after its type, length, version, and 32 random bytes."""
_EXTENSION = struct.Struct(">HH")
MOST = 16384
"""Bytes of a hello that are waited for."""
_MOST_RECORDS = 256
"""Records it may be cut into: a hello in crumbs is read again with each of them."""
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
    message, at = b"", 0
    for _ in range(_MOST_RECORDS):
        if len(heard) - at < _RECORD:
            raise Incomplete
        if heard[at] != _HANDSHAKE:
            return None
        size = int.from_bytes(heard[at + 3 : at + _RECORD], "big")
        message += heard[at + _RECORD : at + _RECORD + size]
        at += _RECORD + size
        length = 4 + int.from_bytes(message[1:4], "big")
        if message and (message[0] != _CLIENT_HELLO or length > MOST):
            return None
        if len(message) >= max(length, 4):
            return message[:length]
        if not size:
            return None
    return None


def facts_of(message: bytes) -> HelloFacts | None:
    """What a ClientHello message says; None where it breaks its own grammar."""
    try:
        version, suites, extensions = _parse(message)
        return _facts(message, version, suites, extensions)
    except (ValueError, struct.error):
        return None


def _parse(message: bytes) -> tuple[bytes, bytes, dict[int, bytes]]:
    """The version, the cipher suites as they came, and the extensions."""
    _, at = _block(message, _SESSION, 1)
    suites, at = _block(message, at, 2)
    _, at = _block(message, at, 1)
    extensions: dict[int, bytes] = {}
    if at < len(message):
        listed, _ = _block(message, at, 2)
        at = 0
        while at < len(listed):
            kind, size = _EXTENSION.unpack_from(listed, at)
            at += 4 + size
            extensions[kind] = listed[at - size : at]
        if at > len(listed):
            raise ValueError
    return message[4:6], suites, extensions


def _block(text: bytes, at: int, size: int) -> tuple[bytes, int]:
    """What follows its own length in `size` bytes, and where it ends.

    Raises:
        ValueError: it is longer than the text.
    """
    begin = at + size
    end = begin + int.from_bytes(text[at:begin], "big")
    if end > len(text):
        raise ValueError
    return text[begin:end], end


def _facts(message: bytes, version: bytes, suites: bytes, extensions: dict[int, bytes]) -> HelloFacts:
    versions, signatures = extensions.get(_VERSIONS), extensions.get(_SIGNATURES)
    alpn = tuple(_alpn(extensions.get(_ALPN, b"\0\0")))
    return HelloFacts(
        sha256=sha256(message).hexdigest(),
        ja4=_ja4(
            version if versions is None else _block(versions, 0, 1)[0],
            suites,
            tuple(extensions),
            b"" if signatures is None else _block(signatures, 0, 2)[0],
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
    listed, _ = _block(body, 0, 2)
    at = 0
    while at < len(listed):
        name, at = _block(listed, at, 1)
        yield name


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
    listed, _ = _block(body, 0, 2)
    return _block(listed, 1, 2)[0].decode("ascii", "backslashreplace")[:_MOST_SHOWN]


def _listed(values: Iterable[int]) -> str:
    return ",".join(f"{one:04x}" for one in values)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGITS] if text else "0" * _DIGITS
