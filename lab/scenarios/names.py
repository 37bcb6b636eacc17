"""Name servers that are silent, absent, strict, slow or lying; and what the desktop is set to."""

from lab.addresses import BLOCK_PAGE, DEAD_RESOLVER, OFFICE, RESOLVER, RESOLVER6
from lab.changes.filters import rules
from lab.changes.names import dnsmasq, hosts_file, name_service, resolvers, searching, unbound, zone
from lab.scenario import EVERY, NONE, UNDERSCORED, at, of, on, where

_IBLLC = where(lambda one: one.host.endswith("ibllc.com"))
_BROKERS = where(lambda one: one.host.endswith("interactivebrokers.com"))

_NOBODY_KNOWS = 'forward-zone:\n  name: "zdc1.ibllc.com"\n  forward-addr: 127.0.0.1@5399\n'
"""Asked of a port where nothing runs."""
_scenario = of("names", unusable=EVERY)

SCENARIOS = (
    _scenario(
        "resolver-dropped",
        "The office drops everything on port 53.",
        rules("office", "meta l4proto { tcp, udp } th dport 53 drop"),
        code="LC202",
    ),
    _scenario("resolver-absent", "Nothing runs at the configured name server.", resolvers(OFFICE), code="LC203"),
    _scenario("resolver-refuses", "The name server refuses every question.", zone(manner="refused"), code="LC204"),
    _scenario("nxdomain-for-all", "The name server denies every name.", zone(manner="nxdomain"), code="LC205"),
    _scenario(
        "suffix-filtered",
        "dnsmasq of the office denies all of ibllc.com.",
        dnsmasq("--local=/ibllc.com/"),
        code="LC205",
        unusable=_IBLLC,
    ),
    _scenario(
        "suffix-refused",
        "unbound of the office refuses all of ibllc.com.",
        unbound("local-zone: ibllc.com. refuse"),
        code="LC205",
        unusable=_IBLLC,
    ),
    _scenario(
        "one-name-missing",
        "dnsmasq of the office denies one primary gateway.",
        dnsmasq("--local=/zdc1.ibllc.com/"),
        code="LC206",
        unusable=at("zdc1.ibllc.com"),
    ),
    _scenario(
        "sinkholed",
        "dnsmasq of the office answers 0.0.0.0 for ibllc.com.",
        dnsmasq("--address=/ibllc.com/0.0.0.0"),
        code="LC207",
        unusable=_IBLLC,
    ),
    _scenario(
        "sinkholed-to-the-office",
        "dnsmasq of the office answers a private address for interactivebrokers.com.",
        dnsmasq("--address=/interactivebrokers.com/10.77.0.99"),
        code="LC207",
        unusable=_BROKERS,
    ),
    _scenario(
        "hijacked",
        "dnsmasq of the office sends interactivebrokers.com to a block page.",
        dnsmasq(f"--address=/interactivebrokers.com/{BLOCK_PAGE}"),
        code="LC208",
        unusable=_BROKERS,
        unknown=_BROKERS & on(80),
    ),
    _scenario(
        "injected",
        "Somebody on the way is faster than the resolver, and lies.",
        zone(manner="injected"),
        code="LC209",
    ),
    _scenario(
        "underscores-refused",
        "The name server refuses names with an underscore.",
        zone(manner="no-underscores"),
        code="LC210",
        verdict="degraded",
        unusable=UNDERSCORED,
    ),
    _scenario(
        "first-resolver-dead",
        "The first of two configured name servers does not answer.",
        resolvers(DEAD_RESOLVER, RESOLVER),
        rules("office", f"ip daddr {DEAD_RESOLVER} drop"),
        code="LC211",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "aaaa-unanswered",
        "The name server ignores questions for IPv6 addresses.",
        zone(manner="aaaa-silent"),
        code="LC212",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "slow-resolver",
        "The name server takes 1.4 s for an answer.",
        zone(delay_s=1.4),
        code="LC213",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "udp-53-dropped",
        "The office drops UDP to port 53, and lets TCP through.",
        rules("office", "udp dport 53 drop"),
        code="LC214",
    ),
    _scenario(
        "aaaa-refused",
        "The name server refuses questions for IPv6 addresses.",
        zone(manner="aaaa-refused"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "aaaa-denied",
        "The name server says that names do not exist when asked for their IPv6 addresses.",
        zone(manner="aaaa-denied"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "one-name-fails",
        "unbound of the office cannot reach the name server of one gateway, and says so (SERVFAIL).",
        unbound(zones=_NOBODY_KNOWS),
        code="LC216",
        unusable=at("zdc1.ibllc.com"),
    ),
    _scenario(
        "spare-resolver-dead",
        "The second of two configured name servers does not answer.",
        resolvers(RESOLVER, DEAD_RESOLVER),
        rules("office", f"ip daddr {DEAD_RESOLVER} drop"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "spare-resolver-lies",
        "dnsmasq of the office, the second of two name servers, sends everything to a block page; the first is right.",
        dnsmasq(f"--address=/#/{BLOCK_PAGE}"),
        resolvers(RESOLVER, OFFICE),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "everything-to-a-block-page",
        "dnsmasq of the office sends every name to a block page.",
        dnsmasq(f"--address=/#/{BLOCK_PAGE}"),
        code="LC208",
        unknown=on(80),
    ),
    _scenario(
        "outdated-address",
        "dnsmasq of the office still has an address for the gateway of Europe where nobody is any more.",
        dnsmasq("--host-record=zdc1.ibllc.com,203.0.113.250"),
        code="LC304",
        unusable=at("zdc1.ibllc.com"),
    ),
    _scenario(
        "search-domain-captures",
        "dnsmasq of the office knows every name below the search domain, and the desktop tries that first.",
        dnsmasq(f"--address=/office.example/{BLOCK_PAGE}"),
        resolvers(OFFICE, options="ndots:6"),
        searching("office.example"),
        code="LC219",
        unknown=on(80),
    ),
    _scenario(
        "no-dns-for-programs",
        "The desktop's programs look names up in the hosts file alone; its name server works.",
        name_service("files"),
        code="LC215",
    ),
    _scenario(
        "resolver-by-ipv6",
        "The name server is reached by IPv6.",
        resolvers(RESOLVER6),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "tcp-53-dropped",
        "The office drops TCP to port 53, and lets UDP through.",
        rules("office", "tcp dport 53 drop"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "questions-rationed",
        "The office drops more than forty questions for names a second.",
        rules("office", "udp dport 53 limit rate over 40/second burst 40 packets drop"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario("no-resolver", "The desktop has no name server configured.", resolvers(), code="LC201"),
    _scenario(
        "stale-hosts-file",
        "The hosts file of the desktop sends a gateway to an address where nobody is.",
        hosts_file("203.0.113.250 zdc1.ibllc.com"),
        code="LC108",
        unusable=at("zdc1.ibllc.com"),
    ),
    _scenario(
        "stale-hosts-file-to-another",
        "The hosts file of the desktop sends a gateway to a site that is not the vendor's.",
        hosts_file(f"{BLOCK_PAGE} zdc1.ibllc.com"),
        code="LC108",
        unusable=at("zdc1.ibllc.com"),
    ),
)
