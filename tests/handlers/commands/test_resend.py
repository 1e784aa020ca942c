"""`resend` and `sent`: what becomes of an answer that failed, or of which nobody knows, is the holder's to decide."""

from __future__ import annotations

import pytest

from bot.domain.answer import AnswerState
from bot.domain.conversation import State
from bot.errors import PermanentError
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, said
from tests.handlers.events.test_send_answer import TIMEOUT, answer, state


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


async def unclear(company: Company, source: FakeSource) -> None:
    source.able(once="never")
    source.plan.replies.append(TIMEOUT)
    await answer(company)
    await company.work()


async def test_the_holder_sends_it_again(held: Company, source: FakeSource) -> None:
    await unclear(held, source)
    assert "Ana Lima holds the baton" in said(await held.press("ben", "resend", conversation="B-1"))
    await held.press("ana", "resend", conversation="B-1")
    await held.work()
    assert (source.asked, len(source.standing), await state(held)) == (2, 1, AnswerState.SENT)
    assert "No answer in B-1 is stuck." in said(await held.say("ana", "resend B-1"))


async def test_sending_again_may_fail_again(held: Company, source: FakeSource) -> None:
    await unclear(held, source)
    source.plan.replies.append(TIMEOUT)
    await held.say("ana", "resend B-1")
    await held.work()
    assert (source.asked, await state(held)) == (2, AnswerState.UNCLEAR)
    assert held.told("ana") == ["Did your answer in B-1 arrive?"] * 2


async def test_the_holder_says_that_it_arrived(held: Company, source: FakeSource) -> None:
    await unclear(held, source)
    assert "Ana Lima holds the baton" in said(await held.say("ben", "sent B-1"))
    assert "Noted: your answer in B-1 arrived." in said(await held.say("ana", "sent B-1"))
    await held.later(hours=2)
    assert (source.asked, await state(held)) == (1, AnswerState.SENT)
    assert (await held.conversation()).state is State.WAITING


async def test_no_other_answer_is_written_until_it_is_decided(held: Company, source: FakeSource) -> None:
    await unclear(held, source)
    told = said(await held.say("ana", "reply B-1 again?"))
    assert "Nobody knows yet whether the last answer in B-1 arrived." in told
    assert "[ It arrived ]  [ Send it again ]" in told
    await held.say("ana", "sent B-1")
    assert (await held.say("ana", "reply B-1 again?")).form is not None


async def test_what_failed_is_changed_in_the_form(held: Company, source: FakeSource) -> None:
    source.plan.replies.append(PermanentError("422: no swearing"))
    await answer(held, "Damn.")
    await held.work()
    form = (await held.say("ana", "reply B-1")).form
    assert form is not None
    assert form.fields[0].default == "Damn."
    await answer(held, "Oh dear.")
    await held.work()
    assert [each.text for each in source.standing] == ["Oh dear."]


async def test_nothing_is_closed_over_an_answer_whose_fate_nobody_knows(held: Company, source: FakeSource) -> None:
    await unclear(held, source)
    refused = said(await held.say("ana", "resolve B-1 answered | a new one | nothing"))
    assert "Nobody knows yet whether the last answer in B-1 arrived." in refused
    await held.say("ana", "sent B-1")
    assert "is resolved" in said(await held.say("ana", "resolve B-1 answered | a new one | nothing"))
