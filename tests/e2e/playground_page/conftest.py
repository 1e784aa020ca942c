"""Fixtures of the page's tests: a browser, a workspace with the sample app, and windows of people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import launch
from tests.e2e.playground_page.app import Workspace
from tests.e2e.playground_page.window import OpenWindow, Window


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A playground with the sample app connected."""
    made = Workspace(tmp_path_factory.mktemp("playground"))
    made.connect()
    yield made
    made.close()


@pytest.fixture
def window(chromium: Browser, workspace: Workspace) -> Iterator[OpenWindow]:
    """Opens windows; afterwards none of them may have had an error or have asked anything of the outside."""
    opened: list[Window] = []

    def open_window(user: str = "ana", hash: str = "#/floor", **context: Any) -> Window:
        page = chromium.new_context(**{"viewport": {"width": 1400, "height": 900}, **context}).new_page()
        made = Window(page, workspace.url)
        made.listen()
        opened.append(made)
        page.goto(f"{workspace.url}/{f'?user={user}' if user else ''}{hash}")
        page.wait_for_selector("#sidebar .room", state="attached")
        return made

    yield open_window
    for made in opened:
        made.page.context.close()
    assert [complaint for made in opened for complaint in made.complaints] == []
    outside = [url for made in opened for url in made.requests if not url.startswith(workspace.url)]
    assert outside == []
