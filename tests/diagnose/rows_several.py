"""Several faults at once, where the nearest must not hide the next; and answers that lead into the house."""

from tests.diagnose.network import HERE, Network
from tests.diagnose.rows import ALL, FAILURE, GATEWAYS, INCONCLUSIVE, OPAQUE, SITES, SUCCESS, Row, row
from tests.diagnose.words import (
    catalog,
    control_accepts,
    counted,
    doors,
    dumb,
    options,
    proxy,
    refused,
    rejected,
    silent,
    unless_alone,
    vantage,
    vpn,
    without,
    wrong_name,
)
from tests.diagnose.words_names import (
    addresses,
    answered,
    answered_twice,
    hosts_file,
    resolvers,
    system_says,
    unanswered,
)

from lineclear.catalog import parse_toml
from lineclear.model import Failure, Icmp, Presence, ProxyTunnel, Redirection, SystemLookup

BLOCK_PAGE = "198.51.100.80"
ELSEWHERE = "198.51.100.9"
INSIDE = "10.0.0.99"
ISP = "100.64.0.2"
ZURICH = "zdc1.ibllc.com"
_FORGED = (ZURICH, "hdc1.ibllc.com", "cdc1.ibllc.com")
_BROKERS = "*.interactivebrokers.com"
_TO_PAGE = (answered(_BROKERS, with_=(BLOCK_PAGE,)), wrong_name(f"*:443@{BLOCK_PAGE}"))
_ABSENT = Icmp(type=3, code=1, sender=HERE)
_HOUSE = parse_toml(
    """
format = "lineclear.catalog/1"
id = "house"
edition = "1"
title = "Servers of a house"
publisher = "House"
application = "a program of the house"
[[service]]
id = "files"
label = "FILES"
name = "Files"
hosts = ["files.house.example", "mail.house.example"]
ports = ["443/https"]
""",
    "house.toml",
)
_AT_HOME = (catalog(_HOUSE), addresses("files.house.example", "10.9.0.1"), addresses("mail.house.example", "10.9.0.2"))


def _all_forged(network: Network) -> Network:
    for name in network.addresses:
        network = answered_twice(name, first=BLOCK_PAGE)(network)
    return network


ROWS: tuple[Row, ...] = (
    row(
        "this machine drops 4000 and 4001 itself, and its kernel counts it",
        silent(*GATEWAYS),
        counted(*GATEWAYS),
        verdict=FAILURE,
        errors=("local-firewall",),
        dead=GATEWAYS,
    ),
    row(
        "this machine resets 4001 itself, over loopback",
        refused("*:4001"),
        counted("*:4001", due=1),
        verdict=FAILURE,
        errors=("local-firewall",),
        dead=("*:4001",),
    ),
    row(
        "this machine drops one gateway itself, and another is down",
        silent(f"{ZURICH}:*", "hdc1.ibllc.com:*"),
        counted(f"{ZURICH}:*"),
        counted("hdc1.ibllc.com:*", due=0),
        verdict=FAILURE,
        errors=("local-firewall", "host-does-not-answer"),
        dead=(f"{ZURICH}:*", "hdc1.ibllc.com:*"),
    ),
    row(
        "4000 and 4001 are dropped, and the kernel counts nothing",
        silent(*GATEWAYS),
        counted(*GATEWAYS, due=0),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        dead=GATEWAYS,
    ),
    row(
        "4000 and 4001 are dropped, and the kernel's count moves all the time",
        silent(*GATEWAYS),
        counted(*GATEWAYS, quiet=1),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        dead=GATEWAYS,
    ),
    row(
        "a gateway is down on one port, and one count moved, as it may by chance",
        silent(f"{ZURICH}:4000"),
        counted(f"{ZURICH}:4000"),
        verdict=FAILURE,
        errors=("port-silent-at-host",),
        dead=(f"{ZURICH}:4000",),
    ),
    row(
        "a VPN takes the gateways and loses them, and the kernel counts it",
        vpn("10.8.0.2", "203.0.113.2?"),
        silent("*:400?@203.0.113.2?"),
        counted("*:400?@203.0.113.2?"),
        verdict=FAILURE,
        errors=("vpn-captures-targets",),
        dead=(*GATEWAYS, "!gdc1*"),
    ),
    row(
        "a far resolver of IPv4 is silent, and a router of IPv6 turns others away",
        resolvers("198.51.100.53"),
        vantage(ipv6=Presence.YES),
        unanswered(),
        rejected("control/nobody:443@*:*", by="2001:db8:2::1", kind=1, code=0, version=6),
        verdict=FAILURE,
        errors=("uplink-down",),
        dead=ALL,
    ),
    row(
        "a forger answers first, and where the names should lead 4000 is dropped for all",
        *(answered_twice(name, first=BLOCK_PAGE) for name in _FORGED),
        refused(f"*@{BLOCK_PAGE}"),
        silent(*OPAQUE),
        verdict=FAILURE,
        errors=("names-injected", "egress-port-dropped"),
        dead=(*OPAQUE, *(f"{name}:*" for name in _FORGED)),
    ),
    row(
        "a forger leads everything to a page, and where the names should lead TLS is cut",
        _all_forged,
        wrong_name(f"*@{BLOCK_PAGE}"),
        doors(f"*:80@{BLOCK_PAGE}", location="https://blocked.filter.example/"),
        doors("*:4001@203.0.113.*", tls=Failure.CONNECTION_RESET),
        verdict=FAILURE,
        errors=("names-injected", "tls-reset"),
        dead=ALL,
    ),
    row(
        "a forger answers first, and a box accepts for the servers behind which nobody is",
        *(answered_twice(name, first=BLOCK_PAGE) for name in _FORGED),
        refused(f"*@{BLOCK_PAGE}"),
        control_accepts(4001),
        dumb("*:4001@203.0.113.*"),
        verdict=FAILURE,
        errors=("names-injected", "accepted-by-a-box-in-the-path"),
        dead=("*:4001", *(f"{name}:*" for name in _FORGED)),
        unsure=("*:4000", *(f"!{name}:*" for name in _FORGED)),
    ),
    row(
        "the hosts file misleads a gateway, and 4000 is dropped for all",
        hosts_file(ZURICH, ELSEWHERE),
        refused(f"*@{ELSEWHERE}"),
        silent("*:4000@203.0.113.*"),
        verdict=FAILURE,
        errors=("hosts-file-override", "egress-port-dropped"),
        dead=(*OPAQUE, f"{ZURICH}:*"),
    ),
    row(
        "the hosts file leads a gateway to a stranger, and 4000 and 4001 are dropped elsewhere",
        hosts_file(ZURICH, ELSEWHERE),
        wrong_name(f"*@{ELSEWHERE}"),
        silent("*:400?@203.0.113.*"),
        verdict=FAILURE,
        errors=("hosts-file-override", "egress-port-dropped"),
        dead=GATEWAYS,
    ),
    row(
        "the hosts file misleads a gateway, and the system was not heard out",
        hosts_file(ZURICH, ELSEWHERE),
        silent(f"*@{ELSEWHERE}"),
        without(SystemLookup),
        verdict=FAILURE,
        errors=("hosts-file-override",),
        dead=(f"{ZURICH}:*",),
    ),
    row(
        "a proxy is set and nobody came to ask it; sites are out of reach, TWS is not",
        silent(*SITES, "*:80"),
        proxy("*"),
        without(ProxyTunnel),
        verdict=INCONCLUSIVE,
        warnings=("egress-port-dropped",),
        dead=(*SITES, "*:80"),
    ),
    row(
        "the hosts file and the resolver differ, and nothing works",
        hosts_file(ZURICH, ELSEWHERE),
        silent("*"),
        verdict=FAILURE,
        errors=("uplink-down",),
        warnings=("hosts-file-differs",),
        dead=ALL,
    ),
    row(
        "the hosts file says what the resolver says, and nothing works",
        lambda network: hosts_file(ZURICH, network.addresses[ZURICH][0])(network),
        silent("*"),
        verdict=FAILURE,
        errors=("uplink-down",),
        dead=ALL,
    ),
    row(
        "the hosts file has a line, no resolver answers, and nothing works",
        hosts_file(ZURICH, ELSEWHERE),
        unanswered(),
        silent("*"),
        verdict=FAILURE,
        errors=("resolver-silent", "nothing-to-compare"),
        dead=ALL,
    ),
    row(
        "the system gives no address for a gateway, and 4000 is dropped for all",
        system_says(ZURICH, Failure.DNS_NXDOMAIN),
        silent(*OPAQUE),
        verdict=FAILURE,
        errors=("system-lookup-fails", "egress-port-dropped"),
        dead=(*OPAQUE, f"{ZURICH}:*"),
    ),
    row(
        "sites lead to one address in the house where nobody is",
        answered(_BROKERS, with_=(INSIDE,)),
        doors(f"*@{INSIDE}", connect=Failure.HOST_UNREACHABLE, errno="EHOSTUNREACH", icmp=_ABSENT, wait_ms=500.0),
        verdict=FAILURE,
        errors=("names-sinkholed",),
        dead=(f"{_BROKERS}:*",),
    ),
    row(
        "every name leads to one address in the house where nobody is",
        answered(with_=(INSIDE,)),
        silent(f"*@{INSIDE}"),
        verdict=FAILURE,
        errors=("names-sinkholed",),
        dead=ALL,
    ),
    row(
        "a gateway leads to an address in the house where nobody is, by the resolver",
        answered(ZURICH, with_=(INSIDE,)),
        silent(f"*@{INSIDE}"),
        verdict=FAILURE,
        errors=("names-sinkholed",),
        dead=(f"{ZURICH}:*",),
    ),
    row(
        "every name leads to one address in the house where nobody is, as the user expects",
        options(expected_networks=("10.0.0.0/8",)),
        answered(with_=(INSIDE,)),
        silent(f"*@{INSIDE}"),
        verdict=FAILURE,
        errors=("uplink-down",),
        dead=ALL,
    ),
    row(
        "the user himself sends a gateway into the house, and nobody is there",
        options(redirections=(Redirection(host=ZURICH, to_address=INSIDE),)),
        silent(f"*@{INSIDE}"),
        verdict=FAILURE,
        errors=("host-does-not-answer",),
        dead=(f"{ZURICH}:*",),
    ),
    row(
        "one of two servers of a house is down, where both belong",
        *_AT_HOME,
        silent("mail.house.example:*"),
        verdict=FAILURE,
        errors=("host-does-not-answer",),
        dead=("mail.*",),
    ),
    row("two servers of a house", *_AT_HOME, verdict=SUCCESS),
    row(
        "names of one domain lead to a page that sends the browser to somebody else",
        *_TO_PAGE,
        doors(f"*:80@{BLOCK_PAGE}", location="https://blocked.filter.example/"),
        verdict=FAILURE,
        errors=("names-hijacked",),
        dead=(f"{_BROKERS}:*",),
    ),
    row(
        "names of one domain lead to one place of the vendor's whose certificate is another's",
        *_TO_PAGE,
        verdict=FAILURE,
        errors=("certificate-wrong-name",),
        dead=("*.interactivebrokers.com:443",),
        unsure=("*.interactivebrokers.com:80",),
    ),
    row(
        "4000 and 4001 are turned away, and the router says so of 4001 only once it has rested",
        rejected(*GATEWAYS),
        unless_alone(silent("*:4001")),
        verdict=FAILURE,
        errors=("egress-rejected",),
        dead=GATEWAYS,
    ),
    row(
        "4000 is turned away, and 4001 is dropped by somebody else",
        rejected(*OPAQUE),
        silent("*:4001"),
        verdict=FAILURE,
        errors=("egress-rejected", "egress-port-dropped"),
        dead=GATEWAYS,
    ),
    row(
        "packets go round in circles, and the router says so of a few",
        silent("*"),
        rejected("*:443", by=ISP, kind=11, code=0),
        verdict=FAILURE,
        errors=("routing-loop",),
        dead=ALL,
    ),
    row(
        "packets to a gateway go round in circles, and the router says so of one port; others are dropped",
        silent("*:4000"),
        rejected(f"{ZURICH}:4001", by=ISP, kind=11, code=0),
        verdict=FAILURE,
        errors=("routing-loop", "egress-port-dropped"),
        dead=(*OPAQUE, f"{ZURICH}:*"),
    ),
    row(
        "packets to the sites go round in circles, other ports are dropped",
        silent(*GATEWAYS),
        rejected("*:443", by=ISP, kind=11, code=0),
        verdict=FAILURE,
        errors=("routing-loop", "egress-port-dropped"),
        dead=(*SITES, *GATEWAYS),
    ),
)
