"""Who lives where. Every host of the list has an address of its own, of the documentation ranges (RFC 5737)."""

from msgspec import Struct

from lineclear.catalog import load
from lineclear.model import Role, Target, Transport, Weight

CATALOG = load("ibkr")

DESKTOP = "10.77.0.2"
OFFICE = "10.77.0.1"
OFFICE_NETWORK = "10.77.0.0/24"
RESOLVER = "198.51.100.53"
"""The provider's name server."""
DEAD_RESOLVER = "198.51.100.54"
BLOCK_PAGE = "198.51.100.90"
"""Where a lying name server sends people: a web server with a certificate of its own name."""
BLOCK_PAGE_NAME = "blocked.filter.example"
UNRELATED = {"www.unrelated.example": "198.51.100.80", "news.elsewhere.example": "198.51.100.81"}
PROVIDER_HOP = "100.64.1.1"
CORE_HOP = "100.64.2.1"

ROUND_TRIPS_MS = {
    "america": 40.0,
    "america-east": 42.0,
    "america-central": 60.0,
    "canada": 48.0,
    "europe": 110.0,
    "uk": 95.0,
    "asia": 210.0,
    "hong-kong": 205.0,
    "japan": 170.0,
    "india": 230.0,
    "australia": 220.0,
    "china": 250.0,
}
"""From an office in the east of America; where the list states no region, the nearest."""


class Row(Struct, frozen=True, kw_only=True):
    """One host:port of the list, and what the list says of it."""

    host: str
    port: int
    transport: Transport
    role: Role
    weight: Weight
    region: str
    required: bool
    pingable: bool
    condition: str

    @property
    def name(self) -> str:
        """`host:port`."""
        return Target(host=self.host, port=self.port, transport=self.transport).name


def _rows() -> tuple[Row, ...]:
    found: dict[str, Row] = {}
    for service in CATALOG.services:
        for one in service.requirements:
            row = Row(
                host=one.host,
                port=one.port,
                transport=one.transport,
                role=one.role,
                weight=one.weight,
                region=service.region,
                required=one.required,
                pingable=one.pingable,
                condition=one.condition,
            )
            found.setdefault(row.name, row)
    return tuple(found.values())


ROWS = _rows()
HOSTS = tuple(dict.fromkeys(one.host for one in ROWS))
ADDRESSES = {host: f"203.0.113.{16 + 4 * number}" for number, host in enumerate(HOSTS)}
"""Four apart, so that a neighbouring address is nobody's."""
NAMES = {**ADDRESSES, **UNRELATED, BLOCK_PAGE_NAME: BLOCK_PAGE}


def round_trip_ms(host: str) -> float:
    """How far a host of the list is."""
    region = next(one.region for one in ROWS if one.host == host)
    return ROUND_TRIPS_MS.get(region, ROUND_TRIPS_MS["america"])
