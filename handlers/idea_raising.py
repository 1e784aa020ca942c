"""A new idea, or one more conversation for the one that says nearly the same: asked before, where it is a colleague's title."""

from __future__ import annotations

from bot.cards import Form
from bot.commands import Invocation, Reply
from bot.config import Config
from bot.domain import idea_life as life
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import say
from bot.views.idea_forms import raise_form
from bot.views.idea_lists import ideas_card
from bot.views.idea_said import idea_alike_card, idea_asked_card, idea_raised_card
from handlers.ideas import ask, must_be_there, raise_one

OFFERED = 8
"""So many similar ideas are offered in the form."""

ON_A_CARD = 10
"""So many ideas stand on a page of the list."""


async def raise_or_ask(invocation: Invocation, uow: UnitOfWork, chosen: int | None = None) -> Reply:
    """`chosen` is the idea that was picked in the form instead of writing a title."""
    number: int | None = invocation.args.get("conversation")
    numbers = [number] if number is not None else []
    await must_be_there(uow, numbers)
    words = invocation.text("text").strip()
    if chosen is not None and words:
        raise UserError(say("That is a new title, and an idea that there is."), say("Leave one of them empty."))
    if chosen is not None and numbers:
        taken = await uow.ideas.take(chosen)
        taken, fresh = await ask(uow, invocation.act, taken, numbers)
        return Reply(card=idea_asked_card(taken, await uow.ideas.asking(taken.number), fresh, numbers))
    if not words:
        if invocation.origin.by == "form":
            raise UserError(say("What would be better?"), say("Choose an idea, or write a title for a new one."))
        return Reply(form=await _form(uow, number))
    title = life.title_of(words)
    similar = [alike for alike in await uow.ideas.similar(title) if alike.likeness.is_alike]
    same = [alike for alike in similar if alike.likeness.is_the_same]
    if same and not invocation.text("new"):
        return Reply(card=idea_alike_card(title, number, same))
    made = await raise_one(uow, invocation.act, title, number)
    beside = [alike for alike in similar if alike.idea.number != made.number]
    return Reply(card=idea_raised_card(made, beside))


async def _form(uow: UnitOfWork, number: int | None) -> Form:
    """Asks for the title, and offers what the customer's words are like, then what most ask for."""
    sight = await uow.conversations.sight(number) if number is not None else None
    said = " ".join(stored.post.text for stored in sight.posts) if sight is not None else ""
    asked = await uow.ideas.of_conversation(number) if number is not None else []
    known = {idea.number for idea in asked}
    offered = [alike.idea for alike in await uow.ideas.similar(said, OFFERED, known)] if said else []
    known |= {idea.number for idea in offered}
    offered += [line.idea for line in await uow.ideas.browse(limit=OFFERED) if line.idea.number not in known]
    return raise_form(number, offered[:OFFERED], asked)


async def show_most_asked(uow: UnitOfWork, config: Config, invocation: Invocation) -> Reply:
    """The open ideas that most ask for, and how one is raised."""
    lines = await uow.ideas.browse(limit=ON_A_CARD)
    return Reply(card=ideas_card(lines, "open", await uow.ideas.count(), config, before=0, now=invocation.at))
