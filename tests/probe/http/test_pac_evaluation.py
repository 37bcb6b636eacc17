"""What scripts say, and what becomes of those that loop, eat memory, lie, or are none."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest

from lineclear.model import AutoConfig, Failure, PacAnswer, PacEvaluation, Target, Transport
from lineclear.probe.proxies import pacevaluation
from lineclear.probe.proxies.pacevaluation import Table, evaluate_pac

if TYPE_CHECKING:
    from tests.probe.http.conftest import Desk

pytestmark = pytest.mark.skipif(importlib.util.find_spec("pacparser") is None, reason="pacparser is not installed")

SITE = Target(host="www.ibllc.example", port=443, transport=Transport.HTTPS)
GATE = Target(host="ndc1_hb1.ibllc.example", port=4001, transport=Transport.TLS)
TARGETS = (SITE, GATE)
AUTO = AutoConfig(url="http://pac.office.example/proxy.pac", source="a test")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock ends nobody here, however busy the machine: processor time does."""
    monkeypatch.setattr(pacevaluation, "_PATIENCE_S", 120.0)


def evaluated(desk: Desk, script: str, known: Table | None = None, asked: list[str] | None = None) -> PacEvaluation:
    async def resolve(names: Iterable[str]) -> Table:
        wanted = list(names)
        if asked is not None:
            asked.extend(wanted)
        return {name: (known or {})[name] for name in wanted if name in (known or {})}

    seen = desk.do(evaluate_pac(desk.run, auto=AUTO, script=script, targets=TARGETS, me="10.0.0.5", resolve=resolve))
    assert seen is desk.last(PacEvaluation)
    return seen


def said(seen: PacEvaluation) -> list[str]:
    assert seen.failure is None, seen
    assert [one.target for one in seen.answers] == [*(one.name for one in TARGETS), "www.example.com:443"]
    ours = seen.answers[:-1]
    return [one.said if one.failure is None else f"failed: {one.raw and one.raw.text}" for one in ours]


def answers(expression: str) -> str:
    """A script that gives one expression for everything."""
    return f"function FindProxyForURL(url, host) {{ return {expression}; }}"


@pytest.mark.parametrize(
    ("script", "ways"),
    [
        (answers('"DIRECT"'), ["DIRECT", "DIRECT"]),
        (answers("url"), ["https://www.ibllc.example/", "https://ndc1_hb1.ibllc.example:4001/"]),
        (answers("host"), ["www.ibllc.example", "ndc1_hb1.ibllc.example"]),
        (answers('dnsDomainIs(host, ".ibllc.example") ? "PROXY a:1; DIRECT" : "DIRECT"'), ["PROXY a:1; DIRECT"] * 2),
        (answers('shExpMatch(host, "www.*") ? "SOCKS5 a:1" : "DIRECT"'), ["SOCKS5 a:1", "DIRECT"]),
        (answers('isPlainHostName(host) + ""'), ["false", "false"]),
        (answers("myIpAddress()"), ["10.0.0.5", "10.0.0.5"]),
        (answers("null"), ["", ""]),
        (answers("undefined"), ["", ""]),
        (answers('"PROXY \\u001b[2J:1\\n"'), [r"PROXY \x1b[2J:1\n"] * 2),
        (answers('"\\ud800é"'), [r"\\ud800\xc3\xa9"] * 2),
        ("let a = 'DIRECT'; const f = () => a; " + answers("f()"), ["DIRECT", "DIRECT"]),
        ("// \0\n" + answers('"DIRECT"'), ["DIRECT", "DIRECT"]),
        ("var n = 0; " + answers('n++ < 3 ? FindProxyForURL(url, host) : "PROXY a:" + n'), ["PROXY a:4", "PROXY a:5"]),
        ("String = JSON.stringify = null; " + answers('"DIRECT"'), ["DIRECT", "DIRECT"]),
        ("findProxyForURL = () => 'PROXY wrong:1'; " + answers('"DIRECT"'), ["DIRECT", "DIRECT"]),
        (answers("{}"), ["failed: the answer is no text, but of type object"] * 2),
        (answers("nothing.there"), ["failed: ReferenceError: nothing is not defined"] * 2),
        ("function FindProxyForURL() { throw { toString() { throw 1; } }; }", ["failed: an error"] * 2),
        (answers("FindProxyForURL(url, host) + 1"), ["failed: RangeError: Maximum call stack size exceeded"] * 2),
        (
            "Object.prototype.toJSON = () => 'a'.repeat(1e6); " + answers('"DIRECT"'),
            ["failed: it could not be asked"] * 2,
        ),
        ("Object.prototype.toJSON = () => 7; " + answers('"DIRECT"'), ["failed: it could not be asked"] * 2),
    ],
)
def test_what_a_script_says(desk: Desk, script: str, ways: list[str]) -> None:
    assert said(evaluated(desk, script)) == ways


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("<html>log in first</html>", "SyntaxError: unexpected token"),
        ("", "it defines no function FindProxyForURL"),
        ("\x00\x01\x02", "SyntaxError"),
        ("const FindProxyForURL = () => 'DIRECT';", "it defines no function FindProxyForURL"),
        ("FindProxyForURL = 'DIRECT';", "it defines no function FindProxyForURL"),
        ("throw 'no'; " + answers('"DIRECT"'), "no"),
        ("var a = 'x'; for (;;) a = a + a;", "InternalError: string too long"),
        ("Object.freeze(globalThis);", "the evaluation ended with 1"),
    ],
)
def test_what_is_no_script(desk: Desk, script: str, why: str) -> None:
    seen = evaluated(desk, script)
    assert (seen.failure, seen.answers) == (Failure.PAC_BROKEN, ())
    assert seen.raw is not None
    assert seen.raw.text.startswith(why)


def test_an_endless_loop_for_one_host_leaves_the_other_answers(desk: Desk) -> None:
    seen = evaluated(desk, answers('host.startsWith("www") ? "DIRECT" : (() => { for (;;); })()'))
    assert seen.failure is Failure.TIMED_OUT
    assert seen.answers == (PacAnswer(target=SITE.name, said="DIRECT"),)


def test_what_loops_before_it_is_asked(desk: Desk) -> None:
    assert evaluated(desk, "for (;;);").failure is Failure.TIMED_OUT


def test_a_pattern_that_does_not_come_to_an_end(desk: Desk) -> None:
    assert evaluated(desk, answers('/(a+)+$/.test("a".repeat(60) + "b") + ""')).failure is Failure.TIMED_OUT


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is watched, not limited")
def test_memory_is_limited(desk: Desk) -> None:
    seen = evaluated(desk, answers('"" + Array.from({length: 64}, () => new Uint8Array(1 << 28).fill(1)).length'))
    assert seen.failure is None
    assert {one.failure for one in seen.answers} == {Failure.PAC_BROKEN}
    assert all(one.raw and "memory" in one.raw.text for one in seen.answers)


def test_a_long_answer_is_cut(desk: Desk) -> None:
    assert [len(one) for one in said(evaluated(desk, answers('"PROXY " + "a".repeat(1e6)')))] == [203, 203]


def test_alerts_are_counted_and_shown_to_nobody(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    seen = evaluated(desk, "alert('at first');" + answers('(alert(url), console.log(host), "DIRECT")'))
    assert (said(seen), seen.alerts) == (["DIRECT", "DIRECT"], 7)
    assert capfd.readouterr() == ("", "")


def test_names_are_looked_up_for_it(desk: Desk) -> None:
    script = answers(
        'isInNet(host, "10.0.0.0", "255.0.0.0") ? "DIRECT" : "PROXY " + dnsResolve("Proxy.office.example") + ":1"'
    )
    asked: list[str] = []
    known = {SITE.host: ("fd00::1", "10.1.2.3"), "proxy.office.example": ("192.0.2.7",)}
    seen = evaluated(desk, script, known, asked)
    assert said(seen) == ["DIRECT", "PROXY 192.0.2.7:1"]
    assert sorted(asked) == sorted([SITE.host, GATE.host, "proxy.office.example"])
    assert seen.looked_up == tuple(sorted(asked))


def test_a_name_that_nobody_has_is_asked_for_once(desk: Desk) -> None:
    asked: list[str] = []
    seen = evaluated(desk, answers('String(dnsResolve("nobody.example")) + isResolvable(host)'), {}, asked)
    assert said(seen) == ["nullfalse", "nullfalse"]
    assert asked.count("nobody.example") == 1


def test_what_it_looks_up_may_depend_on_what_it_was_told(desk: Desk) -> None:
    asked: list[str] = []
    script = answers('dnsResolve("a" + String(dnsResolve("b" + String(dnsResolve("c" + String(dnsResolve("d")))))))')
    evaluated(desk, script, {"d": ("192.0.2.1",)}, asked)
    assert len(asked) < 9


def test_addresses_and_nothing_are_not_looked_up(desk: Desk) -> None:
    asked: list[str] = []
    script = answers('[dnsResolve("192.0.2.1"), dnsResolve(null), dnsResolve(), dnsResolveEx("fd00::1")].join()')
    assert said(evaluated(desk, script, {}, asked)) == ["192.0.2.1,,,fd00::1"] * 2
    assert asked == []


def test_more_names_than_anybody_needs_are_not_looked_up(desk: Desk) -> None:
    asked: list[str] = []
    evaluated(
        desk,
        "var n = 0; "
        + answers(
            '{ length: 1 } && (() => { for (var i = 0; i < 500; i++) dnsResolve("n" + n++); return "DIRECT"; })()'
        ),
        {},
        asked,
    )
    assert len(asked) == 64


def test_the_user_has_had_enough(desk: Desk) -> None:
    desk.reactor.cut()
    seen = evaluated(desk, answers('"DIRECT"'))
    assert (seen.failure, seen.answers) == (Failure.INTERRUPTED, ())


def test_nothing_can_be_started_here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    seen = evaluated(desk, answers('"DIRECT"'))
    assert (seen.failure, seen.answers) == (Failure.NOT_MEASURED, ())
    assert seen.raw is not None
    assert seen.raw.text == "no process can be started: Permission denied"


def test_where_the_system_does_not_limit_memory_it_is_watched(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(pacevaluation, "_is_too_big", lambda _pid: True)
    seen = evaluated(desk, "for (;;);")
    assert (seen.failure, seen.raw and seen.raw.text) == (Failure.PAC_BROKEN, "it takes too much memory")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of processor time there")
def test_a_machine_that_has_no_time_for_it(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(pacevaluation, "_PATIENCE_S", 0.1)
    seen = evaluated(desk, "for (;;);")
    assert (seen.failure, seen.raw and seen.raw.text) == (Failure.NOT_MEASURED, "no end within 0.1 s")


def test_without_the_engine_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pacevaluation.engine()
    monkeypatch.setattr("sys.path", [])
    assert pacevaluation.engine() == ""


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    return new_desk()
