"""Tells those who operate Baton, once, that a source is out, and once that it is back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.cards import Card
from bot.config import Config
from bot.errors import RetriableError
from bot.ports import ChatPlatform, Source, Taken, Work
from bot.views import source_back_card, source_out_card
from handlers.events.refresh_cards import NOT_CONNECTED
from handlers.polling import Polling

KIND = "source_notice"


def operators(config: Config) -> list[str]:
    """The surfaces on which those who operate Baton read."""
    return [surface.name for surface in config.surfaces if surface.purpose == "operators"]


def out(source: Source, state: Polling, surfaces: Iterable[str]) -> list[Work]:
    """The notices that a source is in quarantine; however often they are asked for, they are one for each surface."""
    said = {"what": "out", "since": state.quarantined_since, "last": state.last_success, "error": state.error}
    return _notices(source, f"out:{state.quarantined_since}", said, surfaces)


def back(source: Source, state: Polling, surfaces: Iterable[str]) -> list[Work]:
    """The notices that it works again; one for each time it was out, whoever finds it back."""
    said = {"what": "back", "since": state.out_since, "back": state.back_at, "new": state.caught_up}
    return _notices(source, f"back:{state.out_since}", said, surfaces)


def _notices(source: Source, what: str, said: Mapping[str, object], surfaces: Iterable[str]) -> list[Work]:
    works = []
    for surface in surfaces:
        mark = f"source:{source.name}:{what}:{surface}"
        payload = {**said, "source": source.name, "kind": source.kind, "surface": surface, "mark": mark}
        works.append(Work(KIND, payload, key=surface, lane="post", priority=1, once=mark))
    return works


class SourceTeller:
    """Posts a notice."""

    def __init__(self, platforms: Mapping[str, ChatPlatform], config: Config) -> None:
        self._platforms = platforms
        self._config = config

    async def __call__(self, taken: Taken) -> None:
        """Say it; a lost answer is looked up first."""
        payload = taken.work.payload
        name, kind, since = str(payload["source"]), str(payload["kind"]), datetime.fromisoformat(payload["since"])
        if payload["what"] == "back":
            back_at = datetime.fromisoformat(payload["back"])
            card = source_back_card(name, kind, back_at - since, int(payload["new"]))
        else:
            last = datetime.fromisoformat(payload["last"]) if payload["last"] else None
            card = source_out_card(name, kind, since, last, str(payload["error"]))
        await post_once(taken, card, self._platforms, self._config)


async def post_once(taken: Taken, card: Card, platforms: Mapping[str, ChatPlatform], config: Config) -> None:
    """Post a notice on the `surface` of its work; one whose answer was lost is looked up by its `mark` first."""
    payload = taken.work.payload
    surface = config.surface(str(payload["surface"]))
    if surface is None:
        return
    platform = platforms.get(surface.platform)
    if platform is None:
        raise RetriableError(f"there is no connection to {surface.platform}", NOT_CONNECTED)
    mark = str(payload["mark"])
    if taken.attempt > 1 and await platform.find(surface.channel, mark, taken.created_at) is not None:
        return
    await platform.post(surface.channel, card, mark)
