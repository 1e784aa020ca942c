"""What a network says of an answer afterwards reaches the conversation, whoever was told before that it was sent."""

from __future__ import annotations

import pytest

from bot.domain.answer import AnswerState
from bot.domain.conversation import State
from bot.domain.post import SourceEvent
from bot.errors import PermanentError, UnknownResultError
from tests.fakes.source import FakeSource, Took
from tests.handlers.company import Company
from tests.handlers.events.test_send_answer import answer, held, source, state, why

__all__ = ["held", "source"]

TIMEOUT = UnknownResultError("no answer in 20 s")
WINDOW = "The window is over."


def fate(source: FakeSource, number: int = 1, why: str = "", *, keyed: bool = True) -> SourceEvent:
    """The network's word on our answer number so and so."""
    standing = source.standing[number - 1]
    event = source.fate(standing.sent.external_id, standing.key if keyed else "", why)
    return event.model_copy(update={"network": "mastodon", "account": "acme"})


@pytest.mark.parametrize("keyed", [True, False])
async def test_an_answer_that_the_network_gives_back_is_told_to_the_holder_who_goes_on(
    held: Company, source: FakeSource, keyed: bool
) -> None:
    await answer(held)
    await held.work()
    assert (await state(held), (await held.conversation()).state) == (AnswerState.SENT, State.WAITING)
    await held.hear(fate(source, why=WINDOW, keyed=keyed))
    await held.work()
    assert (await state(held), await why(held)) == (AnswerState.FAILED, WINDOW)
    assert (await held.conversation()).state is State.HELD
    assert held.told("ana") == ["Your answer in B-1 did not go out"]
    card = await held.card()
    assert f"⚠ *The answer did not go out*: {WINDOW}" in card
    assert "[ Send again ]  [ Change it… ]" in card


async def test_the_same_word_twice_is_told_once(held: Company, source: FakeSource) -> None:
    await answer(held)
    await held.work()
    event = fate(source, why=WINDOW)
    await held.hear(event, event)
    await held.work()
    await held.hear(event)
    await held.work()
    assert held.told("ana") == ["Your answer in B-1 did not go out"]


async def test_an_answer_of_unknown_fate_is_known_to_be_sent_when_the_network_says_so(
    held: Company, source: FakeSource
) -> None:
    source.able(once="never")
    source.plan.replies.append(Took(TIMEOUT))
    await answer(held)
    await held.work()
    assert await state(held) is AnswerState.UNCLEAR
    await held.hear(fate(source))
    await held.work()
    assert (await state(held), (await held.conversation()).state) == (AnswerState.SENT, State.WAITING)
    async with held.storage.reading() as uow:
        ours = ("mastodon", "acme", source.standing[0].sent.external_id)
        assert await uow.answers.conversations([ours]) == {ours: 1}


async def test_an_answer_of_unknown_fate_that_failed_may_be_sent_again(held: Company, source: FakeSource) -> None:
    source.able(once="never")
    source.plan.replies.append(Took(TIMEOUT))
    await answer(held)
    await held.work()
    await held.hear(fate(source, why=WINDOW))
    await held.work()
    assert await state(held) is AnswerState.FAILED
    await held.say("ana", "resend B-1")
    await held.work()
    assert await state(held) is AnswerState.SENT


async def test_word_that_an_answer_arrived_changes_nothing_where_that_is_known(
    held: Company, source: FakeSource
) -> None:
    await answer(held)
    await held.work()
    before = await held.trail()
    await held.hear(fate(source))
    await held.work()
    assert await held.trail() == before


async def test_late_word_on_an_earlier_try_does_not_touch_the_answer_that_was_sent_again(
    held: Company, source: FakeSource
) -> None:
    source.able(once="never")
    source.plan.replies.append(Took(TIMEOUT))
    await answer(held)
    await held.work()
    await held.say("ana", "resend B-1")
    await held.work()
    assert len(source.standing) == 2
    await held.hear(fate(source, 1, WINDOW))
    await held.work()
    assert await state(held) is AnswerState.SENT
    assert held.told("ana") == ["Did your answer in B-1 arrive?"]


async def test_a_failure_of_an_answer_that_is_not_the_latest_any_more_is_kept(
    held: Company, source: FakeSource
) -> None:
    await answer(held)
    await held.work()
    await answer(held, "One more thing.")
    await held.work()
    await held.hear(fate(source, 1, WINDOW))
    await held.work()
    assert await state(held) is AnswerState.SENT
    async with held.storage.reading() as uow:
        assert [(each.source, each.why) for each in await uow.sources.unread()] == [("demo", WINDOW)]


async def test_word_on_a_message_that_is_not_ours_is_left_alone(held: Company, source: FakeSource) -> None:
    source.plan.replies.append(PermanentError("suspended"))
    await answer(held)
    await held.work()
    stranger = source.fate("from-another-app", "", WINDOW)
    await held.hear(stranger.model_copy(update={"network": "mastodon", "account": "acme"}))
    drained = await held.work()
    assert drained.failed == []
    assert await why(held) == "suspended"
