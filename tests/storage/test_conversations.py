"""Conversations as they are stored: state, trail, timers, lists and sights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import events as e
from bot.domain import life
from bot.domain.conversation import Conversation, State, Timer
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import Department, Person, PersonRef
from bot.domain.policy import Policies
from bot.domain.replay import replay
from bot.errors import ConflictError, UserError
from bot.ports import Browse, Note, Storage
from storage import SqlStorage
from tests.bot.domain.readings import reading
from tests.fakes.clock import SetClock
from tests.storage.hearing import ANA, BEN, HEARD, MAYA, act, created, hear, post

POLICIES = Policies()


async def perform(storage: Storage, number: int, *steps: life.Events) -> Conversation:
    """Save events in one unit of work each."""
    conversation = await now(storage, number)
    for events in steps:
        async with storage.writing() as uow:
            conversation = await uow.conversations.save(await uow.conversations.take(number), events)
    return conversation


async def now(storage: Storage, number: int) -> Conversation:
    async with storage.reading() as uow:
        found = await uow.conversations.get(number)
    assert found is not None
    return found


async def claim(storage: Storage, number: int, by: PersonRef = ANA) -> Conversation:
    return await perform(storage, number, life.claim(await now(storage, number), act(by), POLICIES))


async def due(storage: Storage) -> set[tuple[int, Timer]]:
    async with storage.reading() as uow:
        return set(await uow.conversations.due(HEARD + timedelta(days=30)))


async def test_numbers_begin_with_1_and_have_no_gaps(storage: SqlStorage) -> None:
    assert [c.number for c in await hear(storage, post("1"), post("2"))] == [1, 2]

    async def reserve_and_fail() -> None:
        async with storage.writing() as uow:
            await uow.conversations.next_numbers(5)
            raise LookupError

    with pytest.raises(LookupError):
        await reserve_and_fail()
    assert [c.number for c in await hear(storage, post("3"))] == [3]


async def test_what_is_stored_is_what_is_read(storage: SqlStorage) -> None:
    [conversation] = await hear(storage, post(), departments=("support",), urgent=True)
    assert await now(storage, 1) == conversation
    claimed = await claim(storage, 1)
    assert await now(storage, 1) == claimed
    assert claimed.is_held_by(ANA)


async def test_an_unknown_number_is_an_error_with_the_next_step(storage: SqlStorage) -> None:
    with pytest.raises(UserError) as caught:
        async with storage.writing() as uow:
            await uow.conversations.take(99)
    assert caught.value.message == "There is no B-99."
    async with storage.reading() as uow:
        assert await uow.conversations.get(99) is None
        assert await uow.conversations.sight(99) is None


async def test_a_state_that_was_read_before_somebody_else_saved_cannot_be_saved(storage: SqlStorage) -> None:
    await hear(storage, post())
    stale = await now(storage, 1)
    await claim(storage, 1, ANA)
    with pytest.raises(ConflictError):
        async with storage.writing() as uow:
            await uow.conversations.save(stale, life.claim(stale, act(BEN), POLICIES))
    assert (await now(storage, 1)).is_held_by(ANA)


async def test_saving_no_events_changes_nothing(storage: SqlStorage) -> None:
    [conversation] = await hear(storage, post())
    async with storage.writing() as uow:
        assert await uow.conversations.save(conversation, ()) == conversation
    async with storage.reading() as uow:
        assert len(await uow.conversations.trail(1)) == 1


_ACTS: dict[str, Callable[[Conversation, PersonRef], life.Events]] = {
    "claim": lambda c, by: life.claim(c, act(by), POLICIES),
    "renew": lambda c, by: life.renew(c, act(by), POLICIES),
    "release": lambda c, by: life.release(c, act(by), "no time"),
    "pass to Ben": lambda c, by: life.pass_on(c, act(by), Person("ben", "Ben", "product"), "yours?"),
    "pass to legal": lambda c, by: life.pass_on(c, act(by), Department("legal", "Legal"), "may we?"),
    "accept": lambda c, by: life.accept(c, act(by), POLICIES),
    "decline": lambda c, by: life.decline(c, act(by), "not ours"),
    "join": lambda c, by: life.join(c, act(by)),
    "note": lambda c, by: life.note(c, act(by), POLICIES, "n1"),
    "perspective": lambda c, by: life.perspective(c, act(by), POLICIES, "the carrier changed"),
    "discuss": lambda c, by: life.discuss(c, act(by), POLICIES, ("legal",), "may we?"),
    "escalate": lambda c, by: life.escalate(c, act(by), POLICIES, "press"),
    "crisis": lambda c, by: life.raise_crisis(c, act(by), POLICIES, "fire"),
    "wait": lambda c, by: life.wait(c, act(by)),
    "snooze": lambda c, by: life.snooze(c, act(by), HEARD + timedelta(days=1)),
    "hear": lambda c, by: life.hear(c, HEARD, "2", POLICIES, reading("urgent word")),
    "resolve": lambda c, by: life.resolve(c, act(by), Outcome(OutcomeKind.FIXED, "a parcel", "nothing")),
    "reopen": lambda c, by: life.reopen(c, act(by)),
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(_ACTS)), st.sampled_from([ANA, BEN])), max_size=12))
async def test_the_trail_replays_to_the_stored_state(storage: SqlStorage, acts: list[tuple[str, PersonRef]]) -> None:
    [conversation] = await hear(storage, post(f"p{id(acts)}"), departments=("support", "product"))
    number = conversation.number
    for name, by in acts:
        try:
            events = _ACTS[name](conversation, by)
        except UserError:
            continue
        conversation = await perform(storage, number, events)
    async with storage.reading() as uow:
        trail = await uow.conversations.trail(number)
        timers = {timer for at, timer in await uow.conversations.due(HEARD + timedelta(days=99), 9999) if at == number}
    assert replay(trail) == conversation == await now(storage, number)
    assert len(trail) == conversation.version
    assert timers == set(conversation.timers(POLICIES))


async def test_timers_are_due_oldest_first_and_follow_the_state(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await hear(storage, post("2"), urgent=True)
    async with storage.reading() as uow:
        assert await uow.conversations.due(HEARD + timedelta(minutes=14)) == []
        assert await uow.conversations.due(HEARD + timedelta(minutes=15)) == [(2, Timer.OVERDUE)]
        assert await uow.conversations.due(HEARD + timedelta(days=1)) == [(2, Timer.OVERDUE), (1, Timer.OVERDUE)]
        assert await uow.conversations.due(HEARD + timedelta(days=1), limit=1) == [(2, Timer.OVERDUE)]
    await claim(storage, 1)
    assert await due(storage) == {(2, Timer.OVERDUE), (1, Timer.LEASE_WARNING), (1, Timer.LEASE_EXPIRY)}


async def test_a_timer_with_nothing_left_to_do_is_dropped(storage: SqlStorage, clock: SetClock) -> None:
    await hear(storage, post())
    clock.move(timedelta(days=2))
    async with storage.writing() as uow:
        await uow.conversations.settle(1, Timer.OVERDUE)
    assert await due(storage) == set()


async def test_a_timer_that_new_policies_put_off_is_set_to_its_new_time(storage: SqlStorage, clock: SetClock) -> None:
    await hear(storage, post())
    slow = replace(POLICIES, overdue=replace(POLICIES.overdue, normal=(timedelta(days=3),) * 3))
    later = SqlStorage(storage.database, policies=slow, follows=(), clock=clock)
    clock.move(timedelta(hours=5))
    async with later.writing() as uow:
        await uow.conversations.settle(1, Timer.OVERDUE)
    async with later.reading() as uow:
        assert await uow.conversations.due(HEARD + timedelta(days=2)) == []
        assert await uow.conversations.due(HEARD + timedelta(days=3)) == [(1, Timer.OVERDUE)]


async def listed(storage: Storage, browse: Browse, **page: int) -> list[int]:
    async with storage.reading() as uow:
        lines = await uow.conversations.browse(browse, **page)
        if not page:
            assert await uow.conversations.count(browse) == len(lines)
    return [line.conversation.number for line in lines]


async def test_lists_show_crises_first_then_urgent_ones_then_the_newest(storage: SqlStorage) -> None:
    await hear(storage, post("1"), post("2"), departments=("support",))
    await hear(storage, post("3"), urgent=True, departments=("support",))
    await hear(storage, post("4"), departments=("support",))
    await perform(storage, 1, life.raise_crisis(await now(storage, 1), act(), POLICIES, "fire"))
    assert await listed(storage, Browse("open", ANA)) == [1, 3, 4, 2]
    assert await listed(storage, Browse("floor", ANA), limit=2, offset=1) == [3, 4]
    assert await listed(storage, Browse("department", ANA, "support")) == [1, 3, 4, 2]


async def test_each_list_shows_what_it_is_for(storage: SqlStorage) -> None:
    await hear(storage, *(post(str(n)) for n in range(1, 8)), departments=("support", "legal"))
    for number in (1, 2, 3, 4):
        await claim(storage, number, ANA)
    await claim(storage, 5, BEN)
    await perform(storage, 1, life.wait(await now(storage, 1), act()))
    await perform(storage, 2, _ACTS["resolve"](await now(storage, 2), ANA))
    await perform(storage, 3, _ACTS["pass to Ben"](await now(storage, 3), ANA))
    await perform(storage, 4, life.pass_on(await now(storage, 4), act(), Department("product", "Product"), "?"))
    await perform(storage, 6, _ACTS["snooze"](await now(storage, 6), ANA))
    assert await listed(storage, Browse("open", ANA)) == [7, 5, 4, 3, 1]
    assert await listed(storage, Browse("floor", ANA)) == [7]
    assert await listed(storage, Browse("mine", ANA)) == [4, 3, 1]
    assert await listed(storage, Browse("waiting", ANA)) == [1]
    assert await listed(storage, Browse("asked", BEN)) == [4, 3]
    assert await listed(storage, Browse("asked", ANA)) == []
    # Its own, what it is asked, and what is suggested to it as long as nobody holds it.
    assert await listed(storage, Browse("department", ANA, "support")) == [7, 4, 3, 1]
    assert await listed(storage, Browse("department", ANA, "legal")) == [7]
    assert await listed(storage, Browse("department", ANA, "product")) == [5, 4, 3]


async def test_a_conversation_that_wakes_is_listed_again(storage: SqlStorage) -> None:
    await hear(storage, post(), departments=("support",))
    await perform(storage, 1, _ACTS["snooze"](await now(storage, 1), ANA))
    assert await listed(storage, Browse("open", ANA)) == []
    await perform(storage, 1, (e.Woken(at=HEARD + timedelta(days=1)),))
    assert await listed(storage, Browse("department", ANA, "support")) == [1]


async def test_a_line_has_the_customers_name_and_the_first_text(storage: SqlStorage) -> None:
    await hear(storage, post(text="Crushed again"))
    async with storage.reading() as uow:
        [line] = await uow.conversations.browse(Browse("open", ANA))
    assert (line.customer_name, line.text) == ("Maya Okafor", "Crushed again")


async def test_a_sight_has_the_first_and_the_latest_posts_and_counts_notes(storage: SqlStorage) -> None:
    [conversation] = await hear(storage, post("p0", "text 0"))
    async with storage.writing() as uow:
        more = [post(f"p{n}", f"text {n}") for n in range(1, 8)]
        await uow.posts.accept([created(each) for each in more], "demo", HEARD)
        stored = await uow.posts.by_key([each.key for each in more])
        await uow.posts.place([(each.id, 1, conversation.customer_id) for each in stored.values()])
        await uow.notes.add(Note("n1", 1, ANA, HEARD, "look"))
        await uow.notes.add(Note("n2", 1, ANA, HEARD, "gone", deleted_at=HEARD))
    async with storage.reading() as uow:
        sight = await uow.conversations.sight(1)
    assert sight is not None
    assert [each.post.text for each in sight.posts] == ["text 0", "text 4", "text 5", "text 6", "text 7"]
    assert sight.notes == 1
    assert sight.customer.name == "Maya Okafor"
    assert (sight.identity.handle, sight.identity.external_id) == (MAYA.handle, MAYA.external_id)
    assert sight.conversation == conversation


async def test_conversations_of_a_time_are_those_heard_in_it(storage: SqlStorage) -> None:
    [conversation] = await hear(storage, post())
    async with storage.reading() as uow:
        assert await uow.conversations.opened_between(HEARD, HEARD + timedelta(seconds=1)) == [conversation]
        assert await uow.conversations.opened_between(HEARD - timedelta(days=1), HEARD) == []


async def test_a_snoozed_conversation_is_open_but_out_of_sight(storage: SqlStorage) -> None:
    await hear(storage, post())
    snoozed = await perform(storage, 1, _ACTS["snooze"](await now(storage, 1), ANA))
    assert snoozed.state is State.FLOOR
    assert await due(storage) == {(1, Timer.WAKE)}
