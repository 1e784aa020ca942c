"""Fixtures of the tests on Teams: the browser, Baton, the client, and windows of colleagues; and what a failure shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from docs.pictures.palette import shrink
from handlers.admin.demo import DEMO_SECRET
from tests.e2e.browser import launch
from tests.e2e_teams.baton import Baton
from tests.e2e_teams.client import TeamsClient
from tests.e2e_teams.company import FLOOR, OWN_CHAT
from tests.e2e_teams.desk import Desk
from tests.e2e_teams.window import Window

Enter = Callable[[str], Window]
Picture = Callable[[Window, str], None]
PICTURES = Path(__file__).parents[2] / "docs" / "pictures" / "teams"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def desk() -> Iterator[Desk]:
    """Who gets the answers to customers."""
    with Desk(DEMO_SECRET) as running:
        yield running


@pytest.fixture(scope="package")
def baton(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baton]:
    """Baton, started once for all tests; each test brings posts of its own."""
    with Baton(tmp_path_factory.mktemp("baton"), BATON_DEMO_REPLY_URL=desk.url) as running:
        yield running


@pytest.fixture(scope="package")
def teams(baton: Baton, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamsClient]:
    """The client, with Baton added to the chat of its owner and to the floor."""
    with TeamsClient(tmp_path_factory.mktemp("teams"), baton.port) as running:
        running.install(OWN_CHAT)
        running.install(FLOOR)
        yield running


@pytest.fixture(scope="package")
def enter(chromium: Browser, teams: TeamsClient) -> Iterator[Enter]:
    """Opens a colleague's window, or finds it where it is open already; none of them may have had an error."""
    opened: dict[str, Window] = {}

    def window_of(handle: str) -> Window:
        if handle not in opened:
            opened[handle] = teams.window(chromium, handle)
        return opened[handle]

    yield window_of
    errors = [error for window in opened.values() for error in window.errors]
    for window in opened.values():
        window.close()
    assert errors == []


@pytest.fixture
def ana(enter: Enter) -> Window:
    """Ana Lima of Support, at the floor."""
    return _at_the_floor(enter("ana"))


@pytest.fixture
def chloe(enter: Enter) -> Window:
    """Chloé Martin, who leads Product, at the floor."""
    return _at_the_floor(enter("chloe"))


@pytest.fixture(scope="session")
def picture() -> Picture:
    """Photographs a window for the documentation, where `TEAMS_PICTURES=1` asks for it."""

    def take(window: Window, name: str) -> None:
        if os.environ.get("TEAMS_PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            window.picture(PICTURES / f"{name}.png")
            shrink(PICTURES / f"{name}.png")

    return take


def _at_the_floor(window: Window) -> Window:
    window.open_channel()
    return window


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a failure: the logs of both processes, and a picture of every window of the test."""
    report = yield
    if report.failed and call.when == "call":
        for name, used in item.funcargs.items():
            if isinstance(used, Baton | TeamsClient):
                report.sections.append((f"log of {name}", used.log()[-6000:]))
            if isinstance(used, Window):
                picture = Path("test-results") / f"{item.name}-{name}.png"
                picture.parent.mkdir(exist_ok=True)
                used.screenshot(str(picture))
                report.sections.append((f"window of {name}", str(picture)))
    return report
