"""The page in real Chromium: five networks as they were measured in the lab, looked at by eye, ear and keyboard."""

import gzip
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="Playwright drives the browser")
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser
from tests.page.chromium import CHROMIUM, THEMES, WIDTHS, Visit, chromium
from tests.page.conftest import NOWHERE, SITES, Served, opened, serving

from lab.evidence import load
from lineclear.diagnose import diagnose
from lineclear.model import Report, evidence_from_json

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")

HERE = Path(__file__).parent
NETWORKS = {
    "healthy": "SUCCESS",
    "drop-office": "FAILURE",
    "proxy-only-way-out": "FAILURE",
    "everything-opened-trusted": "FAILURE",
    "backup-silent": "DEGRADED",
}
REWRITES = bool(os.environ.get("REWRITE_PICTURES"))
"""Keep what is seen as what it is to look like, for a person to look at."""
_SCALE = 6
"""Pictures are compared at a sixth of their size: what remains is the layout and the colours, not the fonts."""
_ALIKE = 6.0
"""Mean difference of a channel, of 255, that fonts and times make between two machines."""


def measured(name: str) -> Report:
    """What the lab measured in a network."""
    evidence = evidence_from_json(load(name), name)
    return Report(evidence=evidence, diagnosis=diagnose(evidence))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that finds no name: nothing leaves this machine."""
    with chromium(NOWHERE) as one:
        yield one


@pytest.fixture(scope="module", params=NETWORKS)
def network(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[str, Visit, Served]]:
    """The page of each network, in a browser to which every site answers, once both columns stand."""
    with serving(measured(request.param), name="") as served:
        served.enter()
        visit = opened(browser, served)
        visit.beside()
        yield request.param, visit, served
        visit.page.context.close()


Network = tuple[str, Visit, Served]


def test_the_verdict_stands_and_nothing_goes_wrong(network: Network) -> None:
    name, visit, _ = network
    assert visit.verdict() == NETWORKS[name]
    assert visit.page.title() == f"{NETWORKS[name]} · Lineclear"
    assert visit.trouble == []


def test_nothing_but_the_page_and_the_sites_of_the_list_is_asked(network: Network) -> None:
    _, visit, served = network
    assert {one.rstrip("/") for one in visit.requests if not one.startswith(served.origin)} == set(SITES)


def test_what_a_screen_reader_says_by_itself_is_the_verdict(network: Network) -> None:
    name, visit, _ = network
    told = visit.page.locator("#announce")
    assert (told.get_attribute("role"), told.get_attribute("aria-live")) == ("status", "polite")
    assert (told.text_content() or "").startswith(f"{NETWORKS[name]}. ")


def test_it_looks_as_it_did(network: Network) -> None:
    name, visit, _ = network
    differences: dict[str, float] = {}
    for theme in THEMES:
        for width in WIDTHS:
            seen = _small(visit.picture(width, theme, whole=False))
            kept = HERE / "pictures" / f"{name}-{theme}-{width}.png"
            if REWRITES:
                kept.parent.mkdir(exist_ok=True)
                seen.save(kept, optimize=True)
            with Image.open(kept) as before:
                assert seen.size == before.size
                changed = ImageChops.difference(seen, before.convert("RGB"))
            differences[kept.name] = max(ImageStat.Stat(changed).mean)
    assert {one: much for one, much in differences.items() if much > _ALIKE} == {}


def _small(picture: bytes) -> Image.Image:
    with Image.open(io.BytesIO(picture)) as image:
        return image.convert("RGB").resize((image.width // _SCALE, image.height // _SCALE), Image.Resampling.BOX)


def test_nothing_sticks_out(network: Network) -> None:
    _, visit, _ = network
    _unfold(visit)
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 900})
        assert visit.page.locator("html").evaluate("page => page.scrollWidth") <= width


def test_a_host_is_read_in_one_line_or_two(network: Network) -> None:
    _, visit, _ = network
    _unfold(visit)
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 900})
        lines = visit.page.evaluate(
            "() => [...document.querySelectorAll('.name')].map(one => one.getClientRects().length)"
        )
        assert max(lines) <= 2


def test_axe_finds_nothing(network: Network, browser: Browser) -> None:
    _, _, served = network
    visit = opened(browser, served, bypass_csp=True)
    visit.beside()
    _unfold(visit, "#beside, #findings, #send, #targets details:first-of-type")
    for theme in THEMES:
        visit.dress(theme)
        found = Axe().run(visit.page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    visit.page.context.close()


def test_what_crosses_the_wire_is_little(network: Network) -> None:
    """Under 150 kB for everything the page loads, as it crosses the wire."""
    _, _, served = network
    page = served.ask("/", {"Accept-Encoding": "gzip"})[2]
    names = re.findall(r'(?:href|src)="(/static/[^"]+)"', gzip.decompress(page).decode())
    assert len(names) >= 5
    assert len(page) + sum(len(served.ask(one, {"Accept-Encoding": "gzip"})[2]) for one in names) < 150_000


def _unfold(visit: Visit, where: str = "main") -> None:
    for one in visit.page.locator(where).locator("xpath=descendant-or-self::details").all():
        one.evaluate("node => { node.open = true; }")
