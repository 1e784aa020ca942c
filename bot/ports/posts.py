"""What customers wrote, from its delivery on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject, Sent
from bot.domain.post import Post, SourceEvent, StoredPost, Visibility
from bot.domain.templates import Filled, Template
from bot.errors import PermanentError, RetriableError
from bot.ports.tokens import SourceTokens

PostKey = tuple[str, str, str]
"""What makes a post one post: (network, account, external_id)."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A post that may be the same as a new one: under the same id on its network, or only at the same address."""

    stored: StoredPost
    same_id: bool


class Posts(Protocol):
    """What customers wrote."""

    async def accept(
        self, events: Sequence[SourceEvent], source: str, at: datetime, *, filed: bool = False
    ) -> list[bool]:
        """Store what a source delivered, each once; True where it is new.

        With `filed` the posts are from before Baton listened: kept, but shown only with what follows them. Raises
        `PermanentError` when one of them cannot be stored.
        """
        ...

    async def unheard(self, limit: int, first: Sequence[str] = ()) -> list[StoredPost]:
        """Stored posts that have no conversation yet, locked against other workers: those of `first` by their ids, then the
        new ones and the filed ones, each oldest first."""
        ...

    async def waiting(self, after: str, limit: int) -> list[StoredPost]:
        """New posts that have no conversation yet, oldest first, from the one behind this id on; nothing is locked."""
        ...

    async def by_key(self, keys: Sequence[PostKey]) -> dict[PostKey, StoredPost]:
        """Stored posts by (network, account, external_id); for a copy the post that it is."""
        ...

    async def elsewhere(self, new: Sequence[StoredPost]) -> Mapping[str, Sequence[Twin]]:
        """For each new post, by its id, those that may be the same and came by another way: by the same id first, then the
        oldest first. They are locked, and nobody else hears such posts until this unit of work ends."""
        ...

    async def not_to_be_heard(self, new: Sequence[StoredPost]) -> Set[str]:
        """Of new posts that tools brought, by their ids, what was deleted at its network already, or is an answer of ours."""
        ...

    def join(self, first: StoredPost, later: StoredPost, post: Post, at: datetime) -> None:
        """The later one is the first from now on, and `post` is what is known of it. Where the later one came from the network
        itself, the first goes by the network's key, and is answered through its source."""
        ...

    async def named_elsewhere(self, keys: Set[PostKey], tools: Set[PostKey]) -> Mapping[PostKey, int]:
        """The conversations of posts, and of answers of ours, that are known under another account than that of these keys: by
        what a tool brought; where a tool told the key (`tools`), by what any source brought."""
        ...

    async def get(self, post_id: str) -> StoredPost | None:
        """One stored post."""
        ...

    async def threads(
        self, wanted: Sequence[tuple[PostKey, str | None]], tools: Set[PostKey] = frozenset()
    ) -> dict[tuple[PostKey, str | None], int]:
        """For each (key, customer id): the first conversation with a post that names this key as its parent or root.

        Keys that a tool told (`tools`) are meant whatever the account, and so is what tools told.

        The post behind the key need not be stored. With a customer id only that customer's posts count, with None all.
        """
        ...

    async def place(self, placed: Sequence[tuple[str, int, str]], heard: Mapping[str, Post] | None = None) -> None:
        """Record (post id, conversation number, customer id) of posts that have been heard.

        What they say (`heard`, by their ids) tells how they are found when they come by another way.
        """
        ...

    async def changes(self, limit: int) -> list[tuple[str, SourceEvent, StoredPost | None]]:
        """Edits, deletes and metrics waiting to be applied, as (change id, event, post), in order of arrival."""
        ...

    async def edit(self, post_id: str, event: SourceEvent, at: datetime) -> StoredPost | None:
        """Keep the old text as a version and take the new one; None when nothing changed or it is older than what we have."""
        ...

    async def erase(self, post_id: str, at: datetime) -> bool:
        """Leave a tombstone: text, versions and raw payload are purged. False when it was one already."""
        ...

    async def measure(self, post_id: str, metrics: Mapping[str, int]) -> None:
        """Take new counts of likes, shares and the like."""
        ...

    async def done(self, change_ids: Sequence[str]) -> None:
        """These changes have been applied."""
        ...

    async def of(self, number: int, limit: int = 50) -> list[StoredPost]:
        """The posts of a conversation, oldest first."""
        ...

    async def versions(self, post_id: str) -> list[tuple[datetime, str]]:
        """Earlier texts with the time each was replaced, oldest first."""
        ...


class Inbox(Protocol):
    """Where deliveries are kept before they are acknowledged."""

    async def accept(self, events: Sequence[SourceEvent], source: str) -> list[bool]:
        """Commit what a source delivered; True where it is new. Raises `RetriableError` when it cannot take more now."""
        ...


class Source(Protocol):
    """A network, feed or tool that posts come from. `kind` names the connector, `name` is the key in baton.toml.

    `verify` and `parse` are pure. `parse` raises `PermanentError` that names the record and field which cannot be read;
    what talks to the network raises `RetriableError` or `PermanentError`.
    """

    kind: str
    name: str
    every: timedelta
    budget: tuple[int, timedelta] | None = None
    """How many requests in how much time it makes at most."""
    waits: Callable[[RetriableError], Awaitable[None]] | None = None
    """Where this is set, a request that must be made later (budget, 429) waits for it instead of failing: while a backfill runs."""

    @property
    def tokens(self) -> SourceTokens | None:
        """The token by which it acts, where it has one."""
        return None

    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Why this post cannot be answered through it now, as a sentence; None where it can."""
        ...

    def audience(self, post: Post) -> Visibility:
        """Who will see an answer to this post."""
        ...

    def length(self, text: str) -> int:
        """How long the network takes an answer to be, in its own unit (`Capabilities.unit`)."""
        ...

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """Is this from the network? Looks at the raw bytes, before anything is parsed."""
        ...

    async def prepare(self) -> None:
        """Fetch what `verify` lacked when it answered 503, like the key that a delivery is signed with. Harmless at any time."""

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """What a delivery says."""
        ...

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """What is new since the cursor, oldest first, `limit` events at most."""
        ...

    def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What was posted since then, in portions."""
        ...

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Answer a post.

        Raises `PermanentError` with the network's reason when it is refused, `RetriableError` when nothing was done, and
        `UnknownResultError` when it may have been sent.
        """
        ...

    async def templates(self, post: Post) -> Sequence[Template]:
        """The texts approved by the network that can be sent to the author of this post, whenever they wrote last."""
        return ()

    async def reply_with(self, post: Post, filled: Filled, text: str, idempotency_key: str) -> Sent:
        """Answer a post with one of its `templates`, whose filled text is `text`. Raises as `reply` does."""
        raise PermanentError("No templates can be sent through this source.")

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """The answer, if it stands there already; only where `Capabilities.once` is `look-up`."""
        ...

    async def look_up(self, hint: SourceEvent) -> Sequence[SourceEvent]:
        """What a hint that it delivered is about: the events that the network itself tells of when asked."""
        ...

    async def missing(self) -> Sequence[str]:
        """What is missing at the network for this source to work (a permission, a subscription), in its own words."""
        return ()

    def spent(self) -> tuple[datetime, int] | None:
        """When the present window of its budget began, and the requests made in it; None without any."""
        return None

    def restore_spent(self, begun: datetime, spent: int) -> None:
        """Go on with the window of an earlier process, or of another replica."""

    async def news(self) -> None:
        """Returns when a poll may bring something; a source that cannot tell waits for ever."""
        ...
