"""Windows: the registry for resolvers and proxies, `route print` for routes, psutil for interfaces."""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from lineclear.model import AutoConfig, Interface, Presence, Resolver, Route
from lineclear.plan.wpad import BY_DHCP

from . import registry
from .parts import Neighbours, Network, Readers, Resolving, Settings, joined
from .programs import output_of
from .proxies import merged, parse_auto_config, parse_bypass, parse_proxy, unreadable
from .registry import Values
from .resolvers import is_address, is_name

_INTERNET = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
_SERVICES = r"SYSTEM\CurrentControlSet\Services"
_ADAPTERS = r"SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318}"
_USER_SOURCE = "Windows settings"
_MACHINE_SOURCE = "WinHTTP settings"
_AUTO_DETECT = 0x08
_USES_PROXY = 0x02
_U32 = struct.Struct("<I")
_OPTIONS = "DhcpInterfaceOptions"
_OPTION_HEAD = 20
_AUTO_CONFIG_OPTION = 252


def parse_internet_settings(values: Values, connection: bytes) -> Settings:
    """The user's settings, as browsers and most programs obey them.

    Args:
        values: of the `Internet Settings` key.
        connection: `DefaultConnectionSettings` below it; it alone says whether discovery is on.
    """
    proxies = _proxies(_text(values, "ProxyServer"), _text(values, "ProxyOverride"), _USER_SOURCE)
    auto_configs, unread = [], []
    url = _text(values, "AutoConfigURL")
    auto = parse_auto_config(url, _USER_SOURCE)
    if auto is not None:
        auto_configs.append(auto)
    elif url:
        unread.append(unreadable(_USER_SOURCE))
    if _u32(connection, 8) & _AUTO_DETECT:
        auto_configs.append(AutoConfig(url="", source=_USER_SOURCE))
    enabled = values.get("ProxyEnable") == 1
    return Settings(
        proxies=proxies.proxies if enabled else (),
        auto_configs=tuple(auto_configs),
        not_measured=(*unread, *(proxies.not_measured if enabled else ())),
    )


def parse_winhttp(blob: bytes) -> Settings:
    """The machine's settings for services: a header, flags, then proxy and exemptions, each after its length."""
    if not _u32(blob, 8) & _USES_PROXY:
        return Settings()
    server, at = _counted(blob, 12)
    bypass, _ = _counted(blob, at)
    return _proxies(server, bypass, _MACHINE_SOURCE)


def parse_dhcp_options(blob: bytes) -> AutoConfig | None:
    """The auto-configuration among what DHCP told an adapter (`DhcpInterfaceOptions`).

    Each option: five numbers of four bytes (code, unused, length, of a vendor or not, until when), then its bytes,
    filled up to four.
    """
    at = 0
    while at + _OPTION_HEAD <= len(blob):
        code, length, of_vendor = _u32(blob, at), _u32(blob, at + 8), _u32(blob, at + 12)
        at += _OPTION_HEAD
        if code == _AUTO_CONFIG_OPTION and not of_vendor:
            return parse_auto_config(blob[at : at + length].decode("ascii", "replace").rstrip("\0"), BY_DHCP)
        at += -length % 4 + length
    return None


def parse_resolvers(adapters: Mapping[str, Values], connected: Iterable[str] | None) -> Resolving:
    """The name servers of the adapters' Tcpip keys; one set by hand wins over those of DHCP.

    Args:
        adapters: the values by adapter id.
        connected: the ids of adapters that are up; None when that is not known.
    """
    wanted = set(adapters) if connected is None else set(connected)
    servers: list[str] = []
    search: list[str] = []
    for identity, values in adapters.items():
        if identity not in wanted:
            continue
        text = _text(values, "NameServer") or _text(values, "DhcpNameServer")
        servers.extend(one for one in parse_bypass(text) if is_address(one))
        search.append(_text(values, "Domain") or _text(values, "DhcpDomain"))
    return Resolving(
        resolvers=tuple(Resolver(address=one, source="Windows registry") for one in dict.fromkeys(servers)),
        search_domains=tuple(one for one in dict.fromkeys(search) if is_name(one)),
    )


def parse_route_print(text: str, interfaces: Iterable[Interface]) -> Iterator[Route]:
    """The routes of `route print`, by the shape of their lines: the words around them are in the user's language."""
    by_address = {one.partition("/")[0]: each.name for each in interfaces for one in each.addresses}
    lines = text.split("\n")
    for line, following in zip(lines, (*lines[1:], ""), strict=True):
        fields = line.split()
        if len(fields) >= 5 and is_address(fields[0]) and ":" not in fields[0]:  # noqa: PLR2004
            yield from _route4(fields, by_address)
        elif len(fields) >= 3 and fields[0].isdigit() and ":" in fields[2] and "/" in fields[2]:  # noqa: PLR2004
            yield from _route6(fields[1:], following.split())


def _route4(fields: list[str], by_address: Mapping[str, str]) -> Iterator[Route]:
    destination, mask, gateway, metric = fields[0], fields[1], fields[2], fields[-1]
    if not is_address(mask) or destination.startswith(("127.", "224.", "255.")) or mask == "255.255.255.255":
        return
    length = sum(int(part).bit_count() for part in mask.split("."))
    yield Route(
        destination=f"{destination}/{length}",
        gateway=gateway if is_address(gateway) else "",
        interface=by_address.get(fields[-2], ""),
        metric=_metric(metric),
    )


def _route6(fields: list[str], following: list[str]) -> Iterator[Route]:
    """A line `metric destination [gateway]`; a long destination has its gateway on the line below."""
    metric, destination, *gateway = fields
    address, _, length = destination.partition("/")
    if not is_address(address) or address == "::1" or address.startswith("ff00:") or length == "128":
        return
    stated = (gateway or following)[:1]
    yield Route(
        destination=destination,
        gateway=stated[0].partition("%")[0] if stated and is_address(stated[0]) else "",
        metric=_metric(metric),
    )


def _metric(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  32 bits


def _proxies(server: str, override: str, source: str) -> Settings:
    """`host:port` for all, or `http=host:port;https=host:port;socks=host:port`.

    Windows knows no credentials there. With an `@` nobody can tell where a password ends, so nothing is read.
    """
    if "@" in server:
        return Settings(not_measured=(unreadable(source),))
    bypass = parse_bypass(override)
    found, unread = [], []
    for entry in server.replace(";", " ").split():
        scheme, separator, place = entry.rpartition("=")
        proxy = parse_proxy(place, default="socks4" if scheme == "socks" else "")
        applies_to = _APPLIES.get(scheme if separator else "", ())
        if proxy is None:
            unread.append(unreadable(source))
        elif applies_to:
            found.append(replace(proxy, applies_to=applies_to, bypass=bypass, bypass_below=False, source=source))
    return Settings(proxies=merged(found), not_measured=tuple(dict.fromkeys(unread)))


_APPLIES = {"": ("http", "https"), "http": ("http",), "https": ("https",), "socks": ("all",)}


def _text(values: Values, name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def _u32(blob: bytes, at: int) -> int:
    return int(_U32.unpack_from(blob, at)[0]) if at + 4 <= len(blob) else 0


def _counted(blob: bytes, at: int) -> tuple[str, int]:
    """The text after a length, and where it ends; empty when the blob ends before."""
    end = at + 4 + _u32(blob, at)
    return (blob[at + 4 : end].decode("ascii", "replace"), end) if end <= len(blob) else ("", end)


def _network(root: str) -> Network:
    from .links import network  # noqa: PLC0415  psutil is asked only where there is no netlink

    del root
    return network(output_of("route", "print"), parse_route_print)


def _neighbours(root: str) -> Neighbours:
    del root
    return (), "not asked on Windows"


def _resolving(root: str, names: Sequence[str]) -> Resolving:
    del root, names
    adapters = _adapters("Tcpip", "Tcpip6")
    if not adapters:
        return Resolving(not_measured=("resolvers: no adapters in the registry",))
    return parse_resolvers(adapters, _connected(adapters))


def _adapters(*families: str) -> dict[str, Values]:
    """The values of the adapters' keys, by key."""
    keys = [f"{_SERVICES}\\{family}\\Parameters\\Interfaces" for family in families]
    found = (f"{key}\\{one}" for key in keys for one in registry.below("machine", key))
    return {key: registry.values("machine", key) for key in found}


def _connected(adapters: Iterable[str]) -> set[str] | None:
    """Those adapters whose connection is up; None when no connection has a name we know."""
    from .links import interfaces  # noqa: PLC0415  psutil is asked only where there is no netlink

    up = {one.name for one in interfaces() if one.up is Presence.YES}
    named = {
        key: registry.values("machine", rf"{_ADAPTERS}\{key.rpartition(chr(92))[2]}\Connection") for key in adapters
    }
    found = {key for key, told in named.items() if told.get("Name") in up}
    return found or None


def _settings(root: str, environ: Mapping[str, str]) -> Settings:
    del root, environ
    user = registry.values("user", _INTERNET)
    if not user:
        return Settings(not_measured=("proxies of the system: no Internet Settings in the registry",))
    connection = registry.values("user", rf"{_INTERNET}\Connections").get("DefaultConnectionSettings")
    services = registry.values("machine", rf"{_INTERNET}\Connections").get("WinHttpSettings")
    return joined(
        (
            parse_internet_settings(user, connection if isinstance(connection, bytes) else b""),
            parse_winhttp(services if isinstance(services, bytes) else b""),
            Settings(auto_configs=tuple(_of_dhcp())),
        )
    )


def _of_dhcp() -> Iterator[AutoConfig]:
    """What DHCP told the connected adapters."""
    told = {key: blob for key, values in _adapters("Tcpip").items() if isinstance(blob := values.get(_OPTIONS), bytes)}
    up = _connected(told) if told else None
    for key, blob in told.items():
        auto = parse_dhcp_options(blob) if up is None or key in up else None
        if auto is not None:
            yield auto


READERS = Readers(network=_network, neighbours=_neighbours, resolving=_resolving, settings=_settings)
