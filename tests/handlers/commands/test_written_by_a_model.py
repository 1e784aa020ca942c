"""`summarise`, `translate`, `suggest`: what a model writes is seen by who asked, and sent by nobody but people."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.cards import Card, Form, buttons
from bot.commands import Reply
from bot.config import AiPart, Config, VoicePart
from bot.domain.post import Visibility
from bot.domain.writing import Said, Suggest, Summarise, Translate, Written
from bot.errors import RetriableError
from tests.bot.views.plain import plain
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, post, said


@pytest.fixture
def config() -> Config:
    """A model is named."""
    return Config(ai=AiPart(model="small-one", languages=("en",)), voice=VoicePart())


@pytest.fixture
async def held(company: Company) -> Company:
    """Ana holds B-1, which can be answered, and notes were written on it."""
    company.sources["demo"] = FakeSource()
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    await company.say("ben", "note B-1 the carrier changed in Lyon, do not tell")
    await company.work()
    return company


def form_of(reply: Reply) -> Form:
    assert reply.form is not None, plain(reply.card) if reply.card is not None else "nothing"
    return reply.form


async def test_the_holder_finds_a_suggestion_in_the_form_that_sends(held: Company) -> None:
    form = form_of(await held.say("ana", "suggest B-1"))
    assert (form.command, form.submit) == ("reply", "Send")
    assert form.fields[0].default == "A new one goes out today."
    words = plain(Card(form.title, form.intro))
    assert "A model suggests these words." in words
    assert "only what you send goes out" in words
    assert "Seen by  everybody: it is public" in words
    await held.work()
    assert (await held.conversation()).answer is None
    source = held.sources["demo"]
    assert isinstance(source, FakeSource)
    assert source.asked == 0


async def test_what_the_holder_changed_is_what_goes_out(held: Company) -> None:
    form = form_of(await held.say("ana", "suggest B-1"))
    await held.submit("ana", "reply", **{**form.args, "text": "A new one went out today."})
    await held.work()
    source = held.sources["demo"]
    assert isinstance(source, FakeSource)
    assert [standing.text for standing in source.standing] == ["A new one went out today."]


async def test_others_find_it_in_the_form_that_keeps_a_draft(held: Company) -> None:
    form = form_of(await held.say("ben", "suggest B-1"))
    assert (form.command, form.submit) == ("draft", "Keep it")
    assert "whoever holds the baton finds it" in plain(Card(form.title, form.intro))
    await held.submit("ben", "draft", **{**form.args, "text": form.fields[0].default})
    draft = (await held.conversation()).draft
    assert draft is not None
    assert (draft.text, draft.by.name) == ("A new one goes out today.", "Ben Roth")


async def test_nothing_that_colleagues_say_among_themselves_goes_into_a_suggestion(held: Company) -> None:
    await held.say("ana", "suggest B-1 say sorry, and that it is on its way")
    (asked,) = held.writer.asked
    assert isinstance(asked, Suggest)
    assert asked.said == (Said("customer", "third parcel that arrives crushed"),)
    assert asked.wanted == "say sorry, and that it is on its way"
    assert (asked.room.network, asked.room.longest, asked.room.public) == ("mastodon", 500, True)


async def test_what_we_answered_before_is_part_of_it(held: Company) -> None:
    form = form_of(await held.say("ana", "reply B-1"))
    await held.submit("ana", "reply", **{**form.args, "text": "We look into it."})
    await held.work()
    held.clock.move(timedelta(minutes=5))
    await held.hear(post("post-9", "And?", "customer0", parent_id="post-0", root_id="post-0"))
    await held.work()
    await held.say("ana", "suggest B-1")
    asked = held.writer.asked[-1]
    assert isinstance(asked, Suggest)
    assert [(each.by, each.text) for each in asked.said] == [
        ("customer", "third parcel that arrives crushed"),
        ("us", "We look into it."),
        ("customer", "And?"),
    ]


async def test_links_that_were_left_out_are_named_in_the_form(held: Company) -> None:
    held.writer.says = Written("Look here.", ("https://evil.example/x", "@ceo"))
    words = plain(Card("", form_of(await held.say("ana", "suggest B-1")).intro))
    assert "Left out, since it is not ours: “evil[.]example/x” and “@ceo”." in words


async def test_a_summary_is_made_of_everything_and_seen_by_who_asked(held: Company) -> None:
    held.writer.says = Written("Parcels arrive crushed.\nThe carrier changed.")
    reply = await held.say("chloe", "summarise B-1")
    assert "Parcels arrive crushed." in said(reply)
    assert "Written by a model. It may be wrong" in said(reply)
    assert (reply.public, reply.secret) == (False, True)
    (asked,) = held.writer.asked
    assert isinstance(asked, Summarise)
    assert [(each.by, each.text) for each in asked.said] == [
        ("customer", "third parcel that arrives crushed"),
        ("colleague", "the carrier changed in Lyon, do not tell"),
    ]
    assert not (await held.trail())[-1].kind.startswith("summar")


@pytest.mark.parametrize(("typed", "into"), [("", "en"), ("de", "de"), ("German", "de"), ("de-AT", "de")])
async def test_a_translation_is_into_what_was_asked_for(held: Company, typed: str, into: str) -> None:
    held.writer.says = Written("The third parcel.")
    reply = await held.say("ben", f"translate B-1 {typed}")
    assert "┃ The third parcel." in said(reply)
    assert reply.secret
    (asked,) = held.writer.asked
    assert asked == Translate(1, (await held.conversation()).customer_id, "third parcel that arrives crushed", into)


async def test_a_language_that_nobody_knows_is_not_asked_for(held: Company) -> None:
    assert "I know no language “klingon”" in said(await held.say("ben", "translate B-1 klingon"))
    assert held.writer.asked == []


async def test_what_is_asked_twice_is_written_once(held: Company) -> None:
    await held.say("ana", "suggest B-1")
    await held.say("ana", "suggest B-1")
    assert len(held.writer.asked) == 1
    await held.say("ana", "suggest B-1 something else")
    assert len(held.writer.asked) == 2


async def test_what_takes_longer_comes_as_a_message_to_who_asked(held: Company) -> None:
    held.writer.free.clear()
    reply = await held.say("ben", "summarise B-1")
    assert "A model is summarising B-1. You will get it as a message from me." in said(reply)
    assert "[ Look again ]" in said(reply)
    held.writer.says = Written("Parcels arrive crushed.")
    held.writer.free.set()
    await held.work()
    assert held.told("ben") == ["B-1 in short"]
    assert len(held.writer.asked) == 1
    assert "ana" not in held.everyone_told()


async def test_a_suggestion_that_took_longer_opens_the_form_by_its_button(held: Company) -> None:
    held.writer.free.clear()
    await held.say("ana", "suggest B-1 that it is on its way")
    held.writer.free.set()
    await held.work()
    (shown,) = held.platform.shown_in("D-ana")
    (use,) = [each for each in buttons(shown.card.blocks) if each.command == "suggest"]
    form = form_of(await held.press("ana", "suggest", **use.args))
    assert form.fields[0].default == "A new one goes out today."
    assert len(held.writer.asked) == 1


async def test_a_failure_that_took_longer_is_told_and_not_repeated_for_days(held: Company) -> None:
    held.writer.free.clear()
    await held.say("ana", "suggest B-1")
    held.writer.says = RetriableError("The model did not answer in 30 s.")
    held.writer.free.set()
    await held.work()
    assert held.told("ana") == ["The model failed at drafting an answer in B-1."]
    asked = len(held.writer.asked)
    await held.later(days=1)
    assert len(held.writer.asked) == asked


async def test_a_failure_at_once_is_said_at_once(held: Company) -> None:
    held.writer.says = RetriableError("The model is left alone for 30 s.")
    assert "The model wrote nothing: The model is left alone for 30 s." in said(await held.say("ana", "suggest B-1"))
    await held.work()
    assert held.everyone_told() == {}


async def test_nobody_waits_in_a_transaction(held: Company) -> None:
    held.writer.free.clear()
    asking = asyncio.create_task(held.say("ana", "suggest B-1"))
    await asyncio.sleep(0.01)
    await held.say("ben", "note B-1 meanwhile")
    held.writer.free.set()
    assert form_of(await asking).command == "reply"


async def test_nothing_is_sent_to_who_is_forgotten_meanwhile(held: Company) -> None:
    customer = (await held.conversation()).customer_id
    held.writer.free.clear()
    await held.say("ana", "summarise B-1")
    await held.writing_desk.forget([customer])
    assert held.told("ana") == []
    held.writer.free.set()
    asked = held.writer.asked[0]
    assert (await held.writing_desk.ask(asked)).state == "ready"
    await held.writing_desk.forget([customer])
    held.writer.says = Written("other words")
    piece = await held.writing_desk.ask(asked)
    assert piece.written == Written("other words")


async def test_where_it_cannot_be_sent_from_here_it_can_still_be_kept(company: Company) -> None:
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    form = form_of(await company.say("ana", "suggest B-1"))
    assert form.command == "draft"
    assert "It cannot be sent from here" in plain(Card("", form.intro))


async def test_a_private_message_is_answered_as_one(company: Company) -> None:
    company.sources["demo"] = FakeSource()
    await company.hear(post("post-0", "psst", "maya", visibility=Visibility.PRIVATE))
    await company.work()
    await company.say("ana", "claim B-1")
    await company.say("ana", "suggest B-1")
    asked = company.writer.asked[-1]
    assert isinstance(asked, Suggest)
    assert not asked.room.public


class TestWithoutAModel:
    """No model is named."""

    @pytest.fixture
    def config(self) -> Config:
        return Config()

    @pytest.mark.parametrize("typed", ["suggest B-1", "summarise B-1", "translate B-1"])
    async def test_the_verbs_say_so_and_no_button_shows(self, held: Company, typed: str) -> None:
        assert "There is no model here that could write." in said(await held.say("ana", typed))
        assert held.writer.asked == []
        shown = said(await held.say("ana", "show B-1"))
        assert "Suggest" not in shown
        assert "Summarise" not in shown


async def test_the_whole_conversation_offers_what_makes_sense(held: Company) -> None:
    shown = said(await held.say("ana", "show B-1"))
    assert "[ Suggest… ]" in shown
    assert "[ Summarise ]" not in shown
    assert "[ Translate ]" not in shown
    for n in range(3):
        await held.say("ben", f"note B-1 number {n}")
    await held.hear(
        post("post-8", "Das dritte Paket, das zerdrückt bei mir ankommt", "customer0", lang="de", parent_id="post-0")
    )
    shown = said(await held.say("ana", "show B-1"))
    assert "[ Summarise ]" in shown
    assert "[ Translate ]" in shown
