"""New posts find their customer and their conversation, and are read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.config import Config
from bot.domain import life, replay
from bot.domain.campaigns import campaigns_of
from bot.domain.conversation import Conversation
from bot.domain.events import Event, Filed, Opened, Reopened, Separated
from bot.domain.handles import own_addresses
from bot.domain.policy import Policies
from bot.domain.post import SourceEvent, StoredPost
from bot.domain.triage import Reading, is_urgent, suggested
from bot.errors import ConflictError, RetriableError
from bot.ports import Clock, PostKey, Storage, Triage, UnitOfWork
from handlers.echoes import Echoes, says_the_same
from handlers.events import likeness, read_again
from handlers.other_ways import OtherWays
from handlers.post_changes import PostChanges
from handlers.rolling import Rolling, show_anew
from handlers.showing import case, showing

_log = structlog.get_logger(__name__)


class UnheardError(Exception):
    """One post or change alone cannot be taken in, by a fault of ours; `what` names it for `hear`'s `aside`."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} cannot be taken in")
        self.what = what


async def hear(
    storage: Storage,
    config: Config,
    policies: Policies,
    clock: Clock,
    triage: Triage,
    limit: int = 100,
    aside: Collection[str] = (),
    rolling: Rolling | None = None,
    first: Sequence[str] = (),
) -> int:
    """One unit of work: up to `limit` posts and as many changes. Gives how many; 0 when there is nothing left to do.

    What is named `aside` is left for another time; the posts with the ids of `first` go before others; without `rolling`
    every conversation gets a card. Raises `ConflictError` when somebody else was first; nothing has happened then, and
    the next call takes it up. Raises `UnheardError` where a single post or change is at fault.
    """
    taken: list[str] = []
    try:
        async with storage.writing() as uow:
            unheard = await uow.posts.unheard(limit + len(aside), first)
            posts = [stored for stored in unheard if _post_name(stored.id) not in aside][:limit]
            taken += [_post_name(stored.id) for stored in posts]
            again = await uow.privacy.drop_again(posts)
            posts = [stored for stored in posts if stored.id not in again]
            told = await _Hearing(uow, config, policies, clock.now(), triage, rolling).place(posts) if posts else []
            # One at a time means one: whatever fails then is at fault.
            waiting = await uow.posts.changes(limit + len(aside)) if limit > 1 or not posts else []
            changes = [change for change in waiting if _change_name(change[0]) not in aside][:limit]
            taken += [_change_name(change_id) for change_id, _, _ in changes]
            if changes or told:
                await PostChanges(uow, config, clock.now(), triage, rolling).apply(changes, told)
    except (ConflictError, RetriableError):
        raise
    except Exception as error:
        if len(taken) == 1:
            raise UnheardError(taken[0]) from error
        raise
    if rolling is not None:
        rolling.kept()
    if taken:
        _log.info("heard", posts=len(posts), changes=len(changes))
    return len(taken)


def _post_name(post_id: str) -> str:
    return f"post {post_id}"


def _change_name(change_id: str) -> str:
    return f"change {change_id}"


@dataclass(slots=True, eq=False)
class _Place:
    """Where a post belongs: a conversation that exists (`number`), or one that is opened for the first of `posts`."""

    number: int | None
    posts: list[tuple[StoredPost, str]]


class _Hearing:
    """One batch of new posts."""

    def __init__(
        self,
        uow: UnitOfWork,
        config: Config,
        policies: Policies,
        at: datetime,
        triage: Triage,
        rolling: Rolling | None = None,
    ) -> None:
        self._uow = uow
        self._config = config
        self._policies = policies
        self._at = at
        self._triage = triage
        self._rolling = rolling
        self._unsure: list[str] = []
        self._new: list[tuple[Conversation, str]] = []
        self._anew: list[Conversation] = []
        self._echoes = Echoes(uow, policies, at)
        self._ways = OtherWays(uow, at)

    async def place(self, posts: Sequence[StoredPost]) -> Sequence[tuple[SourceEvent, StoredPost]]:
        """Gives the edits that follow where a network words a post otherwise than the tool that was quicker."""
        posts = await self._ways.sort_out(posts)
        ordered = list(_parents_first(posts, self._ways))
        known = await self._uow.customers.identify(
            [(stored.post.network, stored.post.author) for stored in ordered] + self._ways.authors, self._at
        )
        customers = known[: len(ordered)]
        # An address that they give as their own may tell who they are.
        told = {id_ for stored, id_ in zip(ordered, customers, strict=True) if own_addresses(stored.post.text)}
        await likeness.ask(self._uow, self._uow.customers.newcomers() | told)
        places = await self._places(list(zip(ordered, customers, strict=True)))
        for place in places:
            if place.number is None:
                continue
            conversation = await self._uow.conversations.take(place.number)
            if conversation.forgotten:
                # Whoever writes there now begins anew.
                place.number = None
            else:
                await self._join(conversation, place.posts)
        fresh = [place for place in places if place.number is None]
        opened = await self._open(fresh) if fresh else []
        for place, conversation in zip(fresh, opened, strict=True):
            place.number = conversation.number
            first, *further = place.posts
            if first[0].filed:
                conversation = await self._file(conversation, first[0].heard_at)
            self._echoes.joined(conversation)
            await self._join(conversation, further, first[0])
        await self._uow.posts.place(
            [
                (stored.id, place.number, customer)
                for place in places
                for stored, customer in place.posts
                if place.number
            ],
            {stored.id: stored.post for stored in ordered},
        )
        self._anew += await self._echoes.tell()
        # Last: who changes a conversation takes it first and what shows it then, and so do we.
        await self._show()
        await self._ways.show()
        await read_again.ask(self._uow, self._unsure)
        return self._ways.edits

    async def _places(self, heard: Sequence[tuple[StoredPost, str]]) -> list[_Place]:
        """Sort posts into conversations.

        A post belongs where the post it answers is; else where a post is that answers it (it came late); else with what
        the same customer wrote in the same thread. The thread's first post need not be known: it may be our own.
        """
        named = sorted({key for stored, _ in heard for key in stored.post.answers})
        known: dict[PostKey, int | None] = dict(await self._uow.answers.conversations(named)) if named else {}
        known |= {key: found.conversation for key, found in (await self._uow.posts.by_key(named)).items()}
        tools = {key for stored, _ in heard if stored.post.via for key in (stored.post.key, *stored.post.answers)}
        known |= await self._uow.posts.named_elsewhere({key for key in named if known.get(key) is None}, tools)
        threads = await self._uow.posts.threads(
            [(stored.post.key, None) for stored, _ in heard]
            + [(key, customer) for stored, customer in heard for key in stored.post.answers],
            tools,
        )
        places: list[_Place] = []
        by_number: dict[int, _Place] = {}
        by_post: dict[str, _Place] = {}
        by_thread: dict[tuple[PostKey, str], _Place] = {}

        def existing(number: int) -> _Place:
            if number not in by_number:
                by_number[number] = _Place(number, [])
                places.append(by_number[number])
            return by_number[number]

        for stored, customer in heard:
            answers = stored.post.answers
            meant = (id_ for key in answers for id_ in self._ways.meant(stored.post, key[2]))
            place = next((by_post[id_] for id_ in meant if id_ in by_post), None)
            if place is None:
                number = next(
                    (
                        found
                        for found in (
                            *(known.get(key) for key in answers),
                            threads.get((stored.post.key, None)),
                            *(threads.get((key, customer)) for key in answers),
                        )
                        if found is not None
                    ),
                    None,
                )
                place = existing(number) if number is not None else None
            if place is None:
                place = next((by_thread[key, customer] for key in answers if (key, customer) in by_thread), None)
            if place is None:
                place = _Place(None, [])
                places.append(place)
            place.posts.append((stored, customer))
            by_post[stored.id] = place
            for key in answers:
                by_thread.setdefault((key, customer), place)
        return places

    async def _open(self, fresh: Sequence[_Place]) -> list[Conversation]:
        # Numbers before anything is compared: who takes some waits for whoever is about to open others, so that of the same
        # words, heard by two replicas at once, the later ones find the first.
        numbers = await self._uow.conversations.next_numbers(len(fresh))
        firsts = [place.posts[0] for place in fresh]
        leaders = await self._echoes.leaders(
            [(number, stored) for number, (stored, _) in zip(numbers, firsts, strict=True)]
        )
        events = []
        for number, (stored, customer_id), leader in zip(numbers, firsts, leaders, strict=True):
            events.append(await self._opened(number, stored, customer_id, leader))
            # Reading many long posts takes a while, and the loop has others to serve.
            await asyncio.sleep(0)
        conversations = await self._uow.conversations.open(events)
        self._new += [
            (c, stored.post.text) for c, (stored, _) in zip(conversations, firsts, strict=True) if not stored.filed
        ]
        return conversations

    async def _show(self) -> None:
        """Have new conversations shown, each with its first post's text; those that say the same as another are on its card.

        Then those that stand by themselves now, or that other surfaces may want.
        """
        shown = [await showing(self._uow, self._config, c) for c, _ in self._new if c.echo_of is None]
        if self._rolling is None:
            await self._uow.postings.want_new(shown)
        else:
            self._rolling.heard(self._new, self._at)
            await self._rolling.show_new(self._uow, shown, self._at)
        await show_anew(self._uow, self._config, self._rolling, self._anew, self._at)

    async def _opened(self, number: int, stored: StoredPost, customer_id: str, leader: int | None) -> Opened:
        post = stored.post
        # What others said already need not be read again by a model.
        reading = self._read(stored) if leader is None else self._triage.read(post.text)
        urgent = is_urgent(reading) and not stored.filed
        opened = Opened(
            # What is filed is counted nowhere, so that the time its network tells may stand in the customer's record.
            at=min(post.posted_at, stored.heard_at) if stored.filed else stored.heard_at,
            via="network",
            number=number,
            customer_id=customer_id,
            network=post.network,
            account=post.account,
            post_id=stored.id,
            urgent=urgent,
            why_urgent=reading.urgent_for if urgent else None,
            departments=suggested(reading),
            reading=reading,
            echo_of=leader,
            campaigns=self._campaigns(stored),
        )
        if not self._config.routes:
            return opened
        routed = self._config.routed(await case(self._uow, self._config, replay.opened(opened)))
        return replace(opened, departments=tuple(dict.fromkeys((*routed.departments, *opened.departments))))

    def _campaigns(self, stored: StoredPost) -> tuple[str, ...]:
        # What is filed is from the time its network tells; of all else Baton's own clock counts.
        at = min(stored.post.posted_at, stored.heard_at) if stored.filed else stored.heard_at
        return campaigns_of(self._config.campaign_rules, stored.post, at, stored.source)

    def _read(self, stored: StoredPost) -> Reading:
        reading = self._triage.read(stored.post.text)
        if not stored.filed and read_again.is_wanted(self._config, reading):
            self._unsure.append(stored.id)
        return reading

    async def _file(self, conversation: Conversation, at: datetime, posts: int = 0) -> Conversation:
        at = max(at, conversation.changed_at or conversation.opened_at)
        return await self._uow.conversations.save(conversation, [Filed(at=at, via="network", posts=posts)])

    async def _join(
        self, conversation: Conversation, posts: Sequence[tuple[StoredPost, str]], first: StoredPost | None = None
    ) -> None:
        """Add posts to a conversation; `first` is its first one, where it has just been opened."""
        filed = [stored for stored, _ in posts if stored.filed]
        if filed and conversation.filed:
            conversation = await self._file(conversation, filed[-1].heard_at, len(filed))
        # To what is going on, posts from before it are only added.
        before, happened = conversation, list[Event]()
        for stored in [stored for stored, _ in posts if not stored.filed]:
            # A post may have been heard before the last change was made; the trail goes forward only.
            at = max(stored.heard_at, conversation.changed_at or conversation.opened_at)
            same = await says_the_same(self._uow, conversation, stored, first)
            reading = self._triage.read(stored.post.text) if same else self._read(stored)
            campaigns = self._campaigns(stored)
            events = life.hear(conversation, at, stored.id, self._policies, reading, same=same, campaigns=campaigns)
            conversation = await self._uow.conversations.save(conversation, events)
            happened += events
            await asyncio.sleep(0)
        alone = next((event for event in happened if before.echo_of and isinstance(event, Separated | Reopened)), None)
        if alone is not None:
            self._echoes.left(before, alone)
        wanted = (conversation.urgent and not before.urgent) or conversation.campaigns != before.campaigns
        if alone is not None or before.filed != conversation.filed or wanted:
            # It is shown nowhere yet; or other surfaces may want it now.
            self._anew.append(conversation)


def _parents_first(posts: Sequence[StoredPost], ways: OtherWays) -> Iterator[StoredPost]:
    """The posts in their order, but each after those of the batch that it answers."""
    waiting = {stored.id: stored for stored in posts}
    for stored in posts:
        chain: list[StoredPost] = []
        reached: StoredPost | None = stored
        while reached is not None and reached.id in waiting:
            # Taken out at once, so that posts which claim to answer each other end the walk.
            del waiting[reached.id]
            chain.append(reached)
            meant = (id_ for key in reached.post.answers for id_ in ways.meant(reached.post, key[2]))
            reached = next((waiting[id_] for id_ in meant if id_ in waiting), None)
        yield from reversed(chain)
