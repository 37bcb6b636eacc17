"""Explicit proxies, interception, opened TLS, application filters, captive portals."""

from lab.addresses import OFFICE
from lab.changes.filters import blocked, rules
from lab.changes.machine import environment
from lab.changes.proxies import accepting_first, explicit, granting, portal, squid_intercepting, squid_opening
from lab.scenario import EVERY, TWS, WEB, of, on
from lab.world import HOME

_SAFE_ONLY = "acl web port 80 443\nhttp_access deny !web\nhttp_access allow all\n"
_LOGIN = (
    "auth_param basic program /usr/lib/squid/basic_fake_auth\nacl known proxy_auth REQUIRED\n"
    "http_access allow known\nhttp_access deny all\n"
)
_BY_WORKGROUP = (
    "auth_param ntlm program /usr/lib/squid/ntlm_fake_auth\nacl known proxy_auth REQUIRED\n"
    "http_access allow known\nhttp_access deny all\n"
)
_WITHOUT_ONE_SITE = (
    "acl portal dstdomain gdcdyn.interactivebrokers.com\nhttp_access deny portal\nhttp_access allow all\n"
)
_EAST = "gdcdyn.interactivebrokers.com"
_ONE_SITE_LED_AWAY = (
    f"acl portal dstdomain {_EAST}\ndeny_info 302:http://blocked.office.example/ portal\n"
    "http_access deny portal\nhttp_access allow all\n"
)
_LOGIN_FOR_TWO_SITES = (
    "auth_param basic program /usr/lib/squid/basic_fake_auth\nacl known proxy_auth REQUIRED\n"
    f"acl portal dstdomain {_EAST} cdcdyn.interactivebrokers.com\n"
    "http_access allow !portal\nhttp_access allow known\nhttp_access deny all\n"
)
_NO_WAY_OUT = rules("office", "tcp dport != 53 drop")

_explicit = of("explicit")
_interception = of("interception")
_tls = of("tls")
_application = of("application")
_OWN_PAGE = "return status 200 content-type text/html string '<html><title>Guest network</title>Log in.</html>'"
_portal = of("portal")

SCENARIOS = (
    _explicit(
        "proxy-only-way-out",
        "Only squid leads out, and the desktop is set to use it: the browser works, TWS does not.",
        *explicit(),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _explicit(
        "proxy-only-way-out-web-ports",
        "Only squid leads out, and it tunnels to 443 alone.",
        *explicit(_SAFE_ONLY),
        _NO_WAY_OUT,
        code="LC502",
        unusable=EVERY,
    ),
    _explicit(
        "proxy-wants-login",
        "Only squid leads out, and it asks for a login: what is behind it cannot be seen.",
        *explicit(_LOGIN),
        _NO_WAY_OUT,
        code="LC301 LC503",
        unusable=EVERY,
    ),
    _explicit(
        "web-by-proxy-tws-direct",
        "The web goes by squid, TWS goes directly: as it should be.",
        *explicit(),
        blocked("office", (80, 443)),
        verdict="success",
        unusable=WEB,
    ),
    _explicit(
        "dead-proxy-set",
        "The desktop is set to use a proxy that does not run, and the direct way is open.",
        environment(http_proxy=f"http://{OFFICE}:3128", https_proxy=f"http://{OFFICE}:3128"),
        code="LC109",
        verdict="degraded",
    ),
    _explicit(
        "proxy-wants-ntlm",
        "Only squid leads out, and it asks for a login of the workgroup (NTLM).",
        *explicit(_BY_WORKGROUP),
        _NO_WAY_OUT,
        code="LC301 LC503",
        unusable=EVERY,
    ),
    _explicit(
        "proxy-grants-and-hangs-up",
        "The web goes by a proxy that grants every way and hangs up a second later; TWS goes directly.",
        *granting(1.0),
        blocked("office", (80, 443)),
        code="LC301 LC516",
        unusable=WEB,
    ),
    _explicit(
        "set-proxy-grants-and-hangs-up",
        "The desktop is set to a proxy that grants every way and hangs up a second later; the direct way is open.",
        *granting(1.0),
        code="LC516",
        verdict="degraded",
    ),
    _explicit(
        "set-proxy-cannot-get-out",
        "The desktop is set to use squid, whose own connections are reset; the direct way is open.",
        *explicit(),
        rules("office", "tcp dport { 80, 443, 4000, 4001 } reject with tcp reset", hook="output"),
        code="LC516",
        verdict="degraded",
    ),
    _explicit(
        "set-proxy-denies",
        "The desktop is set to use squid, which denies everything; the direct way is open.",
        *explicit("http_access deny all\n"),
        code="LC516",
        verdict="degraded",
    ),
    _explicit(
        "set-proxy-denies-one-site",
        "The desktop is set to use squid, which denies one site; the direct way is open.",
        *explicit(_WITHOUT_ONE_SITE),
        code="LC516",
        verdict="degraded",
    ),
    _interception(
        "accepted-first-far-side-open",
        "haproxy accepts 4000 and 4001 for everybody, and passes them on.",
        *accepting_first((4000, 4001)),
        code="LC318",
        verdict="inconclusive",
        unknown=on(4000),
    ),
    _interception(
        "accepted-first-far-side-dropped",
        "haproxy accepts 4000 and 4001 for everybody, and behind it they are dropped.",
        *accepting_first((4000, 4001)),
        blocked("provider"),
        code="LC307",
        unusable=TWS,
        unknown=on(4000),
    ),
    _interception(
        "accepted-first-far-side-refused",
        "haproxy accepts 4000 and 4001 for everybody, and behind it they are reset.",
        *accepting_first((4000, 4001)),
        blocked("provider", by="reject with tcp reset"),
        code="LC307",
        unusable=TWS,
        unknown=on(4000),
    ),
    _interception(
        "every-port-accepted-first",
        "haproxy accepts every port of the list for everybody, and passes them on.",
        *accepting_first((80, 443, 4000, 4001)),
        code="LC318",
        verdict="inconclusive",
        unknown=on(80, 4000),
    ),
    _interception(
        "squid-takes-4000",
        "squid takes 80 and 4000 for plain web; to an empty line it says nothing, so nobody can tell from here.",
        *squid_intercepting((80, 4000)),
        code="LC318",
        verdict="inconclusive",
        unknown=on(80, 4000),
        unusable=on(4000),
    ),
    _tls(
        "web-opened-trusted",
        "squid opens TLS on 443, and the desktop trusts its authority.",
        *squid_opening((443,), trusted=True),
        code="LC401",
        verdict="degraded",
    ),
    _tls(
        "web-opened-untrusted",
        "squid opens TLS on 443, and nobody trusts its authority.",
        *squid_opening((443,), trusted=False),
        code="LC402",
        unusable=on(443),
    ),
    _tls(
        "everything-opened-trusted",
        "squid opens TLS on 443 and 4001, and the desktop trusts its authority.",
        *squid_opening((443, 4001), trusted=True),
        code="LC401",
        unusable=on(4001),
    ),
    _tls(
        "everything-opened-java-refuses",
        "squid opens TLS on 443 and 4001; the desktop trusts its authority, and the Java of TWS does not.",
        *squid_opening((443, 4001), trusted=True),
        code="LC412",
        unusable=on(4001),
        words=("--java-store", str(HOME / "public.pem")),
    ),
    _tls(
        "everything-opened-java-trusts",
        "squid opens TLS on 443 and 4001, and the desktop and the Java of TWS trust its authority.",
        *squid_opening((443, 4001), trusted=True),
        code="LC401",
        verdict="inconclusive",
        unusable=on(4001),
        unknown=on(4001),
        words=("--java-store", str(HOME / "system.pem")),
    ),
    _tls(
        "gateways-opened-untrusted",
        "squid opens TLS on 4001 alone, and nobody trusts its authority.",
        *squid_opening((4001,), trusted=False),
        code="LC402",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _application(
        "payload-dropped-4000",
        "A filter lets 4000 open and drops whatever is sent over it.",
        rules("office", "tcp dport 4000 ct original packets > 2 drop"),
        code="LC308",
        unusable=on(4000),
    ),
    _application(
        "payload-dropped-both",
        "A filter lets 4000 and 4001 open and drops whatever is sent over them.",
        rules("office", "tcp dport { 4000, 4001 } ct original packets > 2 drop"),
        code="LC308",
        unusable=TWS,
    ),
    _application(
        "tls-reset-on-4001",
        "A filter resets 4001 when TLS begins, because it is no web port.",
        rules("office", "tcp dport 4001 @ih,0,8 22 reject with tcp reset"),
        code="LC361",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _application(
        "plain-dropped-tls-allowed",
        "A filter drops what is not TLS on 4000 and 4001.",
        rules(
            "office",
            "tcp dport { 4000, 4001 } ct mark 1 accept",
            "tcp dport { 4000, 4001 } tcp flags & psh == psh @ih,0,8 22 ct mark set 1 accept",
            "tcp dport { 4000, 4001 } tcp flags & psh == psh drop",
        ),
        code="LC308",
        unusable=on(4000),
    ),
    _portal(
        "portal-web-only",
        "A captive portal (haproxy) answers plain web, and drops the rest.",
        *portal((80,)),
        blocked("office", (443, 4000, 4001)),
        code="LC501",
        unusable=EVERY,
    ),
    _portal(
        "portal-rejects",
        "A captive portal (haproxy) answers plain web, and rejects the rest.",
        *portal((80,)),
        blocked("office", (443, 4000, 4001), "reject with icmp type admin-prohibited"),
        code="LC501",
        unusable=EVERY,
    ),
    _portal(
        "portal-all-ports",
        "A captive portal (haproxy) takes every port of the list.",
        *portal((80, 443, 4000, 4001)),
        code="LC501",
        unusable=EVERY,
    ),
    _portal(
        "portal-with-a-page-of-its-own",
        "A captive portal (haproxy) answers plain web with its page under every name, and drops the rest.",
        *portal((80,), _OWN_PAGE),
        blocked("office", (443, 4000, 4001)),
        code="LC513",
        unusable=EVERY,
    ),
    _portal(
        "portal-says-so",
        "A captive portal (haproxy) answers plain web with status 511, and drops the rest.",
        *portal((80,), "return status 511"),
        blocked("office", (443, 4000, 4001)),
        code="LC501",
        unusable=EVERY,
    ),
    _portal(
        "portal-leads-to-a-path",
        "A captive portal (haproxy) leads plain web to a path on the same name, and takes every port.",
        *portal((80, 443, 4000, 4001), "redirect location /login code 302"),
        code="LC513",
        unusable=EVERY,
    ),
    _portal(
        "portal-speaks-tls",
        "A captive portal (haproxy) takes every port, and speaks TLS with one certificate for everybody.",
        *portal((80, 4000), over_tls=(443, 4001)),
        code="LC501",
        unusable=EVERY,
    ),
    _explicit(
        "web-by-proxy-but-one-site",
        "The web goes by squid, which leads requests for one site to a page of its own; TWS goes directly.",
        *explicit(_ONE_SITE_LED_AWAY),
        blocked("office", (80, 443)),
        code="LC301 LC516",
        unusable=WEB,
    ),
    _explicit(
        "proxy-wants-login-for-two-sites",
        "The web goes by squid, which asks for a login for two sites alone; TWS goes directly.",
        *explicit(_LOGIN_FOR_TWO_SITES),
        blocked("office", (80, 443)),
        code="LC301 LC503",
        unusable=WEB,
    ),
    _interception(
        "squid-takes-4001",
        "squid takes 4001 for plain web, and calls greetings of TLS a bad request.",
        *squid_intercepting((4001,)),
        code="LC312",
        unusable=on(4001),
        unknown=on(4000),
    ),
)
