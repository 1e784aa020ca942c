"""Fixtures of the storm's tests: one storm for all of them, and pictures of what it looks like."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import launch
from tests.e2e.floor.colleague import Colleague
from tests.e2e_storm.raging import Storm, storm_over

Picture = Callable[[Colleague, str], None]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def storm(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    """The product after the storm."""
    with storm_over(tmp_path_factory.mktemp("storm"), chromium) as over:
        yield over


@pytest.fixture(scope="session")
def picture() -> Picture:
    """Photographs a window where `STORM_PICTURES=FOLDER` asks for it."""
    folder = os.environ.get("STORM_PICTURES")

    def take(window: Colleague, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            window.page.wait_for_timeout(400)
            window.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    return take
