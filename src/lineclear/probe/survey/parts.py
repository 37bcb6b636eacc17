"""What the readers of a platform give. `not_measured` holds `part: reason` lines, as a `Vantage` does."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from lineclear.model import AutoConfig, Interface, Neighbour, PolicyRule, Presence, Proxy, Resolver, Route


class Network(Struct, frozen=True, kw_only=True):
    """How this machine is connected."""

    interfaces: tuple[Interface, ...] = ()
    routes: tuple[Route, ...] = ()
    policy_rules: tuple[PolicyRule, ...] = ()
    ipv4: Presence = Presence.UNKNOWN
    ipv6: Presence = Presence.UNKNOWN
    not_measured: tuple[str, ...] = ()


class Resolving(Struct, frozen=True, kw_only=True):
    """How this machine turns names into addresses."""

    resolvers: tuple[Resolver, ...] = ()
    search_domains: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    not_measured: tuple[str, ...] = ()


class Settings(Struct, frozen=True, kw_only=True):
    """Which proxies programs are told to use."""

    proxies: tuple[Proxy, ...] = ()
    auto_configs: tuple[AutoConfig, ...] = ()
    not_measured: tuple[str, ...] = ()


def joined(parts: Iterable[Settings]) -> Settings:
    """Settings from several places, in their order."""
    several = tuple(parts)
    return Settings(
        proxies=tuple(one for part in several for one in part.proxies),
        auto_configs=tuple(one for part in several for one in part.auto_configs),
        not_measured=tuple(note for part in several for note in part.not_measured),
    )


Neighbours = tuple[tuple[Neighbour, ...], str]
"""The whole neighbour table, and why it is not whole."""


class Readers(Struct, frozen=True, kw_only=True):
    """How one platform is read. Each takes the folder that stands for `/`."""

    network: Callable[[str], Network]
    neighbours: Callable[[str], Neighbours]
    resolving: Callable[[str, Sequence[str]], Resolving]
    """Takes the names to resolve too: some servers are asked for some names only."""
    settings: Callable[[str, Mapping[str, str]], Settings]
    """Takes the environment too: it tells of the desktop."""
