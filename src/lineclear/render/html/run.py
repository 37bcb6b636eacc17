"""A check as far as it is known: finished, under way, or not begun. What every part of the page is made from."""

import enum
import re

from msgspec import Struct

from lineclear.model import (
    Diagnosis,
    DnsQuery,
    Evidence,
    Observation,
    Ping,
    Report,
    Service,
    ServiceResult,
    SystemLookup,
    Target,
    TargetResult,
    Verdict,
)
from lineclear.plan import dialled_port

_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


class State(enum.Enum):
    """How far a target has come."""

    WAITING = "waiting"
    MEASURING = "measuring"
    KNOWN = "known"


class Run(Struct, frozen=True, kw_only=True):
    """One check. Under way, `evidence` holds the observations so far and there is no `diagnosis` yet."""

    evidence: Evidence
    diagnosis: Diagnosis | None = None
    redacted: bool = False

    @property
    def report(self) -> Report:
        """The report; of a check that is under way, one in which nothing is decided."""
        return Report(
            evidence=self.evidence, diagnosis=self.diagnosis or planned(self.evidence), redacted=self.redacted
        )


def run_of(report: Report) -> Run:
    """A finished check."""
    return Run(evidence=report.evidence, diagnosis=report.diagnosis, redacted=report.redacted)


def planned(evidence: Evidence) -> Diagnosis:
    """What a plan alone says: every service and target, and no word about any."""
    of = {one: target for target in evidence.plan.targets for one in target.requirements}
    return Diagnosis(
        verdict=Verdict.INCONCLUSIVE,
        services=tuple(_service(one, of) for one in evidence.catalog.services),
        targets=tuple(
            TargetResult(
                host=one.host,
                port=one.port,
                transport=one.transport.value,
                requirements=one.requirements,
                required=one.required,
                in_use=one.in_use,
            )
            for one in evidence.plan.targets
        ),
    )


def _service(service: Service, of: dict[str, Target]) -> ServiceResult:
    targets = [of[one.id] for one in service.requirements if one.id in of]
    return ServiceResult(
        id=service.id,
        name=service.name,
        label=service.label,
        weight=service.weight.value,
        applies=any(one.required for one in targets),
        loses=service.loses,
        targets=tuple(dict.fromkeys(one.name for one in targets)),
    )


def concerning(evidence: Evidence, host: str, port: int) -> tuple[Observation, ...]:
    """Every step of one target in the order of time: its name first, then what was tried at its port."""
    dialled = dialled_port(evidence.plan.redirections, host, port)
    found = [one for one in evidence.observations if _concerns(one, host, dialled)]
    return tuple(sorted(found, key=lambda one: (not _is_lookup(one), one.at_ms, one.id)))


def _concerns(one: Observation, host: str, port: int) -> bool:
    if isinstance(one, SystemLookup | DnsQuery):
        return one.name == host
    endpoint = getattr(one, "endpoint", None)
    return endpoint is not None and endpoint.port == port and getattr(one, "host", "") == host


def _is_lookup(one: Observation) -> bool:
    return isinstance(one, SystemLookup | DnsQuery)


def state_of(run: Run, target: TargetResult) -> State:
    """How far a target has come. Its name alone is nothing yet: all names are asked for at once."""
    if run.diagnosis is not None:
        return State.KNOWN
    begun = any(not _is_lookup(one) for one in concerning(run.evidence, target.host, target.port))
    return State.MEASURING if begun else State.WAITING


def ping_of(evidence: Evidence, host: str) -> Ping | None:
    """The ping of a host that counts: one that was answered, else any; None where none was sent."""
    found = [one for one in evidence.of(Ping) if one.host == host]
    return next((one for one in found if one.failure is None), found[0] if found else None)


def element_id(*parts: object) -> str:
    """The id of an element, the same in every run: `target-zdc1-ibllc-com-4001`."""
    return "-".join(_NOT_A_NAME.sub("-", str(one).lower()).strip("-") for one in parts)
