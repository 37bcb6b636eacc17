"""One HTTP/1.1 request and the head of its answer: who answers for this name, and with what.

h11 has the grammar, the bytes are ours: they go over the very connection that was measured. Exactly one request
leaves; a redirect is evidence and is not followed; any status is an answer, for the question is who gives it. Bodies
are read only where they may hold a device's explanation, and only their start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from lineclear import __version__
from lineclear.model import Failure, HttpExchange, Raw

from .acknowledging import acknowledged
from .errors import escape
from .stream import Broken, Stream, hear_out, stream_of

if TYPE_CHECKING:
    import h11

    from .tcp import Connection

_SHOWN = 200
_BODY_S = 1.0
_ROUND_TRIPS = 3.0
"""At the least: after a lost SYN the kernel begins with one segment, and the request has to wait for its turn."""
"""How long a body is waited for once the head is here, where it explains and does not decide."""
_MOST_HEADERS = 32
_TELLING = frozenset(
    {
        "age",
        "content-length",
        "content-type",
        "date",
        "location",
        "refresh",
        "retry-after",
        "server",
        "via",
        "warning",
        "www-authenticate",
        "x-powered-by",
    }
)
_TELLING_STARTS = ("proxy-", "x-cache", "x-forwarded-", "x-squid-", "x-bluecoat-", "x-amz-", "x-amzn-", "cf-")
USER_AGENT = f"lineclear/{__version__}"

Headers = tuple[tuple[str, str], ...]


class Answer(Struct, frozen=True, kw_only=True):
    """The head of an answer, and as much of what follows as was asked for."""

    status: int
    reason: str = ""
    headers: Headers = ()
    """All of them, lower-case names, values escaped."""
    body: bytes = b""
    whole: bool = False
    """Whether the body is there to its end."""


async def dress(connection: Connection, scheme: str, host: str, moment: float) -> Stream | Broken:
    """A stream for requests to `host`, in TLS where the scheme is `https`. Whose certificate it is, nobody judges."""
    stream = stream_of(connection)
    if scheme != "https":
        return stream
    from .tls import Session, sni  # noqa: PLC0415  slow, and only for https

    session = Session(stream, sni(host), ("http/1.1",))
    return await session.shake(moment) or session


async def fetch(
    carrier: Connection | Stream,
    *,
    host: str,
    scheme: str,
    method: str = "HEAD",
    path: str = "/",
    port: int | None = None,
) -> HttpExchange | None:
    """Send one request and record one `HttpExchange`; that observation if an answer came, else None.

    Args:
        carrier: an open connection, a tunnel or a TLS session; it stays open.
        host: the name to ask for; empty: the address.
        scheme: `http` or `https`; only recorded.
        method: `HEAD` or `GET`.
        path: the path to ask for.
        port: put into the Host header where it is not the scheme's own; None leaves it out.
    """
    stream = stream_of(carrier)
    run = stream.connection.run
    began = run.now()
    named = host or stream.connection.endpoint.address
    headers = (
        ("Host", _authority(named, port)),
        ("User-Agent", USER_AGENT),
        ("Accept", "*/*"),
        ("Connection", "close"),
    )
    patience_s = max(run.limits.http_s, _ROUND_TRIPS * stream.connection.rtt_ms / 1000.0)
    answer = await ask(stream, method=method, target=path, headers=headers, moment=began + patience_s)
    broken = answer if isinstance(answer, Broken) else None
    head = Answer(status=0) if isinstance(answer, Broken) else answer
    exchange = HttpExchange(
        id=run.new_id(),
        at_ms=run.at_ms(began),
        took_ms=run.took_ms(began),
        failure=broken.failure if broken else None,
        raw=broken.raw if broken else None,
        endpoint=stream.connection.endpoint,
        host=host,
        scheme=scheme,
        method=method,
        status=head.status,
        headers=telling(head.headers),
        body_start=escape(head.body),
        acknowledged=acknowledged(stream.connection) if broken and broken.failure is Failure.TIMED_OUT else None,
    )
    run.record(exchange)
    return None if broken else exchange


def preload() -> None:
    """Import h11, so that the first request does not wait for it."""
    import h11  # noqa: F401, PLC0415  slow, so done while packets are in flight


async def ask(
    stream: Stream,
    *,
    method: str,
    target: str,
    headers: Headers,
    moment: float,
    most: int = _SHOWN,
    body_s: float = _BODY_S,
) -> Answer | Broken:
    """Send one request; the head of its answer with at most `most` bytes of body, or what went wrong.

    The body is waited for `body_s` at most: what merely explains is not worth more.

    What wrongly follows the answer to a HEAD is taken for its body. After a CONNECT that was granted, what follows
    belongs to the far end: the stream gives it to whoever listens next.
    """
    import h11  # noqa: PLC0415  slow: see `preload`

    wire = h11.Connection(h11.CLIENT)
    request = wire.send(h11.Request(method=method, target=target, headers=list(headers))) or b""
    broken = await stream.say(request + (wire.send(h11.EndOfMessage()) or b""), moment)
    head = broken or await _head(stream, wire, moment)
    if isinstance(head, Broken):
        return head
    granted = wire.our_state is h11.SWITCHED_PROTOCOL
    body, whole = (b"", True) if granted else await _body(stream, wire, min(moment, _from_now(stream, body_s)), most)
    if granted:
        stream.unhear(wire.trailing_data[0])
    return Answer(
        status=head.status_code,
        reason=escape(bytes(head.reason)),
        headers=tuple((name.decode("ascii"), escape(bytes(value))) for name, value in head.headers),
        body=body[:most],
        whole=whole,
    )


def telling(headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers that say who answered and why; never cookies."""
    kept = [(name, value) for name, value in headers if name in _TELLING or name.startswith(_TELLING_STARTS)]
    return tuple(kept[:_MOST_HEADERS])


async def _head(stream: Stream, wire: h11.Connection, moment: float) -> h11.Response | Broken:
    import h11  # noqa: PLC0415

    seen = b""
    while True:
        try:
            event = wire.next_event()
        except h11.RemoteProtocolError as problem:
            return _malformed(seen, str(problem))
        if isinstance(event, h11.Response):
            return event
        if event is not h11.NEED_DATA:  # 1xx: the answer follows
            continue
        heard = await stream.hear(moment)
        if isinstance(heard, Broken):
            return Broken(failure=heard.failure, raw=Raw(text=escape(seen))) if seen else heard
        seen = (seen + heard)[: _SHOWN + 1]
        if not _starts_like_http(seen):
            return _malformed(await hear_out(stream, heard, moment), "")
        wire.receive_data(heard)


def _starts_like_http(seen: bytes) -> bool:
    return seen[:5] == b"HTTP/"[: len(seen)]


def _malformed(seen: bytes, why: str) -> Broken:
    return Broken(failure=Failure.HTTP_MALFORMED, raw=Raw(text=escape(seen) if seen else why))


async def _body(stream: Stream, wire: h11.Connection, moment: float, most: int) -> tuple[bytes, bool]:
    """As much of the body as came, and whether that is all of it."""
    import h11  # noqa: PLC0415

    body = b""
    while len(body) < most:
        try:
            event = wire.next_event()
        except h11.RemoteProtocolError:  # the head stands; a body that breaks its own rules says nothing more
            break
        if isinstance(event, h11.Data):
            body += event.data
        elif event is h11.NEED_DATA:
            heard = await stream.hear(moment)
            if not isinstance(heard, Broken):
                wire.receive_data(heard)
            elif heard.failure is Failure.EOF:
                wire.receive_data(b"")  # the end of a body whose length nobody told
            else:
                break
        else:
            return body or wire.trailing_data[0], True
    return body or wire.trailing_data[0], False


def _from_now(stream: Stream, seconds: float) -> float:
    return stream.connection.run.now() + seconds


def _authority(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"
