"""A crisis is proposed, once for each surface at a time; and its cards are brought up to date after every act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.config import Config
from bot.domain import crisis as k
from bot.domain import crisis_events as e
from bot.domain.crisis import Crisis, CrisisState
from bot.domain.crisis_events import Figures
from bot.domain.people import PersonRef
from bot.errors import UserError
from bot.ports import CrisisCard, UnitOfWork, Work
from bot.speech import say

TELL = "crisis_notice"
"""The kind of work that tells who coordinates; its payload names the crisis and the card that they get."""

_QUIET = {
    CrisisState.DISMISSED: k.QUIET_AFTER_DISMISSAL,
    CrisisState.OVER: k.QUIET_AFTER_ALL_CLEAR,
}


async def propose(
    uow: UnitOfWork,
    config: Config,
    *,
    at: datetime,
    why: str,
    surface: str,
    title: str = "",
    figures: Figures | None = None,
    by: PersonRef | None = None,
    conversations: Sequence[int] = (),
    via: str = "timer",
) -> Crisis | None:
    """Propose a crisis for what is seen on a surface; the coordinators are asked, by work of its own.

    `conversations` are the numbers of those that it is about; more can be added with `uow.crises.add`. Where one is
    proposed or open there already, Baton's own proposal (`by` None) does nothing, unless nobody decided on that one for
    hours, and a person is told where it is; nor does Baton propose again for a while after one was dismissed or cleared.
    Give counts and numbers, no customer's words.
    """
    figures = figures or Figures()
    live = await uow.crises.live(surface)
    if live and by is not None:
        raise _there_is_one(live[0])
    if live:
        left = await uow.crises.take(live[0].number)
        if (await save(uow, left, k.give_way(left, at))).is_live:
            return None
    elif by is None and await is_quiet(uow, surface, at):
        return None
    reason = " ".join(why.split())
    if not reason:
        raise UserError(
            say("A proposal needs a reason."), say("For example: `crisis propose parcels burn in the depot`.")
        )
    event = e.Proposed(
        at=at,
        by=by,
        via=via,
        number=await uow.crises.next_number(),
        surface=surface,
        title=k.title_of(title, figures),
        why=reason[: k.LONGEST_LINE],
        figures=figures,
    )
    crisis = await uow.crises.propose(event)
    if conversations:
        await uow.crises.add(crisis.number, conversations, at)
    await uow.outbox.put(telling(crisis.number, "proposal"))
    return crisis


async def is_quiet(uow: UnitOfWork, surface: str, at: datetime) -> bool:
    """Does Baton propose nothing there, since one was dismissed or cleared a while ago?"""
    last = await uow.crises.last_ended(surface)
    # A clock that was set back since makes nobody quiet for longer than that.
    return last is not None and last.ended_at is not None and abs(at - last.ended_at) < _QUIET[last.state]


def _there_is_one(crisis: Crisis) -> UserError:
    if crisis.state is CrisisState.OPEN:
        return UserError(
            say("{ref} is open there already: {title}.", ref=crisis.ref, title=crisis.title),
            say("Add to it: `crisis log {ref} …` or `crisis add {ref} B-12`.", ref=crisis.ref),
            (k.offer(crisis, say("Show {ref}", ref=crisis.ref)),),
        )
    return UserError(
        say("{ref} is proposed there already: {title}.", ref=crisis.ref, title=crisis.title),
        say("Open its room: `crisis open {ref}`.", ref=crisis.ref),
        (k.offer(crisis, say("Open crisis room"), "open"), k.offer(crisis, say("Show {ref}", ref=crisis.ref))),
    )


async def save(uow: UnitOfWork, crisis: Crisis, events: Iterable[e.Event]) -> Crisis:
    """Keep what happened, and show it on every card about it."""
    happened = tuple(events)
    if not happened:
        return crisis
    saved = await uow.crises.save(crisis, happened)
    await uow.crises.refresh(crisis.number, "board", soon=True)
    if saved.state is not crisis.state:
        await uow.crises.refresh(crisis.number, "proposal", soon=True)
    return saved


def telling(crisis: int, card: CrisisCard) -> Work:
    """The coordinators are asked whether it is one; they and the sponsors are told that it is over."""
    return Work(TELL, {"crisis": crisis, "card": card}, priority=0, once=f"{TELL}:{crisis}:{card}")
