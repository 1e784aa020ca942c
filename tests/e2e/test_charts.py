"""Charts on the page of a workspace: painted, uploaded over the real API, seen, read aloud, reached by keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.cards import Card, Chart
from bot.ports import Account
from bot.slack.people import People
from bot.slack.pictures import Pictures
from bot.slack.platform import SlackPlatform
from bot.views import EXAMPLES
from integrations.charts import MatplotlibPainter
from integrations.charts.looks import HEIGHT, WIDTH
from tests.bot.slack.doubles import Colleagues
from tests.e2e.browser import launch
from tests.playground.process import PlaygroundProcess

TEAM = "T0ACME0001"
GALLERY: Card = dict(EXAMPLES)["charts of every kind"]
CHARTS = [block for block in GALLERY.blocks if isinstance(block, Chart)]
NARROW = {"width": 390, "height": 800}


def show(process: PlaygroundProcess) -> None:
    """Show the gallery in a workspace. In a thread: Playwright has a loop of its own in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _show(process)).result()


async def _show(process: PlaygroundProcess) -> None:
    """Post the gallery to the floor, and publish it on Ana's Home tab."""
    painter, client = MatplotlibPainter(), process.client()
    async with aiohttp.ClientSession() as session:
        client.session = session
        platform = SlackPlatform(client, People(Colleagues(), client), TEAM, Pictures(client, painter))
        await platform.post("#floor", GALLERY, "m-1")
        await platform.replace_home(Account("slack", TEAM, "U0ANALIMA1"), GALLERY)
    await painter.close()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a workspace with the gallery in it; its files are ready as late as Slack's."""
    with PlaygroundProcess(tmp_path_factory.mktemp("charts"), PLAYGROUND_FILE_SECONDS="0.4") as process:
        show(process)
        yield process.url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def opened(chromium: Browser, workspace: str, where: str = "#/floor", **context: object) -> Page:
    page = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}).new_page()  # type: ignore[arg-type]
    page.goto(f"{workspace}/?user=ana{where}")
    expect(page.locator(".picture img").first).to_be_visible()
    return page


def loaded(page: Page) -> list[list[int]]:
    """The size of each picture as it is, and the width in which it is shown; each is looked at, as they load late."""
    pictures = page.locator(".picture img")
    for number in range(pictures.count()):
        pictures.nth(number).scroll_into_view_if_needed()
    page.wait_for_function(
        "[...document.querySelectorAll('.picture img')].every((one) => one.complete && one.naturalWidth)"
    )
    shown: list[list[int]] = pictures.evaluate_all(
        "all => all.map((one) => [one.naturalWidth, one.naturalHeight, Math.round(one.getBoundingClientRect().width)])"
    )
    return shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", ["#/floor", "#/home"])
def test_every_chart_is_seen_and_said(chromium: Browser, workspace: str, scheme: str, where: str) -> None:
    page = opened(chromium, workspace, where, color_scheme=scheme)
    assert [size[:2] for size in loaded(page)] == [[WIDTH * 2, HEIGHT * 2]] * len(CHARTS)
    for chart in CHARTS:
        expect(page.get_by_role("img", name=chart.alt)).to_be_visible()
        expect(page.get_by_text(chart.title, exact=True).first).to_be_visible()


def test_in_a_narrow_window_they_fit(chromium: Browser, workspace: str) -> None:
    page = opened(chromium, workspace, viewport=NARROW)
    assert all(0 < width <= NARROW["width"] for _, _, width in loaded(page))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_picture_is_opened_by_keyboard_in_its_full_size(chromium: Browser, workspace: str) -> None:
    page = opened(chromium, workspace)
    picture = page.get_by_role("link", name=CHARTS[0].alt)
    picture.focus()
    expect(picture).to_be_focused()
    with page.context.expect_page() as large:
        page.keyboard.press("Enter")
    large.value.wait_for_load_state()
    assert large.value.evaluate("document.images[0].naturalWidth") == WIDTH * 2


def test_the_newest_message_stays_in_sight_when_its_pictures_come(chromium: Browser, workspace: str) -> None:
    page = opened(chromium, workspace)
    loaded(page)
    page.reload()
    expect(page.locator(".picture img").last).to_be_visible()
    page.wait_for_function(
        "[...document.querySelectorAll('.picture img')].some((one) => one.complete && one.naturalWidth)"
    )
    expect(page.get_by_text("That is all.")).to_be_in_viewport()


def shots(folder: Path) -> None:
    """Pictures to look at; not a test."""
    with PlaygroundProcess(folder) as process, sync_playwright() as playwright:
        show(process)
        browser = launch(playwright)
        for scheme in ("light", "dark"):
            page = opened(browser, process.url, color_scheme=scheme, viewport={"width": 1280, "height": 2600})
            loaded(page)
            page.screenshot(path=folder / f"{scheme}.png")
        page = opened(browser, process.url, viewport={"width": 390, "height": 2000}, color_scheme="dark")
        loaded(page)
        page.screenshot(path=folder / "narrow.png")
        browser.close()
