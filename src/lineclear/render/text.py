"""The report for a terminal: verdict, cause, what to ask of whom; then the services, the proofs and what to do next.

For a trader at three in the morning the first three lines are enough; a firewall administrator finds host, port and
proof below them.
"""

from lineclear.model import Finding, Report, Severity, Suspect, TargetResult, Verdict

from .layout import Line, Screen, Span, cells, pad, paint, paragraph
from .prose import cause, headline, hosts_and_ports, next_to_look, requests, stopped
from .said import Step
from .steps import cited, telling
from .tables import symbol, tables
from .words import (
    DEGRADED,
    FAILED,
    NOT_NEEDED,
    OK,
    SEVERITY_WORDS,
    STYLES,
    UNKNOWN,
    counted,
    duration,
    place_of,
    word_of,
)

_VERDICTS = {
    Verdict.SUCCESS: OK,
    Verdict.DEGRADED: DEGRADED,
    Verdict.INCONCLUSIVE: UNKNOWN,
    Verdict.FAILURE: FAILED,
}


def text(
    report: Report,
    *,
    width: int = 80,
    color: bool = False,
    ascii: bool = False,  # noqa: A002 - the word people know it by
    verbose: bool = False,
) -> str:
    """The report as lines of at most `width` columns (20 at least, 110 at most).

    `ascii`: only ASCII, for streams that cannot do more. `verbose`: every host, every target and every proof.
    """
    screen = Screen(width=width, color=color, ascii=ascii)
    blocks = (
        _headline(report, screen),
        tables(report, screen, verbose=verbose),
        _findings(report, screen, verbose=verbose),
        _targets(report, screen) if verbose else [],
        _suspects(report, screen),
        _footer(report, screen),
    )
    return paint([line for block in blocks if block for line in ((), *block)][1:], screen)


def _headline(report: Report, screen: Screen) -> list[Line]:
    told = headline(report)
    word = _VERDICTS[report.diagnosis.verdict]
    early = f" ({stopped(report)})" if report.evidence.interrupted else ""
    return [
        *paragraph(f"{told.word}{early}", screen, style=f"title-{STYLES[word]}", first=f"{symbol(word, screen)} "),
        *paragraph(told.cause, screen, style="strong"),
        *paragraph(told.ask, screen),
    ]


def _findings(report: Report, screen: Screen, *, verbose: bool) -> list[Line]:
    """Claims first, then notes; each with its proof and what to change."""
    lines: list[Line] = []
    claims = [one for one in report.diagnosis.findings if one.severity is not Severity.INFO]
    notes = [one for one in report.diagnosis.findings if one.severity is Severity.INFO]
    for title, findings in (("Why", claims), ("Also seen, not a cause", notes)):
        if findings:
            lines += [()] if lines else []
            lines += paragraph(title, screen, style="strong")
        for finding in findings:
            lines += _finding(finding, report, screen, verbose=verbose)
    return lines


def _finding(finding: Finding, report: Report, screen: Screen, *, verbose: bool) -> list[Line]:
    word = SEVERITY_WORDS[finding.severity]
    told = f"{finding.code} {cause(finding)}"
    lines = paragraph(told, screen, style=STYLES[word], first=f"{symbol(word, screen)} ")
    if finding.severity is Severity.INFO and not verbose:
        return lines
    if finding.targets:
        place = place_of(report.evidence.catalog)
        lines += paragraph(f"Concerns ({place}): {_concerned(finding, report)}", screen, first="  ", rest="    ")
    lines += _proofs(cited(report.evidence, finding.because), screen, verbose=verbose)
    for request in requests(finding, whole=verbose):
        lines += paragraph(request, screen, first="  ", rest="    ")
    return lines


def _concerned(finding: Finding, report: Report) -> str:
    every = {one.name for one in report.diagnosis.targets}
    return f"all {counted(len(every), 'target')}" if set(finding.targets) == every else hosts_and_ports(finding.targets)


def _proofs(proofs: list[Step], screen: Screen, *, verbose: bool) -> list[Line]:
    """The observations that prove it, in two columns where they fit."""
    if not proofs:
        return []
    chosen = proofs if verbose else telling(proofs)
    shown = [(screen.show(tried), screen.show(came)) for tried, came in chosen]
    left = max(cells(tried) for tried, _ in shown)
    lines = paragraph("Proof:", screen, first="  ")
    if all(left + cells(came) + 6 <= screen.columns for _, came in shown):
        lines += [(Span(f"    {pad(tried, left)}  {came}"),) for tried, came in shown]
    else:
        lines += [
            line for tried, came in shown for line in paragraph(f"{tried}: {came}", screen, first="    ", rest="      ")
        ]
    hidden = len(proofs) - len(chosen)
    more = f"and {counted(hidden, 'more observation')} (--verbose)"
    return lines + (paragraph(more, screen, style="faint", first="    ") if hidden else [])


def _targets(report: Report, screen: Screen) -> list[Line]:
    """Verbose: each target with what was proven of it."""
    lines = paragraph("Every target", screen, style="strong") if report.diagnosis.targets else []
    for one in report.diagnosis.targets:
        word = word_of(one)
        lines += paragraph(
            f"{one.name}: {_told(one, word)}", screen, style=STYLES[word], first=f"{symbol(word, screen)} ", rest="    "
        )
    return lines


def _told(target: TargetResult, word: str) -> str:
    facts = (
        word,
        duration(target.rtt_ms),
        f"proof: {target.proof.value}",
        f"at {', '.join(target.addresses)}" if target.addresses else "",
        "in use by an installation here" if target.in_use else "",
        target.note.rstrip("."),
        ", ".join(target.findings),
    )
    return "; ".join(filter(None, facts))


def _suspects(report: Report, screen: Screen) -> list[Line]:
    if not report.diagnosis.suspects:
        return []
    title = paragraph(next_to_look(report), screen, style="strong")
    return title + [line for one in report.diagnosis.suspects for line in _suspect(one, screen)]


def _suspect(suspect: Suspect, screen: Screen) -> list[Line]:
    return paragraph(f"{suspect.title.rstrip('.')}. {suspect.hint}", screen, first=f"{symbol(NOT_NEEDED, screen)} ")


def _footer(report: Report, screen: Screen) -> list[Line]:
    evidence = report.evidence
    profile = f", profile {', '.join(evidence.plan.profile)}" if evidence.plan.profile else ""
    private = " Private addresses and names are replaced." if report.redacted else ""
    what = (
        f"{evidence.catalog.title}, edition {evidence.catalog.edition}{profile}; measured {evidence.started}"
        f" in {duration(evidence.took_ms)} by {evidence.tool}.{private}"
    )
    share = "Keep the evidence: --save FILE. Before sharing it: lineclear redact FILE. For a ticket: --format markdown."
    return [*paragraph(what, screen, style="faint"), *paragraph(share, screen, style="faint")]
