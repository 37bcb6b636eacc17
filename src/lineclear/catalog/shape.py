"""A parsed file held against the form: what does not fit is told in the author's words, with what to write instead."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar, get_args

from msgspec import Struct, ValidationError, convert

from lineclear.model import Provenance, Role, Transport, Weight

from .document import BLOCKS, FORMAT, Day, Document
from .lines import Path
from .source import FieldError, Source, Tree, shown

Shape = TypeVar("Shape", bound=Struct)

# msgspec's sentences; a test walks every one of them, so that a new wording is noticed.
_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_UNKNOWN = re.compile(r"^Object contains unknown field `(.*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(.*)`$")
_TYPE = re.compile(r"^Expected `(.*)`, got `(.*)`$")
_ENUM = re.compile(r"^Invalid enum value (.*)$", re.DOTALL)

_KINDS = {
    "str": "text in double quotes",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table with key = value",
    "float": "a number with a fraction",
    "date": "a date without quotes",
    "datetime": "a date and time without quotes",
    "time": "a time without quotes",
}

_CHOICES: dict[str, type[Enum]] = {
    "transport": Transport,
    "role": Role,
    "weight": Weight,
    "provenance": Provenance,
}

_HINTS = {
    "id": "Use lower-case letters, digits and single hyphens, at most 64 of them.",
    "region": "Use lower-case letters, digits and single hyphens, at most 64 of them.",
    "condition": "Use the id of a [[profile]]: lower-case letters, digits and single hyphens.",
    "any_of": "Use lower-case letters, digits and single hyphens, at most 64 of them.",
    "edition": "Use lower-case letters, digits, dots and hyphens, such as 2022-01.",
    "published": "Write a year, a month or a day: 2022, 2022-01 or 2022-01-31.",
    "start": "Write HH:MM with 24 hours, such as 23:45.",
    "end": "Write HH:MM with 24 hours, such as 23:45.",
    "timezone": "Write an IANA name, such as America/New_York.",
    "columns": "Give three heads (group, host, ports) or four (group, role, host, ports).",
    "port": "Ports go from 1 to 65535.",
    "ports": "Ports go from 1 to 65535.",
    "last": "Ports go from 1 to 65535.",
    "number": "Footnotes count from 1.",
    "hosts": "Name at least one host.",
    "service": "Describe at least one [[service]].",
    "host": "Write the name or address of the host.",
}


def fit(source: Source) -> Document:
    """The file as a `Document`.

    Raises:
        FieldError: an unknown key, a missing one, or a value of a wrong type or form.
    """
    _check_format(source.tree)
    return _convert(source.tree, Document, ())


def misfits(source: Source) -> Iterator[FieldError]:
    """What `fit` would refuse, one refusal for each block of the file, so that they can be mended together."""
    told: set[Path] = set()
    for path, block, shape in _blocks(source.tree):
        try:
            _convert(block, shape, path)
        except FieldError as problem:
            told.add(path)
            yield problem
    try:
        fit(source)
    except FieldError as problem:
        if problem.path[:2] not in told:
            yield problem


def _convert(value: Any, shape: type[Shape], path: Path) -> Shape:
    try:
        return convert(value, shape)
    except ValidationError as problem:
        raise _explained(str(problem), value, path) from None


def _blocks(tree: Tree) -> Iterator[tuple[Path, Any, type[Struct]]]:
    """Every [[block]] of the file with its path and shape."""
    for name in ("footnote", "profile", "window", "table", "service"):
        listed = tree.get(name)
        for index, block in enumerate(listed if isinstance(listed, list) else ()):
            yield (name, index), block, BLOCKS[name]


def _check_format(tree: Tree) -> None:
    said = tree.get("format", FORMAT)
    if said == FORMAT or not isinstance(said, str):
        return
    fix = f'Write format = "{FORMAT}", or use the version of Lineclear this file was written for.'
    raise FieldError(("format",), f"is not a form this version reads: {shown(said)}", fix)


def _explained(message: str, value: Any, outer: Path) -> FieldError:
    """A sentence of msgspec in the author's words. `value` is what was converted, and stands at `outer` in the file."""
    place = _PLACE.search(message)
    inner = _path(place.group(1)) if place else ()
    what = message[: place.start()] if place else message
    for pattern, explain in _EXPLANATIONS:
        if found := pattern.match(what):
            return explain((*outer, *inner), found)
    for part in inner:
        value = value[part]
    return _ill_formed((*outer, *inner), what, value)


def _unknown(path: Path, found: re.Match[str]) -> FieldError:
    key = found.group(1)
    known = _block(path).__struct_encode_fields__
    near = get_close_matches(key.replace("-", "_"), known, 1)
    listed = ", ".join(known)
    fix = f"Did you mean `{near[0]}`?" if near else f"Known here: {listed}."
    return FieldError((*path, key), "is not a key of this block", fix)


def _missing(path: Path, found: re.Match[str]) -> FieldError:
    key = found.group(1)
    example = _EXAMPLES.get((_block(path).__name__, key), f'{key} = "..."')
    return FieldError(path, f"{'the file ' if not path else ''}has no `{key}`", f"Add {example}.")


def _wrong_type(path: Path, found: re.Match[str]) -> FieldError:
    wanted, got = found.groups()
    means = " or ".join(_KINDS.get(kind, kind) for kind in wanted.split(" | "))
    fix = "Put it in double quotes." if got in ("date", "datetime", "time") else f"Write {means}."
    return FieldError(path, f"is {_KINDS.get(got, got)}, where {means} belongs", fix)


def _wrong_choice(path: Path, found: re.Match[str]) -> FieldError:
    word = found.group(1).strip("'\"")
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    choices = [one.value for one in _CHOICES[key]] if key in _CHOICES else list(map(str, get_args(Day)))
    near = get_close_matches(word.lower(), choices, 1, cutoff=0.5)
    fix = f"Did you mean {shown(near[0])}?" if near else f"Use one of {', '.join(choices)}."
    return FieldError(path, f"is not a word known here: {shown(word)}", fix)


def _ill_formed(path: Path, what: str, value: Any) -> FieldError:
    """A value of the right type that breaks a pattern or a limit."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if value in ("", [], {}):
        return FieldError(path, "is empty", _HINTS.get(key, "Write something, or leave the line out."))
    limit = what.removeprefix("Expected ").replace("`", "")
    return FieldError(path, f"does not have the right form: {shown(value)}", _HINTS.get(key, f"It has to be {limit}."))


_EXPLANATIONS = (
    (_UNKNOWN, _unknown),
    (_MISSING, _missing),
    (_TYPE, _wrong_type),
    (_ENUM, _wrong_choice),
)

_EXAMPLES = {
    ("Document", "format"): f'format = "{FORMAT}"',
    ("Document", "service"): "a [[service]] block",
    ("ServiceBlock", "hosts"): 'hosts = ["host.example.com"]',
    ("TableBlock", "columns"): 'columns = ["SERVICE", "HOST", "PORTS"]',
    ("PortBlock", "port"): "port = 443",
    ("FootnoteBlock", "number"): "number = 1",
}


def _path(spelled: str) -> Path:
    return tuple(int(index) if index else key for key, index in _STEP.findall(spelled))


def _block(path: Path) -> type[Struct]:
    """The shape of the block at `path`."""
    return next((BLOCKS[part] for part in reversed(path) if isinstance(part, str) and part in BLOCKS), Document)
