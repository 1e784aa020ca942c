"""`reply`: only its form sends, and the form shows what goes out, where, and who will see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cards import Card, Form
from bot.commands import Reply
from bot.dispatch import FieldErrors
from bot.domain.conversation import State
from bot.domain.post import WORD_OF_MOUTH, Visibility
from tests.bot.views.plain import plain
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, changed, post, said


@pytest.fixture
async def source(company: Company) -> FakeSource:
    """The network on which B-1 is."""
    source = FakeSource()
    company.sources["demo"] = source
    return source


@pytest.fixture
async def held(company: Company, source: FakeSource) -> Company:
    """Ana holds B-1, which can be answered."""
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    await company.work()
    return company


def form_of(reply: Reply) -> Form:
    assert reply.form is not None, plain(reply.card) if reply.card is not None else "nothing"
    return reply.form


def shown(form: Form) -> str:
    return plain(Card(form.title, form.intro))


async def opened(company: Company, text: str = "") -> Form:
    return form_of(await company.say("ana", f"reply B-1 {text}"))


async def send(company: Company, text: str, form: Form | None = None) -> Reply:
    """Ana sends the form with these words."""
    form = form or await opened(company)
    return await company.submit("ana", "reply", **{**form.args, "text": text})


async def test_the_form_shows_what_goes_out_where_and_who_will_see_it(held: Company) -> None:
    form = await opened(held)
    assert (form.title, form.submit, form.fields[0].default) == ("Reply B-1", "Send", "")
    words = shown(form)
    assert "As       acme on Mastodon" in words
    assert "Seen by  everybody: it is public" in words
    assert "Room     500 characters left" in words
    assert "┃ third parcel that arrives crushed" in words


async def test_what_is_typed_beside_it_only_fills_the_form(held: Company, source: FakeSource) -> None:
    form = await opened(held, "We are sorry. A new one is on its way.")
    assert form.fields[0].default == "We are sorry. A new one is on its way."
    assert "462 of 500 characters left" in shown(form)
    await held.work()
    assert (source.asked, (await held.conversation()).answer) == (0, None)


async def test_no_button_sends_whatever_it_carries(held: Company, source: FakeSource) -> None:
    """Where no form can open, a button stands in for it and carries the words: it opens the form."""
    form = await opened(held)
    again = form_of(await held.press("ana", "reply", **form.args, text="We are sorry."))
    assert again.fields[0].default == "We are sorry."
    assert "meanwhile" not in shown(again)
    await held.work()
    assert source.asked == 0


async def test_the_form_sends_and_the_card_says_so(held: Company, source: FakeSource) -> None:
    assert "is going out" in said(await send(held, "We are sorry.\nA new one is on its way."))
    assert (await held.conversation()).state is State.HELD
    await held.work()
    (standing,) = source.standing
    assert (standing.post, standing.text) == ("post-0", "We are sorry.\nA new one is on its way.")
    card = await held.card()
    assert "by Ana Lima (Support): “We are sorry. A new one is on its way.”" in card
    assert "waiting for the customer" in card
    assert "[ Our answer ](https://social.example/ours/1)" in card
    assert held.everyone_told() == {}


async def test_only_the_holder_sees_the_form_and_others_are_told_who_that_is(held: Company, source: FakeSource) -> None:
    for reply in (
        await held.say("ben", "reply B-1"),
        await held.say("ben", "reply B-1 I know"),
        await held.press("ben", "reply", conversation="B-1"),
    ):
        assert "Ana Lima holds the baton of B-1." in said(reply)
        assert "[ Join ]  [ Ask Ana Lima to pass ]" in said(reply)
    form = await opened(held)
    with pytest.raises(FieldErrors) as refused:
        await held.submit("ben", "reply", **{**form.args, "text": "I know"})
    assert "Ana Lima holds the baton" in refused.value.errors["text"]
    await held.say("ana", "release B-1")
    assert "Nobody holds the baton of B-1." in said(await held.say("ana", "reply B-1"))
    await held.work()
    assert source.asked == 0


async def test_too_long_is_said_in_the_field_with_the_numbers(held: Company, source: FakeSource) -> None:
    family = "👩‍👩‍👧"
    await send(held, family * 500)
    await held.work()
    source.able(longest=300, unit="bytes")
    with pytest.raises(FieldErrors) as refused:
        await send(held, "é" * 151)
    assert refused.value.errors == {"text": "That is 302 bytes; Mastodon takes 300: 2 too many. Shorten it."}
    await held.work()
    assert source.asked == 1


async def test_blank_words_are_not_sent(held: Company, source: FakeSource) -> None:
    with pytest.raises(FieldErrors) as refused:
        await send(held, " \n ")
    assert "An answer needs words." in refused.value.errors["text"]
    assert source.asked == 0


async def test_when_the_customer_wrote_meanwhile_the_form_comes_again_with_what_was_typed(
    held: Company, source: FakeSource
) -> None:
    form = await opened(held)
    await held.hear(post("post-9", "Now the box is wet as well", "customer0", parent_id="post-0"))
    again = form_of(await send(held, "We are sorry.", form))
    assert again.fields[0].default == "We are sorry."
    assert "⚠ The customer wrote again meanwhile. Does your answer still fit?" in shown(again)
    assert "┃ Now the box is wet as well" in shown(again)
    assert source.asked == 0
    await send(held, "We are sorry for both.", again)
    await held.work()
    assert [(each.post, each.text) for each in source.standing] == [("post-9", "We are sorry for both.")]


async def test_when_the_post_was_deleted_meanwhile_an_older_one_is_not_answered_unasked(
    held: Company, source: FakeSource
) -> None:
    later = post("post-9", "Now the box is wet as well", "customer0", parent_id="post-0")
    await held.hear(later)
    form = await opened(held)
    await held.hear(changed("deleted", later))
    again = form_of(await send(held, "We are sorry.", form))
    assert "⚠ The customer deleted the post that you were answering." in shown(again)
    assert "wet" not in shown(again)
    assert source.asked == 0


async def test_when_all_was_deleted_there_is_nothing_to_answer(held: Company, source: FakeSource) -> None:
    form = await opened(held)
    await held.hear(changed("deleted", post("post-0", author="customer0")))
    with pytest.raises(FieldErrors) as refused:
        await send(held, "We are sorry.", form)
    assert "nothing left to answer" in refused.value.errors["text"]
    assert "The customer deleted it" in said(await held.say("ana", "reply B-1"))


async def test_where_the_network_takes_no_answer_there_is_the_way_to_it(held: Company, source: FakeSource) -> None:
    source.refusal = "Answers here are for business accounts."
    told = said(await held.say("ana", "reply B-1"))
    assert "B-1 cannot be answered from here. Answers here are for business accounts." in told
    assert "[ Wait for the customer ]  [ Resolve… ]" in told


async def test_after_the_window_there_is_no_answer(held: Company, source: FakeSource) -> None:
    source.able(reply_window=timedelta(hours=24))
    assert (await held.say("ana", "reply B-1")).form is not None
    held.clock.move(timedelta(hours=23, minutes=30))
    assert "for 24 hours after a post, and those are over" in said(await held.say("ana", "reply B-1"))


async def test_a_source_that_is_not_configured_any_more_answers_nothing(held: Company) -> None:
    del held.sources["demo"]
    assert "“demo”, is not configured any more" in said(await held.say("ana", "reply B-1"))
    await held.say("ben", "note B-1 see")
    await held.work()
    assert "Reply…" not in await held.card()


async def test_what_was_told_by_word_of_mouth_is_answered_by_whoever_heard_it(held: Company) -> None:
    await held.hear(post("told", "too loud", network=WORD_OF_MOUTH))
    await held.say("ana", "claim B-2")
    del held.sources["demo"]
    assert "told to a colleague, who can answer in the same way" in said(await held.say("ana", "reply B-2"))


async def test_a_private_message_is_answered_in_private(held: Company) -> None:
    await held.hear(post("dm", "between us", "zoe", visibility=Visibility.PRIVATE))
    await held.say("ana", "claim B-2")
    assert "Seen by  Zoe alone: it is private" in shown(form_of(await held.say("ana", "reply B-2")))


async def test_the_form_begins_with_the_draft_and_typed_words_come_before_it(held: Company) -> None:
    assert "Kept." in said(await held.say("ben", "draft B-1 We are very sorry."))
    await held.work()
    assert "Ben Roth: “We are very sorry.”" in await held.card()
    assert (await opened(held)).fields[0].default == "We are very sorry."
    assert (await opened(held, "Sorry!")).fields[0].default == "Sorry!"
    await send(held, "Sorry!")
    await held.work()
    assert (await held.conversation()).draft is None
    assert (await opened(held)).fields[0].default == ""


async def test_the_holder_answers_once_at_a_time(held: Company) -> None:
    form = await opened(held)
    await send(held, "We are sorry.", form)
    with pytest.raises(FieldErrors) as refused:
        await send(held, "We are sorry.", form)
    assert "still going out" in refused.value.errors["text"]
    await held.work()
    assert "We answered last: “We are sorry.”" in shown(await opened(held))


async def test_a_long_answer_without_a_conversation_is_not_lost_and_not_sent(held: Company, source: FakeSource) -> None:
    form = form_of(await held.say("ana", "reply " + "We are sorry. " * 30))
    again = form_of(await held.submit("ana", "reply", conversation="B-1", text="We are sorry. " * 30))
    assert {field.name for field in form.fields} == {"conversation", "text"}
    assert again.fields[0].default.startswith("We are sorry. We are sorry.")
    assert "Seen by" in shown(again)
    assert source.asked == 0


# The customer answers our answer.


async def answered(company: Company) -> None:
    await send(company, "We are sorry.")
    await company.work()
    company.clock.move(timedelta(hours=1))


async def test_what_the_customer_writes_to_our_answer_is_the_same_conversation(held: Company) -> None:
    await answered(held)
    await held.hear(post("post-9", "Thank you", "customer0", parent_id="ours-1"))
    await held.work()
    c = await held.conversation()
    assert (c.posts, c.state, c.is_held_by(held.people["ana"].ref)) == (2, State.HELD, True)
    assert held.everyone_told() == {"ana": ["Customer0 wrote again: B-1"]}
    assert "[ Reply… ! ]" in await held.card()


async def test_what_somebody_else_writes_to_our_answer_comes_there_too(held: Company) -> None:
    await answered(held)
    await held.hear(post("post-9", "Same here", "tom", parent_id="ours-1"))
    assert (await held.conversation()).posts == 2


async def test_the_same_id_on_another_account_is_another_matter(held: Company) -> None:
    await answered(held)
    await held.hear(post("post-9", "Thank you", "customer0", parent_id="ours-1", account="acme_de"))
    assert (await held.conversation()).posts == 1


async def test_when_nobody_holds_it_what_the_customer_answers_is_on_the_floor(held: Company) -> None:
    await answered(held)
    await held.say("ana", "release B-1")
    await held.hear(post("post-9", "Thank you", "customer0", parent_id="ours-1"))
    await held.work()
    assert (await held.conversation()).state is State.FLOOR
    assert "[ Claim ! ]" in await held.card()
    assert held.everyone_told() == {}


async def test_what_the_customer_answers_reopens_what_was_resolved(held: Company) -> None:
    await answered(held)
    await held.submit("ana", "resolve", conversation="B-1", outcome="answered", wanted="a parcel", changed="nothing")
    await held.hear(post("post-9", "It broke again", "customer0", parent_id="ours-1"))
    c = await held.conversation()
    assert (c.state, c.reopened, c.posts) == (State.FLOOR, 1, 2)


async def test_show_tells_our_answers_among_what_was_said(held: Company) -> None:
    await answered(held)
    shown = said(await held.say("ben", "show B-1"))
    assert "our answer, by Ana Lima (Support)\n┃ We are sorry." in shown
    assert "Ana Lima (Support) answered: “We are sorry.”" in shown
    assert "The answer stands on the network" in shown
