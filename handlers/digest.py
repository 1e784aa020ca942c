"""The weekly digest: what is counted, and the conversations it names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.measures import Digest, Failure, Unheard, Window, best_unheard, last_week, measure, week_until
from bot.ports import UnitOfWork
from bot.views.wording import count
from handlers.polling import polling

CANDIDATES = 25
"""How many unheard conversations are looked at closely to find the best five."""


def zone_of(config: Config) -> str:
    """The zone whose days the digest covers."""
    return config.digest.timezone or config.company.timezone


def last_full_week(at: datetime, config: Config) -> Window:
    """The seven whole days before today: what goes out on Monday."""
    return last_week(at, zone_of(config))


def week_so_far(at: datetime, config: Config) -> Window:
    """Today until now and the six days before: the preview."""
    return week_until(at, zone_of(config))


async def make_digest(uow: UnitOfWork, window: Window, config: Config) -> Digest:
    """Count a window and the one before it."""
    now = await uow.conversations.opened_between(window.start, window.end)
    before = await uow.conversations.opened_between(window.before.start, window.before.end)
    return measure(now, before, window, unheard=await _unheard(uow, now), failures=await _failures(uow, config))


async def _unheard(uow: UnitOfWork, conversations: Iterable[Conversation]) -> list[Unheard]:
    found = []
    for candidate in best_unheard((Unheard(c) for c in conversations), CANDIDATES):
        sight = await uow.conversations.sight(candidate.conversation.number)
        if sight is not None:
            text = sight.posts[0].post.text if sight.posts else ""
            followers = sight.identity.followers or 0
            found.append(Unheard(sight.conversation, sight.customer.name, text, followers))
    return found


async def _failures(uow: UnitOfWork, config: Config) -> list[Failure]:
    """Sources that fail are named as failing, never as quiet; so is what could not be delivered."""
    failures = []
    for name in config.sources:
        state = await polling(uow, name)
        if state.failures or state.off_since:
            since = datetime.fromisoformat(state.last_success) if state.last_success else None
            failures.append(Failure(f"Source {name}", state.error, since))
    dead = (await uow.counts()).outbox_dead
    if dead:
        failures.append(Failure(count(dead, "delivery", "deliveries"), "given up after many tries; see doctor"))
    return failures
