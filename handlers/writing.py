"""What there is to write, gathered from the store: for a summary, a translation, a suggestion for an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.events import AnswerSent, AnswerWritten, Event
from bot.domain.post import StoredPost, Visibility
from bot.domain.triage import UNSURE
from bot.domain.writing import Room, Said, Suggest, Summarise, Translate
from bot.errors import UserError
from bot.ports import Note, UnitOfWork, Way
from bot.speech import say

_MOMENT = timedelta(minutes=1)


def must_be_able_to_write(config: Config) -> None:
    """Raises `UserError` where no model is named that writes."""
    if not config.ai.has_writer:
        raise UserError(
            say("There is no model here that could write."),
            say("Who looks after Baton can name one under `[ai]` in baton.toml."),
        )


async def to_summarise(uow: UnitOfWork, conversation: Conversation) -> Summarise:
    """All that was said in a conversation: by the customer, by us, and by colleagues among themselves."""
    number = conversation.number
    posts, trail = await _live(uow, number), await uow.conversations.trail(number)
    return Summarise(number, conversation.customer_id, _in_order(posts, trail, await uow.notes.of(number)))


async def to_translate(uow: UnitOfWork, conversation: Conversation, into: str) -> Translate:
    """The newest of a conversation's posts that has words."""
    posts = [post for post in await _live(uow, conversation.number) if post.post.text.strip()]
    if not posts:
        raise UserError(
            say("There are no words in {ref} to translate.", ref=conversation.ref),
            say("The customer deleted them, or wrote none."),
        )
    return Translate(conversation.number, conversation.customer_id, posts[-1].post.text, into)


async def to_suggest(
    uow: UnitOfWork, conversation: Conversation, wanted: str, way: Way | None, config: Config, now: datetime
) -> Suggest:
    """What the customer and we said to each other; nothing of what colleagues say among themselves."""
    number = conversation.number
    posts, trail = await _live(uow, number), await uow.conversations.trail(number)
    if not posts:
        raise UserError(
            say("There is nothing left to answer in {ref}.", ref=conversation.ref),
            say("The customer deleted it; you may resolve it."),
        )
    answered = posts[-1].post
    public = answered.visibility is not Visibility.PRIVATE
    room = Room(conversation.network, public=public)
    if way is not None:
        room = Room(conversation.network, way.longest, way.unit, way.link, public)
    reading = conversation.reading
    read = reading.language.name if reading is not None and reading.language.confidence >= UNSURE else ""
    language = read or (answered.lang or "").replace("_", "-").split("-")[0].lower()
    hours = config.life_policies.default_hours
    is_open = hours.always_open or hours.between(now, now + _MOMENT) > timedelta()
    said = _in_order(posts, trail, ())
    return Suggest(number, conversation.customer_id, said, room, wanted.strip(), language, is_open)


async def conversation_of(uow: UnitOfWork, number: int) -> Conversation:
    """A conversation as it stands; raises `UserError` when there is none."""
    conversation = await uow.conversations.get(number)
    if conversation is None:
        raise UserError(say("There is no B-{number}.", number=number), say("See what there is with `/baton list`."))
    return conversation


async def _live(uow: UnitOfWork, number: int) -> list[StoredPost]:
    return [post for post in await uow.posts.of(number) if post.deleted_at is None]


def _in_order(posts: Sequence[StoredPost], trail: Sequence[Event], notes: Sequence[Note]) -> tuple[Said, ...]:
    lines = [*_theirs(posts), *_ours(trail), *((note.at, Said("colleague", note.text)) for note in notes)]
    return tuple(said for _, said in sorted(lines, key=lambda line: line[0]) if said.text.strip())


def _theirs(posts: Sequence[StoredPost]) -> Iterator[tuple[datetime, Said]]:
    for post in posts:
        yield post.heard_at, Said("customer", post.post.text)


def _ours(trail: Sequence[Event]) -> Iterator[tuple[datetime, Said]]:
    """What went out to the customer."""
    sent = {event.answer_id: event.at for event in trail if isinstance(event, AnswerSent)}
    for event in trail:
        if isinstance(event, AnswerWritten) and event.answer_id in sent:
            yield sent[event.answer_id], Said("us", event.text)
