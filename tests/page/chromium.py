"""Real Chromium, driven by Playwright: how it is started, and what a page in it is asked."""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or ""
WIDTHS = (360, 800, 1440)
THEMES = ("light", "dark")
HEIGHT = 900
PATIENCE_MS = 40_000
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-device-scale-factor=1",
)


@contextlib.contextmanager
def chromium(*more: str, environ: Mapping[str, str] | None = None) -> Iterator[Browser]:
    """A browser with a profile of its own, gone afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *more], env=dict(environ) if environ is not None else None
        )
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """One page in one browser, and everything that went wrong in it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.trouble: list[str] = []
        self.requests: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)

    def verdict(self) -> str:
        """The one word, once it stands."""
        self.page.wait_for_selector("#verdict:not([data-verdict=measuring])")
        return self.page.locator("#verdict-word").inner_text().split()[-1]

    def beside(self) -> str:
        """What is said of both columns, once both stand."""
        self.verdict()
        self.page.wait_for_selector("#beside .meaning:not(.faint)")
        return self.page.locator("#beside .meaning").inner_text()

    def columns(self) -> dict[str, tuple[str, str]]:
        """Site to the words of the browser's column and of the direct one."""
        rows = self.page.locator("#beside tbody tr").all()
        return {
            row.get_attribute("data-host") or "": (
                _word(row.locator("td").nth(0).text_content()),
                _word(row.locator("td").nth(1).text_content()),
            )
            for row in rows
        }

    def dress(self, theme: str) -> None:
        """Wear a theme."""
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")

    def picture(self, width: int, theme: str, *, whole: bool = True) -> bytes:
        """The page as it looks."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.dress(theme)
        return self.page.screenshot(full_page=whole)


def _word(text: str | None) -> str:
    return " ".join((text or "").split())


def save_pictures(visit: Visit, folder: Path, name: str) -> None:
    """The page in every width and theme, for a person to look at."""
    for theme in THEMES:
        for width in WIDTHS:
            (folder / f"{name}-{theme}-{width}.png").write_bytes(visit.picture(width, theme))
