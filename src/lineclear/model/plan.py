"""What will be tried, decided before anything is sent. `lineclear plan` prints it."""

import enum

from msgspec import Struct

from .catalog import Transport
from .vantage import AutoConfig, Proxy, Resolver


class Depth(enum.Enum):
    """How far each target is walked. Anything short of `full` cannot prove Success on an opaque port."""

    NAMES = "names"
    TCP = "tcp"
    TLS = "tls"
    FULL = "full"


class Endpoint(Struct, frozen=True, kw_only=True, order=True):
    """An address and port that is actually dialled."""

    address: str
    port: int

    @property
    def version(self) -> int:
        """Of the internet protocol: 4 or 6."""
        return 6 if ":" in self.address else 4

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


class Redirection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`--resolve` and `--connect-to`: dial elsewhere than the name says. Empty or 0 means any, or unchanged."""

    host: str = ""
    port: int = 0
    to_address: str = ""
    to_port: int = 0


class Target(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One host:port to test, once, however many requirements name it."""

    host: str
    port: int
    transport: Transport
    requirements: tuple[str, ...] = ()
    required: bool = True
    """Whether any requirement behind it applies to this profile and is required."""
    pingable: bool = True
    certificate_names: tuple[str, ...] = ()
    in_use: bool = False
    """An installation found on this machine uses it (`jts.ini`)."""

    @property
    def name(self) -> str:
        """`host:port`, the way people say it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class ControlKind(enum.Enum):
    """What is known beforehand about a control's answer."""

    NOBODY_THERE = "nobody-there"
    """No host has this address: whoever accepts is in the path."""
    GATEWAY = "gateway"
    """This machine's own router: an acceptance or a refusal of its own shows that it lives."""
    ANSWERS = "answers"
    """The user says that somebody answers here."""


class Control(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A connection whose right answer is known beforehand."""

    kind: ControlKind
    endpoint: Endpoint
    """As dialled."""
    port: int = 0
    """The port of the list it stands beside; 0: any."""


class Payload(enum.Enum):
    """What is said to a reflector. Filters tell applications apart by it."""

    LINES = "lines"
    """A few lines of JSON: an application nobody knows."""
    WEB = "web"
    TLS = "tls"
    """The lines, inside TLS."""
    TLS_WEB = "tls-web"
    BINARY = "binary"
    FIX = "fix"
    """The first bytes of the trading protocol FIX."""


class ReflectedPort(Struct, frozen=True, kw_only=True, order=True):
    """A port of the list, tried at a reflector as it is tried at the vendor."""

    port: int
    transport: Transport


class Reflecting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked of the user's reflector."""

    addresses: tuple[str, ...]
    """The first is asked most; the others tell balancing by destination."""
    ports: tuple[ReflectedPort, ...] = ()
    name: str = ""
    """What TLS calls it; empty: nothing."""
    pin: str = ""
    """SHA-256 of its certificate, where the user knows it."""


class Limits(Struct, frozen=True, kw_only=True):
    """How patient and how polite this run is. Seconds unless the name says otherwise."""

    deadline_s: float = 15.0
    hedge_interval_s: float = 0.12
    hedges: int = 5
    """SYNs a target may get in the first pass, staggered; each on a socket of its own."""
    patience_floor_s: float = 0.45
    """The least that is waited after the last SYN."""
    patience_round_trips: float = 2.0
    """Waited after the last SYN, in slowest round trips seen on this network."""
    slow_pass_s: float = 3.3
    """Patience of the second look: an absent gateway shows itself after 3.07 s (FAULTS E01)."""
    slow_pass_at_once: int = 6
    """Walks of the second look under way at a time."""
    slow_pass_apart_s: float = 0.22
    """Between their starts: slower than any limit on new connections a person would set."""
    listen_s: float = 0.35
    """How long a fresh connection is watched in silence."""
    handshake_s: float = 2.0
    """Patience for TLS, or `handshake_round_trips` if that is longer."""
    handshake_round_trips: float = 5.0
    slow_handshake_s: float = 3.0
    """The same in the second look."""
    http_s: float = 3.0
    dns_resend_s: float = 0.15
    dns_s: float = 2.0
    dns_linger_s: float = 0.3
    """How long a second, differing answer is waited for."""
    unacknowledged_s: float = 2.0
    """How long bytes may stay unacknowledged before they count as swallowed: at least three retransmissions."""
    nudge_unacknowledged_s: float = 5.0
    """The same of the CR LF, which is sent only once: a way that is gone for a few seconds swallows it too."""
    syns_per_address: int = 4
    """In each `pace_s`."""
    pace_s: float = 0.1
    hop_limit: int = 12
    nudge: bool = True
    """Whether one CR LF may be sent to an opaque port in the second look."""


class Plan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a run will do. A pure function of catalog, profile and vantage."""

    catalog: str
    edition: str
    profile: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    names: tuple[str, ...] = ()
    resolvers: tuple[Resolver, ...] = ()
    ask_system: bool = True
    """Whether the operating system's own resolver is asked: not when `--resolver` replaces it."""
    listed: tuple[str, ...] = ()
    """Names that this machine's hosts file holds: what the system says of them says nothing of its name service."""
    redirections: tuple[Redirection, ...] = ()
    controls: tuple[Control, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    auto_configs: tuple[AutoConfig, ...] = ()
    """Proxy auto-configurations to fetch, in the order of programs; those that are looked for until one is there."""
    echo_urls: tuple[str, ...] = ()
    reflector: Reflecting | None = None
    expected_networks: tuple[str, ...] = ()
    """Networks where answers are expected to lie, such as 127.77.0.0/16 of the simulated edge."""
    untestable: tuple[str, ...] = ()
    """Ids of requirements no single connection can decide (wildcards, blocks, UDP)."""
    depth: Depth = Depth.FULL
    limits: Limits = Limits()
    idle_s: float = 0.0
    """How long a few connections are held silent at most, when everything else is done; 0: none are."""
