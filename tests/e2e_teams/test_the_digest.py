"""The digest of a company that has used Baton for a while, read on Teams: the numbers first, then their details."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e_teams.baton import Baton
from tests.e2e_teams.client import TeamsClient
from tests.e2e_teams.company import OWN_CHAT
from tests.e2e_teams.window import Window

Picture = Callable[[Window, str], None]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baton]:
    baton = Baton(tmp_path_factory.mktemp("past"))
    baton.run_app("migrate")
    baton.run_app("seed", "--conversations", "2000", "--weeks", "10")
    with baton:
        yield baton


@pytest.fixture(scope="module")
def client(past: Baton, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamsClient]:
    with TeamsClient(tmp_path_factory.mktemp("client"), past.port) as running:
        running.install(OWN_CHAT)
        yield running


@pytest.fixture(scope="module")
def reader(chromium: Browser, client: TeamsClient) -> Iterator[Window]:
    opened = client.window(chromium)
    opened.open_personal()
    yield opened
    opened.close()


def test_the_first_screen_is_the_numbers(reader: Window, picture: Picture) -> None:
    reader.say("digest")
    card = reader.card_with("Heard by no one")
    card.shows("Acme heard", "Touched", "Changed something", "The last 8 weeks", "Nobody has heard these 5")
    expect(card.at.locator("svg").first).to_be_visible()
    card.at.evaluate("card => card.scrollIntoView({ block: 'start' })")
    picture(reader, "digest")


def test_a_detail_opens_by_its_button(reader: Window, picture: Picture) -> None:
    reader.card_with("Heard by no one").press("Mood")
    card = reader.card_with("By network")
    card.shows("Mood", "By topic", "negative")
    card.at.evaluate("card => card.scrollIntoView({ block: 'start' })")
    picture(reader, "mood")
    assert reader.errors == []
