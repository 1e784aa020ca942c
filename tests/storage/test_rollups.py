"""What is rolled up: true to the store, in order of what presses, and nothing stays in it unseen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from bot.domain import life
from bot.domain.conversation import Conversation
from bot.domain.events import Opened
from bot.domain.policy import Policies
from bot.domain.triage import Guess, Reading
from bot.ports import Rollup, Tallies
from storage import SqlStorage
from storage.engine import Database
from tests.storage.hearing import HEARD, act, created, post
from tests.storage.passing_time import PassingTime


def reading(mood: str, sure: float, topics: Sequence[tuple[str, float]], language: str = "en") -> Reading:
    return Reading(
        language=Guess(language, 0.9),
        mood=Guess(mood, sure),
        score=0.0,
        urgency=Guess("calm", 0.9),
        topics=tuple(Guess(*topic) for topic in topics),
    )


async def heard(
    storage: SqlStorage, count: int, *, urgent: bool = False, echo_of: int | None = None, **more: Any
) -> list[int]:
    """As many conversations; gives their numbers."""
    readings: Sequence[Reading | None] = more.pop("readings", [None] * count)
    networks: Sequence[str] = more.pop("networks", ["mastodon"] * count)
    async with storage.writing() as uow:
        first = await uow.conversations.next_numbers(count)
        posts = [post(f"post-{n}", f"words {n}", network=network) for n, network in zip(first, networks, strict=True)]
        await uow.posts.accept([created(each) for each in posts], "demo", HEARD)
        stored = await uow.posts.by_key([each.key for each in posts])
        kept = [stored[each.key] for each in posts]
        customers = await uow.customers.identify([(each.post.network, each.post.author) for each in kept], HEARD)
        opened = [
            Opened(
                at=more.get("at", HEARD),
                via="network",
                number=number,
                customer_id=customer,
                network=each.post.network,
                account="acme",
                post_id=each.id,
                urgent=urgent,
                reading=read,
                echo_of=echo_of,
            )
            for number, customer, each, read in zip(first, customers, kept, readings, strict=True)
        ]
        await uow.conversations.open(opened)
        await uow.posts.place([(each.post_id, each.number, each.customer_id) for each in opened])
    return list(first)


async def rolled(storage: SqlStorage, numbers: Sequence[int], surface: str = "floor") -> Rollup:
    async with storage.writing() as uow:
        rollup = await uow.rollups.begin(surface, HEARD)
        await uow.rollups.roll(rollup, numbers)
    return rollup


async def tallies(storage: SqlStorage, rollup: Rollup) -> Tallies:
    async with storage.reading() as uow:
        return await uow.rollups.tallies(rollup.id)


async def get(storage: SqlStorage, rollup: Rollup) -> Rollup:
    async with storage.reading() as uow:
        found = await uow.rollups.get(rollup.id)
    assert found is not None
    return found


async def pending(storage: SqlStorage) -> Counter[tuple[str, int]]:
    """What waits in the outbox: kinds with their priorities."""
    async with storage.database.reading() as connection:
        rows = await connection.all(text("SELECT kind, priority FROM outbox WHERE state IN ('ready', 'waiting')"), {})
    return Counter((kind, priority) for kind, priority in rows)


async def taken(storage: SqlStorage, number: int) -> Conversation:
    async with storage.reading() as uow:
        found = await uow.conversations.get(number)
    assert found is not None
    return found


async def test_what_it_counts_is_what_a_recount_finds(storage: SqlStorage) -> None:
    read = [
        reading("negative", 0.9, [("#trailx", 0.9), ("delivery", 0.8)], "de"),
        reading("negative", 0.4, [("delivery", 0.8)]),
        reading("positive", 0.8, [("price", 0.4), ("damage", 0.7)], "fr"),
        reading("neutral", 0.6, [("#onlyatag", 0.9)]),
        reading("negative", 0.6, []),
        None,
    ]
    networks = ["mastodon", "mastodon", "reddit", "x", "reddit", "mastodon"]
    numbers = await heard(storage, 6, readings=read, networks=networks)
    urgent = await heard(storage, 3, urgent=True)
    elsewhere = await heard(storage, 2, readings=[reading("negative", 0.9, [("delivery", 0.9)])] * 2)
    rollup = await rolled(storage, [*numbers, *urgent])
    await rolled(storage, elsewhere, "legal")
    await heard(storage, 2, echo_of=numbers[0])
    await heard(storage, 4, echo_of=numbers[2])
    await heard(storage, 9, echo_of=elsewhere[0])
    found = await tallies(storage, rollup)
    assert (found.conversations, list(found.urgent)) == (9, urgent)
    assert found.networks == {"mastodon": 6, "reddit": 2, "x": 1}
    assert found.moods == {"negative": 2, "positive": 1, "neutral": 1}, "of what is unsure nothing is counted"
    assert found.topics == {"delivery": 2, "damage": 1, "#onlyatag": 1}, "a hashtag only where no topic is known"
    assert found.languages == {"en": 3, "de": 1, "fr": 1}
    assert found.echoes == 6
    assert found.loudest is not None
    assert (found.loudest[0].conversation.number, found.loudest[1]) == (numbers[2], 4)
    assert await tallies(storage, await rolled(storage, [], "nowhere")) == Tallies(
        networks={}, moods={}, topics={}, languages={}, urgent=[]
    )


async def test_of_two_that_begin_at_once_there_is_one(storage: SqlStorage) -> None:
    numbers = await heard(storage, 4)
    found = await asyncio.gather(*(_begin(storage, number) for number in numbers))
    assert len(set(found)) == 1
    async with storage.reading() as uow:
        assert [rollup.id for rollup in await uow.rollups.open()] == [found[0]]
        assert (await uow.rollups.tallies(found[0])).conversations == 4


async def _begin(storage: SqlStorage, number: int) -> str:
    while True:
        try:
            return (await rolled(storage, [number])).id
        except Exception as error:
            if type(error).__name__ != "ConflictError":
                raise


async def test_what_presses_is_listed_and_unrolled_first(storage: SqlStorage) -> None:
    calm = await heard(storage, 3)
    urgent = await heard(storage, 2, urgent=True)
    [crisis] = await heard(storage, 1)
    rollup = await rolled(storage, [*calm, *urgent, crisis])
    async with storage.writing() as uow:
        c = await uow.conversations.take(crisis)
        await uow.conversations.save(c, life.raise_crisis(c, act(), Policies(), "it burns"))
    async with storage.reading() as uow:
        lines = await uow.rollups.browse(rollup.id, urgent=False, limit=10)
        only = await uow.rollups.browse(rollup.id, urgent=True, limit=10)
        page = await uow.rollups.browse(rollup.id, urgent=False, limit=2, offset=2)
    assert [line.conversation.number for line in lines] == [crisis, *reversed(urgent), *reversed(calm)]
    assert set(urgent) <= {line.conversation.number for line in only} <= {crisis, *urgent}
    assert page == lines[2:4]
    async with storage.writing() as uow:
        assert await uow.rollups.unroll(rollup, 2) == [crisis, urgent[0]]
        assert await uow.rollups.unroll(rollup, 2) == [urgent[1], calm[0]]
    assert (await tallies(storage, rollup)).conversations == 2
    assert (await get(storage, rollup)).unrolled == 4
    cards = {kind: many for kind, many in (await pending(storage)).items() if kind[0] == "card"}
    assert cards == {("card", 1): 3, ("card", 2): 1}, "a crisis is urgent"
    async with storage.reading() as uow:
        postings = [await uow.postings.of(number) for number in (*calm, *urgent, crisis)]
    assert [each[0].rollup is None for each in postings] == [True, False, False, True, True, True]


async def test_one_that_somebody_acts_on_leaves_it_and_one_that_changes_by_itself_stays(storage: SqlStorage) -> None:
    first, second, third = await heard(storage, 3)
    rollup = await rolled(storage, [first, second, third])
    async with storage.writing() as uow:
        await uow.postings.refresh(first, soon=True)
        await uow.postings.refresh(second, soon=False)
        await uow.postings.want(third, ["floor", "legal"], urgent=True)
    assert (await tallies(storage, rollup)).conversations == 1
    assert (await get(storage, rollup)).unrolled == 2
    async with storage.reading() as uow:
        assert [posting.rollup for posting in await uow.postings.of(second)] == [rollup.id]
        assert [(p.surface, p.rollup) for p in await uow.postings.of(third)] == [("floor", None), ("legal", None)]
    assert (await pending(storage))["card", 0] == 1
    assert (await pending(storage))["card", 1] == 2


async def test_leaving_twice_counts_once(storage: SqlStorage) -> None:
    first, second = await heard(storage, 2)
    rollup = await rolled(storage, [first, second])
    for _ in range(2):
        async with storage.writing() as uow:
            await uow.postings.refresh(first, soon=True)
            await uow.postings.refresh(first, soon=True)
    async with storage.writing() as uow:
        assert await uow.rollups.unroll(rollup, 10) == [second]
        assert await uow.rollups.unroll(rollup, 10) == []
    assert (await get(storage, rollup)).unrolled == 2


async def test_it_ends_once_when_nothing_is_left_and_the_next_is_another(storage: SqlStorage) -> None:
    rollup = await rolled(storage, await heard(storage, 1))
    async with storage.writing() as uow:
        await uow.rollups.describe(rollup, ("parcel", "fire"))
        assert not await uow.rollups.end(rollup, HEARD)
    assert (await get(storage, rollup)).about == ("parcel", "fire")
    async with storage.writing() as uow:
        assert await uow.rollups.unroll(rollup, 5) == [1]
        assert await uow.rollups.end(rollup, HEARD + timedelta(minutes=1))
    async with storage.writing() as uow:
        assert not await uow.rollups.end(rollup, HEARD + timedelta(minutes=2))
        await uow.rollups.describe(rollup, ("late",))
    ended = await get(storage, rollup)
    assert (ended.ended_at, ended.about) == (HEARD + timedelta(minutes=1), ()), "words of customers are not kept"
    assert (await rolled(storage, await heard(storage, 1))).id != rollup.id
    async with storage.reading() as uow:
        assert len(await uow.rollups.open()) == 1


async def test_what_was_heard_lately_is_counted_whatever_a_clock_said(storage: SqlStorage) -> None:
    numbers = [
        *await heard(storage, 2, at=HEARD),
        *await heard(storage, 3, at=HEARD + timedelta(minutes=5)),
        *await heard(storage, 4, at=HEARD + timedelta(days=400)),
    ]
    rollup = await rolled(storage, numbers)
    async with storage.reading() as uow:
        spans = ((0, 1), (5, 6), (0, 6), (-9, 0), (1, 5))
        found = [
            await uow.rollups.arrived(rollup.id, HEARD + timedelta(minutes=start), HEARD + timedelta(minutes=end), 100)
            for start, end in spans
        ]
        assert found == [2, 3, 5, 0, 0]
        assert await uow.rollups.arrived(rollup.id, HEARD, HEARD + timedelta(days=500), 4) == 4


async def test_the_queue_is_counted_by_what_is_urgent(storage: SqlStorage) -> None:
    numbers = await heard(storage, 5)
    async with storage.writing() as uow:
        for number in numbers[:2]:
            await uow.postings.want(number, ["floor"], urgent=True)
        for number in numbers[2:]:
            await uow.postings.want(number, ["floor"], urgent=False)
        await uow.postings.want(numbers[0], ["legal"], urgent=False)
    async with storage.reading() as uow:
        assert await uow.rollups.waiting(["floor", "legal", "none"], 100) == {
            "floor": (2, 5),
            "legal": (0, 1),
            "none": (0, 0),
        }
        assert await uow.rollups.waiting(["floor"], 3) == {"floor": (2, 3)}


async def test_while_more_comes_its_card_is_changed_every_few_seconds(database: Database, time: PassingTime) -> None:
    storage = SqlStorage(database, policies=Policies(), follows=(), clock=time)
    rollup = await rolled(storage, await heard(storage, 1))
    assert await pending(storage) == {("rollup", 0): 1}, "the card is posted at once"
    async with storage.database.writing() as connection:
        await connection.all(text("UPDATE outbox SET state = 'done' RETURNING id"), {})
    async with storage.writing() as uow:
        await uow.rollups.sent(rollup.id, "C-floor", "1.0", "digest")
    for _ in range(3):
        await rolled(storage, await heard(storage, 2))
    async with storage.database.reading() as connection:
        rows = await connection.all(text("SELECT state, lane, priority FROM outbox WHERE state <> 'done'"), {})
    assert [tuple(row) for row in rows] == [("waiting", "update floor", 1)]
    async with storage.writing() as uow:
        await uow.rollups.keep(await get(storage, rollup), time.now() + timedelta(hours=1))
    async with storage.database.reading() as connection:
        rows = await connection.all(text("SELECT state, lane, priority FROM outbox WHERE state <> 'done'"), {})
    assert [tuple(row) for row in rows] == [("ready", "update floor", 0)], "what a person does is seen at once"


async def test_a_hashtag_goes_with_the_customer_who_wrote_it(storage: SqlStorage) -> None:
    [number] = await heard(storage, 1, readings=[reading("negative", 0.9, [("#mayaokafor", 0.9)], "de")])
    rollup = await rolled(storage, [number])
    assert (await tallies(storage, rollup)).topics == {"#mayaokafor": 1}
    customer = (await taken(storage, number)).customer_id
    async with storage.writing() as uow:
        await uow.privacy.erase([customer], [number], HEARD)
    found = await tallies(storage, rollup)
    assert (found.conversations, found.topics, found.moods) == (1, {}, {"negative": 1})
    async with storage.database.reading() as connection:
        rows = await connection.all(text("SELECT topic, body FROM conversations"), {})
    assert rows[0][0] is None
    assert "mayaokafor" not in rows[0][1]


async def test_what_is_urgent_keeps_its_place_where_it_is_to(storage: SqlStorage) -> None:
    [number] = await heard(storage, 1, urgent=True)
    rollup = await rolled(storage, [number])
    async with storage.writing() as uow:
        await uow.postings.want(number, ["floor", "legal"], urgent=True, leave=False)
    assert (await tallies(storage, rollup)).conversations == 1
    assert await pending(storage) == {("rollup", 0): 1, ("card", 1): 1}, "elsewhere it has a card, as urgent as before"
