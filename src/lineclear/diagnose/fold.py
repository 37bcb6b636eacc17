"""One root cause per fault: rules run from the nearest layer outwards, and what is explained is not explained again."""

from msgspec.structs import replace

from lineclear.model import Finding, Severity

from .codes import code_of
from .rules import RULES, Case
from .standing import Standing, Standings

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def fold(standings: Standings) -> tuple[tuple[Finding, ...], Standings]:
    """Every finding of every rule, the gravest and widest first, and how the targets stand in their light."""
    explained: frozenset[str] = frozenset()
    found: list[Finding] = []
    for rule in RULES:
        for one in rule(Case(standings, explained)):
            if one.severity is Severity.ERROR and not one.targets:
                continue  # it would be a cause, and nothing is left for it to explain
            found.append(one)
            explained |= frozenset(one.targets)
            if code_of(one).settles:
                standings = standings.settle(one.targets)
    weighed = [_weigh(one, standings) for one in found]
    return tuple(sorted(weighed, key=lambda one: _place(one, standings))), standings


def _place(finding: Finding, standings: Standings) -> tuple[int, int, str, tuple[str, ...]]:
    main = [name for name in finding.targets if standings.view.is_main(standings.all[name].target)]
    return (_ORDER[finding.severity], -len(main), finding.code, finding.targets)


def _weigh(finding: Finding, standings: Standings) -> Finding:
    """An error only where a main function fails for it; a warning only where something required has to do with it."""
    stands = [standings.all[name] for name in finding.targets]
    needed = [one for one in stands if one.target.required and not standings.is_spare(one.target)]
    if finding.severity is Severity.ERROR and not any(_is_fatal(one, standings) for one in needed):
        return replace(finding, severity=Severity.WARNING if needed else Severity.INFO)
    if finding.severity is Severity.WARNING and stands and not needed:
        return replace(finding, severity=Severity.INFO)
    return finding


def _is_fatal(one: Standing, standings: Standings) -> bool:
    lost = one.ok is False and standings.is_carried(one) is False and not standings.may_be_spare(one.target)
    return lost and standings.view.is_main(one.target)
