"""The vendor's servers themselves."""

from lab.changes.filters import hosts_blocked
from lab.changes.servers import certificate, door
from lab.scenario import NONE, Change, Names, Scenario, at

_EUROPE = "zdc1.ibllc.com"
_EUROPE_BACKUP = "zdc1_hb1.ibllc.com"


def _scenario(
    name: str,
    says: str,
    *changes: Change,
    code: str,
    unusable: Names,
    verdict: str = "failure",
    unknown: Names = NONE,
) -> Scenario:
    return Scenario(
        name=name,
        family="servers",
        says=says,
        changes=changes,
        verdict=verdict,
        codes=frozenset(code.split()),
        unusable=unusable,
        unknown=unknown,
    )


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
        "certificate-of-nobody",
        "The risk server's certificate is signed by an authority nobody trusts.",
        certificate("risk.interactivebrokers.com:443", authority="box"),
        code="LC409",
        unusable=_one("risk.interactivebrokers.com:443"),
        verdict="degraded",
    ),
)
