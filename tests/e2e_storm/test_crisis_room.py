"""A storm is proposed as a crisis to whoever coordinates, and one click opens its room."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.floor.colleague import Colleague
from tests.e2e.waiting import until
from tests.e2e_storm.conftest import Picture
from tests.e2e_storm.raging import Storm, at_the_floor

COORDINATOR = "elif"
WITHIN = 30.0
"""Seconds from the storm's beginning until it is proposed."""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def elif_(storm: Storm, chromium: Browser) -> Iterator[Colleague]:
    """The coordinator's window, at what Baton told her."""
    window = at_the_floor(chromium, storm.demo, COORDINATOR)
    window.go(f"#/{storm.demo.people.direct(COORDINATOR)}")
    yield window
    assert window.complaints == []
    window.page.context.close()


def test_it_was_proposed_while_it_began(storm: Storm) -> None:
    channel = storm.demo.people.direct(COORDINATOR)
    told = [each for each in storm.demo.people.messages(COORDINATOR, channel) if "proposes a crisis" in each["text"]]
    assert len(told) == 1
    assert float(told[0]["ts"]) - storm.began < WITHIN


def test_one_click_opens_the_room(elif_: Colleague, picture: Picture) -> None:
    proposal = elif_.message("proposes a crisis")
    expect(proposal).to_be_visible()
    picture(elif_, "proposal")
    proposal.get_by_role("button", name="Open crisis room").click()
    room = _room(elif_)
    expect(room).to_be_visible(timeout=20_000)
    expect(room.locator(".tag")).to_have_text("New")
    room.click()
    board = elif_.page.locator("#main .message").filter(has_text="Crisis since")
    expect(board.first).to_be_visible(timeout=20_000)
    expect(elif_.page.get_by_role("region", name="Pinned")).to_contain_text("Crisis", timeout=20_000)


def test_the_board_counts_what_belongs_to_it(storm: Storm, elif_: Colleague) -> None:
    expect(_room(elif_)).to_be_visible()

    def shown() -> int:
        said = elif_.page.locator("#main .message").filter(has_text="Crisis since").first.inner_text()
        found = re.search(r"([\d,]+) conversations", said)
        return int(found[1].replace(",", "")) if found else 0

    assert storm.kept.in_a_crisis() > 1_000
    until(lambda: shown() == storm.kept.in_a_crisis(), "the board is true to the store", 60, 1.0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_room_looks_like(storm: Storm, chromium: Browser, picture: Picture, scheme: str) -> None:
    window = at_the_floor(chromium, storm.demo, COORDINATOR, scheme)
    room = _room(window)
    expect(room).to_be_visible()
    room.click()
    expect(window.page.locator("#main .message").filter(has_text="Crisis since").first).to_be_visible()
    picture(window, f"room-{scheme}")
    assert window.complaints == []
    window.page.context.close()


def _room(window: Colleague) -> Locator:
    """The crisis room in the sidebar."""
    return window.page.locator("#sidebar a.room").filter(has_text=re.compile("crisis", re.IGNORECASE)).first
