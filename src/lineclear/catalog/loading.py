"""Catalog files: from bytes or text to a `Catalog`, or to one sentence that says what to change and in which line."""

from pathlib import Path as FilePath

from lineclear.model import Catalog, UsageError

from .building import build
from .shape import fit
from .source import FieldError, read_source, refusal
from .store import find_edition, is_file, packaged


def load_file(path: str) -> Catalog:
    """The catalog in a TOML file.

    Raises:
        UsageError: it cannot be read, or is not a catalog; the message names the line, the field and the fix.
    """
    return parse_toml(read_text(path), path)


def toml_of(reference: str) -> tuple[str, str]:
    """Name and text of the TOML behind a reference: a file, or a built-in edition.

    Raises:
        UsageError: no such edition, or a file that cannot be read.
    """
    if is_file(reference):
        return reference, read_text(reference)
    catalog, _, edition = reference.partition(":")
    name = f"{find_edition(catalog, edition).stem}.toml"
    return name, packaged(f"editions/{name}").decode()


def read_text(path: str) -> str:
    """The text of a file.

    Raises:
        UsageError: there is no such file, it cannot be read, or it is not UTF-8.
    """
    try:
        content = FilePath(path).read_bytes()
    except OSError as problem:
        reason = (problem.strerror or "it cannot be read").lower()
        raise UsageError(f"{path}: {reason}.", "Name a catalog file you may read.") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise UsageError(f"{path}, line {line}: is not UTF-8 text.", "Save the file as UTF-8.") from None


def parse_toml(text: str, name: str) -> Catalog:
    """The catalog that `text` describes; `name` is what messages call it.

    Raises:
        UsageError: it is not a catalog; the message names the line, the field and the fix.
    """
    try:
        source = read_source(text, name)
    except FieldError as problem:
        raise refusal(problem, name, {}) from None
    try:
        return build(fit(source))
    except FieldError as problem:
        raise refusal(problem, name, source.lines) from None
