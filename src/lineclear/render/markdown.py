"""The report as Markdown, made to be pasted into a ticket: verdict, cause, request, proof, then everything tested.

What came from the network stands in code spans, where it can neither mark up nor mention anybody; all else is escaped.
"""

import re

from lineclear.model import Finding, Report, Role, Severity

from .prose import ANOTHER_WAY, cause, concerned, headline, next_to_look, requests, stopped
from .safe import safe
from .steps import cited, telling
from .view import HostView, ServiceView, services
from .words import SYMBOLS, counted, duration, place_of

_MARKS = re.compile(r"[\\`*\[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)")
"""An underscore inside a word marks nothing up (CommonMark 6.2), and a host name is to be copied as it is."""
_TICKS = re.compile(r"`+")


def markdown(report: Report) -> str:
    """The report as a GitHub-flavoured Markdown document."""
    told = headline(report)
    lines = [
        f"# {told.word}: {plain(report.evidence.catalog.title)}",
        "",
        f"**Cause:** {plain(told.cause)}",
        "",
        f"**Request:** {plain(told.ask)}",
        *_impact(report),
        *_findings(report),
        *_tables(report),
        *_suspects(report),
        "",
        _origin(report),
    ]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """`text` with nothing in it that Markdown would act upon."""
    return _MARKS.sub(r"\\\g<0>", safe(text)).replace("@", "(at)")


def code(text: str) -> str:
    """`text` as a code span, whatever backquotes it holds; fit for a table cell."""
    shown = safe(text).replace("|", "\\|")
    fence = "`" * (max(map(len, _TICKS.findall(shown)), default=0) + 1)
    edge = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{edge}{shown or ' '}{edge}{fence}"


def _impact(report: Report) -> list[str]:
    """What the people who wait for the ticket cannot do."""
    lost = dict.fromkeys(one.lost for one in services(report) if one.lost)
    return ["", "**Impact:**", "", *(f"- {plain(one)}" for one in lost)] if lost else []


def _findings(report: Report) -> list[str]:
    """Claims whole; notes, which nobody need act upon, in a line each."""
    claims = [one for one in report.diagnosis.findings if one.severity is not Severity.INFO]
    notes = [one for one in report.diagnosis.findings if one.severity is Severity.INFO]
    lines = [line for one in claims for line in _finding(one, report)]
    if notes:
        lines += ["", "## Also seen, not a cause", ""]
        lines += [f"- {plain(one.code)}: {plain(cause(one))}" for one in notes]
    return lines


def _finding(finding: Finding, report: Report) -> list[str]:
    lines = ["", f"## {plain(finding.code)}: {plain(cause(finding))}"]
    if finding.targets:
        place = plain(place_of(report.evidence.catalog))
        lines += ["", f"Concerns, on the {place}: {plain(concerned(finding))}"]
    lines += ["", *(f"- {plain(one)}" for one in requests(finding, whole=True))]
    proofs = cited(report.evidence, finding.because)
    chosen = telling(proofs)
    lines += ["", "Proof:", "", *(f"- {code(tried)}: {code(came)}" for tried, came in chosen)] if chosen else []
    hidden = len(proofs) - len(chosen)
    return lines + ([f"- and {counted(hidden, 'more observation')} in the saved evidence"] if hidden else [])


def _tables(report: Report) -> list[str]:
    """What does not work first: that is what a ticket is about."""
    views = services(report)
    troubled = [one for one in views if one.troubled or one.missed]
    rest = [one for one in views if one not in troubled]
    missed = ["", plain(ANOTHER_WAY)] if any(one.missed for one in views) else []
    return [
        *_table("What is not in order", troubled, report),
        *missed,
        *_table("What works, or is not needed", rest, report),
    ]


def _table(title: str, views: list[ServiceView], report: Report) -> list[str]:
    if not views:
        return []
    heads = ("Service", "Host", "Role", f"{plain(place_of(report.evidence.catalog))} ports", "Round trip")
    rows = [_row(view, host) for view in views for host in view.hosts]
    return ["", f"## {title}", "", _line(heads), f"|{'---|' * len(heads)}", *map(_line, rows)]


def _row(view: ServiceView, host: HostView) -> tuple[str, ...]:
    role = "" if host.role is Role.ONLY else host.role.value
    ports = ", ".join(f"{port} {SYMBOLS[word]} {word}" for port, word in host.words.items())
    return plain(view.result.name), code(host.host), role, ports, duration(host.rtt_ms)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _suspects(report: Report) -> list[str]:
    if not report.diagnosis.suspects:
        return []
    listed = [f"- **{plain(one.title)}**: {plain(one.hint)}" for one in report.diagnosis.suspects]
    return ["", f"## {plain(next_to_look(report)).rstrip(':')}", "", *listed]


def _origin(report: Report) -> str:
    evidence = report.evidence
    early = f", {plain(stopped(report))}," if evidence.interrupted else ""
    private = " Private addresses and names are replaced." if report.redacted else ""
    return (
        f"Edition {plain(evidence.catalog.edition)}; measured {plain(evidence.started)} in {duration(evidence.took_ms)}"
        f"{early} by {plain(evidence.tool)}.{private}"
    )
