"""Tells those who operate Baton, once, that a CRM takes no entries, and which are kept until they are written again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.config import Config
from bot.ports import ChatPlatform, DeadLetter, Taken, Work
from bot.views import entries_given_up_card
from handlers.events.source_notices import operators, post_once

KIND = "crm_notice"

NAMED = 10
"""So many conversations are named; `app.py outbox list` has every entry."""


def readers(config: Config) -> list[str]:
    """Where it is said: where those who operate Baton read, else where management does."""
    return operators(config) or [surface.name for surface in config.surfaces if surface.purpose == "management"]


def given_up(crm: str, letters: Sequence[DeadLetter], surfaces: Sequence[str]) -> list[Work]:
    """The notices that these entries, newest first, were given up; one on each surface, however often they are asked for."""
    numbers = sorted({int(letter.payload["number"]) for letter in letters if "number" in letter.payload})
    newest = letters[0]
    said = {
        "crm": crm,
        "count": len(letters),
        "numbers": numbers[:NAMED],
        "more": max(0, len(numbers) - NAMED),
        "error": newest.error,
        "at": newest.died_at.isoformat(),
    }
    works = []
    for surface in surfaces:
        mark = f"crm:{crm}:given-up:{newest.died_at.isoformat()}:{surface}"
        payload = {**said, "surface": surface, "mark": mark}
        works.append(Work(KIND, payload, key=surface, lane="post", priority=1, once=mark))
    return works


class CrmTeller:
    """Posts a notice."""

    def __init__(self, platforms: Mapping[str, ChatPlatform], config: Config) -> None:
        self._platforms = platforms
        self._config = config

    async def __call__(self, taken: Taken) -> None:
        """Say it; a lost answer is looked up first."""
        said = taken.work.payload
        card = entries_given_up_card(
            str(said["crm"]),
            int(said["count"]),
            [int(number) for number in said["numbers"]],
            int(said["more"]),
            str(said["error"]),
            datetime.fromisoformat(said["at"]),
            self._config,
        )
        await post_once(taken, card, self._platforms, self._config)
