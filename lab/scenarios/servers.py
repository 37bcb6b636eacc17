"""The vendor's servers themselves."""

from lab.changes.boxes import behind_stunnel
from lab.changes.filters import hosts_blocked, rules
from lab.changes.servers import certificate, door
from lab.scenario import NONE, TWS, Names, at, of, on

_EUROPE = "zdc1.ibllc.com"
_EUROPE_BACKUP = "zdc1_hb1.ibllc.com"
_scenario = of("servers")


def _one(name: str) -> Names:
    return frozenset({name})


SCENARIOS = (
    _scenario(
        "primary-refuses",
        "Nothing listens on the primary gateway of Europe.",
        door(at(_EUROPE), manner="absent"),
        code="LC332",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "primary-silent",
        "The primary gateway of Europe is off.",
        hosts_blocked("core", (_EUROPE,)),
        code="LC304",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "backup-refuses",
        "Nothing listens on the backup gateway of Europe.",
        door(at(_EUROPE_BACKUP), manner="absent"),
        code="LC332",
        unusable=at(_EUROPE_BACKUP),
        verdict="degraded",
    ),
    _scenario(
        "backup-silent",
        "The backup gateway of Europe is off.",
        hosts_blocked("core", (_EUROPE_BACKUP,)),
        code="LC304",
        unusable=at(_EUROPE_BACKUP),
        verdict="degraded",
    ),
    _scenario(
        "region-silent",
        "Both gateways of Europe are off.",
        hosts_blocked("core", (_EUROPE, _EUROPE_BACKUP)),
        code="LC305",
        unusable=at(_EUROPE, _EUROPE_BACKUP),
    ),
    _scenario(
        "one-port-closed",
        "The gateway of Europe listens on 4001 and not on 4000.",
        door(_one(f"{_EUROPE}:4000"), manner="absent"),
        code="LC332",
        unusable=_one(f"{_EUROPE}:4000"),
    ),
    _scenario(
        "updates-silent",
        "The update server is off.",
        hosts_blocked("core", ("download.interactivebrokers.com",)),
        code="LC304",
        unusable=at("download.interactivebrokers.com"),
        verdict="degraded",
    ),
    _scenario(
        "portal-silent",
        "The Client Portal's eastern site is off.",
        hosts_blocked("core", ("gdcdyn.interactivebrokers.com",)),
        code="LC304",
        unusable=at("gdcdyn.interactivebrokers.com"),
    ),
    _scenario(
        "tls-stalls",
        "The gateway of Europe accepts 4001 and never answers the greeting.",
        door(_one(f"{_EUROPE}:4001"), manner="stalls"),
        code="LC405",
        unusable=_one(f"{_EUROPE}:4001"),
        unknown=_one(f"{_EUROPE}:4000"),
    ),
    _scenario(
        "hangs-up",
        "The gateway of Europe accepts on both ports and closes at once.",
        door(at(_EUROPE), manner="hangs-up"),
        code="LC313",
        unusable=at(_EUROPE),
    ),
    _scenario(
        "resets-at-the-first-words",
        "The gateway of Europe accepts on both ports, and resets when something is said.",
        door(at(_EUROPE), manner="cuts", leaf=None),
        code="LC406",
        unusable=at(_EUROPE),
        unknown=at(_EUROPE) & on(4000),
    ),
    _scenario(
        "certificate-expired",
        "The certificate of the gateway of Europe ran out two days ago.",
        certificate(f"{_EUROPE}:4001", from_days=-90, to_days=-2),
        code="LC403",
        unusable=_one(f"{_EUROPE}:4001"),
    ),
    _scenario(
        "site-certificate-expired",
        "The certificate of the Canadian site ran out.",
        certificate("www.interactivebrokers.ca:443", from_days=-90, to_days=-2),
        code="LC403",
        unusable=_one("www.interactivebrokers.ca:443"),
        verdict="degraded",
    ),
    _scenario(
        "certificate-of-another",
        "The gateway of Europe shows a certificate for another name.",
        certificate(f"{_EUROPE}:4001", for_name="mail.elsewhere.example"),
        code="LC404",
        unusable=_one(f"{_EUROPE}:4001"),
        unknown=_one(f"{_EUROPE}:4000"),
    ),
    _scenario(
        "chain-incomplete",
        "The gateway of Europe (stunnel) leaves out the certificate of its authority.",
        behind_stunnel(_EUROPE, with_chain=False),
        code="LC411",
        unusable=_one(f"{_EUROPE}:4001"),
        unknown=_one(f"{_EUROPE}:4000"),
    ),
    _scenario(
        "old-tls-alone",
        "The gateway of Europe (stunnel) speaks no newer TLS than 1.1.",
        behind_stunnel(_EUROPE, "sslVersionMax = TLSv1.1", "sslVersionMin = TLSv1", "ciphers = ALL:@SECLEVEL=0"),
        code="LC450",
        unusable=_one(f"{_EUROPE}:4001"),
    ),
    _scenario(
        "tls-1-2-alone",
        "The gateway of Europe (stunnel) speaks no newer TLS than 1.2.",
        behind_stunnel(_EUROPE, "sslVersionMax = TLSv1.2"),
        code="",
        verdict="success",
        unusable=NONE,
    ),
    _scenario(
        "not-tls",
        "On 4001 of the gateway of Europe a mail server answers.",
        door(_one(f"{_EUROPE}:4001"), manner="greets", leaf=None),
        code="LC407",
        unusable=_one(f"{_EUROPE}:4001"),
        unknown=_one(f"{_EUROPE}:4000"),
    ),
    _scenario(
        "foreign-greeting",
        "On 4000 of the gateway of Europe a mail server answers.",
        door(_one(f"{_EUROPE}:4000"), manner="greets"),
        code="LC312",
        unusable=_one(f"{_EUROPE}:4000"),
    ),
    _scenario(
        "site-mute",
        "The Client Portal's eastern site shakes hands and answers no program: people may fare better.",
        door(_one("gdcdyn.interactivebrokers.com:443"), manner="mute"),
        code="LC504",
        verdict="degraded",
        optional=_one("gdcdyn.interactivebrokers.com:443"),
    ),
    _scenario(
        "site-broken",
        "The Client Portal's eastern site answers every request with an error of its own (503).",
        door(_one("gdcdyn.interactivebrokers.com:443"), manner="errs"),
        code="LC504",
        verdict="degraded",
        unusable=NONE,
    ),
    _scenario(
        "vendor-refuses-this-country",
        "Every gateway resets 4000 and 4001 itself: from here no different from a firewall that resets.",
        rules("internet", "tcp dport { 4000, 4001 } reject with tcp reset", hook="input"),
        code="LC302",
        unusable=TWS,
    ),
    _scenario(
        "certificate-of-nobody",
        "The risk server's certificate is signed by an authority nobody trusts.",
        certificate("risk.interactivebrokers.com:443", authority="box"),
        code="LC409",
        unusable=_one("risk.interactivebrokers.com:443"),
        verdict="degraded",
    ),
)
