"""What colleagues write under a card is a note; what they write elsewhere is not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.ports import Account, Profile
from tests.handlers.company import FLOOR, GUEST, Company, said


@pytest.fixture
async def floor(either_company: Company) -> Company:
    """B-1 has its card."""
    await either_company.opened("the box was crushed")
    return either_company


async def test_a_message_under_a_card_is_a_note(floor: Company) -> None:
    await floor.write("ben", "I saw that box", "m1", await floor.thread())
    [note] = await floor.notes()
    assert (note.text, note.by.name, note.message) == ("I saw that box", "Ben Roth", ("slack", FLOOR, "m1"))
    assert await floor.kinds() == ["noted"]
    assert "I saw that box" in said(await floor.say("ana", "show B-1"))
    await floor.work()
    assert "1 note in the thread" in await floor.card()


async def test_a_message_delivered_twice_is_one_note(floor: Company) -> None:
    thread = await floor.thread()
    await floor.write("ben", "I saw that box", "m1", thread)
    await floor.write("ben", "I saw that box", "m1", thread)
    await asyncio.gather(*(floor.write("ben", "and another", "m2", thread) for _ in range(4)))
    assert [note.text for note in await floor.notes()] == ["I saw that box", "and another"]
    assert await floor.kinds() == ["noted", "noted"]


async def test_a_message_under_anything_else_is_not_ours(floor: Company) -> None:
    await floor.write("ben", "lunch?", "m1", "77.7")
    await floor.write("ben", "lunch?", "m2", await floor.thread(), channel="C-other")
    assert await floor.notes() == []


async def test_an_empty_message_and_an_outsiders_are_no_notes(floor: Company) -> None:
    await floor.write("ben", "  ", "m1", await floor.thread())
    await floor.write(GUEST, "let me in", "m2", await floor.thread())
    assert await floor.notes() == []
    assert await floor.kinds() == []


async def test_an_edit_changes_the_note(floor: Company) -> None:
    await floor.write("ben", "I saw that bix", "m1", await floor.thread())
    await floor.threads.edited("I saw that box", ("slack", FLOOR, "m1"))
    [note] = await floor.notes()
    assert note.text == "I saw that box"
    assert note.edited_at is not None
    assert "(edited)" in said(await floor.say("ana", "show B-1"))


async def test_a_deleted_message_leaves_no_text_and_no_count(floor: Company) -> None:
    await floor.write("ben", "what a customer", "m1", await floor.thread())
    await floor.work()
    await floor.threads.erased(("slack", FLOOR, "m1"))
    await floor.work()
    assert await floor.notes() == []
    assert "in the thread" not in await floor.card()
    assert "what a customer" not in said(await floor.say("ana", "show B-1"))
    await floor.threads.edited("what a customer", ("slack", FLOOR, "m1"))
    await floor.write("ben", "what a customer", "m1", await floor.thread())
    assert await floor.notes() == [], "what is delivered late does not bring it back"


async def test_a_message_that_is_deleted_or_edited_while_it_is_being_kept_ends_as_its_author_left_it(
    floor: Company,
) -> None:
    thread, ben = await floor.thread(), floor.people["ben"]
    for number in range(10):
        gone, mended = ("slack", FLOOR, f"gone-{number}"), ("slack", FLOOR, f"mended-{number}")
        await asyncio.gather(
            floor.write("ben", "what a customer", gone[2], thread), floor.threads.erased(gone, ben, thread)
        )
        await asyncio.gather(
            floor.write("ben", "a bix", mended[2], thread),
            floor.threads.edited("a box", mended, floor.clock.now(), ben, thread),
        )
    assert [note.text for note in await floor.notes()] == ["a box"] * 10


async def test_nobody_edits_what_somebody_else_wrote(floor: Company) -> None:
    await floor.write("ben", "I saw that box", "m1", await floor.thread())
    thread, message = await floor.thread(), ("slack", FLOOR, "m1")
    for user in ("ana", GUEST):
        await floor.threads.edited("I saw nothing", message, None, floor.people[user], thread)
    assert [note.text for note in await floor.notes()] == ["I saw that box"]
    await floor.threads.edited("I saw both boxes", message, None, floor.people["ben"], thread)
    assert [note.text for note in await floor.notes()] == ["I saw both boxes"]


async def test_what_a_colleague_wrote_is_taken_away_by_colleagues_alone(floor: Company) -> None:
    await floor.write("ben", "I saw that box", "m1", await floor.thread())
    thread, message = await floor.thread(), ("slack", FLOOR, "m1")
    await floor.threads.erased(message, floor.people[GUEST], thread)
    assert [note.text for note in await floor.notes()] == ["I saw that box"]
    # The owner of a team may delete what others write there.
    await floor.threads.erased(message, floor.people["sam"], thread)
    assert await floor.notes() == []


async def test_who_has_become_one_with_somebody_edits_what_either_wrote(floor: Company) -> None:
    ben = floor.people["ben"]
    other = await floor.directory.meet(Profile(Account("teams", "t", "u"), "Benjamin Roth"))
    await floor.write("ben", "I saw that box", "m1", await floor.thread())
    assert await floor.directory.join(ben.id, other.id) is not None
    for number, by in enumerate((ben, other)):
        await floor.threads.edited(f"edit {number}", ("slack", FLOOR, "m1"), None, by, await floor.thread())
        assert [note.text for note in await floor.notes()] == [f"edit {number}"]


async def test_edits_and_deletes_of_other_messages_are_none_of_ours(floor: Company) -> None:
    await floor.threads.edited("x", ("slack", FLOOR, "m9"))
    await floor.threads.erased(("slack", FLOOR, "m9"))
    assert await floor.kinds() == []


async def test_the_holders_message_renews_the_lease(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    before = (await floor.conversation()).baton
    floor.clock.move(timedelta(hours=2))
    await floor.write("ben", "I am not the holder", "m1", await floor.thread())
    assert (await floor.conversation()).baton == before
    await floor.write("ana", "looking into it", "m2", await floor.thread())
    after = (await floor.conversation()).baton
    assert before is not None
    assert after is not None
    assert after.lease.until == before.lease.until + timedelta(hours=2)


async def test_a_note_on_a_resolved_conversation_is_kept(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    await floor.say("ana", "resolve B-1 fixed | a box | a box")
    await floor.write("ben", "for the next time: box 7", "m1", await floor.thread())
    assert [note.text for note in await floor.notes()] == ["for the next time: box 7"]
