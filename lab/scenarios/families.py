"""IPv4 and IPv6 side by side, one of them dead, or one alone."""

from lab.addresses import ADDRESSES, ADDRESSES6
from lab.changes.families import dual_stack, ipv6_by_second, translated, without_ipv4, without_ipv6
from lab.changes.filters import blocked, hosts_blocked, only_the_list, rules
from lab.changes.machine import ip
from lab.changes.names import named
from lab.changes.proxies import accepting_first
from lab.scenario import EVERY, NONE, TWS, at, of, on

_EUROPE = "zdc1.ibllc.com"
_SIX = "meta nfproto ipv6"
_FOUR = "meta nfproto ipv4"
_scenario = of("families", verdict="degraded", unusable4=NONE, unusable6=NONE)

SCENARIOS = (
    _scenario(
        "dual-stack", "Every name has an IPv6 address too, and both families work.", dual_stack(), verdict="success"
    ),
    _scenario(
        "ipv6-advertised-and-dead",
        "Every name has an IPv6 address, and nothing of IPv6 gets past the core.",
        dual_stack(),
        rules("core", f"{_SIX} drop"),
        code="LC315",
        unusable6=EVERY,
    ),
    _scenario(
        "ipv6-unreachable",
        "Every name has an IPv6 address, and the provider says that it has no way there.",
        dual_stack(),
        ip("provider", "route replace unreachable ::/0 metric 1"),
        code="LC315",
        unusable6=EVERY,
    ),
    _scenario(
        "ipv6-gateway-dead",
        "Every name has an IPv6 address, and the office's IPv6 gateway is gone.",
        dual_stack(),
        ip("office", "addr del 2001:db8:77::1/64 dev to-desktop"),
        code="LC315",
        unusable6=EVERY,
    ),
    _scenario(
        "ipv6-gateways-dropped",
        "The office drops 4000 and 4001 by IPv6, and lets them through by IPv4.",
        dual_stack(),
        rules("office", f"{_SIX} tcp dport {{ 4000, 4001 }} drop"),
        code="LC316",
        unusable6=TWS,
    ),
    _scenario(
        "ipv6-gateways-rejected",
        "The office rejects 4000 and 4001 by IPv6 as administratively prohibited.",
        dual_stack(),
        rules("office", f"{_SIX} tcp dport {{ 4000, 4001 }} reject with icmpv6 type admin-prohibited"),
        code="LC316",
        unusable6=TWS,
    ),
    _scenario(
        "ipv4-gateways-dropped",
        "The office drops 4000 and 4001 by IPv4, and forgot IPv6.",
        dual_stack(),
        rules("office", f"{_FOUR} tcp dport {{ 4000, 4001 }} drop"),
        code="LC316",
        unusable4=TWS,
    ),
    _scenario(
        "both-families-dropped",
        "The office drops 4000 and 4001 by IPv4 and IPv6.",
        dual_stack(),
        blocked("office"),
        code="LC301",
        verdict="failure",
        unusable=TWS,
        unusable4=TWS,
        unusable6=TWS,
    ),
    _scenario(
        "allow-list-forgot-ipv6",
        "Default deny with exactly the list, written for IPv4 alone, and every name has an IPv6 address.",
        dual_stack(),
        only_the_list("office"),
        code="LC315",
        unusable=on(80),
        unusable4=on(80),
        unusable6=EVERY,
    ),
    _scenario(
        "exactly-the-list-both-families",
        "Default deny with exactly the list, for both families.",
        dual_stack(),
        only_the_list("office", both_families=True),
        verdict="success",
        unusable=on(80),
        unusable4=on(80),
        unusable6=on(80),
    ),
    _scenario(
        "one-host-dead-by-ipv6",
        "The gateway of Europe answers by IPv4 and not by IPv6.",
        dual_stack(),
        rules("core", f"ip6 daddr {ADDRESSES6[_EUROPE]} drop"),
        code="LC316",
        unusable6=at(_EUROPE),
    ),
    _scenario(
        "one-host-off-both-families",
        "The gateway of Europe is off, and has addresses of both families.",
        dual_stack(),
        hosts_blocked("core", (_EUROPE,)),
        code="LC304",
        verdict="failure",
        unusable=at(_EUROPE),
        unusable4=at(_EUROPE),
        unusable6=at(_EUROPE),
    ),
    _scenario(
        "one-of-two-addresses-dead",
        "The gateway of Europe has two IPv4 addresses, and nobody is at the second.",
        named(_EUROPE, ADDRESSES[_EUROPE], "203.0.113.250"),
        code="LC316",
        unusable6=None,
    ),
    _scenario(
        "ipv4-alone-on-the-desktop",
        "Every name has an IPv6 address, and the desktop has none: most offices.",
        dual_stack(),
        without_ipv6(),
        verdict="success",
        unusable6=EVERY,
    ),
    _scenario(
        "ipv6-alone",
        "The desktop has IPv6 alone, and every name has an IPv6 address.",
        dual_stack(),
        without_ipv4(),
        verdict="success",
        unusable4=EVERY,
    ),
    _scenario(
        "ipv6-alone-translated",
        "The desktop has IPv6 alone, names have IPv4 addresses: unbound makes others, and tayga translates them.",
        translated(),
        without_ipv4(),
        verdict="success",
        unusable4=EVERY,
    ),
    _scenario(
        "ipv6-alone-translated-and-dropped",
        "The desktop has IPv6 alone with unbound and tayga, and the office drops 4000 and 4001.",
        translated(),
        without_ipv4(),
        blocked("office"),
        code="LC301",
        verdict="failure",
        unusable=TWS,
        unusable4=EVERY,
        unusable6=TWS,
    ),
    _scenario(
        "ipv6-alone-untranslated",
        "The desktop has IPv6 alone, and names have IPv4 addresses alone.",
        dual_stack(()),
        without_ipv4(),
        code="LC101",
        verdict="failure",
        unusable=EVERY,
        unusable4=EVERY,
        unusable6=EVERY,
    ),
    _scenario(
        "made-addresses-lead-nowhere",
        "The office's unbound makes IPv6 addresses for all names, and nobody translates them; IPv4 works.",
        translated(reaches=False),
        code="LC315",
        unusable6=EVERY,
    ),
    _scenario(
        "families-by-different-providers",
        "IPv4 leaves by one provider, IPv6 by another.",
        dual_stack(),
        ipv6_by_second(),
        verdict="success",
    ),
    _scenario(
        "accepted-first-by-ipv4-alone",
        "haproxy accepts 4000 and 4001 for everybody by IPv4, behind it they are dropped; by IPv6 they are open.",
        dual_stack(),
        *accepting_first((4000, 4001), which=_FOUR),
        rules("provider", f"{_FOUR} tcp dport {{ 4000, 4001 }} drop"),
        code="LC316 LC318",
        verdict="inconclusive",
        optional=TWS,
        unusable4=TWS,
    ),
)
