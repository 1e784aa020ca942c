"""Hints: what a source only told of is looked up at its network once it is committed, however often anything fails or dies."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.delivery import Capabilities, Polled
from bot.domain.post import Author, SourceEvent
from bot.errors import BudgetError, GoneError, NotSetError, PermanentError, RetriableError
from bot.ports import Storage, Taken, UnitOfWork
from handlers.arrivals import Arrivals
from handlers.carrying_out import FOR_A_WEEK
from handlers.events.look_up import KIND, HintLookUp
from handlers.examination import check_hints
from handlers.jobs.poll_sources import PollSources
from handlers.polling import polling
from integrations.http import Http
from integrations.source import Connector, SourceSettings, written
from storage import SqlStorage
from storage.dead_letters import OutboxDesk
from storage.inbox import GroupInbox
from storage.patience import Patience
from tests.fakes.clock import SetClock
from tests.fakes.source import Killed
from tests.handlers.company import post
from tests.handlers.outbox import Hands
from tests.storage.passing_time import PassingTime


class Telling(Connector):
    """A network whose deliveries say only that something happened, and that says what when it is asked."""

    kind = "demo"
    abilities = Capabilities(push=True, poll=True)

    def __init__(self, name: str = "demo") -> None:
        super().__init__(SourceSettings(name=name, budget=(1_000, timedelta(hours=1))), Http())
        self.there: dict[str, Sequence[SourceEvent]] = {}
        self.failures: deque[BaseException] = deque()
        self.asked: list[str] = []
        self.news_to_poll: list[SourceEvent] = []

    def tells(self, external_id: str, words: str = "look at this") -> SourceEvent:
        """Something happened to this post, of which it says so much when it is asked."""
        self.there[external_id] = [written(post(external_id, words, network=self.network, account=self.account))]
        return self.hint(external_id, {"id": external_id}, "r1")

    async def look_up(self, hint: SourceEvent) -> Sequence[SourceEvent]:
        """What it says of the thing; nothing where it is gone."""
        self.asked.append(hint.external_id)
        if self.purse is not None:
            self.purse.spend(1, self.name)
        if self.failures:
            raise self.failures.popleft()
        return self.there.get(hint.external_id, ())

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """Hints among whatever else."""
        return Polled(tuple(self.news_to_poll), "end")


async def pass_time(storage: SqlStorage, clock: SetClock, span: timedelta) -> None:
    """On the test's clock, and for the outbox, which goes by the server's on PostgreSQL."""
    clock.move(span)
    if storage.database.name == "postgresql":
        await PassingTime(storage.database).passes(span.total_seconds())


@pytest.fixture
def source() -> Telling:
    return Telling()


@pytest.fixture
def hands(either_storage: SqlStorage, source: Telling, clock: SetClock) -> Hands:
    handlers = {KIND: HintLookUp(either_storage, {"demo": source}, clock)}
    return Hands(either_storage.database, handlers, clock, {KIND: Patience(age=timedelta(days=7))})


async def accepted(storage: SqlStorage, clock: SetClock, *events: SourceEvent, source: str = "demo") -> list[bool]:
    async with storage.writing() as uow:
        return await uow.posts.accept(events, source, clock.now())


async def kept(storage: SqlStorage) -> list[str]:
    async with storage.database.reading() as connection:
        return [row[0] for row in await connection.all(text("SELECT external_id FROM posts ORDER BY id"))]


async def test_a_hint_is_committed_with_what_comes_with_it_and_is_one_however_often_it_comes(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    inbox = GroupInbox(either_storage.database, clock)
    mixed = [source.tells("m1"), written(post("p1", network="demo", account="demo")), source.tells("m2")]
    assert await inbox.accept(mixed, "demo") == [True, True, True]
    assert await inbox.accept(mixed, "demo") == [False, False, False]
    assert await inbox.accept([source.tells("m1"), source.tells("m3"), source.tells("m3")], "demo") == [
        False,
        True,
        False,
    ]
    assert await inbox.accept([source.hint("m1", {}, "r2")], "demo") == [True], "another revision is another hint"
    assert await kept(either_storage) == ["p1"]
    async with either_storage.reading() as uow:
        counts = (await uow.sources.counts())["demo"]
    assert (counts.posts, counts.changes, counts.hints, counts.hints_lost) == (1, 0, 4, 0)
    assert (await hands.drain()).failed == []
    assert source.asked == ["m1", "m2", "m3", "m1"]
    assert await kept(either_storage) == ["p1", "m1", "m2", "m3"]
    assert await inbox.accept(mixed, "demo") == [False, False, False], "what was looked up is known"
    async with either_storage.reading() as uow:
        counts = (await uow.sources.counts())["demo"]
    assert (counts.posts, counts.hints, counts.hints_lost) == (4, 0, 0)
    await inbox.close()


async def test_replicas_that_take_the_same_hints_agree_on_who_was_first(
    either_storage: SqlStorage, source: Telling, clock: SetClock
) -> None:
    inboxes = [GroupInbox(either_storage.database, clock) for _ in range(2)]
    hints = [source.tells(f"m{n}") for n in range(40)]
    answers = await asyncio.gather(*(each.accept([hint], "demo") for each in inboxes for hint in hints))
    assert sum(new for answer in answers for new in answer) == 40
    for inbox in inboxes:
        await inbox.close()


async def test_a_poll_may_bring_hints(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    source.news_to_poll = [source.tells("m1"), source.tells("m2")]
    arrivals = Arrivals(clock)
    assert await PollSources(either_storage, [source], clock, noted=arrivals.note)() == 2
    assert arrivals.counted == {("demo", "hint", True): 2}
    await hands.drain()
    assert await kept(either_storage) == ["m1", "m2"]


async def test_what_a_backfill_gave_a_hint_of_is_filed(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    async with either_storage.writing() as uow:
        await uow.posts.accept([source.tells("m1")], "demo", clock.now(), filed=True)
    await hands.drain()
    async with either_storage.writing() as uow:
        assert [stored.filed for stored in await uow.posts.unheard(10)] == [True]


async def test_a_thing_that_is_gone_is_done(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    await accepted(either_storage, clock, source.hint("gone", {}), source.hint("gone too", {}))
    source.failures.append(GoneError("It is no longer there."))
    assert (await hands.drain()).done == [KIND, KIND]
    assert await kept(either_storage) == []


async def test_what_the_network_refuses_is_kept_as_unread_with_its_reason(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    await accepted(either_storage, clock, source.tells("m1"))
    source.failures.append(PermanentError("the permission pages_read is missing"))
    assert (await hands.drain()).done == [KIND]
    async with either_storage.reading() as uow:
        unread = await uow.sources.unread()
    assert [(each.external_id, each.why, each.body) for each in unread] == [
        ("m1 r1", "the permission pages_read is missing", '{"id":"m1"}')
    ]


async def test_one_that_fails_does_not_hold_up_the_others_and_is_tried_again(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    await accepted(either_storage, clock, source.tells("m1"), source.tells("m2"))
    source.failures.append(RetriableError("the network is out"))
    drained = await hands.drain()
    assert len(drained.failed) == 1
    assert await kept(either_storage) in (["m2"], ["m2", "m1"])
    for _ in range(3):
        await pass_time(either_storage, clock, timedelta(minutes=5))
        await hands.drain()
    assert sorted(await kept(either_storage)) == ["m1", "m2"]


async def test_a_network_that_asks_for_patience_is_asked_nothing_meanwhile(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    await accepted(either_storage, clock, source.tells("m1"), source.tells("m2"))
    source.failures.append(BudgetError("the window is used up", 600.0))
    await hands.drain()
    assert source.asked == ["m1"]
    await hands.drain()
    assert source.asked == ["m1"], "neither is asked for before the time"
    await pass_time(either_storage, clock, timedelta(seconds=601))
    await hands.drain()
    assert source.asked == ["m1", "m1", "m2"]


async def test_what_never_succeeds_is_given_up_after_a_week_and_doctor_says_so(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    assert KIND in FOR_A_WEEK
    await accepted(either_storage, clock, source.tells("m1"))
    desk = OutboxDesk(either_storage.database, clock)
    assert await check_hints(desk)() == []
    source.failures.extend([NotSetError("demo has no secret yet. Set TOKEN.")] * 2)
    await hands.drain()
    await pass_time(either_storage, clock, timedelta(days=8))
    await hands.drain()
    found = await check_hints(desk)()
    assert [(each.what, each.state) for each in found] == [("Source demo", "fail")]
    assert "demo has no secret yet. Set TOKEN." in found[0].detail
    async with either_storage.reading() as uow:
        counts = (await uow.sources.counts())["demo"]
    assert (counts.hints, counts.hints_lost) == (0, 1)
    assert await desk.replay() == 1
    await hands.drain()
    assert await kept(either_storage) == ["m1"]
    assert await check_hints(desk)() == []


async def test_the_hint_of_a_source_that_is_taken_out_of_the_configuration_waits_for_it(
    either_storage: SqlStorage, source: Telling, clock: SetClock
) -> None:
    await accepted(either_storage, clock, source.tells("m1"), source="retired")
    handlers = {KIND: HintLookUp(either_storage, {}, clock)}
    await Hands(either_storage.database, handlers, clock).drain()
    letters = await OutboxDesk(either_storage.database, clock).dead(kind=KIND)
    assert [letter.error for letter in letters] == ["Its source, “retired”, is not configured any more."]


async def test_what_a_look_up_cost_is_kept_over_a_restart(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    await accepted(either_storage, clock, source.tells("m1"), source.tells("m2"))
    await hands.drain()
    async with either_storage.reading() as uow:
        assert (await polling(uow, "demo")).budget_spent == 2
    another = Telling()
    await accepted(either_storage, clock, another.tells("m3"))
    await Hands(either_storage.database, {KIND: HintLookUp(either_storage, {"demo": another}, clock)}, clock).drain()
    assert another.purse is not None
    assert another.purse.spent == 3


async def test_text_that_no_database_takes_is_kept_as_unread_and_the_rest_all_the_same(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands
) -> None:
    good = written(post("p2", network="demo", account="demo"))
    bad = good.model_copy(update={"post": good.post and good.post.model_copy(update={"text": "\ud800"})})
    source.there["m1"] = [bad, good]
    await accepted(either_storage, clock, source.hint("m1", {"nul": "\0", "huge": 10**400}))
    assert (await hands.drain()).failed == []
    assert await kept(either_storage) == ["p2"]
    async with either_storage.reading() as uow:
        assert len(await uow.sources.unread()) == 1


class MortalStorage(Storage):
    """A store whose process is killed at its nth transaction that writes: before its commit, or right after it."""

    def __init__(self, storage: SqlStorage, at: int, *, committed: bool) -> None:
        self._storage = storage
        self._left = at
        self._committed = committed

    def reading(self):  # type: ignore[no-untyped-def]
        """As ever."""
        return self._storage.reading()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        """As ever, until the end."""
        self._left -= 1
        dies = self._left == 0
        async with self._storage.writing() as uow:
            yield uow
            if dies and not self._committed:
                raise Killed
        if dies:
            raise Killed


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("at", [1, 2])
async def test_a_process_that_is_killed_while_it_looks_up_loses_nothing_and_doubles_nothing(
    either_storage: SqlStorage, source: Telling, clock: SetClock, hands: Hands, at: int, *, committed: bool
) -> None:
    await accepted(either_storage, clock, source.tells("m1"), source.tells("m2"))
    dying = HintLookUp(MortalStorage(either_storage, at, committed=committed), {"demo": source}, clock)
    handlers: dict[str, Callable[[Taken], Awaitable[None]]] = {KIND: dying}
    with pytest.raises(Killed):
        await Hands(either_storage.database, handlers, clock).drain()
    await hands.take_over()
    await hands.drain()
    assert sorted(await kept(either_storage)) == ["m1", "m2"]
    assert source.asked.count("m1") + source.asked.count("m2") == 3


async def test_a_forgotten_customer_is_in_no_hint_either(either_storage: SqlStorage, clock: SetClock) -> None:
    source, maya = Telling(), Author(external_id="id-of-maya-77", handle="maya.okafor")
    hints = [source.hint("x", {"user": "ID-OF-MAYA-77"}), source.hint("y", {"user": "somebody else"})]
    await accepted(either_storage, clock, *hints)
    async with either_storage.writing() as uow:
        (customer,) = await uow.customers.identify([("mastodon", maya)], clock.now())
        await uow.privacy.erase([customer], [], clock.now())
    async with either_storage.database.reading() as connection:
        rows = await connection.all(text("SELECT payload FROM outbox WHERE kind = 'hint'"))
    assert [("MAYA" in payload, "somebody else" in payload) for (payload,) in rows] == [(False, True)]
