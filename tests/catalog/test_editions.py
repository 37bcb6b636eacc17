"""What is shipped: three editions, their compiled form, the schema, and how each is named."""

import json
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from lineclear import catalog
from lineclear.catalog.compile import compiled, main
from lineclear.model import Kind, Provenance, Transport, UsageError, Weight

FOLDER = Path(catalog.__file__).parent
TOMLS = sorted((FOLDER / "editions").glob("*.toml"))


def test_generated_files_say_what_their_sources_say() -> None:
    """Run `python -m lineclear.catalog.compile` after an edit."""
    for name, content in compiled().items():
        assert (FOLDER / name).read_bytes() == content, name


def test_no_generated_file_is_left_over() -> None:
    assert {f"editions/{path.name}" for path in (FOLDER / "editions").glob("*.json")} < set(compiled())
    assert {path.stem for path in TOMLS} == {one.stem for one in catalog.editions()}


def test_the_compile_command_writes_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in TOMLS:
        (tmp_path / "editions").mkdir(exist_ok=True)
        (tmp_path / "editions" / source.name).write_text(source.read_text("utf-8"), "utf-8")
    monkeypatch.setattr("lineclear.catalog.compile._HERE", tmp_path)
    assert main() == 0
    assert (tmp_path / "editions" / "local.json").read_bytes() == (FOLDER / "editions" / "local.json").read_bytes()
    assert "editions/local.json" in capsys.readouterr().out


def test_the_compile_command_is_run_by_its_module_name(monkeypatch: pytest.MonkeyPatch) -> None:
    written: dict[str, bytes] = {}
    monkeypatch.setattr(Path, "write_bytes", lambda path, content: written.update({path.name: content}))
    monkeypatch.delitem(sys.modules, "lineclear.catalog.compile")
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("lineclear.catalog.compile", run_name="__main__")
    assert {Path(name).name for name in compiled()} == set(written)


@pytest.mark.parametrize("path", TOMLS, ids=lambda path: path.stem)
def test_editions_are_valid_by_the_published_schema(path: Path) -> None:
    schema = json.loads(catalog.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(path.read_text("utf-8")), schema)


@pytest.mark.parametrize(
    ("host", "port", "good"),
    [
        ("h.example", 443, True),
        ("192.0.2.0/24", "8194-8198/tcp", True),
        ("*.h.example", "4001 / TLS", True),
        ("https://h.example", 443, False),
        ("", 443, False),
        ("h.example", "4000 / 4001", False),
        ("h.example", "", False),
        ("h.example", 0, False),
    ],
)
def test_an_editor_with_the_schema_sees_bad_cells(host: str, port: int | str, good: bool) -> None:
    head = ("format", "id", "edition", "title", "publisher", "application")
    service = {"id": "s", "label": "S", "hosts": [host, {"host": host}], "ports": [port]}
    document = {**dict.fromkeys(head, "a"), "format": "lineclear.catalog/1", "service": [service]}
    assert jsonschema.Draft202012Validator(json.loads(catalog.schema())).is_valid(document) is good


@pytest.mark.parametrize("path", TOMLS, ids=lambda path: path.stem)
def test_lint_finds_no_error_in_an_edition(path: Path) -> None:
    worst = {one.id for one in catalog.lint(path.read_text("utf-8"), path.name) if one.severity.value != "info"}
    assert worst == ({"underscore-name", "over-broad"} if path.stem == "ibkr-2022-01" else set())


@pytest.mark.parametrize(
    ("reference", "edition"),
    [("ibkr", "2022-01"), ("ibkr:2022-01", "2022-01"), ("ibkr:observed", "observed"), ("local", "1")],
)
def test_references(reference: str, edition: str) -> None:
    assert catalog.load(reference).edition == edition
    assert reference.startswith(catalog.load(reference).id)


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("ibrk", "Did you mean ibkr?"),
        ("ibkr:2022-02", "Did you mean ibkr:2022-01?"),
        ("ibkr:1999", "Built in are ibkr:2022-01"),
        ("saxo", "Built in are ibkr:2022-01, ibkr:observed, local:1."),
        ("", "Built in are"),
    ],
)
def test_a_reference_to_nothing_names_the_nearest(reference: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        catalog.load(reference)
    assert hint in caught.value.fix


def test_each_catalog_has_one_default() -> None:
    defaults = [one.catalog for one in catalog.editions() if one.is_default]
    assert sorted(defaults) == sorted({one.catalog for one in catalog.editions()})


def test_the_list_of_editions_names_them_all() -> None:
    text = catalog.list_text()
    for one in catalog.editions():
        assert one.reference in text


def test_observed_names_are_observed_not_required_and_have_a_source() -> None:
    observed = catalog.load("ibkr:observed")
    assert {one.provenance for one in observed.requirements} == {Provenance.OBSERVED}
    assert not any(one.required for one in observed.requirements)
    assert all(one.source for one in observed.requirements)
    assert not any("_" in one.host for one in observed.requirements)


def test_observed_aliases_point_at_names_the_published_edition_holds() -> None:
    published = {one.host for one in catalog.load("ibkr:2022-01").requirements}
    observed = catalog.load("ibkr:observed").requirements
    aliases = {one.alias_of for one in observed if one.alias_of}
    assert aliases == {host for host in published if "_" in host}


def test_windows_are_in_the_time_zones_of_the_data_centres() -> None:
    windows = catalog.load("ibkr:observed").windows
    assert {one.timezone for one in windows} == {"America/New_York", "Europe/Zurich", "Asia/Hong_Kong"}


def test_the_local_ports_are_alternatives_of_one_group() -> None:
    local = catalog.load("local")
    assert [(one.port, one.transport) for one in local.requirements] == [
        (7496, Transport.TWS_API),
        (7497, Transport.TWS_API),
        (4001, Transport.TWS_API),
        (4002, Transport.TWS_API),
        (5000, Transport.HTTPS),
    ]
    assert {(one.host, one.kind, one.any_of, one.weight) for one in local.requirements} == {
        ("127.0.0.1", Kind.ADDRESS, "local-api", Weight.MAIN)
    }


def test_local_4001_and_server_4001_are_in_different_places() -> None:
    places = [catalog.load(name).place for name in ("local", "ibkr")]
    assert places == ["local API", "IBKR server"]
    ids = [{one.id for one in catalog.load(name).requirements} for name in ("local", "ibkr")]
    assert not ids[0] & ids[1]


def test_loading_an_edition_imports_nothing_heavy() -> None:
    program = (
        "import sys; before = set(sys.modules)\n"
        "import lineclear.model\n"
        "model = set(sys.modules)\n"
        "from lineclear import catalog\n"
        "catalog.select(catalog.load('ibkr'), regions=['europe'], profile=['mainland-china'])\n"
        "print(*sorted(name for name in set(sys.modules) - model if not name.startswith('lineclear')))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('lineclear.catalog')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    foreign, ours = done.stdout.splitlines()
    assert foreign == ""
    assert ours.split() == ["lineclear.catalog", "lineclear.catalog.selection", "lineclear.catalog.store"]


def test_an_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        catalog.nonsense  # noqa: B018  the access is what is tested
