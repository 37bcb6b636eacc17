"""The catalogues say what the program says, in every language, with the same gaps; and who gets which language."""

import re
from string import Formatter

import pytest

from lineclear.cli.output import LANGS
from lineclear.locale import DEFAULT, LANGUAGES, N_, translation, wanted
from lineclear.locale.compile import DOMAINS, ROOMS, Entry, compiled, path_of, source, updated, words_of

OTHERS = [one for one in LANGUAGES if one != DEFAULT]
PERCENT = re.compile(r"%(?:\((\w+)\)s|%)")
SPEAKS = {"zh-Hans": re.compile(r"[\u4e00-\u9fff]"), "ja": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")}
SAME = {"TLS", "Ping"}
"""Words that are the same in every language."""
WAITING = 0.15
"""Of the words of the findings: how many may be without a translation."""
GAP = re.compile(r"\{\w+\}|%\(\w+\)s")


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("domain", DOMAINS)
class TestCatalogue:
    def test_is_up_to_date_and_compiled(self, language: str, domain: str) -> None:
        entries = updated(language, domain)
        path = path_of(language, domain)
        if domain in ROOMS:
            assert source(language, entries) == path.read_text(encoding="utf-8"), "python -m lineclear.locale.compile"
        said = translation(language, domain)
        assert {one.id[0]: said.gettext(one.id[0]) for one in entries if one.complete and len(one.id) == 1} == {
            one.id[0]: one.said[0] for one in entries if one.complete and len(one.id) == 1
        }

    def test_is_complete(self, language: str, domain: str) -> None:
        """A new finding may wait for its translation, and is told in English until then; many may not."""
        entries = updated(language, domain)
        missing = [one.id for one in entries if not one.complete]
        assert missing == [] or (domain == "findings" and len(missing) <= len(entries) * WAITING)

    def test_gaps_match(self, language: str, domain: str) -> None:
        for one in filter(lambda entry: entry.complete, updated(language, domain)):
            for said in one.said:
                assert gaps(said) == gaps(one.id[-1]), one.id
                assert all(letter.isprintable() for letter in said), one.id

    def test_is_in_its_own_script(self, language: str, domain: str) -> None:
        if language in SPEAKS:
            told = [one for one in updated(language, domain) if one.complete and one.id[0] not in SAME]
            told = [one for one in told if re.search(r"[a-z]", GAP.sub("", one.id[0]))]
            assert [one.id for one in told if not all(map(SPEAKS[language].search, one.said))] == []


def gaps(text: str) -> set[str]:
    braces = {name for _, name, _, _ in Formatter().parse(PERCENT.sub("", text)) if name is not None}
    return braces | {f"%{one}" for one in PERCENT.findall(text)}


def test_every_domain_has_words() -> None:
    assert all(words_of(one) for one in DOMAINS)


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_word_is_empty(domain: str) -> None:
    """A phrase may be; but the translation of the empty word is the catalogue's header."""
    assert ("",) not in {one.id for one in words_of(domain)}


def test_the_command_line_knows_the_languages() -> None:
    assert tuple(LANGUAGES) == LANGS


@pytest.mark.parametrize(
    ("preferences", "language"),
    [
        ("", "en"),
        ("C", "en"),
        ("POSIX", "en"),
        ("C.UTF-8", "en"),
        ("de_CH.UTF-8", "de"),
        ("de_DE@euro", "de"),
        ("zh_CN.UTF-8", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh_TW", "en"),
        ("zh-Hant-HK", "en"),
        ("ja", "ja"),
        ("fr-FR,fr;q=0.9,de;q=0.5,en;q=0.1", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("de;q=0, ja;q=0.1", "ja"),
        ("de;q=nonsense,ja;q=0.1", "ja"),
        ("*", "en"),
        (",,;", "en"),
    ],
)
def test_the_wish_of_a_reader(preferences: str, language: str) -> None:
    assert wanted(preferences) == language


def test_what_nobody_translated_is_said_in_english() -> None:
    assert translation("de", "report").gettext("SUCCESS") == "ERFOLG"
    assert translation("de", "nothing", "report").gettext("SUCCESS") == "ERFOLG"
    assert translation("de", "report").gettext("Good morning") == "Good morning"
    assert translation("en", "report").gettext("SUCCESS") == "SUCCESS"
    assert translation("tlh", "report").gettext("SUCCESS") == "SUCCESS"
    assert N_("SUCCESS") == "SUCCESS"


def test_plurals_are_the_languages_own() -> None:
    one, many = "%(num)s observation.", "%(num)s observations."
    german = translation("de", "report")
    assert german.ngettext(one, many, 1) != german.ngettext(one, many, 2)
    japanese = translation("ja", "report")
    assert japanese.ngettext(one, many, 1) == japanese.ngettext(one, many, 2)


def test_a_word_without_translation_is_kept_out_of_the_compiled_file() -> None:
    entries = (Entry(id=("yes",), place="x", said=("ja",)), Entry(id=("no",), place="x"))
    assert b"yes\0" in compiled("de", entries)
    assert b"no\0" not in compiled("de", entries)
    assert 'msgid "no"\nmsgstr ""' in source("de", entries)
