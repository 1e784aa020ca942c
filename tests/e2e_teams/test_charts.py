"""Charts as the Teams client draws them, each below its title and above what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot.cards import Card, Chart
from bot.teams.render import adaptive
from bot.teams.spans import Spelling
from bot.views import EXAMPLES
from tests.e2e_teams.client import TeamsClient
from tests.e2e_teams.company import FLOOR
from tests.e2e_teams.scripted_bot import ScriptedBot, attached, connector
from tests.e2e_teams.window import Window

GALLERY: Card = dict(EXAMPLES)["charts of every kind"]
CHARTS = [block for block in GALLERY.blocks if isinstance(block, Chart)]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamsClient]:
    with ScriptedBot() as bot, TeamsClient(tmp_path_factory.mktemp("client"), bot.port) as running:
        yield running


@pytest.fixture(scope="module")
def ana(chromium: Browser, client: TeamsClient) -> Iterator[Window]:
    opened = client.window(chromium)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def gallery(ana: Window, client: TeamsClient) -> Locator:
    ana.open_channel()
    content = adaptive(GALLERY, Spelling({}), acts=frozenset(), dialogs=False)
    connector(client.service_url, "POST", attached(content), FLOOR, "activities")
    return ana.card_with("That is all.").at


def test_each_is_drawn_below_its_title_and_above_what_it_says(gallery: Locator) -> None:
    words = " ".join(gallery.inner_text().split())
    places = [words.index(said) for chart in CHARTS for said in (chart.title, chart.series[0].name, chart.alt)]
    assert sorted(places[0::3] + places[2::3]) == [place for at, place in enumerate(places) if at % 3 != 1]
    assert gallery.locator("svg").count() >= len(CHARTS)


def test_every_week_has_its_place_and_every_series_its_name(gallery: Locator) -> None:
    expect(gallery).to_contain_text("21 Sep –")
    for chart in CHARTS[1:]:
        for series in chart.series:
            expect(gallery).to_contain_text(series.name)


def test_no_window_has_had_an_error(ana: Window, gallery: Locator) -> None:
    assert ana.errors == []
