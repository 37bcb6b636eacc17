"""Squid on the way that asks another name server than the desktop: its host-forgery check refuses what differs."""

from lab.addresses import ADDRESSES
from lab.changes.disagreeing import proxy_names, squid_checking
from lab.changes.names import hosts_file, named
from lab.changes.servers import also_at
from lab.scenario import NONE, SECURE, Change, at, of, on, where

_PORTALS = ("www.interactivebrokers.com", "gdcdyn.interactivebrokers.com")
_EUROPE = ("zdc1.ibllc.com", "zdc1_hb1.ibllc.com")
_IBLLC = where(lambda one: one.host.endswith("ibllc.com"))
_BESIDE = {host: f"203.0.113.{int(ADDRESSES[host].rpartition('.')[2]) + 1}" for host in (*_PORTALS, *_EUROPE)}
"""A second address of some hosts, where the same servers stand."""
_scenario = of("disagreeing")


def _elsewhere(*hosts: str) -> tuple[Change, ...]:
    """The proxy's name server leads some hosts to their second address, which works as well as the first."""
    records = (f"--host-record={host},{_BESIDE[host]}" for host in hosts)
    return *(also_at(host, _BESIDE[host]) for host in hosts), proxy_names(*records)


def _both(*hosts: str) -> tuple[Change, ...]:
    """The proxy's name server gives some hosts' second address beside the first."""
    records = (f"--host-record={host},{one}" for host in hosts for one in (_BESIDE[host], ADDRESSES[host]))
    return *(also_at(host, _BESIDE[host]) for host in hosts), proxy_names(*records)


SCENARIOS = (
    _scenario(
        "passed-on-where-names-differ",
        "squid passes TLS on 443 on unopened, and its own dnsmasq leads two sites to other addresses that work too.",
        *_elsewhere(*_PORTALS),
        *squid_checking(tls=(443,)),
        code="LC514",
        unusable=at(*_PORTALS) & on(443),
        unknown=at(*_PORTALS) & on(80),
    ),
    _scenario(
        "opened-where-names-differ",
        "squid opens TLS on 443, its own dnsmasq leads two sites to other addresses, and it goes where it was asked.",
        *_elsewhere(*_PORTALS),
        *squid_checking(tls=(443,), opens=True),
        code="LC401",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "opened-strictly-where-names-differ",
        "squid opens TLS on 443, its own dnsmasq leads two sites to other addresses, and it refuses requests for them.",
        *_elsewhere(*_PORTALS),
        *squid_checking(tls=(443,), opens=True, strict=True),
        code="LC401 LC514",
        unusable=at(*_PORTALS) & on(443),
    ),
    _scenario(
        "gateways-passed-on-where-names-differ",
        "squid passes TLS on 443 and 4001 on unopened, and its own dnsmasq leads the gateways of Europe elsewhere.",
        *_elsewhere(*_EUROPE),
        *squid_checking(tls=(443, 4001)),
        code="LC514",
        unusable=at(*_EUROPE) & on(4001),
        unknown=at(*_EUROPE) & on(4000),
    ),
    _scenario(
        "proxy-knows-no-such-names",
        "squid passes TLS on 443 and 4001 on unopened, and its own dnsmasq denies all of ibllc.com.",
        proxy_names("--local=/ibllc.com/"),
        *squid_checking(tls=(443, 4001)),
        code="LC514",
        unusable=_IBLLC & SECURE,
        unknown=_IBLLC & on(4000),
    ),
    _scenario(
        "plain-web-refused-where-names-differ",
        "squid takes 80 alone, strictly, and its own dnsmasq leads two sites to other addresses.",
        *_elsewhere(*_PORTALS),
        *squid_checking(web=(80,), strict=True),
        verdict="success",
        unusable=at(*_PORTALS) & on(80),
        unknown=on(80) - at(*_PORTALS),
    ),
    _scenario(
        "plain-web-let-by-where-names-differ",
        "squid takes 80 alone, its own dnsmasq leads two sites to other addresses, and it passes them on all the same.",
        *_elsewhere(*_PORTALS),
        *squid_checking(web=(80,)),
        verdict="success",
        unusable=NONE,
        unknown=on(80),
    ),
    _scenario(
        "passed-on-by-the-same-names",
        "squid passes TLS on 443 on unopened, takes 80 strictly, and asks the desktop's name server.",
        *squid_checking(web=(80,), tls=(443,), strict=True, own=False),
        verdict="success",
        unusable=NONE,
        unknown=on(80),
    ),
    _scenario(
        "passed-on-where-one-more-is-known",
        "squid passes TLS on 443 on unopened, and its own dnsmasq gives two sites one address more than the desktop's.",
        *_both(*_PORTALS),
        *squid_checking(web=(80,), tls=(443,), strict=True),
        verdict="success",
        unusable=NONE,
        unknown=on(80),
    ),
    _scenario(
        "proxy-knows-fewer-addresses",
        "squid passes TLS on 443 on, and its own dnsmasq knows one of the two addresses the desktop has of two sites.",
        *(named(host, ADDRESSES[host], _BESIDE[host]) for host in _PORTALS),
        *_elsewhere(*_PORTALS),
        *squid_checking(tls=(443,)),
        code="LC514",
        verdict="inconclusive",
        unknown=at(*_PORTALS),
        optional=at(*_PORTALS) & on(443),
    ),
    _scenario(
        "hosts-file-disagrees-with-the-proxy",
        "squid passes TLS on 443 on unopened, and the desktop's hosts file leads a site to its other, working address.",
        *(also_at(host, _BESIDE[host]) for host in _PORTALS[1:]),
        hosts_file(f"{_BESIDE[_PORTALS[1]]} {_PORTALS[1]}"),
        *squid_checking(tls=(443,), own=False),
        code="LC108",
        unusable=at(_PORTALS[1]) & on(443),
        unknown=at(_PORTALS[1]) & on(80),
    ),
    _scenario(
        "opened-and-two-sites-denied",
        "squid opens TLS on 443 with an authority the desktop trusts, and denies two sites.",
        *squid_checking(tls=(443,), opens=True, own=False, denied=_PORTALS),
        code="LC401 LC515",
        unusable=at(*_PORTALS) & on(443),
    ),
    _scenario(
        "passed-on-and-two-sites-denied",
        "squid passes TLS on 443 on unopened, but for two sites that it denies, in plain text.",
        *squid_checking(tls=(443,), own=False, denied=_PORTALS),
        code="LC515",
        unusable=at(*_PORTALS) & on(443),
        unknown=at(*_PORTALS) & on(80),
    ),
    _scenario(
        "plain-web-denied",
        "squid takes 80 alone, and denies two sites.",
        *squid_checking(web=(80,), own=False, denied=_PORTALS),
        verdict="success",
        unusable=at(*_PORTALS) & on(80),
        unknown=on(80) - at(*_PORTALS),
    ),
)
