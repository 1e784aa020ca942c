"""Domain objects as JSON text, and back."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic_core import from_json, to_json

from bot.domain.conversation import Conversation
from bot.domain.customer import PastConversation
from bot.domain.events import Event
from bot.domain.post import Author, Post, SourceEvent
from bot.ports import Profile

_CONVERSATION = TypeAdapter(Conversation)
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
_PAST = TypeAdapter(PastConversation)
_PROFILE = TypeAdapter(Profile)


def write_conversation(conversation: Conversation) -> str:
    """A whole conversation; what is as it always begins is left out."""
    return _CONVERSATION.dump_json(conversation, exclude_defaults=True).decode()


def read_conversation(body: str) -> Conversation:
    """The conversation that was written."""
    return _CONVERSATION.validate_json(body)


def write_event(event: Event) -> str:
    """One event of a trail."""
    return _EVENT.dump_json(event, exclude_none=True).decode()


def read_event(body: str) -> Event:
    """The event that was written."""
    return _EVENT.validate_json(body)


def write_post(post: Post) -> str:
    """A post; fields that Baton does not know are moved under `raw`, where they cannot clash with later ones."""
    unknown, author = post.model_extra or {}, post.author.model_extra or {}
    if not unknown and not author:
        return post.model_dump_json(exclude_defaults=True)
    # Every delivery passes here: leaving out and adding to the text costs a third of building another Post.
    left_out: dict[str, Any] = {**dict.fromkeys(unknown, True), "raw": True}
    if author:
        left_out["author"] = set(author)
    body = post.model_dump_json(exclude_defaults=True, exclude=left_out)
    return f'{body[:-1]},"raw":{to_json(_raw(post)).decode()}}}'


def read_post(body: str) -> Post:
    """The post that was written."""
    return Post.model_validate_json(body)


def read_text(body: str) -> str:
    """The text alone of the post that was written. Numbers in `raw` may be longer than other readers of JSON take."""
    return str(from_json(body)["text"])


def with_unknown_in_raw(post: Post) -> Post:
    """The post with unknown fields, its author's included, under `raw`."""
    if not post.model_extra and not post.author.model_extra:
        return post
    known = {name: getattr(post, name) for name in post.model_fields_set if name in Post.model_fields}
    plain = {name: getattr(post.author, name) for name in post.author.model_fields_set if name in Author.model_fields}
    return Post.model_construct(**{**known, "author": Author.model_construct(**plain), "raw": _raw(post)})


def _raw(post: Post) -> dict[str, Any]:
    raw, author = {**post.raw, **(post.model_extra or {})}, post.author.model_extra
    if author:
        raw["author"] = {**author, **raw["author"]} if isinstance(raw.get("author"), dict) else author
    return raw


def write_change(event: SourceEvent) -> str:
    """An edit, a delete or new metrics."""
    if event.post is not None:
        event = event.model_copy(update={"post": with_unknown_in_raw(event.post)})
    return event.model_dump_json(exclude_defaults=True)


def read_change(body: str) -> SourceEvent:
    """The change that was written."""
    return SourceEvent.model_validate_json(body)


def write_past(past: PastConversation) -> str:
    """A line of a customer's history."""
    return _PAST.dump_json(past, exclude_defaults=True).decode()


def read_past(body: str) -> PastConversation:
    """The line that was written."""
    return _PAST.validate_json(body)


def write_profile(profile: Profile) -> str:
    """What a chat platform said of an account."""
    return _PROFILE.dump_json(profile).decode()


def read_profile(body: str) -> Profile:
    """The profile that was written."""
    return _PROFILE.validate_json(body)
