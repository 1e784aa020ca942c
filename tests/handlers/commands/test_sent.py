"""`sent` where a source cannot answer: the card says why and leads to the post, and what was answered there is noted."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.cards import Card, Form
from bot.commands import Reply
from bot.domain.answer import AnswerState
from bot.domain.conversation import State
from bot.domain.post import Post
from bot.errors import PermanentError
from tests.bot.views.plain import plain
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, said
from tests.handlers.events.test_send_answer import answer

WHY = "The network takes answers only from whoever was mentioned."


class Picky(FakeSource):
    """A network that takes no answer to this post."""

    def refuses(self, post: Post, now: datetime) -> str | None:
        return WHY


@pytest.fixture
async def source(company: Company) -> FakeSource:
    company.sources["demo"] = source = Picky()
    return source


@pytest.fixture
async def held(company: Company, source: FakeSource) -> Company:
    """Ana holds B-1, which cannot be answered from here."""
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    await company.work()
    return company


def form_of(reply: Reply) -> Form:
    assert reply.form is not None, plain(reply.card) if reply.card is not None else "nothing"
    return reply.form


async def test_instead_of_a_form_there_is_the_reason_and_the_way_to_the_post(held: Company) -> None:
    told = said(await held.say("ana", "reply B-1 We are sorry."))
    assert WHY in told
    assert "[ I answered there… ]" in told


async def test_the_card_of_the_holder_says_why_there_is_no_reply(held: Company) -> None:
    card = await held.card()
    assert f"It cannot be answered from here: {WHY}" in card
    assert "I answered there…" in card
    assert "Reply…" not in card


async def test_what_was_answered_there_is_noted_as_the_answer_and_sent_nowhere(
    held: Company, source: FakeSource
) -> None:
    form = form_of(await held.press("ana", "sent", conversation="B-1"))
    assert (form.title, form.submit) == ("Answered B-1", "Note it")
    assert "third parcel" in plain_intro(form)
    await held.submit("ana", "sent", **{**form.args, "wrote": "We are sorry. A new one is on its way."})
    await held.work()
    conversation = await held.conversation()
    assert conversation.answer is not None
    assert (conversation.answer.state, conversation.answer.text) == (
        AnswerState.SENT,
        "We are sorry. A new one is on its way.",
    )
    assert (conversation.state, conversation.answered, source.asked) == (State.WAITING, 1, 0)
    assert "We are sorry. A new one is on its way." in said(await held.say("ana", "show B-1"))


async def test_a_draft_is_what_the_form_begins_with(held: Company) -> None:
    await held.say("ben", "draft B-1 So sorry, Maya.")
    assert form_of(await held.say("ana", "sent B-1")).fields[0].default == "So sorry, Maya."


async def test_words_that_are_typed_need_no_form(held: Company, source: FakeSource) -> None:
    assert "Noted in B-1: what you answered there." in said(await held.say("ana", "sent B-1 A new one is on its way."))
    await held.work()
    assert source.asked == 0


async def test_only_the_holder_says_so(held: Company) -> None:
    assert "Ana Lima holds the baton" in said(await held.say("ben", "sent B-1"))
    assert "Ana Lima holds the baton" in said(await held.say("ben", "sent B-1 Done."))


async def test_what_did_not_go_out_may_have_been_written_there(company: Company) -> None:
    source = FakeSource()
    company.sources["demo"] = source
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    source.plan.replies.append(PermanentError("403: you can only reply where you are mentioned"))
    await answer(company, "We are sorry.")
    await company.work()
    form = form_of(await company.say("ana", "sent B-1"))
    assert form.fields[0].default == "We are sorry."
    await company.submit("ana", "sent", **{**form.args, "wrote": "We are sorry, Maya."})
    await company.work()
    conversation = await company.conversation()
    assert conversation.answer is not None
    assert (conversation.answer.state, conversation.answer.text) == (AnswerState.SENT, "We are sorry, Maya.")
    assert source.standing == []


def plain_intro(form: Form) -> str:
    return plain(Card(form.title, form.intro))
