"""What colleagues do about a crisis: one function per act, each in the unit of work of whoever asks for it."""

from __future__ import annotations

from bot.commands import Invocation, Reply
from bot.config import Config
from bot.domain import crisis as k
from bot.domain.crisis import Crisis, CrisisState
from bot.errors import UserError
from bot.ports import CrisisPosting, UnitOfWork
from bot.speech import say, say_many
from bot.views import done_card
from bot.views.crises import crisis_done_card
from bot.views.crisis_forms import clear_form, dismiss_form, log_form, propose_form
from bot.views.crisis_names import where
from handlers.crises import propose, save, telling
from handlers.crisis_facts import rolled_up
from handlers.crisis_meant import read_numbers, surface_of
from handlers.events.crisis_record import recording
from handlers.events.crisis_room import describing, opening


async def propose_one(invocation: Invocation, uow: UnitOfWork, config: Config, words: str) -> Reply:
    """Anybody may; the coordinators are asked."""
    surface = await surface_of(invocation, uow, config)
    if not words and invocation.origin.by != "form":
        return Reply(form=propose_form(surface))
    facts = await rolled_up(uow, surface)
    crisis = await propose(
        uow,
        config,
        at=invocation.at,
        why=words,
        surface=surface,
        title=words if len(words) <= k.LONGEST_TITLE else "",
        figures=facts.figures,
        by=invocation.actor.ref,
        conversations=facts.conversations,
        via=invocation.origin.platform,
    )
    if crisis is None:
        raise AssertionError("a person's proposal is kept or refused")
    return Reply(card=crisis_done_card(crisis, say("{ref} is proposed. The coordinators are asked.", ref=crisis.ref)))


async def open_one(invocation: Invocation, uow: UnitOfWork, config: Config, crisis: Crisis) -> Reply:
    """Anybody may, with their name on the timeline; of two who press at once, the second is told where it is."""
    crisis = await uow.crises.take(crisis.number)
    platform = config.crisis.platform or invocation.origin.platform
    events = k.open_room(crisis, invocation.act, platform)
    if not events:
        by = crisis.opened_by.name if crisis.opened_by is not None else say("Somebody")
        return Reply(
            card=crisis_done_card(
                crisis,
                say("{by} opened the room of {ref} already. {where}", by=by, ref=crisis.ref, where=where(crisis)),
            )
        )
    crisis = await save(uow, crisis, events)
    await uow.outbox.put(opening(crisis))
    return Reply(
        card=crisis_done_card(crisis, say("The room of {ref} is being made. You will be brought in.", ref=crisis.ref))
    )


async def dismiss_one(invocation: Invocation, uow: UnitOfWork, crisis: Crisis, words: str) -> Reply:
    """It is none, with a reason."""
    crisis = await uow.crises.take(crisis.number)
    if not words and invocation.origin.by != "form":
        if crisis.state is not CrisisState.PROPOSED:
            k.dismiss(crisis, invocation.act, "-")
        return Reply(form=dismiss_form(crisis))
    await save(uow, crisis, k.dismiss(crisis, invocation.act, words))
    return Reply(
        card=done_card(say("{ref} is dismissed. Baton proposes none there for two hours.", ref=crisis.ref)), quiet=True
    )


async def log_one(invocation: Invocation, uow: UnitOfWork, crisis: Crisis, words: str) -> Reply:
    """A line of the timeline."""
    crisis = await uow.crises.take(crisis.number)
    if not words and invocation.origin.by != "form":
        k.log(crisis, invocation.act, "-")
        return Reply(form=log_form(crisis))
    await save(uow, crisis, k.log(crisis, invocation.act, words))
    return Reply(card=done_card(say("It stands on the timeline of {ref}.", ref=crisis.ref)), quiet=True)


async def agree_one(invocation: Invocation, uow: UnitOfWork, crisis: Crisis, words: str) -> Reply:
    """The holding statement is agreed on: it is posted in the room and sent to nobody."""
    crisis = await uow.crises.take(crisis.number)
    events = k.agree(crisis, invocation.act, words)
    crisis = await save(uow, crisis, events)
    if events and crisis.channel is not None:
        mark = f"crisis:{crisis.number}:statement:{crisis.version}"
        await uow.crises.want(CrisisPosting(mark, crisis.number, "statement", None, crisis.platform, crisis.channel))
    said = say(
        "The holding statement of {ref} is agreed on. It is in the room; nothing was sent to customers.", ref=crisis.ref
    )
    return Reply(card=done_card(said), quiet=True)


async def clear_one(invocation: Invocation, uow: UnitOfWork, crisis: Crisis, words: str) -> Reply:
    """All clear: what happened and what we changed; then it is written to every conversation's trail."""
    crisis = await uow.crises.take(crisis.number)
    happened, bar, after = words.partition("|")
    changed = invocation.text("changed") or (after if bar else "")
    if invocation.origin.by != "form" and not (happened.strip() and changed.strip()):
        k.must_be_open(crisis)
        return Reply(form=clear_form(crisis, happened.strip()))
    if invocation.text("changed"):
        happened = words
    crisis = await save(uow, crisis, k.clear(crisis, invocation.act, happened, changed))
    await uow.outbox.put(telling(crisis.number, "cleared"), describing(crisis), recording(crisis.number))
    said = say("All clear: {ref} is over. The coordinators are told, and it is written to the record.", ref=crisis.ref)
    return Reply(card=crisis_done_card(crisis, said))


async def add_to(invocation: Invocation, uow: UnitOfWork, crisis: Crisis, words: str) -> Reply:
    """These conversations belong to it, too."""
    numbers = read_numbers(words)
    crisis = await uow.crises.take(crisis.number)
    events = k.add(crisis, invocation.act, numbers)
    for number in numbers:
        if await uow.conversations.get(number) is None:
            raise UserError(say("There is no B-{number}.", number=number), say("See what there is with `/baton list`."))
    new = await uow.crises.add(crisis.number, numbers, invocation.at)
    if not new:
        return Reply(card=done_card(say("That is part of {ref} already.", ref=crisis.ref)))
    await save(uow, crisis, events)
    return Reply(
        card=done_card(
            say_many("{n} conversation more in {ref}.", "{n} conversations more in {ref}.", new, ref=crisis.ref)
        )
    )
