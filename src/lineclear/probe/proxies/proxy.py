"""The way the browser goes: one CONNECT or SOCKS request through an explicit proxy.

What this proves is only that the proxy carries it. Software that dials directly, as the trading application does,
gains nothing from it; the difference between both ways is the finding. A proxy is honest where a device in the path
is not: 403 is its own policy, 503 is the far side, and Squid even passes on the errno. Credentials are never sent.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from lineclear.model import Endpoint, Failure, Proxy, ProxyScheme, ProxyTunnel, Purpose, Raw
from lineclear.probe.errors import escape
from lineclear.probe.http import USER_AGENT, Answer, ask
from lineclear.probe.run import Run
from lineclear.probe.stream import Broken, Plain, Stream
from lineclear.probe.tcp import reach
from lineclear.probe.tls import Session, sni

from .socks import SocksAnswer, ask4, ask5

_PAGE = 4096
_SHOWN = 200
_LONGEST = 500
_GRANTED = range(200, 300)
_AUTHENTICATE = 407
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_REASONS = ("x-squid-error", "proxy-authenticate", "via", "proxy-agent", "server")
"""Headers by which a proxy explains itself or says who it is."""


class _Tunnelled(Struct, frozen=True, kw_only=True):
    """What became of a request: the stream if it was granted, else the failure."""

    stream: Stream | None = None
    status: int = 0
    text: str = ""
    failure: Failure | None = None
    raw: Raw | None = None


async def tunnel(
    run: Run,
    *,
    proxy: Proxy,
    address: str,
    host: str = "",
    port: int = 0,
    greets: bool = False,
    purpose: Purpose = Purpose.TARGET,
) -> Stream | None:
    """Ask `proxy` for a way to `host:port` and record one `ProxyTunnel`; the open way, or None with nothing left open.

    A proxy may grant what it cannot give: only what comes through shows that the way is one.

    Args:
        run: the run in progress.
        proxy: the proxy as some setting names it.
        address: an address of the proxy's host, as the system resolves it.
        host: where to; empty: only whether the proxy listens.
        port: where to.
        greets: begin TLS through it; whose certificate comes, nobody judges.
        purpose: passed on to what is done through the tunnel.
    """
    began = run.now()
    endpoint = Endpoint(address=address, port=proxy.port)
    connection, failure, raw = await reach(run, host=host or proxy.host, endpoint=endpoint, purpose=purpose)
    became = _Tunnelled(failure=failure, raw=raw)
    if connection is not None:
        bottom = Plain(connection)
        became = await _WAYS[proxy.scheme](bottom, proxy, host, port) if host else _Tunnelled(stream=bottom)
        if became.stream is not None and greets:
            became = await _greeted(became, became.stream, host)
        if became.stream is None:
            connection.close()
    run.record(
        ProxyTunnel(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=became.failure,
            raw=became.raw,
            proxy=proxy.authority,
            target=_authority(host, port) if host else "",
            status=became.status,
            text=became.text,
        )
    )
    return became.stream


async def _greeted(granted: _Tunnelled, stream: Stream, host: str) -> _Tunnelled:
    session = Session(stream, sni(host), ("http/1.1",))
    broken = await session.shake(_moment(stream))
    if broken is None:
        return replace(granted, stream=session)
    return replace(granted, stream=None, failure=broken.failure, raw=broken.raw)


async def _by_http(stream: Stream, _proxy: Proxy, host: str, port: int) -> _Tunnelled:
    target = _authority(host, port)
    headers = (("Host", target), ("User-Agent", USER_AGENT))
    answer = await ask(stream, method="CONNECT", target=target, headers=headers, moment=_moment(stream), most=_PAGE)
    if isinstance(answer, Broken):
        return _Tunnelled(failure=answer.failure, raw=answer.raw)
    text = _explanation(answer)
    if answer.status in _GRANTED:
        return _Tunnelled(stream=stream, status=answer.status, text=text)
    failure = Failure.PROXY_AUTH_REQUIRED if answer.status == _AUTHENTICATE else Failure.PROXY_REFUSED
    raw = Raw(text=escape(answer.body)) if answer.body else None
    return _Tunnelled(status=answer.status, text=text, failure=failure, raw=raw)


async def _by_https(stream: Stream, proxy: Proxy, host: str, port: int) -> _Tunnelled:
    session = Session(stream, sni(proxy.host), ("http/1.1",))
    broken = await session.shake(_moment(stream))
    if broken:
        return _Tunnelled(failure=broken.failure, raw=broken.raw)
    return await _by_http(session, proxy, host, port)


async def _by_socks4(stream: Stream, _proxy: Proxy, host: str, port: int) -> _Tunnelled:
    return _of_socks(stream, await ask4(stream, host, port, _moment(stream)))


async def _by_socks5(stream: Stream, _proxy: Proxy, host: str, port: int) -> _Tunnelled:
    return _of_socks(stream, await ask5(stream, host, port, _moment(stream)))


_WAYS: dict[ProxyScheme, Callable[[Stream, Proxy, str, int], Awaitable[_Tunnelled]]] = {
    ProxyScheme.HTTP: _by_http,
    ProxyScheme.HTTPS: _by_https,
    ProxyScheme.SOCKS4: _by_socks4,
    ProxyScheme.SOCKS5: _by_socks5,
}


def _of_socks(stream: Stream, answer: SocksAnswer | Broken) -> _Tunnelled:
    if isinstance(answer, Broken):
        return _Tunnelled(failure=answer.failure, raw=answer.raw)
    way = None if answer.failure else stream
    return _Tunnelled(stream=way, status=answer.code, text=answer.text, failure=answer.failure)


def _explanation(answer: Answer) -> str:
    """Status text, the headers by which a proxy explains itself, and the title of its page."""
    said = [answer.reason] if answer.reason else []
    said += [f"{name}: {value}" for name in _REASONS for header, value in answer.headers if header == name]
    title = _TITLE.search(answer.body)
    if title:
        said.append(f"page: {escape(b' '.join(title.group(1).split()))}")
    elif answer.body:
        said.append(f"body: {escape(b' '.join(answer.body[:_SHOWN].split()))}")
    return "; ".join(said)[:_LONGEST]


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _moment(stream: Stream) -> float:
    run = stream.connection.run
    return run.now() + run.limits.http_s
