"""A company whose channel takes a card a second, and posts in masses: about this and that, or most about one thing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from bot.config import Config, Surface
from bot.domain.post import Post
from bot.ports import Lane, Rollup, Tallies
from handlers.jobs.unroll import Unroll
from handlers.jobs.watch_storms import WatchStorms
from handlers.rolling import Rolling
from tests.bot.views.plain import plain
from tests.fakes.platform import Shown
from tests.handlers.company import Company, post

LONGEST = 5
"""Seconds that a card may have to wait, at a card a second: so many get cards at once."""

FLOOR = Surface(name="floor", channel="#floor", rollup_after=LONGEST)
LEGAL = Surface(name="legal", channel="#legal", rollup_after=LONGEST, purpose="management")

_SYLLABLES = ("ba", "ko", "li", "mu", "ne", "po", "ra", "su", "ti", "vo", "ze", "da", "fi", "go", "hu")


def rolling(company: Company, config: Config | None = None) -> Company:
    """The company, rolling up what comes too fast."""
    company.config = config or company.config
    company.rolling = Rolling(company.config, one_a_second, company.triage.common_words())
    return company


def one_a_second(_surface: str, _lane: Lane) -> float:
    return 1.0


def made_up(seed: int, words: int = 9) -> str:
    """Words that nobody else says."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(_SYLLABLES, k=3)) for _ in range(words))


def mixed(count: int, start: int = 0) -> Iterator[Post]:
    """Posts that have nothing in common."""
    for n in range(start, start + count):
        yield post(f"mixed-{n}", made_up(n), f"mixed{n}")


def alike(count: int, start: int = 0, said: str = "the lantern smells of smoke") -> Iterator[Post]:
    """Posts that say the same in words of their own."""
    for n in range(start, start + count):
        yield post(f"alike-{n}", f"{said} {made_up(100_000 + n)}", f"alike{n}")


def urgent(count: int, start: int = 0, said: str = "it caught fire") -> Iterator[Post]:
    """Urgent ones."""
    for n in range(start, start + count):
        yield post(f"urgent-{n}", f"{made_up(200_000 + n)} {said}", f"urgent{n}")


async def rollups(company: Company) -> list[Rollup]:
    """Those that are open."""
    async with company.storage.reading() as uow:
        return await uow.rollups.open()


async def tallies(company: Company, rollup: Rollup | None = None) -> Tallies:
    """What the only open one, or this one, holds."""
    rollup = rollup or (await rollups(company))[0]
    async with company.storage.reading() as uow:
        return await uow.rollups.tallies(rollup.id)


async def looked(company: Company, times: int = 1, seconds: float = 2.0) -> None:
    """The job looks so often; what it puts in the outbox is carried out each time."""
    assert company.rolling is not None
    job = Unroll(company.storage, company.config, company.clock, company.rolling)
    for _ in range(times):
        company.clock.move(timedelta(seconds=seconds))
        await job()
        await company.work()


async def watched(company: Company) -> list[str]:
    """The watcher looks; what crises there are then."""
    assert company.rolling is not None
    await WatchStorms(company.storage, company.config, company.clock, company.rolling)()
    async with company.storage.reading() as uow:
        return [crisis.ref for crisis in await uow.crises.live()]


def rollup_cards(company: Company, channel: str = "C-floor") -> list[Shown]:
    """Messages that are rollup cards, oldest first."""
    return [shown for shown in company.platform.shown_in(channel) if "🌊" in plain(shown.card)]


def cards(company: Company, channel: str = "C-floor") -> list[Shown]:
    """The conversations' cards, oldest first."""
    return [shown for shown in company.platform.shown_in(channel) if "🌊" not in plain(shown.card)]


async def without_any_card(company: Company) -> list[int]:
    """The conversations that are neither on a card nor on an open rollup: those that nobody would see."""
    async with company.storage.reading() as uow:
        count = (await uow.counts()).conversations
        open_ones = {rollup.id for rollup in await uow.rollups.open()}
        found = {number: await uow.postings.of(number) for number in range(1, count + 1)}
    return [
        number
        for number, postings in found.items()
        if not any(each.message is not None or each.rollup in open_ones for each in postings)
    ]
