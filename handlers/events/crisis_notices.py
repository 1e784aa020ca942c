"""Who is told of a crisis: the coordinators that one is proposed, they and the sponsors that all is clear."""

from __future__ import annotations

import structlog

from bot.domain.crisis import CrisisState
from bot.domain.people import Person
from bot.ports import CrisisCard, CrisisPosting, Directory, Storage, Taken

COORDINATOR, SPONSOR = 2, 3

_log = structlog.get_logger("baton")


class CrisisTeller:
    """Has a message sent to each of them."""

    def __init__(self, storage: Storage, directory: Directory) -> None:
        self._storage = storage
        self._directory = directory

    async def __call__(self, taken: Taken) -> None:
        """One message each, however often this runs. It is a duty: who wants no notices is told, too."""
        number, card = int(taken.work.payload["crisis"]), taken.work.payload["card"]
        people = await self._people(card)
        if not people:
            _log.warning("nobody_coordinates", crisis=number, mend="name a coordinator under [[people]] in baton.toml")
        async with self._storage.writing() as uow:
            crisis = await uow.crises.get(number)
            if crisis is None or (card == "proposal" and crisis.state is CrisisState.DISMISSED):
                return
            for person in people:
                await uow.crises.want(CrisisPosting(f"crisis:{number}:{card}:{person.id}", number, card, person.id))

    async def _people(self, card: CrisisCard) -> list[Person]:
        coordinators = await self._directory.told_at(COORDINATOR, None)
        sponsors = await self._directory.told_at(SPONSOR, None)
        # Where nobody coordinates, whoever is above decides.
        people = [*coordinators, *sponsors] if card == "cleared" else coordinators or sponsors
        return [person for person in {person.id: person for person in people}.values() if not person.outsider]
