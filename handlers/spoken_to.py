"""In which language a piece of work is carried out: that of the person or the channel it reaches, else the company's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.config import Config
from bot.languages import speaking_to
from bot.ports import Account, Directory, Taken

Handler = Callable[[Taken], Awaitable[None]]


class SpokenTo:
    """A handler of work, carried out in the language of whom its message is for.

    What work only reaches by what it looks up, such as a card, says in which language by itself. What is kept, or goes
    to a CRM or a customer, is in the company's language, whoever caused it.
    """

    def __init__(self, handler: Handler, directory: Directory, config: Config) -> None:
        self._handler = handler
        self._directory = directory
        self._config = config

    async def __call__(self, taken: Taken) -> None:
        """Carry it out."""
        with speaking_to(await self._language(taken)):
            await self._handler(taken)

    async def _language(self, taken: Taken) -> str:
        match taken.work.payload:
            case {"to": [{"platform": str(platform), "team": str(team), "user": str(user)}, *_]}:
                person = await self._directory.person(Account(platform, team, user))
                return person.language if person is not None else self._config.company.language
            case {"surface": str(name)}:
                return self._config.language_on(self._config.surface(name))
            case {"platform": str(platform), "channel": str(channel)}:
                return self._config.language_in(platform, channel)
            case _:
                return self._config.company.language
