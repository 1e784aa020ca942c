"""Answers where the address that Slack lent for them fails."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.cards import Actions, Button, Card
from tests.bot.slack.conftest import Running
from tests.bot.slack.judged import visible
from tests.playground.process import SIGNING_SECRET, People

CLAIMABLE = Card("B-1", (Actions((Button("Claim", "claim", {"conversation": "B-1"}),)),))


async def test_who_pressed_is_answered_although_the_answer_address_cannot_be_reached(
    baton: Running, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    sent = await baton.app.platform.post("#floor", CLAIMABLE, "m-1")
    body = json.dumps(
        {
            "type": "block_actions",
            "team": {"id": "T0ACME0001"},
            "user": {"id": "U0BENOKORO"},
            "container": {"type": "message", "channel_id": "C0FLOOR001", "message_ts": sent.message},
            "message": {"ts": sent.message},
            "response_url": "http://127.0.0.1:9/actions/secret",
            "actions": [{"action_id": "cmd:claim", "type": "button", "value": "{}"}],
        }
    )
    form = urlencode({"payload": body})
    stamp = str(int(time.time()))
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:{form}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{baton.url}/slack/events", data=form, headers=headers) as response,
    ):
        assert response.status == 200
    last = await people.last("ben")
    assert last["ephemeral"]
    assert visible(last["blocks"]) == "Ben Okoro press: claim"
    assert "secret" not in caplog.text
