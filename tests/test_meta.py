"""The house rules that no linter knows, asked of the registries and of the files themselves."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from tests.diagnose.table import TABLE

from lineclear.diagnose import diagnose
from lineclear.diagnose.codes import (
    ALL,
    BY_LABEL,
    Code,
    agents,
    autoconfig,
    consent,
    far,
    machine,
    names,
    paths,
    resolvers,
    run,
    tls,
    transport,
    web,
)
from lineclear.diagnose.rules import RULES, Case, Rule
from lineclear.model import Failure, Finding

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "lineclear"
FILES = sorted(SRC.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LAYERS = {
    machine.MACHINE: (100,),
    agents.AGENTS: (100,),
    names.NAMES: (200,),
    resolvers.RESOLVERS: (200,),
    transport.TRANSPORT: (300,),
    paths.PATHS: (300,),
    consent.CONSENT: (300,),
    tls.TLS: (400,),
    web.WEB: (500,),
    autoconfig.AUTOCONFIG: (500,),
    far.FAR: (600,),
    run.RUN: (700, 900),
}
RETIRED = {319}
"""Numbers that were given once and never are again."""
PURE = ("model", "catalog", "plan", "diagnose", "allowlist", "render", "redact")
WORLD = {"socket", "_socket", "ssl", "_ssl", "asyncio", "time", "os", "random", "logging", "subprocess", "selectors"}
FORBIDDEN_WORDS = re.compile(r"(Manager|Handler|Helper|Util|Engine|Base|Info|Data)s?$")


class TestCodes:
    def test_numbers_and_ids_are_used_once(self) -> None:
        assert [one for one, times in Counter(code.number for code in ALL).items() if times > 1] == []
        assert [one for one, times in Counter(code.id for code in ALL).items() if times > 1] == []
        assert len(BY_LABEL) == len(ALL)

    def test_no_number_is_used_again(self) -> None:
        assert RETIRED.isdisjoint(code.number for code in ALL)

    def test_every_code_stands_in_the_range_of_its_layer(self) -> None:
        for codes, hundreds in LAYERS.items():
            assert {code.number // 100 * 100 for code in codes} <= set(hundreds)
        assert sum(map(len, LAYERS)) == len(ALL)

    @pytest.mark.parametrize("code", ALL, ids=lambda code: code.label)
    def test_a_code_is_written_as_the_others(self, code: Code) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", code.id)
        for text in (code.title, code.why, code.sees, code.sure, *(one.text for one in code.remedies)):
            assert text.endswith((".", "”.", ")."))
            assert text[0].isupper() or text[0] in "{“"
            assert "  " not in text
        assert code.remedies

    def test_every_code_is_defined_in_a_tuple_of_its_layer(self) -> None:
        for module in (machine, names, resolvers, transport, paths, tls, web, far, run):
            defined = {one for one in vars(module).values() if isinstance(one, Code)}
            assert defined <= set(ALL), module.__name__

    def test_every_code_is_found_in_some_row_of_the_table(self) -> None:
        found = {one for row in TABLE for one in (*row.errors, *row.warnings, *row.notes)}
        always = {"underscore-certificate-note"}
        assert {code.id for code in ALL} - found - always == set()


class TestRules:
    def test_every_rule_fires_in_some_row_of_the_table(self, monkeypatch: pytest.MonkeyPatch) -> None:
        fired: set[str] = set()

        def watched(rule: Rule) -> Rule:
            def watch(case: Case) -> Iterator[Finding]:
                for one in rule(case):
                    fired.add(rule.__name__)
                    yield one

            return watch

        for part in ("UP_TO_NAMES", "BEYOND_NAMES", "AFTERWARDS"):
            fold = import_module("lineclear.diagnose.fold")
            monkeypatch.setattr(fold, part, tuple(map(watched, getattr(fold, part))))
        for row in TABLE:
            diagnose(row.evidence)
        assert {rule.__name__ for rule in RULES} - fired == set()

    def test_every_rule_of_the_files_stands_in_the_table(self) -> None:
        defined = {
            function.name
            for path in sorted((SRC / "diagnose" / "rules").glob("*.py"))
            for function in ast.walk(_parsed(path))
            if isinstance(function, ast.FunctionDef) and not function.name.startswith("_") and _is_rule(function)
        }
        assert defined == {rule.__name__ for rule in RULES}

    def test_rows_have_names_of_their_own(self) -> None:
        assert [one for one, times in Counter(row.name for row in TABLE).items() if times > 1] == []

    def test_a_row_is_judged_alike_every_time(self) -> None:
        for row in TABLE[::20]:
            assert diagnose(row.evidence) == diagnose(row.evidence)


def _is_rule(function: ast.FunctionDef) -> bool:
    return function.returns is not None and ast.unparse(function.returns) == "Iterator[Finding]"


UNPRODUCED = {
    Failure.CONNECTION_ABORTED: "what an errno nobody foresaw is called: no kernel of ours has one",
    Failure.PROTOCOL_UNREACHABLE: "said by routers that do not forward TCP: none of ours is so",
    Failure.DNS_NO_RESOLVER: "nobody is asked where no resolver is configured: the vantage says it",
}
"""Failures no test of the verbs produces, and why."""


@pytest.mark.parametrize("failure", Failure, ids=lambda failure: failure.value)
def test_every_failure_is_produced_by_a_test_of_the_verbs(failure: Failure) -> None:
    named = re.compile(rf"\bFailure\.{failure.name}\b")
    tested = any(named.search(_text(path)) for path in TESTS if path.is_relative_to(ROOT / "tests" / "probe"))
    assert tested or failure in UNPRODUCED, "no test of the probe room names it"


class TestFiles:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SRC)))
    def test_no_file_is_longer_than_one_reads(self, path: Path) -> None:
        assert len(_text(path).splitlines()) <= 400

    def test_no_function_is_longer_than_a_screen(self) -> None:
        long = {
            f"{path.relative_to(SRC)}:{one.name}": _lines(one)
            for path in FILES
            for one in _functions(path)
            if _lines(one) > 60
        }
        assert long == {}

    def test_functions_are_short_as_a_rule(self) -> None:
        lengths = sorted(_lines(one) for path in FILES for one in _functions(path))
        assert lengths[len(lengths) // 2] <= 8
        assert lengths[len(lengths) * 9 // 10] <= 25

    def test_names_say_what_a_thing_is(self) -> None:
        odd = [
            f"{path.relative_to(SRC)}:{one.name}"
            for path in FILES
            for one in ast.walk(_parsed(path))
            if isinstance(one, ast.ClassDef) and FORBIDDEN_WORDS.search(one.name)
        ]
        assert odd == []

    @pytest.mark.parametrize("room", PURE)
    def test_pure_rooms_touch_nothing(self, room: str) -> None:
        place = SRC / room
        files = sorted(place.rglob("*.py"))
        assert files
        touched = {f"{path.relative_to(SRC)}: {name}" for path in files for name in _imports(path) if name in WORLD}
        assert touched == set()

    def test_diagnose_and_probe_do_not_know_each_other(self) -> None:
        for room, other in (("diagnose", "probe"), ("probe", "diagnose")):
            for path in sorted((SRC / room).rglob("*.py")):
                assert f"lineclear.{other}" not in _text(path), path


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(_text(path))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (one for one in ast.walk(_parsed(path)) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def _lines(one: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring not counted: prose is no burden."""
    lines = (one.end_lineno or one.lineno) - one.lineno + 1
    if ast.get_docstring(one) is None:
        return lines
    docstring = one.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _imports(path: Path) -> Iterator[str]:
    for one in ast.walk(_parsed(path)):
        if isinstance(one, ast.Import):
            yield from (name.name.partition(".")[0] for name in one.names)
        elif isinstance(one, ast.ImportFrom) and one.module and one.level == 0:
            yield one.module.partition(".")[0]
