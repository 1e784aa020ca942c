"""`reply` when the network's time for answers is over: an approved text is chosen, filled in, seen, and sent once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.cards import Card, Form
from bot.commands import Reply
from bot.config import Approval, Config
from bot.domain.answer import AnswerState
from bot.domain.post import Author
from bot.domain.templates import Filled, Place, Template
from bot.errors import PermanentError, RetriableError
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.fakes.source import FakeSource
from tests.handlers.commands.test_approve import approve, company_with
from tests.handlers.company import Company, changed, post, said

NEWS = Template(
    "we_are_back",
    "en_US",
    "Hi {{1}}, we have news about your order {{2}}.\n\nAcme",
    (Place("1", "Mark"), Place("order")),
)
HALLO = Template("hallo", "de", "Wir haben Neuigkeiten für Sie.")
BACK = Template("hello", "en", "We have news for you.")


@pytest.fixture
async def source(company: Company) -> FakeSource:
    """A network that takes other answers for a day, and approved texts after that."""
    company.sources["demo"] = source = FakeSource()
    source.able(reply_window=timedelta(hours=24), window_renews=True, templates=True)
    source.offers = [HALLO, NEWS, BACK]
    return source


@pytest.fixture
async def late(company: Company, source: FakeSource) -> Company:
    """Ana holds B-1, whose customer has not written for more than a day."""
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    company.clock.move(timedelta(hours=30))
    await company.work()
    return company


def form_of(reply: Reply) -> Form:
    assert reply.form is not None, plain(reply.card) if reply.card is not None else "nothing"
    return reply.form


def shown(form: Form) -> str:
    return plain(Card(form.title, form.intro))


async def submit(company: Company, form: Form, **typed: str) -> Reply:
    """Ana sends the form; what she did not type stays as it was filled in."""
    filled = {field.name: field.default for field in form.fields}
    return await company.submit("ana", "reply", **{**form.args, **filled, **typed})


async def chosen(company: Company, template: Template = NEWS) -> Form:
    form = form_of(await company.say("ana", "reply B-1"))
    return form_of(await submit(company, form, template=template.key))


async def seen(company: Company, **values: str) -> Form:
    """The form with the places of NEWS filled in, and what the customer would read."""
    return form_of(await submit(company, await chosen(company), **(values or {"value_1": "Maya", "value_2": "4711"})))


async def test_approved_texts_are_offered_those_in_the_customers_language_first(late: Company) -> None:
    form = form_of(await late.say("ana", "reply B-1"))
    (field,) = form.fields
    assert [choice.value for choice in field.choices] == [BACK.key, NEWS.key, HALLO.key]
    assert field.choices[0].label == "hello (en): We have news for you."
    assert (field.default, form.submit) == (BACK.key, "Next")
    assert "for 24 hours after a post, and those are over" in shown(form)
    assert "┃ third parcel that arrives crushed" in shown(form)


async def test_its_places_are_asked_for_and_what_the_customer_would_read_is_shown_before_it_is_sent(
    late: Company, source: FakeSource
) -> None:
    form = await chosen(late)
    assert [(field.name, field.label, field.hint) for field in form.fields] == [
        ("value_1", "Place 1", "For example: Mark"),
        ("value_2", "order", ""),
    ]
    assert form.submit == "Preview"
    assert "┃ Hi {{1}}, we have news about your order {{2}}." in shown(form)
    again = form_of(await submit(late, form, value_1=" Maya\nOkafor ", value_2="4711"))
    assert again.submit == "Send"
    assert "┃ Hi Maya Okafor, we have news about your order 4711." in shown(again)
    assert [field.default for field in again.fields] == ["Maya Okafor", "4711"]
    await late.work()
    assert source.asked == 0


async def test_what_was_shown_is_sent_once_as_the_template_that_it_is(late: Company, source: FakeSource) -> None:
    form = await seen(late)
    assert "is going out" in said(await submit(late, form))
    await late.work()
    await late.later(hours=2)
    (standing,) = source.standing
    assert (standing.post, standing.text) == ("post-0", "Hi Maya, we have news about your order 4711.\n\nAcme")
    assert source.filled == [Filled("we_are_back", "en_US", ("Maya", "4711"))]
    answer = (await late.conversation()).answer
    assert answer is not None
    assert (answer.state, answer.template) == (AnswerState.SENT, source.filled[0])
    assert "Hi Maya, we have news about your order 4711." in await late.card()


async def test_what_is_changed_after_it_was_shown_is_shown_anew(late: Company, source: FakeSource) -> None:
    again = form_of(await submit(late, await seen(late), value_1="Tom"))
    assert "┃ Hi Tom, we have news" in shown(again)
    await late.work()
    assert source.asked == 0
    await submit(late, again)
    await late.work()
    assert source.standing[0].text.startswith("Hi Tom,")


async def test_a_text_without_places_is_sent_as_it_was_shown(late: Company, source: FakeSource) -> None:
    form = await chosen(late, BACK)
    assert (form.fields, form.submit) == ((), "Send")
    assert "┃ We have news for you." in shown(form)
    await submit(late, form)
    await late.work()
    assert source.filled == [Filled("hello", "en")]


async def test_no_button_sends_a_template_whatever_it_carries(late: Company, source: FakeSource) -> None:
    form = await chosen(late, BACK)
    assert (await late.press("ana", "reply", **form.args)).form is not None
    await late.work()
    assert source.asked == 0


async def test_the_only_one_needs_no_choosing(late: Company, source: FakeSource) -> None:
    source.offers = [NEWS]
    form = form_of(await late.say("ana", "reply B-1"))
    assert [field.name for field in form.fields] == ["value_1", "value_2"]


async def test_within_the_time_nothing_is_offered_but_ones_own_words(company: Company, source: FakeSource) -> None:
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    form = form_of(await company.say("ana", "reply B-1"))
    assert [field.name for field in form.fields] == ["text"]


async def test_whoever_wrote_again_in_the_thread_can_be_answered_in_ones_own_words(
    late: Company, source: FakeSource
) -> None:
    chat: dict[str, Any] = {"root_id": "chat/maya", "by": Author(handle="maya")}
    first = post("first", "hello", **chat)
    await late.hear(first)
    await late.say("ana", "claim B-2")
    assert [field.name for field in form_of(await late.say("ana", "reply B-2")).fields] == ["template"]
    later = post("later", "are you there?", **chat).model_copy(update={"posted_at": late.clock.now()})
    await late.hear(later, changed("deleted", later))
    form = form_of(await late.say("ana", "reply B-2"))
    assert [field.name for field in form.fields] == ["text"]
    await late.submit("ana", "reply", **{**form.args, "text": "We are."})
    await late.work()
    assert [each.text for each in source.standing] == ["We are."]


async def test_the_customer_writes_while_a_template_is_filled_in(late: Company, source: FakeSource) -> None:
    form = await seen(late)
    again = post("post-9", "I found it", "customer0", parent_id="post-0")
    await late.hear(again.model_copy(update={"posted_at": late.clock.now()}))
    own = form_of(await submit(late, form))
    assert [field.name for field in own.fields] == ["text"]
    assert "⚠ The customer wrote again meanwhile." in shown(own)
    await late.work()
    assert source.asked == 0


async def test_where_nothing_is_approved_it_is_said(late: Company, source: FakeSource) -> None:
    source.offers = []
    told = said(await late.say("ana", "reply B-1"))
    assert "those are over. The network has approved no text that could be sent instead." in told


@pytest.mark.parametrize("error", [RetriableError("It is away."), PermanentError("It is away.")])
async def test_where_the_network_does_not_tell_its_templates_its_reason_is_said(
    late: Company, source: FakeSource, error: Exception
) -> None:
    source.silent = error
    assert "those are over. It is away." in said(await late.say("ana", "reply B-1"))
    source.silent = None
    assert (await late.say("ana", "reply B-1")).form is not None


async def test_a_refusal_is_told_and_changing_it_begins_with_what_was_filled_in(
    late: Company, source: FakeSource
) -> None:
    source.plan.replies.append(PermanentError("The template is paused."))
    await submit(late, await seen(late))
    await late.work()
    assert "The template is paused." in await late.card()
    form = await chosen(late)
    assert [field.default for field in form.fields] == ["Maya", "4711"]
    await late.say("ana", "resend B-1")
    await late.work()
    assert source.filled == [Filled("we_are_back", "en_US", ("Maya", "4711"))]


async def test_whoever_lost_the_baton_meanwhile_is_told_and_nothing_is_sent(late: Company, source: FakeSource) -> None:
    form = await seen(late)
    await late.say("ana", "release B-1")
    assert re.search("Nobody holds the baton", said(await submit(late, form)))
    await late.work()
    assert source.asked == 0


async def test_a_card_offers_to_reply_also_when_only_templates_can_be_sent(late: Company) -> None:
    await late.say("ben", "note B-1 see")
    await late.work()
    assert "Reply…" in await late.card()


async def test_a_department_approves_it_like_any_answer(
    storage: SqlStorage, clock: SetClock, config: Config, source: FakeSource
) -> None:
    company = await company_with(storage, clock, config, Approval(by="product"))
    company.sources["demo"] = source
    company.clock.move(timedelta(hours=30))
    form = await seen(company)
    assert (form.submit, "Product must approve it before it goes out" in shown(form)) == ("Ask for approval", True)
    await submit(company, form)
    await company.work()
    assert source.asked == 0
    assert "┃ Hi Maya, we have news about your order 4711." in await company.card()
    await approve(company, "ben")
    await company.work()
    assert source.filled == [Filled("we_are_back", "en_US", ("Maya", "4711"))]
