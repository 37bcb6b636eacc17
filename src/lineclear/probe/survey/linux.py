"""Linux: the kernel's tables, resolv.conf, and the desktop's proxy settings."""

from collections.abc import Mapping, Sequence

from . import interfaces, neighbours, netlink, routes
from .parts import Neighbours, Network, Readers, Resolving, Settings, joined
from .reading import config_home, is_file, is_folder, names_in, read_text, under
from .resolvers import resolving

_SESSION = ("XDG_CURRENT_DESKTOP", "DBUS_SESSION_BUS_ADDRESS")
_LEASES = ("/run/systemd/netif/leases", "/var/lib/dhcp", "/var/lib/dhclient", "/var/lib/NetworkManager")
_LEASES_MOST = 16
_NO_LEASE = Settings(not_measured=("WPAD by DHCP: no lease file that may be read",))


def _network(root: str) -> Network:
    """Interfaces, routes and policy over netlink; from the files of /proc where that gives nothing."""
    if root != "/":
        return _network_of_files(root, "only the files of a folder were read")
    links, ways = netlink.dump(netlink.GET_LINKS), netlink.dump(netlink.GET_ROUTES)
    if not links.messages or (ways.trouble and not ways.messages):
        return _network_of_files(root, links.trouble or ways.trouble or "netlink: no answer")
    return _network_of_kernel(links, netlink.dump(netlink.GET_ADDRESSES), ways, netlink.dump(netlink.GET_RULES))


def _network_of_kernel(
    links: netlink.Dump, addresses: netlink.Dump, ways: netlink.Dump, rules: netlink.Dump
) -> Network:
    found = interfaces.from_messages(links.messages, addresses.messages, _is_wireless)
    all_routes = tuple(routes.from_messages(ways.messages, interfaces.names(links.messages)))
    kept_routes, left_out = routes.worth_keeping(all_routes)
    all_known = not (links.trouble or addresses.trouble or ways.trouble)
    return Network(
        interfaces=found[: interfaces.MOST],
        routes=kept_routes,
        policy_rules=routes.policy(rules.messages),
        ipv4=routes.presence(4, found, all_routes, all_known),
        ipv6=routes.presence(6, found, all_routes, all_known),
        not_measured=_notes(
            interfaces=links.trouble or addresses.trouble or interfaces.left_out(len(found)),
            routes=ways.trouble or left_out,
            policy_rules=rules.trouble,
        ),
    )


def _network_of_files(root: str, why: str) -> Network:
    from . import procfs  # noqa: PLC0415  only where netlink does not answer

    found = procfs.interfaces(root)
    tables = [read_text(under(root, path)) for path in ("/proc/net/route", "/proc/net/ipv6_route")]
    all_routes = (*procfs.routes4(tables[0].text), *procfs.routes6(tables[1].text))
    return Network(
        interfaces=found[: interfaces.MOST],
        routes=routes.worth_keeping(all_routes)[0],
        ipv4=routes.presence(4, found, all_routes, all_known=False),
        ipv6=routes.presence(6, found, all_routes, all_known=False),
        not_measured=_notes(
            interfaces=f"addresses of IPv4, {why}",
            routes=f"tables other than the main one, and kinds of refusal, {why}",
            policy_rules=why,
        ),
    )


def _neighbours(root: str) -> Neighbours:
    if root == "/":
        found, trouble = neighbours.read()
        if found or not trouble:
            return found, trouble
    from . import procfs  # noqa: PLC0415  only where netlink does not answer

    table = read_text(under(root, "/proc/net/arp"))
    return tuple(procfs.neighbours(table.text)), "" if table.text else table.trouble or "no /proc/net/arp"


def _resolving(root: str, names: Sequence[str]) -> Resolving:
    del names  # the system's resolver asks its servers for every name
    return resolving(lambda path: read_text(under(root, path)))


def _settings(root: str, environ: Mapping[str, str]) -> Settings:
    """The desktop's proxies and what DHCP handed out; parsers are loaded only where there is something to parse."""
    return joined((_of_desktop(root, environ), _of_leases(root)))


def _of_desktop(root: str, environ: Mapping[str, str]) -> Settings:
    kde = under(root, f"{config_home(environ)}/kioslaverc")
    if not is_file(kde) and not any(environ.get(name) for name in _SESSION):
        return Settings()
    from .desktop import settings  # noqa: PLC0415  a server has no desktop

    return settings(root, environ)


def _of_leases(root: str) -> Settings:
    files = _lease_files(root)
    if not files:
        return _NO_LEASE
    from .leases import from_leases  # noqa: PLC0415  many machines keep none

    return from_leases(files) or _NO_LEASE


def _lease_files(root: str) -> list[str]:
    """NetworkManager keeps other files beside its leases; only names that say `lease` count there."""
    places = [(under(root, folder), folder.endswith("/leases")) for folder in _LEASES]
    found = [
        f"{place}/{name}" for place, all_of_it in places for name in names_in(place) if all_of_it or "lease" in name
    ]
    return found[:_LEASES_MOST]


def _is_wireless(name: str) -> bool:
    return is_folder(f"/sys/class/net/{name}/wireless")


def _notes(**reasons: str) -> tuple[str, ...]:
    return tuple(f"{part.replace('_', ' ')}: {reason}" for part, reason in reasons.items() if reason)


READERS = Readers(network=_network, neighbours=_neighbours, resolving=_resolving, settings=_settings)
