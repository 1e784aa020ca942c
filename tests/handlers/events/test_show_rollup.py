"""A rollup card is posted once, whatever happens between posting it and writing that down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config
from bot.errors import RetriableError, UnknownResultError
from tests.bot.views.plain import plain
from tests.handlers.company import Company
from tests.handlers.storming import FLOOR, cards, looked, mixed, rolling, rollup_cards, rollups, tallies


@pytest.fixture
def config() -> Config:
    return Config(surfaces=(FLOOR,))


async def test_who_dies_after_posting_makes_no_second_card(either_company: Company) -> None:
    company = rolling(either_company)
    await company.hear(*mixed(12))
    for _ in range(4):
        await company.hands.lose()
    await company.work()
    assert [len(cards(company)), len(rollup_cards(company))] == [5, 1]
    assert (await rollups(company))[0].message == rollup_cards(company)[0].sent.message
    await company.hear(*mixed(3, 50))
    company.clock.move(timedelta(seconds=4))
    await company.hands.lose()
    await company.work()
    assert len(rollup_cards(company)) == 1
    assert "10 more" in plain(rollup_cards(company)[0].card)


@pytest.mark.parametrize("failure", [UnknownResultError("the answer was lost"), RetriableError("busy", 1.0)])
async def test_a_call_that_fails_is_made_again_without_a_second_card(company: Company, failure: Exception) -> None:
    rolling(company)
    await company.hear(*mixed(12))
    company.platform.failures.append(failure)  # type: ignore[arg-type]
    await company.work()
    await company.later(minutes=5)
    assert [len(cards(company)), len(rollup_cards(company))] == [5, 1]


async def test_a_card_that_somebody_deletes_comes_back_while_it_counts(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(12))
    await company.work()
    company.platform.remove(rollup_cards(company)[0].sent)
    await company.hear(*mixed(1, 50))
    await company.later(seconds=4)
    assert "8 more" in plain(rollup_cards(company)[0].card)


async def test_nothing_is_sent_where_it_shows_the_present_state(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(12))
    await company.work()
    before = len(rollup_cards(company)[0].cards)
    async with company.storage.writing() as uow:
        await uow.rollups.keep((await rollups(company))[0], None)
    await company.work()
    assert len(rollup_cards(company)[0].cards) == before


async def test_one_that_ends_before_it_was_ever_shown_is_not_shown(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(6))
    await company.say("ana", "claim B-6")
    async with company.storage.writing() as uow:
        assert await uow.rollups.end((await rollups(company))[0], company.clock.now())
    await company.work()
    assert rollup_cards(company) == []
    assert len(cards(company)) == 6


async def test_while_the_platform_is_away_nothing_is_lost(company: Company) -> None:
    rolling(company)
    company.platforms.clear()
    await company.hear(*mixed(12))
    await company.work()
    await looked(company, 3, seconds=70)
    assert (await tallies(company)).conversations == 7, "cards wait: there is no room for more"
    company.platforms["slack"] = company.platform
    await company.later(minutes=5)
    await looked(company, 12, seconds=70)
    assert await rollups(company) == []
    assert len(cards(company)) == 12
