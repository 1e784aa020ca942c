"""An idea from the conversation that asks for it to the day it ships: raised once, voted on, passed on, merged and parted."""

from __future__ import annotations

import asyncio

import pytest

from bot.commands import Origin
from bot.dispatch import FieldErrors
from bot.domain.idea import IdeaState
from bot.ports import Asking
from tests.bot.views.plain import plain
from tests.handlers.company import Company, said
from tests.handlers.ideas import asking, idea, kinds


@pytest.fixture
async def asked(company: Company) -> Company:
    """B-1 asks for I-1; B-2 and B-3 do not yet."""
    await company.opened("would love a gift wrap option", "can you wrap gifts", "longer opening hours please")
    await company.say("ana", "idea B-1 gift wrap at checkout")
    return company


# Raising


async def test_an_idea_is_raised_from_a_conversation_and_shown(either_company: Company) -> None:
    company = either_company
    await company.opened("would love a gift wrap option")
    reply = said(await company.say("ana", "idea B-1 Ship gift wraps to Norway"))
    assert "I-1 is a new idea: Ship gift wraps to Norway." in reply, "a title may begin with any word"
    shown = said(await company.say("ben", "idea I-1"))
    for words in (
        "# I-1 · Ship gift wraps to Norway",
        "*New* since",
        "1 conversation of 1 customer: 1 Mastodon",
        "by Ana Lima (Support) from B-1",
        "nobody holds the next step",
    ):
        assert words in shown, shown
    assert "gift wrap option" not in shown, "no customer's words"


async def test_in_a_cards_thread_the_conversation_is_known(company: Company) -> None:
    await company.opened("would love a gift wrap option", "me too")
    await company.say("ana", "idea gift wrap at checkout", thread=await company.thread(1))
    assert (await idea(company)).conversation == 1
    reply = said(await company.say("ana", "idea I-1", thread=await company.thread(2)))
    assert "B-2 asks for I-1 · gift wrap at checkout." in reply
    assert "# I-1" in said(await company.say("ana", "show I-1", thread=await company.thread(2)))
    assert (await asking(company)).conversations == 2


async def test_the_form_offers_what_the_customers_words_are_like_first(asked: Company) -> None:
    await asked.say("ben", "idea B-3 longer opening hours")
    form = (await asked.press("ana", "idea", conversation="B-2")).form
    assert form is not None
    assert [choice.label for choice in form.fields[0].choices] == [
        "I-1 · gift wrap at checkout (new)",
        "I-2 · longer opening hours (new)",
    ]
    reply = await asked.submit("ana", "idea", **form.args, idea="I-1")
    assert "B-2 asks for I-1 · gift wrap at checkout." in said(reply)
    assert (await asking(asked)).conversations == 2
    with pytest.raises(FieldErrors) as wrong:
        await asked.submit("ana", "idea", **form.args)
    assert "write a title" in wrong.value.errors["text"]
    with pytest.raises(FieldErrors) as wrong:
        await asked.submit("ana", "idea", **form.args, idea="I-1", text="another one")
    assert "Leave one of them empty" in wrong.value.errors["text"]


async def test_one_that_says_nearly_the_same_is_asked_about_first(asked: Company) -> None:
    reply = await asked.say("ben", "idea B-2 Gift wrapping in the checkout")
    assert "there is one that says nearly the same" in said(reply)
    assert "[ Add B-2 to I-1 ! ]" in said(reply)
    await asked.press("ben", "idea", what="add", idea="I-1", conversation="B-2")
    assert (await asking(asked)).conversations == 2
    another = {"what": "raise", "text": "Gift wrapping in the checkout", "new": "yes", "conversation": "B-3"}
    made = said(await asked.press("ben", "idea", **another))
    assert "I-2 is a new idea" in made
    assert "Maybe the same: *I-1 · gift wrap at checkout*" in made


async def test_a_conversation_asks_once_and_may_be_taken_out_again(asked: Company) -> None:
    assert "B-2 and B-3 ask for I-1" in said(await asked.say("ana", "idea I-1 B-2, B-3 and B-1"))
    assert "B-2 asks for I-1 · gift wrap at checkout already." in said(await asked.say("ana", "idea B-2 I-1"))
    assert await kinds(asked) == ["raised", "asked_for"]
    assert "1 conversation less" in said(await asked.press("ana", "idea", what="remove", idea="I-1", text="B-3"))
    assert (await asking(asked)).conversations == 2
    assert "B-3 does not ask for I-1" in said(await asked.say("ana", "idea I-1 remove B-3"))
    await asked.say("ana", "idea I-1 remove B-1 B-2")
    assert (await idea(asked)).state is IdeaState.DECLINED


async def test_one_may_be_raised_without_a_conversation_and_nothing_typed_shows_all(company: Company) -> None:
    assert "There is no open idea." in said(await company.say("ana", "idea"))
    await company.say("ana", "idea plant a tree for each order")
    assert (await idea(company)).conversation is None
    assert "*I-1 · plant a tree for each order* · new" in said(await company.say("ana", "idea"))
    assert "Which idea do you mean?" in said(await company.say("ana", "idea plan"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("idea I-9", "There is no I-9."),
        ("idea I-9 plan", "There is no I-9."),
        ("idea B-99 gift wrap", "There is no B-99."),
        ("idea I-1 B-99", "There is no B-99."),
        ("idea I-1 juggle it", "I did not understand “juggle it”."),
        ("idea I-1 add nothing", "“nothing” is not a conversation."),
        ("idea I-1 merge hers", "“hers” is not an idea."),
        ("idea I-1 merge I-1", "I-1 is one idea."),
        ("idea I-1 apart", "Which other idea?"),
        ("idea I-1 apart I-9", "There is no I-9."),
        ("idea I-1 unmerge", "I-1 is not merged into another."),
        ("idea I-1 reopen", "I-1 is new: it is open."),
        ("idea B-2 …", "An idea needs a title."),
        ("release I-1", "Nobody holds the next step of I-1."),
        ("accept I-1", "No pass of I-1 is waiting for an answer."),
        ("pass I-1 product what would it cost?", "Nobody holds the next step of I-1."),
    ],
)
async def test_what_cannot_be_done_is_told_with_the_next_step(asked: Company, typed: str, told: str) -> None:
    answer = said(await asked.say("ben", typed))
    assert told in answer
    assert len(answer.splitlines()) > 1


# Votes and states


async def test_departments_vote_once_each_and_may_change_their_minds(asked: Company) -> None:
    await asked.say("ana", "idea I-1 vote asked for every week")
    await asked.say("ben", "idea I-1 vote against too dear")
    await asked.say("chloe", "idea I-1 vote for we can do it")
    form = (await asked.press("lena", "idea", what="vote", idea="I-1")).form
    assert form is not None
    await asked.submit("lena", "idea", **form.args, stand="against", text="slows packing")
    shown = said(await asked.say("ana", "idea I-1"))
    for words in ("for: “asked for every week”", "for: “we can do it”", "against: “slows packing”"):
        assert words in shown
    assert len((await idea(asked)).votes) == 3
    assert "2 for, 1 against" in said(await asked.say("ana", "ideas"))
    assert "does not know yours" in said(await asked.say("new", "idea I-1 vote me too"))


async def test_it_is_planned_and_shipped_and_whoever_raised_it_is_told(asked: Company) -> None:
    assert "I-1 is being considered: gift wrap" in said(await asked.say("ben", "idea I-1 consider"))
    assert "I-1 is planned: gift wrap" in said(await asked.press("ben", "idea", what="plan", idea="I-1"))
    assert "[ Ship I-1… ]" in said(await asked.say("ben", "ship"))
    assert "I-1 is shipped: gift wrap" in said(await asked.say("ben", "ship I-1"))
    assert "I-1 is shipped already" in said(await asked.say("ben", "ship I-1"))
    assert await kinds(asked) == ["raised", "considered", "planned", "shipped"]
    await asked.work()
    assert asked.told("ana") == ["I-1 is shipped"]
    assert "being considered again" in said(await asked.say("ana", "reopen I-1 it broke"))


async def test_an_idea_is_declined_with_a_reason(asked: Company) -> None:
    form = (await asked.say("ben", "idea I-1 decline")).form
    assert form is not None
    await asked.submit("ben", "idea", **form.args, text="too dear for so few")
    shown = said(await asked.say("ana", "idea I-1"))
    assert "*Declined* since 10:00 by Ben Roth (Product): “too dear for so few”" in shown
    assert "[ Reopen ]" in shown
    await asked.work()
    [notice] = asked.platform.shown_in("D-ana")
    assert "too dear for so few" in plain(notice.card)


async def test_the_lists_show_what_most_ask_for_first(asked: Company) -> None:
    await asked.say("ana", "idea B-3 longer opening hours")
    await asked.say("ana", "idea I-2 B-2")
    await asked.say("ana", "idea I-1 plan")
    lines = said(await asked.say("ben", "ideas")).splitlines()
    assert [line.strip()[1:4] for line in lines if line.strip().startswith("*I-")] == ["I-2", "I-1"]
    assert "1 idea planned" in said(await asked.say("ben", "ideas planned"))
    assert "No idea is shipped." in said(await asked.say("ben", "ideas shipped"))
    for number in range(12):
        await asked.say("ana", f"idea number {number} {'abcdefghijkl'[number] * 4}")
    first = said(await asked.say("ben", "ideas"))
    assert "1 to 10 of 14" in first
    assert "11 to 14 of 14" in said(await asked.press("ben", "ideas", which="open", page="2"))


async def test_who_asks_is_listed_with_names_and_words_of_those_who_are_there(asked: Company) -> None:
    await asked.say("ana", "idea I-1 B-2")
    shown = said(await asked.press("ben", "idea", what="list", idea="I-1"))
    assert "I-1: 2 conversations" in shown
    assert "*B-2* · Customer1 · Mastodon 10:00 · “can you wrap gifts”" in shown


async def test_the_title_can_be_changed(asked: Company) -> None:
    form = (await asked.press("ben", "idea", what="title", idea="I-1")).form
    assert form is not None
    assert form.fields[0].default == "gift wrap at checkout"
    await asked.submit("ben", "idea", **form.args, text="Gift wrap for every order")
    assert (await idea(asked)).title == "Gift wrap for every order"


# Merging


async def test_merging_is_proposed_with_the_reason_done_and_undone(either_company: Company) -> None:
    company = either_company
    await company.opened("gift wrap please", "wrap my gift", "wrapped gifts")
    await company.say("ana", "idea B-1 gift wrap for all orders")
    await company.say("ana", "idea B-2 gift wrap in shops")
    shown = said(await company.say("ben", "idea I-1"))
    assert "Maybe the same: *I-2 · gift wrap in shops* (“gift” and “wrap” in both)" in shown
    reply = said(await company.press("ben", "idea", what="merge", idea="I-2", other="I-1"))
    assert "I-1 stands for I-2, too" in reply
    assert "2 conversations of 2 customers" in reply
    assert (await asking(company)).conversations == 2
    assert "I-2 was merged into I-1." in said(await company.say("ana", "idea I-2 vote we want it"))
    assert "Stands for    I-2 · gift wrap in shops" in said(await company.say("ana", "idea I-1"))
    await company.say("ana", "unmerge I-2")
    assert (await asking(company)).conversations == 1
    assert "Maybe the same" not in said(await company.say("ben", "idea I-1")), "somebody parted them"


async def test_two_that_are_not_the_same_are_not_proposed_again(asked: Company) -> None:
    await asked.say("ana", "idea B-3 gift wrap in green")
    assert "[ Into I-1 ]" in said(await asked.say("ben", "idea I-2 merge"))
    await asked.press("ben", "idea", what="apart", idea="I-2", other="I-1")
    for number in (1, 2):
        assert "Maybe the same" not in said(await asked.say("ben", f"idea I-{number}"))
    assert "I-1 stands for I-2" in said(await asked.say("ben", "merge I-2 I-1")), "it may be done all the same"


# The baton


async def test_its_next_step_is_held_and_passed_as_a_conversations_is(either_company: Company) -> None:
    company = either_company
    await company.opened("gift wrap please")
    await company.say("ana", "idea B-1 gift wrap")
    assert "The next step of I-1 is yours" in said(await company.say("ana", "claim I-1 for 2h"))
    assert "Ana Lima holds the next step of I-1" in said(await company.say("ben", "claim I-1"))
    assert "I-1 · gift wrap" in said(await company.say("ana", "ideas mine"))
    assert "Product is asked to take I-1" in said(await company.say("ana", "pass I-1 product what would it cost?"))
    await company.work()
    assert company.told("ben") == company.told("chloe") == ["Ana Lima (Support) asks Product to take I-1"]
    assert "You are asked to take 1 idea" in said(await company.say("chloe", "ideas asked"))
    assert "You do not take I-1" in said(await company.say("ben", "decline I-1 not before spring"))
    await company.work()
    assert company.told("ana") == ["Ben Roth (Product) does not take I-1"]
    await company.say("ana", "pass I-1 @slack:chloe could you?")
    assert "The next step of I-1 is yours" in said(await company.say("chloe", "accept I-1"))
    await company.work()
    assert company.told("ana")[-1] == "Chloé Petit (Product) took I-1"
    assert "Nobody holds the next step of I-1 now" in said(await company.say("chloe", "release I-1"))
    assert (await idea(company)).bounces == 1


async def test_the_home_page_shows_what_one_holds_and_is_asked_to_take(asked: Company) -> None:
    async def home(user: str) -> str:
        return plain(await asked.dispatcher.home(asked.people[user], Origin("slack", "T1")))

    assert "My ideas" not in await home("ana")
    await asked.say("ana", "claim I-1 for 2h")
    await asked.say("ana", "pass I-1 @ben what would it cost?")
    assert "*I-1 · gift wrap at checkout* · new · 1 conversation · yours until 12:00" in await home("ana")
    shown = await home("ben")
    assert "Ana Lima asks Ben Roth: “what would it cost?”" in shown
    assert "[ Accept ! ]" in shown


async def test_a_pass_by_form_names_whom_and_what(asked: Company) -> None:
    await asked.say("ana", "claim I-1")
    form = (await asked.press("ana", "idea", what="pass", idea="I-1")).form
    assert form is not None
    ben = asked.people["ben"]
    assert f"person:{ben.id}" in {choice.value for choice in form.fields[0].choices}
    await asked.submit("ana", "idea", **form.args, to=f"person:{ben.id}", text="what would it cost?")
    request = (await idea(asked)).pass_request
    assert request is not None
    assert request.to_person == ben.ref
    form = (await asked.press("ben", "idea", what="refuse", idea="I-1")).form
    assert form is not None
    await asked.submit("ben", "idea", **form.args, text="ask Logistics")
    assert (await idea(asked)).pass_request is None


async def test_the_holder_is_warned_once_and_then_the_time_is_over(either_company: Company) -> None:
    company = either_company
    await company.say("ana", "idea gift wrap")
    await company.say("ana", "claim I-1 for 4h")
    await company.later(hours=3)
    await company.later(minutes=30)
    assert company.told("ana") == ["Your time with I-1 is nearly over"]
    await company.later(minutes=30)
    assert company.told("ana")[1:] == ["Your time with I-1 is over"]
    assert (await kinds(company)) == ["raised", "claimed", "lease_warned", "lease_expired"]
    assert await company.timers() == 0


# Several at once


async def test_of_two_who_claim_at_once_one_holds_it_and_the_other_is_told_who(either_company: Company) -> None:
    company = either_company
    await company.say("ana", "idea gift wrap")
    replies = await asyncio.gather(*(company.say(user, "claim I-1") for user in ("ana", "ben", "lena")))
    assert sorted("is yours" in said(reply) for reply in replies) == [False, False, True]
    assert all("is yours" in said(reply) or "holds the next step of I-1" in said(reply) for reply in replies)


async def test_of_two_who_merge_both_ways_at_once_one_does(either_company: Company) -> None:
    company = either_company
    await company.say("ana", "idea gift wrap")
    await company.say("ana", "idea opening hours")
    replies = await asyncio.gather(company.say("ana", "merge I-1 I-2"), company.say("ben", "merge I-2 I-1"))
    assert sorted("was merged" in said(reply) for reply in replies) == [False, True]
    assert sorted([(await idea(company, number)).merged_into is None for number in (1, 2)]) == [False, True]


async def test_what_several_add_at_once_counts_once(either_company: Company) -> None:
    company = either_company
    await company.opened("gift wrap please")
    await company.say("ana", "idea gift wrap")
    await asyncio.gather(*(company.say(user, "idea I-1 B-1") for user in ("ana", "ben", "lena")))
    assert (await idea(company)).asked == 1
    assert await asking(company) == Asking(1, 1, {"mastodon": 1})
    assert await kinds(company) == ["raised", "asked_for"]
