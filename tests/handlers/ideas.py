"""What the store holds of an idea, for tests."""

from __future__ import annotations

from bot.domain.idea import Idea
from bot.ports import Asking
from tests.handlers.company import Company


async def idea(company: Company, number: int = 1) -> Idea:
    """I-1, or another one; it has to be there."""
    async with company.storage.reading() as uow:
        found = await uow.ideas.get(number)
    assert found is not None
    return found


async def asking(company: Company, number: int = 1) -> Asking:
    """Who asks for it."""
    async with company.storage.reading() as uow:
        return await uow.ideas.asking(number)


async def kinds(company: Company, number: int = 1) -> list[str]:
    """What happened to it, in order."""
    async with company.storage.reading() as uow:
        return [event.kind for event in await uow.ideas.trail(number)]
