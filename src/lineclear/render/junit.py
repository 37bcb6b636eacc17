"""The report as JUnit XML, for build servers: a test case for each target, a suite for each service.

Failed is `failure`; could not tell and not needed are `skipped` with the reason. `error` would mean that a test itself
broke: a check never writes it. The verdict of the whole stands in the properties of every suite.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lineclear.model import Report, TargetResult

from .prose import cause, headline
from .safe import safe
from .steps import cited, telling
from .view import ServiceView, services
from .words import FAILED, NOT_NEEDED, UNKNOWN, place_of, word_of

_SKIPPED = frozenset({UNKNOWN, NOT_NEEDED})


def junit(report: Report) -> str:
    """One XML document, indented, with a final line end."""
    told = headline(report)
    targets = report.diagnosis.targets
    root = Element("testsuites", {"name": "lineclear", **_counts(targets), "time": _seconds(report.evidence.took_ms)})
    seen: set[str] = set()
    for view in services(report):
        own = tuple(one for one in view.targets if one.name not in seen)
        seen.update(one.name for one in own)
        if own:
            _suite(root, view, own, report, (("verdict", told.word), ("cause", told.cause)))
    indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(root, encoding='unicode')}\n"


def _suite(
    root: Element,
    view: ServiceView,
    targets: tuple[TargetResult, ...],
    report: Report,
    properties: tuple[tuple[str, str], ...],
) -> None:
    took = sum(one.rtt_ms or 0.0 for one in targets)
    about = {"name": safe(view.result.name), **_counts(targets), "time": _seconds(took)}
    suite = SubElement(root, "testsuite", {**about, "timestamp": safe(report.evidence.started).rstrip("Z")})
    held = SubElement(suite, "properties")
    for name, value in properties:
        SubElement(held, "property", {"name": name, "value": safe(value)})
    for one in targets:
        _case(suite, one, view, report)


def _case(suite: Element, target: TargetResult, view: ServiceView, report: Report) -> None:
    catalog = report.evidence.catalog
    about = {
        "classname": safe(f"{catalog.id}.{view.result.id or 'others'}"),
        "name": safe(f"{place_of(catalog)} {target.name}"),
        "time": _seconds(target.rtt_ms or 0.0),
    }
    case = SubElement(suite, "testcase", about)
    word = word_of(target)
    if word == FAILED:
        _failure(case, target, report)
    elif word in _SKIPPED:
        SubElement(case, "skipped", {"message": safe(f"{word}: {target.note}" if target.note else word)})


def _failure(case: Element, target: TargetResult, report: Report) -> None:
    causes = [one for one in report.diagnosis.findings if one.id in target.findings]
    message = " ".join(map(cause, causes)) or target.note or "failed, no cause proven"
    kind = ", ".join(one.code for one in causes) or "unexplained"
    failure = SubElement(case, "failure", {"message": safe(message), "type": safe(kind)})
    proofs = [pair for one in causes for pair in cited(report.evidence, one.because)]
    own = [pair for pair in proofs if target.host in pair[0]]
    failure.text = "\n".join(safe(f"{tried}: {came}") for tried, came in own or telling(proofs)) or None


def _counts(targets: tuple[TargetResult, ...]) -> dict[str, str]:
    words = [word_of(one) for one in targets]
    return {
        "tests": str(len(words)),
        "failures": str(words.count(FAILED)),
        "errors": "0",
        "skipped": str(sum(one in _SKIPPED for one in words)),
    }


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.3f}"
