"""Fixtures of the floor's tests: a browser, the whole product, and windows of colleagues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import launch
from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Colleague, Enter


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The product, started once for all tests of this folder; each test brings posts of its own."""
    with Demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture
def demo(running: Demo) -> Iterator[Demo]:
    """The product; afterwards Slack would have refused nothing, and the bot's log complains of nothing."""
    yield running
    assert running.complaints() == []


@pytest.fixture
def enter(chromium: Browser, demo: Demo) -> Iterator[Enter]:
    """Opens windows; afterwards none of them may have had an error or have asked anything of the outside."""
    opened: list[Colleague] = []
    users: set[str] = set()

    def open_window(user: str, hash: str = "#/floor", **context: Any) -> Colleague:
        page = chromium.new_context(**{"viewport": {"width": 1400, "height": 900}, **context}).new_page()
        page.set_default_timeout(15_000)
        made = Colleague(page, demo.url)
        made.listen()
        opened.append(made)
        users.add(user)
        page.goto(f"{demo.url}/?user={user}{hash}")
        page.wait_for_selector("#main .feed li, #main .home-body > *", state="attached")
        return made

    yield open_window
    for made in opened:
        made.page.context.close()
    for user in users:
        while view := demo.people.see("view", user)["view"]:
            demo.people.do("close", user, view_id=view["id"])
    assert [complaint for made in opened for complaint in made.complaints] == []
    assert [url for made in opened for url in made.requests if not url.startswith(demo.url)] == []
