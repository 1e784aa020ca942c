"""A feed on a real web server: an entry becomes a card that a colleague takes, and its edit reaches the card."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.e2e.calls import call
from tests.e2e.demo import free_ports
from tests.e2e_networks.baton import Baton
from tests.e2e_networks.process import Server

pytestmark = pytest.mark.timeout(300)


def feed(text: str) -> str:
    return f"""<rss version="2.0"><channel><title>Forum</title><item><guid>entry-1</guid><author>Tom</author>
    <pubDate>{format_datetime(datetime.now(UTC))}</pubDate><description>{text}</description></item></channel></rss>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The file that is the feed."""
    made = tmp_path / "web" / "feed.xml"
    made.parent.mkdir()
    made.write_text(feed("My order number is quince"), "utf-8")
    return made


@pytest.fixture
def baton(tmp_path: Path, page: Path) -> Iterator[Baton]:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}/feed.xml"
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(page.parent), str(port)]
    source = f'[sources.forum]\nkind = "rss"\nurl = "{url}"\nevery = "1s"\n'
    with (
        Server(command, tmp_path / "web.log", lambda: call("GET", url, seconds=2).status == 200),
        Baton(tmp_path / "baton", source) as running,
    ):
        yield running


def test_an_entry_of_a_feed_is_a_card_that_is_taken_and_its_edit_reaches_the_card(baton: Baton, page: Path) -> None:
    card = baton.card("My order number is quince")
    ana = baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.command(f"/baton release {card.ref}")
    card.shows("back on the floor")
    page.write_text(feed("My order number is medlar"), "utf-8")
    assert "quince" not in card.shows("My order number is medlar")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.press(card, "resolve")
    ana.submit(outcome="no_action", wanted="to know where it is", changed="nothing")
    card.shows("No action")
    assert baton.complaints() == []
