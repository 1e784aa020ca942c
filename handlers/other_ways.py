"""New posts that came by another way before, through their network or a listening tool, become one with what is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain import one_post
from bot.domain.origins import page_of
from bot.domain.post import Author, Post, SourceEvent, StoredPost
from bot.ports import PostKey, UnitOfWork

Named = tuple[str, str, str]
"""The network, `id` or `page`, and which."""


class OtherWays:
    """The posts of one batch.

    `edits` are to follow where the network words a post otherwise than the tool that was quicker; `authors` are known better
    now, by the network's own word.
    """

    def __init__(self, uow: UnitOfWork, at: datetime) -> None:
        self._uow = uow
        self._at = at
        self.edits: list[tuple[SourceEvent, StoredPost]] = []
        self.authors: list[tuple[str, Author]] = []
        self._waiting: set[str] = set()
        self._pages = False
        """Do pages matter? Only where a tool is one of two."""
        self._heads: dict[str, StoredPost] = {}
        self._is: dict[str, str] = {}
        """By the id of each post of the batch that of the post it is: its own, or an earlier one's."""
        self._by_name: dict[Named, list[str]] = {}
        self._by_key: dict[PostKey, str] = {}
        self._grown: set[int] = set()

    async def sort_out(self, new: Sequence[StoredPost]) -> list[StoredPost]:
        """The posts that are to be heard, each with all that is known of it."""
        unseen = await self._uow.posts.not_to_be_heard(new)
        for post_id in unseen:
            await self._uow.posts.erase(post_id, self._at)
        new = [stored for stored in new if stored.id not in unseen]
        if not new:
            return []
        twins = await self._uow.posts.elsewhere(new)
        self._waiting = {stored.id for stored in new}
        self._pages = any(stored.post.via is not None for stored in new)
        # The network's own word first: what a tool brings at the same moment is added to it.
        for stored in sorted(new, key=lambda each: each.post.via is not None):
            self._waiting.discard(stored.id)
            known = [(self._now(twin.stored), twin.same_id) for twin in twins.get(stored.id, ())]
            known += [
                (self._heads[id_], name[1] == "id") for name in self._names(stored.post) for id_ in self._of(name)
            ]
            first = next(
                (f for f, same in known if f is not None and one_post.is_one(f, stored.post, same_id=same)), None
            )
            await self._take(stored, first)
        return [self._heads[stored.id] for stored in new if self._is[stored.id] == stored.id]

    def meant(self, post: Post, id_: str) -> Iterator[str]:
        """The ids of the posts of the batch that this one means by an id: of its own source, or of any where a tool is one."""
        exact = self._by_key.get((post.network, post.account, id_))
        if exact is not None:
            yield exact
        for head in self._of((post.network, "id", id_)):
            its = self._heads[head].post
            if post.via is not None or its.via is not None or its.also:
                yield head

    async def show(self) -> None:
        """Bring up to date the cards of posts of which more is known now."""
        for number in sorted(self._grown):
            await self._uow.postings.refresh(number, soon=False)

    def _of(self, name: Named) -> list[str]:
        return self._by_name.get(name, [])

    def _now(self, stored: StoredPost) -> StoredPost | None:
        """The post as it has become in this batch; None where it is of this batch and its turn has not come."""
        if stored.id in self._waiting:
            return None
        return self._heads.get(self._is.get(stored.id, stored.id), stored)

    async def _take(self, stored: StoredPost, first: StoredPost | None) -> None:
        head = stored if first is None else await self._joined(first, stored)
        self._heads[head.id] = head
        self._is[stored.id] = head.id
        self._by_key[stored.post.key] = head.id
        for name in self._names(stored.post):
            self._by_name.setdefault(name, []).append(head.id)

    async def _joined(self, first: StoredPost, later: StoredPost) -> StoredPost:
        own = later.post.via is None
        post = one_post.joined(first.post, later.post)
        self._uow.posts.join(first, later, post, self._at)
        if first.deleted_at is not None:
            return first
        if first.conversation is not None:
            self._grown.add(first.conversation)
        joined = first.model_copy(update={"post": post, "source": later.source if own else first.source})
        if own:
            edited = one_post.own_words(post, later.post)
            if one_post.same_handle(first.post.author, later.post.author):
                self.authors.append((post.network, post.author))
        else:
            earlier = await self._uow.posts.versions(first.id)
            edited = one_post.tools_edit(joined, later.post, [text for _, text in earlier])
        if edited is not None:
            key = {"network": post.network, "account": post.account, "external_id": post.external_id}
            self.edits.append((SourceEvent(kind="edited", post=edited, **key), joined))
        return joined

    def _names(self, post: Post) -> list[Named]:
        page = page_of(post.url) if self._pages else None
        return [(post.network, "id", post.external_id), *([(post.network, "page", page)] if page else [])]
