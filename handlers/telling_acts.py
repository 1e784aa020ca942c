"""What colleagues do to tell those who asked for an idea: one function per act, in the unit of work of whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.commands import Invocation, Reply
from bot.config import Config
from bot.domain import idea_life, telling
from bot.domain.acting import held_by_other
from bot.domain.conversation import Conversation
from bot.domain.idea import Idea
from bot.domain.ids import new_id
from bot.domain.loops import Loop, Loops, LoopState
from bot.errors import UserError
from bot.ports import Answering, UnitOfWork, Work
from bot.speech import say, say_many
from bot.views import done_card, not_here_card, too_long
from bot.views.loop_forms import (
    approve_all_card,
    nobody_to_tell_card,
    not_sent,
    reject_all_form,
    tell_all_form,
    tell_one_form,
    told_all_card,
)
from bot.views.loops import ON_A_PAGE, untold_card
from bot.views.wording import department_of, language_name, listed
from handlers.answer_form import Answerable, answerable
from handlers.ideas import save
from handlers.loops import draft_work, lane, who_alone_tells
from handlers.telling import Teller, marks_of, muster, seen_as, unread, waiting_for

TELL_ALL = "tell_askers"
"""The kind of work that writes an answer to each of those who asked; its payload says what was read, and by whom."""

APPROVE_ALL = "approve_askers"
"""The kind of work that approves, or rejects, each of the answers that were read."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One act: of which idea and conversation, with the words said beside it, and with what it is carried out."""

    invocation: Invocation
    uow: UnitOfWork
    config: Config
    answering: Answering
    idea: int | None
    number: int | None
    words: str = ""

    @property
    def filled_in(self) -> bool:
        """Does it come from a form?"""
        return self.invocation.origin.by == "form"

    @property
    def teller(self) -> Teller:
        """Who tells."""
        return Teller(self.uow, self.config, self.answering, self.invocation.act)


# All who asked


async def tell_all(doing: Telling) -> Reply:
    """A form that shows what goes out, to whom; filled in, it writes an answer to each of them, one after the other."""
    idea = await _shipped(doing)
    typed = doing.words.strip()
    found, loops = await muster(doing.teller, idea, typed), await _counts(doing.uow, idea)
    if not found.everybody:
        return Reply(card=nobody_to_tell_card(idea, found, loops, doing.config))
    seen = marks_of(found.others)
    if not doing.filled_in:
        return Reply(form=tell_all_form(idea, found, loops, doing.config, seen=seen))
    if doing.invocation.text("wordings") != str(idea.wordings):
        note = say("Somebody worded it anew meanwhile. Is this what you want to say?")
        return Reply(form=tell_all_form(idea, found, loops, doing.config, note, seen=seen))
    if unread(found.others, doing.invocation.text("seen")):
        note = say("Other texts go out by now than those you read.")
        return Reply(form=tell_all_form(idea, found, loops, doing.config, note, seen=seen))
    if not typed:
        raise UserError(say("That needs words."), say("Say what those who asked are told."))
    if anew := typed != found.base:
        idea = await save(doing.uow, idea, idea_life.word(idea, doing.invocation.act, typed))
    # What is in another language, or was worded for one, has to be seen again once its text is another.
    texts = [typed, *(() if anew else found.others)]
    going = [line for line in found.everybody if not anew or line in found.going]
    await _put(doing, TELL_ALL, idea, texts)
    notes = not_sent(found, doing.config)
    if anew and found.others:
        left = len(found.everybody) - len(going)
        notes.append(
            say_many(
                "{n} gets another text, which is written anew: look at it first.",
                "{n} get other texts, which are written anew: look at them first.",
                left,
            )
        )
    if found.needs:
        asked = listed(department_of(key, doing.config) for key in found.needs)
        notes.append(say("{who} must approve answers before they go out.", who=asked))
    return Reply(card=told_all_card(idea, len(going), notes))


async def approve_all(doing: Telling) -> Reply:
    """Shows what waits for one's department; what was read is approved."""
    return await _decide(doing, "")


async def reject_all(doing: Telling) -> Reply:
    """What was read does not go out, for a reason."""
    if not doing.invocation.text("seen") or not doing.words:
        idea = await _shipped(doing)
        texts = await _waiting(doing, idea)
        many = sum(map(len, texts.values()))
        seen = doing.invocation.text("seen") or seen_as(texts)
        return Reply(form=reject_all_form(idea, seen, many, doing.words))
    return await _decide(doing, doing.words)


async def _decide(doing: Telling, why: str) -> Reply:
    idea = await _shipped(doing)
    texts = await _waiting(doing, idea)
    seen, now = doing.invocation.text("seen"), seen_as(texts)
    if seen != now:
        note = say("Other answers wait by now than those you read.") if seen else ""
        return Reply(card=approve_all_card(idea, texts, now, doing.config, note))
    await _put(doing, APPROVE_ALL, idea, texts, why=why)
    many = sum(map(len, texts.values()))
    if why:
        return Reply(card=done_card(say_many("{n} answer does not go out.", "{n} answers do not go out.", many)))
    return Reply(card=done_card(say_many("{n} answer is approved.", "{n} answers are approved.", many)))


async def _waiting(doing: Telling, idea: Idea) -> dict[str, Any]:
    texts = dict(await waiting_for(doing.teller, idea.number))
    if not texts:
        raise UserError(
            say("No answer about {idea} waits for your department.", idea=idea.ref),
            say("See who is told: `idea {idea}`.", idea=idea.ref),
            (idea_life.offer(idea, say("Show {idea}", idea=idea.ref)),),
        )
    return texts


async def _put(doing: Telling, kind: str, idea: Idea, texts: Iterable[str], **more: Any) -> None:
    act, mark = doing.invocation.act, new_id()
    payload = {
        "idea": idea.number,
        "texts": list(texts),
        "by": {"id": act.by.id, "name": act.by.name, "department": act.by.department},
        "via": act.via,
        "at": act.at.isoformat(),
        "mark": mark,
        **more,
    }
    await doing.uow.outbox.put(Work(kind, payload, key=lane(idea.number), priority=1, once=f"{kind}:{mark}"))


async def untold(doing: Telling) -> Reply:
    """Those who asked and were not told, with why."""
    idea = await _shipped(doing)
    page = doing.invocation.text("page")
    after = int(page) if page.isdecimal() and len(page) < 10 else 0
    states = [state for state in LoopState if state is not LoopState.TOLD]
    lines = await doing.uow.loops.lines(idea.number, states, after, ON_A_PAGE + 1)
    loops, more = await _counts(doing.uow, idea), len(lines) > ON_A_PAGE
    return Reply(card=untold_card(idea, lines[:ON_A_PAGE], loops, doing.config, after=after, more=more))


async def again(doing: Telling) -> Reply:
    """It is looked at anew who can be told: a source may answer again by now."""
    idea = await _shipped(doing)
    await doing.uow.outbox.put(draft_work({"idea": idea.number, "again": True}, f"again:{new_id()}"))
    said = say("I see again who can be told; `tell {idea} untold` shows it in a moment.", idea=idea.ref)
    return Reply(card=done_card(said))


# One of them


async def tell_one(doing: Telling) -> Reply:
    """A form that shows what goes out, and where; filled in, it sends, or asks for approval."""
    c, idea, loop = await _one(doing)
    found = await answerable(c, doing.invocation, doing.uow, doing.config, doing.answering)
    if found.way.refusal is not None:
        return Reply(card=not_here_card(found.sight, found.way.refusal))
    meant = doing.invocation.text("post")
    if meant == found.answered.id and doing.filled_in:
        return await _send(doing, c, idea, found)
    note = say("The customer wrote again meanwhile. Does it still fit?") if meant not in {"", found.answered.id} else ""
    form = found.form(doing.invocation, doing.config, draft=doing.words or loop.text, note=note)
    return Reply(form=tell_one_form(form, idea, c.ref, _language(loop)))


async def _send(doing: Telling, c: Conversation, idea: Idea, found: Answerable) -> Reply:
    act, answer_id = doing.invocation.act, new_id()
    if wrong := too_long(doing.words.strip(), found.way, c.network):
        raise UserError(wrong, say("Shorten it."))
    written = telling.tell(
        c,
        act,
        doing.config.life_policies,
        idea=idea.number,
        answer_id=answer_id,
        post_id=found.answered.id,
        text=doing.words,
        needs=found.needs,
    )
    await doing.uow.answers.add(answer_id, c.number, found.answered)
    await doing.uow.conversations.save(c, written)
    if found.needs:
        asked = listed(department_of(key, doing.config) for key in found.needs)
        return Reply(
            card=done_card(
                say("{who} must approve it in {conversation}; then it goes out.", who=asked, conversation=c.ref)
            )
        )
    said = say("It is going out: the customer of {conversation} is told of {idea}.", conversation=c.ref, idea=idea.ref)
    return Reply(card=done_card(said), quiet=True)


async def leave(doing: Telling) -> Reply:
    """Their customer is not told."""
    c, idea, _ = await _one(doing)
    await doing.uow.conversations.save(c, telling.leave(c, doing.invocation.act, idea.number, doing.words))
    said = say("The customer of {conversation} is not told of {idea}.", conversation=c.ref, idea=idea.ref)
    return Reply(card=done_card(said))


async def _one(doing: Telling) -> tuple[Conversation, Idea, Loop]:
    if doing.number is None:
        raise UserError(say("Which conversation?"), say("Name it: `tell B-12`."))
    c = await doing.uow.conversations.take(doing.number)
    number = doing.idea if doing.idea is not None else next(iter(c.shipped), None)
    if number is None:
        raise UserError(
            say(
                "Nothing that the customer of {conversation} asked for has shipped, or they were told.",
                conversation=c.ref,
            ),
            say("See what they ask for: `show {conversation}`.", conversation=c.ref),
        )
    idea = await doing.uow.ideas.get(number)
    if idea is None:
        raise UserError(say("There is no I-{number}.", number=number), say("See what there is with `/baton ideas`."))
    idea_life.must_be_shipped(idea)
    act = doing.invocation.act
    holder = await who_alone_tells(doing.uow, c, act.at)
    if holder is not None and holder.id != act.by.id:
        raise held_by_other(c, holder, act.by)
    telling.must_be_tellable(c, act, idea.number)
    loop = await doing.uow.loops.get(idea.number, c.number)
    if loop is None:
        raise UserError(
            say("There is no draft for {conversation} yet.", conversation=c.ref), say("Try again in a moment.")
        )
    return c, idea, loop


def _language(loop: Loop) -> str:
    if not loop.language:
        return ""
    name = language_name(loop.language)
    if loop.translated:
        return say("In {language}, by a model.", language=name)
    return say("The customer writes {language}.", language=name)


async def _shipped(doing: Telling) -> Idea:
    if doing.idea is None:
        raise UserError(say("Which idea do you mean?"), say("Name it: `tell I-7`."))
    idea = await doing.uow.ideas.take(doing.idea)
    idea_life.must_be_shipped(idea)
    return idea


async def _counts(uow: UnitOfWork, idea: Idea) -> Loops:
    return (await uow.loops.counts([idea.number])).get(idea.number, Loops())
