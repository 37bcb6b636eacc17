"""Sentences that hold for every catalog file, and for files that are none."""

import json
import re
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineclear.catalog import DIFF_FORMATS, FORMATS, diff, lint, parse_toml, schema, select, show
from lineclear.model import Catalog, UsageError, from_json, to_json

Tree = dict[str, Any]
SCHEMA = jsonschema.Draft202012Validator(json.loads(schema()))
enough = settings(deadline=None, max_examples=40)

IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?", fullmatch=True)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=12
)
HOSTS = st.one_of(
    st.from_regex(r"[a-z][a-z0-9_]{0,6}\.example", fullmatch=True),
    st.sampled_from(["192.0.2.1", "2001:db8::1", "192.0.2.0/24", "*.x.example"]),
)
PORTS = st.integers(1, 65535)
TRANSPORTS = st.sampled_from(["tcp", "tls", "http", "https", "udp", "tws-api"])
SAYS = st.fixed_dictionaries(
    {},
    optional={
        "transport": TRANSPORTS,
        "required": st.booleans(),
        "weight": st.sampled_from(["main", "auxiliary"]),
        "pingable": st.booleans(),
        "proxy_capable": st.booleans(),
        "condition": st.just("far"),
        "any_of": IDS,
        "provenance": st.sampled_from(["published", "observed", "local"]),
        "loses": TEXTS,
        "certificate_names": st.lists(st.just("*.x.example"), max_size=2),
        "source": TEXTS,
    },
)


@st.composite
def port_cells(draw: st.DrawFn) -> list[Any]:
    cells: list[Any] = []
    for port in draw(st.lists(PORTS, min_size=1, max_size=3, unique=True)):
        last = draw(st.integers(port, min(port + 9, 65535)))
        forms = [
            port,
            f"{port}-{last}",
            f"{port}/{draw(TRANSPORTS)}",
            {"port": port, "last": last, "footnotes": [1], **draw(SAYS)},
        ]
        cells.append(draw(st.sampled_from(forms)))
    return cells


@st.composite
def host_cells(draw: st.DrawFn) -> Any:
    host = draw(HOSTS)
    if draw(st.booleans()):
        return host
    more = draw(
        st.fixed_dictionaries(
            {},
            optional={"role": st.sampled_from(["only", "primary", "backup"]), "ports": port_cells(), "alias_of": HOSTS},
        )
    )
    return {"host": host, **more, **draw(SAYS)}


@st.composite
def documents(draw: st.DrawFn) -> Tree:
    services = [
        {
            "id": name,
            "label": draw(TEXTS),
            "region": draw(st.sampled_from(["", "north", "south"])),
            "hosts": draw(st.lists(host_cells(), min_size=1, max_size=3)),
            "ports": draw(port_cells()),
            **({"table": "t", "footnotes": [1]} if draw(st.booleans()) else {}),
            **draw(SAYS),
        }
        for name in draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    ]
    return {
        "format": "lineclear.catalog/1",
        **{key: draw(IDS) for key in ("id", "edition")},
        **{key: draw(TEXTS) for key in ("title", "publisher", "application", "place")},
        "notes": draw(st.lists(TEXTS, max_size=2)),
        "defaults": draw(SAYS),
        "footnote": [{"number": 1, "text": draw(TEXTS)}],
        "profile": [{"id": "far", "title": "Far."}],
        "window": [{"start": "23:00", "end": "01:00", "timezone": "Asia/Hong_Kong", "days": ["mon"]}],
        "table": [{"id": "t", "title": "T", "columns": ["A", "B", "C", "D"], "footnotes": [1], **draw(SAYS)}],
        "service": services,
    }


def spell(value: Any) -> str:
    """A value as TOML; JSON's strings, numbers and lists are TOML's."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {spell(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(spell, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def write(document: Tree) -> str:
    """A document as one would type it: a key on a line, lists of tables as [[blocks]]."""
    blocks = {key: value for key, value in document.items() if isinstance(value, list) and key != "notes"}
    lines = [f"{key} = {spell(value)}" for key, value in document.items() if key not in blocks]
    for name, tables in blocks.items():
        for table in tables:
            lines += [f"[[{name}]]", *(f"{key} = {spell(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def read(document: Tree) -> Catalog:
    return parse_toml(write(document), "it.toml")


@enough
@given(documents())
def test_toml_to_values_to_compiled_form_and_back_loses_nothing(document: Tree) -> None:
    catalog = read(document)
    assert from_json(to_json(catalog), Catalog, "it") == catalog


@enough
@given(documents())
def test_what_loads_is_valid_by_the_published_schema(document: Tree) -> None:
    read(document)
    assert SCHEMA.is_valid(document)


@enough
@given(documents())
def test_ids_are_given_once_and_name_service_role_and_port(document: Tree) -> None:
    requirements = read(document).requirements
    assert len({one.id for one in requirements}) == len(requirements)
    for one in requirements:
        service, role, port = one.id.split("/")
        assert (service, re.sub(r"-\d+$", "", role)) == (one.service, one.role.value)
        assert port.removesuffix("-udp") == str(one.ports)


@enough
@given(documents())
def test_lint_finds_no_error_but_a_conflict_in_what_loads(document: Tree) -> None:
    read(document)
    errors = {one.id for one in lint(write(document), "it.toml") if one.severity.value == "error"}
    assert errors <= {"conflicting-rows"}


@enough
@given(documents())
def test_a_catalog_does_not_differ_from_itself(document: Tree) -> None:
    same = diff(read(document), read(document))
    assert (same.added, same.removed, same.changed, same.opens, same.closes) == ((), (), (), (), ())


@enough
@given(documents(), documents())
def test_what_one_way_adds_the_other_way_removes(one: Tree, other: Tree) -> None:
    before, after = read(one), read(other)
    there, back = diff(before, after), diff(after, before)
    assert sorted(there.opens) == sorted(back.closes)
    assert len(there.added) - len(there.removed) == len(after.requirements) - len(before.requirements)
    assert {len(there.added), len(there.removed)} == {len(back.removed), len(back.added)}
    for form in DIFF_FORMATS.values():
        assert form(there)


@enough
@given(documents(), st.data())
def test_select_is_idempotent(document: Tree, data: st.DataObject) -> None:
    catalog = read(document)
    regions = sorted({one.region for one in catalog.services} - {""})
    wish: dict[str, list[str]] = {
        "services": data.draw(st.lists(st.sampled_from([one.id for one in catalog.services]), max_size=1)),
        "regions": data.draw(st.lists(st.sampled_from(regions), max_size=1)) if regions else [],
        "profile": data.draw(st.sampled_from([[], ["far"]])),
        "only": data.draw(st.lists(st.sampled_from([one.id for one in catalog.requirements]), max_size=2)),
    }
    try:
        once = select(catalog, **wish)
    except UsageError as problem:
        assert "leaves nothing" in problem.problem  # noqa: PT017  one of two good outcomes
        return
    kept = {key: [name for name in names if _is_there(name, key, once)] for key, names in wish.items()}
    assert select(once, **kept) == once
    assert {one.id for one in once.requirements} <= {one.id for one in catalog.requirements}


def _is_there(name: str, key: str, catalog: Catalog) -> bool:
    """Whether a name of the first wish still names something: what it removed cannot be named again."""
    return key != "only" or any(one.id == name or one.id.startswith(f"{name}/") for one in catalog.requirements)


@enough
@given(documents())
def test_skip_and_only_share_out_the_list(document: Tree) -> None:
    catalog = read(document)
    first = catalog.requirements[0].id
    assert [one.id for one in select(catalog, only=[first]).requirements] == [first]
    if len(catalog.requirements) > 1:
        rest = [one.id for one in catalog.requirements if one.id != first]
        assert [one.id for one in select(catalog, skip=[first]).requirements] == rest


@enough
@given(documents(), st.sampled_from(sorted(FORMATS)), st.integers(0, 120))
def test_every_catalog_can_be_shown_in_every_form(document: Tree, form: str, width: int) -> None:
    catalog = read(document)
    text = show(catalog, form, width)
    compact = re.sub(r"\s", "", text)
    assert all(one.host in compact for one in catalog.requirements)


def _unknown_key(block: Tree) -> str:
    block["surprise"] = 1
    return "surprise = 1"


def _wrong_type(block: Tree) -> str:
    block["label"] = 7
    return "label = 7"


def _url(block: Tree) -> str:
    block["hosts"] = ["https://h.example"]
    return 'hosts = ["https://h.example"]'


def _blank_port(block: Tree) -> str:
    block["hosts"] = ["h.example"]
    block["ports"] = [""]
    return 'ports = [""]'


def _port_out_of_range(block: Tree) -> str:
    block["hosts"] = ["h.example"]
    block["ports"] = [70000]
    return "ports = [70000]"


def _unknown_transport(block: Tree) -> str:
    block["transport"] = "carrier-pigeon"
    return 'transport = "carrier-pigeon"'


def _missing_label(block: Tree) -> str:
    del block["label"]
    return "[[service]]"


def _unknown_table(block: Tree) -> str:
    block["table"] = "nowhere"
    return 'table = "nowhere"'


def _unknown_footnote(block: Tree) -> str:
    block["footnotes"] = [77]
    return "footnotes = [77]"


BREAKS = (
    _unknown_key,
    _wrong_type,
    _url,
    _blank_port,
    _port_out_of_range,
    _unknown_transport,
    _missing_label,
    _unknown_table,
    _unknown_footnote,
)


@enough
@given(documents(), st.sampled_from(BREAKS), st.data())
def test_every_bad_file_names_the_line(document: Tree, broken: Any, data: st.DataObject) -> None:
    block = data.draw(st.sampled_from(document["service"]))
    written = broken(block)
    text = write(document)
    with pytest.raises(UsageError) as caught:
        parse_toml(text, "it.toml")
    found = re.match(r"it\.toml, line (\d+): (service\[\d+\]\S*) ", caught.value.problem)
    assert found, caught.value.problem
    assert text.splitlines()[int(found.group(1)) - 1] == written
    assert caught.value.fix
    assert any(one.line == int(found.group(1)) for one in lint(text, "it.toml") if one.severity.value == "error")


ANYTHING = st.recursive(
    st.one_of(
        st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5), HOSTS, st.just("http://x")
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["host", "hosts", "port", "last", "ports", "role", "transport", "id"]), inner, max_size=3
        ),
    ),
    max_leaves=8,
)


@enough
@given(st.dictionaries(st.sampled_from(["service", "table", "defaults", "title", "footnote"]), ANYTHING))
@example({"service": [{"table": []}], "table": [{"id": []}]})
def test_lint_and_load_survive_every_tree(tree: Tree) -> None:
    text = "".join(f"{key} = {spell(value)}\n" for key, value in tree.items())
    assert any(one.severity.value == "error" for one in lint(text, "it.toml"))
    with pytest.raises(UsageError):
        parse_toml(text, "it.toml")


@enough
@given(st.text())
def test_lint_and_load_survive_every_text(text: str) -> None:
    assert lint(text, "it.toml")
    with pytest.raises(UsageError, match=r"it\.toml, line \d+:"):
        parse_toml(text, "it.toml")


@enough
@given(documents())
def test_a_generated_document_is_read_the_same_with_line_ends_of_windows(document: Tree) -> None:
    text = write(document)
    assert parse_toml(text.replace("\n", "\r\n"), "it.toml") == parse_toml(text, "it.toml")
