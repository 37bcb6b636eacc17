"""Asking a SOCKS proxy for a connection: version 5 (RFC 1928) and 4a, without credentials.

Pure but for the stream: a request goes out whole, an answer comes back as its code and the words for it. Anything
that is no answer of the protocol is kept as the bytes it was.
"""

from _socket import inet_pton

from msgspec import Struct

from lineclear.model import Failure, Raw
from lineclear.probe.errors import escape
from lineclear.probe.sockets import AF_INET
from lineclear.probe.stream import Broken, Stream, hear_out
from lineclear.probe.trust.certnames import packed

_VERSION5 = 5
_VERSION4 = 4
_GREETING = bytes((_VERSION5, 1, 0))
"""One method offered: no authentication."""
_NO_METHOD = 0xFF
_CONNECT = 1
_BY_NAME = 3
_BY_ADDRESS = {4: 1, 16: 4}
_ADDRESS_SIZES = {1: 4, 4: 16}
_GRANTED4 = 90
_HIDDEN_ADDRESS = b"\x00\x00\x00\x01"
"""0.0.0.x says that a name follows (SOCKS 4a)."""

_WORDS5 = {
    1: "general SOCKS server failure",
    2: "connection not allowed by ruleset",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "TTL expired",
    7: "command not supported",
    8: "address type not supported",
}
_WORDS4 = {
    91: "request rejected or failed",
    92: "no identd on this machine",
    93: "identd reports another user",
}


class SocksAnswer(Struct, frozen=True, kw_only=True):
    """What a SOCKS proxy answered: its code, the words for it and, if it said no, our word."""

    code: int
    text: str = ""
    failure: Failure | None = None


async def ask5(stream: Stream, host: str, port: int, moment: float) -> SocksAnswer | Broken:
    """Ask a SOCKS 5 proxy to connect to `host:port`; names are left to the proxy to resolve."""
    greeting = await _exchange(stream, _GREETING, 2, moment)
    if isinstance(greeting, Broken):
        return greeting
    if greeting[0] != _VERSION5:
        return await _stranger(stream, greeting, moment)
    if greeting[1] != 0:
        return SocksAnswer(code=greeting[1], text=_method(greeting[1]), failure=Failure.PROXY_AUTH_REQUIRED)
    return await _request5(stream, host, port, moment)


async def ask4(stream: Stream, host: str, port: int, moment: float) -> SocksAnswer | Broken:
    """Ask a SOCKS 4 proxy to connect to `host:port`; a name goes as SOCKS 4a."""
    address = packed(host)
    by_name = address is None or len(address) != len(_HIDDEN_ADDRESS)
    where = _HIDDEN_ADDRESS if by_name else inet_pton(AF_INET, host)
    name = _name(host) + b"\0" if by_name else b""
    request = bytes((_VERSION4, _CONNECT)) + port.to_bytes(2, "big") + where + b"\0" + name
    answer = await _exchange(stream, request, 8, moment)
    if isinstance(answer, Broken):
        return answer
    if answer[0] != 0:
        return await _stranger(stream, answer, moment)
    code = answer[1]
    failure = None if code == _GRANTED4 else Failure.PROXY_REFUSED
    return SocksAnswer(code=code, text=_WORDS4.get(code, ""), failure=failure)


async def _request5(stream: Stream, host: str, port: int, moment: float) -> SocksAnswer | Broken:
    address = packed(host)
    name = _name(host)
    where = bytes((_BY_NAME, len(name))) + name if address is None else bytes((_BY_ADDRESS[len(address)],)) + address
    request = bytes((_VERSION5, _CONNECT, 0)) + where + port.to_bytes(2, "big")
    answer = await _exchange(stream, request, 4, moment)
    if isinstance(answer, Broken):
        return answer
    if answer[0] != _VERSION5:
        return await _stranger(stream, answer, moment)
    code = answer[1]
    if code:
        return SocksAnswer(code=code, text=_WORDS5.get(code, ""), failure=Failure.PROXY_REFUSED)
    bound = await _bound_address(stream, answer[3], moment)
    return bound if isinstance(bound, Broken) else SocksAnswer(code=0)


async def _bound_address(stream: Stream, kind: int, moment: float) -> bytes | Broken:
    """Where the proxy dialled from: read, so that what follows is the far end's."""
    size = _ADDRESS_SIZES.get(kind)
    if size is None:  # a name, with its length before it
        length = await _exactly(stream, 1, moment)
        if isinstance(length, Broken):
            return length
        size = length[0]
    return await _exactly(stream, size + 2, moment)


async def _exchange(stream: Stream, request: bytes, size: int, moment: float) -> bytes | Broken:
    return await stream.say(request, moment) or await _exactly(stream, size, moment)


async def _exactly(stream: Stream, size: int, moment: float) -> bytes | Broken:
    """The next `size` bytes; a broken answer keeps what was said."""
    said = b""
    while len(said) < size:
        heard = await stream.hear(moment)
        if isinstance(heard, Broken):
            return Broken(failure=heard.failure, raw=Raw(text=escape(said))) if said else heard
        said += heard
    if len(said) > size:
        stream.unhear(said[size:])
    return said[:size]


async def _stranger(stream: Stream, said: bytes, moment: float) -> Broken:
    words = escape(await hear_out(stream, said, moment))
    return Broken(failure=Failure.HTTP_MALFORMED, raw=Raw(text=words))


def _method(code: int) -> str:
    return "no acceptable authentication method" if code == _NO_METHOD else f"authentication method {code}"


def _name(host: str) -> bytes:
    return host.encode("ascii" if host.isascii() else "idna")
