"""Boxes of other tempers: those that take connections, open TLS, filter by content, or want people to log in."""

from lab.addresses import ADDRESSES, OFFICE
from lab.changes.boxes import box, inspecting_as, looks_inside, opening
from lab.changes.families import dual_stack
from lab.changes.filters import blocked, rules
from lab.changes.names import dnsmasq
from lab.changes.proxies import accepting_first, portal
from lab.scenario import EVERY, NONE, SECURE, TWS, UNDERSCORED, at, of, on

_LISTED = "ip daddr 203.0.113.0/24"
_FOUR = "meta nfproto ipv4"
_PUBLIC_NAME = "Lineclear Simulated Public"
_WWW = "www.interactivebrokers.com"
_PORTAL_NAME = "login.portal.example"
_EAST = "gdcdyn.interactivebrokers.com"
_EUROPE = ("zdc1.ibllc.com", "zdc1_hb1.ibllc.com")
_AMERICA = ("ndc1.ibllc.com", "ndc1_hb1.ibllc.com", "cdc1.ibllc.com", "cdc1_hb1.ibllc.com")
_interception = of("interception")
_tls = of("tls")
_application = of("application")
_portal = of("portal")


def _to(*hosts: str) -> str:
    """Connections to some hosts, in nft's words."""
    return f"ip daddr {{ {', '.join(ADDRESSES[one] for one in hosts)} }}"


SCENARIOS = (
    _interception(
        "accepted-for-the-list-and-open",
        "haproxy accepts 4000 and 4001 for the vendor's addresses alone, and passes them on.",
        *accepting_first((4000, 4001), _LISTED),
        code="LC318",
        verdict="inconclusive",
        unknown=on(4000),
    ),
    _interception(
        "accepted-for-the-list-and-dropped",
        "haproxy accepts 4000 and 4001 for the vendor's addresses alone, and behind it they are dropped.",
        *accepting_first((4000, 4001), _LISTED),
        blocked("provider"),
        code="LC307",
        unusable=TWS,
        unknown=on(4000),
    ),
    _interception(
        "accepted-for-the-list-on-4000",
        "haproxy accepts 4000 for the vendor's addresses alone, and behind it that port is dropped.",
        *accepting_first((4000,), _LISTED),
        blocked("provider", (4000,)),
        code="LC318",
        verdict="inconclusive",
        unusable=on(4000),
        unknown=on(4000),
    ),
    _interception(
        "accepts-and-dawdles",
        "A box accepts 4000 and 4001 for everybody, and goes on to the server only after 1.5 s.",
        *box((4000, 4001), "--waits", "1.5"),
        code="LC318",
        verdict="inconclusive",
        unknown=on(4000),
    ),
    _interception(
        "accepts-and-cuts",
        "A box accepts 4000 and 4001 for everybody, and resets at the first words.",
        *box((4000, 4001), "--resets"),
        code="LC307",
        unusable=TWS,
        unknown=on(4000),
    ),
    _interception(
        "accepts-and-greets",
        "A box accepts 4000 for everybody, and greets as its own remote shell.",
        *box((4000,), "--says", "SSH-2.0-OpenSSH_9.2p1\r\n"),
        code="LC312",
        unusable=on(4000),
    ),
    _interception(
        "swallowed-after-the-handshake",
        "A device lets handshakes on 4000 and 4001 through, then acknowledges all that is said and passes nothing on.",
        looks_inside("4000,4001 any swallow"),
        code="LC405",
        unusable=TWS,
        unknown=on(4000),
    ),
    _interception(
        "accepted-4000-and-opened-4001",
        "haproxy accepts 4000 for everybody, dropped behind it; a box opens TLS on 4001 with a trusted authority.",
        *accepting_first((4000,)),
        blocked("provider", (4000,)),
        *opening((4001,), trusted=True),
        code="LC318 LC401",
        unusable=TWS,
        unknown=on(4000),
    ),
    _tls(
        "opened-in-the-name-of-the-public",
        "A box opens TLS on 443 and calls its authority as the public one is called; nobody trusts it.",
        inspecting_as(_PUBLIC_NAME),
        *opening((443,), trusted=False),
        code="LC402",
        unusable=on(443),
    ),
    _tls(
        "opened-in-that-name-and-trusted",
        "The same box has a key for every name, and the desktop trusts its authority.",
        inspecting_as(_PUBLIC_NAME),
        *opening((443,), "--key-each", trusted=True),
        code="LC401",
        verdict="degraded",
    ),
    _tls(
        "opened-with-a-key-for-each",
        "A box opens TLS on 443 and 4001 with a key for every name; nobody trusts its authority.",
        *opening((443, 4001), "--key-each", trusted=False),
        code="LC402",
        unusable=SECURE,
        unknown=on(80, 4000),
    ),
    _tls(
        "gateways-opened-in-the-name-of-the-public",
        "A box opens TLS on 4001 alone, a key for every name, its authority called as the public one is; untrusted.",
        inspecting_as(_PUBLIC_NAME),
        *opening((4001,), "--key-each", trusted=False),
        code="LC402",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _tls(
        "opened-where-a-name-is-asked-for",
        "A box opens TLS on 443 where the greeting asks for a name; the desktop trusts its authority.",
        *opening((443,), "--spares-nameless", trusted=True),
        code="LC401",
        verdict="degraded",
    ),
    _tls(
        "opened-by-an-expired-authority",
        "A box opens TLS on 443 with an authority that the desktop trusts and that ran out three days ago.",
        inspecting_as("Simulated Office Inspection", root_to_days=-3.0, issuer_to_days=-3.0),
        *opening((443,), trusted=True),
        code="LC402",
        unusable=on(443),
    ),
    _tls(
        "opened-signed-by-themselves",
        "A box opens TLS on 443 and 4001 with certificates that each signed itself.",
        *opening((443, 4001), "--self-signed", "--key-each", trusted=False),
        code="LC402",
        unusable=SECURE,
        unknown=on(80, 4000),
    ),
    _tls(
        "web-opened-by-ipv4-alone",
        "A box opens TLS on 443 by IPv4, the desktop trusts it; by IPv6 nobody does.",
        dual_stack(),
        *opening((443,), trusted=True, which=_FOUR),
        code="LC401",
        verdict="degraded",
        unusable4=NONE,
        unusable6=NONE,
    ),
    _tls(
        "gateways-opened-by-ipv4-alone",
        "A box opens TLS on 4001 by IPv4, nobody trusts it; by IPv6 nobody does.",
        dual_stack(),
        *opening((4001,), trusted=False, which=_FOUR),
        code="LC402",
        verdict="inconclusive",
        unusable=on(4001),
        unusable4=on(4001),
        unusable6=NONE,
        unknown=TWS,
    ),
    _application(
        "judged-by-the-certificate-and-dropped",
        "A filter lets TLS greetings pass on 4001, sees the certificate, and drops what the client says then.",
        looks_inside("4001 tls then-drop"),
        code="LC308",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _application(
        "judged-by-the-certificate-and-reset",
        "A filter lets TLS greetings pass on 4001, sees the certificate, and resets what the client says then.",
        looks_inside("4001 tls then-reset"),
        code="LC417",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _application(
        "web-judged-by-the-certificate",
        "A filter lets TLS greetings pass on 443, sees the certificate, and drops what the client says then.",
        looks_inside("443 tls then-drop"),
        code="LC308",
        unusable=on(443),
        unknown=on(80),
    ),
    _application(
        "underscores-in-greetings-dropped",
        "A firewall takes a name with an underscore in a TLS greeting for malformed, and drops it.",
        looks_inside("443,4001 sni=_hb1.ibllc.com drop", "443,4001 sni=_hb1.ibllc.com.cn drop"),
        code="LC405",
        verdict="degraded",
        unusable=UNDERSCORED & on(4001),
        unknown=UNDERSCORED & on(4000),
    ),
    _application(
        "web-alone-on-80",
        "A firewall drops what is not a web request on 80, and what is not TLS on 443.",
        looks_inside("80 http pass", "80 any drop", "443 tls pass", "443 any drop"),
        verdict="success",
    ),
    _portal(
        "portal-with-a-walled-garden",
        "A captive portal (haproxy) answers plain web, lets one site through by TLS, and drops the rest.",
        *portal((80,)),
        rules(
            "office",
            f"ip daddr {ADDRESSES[_WWW]} tcp dport 443 accept",
            "tcp dport { 443, 4000, 4001 } drop",
        ),
        code="LC501",
        unusable=EVERY - (at(_WWW) & on(443)),
    ),
    _portal(
        "portal-with-a-name-and-certificate",
        "A captive portal (haproxy) answers plain web and TLS on 443, with a valid certificate of its own name.",
        *portal((80,), over_tls=(443,), named=_PORTAL_NAME),
        blocked("office"),
        code="LC501",
        unusable=EVERY,
    ),
    _portal(
        "portal-on-plain-web-alone",
        "A device (haproxy) leads every plain web request to a page of its own, and lets everything else through.",
        *portal((80,)),
        verdict="success",
        unusable=on(80),
        unknown=on(80),
    ),
    _portal(
        "portal-by-names",
        "The office's dnsmasq gives its own address for every name, where a login page (haproxy) is.",
        dnsmasq(f"--address=/#/{OFFICE}"),
        *portal((80, 443)),
        code="LC513",
        unusable=EVERY,
    ),
    _portal(
        "portal-forgot-ipv6",
        "A captive portal (haproxy) answers plain web by IPv4 and drops the rest; IPv6 is let through.",
        dual_stack(),
        *portal((80,), which=_FOUR),
        rules("office", f"{_FOUR} tcp dport {{ 443, 4000, 4001 }} drop"),
        code="LC517",
        verdict="degraded",
        unusable=on(80),
        unusable4=EVERY,
        unusable6=NONE,
        unknown=on(80),
    ),
    _tls(
        "one-site-opened",
        "A box opens TLS to the Client Portal's eastern site alone; the desktop trusts its authority.",
        *opening((443,), trusted=True, which=_to(_EAST)),
        code="LC401",
        verdict="degraded",
    ),
    _interception(
        "accepted-first-for-america-and-dropped",
        "haproxy accepts 4000 and 4001 for the gateways of America alone, and behind it they are dropped.",
        *accepting_first((4000, 4001), _to(*_AMERICA)),
        blocked("provider", hosts=_AMERICA),
        code="LC307",
        unusable=at(*_AMERICA),
        unknown=at(*_AMERICA) & on(4000),
    ),
    _interception(
        "accepted-first-for-europe-on-4000",
        "haproxy accepts 4000 for the gateways of Europe alone, and behind it that port is dropped.",
        *accepting_first((4000,), _to(*_EUROPE)),
        blocked("provider", (4000,), hosts=_EUROPE),
        code="LC318",
        verdict="inconclusive",
        unusable=at(*_EUROPE) & on(4000),
        unknown=at(*_EUROPE) & on(4000),
    ),
    _application(
        "one-site-reset-by-its-name",
        "A firewall resets TLS to the Client Portal's eastern site, by the name in the greeting.",
        looks_inside(f"443 sni={_EAST} reset"),
        code="LC361",
        unusable=at(_EAST) & on(443),
        unknown=at(_EAST) & on(80),
    ),
    _portal(
        "portal-minds-the-web-alone",
        "A captive portal (haproxy) answers plain web and drops 443, and other ports pass without a login.",
        *portal((80,)),
        blocked("office", (443,)),
        code="LC501",
        unusable=on(80, 443),
    ),
    _interception(
        "accepted-first-and-4001-dropped",
        "haproxy accepts 4000 and 4001 for everybody, and behind it 4001 alone is dropped.",
        *accepting_first((4000, 4001)),
        blocked("provider", (4001,)),
        code="LC307",
        unusable=on(4001),
        unknown=on(4000),
    ),
)
