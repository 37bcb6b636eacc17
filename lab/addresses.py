"""Who lives where.

Every host of the list has an address of its own of each family, of the documentation ranges (RFC 5737, RFC 3849).
"""

from msgspec import Struct

from lineclear.catalog import load
from lineclear.model import Role, Target, Transport, Weight

CATALOG = load("ibkr")

DESKTOP = "10.77.0.2"
OFFICE = "10.77.0.1"
OFFICE_NETWORK = "10.77.0.0/24"
DESKTOP6 = "2001:db8:77::2"
OFFICE6 = "2001:db8:77::1"
OFFICE_PREFIX6 = "2001:db8:77::/48"
"""What the provider has delegated: there is no address translation for IPv6."""
RESOLVER = "198.51.100.53"
"""The provider's name server."""
RESOLVER6 = "2001:db8:53::53"
DEAD_RESOLVER = "198.51.100.54"
BLOCK_PAGE = "198.51.100.90"
"""Where a lying name server sends people: a web server with a certificate of its own name."""
BLOCK_PAGE_NAME = "blocked.filter.example"
UNRELATED = {
    "www.unrelated.example": "198.51.100.80",
    "news.elsewhere.example": "198.51.100.81",
    "shop.elsewhere.example": "198.51.100.82",
    "mail.unrelated.example": "198.51.100.83",
}
CLOCK_NAME, CLOCK = "time.unrelated.example", "198.51.100.123"
"""Where the internet answers NTP."""
REFLECTORS = ("198.51.100.161", "198.51.100.163", "198.51.100.165", "198.51.100.167")
REFLECTORS6 = ("2001:db8:161::1", "2001:db8:161::3", "2001:db8:161::5", "2001:db8:161::7")
REFLECTOR_NAME = "reflector.observer.example"
NOBODY_BESIDE, NOBODY_BESIDE6 = "198.51.100.169", "2001:db8:161::9"
"""Routed to the same place, and nobody is there."""
PROVIDER_HOP = "100.64.1.1"
CORE_HOP = "100.64.2.1"
PROVIDER_HOP6 = "2001:db8:1::1"
CORE_HOP6 = "2001:db8:2::1"
SECOND_HOP6 = "2001:db8:9::1"

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
NAMES = {**ADDRESSES, **UNRELATED, BLOCK_PAGE_NAME: BLOCK_PAGE, CLOCK_NAME: CLOCK, REFLECTOR_NAME: REFLECTORS[0]}


def six(address: str) -> str:
    """The IPv6 address beside an IPv4 address of the internet: 203.0.113.16 has 2001:db8:203:113::16."""
    first, _, third, fourth = address.split(".")
    return f"2001:db8:{first}:{third}::{fourth}"


ADDRESSES6 = {host: six(address) for host, address in ADDRESSES.items()}


def round_trip_ms(host: str) -> float:
    """How far a host of the list is."""
    region = next(one.region for one in ROWS if one.host == host)
    return ROUND_TRIPS_MS.get(region, ROUND_TRIPS_MS["america"])
