"""Every field that can hold text is decided about."""

import typing
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from lineclear.model import (
    Evidence,
    Observation,
)
from lineclear.redact.fields import FIELDS, WHOLE


def _structs(kind: Any, seen: set[type[msgspec.Struct]]) -> Iterator[type[msgspec.Struct]]:
    """Every Struct type a type can hold."""
    for one in typing.get_args(kind):
        yield from _structs(one, seen)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen | WHOLE:
        seen.add(kind)
        yield kind
        for field in msgspec.structs.fields(kind):
            yield from _structs(field.type, seen)


def _holds_text(kind: Any) -> bool:
    return kind is str or any(_holds_text(one) for one in typing.get_args(kind))


@pytest.mark.parametrize("kind", list(_structs(Evidence, set())))
def test_every_field_that_can_hold_text_is_decided_about(kind: type[msgspec.Struct]) -> None:
    text = {one.name for one in msgspec.structs.fields(kind) if _holds_text(one.type)}
    assert set(FIELDS[kind]) == text


def test_no_type_is_decided_about_that_is_not_there() -> None:
    assert set(FIELDS) == {*_structs(Evidence, set()), Observation}
