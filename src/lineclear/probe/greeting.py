"""A TLS greeting as browsers send it, too large for one packet, and whether anybody answers it.

Browsers offer a post-quantum key beside the usual ones (X25519MLKEM768, draft-ietf-tls-ecdhe-mlkem), and with its 1,216
bytes no ClientHello fits into one packet. OpenSSL before 3.5 cannot offer it, and nobody needs to agree on it to see
whether the greeting passes: OpenSSL's own is given one more group and key, and the first bytes of the answer count. The
key is as valid as any, so that a server that knows the group answers too. Nothing is agreed on, nothing else is said.
"""

from __future__ import annotations

import secrets
import struct
from typing import TYPE_CHECKING

from lineclear.model import Failure, LargeGreeting, Raw

from . import tcp
from .errors import escape
from .stream import Broken, stream_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineclear.model import Endpoint

    from .run import Run
    from .tcp import Connection

_GROUP = 0x11EC
_COEFFICIENTS, _SEED, _X25519 = 1152, 32, 32
"""Of an ML-KEM-768 key (FIPS 203): 768 numbers of 12 bits, and a seed. Then a key of X25519 (RFC 7748)."""
_SMALL = (0xFF, 0x77, 0x7F)
"""Leaves both numbers of three bytes below 2,048, and so below the 3,329 that FIPS 203 demands."""
_RECORD, _MESSAGE = 5, 4
_SUPPORTED_GROUPS, _KEY_SHARE, _PADDING = 10, 51, 21
_HANDSHAKE, _ALERT = 0x16, 0x15
_ANSWERS = {_HANDSHAKE: "hello", _ALERT: "alert"}


async def greet_at_large(run: Run, *, host: str, endpoint: Endpoint, greeting: bytes, segment: int = 0) -> None:
    """Greet over a connection of its own, and record one `LargeGreeting`; nothing where nobody accepts.

    Args:
        run: the run in progress.
        host: the name this is for; only recorded.
        endpoint: address and port that speaks TLS.
        greeting: a ClientHello as OpenSSL makes it, in one record.
        segment: the largest segment either side may send; 0: the usual.
    """
    began = run.now()
    connection, _, _ = await tcp.reach(run, host=host, endpoint=endpoint, segment=segment)
    if connection is None:
        return
    words = as_browsers(greeting)
    heard = await _answer(connection, words)
    connection.close()
    known = _ANSWERS.get(heard[0], "") if isinstance(heard, bytes) else ""
    broken = heard if isinstance(heard, Broken) else None if known else _foreign(heard)
    run.record(
        LargeGreeting(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=broken.failure if broken else None,
            raw=broken.raw if broken else None,
            endpoint=endpoint,
            host=host,
            size=len(words),
            segment_bytes=segment,
            answered=known,
        )
    )


async def _answer(connection: Connection, words: bytes) -> bytes | Broken:
    """The first bytes that come back."""
    limits, stream = connection.run.limits, stream_of(connection)
    patience_s = max(limits.handshake_s, limits.handshake_round_trips * connection.rtt_ms / 1000.0)
    moment = connection.run.now() + patience_s
    return await stream.say(words, moment) or await stream.hear(moment)


def _foreign(heard: bytes) -> Broken:
    return Broken(failure=Failure.NOT_TLS, raw=Raw(text=escape(heard)))


def as_browsers(hello: bytes) -> bytes:
    """A ClientHello in one record (RFC 8446 section 4.1.2), with a post-quantum key offered before the others."""
    head, extensions = _split(hello[_RECORD + _MESSAGE :])
    body = b"".join(_with_key(kind, said) for kind, said in _each(extensions) if kind != _PADDING)
    message = head + struct.pack("!H", len(body)) + body
    size = len(message).to_bytes(3, "big")
    return hello[:3] + struct.pack("!H", len(message) + _MESSAGE) + hello[_RECORD : _RECORD + 1] + size + message


def _split(message: bytes) -> tuple[bytes, bytes]:
    """What stands before the extensions, and the extensions."""
    at = 2 + 32
    for width in (1, 2, 1):  # the session id, the cipher suites, the compression methods
        at += width + int.from_bytes(message[at : at + width], "big")
    return message[:at], message[at + 2 :]


def _each(extensions: bytes) -> Iterator[tuple[int, bytes]]:
    while extensions:
        kind, size = struct.unpack("!HH", extensions[:4])
        yield kind, extensions[4 : 4 + size]
        extensions = extensions[4 + size :]


def _with_key(kind: int, said: bytes) -> bytes:
    """An extension, with one group or key more where it lists them."""
    more = {_SUPPORTED_GROUPS: b"", _KEY_SHARE: _key()}.get(kind)
    if more is not None:
        listed = struct.pack("!H", _GROUP) + (struct.pack("!H", len(more)) + more if more else b"") + said[2:]
        said = struct.pack("!H", len(listed)) + listed
    return struct.pack("!HH", kind, len(said)) + said


def _key() -> bytes:
    drawn = secrets.token_bytes(_COEFFICIENTS)
    numbers = bytes(one & _SMALL[at % 3] for at, one in enumerate(drawn))
    return numbers + secrets.token_bytes(_SEED + _X25519)
