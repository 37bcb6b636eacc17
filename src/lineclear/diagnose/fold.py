"""One root cause per fault: rules run from the nearest layer outwards, and what is explained is not explained again."""

from lineclear.model import Finding, Severity

from .rules import RULES, Case
from .standing import Standings

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def findings(standings: Standings) -> tuple[Finding, ...]:
    """Every finding of every rule, the gravest and widest first."""
    explained: frozenset[str] = frozenset()
    found: list[Finding] = []
    for rule in RULES:
        for one in rule(Case(standings, explained)):
            if one.severity is Severity.ERROR and not one.targets:
                continue  # it would be a cause, and nothing is left for it to explain
            weighed = _weigh(one, standings)
            found.append(weighed)
            explained |= frozenset(one.targets)
    return tuple(
        sorted(found, key=lambda one: (_ORDER[one.severity], -_gravity(one, standings), one.code, one.targets))
    )


def _weigh(finding: Finding, standings: Standings) -> Finding:
    """An error only where a main function fails for it; a warning only where something required does."""
    if finding.severity is not Severity.ERROR:
        return finding
    view = standings.view
    stands = [standings.all[name] for name in finding.targets]
    if any(one.ok is False and view.is_main(one.target) for one in stands):
        return finding
    required = not stands or any(one.target.required for one in stands)
    return _with_severity(finding, Severity.WARNING if required else Severity.INFO)


def _with_severity(finding: Finding, severity: Severity) -> Finding:
    return Finding(
        code=finding.code,
        id=finding.id,
        severity=severity,
        targets=finding.targets,
        subject=finding.subject,
        because=finding.because,
        facts=finding.facts,
    )


def _gravity(finding: Finding, standings: Standings) -> int:
    return sum(1 for name in finding.targets if standings.view.is_main(standings.all[name].target))
