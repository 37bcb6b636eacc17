"""From standings and findings to the verdicts people act on.

A target's verdict follows from whether it can be used and what hangs on it; a service's is the worst of its targets,
where a dead backup only degrades; the overall verdict is the worst of the main services, and anything less than all
is at most Degraded. Alternatives (`any_of`) fail only together, wherever on the list they stand.
"""

from collections.abc import Iterable

from lineclear.model import (
    Finding,
    Requirement,
    Role,
    Service,
    ServiceResult,
    Severity,
    Target,
    TargetResult,
    Verdict,
    Weight,
)

from .standing import Standing, Standings

_GRAVITY = {Verdict.SUCCESS: 0, Verdict.DEGRADED: 1, Verdict.INCONCLUSIVE: 2, Verdict.FAILURE: 3}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of some verdicts; Success of none."""
    return max(verdicts, key=_GRAVITY.__getitem__, default=Verdict.SUCCESS)


def target_results(standings: Standings, findings: tuple[Finding, ...]) -> tuple[TargetResult, ...]:
    """Every host:port of the list, in its order."""
    about: dict[str, list[Finding]] = {}
    for one in findings:
        for name in one.targets:
            about.setdefault(name, []).append(one)
    return tuple(_target(one, standings, about.get(one.target.name, [])) for one in standings.all.values())


def _target(one: Standing, standings: Standings, about: list[Finding]) -> TargetResult:
    connect = one.walk.connect if one.walk else None
    return TargetResult(
        host=one.target.host,
        port=one.target.port,
        transport=one.target.transport.value,
        requirements=one.target.requirements,
        required=one.target.required,
        ok=one.ok,
        verdict=_verdict(one, about),
        proof=one.proof,
        addresses=standings.view.addresses(one.target.host),
        rtt_ms=connect.rtt_ms if connect else None,
        findings=tuple(dict.fromkeys(each.id for each in about)),
        note=one.symptom.value if one.symptom else one.doubt.value if one.doubt else "",
        in_use=one.target.in_use,
    )


def _verdict(one: Standing, about: list[Finding]) -> Verdict:
    if one.ok is None:
        return Verdict.INCONCLUSIVE
    if not one.ok:
        return Verdict.FAILURE
    return Verdict.DEGRADED if any(each.severity is not Severity.INFO for each in about) else Verdict.SUCCESS


def service_results(standings: Standings, targets: tuple[TargetResult, ...]) -> tuple[ServiceResult, ...]:
    """Every row group of the list, in its order."""
    by_name = {one.name: one for one in targets}
    return tuple(_service(service, by_name, standings) for service in standings.view.catalog.services)


def _service(service: Service, results: dict[str, TargetResult], standings: Standings) -> ServiceResult:
    """One row group. Alternatives that nobody needs, because another one works, do not apply.

    What is needed and no connection can decide leaves the service undecided: a row that was not tried is no pass.
    """
    rows = [(one, results[_name(one)]) for one in service.requirements if _name(one) in results]
    needed = [(one, result) for one, result in rows if one.required and not _is_set_aside(result, standings)]
    left_open = [Verdict.INCONCLUSIVE for one in service.requirements if standings.is_left_open(one)]
    verdicts = [_of_requirement(one, result, standings) for one, result in needed or rows]
    return ServiceResult(
        id=service.id,
        name=service.name,
        label=service.label,
        weight=service.weight.value,
        applies=bool(needed or left_open),
        verdict=_of_rows([*zip((one for one, _ in needed or rows), verdicts, strict=True)], left_open),
        loses=service.loses,
        targets=tuple(dict.fromkeys(result.name for _, result in rows)),
    )


def _of_rows(rows: list[tuple[Requirement, Verdict]], left_open: list[Verdict]) -> Verdict:
    """The worst of its rows. An undecided backup leaves nothing open where something is proven to be degraded.

    It could cost no more than that.
    """
    every = [*(verdict for _, verdict in rows), *left_open]
    sure = [*(verdict for one, verdict in rows if not _is_open_backup(one, verdict)), *left_open]
    return worst(sure) if worst(sure) is Verdict.DEGRADED else worst(every)


def _is_open_backup(one: Requirement, verdict: Verdict) -> bool:
    return one.role is Role.BACKUP and verdict is Verdict.INCONCLUSIVE


def _name(one: Requirement) -> str:
    return Target(host=one.host, port=one.port, transport=one.transport).name


def _is_set_aside(result: TargetResult, standings: Standings) -> bool:
    return result.ok is not True and standings.is_spare(standings.all[result.name].target)


def _of_requirement(one: Requirement, result: TargetResult, standings: Standings) -> Verdict:
    """What a row is worth when its target is worth this.

    A dead backup costs redundancy, not the service. What may go through a proxy, or another way that could not be
    judged, is not lost with the direct one.
    """
    carried = standings.is_carried(standings.all[result.name]) if result.ok is False else False
    if carried is not False:
        return Verdict.SUCCESS if carried else Verdict.INCONCLUSIVE
    if result.ok is False and standings.may_be_spare(standings.all[result.name].target):
        return Verdict.INCONCLUSIVE
    if one.role is Role.BACKUP and result.verdict is Verdict.FAILURE:
        return Verdict.DEGRADED
    return result.verdict


def overall(services: tuple[ServiceResult, ...], findings: tuple[Finding, ...]) -> Verdict:
    """The one word. An auxiliary service that fails, or a warning, degrades; a main one decides."""
    each = [
        one.verdict
        if one.weight == Weight.MAIN.value
        else Verdict.DEGRADED
        if one.verdict is Verdict.FAILURE
        else one.verdict
        for one in services
        if one.applies
    ]
    if not each:
        return Verdict.INCONCLUSIVE
    warned = any(one.severity is not Severity.INFO for one in findings)
    return worst([*each, Verdict.DEGRADED] if warned else each)
