"""The parts of this machine as one short line each: what a finding means by `vantage.routes`."""

from collections.abc import Callable

from lineclear.diagnose.codes import some
from lineclear.model import Interface, Presence, Route, TrustStore, Vantage


def _interfaces(vantage: Vantage) -> str:
    return "; ".join(
        " ".join(filter(None, (one.name, _link(one), ", ".join(one.addresses) or "without address")))
        for one in vantage.interfaces
    )


def _link(one: Interface) -> str:
    return f"{_UP[one.up]} without a link".strip() if one.carrier is Presence.NO else _UP[one.up]


_UP = {Presence.YES: "up", Presence.NO: "down", Presence.UNKNOWN: ""}


def _routes(vantage: Vantage) -> str:
    """Default routes, those into a VPN, and those that refuse."""
    default = [one for one in vantage.routes if one.is_default]
    told = "; ".join(f"default via {one.gateway or one.interface}" for one in default) or "no default route"
    tunnels = {one.name for one in vantage.interfaces if one.looks_like == "vpn"}
    into = [one for one in vantage.routes if one.interface in tunnels and not one.is_default and not _is_local(one)]
    taken = some(tuple(f"{one.destination} by {one.interface}" for one in into))
    refusing = "; ".join(f"{one.kind} {one.destination}" for one in vantage.routes if one.kind != "unicast")
    return "; ".join(filter(None, (told, taken, refusing)))


def _is_local(one: Route) -> bool:
    return one.kind != "unicast" or one.destination.startswith(("fe80:", "ff"))


def _trust_store(one: TrustStore) -> str:
    counted_or_placed = str(one.certificates) if one.certificates else one.path
    return f"{one.role} ({counted_or_placed})" if counted_or_placed else one.role


PARTS: dict[str, Callable[[Vantage], str]] = {
    "interfaces": lambda seen: _interfaces(seen) or "none",
    "routes": _routes,
    "policy_rules": lambda seen: "; ".join(f"{one.selector} {one.action}".strip() for one in seen.policy_rules),
    "neighbours": lambda seen: "; ".join(f"{one.address} is {one.state}" for one in seen.neighbours) or "none",
    "resolvers": lambda seen: ", ".join(one.address for one in seen.resolvers) or "none configured",
    "search_domains": lambda seen: ", ".join(seen.search_domains) or "none",
    "resolver_options": lambda seen: ", ".join(seen.resolver_options) or "none",
    "hosts_entries": lambda seen: "; ".join(
        f"{one.name} is {one.address} in {one.source}" for one in seen.hosts_entries
    ),
    "proxies": lambda seen: "; ".join(f"{one.authority} from {one.source}" for one in seen.proxies) or "none",
    "auto_configs": lambda seen: "; ".join(f"{one.url or 'WPAD'} from {one.source}" for one in seen.auto_configs),
    "trust_stores": lambda seen: ", ".join(map(_trust_store, seen.trust_stores)) or "none",
    "gateway_use": lambda seen: "; ".join(f"{one.path}: {one.peer or 'no session yet'}" for one in seen.gateway_use),
    "utc": lambda seen: seen.utc or "not known",
    "clock_synchronised": lambda seen: f"{seen.clock_synchronised.value}, at {seen.utc}",
    "ipv4": lambda seen: seen.ipv4.value,
    "ipv6": lambda seen: seen.ipv6.value,
    "container": lambda seen: seen.container or "none",
    "privileges": lambda seen: f"root: {seen.privileges.root.value}",
    "not_measured": lambda seen: "; ".join(seen.not_measured) or "nothing",
}
