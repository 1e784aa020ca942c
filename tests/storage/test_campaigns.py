"""Campaigns are kept with their conversations, listed, and counted as a recount over the conversations counts them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from statistics import median

from bot.domain.campaign_measures import OTHERS
from bot.domain.conversation import Conversation
from bot.domain.measures import Window, last_week
from bot.domain.triage import UNSURE
from bot.ports import Browse
from storage import SqlStorage
from storage.engine import Database
from tests.databases import opened
from tests.fakes.clock import SetClock
from tests.recount.reach import recounted
from tests.storage.past import COMPANY, NOW, pour_past

COUNT, WEEKS = 1_500, 6


def windows() -> list[Window]:
    last = last_week(NOW, "Europe/Paris")
    return [last, last.before, Window(NOW - timedelta(days=20), NOW - timedelta(days=2), "America/New_York")]


async def test_every_figure_equals_a_recount_in_plain_sql_and_over_the_conversations(url: str) -> None:
    await pour_past(url, COUNT, WEEKS)
    database = await opened(url)
    try:
        storage = SqlStorage(database, policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))
        async with storage.reading() as uow:
            every = [c for n in range(1, COUNT + 1) if (c := await uow.conversations.get(n)) is not None]
        assert {name for c in every for name in c.campaigns} == {"Summer sale", "Trail launch"}
        assert any(len(c.campaigns) == 2 for c in every)
        for window in windows():
            await _is_equal(storage, database, window, every)
    finally:
        await database.close()


async def _is_equal(storage: SqlStorage, database: Database, window: Window, every: list[Conversation]) -> None:
    async with storage.reading() as uow:
        counted = {each.name: each for each in await uow.measures.campaigns(window)}
    of: dict[str, list[Conversation]] = defaultdict(list)
    for c in every:
        if window.covers(c.opened_at) and not c.filed:
            for name in c.campaigns or (OTHERS,):
                of[name].append(c)
    assert counted.keys() == of.keys()
    for name, those in of.items():
        found = counted[name]
        sure = [c.reading.mood.name for c in those if c.reading and c.reading.mood.confidence >= UNSURE]
        waits = [
            (c.first_human_at - c.opened_at).total_seconds()
            for c in those
            if c.first_human_at is not None and c.first_human_at < window.end
        ]
        changed = [
            c
            for c in those
            if c.state.value == "resolved" and c.resolved_at is not None and c.resolved_at < window.end
            if c.outcome is not None and c.outcome.changed_something
        ]
        assert (found.heard, found.sure, found.touched) == (len(those), len(sure), len(waits))
        assert (found.negative, found.positive) == (sure.count("negative"), sure.count("positive"))
        assert found.changed == len(changed)
        assert found.first_human is not None
        assert abs(found.first_human.total_seconds() - median(waits)) < 0.001
        assert sum(each.heard for each in found.networks) == found.heard
    plain = await recounted(database, window)
    assert {
        (each.name, reach.network): (reach.heard, reach.accounts, reach.followers)
        for each in counted.values()
        for reach in each.networks
    } == plain


async def test_without_campaigns_there_is_nothing_to_compare(url: str) -> None:
    database = await opened(url)
    try:
        storage = SqlStorage(database, policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))
        async with storage.reading() as uow:
            assert await uow.measures.campaigns(windows()[0]) == ()
    finally:
        await database.close()


async def test_a_campaign_s_list_has_its_open_conversations_and_no_others(url: str) -> None:
    await pour_past(url, 300, 2)
    database = await opened(url)
    try:
        storage = SqlStorage(database, policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))
        async with storage.reading() as uow:
            wanted = Browse("campaign", campaign="Trail launch")
            lines = await uow.conversations.browse(wanted, limit=200)
            every = [c for n in range(1, 301) if (c := await uow.conversations.get(n)) is not None]
            total = await uow.conversations.count(wanted)
            nothing = await uow.conversations.count(Browse("campaign", campaign="%"))
        open_ones = [
            c.number
            for c in every
            if "Trail launch" in c.campaigns and c.state.value not in {"resolved", "echo"} and c.snoozed_until is None
        ]
        assert sorted(line.conversation.number for line in lines) == open_ones
        assert total == len(open_ones) > 0
        assert nothing == 0
    finally:
        await database.close()
