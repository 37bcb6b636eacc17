"""The desk: what it shows of checks that go well, of those that cannot, and of what browsers tell."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.util import find_spec

import pytest
from tests.page.conftest import NOBODY
from tests.render.reports import healthy

from lineclear.catalog import load
from lineclear.check import Trust
from lineclear.cli import page as command
from lineclear.cli.parser import build
from lineclear.model import UsageError
from lineclear.page import checking, looks
from lineclear.page.checking import Asked
from lineclear.page.columns import Outcome, Told, Tried
from lineclear.page.desk import Desk
from lineclear.page.serving import has_screen

SITE = Tried(host="www.interactivebrokers.com", port=443, outcome=Outcome.ANSWERED, took_ms=1)


def in_a_loop(work: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await work()

    asyncio.run(run())


async def ended(desk: Desk) -> None:
    while desk.moment().running:
        await desk.after(desk.moment().version)


def test_what_the_user_did_wrong_is_shown_as_the_verdict() -> None:
    async def work() -> None:
        desk = Desk(Asked(catalog=load("ibkr"), options=NOBODY, trust=Trust(store="/nowhere.pem")))
        await desk.open()
        await ended(desk)
        moment, elements = await desk.drawn("en")
        assert "/nowhere.pem" in moment.problem
        assert "NOT CHECKED" in elements["verdict"]
        assert "/nowhere.pem" in elements["verdict"]
        assert "MEASURING" not in elements["verdict"]
        assert looks.title(moment, "en").startswith("NOT CHECKED")
        assert looks.announced(moment, "en").startswith("NOT CHECKED. ")
        assert "disabled" not in elements["actions"]

    in_a_loop(work)


def test_a_bug_of_ours_shows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(checking, "check", broken)

    async def work() -> None:
        desk = Desk(Asked(catalog=load("ibkr"), options=NOBODY))
        await desk.open()
        await ended(desk)
        assert desk.moment().problem == "ZeroDivisionError: of ours"

    in_a_loop(work)


def test_an_imported_report_is_shown_and_nothing_runs() -> None:
    async def work() -> None:
        desk = Desk(Asked(catalog=load("ibkr")), healthy(), "old.json")
        await desk.open()
        moment, elements = await desk.drawn("en")
        assert not moment.running
        assert "SUCCESS" in elements["verdict"]
        assert "Read from old.json" in elements["actions"]
        assert elements["beside"].strip() == '<section id="beside" hidden></section>'

    in_a_loop(work)


def test_what_a_browser_says_of_another_run_is_forgotten() -> None:
    async def work() -> None:
        desk = Desk(Asked(catalog=load("ibkr")), healthy(), "")
        await desk.open()
        desk.hear(Told(run=1, sites=(SITE,)))
        assert desk.moment().tried is None
        desk.hear(Told(run=0, sites=(SITE,)))
        assert desk.moment().tried == (SITE,)
        with pytest.raises(UsageError):
            desk.hear(Told(run=0, sites=(Tried(host="evil.example", port=443, outcome=Outcome.FAILED, took_ms=1),)))

    in_a_loop(work)


def test_only_what_changed_is_sent() -> None:
    async def work() -> None:
        desk = Desk(Asked(catalog=load("ibkr")), healthy(), "")
        await desk.open()
        moment, before = await desk.drawn("en")
        assert looks.message(before, before, moment, "en") == ""
        desk.hear(Told(run=0, sites=(SITE,)))
        moment, after = await desk.drawn("en")
        text = looks.message(before, after, moment, "en")
        assert text.count("<hx-partial") == 2
        assert 'hx-target="#beside"' in text
        assert "<title>" in text

    in_a_loop(work)


@pytest.mark.parametrize(
    ("environ", "platform", "opens"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_browser_is_opened_where_there_is_a_screen(environ: dict[str, str], platform: str, opens: bool) -> None:
    assert has_screen(environ, platform) is opens


def test_what_is_missing_is_said_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str) -> object:
        return None if name == "uvicorn" else find_spec(name)

    monkeypatch.setattr("lineclear.page.find_spec", without)
    with pytest.raises(UsageError, match=r"not installed: uvicorn\. .*pipx install --force \"\.\[page\]\""):
        command.run(build({"page": command}).parse_args(["page"]))
