"""Proxy auto-configuration (PAC): the verb that fetches the script.

As browsers do: directly, whatever proxies are set, once, and at most a megabyte of it. A redirect is evidence and is
not followed. What the script says is `pacevaluation.py`'s business.
"""

from __future__ import annotations

from msgspec import Struct

from lineclear.model import AutoConfig, Endpoint, Failure, PacFetch, Raw, UsageError
from lineclear.probe.errors import escape, raw
from lineclear.probe.far.echo import split_url
from lineclear.probe.http import USER_AGENT, Answer, ask, dress
from lineclear.probe.run import Run
from lineclear.probe.stream import Broken
from lineclear.probe.survey.reading import read_at_most
from lineclear.probe.tcp import Connection, reach

_MOST = 1 << 20
"""Bytes of a script, as browsers have it."""
_BODY_S = 5.0
_GRANTED = range(200, 300)
_SHOWN = 200


async def fetch_pac(run: Run, *, auto: AutoConfig, address: str = "") -> str | None:
    """Fetch one configuration and record one `PacFetch`; its text, or None.

    Args:
        run: the run in progress.
        auto: where, by which setting.
        address: of its host, as the system resolves it; none for a file.
    """
    began = run.now()
    got = await (_read_file(run, auto.url) if auto.url.startswith("file:") else _by_http(run, auto.url, address))
    run.record(
        PacFetch(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=got.failure,
            raw=got.raw,
            url=auto.url,
            source=auto.source,
            endpoint=got.endpoint,
            status=got.status,
            location=got.location,
            size=len(got.body),
            sha256=_digest(got.body) if got.body else "",
        )
    )
    return _text(got.body) if got.is_there else None


def host_of(url: str) -> str | None:
    """The host a configuration is fetched from; empty: it is a file; None: it can be neither."""
    if url.startswith("file:"):
        return ""
    try:
        return split_url(url)[1]
    except UsageError:  # of the survey, not of the user's words: another kind of address
        return None


class _Got(Struct, frozen=True, kw_only=True):
    """What became of a request for a script."""

    body: bytes = b""
    status: int = 0
    location: str = ""
    endpoint: Endpoint | None = None
    failure: Failure | None = None
    raw: Raw | None = None

    @property
    def is_there(self) -> bool:
        return self.failure is None and (self.status in _GRANTED or not self.status)


async def _read_file(run: Run, url: str) -> _Got:
    from urllib.parse import unquote  # noqa: PLC0415  only for files

    path = unquote(url.removeprefix("file://"))
    if path[2:3] == ":":  # file:///C:/proxy.pac
        path = path[1:]
    found = await run.reactor.in_thread(lambda: _bytes_of(path), run.now() + run.limits.http_s)
    return _Got(failure=run.silence()) if found is None else found


def _bytes_of(path: str) -> _Got:
    try:
        body = read_at_most(path, _MOST)
    except OSError as problem:
        number = problem.errno or 0
        return _Got(failure=Failure.PAC_BROKEN, raw=raw(number))
    return _Got(body=body)


async def _by_http(run: Run, url: str, address: str) -> _Got:
    scheme, host, port, path = split_url(url)
    endpoint = Endpoint(address=address, port=port)
    connection, failure, why = await reach(run, host=host, endpoint=endpoint)
    if connection is None:
        return _Got(endpoint=endpoint, failure=failure, raw=why)
    try:
        got = await _ask(run, connection, url=(scheme, host, port, path))
    finally:
        connection.close()
    return got


async def _ask(run: Run, connection: Connection, *, url: tuple[str, str, int, str]) -> _Got:
    scheme, host, port, path = url
    moment = run.now() + run.limits.http_s
    stream = await dress(connection, scheme, host, moment)
    if isinstance(stream, Broken):
        return _Got(endpoint=connection.endpoint, failure=stream.failure, raw=stream.raw)
    named = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[scheme] == port
    headers = (
        ("Host", named if usual else f"{named}:{port}"),
        ("User-Agent", USER_AGENT),
        ("Accept", "application/x-ns-proxy-autoconfig, */*"),
        ("Connection", "close"),
    )
    answer = await ask(
        stream, method="GET", target=path, headers=headers, moment=moment, most=_MOST + 1, body_s=_BODY_S
    )
    if isinstance(answer, Broken):
        return _Got(endpoint=connection.endpoint, failure=answer.failure, raw=answer.raw)
    return _of_answer(run, connection.endpoint, answer)


def _of_answer(run: Run, endpoint: Endpoint, answer: Answer) -> _Got:
    location = next((value for name, value in answer.headers if name == "location"), "")[:_SHOWN]
    if answer.status not in _GRANTED:
        said = Raw(text=escape(answer.body[:_SHOWN])) if answer.body else None
        return _Got(endpoint=endpoint, status=answer.status, location=location, raw=said)
    if len(answer.body) > _MOST:
        why = Raw(text=f"longer than {_MOST} bytes")
        return _Got(endpoint=endpoint, status=answer.status, failure=Failure.PAC_BROKEN, raw=why)
    if not answer.whole:
        why = Raw(text=f"only {len(answer.body)} bytes of it came")
        return _Got(endpoint=endpoint, status=answer.status, failure=run.silence(), raw=why)
    return _Got(endpoint=endpoint, status=answer.status, body=answer.body)


def _text(body: bytes) -> str:
    """The script: UTF-8, or Latin-1 where it is not."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _digest(body: bytes) -> str:
    from hashlib import sha256  # noqa: PLC0415  slow, and only where there is a configuration

    return sha256(body).hexdigest()
