"""Where direct connections fail and the service does not: every format says so, and none says that it is lost."""

import pytest
from msgspec.structs import replace

from lineclear.model import Finding, Report, Severity, Verdict
from lineclear.render.html import fragments, html, run_of
from lineclear.render.markdown import markdown
from lineclear.render.prose import ANOTHER_WAY, concerned
from lineclear.render.text import text
from lineclear.render.view import services, urgency

from .measured import result, targets
from .measured import services as service_results
from .reports import REPORTS, healthy

SITE = "www.interactivebrokers.com"


def told(verdict: Verdict, *, failed: bool = True, unknown: bool = False, applies: bool = True) -> Report:
    """One site's service as it was judged, its HTTPS port as it was measured."""
    report = healthy()
    results = tuple(
        result(one, failed=failed, unknown=unknown) if (one.host, one.port) == (SITE, 443) else result(one)
        for one in targets()
    )
    judged = tuple(
        replace(one, verdict=verdict, applies=applies) if one.id == "website-america" else one
        for one in service_results(results)
    )
    return replace(report, diagnosis=replace(report.diagnosis, services=judged, targets=results, suspects=()))


@pytest.mark.parametrize(
    ("report", "missed"),
    [
        (told(Verdict.SUCCESS), True),
        (told(Verdict.INCONCLUSIVE), True),
        (told(Verdict.SUCCESS, failed=False), False),
        (told(Verdict.INCONCLUSIVE, unknown=True), False),
        (told(Verdict.FAILURE), False),
        (told(Verdict.INCONCLUSIVE, applies=False), False),
    ],
)
def test_it_is_told_where_it_is_so(report: Report, *, missed: bool) -> None:
    first = services(report)[0]
    assert first.missed is missed
    for told_ in (text(report, width=120), markdown(report), html(report)):
        assert (ANOTHER_WAY in told_) is missed


@pytest.mark.parametrize("verdict", [Verdict.SUCCESS, Verdict.INCONCLUSIVE])
@pytest.mark.parametrize("width", [40, 80])
def test_what_fails_directly_stands_beside_and_nothing_is_called_lost(verdict: Verdict, width: int) -> None:
    report = told(verdict)
    lines = text(report, width=width)
    assert "FAILED" in lines
    assert "does not open" not in lines + markdown(report) + html(report)
    row = next(line for line in markdown(report).split("## What works")[0].splitlines() if SITE in line)
    assert "443 ✗ FAILED" in row
    word = {Verdict.SUCCESS: "ok", Verdict.INCONCLUSIVE: "could not tell"}[verdict]
    assert f"</span> {word}</span>" in fragments.service(run_of(report), "website-america")


def test_what_has_failed_stands_above_what_is_not_known() -> None:
    lost, open_ = services(told(Verdict.FAILURE)), services(told(Verdict.INCONCLUSIVE))
    known = services(healthy())
    assert [urgency(one) for one in (lost, open_, services(told(Verdict.SUCCESS)), known)] == [0, 1, 1, 2]


@pytest.mark.usefixtures("own_codes")
class TestConcerned:
    def test_is_short_where_the_change_names_every_host(self) -> None:
        finding = REPORTS["egress-ports-dropped"]().diagnosis.findings[0]
        assert concerned(replace(finding, facts=(("ports", "4000 and 4001"),))).endswith("and 4 more")

    def test_is_whole_where_nothing_else_names_them(self) -> None:
        names = tuple(f"h{at}:1" for at in range(6))
        unknown = Finding(code="LC999", id="new", severity=Severity.ERROR, targets=names)
        assert concerned(unknown) == "port 1 of h0, h1, h2, h3, h4, h5"
