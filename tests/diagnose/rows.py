"""The form of a row of the big table: a network in words, and all that a check must say of it, no more and no less."""

from fnmatch import fnmatchcase

from msgspec import Struct
from tests.diagnose.network import Change
from tests.diagnose.scene import scene

from lineclear.model import Diagnosis, Evidence, Severity, Verdict

ALL = ("*",)
GATEWAYS = ("*.ibllc.com*:400?",)
"""Every port 4000 and 4001 of the list."""
OPAQUE = ("*:4000",)
SITES = ("*:443",)
PLAIN = ("*:80",)
CHINA = ("mcgw1*:400?",)
"""Not required without the profile."""
BACKUPS = ("*_hb1.*:400?",)

SUCCESS, DEGRADED, INCONCLUSIVE, FAILURE = Verdict.SUCCESS, Verdict.DEGRADED, Verdict.INCONCLUSIVE, Verdict.FAILURE
_OF_A_HEALTHY_NETWORK = "underscore-certificate-note"


class Row(Struct, frozen=True, kw_only=True):
    """One network, and the whole of its diagnosis."""

    name: str
    changes: tuple[Change, ...]
    verdict: Verdict
    errors: tuple[str, ...] = ()
    """Ids of the findings of that severity, each as often as it is found."""
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Besides the one that every network with working backups has."""
    dead: tuple[str, ...] = ()
    """Patterns of all targets with `ok` False; what begins with `!` is taken out again."""
    unsure: tuple[str, ...] = ()
    """Patterns of all targets with `ok` None."""

    @property
    def evidence(self) -> Evidence:
        """What a check sees of it."""
        return scene(*self.changes)


def row(name: str, *changes: Change, verdict: Verdict, **said: tuple[str, ...]) -> Row:
    """A row of the table."""
    return Row(name=name, changes=changes, verdict=verdict, **said)


def said_of(diagnosis: Diagnosis, severity: Severity) -> list[str]:
    """Ids of the findings of a severity, in order of the alphabet."""
    ids = [one.id for one in diagnosis.findings if one.severity is severity]
    return sorted(one for one in ids if one != _OF_A_HEALTHY_NETWORK)


def targets_of(diagnosis: Diagnosis, patterns: tuple[str, ...]) -> list[str]:
    """Names of the targets that some patterns mean."""
    wanted = [one for one in patterns if not one.startswith("!")]
    unwanted = [one[1:] for one in patterns if one.startswith("!")]
    return [
        one.name
        for one in diagnosis.targets
        if any(fnmatchcase(one.name, pattern) for pattern in wanted)
        and not any(fnmatchcase(one.name, pattern) for pattern in unwanted)
    ]
