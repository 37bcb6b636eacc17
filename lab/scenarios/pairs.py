"""Two things at once: each must be named, and neither may hide the other."""

from lab.addresses import DEAD_RESOLVER, RESOLVER
from lab.changes.filters import blocked, hosts_blocked, rationed, rules
from lab.changes.machine import clock
from lab.changes.names import hosts_file, resolvers, zone
from lab.changes.proxies import squid_opening
from lab.changes.servers import certificate
from lab.scenario import EVERY, SECURE, TWS, UNDERSCORED, Change, Names, Scenario, at, on

_EUROPE = "zdc1.ibllc.com"
_BACKUP = "zdc1_hb1.ibllc.com"


def _scenario(
    name: str,
    says: str,
    *changes: Change,
    code: str,
    unusable: Names,
    verdict: str = "failure",
    needs: tuple[str, ...] = (),
    slowly_s: float = 0.08,
) -> Scenario:
    return Scenario(
        name=name,
        family="pairs",
        says=says,
        changes=changes,
        verdict=verdict,
        codes=frozenset(code.split()),
        unusable=unusable,
        needs=needs,
        slowly_s=slowly_s,
    )


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
        needs=("squid",),
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
)
