"""This machine as the check found it: what it would use, what it may do, what it cannot tell.

Nothing secret is kept: no user names, no passwords of proxies, no contents of a trust store.
"""

import enum

from msgspec import Struct


class Presence(enum.Enum):
    """Three answers, because 'unknown' is not 'no'."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Interface(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One network interface. `looks_like`: `ethernet`, `wireless`, `vpn`, `bridge`, `loopback`, `other`."""

    name: str
    up: Presence = Presence.UNKNOWN
    carrier: Presence = Presence.UNKNOWN
    addresses: tuple[str, ...] = ()
    """Addresses with prefix length, such as `10.0.0.5/24`."""
    looks_like: str = "other"
    mtu: int = 0


class Route(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the routing table. `kind` is `unicast`, `blackhole`, `prohibit`, `unreachable` or `throw`."""

    destination: str
    gateway: str = ""
    interface: str = ""
    metric: int = 0
    kind: str = "unicast"
    table: str = ""
    """The table it stands in when that is not the main one; a `PolicyRule` says who looks there."""

    @property
    def is_default(self) -> bool:
        """Whether it covers every address of its family."""
        return self.destination in ("0.0.0.0/0", "::/0")


class PolicyRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the routing policy: which packets look in which table, or are refused (ip-rule(8))."""

    priority: int
    version: int = 4
    """4 or 6."""
    selector: str = ""
    """In the words of `ip rule`, such as `from 10.0.0.0/8 not fwmark 0xca6c`; empty: every packet."""
    action: str
    """Such as `lookup 51820`, `prohibit`, `blackhole`."""


class Neighbour(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the link layer knows of a gateway or resolver.

    `state`: `reachable`, `stale` (answered once, not asked lately), `failed`, `incomplete`, `unknown` (no entry).
    """

    address: str
    interface: str = ""
    state: str = "unknown"


class Resolver(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A configured name server and where the configuration stands."""

    address: str
    port: int = 53
    source: str = ""


class HostsEntry(Struct, frozen=True, kw_only=True):
    """A line of the hosts file that names a host of the catalog."""

    name: str
    address: str
    source: str


class ProxyScheme(enum.Enum):
    """How a proxy is spoken to."""

    HTTP = "http"
    HTTPS = "https"
    SOCKS4 = "socks4"
    SOCKS5 = "socks5"


class Proxy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An explicit proxy some setting names. Credentials are dropped when it is read; `had_credentials` says so."""

    scheme: ProxyScheme
    host: str
    port: int
    applies_to: tuple[str, ...] = ()
    """URL schemes it is set for, such as `https`; `all`: every scheme without a proxy of its own."""
    bypass: tuple[str, ...] = ()
    bypass_below: bool = True
    """Whether a plain name in `bypass` covers the names below it too (environment, GNOME, KDE) or itself alone."""
    source: str = ""
    """Where it is set, such as `environment https_proxy` or `GNOME settings`."""
    had_credentials: bool = False

    @property
    def authority(self) -> str:
        """`scheme://host:port`, without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme.value}://{host}:{self.port}"


class AutoConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A proxy auto-configuration (PAC). An empty `url`: programs are to find one by themselves (WPAD)."""

    url: str
    source: str
    had_query: bool = False
    """Whether a query was dropped when it was read: what is left may lead elsewhere."""


class TrustStore(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A set of authorities. A run judges by the first of each `role`: `system`, `public`, `java`, `given`."""

    role: str
    path: str = ""
    certificates: int = 0
    """0: not counted."""
    owner: str = ""
    """`tws`: of the run-time that TWS or IB Gateway brings."""


class GatewayUse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an installation's `jts.ini` says of the gateways it really uses."""

    path: str
    peer: str = ""
    """host:port of the last session, such as `zdc1.ibllc.com:4001`."""
    known: tuple[str, ...] = ()
    """host:port pairs of `SupportsSSL`."""
    use_ssl: Presence = Presence.UNKNOWN
    region: str = ""
    proxy: Presence = Presence.UNKNOWN


class Privileges(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What this process may do beyond the ordinary."""

    root: Presence = Presence.UNKNOWN
    raw_sockets: Presence = Presence.UNKNOWN
    ping_sockets: Presence = Presence.UNKNOWN


class Vantage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything the survey learnt of this machine. A part that could not be read stands in `not_measured`."""

    platform: str
    """`linux`, `darwin`, `win32` as Python names them."""
    system: str = ""
    python: str = ""
    container: str = ""
    """`docker`, `podman`, `wsl`, `kubernetes` or empty."""
    interfaces: tuple[Interface, ...] = ()
    routes: tuple[Route, ...] = ()
    policy_rules: tuple[PolicyRule, ...] = ()
    """The routing policy where it is not the ordinary one; empty: ordinary, or see `not_measured`."""
    neighbours: tuple[Neighbour, ...] = ()
    resolvers: tuple[Resolver, ...] = ()
    search_domains: tuple[str, ...] = ()
    resolver_options: tuple[str, ...] = ()
    """As resolv.conf(5) writes them, such as `ndots:5`."""
    hosts_entries: tuple[HostsEntry, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    auto_configs: tuple[AutoConfig, ...] = ()
    trust_stores: tuple[TrustStore, ...] = ()
    gateway_use: tuple[GatewayUse, ...] = ()
    privileges: Privileges = Privileges()
    ipv4: Presence = Presence.UNKNOWN
    """Whether there is an address and a default route of the family."""
    ipv6: Presence = Presence.UNKNOWN
    utc: str = ""
    """This machine's clock when the survey ran, RFC 3339."""
    clock_synchronised: Presence = Presence.UNKNOWN
    not_measured: tuple[str, ...] = ()
    """`part: reason` lines."""
