"""IPv4, IPv6 and several addresses of a name: what fails at some of them only."""

from tests.diagnose.rows import (
    DEGRADED,
    INCONCLUSIVE,
    SUCCESS,
    Row,
    row,
)
from tests.diagnose.words import doors, refused, refused_here, silent
from tests.diagnose.words_names import addresses, six_too

from lineclear.model import Failure

_SIX = ("2001:db8:1::7",)

ROWS: tuple[Row, ...] = (
    row(
        "IPv6 does not get through",
        addresses("zdc1.ibllc.com", "203.0.113.22", *_SIX),
        silent(f"*@{_SIX[0]}"),
        verdict=DEGRADED,
        warnings=("ipv6-broken",),
    ),
    row(
        "IPv6 does not get through to one host, and does to another",
        six_too("zdc1.ibllc.com", "hdc1.ibllc.com"),
        silent("zdc1.*@2001:*"),
        verdict=DEGRADED,
        warnings=("some-addresses-fail",),
    ),
    row(
        "one port is dropped by IPv6",
        six_too(),
        silent("*:4000@2001:*"),
        verdict=DEGRADED,
        warnings=("port-blocked-by-one-ip-version",),
    ),
    row(
        "a captive portal knows IPv4 alone",
        six_too(),
        doors("*:80@203.0.113.*", status=302, location="http://login.hotel.example/"),
        silent("*:443@203.0.113.*", "*:400?@203.0.113.*"),
        verdict=DEGRADED,
        warnings=("captive-portal-by-one-ip-version",),
        notes=("web-answered-by-another",),
    ),
    row(
        "everything but plain web, which is the sites' own, is dropped by IPv4",
        six_too(),
        silent("*:443@203.0.113.*", "*:400?@203.0.113.*"),
        verdict=DEGRADED,
        warnings=("port-blocked-by-one-ip-version",),
    ),
    row(
        "one port is refused by IPv4, and another dropped by IPv6",
        six_too(),
        refused("*:4000@203.0.113.*"),
        silent("*:4001@2001:*"),
        verdict=DEGRADED,
        warnings=("port-blocked-by-one-ip-version", "port-blocked-by-one-ip-version"),
    ),
    row(
        "one port is dropped by IPv6 but at one host",
        six_too(),
        silent("[!z]*:4000@2001:*"),
        verdict=DEGRADED,
        warnings=("some-addresses-fail",),
    ),
    row(
        "IPv4 does not get through, and IPv6 does",
        six_too(),
        silent("*@203.0.113.*"),
        verdict=DEGRADED,
        warnings=("ipv4-broken",),
    ),
    row(
        "there is no IPv6 here, but the name has an address",
        addresses("zdc1.ibllc.com", "203.0.113.22", *_SIX),
        refused_here(Failure.NO_ROUTE, "ENETUNREACH", f"*@{_SIX[0]}"),
        verdict=SUCCESS,
    ),
    row(
        "one of two addresses is dead",
        addresses("zdc1.ibllc.com", "203.0.113.22", "203.0.113.122"),
        silent("*@203.0.113.122"),
        verdict=DEGRADED,
        warnings=("some-addresses-fail",),
    ),
    row(
        "one of two addresses accepts and then says nothing: software that takes it does not try the other",
        addresses("zdc1.ibllc.com", "203.0.113.22", "203.0.113.122"),
        doors("zdc1.ibllc.com:4001@203.0.113.122", tls=Failure.TIMED_OUT),
        verdict=INCONCLUSIVE,
        warnings=("some-addresses-fail",),
        unsure=("zdc1.ibllc.com:4001",),
    ),
)
