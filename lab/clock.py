"""The internet's time: an NTP answer (RFC 5905, server mode), so that a desktop in the lab can set its clock."""

import asyncio
import struct
import time
from typing import cast

PORT = 123
_SINCE_1900_S = 2_208_988_800
_SIZE = 48
_CLIENT, _SERVER = 3, 4
_STRATUM = 2
_POLL = 4
_PRECISION = 0xEC
"""-20: a microsecond, as a signed exponent of two."""


class Clock(asyncio.DatagramProtocol):
    """Answers every client, `ahead_s` before the machine's own clock."""

    def __init__(self, ahead_s: float = 0.0) -> None:
        self._ahead_s = ahead_s

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # noqa: D102  of the protocol
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:  # noqa: D102
        told = answer(data, time.time() + self._ahead_s)
        if told:
            self._transport.sendto(told, addr)


def answer(question: bytes, now_s: float) -> bytes:
    """What a server whose clock says `now_s` (seconds since 1970) answers; nothing to what is no client's question."""
    if len(question) < _SIZE or question[0] & 7 != _CLIENT:
        return b""
    version = question[0] & 0b00111000
    moment = int((now_s + _SINCE_1900_S) * 2**32) & (2**64 - 1)
    head = struct.pack("!BBBBII4s", version | _SERVER, _STRATUM, _POLL, _PRECISION, 0, 0, b"LAB\0")
    return head + struct.pack("!Q8sQQ", moment, question[40:48], moment, moment)
