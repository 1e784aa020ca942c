"""Answers go out once: whatever the network does, and wherever the process ends, none is sent twice by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from bot.domain.answer import AnswerState
from bot.domain.conversation import State
from bot.errors import PermanentError, RetriableError, UnknownResultError
from tests.fakes.source import FakeSource, Killed, Took
from tests.handlers.company import Company, changed, post
from tests.storage.hearing import created

Once = Literal["key", "look-up", "never"]
EVERY_KIND = pytest.mark.parametrize("once", ["key", "look-up", "never"])
TIMEOUT = UnknownResultError("no answer in 20 s")


@pytest.fixture
async def source(company: Company) -> FakeSource:
    """The network on which B-1 is."""
    company.sources["demo"] = source = FakeSource()
    return source


@pytest.fixture
async def held(company: Company, source: FakeSource) -> Company:
    """Ana holds B-1, which can be answered."""
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    await company.work()
    return company


async def answer(company: Company, text: str = "We are sorry.", number: int = 1) -> None:
    """Ana answers; nothing has gone out yet."""
    form = (await company.say("ana", f"reply B-{number}")).form
    assert form is not None
    await company.submit("ana", "reply", **{**form.args, "text": text})


async def killed(company: Company) -> None:
    """The process ends while it works, and another one takes over."""
    with pytest.raises(Killed):
        await company.work()
    await company.hands.take_over()


async def state(company: Company, number: int = 1) -> AnswerState | None:
    found = (await company.conversation(number)).answer
    return found.state if found is not None else None


async def why(company: Company) -> str:
    found = (await company.conversation()).answer
    assert found is not None
    return found.why


@EVERY_KIND
async def test_an_answer_is_sent_once(held: Company, source: FakeSource, once: Once) -> None:
    source.able(once=once)
    await answer(held)
    assert await state(held) is AnswerState.SENDING
    await held.work()
    await held.later(hours=2)
    assert (len(source.standing), source.asked, source.looked) == (1, 1, 0)
    c = await held.conversation()
    assert c.answer is not None
    assert (c.answer.state, c.answer.url, c.state) == (AnswerState.SENT, source.standing[0].sent.url, State.WAITING)


async def test_each_answer_has_a_key_of_its_own_and_keeps_it_when_it_is_sent_again(
    held: Company, source: FakeSource
) -> None:
    await answer(held)
    await held.work()
    source.plan.replies.append(PermanentError("suspended"))
    await answer(held, "One more thing.")
    await held.work()
    second = (await held.conversation()).answer
    await held.say("ana", "resend B-1")
    await held.work()
    assert second is not None
    assert source.standing[1].key == second.id != source.standing[0].key


@EVERY_KIND
async def test_what_the_network_refuses_is_told_to_the_holder_with_its_reason(
    held: Company, source: FakeSource, once: Once
) -> None:
    source.able(once=once)
    source.plan.replies.append(PermanentError("Mastodon: the account was suspended."))
    await answer(held)
    await held.work()
    assert (await state(held), source.standing) == (AnswerState.FAILED, [])
    assert held.everyone_told() == {"ana": ["Your answer in B-1 did not go out"]}
    card = await held.card()
    assert "⚠ *The answer did not go out*: Mastodon: the account was suspended." in card
    assert "[ Send again ]  [ Change it… ]" in card
    await held.later(hours=2)
    assert source.asked == 1


@EVERY_KIND
async def test_what_was_certainly_not_done_is_tried_again_when_the_network_says(
    held: Company, source: FakeSource, once: Once
) -> None:
    source.able(once=once)
    source.plan.replies += [RetriableError("429", 60.0), RetriableError("429", 60.0)]
    await answer(held)
    await held.work()
    await held.later(seconds=59)
    assert (source.asked, await state(held)) == (1, AnswerState.SENDING)
    await held.later(seconds=2)
    await held.later(seconds=61)
    assert (source.asked, source.looked, len(source.standing)) == (3, 0, 1)
    assert await state(held) is AnswerState.SENT
    assert held.everyone_told() == {}


async def test_a_network_that_is_away_for_too_long_is_told_to_the_holder_and_nothing_was_sent(
    held: Company, source: FakeSource
) -> None:
    source.plan.replies += [RetriableError("connection refused")] * 200
    await answer(held)
    await held.work()
    for _ in range(70):
        await held.later(minutes=1)
    assert (await state(held), await why(held)) == (AnswerState.FAILED, "connection refused")
    assert held.told("ana") == ["Your answer in B-1 did not go out"]
    tried = source.asked
    await held.later(hours=3)
    assert source.asked == tried


async def test_a_network_that_asks_for_more_patience_than_there_is_is_told_at_once(
    held: Company, source: FakeSource
) -> None:
    source.plan.replies.append(RetriableError("the day's quota is used up", 9 * 3600.0))
    await answer(held)
    await held.work()
    assert (await state(held), await why(held)) == (AnswerState.FAILED, "the day's quota is used up")
    await held.later(hours=10)
    assert (source.asked, source.standing) == (1, [])


# Nobody knows whether it arrived.


@pytest.mark.parametrize("arrived", [True, False])
async def test_under_a_key_it_is_sent_again_and_stands_once(held: Company, source: FakeSource, arrived: bool) -> None:
    source.plan.replies.append(Took(TIMEOUT) if arrived else TIMEOUT)
    await answer(held)
    await held.work()
    await held.later(seconds=5)
    assert (source.asked, len(source.standing)) == (2, 1)
    assert await state(held) is AnswerState.SENT


@pytest.mark.parametrize("arrived", [True, False])
async def test_it_is_looked_up_before_it_is_sent_again(held: Company, source: FakeSource, arrived: bool) -> None:
    source.able(once="look-up")
    source.plan.replies.append(Took(TIMEOUT) if arrived else TIMEOUT)
    await answer(held)
    await held.work()
    await held.later(seconds=20)
    await held.later(seconds=20)
    assert (len(source.standing), source.looked, source.asked) == (1, 1, 1 if arrived else 2)
    assert await state(held) is AnswerState.SENT


async def test_it_is_not_looked_for_while_the_request_may_still_be_at_work(held: Company, source: FakeSource) -> None:
    source.able(once="look-up")
    source.plan.replies.append(Took(TIMEOUT))
    await answer(held)
    await held.work()
    await held.later(seconds=10)
    assert (source.looked, await state(held)) == (0, AnswerState.SENDING)
    await held.later(seconds=6)
    assert (source.looked, await state(held)) == (1, AnswerState.SENT)


async def test_until_it_was_seen_not_to_be_there_it_is_not_sent_again(held: Company, source: FakeSource) -> None:
    source.able(once="look-up")
    source.plan.replies.append(Took(TIMEOUT))
    source.plan.look_ups += [RetriableError("503"), PermanentError("403"), TIMEOUT]
    await answer(held)
    await held.work()
    for _ in range(10):
        await held.later(seconds=20)
    assert (source.asked, source.looked, len(source.standing)) == (1, 4, 1)
    assert await state(held) is AnswerState.SENT


async def test_what_cannot_be_looked_up_for_too_long_is_the_holders_to_decide(
    held: Company, source: FakeSource
) -> None:
    source.able(once="look-up")
    source.plan.replies.append(Took(TIMEOUT))
    source.plan.look_ups += [RetriableError("503")] * 500
    await answer(held)
    await held.work()
    for _ in range(70):
        await held.later(minutes=1)
    assert (await state(held), source.asked) == (AnswerState.UNCLEAR, 1)
    assert "503" in await why(held)
    assert held.told("ana") == ["Did your answer in B-1 arrive?"]


@pytest.mark.parametrize("arrived", [True, False])
async def test_where_the_network_offers_neither_it_is_never_sent_again_by_itself(
    held: Company, source: FakeSource, arrived: bool
) -> None:
    source.able(once="never")
    source.plan.replies.append(Took(TIMEOUT) if arrived else TIMEOUT)
    await answer(held)
    await held.work()
    await held.later(hours=3)
    assert (source.asked, await state(held)) == (1, AnswerState.UNCLEAR)
    assert held.told("ana")[0] == "Did your answer in B-1 arrive?"
    assert "⚠ *Nobody knows whether the answer arrived*: no answer in 20 s" in await held.card()
    assert "[ It arrived ]  [ Send again ]" in await held.card()


# The process ends.


@EVERY_KIND
async def test_after_an_end_between_the_network_and_the_record_nothing_is_sent_twice(
    held: Company, source: FakeSource, once: Once
) -> None:
    source.able(once=once)
    source.plan.replies.append(Took(Killed()))
    await answer(held)
    await killed(held)
    await held.later(seconds=20)
    await held.later(seconds=20)
    assert len(source.standing) == 1
    assert source.asked == (2 if once == "key" else 1)
    assert await state(held) is (AnswerState.UNCLEAR if once == "never" else AnswerState.SENT)
    if once == "never":
        assert "stopped while it was being sent" in await why(held)


@EVERY_KIND
async def test_after_an_end_before_the_network_was_asked_it_goes_out_or_the_holder_decides(
    held: Company, source: FakeSource, once: Once
) -> None:
    source.able(once=once)
    source.plan.replies.append(Killed())
    await answer(held)
    await killed(held)
    await held.later(seconds=20)
    await held.later(seconds=20)
    assert len(source.standing) == (0 if once == "never" else 1)
    assert await state(held) is (AnswerState.UNCLEAR if once == "never" else AnswerState.SENT)


@EVERY_KIND
async def test_ends_again_and_again_make_no_second_answer(held: Company, source: FakeSource, once: Once) -> None:
    source.able(once=once)
    source.plan.replies += [Took(Killed()), Took(Killed()), Took(Killed())]
    await answer(held)
    for _ in range(4):
        try:
            await held.work()
        except Killed:
            await held.hands.take_over()
        held.clock.move(timedelta(seconds=20))
    await held.work()
    assert len(source.standing) == 1


@EVERY_KIND
async def test_work_that_is_carried_out_twice_sends_once(held: Company, source: FakeSource, once: Once) -> None:
    source.able(once=once)
    await answer(held)
    await held.hands.lose()
    await held.work()
    assert (source.asked, len(source.standing), await state(held)) == (1, 1, AnswerState.SENT)


@EVERY_KIND
async def test_a_fault_in_a_connector_leaves_no_answer_going_out_for_ever(
    held: Company, source: FakeSource, once: Once
) -> None:
    source.able(once=once)
    source.plan.replies += [KeyError("id")] * 500
    await answer(held)
    await held.work()
    for _ in range(70):
        await held.later(minutes=1)
    assert (await state(held), source.standing) == (AnswerState.UNCLEAR, [])
    assert held.told("ana") == ["Did your answer in B-1 arrive?"]


async def test_a_refusal_after_a_lost_try_does_not_say_that_nothing_arrived(held: Company, source: FakeSource) -> None:
    source.plan.replies += [Took(TIMEOUT), PermanentError("404: the post is gone")]
    await answer(held)
    await held.work()
    await held.later(seconds=5)
    assert (await state(held), await why(held)) == (AnswerState.UNCLEAR, "404: the post is gone")


async def test_a_refusal_after_it_was_looked_for_is_one(held: Company, source: FakeSource) -> None:
    source.able(once="look-up")
    source.plan.replies += [TIMEOUT, PermanentError("404: the post is gone")]
    await answer(held)
    await held.work()
    await held.later(seconds=20)
    assert await state(held) is AnswerState.FAILED


# What changed before it went out.


async def test_a_post_that_is_deleted_before_it_is_answered_is_not_answered(held: Company, source: FakeSource) -> None:
    await answer(held)
    await held.hear(changed("deleted", post("post-0", author="customer0")))
    await held.work()
    assert (source.asked, await state(held)) == (0, AnswerState.FAILED)
    assert "deleted the post" in await why(held)


async def test_a_window_that_closed_meanwhile_is_said(held: Company, source: FakeSource) -> None:
    await answer(held)
    source.refusal = "The network takes answers for 24 hours after a post, and those are over."
    await held.work()
    assert (source.asked, await state(held)) == (0, AnswerState.FAILED)
    assert "those are over" in await why(held)


async def test_a_source_that_is_gone_is_said(held: Company, source: FakeSource) -> None:
    await answer(held)
    del held.sources["demo"]
    await held.work()
    assert (await state(held), source.asked) == (AnswerState.FAILED, 0)
    assert "not configured any more" in await why(held)


async def test_a_source_that_went_after_a_lost_try_leaves_it_open(held: Company, source: FakeSource) -> None:
    source.plan.replies.append(Took(TIMEOUT))
    await answer(held)
    await held.work()
    del held.sources["demo"]
    await held.later(seconds=5)
    assert await state(held) is AnswerState.UNCLEAR


async def test_who_holds_it_by_then_is_told(held: Company, source: FakeSource) -> None:
    source.plan.replies.append(PermanentError("suspended"))
    await answer(held)
    await held.say("ana", "release B-1")
    await held.say("ben", "claim B-1")
    await held.work()
    assert held.everyone_told() == {"ben": ["Your answer in B-1 did not go out"]}


async def test_when_nobody_holds_it_the_author_is_told(held: Company, source: FakeSource) -> None:
    source.plan.replies.append(PermanentError("suspended"))
    await answer(held)
    await held.say("ana", "release B-1")
    await held.work()
    assert held.everyone_told() == {"ana": ["Your answer in B-1 did not go out"]}


async def test_what_was_written_while_it_went_out_gives_it_back_to_the_holder(
    held: Company, source: FakeSource
) -> None:
    source.plan.replies.append(RetriableError("429", 30.0))
    await answer(held)
    await held.work()
    held.clock.move(timedelta(seconds=10))
    await held.hear(post("post-9", "And the box is wet", "customer0", parent_id="post-0"))
    await held.later(seconds=30)
    assert (await state(held), (await held.conversation()).state) == (AnswerState.SENT, State.HELD)


async def test_one_network_that_is_away_keeps_no_answer_to_another_waiting(held: Company, source: FakeSource) -> None:
    source.plan.replies += [RetriableError("down", 300.0)]
    other = FakeSource("other")
    held.sources["other"] = other
    async with held.storage.writing() as uow:
        await uow.posts.accept([created(post("elsewhere"))], "other", held.clock.now())
    await held.hear()
    await held.say("ana", "claim B-2")
    await answer(held)
    await held.work()
    await answer(held, "Hello.", 2)
    await held.work()
    assert (await state(held), await state(held, 2)) == (AnswerState.SENDING, AnswerState.SENT)
    assert [each.text for each in other.standing] == ["Hello."]
