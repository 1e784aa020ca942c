"""Notes behind thread messages, postings on surfaces with the work they cause, and small settings."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import text

from bot.errors import ConflictError
from bot.ports import Copy, Note, Showing
from storage import SqlStorage
from tests.storage.hearing import ANA, HEARD, hear, post

MESSAGE = ("slack", "C1", "1700.01")
NOTE = Note("n1", 1, ANA, HEARD, "the carrier changed", message=MESSAGE)


@pytest.fixture
async def conversation(storage: SqlStorage) -> None:
    await hear(storage, post())


async def work(storage: SqlStorage) -> list[tuple[str, str, int, str]]:
    """(surface and lane, kind, priority, posting) of pending work."""
    async with storage.database.reading() as connection:
        rows = await connection.all(
            text("SELECT lane, kind, priority, payload FROM outbox WHERE state = 'ready' ORDER BY id")
        )
    return [(lane, kind, priority, orjson.loads(payload)["posting"]) for lane, kind, priority, payload in rows]


@pytest.mark.usefixtures("conversation")
class TestNotes:
    async def test_a_note_is_found_by_its_message_and_its_conversation(self, storage: SqlStorage) -> None:
        async with storage.writing() as uow:
            await uow.notes.add(NOTE)
            await uow.notes.add(Note("n2", 1, ANA, HEARD + timedelta(seconds=1), "nul \0 byte"))
        async with storage.reading() as uow:
            assert await uow.notes.at_message(MESSAGE) == NOTE
            assert await uow.notes.at_message(("slack", "C1", "other")) is None
            assert [note.text for note in await uow.notes.of(1)] == ["the carrier changed", "nul  byte"]

    async def test_an_edit_changes_the_text_and_a_delete_leaves_none(self, storage: SqlStorage) -> None:
        async with storage.writing() as uow:
            await uow.notes.add(NOTE)
            await uow.notes.edit("n1", "it changed back", HEARD)
        async with storage.reading() as uow:
            [note] = await uow.notes.of(1)
        assert (note.text, note.edited_at) == ("it changed back", HEARD)
        async with storage.writing() as uow:
            await uow.notes.erase("n1", HEARD)
            await uow.notes.edit("n1", "and again", HEARD)
        async with storage.reading() as uow:
            assert await uow.notes.of(1) == []
            gone = await uow.notes.at_message(MESSAGE)
        assert gone is not None
        assert (gone.text, gone.deleted_at) == ("", HEARD)

    async def test_a_message_is_one_note(self, storage: SqlStorage) -> None:
        async def add(note_id: str) -> None:
            async with storage.writing() as uow:
                await uow.notes.add(Note(note_id, 1, ANA, HEARD, "same", message=MESSAGE))

        outcomes = await asyncio.gather(add("a"), add("b"), add("c"), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes if outcome is not None] == [ConflictError] * 2


@pytest.mark.usefixtures("conversation")
class TestPostings:
    async def test_each_surface_has_one_posting_and_each_posting_one_pending_work(self, storage: SqlStorage) -> None:
        for _ in range(3):
            async with storage.writing() as uow:
                await uow.postings.want(1, ["floor", "management"], urgent=False)
        async with storage.reading() as uow:
            floor, management = await uow.postings.of(1)
            assert await uow.postings.get(floor.id) == floor
            assert await uow.postings.get("nothing") is None
        assert (floor.surface, management.surface, floor.message) == ("floor", "management", None)
        assert await work(storage) == [
            ("post floor", "card", 2, floor.id),
            ("post management", "card", 2, management.id),
        ]

    async def test_what_a_person_caused_goes_first_and_a_card_that_is_there_is_updated(
        self, storage: SqlStorage
    ) -> None:
        async with storage.writing() as uow:
            await uow.postings.want(1, ["floor"], urgent=True)
        async with storage.writing() as uow:
            [posting] = await uow.postings.of(1)
            await uow.postings.sent(posting.id, "C1", "1700.01", "digest")
            await uow.postings.refresh(1, soon=True)
        async with storage.reading() as uow:
            [there] = await uow.postings.of(1)
            assert await uow.postings.at("C1", "1700.01") == 1
            assert await uow.postings.at("C1", "1700.02") is None
            assert (await uow.counts()).cards == 1
        assert (there.channel, there.message, there.shown) == ("C1", "1700.01", "digest")
        assert await work(storage) == [("update floor", "card", 0, posting.id)]

    async def test_what_has_just_been_opened_is_asked_for_all_at_once(self, storage: SqlStorage) -> None:
        await hear(storage, post("of-two"))
        async with storage.writing() as uow:
            await uow.postings.want_new(
                [Showing(1, ["floor", "management"], urgent=True), Showing(2, ["floor"], False)]
            )
        async with storage.writing() as uow:
            await uow.postings.want(1, ["floor"], urgent=False)  # asking again makes nothing new
            first, second = await uow.postings.of(1)
            [other] = await uow.postings.of(2)
        assert await work(storage) == [
            ("post floor", "card", 1, first.id),
            ("post management", "card", 1, second.id),
            ("post floor", "card", 2, other.id),
        ]

    async def test_an_urgent_one_goes_before_the_rest(self, storage: SqlStorage) -> None:
        async with storage.writing() as uow:
            await uow.postings.want(1, ["floor"], urgent=True)
        assert [priority for _, _, priority, _ in await work(storage)] == [1]

    async def test_refreshing_what_is_shown_nowhere_does_nothing(self, storage: SqlStorage) -> None:
        async with storage.writing() as uow:
            await uow.postings.refresh(1, soon=True)
        assert await work(storage) == []


async def test_a_setting_is_what_was_last_set(storage: SqlStorage) -> None:
    async with storage.writing() as uow:
        assert await uow.setting("cursor") is None
        await uow.set_setting("cursor", "1")
        await uow.set_setting("cursor", "2")
        assert await uow.setting("cursor") == "2"
    async with storage.reading() as uow:
        assert await uow.setting("cursor") == "2"


async def test_totals_count_everything(storage: SqlStorage) -> None:
    async with storage.reading() as uow:
        nothing = await uow.counts()
    assert (nothing.posts, nothing.conversations, nothing.customers, nothing.outbox_pending) == (0, 0, 0, 0)
    await hear(storage, post("1"), post("2"), post("3", network="x"))
    async with storage.writing() as uow:
        await uow.postings.want(1, ["floor"], urgent=False)
    async with storage.reading() as uow:
        counts = await uow.counts()
    assert (counts.posts, counts.posts_by_network) == (3, {"mastodon": 2, "x": 1})
    assert (counts.conversations, counts.conversations_by_state) == (3, {"floor": 3})
    assert (counts.customers, counts.cards, counts.outbox_pending, counts.outbox_dead) == (2, 0, 1, 0)


@pytest.mark.usefixtures("conversation")
class TestCopies:
    async def test_copies_share_a_message_and_follow_what_becomes_of_it(self, storage: SqlStorage) -> None:
        async with storage.writing() as uow:
            await uow.postings.want(1, ["floor"], urgent=False)
            for note_id in ("n1", "n2", "n3"):
                await uow.notes.add(Note(note_id, 1, ANA, HEARD, "same", via="slack"))
            [posting] = await uow.postings.of(1)
            assert await uow.copies.last_made(posting.id) is None
            together = [Copy(note_id, posting.id, "mark1", HEARD) for note_id in ("n1", "n2")]
            await uow.copies.add([*together, Copy("n3", posting.id, "mark2", HEARD + timedelta(seconds=1))])
        async with storage.writing() as uow:
            await uow.copies.sent("mark1", "C1", "1700.02", "digest")
            await uow.copies.drop("mark2")
        async with storage.reading() as uow:
            assert await uow.copies.of(posting.id) == [
                Copy(note_id, posting.id, "mark1", HEARD, "C1", "1700.02", "digest") for note_id in ("n1", "n2")
            ]
            assert await uow.copies.last_made(posting.id) == HEARD
            assert await uow.copies.of("nothing") == []

    async def test_a_note_is_copied_to_a_thread_once(self, storage: SqlStorage) -> None:
        async with storage.writing() as uow:
            await uow.postings.want(1, ["floor"], urgent=False)
            await uow.notes.add(NOTE)
            [posting] = await uow.postings.of(1)
            await uow.copies.add([Copy("n1", posting.id, "mark1", HEARD)])
        with pytest.raises(ConflictError):
            async with storage.writing() as uow:
                await uow.copies.add([Copy("n1", posting.id, "mark2", HEARD)])

    async def test_a_note_knows_its_card_and_its_platform(self, storage: SqlStorage) -> None:
        async with storage.writing() as uow:
            await uow.postings.want(1, ["floor"], urgent=False)
            [posting] = await uow.postings.of(1)
            await uow.postings.sent(posting.id, "C1", "1700.01", "digest")
            await uow.notes.add(replace(NOTE, posting=posting.id))
            await uow.notes.add(Note("n2", 1, ANA, HEARD, "by command", via="teams"))
        async with storage.reading() as uow:
            under, typed = await uow.notes.get("n1"), await uow.notes.get("n2")
            there = await uow.postings.posting_at("C1", "1700.01")
            assert await uow.postings.posting_at("C1", "1700.09") is None
            assert await uow.notes.get("n9") is None
        assert under is not None
        assert typed is not None
        assert there is not None
        assert (under.posting, under.platform) == (there.id, "slack")
        assert (typed.posting, typed.platform) == (None, "teams")

    async def test_an_older_edit_that_comes_late_changes_nothing(self, storage: SqlStorage) -> None:
        async with storage.writing() as uow:
            await uow.notes.add(NOTE)
            await uow.notes.edit("n1", "second", HEARD + timedelta(seconds=2))
            await uow.notes.edit("n1", "first", HEARD + timedelta(seconds=1))
        async with storage.reading() as uow:
            [note] = await uow.notes.of(1)
        assert note.text == "second"
