"""What is not heard, who has no department, and what a forgotten customer leaves: counted as the formulas say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import life
from bot.domain.company_measures import departments, told
from bot.domain.conversation import Conversation
from bot.domain.events import Filed, Forgotten, Reopened, Separated
from bot.domain.life import Act
from bot.domain.measures import Window, tally
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import Department, PersonRef
from bot.domain.policy import Policies
from storage import SqlStorage
from tests.storage.hearing import ANA, BEN, HEARD, hear, post

LEO = PersonRef("leo", "Leo Rossi")
"""Of no department."""

MINUTE = timedelta(minutes=1)
WINDOW = Window(HEARD - MINUTE, HEARD + 60 * MINUTE)


async def does(storage: SqlStorage, number: int, *events: object) -> Conversation:
    async with storage.writing() as uow:
        return await uow.conversations.save(await uow.conversations.take(number), events)  # type: ignore[arg-type]


async def counted_is_told(storage: SqlStorage, last: int) -> None:
    """The database and the formulas say the same."""
    async with storage.reading() as uow:
        trails = [await uow.conversations.trail(number) for number in range(1, last + 1)]
        stories = [told(trail, WINDOW.end) for trail in trails]
        heard = [c for c in stories if WINDOW.covers(c.opened_at) and not c.filed]
        assert await uow.measures.tally(WINDOW) == tally(heard, WINDOW)
        assert (await uow.measures.work(WINDOW)).departments == departments(heard)


async def test_what_is_filed_is_not_heard_until_it_is_taken_up(storage: SqlStorage) -> None:
    await hear(storage, post("1"), post("2"))
    await does(storage, 1, Filed(at=HEARD))
    await counted_is_told(storage, 2)
    async with storage.reading() as uow:
        assert (await uow.measures.tally(WINDOW)).heard == 1
        assert await uow.measures.unheard(WINDOW.start, WINDOW.end, 9) == [2]
    await does(storage, 1, Reopened(at=HEARD + MINUTE, by=ANA, via="slack"))
    await counted_is_told(storage, 2)
    async with storage.reading() as uow:
        assert (await uow.measures.tally(WINDOW)).heard == 2


async def test_somebody_without_a_department_holds_it_under_their_own_name(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    policies = Policies()
    c = await does(storage, 1, *life.claim(await _now(storage), Act(ANA, HEARD + MINUTE, "slack"), policies))
    c = await does(
        storage, 1, *life.pass_on(c, Act(ANA, HEARD + MINUTE, "slack"), Department("product", "Product"), "yours?")
    )
    c = await does(storage, 1, *life.accept(c, Act(BEN, HEARD + 2 * MINUTE, "slack"), policies))
    c = await does(storage, 1, *life.release(c, Act(BEN, HEARD + 3 * MINUTE, "slack")))
    await does(storage, 1, *life.claim(c, Act(LEO, HEARD + 4 * MINUTE, "slack"), policies))
    await counted_is_told(storage, 1)
    async with storage.reading() as uow:
        counted = await uow.measures.tally(WINDOW)
    assert counted.passed == {("support", "product"): 1, ("product", "Leo Rossi"): 1}
    assert (counted.several, counted.handovers) == (1, 2)


async def test_what_happens_after_the_window_is_not_of_it(storage: SqlStorage) -> None:
    await hear(storage, post("1"), post("2"))
    policies, late = Policies(), WINDOW.end + MINUTE
    c = await does(storage, 1, *life.claim(await _now(storage), Act(ANA, HEARD + MINUTE, "slack"), policies))
    c = await does(storage, 1, *life.perspective(c, Act(BEN, late, "slack"), policies, "a weak seam"))
    outcome = Outcome(OutcomeKind.FIXED, "a box", "the box")
    await does(storage, 1, *life.resolve(c, Act(ANA, late, "slack"), outcome))
    await counted_is_told(storage, 2)
    async with storage.reading() as uow:
        counted = await uow.measures.tally(WINDOW)
        assert (counted.touched, counted.resolved, counted.changed, counted.several) == (1, 0, 0, 0)
        later = await uow.measures.tally(replace(WINDOW, end=late + MINUTE))
    assert (later.touched, later.resolved, later.changed, later.several) == (1, 1, 1, 1)


async def test_of_a_forgotten_customer_the_counts_stay(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    c = await does(storage, 1, *life.claim(await _now(storage), Act(ANA, HEARD + MINUTE, "slack"), Policies()))
    outcome = Outcome(OutcomeKind.FIXED, "a box", "the box")
    await does(storage, 1, *life.resolve(c, Act(ANA, HEARD + 2 * MINUTE, "slack"), outcome))
    async with storage.reading() as uow:
        before = await uow.measures.tally(WINDOW)
    await does(storage, 1, Forgotten(at=HEARD + 3 * MINUTE))
    async with storage.reading() as uow:
        assert await uow.measures.tally(WINDOW) == before
    assert (before.heard, before.changed) == (1, 1)


async def test_those_that_say_the_same_as_another_are_heard_too(storage: SqlStorage) -> None:
    [leader] = await hear(storage, post("1"))
    await hear(storage, post("2"), echo_of=leader.number)
    async with storage.reading() as uow:
        assert (await uow.measures.tally(WINDOW)).heard == 2
        assert await uow.measures.unheard(WINDOW.start, WINDOW.end, 9) == [1]
    await does(storage, 2, Separated(at=HEARD, by=ANA, via="slack", leader=1))
    await counted_is_told(storage, 2)


async def _now(storage: SqlStorage) -> Conversation:
    async with storage.reading() as uow:
        conversation = await uow.conversations.get(1)
    assert conversation is not None
    return conversation
