"""Faults of this machine, and what merely looks like them."""

from tests.diagnose.network import HERE
from tests.diagnose.rows import ALL, DEGRADED, FAILURE, GATEWAYS, INCONCLUSIVE, SUCCESS, Row, row
from tests.diagnose.words import (
    at_first,
    catalog,
    doors,
    gateway_absent,
    no_route,
    pings_fail,
    proxy,
    refused,
    refused_here,
    rejected,
    silent,
    vantage,
)
from tests.diagnose.words_names import answers_again, hosts_file, questions_stay, resolvers, system_says, unanswered

from lineclear.catalog import parse_toml
from lineclear.model import Failure, Presence, Route

FAR_RESOLVER = "198.51.100.53"
ELSEWHERE = "198.51.100.9"
_TWO_WAYS = (
    Route(destination="0.0.0.0/0", gateway="10.0.0.1", interface="eth0", metric=100),
    Route(destination="0.0.0.0/0", gateway="10.0.0.2", interface="wlan0", metric=600),
)
_ON_THE_LAN = parse_toml(
    """
format = "lineclear.catalog/1"
id = "office"
edition = "1"
title = "Servers of the office"
publisher = "Office"
application = "an office program"
[[service]]
id = "files"
label = "FILES"
name = "Files"
hosts = ["10.0.0.20", "10.0.0.21"]
ports = ["445/tcp"]
""",
    "office.toml",
)
_FORBIDDING = (Route(destination="0.0.0.0/0", kind="unreachable"), Route(destination="10.0.0.0/24", interface="eth0"))
_ONLY_SIX = (Route(destination="::/0", gateway="fe80::1", interface="eth0"),)

ROWS: tuple[Row, ...] = (
    row("healthy", verdict=SUCCESS),
    row("pings fail", pings_fail(), verdict=SUCCESS),
    row("no default route", no_route(), verdict=FAILURE, errors=("no-route",), dead=ALL),
    row("no interface but loopback", no_route(card=False), verdict=FAILURE, errors=("no-route",), dead=ALL),
    row("no interface is up", no_route(up=False), verdict=FAILURE, errors=("interface-down",), dead=ALL),
    row(
        "no default route, but a resolver next door answers",
        no_route(),
        answers_again(),
        verdict=FAILURE,
        errors=("no-route",),
        dead=ALL,
    ),
    row(
        "no IPv4 route, though there is one for IPv6",
        no_route(),
        vantage(routes=_ONLY_SIX, ipv6=Presence.YES),
        answers_again(),
        verdict=FAILURE,
        errors=("no-route",),
        dead=ALL,
    ),
    row(
        "no IPv4 route, a far resolver, and IPv6 whose controls leave this machine",
        resolvers(FAR_RESOLVER),
        no_route(),
        vantage(routes=_ONLY_SIX, ipv6=Presence.YES),
        doors("control/*", connect=Failure.NETWORK_UNREACHABLE, errno="ENETUNREACH"),
        verdict=FAILURE,
        errors=("no-route",),
        dead=ALL,
    ),
    row(
        "no route at all, and the resolver is far",
        resolvers(FAR_RESOLVER),
        no_route(),
        verdict=FAILURE,
        errors=("no-route",),
        dead=ALL,
    ),
    row(
        "a kill switch forbids everything",
        no_route(),
        vantage(routes=_FORBIDDING),
        answers_again(),
        verdict=FAILURE,
        errors=("policy-route",),
        dead=ALL,
    ),
    row(
        "a kill switch forbids everything, names too",
        no_route(),
        vantage(routes=_FORBIDDING),
        resolvers(FAR_RESOLVER),
        verdict=FAILURE,
        errors=("policy-route",),
        dead=ALL,
    ),
    row("gateway absent", gateway_absent(), verdict=FAILURE, errors=("gateway-unreachable",), dead=ALL),
    row(
        "the gateway of the preferred default route is absent, the other one lives",
        gateway_absent(),
        vantage(routes=_TWO_WAYS),
        doors("control/gateway:53@10.0.0.2", connect=Failure.CONNECTION_REFUSED, wait_ms=0.6),
        resolvers(FAR_RESOLVER),
        verdict=FAILURE,
        errors=("gateway-unreachable",),
        dead=ALL,
    ),
    row(
        "gateway absent, and a resolver next door answers",
        gateway_absent(),
        answers_again(),
        verdict=FAILURE,
        errors=("gateway-unreachable",),
        dead=ALL,
    ),
    row(
        "one machine of the office is absent: not the gateway",
        catalog(_ON_THE_LAN),
        rejected("10.0.0.21:*", by=HERE, code=1),
        doors("10.0.0.21:*", wait_ms=3068.0),
        verdict=FAILURE,
        errors=("host-does-not-answer",),
        dead=("10.0.0.21:*",),
    ),
    row(
        "local firewall forbids the gateways",
        refused_here(Failure.PERMISSION_DENIED, "EPERM", *GATEWAYS),
        verdict=FAILURE,
        errors=("local-firewall",),
        dead=GATEWAYS,
    ),
    row(
        "local firewall forbids everything, names too",
        refused_here(Failure.PERMISSION_DENIED, "EPERM", "*", "control/*"),
        unanswered(failure=Failure.PERMISSION_DENIED),
        verdict=FAILURE,
        errors=("local-firewall",),
        dead=ALL,
    ),
    row(
        "local firewall rejects with an ICMP error of its own",
        rejected(*GATEWAYS, by=HERE),
        doors(*GATEWAYS, wait_ms=0.2),
        verdict=FAILURE,
        errors=("local-firewall",),
        dead=GATEWAYS,
    ),
    row(
        "Windows says EACCES for its firewall",
        vantage(platform="win32"),
        refused_here(Failure.PERMISSION_DENIED, "EACCES", *GATEWAYS),
        verdict=FAILURE,
        errors=("local-firewall",),
        dead=GATEWAYS,
    ),
    row(
        "a prohibit route for one host",
        refused_here(Failure.PERMISSION_DENIED, "EACCES", "zdc1.ibllc.com:*"),
        verdict=FAILURE,
        errors=("policy-route",),
        dead=("zdc1.ibllc.com:*",),
    ),
    row(
        "a blackhole route for one backup",
        refused_here(Failure.NO_ROUTE, "EINVAL", "zdc1_hb1.ibllc.com:*"),
        verdict=DEGRADED,
        warnings=("policy-route",),
        dead=("zdc1_hb1.ibllc.com:*",),
    ),
    row(
        "no sockets left",
        refused_here(Failure.LOCAL_EXHAUSTION, "EMFILE", "www.*:443", "cdc1.ibllc.com:4001"),
        verdict=INCONCLUSIVE,
        warnings=("local-exhaustion",),
        unsure=("www.*:443", "cdc1.ibllc.com:4001"),
    ),
    row(
        "no ports left",
        refused_here(Failure.LOCAL_EXHAUSTION, "EADDRNOTAVAIL", "*:*"),
        verdict=FAILURE,
        errors=("local-ports-exhausted",),
        dead=ALL,
    ),
    row(
        "no ports left towards one gateway",
        refused_here(Failure.LOCAL_EXHAUSTION, "EADDRNOTAVAIL", "zdc1.ibllc.com:4000"),
        verdict=FAILURE,
        errors=("local-ports-exhausted",),
        dead=("zdc1.ibllc.com:4000",),
    ),
    row(
        "no ports left in the burst, enough when asked again",
        at_first(refused_here(Failure.LOCAL_EXHAUSTION, "EADDRNOTAVAIL", "*:400?")),
        verdict=SUCCESS,
    ),
    row(
        "no ports left, not even to ask for names",
        questions_stay("EAGAIN"),
        verdict=FAILURE,
        errors=("local-ports-exhausted",),
        dead=ALL,
    ),
    row(
        "no sockets left in the burst, enough when asked again",
        at_first(refused_here(Failure.LOCAL_EXHAUSTION, "EMFILE", "www.*:443", "cdc1.ibllc.com:4001")),
        verdict=SUCCESS,
    ),
    row(
        "the hosts file sends a gateway to where nobody answers",
        hosts_file("zdc1.ibllc.com", ELSEWHERE),
        silent(f"zdc1.ibllc.com:*@{ELSEWHERE}"),
        verdict=FAILURE,
        errors=("hosts-file-override",),
        dead=("zdc1.ibllc.com:*",),
    ),
    row(
        "the hosts file blocks two hosts",
        hosts_file("zdc1.ibllc.com", "0.0.0.0"),
        hosts_file("hdc1_hb1.ibllc.com", "0.0.0.0"),
        refused("*@0.0.0.0"),
        verdict=FAILURE,
        errors=("hosts-file-override",),
        dead=("zdc1.ibllc.com:*", "hdc1_hb1.ibllc.com:*"),
    ),
    row(
        "the hosts file blocks a host, and something local listens there",
        hosts_file("zdc1.ibllc.com", "127.0.0.1"),
        doors("zdc1.ibllc.com:4000@127.0.0.1", rtt_ms=0.05),
        refused("zdc1.ibllc.com:4001@127.0.0.1"),
        verdict=FAILURE,
        errors=("hosts-file-override",),
        dead=("zdc1.ibllc.com:*",),
    ),
    row(
        "the hosts file names an address that works",
        hosts_file("zdc1.ibllc.com", ELSEWHERE),
        verdict=SUCCESS,
    ),
    row(
        "the hosts file names another address, and a firewall drops the port everywhere",
        hosts_file("zdc1.ibllc.com", ELSEWHERE),
        silent("*:4001"),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        dead=("*:4001",),
    ),
    row(
        "a proxy is set, and none runs there",
        proxy(failure=Failure.CONNECTION_REFUSED),
        verdict=DEGRADED,
        warnings=("proxy-not-running",),
    ),
    row(
        "a proxy is set, and its host is gone",
        proxy(failure=Failure.TIMED_OUT),
        verdict=DEGRADED,
        warnings=("proxy-not-running",),
    ),
    row(
        "a proxy is set, and nobody knows its name",
        proxy(host="proxy.office.example"),
        system_says("proxy.office.example", Failure.DNS_NXDOMAIN),
        verdict=DEGRADED,
        warnings=("proxy-not-running",),
    ),
    row("a proxy is set by name, and it runs", proxy("*:443", host="proxy.office.example"), verdict=SUCCESS),
    row("a proxy is set, and it runs", proxy("*:443"), verdict=SUCCESS),
    row(
        "the uplink is down, so the proxy cannot be reached either",
        proxy(failure=Failure.TIMED_OUT),
        silent("*"),
        resolvers(FAR_RESOLVER),
        unanswered(),
        verdict=FAILURE,
        errors=("uplink-down",),
        dead=ALL,
    ),
)
