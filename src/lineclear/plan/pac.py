"""What a proxy auto-configuration (PAC) is asked, and what its answers mean.

A PAC is a script with a function `FindProxyForURL(url, host)`. Its answer lists ways, to be tried in turn, separated by
semicolons: `DIRECT`, or a kind of proxy with `host:port`. Browsers pass over what they do not understand, and go
directly when nothing is left, or when the answer is empty.
"""

import re
from collections.abc import Iterable, Iterator

from lineclear.model import Proxy, ProxyScheme, Target, Transport

_SCHEMES = {
    "PROXY": ProxyScheme.HTTP,
    "HTTP": ProxyScheme.HTTP,
    "HTTPS": ProxyScheme.HTTPS,
    "SOCKS": ProxyScheme.SOCKS4,
    "SOCKS4": ProxyScheme.SOCKS4,
    "SOCKS5": ProxyScheme.SOCKS5,
}
_PORTS = {ProxyScheme.HTTP: 80, ProxyScheme.HTTPS: 443, ProxyScheme.SOCKS4: 1080, ProxyScheme.SOCKS5: 1080}
_PLACE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z._-]+))(?::([0-9]{1,5}))?")
_MOST_WAYS = 8
_MOST_PORT = 65535
_USUAL = {Transport.HTTP: ("http", 80), Transport.HTTPS: ("https", 443)}

STRANGER = Target(host="www.example.com", port=443, transport=Transport.HTTPS)
"""A site that no script makes an exception for (RFC 2606): where a script sends it, it sends what it does not know."""
STRANGER_ADDRESS = "192.0.2.80"
"""What it is told to have: it is not looked up."""

Way = Proxy | None
"""A proxy; None: directly."""


def ways_of(said: str, source: str = "") -> tuple[Way, ...]:
    """The ways an answer names, in its order; never none.

    Args:
        said: what the script returned.
        source: written into the proxies.
    """
    found = list(_ways(said, source))[:_MOST_WAYS]
    return tuple(found) or (None,)


def _ways(said: str, source: str) -> Iterator[Way]:
    for part in said.split(";"):
        kind, _, place = part.strip().partition(" ")
        if kind.upper() == "DIRECT":
            yield None
        elif kind.upper() in _SCHEMES:
            yield from _proxy(_SCHEMES[kind.upper()], place.strip(), source)


def _proxy(scheme: ProxyScheme, place: str, source: str) -> Iterator[Proxy]:
    found = _PLACE.fullmatch(place)
    port = int(found[3]) if found and found[3] else _PORTS[scheme]
    if found and 0 < port <= _MOST_PORT:
        yield Proxy(scheme=scheme, host=found[1] or found[2], port=port, source=source)


def url_of(target: Target) -> str:
    """The address a browser would have for a target: what a script is asked about. Path and query are not told."""
    scheme, usual = _USUAL.get(target.transport, ("https", 443))
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"{scheme}://{host}/" if target.port == usual else f"{scheme}://{host}:{target.port}/"


def askable(targets: Iterable[Target]) -> tuple[Target, ...]:
    """The targets a script can be asked about: those of which the host could stand in an address."""
    return tuple(one for one in targets if _PLACE.fullmatch(one.host) or ":" in one.host)
