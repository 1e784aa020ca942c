"""A crisis as tests look at it: its state and timeline, its board, and short ways to one that is proposed or open."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Reply
from bot.domain.crisis import Crisis
from bot.domain.crisis_events import Figures
from bot.ports import CrisisPosting
from handlers.crises import propose
from tests.bot.views.plain import plain
from tests.handlers.company import Company

ROOM = "C-crisis-1-parcels-burn-in-the-depot"
FIGURES = Figures(posts=412, within=timedelta(minutes=1), usual=6.5, alike=0.82, topics=("delivery",), spread={"x": 9})


async def crisis(company: Company, number: int = 1) -> Crisis:
    async with company.storage.reading() as uow:
        found = await uow.crises.get(number)
    assert found is not None
    return found


async def kinds(company: Company, number: int = 1) -> list[str]:
    async with company.storage.reading() as uow:
        return [event.kind for event in await uow.crises.timeline(number)]


async def board(company: Company) -> CrisisPosting:
    async with company.storage.reading() as uow:
        found = await uow.crises.posting("crisis:1:board")
    assert found is not None
    return found


async def on_the_board(company: Company) -> str:
    shown = [shown for shown in company.platform.messages.values() if shown.mark == "crisis:1:board"]
    assert len(shown) == 1, "one board"
    return plain(shown[0].card)


async def proposed_by_itself(company: Company, surface: str = "floor", numbers: tuple[int, ...] = ()) -> Crisis | None:
    async with company.storage.writing() as uow:
        return await propose(
            uow,
            company.config,
            at=company.clock.now(),
            why="412 posts in a minute",
            surface=surface,
            figures=FIGURES,
            conversations=numbers,
        )


async def opened(company: Company, *posts: str) -> None:
    """Three conversations, and a crisis about the first two that is open."""
    await company.opened(*(posts or ("parcels burn", "my parcel burned", "thank you")))
    await company.say("ben", "crisis propose parcels burn in the depot")
    await company.say("ben", "crisis add C-1 B-1 B-2")
    await company.work()
    await company.press("omar", "crisis", what="open", crisis="C-1")
    await company.work()


async def in_room(company: Company, user: str, text: str, channel: str = ROOM, thread: str | None = None) -> Reply:
    return await company.say(user, text, channel=channel, thread=thread)
