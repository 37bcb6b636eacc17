"""The finder of lines: every field of a TOML text, however it is written."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineclear.catalog.lines import Path, line_of, lines_of

TRICKY = '''\
# a comment with [brackets] and "quotes"
top = 1  # [not.a.table]
dotted.key = "a = b"
"quoted key" = 'literal # no comment'
"esc\\u0061ped" = """
many
"lines" \\"""
"""
literal = \'\'\'
[looks.like.a.header]
x = 1
\'\'\'
quotes = """a"""""
array = [
  1, 2,  # first line of two
  { a = 1, b = [ "]", '}' ] },
  [
    3,
  ],
]
inline = { x = { y = "}" }, z = [] }
date = 1979-05-27 07:32:00

[table]
in_table = true
[table.sub]
deep = 1.5

[[list]]
name = "first"
  [[list.inner]]
  n = 1
  [[list.inner]]
  n = 2
  [list.plain]
  p = 0

[[list]]
name = "second"
  [[list.inner]]
  n = 3
'''


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every table, key and element of a parsed file."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("dotted", "key"), 3),
        (("quoted key",), 4),
        (("escaped",), 5),
        (("literal",), 9),
        (("quotes",), 13),
        (("array",), 14),
        (("array", 1), 15),
        (("array", 2), 16),
        (("array", 2, "b"), 16),
        (("array", 2, "b", 1), 16),
        (("array", 3, 0), 18),
        (("inline", "x", "y"), 21),
        (("inline", "z"), 21),
        (("date",), 22),
        (("table", "in_table"), 25),
        (("table", "sub", "deep"), 27),
        (("list", 0), 29),
        (("list", 0, "inner", 1, "n"), 34),
        (("list", 0, "plain", "p"), 36),
        (("list", 1, "name"), 39),
        (("list", 1, "inner", 0, "n"), 41),
    ],
)
def test_the_line_of(path: Path, line: int) -> None:
    assert lines_of(TRICKY)[path] == line


def test_every_field_is_found_and_no_other() -> None:
    assert set(lines_of(TRICKY)) == set(paths(tomllib.loads(TRICKY)))


def test_line_ends_of_windows_count_once() -> None:
    assert lines_of("a = 1\r\nb = 2\r\n") == {("a",): 1, ("b",): 2}


@pytest.mark.parametrize(
    ("path", "line"),
    [(("list", 1, "inner", 0, "absent"), 40), (("list", 7, "name"), 29), (("absent",), 1), ((), 1)],
)
def test_what_is_not_written_has_the_line_of_what_is_around_it(path: Path, line: int) -> None:
    assert line_of(lines_of(TRICKY), path) == line


def test_an_empty_text_has_no_lines() -> None:
    assert lines_of("") == lines_of("\n# nothing\n") == {}


KEYS = st.text("abc-_", min_size=1, max_size=3)
SCALARS = st.one_of(
    st.integers(-9, 9).map(str),
    st.sampled_from(['""', "''", '"#"', '"]"', "'}'", '"\\""', "true", "1e5", "07:32:00", '"""x\ny"""', "'''\n'''"]),
)


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    kind = draw(st.sampled_from(["scalar", "scalar", "array", "inline"] if depth else ["scalar"]))
    if kind == "array":
        inner = draw(st.lists(values(depth - 1), max_size=3))
        between = draw(st.sampled_from([", ", ",\n  # ,]\n", "\n,\n"]))
        return f"[{between.join(inner)}]"
    if kind == "inline":
        keys = draw(st.lists(KEYS, max_size=3, unique=True))
        inner_values = [draw(values(0).filter(lambda one: "\n" not in one)) for _ in keys]
        return "{ " + ", ".join(f"{key} = {one}" for key, one in zip(keys, inner_values, strict=True)) + " }"
    return draw(SCALARS)


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = [f"{key} = {draw(values())}" for key in draw(st.lists(KEYS, max_size=3, unique=True))]
    for _ in range(draw(st.integers(0, 3))):
        lines += ["[[zz]]", *(f"{key} = {draw(values())}" for key in draw(st.lists(KEYS, max_size=2, unique=True)))]
        for _ in range(draw(st.integers(0, 2))):
            lines += ["  [[zz.yy]] # [[zz]]", f"  k = {draw(values())}"]
    return "\n".join(lines)


@settings(deadline=None)
@given(texts())
def test_what_tomllib_reads_is_found_line_by_line(text: str) -> None:
    lines = lines_of(text)
    assert set(lines) == set(paths(tomllib.loads(text)))
    rows = text.split("\n")
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert path[-1] in rows[line - 1]
