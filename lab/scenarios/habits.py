"""Firewalls with habits: they tidy packets up, count, learn, hold back and answer in others' names."""

from lab.addresses import ADDRESSES
from lab.changes.boxes import looks_inside, thinks_first
from lab.changes.filters import blocked, hosts_blocked, rules, synproxied
from lab.changes.habits import (
    NEW,
    answers_as,
    answers_every_ping,
    first_syn_dropped,
    first_try_rejected,
    led_to,
    once_a_minute,
    opens_late,
    ttl_set,
)
from lab.changes.machine import ip, kernel
from lab.changes.paths import returns_by_the_first, several_addresses
from lab.changes.servers import certificate, door
from lab.scenario import BACKUPS, EVERY, TWS, at, of, on

_EUROPE, _ASIA = "zdc1.ibllc.com", ("hdc1.ibllc.com", "hdc1_hb1.ibllc.com")
_GATEWAYS = sorted({ADDRESSES[one.partition(":")[0]] for one in TWS})
_PRIMARIES = on(4001) - BACKUPS
_PRIMARY_ADDRESSES = sorted(ADDRESSES[one.partition(":")[0]] for one in _PRIMARIES)
_TWS_PORTS = "tcp dport { 4000, 4001 }"
_POOL = "0 : 100.64.1.2, 1 : 100.64.1.3, 2 : 100.64.1.4, 3 : 100.64.1.5"
_ONE_ADDRESS_DEAD = ip("core", "route add blackhole 100.64.1.3/32")
_LOST_BY_POOL = (
    "zdc1.ibllc.com",
    "cdc1.ibllc.com",
    "ndc1_hb1.ibllc.com",
    "hdc1_hb1.ibllc.com",
    "gdcdyn.interactivebrokers.com",
    "download2.interactivebrokers.com",
    "wit1.interactivebrokers.com",
)
IN_ASIA = (
    "www.interactivebrokers.co.in",
    "www.interactivebrokers.co.jp",
    "www.interactivebrokers.com.hk",
    "www.ibkr.com.cn",
    "hdc1.ibllc.com",
    "hdc1_hb1.ibllc.com",
    "mcgw1.ibllc.com.cn",
    "mcgw1_hb1.ibllc.com.cn",
)
"""Whom one reaches in Asia, the gateways for mainland China among them."""

_egress = of("egress")
_application = of("application")

SCENARIOS = (
    _egress(
        "tcp-options-taken-away",
        "The office takes window scaling, timestamps and selective acknowledgement out of every handshake.",
        rules(
            "office",
            "tcp flags syn reset tcp option window",
            "tcp flags syn reset tcp option sack-perm",
            "reset tcp option timestamp",
        ),
        verdict="success",
    ),
    _egress(
        "ecn-dropped",
        "The office drops SYNs that offer congestion notification, and the desktop offers it: the second SYN does not.",
        kernel("net/ipv4/tcp_ecn", "1"),
        rules("office", f"{NEW} tcp flags & (ecn | cwr) != 0 drop"),
        verdict="success",
    ),
    _egress(
        "first-syn-dropped",
        "A device against floods drops the first SYN of every connection, and lets the repeated one through.",
        first_syn_dropped("office"),
        verdict="success",
    ),
    _egress(
        "first-try-rejected",
        "The office rejects the first connection to every gateway's port, and lets all later ones through.",
        first_try_rejected("office", (4000, 4001)),
        verdict="success",
    ),
    _egress(
        "opens-late",
        "4000 and 4001 are shut for two seconds from the first attempt on, until the firewall knows the machine.",
        opens_late("office", (4000, 4001), 2),
        verdict="success",
    ),
    _egress(
        "one-a-minute-on-4001",
        "The office lets one connection to 4001 out in a minute, and drops the others.",
        once_a_minute("office", 4001, per_host=False),
        code="LC301",
        optional=on(4001),
    ),
    _egress(
        "one-a-minute-and-host-on-4001",
        "The office lets one connection to 4001 of every host out in a minute.",
        once_a_minute("office", 4001, per_host=True),
        verdict="success",
        optional=on(4001),
    ),
    _egress(
        "answers-reset-on-the-way-back",
        "The provider resets the servers' consents on 4000 and 4001, so nothing comes back.",
        rules("provider", "tcp sport { 4000, 4001 } tcp flags & (syn | ack) == (syn | ack) reject with tcp reset"),
        code="LC301",
        unusable=TWS,
    ),
    _egress(
        "one-in-four-source-ports-on-4000",
        "One of four parallel links of the provider, chosen by source port, drops 4000.",
        rules("provider", "tcp dport 4000 jhash tcp sport mod 4 seed 0x3 vmap { 0 : drop }"),
        code="LC340",
        verdict="degraded",
        optional=on(4000),
    ),
    _egress(
        "one-in-four-flows",
        "One of four parallel links of the provider, chosen by addresses and ports, passes nothing on.",
        rules("provider", "tcp dport != 53 jhash ip daddr . tcp sport . tcp dport mod 4 seed 0x3 vmap { 0 : drop }"),
        code="LC340",
        verdict="degraded",
        optional=EVERY,
    ),
    _egress(
        "region-refused-by-itself",
        "Both gateways of Asia reset 4000 and 4001 themselves, as servers do that do not serve a country.",
        rules(
            "internet",
            f"ip daddr {{ {', '.join(ADDRESSES[one] for one in _ASIA)} }} {_TWS_PORTS} reject with tcp reset",
            hook="input",
        ),
        code="LC332",
        unusable=at(*_ASIA),
    ),
    _egress(
        "handshakes-by-the-firewall-and-dropped",
        "The office's firewall completes handshakes on 4000 and 4001 itself, and the provider drops both.",
        synproxied("office", (4000, 4001)),
        blocked("provider"),
        code="LC307",
        unusable=TWS,
    ),
    _egress(
        "4000-led-to-one-gateway",
        "The provider leads every connection to 4000, whoever it is for, to one gateway of America.",
        led_to("provider", "tcp dport 4000", ADDRESSES["ndc1.ibllc.com"]),
        code="LC318",
        verdict="inconclusive",
        unusable=on(4000) - at("ndc1.ibllc.com"),
        unknown=on(4000),
    ),
    _egress(
        "gateways-4000-led-to-one",
        "The provider leads connections to 4000 of all gateways to one gateway of America, and no others.",
        led_to("provider", f"ip daddr {{ {', '.join(_GATEWAYS)} }} tcp dport 4000", ADDRESSES["ndc1.ibllc.com"]),
        code="LC318",
        verdict="inconclusive",
        unusable=on(4000) - at("ndc1.ibllc.com"),
        unknown=on(4000),
    ),
    _egress(
        "answers-from-another-address",
        "The gateway of Europe answers from another address than it was asked at.",
        answers_as(ADDRESSES[_EUROPE], "203.0.113.19", (4000, 4001)),
        code="LC304",
        unusable=at(_EUROPE),
    ),
    _egress(
        "every-ping-answered-by-the-office",
        "The office answers every ping itself.",
        answers_every_ping("office"),
        verdict="success",
    ),
    _egress(
        "every-ping-answered-and-uplink-silent",
        "The office answers every ping itself, and nothing gets past the provider.",
        answers_every_ping("office"),
        rules("provider", "drop"),
        rules("provider", "drop", hook="input"),
        code="LC311",
        unusable=EVERY,
    ),
    _egress(
        "every-ping-answered-and-primary-silent",
        "The office answers every ping itself, and the gateway of Europe is off.",
        answers_every_ping("office"),
        rules("core", f"ip daddr {ADDRESSES[_EUROPE]} drop"),
        code="LC304",
        unusable=at(_EUROPE),
    ),
    _egress(
        "every-ping-answered-and-primary-refuses",
        "The office answers every ping itself, and nothing listens on the gateway of Europe.",
        answers_every_ping("office"),
        door(at(_EUROPE), manner="absent"),
        code="LC314",
        unusable=at(_EUROPE),
    ),
    _egress(
        "ttl-set",
        "The office sends every packet on with a TTL of 64, both ways.",
        ttl_set("office"),
        verdict="success",
    ),
    _egress(
        "ttl-set-after-routing",
        "The office sets the TTL of every packet to 64 after it was routed, both ways.",
        ttl_set("office", "postrouting"),
        verdict="success",
    ),
    _egress(
        "ttl-set-and-drop-4000",
        "The office sends every packet on with a TTL of 64, and the provider drops 4000.",
        ttl_set("office"),
        blocked("provider", (4000,)),
        code="LC301",
        unusable=on(4000),
    ),
    _egress(
        "ttl-set-and-primary-refuses",
        "The office sends every packet on with a TTL of 64, and nothing listens on the gateway of Europe.",
        ttl_set("office"),
        door(at(_EUROPE), manner="absent"),
        code="LC314",
        unusable=at(_EUROPE),
    ),
    _egress(
        "ttl-set-and-reset-4001",
        "The office sends every packet on with a TTL of 64, and the provider resets 4001.",
        ttl_set("office"),
        blocked("provider", (4001,), "reject with tcp reset"),
        code="LC302",
        unusable=on(4001),
    ),
    _egress(
        "rejected-by-the-far-side-for-one-host",
        "The last router rejects 4001 of the gateway of Europe as administratively prohibited.",
        blocked("core", (4001,), "reject with icmp type admin-prohibited", (_EUROPE,)),
        code="LC303",
        unusable=frozenset({f"{_EUROPE}:4001"}),
    ),
    _application(
        "consent-held-back",
        "A firewall asks a service in the cloud about every connection to 4000 and 4001, which takes 1.8 s.",
        thinks_first(1.8, (4000, 4001)),
        verdict="success",
    ),
    _application(
        "large-answers-dropped-on-4001",
        "A firewall drops what servers send on 4001 in packets of more than 600 bytes: certificates.",
        rules("office", "tcp sport 4001 meta length > 600 drop"),
        code="LC337",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _application(
        "large-greetings-dropped-on-4001",
        "A firewall drops what clients send on 4001 in packets of more than 300 bytes: greetings of TLS.",
        rules("office", "tcp dport 4001 meta length > 300 drop"),
        code="LC405",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _application(
        "reset-after-the-handshake",
        "A firewall resets connections to 4000 and 4001 when the handshake is complete, before anything is said.",
        rules("office", f"{_TWS_PORTS} tcp flags & (syn | ack) == ack reject with tcp reset"),
        code="LC302",
        unusable=TWS,
    ),
    _application(
        "one-sni-dropped-on-4001",
        "A firewall drops TLS on 4001 to backup gateways, by the name in the greeting.",
        looks_inside("4001 sni=_hb1.ibllc.com drop"),
        code="LC405",
        verdict="degraded",
        unusable=BACKUPS & on(4001) - at("mcgw1_hb1.ibllc.com.cn"),
        unknown=BACKUPS & on(4000),
    ),
    _egress(
        "address-pool-one-dead",
        "The office has one uplink and four public addresses, taken by turns, and no answer finds its way to one.",
        several_addresses(f"snat ip to numgen inc mod 4 map {{ {_POOL} }}"),
        _ONE_ADDRESS_DEAD,
        code="LC340",
        verdict="degraded",
        optional=EVERY,
    ),
    _egress(
        "address-pool-per-destination-one-dead",
        "The office has two public addresses, chosen by destination, and no answer finds its way to one.",
        several_addresses(f"ip daddr {{ {', '.join(ADDRESSES[one] for one in _LOST_BY_POOL)} }} snat ip to 100.64.1.3"),
        _ONE_ADDRESS_DEAD,
        code="LC306",
        unusable=at(*_LOST_BY_POOL),
    ),
    _egress(
        "one-direction-seen-by-the-firewall",
        "4000 and 4001 leave by the second provider, whose firewall keeps states, and answers return by the first.",
        returns_by_the_first(detour=False, which="tcp dport { 4000, 4001 }"),
        rules("second", "ct state invalid drop"),
        code="LC308",
        unusable=TWS,
    ),
    _egress(
        "two-at-a-time-of-each-host",
        "The office resets connections of which two to the same host stand already.",
        rules("office", f"{NEW} tcp dport != 53 meter hosts {{ ip daddr ct count over 2 }} reject with tcp reset"),
        verdict="success",
        optional=TWS,
    ),
    _egress(
        "countries-dropped",
        "The office drops the addresses of some countries: all of Asia.",
        hosts_blocked("office", IN_ASIA),
        code="LC305",
        unusable=at(*IN_ASIA),
    ),
    _egress(
        "web-shielded-by-the-provider",
        "The provider's firewall completes handshakes on 443 itself before it lets anything through.",
        synproxied("provider", (443,)),
        verdict="success",
    ),
    _egress(
        "gateway-led-to-another",
        "An outdated translation in the office leads Europe's gateway to one of America with a name of its own.",
        led_to("office", f"ip daddr {ADDRESSES[_EUROPE]}", ADDRESSES["ndc1.ibllc.com"]),
        certificate("ndc1.ibllc.com:4001"),
        code="LC404",
        unusable=at(_EUROPE),
        unknown=frozenset({f"{_EUROPE}:4000"}),
    ),
    _egress(
        "4001-for-backups-alone",
        "The office lets 4000 out to all gateways, and 4001 to backups alone.",
        rules("office", f"ip daddr {{ {', '.join(_PRIMARY_ADDRESSES)} }} tcp dport 4001 drop"),
        code="LC306",
        unusable=_PRIMARIES,
    ),
)
