"""macOS: `scutil` for resolvers and proxies, `netstat` for routes, psutil for interfaces."""

from collections.abc import Iterator, Mapping, Sequence

from lineclear.model import AutoConfig, Presence, Proxy, ProxyScheme, Resolver, Route
from lineclear.plan.wpad import BY_DHCP

from .parts import Neighbours, Network, Readers, Resolving, Settings, joined
from .programs import output_of
from .proxies import host_and_port, merged, parse_auto_config, parse_bypass, port_number, unreadable
from .resolvers import is_address, is_name

_SOURCE = "macOS settings"
_AUTO_CONFIG_OPTIONS = frozenset({"proxy_auto_discovery_url", "option_252"})
_MOST_PACKETS = 4
_SCHEMES = (
    ("HTTP", "http", ProxyScheme.HTTP),
    ("HTTPS", "https", ProxyScheme.HTTP),
    ("SOCKS", "all", ProxyScheme.SOCKS5),
)


def parse_scutil_dns(text: str, names: Sequence[str]) -> Resolving:
    """What `scutil --dns` printed: the servers asked for everything, and those asked for one of `names`.

    Resolvers of one link only (the second half of the output) and multicast ones are not what a program asks.
    """
    servers: list[Resolver] = []
    search: list[str] = []
    for block in _resolver_blocks(text):
        domain, port = "".join(block.get("domain", [])), port_number("".join(block.get("port", ["53"])))
        if "mdns" in block.get("options", []) or not _is_asked(domain, names):
            continue
        source = f"scutil --dns, {domain}" if domain else "scutil --dns"
        addresses = (one for one in block.get("nameserver", []) if port and is_address(one))
        servers.extend(Resolver(address=one, port=port, source=source) for one in addresses)
        search.extend(one for one in block.get("search domain", []) if is_name(one))
    return Resolving(resolvers=tuple(dict.fromkeys(servers)), search_domains=tuple(dict.fromkeys(search)))


def parse_packet(text: str) -> AutoConfig | None:
    """The auto-configuration in what `ipconfig getpacket` printed, such as `proxy_auto_discovery_url (string): http://..`.

    Where the system has no name for the option, it prints its number.
    """
    for line in text.split("\n"):
        option, _, value = line.partition("):")
        if option.partition(" (")[0].strip() in _AUTO_CONFIG_OPTIONS:
            return parse_auto_config(value.strip().strip('"'), BY_DHCP)
    return None


def parse_scutil_proxy(text: str) -> Settings:
    """What `scutil --proxy` printed. User names are noticed and dropped."""
    told = dict(_proxy_keys(text))
    bypass = (*_exceptions(text), *(("<local>",) if told.get("ExcludeSimpleHostnames") == "1" else ()))
    found, unread = [], []
    for key, applies_to, scheme in _SCHEMES:
        if told.get(f"{key}Enable") != "1":
            continue
        host, port = host_and_port(f"{told.get(f'{key}Proxy', '')}:{told.get(f'{key}Port', '')}")
        if not port:
            unread.append(unreadable(_SOURCE))
            continue
        found.append(
            Proxy(
                scheme=scheme,
                host=host,
                port=port,
                applies_to=(applies_to,),
                bypass=bypass,
                bypass_below=False,
                source=_SOURCE,
                had_credentials=f"{key}User" in told,
            )
        )
    return Settings(proxies=merged(found), auto_configs=tuple(_auto_configs(told)), not_measured=tuple(unread))


def parse_netstat(text: str) -> Iterator[Route]:
    """The routes of `netstat -rn`. Entries of single neighbours, which are no routes, are left out."""
    version, column = 4, 3
    for line in text.split("\n"):
        fields = line.split()
        if fields[:1] in (["Internet:"], ["Internet6:"]):
            version = 6 if fields[0] == "Internet6:" else 4
        elif fields[:1] == ["Destination"] and "Netif" in fields:
            column = fields.index("Netif")
        elif len(fields) > column:
            destination, gateway, flags = fields[:3]
            prefix = _prefix(destination, version)
            if prefix and not ("L" in flags and "H" in flags):
                refused = "blackhole" if "B" in flags else "unreachable" if "R" in flags else ""
                yield Route(
                    destination=prefix,
                    gateway=gateway.partition("%")[0] if is_address(gateway) else "",
                    interface="" if refused else fields[column],
                    kind=refused or "unicast",
                )


def _resolver_blocks(text: str) -> Iterator[dict[str, list[str]]]:
    """The resolvers of the first half of `scutil --dns`, each as its keys and their values."""
    whole = text.partition("(for scoped queries)")[0]
    for piece in whole.split("resolver #")[1:]:
        block: dict[str, list[str]] = {}
        for line in piece.split("\n"):
            key, separator, value = line.partition(" : ")
            if separator:
                block.setdefault(key.partition("[")[0].strip(), []).append(value.strip())
        yield block


def _is_asked(domain: str, names: Sequence[str]) -> bool:
    return not domain or any(f".{name}".endswith(f".{domain}") for name in names)


def _proxy_keys(text: str) -> Iterator[tuple[str, str]]:
    """The keys we know; of a user name only that there is one."""
    for line in text.split("\n"):
        key, separator, value = line.strip().partition(" : ")
        if separator and key in _USER_KEYS:
            yield key, "set"
        elif separator and key in _KEYS:
            yield key, value.strip()


def _exceptions(text: str) -> tuple[str, ...]:
    """The members of `ExceptionsList : <array> {`, one a line, such as `0 : *.local`."""
    members = text.partition("ExceptionsList : <array> {")[2].partition("}")[0].split("\n")
    return parse_bypass(" ".join(line.partition(" : ")[2] for line in members))


def _auto_configs(told: Mapping[str, str]) -> Iterator[AutoConfig]:
    if told.get("ProxyAutoConfigEnable") == "1":
        auto = parse_auto_config(told.get("ProxyAutoConfigURLString", ""), _SOURCE)
        if auto is not None:
            yield auto
    if told.get("ProxyAutoDiscoveryEnable") == "1":
        yield AutoConfig(url="", source=_SOURCE)


def _prefix(text: str, version: int) -> str:
    """A destination as netstat abbreviates it (`default`, `127`, `192.168.1`, `10.8/16`) in full; empty: not one."""
    if text == "default":
        return "::/0" if version == 6 else "0.0.0.0/0"  # noqa: PLR2004
    place, _, stated = text.partition("/")
    place, _, _ = place.partition("%")
    parts = 4 if version == 6 else place.count(".") + 1  # noqa: PLR2004
    full = place + ".0" * (4 - parts)
    length = stated or (str(8 * parts) if version == 4 else "128")  # noqa: PLR2004
    return f"{full}/{length}" if is_address(full) and (":" in full) == (version == 6) and length.isdigit() else ""  # noqa: PLR2004


def _network(root: str) -> Network:
    from .links import network  # noqa: PLC0415  psutil is asked only where there is no netlink

    del root
    return network(output_of("netstat", "-rn"), lambda text, _: parse_netstat(text))


def _neighbours(root: str) -> Neighbours:
    del root
    return (), "not asked on macOS"


def _resolving(root: str, names: Sequence[str]) -> Resolving:
    del root
    text, trouble = output_of("scutil", "--dns")
    return Resolving(not_measured=(f"resolvers: {trouble}",)) if trouble else parse_scutil_dns(text, names)


def _settings(root: str, environ: Mapping[str, str]) -> Settings:
    del root, environ
    text, trouble = output_of("scutil", "--proxy")
    if trouble:
        return Settings(not_measured=(f"proxies of the system: {trouble}",))
    found = parse_scutil_proxy(text)
    discovers = any(not one.url for one in found.auto_configs)
    return joined((found, _of_dhcp())) if discovers else found


def _of_dhcp() -> Settings:
    """What DHCP told the interfaces that are up: asked only where programs are to detect a proxy by themselves."""
    from .links import interfaces  # noqa: PLC0415  psutil is asked only where there is no netlink

    names = [one.name for one in interfaces() if one.up is Presence.YES and one.name.startswith("en")]
    packets = [output_of("ipconfig", "getpacket", name)[0] for name in names[:_MOST_PACKETS]]
    found = [auto for auto in map(parse_packet, packets) if auto is not None]
    note = "WPAD by DHCP: ipconfig getpacket told nothing"
    return Settings(auto_configs=tuple(found), not_measured=() if any(packets) else (note,))


_PARTS = ("Enable", "Proxy", "Port")
_KEYS = frozenset(f"{key}{part}" for key, _, _ in _SCHEMES for part in _PARTS) | {
    "ExcludeSimpleHostnames",
    "ProxyAutoConfigEnable",
    "ProxyAutoConfigURLString",
    "ProxyAutoDiscoveryEnable",
}
_USER_KEYS = frozenset(f"{key}User" for key, _, _ in _SCHEMES)

READERS = Readers(network=_network, neighbours=_neighbours, resolving=_resolving, settings=_settings)
