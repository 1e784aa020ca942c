"""Who takes a conversation teaches triage whom such posts concern; later, and apart from the claim."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.config import Config
from bot.domain import events as e
from bot.domain.taking import taking
from bot.ports import Change, Learner, Storage, Taken, UnitOfWork, Work

KIND = "teach"

_TELLING = (e.Claimed, e.PassAccepted, e.Released, e.Resolved)


async def follow(uow: UnitOfWork, change: Change) -> None:
    """One lesson at a time, after everything else. Those who only say the same teach nothing: a storm is one lesson."""
    c = change.conversation
    if c.echo_of is None and any(isinstance(event, _TELLING) for event in change.events):
        await uow.outbox.put(Work(KIND, {"number": c.number}, key=KIND, dedup=str(c.number)))


@dataclass(frozen=True, slots=True)
class _Lesson:
    words: Collection[int]
    before: tuple[str, float] | None
    after: tuple[str, float] | None


class Teacher:
    """Counts a conversation's first post for whoever took it, as the trail says now.

    What it was counted as before is kept with the counts and taken back: however often this runs, it counts once.
    """

    def __init__(self, storage: Storage, config: Config, learner: Learner) -> None:
        self._storage = storage
        self._config = config
        self._learner = learner

    async def __call__(self, taken: Taken) -> None:
        """One conversation."""
        async with self._storage.writing() as uow:
            lesson = await self._teach(uow, int(taken.work.payload["number"]))
        if lesson is None:
            return
        # Committed: this process need not wait for its next look at the store.
        for counted, sign in ((lesson.before, -1), (lesson.after, 1)):
            if counted is not None:
                self._learner.count(lesson.words, counted[0], sign * counted[1])

    async def _teach(self, uow: UnitOfWork, number: int) -> _Lesson | None:
        c = await uow.conversations.take(number)
        posts = [] if c.forgotten else await uow.posts.of(number, 1)
        words = self._learner.telling(posts[0].post.text) if posts and posts[0].deleted_at is None else frozenset()
        if not words:
            return None
        took = taking(await uow.conversations.trail(number))
        known = took is not None and took.department in self._config.departments
        after = (took.department, took.weight) if known and took is not None and took.department is not None else None
        before = await uow.lessons.of(number)
        if before == after:
            return None
        await uow.lessons.teach(number, words, *(after or (None, 0.0)))
        return _Lesson(words, before, after)
