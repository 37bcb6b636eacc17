"""resolv.conf(5), and the servers behind a local stub.

The system's resolver uses the first three servers; further lines do nothing and are not reported as resolvers.
A stub on this machine (systemd-resolved, the dnsmasq of NetworkManager) is listed together with the servers it asks,
because either can be the one that fails.
"""

import _socket
from collections.abc import Callable

from lineclear.model import Resolver

from .parts import Resolving
from .reading import Reading

_USED = 3  # MAXNS, resolv.h
_SEARCHED = 32
_OPTIONS = 16
_LONGEST_NAME = 253
_BEHIND_STUB = ("/run/systemd/resolve/resolv.conf", "/run/NetworkManager/no-stub-resolv.conf")


def parse_resolv_conf(text: str, source: str) -> Resolving:
    """What the lines of a resolv.conf say; a line that makes no sense says nothing, as for the system itself."""
    servers: list[str] = []
    search: tuple[str, ...] = ()
    options: list[str] = []
    for line in text.split("\n"):
        word, *rest = line.split() if line and not line[0].isspace() else [""]
        if word == "nameserver" and rest:
            servers.append(rest[0].partition("#")[0].partition(";")[0])
        elif word in ("search", "domain"):
            search = tuple(one for one in rest if is_name(one))[: 1 if word == "domain" else _SEARCHED]
        elif word == "options":
            options.extend(one for one in rest if is_name(one.replace(":", "")))
    servers = [one for one in servers if is_address(one)]
    ignored = len(servers) - _USED
    note = f"resolvers: {ignored} more in {source}, which the system ignores" if ignored > 0 else ""
    return Resolving(
        resolvers=tuple(Resolver(address=one, source=source) for one in dict.fromkeys(servers[:_USED])),
        search_domains=search,
        options=tuple(options[:_OPTIONS]),
        not_measured=(note,) if note else (),
    )


def resolving(read: Callable[[str], Reading]) -> Resolving:
    """What resolv.conf says, and the servers behind the stub it names, if it names one.

    Args:
        read: gives the text of an absolute path.
    """
    conf = read("/etc/resolv.conf")
    told = parse_resolv_conf(conf.text, "/etc/resolv.conf")
    notes = (f"resolvers: {conf.trouble}",) if conf.trouble else ()
    behind = _behind(read) if _asks_a_stub(told, read) else ()
    known = {one.address for one in told.resolvers}
    return Resolving(
        resolvers=(*told.resolvers, *(one for one in behind if one.address not in known)),
        search_domains=told.search_domains,
        options=told.options,
        not_measured=(*told.not_measured, *notes),
    )


def is_address(text: str) -> bool:
    """Whether it is a literal address, a zone such as `%eth0` allowed for IPv6."""
    family = _socket.AF_INET6 if ":" in text else _socket.AF_INET
    try:
        _socket.inet_pton(family, text.partition("%")[0] if ":" in text else text)
    except (OSError, ValueError):
        return False
    return text.isascii() and text.isprintable()


def is_name(text: str) -> bool:
    """Whether it could be a domain name: nothing that would need escaping, and short enough."""
    return 0 < len(text) <= _LONGEST_NAME and all(one.isalnum() or one in "-_." for one in text)


def _asks_a_stub(told: Resolving, read: Callable[[str], Reading]) -> bool:
    """resolv.conf names a server on this machine, or nsswitch.conf asks systemd-resolved past it."""
    if any(one.address.startswith("127.") or one.address == "::1" for one in told.resolvers):
        return True
    lines = (line.split("#", 1)[0].split() for line in read("/etc/nsswitch.conf").text.split("\n"))
    return any(words[:1] == ["hosts:"] and "resolve" in words for words in lines)


def _behind(read: Callable[[str], Reading]) -> tuple[Resolver, ...]:
    for path in _BEHIND_STUB:
        upstream = parse_resolv_conf(read(path).text, path).resolvers
        if upstream:
            return upstream
    return ()
