"""Posts for tests, and the shortest way from a post to its conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.conversation import Conversation
from bot.domain.events import Opened
from bot.domain.life import Act
from bot.domain.people import PersonRef
from bot.domain.post import Author, Post, SourceEvent
from bot.ports import Storage

HEARD = datetime(2026, 3, 2, 9, tzinfo=UTC)

ANA = PersonRef("ana", "Ana", "support")
BEN = PersonRef("ben", "Ben", "product")
MAYA = Author(external_id="m1", handle="@maya@example.social", display_name="Maya Okafor")


def post(external_id: str = "1", text: str = "Third parcel that arrives crushed", **more: Any) -> Post:
    """A post on Mastodon by Maya, unless said otherwise."""
    return Post(**{
        "network": "mastodon",
        "account": "acme",
        "external_id": external_id,
        "author": MAYA,
        "text": text,
        "posted_at": HEARD,
        **more,
    })  # fmt: skip


def created(what: Post) -> SourceEvent:
    """The source delivers a post."""
    return SourceEvent(kind="created", **_key(what), post=what)


def edited(what: Post, revision: str = "") -> SourceEvent:
    """The source delivers an edit, with the whole post."""
    return SourceEvent(kind="edited", **_key(what), post=what, revision=revision)


def deleted(what: Post) -> SourceEvent:
    """The source says that a post is gone."""
    return SourceEvent(kind="deleted", **_key(what))


def metrics(what: Post, **counts: int) -> SourceEvent:
    """The source delivers counts."""
    return SourceEvent(kind="metrics", **_key(what), metrics=counts)


def _key(what: Post) -> dict[str, str]:
    return {"network": what.network, "account": what.account, "external_id": what.external_id}


def act(by: PersonRef = ANA, at: datetime = HEARD) -> Act:
    """A colleague acts."""
    return Act(by, at, "slack")


async def hear(
    storage: Storage,
    *posts: Post,
    departments: tuple[str, ...] = (),
    urgent: bool = False,
    echo_of: int | None = None,
) -> list[Conversation]:
    """Store posts and open a conversation for each; they say the same as `echo_of`."""
    async with storage.writing() as uow:
        await uow.posts.accept([created(each) for each in posts], "demo", HEARD)
        stored = await uow.posts.by_key([each.key for each in posts])
        heard = [stored[each.key] for each in posts]
        customers = await uow.customers.identify([(each.post.network, each.post.author) for each in heard], HEARD)
        numbers = await uow.conversations.next_numbers(len(heard))
        opened = [
            Opened(
                at=HEARD,
                via="network",
                number=number,
                customer_id=customer,
                network=each.post.network,
                account=each.post.account,
                post_id=each.id,
                urgent=urgent,
                departments=departments,
                echo_of=echo_of,
            )
            for number, customer, each in zip(numbers, customers, heard, strict=True)
        ]
        conversations = await uow.conversations.open(opened)
        await uow.posts.place([(o.post_id, o.number, o.customer_id) for o in opened])
    return conversations
