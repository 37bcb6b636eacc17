"""Where in a JSON text a value stands, so that an error can name line and column."""

import contextlib
import json
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in practice, absent from the stubs

_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder()


def position(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    """Line and column, from 1, of the value at a path of keys and indexes; `text` is JSON that parses."""
    at = _skip(text, 0)
    with contextlib.suppress(ValueError, IndexError, StopIteration):  # a key that stands there twice leads astray
        for step in path:
            at = _member(text, at, step) if isinstance(step, str) else _element(text, at, step)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _member(text: str, at: int, key: str) -> int:
    """Where the value of a key begins, in the object that begins at `at`."""
    while True:
        name, at = scanstring(text, _skip(text, at + 1) + 1)
        at = _skip(text, _skip(text, at) + 1)
        if name == key:
            return at
        at = _skip(text, _DECODER.raw_decode(text, at)[1])


def _element(text: str, at: int, index: int) -> int:
    """Where an element begins, in the array that begins at `at`."""
    at = _skip(text, at + 1)
    for _ in range(index):
        at = _skip(text, _skip(text, _DECODER.raw_decode(text, at)[1]) + 1)
    return at


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
