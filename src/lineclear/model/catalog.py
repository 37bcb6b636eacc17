"""A vendor's published list of hosts and ports, as values.

The file form is TOML (`lineclear.catalog`); these are what it becomes once every blank cell is filled.
"""

import enum

from msgspec import Struct


class Role(enum.Enum):
    """What a host is to its service. `only`: the list has no such column for this row."""

    ONLY = "only"
    PRIMARY = "primary"
    BACKUP = "backup"


class Transport(enum.Enum):
    """What is spoken on the port. `tcp` is opaque: we know no byte of it that we may send."""

    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    HTTPS = "https"
    UDP = "udp"
    TWS_API = "tws-api"


TLS_TRANSPORTS = frozenset({Transport.TLS, Transport.HTTPS})


class Weight(enum.Enum):
    """`main`: without it the verdict is Failure. `auxiliary`: without it, Degraded."""

    MAIN = "main"
    AUXILIARY = "auxiliary"


class Provenance(enum.Enum):
    """Where a requirement comes from: the vendor's list, sightings in the field, or a file of the user's."""

    PUBLISHED = "published"
    OBSERVED = "observed"
    LOCAL = "local"


class Kind(enum.Enum):
    """What stands in the host cell. Only a `host` or an `address` can be tested; the others are reported."""

    HOST = "host"
    ADDRESS = "address"
    CIDR = "cidr"
    WILDCARD = "wildcard"


class Ports(Struct, frozen=True, kw_only=True):
    """An inclusive range of ports; `first == last` for one port."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class Window(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A published time of maintenance: local `start` and `end` (HH:MM) on `days` in `timezone`."""

    start: str
    end: str
    timezone: str
    days: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    """Regions of the services it concerns; empty: all."""
    note: str = ""


class Requirement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One destination and port that must be reachable, and what it is for."""

    id: str
    """Stable: `service/role/port`, such as `tws-europe/primary/4001`."""
    service: str
    host: str
    """A name, an address, a CIDR block or a wildcard, as `kind` says; lower case, no trailing dot."""
    ports: Ports
    transport: Transport
    kind: Kind = Kind.HOST
    role: Role = Role.ONLY
    weight: Weight = Weight.MAIN
    required: bool = True
    """False: tested and shown, but no verdict hangs on it (footnote ports, observed names)."""
    pingable: bool = True
    """False: the list says this host does not answer ping; silence is then the healthy answer."""
    condition: str = ""
    """The profile that must be chosen for this to apply; empty: always."""
    any_of: str = ""
    """Requirements of one group name are alternatives: one of them is enough."""
    proxy_capable: bool = False
    """The application can reach it through an explicit HTTP proxy."""
    provenance: Provenance = Provenance.PUBLISHED
    footnotes: tuple[int, ...] = ()
    loses: str = ""
    """What the user loses without it, one line."""
    certificate_names: tuple[str, ...] = ()
    """Names the certificate may carry instead of `host`; empty: `host` itself."""
    successor: str = ""
    alias_of: str = ""
    source: str = ""
    """Where this row was read or seen, when that is not the catalog's own source."""

    @property
    def port(self) -> int:
        """The first port: the one that is tested."""
        return self.ports.first

    @property
    def testable(self) -> bool:
        """Whether one connection can decide it: a named host or address, not a pattern or a block."""
        return self.kind in (Kind.HOST, Kind.ADDRESS) and self.transport is not Transport.UDP


class Service(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row group of the list, such as TWS EUROPE."""

    id: str
    label: str
    """As the vendor prints it."""
    name: str
    """As we say it in a sentence."""
    table: str = ""
    region: str = ""
    weight: Weight = Weight.MAIN
    condition: str = ""
    loses: str = ""
    footnotes: tuple[int, ...] = ()
    requirements: tuple[Requirement, ...] = ()


class Table(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table of the printed list: its title and column heads, as the vendor prints them."""

    id: str
    title: str
    columns: tuple[str, ...]
    """Three heads (group, host, ports) or four (group, role, host, ports)."""
    footnotes: tuple[int, ...] = ()
    """Marked on the head of the ports; requirements that cite one of them are its, not printed in a cell."""


class Footnote(Struct, frozen=True, kw_only=True):
    """A numbered note of the list, and what it means for the data."""

    number: int
    text: str


class ProfileChoice(Struct, frozen=True, kw_only=True):
    """A condition a user can declare about himself, such as `mainland-china`."""

    id: str
    title: str


class Catalog(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One dated edition of one vendor's list."""

    id: str
    edition: str
    title: str
    publisher: str
    application: str
    """What the user runs, in a sentence: `Trader Workstation`."""
    source: str = ""
    published: str = ""
    """Date as precise as the vendor gives it: `2022-01` or `2022-01-31`."""
    supersedes: str = ""
    place: str = ""
    """How to say where its ports are, such as `IBKR server` or `local API`: 4001 is both."""
    tables: tuple[Table, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    profiles: tuple[ProfileChoice, ...] = ()
    windows: tuple[Window, ...] = ()
    notes: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement of every service, in the order of the list."""
        return tuple(one for service in self.services for one in service.requirements)
