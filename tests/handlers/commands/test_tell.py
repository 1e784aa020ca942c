"""`tell`: those who asked for an idea hear that it shipped, one by one or all at once; and who cannot be told is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cards import Card, Form
from bot.commands import Reply
from bot.config import Approval
from bot.dispatch import FieldErrors
from bot.domain.conversation import State
from bot.domain.loops import Loops, LoopState, Why
from bot.errors import PermanentError, UnknownResultError
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, changed, post, said, staffed

NEWS = "Gift wrap is here: choose it at checkout."


@pytest.fixture
async def source(company: Company) -> FakeSource:
    """The network on which all of them are."""
    source = FakeSource()
    company.sources["demo"] = source
    return source


@pytest.fixture
async def asked(company: Company, source: FakeSource) -> Company:
    """B-1 to B-4 ask for I-1, which Ana raised and Ben holds; B-1 is resolved, and B-5 asks for nothing."""
    texts = [f"please wrap gifts {word}" for word in ("for birthdays", "in winter", "in paper", "at all times")]
    await company.opened(*texts, "where is my parcel, it is late again")
    for number in range(1, 6):
        await company.say("ana", f"claim B-{number}")
    await company.say("ana", "resolve B-1 answered; wanted: gift wrap; changed: nothing")
    for number in range(2, 6):
        await company.say("ana", f"release B-{number}")
    await company.say("ana", "idea B-1 gift wrap at checkout")
    await company.say("ana", "idea I-1 B-2 B-3 B-4")
    await company.say("ben", "claim I-1")
    await company.work()
    return company


async def shipped(company: Company, text: str = NEWS) -> Company:
    await company.say("chloe", f"ship I-1 {text}")
    await company.work()
    return company


def form_of(reply: Reply) -> Form:
    assert reply.form is not None, plain(reply.card) if reply.card is not None else "nothing"
    return reply.form


def words(form: Form) -> str:
    return plain(Card(form.title, form.intro))


async def send_all(company: Company, user: str = "chloe", text: str | None = None) -> str:
    """They open the form for all, and send it as it is or with another text."""
    form = form_of(await company.press(user, "tell", what="all", idea="I-1"))
    reply = await company.submit(user, "tell", **{**form.args, "text": text or form.fields[0].default})
    return said(reply)


async def loops(company: Company, idea: int = 1) -> dict[int, LoopState]:
    async with company.storage.reading() as uow:
        return {loop.number: loop.state for loop in await uow.loops.page(idea, list(LoopState), 0, 1000)}


async def counts(company: Company, idea: int = 1) -> Loops:
    async with company.storage.reading() as uow:
        return (await uow.loops.counts([idea])).get(idea, Loops())


# Drafts


async def test_shipping_makes_a_draft_for_each_that_asked_and_sends_nothing(asked: Company, source: FakeSource) -> None:
    reply = said(await asked.say("chloe", f"ship I-1 {NEWS}"))
    assert "Asked for by 4 conversations" in reply
    assert "nothing is sent yet" in reply
    await asked.work()
    assert await loops(asked) == dict.fromkeys(range(1, 5), LoopState.DRAFTED)
    assert source.asked == 0
    assert (await asked.conversation(1)).state is State.RESOLVED
    assert "0 of 4 told · 4 drafts are ready" in said(await asked.say("ana", "idea I-1"))
    assert "*I-1* has shipped" in await asked.card(2)
    assert "[ Tell… ]" in await asked.card(1)
    assert "has shipped" not in await asked.card(5)


async def test_the_button_asks_first_what_to_tell_them(asked: Company) -> None:
    form = form_of(await asked.press("chloe", "idea", what="ship", idea="I-1"))
    assert form.fields[0].label == "What shall we tell those who asked?"
    assert "gift wrap at checkout" in form.fields[0].default
    assert "4 conversations ask for it" in words(form)
    assert "I-1 is shipped" in said(await asked.submit("chloe", "ship", **form.args, text=NEWS))
    await asked.work()
    form = form_of(await asked.say("chloe", "tell I-1"))
    assert form.fields[0].default == NEWS


async def test_who_raised_it_and_who_held_its_next_step_are_told_once_that_drafts_are_ready(asked: Company) -> None:
    await shipped(asked)
    assert asked.told("ana")[-1] == asked.told("ben")[-1] == "I-1 is shipped: tell those who asked"
    assert asked.told("chloe") == []
    await asked.say("ana", "idea I-1 B-5")
    await asked.work()
    assert asked.told("ben") == ["I-1 is shipped: tell those who asked"]
    assert (await loops(asked))[5] is LoopState.DRAFTED, "who asks for it later is to be told, too"


async def test_who_cannot_be_told_is_named_with_why(asked: Company, source: FakeSource) -> None:
    source.able(reply_window=timedelta(minutes=30))
    await asked.hear(changed("deleted", post("post-2", author="customer2")))
    await shipped(asked)
    found = await counts(asked)
    assert found.untold == {Why.WINDOW: 3, Why.DELETED: 1}
    shown = said(await asked.say("ana", "idea I-1"))
    assert "0 of 4 told · 4 cannot be told: " in shown
    assert "the customer deleted the post (B-3)" in shown
    assert "the window of Mastodon is over (B-1, B-2)" in shown
    listed = said(await asked.say("ana", "tell I-1 untold"))
    assert "*B-3* · Customer2 · Mastodon · the customer deleted the post" in listed
    assert "those are over" in listed
    nobody = said(await asked.say("ana", "tell I-1"))
    assert "Nobody waits to be told about I-1 now." in nobody


async def test_who_writes_again_can_be_told_again(asked: Company, source: FakeSource) -> None:
    source.refusal = "Not now."
    await shipped(asked)
    assert (await counts(asked)).untold == {Why.REFUSED: 4}
    source.refusal = None
    await asked.hear(post("again", "hello?", "customer1", root_id="post-1", parent_id="post-1"))
    await asked.work()
    assert (await loops(asked))[2] is LoopState.DRAFTED
    assert "I see again" in said(await asked.press("ana", "tell", what="again", idea="I-1"))
    await asked.work()
    assert set((await loops(asked)).values()) == {LoopState.DRAFTED}


# All at once


async def test_all_are_told_by_one_form_that_shows_what_goes_out_to_whom(asked: Company, source: FakeSource) -> None:
    await shipped(asked)
    form = form_of(await asked.say("chloe", "tell I-1"))
    assert (form.title, form.submit, form.fields[0].default) == ("Tell about I-1", "Send 4", NEWS)
    assert "Goes to   B-1 Customer0, B-2 Customer1, B-3 Customer2 and 1 more" in words(form)
    assert "Mastodon  4, seen by everybody: it is public" in words(form)
    assert "4 answers about I-1 go out." in said(await asked.submit("chloe", "tell", **form.args, text=NEWS))
    await asked.work()
    assert sorted((each.post, each.text) for each in source.standing) == [(f"post-{n}", NEWS) for n in range(4)]
    assert await counts(asked) == Loops(ideas=1, closed=1, askers=4, told=4)
    assert "4 of 4 told" in said(await asked.say("ana", "idea I-1"))
    assert "4 of 4 told" in said(await asked.say("ana", "ideas shipped"))
    resolved, floor = await asked.conversation(1), await asked.conversation(2)
    assert (resolved.state, floor.state, resolved.reopened) == (State.RESOLVED, State.FLOOR, 0)
    assert "has shipped" not in await asked.card(2)
    assert (await asked.kinds(1))[-3:] == ["idea_shipped", "answer_written", "answer_sent"]
    assert "wrote the customer that I-1 shipped" in said(await asked.say("ana", "show B-1"))


async def test_the_text_may_be_changed_in_the_form_and_is_then_everybodys(asked: Company, source: FakeSource) -> None:
    await shipped(asked)
    await send_all(asked, text="You can have it wrapped now.")
    await asked.work()
    assert {each.text for each in source.standing} == {"You can have it wrapped now."}
    assert (await counts(asked)).told == 4
    assert "worded what those who asked are told" in said(await asked.say("ana", "idea I-1"))


async def test_a_form_that_somebody_overtook_is_shown_again(asked: Company, source: FakeSource) -> None:
    await shipped(asked)
    old = form_of(await asked.say("ana", "tell I-1"))
    await send_all(asked, text="First words.")
    source.refusal = "Not now."
    again = await asked.submit("ana", "tell", **{**old.args, "text": "Second words."})
    assert "Somebody worded it anew meanwhile" in words(form_of(again))
    source.refusal = None
    await asked.work()
    assert {each.text for each in source.standing} == {"First words."}


async def test_what_a_colleague_holds_is_theirs_to_send_and_they_are_asked_once(
    asked: Company, source: FakeSource
) -> None:
    await asked.say("lena", "claim B-2")
    await shipped(asked)
    form = form_of(await asked.say("chloe", "tell I-1"))
    assert form.submit == "Send 3"
    assert "Not sent: 1 is held by Lena Vogt (Logistics), who is asked to tell the customer (B-2)." in words(form)
    await asked.submit("chloe", "tell", **form.args, text=NEWS)
    await asked.work()
    assert (await loops(asked))[2] is LoopState.DRAFTED
    assert asked.told("lena") == ["I-1 has shipped: tell the customer of B-2"]
    assert "holds the baton" in said(await asked.say("chloe", "tell B-2"))
    form = form_of(await asked.press("lena", "tell", what="one", idea="I-1", conversation="B-2"))
    await asked.submit("lena", "tell", **form.args, text=NEWS)
    await asked.work()
    assert (await counts(asked)).told == 4
    assert (await asked.conversation(2)).state is State.HELD, "what they asked beside it is still open"
    assert "Nobody waits" in said(await asked.say("chloe", "tell I-1"))


async def test_nobody_is_told_twice_when_it_is_reopened_and_ships_again(asked: Company, source: FakeSource) -> None:
    await shipped(asked)
    form = form_of(await asked.say("chloe", "tell B-1"))
    await asked.submit("chloe", "tell", **form.args, text=NEWS)
    await asked.press("chloe", "tell", what="leave", idea="I-1", conversation="B-4")
    await asked.work()
    await asked.say("ana", "reopen I-1 it broke")
    await asked.work()
    assert await loops(asked) == {1: LoopState.TOLD, 4: LoopState.LEFT}
    assert "has shipped" not in await asked.card(2)
    assert "is being considered: there is nothing to tell yet" in said(await asked.say("ana", "tell I-1"))
    await shipped(asked, "It works now.")
    await send_all(asked)
    await asked.work()
    assert sorted((each.post, each.text) for each in source.standing) == [
        ("post-0", NEWS),
        ("post-1", "It works now."),
        ("post-2", "It works now."),
    ]
    assert "3 of 4 told · 1 was left untold" in said(await asked.say("ana", "idea I-1"))


async def test_what_is_too_long_for_a_network_is_not_sent_there(asked: Company, source: FakeSource) -> None:
    await shipped(asked)
    source.able(longest=20)
    shown = said(await asked.say("chloe", "tell I-1"))
    assert "Not sent (B-1, B-2, B-3, +1): That is 41 characters; Mastodon takes 20: 21 too many." in shown
    form = form_of(await asked.say("chloe", "tell I-1 It is here."))
    assert (form.submit, form.fields[0].default) == ("Send 4", "It is here.")


async def test_an_empty_text_and_an_unknown_button_are_refused(asked: Company) -> None:
    await shipped(asked)
    form = form_of(await asked.say("chloe", "tell I-1"))
    with pytest.raises(FieldErrors) as refused:
        await asked.submit("chloe", "tell", **form.args, text=" ")
    assert "needs words" in refused.value.errors["text"]
    assert "older version" in said(await asked.press("chloe", "tell", what="shout", idea="I-1"))
    assert "Which idea" in said(await asked.say("chloe", "tell"))
    assert "There is no I-9" in said(await asked.say("chloe", "tell I-9"))
    assert "Nothing that the customer of B-5 asked for" in said(await asked.say("chloe", "tell B-5"))


async def test_merged_and_parted_ideas_are_told_of_once(asked: Company, source: FakeSource) -> None:
    await asked.say("ana", "idea B-5 wrapping paper")
    await asked.say("ana", "idea I-2 B-1")
    await shipped(asked)
    await send_all(asked)
    await asked.work()
    await asked.say("ana", "merge I-2 I-1")
    await asked.work()
    assert (await loops(asked))[5] is LoopState.DRAFTED
    await asked.say("ana", "unmerge I-2")
    await asked.work()
    assert 5 not in await loops(asked)
    assert (await asked.conversation(5)).shipped == ()
    await asked.say("ana", "ship I-2 Paper is here.")
    await asked.work()
    await asked.say("ana", "merge I-1 I-2")
    await asked.work()
    both = await loops(asked, 2)
    assert both[2] is LoopState.TOLD, "they heard of the one that was merged into it"
    assert both[5] is LoopState.DRAFTED


# What does not arrive


async def test_what_did_not_go_out_is_listed_and_sent_again_by_anybody(asked: Company, source: FakeSource) -> None:
    await shipped(asked)
    source.able(once="never")
    source.plan.replies.extend([PermanentError("The account is suspended."), UnknownResultError("No answer in 20 s.")])
    await send_all(asked)
    await asked.work()
    found = await counts(asked)
    assert (found.told, found.untold, found.sending) == (2, {Why.FAILED: 1}, 1)
    assert asked.told("chloe") == ["Some answers about I-1 did not go out"], "once, however many there are"
    listed = said(await asked.say("ana", "tell I-1 untold"))
    assert "the answer did not go out" in listed
    assert "The account is suspended." in listed
    assert "nobody knows whether the answer arrived" in listed
    states = await loops(asked)
    [failed] = [number for number, state in states.items() if state is LoopState.UNTOLD]
    [unclear] = [number for number, state in states.items() if state is LoopState.SENDING]
    await asked.say("lena", f"resend B-{failed}")
    await asked.say("lena", f"sent B-{unclear}")
    await asked.work()
    assert await counts(asked) == Loops(ideas=1, closed=1, askers=4, told=4)


async def test_the_customers_answer_opens_the_conversation_again(asked: Company) -> None:
    await shipped(asked)
    await send_all(asked)
    await asked.work()
    await asked.hear(post("thanks", "thank you!", "customer0", root_id="post-0", parent_id="post-0"))
    assert (await asked.conversation(1)).state is State.FLOOR
    assert (await counts(asked)).told == 4


# Approval


@pytest.fixture
async def careful(storage: SqlStorage, clock: SetClock) -> Company:
    """Product approves what is said to customers on Mastodon."""
    from bot.config import Config  # noqa: PLC0415

    config = staffed(Config(approvals=(Approval(by="product", networks=("mastodon",)),)))
    company = await Company(storage, clock, config).staff()
    company.sources["demo"] = FakeSource()
    await company.opened("please wrap gifts for birthdays", "please wrap gifts in winter")
    await company.say("ana", "idea B-1 gift wrap at checkout")
    await company.say("ana", "idea I-1 B-2")
    await company.say("ana", f"ship I-1 {NEWS}")
    await company.work()
    return company


async def test_a_department_is_asked_once_and_approves_all_that_it_read(careful: Company) -> None:
    form = form_of(await careful.say("ana", "tell I-1"))
    assert "Product approves 2 of them first" in words(form)
    await careful.submit("ana", "tell", **form.args, text=NEWS)
    await careful.work()
    assert careful.told("ben") == careful.told("chloe") == ["Answers about I-1 wait for Product"]
    assert "waits for your department" in said(await careful.say("ana", "approve I-1"))
    card = (await careful.say("ben", "approve I-1")).card
    assert card is not None
    shown = plain(card)
    assert "2 answers about I-1 wait for you to approve them" in shown
    assert f"┃ {NEWS}" in shown
    assert "[ Approve 2 ! ]" in shown
    seen = shown.partition("seen=")[2].split(")")[0]
    assert "Other answers wait" in said(await careful.press("ben", "tell", what="approve", idea="I-1", seen="other"))
    assert "2 answers are approved" in said(await careful.press("ben", "tell", what="approve", idea="I-1", seen=seen))
    await careful.work()
    assert (await counts(careful)).told == 2


async def test_what_a_department_rejects_is_drafts_again_and_the_author_hears_why_once(careful: Company) -> None:
    await send_all(careful, "ana")
    await careful.work()
    form = form_of(await careful.say("chloe", "reject I-1"))
    await careful.submit("chloe", "tell", **form.args, text="say from when on")
    await careful.work()
    assert await loops(careful) == {1: LoopState.DRAFTED, 2: LoopState.DRAFTED}
    assert careful.told("ana")[-1] == "Chloé Petit did not approve your answers about I-1"
    assert len([told for told in careful.told("ana") if "did not approve" in told]) == 1
    await send_all(careful, "ana", "From May on it is here.")
    await careful.work()
    assert "1 answer about I-1 waits" not in said(await careful.say("ben", "approve I-1"))


async def test_one_may_be_approved_by_itself_although_nobody_holds_it(careful: Company) -> None:
    form = form_of(await careful.say("ana", "tell B-2"))
    assert "Product must approve it" in said(await careful.submit("ana", "tell", **form.args, text=NEWS))
    answer = (await careful.conversation(2)).answer
    assert answer is not None
    await careful.press("ben", "approve", conversation="B-2", answer=answer.id)
    await careful.work()
    assert (await loops(careful))[2] is LoopState.TOLD


async def test_what_waits_for_approval_does_not_go_out_once_the_idea_was_reopened(careful: Company) -> None:
    await send_all(careful, "ana")
    await careful.work()
    await careful.say("chloe", "reopen I-1 the paper tears")
    await careful.work()
    answer = (await careful.conversation(2)).answer
    assert answer is not None
    refused = said(await careful.press("ben", "approve", conversation="B-2", answer=answer.id))
    assert "there is nothing to tell yet" in refused
    await careful.say("chloe", "ship I-1")
    await careful.press("ben", "approve", conversation="B-2", answer=answer.id)
    await careful.work()
    assert (await loops(careful))[2] is LoopState.TOLD
