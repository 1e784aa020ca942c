"""`sources`: the list, what could not be read, asking one now, fetching what is older; on a store, with sources that a test decides."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Config
from bot.config import Source as Part
from bot.domain.delivery import Capabilities
from bot.domain.post import Author, Post, SourceEvent
from bot.errors import NotSetError, PermanentError, RetriableError
from bot.ports import Source
from handlers.jobs.poll_sources import PollSources
from integrations.http import Http
from integrations.source import SourceSettings
from tests.handlers.admin.commands import Installed
from tests.handlers.jobs.test_poll_sources import Counting


class Archive(Counting):
    """Polled like the other, and has an archive of `old` posts, newest first."""

    abilities = Capabilities(poll=True, backfill=True)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.old = 12
        self.breaks_after: int | None = None
        self.pauses = 0

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        for start in range(0, self.old, 5):
            if self.pauses and self.waits is not None:
                self.pauses -= 1
                await self.waits(RetriableError("the budget is used up.", 0.01))
            if self.breaks_after is not None and start >= self.breaks_after:
                raise PermanentError("403: the archive is closed")
            yield [self._old(number) for number in range(start, min(start + 5, self.old))]

    def _old(self, number: int) -> SourceEvent:
        post = Post(
            network="counting",
            account=self.name,
            external_id=f"old-{number}",
            author=Author(handle="maya"),
            text=f"old {number}",
            posted_at=datetime.now(UTC) - timedelta(days=number + 1),
        )
        return SourceEvent(
            kind="created", network="counting", account=self.name, external_id=f"old-{number}", post=post
        )


@dataclass
class WithSources(Installed):
    """An installation with these sources."""

    opened: dict[str, Source] = field(default_factory=dict)

    @asynccontextmanager
    async def sources(self) -> AsyncIterator[Mapping[str, Source]]:
        yield self.opened


class Desk(Counting):
    abilities = Capabilities(push=True)


@pytest.fixture
def archive() -> Archive:
    return Archive("blog")


@pytest.fixture
def installed(tmp_path: Path, archive: Archive) -> WithSources:
    parts = {"blog": Part(kind="rss"), "desk": Part(secret_env="DESK_SECRET"), "api": Part(kind="rss", every="1h")}
    limited = Counting("api")
    limited.budget = (300, timedelta(minutes=5))
    opened: dict[str, Source] = {"blog": archive, "desk": Desk("desk"), "api": limited}
    return WithSources(tmp_path, config=Config(sources=parts), opened=opened)


async def listed(installed: WithSources) -> dict[str, dict[str, object]]:
    result = await installed.run("sources", "--json")
    assert result.exit_code == 0, result.output
    return {each["name"]: each for each in json.loads(result.stdout)}


async def test_each_source_is_listed_with_its_state(installed: WithSources) -> None:
    text = (await installed.run("sources")).stdout
    assert [line.split()[0] for line in text.splitlines()] == ["name", "blog", "desk", "api"]
    assert "waiting for its first poll" in text
    assert "off: DESK_SECRET not set" in text
    assert "0 of 300 in 5 min" in text
    assert (await installed.run("sources", "list")).stdout == text


async def test_asking_one_says_what_came_and_the_list_counts_it(installed: WithSources, archive: Archive) -> None:
    result = await installed.run("sources", "poll", "blog")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "1 new: 1 post; 0 known already")
    assert "1 new: 1 post" in (await installed.run("sources", "poll", "blog")).stdout
    assert archive.asked == [None, "1"]
    blog = (await listed(installed))["blog"]
    assert (blog["state"], blog["posts"], blog["unread"], blog["failures"]) == ("ok", 2, 0, 0)
    assert blog["lag_seconds"] is not None


async def test_a_source_that_worked_until_its_secret_was_lost_is_off(installed: WithSources, archive: Archive) -> None:
    await installed.run("sources", "poll", "blog")
    archive.failure = NotSetError("blog has no secret yet. Set BLOG_TOKEN.")
    for _ in range(4):
        assert (await installed.run("sources", "poll", "blog")).exit_code == 1
    blog = (await listed(installed))["blog"]
    assert (blog["state"], blog["failures"], blog["posts"]) == ("off", 0, 1)
    text = (await installed.run("sources")).stdout
    assert "off since " in text
    assert "    blog has no secret yet. Set BLOG_TOKEN." in text.splitlines()


async def test_a_source_that_fails_says_why(installed: WithSources, archive: Archive) -> None:
    archive.failure = PermanentError("401: the token\nwas \x1b[31mrevoked")
    results = [await installed.run("sources", "poll", "blog") for _ in range(3)]
    assert [result.exit_code for result in results] == [1, 1, 1]
    assert results[0].stdout.splitlines()[-1] == "blog fails: 401: the token was �[31mrevoked"
    text = (await installed.run("sources")).stdout
    assert "quarantined since 20" in text
    assert "    401: the token was" in text
    assert (await listed(installed))["blog"]["state"] == "quarantined"


async def test_one_that_a_running_baton_asks_at_the_moment_is_left_to_it(
    installed: WithSources, archive: Archive
) -> None:
    class Meanwhile(Counting):
        async def poll(self, cursor: str | None, limit: int):  # type: ignore[no-untyped-def]
            self.said = (await installed.run("sources", "poll", "blog")).stdout
            return await super().poll(cursor, limit)

    source = Meanwhile("blog")
    async with installed.storage() as storage:
        await PollSources(storage, [source], installed.clock).visit(source)
    assert source.said.splitlines()[-1] == "blog is being asked by a running Baton at this moment"


async def test_names_that_are_not_there_are_told(installed: WithSources) -> None:
    result = await installed.run("sources", "poll", "blgo")
    assert "There is no source “blgo”" in str(result.exception)
    assert "is not polled" in str((await installed.run("sources", "poll", "desk")).exception)
    assert "cannot fetch" in str((await installed.run("sources", "backfill", "api", "--since", "2026-01-01")).exception)
    assert "no day in the past" in str(
        (await installed.run("sources", "backfill", "blog", "--since", "soon")).exception
    )


async def test_what_could_not_be_read_is_shown_and_dropped(installed: WithSources) -> None:
    assert (await installed.run("sources", "unread")).stdout == "everything could be read\n"
    odd = SourceEvent(
        kind="unread",
        network="rss",
        account="",
        external_id="d",
        why="id is missing",
        raw='{"x":\n"\x1b[2J"}' + "y" * 400,
    )
    async with installed.storage() as storage, storage.writing() as uow:
        await uow.posts.accept([odd], "blog", installed.clock.now())
    said = (await installed.run("sources", "unread", "blog")).stdout
    assert said.splitlines()[0].endswith("id is missing")
    assert '{"x": "�[2J"}yyy' in said
    assert said.rstrip().endswith("y…")
    assert (await installed.run("sources", "unread", "desk")).stdout == "everything could be read\n"
    assert (await installed.run("sources", "unread", "--forget")).stdout == "1 dropped\n"


async def filed(installed: WithSources) -> dict[str, bool]:
    async with installed.storage() as storage, storage.writing() as uow:
        return {stored.post.external_id: stored.filed for stored in await uow.posts.unheard(1000)}


async def test_a_backfill_files_what_comes(installed: WithSources, archive: Archive) -> None:
    archive.pauses = 2
    result = await installed.run("sources", "backfill", "blog", "--since", "2020-01-01")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "12 new, 0 known already")
    kept = await filed(installed)
    assert len(kept) == 12
    assert all(kept.values())
    again = await installed.run("sources", "backfill", "blog", "--since", "2020-01-01")
    assert again.stdout.splitlines()[-1] == "0 new, 12 known already"


async def test_with_cards_it_is_as_if_it_were_new(installed: WithSources) -> None:
    await installed.run("sources", "backfill", "blog", "--since", "2020-01-01", "--cards")
    assert not any((await filed(installed)).values())


async def test_a_backfill_that_breaks_off_goes_on_where_it_is_run_again(
    installed: WithSources, archive: Archive
) -> None:
    archive.breaks_after = 5
    broken = await installed.run("sources", "backfill", "blog", "--since", "2020-01-01")
    assert "5 new, 0 known already, and then it failed" in broken.stdout
    assert "the archive is closed" in str(broken.exception)
    assert len(await filed(installed)) == 5
    archive.breaks_after = None
    result = await installed.run("sources", "backfill", "blog", "--since", "2020-01-01")
    assert result.stdout.splitlines()[-1] == "7 new, 5 known already"


async def test_the_real_connectors_are_opened_where_nothing_else_is_said(tmp_path: Path) -> None:
    result = await Installed(tmp_path).run("sources", "--json")
    assert [each["kind"] for each in json.loads(result.stdout)] == ["generic"]


def test_sources_for_tests_are_as_configured() -> None:
    assert Counting("x").settings == SourceSettings("x", every=timedelta(minutes=10))
    assert isinstance(Counting("x").http, Http)
