"""Far, lossy, narrow, and several ways out."""

from lab.changes.filters import blocked, rules
from lab.changes.habits import forgets
from lab.changes.machine import ip
from lab.changes.observer import narrow
from lab.changes.paths import (
    SPREADS,
    back,
    both_ways,
    carrier_nat,
    equal_routes,
    farther,
    idle_timer,
    lossy,
    several_addresses,
    small_packets,
    there,
    two_uplinks,
)
from lab.scenario import EVERY, SECURE, TWS, at, of, on

_LOPSIDED = (farther(100), back(delay_ms=700.0))

_BY_SECOND = (
    "zdc1.ibllc.com",
    "zdc1_hb1.ibllc.com",
    "ndc1_hb1.ibllc.com",
    "cdc1_hb1.ibllc.com",
    "gdc1.ibllc.com",
    "mcgw1.ibllc.com.cn",
)
"""Gateways whose addresses lead to the second provider where destinations decide (`lab.changes.paths.SPREADS`)."""
_EUROPEAN = ("www.interactivebrokers.co.uk", "zdc1.ibllc.com", "zdc1_hb1.ibllc.com")
_scenario = of("paths", verdict="success")

SCENARIOS = (
    _scenario("far-office", "Everything is 300 ms farther than usual.", farther(300)),
    _scenario(
        "by-satellite", "Everything is 700 ms farther than usual.", farther(700), code="LC335", verdict="degraded"
    ),
    _scenario(
        "by-two-satellites",
        "Everything is 800 ms farther than usual, 700 of them on the way back.",
        *_LOPSIDED,
        code="LC335",
        verdict="degraded",
    ),
    _scenario(
        "jitter",
        "Packets take up to 250 ms more each way, as on a bad radio link.",
        both_ways(jitter_ms=250.0),
        code="LC336",
        verdict="degraded",
    ),
    _scenario("loss-1", "One packet in a hundred is lost, each way.", lossy(0.01)),
    _scenario("some-loss", "One packet in fifty is lost, each way.", lossy(0.02)),
    _scenario(
        "loss-5", "One packet in twenty is lost, each way.", lossy(0.05), code="LC334", verdict="degraded", tries=3
    ),
    _scenario(
        "much-loss", "One packet in twelve is lost, each way.", lossy(0.08), code="LC334", verdict="degraded", tries=4
    ),
    _scenario(
        "answers-lost",
        "One packet in ten is lost on the way back alone.",
        back(loss=0.1),
        code="LC334",
        verdict="degraded",
        tries=4,
    ),
    _scenario(
        "loss-and-jitter",
        "One packet in ten is lost, each way, and packets take up to 60 ms more.",
        both_ways(loss=0.1, jitter_ms=60.0),
        code="LC334",
        verdict="degraded",
        tries=4,
    ),
    _scenario(
        "loss-30",
        "Three packets in ten are lost, each way: half of all round trips.",
        lossy(0.3),
        code="LC334",
        verdict="degraded",
        tries=2,
        optional=EVERY,
    ),
    _scenario(
        "narrow-line",
        "The line carries 256 kbit/s out and 2 Mbit/s in, with the queues of a home router.",
        there(kbit_s=256.0, lane=1),
        back(kbit_s=2000.0, lane=2),
    ),
    _scenario(
        "deep-queue",
        "The line carries 512 kbit/s, and its queue takes four seconds of it.",
        there(kbit_s=512.0, lane=1, queue_bytes=256_000),
        back(kbit_s=512.0, lane=2, queue_bytes=256_000),
    ),
    _scenario(
        "small-packets-told",
        "Beyond the core only 1400 bytes pass, and the router there says so.",
        small_packets(1400, told=True),
    ),
    _scenario(
        "small-packets-clamped",
        "Beyond the core only 1300 bytes pass and nobody says so, but the office corrects what connections agree on.",
        small_packets(1300, told=False),
        rules("office", "tcp flags syn tcp option maxseg size set 1200"),
    ),
    _scenario(
        "mtu-hole",
        "Beyond the core only 1300 bytes pass, and nobody says so: certificates are larger.",
        small_packets(1300, told=False),
        code="LC337",
        verdict="failure",
        unusable=SECURE,
        unknown=on(80, 4000),
    ),
    _scenario(
        "mtu-hole-of-filtered-icmp",
        "Beyond the core only 1300 bytes pass, the router says so, and the internet's side filters ICMP.",
        small_packets(1300, told=True),
        rules("internet", "icmp type destination-unreachable drop", hook="input"),
        code="LC337",
        verdict="failure",
        unusable=SECURE,
        unknown=on(80, 4000),
    ),
    _scenario(
        "mtu-hole-outward",
        "Beyond the core only 1300 bytes pass on the way to the servers, and nobody says so; answers arrive.",
        small_packets(1300, told=False, outward=True),
        code="LC362",
        verdict="degraded",
    ),
    _scenario(
        "small-packets-outward",
        "Beyond the core only 1300 bytes pass on the way to the servers, and the router says so.",
        small_packets(1300, told=True, outward=True),
    ),
    _scenario(
        "small-packets-of-the-desktop",
        "The desktop's own link takes 1280 bytes.",
        ip("desktop", "link set to-office mtu 1280"),
    ),
    _scenario(
        "idle-timer",
        "The office forgets connections that were silent for four seconds, and drops what comes later.",
        idle_timer(4),
    ),
    _scenario(
        "idle-timer-forgiving",
        "The office forgets connections that were silent for four seconds, and takes them up again.",
        idle_timer(4, loose=True),
    ),
    _scenario(
        "idle-timer-asked",
        "The office forgets connections that were silent for four seconds, and the user asks how long they live.",
        idle_timer(4),
        code="LC333",
        verdict="degraded",
        words=("--idle", "12"),
    ),
    _scenario(
        "idle-timer-forgiving-asked",
        "The office forgets silent connections after four seconds and takes them up again; the user asks.",
        idle_timer(4, loose=True),
        words=("--idle", "12"),
        notes=frozenset({"LC624"}),
    ),
    _scenario(
        "silence-asked",
        "Nothing forgets silent connections, and the user asks how long they live.",
        words=("--idle", "3"),
        notes=frozenset({"LC624"}),
    ),
    _scenario("carrier-nat", "The provider translates addresses once more (carrier-grade NAT).", carrier_nat()),
    *(
        _scenario(
            f"two-uplinks-{spread.replace(' ', '-')}",
            f"The office leaves by two providers, {spread}.",
            two_uplinks(spread),
        )
        for spread in SPREADS
    ),
    _scenario(
        "two-uplinks-web-alone",
        "The office spreads 443 over two providers, per connection, and leaves by one for the rest.",
        two_uplinks("per connection", "tcp dport 443"),
    ),
    _scenario("equal-routes-per-flow", "Two equal routes lead out, and ports decide too.", equal_routes(by_port=True)),
    _scenario("equal-routes-per-address", "Two equal routes lead out, by addresses.", equal_routes(by_port=False)),
    _scenario(
        "address-pool-by-turns",
        "The office has one uplink and four public addresses, taken by turns.",
        several_addresses(
            "snat ip to numgen inc mod 4 map { 0 : 100.64.1.2, 1 : 100.64.1.3, 2 : 100.64.1.4, 3 : 100.64.1.5 }"
        ),
    ),
    _scenario(
        "address-pool-per-destination",
        "The office has one uplink and four public addresses, chosen by source and destination.",
        several_addresses("snat ip to 100.64.1.2-100.64.1.5"),
    ),
    _scenario(
        "two-uplinks-one-drops",
        "The office leaves by two providers per connection, and one of them drops 4000 and 4001.",
        two_uplinks("per connection"),
        blocked("second"),
        code="LC340",
        verdict="degraded",
        optional=TWS,
    ),
    _scenario(
        "two-uplinks-both-drop",
        "The office leaves by two providers, and drops 4000 and 4001.",
        two_uplinks("per connection"),
        blocked("office"),
        code="LC301",
        verdict="failure",
        unusable=TWS,
    ),
    _scenario("idle-reset", "The office resets connections that were silent for five seconds.", forgets("office", 5)),
    _scenario(
        "idle-reset-asked",
        "The office resets connections that were silent for five seconds, and the user asks how long they live.",
        forgets("office", 5),
        code="LC333",
        verdict="degraded",
        words=("--idle", "12"),
    ),
    _scenario(
        "answers-go-astray",
        "The office has another machine's link address for the desktop, so that no answer of anybody arrives.",
        ip("office", "neigh replace 10.77.0.2 lladdr 02:00:00:00:00:09 dev to-desktop nud permanent"),
        code="LC311",
        verdict="failure",
        unusable=EVERY,
    ),
    _scenario(
        "radio",
        "Everything is 1.9 s farther than usual.",
        farther(1900),
        code="LC335",
        verdict="degraded",
        patience_s=7.0,
    ),
    _scenario(
        "requests-lost",
        "One packet in ten is lost on the way out alone.",
        there(loss=0.1),
        code="LC334",
        verdict="degraded",
        tries=4,
    ),
    _scenario(
        "4000-and-4001-starved",
        "The office polices 4000 and 4001 to 20 kbit/s, and leaves the rest alone.",
        rules(
            "office",
            "tcp dport { 4000, 4001 } limit rate over 2500 bytes/second burst 3000 bytes drop",
            "tcp sport { 4000, 4001 } limit rate over 2500 bytes/second burst 3000 bytes drop",
        ),
        verdict="degraded",
        code="LC339",
        optional=TWS,
        tries=4,
    ),
    _scenario(
        "two-uplinks-one-resets",
        "The office leaves by two providers per connection, and one of them resets 4000 and 4001.",
        two_uplinks("per connection"),
        blocked("second", by="reject with tcp reset"),
        code="LC324",
        verdict="degraded",
        optional=TWS,
    ),
    _scenario(
        "two-uplinks-by-address-one-drops",
        "The office leaves by two providers, by destination, and one drops 4000 and 4001: like a bad allow-list.",
        two_uplinks("per destination"),
        blocked("second"),
        code="LC305 LC306",
        verdict="failure",
        unusable=TWS & at(*_BY_SECOND),
    ),
    _scenario(
        "overlay-of-1450",
        "The desktop's link takes 1450 bytes, as below an overlay or a virtual machine, and is translated twice.",
        ip("desktop", "link set to-office mtu 1450"),
        ip("office", "link set to-desktop mtu 1450"),
        narrow(1450),
    ),
    _scenario(
        "two-uplinks-one-loses-answers",
        "The office leaves by two providers per connection, and one loses a quarter of what comes back.",
        two_uplinks("per connection"),
        rules("second", 'oifname "to-office" numgen random mod 100 < 25 drop'),
        code="LC334",
        verdict="degraded",
        tries=4,
    ),
    _scenario(
        "hole-of-1492",
        "Beyond the core only 1492 bytes pass, as on a DSL line that nobody clamped, and nobody says so.",
        small_packets(1492, told=False),
        code="LC362",
        verdict="degraded",
    ),
    _scenario(
        "mtu-hole-to-europe",
        "On the way to Europe only 1300 bytes pass, and nobody says so.",
        small_packets(1300, told=False, hosts=_EUROPEAN),
        code="LC337",
        verdict="failure",
        unusable=SECURE & at(*_EUROPEAN),
        unknown=on(80, 4000) & at(*_EUROPEAN),
    ),
    _scenario(
        "two-uplinks-one-rejects",
        "The office leaves by two providers per connection; one rejects 4000 and 4001 as administratively prohibited.",
        two_uplinks("per connection"),
        blocked("second", by="reject with icmp type admin-prohibited"),
        code="LC324",
        verdict="degraded",
        optional=TWS,
    ),
    _scenario(
        "clamped-far-too-small",
        "The office clamps segments to 216 bytes, by a slip of the pen.",
        rules("office", "tcp flags syn tcp option maxseg size set 216"),
        verdict="success",
    ),
)
