"""The help desk as a visitor meets it: real Chromium, and a real reflector outside."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="Playwright drives the browser")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.page.chromium import CHROMIUM, THEMES, WIDTHS, Visit, chromium
from tests.page.conftest import NOWHERE, SITES, running

from lineclear.catalog import load
from lineclear.page import visitors
from lineclear.page.guard import Policy
from lineclear.page.visitors import HelpDesk

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(NOWHERE) as one:
        yield one


@pytest.fixture(scope="module")
def reflector() -> Iterator[str]:
    """The origin of a reflector."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "lineclear", "reflect", "--listen", f"127.0.0.1:{port}", "--rate", "1000"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr is not None
        program.stderr.readline()
        yield f"http://127.0.0.1:{port}"
        program.terminate()


def visiting(browser: Browser, reflector: str) -> Iterator[Visit]:
    """A visitor whose browser is answered by the first site alone."""
    desk = HelpDesk(catalog=load("ibkr"), command="lineclear check", reflector=reflector)

    def make(port: int) -> object:
        origins = frozenset({f"http://127.0.0.1:{port}"})
        return visitors.app(desk, None, Policy(origins=origins, connects=visitors.connects(desk)))

    with running(make) as port:  # type: ignore[arg-type]  # an ASGI application
        context = browser.new_context(bypass_csp=False)
        context.route(f"{SITES[0]}/", lambda route: route.fulfill(status=204))
        yield Visit(context, f"http://127.0.0.1:{port}/")
        context.close()


@pytest.fixture
def visit(browser: Browser, reflector: str) -> Iterator[Visit]:
    yield from visiting(browser, reflector)


@pytest.fixture
def without_reflector(browser: Browser) -> Iterator[Visit]:
    yield from visiting(browser, "")


@pytest.fixture
def with_dead_reflector(browser: Browser) -> Iterator[Visit]:
    yield from visiting(browser, "http://127.0.0.1:1")


def test_each_sees_what_his_browser_reaches_and_that_it_is_no_proof(visit: Visit) -> None:
    expect(visit.page.locator("#visitor .meaning")).to_contain_text("Your browser reaches 1 of the 15 sites.")
    expect(visit.page.locator("#visitor")).to_contain_text("This is not a proof for Trader Workstation")
    expect(visit.page.locator("#visitor code.command")).to_have_text("lineclear check")
    expect(visit.page.locator("#announce")).to_contain_text("1 of the 15")
    expect(visit.page.locator("td.good")).to_have_count(1)


def test_the_reflector_says_what_arrived(visit: Visit) -> None:
    facts = visit.page.locator("#visitor .facts")
    expect(facts).to_contain_text(re.compile(r"as the reflector outside sees it\s*127\.0\.0\.1"))


def test_without_a_reflector_nothing_is_said_of_one(without_reflector: Visit) -> None:
    expect(without_reflector.page.locator("#visitor .meaning")).to_contain_text("1 of the 15")
    expect(without_reflector.page.locator("#visitor .facts")).not_to_contain_text("reflector")


def test_a_dead_reflector_is_said_to_be_silent(with_dead_reflector: Visit) -> None:
    facts = with_dead_reflector.page.locator("#visitor .facts")
    expect(facts).to_contain_text("the reflector did not answer your browser")


def test_nothing_else_is_asked(visit: Visit, reflector: str) -> None:
    expect(visit.page.locator("#visitor .meaning")).to_contain_text("1 of the 15")
    own = visit.page.url.rstrip("/")
    beyond = [one for one in visit.requests if not one.startswith(own)]
    assert {one.rstrip("/") for one in beyond if not one.startswith(reflector)} == set(SITES)


def test_axe_finds_nothing_at_the_help_desk(browser: Browser, visit: Visit) -> None:
    expect(visit.page.locator("#visitor .meaning")).to_contain_text("1 of the 15")
    context = browser.new_context(bypass_csp=True)
    again = Visit(context, visit.page.url)
    expect(again.page.locator("#visitor .meaning")).to_contain_text("of the 15")
    for theme in THEMES:
        again.dress(theme)
        found = Axe().run(again.page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    context.close()


def test_nothing_sticks_out_at_the_help_desk(visit: Visit) -> None:
    expect(visit.page.locator("#visitor .meaning")).to_contain_text("Your browser reaches")
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 900})
        assert visit.page.locator("html").evaluate("page => page.scrollWidth") <= width
