"""The outbox: what is put, what is a no-op, what is taken first, how it ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.ports import Lane, Work
from storage.dead_letters import OutboxDesk
from storage.engine import Database
from storage.outbox import SqlOutbox
from storage.patience import Again, Dead
from storage.taking import Ended
from tests.storage.hands import Hands, names, put, work
from tests.storage.passing_time import PassingTime


@pytest.fixture
def hands(database: Database, time: PassingTime) -> Hands:
    return Hands(database, time)


@pytest.fixture
def desk(database: Database, time: PassingTime) -> OutboxDesk:
    return OutboxDesk(database, time)


# What is put ---------------------------------------------------------------------------------------------------------


async def test_work_comes_back_as_it_was_put(database: Database, time: PassingTime, hands: Hands) -> None:
    before = time.now()
    payload = {"name": "ü \u0000 ✂", "list": [1, None, {"a": 2.5}]}
    await put(database, time, Work("card", payload, key="slack:C 1", lane="post", priority=1, dedup="p1", once="o1"))
    [held] = await hands.take()
    taken = held.taken
    assert (taken.work.kind, taken.work.key, taken.work.lane) == ("card", "slack:C 1", "post")
    assert (taken.work.priority, taken.work.dedup, taken.work.once) == (1, "p1", "o1")
    assert taken.work.payload == payload
    assert taken.attempt == 1
    assert abs(taken.created_at - before) < timedelta(seconds=5)


async def test_work_of_a_unit_of_work_that_fails_never_was(
    database: Database, time: PassingTime, desk: OutboxDesk
) -> None:
    async def fail() -> None:
        async with database.writing() as connection:
            await SqlOutbox(connection, time).put(work("a"))
            await connection.all(text("SELECT 1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await desk.pending() == 0


async def test_a_second_item_with_the_same_dedup_is_a_no_op(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    await put(database, time, work("a", dedup="p1"), work("b", dedup="p1"), work("c", dedup="p2"))
    await put(database, time, work("d", dedup="p1"), work("e", kind="other", dedup="p1"))
    assert sorted(names(await hands.take())) == ["a", "c", "e"]


async def test_a_second_item_makes_the_first_more_urgent(database: Database, time: PassingTime, hands: Hands) -> None:
    await put(database, time, work("a", key="s"), work("b", key="s", dedup="b", priority=2))
    await put(database, time, work("b again", key="s", dedup="b", priority=0))
    assert await hands.drain() == ["b", "a"]


async def test_a_second_item_never_makes_the_first_less_urgent(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    await put(database, time, work("a", key="s", priority=1), work("b", key="s", dedup="b", priority=0))
    await put(database, time, work("b", key="s", dedup="b", priority=2))
    assert await hands.drain() == ["b", "a"]


async def test_a_second_item_brings_the_first_forward_and_not_back(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    later, sooner = time.now() + timedelta(hours=2), time.now() + timedelta(hours=1)
    await put(database, time, work("a", dedup="a", due=later), work("b", dedup="b", due=sooner))
    await put(database, time, work("a", dedup="a", due=sooner), work("b", dedup="b", due=later))
    assert await hands.drain() == []
    await time.passes(3601)
    assert await hands.drain() == []  # this turn makes them ready
    assert sorted(await hands.drain()) == ["a", "b"]


async def test_a_second_item_without_a_time_is_due_at_once(database: Database, time: PassingTime, hands: Hands) -> None:
    await put(database, time, work("a", dedup="a", due=time.now() + timedelta(hours=2)))
    await put(database, time, work("a", dedup="a"))
    assert await hands.drain() == ["a"]


async def test_a_second_item_takes_the_first_into_its_lane(database: Database, time: PassingTime, hands: Hands) -> None:
    await put(database, time, work("a", key="s", lane="post", dedup="a"))
    await put(database, time, work("a", key="s", lane="update", dedup="a"))
    [held] = await hands.take()
    assert held.taken.work.lane == "update"


async def test_what_is_put_while_the_same_is_under_way_is_done_afterwards(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    await put(database, time, work("old", key="s", lane="post", dedup="p1"))
    first = await hands.take()
    await put(database, time, work("new", key="s", lane="update", dedup="p1"))
    assert await hands.take() == []  # in another lane, yet the same work
    assert names(await hands.take(*(Ended(held) for held in first))) == ["new"]


async def test_the_same_work_put_by_many_at_once_is_one_item(
    database: Database, time: PassingTime, desk: OutboxDesk
) -> None:
    await asyncio.gather(*(put(database, time, work(str(n), dedup="p1", key="s")) for n in range(20)))
    assert await desk.counts() == {"card": {"ready": 1}}


async def test_once_means_once_whatever_became_of_the_first(
    database: Database, time: PassingTime, hands: Hands, desk: OutboxDesk
) -> None:
    ticks = [work("tick", once=f"cron:digest:{n}") for n in range(3)]
    await put(database, time, *ticks, *ticks)
    done, dead, _pending = await hands.take()
    await hands.turn(Ended(done), Ended(dead, Dead("no")), free=0)
    await asyncio.gather(*(put(database, time, *ticks) for _ in range(5)))
    assert await desk.counts() == {"card": {"done": 1, "dead": 1, "leased": 1}}


# What is taken -------------------------------------------------------------------------------------------------------


async def test_in_a_lane_priority_comes_first_and_then_order(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    priorities = [2, 1, 0, 2, 1, 0]
    await put(database, time, *(work(f"{p}{n}", key="s", priority=p) for n, p in enumerate(priorities)))
    assert await hands.drain() == ["02", "05", "11", "14", "20", "23"]


async def test_a_lane_has_one_item_in_flight_and_lanes_do_not_wait_for_each_other(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    await put(
        database,
        time,
        *(
            work(f"{key} {lane} {n}", key=key, lane=lane)
            for n in range(2)
            for key in "ab"
            for lane in ("post", "update")
        ),
    )
    taken = await hands.take()
    assert sorted(names(taken)) == ["a post 0", "a update 0", "b post 0", "b update 0"]
    assert await hands.take() == []
    assert names(await hands.take(Ended(taken[0]))) == [names(taken)[0].replace("0", "1")]


async def test_work_without_a_key_runs_in_parallel_up_to_a_limit(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    await put(database, time, *(work(str(n)) for n in range(10)))
    assert len((await hands.turn(free=3)).taken) == 3
    assert len((await hands.turn(free=4)).taken) == 4
    assert len((await hands.turn(free=16)).taken) == 3


async def test_more_lanes_than_hands_are_taken_in_turn(database: Database, time: PassingTime, hands: Hands) -> None:
    await put(database, time, *(work(str(n), key=f"s{n}") for n in range(10)))
    seen: set[str] = set()
    for _ in range(5):
        turn = await hands.turn(lanes=2)
        assert len(turn.taken) == 2
        seen.update(names(turn.taken))
    assert len(seen) == 10


async def test_two_workers_never_take_the_same(database: Database, time: PassingTime) -> None:
    await put(
        database, time, *(work(f"free {n}") for n in range(40)), *(work(f"k {n}", key=f"s{n}") for n in range(40))
    )
    workers = [Hands(database, time) for _ in range(4)]
    turns = await asyncio.gather(*(worker.turn(free=30) for worker in workers for _ in range(3)))
    taken = [name for turn in turns for name in names(turn.taken)]
    for worker in workers:
        taken += await worker.drain()
    assert len(taken) == len(set(taken)) == 80


async def test_a_lane_starts_no_faster_than_its_rate(database: Database, time: PassingTime) -> None:
    def rate(key: str, lane: Lane) -> float:
        return 10.0 if (key, lane) == ("slow", "post") else 0.0

    hands = Hands(database, time, rate)
    await put(database, time, *(work(f"post {n}", key="slow", lane="post") for n in range(3)))
    await put(database, time, *(work(f"update {n}", key="slow", lane="update") for n in range(3)))
    assert await hands.drain() == ["post 0", "update 0", "update 1", "update 2"]
    turn = await hands.turn()
    assert turn.taken == []
    assert turn.next_in == pytest.approx(10, abs=5)
    await time.passes(11)
    assert await hands.drain() == ["post 1"]
    await time.passes(11)
    assert await hands.drain() == ["post 2"]


async def test_a_turn_says_when_the_next_item_is_due(database: Database, time: PassingTime, hands: Hands) -> None:
    assert (await hands.turn()).next_in is None
    await put(database, time, work("a", due=time.now() + timedelta(seconds=40)))
    assert (await hands.turn()).next_in == pytest.approx(40, abs=5)


# How it ends ---------------------------------------------------------------------------------------------------------


async def test_what_failed_for_now_comes_back_after_its_pause(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    await put(database, time, work("a", key="s"), work("b", key="s"))
    [a] = await hands.take()
    [b] = await hands.take(Ended(a, Again("down", 60.0)))
    assert names([b]) == ["b"]  # the lane goes on without it
    assert await hands.take(Ended(b)) == []
    await time.passes(61)
    assert (await hands.turn()).next_in == 0  # this turn makes it ready
    [again] = await hands.take()
    assert (names([again]), again.taken.attempt) == (["a"], 2)


async def test_a_lane_told_to_wait_waits_as_a_whole_and_keeps_its_order(
    database: Database, time: PassingTime, hands: Hands
) -> None:
    await put(database, time, work("a", key="s"), work("b", key="s"), work("other", key="t"))
    a, other = await hands.take()
    assert names([a, other]) == ["a", "other"]
    assert await hands.take(Ended(a, Again("429", 30.0, hold=30.0)), Ended(other)) == []
    await time.passes(31)
    assert await hands.drain() == ["a", "b"]


async def test_only_the_attempt_under_way_can_end_it(
    database: Database, time: PassingTime, hands: Hands, desk: OutboxDesk
) -> None:
    await put(database, time, work("a"))
    [late] = await hands.take()
    await time.passes(31)
    other = Hands(database, time)
    [held] = await other.take()
    assert held.taken.attempt == 2
    for verdict in (None, Again("x", 0.0), Dead("x")):
        await hands.turn(Ended(late, verdict), free=0, sweep=False)
        assert await desk.counts() == {"card": {"leased": 1}}
    await other.turn(Ended(held))
    assert await desk.counts() == {"card": {"done": 1}}


async def test_a_lease_that_is_renewed_does_not_end(database: Database, time: PassingTime, hands: Hands) -> None:
    await put(database, time, work("a", key="s"))
    held = await hands.take()
    for _ in range(3):
        await time.passes(20)
        async with database.writing() as connection:
            assert await hands.taker.renew(connection, held) == set()
        assert await Hands(database, time).take() == []
    await time.passes(31)
    [taken] = await Hands(database, time).take()
    assert taken.taken.attempt == 2
    async with database.writing() as connection:
        assert await hands.taker.renew(connection, held) == {(held[0].taken.id, 1)}


async def test_the_only_worker_takes_over_at_once(database: Database, time: PassingTime, hands: Hands) -> None:
    await put(database, time, work("a", key="s"), work("b"))
    await hands.take()
    fresh = Hands(database, time)
    async with database.writing() as connection:
        assert await fresh.taker.abandon_all(connection) == 2
    assert sorted((names([held]), held.taken.attempt) for held in await fresh.take()) == [(["a"], 2), (["b"], 2)]


async def test_work_that_must_run_again_absorbs_what_was_put_meanwhile(
    database: Database, time: PassingTime, hands: Hands, desk: OutboxDesk
) -> None:
    await put(database, time, work("a", key="s", lane="post", dedup="p"), work("z", key="s", lane="update", priority=1))
    held = next(held for held in await hands.take() if names([held]) == ["a"])
    await put(database, time, work("a", key="s", lane="update", dedup="p", priority=0))
    await hands.turn(Ended(held, Again("unknown result", 0.0)), lanes=0)
    assert await desk.pending() == 2
    again = next(iter(await Hands(database, time).take()), None)
    assert again is None  # its new lane has "z" in flight
    await time.passes(31)
    [again] = await Hands(database, time).take()
    assert (again.taken.attempt, again.taken.work.priority, again.taken.work.lane) == (2, 0, "update")


async def test_a_lease_that_ran_out_absorbs_what_was_put_meanwhile(
    database: Database, time: PassingTime, hands: Hands, desk: OutboxDesk
) -> None:
    await put(database, time, work("a", key="s", dedup="p"))
    await hands.take()
    await put(database, time, work("a", key="s", dedup="p"))
    await time.passes(31)
    [again] = await Hands(database, time).take()
    assert again.taken.attempt == 2
    assert await desk.counts() == {"card": {"leased": 1, "done": 1}}


async def test_work_that_kills_every_worker_is_given_up(
    database: Database, time: PassingTime, hands: Hands, desk: OutboxDesk
) -> None:
    await put(database, time, work("a"))
    for _ in range(50):
        assert len(await hands.take()) == 1
        await time.passes(31)
    assert await hands.take() == []
    [letter] = await desk.dead()
    assert "50 tries" in letter.error
