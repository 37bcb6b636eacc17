"""Any value of any of our types, for property tests: fields filled at random, texts as hostile as they come."""

import enum
import types
import typing
from typing import Any

import msgspec
from hypothesis import strategies as st

HOSTILE = (
    "\x1b[2J\x1b[31mowned",
    "line\nSUCCESS\r\n",
    "\u202etxt.exe",
    "\u2066\u200b\u200d\ufeff",
    "\x9b31m\x7f\x00\x08",
    "<script>alert(1)</script>",
    "a|b`c``d*e_f[g](http://h)",
    "'=cmd|' /C calc'!A0",
    "{targets.__class__}{0}{",
    "%s%n$(id)`id`",
    "]]>&amp;\"'",
    "ラインクリア" * 3,
    "e\u0301\u0301\u0301",
    "\ud83d\ude00",
    "x" * 300,
    "",
)

TEXT = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=()), max_size=12)
_LEAVES: dict[object, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(2**31), 2**31),
    float: st.floats(0, 1e9),
    bool: st.booleans(),
    type(None): st.none(),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type: a Struct of ours, or what its fields are made of."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([anything(one) for one in inside])
    if origin is tuple and inside[-1] is Ellipsis:
        return st.lists(anything(inside[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(anything, inside))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    return st.deferred(lambda: _struct(kind))


def _struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    fields = {one.encode_name: anything(one.type) for one in msgspec.structs.fields(kind)}
    needed = {one.name for one in msgspec.structs.fields(kind) if one.required}
    return st.fixed_dictionaries(
        {name: how for name, how in fields.items() if name in needed},
        optional={name: how for name, how in fields.items() if name not in needed},
    ).map(lambda values: kind(**values))
