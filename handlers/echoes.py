"""New conversations that say the same as an open one go with it, and leave it again when they say something else."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.config import Config
from bot.domain import echoing
from bot.domain import events as e
from bot.domain.conversation import Conversation, State
from bot.domain.life import Act
from bot.domain.policy import Policies
from bot.domain.post import StoredPost, Visibility
from bot.domain.signature import bands, resemblance
from bot.ports import UnitOfWork
from bot.ports.echoes import Signature
from handlers.showing import show

_PER_KEY = 8
"""With so many of those that share a key a new one is compared: more share it only where it is a common phrase."""


@dataclass(slots=True)
class _News:
    """What a leader is told after a batch."""

    spread: dict[str, int] = field(default_factory=dict)
    urgent: bool = False
    why: str | None = None


class Echoes:
    """One batch: who says the same as whom. Leaders are told at its end, each once however many echoed it."""

    def __init__(self, uow: UnitOfWork, policies: Policies, at: datetime) -> None:
        self._uow = uow
        self._policies = policies
        self._at = at
        self._new: dict[int, tuple[datetime, Signature]] = {}
        self._news: dict[int, _News] = {}
        self._left: list[tuple[Conversation, e.Happening]] = []

    async def leaders(self, fresh: Sequence[tuple[int, StoredPost]]) -> list[int | None]:
        """For each new conversation, with its first post, whom it says the same as; others are compared with the rest.

        Those are locked: none of them is resolved before the batch is through.
        """
        said = [echoing.signed(stored.post.text) if _is_compared(stored) else () for _, stored in fresh]
        numbers = [number for number, _ in fresh]
        keys = {key for each in said for key in bands(each)}
        known = await self._uow.echoes.alike(sorted(keys), self._at - echoing.REMEMBERED)
        while True:
            found = _leaders(numbers, said, known)
            meant = sorted({number for number in found if number is not None} & known.keys())
            gone = [each for each in meant if not echoing.leads(await self._uow.conversations.take(each))]
            if not gone:
                break
            known = {number: each for number, each in known.items() if number not in gone}
        for (number, stored), leader, each in zip(fresh, found, said, strict=True):
            if each and leader is None:
                self._new[number] = (stored.heard_at, each)
        return found

    def joined(self, c: Conversation) -> None:
        """A new conversation was opened; it is counted where it says the same as another."""
        if c.echo_of is None:
            return
        news = self._news.setdefault(c.echo_of, _News())
        news.spread[c.network] = news.spread.get(c.network, 0) + 1
        if c.urgent and not news.urgent:
            news.urgent, news.why = True, c.why_urgent

    def left(self, was: Conversation, event: e.Happening) -> None:
        """One that said the same stands by itself, by `event`."""
        self._left.append((was, event))

    async def tell(self) -> list[Conversation]:
        """Tell the leaders, and remember the new ones. Gives those leaders that became urgent by it."""
        urgent = list[Conversation]()
        await self._uow.echoes.remember(self._new)
        for number, news in sorted(self._news.items()):
            leader = await self._uow.conversations.take(number)
            at = max(self._at, leader.changed_at or leader.opened_at)
            events = echoing.echoed(leader, at, news.spread, self._policies, news.why, urgent=news.urgent)
            told = await self._uow.conversations.save(leader, events)
            urgent += [told] if told.urgent and not leader.urgent else []
        for was, event in self._left:
            await tell_leader(self._uow, was, event)
        return urgent


def _leaders(numbers: Sequence[int], said: Sequence[Signature], known: Mapping[int, Signature]) -> list[int | None]:
    """The most alike of those that are known and of those before it; of several the oldest."""
    signatures: dict[int, Signature] = {}
    under: dict[int, deque[int]] = {}

    def keep(number: int, signature: Signature) -> None:
        signatures[number] = signature
        for key in bands(signature):
            under.setdefault(key, deque(maxlen=_PER_KEY)).append(number)

    for number in sorted(known):
        keep(number, known[number])
    found: list[int | None] = []
    for number, each in zip(numbers, said, strict=True):
        alike = {other for key in bands(each) for other in under.get(key, ())}
        best, leader = max(((resemblance(each, signatures[other]), -other) for other in alike), default=(0.0, 0))
        found.append(-leader if best >= echoing.ALIKE else None)
        if best < echoing.ALIKE and each:
            keep(number, each)
    return found


def _is_compared(stored: StoredPost) -> bool:
    """What answers somebody means what it answers, whatever its words."""
    return not stored.filed and stored.post.visibility is not Visibility.PRIVATE and stored.post.parent_id is None


async def says_the_same(uow: UnitOfWork, c: Conversation, post: StoredPost, first: StoredPost | None = None) -> bool:
    """Does a further post of an echo's customer still say the same? `first` is the first one, where it is known."""
    if c.state is not State.ECHO:
        return False
    if first is None:
        first = next((each for each in await uow.posts.of(c.number) if each.deleted_at is None), None)
    return first is not None and echoing.say_the_same(first.post.text, post.post.text)


async def remember_again(uow: UnitOfWork, c: Conversation, first: StoredPost, at: datetime) -> None:
    """The first post of a conversation says something else now: that is what others are compared with."""
    await uow.echoes.forget(c.number)
    said = echoing.signed(first.post.text) if _is_compared(first) else ()
    if said and echoing.leads(c) and at - c.opened_at <= echoing.REMEMBERED:
        await uow.echoes.remember({c.number: (c.opened_at, said)})


async def tell_leader(uow: UnitOfWork, was: Conversation, event: e.Happening) -> None:
    """One of its echoes stands by itself from now on."""
    if was.echo_of is None:
        return
    leader = await uow.conversations.take(was.echo_of)
    at = max(event.at, leader.changed_at or leader.opened_at)
    await uow.conversations.save(leader, echoing.left(leader, was, event, at))


async def separate(uow: UnitOfWork, config: Config, number: int, act: Act) -> Conversation:
    """A person sees a difference: it gets a card of its own."""
    seen = await uow.conversations.get(number)
    if seen is not None and seen.echo_of is not None:
        # The leader first, as everywhere: who takes both in another order may wait for each other.
        await uow.conversations.take(seen.echo_of)
    c = await uow.conversations.take(number)
    events = echoing.separate(c, act)
    saved = await uow.conversations.save(c, events)
    for event in events:
        await tell_leader(uow, c, event)
    await show(uow, config, saved)
    return saved
