"""The form in which the holder answers a customer: what it needs to know, for every verb that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import Form
from bot.commands import Invocation
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.post import StoredPost
from bot.errors import UserError
from bot.ports import Answering, Sight, UnitOfWork, Way
from bot.speech import say
from bot.views import reply_form


@dataclass(frozen=True, slots=True)
class Answerable:
    """What is answered: the last of `posts`, in that way; `needs` are the departments that approve first."""

    conversation: Conversation
    sight: Sight
    posts: Sequence[StoredPost]
    way: Way
    needs: tuple[str, ...]

    @property
    def answered(self) -> StoredPost:
        """The post that is answered."""
        return self.posts[-1]

    def form(self, invocation: Invocation, config: Config, *, draft: str, note: str = "") -> Form:
        """The form, beginning with these words. `note` is said first."""
        return reply_form(
            self.conversation,
            self.sight.customer,
            self.posts,
            self.way,
            config,
            draft=draft,
            needs=self.needs,
            now=invocation.at,
            note=note,
        )


async def answerable(
    conversation: Conversation, invocation: Invocation, uow: UnitOfWork, config: Config, answering: Answering
) -> Answerable:
    """What there is to answer in a conversation. Raises `UserError` where nothing is left."""
    sight = await uow.conversations.sight(conversation.number)
    posts = [post for post in await uow.posts.of(conversation.number) if post.deleted_at is None]
    if sight is None or not posts:
        raise UserError(
            say("There is nothing left to answer in {ref}.", ref=conversation.ref),
            say("The customer deleted it; you may resolve it."),
        )
    way = await way_to(posts[-1], invocation.at, uow, answering)
    needs = await approvals_needed(conversation, invocation.actor.department, uow, config)
    return Answerable(conversation, sight, posts, way, needs)


async def way_to(stored: StoredPost, at: datetime, uow: UnitOfWork, answering: Answering) -> Way:
    """How this post can be answered. Where its time is over, somebody may have written in its thread since."""
    way = answering.way(stored, at)
    return answering.way(stored, at, await uow.answers.last_in_thread(stored)) if way.over else way


async def approvals_needed(c: Conversation, author: str | None, uow: UnitOfWork, config: Config) -> tuple[str, ...]:
    """The departments that approve an answer by somebody of `author` before it goes out, in their order."""
    if not config.approvals:
        return ()
    customer = await uow.customers.get(c.customer_id)
    attributes = customer.attributes if customer is not None else {}
    regions = [attributes[name] for name in ("region", "country") if attributes.get(name)]
    return config.approvals_of(c, author, regions)
