"""Ideas are raised and asked for, once each; after every act whoever it concerns is told, by work of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter

from bot.domain import idea_events as e
from bot.domain import idea_life as life
from bot.domain.acting import Act, must_be_remembered
from bot.domain.idea import Idea
from bot.errors import UserError
from bot.ports import Alike, UnitOfWork, Work
from bot.speech import say
from bot.views.wording import cut
from handlers.loops import follow_idea

TELL = "idea_notice"
"""The kind of work that tells people what happened to an idea; its payload names the idea and the event."""

EVENT: TypeAdapter[e.Event] = TypeAdapter(e.Event)
"""Events as they travel in a payload."""

TOLD = (e.LeaseWarned, e.LeaseExpired, e.PassAsked, e.PassAccepted, e.PassDeclined, e.Declined)
"""Events of which somebody is told; that it shipped, when there are drafts for those who asked."""

MOVED = (e.Considered, e.Planned, e.Shipped, e.Declined, e.Reopened)
"""Events that move an idea to another state."""

TRACKED = "idea_tracked"
"""The kind of work that shows the state of an idea in the trackers; its payload names the idea and the step of its trail."""

ASKED = "idea_asked"
"""The kind of work that tells an idea's issues how many ask for it now."""

ASKED_EVERY = timedelta(days=1)
"""An issue is told of new ones who ask at most so often."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of words that were noted as an idea: a new one, or, where `alike`, one that there was.

    `fresh` tells that the conversation did not ask for it before.
    """

    idea: Idea
    alike: Alike | None = None
    fresh: bool = True


async def save(uow: UnitOfWork, idea: Idea, events: Iterable[e.Event]) -> Idea:
    """Keep what happened, and have told whom it concerns."""
    happened = tuple(events)
    if not happened:
        return idea
    saved = await uow.ideas.save(idea, happened)
    await follow_idea(uow, idea, saved, happened)
    for index, event in enumerate(happened, start=idea.version + 1):
        if isinstance(event, TOLD):
            mark = f"idea:{idea.number}:{index}"
            payload = {"idea": idea.number, "event": EVENT.dump_python(event, mode="json"), "mark": mark}
            await uow.outbox.put(Work(TELL, payload, priority=0, once=mark))
        if isinstance(event, MOVED):
            payload = {"idea": idea.number, "step": index}
            await uow.outbox.put(Work(TRACKED, payload, priority=1, once=f"{TRACKED}:{idea.number}:{index}"))
        if isinstance(event, e.AskedFor) and await uow.idea_links.of(idea.number):
            later = event.at + ASKED_EVERY
            await uow.outbox.put(Work(ASKED, {"idea": idea.number}, dedup=f"{ASKED}:{idea.number}", due=later))
    return saved


async def raise_one(uow: UnitOfWork, act: Act, title: str, conversation: int | None = None) -> Idea:
    """Write a new one down, from a conversation or without."""
    number = await uow.ideas.next_number()
    event = e.Raised(
        at=act.at, by=act.by, via=act.via, number=number, title=life.title_of(title), conversation=conversation
    )
    return await uow.ideas.raise_one(event)


async def ask(uow: UnitOfWork, act: Act, idea: Idea, conversations: Sequence[int]) -> tuple[Idea, list[int]]:
    """These conversations ask for the idea that was taken; gives which did not before."""
    before = set(await uow.ideas.named(idea.number, conversations))
    fresh = [number for number in dict.fromkeys(conversations) if number not in before]
    return await save(uow, idea, life.ask(idea, act, fresh)), fresh


async def note(uow: UnitOfWork, act: Act, words: str, conversation: int) -> Noted | None:
    """What a conversation's outcome asks for: it is added to the idea that says nearly the same, else raised.

    None where the words make no title. What the conversation asks for already is left as it is.
    """
    title = cut(" ".join(words.split()), life.LONGEST_TITLE)
    if not any(letter.isalnum() for letter in title):
        return None
    same = [alike for alike in await uow.ideas.similar(title) if alike.likeness.is_the_same]
    asked = {idea.number for idea in await uow.ideas.of_conversation(conversation)}
    known = next((alike for alike in same if alike.idea.number in asked), None) or next(iter(same), None)
    if known is None:
        return Noted(await raise_one(uow, act, title, conversation))
    if known.idea.number in asked:
        return Noted(known.idea, known, fresh=False)
    idea = await uow.ideas.take(known.idea.number)
    idea, _ = await ask(uow, act, idea, [conversation])
    return Noted(idea, known)


async def must_be_there(uow: UnitOfWork, conversations: Sequence[int]) -> None:
    """Raises `UserError` where one of these conversations is not there, or its customer was forgotten."""
    for number in conversations:
        conversation = await uow.conversations.get(number)
        if conversation is None:
            raise UserError(say("There is no B-{number}.", number=number), say("See what there is with `/baton list`."))
        must_be_remembered(conversation)
