"""docs/report.md says what the program does."""

import gzip
import re
from pathlib import Path

import pytest

from lineclear.diagnose import diagnose
from lineclear.model import Report, Verdict, evidence_from_json
from lineclear.redact.addresses import Addresses
from lineclear.render import EXIT, EXIT_INTERRUPTED, EXIT_USAGE, FORMATS, NAGIOS_EXIT
from lineclear.render.json import Document
from lineclear.render.words import STYLES

PAGE = (Path(__file__).parents[2] / "docs" / "report.md").read_text(encoding="utf-8")
KEPT = Path(__file__).parents[1] / "lab" / "evidence" / "backup-silent.json.gz"


def test_the_example_is_what_is_printed() -> None:
    example = PAGE.partition("```text\n")[2].partition("\n```")[0]
    evidence = evidence_from_json(gzip.decompress(KEPT.read_bytes()), KEPT.name)
    printed = FORMATS["text"](Report(evidence=evidence, diagnosis=diagnose(evidence)), width=80)
    assert timeless(printed).startswith(timeless(example))


def timeless(text: str) -> str:
    """Without round trips, which differ from run to run."""
    return re.sub(r"\d+ ms", "TIME", text)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_described(name: str) -> None:
    assert f"\n| `{name}` | " in PAGE


@pytest.mark.parametrize("word", STYLES)
def test_every_word_is_explained(word: str) -> None:
    assert f"\n| {word} | " in PAGE


@pytest.mark.parametrize("name", Document.__struct_fields__)
def test_every_field_is_described(name: str) -> None:
    assert f"`{name}`" in PAGE.partition("## JSON")[2].partition("## Sharing")[0]


@pytest.mark.parametrize("verdict", Verdict)
def test_the_exit_codes_are_the_programs(verdict: Verdict) -> None:
    assert f"\n| {verdict.value} | {EXIT[verdict]} | {NAGIOS_EXIT[verdict]} " in PAGE
    assert f"\n{EXIT_USAGE} is a wrong option" in PAGE
    assert f"; {EXIT_INTERRUPTED} a run that was interrupted" in PAGE


def test_the_pseudonyms_are_the_ones_described() -> None:
    first = Addresses(())
    assert f"`{first.replaced('10.1.2.3')}`" in PAGE
    assert str(first.replaced("8.8.8.8")).startswith("198.18.")
    assert str(first.replaced("2a00::1")).startswith("2001:db8:ffff:")
