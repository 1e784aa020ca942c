"""A crisis from its proposal to the all-clear, by buttons and typed: asked of the coordinators, one room, one timeline."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.commands import Origin, Reply
from bot.config import AiPart
from bot.domain.crisis import Crisis, CrisisState, Figures
from bot.domain.writing import Announce, Written
from bot.errors import PermanentError, UnknownResultError
from bot.ports import Account, CrisisPosting, Standing
from handlers.crises import propose
from handlers.jobs.crisis_boards import CrisisBoards
from tests.bot.views.plain import plain
from tests.handlers.company import FLOOR, Company, post, said

ROOM = "C-crisis-1-parcels-burn-in-the-depot"
FIGURES = Figures(posts=412, within=timedelta(minutes=1), usual=6.5, alike=0.82, topics=("delivery",), spread={"x": 9})


async def crisis(company: Company, number: int = 1) -> Crisis:
    async with company.storage.reading() as uow:
        found = await uow.crises.get(number)
    assert found is not None
    return found


async def kinds(company: Company, number: int = 1) -> list[str]:
    async with company.storage.reading() as uow:
        return [event.kind for event in await uow.crises.timeline(number)]


async def board(company: Company) -> CrisisPosting:
    async with company.storage.reading() as uow:
        found = await uow.crises.posting("crisis:1:board")
    assert found is not None
    return found


async def on_the_board(company: Company) -> str:
    shown = [shown for shown in company.platform.messages.values() if shown.mark == "crisis:1:board"]
    assert len(shown) == 1, "one board"
    return plain(shown[0].card)


async def proposed_by_itself(company: Company, surface: str = "floor", numbers: tuple[int, ...] = ()) -> Crisis | None:
    async with company.storage.writing() as uow:
        return await propose(
            uow,
            company.config,
            at=company.clock.now(),
            why="412 posts in a minute",
            surface=surface,
            figures=FIGURES,
            conversations=numbers,
        )


async def opened(company: Company, *posts: str) -> None:
    """Three conversations, and a crisis about the first two that is open."""
    await company.opened(*(posts or ("parcels burn", "my parcel burned", "thank you")))
    await company.say("ben", "crisis propose parcels burn in the depot")
    await company.say("ben", "crisis add C-1 B-1 B-2")
    await company.work()
    await company.press("omar", "crisis", what="open", crisis="C-1")
    await company.work()


async def in_room(company: Company, user: str, text: str, channel: str = ROOM, thread: str | None = None) -> Reply:
    return await company.say(user, text, channel=channel, thread=thread)


async def test_coordinators_are_asked_with_what_was_seen_in_figures(either_company: Company) -> None:
    company = either_company
    await company.opened("parcels burn", "my parcel burned")
    made = await proposed_by_itself(company, numbers=(1, 2))
    assert made is not None
    await company.work()
    assert company.everyone_told() == {"omar": ["Baton proposes a crisis: C-1 · Delivery"]}
    [shown] = company.platform.shown_in("D-omar")
    card = plain(shown.card)
    for words in (
        "412 posts in 1 min",
        "6 would be usual",
        "82 % about the same",
        "412 posts in a minute",
        "2 Mastodon",
    ):
        assert words in card, card
    assert "[ Open crisis room ! ]" in card
    assert "[ Not a crisis… ]" in card


async def test_a_storm_that_goes_on_is_proposed_once(company: Company) -> None:
    for _ in range(3):
        await proposed_by_itself(company)
    await company.work()
    assert len(company.told("omar")) == 1
    assert await proposed_by_itself(company, "management") is not None, "elsewhere it is another one"


async def test_what_was_dismissed_is_not_proposed_again_for_a_while(company: Company) -> None:
    await proposed_by_itself(company)
    await company.work()
    form = (await company.press("omar", "crisis", what="dismiss", crisis="C-1")).form
    assert form is not None
    await company.submit("omar", "crisis", **form.args, text="a shop sale, nothing broken")
    await company.work()
    [shown] = company.platform.shown_in("D-omar")
    assert "Omar Said (Operations) dismissed it: “a shop sale, nothing broken”" in plain(shown.card)
    assert "Open crisis room" not in plain(shown.card)
    company.clock.move(timedelta(hours=1, minutes=59))
    assert await proposed_by_itself(company) is None
    company.clock.move(timedelta(minutes=1))
    assert await proposed_by_itself(company) is not None


async def test_a_person_may_propose_after_a_dismissal_and_is_told_of_one_that_lives(company: Company) -> None:
    await proposed_by_itself(company)
    await company.say("ana", "crisis dismiss C-1 a sale")
    assert "C-2 is proposed" in said(await company.say("ana", "crisis propose it burns after all"))
    reply = await company.say("ben", "crisis propose it burns")
    assert "C-2 is proposed there already: it burns after all" in said(reply)
    assert "[ Open crisis room ]" in said(reply)


async def test_the_button_of_a_rollup_asks_for_the_reason(company: Company) -> None:
    form = (await company.press("ana", "crisis", what="propose", surface="floor")).form
    assert form is not None
    assert form.args == {"what": "propose", "surface": "floor"}
    await company.submit("ana", "crisis", **form.args, text="parcels burn")
    made = await crisis(company)
    assert (made.surface, made.why, made.title) == ("floor", "parcels burn", "parcels burn")
    assert made.proposed_by is not None
    assert made.proposed_by.name == "Ana Lima"


async def test_one_click_opens_a_room_with_everybody_who_is_wanted_and_a_pinned_board(either_company: Company) -> None:
    company = either_company
    await opened(company)
    made = await crisis(company)
    assert (made.state, made.channel, made.platform) == (CrisisState.OPEN, ROOM, "slack")
    room = company.platform.rooms[ROOM]
    assert {account.user for account in room.members} >= {"omar", "rita", "sam", "chloe", "lena"}
    assert "gus" not in {account.user for account in room.members}
    [pinned] = room.pins
    assert company.platform.messages[pinned].mark == "crisis:1:board"
    assert "Crisis since" in room.topics[-1]
    assert await kinds(company) == ["proposed", "conversations_added", "opened", "room_made", "invited"]
    card = await on_the_board(company)
    for words in (
        "2 conversations, 2 posts",
        "2 Mastodon",
        "Omar Said (Operations) opened the crisis room",
        "In the room",
    ):
        assert words in card, card
    for act in ("Add to the timeline…", "Holding statement…", "All clear…", "Show list"):
        assert f"[ {act} ]" in card


async def test_two_who_press_open_one_room_and_the_second_is_told_where(either_company: Company) -> None:
    company = either_company
    await proposed_by_itself(company)
    first = await company.press("omar", "crisis", what="open", crisis="C-1")
    second = await company.press("rita", "crisis", what="open", crisis="C-1")
    await company.work()
    assert "is being made" in said(first)
    assert "Omar Said opened the room of C-1 already" in said(second)
    assert len(company.platform.rooms) == 1
    assert company.platform.calls.count("open_room") == 1


async def test_of_those_who_act_in_the_same_moment_everybody_is_answered_and_one_room_is_made(
    either_company: Company,
) -> None:
    company = either_company
    proposals = await asyncio.gather(*(company.say(user, "crisis propose it burns") for user in ("ana", "ben", "lena")))
    assert sorted("there already" in said(reply) for reply in proposals) == [False, True, True]
    presses = await asyncio.gather(
        *(company.press(user, "crisis", what="open", crisis="C-1") for user in ("omar", "rita", "sam"))
    )
    assert sorted("already" in said(reply) for reply in presses) == [False, True, True]
    await company.work()
    assert company.platform.calls.count("open_room") == 1
    assert await kinds(company) == ["proposed", "opened", "room_made", "invited"]


async def test_everything_is_done_once_however_often_a_worker_dies(either_company: Company) -> None:
    company = either_company
    await company.opened("parcels burn")
    await company.say("ben", "crisis propose parcels burn in the depot")
    await company.hands.lose()
    await company.work()
    await company.press("omar", "crisis", what="open", crisis="C-1")
    for _ in range(4):
        await company.hands.lose()
    await company.work()
    company.clock.move(timedelta(minutes=10))
    await company.work()
    assert list(company.platform.rooms) == [ROOM]
    assert len(company.platform.shown_in("D-omar")) == 1
    assert len(company.platform.shown_in(ROOM)) == 1
    assert await kinds(company) == ["proposed", "opened", "room_made", "invited"]


@pytest.mark.parametrize("call", range(6))
async def test_a_lost_answer_is_looked_up(company: Company, call: int) -> None:
    await proposed_by_itself(company)
    await company.work()
    await company.press("omar", "crisis", what="open", crisis="C-1")
    company.platform.failures.extend([*[None] * call, UnknownResultError("the connection was lost")])
    await company.work()
    for _ in range(5):
        company.clock.move(timedelta(minutes=10))
        await company.work()
    [room] = [room for name, room in company.platform.rooms.items() if name.startswith("C-crisis")]
    assert len(company.platform.shown_in("C-crisis-1-delivery")) == 1
    assert len(room.pins) == 1
    assert len(room.members) == len(set(room.members)) > 3
    assert await kinds(company) == ["proposed", "opened", "room_made", "invited"]


async def test_where_no_channels_are_made_the_boards_thread_is_the_room(company: Company) -> None:
    company.platform.opens_rooms = False
    await opened(company)
    made = await crisis(company)
    assert (made.channel, made.thread) == ("#floor", True)
    there = await board(company)
    assert there.channel == FLOOR
    told = company.everyone_told()
    assert "You are wanted in the crisis room: C-1 · parcels burn in the depot" in told["rita"]
    await in_room(company, "lena", "crisis log the carrier confirms it", FLOOR, there.message)
    await in_room(company, "lena", "crisis statement We know, and are on it.", FLOOR, there.message)
    await company.work()
    assert (await kinds(company))[-2:] == ["logged", "statement_agreed"]
    [stated] = company.platform.shown_in(FLOOR, there.message)
    assert "We know, and are on it." in plain(stated.card)


async def test_a_room_that_may_not_be_made_is_a_thread_instead(company: Company) -> None:
    company.platform.forbidden.add("open_room")
    await opened(company)
    assert (await crisis(company)).thread


async def test_whoever_cannot_be_brought_in_is_told_where_it_is(company: Company) -> None:
    company.platform.uninvitable.add("rita")
    await opened(company)
    assert "You are wanted in the crisis room: C-1 · parcels burn in the depot" in company.told("rita")
    assert not any("wanted" in summary for summary in company.told("lena"))


async def test_in_the_room_it_is_known_which_crisis_is_meant(company: Company) -> None:
    await opened(company)
    async with company.storage.writing() as uow:
        await propose(uow, company.config, at=company.clock.now(), why="another", surface="management")
    await in_room(company, "lena", "crisis log the carrier confirms a fire; more at noon | maybe")
    await company.work()
    assert "Lena Vogt (Logistics): the carrier confirms a fire; more at noon | maybe" in await on_the_board(company)
    assert "Which crisis do you mean?" in said(await company.say("lena", "crisis log elsewhere"))
    assert "C-1 · parcels burn" in said(await in_room(company, "lena", "crisis"))
    assert "C-2 · Many posts at once" in said(await company.say("lena", "crisis"))


async def test_the_board_follows_the_counts_of_the_store_and_is_quiet_while_nothing_changes(company: Company) -> None:
    await opened(company)
    tick = CrisisBoards(company.storage, company.config, company.clock)
    await tick()
    assert (await company.work()).done == []
    await company.say("ana", "claim B-1")
    await company.say("ben", "escalate B-2 crisis it burns")
    await company.work()
    await tick()
    await company.work()
    card = await on_the_board(company)
    assert "1 held" in card
    assert "*B-2*  🚨 Crisis · nobody holds it" in card
    async with company.storage.writing() as uow:
        await uow.crises.add(1, [3], company.clock.now())
    await tick()
    await tick()
    await company.work()
    assert "3 conversations, 3 posts" in await on_the_board(company)
    updates = len(company.platform.updated)
    await tick()
    assert (await company.work()).done == []
    assert len(company.platform.updated) == updates


async def test_a_board_that_somebody_deleted_comes_back_and_is_pinned_again(company: Company) -> None:
    await opened(company)
    [pinned] = company.platform.rooms[ROOM].pins
    company.platform.remove(pinned)
    await in_room(company, "lena", "crisis log still burning")
    await company.work()
    assert "still burning" in await on_the_board(company)
    assert len(company.platform.rooms[ROOM].pins) == 2


async def test_a_room_that_was_closed_is_one_dead_letter_and_no_more(company: Company) -> None:
    await opened(company)
    tick = CrisisBoards(company.storage, company.config, company.clock)
    company.platform.failures.append(PermanentError("is_archived"))
    for line in ("one", "two", "three"):
        await in_room(company, "lena", f"crisis log {line}")
        await company.work()
        await tick()
        await company.work()
    assert len(await company.dead_letters.dead()) == 1
    assert "three" in said(await company.say("lena", "crisis C-1"))


async def test_a_statement_is_drafted_agreed_on_and_sent_to_nobody(company: Company) -> None:
    await opened(company)
    form = (await company.press("omar", "crisis", what="statement", crisis="C-1")).form
    assert form is not None
    [field] = form.fields
    assert field.default.startswith("We have heard from many of you about ")
    assert "We are looking into it now" in field.default
    before = [event.kind for event in await company.trail(1)]
    await company.submit("omar", "crisis", **form.args, text="Parcels burned in Lyon. Nobody was hurt.")
    await company.work()
    stated = [shown for shown in company.platform.shown_in(ROOM) if shown.mark.startswith("crisis:1:statement")]
    assert ["Parcels burned in Lyon. Nobody was hurt." in plain(shown.card) for shown in stated] == [True]
    assert "agreed on a holding statement" in await on_the_board(company)
    assert [event.kind for event in await company.trail(1)] == before
    again = (await company.press("rita", "crisis", what="statement", crisis="C-1")).form
    assert again is not None
    assert again.fields[0].default == "Parcels burned in Lyon. Nobody was hurt."


@pytest.fixture
async def with_a_model(company: Company) -> Company:
    """A company whose configuration names a model."""
    config = company.config.model_copy(update={"ai": AiPart(model="some-model")})
    return await Company(company.storage, company.clock, config).staff()


async def test_a_model_drafts_the_statement_from_counts_and_names_alone(with_a_model: Company) -> None:
    company = with_a_model
    await opened(company, "my parcel burned, says Maya", "mine too")
    company.writer.says = Written("We know that parcels burned.", ("https://evil.example",))
    form = (await company.press("omar", "crisis", what="statement", crisis="C-1")).form
    assert form is not None
    assert form.fields[0].default == "We know that parcels burned."
    assert "A model suggests these words." in str(form.intro)
    assert "evil[.]example" in str(form.intro)
    [asked] = company.writer.asked
    assert isinstance(asked, Announce)
    assert "Maya" not in str(asked.facts)
    assert asked.facts == ("It is about: parcels burn in the depot",)


async def test_a_model_that_is_slow_or_fails_leaves_the_draft_of_the_configuration(with_a_model: Company) -> None:
    company = with_a_model
    await opened(company)
    company.writer.free.clear()
    late = (await company.press("omar", "crisis", what="statement", crisis="C-1")).form
    assert late is not None
    assert "We are looking into it now" in late.fields[0].default
    assert "ask again in a moment" in str(late.intro)
    company.writer.says = PermanentError("refused")
    company.writer.free.set()
    await asyncio.sleep(0)
    failed = (await company.press("omar", "crisis", what="statement", crisis="C-1")).form
    assert failed is not None
    assert "The model wrote nothing." in str(failed.intro)
    await company.writing_desk.close()


async def test_the_all_clear_asks_what_happened_and_tells_those_who_answer_for_it(company: Company) -> None:
    await opened(company)
    form = (await company.press("omar", "crisis", what="clear", crisis="C-1")).form
    assert form is not None
    assert [field.name for field in form.fields] == ["text", "changed"]
    await company.submit("omar", "crisis", **form.args, text="a lorry burned out", changed="another carrier")
    await company.work()
    made = await crisis(company)
    assert (made.state, made.ended_why, made.changed, made.recorded) == (
        CrisisState.OVER,
        "a lorry burned out",
        "another carrier",
        2,
    )
    assert "All clear: C-1 · parcels burn in the depot" in company.told("omar")
    assert "All clear: C-1 · parcels burn in the depot" in company.told("rita")
    assert company.platform.rooms[ROOM].topics[-1].startswith("All clear since")
    card = await on_the_board(company)
    assert "✅" in card
    assert "a lorry burned out" in card
    assert "All clear…" not in card
    assert "C-1 is over." in said(await in_room(company, "lena", "crisis log too late"))
    whole = said(await in_room(company, "lena", "crisis"))
    for words in ("proposed a crisis", "opened the crisis room", "gave the all-clear", "It stands in the trail of 2"):
        assert words in whole, whole


async def test_a_long_timeline_is_shown_page_by_page(company: Company) -> None:
    await opened(company)
    for line in range(30):
        await in_room(company, "lena", f"crisis log line {line:02}")
    reply = await company.say("ana", "crisis C-1")
    card = said(reply)
    assert "line 29" in card
    assert "line 10" in card
    assert "line 09" not in card
    assert "[ 15 earlier steps ]" in card
    rest = said(await company.press("ana", "crisis", what="show", crisis="C-1", page="20"))
    assert "line 09" in rest
    assert "proposed a crisis" in rest
    assert "line 10" not in rest


async def test_what_belongs_to_it_is_listed_with_what_presses_first(company: Company) -> None:
    await opened(company)
    await company.say("ben", "escalate B-1 crisis it burns")
    card = said(await company.press("ana", "crisis", what="list", crisis="C-1"))
    assert card.index("B-1") < card.index("B-2")
    assert "B-3" not in card


async def test_conversations_are_added_by_name_once(company: Company) -> None:
    await opened(company)
    assert "1 conversation more in C-1" in said(await company.say("ana", "crisis add C-1 B-3"))
    assert "part of C-1 already" in said(await company.say("ana", "crisis add C-1 b3"))
    assert "There is no B-99." in said(await company.say("ana", "crisis add C-1 B-99"))
    assert "is not a conversation" in said(await company.say("ana", "crisis add C-1 parcel"))
    assert (await kinds(company)).count("conversations_added") == 2


async def test_a_conversation_called_a_crisis_while_one_is_open_is_offered_to_it(company: Company) -> None:
    await opened(company)
    reply = await company.say("ana", "escalate B-3 crisis it burns here too")
    assert "C-1 is open" in said(reply)
    assert "[ Add it to C-1 ]" in said(reply)
    await company.press("ana", "crisis", what="add", crisis="C-1", text="B-3")
    async with company.storage.reading() as uow:
        assert await uow.crises.conversations(1) == [1, 2, 3]
    assert "[ Add" not in said(await company.say("ana", "escalate B-2 crisis it burns"))


async def test_a_guest_learns_nothing(company: Company) -> None:
    await opened(company)
    assert "for colleagues only" in said(await company.say("gus", "crisis C-1"))
    assert "for colleagues only" in said(await company.press("gus", "crisis", what="clear", crisis="C-1"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("crisis", "There is no crisis, and there was none"),
        ("crisis C-7", "There is no C-7."),
        ("crisis open", "Which crisis do you mean?"),
        ("crisis the parcels burn", "I did not understand “the parcels burn”."),
        ("crisis log", "Which crisis do you mean?"),
    ],
)
async def test_what_cannot_be_done_says_what_to_do(company: Company, typed: str, answer: str) -> None:
    assert answer in said(await company.say("ana", typed))


async def test_only_an_open_one_is_cleared_and_only_a_proposed_one_dismissed(company: Company) -> None:
    await proposed_by_itself(company)
    assert "C-1 is only proposed." in said(await company.say("ana", "crisis clear C-1 nothing | nothing"))
    assert "C-1 is only proposed." in said(await company.say("ana", "crisis statement C-1 we know"))
    await company.say("ana", "crisis open C-1")
    assert "C-1 is open." in said(await company.say("ana", "crisis dismiss C-1 a sale"))
    await company.say("ana", "crisis clear C-1 nothing burned | nothing")
    assert "C-1 is over." in said(await company.say("ana", "crisis open C-1"))


async def test_hostile_words_stay_words(company: Company) -> None:
    title = "<!channel> *bold* <https://evil.example|bank> `code` \u202egnp.exe @here"
    await company.say("ben", f"crisis propose {title}")
    await company.work()
    await company.say("omar", "crisis open C-1")
    await company.say("omar", "crisis log <!here> [x](https://evil.example)")
    await company.work()
    made = await crisis(company)
    [room] = [room for name, room in company.platform.rooms.items() if name.startswith("C-crisis")]
    assert all(letter.isalnum() or letter == "-" for letter in room.name)
    assert len(room.name) <= 60
    card = await on_the_board(company)
    assert "\u202e" not in card
    assert "<!channel>" in made.title, "kept as it was typed; the platforms escape it"


async def test_a_crisis_may_be_opened_from_anywhere_on_the_platform_that_is_configured(company: Company) -> None:
    part = company.config.crisis.model_copy(update={"platform": "slack", "departments": ("product",), "people": 1})
    config = company.config.model_copy(update={"crisis": part})
    other = await Company(company.storage, company.clock, config).staff()
    await proposed_by_itself(other)
    teams = Origin("teams", "T1", "19:room", by="button")
    await other.dispatcher.press(other.people["omar"], "crisis", {"what": "open", "crisis": "C-1"}, teams)
    await other.work()
    made = await crisis(other)
    assert made.platform == "slack"
    [room] = [room for name, room in other.platform.rooms.items() if name.startswith("C-crisis")]
    users = {account.user for account in room.members}
    assert "chloe" in users
    assert "ben" not in users, "one of each department, leads first"
    assert Account("slack", "T1", "omar") in room.members


async def test_nothing_counted_is_nothing_shown(company: Company) -> None:
    await proposed_by_itself(company)
    async with company.storage.reading() as uow:
        assert await uow.crises.standing(1, company.clock.now()) == Standing()
    await company.say("omar", "crisis open C-1")
    await company.work()
    shown = [shown for shown in company.platform.messages.values() if shown.mark == "crisis:1:board"]
    assert "0 conversations, 0 posts" in plain(shown[0].card)


async def test_what_was_said_twice_at_the_same_time_is_one_crisis(company: Company) -> None:
    one = await company.say("ana", "crisis propose it burns")
    other = await company.say("ben", "crisis propose it burns")
    assert "C-1 is proposed." in said(one)
    assert "C-1 is proposed there already" in said(other)
    await company.hear(post("x", "new"))
    assert (await crisis(company)).version == 1
