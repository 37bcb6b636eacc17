"""Devices that look into connections: application-aware firewalls, mitmproxy, a TLS relay."""

from lab.addresses import HOSTS
from lab.changes.boxes import looks_inside, mitm, tls_relay
from lab.changes.filters import blocked
from lab.scenario import SECURE, TWS, of, on, where

_BROKERS = where(lambda one: one.host.endswith("interactivebrokers.com") and one.port == 443)  # noqa: PLR2004
_BROKERS_PLAIN = where(lambda one: one.host.endswith("interactivebrokers.com") and one.port == 80)  # noqa: PLR2004
_NAMES = sorted({".".join(one.split(".")[1:]) for one in HOSTS})
"""Domains of the list."""
_ONLY_BROKERS = r"--allow-hosts=interactivebrokers\.com"
_SPARED = r"--ignore-hosts=(ibllc|ibkr|interactivebrokers|amazonaws)\."

_application = of("application")
_tls = of("tls")

SCENARIOS = (
    _application(
        "unknown-application-dropped",
        "A firewall lets every port open, and drops what is neither TLS nor web on 4000.",
        looks_inside("4000 unknown drop"),
        code="LC308",
        unusable=on(4000),
    ),
    _application(
        "unknown-application-reset",
        "A firewall lets every port open, and resets what is neither TLS nor web on 4000.",
        looks_inside("4000 unknown reset"),
        code="LC361",
        unusable=on(4000),
    ),
    _application(
        "tls-off-443-dropped",
        "A firewall drops TLS on any port but 443.",
        looks_inside("4000,4001 tls drop"),
        code="LC405",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _application(
        "everything-off-443-dropped",
        "A firewall lets 4000 and 4001 open, and drops whatever is said there.",
        looks_inside("4000,4001 any drop"),
        code="LC308",
        unusable=TWS,
    ),
    _application(
        "names-reset",
        "A firewall resets TLS to interactivebrokers.com, by the name in the greeting.",
        looks_inside("443 sni=interactivebrokers.com reset"),
        code="LC361",
        unusable=_BROKERS,
        unknown=_BROKERS_PLAIN,
    ),
    _application(
        "names-dropped",
        "A firewall drops TLS to interactivebrokers.com, by the name in the greeting.",
        looks_inside("443 sni=interactivebrokers.com drop"),
        code="LC405",
        unusable=_BROKERS,
        unknown=_BROKERS_PLAIN,
    ),
    _application(
        "first-words-reset",
        "A firewall lets 4000 and 4001 open, and resets whatever is said there.",
        looks_inside("4000,4001 any reset"),
        code="LC361",
        unusable=TWS,
    ),
    _application(
        "new-greetings-dropped",
        "A firewall drops TLS that offers version 1.3, on every port.",
        looks_inside("443,4001 tls13 drop"),
        code="LC415",
        unusable=SECURE,
        unknown=on(80, 4000),
    ),
    _application(
        "new-greetings-reset-on-4001",
        "A firewall resets TLS that offers version 1.3 on 4001.",
        looks_inside("4001 tls13 reset"),
        code="LC415",
        unusable=on(4001),
        unknown=on(4000),
    ),
    _application(
        "large-greetings-dropped",
        "A firewall drops TLS whose greeting does not fit into one packet, as that of browsers.",
        looks_inside("443,4001 split drop"),
        code="LC426",
        verdict="degraded",
    ),
    _application(
        "large-greetings-reset",
        "A firewall resets TLS on 443 whose greeting does not fit into one packet, as that of browsers.",
        looks_inside("443 split reset"),
        code="LC426",
        verdict="degraded",
    ),
    _application(
        "old-greetings-dropped",
        "A firewall drops TLS that does not offer version 1.3, as programs of today do.",
        looks_inside("443,4001 tls12 drop"),
        verdict="success",
    ),
    _application(
        "names-let-through-alone",
        "A firewall lets TLS through to the names of the list alone, on every port.",
        looks_inside(*(f"443,4001 sni={one} pass" for one in _NAMES), "443,4001 any reset"),
        verdict="success",
    ),
    _tls(
        "web-opened-by-mitmproxy",
        "mitmproxy opens TLS on 443, and the desktop trusts its authority.",
        *mitm((443,), trusted=True),
        code="LC401",
        verdict="degraded",
    ),
    _tls(
        "web-opened-by-mitmproxy-untrusted",
        "mitmproxy opens TLS on 443, and nobody trusts its authority.",
        *mitm((443,), trusted=False),
        code="LC402",
        unusable=on(443),
    ),
    _tls(
        "everything-opened-by-mitmproxy",
        "mitmproxy opens TLS on 443 and 4001, and the desktop trusts its authority.",
        *mitm((443, 4001), trusted=True),
        code="LC401",
        unusable=on(4001),
    ),
    _tls(
        "every-port-through-mitmproxy",
        "mitmproxy takes every port of the list, and the desktop trusts its authority.",
        *mitm((80, 443, 4000, 4001), trusted=True),
        code="LC401 LC318",
        unusable=on(4001),
        unknown=on(80, 4000),
    ),
    _tls(
        "opened-by-name",
        "mitmproxy takes 443, and opens interactivebrokers.com alone; the desktop trusts its authority.",
        *mitm((443,), _ONLY_BROKERS, trusted=True),
        code="LC401",
        verdict="degraded",
    ),
    _tls(
        "vendor-spared",
        "mitmproxy takes 443 and 4001, and lets the vendor's names pass unopened.",
        *mitm((443, 4001), _SPARED, trusted=True),
        verdict="success",
    ),
    _tls(
        "opened-and-blocked-behind",
        "mitmproxy takes 4001, and behind it the provider drops 4000 and 4001.",
        *mitm((4001,), trusted=True),
        blocked("provider"),
        code="LC301 LC307",
        unusable=TWS,
    ),
    _tls(
        "gateways-behind-a-relay",
        "stunnel of the office takes 4001, shows a certificate of its own, and leads all to one gateway.",
        *tls_relay((4001,), "ndc1.ibllc.com"),
        code="LC402",
        unusable=on(4001),
        unknown=on(4000),
    ),
)
