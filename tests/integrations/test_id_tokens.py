"""The keys of deliveries that come with a token: fetched when one is unknown, not too often, and not kept for ever."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict

from bot.domain.delivery import Inbound, Reject
from bot.errors import PermanentError, RetriableError
from integrations.http import Http
from integrations.id_tokens import AGAIN, KEPT, RETRY, SigningKeys, unproven
from tests.contract.google_tokens import AUDIENCE, KEY, PUSHER, announced, token
from tests.fakes.networks.google_business import GoogleBusiness as Pretended


class Clock:
    """Seconds that a test moves on."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def delivered(keys: SigningKeys, key: str = KEY, method: str = "POST") -> Reject | None:
    now = datetime.now(UTC)
    request = Inbound(method, CIMultiDict(token(now, key, key)), {}, b"{}")
    return unproven(request, keys, AUDIENCE, PUSHER, now)


def status(verdict: Reject | None) -> int:
    return verdict.status if verdict is not None else 200


def test_a_key_that_is_known_lets_in_until_it_was_kept_for_too_long() -> None:
    clock = Clock()
    keys = SigningKeys("https://keys.example", clock)
    assert status(delivered(keys)) == 503
    keys.learn(announced())
    assert status(delivered(keys)) == 200
    clock.now += KEPT - 1
    assert status(delivered(keys)) == 200
    clock.now += 2
    assert status(delivered(keys)) == 503


def test_only_a_post_is_a_delivery() -> None:
    keys = SigningKeys("https://keys.example")
    keys.learn(announced())
    assert status(delivered(keys, method="GET")) == 405


def test_neither_audience_nor_service_account_may_be_left_empty() -> None:
    keys, now = SigningKeys("https://keys.example"), datetime.now(UTC)
    keys.learn(announced())
    request = Inbound("POST", CIMultiDict(token(now, aud="", email="")), {}, b"{}")
    assert status(unproven(request, keys, "", "", now)) == 401


@pytest.mark.parametrize(
    "nonsense", [None, [], "keys", {"keys": None}, {"keys": [1, {}, {"kty": "RSA"}]}, {"keys": []}]
)
def test_what_is_no_set_of_keys_takes_none_away(nonsense: object) -> None:
    keys = SigningKeys("https://keys.example")
    keys.learn(announced())
    keys.learn(nonsense)
    assert status(delivered(keys)) == 200


async def test_a_rotated_key_is_fetched_but_no_more_often_than_once_a_minute(http: Http) -> None:
    clock = Clock()
    with Pretended() as network:
        network.announced, network.key = [KEY], KEY
        keys = SigningKeys(f"{network.url}/oauth2/v3/certs", clock)
        await keys.fetch(http.send)
        assert status(delivered(keys)) == 200
        network.rotate("key-of-tomorrow")
        for _ in range(5):
            assert status(delivered(keys, "key-of-tomorrow")) == 503
            await keys.fetch(http.send)
        assert len(network.asked) == 1
        clock.now += AGAIN
        await keys.fetch(http.send)
        assert status(delivered(keys, "key-of-tomorrow")) == 200
        assert status(delivered(keys)) == 200, "deliveries that were signed before still come in"
        assert len(network.asked) == 2


@pytest.mark.parametrize(("code", "body"), [(500, "out"), (404, "gone"), (200, "<html>"), (200, "null")])
async def test_a_server_of_keys_that_fails_is_asked_again_soon_and_lets_nobody_in(
    http: Http, code: int, body: str
) -> None:
    clock = Clock()
    with Pretended() as network:
        network.announced = [KEY]
        keys = SigningKeys(f"{network.url}/broken", clock)
        network.troubles.script = [(code, {}, body)]
        if (code, body) == (200, "null"):
            await keys.fetch(http.send)
        else:
            with pytest.raises(RetriableError if code != 404 else PermanentError):
                await keys.fetch(http.send)
        assert status(delivered(keys)) == 503
        clock.now += RETRY if body != "null" else AGAIN
        network.troubles.script = [(200, {}, json.dumps(announced()))]
        await keys.fetch(http.send)
        assert status(delivered(keys)) == 200
