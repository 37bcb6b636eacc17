"""What services the user named say our public address is. None is asked unless the user names it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lineclear.model import Endpoint, Failure, PublicAddress, Raw, UsageError
from lineclear.plan import is_address
from lineclear.probe.errors import escape
from lineclear.probe.http import USER_AGENT, Answer, ask, dress
from lineclear.probe.stream import Broken
from lineclear.probe.tcp import reach

if TYPE_CHECKING:
    from lineclear.probe.run import Run
    from lineclear.probe.tcp import Connection

_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(https?)://(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z._-]+))(?::([0-9]{1,5}))?(/[!-~]*)?")
_MOST_PORT = 65535
_LONGEST = 45
"""Characters of an IPv6 address with an IPv4 tail."""


def split_url(url: str) -> tuple[str, str, int, str]:
    """`(scheme, host, port, path)` of a URL.

    Raises:
        UsageError: it is not an http or https URL.
    """
    found = _URL.fullmatch(url)
    host = found[2] or found[3] if found else ""
    if found is None or not 0 < int(found[4] or 1) <= _MOST_PORT or (":" in host and not is_address(host)):
        raise UsageError(f"{url!r} is not a web address.", "Write it as https://HOST/PATH.")
    return found[1], host, int(found[4]) if found[4] else _PORTS[found[1]], found[5] or "/"


async def public_address(run: Run, *, url: str, address: str) -> None:
    """Ask one service once, over a fresh connection, and record one `PublicAddress`."""
    began = run.now()
    scheme, host, port, path = split_url(url)
    connection, failure, raw = await reach(run, host=host, endpoint=Endpoint(address=address, port=port))
    said = ""
    if connection is not None:
        failure, raw, said = await _ask(run, connection, scheme, host, path)
        connection.close()
    run.record(
        PublicAddress(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=raw,
            url=url,
            address=said,
        )
    )


async def _ask(
    run: Run, connection: Connection, scheme: str, host: str, path: str
) -> tuple[Failure | None, Raw | None, str]:
    moment = run.now() + run.limits.http_s
    stream = await dress(connection, scheme, host, moment)
    if isinstance(stream, Broken):
        return stream.failure, stream.raw, ""
    headers = (("Host", host), ("User-Agent", USER_AGENT), ("Accept", "text/plain"), ("Connection", "close"))
    answer = await ask(stream, method="GET", target=path, headers=headers, moment=moment)
    if not isinstance(answer, Answer):
        return answer.failure, answer.raw, ""
    text = answer.body.decode("ascii", "replace").strip()
    if is_address(text) and len(text) <= _LONGEST:
        return None, None, text
    return Failure.HTTP_MALFORMED, Raw(text=escape(answer.body)), ""
