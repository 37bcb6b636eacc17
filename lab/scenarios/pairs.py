"""Two things at once: each must be named, and neither may hide the other."""

from lab.addresses import DEAD_RESOLVER, OFFICE, RESOLVER
from lab.changes.boxes import looks_inside, mitm
from lab.changes.families import dual_stack
from lab.changes.filters import blocked, hosts_blocked, only_the_list, rationed, rules
from lab.changes.machine import clock
from lab.changes.names import dnsmasq, hosts_file, resolvers, zone
from lab.changes.paths import back, carrier_nat, farther, lossy, small_packets, there, two_uplinks
from lab.changes.proxies import found_by_setting, squid, squid_opening
from lab.changes.servers import certificate
from lab.scenario import BACKUPS, EVERY, NONE, SECURE, TWS, UNDERSCORED, at, of, on

_EUROPE = "zdc1.ibllc.com"
_BACKUP = "zdc1_hb1.ibllc.com"
_scenario = of("pairs")

SCENARIOS = (
    _scenario(
        "dead-resolver-and-drop",
        "The first name server is dead, and the office drops 4000 and 4001.",
        resolvers(DEAD_RESOLVER, RESOLVER),
        rules("provider", f"ip daddr {DEAD_RESOLVER} drop"),
        blocked("office"),
        code="LC211 LC301",
        unusable=TWS,
    ),
    _scenario(
        "opened-and-primary-silent",
        "squid opens TLS on 443 with an authority the desktop trusts, and the gateway of Europe is off.",
        *squid_opening((443,), trusted=True),
        hosts_blocked("core", (_EUROPE,)),
        code="LC401 LC304",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "no-ping-and-reset",
        "The office drops every ping and resets 4000 and 4001.",
        rules("office", "icmp type echo-request drop", "tcp dport { 4000, 4001 } reject with tcp reset"),
        code="LC331",
        unusable=TWS,
    ),
    _scenario(
        "hosts-file-and-drop-4000",
        "The hosts file misdirects the gateway of Europe, and the provider drops 4000.",
        hosts_file(f"203.0.113.250 {_EUROPE}"),
        blocked("provider", (4000,)),
        code="LC108 LC301",
        unusable=on(4000) | at(_EUROPE),
    ),
    _scenario(
        "rationed-and-backup-silent",
        "The office rations new connections, and the backup gateway of Europe is off.",
        rationed("office", 8),
        hosts_blocked("core", (_BACKUP,)),
        code="LC304",
        unusable=at(_BACKUP),
        verdict="degraded",
        slowly_s=0.3,
        not_yet="Asking slowly enough for the limit takes longer than the check has.",
    ),
    _scenario(
        "underscores-refused-and-drop-4001",
        "The name server refuses names with an underscore, and the office drops 4001.",
        zone(manner="no-underscores"),
        blocked("office", (4001,)),
        code="LC210 LC301",
        unusable=UNDERSCORED | on(4001),
    ),
    _scenario(
        "no-icmp-and-uplink-silent",
        "The office drops ICMP, and nothing gets past the provider.",
        rules("office", "meta l4proto icmp drop"),
        rules("provider", "drop"),
        rules("provider", "drop", hook="input"),
        code="LC311",
        unusable=EVERY,
    ),
    _scenario(
        "clock-and-drop-4000",
        "The clock is 400 days ahead, and the office drops 4000.",
        clock(400),
        blocked("office", (4000,)),
        code="LC107 LC301",
        unusable=SECURE | on(4000),
    ),
    _scenario(
        "expired-and-reset-4000",
        "The certificate of the gateway of Europe ran out, and the office resets 4000.",
        certificate(f"{_EUROPE}:4001", from_days=-90, to_days=-2),
        blocked("office", (4000,), "reject with tcp reset"),
        code="LC403 LC331",
        unusable=on(4000) | {f"{_EUROPE}:4001"},
    ),
    _scenario(
        "slow-names-and-region-silent",
        "The name server takes 1.4 s for an answer, and both gateways of Europe are off.",
        zone(delay_s=1.4),
        hosts_blocked("core", (_EUROPE, _BACKUP)),
        code="LC213 LC305",
        unusable=at(_EUROPE, _BACKUP),
    ),
    _scenario(
        "ipv6-dead-and-primary-silent",
        "Nothing of IPv6 gets past the core though names have its addresses, and the gateway of Europe is off.",
        dual_stack(),
        rules("core", "meta nfproto ipv6 drop"),
        hosts_blocked("core", (_EUROPE,)),
        code="LC315 LC304",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "ipv6-dead-and-reset-4000",
        "Nothing of IPv6 gets past the core though names have its addresses, and the office resets 4000.",
        dual_stack(),
        rules("core", "meta nfproto ipv6 drop"),
        blocked("office", (4000,), "reject with tcp reset"),
        code="LC315 LC331",
        unusable=on(4000),
    ),
    _scenario(
        "lossy-and-drop-4000",
        "One packet in ten is lost, each way, and the office drops 4000.",
        lossy(0.1),
        blocked("office", (4000,)),
        code="LC334 LC301",
        unusable=on(4000),
    ),
    _scenario(
        "satellite-and-backups-missing",
        "Everything is 700 ms farther, and the allow-list of the office misses the backup gateways.",
        farther(700),
        only_the_list("office", without=BACKUPS),
        code="LC335 LC306",
        unusable=BACKUPS | on(80),
        verdict="degraded",
    ),
    _scenario(
        "two-uplinks-and-region-silent",
        "The office leaves by two providers, per destination, and both gateways of Europe are off.",
        two_uplinks("per destination"),
        hosts_blocked("core", (_EUROPE, _BACKUP)),
        code="LC305",
        unusable=at(_EUROPE, _BACKUP),
    ),
    _scenario(
        "opened-by-mitmproxy-and-reset-4000",
        "mitmproxy opens TLS on 443 with an authority the desktop trusts, and the office resets 4000.",
        *mitm((443,), trusted=True),
        blocked("office", (4000,), "reject with tcp reset"),
        code="LC401 LC331",
        unusable=on(4000),
    ),
    _scenario(
        "script-and-expired",
        "A script (haproxy gives it) sends the web to squid, and the certificate of Europe's gateway ran out.",
        squid(),
        *found_by_setting(f'function FindProxyForURL(url, host) {{ return "PROXY {OFFICE}:3128; DIRECT"; }}\n'),
        certificate(f"{_EUROPE}:4001", from_days=-90, to_days=-2),
        code="LC403",
        unusable=frozenset({f"{_EUROPE}:4001"}),
    ),
    _scenario(
        "slow-names-and-unknown-application-dropped",
        "The name server takes 1.4 s for an answer, and a firewall drops what is neither TLS nor web on 4000.",
        zone(delay_s=1.4),
        looks_inside("4000 unknown drop"),
        code="LC213 LC308",
        unusable=on(4000),
    ),
    _scenario(
        "carrier-nat-and-hosts-file",
        "The provider translates addresses once more, and the hosts file misdirects the gateway of Europe.",
        carrier_nat(),
        hosts_file(f"203.0.113.250 {_EUROPE}"),
        code="LC108",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "narrow-line-and-rationed",
        "The line carries 256 kbit/s out and 2 Mbit/s in, and the office rations new connections.",
        there(kbit_s=256.0, lane=1),
        back(kbit_s=2000.0, lane=2),
        rationed("office", 8),
        code="",
        verdict="success",
        unusable=NONE,
        slowly_s=0.3,
    ),
    _scenario(
        "missing-name-and-mtu-hole",
        "dnsmasq of the office denies one gateway, and beyond the core only 1300 bytes pass without a word.",
        dnsmasq(f"--local=/{_EUROPE}/"),
        small_packets(1300, told=False),
        code="LC206 LC337",
        unusable=SECURE | at(_EUROPE),
        unknown=on(80, 4000) - at(_EUROPE),
    ),
)
