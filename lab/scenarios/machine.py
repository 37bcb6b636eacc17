"""The desktop's own doing."""

from lab.addresses import HOSTS
from lab.changes.agents import opening, relaying
from lab.changes.filters import blocked, hosts_blocked, rules
from lab.changes.machine import (
    check_limited,
    clock,
    connections_leaked,
    few_ports,
    ip,
    listening,
    ports_held,
    routed_away,
    silent_gateway,
    vpn,
    vpn_everywhere,
)
from lab.changes.names import dnsmasq
from lab.scenario import EVERY, NONE, SECURE, TWS, at, of, on, where

_GATEWAYS = tuple(one for one in HOSTS if "ibllc" in one)
_OUT = "meta l4proto { tcp, udp } th dport { 4000, 4001 }"
_scenario = of("machine", unusable=TWS)

SCENARIOS = (
    _scenario("clock-ahead", "The clock is 400 days ahead.", clock(400), code="LC107", unusable=SECURE),
    _scenario("clock-behind", "The clock is 400 days behind.", clock(-400), code="LC107", unusable=SECURE),
    _scenario(
        "output-dropped",
        "The desktop's own firewall drops 4000 and 4001.",
        rules("desktop", f"{_OUT} drop", hook="output"),
        code="LC104",
    ),
    _scenario(
        "output-rejected",
        "The desktop's own firewall rejects 4000 and 4001.",
        rules("desktop", f"{_OUT} reject", hook="output"),
        code="LC104",
    ),
    _scenario(
        "output-dropped-tcp-alone",
        "The desktop's own firewall drops TCP alone to 4000 and 4001.",
        rules("desktop", "tcp dport { 4000, 4001 } drop", hook="output"),
        code="LC104",
    ),
    _scenario(
        "output-dropped-by-address",
        "The desktop's own firewall drops everything to the gateways' addresses.",
        hosts_blocked("desktop", _GATEWAYS, hook="output"),
        code="LC104",
    ),
    _scenario(
        "output-reset",
        "The desktop's own firewall resets 4000 and 4001.",
        rules("desktop", "tcp dport { 4000, 4001 } reject with tcp reset", hook="output"),
        code="LC104",
    ),
    _scenario(
        "input-dropped",
        "The desktop's own firewall drops what 4000 and 4001 answer: from here no different from the network.",
        rules("desktop", "tcp sport { 4000, 4001 } drop", hook="input"),
        code="LC301",
    ),
    _scenario("prohibit-route", "A route prohibits every gateway.", routed_away("prohibit", _GATEWAYS), code="LC105"),
    _scenario("blackhole-route", "A route swallows every gateway.", routed_away("blackhole", _GATEWAYS), code="LC105"),
    _scenario(
        "unreachable-route-to-one",
        "A route declares the gateway of Europe unreachable.",
        routed_away("unreachable", ("zdc1.ibllc.com",)),
        code="LC105",
        unusable=at("zdc1.ibllc.com"),
    ),
    _scenario(
        "no-route", "There is no default route.", ip("desktop", "route del default"), code="LC101", unusable=EVERY
    ),
    _scenario(
        "link-down",
        "The only interface is down.",
        ip("desktop", "link set to-office down"),
        code="LC102",
        unusable=EVERY,
    ),
    _scenario(
        "cable-out",
        "The cable is out: the interface is up without a carrier.",
        ip("office", "link set to-desktop down"),
        code="LC102",
        unusable=EVERY,
    ),
    _scenario("gateway-dead", "The default gateway does not answer.", silent_gateway(), code="LC103", unusable=EVERY),
    _scenario(
        "output-dropped-for-this-user",
        "The desktop's own firewall drops what this user sends to 4000 and 4001.",
        rules("desktop", f"meta skuid {{ 0, 65534 }} {_OUT} drop", hook="output"),
        code="LC104",
    ),
    _scenario(
        "rule-prohibits",
        "A policy rule of the desktop prohibits the vendor's addresses.",
        ip("desktop", "rule add to 203.0.113.0/24 prohibit"),
        code="LC105",
        unusable=EVERY,
    ),
    _scenario(
        "dead-gateway-preferred",
        "The desktop has two default routes, and at the gateway of the preferred one nobody is.",
        ip("desktop", "route del default", "route add default via 10.77.0.1 metric 200"),
        ip("desktop", "route add default via 10.77.0.9 metric 100"),
        code="LC103",
        unusable=EVERY,
    ),
    _scenario(
        "vpn-takes-everything",
        "A VPN takes every way out, and at its other end nobody passes anything on.",
        vpn_everywhere(),
        code="LC110",
        unusable=EVERY,
    ),
    _scenario("vpn-takes-gateways", "A VPN takes the way to every gateway.", vpn(_GATEWAYS), code="LC110"),
    _scenario(
        "local-ports-held",
        "A program on the desktop holds every local port that TCP may connect from.",
        *ports_held(64, "SOCK_STREAM"),
        code="LC112",
        unusable=EVERY,
    ),
    _scenario(
        "local-ports-held-of-names-too",
        "A program on the desktop holds every local port, those that questions for names leave from too.",
        *ports_held(64, "SOCK_STREAM", "SOCK_DGRAM"),
        code="LC112",
        unusable=EVERY,
    ),
    _scenario(
        "local-ports-used-up-towards-one",
        "A program on the desktop has leaked a connection from every local port to the gateway of Europe.",
        *connections_leaked("zdc1.ibllc.com", 4000, 96),
        code="LC112",
        unusable=at("zdc1.ibllc.com") - {"zdc1.ibllc.com:4001"},
    ),
    _scenario(
        "few-local-ports",
        "The desktop has sixty-four local ports, and nobody holds them.",
        few_ports(64),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "few-descriptors",
        "The check may have sixty-four files and sockets open, and programs as many as usual.",
        check_limited(64),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "sinkholed-to-a-local-listener",
        "dnsmasq of the office answers 127.0.0.1 for ibllc.com, and a program on the desktop listens on 4000 and 4001.",
        dnsmasq("--address=/ibllc.com/127.0.0.1"),
        listening(4000, 4001),
        code="LC207",
        unusable=where(lambda one: one.host.endswith("ibllc.com")),
    ),
    _scenario(
        "agent-opens-web",
        "mitmproxy runs on the desktop itself and opens TLS on 443, as virus scanners do; the desktop trusts it.",
        *opening((443,), trusted=True),
        code="LC113",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "agent-opens-everything",
        "mitmproxy runs on the desktop itself and opens TLS on 443 and 4001; the desktop trusts it.",
        *opening((443, 4001), trusted=True),
        code="LC113",
        unusable=on(4001),
    ),
    _scenario(
        "agent-opens-untrusted",
        "mitmproxy runs on the desktop itself and opens TLS on 443, and nobody trusts it.",
        *opening((443,), trusted=False),
        code="LC113",
        unusable=on(443),
    ),
    _scenario(
        "agent-takes-every-port",
        "mitmproxy runs on the desktop itself and takes every port of the list; the desktop trusts it.",
        *opening((80, 443, 4000, 4001), trusted=True),
        code="LC113 LC114",
        unusable=on(4001),
        unknown=on(80, 4000),
    ),
    _scenario(
        "agent-relays",
        "haproxy runs on the desktop itself, accepts 4000 and 4001 for everybody, and passes them on.",
        *relaying((4000, 4001)),
        code="LC114",
        verdict="inconclusive",
        unusable=NONE,
        unknown=on(4000),
    ),
    _scenario(
        "agent-relays-into-nothing",
        "haproxy runs on the desktop itself and accepts 4000 and 4001 for everybody, and the provider drops them.",
        *relaying((4000, 4001)),
        blocked("provider"),
        code="LC115",
        unknown=on(4000),
    ),
    _scenario(
        "agent-relays-the-vendor-alone",
        "haproxy runs on the desktop itself and accepts 4000 for the vendor's hosts alone, and the provider drops it.",
        *relaying((4000,), "ip daddr 203.0.113.0/24"),
        blocked("provider", (4000,)),
        code="LC114",
        verdict="inconclusive",
        unusable=on(4000),
        unknown=on(4000),
    ),
    _scenario(
        "agent-passes-on-sites",
        "haproxy runs on the desktop itself, accepts 443 for everybody, and passes it on.",
        *relaying((443,)),
        verdict="success",
        unusable=NONE,
    ),
)
