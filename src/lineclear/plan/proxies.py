"""Which explicit proxy, if any, the settings of this machine name for a host.

Programs disagree about exemptions; this is what most do. An entry is one of

- `*`: every host; `<local>`: every name without a dot
- `.example.com`: the names below; where plain names cover what is below them, `example.com` itself too
- `example.com`: that name and, for settings of the environment, of GNOME and of KDE, the names below it
- `*.example.com`, `10.*`: a pattern
- `10.0.0.0/8`, `169.254/16`, `fd00::/8`: literal addresses of a network; names are not resolved
- any of these after `scheme://`, or followed by `:port`: for that port only

This machine itself is never reached through a proxy.
"""

from collections.abc import Iterable

from lineclear.model import Proxy

from .networks import is_address

_PORTS = {"http": 80, "https": 443}


def proxy_for(proxies: Iterable[Proxy], scheme: str, host: str, port: int = 0) -> Proxy | None:
    """The proxy a program would use for `scheme://host:port`; None: it goes directly.

    Args:
        proxies: of a vantage, in its order.
        scheme: such as `https`. A proxy set for it wins over one set for `all`.
        host: a name or a literal address.
        port: 0: the usual one of the scheme.
    """
    name = _plain(host)
    number = port or _PORTS.get(scheme, 0)
    if _is_here(name):
        return None
    known = tuple(proxies)
    fitting = (one for kind in (scheme, "all") for one in known if kind in one.applies_to)
    return next((one for one in fitting if not is_exempt(one, name, number)), None)


def is_exempt(proxy: Proxy, host: str, port: int) -> bool:
    """Whether the proxy's exemptions cover a host."""
    name = _plain(host)
    return any(_covers(entry, name, port, below=proxy.bypass_below) for entry in proxy.bypass)


def _covers(entry: str, host: str, port: int, *, below: bool) -> bool:
    entry = entry.lower().rpartition("://")[2]
    if "/" in entry:
        return _is_within(host, entry)
    entry, stated = _without_port(entry)
    entry = _plain(entry)
    if not entry or (stated and stated != str(port)):
        return False
    if entry == "<local>":
        return "." not in host and ":" not in host
    if "*" in entry:
        return _matches(entry, host)
    if entry.startswith("."):
        return host.endswith(entry) or (below and host == entry[1:])
    return host == entry or (below and host.endswith(f".{entry}"))


def _plain(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("[").removesuffix("]")


def _is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.endswith(".localhost") or (host.startswith("127.") and is_address(host))


def _without_port(entry: str) -> tuple[str, str]:
    """`host:port` or `[v6]:port` apart; a bare IPv6 address has no port."""
    host, separator, port = entry.rpartition(":")
    if separator and port.isdecimal() and (":" not in host or host.endswith("]")):
        return host, port
    return entry, ""


def _matches(pattern: str, text: str) -> bool:
    """Whether a pattern of literal pieces and `*` covers the whole text."""
    head, *pieces, tail = pattern.split("*")
    if not text.startswith(head):
        return False
    at = len(head)
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(text) - len(tail) >= at and text.endswith(tail)


def _is_within(host: str, network: str) -> bool:
    if not is_address(host):
        return False
    from ipaddress import ip_address, ip_network  # noqa: PLC0415  catalogs name hosts, so this is rare

    address, _, length = network.partition("/")
    full = address if ":" in address else address + ".0" * (3 - address.count("."))
    try:
        return ip_address(host) in ip_network(f"{full}/{length}", strict=False)
    except ValueError:
        return False
