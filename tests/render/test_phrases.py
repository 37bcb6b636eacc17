"""Facts in the words of their code: a rule says which, the code says how, and a language says it its own way."""

import re
from itertools import product

import pytest
from msgspec.structs import replace

from lab.evidence import load
from lineclear.diagnose import diagnose
from lineclear.diagnose.codes import BY_LABEL
from lineclear.diagnose.codes.code import REASONS, SETTINGS
from lineclear.locale import translation
from lineclear.model import Finding, Icmp, evidence_from_json
from lineclear.probe.survey import desktop, macos, windows
from lineclear.render.prose import cause, changes, why

_ALL_ICMP = product((4, 6), range(20), range(20))
_OF_WINDOWS = (windows._USER_SOURCE, windows._MACHINE_SOURCE)
GAP = re.compile(r"\{\w+\}|<\w+>")


def of(label: str, subject: str = "", targets: tuple[str, ...] = ("a:4001",), **facts: str) -> Finding:
    code = BY_LABEL[label]
    return Finding(
        code=label, id=code.id, severity=code.severity, targets=targets, subject=subject, facts=tuple(facts.items())
    )


CUT = of("LC361", "10.0.0.1", place="router", hop="2", hosts="a", ports="4001")
RCODES = of("LC216", "10.0.0.53", rcode="no_answer and SERVFAIL", hosts="a")


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (CUT, "(at hop 2, 10.0.0.1, or just behind it)"),
        (replace(CUT, facts=(("place", "hops"), ("hop", "1, 2 and 4"))), "(at hops 1, 2 and 4 or just behind them)"),
        (RCODES, "(no answer and SERVFAIL)"),
        (of("LC204", "10.0.0.53", rcode="NXDOMAIN and REFUSED"), "(NXDOMAIN and REFUSED)"),
        (of("LC205", "own", rcode="no_address", hosts="a"), "name server of this machine gives no address for a (no a"),
        (of("LC404", "Smith and Sons, Ltd"), "(Smith and Sons, Ltd)"),
        (of("LC114", holder="10.0.0.1:9", ports="4000", hosts="a, b, c and d"), "an answer of a, b, c and d from none"),
        (of("LC114", holder="10.0.0.1:9", ports="4000", hosts="a, b, c, d and e"), "of a, b, c and 2 more from none"),
        (of("LC504", "HTTP 503 and no_answer"), "(HTTP 503 and no answer)"),
    ],
)
def test_a_fact_is_said_in_the_words_of_its_code(finding: Finding, said: str) -> None:
    assert said in cause(finding)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (of("LC211", "192.0.2.1 and 192.0.2.2"), "Von 192.0.2.1 und 192.0.2.2 kommt"),
        (of("LC338", "192.0.2.1, 192.0.2.2 and 192.0.2.3", how="by_host"), "(192.0.2.1, 192.0.2.2 und 192.0.2.3)"),
        (of("LC105", "EACCES and EINVAL"), "EACCES und EINVAL"),
        (of("LC204", "192.0.2.1", rcode="SERVFAIL and REFUSED"), "(SERVFAIL und REFUSED)"),
        (of("LC611", "host and via", ports="80", changes="headers"), "host und via"),
        (of("LC614", ports="4000", passing="HTTP and TLS", stopped="FIX and binary"), "(FIX und Binärdaten)"),
        (of("LC502", "http://p:1 and http://q:1", proxy="set", script=""), "http://p:1 und http://q:1"),
        (of("LC404", "Smith and Sons, Ltd"), "(Smith and Sons, Ltd)"),
        (of("LC337", size="1220", over="everywhere"), "1220"),
    ],
)
def test_a_list_is_joined_as_the_language_does_and_what_others_wrote_stays(finding: Finding, said: str) -> None:
    assert said in cause(finding, translation("de", "report", "findings").gettext)


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "(keine Antwort und SERVFAIL)"), ("ja", "応答なし"), ("zh-Hans", "无应答")],
)
def test_a_language_says_it_in_its_own(language: str, said: str) -> None:
    assert said in cause(RCODES, translation(language, "report", "findings").gettext)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (of("LC303", "10.0.0.1", reason="administratively prohibited"), "(administrativ untersagt)"),
        (of("LC303", "10.0.0.1", reason="type 3 code 99"), "(type 3 code 99)"),
        (of("LC508", "http://p/x", source="KDE settings", said="HTTP 404"), "(KDE-Einstellungen)"),
        (of("LC109", "http://p:1", source="environment http_proxy, KDE settings"), "http_proxy und KDE-Einstellungen)"),
    ],
)
def test_terms_are_said_in_the_language_of_the_reader(finding: Finding, said: str) -> None:
    say = translation("de", "report", "findings").gettext
    assert any(said in text for text in (cause(finding, say), *(text for _, text in changes(finding, say))))


def test_every_reason_of_icmp_and_every_kind_of_settings_is_a_term() -> None:
    known = {Icmp(type=kind, code=code, sender="", version=version).name for version, kind, code in _ALL_ICMP}
    assert {one.value for one in REASONS} == {one for one in known if not one.startswith("type ")}
    assert {one.value for one in SETTINGS} == {desktop._GNOME, desktop._KDE, macos._SOURCE, *_OF_WINDOWS}


def test_how_it_is_known_has_its_facts_too() -> None:
    assert "18 of 209" in why(of("LC334", lost="18", total="209", percent="9 %"))


@pytest.mark.parametrize("language", ["en", "de", "ja", "zh-Hans"])
@pytest.mark.parametrize(
    "name",
    ["first-words-reset", "new-greetings-dropped", "forged-denials-late", "clock-ahead", "two-uplinks-one-drops"],
)
def test_no_gap_is_left_and_no_word_of_ours_stays_bare(language: str, name: str) -> None:
    say = translation(language, "report", "findings").gettext
    for finding in diagnose(evidence_from_json(load(name), name)).findings:
        texts = [cause(finding, say), why(finding, say), *(text for _, text in changes(finding, say))]
        assert [one for one in texts if GAP.search(one)] == []
        english = [one.text for one in BY_LABEL[finding.code].phrases if " " in one.text and language != "en"]
        assert [one for one in english for text in texts if one in text] == []
