"""What a reader gets: no sentence of ours is left in English, on the page, by ear, or in a report."""

import pytest
from msgspec.structs import replace
from tests.render.reports import healthy

from lab.evidence import load
from lineclear.catalog import load as load_catalog
from lineclear.diagnose import diagnose
from lineclear.diagnose.suspects import TRADING
from lineclear.locale import LANGUAGES, translation
from lineclear.model import Report, Suspect, Verdict, evidence_from_json
from lineclear.page.looks import Moment, announced
from lineclear.render.html import html, run_of
from lineclear.render.prose import headline, next_to_look
from lineclear.render.view import services

OTHERS = [one for one in LANGUAGES if one != "en"]
NETWORKS = ("healthy", "drop-office", "proxy-only-way-out", "everything-opened-trusted", "backup-silent")


def measured(name: str) -> Report:
    evidence = evidence_from_json(load(name), name)
    return Report(evidence=evidence, diagnosis=diagnose(evidence))


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", NETWORKS)
def test_no_sentence_stays_in_english(language: str, name: str) -> None:
    report = measured(name)
    text = html(report, language=language)
    told = headline(report)
    lost = [one.lost for one in services(report) if one.lost]
    hints = [one.hint for one in report.diagnosis.suspects]
    assert [one for one in (told.cause, told.ask, *lost, *hints) if one in text] == []
    said = translation(language, "lists").gettext
    assert all(said(one) in text for one in hints)


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_announced_is_what_is_shown(language: str) -> None:
    report = measured("drop-office")
    moment = Moment(version=1, number=1, catalog=load_catalog("ibkr"), run=run_of(report))
    spoken = announced(moment, language)
    assert headline(report).cause not in spoken
    assert spoken.partition(". ")[2] in html(report, language=language)


def test_a_list_of_somebody_else_is_told_as_it_is() -> None:
    """Its words are nobody's format: a percent sign in them is a percent sign."""
    report = healthy()
    odd = Suspect(id="odd", title="100 % of %(who)s", hint="{so} %s")
    text = html(replace(report, diagnosis=replace(report.diagnosis, suspects=(odd,))), language="de")
    assert '<li lang="en"><b>100 % of %(who)s</b>. {so} %s</li>' in text


def test_it_is_not_the_network_only_where_all_of_it_works() -> None:
    report = healthy()
    worse = replace(report, diagnosis=replace(report.diagnosis, verdict=Verdict.DEGRADED, suspects=TRADING))
    assert "it is not the network" in next_to_look(report)
    assert "it is not the network" not in html(worse)
    assert next_to_look(worse) in html(worse)
