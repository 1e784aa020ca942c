"""A crisis from its proposal to the all-clear, by buttons and typed: asked of the coordinators, one timeline, nothing sent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.config import AiPart
from bot.domain.crisis import CrisisState
from bot.domain.writing import Announce, Written
from bot.errors import PermanentError
from handlers.crises import propose
from tests.bot.views.plain import plain
from tests.handlers.company import Company, post, said
from tests.handlers.crises import ROOM, crisis, in_room, kinds, on_the_board, opened, proposed_by_itself


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


async def test_a_clock_that_was_set_back_keeps_nobody_quiet(company: Company) -> None:
    await proposed_by_itself(company)
    await company.say("omar", "crisis dismiss C-1 a sale")
    company.clock.move(-timedelta(minutes=1))
    assert await proposed_by_itself(company) is None, "clocks of several machines differ a little"
    company.clock.move(-timedelta(days=30))
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


async def test_what_was_said_twice_at_the_same_time_is_one_crisis(company: Company) -> None:
    one = await company.say("ana", "crisis propose it burns")
    other = await company.say("ben", "crisis propose it burns")
    assert "C-1 is proposed." in said(one)
    assert "C-1 is proposed there already" in said(other)
    await company.hear(post("x", "new"))
    assert (await crisis(company)).version == 1
