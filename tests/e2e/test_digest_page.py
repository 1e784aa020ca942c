"""The digest as a page in a real browser: by day, by night and on a narrow screen, without asking anybody for anything."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import sync_playwright

from bot.views.examples import EXAMPLES
from handlers.digest_forms import Forms
from integrations.charts import MatplotlibPainter
from tests.e2e.browser import launch

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)

# The colours of a text and of what it stands on, and how far they are apart (WCAG 2.2, contrast ratio).
CONTRAST = """
() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = parts(getComputedStyle(element).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  let least = 21;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.textContent.trim()) continue;
    const element = walker.currentNode.parentElement;
    const [one, other] = [light(parts(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
    least = Math.min(least, (one + 0.05) / (other + 0.05));
  }
  return least;
}
"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The digest of the made-up company, in a file."""

    async def made() -> str:
        painter = MatplotlibPainter()
        try:
            return await Forms(painter, "Europe/Paris").page(dict(EXAMPLES)["digest"], NOW)
        finally:
            await painter.close()

    path = tmp_path_factory.mktemp("page") / "digest.html"
    path.write_text(asyncio.run(made()), "utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 640, 320])
def test_it_can_be_read(page_file: Path, scheme: Literal["light", "dark"], width: int) -> None:
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is cut off at the side"
        assert page.evaluate(CONTRAST) >= 4.5
        pictures = page.evaluate("[...document.images].map(image => [image.naturalWidth, image.alt, image.currentSrc])")
        assert pictures
        assert all(size > 0 and alt for size, alt, _ in pictures)
        assert {url.partition(":")[0] for url in asked} <= {"file", "data"}, "it needs nobody"
        sources = page.evaluate("[...document.querySelectorAll('source')].map(each => each.srcset)")
        assert [source in sources for _, _, source in pictures] == [scheme == "dark"] * len(pictures)
        background = page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
        assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(26, 29, 33)"}[scheme]
        browser.close()
