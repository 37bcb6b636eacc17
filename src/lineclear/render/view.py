"""The report as services with their hosts and ports: what the tables of every format are made from."""

from collections.abc import Iterable

from msgspec import Struct

from lineclear.model import Report, Requirement, Role, ServiceResult, TargetResult, Verdict

from .words import DEGRADED, FAILED, NOT_NEEDED, OK, SERVICE_WORDS, UNKNOWN, word_of

_WORST_FIRST = (FAILED, UNKNOWN, DEGRADED, OK, NOT_NEEDED)
_OTHERS = "Further targets"
_NOT_LOST = frozenset({Verdict.SUCCESS, Verdict.INCONCLUSIVE})


class HostView(Struct, frozen=True, kw_only=True):
    """One host of a service, with what became of each of its ports."""

    host: str
    role: Role
    targets: tuple[TargetResult, ...]

    @property
    def words(self) -> dict[int, str]:
        """Port to word."""
        return {one.port: word_of(one) for one in self.targets}

    @property
    def rtt_ms(self) -> float | None:
        """The shortest round trip seen (`shortest`)."""
        return shortest(self.targets)

    @property
    def in_use(self) -> bool:
        """Whether an installation on this machine connects to it."""
        return any(one.in_use for one in self.targets)


class ServiceView(Struct, frozen=True, kw_only=True):
    """One row group of the list."""

    result: ServiceResult
    hosts: tuple[HostView, ...]
    lost: str = ""
    """What the user loses by what failed, a sentence; empty when nothing is lost."""

    @property
    def targets(self) -> tuple[TargetResult, ...]:
        """All its targets, host by host."""
        return tuple(one for host in self.hosts for one in host.targets)

    @property
    def ports(self) -> frozenset[int]:
        """Every port of any of its hosts."""
        return frozenset(one.port for one in self.targets)

    @property
    def word(self) -> str:
        """The service's own word; `not needed` where it does not apply to this profile."""
        return SERVICE_WORDS[self.result.verdict] if self.result.applies else NOT_NEEDED

    @property
    def troubled(self) -> bool:
        """Whether its hosts deserve a line each."""
        return self.result.applies and self.result.verdict is not Verdict.SUCCESS

    @property
    def missed(self) -> bool:
        """Whether direct connections fail and the service does not: another way, such as a proxy, works or may."""
        needed = [one for one in self.targets if one.required]
        known = self.result.verdict in _NOT_LOST and all(one.ok is not None for one in needed)
        return self.result.applies and known and any(one.ok is False for one in needed)

    @property
    def dead(self) -> bool:
        """Whether nothing of it that is needed works."""
        works = any(one.ok for one in self.targets if one.required)
        return self.troubled and self.result.verdict is Verdict.FAILURE and not works

    def worst(self, port: int) -> str:
        """One word for a port of all its hosts: the worst of theirs; `not needed` counts least."""
        words = {host.words[port] for host in self.hosts if port in host.words}
        return next((one for one in _WORST_FIRST if one in words), "")


def services(report: Report) -> tuple[ServiceView, ...]:
    """Every service in the order of the list; targets no service names come last, under a heading of their own."""
    targets = {one.name: one for one in report.diagnosis.targets}
    rows: dict[str, list[Requirement]] = {}
    for one in report.evidence.catalog.requirements:
        rows.setdefault(one.service, []).append(one)
    told = {name for one in report.diagnosis.services for name in one.targets}
    found = [
        _service(one, [targets[name] for name in one.targets if name in targets], rows.get(one.id, []))
        for one in report.diagnosis.services
    ]
    rest = [one for name, one in targets.items() if name not in told]
    return (*found, _service(_others(rest), rest, [])) if rest else tuple(found)


def urgency(views: Iterable[ServiceView]) -> int:
    """Where a table of services stands among others: 0 where one has failed, 1 where one has other trouble, 2 else."""
    several = tuple(views)
    failed = any(one.result.applies and one.result.verdict is Verdict.FAILURE for one in several)
    return 0 if failed else 1 if any(one.troubled or one.missed for one in several) else 2


def shortest(targets: tuple[TargetResult, ...]) -> float | None:
    """The shortest round trip of several targets: of those that work if any does, for others a box may answer."""
    working = [one.rtt_ms for one in targets if one.ok and one.rtt_ms is not None]
    return min(working or (one.rtt_ms for one in targets if one.rtt_ms is not None), default=None)


def _service(result: ServiceResult, targets: list[TargetResult], rows: list[Requirement]) -> ServiceView:
    roles = {one.host: one.role for one in rows}
    if Role.BACKUP not in roles.values():
        roles = {}  # a primary without a backup is simply the host
    hosts = dict.fromkeys(one.host for one in targets)
    return ServiceView(
        result=result,
        hosts=tuple(
            HostView(
                host=host,
                role=roles.get(host, Role.ONLY),
                targets=tuple(one for one in targets if one.host == host),
            )
            for host in hosts
        ),
        lost=_lost(result, targets, rows),
    )


def _lost(result: ServiceResult, targets: list[TargetResult], rows: list[Requirement]) -> str:
    """The service's own loss when it fails, a row's when only that failed; of what could not be told, nothing."""
    if not result.applies or result.verdict is Verdict.INCONCLUSIVE:
        return ""
    if result.verdict is Verdict.FAILURE:
        return result.loses
    failed = {name for one in targets if one.required and one.ok is False for name in one.requirements}
    return next((one.loses for one in rows if one.id in failed and one.loses), "")


def _others(targets: list[TargetResult]) -> ServiceResult:
    words = {word_of(one) for one in targets}
    by_word = {word: verdict for verdict, word in SERVICE_WORDS.items()}
    worst = next((by_word[one] for one in _WORST_FIRST if one in words and one in by_word), Verdict.SUCCESS)
    return ServiceResult(id="", name=_OTHERS, verdict=worst, targets=tuple(one.name for one in targets))
