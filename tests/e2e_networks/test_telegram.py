"""A server that speaks Telegram's Bot API: a customer writes to the bot, a colleague answers from the channel.

npm's telegram-test-api knows messages in both directions; what it does not know (edits, groups, refusals) is tried against our
own in tests/integrations/networks/test_telegram.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.calls import Json, call
from tests.e2e.demo import ROOT, free_ports
from tests.e2e.waiting import until
from tests.e2e_networks.baton import Baton
from tests.e2e_networks.process import Server

pytestmark = pytest.mark.timeout(300)

TOKEN = "4711:AAinvented-Token_of_a_bot"
MAYA = {"id": 7001, "is_bot": False, "first_name": "Maya", "username": "maya_invented"}
_JS = ROOT / "tests" / "e2e_networks" / "telegram"


class BotApi(Server):
    """The server, and Maya, who has a private chat with the bot."""

    def __init__(self, folder: Path) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        command = ["node", str(_JS / "server.mjs"), str(port)]
        super().__init__(command, folder / "telegram.log", lambda: "ready" in self.words().splitlines(), cwd=_JS)

    def __enter__(self) -> BotApi:
        self.start()
        return self

    def write(self, text: str) -> None:
        """Maya writes to the bot."""
        message = {"from": MAYA, "chat": {**MAYA, "type": "private"}, "date": int(time.time()), "text": text}
        self._ask("sendMessage", {**message, "botToken": TOKEN})

    def told(self) -> Json:
        """Waits for the next message that the bot sends Maya."""

        def look() -> Json | None:
            found = self._ask("getUpdates", {"token": TOKEN, "chatId": MAYA["id"]})["result"]
            return dict(found[0]["message"]) if found else None

        return until(look, "Maya hears from the bot", 60)

    def _ask(self, what: str, said: Json) -> Json:
        headers = {"Content-Type": "application/json"}
        answer = call("POST", f"{self.url}/{what}", json.dumps(said).encode(), headers)
        assert answer.status == 200, answer.body
        return answer.json()


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotApi]:
    with BotApi(tmp_path_factory.mktemp("network")) as running:
        yield running


@pytest.fixture(scope="module")
def baton(tmp_path_factory: pytest.TempPathFactory, telegram: BotApi) -> Iterator[Baton]:
    source = f"""[sources.bot]
kind = "telegram"
account = "acme_bot"
url = "{telegram.url}"
token_env = "ACME_BOT_TOKEN"
every = "1s"
"""
    with Baton(tmp_path_factory.mktemp("baton"), source, ACME_BOT_TOKEN=TOKEN) as running:
        yield running
        assert running.complaints() == []
        assert TOKEN not in running.log()


def test_a_private_chat_is_one_card_and_the_answer_stands_below_the_message(telegram: BotApi, baton: Baton) -> None:
    telegram.write("/start")
    telegram.write("My strap tore, quince")
    card = baton.card("My strap tore, quince")
    ana = baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.press(card, "reply")
    ana.submit(text="*Sorry* Maya, a new one is on its way: https://shop.example/4711 🚚")
    told = telegram.told()
    assert told["text"] == "*Sorry* Maya, a new one is on its way: https://shop.example/4711 🚚"
    assert told["reply_parameters"]["message_id"] == 2
    assert "parse_mode" not in told
    telegram.write("Thank you, medlar")
    card.shows("Thank you, medlar")
    assert len(baton.cards()) == 1
