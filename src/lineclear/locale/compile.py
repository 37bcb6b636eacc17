"""Brings the catalogues up to date with the program, and compiles them: `python -m lineclear.locale.compile`.

Needs Babel, a dependency of development alone. Each `.po` gets the words the program says today and keeps what is
translated of them; each `.mo` is made from its `.po`. Nothing is guessed: a new word stays untranslated until a person
writes it. A test demands that running this changes nothing.
"""

import struct
import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import escape, read_po
from msgspec import Struct

from . import DEFAULT, LANGUAGES

PACKAGE = Path(__file__).parents[1]
FOLDER = Path(__file__).parent
ROOMS: dict[str, tuple[str, ...]] = {"report": ("render/prose.py", "render/words.py", "render/html"), "page": ("page",)}
"""Domain to the rooms whose Python files and templates say its words; the others are taken from what they translate."""
DOMAINS = (*ROOMS, "findings", "lists")
_PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "zh-Hans": "nplurals=1; plural=0;",
    "ja": "nplurals=1; plural=0;",
}
_KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
_METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
_MAGIC = 0x950412DE


class Entry(Struct, frozen=True, kw_only=True):
    """One word: as the program says it, in one form or two, where, and how a language says it in each of its forms."""

    id: tuple[str, ...]
    place: str
    said: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every form is translated."""
        return bool(self.said) and all(self.said)


def words_of(domain: str) -> tuple[Entry, ...]:
    """Every word of a domain in the order of the files, each once, untranslated."""
    found = _extracted(ROOMS[domain]) if domain in ROOMS else _TAKEN[domain]()
    entries: dict[tuple[str, ...], Entry] = {}
    for text, place in found:
        entries.setdefault(text, Entry(id=text, place=place))
    return tuple(entries.values())


def _extracted(rooms: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for path in (one for room in rooms for one in _files(PACKAGE / room)):
        options = {"newstyle_gettext": "true", "silent": "false"}
        for _, text, _, _ in extract_from_file(_METHODS[path.suffix], path, keywords=_KEYWORDS, options=options):
            yield (text,) if isinstance(text, str) else tuple(text), path.relative_to(PACKAGE).as_posix()


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(one for one in place.rglob("*") if one.suffix in _METHODS)


def _findings() -> Iterator[tuple[tuple[str, ...], str]]:
    """What a report says of each code: the cause, what to change, how it is known."""
    for code in import_module("lineclear.diagnose.codes").ALL:
        for text in (code.title, *(one.text for one in code.remedies), code.why, *(one.text for one in code.phrases)):
            if text:  # an empty one is the catalogue's own header
                yield (text,), code.label


def _lists() -> Iterator[tuple[tuple[str, ...], str]]:
    """What one loses where a row of a list that ships fails, and what to suspect where all of it works."""
    catalog = import_module("lineclear.catalog")
    for edition in catalog.editions():
        read = catalog.load_edition(edition.catalog, edition.edition)
        for row in (*read.services, *read.requirements):
            if row.loses:
                yield (row.loses,), f"{edition.catalog} {edition.edition}"
    for suspect in import_module("lineclear.diagnose.suspects").TRADING:
        yield from (((text,), "diagnose/suspects.py") for text in (suspect.title, suspect.hint))


_TAKEN = {"findings": _findings, "lists": _lists}


def path_of(language: str, domain: str) -> Path:
    """Where the source of a catalogue is."""
    return FOLDER / language / "LC_MESSAGES" / f"{domain}.po"


def updated(language: str, domain: str) -> tuple[Entry, ...]:
    """The words of today, as far as the catalogue on disk translates them."""
    path = path_of(language, domain)
    there = read_po(BytesIO(path.read_bytes() if path.exists() else b""), ignore_obsolete=True)
    said = {_forms(one.id): _forms(one.string) for one in there if one.id and one.string}
    return tuple(Entry(id=one.id, place=one.place, said=said.get(one.id, ())) for one in words_of(domain))


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def _header(language: str) -> str:
    return (
        f"Language: {language}\nPlural-Forms: {_PLURALS[language]}\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    )


def source(language: str, entries: tuple[Entry, ...]) -> str:
    """A catalogue as `.po`."""
    lines = ['msgid ""', 'msgstr ""', *(f'"{escape(one)[1:-1]}\\n"' for one in _header(language).splitlines())]
    for one in entries:
        lines += ["", f"#: {one.place}", *(["#, python-format"] if "%(" in one.id[0] else [])]
        lines += [f"msgid {escape(one.id[0])}", *(f"msgid_plural {escape(many)}" for many in one.id[1:])]
        said = one.said or ("",) * (_PLURALS[language].startswith("nplurals=2") + 1)
        plural = len(one.id) > 1
        lines += [
            f"msgstr{f'[{at}]' if plural else ''} {escape(text)}"
            for at, text in enumerate(said if plural else said[:1])
        ]
    return "\n".join(lines) + "\n"


def compiled(language: str, entries: tuple[Entry, ...]) -> bytes:
    """A catalogue as `.mo`: a table of the originals, sorted, a table of the translations, and the texts."""
    pairs = {"": _header(language)}
    pairs |= {"\0".join(one.id): "\0".join(one.said) for one in entries if one.complete}
    texts = [(left.encode(), right.encode()) for left, right in pairs.items()]
    texts.sort()
    start = 7 * 4 + 16 * len(texts)
    blob, left, right = b"", b"", b""
    for original, _ in texts:
        left += struct.pack("<II", len(original), start + len(blob))
        blob += original + b"\0"
    for _, said in texts:
        right += struct.pack("<II", len(said), start + len(blob))
        blob += said + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(texts), 7 * 4, 7 * 4 + 8 * len(texts), 0, 0)
    return head + left + right + blob


def main() -> None:
    """Write all of them, and say what is missing."""
    for language in (one for one in LANGUAGES if one != DEFAULT):
        for domain in DOMAINS:
            entries = updated(language, domain)
            path = path_of(language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source(language, entries), encoding="utf-8", newline="\n")
            path.with_suffix(".mo").write_bytes(compiled(language, entries))
            missing = sum(not one.complete for one in entries)
            sys.stdout.write(f"{language} {domain}: {len(entries)} words, {missing} untranslated\n")


if __name__ == "__main__":
    main()
