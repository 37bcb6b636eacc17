"""Name servers that are right in unusual ways, and those that are nearly so."""

from lab.addresses import ADDRESSES, BLOCK_PAGE, DEAD_RESOLVER, HOSTS, OFFICE, RESOLVER
from lab.changes.boxes import looks_inside
from lab.changes.filters import rules
from lab.changes.names import answered_from, dnsmasq, hosts_file, named, resolvers, taken_over, unbound, unknown, zone
from lab.changes.servers import also_at, certificate
from lab.scenario import EVERY, NONE, UNDERSCORED, Change, at, of, on, where

_IBLLC = where(lambda one: one.host.endswith("ibllc.com"))
_EUROPE, _EUROPE_BACKUP = "zdc1.ibllc.com", "zdc1_hb1.ibllc.com"
_SOME = ("www.interactivebrokers.com", "gdcdyn.interactivebrokers.com", _EUROPE, _EUROPE_BACKUP)
_BESIDE = {host: f"203.0.113.{int(ADDRESSES[host].rpartition('.')[2]) + 1}" for host in HOSTS}
"""A second address of each host."""
_DOMAINS = sorted({one if one.startswith("s3.") else one.partition(".")[2] for one in HOSTS})
_INSIDE = "10.99.0.5"
_NOBODY_KNOWS = 'forward-zone:\n  name: "ibllc.com"\n  forward-addr: 127.0.0.1@5399\n'
_LISTED = (_EUROPE, "zdc1_hb1.ibllc.com", "hdc1.ibllc.com", "hdc1_hb1.ibllc.com", "gdc1.ibllc.com")
_scenario = of("resolving", unusable=EVERY)


def _twice(*hosts: str) -> tuple[Change, ...]:
    """Some hosts stand at two addresses, and their names have both."""
    stand = (also_at(host, _BESIDE[host]) for host in hosts)
    return *stand, *(named(host, ADDRESSES[host], _BESIDE[host]) for host in hosts)


SCENARIOS = (
    _scenario(
        "addresses-by-turns",
        "Every name has two addresses, and the name server gives another one first each time.",
        *_twice(*HOSTS),
        zone(manner="turned"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "one-address-by-turns",
        "Every name has two addresses, and the name server gives one of them alone, another one each time.",
        *_twice(*HOSTS),
        zone(manner="one-by-turns"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "resolvers-differ-and-are-right",
        "dnsmasq of the office, the second of two name servers, gives other addresses of some hosts, which work too.",
        *(also_at(host, _BESIDE[host]) for host in _SOME),
        dnsmasq(*(f"--host-record={host},{_BESIDE[host]}" for host in _SOME)),
        resolvers(RESOLVER, OFFICE),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "answers-cut-short",
        "The name server says by UDP that every answer is too long for it, and gives it by TCP.",
        zone(manner="cut-short"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "answers-cut-short-and-tcp-dropped",
        "The name server says by UDP that every answer is too long for it, and the office drops TCP to port 53.",
        zone(manner="cut-short"),
        rules("office", "tcp dport 53 drop"),
        code="LC223",
    ),
    _scenario(
        "edns-dropped",
        "The name server does not hear questions with EDNS, which the desktop does not ask.",
        zone(manner="deaf-to-edns"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "edns-refused",
        "The name server refuses questions with EDNS, and the desktop asks no others.",
        zone(manner="refuses-edns"),
        resolvers(RESOLVER, options="edns0"),
        code="LC224",
    ),
    _scenario(
        "edns-dropped-and-asked",
        "The name server does not hear questions with EDNS, and the desktop asks no others.",
        zone(manner="deaf-to-edns"),
        resolvers(RESOLVER, options="edns0"),
        code="LC224",
    ),
    _scenario(
        "edns-dropped-and-one-name-listed",
        "The same, and the hosts file of the desktop holds the gateway of Europe, rightly.",
        zone(manner="deaf-to-edns"),
        resolvers(RESOLVER, options="edns0"),
        hosts_file(f"{ADDRESSES[_EUROPE]} {_EUROPE}"),
        code="LC224",
        unusable=EVERY - at(_EUROPE),
    ),
    _scenario(
        "edns-dropped-and-five-names-listed",
        "The same, and the hosts file of the desktop holds five gateways, rightly.",
        zone(manner="deaf-to-edns"),
        resolvers(RESOLVER, options="edns0"),
        hosts_file(*(f"{ADDRESSES[one]} {one}" for one in _LISTED)),
        code="LC224",
        unusable=EVERY - at(*_LISTED),
    ),
    _scenario(
        "zone-of-the-vendor-fails",
        "unbound of the office cannot reach the name servers of ibllc.com, and says so (SERVFAIL).",
        unbound(zones=_NOBODY_KNOWS),
        code="LC216",
        unusable=_IBLLC,
    ),
    _scenario(
        "zone-fails-at-the-first-resolver",
        "unbound of the office, the first of two name servers, fails for ibllc.com (SERVFAIL); the second knows it.",
        unbound(zones=_NOBODY_KNOWS),
        resolvers(OFFICE, RESOLVER),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "zone-denied-by-the-first-resolver",
        "dnsmasq of the office, the first of two name servers, denies all of ibllc.com; the second knows it.",
        dnsmasq("--local=/ibllc.com/"),
        resolvers(OFFICE, RESOLVER),
        code="LC205",
        unusable=_IBLLC,
    ),
    _scenario(
        "name-denied-by-the-first-resolver",
        "dnsmasq of the office, the first of two name servers, denies Europe's gateway; the second knows it.",
        dnsmasq(f"--local=/{_EUROPE}/"),
        resolvers(OFFICE, RESOLVER),
        code="LC222",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "two-resolvers-dead-first",
        "Of three name servers the first two do not answer.",
        resolvers(DEAD_RESOLVER, "198.51.100.56", RESOLVER),
        rules("office", f"ip daddr {{ {DEAD_RESOLVER}, 198.51.100.56 }} drop"),
        code="LC211",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "names-answered-from-another-address",
        "Answers of the name server come from another address than the one that was asked, and programs ignore them.",
        answered_from("198.51.100.55"),
        code="LC214",
    ),
    _scenario(
        "a-site-inside",
        "dnsmasq of the office leads a site to a private address, where its own servers stand.",
        also_at("s3.amazonaws.com", _INSIDE),
        dnsmasq(f"--host-record=s3.amazonaws.com,{_INSIDE}"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "answers-not-to-be-kept",
        "The name server takes 0.3 s for an answer, which is good for the moment alone (TTL 0).",
        zone(manner="not-to-be-kept", delay_s=0.3),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "names-of-other-names",
        "Every name is an alias of another one.",
        zone(manner="by-another-name"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "aaaa-fails",
        "The name server fails (SERVFAIL) for IPv6 addresses.",
        zone(manner="aaaa-fails"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "names-invented",
        "The name server leads names that do not exist to a page of its own; all names of the list exist.",
        zone(manner="inventive"),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "a-missing-name-invented",
        "The vendor gave a backup gateway's name up, and the name server leads it to a page of its own.",
        zone(manner="inventive"),
        unknown(_EUROPE_BACKUP),
        code="LC225",
        verdict="degraded",
        unusable=at(_EUROPE_BACKUP),
    ),
    _scenario(
        "taken-over-and-lied-to",
        "The office answers all questions for names itself (dnsmasq), and leads every name to a block page.",
        taken_over(f"--address=/#/{BLOCK_PAGE}"),
        code="LC208",
        unknown=on(80),
    ),
    _scenario(
        "outdated-at-the-first-resolver",
        "dnsmasq of the office, the first of two name servers, has an address of Europe's gateway where nobody is now.",
        dnsmasq(f"--host-record={_EUROPE},203.0.113.250"),
        resolvers(OFFICE, RESOLVER),
        code="LC221",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "gateways-of-a-private-authority",
        "The certificates of all gateways of ibllc.com are signed by an authority of the vendor's own.",
        *(
            certificate(f"{host}:4001", for_name="*.ibllc.com", authority="box")
            for host in HOSTS
            if host.endswith("ibllc.com")
        ),
        code="LC409",
        unusable=_IBLLC & on(4001),
        unknown=_IBLLC & on(4000),
    ),
    _scenario(
        "names-let-through-but-backups",
        "A firewall lets TLS through to the names of the list alone, and those with an underscore were forgotten.",
        looks_inside(*(f"443,4001 sni={one} pass" for one in HOSTS if "_" not in one), "443,4001 any reset"),
        code="LC361",
        verdict="degraded",
        unusable=UNDERSCORED & on(4001),
        unknown=UNDERSCORED & on(4000),
    ),
    _scenario(
        "names-of-the-list-alone-answered",
        "unbound of the office answers for the domains of the list, and refuses every other name.",
        unbound('local-zone: "." refuse', *(f'local-zone: "{one}." transparent' for one in _DOMAINS)),
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "inside-and-outside-addresses",
        "dnsmasq of the office gives the gateway of Europe a private address, where nobody is, beside its own.",
        dnsmasq(f"--host-record={_EUROPE},{ADDRESSES[_EUROPE]}", f"--host-record={_EUROPE},10.99.0.7"),
        code="LC316",
        verdict="degraded",
        unusable=NONE,
    ),
)
