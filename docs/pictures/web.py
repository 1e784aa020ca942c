"""Takes the pictures of the web page anew, from a demo with a made-up past: `python -m docs.pictures.web`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect, sync_playwright

from docs.pictures.gallery import write
from docs.pictures.palette import shrink
from tests.e2e.browser import launch
from tests.e2e.measures_site import MeasuresSite, measures_site

FOLDER = Path(__file__).parent


def take(browser: Browser, site: MeasuresSite, scheme: Literal["light", "dark"]) -> None:
    """The top of the page, by day or by night."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1120}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("link", name="Sign in with Slack").click()
    page.get_by_role("link", name="Ana Lima").click()
    for at in (0, 1):
        expect(page.locator("figure img").nth(at)).to_have_js_property("complete", value=True, timeout=60_000)
    path = FOLDER / f"measures-web{'-dark' if scheme == 'dark' else ''}.png"
    page.screenshot(path=path, animations="disabled")
    shrink(path)
    context.close()


def main() -> None:
    """Both pictures, and the page of all pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        measures_site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        take(browser, site, "light")
        take(browser, site, "dark")
        browser.close()
    write(FOLDER)


if __name__ == "__main__":
    main()
