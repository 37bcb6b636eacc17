"""What a rule reads, and how it states a finding."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from lineclear.diagnose.codes import Code
from lineclear.diagnose.doubt import Doubt
from lineclear.diagnose.standing import Standing, Standings
from lineclear.diagnose.symptom import Symptom
from lineclear.diagnose.view import View
from lineclear.model import Finding, Observation, OtherEnd


class Case:
    """The evidence, how every target stands, and which failing targets nobody has explained yet."""

    def __init__(self, standings: Standings, explained: frozenset[str]) -> None:
        self.standings = standings
        self.view: View = standings.view
        self._explained = explained

    def open(self, *symptoms: Symptom) -> tuple[Standing, ...]:
        """Targets that do not work and are not explained: of these symptoms, or of any."""
        return tuple(one for one in self._left(symptoms) if one.ok is False)

    def undecided(self, *symptoms: Symptom) -> tuple[Standing, ...]:
        """Targets that were tried, could not be decided, and are not explained: of these symptoms, or of any."""
        return tuple(one for one in self._left(symptoms) if one.ok is None and one.symptom is not Symptom.UNTESTED)

    def belied(self) -> tuple[Standing, ...]:
        """Targets that do not work, or of which something speaks against it, and are not explained."""
        doubtful = (one for one in self.undecided() if one.symptom is not None or one.doubt is not Doubt.UNTRIED)
        return (*self.open(), *doubtful)

    def untested(self) -> tuple[Standing, ...]:
        """Targets that could not be tested, and are not explained."""
        return self._left((Symptom.UNTESTED,))

    def unexplained(self) -> tuple[Standing, ...]:
        """Targets nobody has explained yet, however they stand."""
        return self._left(())

    def working(self, *symptoms: Symptom) -> tuple[Standing, ...]:
        """Targets that can be used, explained or not: in spite of these symptoms, or in any way."""
        return tuple(one for one in self.all if one.ok and (not symptoms or one.symptom in symptoms))

    def taken_here(self, one: Standing) -> tuple[OtherEnd, ...]:
        """What shows that a program of this machine accepted a target's walk; or nothing."""
        return self.view.ends.taken_here(one.walk.endpoint) if one.walk else ()

    @property
    def all(self) -> tuple[Standing, ...]:
        """Every target, in the order of the list."""
        return tuple(self.standings.all.values())

    def in_order(self, stands: Iterable[Standing]) -> tuple[Standing, ...]:
        """Some targets in the order of the list, once each."""
        names = {one.target.name for one in stands}
        return tuple(one for one in self.all if one.target.name in names)

    def _left(self, symptoms: tuple[Symptom, ...]) -> tuple[Standing, ...]:
        return tuple(one for one in self._unexplained if one.symptom in symptoms) if symptoms else self._unexplained

    @cached_property
    def _unexplained(self) -> tuple[Standing, ...]:
        left = (one for one in self.all if one.target.name not in self._explained)
        return tuple(one for one in left if not self.standings.is_left_aside(one))


Rule = Callable[[Case], Iterator[Finding]]


def finding(
    code: Code, targets: Iterable[Standing], because: Iterable[str] = (), subject: str = "", **facts: str
) -> Finding:
    """A finding of `code` about `targets`, proven by their deciding steps and by `because`.

    The facts `hosts` and `ports` are those of the targets unless given.
    """
    stands = tuple(targets)
    usual = {
        "hosts": listed(dict.fromkeys(one.target.host for one in stands)),
        "ports": listed(str(port) for port in sorted({one.target.port for one in stands})),
    }
    known = {**{name: usual[name] for name in usual if name in code.facts}, **facts}
    proof = dict.fromkeys((*because, *(step for one in stands for step in one.because)))
    return Finding(
        code=code.label,
        id=code.id,
        severity=code.severity,
        targets=tuple(one.target.name for one in stands),
        subject=subject,
        because=tuple(proof),
        facts=tuple(sorted(known.items())),
    )


def listed(names: Iterable[str]) -> str:
    """Names as a sentence lists them, all of them: `a, b and c`."""
    every = list(names)
    return " and ".join(filter(None, (", ".join(every[:-1]), every[-1] if every else "")))


def ids(steps: Iterable[Observation]) -> tuple[str, ...]:
    """The ids of steps."""
    return tuple(step.id for step in steps)


def hosts(stands: Iterable[Standing]) -> tuple[str, ...]:
    """The hosts of some targets, once each."""
    return tuple(dict.fromkeys(one.target.host for one in stands))
