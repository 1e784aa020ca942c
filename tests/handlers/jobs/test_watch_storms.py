"""A storm is proposed as a crisis once, and nothing else is: far more than usual, and most of it about the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, Route
from handlers.jobs.watch_storms import WatchStorms
from tests.handlers.company import Company, post, staffed
from tests.handlers.storming import FLOOR, LEGAL, alike, mixed, rolling, watched

SAME = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"


@pytest.fixture
def config() -> Config:
    return Config(surfaces=(FLOOR,))


async def test_a_storm_is_proposed_once_with_its_reason_and_its_conversations(either_company: Company) -> None:
    company = rolling(either_company)
    await company.hear(*alike(60), *mixed(10))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"]
    assert await watched(company) == ["C-1"]
    async with company.storage.reading() as uow:
        crisis = await uow.crises.get(1)
        theirs = await uow.crises.conversations(1)
    assert crisis is not None
    assert (crisis.surface, crisis.ref) == ("floor", "C-1")
    assert "lantern" in crisis.title
    assert "smoke" in crisis.title
    assert set(theirs) <= set(range(1, 61)), "what is about something else is no part of it"
    assert len(theirs) >= 40, "made-up words make some of them look like another language"
    await company.work()
    assert [told for told in company.told("omar") if "C-1" in told]
    assert company.told("ana") == []


async def test_what_is_heard_later_and_is_alike_goes_with_it(company: Company) -> None:
    rolling(company)
    await company.hear(*alike(60))
    company.clock.move(timedelta(seconds=1))
    await watched(company)
    await company.hear(*alike(20, 100), *mixed(5))
    async with company.storage.reading() as uow:
        theirs = set(await uow.crises.conversations(1))
    assert len(set(range(61, 81)) & theirs) >= 13
    assert not set(range(81, 86)) & theirs


async def test_a_busy_minute_about_this_and_that_is_no_storm(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(120), *alike(30))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == []


async def test_few_that_are_alike_are_no_storm(company: Company) -> None:
    rolling(company)
    await company.hear(*alike(25))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == []


async def test_as_many_as_were_usual_in_the_last_hour_are_no_storm(company: Company) -> None:
    rolling(company)
    for minute in range(12):
        await company.hear(*mixed(40, minute * 40))
        company.clock.move(timedelta(minutes=5))
    await company.hear(*alike(35))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == [], "35 in a minute, where 8 are usual: less than five times as many"
    await company.hear(*alike(30, 100))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"]


async def test_one_post_that_many_pass_on_is_a_storm(company: Company) -> None:
    rolling(company)
    await company.hear(post("first", SAME, "maya"))
    await company.hear(*(post(f"again-{n}", f"{SAME} {'!' * (n % 5)}", f"again{n}") for n in range(60)))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"]
    async with company.storage.reading() as uow:
        assert 1 in await uow.crises.conversations(1)


async def test_a_storm_on_two_surfaces_is_one_crisis(company: Company) -> None:
    routes = (Route(surfaces=("floor",), networks=("mastodon",)), Route(surfaces=("legal",), networks=("reddit",)))
    config = Config(surfaces=(FLOOR, LEGAL), routes=routes, people=company.config.people)
    company = rolling(await Company(company.storage, company.clock, config).staff(), config)
    await company.hear(*alike(60))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"]
    there = [each.model_copy(update={"network": "reddit"}) for each in alike(60, 100)]
    await company.hear(*there)
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"], "most of the latest are on the other one now"
    await company.hear(*(each.model_copy(update={"network": "reddit"}) for each in alike(20, 200)))
    async with company.storage.reading() as uow:
        theirs = set(await uow.crises.conversations(1))
    assert len(set(range(121, 141)) & theirs) >= 13
    await company.say("omar", "crisis dismiss C-1 a sale")
    company.clock.move(timedelta(minutes=5))
    await company.hear(*alike(40, 300), *(each.model_copy(update={"network": "reddit"}) for each in alike(60, 400)))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == [], "it is none on the other one, either"


async def test_another_storm_begins_without_what_an_earlier_one_was_about(company: Company) -> None:
    rolling(company)
    await company.hear(*alike(60))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"]
    await company.say("omar", "crisis dismiss C-1 a sale")
    company.clock.move(timedelta(hours=3))
    await company.hear(*alike(60, 100, "your kettle leaks water everywhere"))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-2"]
    async with company.storage.reading() as uow:
        theirs = await uow.crises.conversations(2)
    assert len(theirs) >= 40
    assert min(theirs) > 60


async def test_a_proposal_that_everybody_left_gives_way_to_the_next_storm(either_company: Company) -> None:
    company = rolling(either_company)
    await company.hear(*alike(60))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"]
    company.clock.move(timedelta(hours=11))
    await company.hear(*alike(60, 100, "your kettle leaks water everywhere"))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"], "somebody may still decide on it"
    company.clock.move(timedelta(hours=2))
    await company.hear(*alike(60, 200, "no stream works on my radio tonight"))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-2"]
    assert await watched(company) == ["C-2"]
    await company.work()
    assert [told for told in company.told("omar") if "C-2" in told]
    async with company.storage.reading() as uow:
        left = await uow.crises.get(1)
    assert left is not None
    assert (left.state, left.ended_by) == ("dismissed", None)


async def test_what_is_heard_once_it_is_over_is_no_part_of_it(company: Company) -> None:
    rolling(company)
    await company.hear(*alike(60))
    company.clock.move(timedelta(seconds=1))
    await watched(company)
    await company.say("omar", "crisis open C-1")
    await company.say("omar", "crisis clear C-1 a lorry burned out | nothing")
    await company.hear(*alike(20, 100))
    async with company.storage.reading() as uow:
        assert max(await uow.crises.conversations(1)) <= 60


async def test_two_replicas_propose_one(either_company: Company) -> None:
    company = rolling(either_company)
    other = rolling(await Company(company.storage, company.clock, staffed(company.config)).staff())
    await company.hear(*alike(40))
    await other.hear(*alike(40, 200))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"]
    assert await watched(other) == ["C-1"]


async def test_after_a_restart_in_a_storm_nothing_is_proposed_twice(company: Company) -> None:
    rolling(company)
    await company.hear(*alike(60))
    company.clock.move(timedelta(seconds=1))
    await watched(company)
    rolling(company)
    await company.hear(*alike(60, 100))
    company.clock.move(timedelta(seconds=1))
    assert await watched(company) == ["C-1"]


async def test_what_was_not_committed_is_no_part_of_it(company: Company) -> None:
    rolling(company)
    assert company.rolling is not None
    job = WatchStorms(company.storage, company.config, company.clock, company.rolling)
    await company.hear(*alike(40))
    known = company.rolling.alike()
    for number in known:
        assert (await company.conversation(number)).number == number
    before = len(company.rolling.surge)
    conversation = (await company.conversation(1), "the lantern smells of smoke again")
    company.rolling.heard([conversation], company.clock.now())
    company.rolling.heard([conversation], company.clock.now())
    assert company.rolling.alike() == known
    assert len(company.rolling.surge) == before + 1, "a batch that is started over is heard once"
    company.rolling.kept()
    assert company.rolling.alike() == [*known, 1]
    await job()
