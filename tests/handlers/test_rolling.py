"""When more arrives than a channel takes: cards at once for what is urgent and what there is room for, one card for the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, Route
from bot.domain.conversation import State
from handlers.jobs.unroll import Unroll
from handlers.showing import show
from tests.bot.views.plain import plain
from tests.handlers.company import Company, changed, post, said
from tests.handlers.storming import (
    FLOOR,
    LEGAL,
    LONGEST,
    alike,
    cards,
    looked,
    made_up,
    mixed,
    rolling,
    rollup_cards,
    rollups,
    tallies,
    urgent,
    without_any_card,
)


@pytest.fixture
def config() -> Config:
    return Config(surfaces=(FLOOR,))


async def test_what_a_channel_takes_has_cards_and_the_rest_is_counted_on_one(either_company: Company) -> None:
    company = rolling(either_company)
    await company.hear(*mixed(12))
    await company.work()
    assert [len(cards(company)), len(rollup_cards(company))] == [LONGEST, 1]
    assert "7 more" in plain(rollup_cards(company)[0].card)
    found = await tallies(company)
    assert (found.conversations, found.networks) == (7, {"mastodon": 7})
    await company.hear(*mixed(3, 12))
    assert (await tallies(company)).conversations == 10, "while it rolls up, only what is urgent gets a card"
    await company.later(seconds=3)
    assert "10 more" in plain(rollup_cards(company)[0].card)
    assert [len(cards(company)), len(rollup_cards(company))] == [LONGEST, 1]
    assert await without_any_card(company) == []


async def test_what_is_urgent_has_a_card_at_once(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(12))
    await company.hear(*urgent(3))
    await company.work()
    assert (await tallies(company)).urgent == []
    shown = [plain(shown.card) for shown in cards(company)]
    assert ["🔴 Urgent" in each for each in shown] == [True] * 3 + [False] * LONGEST, "before what waits already"


async def test_more_urgent_ones_than_a_channel_takes_are_named_on_the_rollup_card(company: Company) -> None:
    rolling(company)
    await company.hear(*urgent(12))
    await company.work()
    assert len(cards(company)) == 7, "what a channel takes in seven seconds"
    assert list((await tallies(company)).urgent) == [8, 9, 10, 11, 12]
    shown = plain(rollup_cards(company)[0].card)
    assert "🔴 5 urgent ones among them" in shown
    assert all(f"B-{number}" in shown for number in range(8, 13))


async def test_what_is_urgent_for_another_reason_goes_before_those_of_the_storm(company: Company) -> None:
    rolling(company)
    await company.hear(*alike(60, said="the lantern caught fire on the table"))
    await company.work()
    await company.hear(
        *alike(20, 60, said="the lantern caught fire on the table"),
        *urgent(3, said="there was an explosion in the bus"),
    )
    await company.work()
    assert company.rolling is not None
    numbers = [81, 82, 83]
    assert [(await company.conversation(number)).urgent for number in numbers] == [True] * 3
    assert None not in [(await company.posting(number)).message for number in numbers]
    assert not set(numbers) & set((await tallies(company)).urgent)
    assert len(cards(company)) < 20, "of those about the same, few get through"


async def test_calm_again_each_gets_its_card_at_half_of_what_the_channel_takes(either_company: Company) -> None:
    company = rolling(either_company)
    await company.hear(*mixed(12 + 10))
    await company.work()
    [rollup] = await rollups(company)
    await looked(company, 5)
    assert (await tallies(company)).conversations == 17, "it is not calm: 17 came in the last minute"
    await looked(company, 1, seconds=60)
    assert (await tallies(company)).conversations == 16
    await looked(company, 10)
    assert (await tallies(company)).conversations == 6, "one in two seconds, where a channel takes one a second"
    assert "have cards of their own by now" in plain(rollup_cards(company)[0].card)
    await looked(company, 7)
    assert await rollups(company) == []
    await company.work()
    [card] = rollup_cards(company)
    assert "17 conversations came faster than this channel takes" in plain(card.card)
    assert "Each has its own card now." in plain(card.card)
    assert len(cards(company)) == 22
    assert await without_any_card(company) == []
    await company.hear(*mixed(12, 100))
    await company.work()
    [another] = await rollups(company)
    assert another.id != rollup.id
    assert len(rollup_cards(company)) == 2


async def test_nothing_is_unrolled_while_more_arrives_or_cards_wait(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(30))
    await company.work()
    await company.later(seconds=70)
    await company.hear(*mixed(20, 100))
    await looked(company, 3)
    assert (await tallies(company)).conversations == 45
    await company.later(seconds=70)
    await company.hear(*urgent(2))
    assert company.rolling is not None
    await Unroll(company.storage, company.config, company.clock, company.rolling)()
    assert (await tallies(company)).conversations == 45, "two urgent cards wait: there is no room"


async def test_where_every_conversation_is_to_have_a_card_none_is_rolled_up(
    company: Company,
) -> None:
    rolling(company, Config(surfaces=(FLOOR.model_copy(update={"rollup_after": 0.0}),)))
    await company.hear(*mixed(60))
    await company.work()
    assert await rollups(company) == []
    assert len(cards(company)) == 60


async def test_each_surface_has_its_own(company: Company) -> None:
    config = Config(
        surfaces=(FLOOR, LEGAL),
        routes=(Route(surfaces=("floor",)), Route(surfaces=("legal",), networks=("reddit",))),
        people=company.config.people,
    )
    company = await Company(company.storage, company.clock, config).staff()
    rolling(company, config)
    await company.hear(*mixed(10))
    reddit = [each.model_copy(update={"network": "reddit"}) for each in mixed(8, 50)]
    await company.hear(*reddit)
    await company.work()
    floor, legal = await rollups(company)
    assert [floor.surface, legal.surface] == ["floor", "legal"]
    assert (await tallies(company, floor)).conversations == 13
    assert (await tallies(company, legal)).networks == {"reddit": 3}
    assert len(cards(company, "C-legal")) == LONGEST
    async with company.storage.reading() as uow:
        postings = {posting.surface: posting for posting in await uow.postings.of(11)}
    assert postings["legal"].message is not None
    assert postings["floor"].rollup == floor.id
    await company.say("ana", "claim B-11")
    await company.work()
    assert (await tallies(company, floor)).conversations == 12, "who acts on its card there has it shown here, too"


async def test_who_claims_one_gives_it_a_card_at_once(either_company: Company) -> None:
    company = rolling(either_company)
    await company.hear(*mixed(12))
    await company.work()
    assert (await company.posting(9)).message is None
    await company.say("ana", "claim B-9")
    await company.work()
    assert "Ana" in await company.card(9)
    assert (await tallies(company)).conversations == 6
    await company.later(seconds=4)
    assert "1 have cards" in plain(rollup_cards(company)[0].card) or "6 more" in plain(rollup_cards(company)[0].card)


async def test_one_that_becomes_urgent_gets_its_card(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(12))
    await company.work()
    await company.hear(post("more", "and now it caught fire", "mixed8", parent_id="mixed-8", root_id="mixed-8"))
    await company.work()
    assert (await company.conversation(9)).urgent
    assert "🔴 Urgent" in await company.card(9)
    assert (await tallies(company)).conversations == 6


async def test_one_that_others_make_urgent_gets_its_card(company: Company) -> None:
    rolling(company)
    crushed = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"
    await company.hear(*mixed(11), post("crushed", crushed, "maya"))
    await company.work()
    assert (await company.posting(12)).message is None
    await company.hear(post("fire", f"{crushed}: it caught fire", "tom"))
    await company.work()
    assert (await company.conversation(13)).state is State.ECHO
    assert "🔴 Urgent" in await company.card(12)


async def test_those_that_say_the_same_are_counted_with_the_one_that_is_rolled_up(company: Company) -> None:
    rolling(company)
    crushed = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"
    await company.hear(*mixed(11), post("crushed", crushed, "maya"))
    await company.hear(*(post(f"again-{n}", f"{crushed} {'!' * n}", f"again{n}") for n in range(5)))
    await company.work()
    await company.later(seconds=4)
    found = await tallies(company)
    assert (found.conversations, found.echoes) == (7, 5)
    assert "The loudest: *B-12*" in plain(rollup_cards(company)[0].card)


async def test_one_that_is_forgotten_is_on_no_card(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(11), post("own", "#mayaokafor wants her parcel to be delivered", "mayaokafor"))
    await company.work()
    reply = await company.say("omar", "forget B-12")
    assert reply is not None
    customer = (await company.conversation(12)).customer_id
    async with company.storage.writing() as uow:
        await uow.privacy.erase([customer], [12], company.clock.now())
    await company.later(seconds=4)
    assert "mayaokafor" not in plain(rollup_cards(company)[0].card)
    assert "mayaokafor" not in said(await company.say("ana", "rollup list"))


async def test_one_whose_post_is_deleted_is_not_quoted(company: Company) -> None:
    rolling(company)
    gone = post("gone", "Please do not read my secret words aloud", "maya")
    await company.hear(*mixed(11), gone)
    await company.hear(changed("deleted", gone))
    await company.later(seconds=4)
    assert "secret" not in said(await company.say("ana", "rollup list"))


async def test_where_the_surface_is_gone_from_the_configuration_they_are_shown_elsewhere(
    company: Company,
) -> None:
    rolling(company)
    await company.hear(*mixed(12))
    await company.work()
    await company.say("ana", "claim B-8")
    await company.say("ana", "resolve B-8 fixed | a | b")
    await company.say("ana", "rollup keep 1h")
    renamed = Config(surfaces=(FLOOR.model_copy(update={"name": "customers", "channel": "#customers"}),))
    other = await Company(company.storage, company.clock, renamed).staff()
    rolling(other, renamed)
    await looked(other, 2)
    assert len(cards(other, "C-customers")) + (await tallies(other)).conversations == 6
    assert [rollup.surface for rollup in await rollups(other)] == ["customers"]
    await looked(other, 40)
    assert await rollups(other) == []
    assert len(cards(other, "C-customers")) == 6


async def test_a_clock_that_was_set_back_hides_nothing(company: Company) -> None:
    rolling(company)
    company.clock.move(timedelta(days=400))
    await company.hear(*mixed(12))
    await company.work()
    await company.say("ana", "rollup keep 1d")
    company.clock.move(timedelta(days=-399))
    await looked(company, 9)
    assert await rollups(company) == []
    assert len(cards(company)) == 12


async def test_a_restart_in_the_middle_goes_on(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(12))
    await company.hands.lose()
    rolling(company)
    await company.hear(*mixed(3, 20), *urgent(1))
    await company.work()
    assert [len(cards(company)), len(rollup_cards(company))] == [LONGEST + 1, 1]
    await looked(company, 12, seconds=30)
    assert await rollups(company) == []
    assert len(cards(company)) == 16
    assert await without_any_card(company) == []


async def test_what_is_heard_with_room_again_waits_for_nobody(company: Company) -> None:
    rolling(company)
    await company.hear(*mixed(4))
    await company.work()
    await company.hear(post("late", made_up(77), "late"))
    await company.work()
    assert await rollups(company) == []
    assert len(cards(company)) == 5


async def test_many_that_are_edited_to_say_something_else_are_rolled_up_too(company: Company) -> None:
    rolling(company)
    crushed = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"
    echoes = [post(f"again-{n}", f"{crushed} {'!' * (n % 4)}", f"again{n}") for n in range(20)]
    await company.hear(post("first", crushed, "maya"), *echoes)
    await company.work()
    assert len(cards(company)) == 1
    await company.hear(*(changed("edited", echo, made_up(n)) for n, echo in enumerate(echoes)))
    await company.work()
    assert [len(cards(company)), len(rollup_cards(company))] == [1 + LONGEST, 1]
    assert (await tallies(company)).conversations == 15


async def test_what_was_urgent_before_a_model_read_it_again_stays_where_it_is(company: Company) -> None:
    rolling(company)
    await company.hear(*urgent(12))
    await company.work()
    c = await company.conversation(12)
    async with company.storage.writing() as uow:
        await show(uow, company.config, c, was_urgent=True)
    assert list((await tallies(company)).urgent) == [8, 9, 10, 11, 12]
    async with company.storage.writing() as uow:
        await show(uow, company.config, c)
    assert list((await tallies(company)).urgent) == [8, 9, 10, 11], "what becomes urgent has a card at once"
