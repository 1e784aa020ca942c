"""The keys Teams signs with: fetched when they are needed, no more often, and never in anybody's way."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.teams import keys as keys_module
from bot.teams.keys import AGAIN_SECONDS, FRESH_SECONDS, KEPT_SECONDS, RETRY_SECONDS, SigningKeys, read_keys
from tests.bot.teams.doors import open_door
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_identity import METADATA_PATH
from tests.fakes.teams_talk import Json


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    async with FakeTeams() as teams:
        yield teams


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(teams: FakeTeams, clock: Clock) -> AsyncIterator[SigningKeys]:
    async with aiohttp.ClientSession() as session:
        keys = SigningKeys(f"{teams.url}{METADATA_PATH}", lambda: session, clock)
        yield keys
        await keys.close()


def message(teams: FakeTeams) -> Json:
    ana = teams.colleague("Ana Lima")
    return teams.scene.message(ana, teams.personal(ana), "help", "1", "2026-01-05T10:00:00.000Z")


async def test_keys_are_fetched_once_for_all_who_ask(keys: SigningKeys, teams: FakeTeams) -> None:
    found = await asyncio.gather(*(keys.find("key-1") for _ in range(50)))
    assert all(each is not None and "msteams" in each.endorsements for each in found)
    assert await keys.find("key-1") is not None
    assert teams.keys_fetched == 1


async def test_a_new_key_is_learnt_when_it_is_first_seen(keys: SigningKeys, teams: FakeTeams, clock: Clock) -> None:
    assert await keys.find("key-1") is not None
    teams.identity.rotate("key-2")
    clock.now += AGAIN_SECONDS
    assert await keys.find("key-2") is not None
    assert await keys.find("key-1") is None


async def test_made_up_key_ids_do_not_make_us_fetch_again_and_again(
    keys: SigningKeys, teams: FakeTeams, clock: Clock
) -> None:
    assert await keys.find("key-1") is not None
    for number in range(100):
        clock.now += AGAIN_SECONDS / 50
        assert await keys.find(f"made-up-{number}") is None
    assert teams.keys_fetched <= 3


async def test_after_a_day_keys_are_fetched_anew_while_the_known_ones_serve(
    keys: SigningKeys, teams: FakeTeams, clock: Clock
) -> None:
    assert await keys.find("key-1") is not None
    teams.identity.rotate("key-2", keep=True)
    teams.keys_delay = 0.2
    clock.now += FRESH_SECONDS + 1
    begun = time.perf_counter()
    assert await keys.find("key-1") is not None
    assert time.perf_counter() - begun < 0.1
    assert await keys.find("key-2") is not None
    assert teams.keys_fetched == 2


async def test_keys_that_could_not_be_fetched_anew_for_five_days_no_longer_count(
    keys: SigningKeys, teams: FakeTeams, clock: Clock
) -> None:
    assert await keys.find("key-1") is not None
    teams.identity.keys = {}
    clock.now += KEPT_SECONDS - 1
    assert await keys.find("key-1") is not None
    clock.now += 2 + AGAIN_SECONDS
    assert await keys.find("key-1") is None


async def test_a_key_server_that_is_down_is_left_alone_for_a_while(
    clock: Clock, caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    async with aiohttp.ClientSession() as session:
        keys = SigningKeys(f"http://127.0.0.1:{unused_tcp_port}/openid", lambda: session, clock)
        for _ in range(20):
            assert await keys.find("key-1") is None
        assert len([each for each in caplog.records if each.levelno == logging.WARNING]) == 1
        clock.now += RETRY_SECONDS
        assert await keys.find("key-1") is None
        assert len([each for each in caplog.records if each.levelno == logging.WARNING]) == 2


async def test_a_slow_key_server_is_given_up_and_holds_up_nobody_else(
    teams: FakeTeams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "FETCH_SECONDS", 0.3)
    async with open_door(teams) as door:
        assert (await teams.deliver(message(teams))).status == 200
        teams.keys_delay = 30
        door.adapter.keys._tried = None
        slow = asyncio.create_task(teams.deliver(message(teams), teams.identity.token(teams.service_url, kid="key-2")))
        await asyncio.sleep(0.1)
        assert not slow.done()
        known = await teams.deliver(message(teams))
        assert known.status == 200
        assert known.seconds < 0.15
        refused = await slow
        assert refused.status == 401
        assert refused.seconds < 2


async def test_whoever_hangs_up_does_not_take_the_keys_from_the_others(keys: SigningKeys, teams: FakeTeams) -> None:
    teams.keys_delay = 0.2
    first = asyncio.create_task(keys.find("key-1"))
    second = asyncio.create_task(keys.find("key-1"))
    await asyncio.sleep(0.05)
    first.cancel()
    assert await second is not None
    assert teams.keys_fetched == 1


async def test_deliveries_go_on_through_a_change_of_keys(teams: FakeTeams) -> None:
    async with open_door(teams) as door:
        assert (await teams.deliver(message(teams))).status == 200
        teams.identity.rotate("key-2", keep=True)
        door.adapter.keys._tried = None
        assert (await teams.deliver(message(teams))).status == 200
        assert len(door.heard) == 2


def test_only_rsa_keys_that_are_long_enough_are_read() -> None:
    identity = FakeTeams().identity
    right = identity.key_set()["keys"][0]
    wrong = [
        "no key",
        {"kid": "symmetric", "kty": "oct", "k": "c2VjcmV0"},
        {"kid": "curve", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kid": "broken", "kty": "RSA", "n": "!!", "e": "AQAB"},
        {"kid": "half", "kty": "RSA", "n": right["n"]},
        {"kid": "short", "kty": "RSA", "n": "wQ", "e": "AQAB"},
        {**right, "kid": 7},
    ]
    assert list(read_keys({"keys": [*wrong, right]})) == ["key-1"]
    assert read_keys({"keys": None}) == {}
    assert read_keys({"keys": [{**right, "endorsements": "msteams"}]})["key-1"].endorsements == frozenset()
