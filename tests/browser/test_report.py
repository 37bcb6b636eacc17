"""The HTML report in real Chromium: what it looks like, what a screen reader gets, and that nothing in it runs."""

import io
import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="Playwright drives the browser")
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright
from tests.page.chromium import ARGUMENTS, CHROMIUM, HEIGHT, THEMES, WIDTHS
from tests.render.pages import hostile
from tests.render.reports import REPORTS

from lab.evidence import load
from lineclear.diagnose import diagnose
from lineclear.locale import LANGUAGES
from lineclear.model import Report, evidence_from_json
from lineclear.render.html import html

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")

NETWORKS = {
    "healthy": "SUCCESS",
    "drop-office": "FAILURE",
    "proxy-only-way-out": "FAILURE",
    "gateways-opened-untrusted": "FAILURE",
    "backup-silent": "DEGRADED",
}
PICTURES = Path(__file__).parent / "pictures"
REWRITES = bool(os.environ.get("REWRITE_PICTURES"))
"""Keep what is seen as what it is to look like; a person looks at it before it is committed."""
SCALE = 8
"""Pictures are compared at an eighth of their size: what remains is layout and colours, not the fonts of a machine."""
ALIKE = 6.0
"""Mean difference of a channel, of 255, that fonts make between two machines."""
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND"
"""A browser with it finds no name: nothing leaves this machine."""
PAPER = {"A4": (595, 842), "Letter": (612, 792)}
POINT = 1.0
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def measured(name: str) -> Report:
    """What the lab measured in a network."""
    evidence = evidence_from_json(load(name), name)
    return Report(evidence=evidence, diagnosis=diagnose(evidence))


@cache
def shown(name: str) -> str:
    """A network's report."""
    return html(measured(name))


class Seen:
    """A browser that asks nobody, and everything that went wrong in it or that it asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.trouble: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)
        self.page.on("dialog", lambda dialog: self.trouble.append(dialog.message))

    def show(self, text: str, folder: Path) -> Page:
        """A report opened as a file, as a person opens it."""
        self.trouble.clear()
        self.asked.clear()
        path = folder / "report.html"
        path.write_text(text, encoding="utf-8")

        def watched(route: Route) -> None:
            self.asked.append(route.request.url)
            route.continue_()

        self.page.route(re.compile("^(?!data:)"), watched)
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, ALONE],
            reduced_motion="reduce",
        )
        try:
            yield Seen(context)
        finally:
            context.close()


@pytest.mark.parametrize("name", NETWORKS)
class TestNetwork:
    def test_reads_without_script_request_or_error(self, name: str, seen: Seen, tmp_path: Path) -> None:
        page = seen.show(shown(name), tmp_path)
        assert page.locator("h1").inner_text() == NETWORKS[name]
        assert seen.trouble == []
        assert seen.asked == [page.url]

    def test_looks_as_it_did(self, name: str, seen: Seen, tmp_path: Path) -> None:
        page = seen.show(shown(name), tmp_path)
        for width, theme in product(WIDTHS, THEMES):
            dress(page, width, theme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            picture = small(page.screenshot(full_page=True, type="png" if REWRITES else "jpeg"))
            kept = PICTURES / f"{name}-{theme}-{width}.png"
            if REWRITES:
                PICTURES.mkdir(exist_ok=True)
                picture.quantize(32).save(kept, optimize=True)
            wanted = Image.open(kept).convert("RGB")
            assert abs(wanted.height - picture.height) <= max(8, wanted.height // 20), kept.name
            assert difference(picture, wanted) <= ALIKE, kept.name

    @pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
    def test_everybody_can_use_it(self, name: str, width: int, theme: str, seen: Seen, tmp_path: Path) -> None:
        page = seen.show(shown(name), tmp_path)
        dress(page, width, theme)
        for one in page.locator("details").all()[:3]:
            one.evaluate("one => { one.open = true }")
        assert_fit(page)

    @pytest.mark.parametrize("paper", PAPER)
    def test_prints_on_paper(self, name: str, paper: str, seen: Seen, tmp_path: Path) -> None:
        printed = seen.show(shown(name), tmp_path).pdf(format=paper, prefer_css_page_size=True)
        sizes = {tuple(map(float, one)) for one in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)}
        assert sizes
        assert all(abs(got - wanted) < POINT for size in sizes for got, wanted in zip(size, PAPER[paper], strict=True))
        assert 3 <= len(re.findall(rb"/Type /Page\b", printed)) <= 8


def dress(page: Page, width: int, theme: str) -> None:
    """In a width and a theme."""
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": HEIGHT})


def assert_fit(page: Page) -> None:
    """Nothing a screen reader, a keyboard or a weak eye would stumble over."""
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


def small(picture: bytes) -> Image.Image:
    """A picture at the size at which pictures are compared."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    return whole.resize((whole.width // SCALE, whole.height // SCALE), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the channels where both have something."""
    both = (0, 0, min(one.width, other.width), min(one.height, other.height))
    means = ImageStat.Stat(ImageChops.difference(one.crop(both), other.crop(both))).mean
    return sum(means) / len(means)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_hostile_runs(language: str, seen: Seen, tmp_path: Path) -> None:
    page = seen.show(html(hostile(), language=language), tmp_path)
    assert page.evaluate("window.owned") is None
    assert page.locator("script, img, iframe, object, embed, form").count() == 0
    assert "window.owned = 1" in page.locator("body").inner_text()
    assert seen.asked == [page.url]


def test_the_policy_stops_what_an_escape_that_failed_would_let_in(seen: Seen, tmp_path: Path) -> None:
    intruder = (
        "<script>window.owned = 1</script><img src=x onerror='window.owned = 2'><style>body { display: none }</style>"
        "<link rel=stylesheet href=http://tracker.example/x.css>"
        "<a id=trap href='javascript:void(window.owned = 3)'>x</a>"
    )
    page = seen.show(shown("healthy").replace("<main>", f"<main>{intruder}"), tmp_path)
    page.locator("#trap").click()
    assert page.evaluate("window.owned") is None
    assert page.evaluate("getComputedStyle(document.body).display") == "block"
    assert not any("tracker" in one for one in seen.asked)
    assert seen.trouble, "the browser says what it refused"


def test_what_a_screen_reader_would_stumble_over_is_noticed(seen: Seen, tmp_path: Path) -> None:
    spoilt = shown("healthy").replace('<html lang="en">', "<html>").replace('<th scope="row"', '<td role="nonsense"')
    found = Axe().run(seen.show(spoilt, tmp_path), options=AXE)
    assert {"html-has-lang", "aria-roles"} & {one["id"] for one in found.response["violations"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_fit_for_everybody(language: str, seen: Seen, tmp_path: Path) -> None:
    for report in (measured("drop-office"), measured("backup-silent"), REPORTS["inconclusive"]()):
        page = seen.show(html(report, language=language), tmp_path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_fit(page)


def test_the_keyboard_reaches_the_evidence(seen: Seen, tmp_path: Path) -> None:
    page = seen.show(shown("drop-office"), tmp_path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    first = page.locator("#targets details").first
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert first.evaluate("one => one.open")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
