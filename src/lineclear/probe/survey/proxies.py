"""Explicit proxies: how settings spell them, and what the environment says. Credentials end here.

No user name, password, path or query of a proxy URL goes further than the function that splits it.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from lineclear.model import AutoConfig, Proxy, ProxyScheme

from .parts import Settings
from .resolvers import is_address, is_name

_SCHEMES = {
    "": ProxyScheme.HTTP,
    "http": ProxyScheme.HTTP,
    "https": ProxyScheme.HTTPS,
    "socks": ProxyScheme.SOCKS5,
    "socks4": ProxyScheme.SOCKS4,
    "socks4a": ProxyScheme.SOCKS4,
    "socks5": ProxyScheme.SOCKS5,
    "socks5h": ProxyScheme.SOCKS5,
}
_PORTS = {ProxyScheme.HTTP: 80, ProxyScheme.HTTPS: 443, ProxyScheme.SOCKS4: 1080, ProxyScheme.SOCKS5: 1080}
_MOST_PORT = 65535
_BYPASS_MOST = 512
_URL_MOST = 2048

_VARIABLES = (("http_proxy", "http"), ("https_proxy", "https"), ("all_proxy", "all"), ("socks_proxy", "all"))
_JAVA_VARIABLES = ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS")
_JAVA_PROXIES = (
    ("http.proxy", "http", ProxyScheme.HTTP, 80),
    ("https.proxy", "https", ProxyScheme.HTTP, 443),
    ("socksProxy", "all", ProxyScheme.SOCKS5, 1080),
)


def parse_proxy(text: str, *, default: str = "") -> Proxy | None:
    """The proxy a setting names as `[scheme://][user[:password]@]host[:port][/...]`; None when it names none.

    Args:
        text: the setting.
        default: the scheme when it states none.
    """
    named, separator, rest = text.strip().partition("://")
    scheme = _SCHEMES.get((named if separator else default).lower())
    if scheme is None:
        return None
    credentials, _, place = (rest if separator else named).rpartition("@")
    host, number = host_and_port(_authority(place), _PORTS[scheme])
    if not number or not host:
        return None
    return Proxy(scheme=scheme, host=host, port=number, had_credentials=bool(credentials))


def parse_bypass(text: str) -> tuple[str, ...]:
    """The hosts a setting exempts, separated by commas, semicolons, bars or spaces."""
    for separator in ",;|":
        text = text.replace(separator, " ")
    return tuple(dict.fromkeys(one for one in text.split() if one.isprintable()))[:_BYPASS_MOST]


def parse_auto_config(url: str, source: str) -> AutoConfig | None:
    """The auto-configuration a setting names, its credentials and query removed; None when it names none."""
    scheme, separator, rest = url.strip()[:_URL_MOST].partition("://")
    authority = _authority(rest)
    path = rest[len(authority) :].partition("?")[0].partition("#")[0]
    place = authority.rpartition("@")[2]
    host, number = host_and_port(place, 1)
    names_a_place = bool(host and number) or (scheme == "file" and not authority)
    if not separator or not scheme.isalnum() or not names_a_place or "@" in rest[len(authority) :]:
        return None
    if not path.isprintable():
        return None
    return AutoConfig(url=f"{scheme}://{place}{path}", source=source, had_query="?" in rest)


def merged(proxies: Iterable[Proxy]) -> tuple[Proxy, ...]:
    """One entry for settings that name the same proxy with the same exemptions, their sources and schemes joined."""
    found: dict[tuple[str, tuple[str, ...]], Proxy] = {}
    for one in proxies:
        known = found.setdefault((one.authority, one.bypass), one)
        if known is not one:
            found[one.authority, one.bypass] = replace(
                known,
                applies_to=tuple(dict.fromkeys((*known.applies_to, *one.applies_to))),
                source=", ".join(dict.fromkeys((*known.source.split(", "), one.source))),
                had_credentials=known.had_credentials or one.had_credentials,
            )
    return tuple(found.values())


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The proxies of `http_proxy` and its kin, of Java's option variables, and an `auto_proxy`.

    The lower-case spelling wins, even when it is empty: that is how a setting is taken back.
    """
    bypass = parse_bypass(_value(environ, "no_proxy"))
    proxies, unread = [], []
    for name, scheme in _VARIABLES:
        value = _value(environ, name)
        proxy = parse_proxy(value, default="socks5" if name == "socks_proxy" else "")
        if proxy is not None:
            proxies.append(replace(proxy, applies_to=(scheme,), bypass=bypass, source=name))
        elif value:
            unread.append(unreadable(f"environment {name}"))
    url = _value(environ, "auto_proxy")
    auto = parse_auto_config(url, "environment auto_proxy")
    if url and auto is None:
        unread.append(unreadable("environment auto_proxy"))
    return Settings(
        proxies=(
            *(replace(one, source=f"environment {one.source}") for one in merged(proxies)),
            *(one for name in _JAVA_VARIABLES for one in from_java_options(environ.get(name, ""), name)),
        ),
        auto_configs=() if auto is None else (auto,),
        not_measured=tuple(unread),
    )


def from_java_options(text: str, name: str) -> tuple[Proxy, ...]:
    """The proxies of `-Dhttp.proxyHost=` and its kin: what a Java program such as the trading desktop obeys."""
    options = dict(_java_options(text))
    exempt = parse_bypass(options.get("http.nonProxyHosts", ""))
    found = []
    for prefix, scheme, kind, usual in _JAVA_PROXIES:
        host, number = host_and_port(options.get(f"{prefix}Host", ""), 1)
        port = port_number(options.get(f"{prefix}Port", str(usual)))
        if host and number and port:
            found.append(
                Proxy(
                    scheme=kind,
                    host=host,
                    port=port,
                    applies_to=(scheme,),
                    bypass=exempt if scheme != "all" else (),
                    bypass_below=False,
                    source=name,
                    had_credentials=f"{prefix}User" in options,
                )
            )
    return tuple(replace(one, source=f"environment {one.source}") for one in found)


def host_and_port(place: str, port: int = 0) -> tuple[str, int]:
    """Host and port of `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address; empty and 0: not one."""
    if place.startswith("["):
        host, _, after = place[1:].partition("]")
        stated = after.removeprefix(":") if after.startswith(":") else after
    elif place.count(":") == 1:
        host, _, stated = place.partition(":")
    else:
        host, stated = place, ""
    if not (is_address(host) or is_name(host)):
        return "", 0
    return host, port_number(stated) if stated else port


def port_number(text: str) -> int:
    """A port number; 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= _MOST_PORT else 0  # noqa: PLR2004


def unreadable(source: str) -> str:
    """The note for a setting that names no proxy we understand. Its value may hold a password and is not shown."""
    return f"proxies: {source} is set, but to nothing that names a proxy"


def _java_options(text: str) -> Iterator[tuple[str, str]]:
    for word in text.replace('"', "").replace("'", "").split():
        name, separator, value = word.removeprefix("-D").partition("=")
        if separator and word.startswith("-D"):
            yield name, value


def _value(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, environ.get(name.upper(), "")).strip()


def _authority(rest: str) -> str:
    """What stands before the path, the query or the fragment of a URL without its scheme."""
    return rest.partition("/")[0].partition("?")[0].partition("#")[0]
