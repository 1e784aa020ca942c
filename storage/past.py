"""A past that is brought whole, as rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import orjson

from bot.domain import idea_events as ie
from bot.domain.customer import Identity
from bot.domain.policy import Policies
from bot.ports import Grown, Lived, Met, Past
from storage import ideas as idea_rows
from storage.bodies import write_past, write_post
from storage.conversations import campaign_rows, columns_of, concern_rows, trail_row
from storage.engine import Values, parse_url
from storage.loops import loop_row
from storage.moments import stamp
from storage.names import normal_handle, pieces, words_of
from storage.pouring import Pour, pouring
from storage.tables import (
    answers,
    concerns,
    conversation_campaigns,
    conversations,
    customer_words,
    customers,
    idea_conversations,
    idea_trail,
    idea_votes,
    idea_words,
    ideas,
    identities,
    loops,
    metadata,
    notes,
    outcomes,
    posts,
    timers,
    trail,
)

T = TypeVar("T")

FILLED = (
    customers,
    identities,
    customer_words,
    conversations,
    posts,
    trail,
    timers,
    concerns,
    conversation_campaigns,
    outcomes,
    notes,
    answers,
    ideas,
    idea_trail,
    idea_conversations,
    idea_votes,
    idea_words,
    loops,
)


class StoredPast(Past):
    """See `bot.ports.Past`."""

    def __init__(self, pour: Pour, policies: Policies) -> None:
        self._pour = pour
        self._policies = policies
        self._words: dict[str, list[str]] = {}
        self._last_post = self._last_number = self._last_idea = 0

    async def beginning(self) -> tuple[int, int]:
        """The number of the next conversation, and the id of the next post."""
        (number,) = (await self._pour.rows("SELECT coalesce(max(number), 0) FROM conversations"))[0]
        (counted,) = (await self._pour.rows("SELECT coalesce(max(value), 0) FROM counters"))[0]
        (post,) = (await self._pour.rows("SELECT coalesce(max(id), 0) FROM posts"))[0]
        self._last_number, self._last_post = max(number, counted), post
        return self._last_number + 1, post + 1

    async def met(self, customers: Sequence[Met]) -> None:
        """Keep these customers, who are new."""
        rows: list[Values] = []
        known: list[Values] = []
        for each in customers:
            customer, at = each.customer, stamp(each.at)
            attributes = orjson.dumps(customer.attributes).decode()
            rows.append(
                {"id": customer.id, "name": customer.name, "since": stamp(customer.since), "created_at": at}
                | {"attributes": attributes, "kind": customer.kind}
            )
            known += [_identity_row(each, identity) for identity in each.identities]
            for word in words_of(customer.name):
                self._words.setdefault(word, []).append(customer.id)
        await self._insert("customers", rows)
        await self._insert("identities", known)

    async def lived(self, conversations: Sequence[Lived]) -> None:
        """Keep these conversations, whose customers were brought before."""
        every = list(conversations)
        await self._insert("conversations", [columns_of(each.conversation) for each in every])
        await self._insert("posts", _of_each(every, _post_rows))
        await self._insert("trail", _of_each(every, _trail_rows))
        await self._insert("timers", _of_each(every, self._timer_rows))
        await self._insert("concerns", _of_each(every, lambda each: concern_rows(each.conversation)))
        await self._insert("conversation_campaigns", _of_each(every, lambda each: campaign_rows(each.conversation)))
        await self._insert("notes", _of_each(every, _note_rows))
        await self._insert("answers", _of_each(every, _answer_rows))
        await self._insert("outcomes", _of_each(every, _outcome_rows))
        self._last_number = max([self._last_number, *(each.conversation.number for each in every)])
        self._last_post = max([self._last_post, *(id_ for each in every for id_, _, _ in each.posts)])

    async def first_idea(self) -> int:
        """The number of the next idea."""
        (number,) = (await self._pour.rows("SELECT coalesce(max(number), 0) FROM ideas"))[0]
        self._last_idea = number
        return int(number) + 1

    async def grown(self, ideas: Sequence[Grown]) -> None:
        """Keep these ideas; the conversations that ask for them were brought before."""
        await self._insert("ideas", [_idea_row(each) for each in ideas])
        await self._insert("idea_trail", _of_each(ideas, _idea_trail_rows))
        await self._insert("idea_conversations", _of_each(ideas, _asking_rows))
        await self._insert("idea_votes", _of_each(ideas, _vote_rows))
        await self._insert("idea_words", _of_each(ideas, lambda each: idea_rows.word_rows(each.idea)))
        await self._insert("loops", _of_each(ideas, lambda each: [loop_row(loop) for loop in each.loops]))
        self._last_idea = max([self._last_idea, *(each.idea.number for each in ideas)])

    async def finish(self) -> None:
        """Write what is known only at the end: the words of names, and where to count on from."""
        words = sorted(self._words)
        known = {word for (word,) in await self._pour.rows("SELECT DISTINCT word FROM word_pieces")}
        fresh = sorted({(piece, word) for word in words if word not in known for piece in pieces(word)})
        await self._pour.insert("word_pieces", ("piece", "word"), fresh)
        borne = [(word, id_) for word in words for id_ in sorted(self._words[word])]
        await self._pour.insert("customer_words", ("word", "customer_id"), borne)
        await self._pour.execute("DELETE FROM counters WHERE name = 'conversation'")
        counters = [("conversation", self._last_number)]
        if self._last_idea:
            await self._pour.execute("DELETE FROM counters WHERE name = 'idea'")
            counters.append(("idea", self._last_idea))
        await self._pour.insert("counters", ("name", "value"), counters)

    async def count_on(self) -> None:
        """On PostgreSQL posts were given their ids here: its own sequence goes on behind them."""
        if self._last_post:
            await self._pour.rows(f"SELECT setval(pg_get_serial_sequence('posts', 'id'), {self._last_post})")

    async def _insert(self, table: str, rows: Sequence[Values]) -> None:
        if rows:
            names = tuple(rows[0])
            await self._pour.insert(table, names, [tuple([row[name] for name in names]) for row in rows])

    def _timer_rows(self, each: Lived) -> list[Values]:
        number, due = each.conversation.number, each.conversation.timers(self._policies)
        return [{"number": number, "kind": timer.value, "due_at": stamp(at)} for timer, at in due.items()]


def _identity_row(each: Met, identity: Identity) -> Values:
    return {
        "customer_id": each.customer.id,
        "network": identity.network,
        "external_id": identity.external_id,
        "handle": identity.handle,
        "norm": normal_handle(identity.handle),
        "display_name": identity.display_name,
        "followers": identity.followers,
        "verified": identity.verified,
        "profile_url": identity.profile_url,
        "seen_at": stamp(each.at),
    }


def _of_each(every: Iterable[T], rows: Callable[[T], Sequence[Values]]) -> list[Values]:
    return [row for each in every for row in rows(each)]


def _trail_rows(each: Lived) -> list[Values]:
    return [trail_row(each.conversation.number, seq, event) for seq, event in enumerate(each.trail, 1)]


def _post_rows(each: Lived) -> list[Values]:
    belongs = {"conversation": each.conversation.number, "customer_id": each.conversation.customer_id}
    return [
        {"id": id_, "network": post.network, "account": post.account, "external_id": post.external_id}
        | {"root_id": post.root_id, "parent_id": post.parent_id, "source": "seed", "heard_at": stamp(heard)}
        | {"version": 0, "body": write_post(post)}
        | belongs
        for id_, post, heard in each.posts
    ]


def _note_rows(each: Lived) -> list[Values]:
    return [
        {"id": note.id, "number": note.number, "by_id": note.by.id, "by_name": note.by.name}
        | {"by_department": note.by.department, "at": stamp(note.at), "text": note.text, "platform": note.via}
        for note in each.notes
    ]


def _answer_rows(each: Lived) -> list[Values]:
    c = each.conversation
    of = {"number": c.number, "network": c.network, "account": c.account}
    return [
        {"id": said.answer_id, "post_id": int(said.post_id), "external_id": said.external_id} | of for said in each.said
    ]


def _outcome_rows(each: Lived) -> list[dict[str, Any]]:
    customer, number = each.conversation.customer_id, each.conversation.number
    return [
        {"key": key, "customer_id": customer, "number": number, "body": write_past(past)} for key, past in each.kept
    ]


def _idea_row(each: Grown) -> Values:
    idea = each.idea
    own = {"number": idea.number, "root": idea.number, "raised_at": stamp(idea.raised_at)}
    return own | idea_rows.columns_of(idea)


def _idea_trail_rows(each: Grown) -> list[Values]:
    return [idea_rows.trail_row(each.idea.number, seq, event) for seq, event in enumerate(each.trail, 1)]


def _asking_rows(each: Grown) -> list[Values]:
    asked = [(event.at, event.numbers) for event in each.trail if isinstance(event, ie.AskedFor)]
    asked += [(e.at, (e.conversation,)) for e in each.trail if isinstance(e, ie.Raised) and e.conversation is not None]
    return [{"idea": each.idea.number, "number": of, "at": stamp(at)} for at, numbers in asked for of in numbers]


def _vote_rows(each: Grown) -> list[Values]:
    return [
        {"idea": each.idea.number, "department": key, "against": vote.against, "at": stamp(vote.at)}
        for key, vote in each.idea.votes.items()
    ]


@asynccontextmanager
async def open_past(url: str, policies: Policies) -> AsyncIterator[StoredPast]:
    """The store at a URL, migrated before, for a past that is kept when the block ends without an error."""
    tables = [metadata.tables[table.name] for table in FILLED]
    async with pouring(url, tables) as pour:
        past = StoredPast(pour, policies)
        yield past
        await past.finish()
        if parse_url(url).get_backend_name() == "postgresql":
            await past.count_on()
