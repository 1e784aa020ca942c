"""One discussion: what is written under one card of a conversation stands under all others, once, as it is now."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.config import Config, Surface
from bot.errors import PermanentError, RetriableError, UnknownResultError
from bot.ports import Posting
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.fakes.platform import FakePlatform, Shown
from tests.handlers.company import Company, post, said, staffed

SURFACES = (
    Surface(name="floor", channel="#floor"),
    Surface(name="second", channel="#second"),
    Surface(name="rooms", channel="19:rooms@thread.tacv2", platform="teams"),
)
PLACES = {"floor": "C-floor", "second": "C-second", "rooms": "19:rooms@thread.tacv2", "late": "C-late"}


class Rooms(Company):
    """A company with two channels on Slack and one on Teams."""

    async def cards(self, number: int = 1) -> dict[str, Posting]:
        """The conversation's cards by surface."""
        async with self.storage.reading() as uow:
            return {posting.surface: posting for posting in await uow.postings.of(number)}

    async def under(self, surface: str, number: int = 1) -> list[str]:
        """What we said under the card there, each as the lines people read."""
        return [plain(shown.card).partition("\n")[2] for shown in await self.messages(surface, number)]

    async def messages(self, surface: str, number: int = 1) -> list[Shown]:
        """Our messages under the card there."""
        posting = (await self.cards(number))[surface]
        platform = self.platforms["teams" if surface == "rooms" else "slack"]
        assert isinstance(platform, FakePlatform)
        assert posting.message is not None
        return platform.shown_in(PLACES[surface], posting.message)

    async def write_in(self, surface: str, user: str, text: str, message: str, ago: float = 0, number: int = 1) -> None:
        """Somebody writes under the card of a surface, `ago` seconds before we hear of it."""
        posting = (await self.cards(number))[surface]
        assert posting.message is not None
        where = ("teams" if surface == "rooms" else "slack", PLACES[surface], message)
        at = self.clock.now() - timedelta(seconds=ago)
        await self.threads.heard(self.people[user], text, where, posting.message, at)

    async def on(self, **span: float) -> None:
        """Time goes by."""
        await self.later(**span or {"seconds": 3})


@pytest.fixture
async def rooms(storage: SqlStorage, clock: SetClock, config: Config) -> Rooms:
    """B-1 has a card in each of them."""
    company = Rooms(storage, clock, staffed(config.model_copy(update={"surfaces": SURFACES})))
    company.platforms["teams"] = FakePlatform(clock, "teams")
    await company.staff()
    await company.opened("the box was crushed")
    return company


def here(surface: str, message: str) -> tuple[str, str, str]:
    return ("teams" if surface == "rooms" else "slack", PLACES[surface], message)


async def test_a_note_stands_under_every_other_card_with_who_and_from_where(rooms: Rooms) -> None:
    await rooms.write_in("floor", "ben", "I saw that box", "m1")
    await rooms.work()
    assert await rooms.under("floor") == []
    assert await rooms.under("second") == ["*Ben Roth (Product)*: I saw that box"]
    assert await rooms.under("rooms") == ["*Ben Roth (Product) on Slack*: I saw that box"]
    await rooms.write_in("rooms", "lena", "the carrier knows", "m2")
    await rooms.on()
    assert await rooms.under("floor") == ["*Lena Vogt (Logistics) on Teams*: the carrier knows"]
    assert (await rooms.messages("floor"))[0].card.summary == "Lena Vogt (Logistics) on Teams: the carrier knows"
    assert len(await rooms.under("rooms")) == 1


async def test_a_note_given_by_command_stands_under_all_cards(rooms: Rooms) -> None:
    await rooms.say("ben", "note B-1 same box as in B-9")
    await rooms.work()
    assert await rooms.under("floor") == ["*Ben Roth (Product)*: same box as in B-9"]
    assert await rooms.under("second") == ["*Ben Roth (Product)*: same box as in B-9"]
    assert await rooms.under("rooms") == ["*Ben Roth (Product) on Slack*: same box as in B-9"]


async def test_an_edit_changes_the_copies_and_a_delete_takes_them_away(rooms: Rooms) -> None:
    await rooms.write_in("floor", "ben", "I saw that bix", "m1")
    await rooms.work()
    await rooms.threads.edited("I saw that box", here("floor", "m1"))
    await rooms.on()
    assert await rooms.under("rooms") == ["*Ben Roth (Product) on Slack*: I saw that box"]
    assert await rooms.under("second") == ["*Ben Roth (Product)*: I saw that box"]
    await rooms.threads.erased(here("floor", "m1"))
    await rooms.on()
    assert await rooms.under("rooms") == await rooms.under("second") == []
    assert (await rooms.work()).done == []


async def test_what_was_deleted_or_edited_before_it_could_be_copied_is_copied_as_it_is_now(rooms: Rooms) -> None:
    await rooms.write_in("floor", "ben", "never mind", "m1")
    await rooms.write_in("floor", "ben", "the bix", "m2")
    await rooms.threads.erased(here("floor", "m1"))
    await rooms.threads.edited("the box", here("floor", "m2"))
    await rooms.work()
    assert await rooms.under("rooms") == ["*Ben Roth (Product) on Slack*: the box"]


async def test_notes_that_come_faster_than_messages_may_be_sent_are_sent_together(rooms: Rooms) -> None:
    await rooms.write_in("floor", "ben", "first", "m0")
    await rooms.work()
    for n in range(1, 6):
        await rooms.write_in("floor", "ben", f"number {n}", f"m{n}")
    await rooms.work()
    assert len(await rooms.under("rooms")) == 1, "not two messages within two seconds"
    await rooms.on()
    _, together = await rooms.under("rooms")
    assert together.splitlines() == [f"*Ben Roth (Product) on Slack*: number {n}" for n in range(1, 6)]
    assert (await rooms.messages("rooms"))[1].card.summary == "5 notes by Ben Roth"


async def test_each_note_of_a_common_message_can_be_edited_and_deleted(rooms: Rooms) -> None:
    for n in range(3):
        await rooms.write_in("floor", "ben", f"number {n}", f"m{n}")
    await rooms.work()
    await rooms.threads.edited("number one", here("floor", "m1"))
    await rooms.on()
    by = "*Ben Roth (Product) on Slack*"
    assert await rooms.under("rooms") == [f"{by}: number 0\n{by}: number one\n{by}: number 2"]
    await rooms.threads.erased(here("floor", "m0"))
    await rooms.threads.erased(here("floor", "m2"))
    await rooms.on()
    assert await rooms.under("rooms") == [f"{by}: number one"]
    await rooms.threads.erased(here("floor", "m1"))
    await rooms.on()
    assert await rooms.under("rooms") == []


async def test_no_more_than_eighteen_hundred_messages_an_hour_go_into_a_thread(rooms: Rooms) -> None:
    for n in range(150):
        await rooms.write_in("floor", "ben", f"number {n}", f"m{n}")
    begun = rooms.clock.now()
    await rooms.work()
    while len(await rooms.under("rooms")) < 10:
        await rooms.on(seconds=1)
    sent = [shown.at for shown in await rooms.messages("rooms")]
    assert min(later - earlier for earlier, later in pairwise(sent)) >= timedelta(seconds=2)
    assert rooms.clock.now() - begun < timedelta(minutes=5)
    lines = [line for message in await rooms.under("rooms") for line in message.splitlines()]
    assert [line.rsplit(" ", 1)[1] for line in lines] == [str(n) for n in range(150)]


async def test_a_note_heard_late_stands_where_it_was_written(rooms: Rooms) -> None:
    await rooms.write_in("floor", "ben", "second", "m2", ago=5)
    await rooms.work()
    await rooms.write_in("floor", "ben", "first", "m1", ago=10)
    await rooms.write_in("floor", "ben", "third", "m3", ago=1)
    await rooms.on()
    by = "*Ben Roth (Product) on Slack*"
    assert await rooms.under("rooms") == [f"{by}: first\n{by}: second", f"{by}: third"]


async def test_a_note_heard_very_late_stands_at_the_end_where_it_is_seen(rooms: Rooms) -> None:
    await rooms.write_in("floor", "ben", "second", "m2")
    await rooms.work()
    await rooms.write_in("floor", "ben", "first", "m1", ago=3600)
    await rooms.on()
    assert [words.rsplit(" ", 1)[1] for words in await rooms.under("rooms")] == ["second", "first"]


async def test_an_edit_and_a_delete_heard_before_the_message_hold_when_it_comes(rooms: Rooms) -> None:
    ben, thread = rooms.people["ben"], (await rooms.cards())["floor"].message
    now = rooms.clock.now()
    await rooms.threads.edited("as it is now", here("floor", "m1"), now, ben, thread)
    await rooms.threads.erased(here("floor", "m2"), ben, thread)
    await rooms.write_in("floor", "ben", "as it was", "m1")
    await rooms.write_in("floor", "ben", "never mind", "m2")
    await rooms.work()
    assert await rooms.under("rooms") == ["*Ben Roth (Product) on Slack*: as it is now"]
    await rooms.threads.edited("an edit that comes late", here("floor", "m1"), now + timedelta(seconds=2))
    await rooms.threads.edited("the edit before it", here("floor", "m1"), now + timedelta(seconds=1))
    await rooms.on()
    assert await rooms.under("rooms") == ["*Ben Roth (Product) on Slack*: an edit that comes late"]


async def test_a_card_that_comes_later_gets_what_was_written_before(rooms: Rooms) -> None:
    teams = rooms.platforms.pop("teams")
    await rooms.hear(post("another", "where is my order"))
    await rooms.work()
    await rooms.say("ben", "note B-2 one")
    await rooms.say("lena", "note B-2 two")
    await rooms.work()
    rooms.platforms["teams"] = teams
    await rooms.later(minutes=10)
    await rooms.later(minutes=10)
    assert await rooms.under("rooms", 2) == [
        "*Ben Roth (Product) on Slack*: one\n*Lena Vogt (Logistics) on Slack*: two"
    ]


async def test_a_surface_that_is_added_later_gets_what_was_written_before(rooms: Rooms) -> None:
    await rooms.say("ben", "note B-1 one")
    await rooms.work()
    surfaces = (*SURFACES, Surface(name="late", channel="#late"))
    later = Rooms(rooms.storage, rooms.clock, staffed(Config(surfaces=surfaces)))
    later.platforms.update(rooms.platforms)
    async with rooms.storage.writing() as uow:
        await uow.postings.want(1, ["late"], urgent=False)
    await later.work()
    assert await later.under("late") == ["*Ben Roth (Product)*: one"]


async def test_mentions_are_names_and_ping_nobody(rooms: Rooms) -> None:
    await rooms.write_in("floor", "ben", "ask @slack:ana or @slack:U-nobody, @channel", "m1")
    await rooms.work()
    assert await rooms.under("rooms") == [
        "*Ben Roth (Product) on Slack*: ask @Ana Lima or @someone, @channel",
    ]
    assert "ask @Ana Lima or" in said(await rooms.say("ana", "show B-1"))


async def test_files_and_addresses_are_links(rooms: Rooms) -> None:
    text = "see https://shop.example/box, please\n📎 box.jpg https://acme.slack.example/files/box.jpg"
    await rooms.write_in("floor", "ben", text, "m1")
    await rooms.work()
    [copied] = await rooms.under("rooms")
    assert "<https://shop.example/box>, please" in copied or "(https://shop.example/box), please" in copied
    assert "box.jpg" in copied
    assert "https://acme.slack.example/files/box.jpg" in copied


async def test_a_message_whose_answer_was_lost_is_looked_up(rooms: Rooms) -> None:
    await rooms.write_in("second", "ben", "I saw that box", "m1")
    rooms.platform.failures.extend([UnknownResultError("lost")] * 3)  # two cards, and the note
    for _ in range(3):
        await rooms.on(minutes=1)
    assert await rooms.under("floor") == ["*Ben Roth (Product)*: I saw that box"]


async def test_what_is_refused_for_now_goes_with_what_was_written_meanwhile(rooms: Rooms) -> None:
    teams = rooms.platforms["teams"]
    assert isinstance(teams, FakePlatform)
    teams.failures.extend([RetriableError("slow down", 5.0)] * 2)  # the card, and the note
    await rooms.write_in("floor", "ben", "one", "m1")
    await rooms.work()
    assert await rooms.under("rooms") == []
    await rooms.write_in("floor", "ben", "two", "m2")
    await rooms.on(seconds=6)
    assert await rooms.under("rooms") == ["*Ben Roth (Product) on Slack*: one\n*Ben Roth (Product) on Slack*: two"]


async def test_what_cannot_be_sent_is_sent_with_the_next_note_once_it_can(rooms: Rooms) -> None:
    teams = rooms.platforms["teams"]
    assert isinstance(teams, FakePlatform)
    teams.failures.extend([PermanentError("no such channel")] * 2)
    await rooms.write_in("floor", "ben", "one", "m1")
    await rooms.work()
    await rooms.write_in("floor", "ben", "two", "m2")
    await rooms.on()
    assert await rooms.under("rooms") == ["*Ben Roth (Product) on Slack*: one\n*Ben Roth (Product) on Slack*: two"]


@pytest.mark.parametrize("taken_away", [True, False])
async def test_what_may_not_be_changed_or_taken_away_holds_up_nothing_after_it(rooms: Rooms, taken_away: bool) -> None:
    teams, first = rooms.platforms["teams"], here("floor", "m1")
    assert isinstance(teams, FakePlatform)
    await rooms.write_in("floor", "ben", "one", "m1")
    await rooms.on()
    teams.forbidden = {call := "delete" if taken_away else "update"}
    await (rooms.threads.erased(first) if taken_away else rooms.threads.edited("changed", first))
    assert (await rooms.later(seconds=3)).failed == [f"notes: {call} is not allowed"]
    await rooms.write_in("floor", "ben", "two", "m2")
    await rooms.on()
    assert (await rooms.under("rooms"))[-1] == "*Ben Roth (Product) on Slack*: two"


async def test_a_copy_that_somebody_took_away_stays_away(rooms: Rooms) -> None:
    await rooms.write_in("floor", "ben", "one", "m1")
    await rooms.work()
    rooms.platform.remove((await rooms.messages("second"))[0].sent)
    await rooms.threads.edited("two", here("floor", "m1"))
    await rooms.on()
    await rooms.threads.erased(here("floor", "m1"))
    drained = await rooms.later(seconds=3)
    assert await rooms.under("second") == []
    assert drained.failed == []


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_each_note_stands_everywhere_once_and_in_order(rooms: Rooms, seed: int) -> None:
    """Notes, edits and deletes on all sides, answers lost, workers dead: in the end all threads say the same."""
    chance = random.Random(seed)
    written: list[tuple[str, str]] = []
    for n in range(40):
        surface = chance.choice(list(SURFACES)).name
        deed = chance.random()
        if deed < 0.6 or not written:
            await rooms.write_in(surface, chance.choice(["ana", "ben", "lena"]), f"note{n:02}", f"m{n}")
            written.append((surface, f"m{n}"))
        elif deed < 0.8:
            where, message = chance.choice(written)
            await rooms.threads.edited(f"note{n:02} edited", here(where, message))
        else:
            where, message = chance.choice(written)
            await rooms.threads.erased(here(where, message))
        if chance.random() < 0.2:
            platform = rooms.platforms[chance.choice(["slack", "teams"])]
            assert isinstance(platform, FakePlatform)
            platform.failures.append(chance.choice([UnknownResultError("lost"), RetriableError("busy", 1.0)]))
        if chance.random() < 0.3:
            await rooms.hands.lose()
        if chance.random() < 0.5:
            await rooms.on(seconds=chance.randrange(4))
    for _ in range(30):
        await rooms.on(minutes=2)
    notes = await rooms.notes()
    for surface, posting in (await rooms.cards()).items():
        expected = [note.text for note in notes if note.posting != posting.id]
        lines = [line for message in await rooms.under(surface) for line in message.splitlines()]
        assert [line.partition("*: ")[2] for line in lines] == expected, surface
