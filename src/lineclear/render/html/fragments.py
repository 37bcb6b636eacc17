"""The parts of the page, each a pure function of what is known so far: the report joins them, the live page swaps them.

Each returns one element with a stable id, so that a later state of it can take its place:

| function | element |
|---|---|
| `banner` | `<section id="verdict">`: the one word, the cause, what to change and whom to ask |
| `path` | `<section id="path">`: the way to the server, and where it breaks |
| `services` | `<section id="services">`: all tables |
| `service` | `<tbody id="service-ID">`: one row group |
| `row` | `<tr id="row-SERVICE-HOST">`: one host; `row_ids` names the rows of a host |
| `findings` | `<section id="findings">`: causes with their proof, notes, suspects |
| `targets` | `<section id="targets">`: every waterfall |
| `target` | `<details id="target-HOST-PORT">`: one of them |
| `about` | `<section id="about">`: this machine, how it was tested, how to do it again |

`language` is one of `lineclear.locale.LANGUAGES`.
"""

from lineclear.diagnose.codes import BY_LABEL
from lineclear.locale import DEFAULT
from lineclear.model import Finding, Severity, TargetResult, Verdict
from lineclear.render.prose import (
    ANOTHER_WAY,
    Headline,
    cause,
    changes,
    concerned,
    head,
    headline,
    next_to_look,
    stopped,
    why,
)
from lineclear.render.steps import cited, telling
from lineclear.render.words import SEVERITY_WORDS, place_of

from . import words
from .about import again, machine, method
from .pages import filled, speaker, spoken
from .path import way
from .rows import ServiceRows, look_of, service_rows, tables, target_word
from .run import Run, State, element_id, state_of
from .waterfall import scale_ms, waterfall

_VERDICT_STYLES = {
    Verdict.SUCCESS: "good",
    Verdict.DEGRADED: "doubt",
    Verdict.INCONCLUSIVE: "unsure",
    Verdict.FAILURE: "bad",
}
_RANK = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def banner(run: Run, language: str = "en") -> str:
    """The verdict; of a run under way, how far it has come."""
    report = run.report
    states = [state_of(run, one) for one in report.diagnosis.targets] if run.diagnosis is None else []
    tongue, told = told_in(run, language)
    return filled(
        "banner.html",
        language,
        known=run.diagnosis is not None,
        cause=told.cause,
        ask=told.ask,
        spoken=tongue,
        word=words.VERDICTS[report.diagnosis.verdict],
        kind=report.diagnosis.verdict.value,
        style="faint" if run.diagnosis is None else _VERDICT_STYLES[report.diagnosis.verdict],
        early=stopped(report, speaker(language)) if run.evidence.interrupted else "",
        begun=sum(one is State.MEASURING for one in states),
        number=len(states),
        lost=_lost(run),
    )


def told_in(run: Run, language: str) -> tuple[str, Headline]:
    """The headline, and the language it is told in: the reader's, or English where its finding is not translated."""
    finding = head(run.report)
    tongue = _spoken(finding, language) if finding else language
    return tongue, headline(run.report, speaker(tongue))


def _lost(run: Run) -> tuple[ServiceRows, ...]:
    """The services that lose something, each with its word."""
    return tuple(one for table in tables(run) for one in table.services if one.lost)


def path(run: Run, language: str = "en") -> str:
    """The way drawn; without a trace or a broken target, nothing but an empty element to be replaced."""
    return filled(
        "path.html", language, way=way(run), stations=words.STATIONS, breaks=words.BREAKS, endings=words.ENDINGS
    )


def services(run: Run, language: str = "en") -> str:
    """Every service with its hosts and ports."""
    shown = tables(run)
    return filled(
        "services.html",
        language,
        tables=shown,
        another=ANOTHER_WAY if any(one.missed for table in shown for one in table.services) else "",
        place=place_of(run.evidence.catalog),
        roles=words.ROLES,
    )


def service(run: Run, service_id: str, language: str = "en") -> str:
    """One row group; empty when the list has no such service."""
    found = service_rows(run, service_id)
    if found is None:
        return ""
    return filled("service.html", language, service=found[0], ports=found[1], roles=words.ROLES)


def row(run: Run, row_id: str, language: str = "en") -> str:
    """One host's row; empty when there is no such row."""
    found = next(
        (one for table in tables(run) for group in table.services for one in group.rows if one.id == row_id), None
    )
    return filled("row.html", language, row=found, roles=words.ROLES) if found else ""


def findings(run: Run, language: str = "en") -> str:
    """Causes first, then notes, then what else it may be."""
    report = run.report
    told = sorted(report.diagnosis.findings, key=lambda one: _RANK.index(one.severity))
    return filled(
        "findings.html",
        language,
        known=run.diagnosis is not None,
        claims=[_finding(run, one, language) for one in told if one.severity is not Severity.INFO],
        notes=[_finding(run, one, language) for one in told if one.severity is Severity.INFO],
        suspects=report.diagnosis.suspects,
        next=next_to_look(report, speaker(language)),
        place=place_of(run.evidence.catalog),
    )


def _spoken(finding: Finding, language: str) -> str:
    """The language in which a finding can be told: whole, or in English."""
    code = BY_LABEL.get(finding.code)
    texts = (code.title, code.why, *(one.text for one in code.remedies)) if code else ()
    return language if all(spoken(language, one) == language for one in texts) else DEFAULT


def _finding(run: Run, finding: Finding, language: str) -> dict[str, object]:
    """What the template says of one finding."""
    tongue = _spoken(finding, language)
    say = speaker(tongue)
    proofs = cited(run.evidence, finding.because)
    chosen = telling(proofs)
    style, sign = look_of(SEVERITY_WORDS[finding.severity])
    return {
        "id": element_id("finding", finding.code),
        "code": finding.code,
        "name": finding.id,
        "style": style,
        "sign": sign,
        "spoken": tongue,
        "cause": cause(finding, say),
        "why": why(finding, say),
        "changes": [(words.ASKS[who.value], text) for who, text in changes(finding, say)],
        "concerns": concerned(finding, say),
        "proofs": chosen,
        "more": [one for one in proofs if one not in chosen],
    }


def targets(run: Run, language: str = "en") -> str:
    """A waterfall for each target, all to one scale."""
    shown = [(one, waterfall(run, one)) for one in run.report.diagnosis.targets]
    scale = scale_ms(tuple(fall for _, fall in shown))
    return filled(
        "targets.html",
        language,
        targets=[_target(run, one, scale) for one, _ in shown],
        phases=words.PHASES,
        scale=scale,
    )


def target(run: Run, name: str, language: str = "en", *, scale: float = 0.0) -> str:
    """One target's waterfall; `scale`: the milliseconds of its whole width, else as `targets` would draw it."""
    found = {one.name: one for one in run.report.diagnosis.targets}
    if name not in found:
        return ""
    width = scale or scale_ms(tuple(waterfall(run, one) for one in found.values()))
    return filled("target.html", language, target=_target(run, found[name], width), phases=words.PHASES)


def _target(run: Run, one: TargetResult, scale: float) -> dict[str, object]:
    """What the template says of one target."""
    word = target_word(run, one)
    style, sign = look_of(word)
    return {
        "id": element_id("target", one.host, one.port),
        "name": one.name,
        "word": word,
        "style": style,
        "sign": sign,
        "fall": waterfall(run, one),
        "scale": scale,
        "result": one,
    }


def about(run: Run, language: str = "en") -> str:
    """This machine, how it was tested, and the command that does it again."""
    evidence = run.evidence
    return filled(
        "about.html",
        language,
        evidence=evidence,
        machine=machine(evidence),
        method=method(evidence),
        command=again(evidence),
        parts=words.PARTS,
        redacted=run.redacted,
    )


__all__ = ["about", "banner", "findings", "path", "row", "service", "services", "target", "targets"]
