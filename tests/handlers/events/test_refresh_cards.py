"""Every conversation has one card on each surface, and the card shows its present state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import PermanentError, RetriableError, UnknownResultError
from tests.handlers.company import FLOOR, Company, changed, post


async def test_a_new_conversation_gets_its_card(either_company: Company) -> None:
    company = either_company
    await company.opened("the parcel came crushed")
    assert company.platform.calls == ["post"]
    card = await company.card()
    assert "the parcel came crushed" in card
    assert "[ Claim ! ]" in card


async def test_a_change_updates_the_card_where_it_is(either_company: Company) -> None:
    company = either_company
    await company.opened()
    await company.say("ana", "claim B-1")
    await company.work()
    assert company.platform.calls == ["post", "update"]
    assert "Ana Lima (Support) until" in await company.card()


async def test_many_changes_are_one_update(company: Company) -> None:
    await company.opened()
    await company.say("ana", "claim B-1")
    await company.say("ben", "join B-1")
    await company.say("ben", "perspective B-1 the box is new")
    await company.work()
    assert company.platform.calls == ["post", "update"]
    card = await company.card()
    assert "Ben Roth" in card
    assert "the box is new" in card


async def test_nothing_is_sent_when_the_card_shows_it_all_already(company: Company) -> None:
    await company.opened()
    async with company.storage.writing() as uow:
        await uow.postings.refresh(1, soon=True)
    drained = await company.work()
    assert drained.done == ["card"]
    assert company.platform.calls == ["post"]


async def test_what_shows_on_no_card_refreshes_none(company: Company) -> None:
    await company.opened()
    await company.say("ana", "claim B-1")
    await company.work()
    await company.say("ben", "pass B-1 me I know the box")
    company.clock.move(timedelta(hours=3, minutes=5))
    await company.timers()
    assert (await company.kinds())[-2:] == ["pass_wanted", "lease_warned"]
    assert "card" not in (await company.work()).done


async def test_the_card_that_a_person_acted_on_comes_before_other_new_ones(company: Company) -> None:
    await company.hear(*(post(f"more-{n}", author=f"m{n}") for n in range(4)))
    await company.say("ana", "claim B-3")
    await company.work()
    marks = [shown.mark for shown in company.platform.shown_in(FLOOR)]
    assert marks == [(await company.posting(n)).id for n in (3, 1, 2, 4)]


async def test_urgent_cards_come_before_other_new_ones(company: Company) -> None:
    await company.hear(post("a", author="a"), post("b", "urgent! the stove caught fire", author="b"))
    await company.work()
    marks = [shown.mark for shown in company.platform.shown_in(FLOOR)]
    assert marks == [(await company.posting(n)).id for n in (2, 1)]


async def test_what_a_person_did_is_shown_before_what_customers_did(company: Company) -> None:
    await company.opened("one", "two", "three")
    for n in (0, 1):
        await company.hear(changed("edited", post(f"post-{n}", author=f"customer{n}"), "mended"))
    await company.say("ana", "claim B-3")
    await company.work()
    assert company.platform.updated == [(await company.posting(n)).id for n in (3, 1, 2)]


async def test_an_edit_and_a_delete_reach_the_card(company: Company) -> None:
    first = post("a", "the box was wet", "maya")
    await company.hear(first)
    await company.work()
    await company.hear(changed("edited", first, "the box was soaked"))
    await company.work()
    card = await company.card()
    assert "the box was soaked" in card
    assert "edited" in card
    await company.hear(changed("deleted", first))
    await company.work()
    card = await company.card()
    assert "soaked" not in card
    assert "🗑" in card


async def test_a_card_that_somebody_deleted_is_posted_anew(company: Company) -> None:
    await company.opened()
    gone = company.platform.shown_in(FLOOR)[0].sent
    company.platform.remove(gone)
    await company.say("ana", "claim B-1")
    await company.work()
    assert company.platform.calls == ["post", "update", "post"]
    assert "Ana Lima" in await company.card()
    assert await company.thread() != gone.message, "the thread hangs from the new card"


async def test_a_failure_that_passes_is_tried_again(company: Company) -> None:
    company.platform.failures.append(RetriableError("ratelimited", 30.0))
    await company.hear(post("a"))
    assert (await company.work()).failed == ["card: ratelimited"]
    assert company.platform.shown_in(FLOOR) == []
    company.clock.move(timedelta(seconds=29))
    assert (await company.work()).done == []
    company.clock.move(timedelta(seconds=2))
    assert (await company.work()).done == ["card"]
    await company.card()


async def test_a_card_whose_answer_was_lost_is_found_and_not_posted_twice(company: Company) -> None:
    company.platform.failures.append(UnknownResultError("the connection was lost"))
    await company.hear(post("a"))
    assert (await company.work()).failed == ["card: the connection was lost"]
    company.clock.move(timedelta(minutes=10))
    assert (await company.work()).done == ["card"]
    assert company.platform.calls == ["post", "find", "update"]
    await company.card()


async def test_a_card_posted_by_a_worker_that_died_is_found(company: Company) -> None:
    await company.hear(post("a"))
    company.platform.failures.append(UnknownResultError("it died at this moment"))
    await company.hands.lose()
    await company.work()
    assert company.platform.calls == ["post", "find", "update"]
    await company.card()


async def test_a_card_posted_anew_whose_answer_was_lost_is_not_posted_a_third_time(company: Company) -> None:
    await company.opened()
    company.platform.remove(company.platform.shown_in(FLOOR)[0].sent)
    await company.say("ana", "claim B-1")
    company.platform.failures.extend([None, UnknownResultError("the connection was lost")])
    assert (await company.work()).failed == ["card: the connection was lost"]
    company.clock.move(timedelta(minutes=10))
    await company.work()
    await company.card()


async def test_what_changed_and_changed_back_around_a_lost_answer_is_not_left_on_the_card(company: Company) -> None:
    await company.opened()
    before = await company.card()
    await company.write("ben", "I saw that box", "m1", await company.thread())
    company.platform.failures.append(UnknownResultError("the connection was lost"))
    assert (await company.work()).failed == ["card: the connection was lost"]
    assert "1 note in the thread" in await company.card()
    await company.threads.erased(("slack", FLOOR, "m1"))
    company.clock.move(timedelta(minutes=10))
    await company.work()
    assert await company.card() == before


async def test_without_a_connection_cards_wait_for_one(company: Company) -> None:
    company.platforms.clear()
    await company.hear(post("a"))
    assert (await company.work()).failed == ["card: there is no connection to slack"]
    company.platforms["slack"] = company.platform
    company.clock.move(timedelta(minutes=2))
    assert (await company.work()).done == ["card"]
    await company.card()


async def test_a_card_that_can_never_be_posted_becomes_a_dead_letter(company: Company) -> None:
    company.platform.failures.append(PermanentError("channel_not_found"))
    await company.hear(post("a"))
    await company.work()
    async with company.storage.reading() as uow:
        assert (await uow.counts()).outbox_dead == 1


async def test_a_failed_update_of_one_card_does_not_keep_the_others_back(company: Company) -> None:
    await company.opened("one", "two")
    company.platform.failures.append(PermanentError("cant_update_message"))
    await company.say("ana", "claim B-1")
    await company.say("ana", "claim B-2")
    await company.work()
    cards = [await company.card(1), await company.card(2)]
    assert sum("Ana Lima (Support) until" in card for card in cards) == 1


@pytest.mark.parametrize("typed", ["note B-1 they knew", "discuss B-1 product why?", "escalate B-1 press asks"])
async def test_acts_that_show_are_shown(company: Company, typed: str) -> None:
    await company.opened()
    before = await company.card()
    await company.say("ana", typed)
    await company.work()
    assert await company.card() != before
