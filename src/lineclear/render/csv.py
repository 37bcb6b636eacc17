"""The report as comma-separated values: a line for each target, for a spreadsheet or a database."""

import csv as writing
import io

from lineclear.model import Report, TargetResult

from .safe import safe
from .view import ServiceView, services
from .words import place_of, word_of

COLUMNS = (
    "place",
    "host",
    "port",
    "transport",
    "services",
    "roles",
    "required",
    "result",
    "verdict",
    "proof",
    "rtt_ms",
    "addresses",
    "findings",
    "in_use",
    "note",
)
_FORMULA = ("=", "+", "-", "@")


def csv(report: Report) -> str:
    """A head line, then a line for each target in the order of the list; several values in a cell part at a blank."""
    place = place_of(report.evidence.catalog)
    views = services(report)
    text = io.StringIO()
    out = writing.writer(text, lineterminator="\n")
    out.writerow(COLUMNS)
    for one in report.diagnosis.targets:
        out.writerow([cell(value) for value in _row(one, place, views)])
    return text.getvalue()


def cell(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    shown = safe(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _row(target: TargetResult, place: str, views: tuple[ServiceView, ...]) -> tuple[str, ...]:
    uses = [(view.result.id, host.role.value) for view in views for host in view.hosts if target in host.targets]
    return (
        place,
        target.host,
        str(target.port),
        target.transport,
        " ".join(service for service, _ in uses),
        " ".join(dict.fromkeys(role for _, role in uses)),
        "yes" if target.required else "no",
        word_of(target),
        target.verdict.value,
        target.proof.value,
        "" if target.rtt_ms is None else f"{target.rtt_ms:.3f}",
        " ".join(target.addresses),
        " ".join(target.findings),
        "yes" if target.in_use else "no",
        target.note,
    )
