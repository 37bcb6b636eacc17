"""The page as somebody uses it: a real check on the simulated edge, in real Chromium."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="Playwright drives the browser")
from msgspec.structs import replace
from playwright.sync_api import Browser, Dialog, expect
from tests.page.chromium import CHROMIUM, chromium
from tests.page.conftest import NOWHERE, Served, checking, opened, serving
from tests.render.reports import intercepted

from lineclear.catalog import load
from lineclear.model import Report, SystemLookup
from lineclear.simulate import edge

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(NOWHERE) as one:
        yield one


@pytest.fixture(autouse=True)
def closed(browser: Browser) -> Iterator[None]:
    """Windows do not outlive their test."""
    yield
    for one in browser.contexts:
        one.close()


@pytest.fixture(scope="module")
def broken() -> Iterator[Served]:
    """The page on an edge where 4000 and 4001 are silent: it has just been opened by its link."""
    with edge(("silent",), catalog=load("ibkr")) as running, checking(running.options) as served:
        served.enter()
        yield served


def test_it_grows_while_it_measures_and_ends_in_the_verdict(browser: Browser, broken: Served) -> None:
    broken.begin()
    visit = opened(browser, broken)
    expect(visit.page.locator("#verdict")).to_have_attribute("data-verdict", "measuring")
    expect(visit.page.locator("#services")).to_contain_text("measuring")
    expect(visit.page.locator("#actions button").first).to_be_disabled()
    assert visit.verdict() == "FAILURE"
    assert visit.page.title() == "FAILURE · Lineclear"
    expect(visit.page.locator("#announce")).to_contain_text("FAILURE. ")
    expect(visit.page.locator("#services")).not_to_contain_text("measuring")
    assert visit.trouble == []


def test_one_service_alone(browser: Browser, broken: Served) -> None:
    visit = opened(browser, broken)
    visit.verdict()
    visit.page.get_by_label("Only this service").select_option("tws-europe")
    visit.page.get_by_role("button", name="Check it").click()
    assert visit.verdict() == "FAILURE"
    expect(visit.page.locator("#services")).to_contain_text("zdc1.ibllc.com")
    expect(visit.page.locator("#services")).not_to_contain_text("ndc1.ibllc.com")
    expect(visit.page.get_by_label("Only this service")).to_have_value("tws-europe")
    visit.page.get_by_role("button", name="Run again").click()
    expect(visit.page.locator("#services")).to_contain_text("ndc1.ibllc.com")
    visit.verdict()


def test_a_check_pointed_elsewhere_asks_no_browser(browser: Browser, broken: Served) -> None:
    visit = opened(browser, broken)
    visit.verdict()
    expect(visit.page.locator("#beside")).to_contain_text("pointed elsewhere")
    assert all(one.startswith(broken.origin) for one in visit.requests)


def test_without_javascript_it_reloads_itself_to_the_verdict(browser: Browser, broken: Served) -> None:
    broken.begin()
    visit = opened(browser, broken, java_script_enabled=False)
    assert "http-equiv" in visit.page.content()
    assert visit.verdict() == "FAILURE"
    assert 'http-equiv="refresh"' not in visit.page.content()
    visit.page.get_by_role("button", name="Run again").click()
    assert visit.verdict() == "FAILURE"


def test_by_keyboard_alone(browser: Browser, broken: Served) -> None:
    visit = opened(browser, broken)
    visit.verdict()
    seen = []
    for _ in range(20):
        visit.page.keyboard.press("Tab")
        seen.append(visit.page.evaluate("() => document.activeElement.textContent.trim().split('\\n')[0]"))
    assert seen[0] == "To the verdict"
    assert {"Run again", "Check it", "Send it to somebody"} <= set(seen)
    visit.page.get_by_role("link", name="Send it to somebody").press("Enter")
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_role("button", name="Copy as text for a ticket")).to_be_focused()


def test_the_ticket_is_copied_without_what_is_private(browser: Browser, broken: Served) -> None:
    visit = opened(browser, broken, permissions=["clipboard-read", "clipboard-write"])
    visit.verdict()
    visit.page.get_by_role("button", name="Copy as text for a ticket").click()
    expect(visit.page.locator("#copied")).to_have_text("Copied.")
    ticket = visit.page.evaluate("() => navigator.clipboard.readText()")
    assert ticket.startswith("# FAILURE: IBKR Host and Ports Documentation\n")
    assert "ndc1" in ticket
    assert "lineclear-edge-" not in ticket


def test_a_browser_that_forbids_copying_marks_the_text(browser: Browser, broken: Served) -> None:
    visit = opened(browser, broken)
    visit.verdict()
    visit.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    visit.page.get_by_role("button", name="Copy as text for a ticket").click()
    expect(visit.page.locator("#copied")).to_contain_text("copy it yourself")
    expect(visit.page.locator("#ticket")).to_be_focused()


@pytest.mark.parametrize(("name", "ending"), [("HTML", "html"), ("JSON", "json"), ("Markdown", "md")])
def test_files_are_redacted_unless_asked_otherwise(
    browser: Browser, broken: Served, tmp_path: Path, name: str, ending: str
) -> None:
    visit = opened(browser, broken)
    visit.verdict()
    texts = []
    visit.page.locator("#send summary").click()
    for number in range(2):
        with visit.page.expect_download() as waiting:
            visit.page.locator("#send").get_by_role("link", name=name, exact=True).nth(number).click()
        waiting.value.save_as(tmp_path / f"{number}")
        assert waiting.value.suggested_filename == f"lineclear-failure.{ending}"
        texts.append((tmp_path / f"{number}").read_text(encoding="utf-8"))
    if ending == "json":
        assert [json.loads(one)["redacted"] for one in texts] == [True, False]
        assert ["lineclear-edge-" in one for one in texts] == [False, True]


def test_what_is_removed_is_shown(browser: Browser, broken: Served) -> None:
    visit = opened(browser, broken)
    visit.verdict()
    visit.page.locator("#send summary").click()
    expect(visit.page.locator("#send details")).to_contain_text("trust-store.pem")


def test_the_language_of_the_browser_and_the_one_chosen(browser: Browser, broken: Served) -> None:
    visit = opened(browser, broken, locale="de-DE")
    visit.verdict()
    expect(visit.page.locator("html")).to_have_attribute("lang", "de")
    visit.page.get_by_role("link", name="日本語").click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "ja")
    visit.page.goto(f"{broken.origin}/")
    expect(visit.page.locator("html")).to_have_attribute("lang", "ja")


HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(1)>" onload="alert(1) </textarea></title>'
    '\x1b[2J\u202e<hx-partial hx-target="#verdict">'
)


def hostile() -> Report:
    """A report in which every text a stranger can choose is an attack."""
    report = intercepted()
    lookup = SystemLookup(id="evil", at_ms=0, took_ms=1, name=HOSTILE, addresses=(HOSTILE,))
    findings = tuple(replace(one, subject=HOSTILE, because=("evil",)) for one in report.diagnosis.findings)
    evidence = replace(
        report.evidence,
        tool=HOSTILE,
        observations=(*report.evidence.observations, lookup),
        vantage=replace(report.evidence.vantage, search_domains=(HOSTILE,), system=HOSTILE),
    )
    return replace(report, evidence=evidence, diagnosis=replace(report.diagnosis, findings=findings))


def test_an_imported_report_cannot_speak_for_the_page(browser: Browser) -> None:
    with serving(hostile(), name=HOSTILE) as served:
        served.enter()
        visit = opened(browser, served)
        dialogs: list[Dialog] = []
        visit.page.on("dialog", lambda one: dialogs.append(one))  # noqa: PLW0108  Playwright marks what it is given
        assert visit.verdict() == "FAILURE"
        for one in visit.page.locator("details").all():
            one.evaluate("node => { node.open = true; }")
        expect(visit.page.locator("#actions")).to_contain_text("<script>alert(1)</script>")
        assert visit.page.locator("img, main script, [onload], [onerror]").count() == 0
        assert "\u202e" not in visit.page.content()
        assert "\x1b" not in visit.page.content()
        assert dialogs == []
        assert visit.trouble == []
        expect(visit.page.get_by_role("button", name="Check this machine")).to_be_visible()
