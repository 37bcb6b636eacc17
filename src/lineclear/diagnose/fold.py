"""One root cause per fault: rules run from the nearest layer outwards, and what is explained is not explained again.

Names are the exception: a target whose name leads to the wrong place may fail at the right one, too. So beyond names
such targets are judged where other answers lead, as far as anybody walked there.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from lineclear.model import Finding, Severity

from .codes import code_of
from .rules import AFTERWARDS, BEYOND_NAMES, UP_TO_NAMES, Case, Rule
from .standing import Standing, Standings

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def fold(standings: Standings) -> tuple[tuple[Finding, ...], Standings]:
    """Every finding of every rule, the gravest and widest first, and how the targets stand in their light."""
    folding = _Folding(standings)
    folding.apply(UP_TO_NAMES)
    beyond = folding.led_right()
    beyond.apply(BEYOND_NAMES)
    folding.take_over(beyond)
    folding.apply(AFTERWARDS)
    standings = folding.standings
    weighed = [_weigh(one, standings) for one in folding.found]
    return tuple(sorted(weighed, key=lambda one: _place(one, standings))), standings


class _Folding:
    """What was found so far, and what it explains."""

    def __init__(self, standings: Standings, explained: frozenset[str] = frozenset()) -> None:
        self.standings = standings
        self.explained = explained
        self.found: list[Finding] = []

    def apply(self, rules: Iterable[Rule]) -> None:
        """Let each rule explain what is not explained yet."""
        case = Case(self.standings, self.explained)
        for rule in rules:
            before = len(self.found)
            for one in rule(case):
                if one.severity is Severity.ERROR and not one.targets:
                    continue  # it would be a cause, and nothing is left for it to explain
                self.found.append(one)
                self.explained |= frozenset(one.targets)
                if code_of(one).settles:
                    self.standings = self.standings.settle(one.targets)
            if len(self.found) > before:
                case = Case(self.standings, self.explained)

    def led_right(self) -> "_Folding":
        """The same evidence where every name leads to the right place; what names explain is open again there."""
        misled = frozenset(name for one in self.found if code_of(one).misleads for name in one.targets)
        if not misled:
            return _Folding(self.standings, self.explained)
        stands = self.standings.all
        right = self.standings.led_right(frozenset(stands[name].target.host for name in misled))
        reopened = {name for name in misled if right.view.addresses(stands[name].target.host)}
        return _Folding(right, self.explained - reopened)

    def take_over(self, beyond: "_Folding") -> None:
        """Add what was found there."""
        self.found += beyond.found
        self.explained |= beyond.explained
        for one in beyond.found:
            if code_of(one).settles:
                self.standings = self.standings.settle(one.targets)


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
