"""What a colleague's proposal is about: what is rolled up on the surface just now, by its first topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.crisis_events import Figures
from bot.domain.triage import theme
from bot.ports import UnitOfWork

LOOKED_AT = 500
"""So many of what is rolled up are looked through, what presses most first."""

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """The figures, and the conversations that they are of."""

    figures: Figures
    conversations: tuple[int, ...] = ()


async def rolled_up(uow: UnitOfWork, surface: str) -> Facts:
    """Counts of all that is rolled up there, and those of it that are about its first topic; nothing where nothing is."""
    rollup = next((each for each in await uow.rollups.open() if each.surface == surface), None)
    if rollup is None:
        return Facts(Figures())
    tallies = await uow.rollups.tallies(rollup.id)
    found = [line.conversation for line in await uow.rollups.browse(rollup.id, urgent=False, limit=LOOKED_AT)]
    topics = _most_first(tallies.topics)
    about = [c for c in found if not topics or (c.reading is not None and theme(c.reading) == next(iter(topics)))]
    departments = Counter(department for c in about for department in c.departments[:2])
    figures = Figures(
        posts=tallies.conversations + tallies.echoes,
        topics=tuple(topics)[:_NAMED],
        moods=_most_first(tallies.moods),
        spread=_most_first(tallies.networks),
        loudest=(tallies.loudest[0].conversation.number,) if tallies.loudest is not None else (),
        departments=tuple(key for key, _ in departments.most_common(_NAMED)),
    )
    return Facts(figures, tuple(c.number for c in about))


def _most_first(counts: Mapping[str, int] | None) -> dict[str, int]:
    return dict(sorted((counts or {}).items(), key=lambda item: (-item[1], item[0])))
