"""What colleagues do with an idea: one function per act, each in the unit of work of whoever asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial

from bot.commands import Reply
from bot.dispatch import forms
from bot.domain import idea_life as life
from bot.domain.idea import Idea, IdeaState
from bot.domain.idea_likeness import likeness
from bot.domain.loops import LoopState
from bot.domain.people import Department
from bot.domain.spans import need_span
from bot.errors import UserError
from bot.ports import Alike
from bot.speech import say, say_many
from bot.views.idea_forms import decline_form, pass_form, refuse_form, title_form, vote_form
from bot.views.idea_lists import idea_list_card
from bot.views.idea_said import idea_asked_card, idea_done_card, idea_merge_card
from bot.views.ideas import ON_A_PAGE, asked_by, idea_card
from bot.views.loop_forms import ship_form, shipped_card
from bot.views.loops import usual_news
from bot.views.wording import listed
from handlers.idea_meant import Doing, conversations, other, whom
from handlers.ideas import ask, must_be_there, save

MOST = 10
"""So many conversations of an idea are shown at once."""

CANNOT = 3
"""So many of those who cannot be told are named."""

SIMILAR = 3
"""So many ideas are proposed for merging."""


async def show(doing: Doing) -> Reply:
    """How it stands, what may be the same, and what happened."""
    idea = await _read(doing)
    page = doing.invocation.text("page")
    shown = int(page) if page.isdecimal() and len(page) < 9 else 0
    uow = doing.uow
    events = await uow.ideas.trail(idea.number, ON_A_PAGE, shown)
    earlier = max(0, idea.version - shown - len(events))
    loops = (await uow.loops.counts([idea.number])).get(idea.number) if idea.state is IdeaState.SHIPPED else None
    cannot = await uow.loops.lines(idea.number, [LoopState.UNTOLD], 0, CANNOT) if loops and loops.cannot else []
    card = idea_card(
        idea,
        await uow.ideas.asking(idea.number),
        events,
        doing.config,
        now=doing.invocation.at,
        similar=await _proposed(doing, idea),
        merged=await uow.ideas.merged(idea.number),
        links=await uow.idea_links.of(idea.number),
        loops=loops,
        cannot=cannot,
        earlier=earlier,
        shown=shown,
    )
    return Reply(card=card)


async def show_list(doing: Doing) -> Reply:
    """The conversations that ask for it."""
    idea, page = await _read(doing), doing.invocation.text("page")
    before = (int(page) - 1) * MOST if page.isdecimal() and 0 < int(page) < 1_000_000 else 0
    lines = await doing.uow.ideas.lines(idea.number, MOST + 1, before)
    asking = await doing.uow.ideas.asking(idea.number)
    card = idea_list_card(
        idea, lines[:MOST], asking, doing.config, before=before, more=len(lines) > MOST, now=doing.invocation.at
    )
    return Reply(card=card)


async def add(doing: Doing) -> Reply:
    """These conversations ask for it, too."""
    numbers = conversations(doing)
    await must_be_there(doing.uow, numbers)
    idea, fresh = await ask(doing.uow, doing.invocation.act, await _take(doing), numbers)
    return Reply(card=idea_asked_card(idea, await doing.uow.ideas.asking(idea.number), fresh, numbers))


async def remove(doing: Doing) -> Reply:
    """These conversations do not ask for it after all."""
    numbers, idea = conversations(doing), await _take(doing)
    named = await doing.uow.ideas.named(idea.number, numbers)
    if not named:
        raise UserError(
            say("{refs} does not ask for {ref}.", refs=listed(f"B-{number}" for number in numbers[:3]), ref=idea.ref),
            say("See who does: `idea {ref} list`.", ref=idea.ref),
            (life.offer(idea, say("Who asks for it"), "list"),),
        )
    idea = await save(doing.uow, idea, life.ask_no_longer(idea, doing.invocation.act, named))
    said = say_many("{n} conversation less for {ref}.", "{n} conversations less for {ref}.", len(named), ref=idea.ref)
    if idea.state is IdeaState.DECLINED:
        said = say("{ref} is declined: nobody asks for it any more.", ref=idea.ref)
    return Reply(card=idea_done_card(idea, said))


async def vote(doing: Doing) -> Reply:
    """What one's department thinks of it."""
    idea, words = await _take(doing), doing.words
    stand = doing.invocation.text("stand")
    first, rest = (*words.split(maxsplit=1), "", "")[:2]
    if not stand and first.lower() in {"for", "against"}:
        stand, words = first.lower(), rest
    if not words and not doing.filled_in:
        life.vote(idea, doing.invocation.act, "-")
        return Reply(form=vote_form(idea, doing.invocation.actor.department, against=stand == "against"))
    idea = await save(doing.uow, idea, life.vote(idea, doing.invocation.act, words, against=stand == "against"))
    return Reply(card=idea_done_card(idea, say("Your department's view of {ref} is noted.", ref=idea.ref)))


async def move(doing: Doing, to: IdeaState) -> Reply:
    """Bring it into another state; declining needs a reason."""
    idea, act = await _take(doing), doing.invocation.act
    if to is IdeaState.DECLINED and not doing.words and not doing.filled_in:
        life.move(idea, to, act.at, why="-")
        return Reply(form=decline_form(idea))
    before = idea.state
    idea = await save(doing.uow, idea, life.move(idea, to, act.at, by=act.by, via=act.via, why=doing.words))
    asking = await doing.uow.ideas.asking(idea.number)
    told = {"ref": idea.ref, "state": idea.state.said, "title": idea.title}
    said = (
        say("{ref} is {state} already: {title}.", **told) if before is to else say("{ref} is {state}: {title}.", **told)
    )
    return Reply(card=idea_done_card(idea, said, asking))


async def ship(doing: Doing) -> Reply:
    """It is done: those who asked get a draft each. A button asks first what they are to be told."""
    idea, act = await _take(doing), doing.invocation.act
    asking = await doing.uow.ideas.asking(idea.number)
    news = life.move(idea, IdeaState.SHIPPED, act.at, by=act.by, via=act.via, news=doing.words)
    by = doing.invocation.origin.by
    if news and by == "button" and asking.conversations and not doing.words:
        return Reply(form=ship_form(idea, idea.news or usual_news(idea.title), asking.conversations))
    if not news:
        return Reply(
            card=idea_done_card(idea, say("{ref} is shipped already: {title}.", ref=idea.ref, title=idea.title), asking)
        )
    idea = await save(doing.uow, idea, news)
    return Reply(card=shipped_card(idea, asked_by(asking) if asking.conversations else ""))


async def reopen(doing: Doing) -> Reply:
    """Think about it again."""
    idea = await _take(doing)
    idea = await save(doing.uow, idea, life.reopen(idea, doing.invocation.act, doing.words))
    return Reply(
        card=idea_done_card(idea, say("{ref} is being considered again: {title}.", ref=idea.ref, title=idea.title))
    )


async def retitle(doing: Doing) -> Reply:
    """Another title."""
    idea = await _take(doing)
    if not doing.words and not doing.filled_in:
        life.must_stand_alone(idea)
        return Reply(form=title_form(idea))
    idea = await save(doing.uow, idea, life.retitle(idea, doing.invocation.act, doing.words))
    return Reply(card=idea_done_card(idea, say("{ref} is called: {title}.", ref=idea.ref, title=idea.title)))


async def merge(doing: Doing) -> Reply:
    """The other one stands for it, too, from now on; without another, the similar ones are offered."""
    into = other(doing)
    if into is None:
        idea = await _read(doing)
        life.must_stand_alone(idea)
        return Reply(card=idea_merge_card(idea, await doing.uow.ideas.similar(idea.title, beside=(idea.number,))))
    # In one order whoever merges what into what, so that two at once do not wait for each other.
    taken = {number: await doing.uow.ideas.take(number) for number in sorted({doing.number, into})}
    idea, target = taken[doing.number], taken[into]
    found = likeness(idea.title, target.title)
    why = found.why if found.is_alike else ""
    idea = await save(doing.uow, idea, life.merge(idea, doing.invocation.act, target, why))
    asking = await doing.uow.ideas.asking(target.number)
    return Reply(
        card=idea_done_card(
            idea, say("{ref} stands for {other}, too, from now on.", ref=target.ref, other=idea.ref), asking
        )
    )


async def unmerge(doing: Doing) -> Reply:
    """It stands for itself again."""
    idea = await _take(doing)
    into = idea.merged_into
    idea = await save(doing.uow, idea, life.unmerge(idea, doing.invocation.act))
    return Reply(
        card=idea_done_card(idea, say("{ref} stands for itself again, and not in I-{into}.", ref=idea.ref, into=into))
    )


async def keep_apart(doing: Doing) -> Reply:
    """They are two: merging them is not proposed again."""
    number = other(doing)
    if number is None:
        raise UserError(say("Which other idea?"), say("Name it: `idea I-{number} apart I-9`.", number=doing.number))
    idea, two = await _take(doing), await doing.uow.ideas.get(number)
    if two is None:
        raise UserError(say("There is no I-{number}.", number=number), say("See what there is with `/baton ideas`."))
    idea = await save(doing.uow, idea, life.keep_apart(idea, doing.invocation.act, two))
    return Reply(
        card=idea_done_card(
            idea, say("{ref} and {other} are two. Merging them is not proposed again.", ref=idea.ref, other=two.ref)
        )
    )


# The baton


async def claim(doing: Doing) -> Reply:
    """Take the next step; `renew` and `accept` are the same with another check."""
    idea, act, policies = await _take(doing), doing.invocation.act, doing.config.life_policies
    taking = {"renew": life.renew, "accept": life.accept}.get(doing.what, life.claim)
    idea = await save(doing.uow, idea, taking(idea, act, policies, _span(doing)))
    return Reply(card=idea_done_card(idea, say("The next step of {ref} is yours.", ref=idea.ref), now=act.at))


async def release(doing: Doing) -> Reply:
    """Give it back."""
    idea = await _take(doing)
    idea = await save(doing.uow, idea, life.release(idea, doing.invocation.act))
    return Reply(card=idea_done_card(idea, say("Nobody holds the next step of {ref} now.", ref=idea.ref)))


async def pass_on(doing: Doing) -> Reply:
    """Ask somebody else to take it."""
    idea, act = await _take(doing), doing.invocation.act
    to, words = await whom(doing)
    if (to is None or not words) and not doing.filled_in:
        life.pass_on(idea, act, Department("", ""), "-")
        choices = forms.whom(doing.config, await doing.directory.colleagues())
        return Reply(form=pass_form(idea, choices, to))
    if to is None:
        raise UserError(say("Whom do you ask?"), say("Choose a colleague or a department."))
    idea = await save(doing.uow, idea, life.pass_on(idea, act, to, words))
    return Reply(
        card=idea_done_card(
            idea, say("{name} is asked to take {ref}. You hold it until they accept.", name=to.name, ref=idea.ref)
        )
    )


async def refuse(doing: Doing) -> Reply:
    """Refuse a pass, with a reason."""
    idea = await _take(doing)
    if not doing.words and not doing.filled_in:
        life.refuse(idea, doing.invocation.act, "-")
        return Reply(form=refuse_form(idea))
    idea = await save(doing.uow, idea, life.refuse(idea, doing.invocation.act, doing.words))
    return Reply(card=idea_done_card(idea, say("You do not take {ref}. Who asked you is told why.", ref=idea.ref)))


def _span(doing: Doing) -> timedelta | None:
    return need_span(doing.words) if doing.words else None


async def _take(doing: Doing) -> Idea:
    return await doing.uow.ideas.take(doing.number)


async def _read(doing: Doing) -> Idea:
    idea = await doing.uow.ideas.get(doing.number)
    if idea is None:
        raise UserError(
            say("There is no I-{number}.", number=doing.number), say("See what there is with `/baton ideas`.")
        )
    return idea


async def _proposed(doing: Doing, idea: Idea) -> list[Alike]:
    """What may be the same, and was not said to be another."""
    if idea.merged_into is not None:
        return []
    found = await doing.uow.ideas.similar(idea.title, 2 * SIMILAR, beside=(idea.number, *idea.apart))
    return [each for each in found if each.likeness.is_alike and idea.number not in each.idea.apart][:SIMILAR]


DOING: Mapping[str, Callable[[Doing], Awaitable[Reply]]] = {
    "show": show,
    "list": show_list,
    "add": add,
    "remove": remove,
    "vote": vote,
    "consider": partial(move, to=IdeaState.CONSIDERING),
    "plan": partial(move, to=IdeaState.PLANNED),
    "ship": ship,
    "decline": partial(move, to=IdeaState.DECLINED),
    "reopen": reopen,
    "title": retitle,
    "merge": merge,
    "unmerge": unmerge,
    "apart": keep_apart,
    "claim": claim,
    "renew": claim,
    "accept": claim,
    "release": release,
    "pass": pass_on,
    "refuse": refuse,
}
"""Every act by its name."""
