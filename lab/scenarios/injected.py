"""Two answers to one question: a forger on the way (`lab.forger`) and the resolver, and who of them is first."""

from lab.addresses import ADDRESSES, BLOCK_PAGE, six
from lab.changes.families import by_both_families
from lab.changes.names import forged
from lab.changes.servers import also_at
from lab.scenario import EVERY, NONE, WEB, of, on, where

_IBLLC = where(lambda one: one.host.endswith("ibllc.com"))
_PORTALS = ("www.interactivebrokers.com", "gdcdyn.interactivebrokers.com")
_BESIDE = {host: f"203.0.113.{int(ADDRESSES[host].rpartition('.')[2]) + 1}" for host in _PORTALS}
_scenario = of("injected", unusable=EVERY)

SCENARIOS = (
    _scenario(
        "forged-first",
        "Somebody in the office answers every question for an address before the resolver does, and lies.",
        forged(f". A {BLOCK_PAGE}"),
        code="LC209",
        unknown=on(80),
    ),
    _scenario(
        "forged-late",
        "Somebody in the office answers every question for an address after the resolver did, and lies.",
        forged(f". A {BLOCK_PAGE}", late=True),
        code="LC218",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "forged-for-some",
        "Somebody in the office answers first for ibllc.com alone, and lies.",
        forged(f"ibllc.com A {BLOCK_PAGE}"),
        code="LC209",
        unusable=_IBLLC,
        unknown=_IBLLC & on(80),
    ),
    _scenario(
        "forged-denials",
        "Somebody in the office answers first for ibllc.com, and says that there is no such name.",
        forged("ibllc.com A nxdomain"),
        code="LC209",
        unusable=_IBLLC,
    ),
    _scenario(
        "forged-denials-late",
        "Somebody in the office says that no name of ibllc.com exists, after the resolver gave its address.",
        forged("ibllc.com A nxdomain", late=True),
        code="LC218",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "forged-ipv6",
        "Somebody in the office answers first for IPv6 addresses, which no name has, with a block page's.",
        forged(f". AAAA {six(BLOCK_PAGE)}"),
        by_both_families(),
        code="LC209",
        unusable=WEB,
        unknown=on(80),
    ),
    _scenario(
        "answered-twice",
        "A name server's two halves both answer for two sites, with different addresses, and both are right.",
        *(also_at(host, address) for host, address in _BESIDE.items()),
        forged(*(f"{host} A {address}" for host, address in _BESIDE.items())),
        verdict="success",
        unusable=NONE,
    ),
)
