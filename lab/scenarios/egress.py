"""Firewalls and routes on the way out that do not let the application through."""

from lab.addresses import ADDRESSES
from lab.changes.filters import (
    after_the_handshake,
    blocked,
    few_translated_ports,
    hosts_blocked,
    only_the_list,
    rules,
    synproxied,
)
from lab.changes.machine import ip
from lab.scenario import BACKUPS, EVERY, NONE, TWS, WEB, at, of, on

_BACKUP_HOSTS = ("ndc1_hb1.ibllc.com", "cdc1_hb1.ibllc.com", "zdc1_hb1.ibllc.com", "hdc1_hb1.ibllc.com")
_EUROPE = ("zdc1.ibllc.com", "zdc1_hb1.ibllc.com")
_REJECTS = (
    ("admin", "icmp type admin-prohibited", "administratively prohibited"),
    ("host-prohibited", "icmp type host-prohibited", "host prohibited"),
    ("net-prohibited", "icmp type net-prohibited", "network prohibited"),
    ("net-unreachable", "icmp type net-unreachable", "network unreachable"),
    ("port-unreachable", "icmp type port-unreachable", "port unreachable"),
)
_scenario = of("egress")

SCENARIOS = (
    _scenario("drop-office", "The office router drops 4000 and 4001.", blocked("office"), code="LC301", unusable=TWS),
    _scenario(
        "drop-provider-4000", "The provider drops 4000.", blocked("provider", (4000,)), code="LC301", unusable=on(4000)
    ),
    _scenario(
        "drop-office-4001",
        "The office drops 4001, and 4000 is open.",
        blocked("office", (4001,)),
        code="LC301",
        unusable=on(4001),
    ),
    _scenario("drop-web", "The office drops 443 and 80.", blocked("office", (80, 443)), code="LC301", unusable=WEB),
    _scenario(
        "web-only",
        "The office lets names and the web out, and nothing else.",
        rules(
            "office",
            "ct state established,related accept",
            "meta l4proto { tcp, udp } th dport { 53, 80, 443 } accept",
            "drop",
        ),
        code="LC301",
        unusable=TWS,
    ),
    _scenario(
        "answers-dropped",
        "The provider drops what 4000 and 4001 answer.",
        rules("provider", "tcp sport { 4000, 4001 } drop"),
        code="LC301",
        unusable=TWS,
    ),
    _scenario(
        "inbound-only",
        "The rule for 4000 and 4001 was written for the wrong direction.",
        rules(
            "office",
            "ct state established,related accept",
            'iifname "to-provider" tcp dport { 4000, 4001 } accept',
            "tcp dport { 4000, 4001 } drop",
        ),
        code="LC301",
        unusable=TWS,
    ),
    _scenario(
        "reset-office",
        "The office router resets 4000 and 4001.",
        blocked("office", by="reject with tcp reset"),
        code="LC331",
        unusable=TWS,
    ),
    _scenario(
        "reset-provider-4001",
        "The provider resets 4001.",
        blocked("provider", (4001,), "reject with tcp reset"),
        code="LC331",
        unusable=on(4001),
    ),
    *(
        _scenario(
            f"reject-office-{name}",
            f"The office rejects 4000 and 4001 as {words}.",
            blocked("office", by=f"reject with {kind}"),
            code="LC303",
            unusable=TWS,
        )
        for name, kind, words in _REJECTS
    ),
    _scenario(
        "reject-provider-admin",
        "The provider rejects 4000 as administratively prohibited.",
        blocked("provider", (4000,), "reject with icmp type admin-prohibited"),
        code="LC303",
        unusable=on(4000),
    ),
    _scenario(
        "allow-list-without-backups",
        "The allow-list of the office was written without the backup gateways.",
        only_the_list("office", without=BACKUPS),
        code="LC306",
        unusable=BACKUPS | on(80),
        verdict="degraded",
    ),
    _scenario(
        "allow-list-without-europe-and-asia",
        "The allow-list misses all gateways of Europe and Asia: from here no different from lost regions.",
        only_the_list(
            "office",
            without=at("zdc1.ibllc.com", "zdc1_hb1.ibllc.com", "hdc1.ibllc.com", "hdc1_hb1.ibllc.com"),
        ),
        code="LC305",
        unusable=at("zdc1.ibllc.com", "zdc1_hb1.ibllc.com", "hdc1.ibllc.com", "hdc1_hb1.ibllc.com") | on(80),
    ),
    _scenario(
        "allow-list-without-two-primaries",
        "The allow-list misses two primary gateways: from here no different from two servers that are off.",
        only_the_list("office", without=at("cdc1.ibllc.com", "hdc1.ibllc.com")),
        code="LC304",
        unusable=at("cdc1.ibllc.com", "hdc1.ibllc.com") | on(80),
    ),
    _scenario(
        "addresses-dropped",
        "The office drops the addresses of every gateway, and allows their ports to others.",
        hosts_blocked("office", sorted({name.partition(":")[0] for name in TWS})),
        code="LC301",
        unusable=TWS,
    ),
    _scenario(
        "uplink-silent",
        "Nothing gets past the provider, and nobody says so.",
        rules("provider", "drop"),
        rules("provider", "drop", hook="input"),
        code="LC311",
        unusable=EVERY,
    ),
    _scenario(
        "uplink-unreachable",
        "The provider has lost its way out, and says so.",
        rules("provider", "reject with icmp type net-unreachable"),
        rules("provider", "reject with icmp type net-unreachable", hook="input"),
        code="LC311",
        unusable=EVERY,
    ),
    _scenario(
        "everything-dropped-but-names",
        "The office lets names out and nothing else.",
        rules("office", "tcp dport != 53 drop"),
        code="LC301",
        unusable=EVERY,
    ),
    _scenario(
        "reset-core-4001",
        "The core resets 4001.",
        blocked("core", (4001,), "reject with tcp reset"),
        code="LC302",
        unusable=on(4001),
    ),
    _scenario(
        "web-only-and-rejected",
        "The office lets names and the web out, and rejects the rest as administratively prohibited.",
        rules(
            "office",
            "ct state established,related accept",
            "meta l4proto { tcp, udp } th dport { 53, 80, 443 } accept",
            "reject with icmp type admin-prohibited",
        ),
        code="LC303",
        unusable=TWS,
    ),
    _scenario(
        "only-443-left",
        "The office lets names and 443 out, and nothing else.",
        rules(
            "office",
            "ct state established,related accept",
            "meta l4proto { tcp, udp } th dport { 53, 443 } accept",
            "drop",
        ),
        code="LC301",
        unusable=TWS | on(80),
    ),
    _scenario(
        "region-unreachable-and-told",
        "The core has lost its way to both gateways of Europe, and says so.",
        ip("core", *(f"route add unreachable {ADDRESSES[one]}/32" for one in _EUROPE)),
        code="LC305",
        unusable=at(*_EUROPE),
    ),
    _scenario(
        "host-unreachable-and-told",
        "The last router cannot reach the gateway of Europe, and says so.",
        hosts_blocked("core", _EUROPE[:1], "reject with icmp type host-unreachable"),
        code="LC304",
        unusable=at(_EUROPE[0]),
    ),
    _scenario(
        "handshakes-by-the-firewall",
        "The office's firewall completes handshakes on 4000 and 4001 itself before it lets anything through.",
        synproxied("office", (4000, 4001)),
        code="LC318",
        unusable=NONE,
        unknown=on(4000),
        verdict="inconclusive",
    ),
    _scenario(
        "routing-loop",
        "The core sends the vendor's packets back to the provider.",
        ip("core", "route add 203.0.113.0/25 via 100.64.2.2"),
        code="LC310",
        unusable=EVERY,
    ),
    _scenario(
        "few-translated-ports",
        "The office translates all connections to eight ports of its public address: enough for one machine.",
        few_translated_ports(8),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "state-lost-after-the-handshake",
        "The office lets the handshakes of 4000 and 4001 through, and drops what follows, whatever it is.",
        after_the_handshake("office", (4000, 4001)),
        code="LC308",
        unusable=TWS,
    ),
)
