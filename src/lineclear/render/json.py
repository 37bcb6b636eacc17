"""The report as one JSON document, schema `lineclear.report/1`, and back.

Machines read it: fields are only ever added under the same schema name. The whole evidence is inside, so that a report
can be diagnosed again, redacted or rendered in any other format. The types below are the schema.
"""

from typing import Literal, TypeVar

from msgspec import Struct

from lineclear.model import (
    Diagnosis,
    Evidence,
    Finding,
    Proof,
    Report,
    ServiceResult,
    Severity,
    Suspect,
    TargetResult,
    Verdict,
    evidence_from_json,
    from_json,
    to_json,
)

from .exits import EXIT
from .prose import cause, changes, headline, why
from .words import place_of

Value = TypeVar("Value", bound=Struct)


class CatalogReference(Struct, frozen=True, kw_only=True):
    """Which list was checked, and in `place` where its ports are: the IBKR server's 4001 is not the local API's."""

    id: str
    edition: str
    title: str
    publisher: str
    application: str
    place: str


class RemedyEntry(Struct, frozen=True, kw_only=True):
    """What to change, and who can: `user`, `network administrator`, `vendor` or `nobody`."""

    who: str
    text: str


class FindingEntry(Struct, frozen=True, kw_only=True):
    """A root cause. Severity `warning` or above is a claim that this is a cause."""

    id: str
    """Kebab-case; never reused."""
    code: str
    severity: Severity
    title: str
    """The cause in one sentence."""
    why: str
    targets: tuple[str, ...]
    """`host:port` of the targets it explains."""
    subject: str
    because: tuple[str, ...]
    """Ids of observations in `evidence`; `vantage.routes` and the like name a part of `evidence.vantage`."""
    remedies: tuple[RemedyEntry, ...]
    facts: dict[str, str]
    explain: str
    """The command that explains it."""


class ServiceEntry(Struct, frozen=True, kw_only=True):
    """One row group of the list."""

    id: str
    name: str
    label: str
    weight: str
    applies: bool
    verdict: Verdict
    loses: str
    targets: tuple[str, ...]


class TargetEntry(Struct, frozen=True, kw_only=True):
    """One host:port of the list, required by this profile or not."""

    host: str
    port: int
    ok: bool | None
    """Whether software that connects directly can use it; null: could not tell."""
    transport: str
    required: bool
    verdict: Verdict
    proof: Proof
    addresses: tuple[str, ...]
    rtt_ms: float | None
    requirements: tuple[str, ...]
    findings: tuple[str, ...]
    note: str
    in_use: bool


class SuspectEntry(Struct, frozen=True, kw_only=True):
    """A reason that is not the network."""

    id: str
    title: str
    hint: str


class Document(Struct, frozen=True, kw_only=True):
    """A report of Lineclear."""

    schema: Literal["lineclear.report/1"] = "lineclear.report/1"
    tool: str
    verdict: Verdict
    exit_code: int
    """What `lineclear check` ends with for this verdict."""
    cause: str
    ask: str
    catalog: CatalogReference
    profile: tuple[str, ...]
    started: str
    took_ms: float
    interrupted: bool
    redacted: bool = False
    findings: tuple[FindingEntry, ...]
    services: tuple[ServiceEntry, ...]
    targets: tuple[TargetEntry, ...]
    suspects: tuple[SuspectEntry, ...]
    evidence: Evidence


def json(report: Report) -> str:
    """The document, indented, with a final line end."""
    return visible(to_json(document(report)).decode())


def document(report: Report) -> Document:
    """The report in the shape of the schema."""
    evidence, diagnosis = report.evidence, report.diagnosis
    told = headline(report)
    catalog = evidence.catalog
    return Document(
        tool=evidence.tool,
        verdict=diagnosis.verdict,
        exit_code=EXIT[diagnosis.verdict],
        cause=told.cause,
        ask=told.ask,
        catalog=CatalogReference(
            id=catalog.id,
            edition=catalog.edition,
            title=catalog.title,
            publisher=catalog.publisher,
            application=catalog.application,
            place=place_of(catalog),
        ),
        profile=evidence.plan.profile,
        started=evidence.started,
        took_ms=evidence.took_ms,
        interrupted=evidence.interrupted,
        redacted=report.redacted,
        findings=tuple(map(_finding, diagnosis.findings)),
        services=tuple(_as(ServiceEntry, one) for one in diagnosis.services),
        targets=tuple(_as(TargetEntry, one) for one in diagnosis.targets),
        suspects=tuple(_as(SuspectEntry, one) for one in diagnosis.suspects),
        evidence=evidence,
    )


class _Head(Struct, frozen=True, kw_only=True):
    """What every file of ours begins with."""

    schema: str


def is_report(data: bytes, what: str) -> bool:
    """Whether a file of ours is a report; else it is evidence.

    Raises:
        UsageError: it is neither.
    """
    return from_json(data, _Head, what).schema.startswith("lineclear.report/")


def evidence_in(data: bytes, what: str) -> Evidence:
    """The evidence a file of ours holds, be it evidence or a whole report.

    Raises:
        UsageError: it is neither, or of a schema this version does not know.
    """
    return report_from_json(data, what).evidence if is_report(data, what) else evidence_from_json(data, what)


def report_from_json(data: bytes, what: str) -> Report:
    """The report a document was made from.

    Raises:
        UsageError: it is not JSON, not a report, or of a schema this version does not know.
    """
    told = from_json(data, Document, what)
    return Report(
        evidence=told.evidence,
        diagnosis=Diagnosis(
            verdict=told.verdict,
            findings=tuple(map(_finding_back, told.findings)),
            services=tuple(_as(ServiceResult, one) for one in told.services),
            targets=tuple(_as(TargetResult, one) for one in told.targets),
            suspects=tuple(_as(Suspect, one) for one in told.suspects),
        ),
        redacted=told.redacted,
    )


def visible(encoded: str) -> str:
    r"""JSON with what is not printable written as `\u....`: the same document, and nothing a terminal acts upon."""
    return "\n".join(
        line if line.isprintable() else "".join(one if one.isprintable() else _escaped(one) for one in line)
        for line in encoded.split("\n")
    )


def _escaped(one: str) -> str:
    units = one.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _finding(finding: Finding) -> FindingEntry:
    return FindingEntry(
        id=finding.id,
        code=finding.code,
        severity=finding.severity,
        title=cause(finding),
        why=why(finding),
        targets=finding.targets,
        subject=finding.subject,
        because=finding.because,
        remedies=tuple(RemedyEntry(who=who.value, text=text) for who, text in changes(finding)),
        facts=dict(sorted(finding.facts)),
        explain=f"lineclear explain {finding.code}",
    )


def _finding_back(entry: FindingEntry) -> Finding:
    return _as(Finding, entry, facts=tuple(sorted(entry.facts.items())))


def _as(kind: type[Value], value: Struct, **more: object) -> Value:
    """A value of another Struct with the same fields; entries spell out what the model leaves out when it is empty."""
    names = kind.__struct_fields__
    return kind(**{name: getattr(value, name) for name in names if name not in more}, **more)
