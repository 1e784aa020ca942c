"""Takes the pictures of the digest as a mail and on paper anew, of the made-up company: `python -m docs.pictures.mail`."""

from __future__ import annotations

import asyncio
import base64
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from playwright.sync_api import sync_playwright

from bot.ports import Mail, Sheet
from bot.views.examples import EXAMPLES
from docs.pictures.palette import shrink
from handlers.digest_forms import Forms, painted_charts
from integrations.charts import MatplotlibPainter
from integrations.printing import TypstPrinter
from tests.e2e.browser import launch

FOLDER = Path(__file__).parent / "mail"
ZONE, NOW = "Europe/Paris", datetime(2026, 11, 23, 7, tzinfo=UTC)


async def made() -> tuple[Mail, bytes]:
    """The digest of the examples, in both forms."""
    card = dict(EXAMPLES)["digest"]
    painter = MatplotlibPainter()
    try:
        mail = await Forms(painter, ZONE).mail(card, "ceo@acme.example", "picture", NOW)
        pictures = await painted_charts(card, painter, "light", "svg")
    finally:
        await painter.close()
    sheet = Sheet(ZONE, NOW, "en", "Acme", "Acme · 16 to 22 Nov 2026, Europe/Paris", pictures)
    return mail, await TypstPrinter().pdf(card, sheet)


def main() -> None:
    """The mail by day and by night, and the first sheet of paper."""
    FOLDER.mkdir(exist_ok=True)
    mail, paper = asyncio.run(made())
    inline = {each.cid: base64.b64encode(each.picture.data).decode() for each in mail.pictures}
    html = re.sub(r"cid:([\w@.-]+)", lambda found: f"data:image/png;base64,{inline[found[1]]}", mail.html)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "mail.html"
        page_file.write_text(html, "utf-8")
        browser = launch(playwright)
        for name in ("digest", "digest-dark"):
            context = browser.new_context(
                viewport={"width": 720, "height": 800}, color_scheme="dark" if name.endswith("dark") else "light"
            )
            page = context.new_page()
            page.goto(page_file.as_uri())
            page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
            context.close()
        browser.close()
    pypdfium2.PdfDocument(paper)[0].render(scale=1.2).to_pil().save(FOLDER / "paper.png")
    for path in FOLDER.glob("*.png"):
        shrink(path)


if __name__ == "__main__":
    main()
