"""The weekly digest: at its local time, once, caught up after downtime, and honest about what failed."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from bot.config import Config, DigestPart, Source, Surface
from bot.errors import PermanentError, UnknownResultError
from handlers.jobs.weekly_digest import DigestTick, last_due
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, post, said, staffed

PARIS = "Europe/Paris"
MANAGEMENT = "C-management"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def weekly(day: str = "mon", clock: str = "08:00", timezone: str = PARIS, **more: object) -> Config:
    return Config.model_validate({"digest": {"day": day, "at": clock, "timezone": timezone, **more}})


# When it is due


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-02T06:59:59Z", "2026-02-23T07:00:00Z"),
        ("2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z"),
        ("2026-03-08T23:00:00Z", "2026-03-02T07:00:00Z"),
        ("2026-03-09T06:30:00Z", "2026-03-02T07:00:00Z"),
    ],
)
def test_it_is_due_at_the_local_time(now: str, due: str) -> None:
    assert last_due(at(now), weekly()) == at(due)


def test_it_keeps_its_local_time_when_the_clocks_change() -> None:
    # In Paris, summer time begins on 29 March and ends on 25 October 2026.
    assert last_due(at("2026-03-24T12:00Z"), weekly()) == at("2026-03-23T07:00Z")
    assert last_due(at("2026-03-30T12:00Z"), weekly()) == at("2026-03-30T06:00Z")
    assert last_due(at("2026-10-26T12:00Z"), weekly()) == at("2026-10-26T07:00Z")


def test_a_time_that_the_clock_change_skips_is_an_hour_later() -> None:
    sunday = weekly("sun", "02:30")
    assert last_due(at("2026-03-29T00:59Z"), sunday) == at("2026-03-22T01:30Z")
    assert last_due(at("2026-03-29T01:30Z"), sunday) == at("2026-03-29T01:30Z")  # 03:30 in Paris
    assert last_due(at("2026-04-05T12:00Z"), sunday) == at("2026-04-05T00:30Z")


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    sunday = weekly("sun", "02:30")
    assert last_due(at("2026-10-25T00:29Z"), sunday) == at("2026-10-18T00:30Z")
    for now in ("2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T23:00Z"):
        assert last_due(at(now), sunday) == at("2026-10-25T00:30Z")


def test_the_day_is_that_of_the_zone() -> None:
    auckland = weekly("mon", "08:00", "Pacific/Auckland")
    assert last_due(at("2026-03-01T19:00Z"), auckland) == at("2026-03-01T19:00Z")  # Monday morning there


# When it is sent


@pytest.fixture
def config() -> Config:
    return weekly()


@pytest.fixture
def clock() -> SetClock:
    """Sunday evening."""
    return SetClock(at("2026-03-01T18:00Z"))


@pytest.fixture
async def running(company: Company) -> Company:
    """It has run since Sunday, and heard one conversation in the week before."""
    await tick(company)
    await company.hear(post("a", "third parcel that arrives crushed"))
    await company.work()
    return company


async def tick(company: Company, replicas: int = 1) -> None:
    ticks = [DigestTick(company.storage, company.config, company.clock) for _ in range(replicas)]
    await asyncio.gather(*(each() for each in ticks))
    await company.work()


def digests(company: Company) -> list[str]:
    return [plain(shown.card) for shown in company.platform.shown_in(MANAGEMENT)]


async def test_it_comes_at_its_time_with_the_window_it_covers(running: Company) -> None:
    running.clock.at = at("2026-03-02T06:59:59Z")
    await tick(running)
    assert digests(running) == []
    running.clock.at = at("2026-03-02T07:00:10Z")
    await tick(running)
    [digest] = digests(running)
    assert "heard 1 conversation" in digest
    assert "third parcel that arrives crushed" in digest, "nobody heard it: it is named"
    assert "23 Feb" in digest
    assert "1 Mar" in digest
    assert PARIS in digest


async def test_it_comes_once_however_often_and_by_however_many_it_is_asked_for(
    either_storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    company = await Company(either_storage, clock, staffed(config)).staff()
    await tick(company)
    clock.at = at("2026-03-02T07:00:10Z")
    for _ in range(3):
        await tick(company, replicas=3)
        clock.move(timedelta(seconds=30))
    assert len(digests(company)) == 1
    clock.move(timedelta(days=7))
    await tick(company, replicas=3)
    assert len(digests(company)) == 2


async def test_one_that_was_missed_is_caught_up_and_covers_the_same_days(running: Company) -> None:
    running.clock.at = at("2026-03-04T20:00Z")
    await running.hear(post("later", "too late for it", "noor"))
    await tick(running)
    [digest] = digests(running)
    assert "heard 1 conversation" in digest
    assert "1 Mar" in digest


async def test_one_that_was_missed_by_more_than_three_days_is_left_out(running: Company) -> None:
    running.clock.at = at("2026-03-05T07:00:01Z")
    await tick(running)
    assert digests(running) == []
    running.clock.at = at("2026-03-09T07:00:01Z")
    await tick(running)
    assert len(digests(running)) == 1


async def test_a_new_installation_owes_none(company: Company) -> None:
    company.clock.at = at("2026-03-02T09:00Z")
    await tick(company)
    company.clock.move(timedelta(minutes=5))
    await tick(company)
    assert digests(company) == []
    company.clock.move(timedelta(days=7))
    await tick(company)
    assert len(digests(company)) == 1


async def test_one_whose_answer_was_lost_is_not_sent_again(running: Company) -> None:
    running.clock.at = at("2026-03-02T07:00:10Z")
    running.platform.failures.append(UnknownResultError("the connection was lost"))
    await tick(running)
    running.clock.move(timedelta(minutes=10))
    await running.work()
    assert len(digests(running)) == 1


async def test_without_a_connection_it_waits_for_one(running: Company) -> None:
    running.platforms.clear()
    running.clock.at = at("2026-03-02T07:00:10Z")
    await tick(running)
    running.platforms["slack"] = running.platform
    running.clock.move(timedelta(minutes=2))
    await running.work()
    assert len(digests(running)) == 1


async def test_without_a_surface_for_it_nothing_is_sent_and_nothing_fails(storage: SqlStorage, clock: SetClock) -> None:
    config = Config(surfaces=(Surface(name="floor", channel="#floor"),), digest=DigestPart())
    company = await Company(storage, clock, config).staff()
    await tick(company)
    clock.at = at("2026-03-02T08:00:10Z")
    await tick(company)
    assert company.platform.calls == []


async def test_a_source_that_fails_is_named_as_failing_not_as_quiet(storage: SqlStorage, clock: SetClock) -> None:
    config = weekly().model_copy(update={"sources": {"blog": Source(kind="rss"), "demo": Source()}})
    company = await Company(storage, clock, staffed(config)).staff()
    await tick(company)
    async with storage.writing() as uow:
        state = {"failures": 3, "error": "HTTP 503", "last_success": "2026-02-27T12:00:00+00:00"}
        await uow.set_setting("polling:blog", json.dumps(state))
    clock.at = at("2026-03-02T07:00:10Z")
    await tick(company)
    [digest] = digests(company)
    assert "Source blog" in digest
    assert "HTTP 503" in digest
    assert "27 Feb" in digest
    assert "demo" not in digest


async def test_deliveries_that_were_given_up_are_told(running: Company) -> None:
    running.platform.failures.append(PermanentError("channel_not_found"))
    await running.hear(post("b", author="noor"))
    await running.work()
    running.clock.at = at("2026-03-02T07:00:10Z")
    await tick(running)
    assert "1 deliveries" not in digests(running)[0]
    assert "1 delivery" in digests(running)[0]


# The preview


async def test_the_preview_covers_this_week_so_far_and_nobody_else_sees_it(running: Company) -> None:
    running.clock.at = at("2026-03-02T10:00Z")
    await running.hear(post("b", "and another one", "noor"))
    await running.say("ana", "claim B-1")
    await running.say("ana", "resolve B-1 fixed | whole parcels | carrier switched back")
    running.platform.calls.clear()
    running.clock.move(timedelta(minutes=1))
    reply = await running.say("ana", "digest now")
    now = said(reply)
    assert "heard 2 conversations" in now
    assert "2 Mar" in now
    assert not reply.public
    assert running.platform.calls == []
    last = said(await running.say("ana", "digest"))
    assert "heard 1 conversation" in last
    assert "1 Mar" in last
