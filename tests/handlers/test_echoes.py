"""New conversations that say the same as an open one go with it: one card counts them, until one says something else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain import events as e
from bot.domain.conversation import State
from bot.domain.post import Visibility
from bot.ports import Browse
from handlers.jobs.clear_away import ClearAway
from tests.bot.views.plain import plain
from tests.handlers.company import Company, changed, post, said

CRUSHED = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"
NEARLY = "RT @maya: Third parcel in a row that arrives crushed, and nobody at Acme answers the phone!!"
WARM = "The new jacket keeps me warm on every walk, and the zip still runs like on the first day"
FIRE = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone: it caught fire"


async def echoes_of(company: Company, leader: int = 1) -> list[int]:
    """All that echo a conversation, as the store has them."""
    async with company.storage.reading() as uow:
        return sorted(line.conversation.number for line in await uow.echoes.browse(leader, 1_000))


async def listed(company: Company) -> list[int]:
    async with company.storage.reading() as uow:
        open_ones = await uow.conversations.browse(Browse("open"), 100)
        assert await uow.conversations.count(Browse("open")) == len(open_ones)
        assert [line.conversation.number for line in await uow.conversations.browse(Browse("floor"), 100)] == [
            line.conversation.number for line in open_ones
        ]
    return [line.conversation.number for line in open_ones]


async def remembered(company: Company) -> list[int]:
    """Whose words others are compared with."""
    async with company.storage.database.reading() as connection:
        rows = await connection.all(text("SELECT number FROM signatures ORDER BY number"), {})
        keys = await connection.all(text("SELECT DISTINCT number FROM signature_keys ORDER BY number"), {})
    assert [number for (number,) in rows] == [number for (number,) in keys]
    return [int(number) for (number,) in rows]


async def two(company: Company) -> None:
    """B-1 leads, B-2 says the same."""
    await company.hear(post("a", CRUSHED, "maya"))
    await company.hear(post("b", NEARLY, "tom"))
    await company.work()


async def test_the_same_words_go_with_the_first_that_said_them(either_company: Company) -> None:
    company = either_company
    await company.hear(
        post("a", CRUSHED, "maya"),
        post("b", NEARLY, "tom"),
        post("c", CRUSHED, "lu", network="reddit"),
        post("d", WARM, "ina"),
    )
    await company.work()
    assert [(await company.conversation(n)).echo_of for n in (1, 2, 3, 4)] == [None, 1, 1, None]
    leader = await company.conversation(1)
    assert (leader.echoes, dict(leader.spread)) == (2, {"mastodon": 1, "reddit": 1})
    assert await company.kinds(1) == ["echoed"], "one event, however many said it"
    assert await listed(company) == [4, 1], "an echo stands in no list"
    assert len(company.platform.messages) == 2, "and has no card"
    assert "🔁 2 more say the same: 1 on Mastodon, 1 on Reddit" in await company.card(1)
    assert "🔁" not in await company.card(4)
    echo = await company.conversation(2)
    assert (echo.state, echo.timers(company.config.life_policies)) == (State.ECHO, {})
    assert "+2" in said(await company.say("ana", "list"))
    async with company.storage.database.reading() as connection:
        for table in ("timers", "concerns", "postings"):
            rows = await connection.all(text(f"SELECT DISTINCT number FROM {table} ORDER BY number"), {})
            assert [number for (number,) in rows if number in (2, 3)] == [], table
    assert await remembered(company) == [1, 4]


async def test_they_are_recognised_across_batches_and_for_two_days(either_company: Company) -> None:
    company = either_company
    await two(company)
    await company.later(hours=47)
    await company.hear(post("c", CRUSHED, "lu", network="reddit"), post("d", CRUSHED, "bo"))
    leader = await company.conversation(1)
    assert (leader.echoes, dict(leader.spread)) == (3, {"mastodon": 2, "reddit": 1})
    await company.later(hours=2)
    await company.hear(post("e", CRUSHED, "eve"))
    assert (await company.conversation(5)).echo_of is None, "it is heard two days after the first"
    await ClearAway(company.storage, company.dead_letters.purge, company.clock)()
    assert await remembered(company) == [5]


async def test_each_goes_with_the_one_that_it_is_most_like(company: Company) -> None:
    longer = f"{CRUSHED}. The driver threw it over the fence into the neighbour's pond, and laughed about it"
    await company.hear(post("a", CRUSHED, "maya"), post("b", WARM, "tom"))
    await company.hear(
        post("c", WARM + " 👍", "lu"), post("d", NEARLY, "bo"), post("e", longer, "eve"), post("f", WARM, "al")
    )
    assert [(await company.conversation(n)).echo_of for n in range(3, 7)] == [2, 1, 1, 2]
    assert [(await company.conversation(n)).echoes for n in (1, 2)] == [2, 2]


async def test_what_is_short_private_or_filed_stands_by_itself(company: Company) -> None:
    await two(company)
    await company.hear(
        post("c", "Thank you!", "lu"),
        post("d", "Thank you!", "bo"),
        post("e", CRUSHED, "eve", visibility=Visibility.PRIVATE),
    )
    async with company.storage.writing() as uow:
        old = changed("created", post("f", CRUSHED, "al"), CRUSHED)
        await uow.posts.accept([old], "demo", company.clock.now(), filed=True)
    await company.hear()
    assert [(await company.conversation(n)).echo_of for n in (3, 4, 5, 6)] == [None] * 4
    assert (await company.conversation(6)).filed
    assert await remembered(company) == [1]


async def test_who_echoes_what_is_resolved_opens_a_conversation_that_others_echo(company: Company) -> None:
    await company.hear(post("a", CRUSHED, "maya"))
    await company.say("ana", "claim B-1")
    await company.say("ana", "resolve B-1 fixed | whole parcels | a new carrier")
    await company.hear(post("b", NEARLY, "tom"))
    await company.hear(post("c", CRUSHED, "lu"))
    assert [(await company.conversation(n)).echo_of for n in (2, 3)] == [None, 2]
    await company.say("ben", "reopen B-1")
    await company.hear(post("d", CRUSHED, "bo"))
    assert (await company.conversation(4)).echo_of == 1, "of two that are as like, the older one"


async def test_an_urgent_one_makes_the_card_urgent_without_its_words(company: Company) -> None:
    await company.hear(post("a", CRUSHED, "maya"))
    await company.say("ana", "snooze B-1 2d")
    await company.hear(post("b", FIRE, "tom"))
    await company.work()
    leader, echo = await company.conversation(1), await company.conversation(2)
    assert (echo.echo_of, echo.urgent, leader.urgent) == (1, True, True)
    assert leader.snoozed_until is None, "it is out of nobody's sight"
    assert (leader.why_urgent, echo.why_urgent) == ("danger", "danger: “caught fire”")
    assert "🔴 Urgent" in await company.card(1)
    trail = said(await company.say("ana", "show B-1"))
    assert "1 other said the same: 1 on Mastodon; urgent, danger" in trail


async def test_acting_on_one_is_refused_with_two_ways_on(company: Company) -> None:
    await two(company)
    acts = ("claim B-2", "resolve B-2 fixed | a | b", "escalate B-2 now", "pass B-2 @ben please", "reopen B-2",
            "discuss B-2 legal may we?", "snooze B-2 1d", "draft B-2 Sorry.", "perspective B-2 hm", "join B-2", "wait B-2")  # fmt: skip
    for line in acts:
        reply = said(await company.say("ana", line))
        assert "B-2 says the same as B-1." in reply, line
        assert "[ Show B-1 ](show conversation=B-1)" in reply or "Show B-1" in reply, line
        assert "Separate" in reply, line
    assert await company.kinds(2) == []
    await company.say("ana", "note B-2 a friend of ours")
    assert await company.kinds(2) == ["noted"]
    shown = said(await company.say("ana", "show B-2"))
    assert "says the same as B-1, which stands for it" in shown
    assert "Tom" in said(await company.say("ana", "customer B-2"))


async def test_one_that_a_person_separates_gets_a_card_of_its_own(either_company: Company) -> None:
    company = either_company
    await two(company)
    await company.hear(post("c", CRUSHED, "lu", network="reddit"))
    assert "B-3 is on the floor by itself" in said(await company.say("ben", "separate B-3"))
    await company.work()
    alone, leader = await company.conversation(3), await company.conversation(1)
    assert (alone.state, alone.echo_of, alone.touched) == (State.FLOOR, None, ("product",))
    assert alone.timers(company.config.life_policies)
    assert (leader.echoes, dict(leader.spread)) == (1, {"mastodon": 1})
    assert "🔁 1 more says the same: 1 on Mastodon" in await company.card(1)
    assert "B-3" in await company.card(3)
    assert await listed(company) == [3, 1]
    assert "B-3 stands by itself already." in said(await company.say("ben", "separate B-3"))
    assert "B-1 stands by itself already." in said(await company.say("ben", "separate B-1"))
    await company.hear(post("d", CRUSHED, "bo"))
    assert (await company.conversation(4)).echo_of == 1
    assert await echoes_of(company) == [2, 4]


async def test_who_goes_on_saying_the_same_stays_and_who_says_more_is_seen(either_company: Company) -> None:
    company = either_company
    await two(company)
    await company.hear(post("b2", NEARLY, "tom", parent_id="b", root_id="b"))
    assert await company.kinds(2) == ["customer_wrote"]
    assert (await company.conversation(1)).echoes == 1
    await company.hear(post("b3", "And my name is wrong on the label", "tom", parent_id="b", root_id="b"))
    await company.work()
    assert await company.kinds(2) == ["customer_wrote", "customer_wrote", "separated"]
    assert (await company.conversation(1)).echoes == 0
    assert "my name is wrong" in await company.card(2)
    assert "🔁" not in await company.card(1)


async def test_what_comes_with_the_first_post_of_one_is_looked_at_too(company: Company) -> None:
    await company.hear(post("a", CRUSHED, "maya"))
    await company.hear(
        post("b", NEARLY, "tom"),
        post("b2", "And my name is wrong on the label", "tom", parent_id="b", root_id="b"),
        post("c", CRUSHED, "lu"),
        post("c2", NEARLY, "lu", parent_id="c", root_id="c"),
    )
    await company.work()
    assert [(await company.conversation(n)).state for n in (2, 3)] == [State.FLOOR, State.ECHO]
    assert await echoes_of(company) == [3]
    assert (await company.conversation(1)).echoes == 1
    assert "my name is wrong" in await company.card(2)


async def test_one_that_is_edited_to_say_something_else_is_seen(company: Company) -> None:
    tom = post("b", NEARLY, "tom")
    await company.hear(post("a", CRUSHED, "maya"))
    await company.hear(tom)
    await company.hear(changed("edited", tom, NEARLY + " Sigh."))
    assert await company.kinds(2) == ["post_edited"]
    await company.hear(changed("edited", tom, WARM))
    await company.work()
    assert await company.kinds(2) == ["post_edited", "post_edited", "separated"]
    assert (await company.conversation(1)).echoes == 0
    assert "jacket" in await company.card(2)


async def test_others_are_compared_with_what_the_first_says_now(company: Company) -> None:
    maya = post("a", CRUSHED, "maya")
    await company.hear(maya)
    await company.hear(changed("edited", maya, WARM))
    await company.hear(post("b", CRUSHED, "tom"), post("c", WARM, "lu"))
    assert [(await company.conversation(n)).echo_of for n in (2, 3)] == [None, 1]


async def test_a_first_post_that_was_deleted_is_compared_with_no_more_and_the_count_stays(company: Company) -> None:
    maya = post("a", CRUSHED, "maya")
    await company.hear(maya, post("b", NEARLY, "tom"))
    await company.hear(changed("deleted", maya))
    await company.work()
    assert await remembered(company) == []
    assert "🔁 1 more says the same" in await company.card(1)
    await company.hear(post("c", CRUSHED, "lu"))
    assert (await company.conversation(3)).echo_of is None


async def test_a_resolved_one_whose_customer_writes_again_is_back_by_itself(either_company: Company) -> None:
    company = either_company
    await two(company)
    await company.say("ana", "claim B-1")
    await company.say("ana", "resolve B-1 fixed | whole parcels | a new carrier")
    await company.work()
    assert (await company.conversation(2)).state is State.RESOLVED
    await company.hear(post("b2", CRUSHED, "tom", parent_id="b", root_id="b"))
    await company.work()
    back = await company.conversation(2)
    assert (back.state, back.echo_of) == (State.FLOOR, None)
    assert (await company.conversation(1)).echoes == 0
    assert "B-2" in await company.card(2)


async def test_who_else_says_the_same_is_listed_page_by_page(company: Company) -> None:
    await company.hear(post("a", CRUSHED, "maya"))
    await company.hear(*(post(f"e{n}", f"{CRUSHED} {'!' * n}", f"customer{n}") for n in range(10)))
    first = said(await company.say("ana", "similar B-1"))
    assert "10 say the same as B-1" in first
    assert "B-11" in first
    assert "1 to 8 of 10, the newest first." in first
    second = await company.press("ana", "similar", conversation="B-1", page="2")
    assert second.card is not None
    assert "9 to 10 of 10" in plain(second.card)
    assert "B-2" in plain(second.card)
    assert "10 say the same as B-1" in said(await company.say("ana", "similar B-7")), "of one of them: the others"
    assert "Nobody else says the same as B-12." in (await nobody_else(company))


async def nobody_else(company: Company) -> str:
    await company.hear(post("z", WARM, "zoe"))
    return said(await company.say("ana", "similar B-12"))


async def test_a_storm_of_them_is_one_card_with_few_refreshes(company: Company) -> None:
    await company.hear(post("a", CRUSHED, "maya"))
    await company.work()
    for batch in range(5):
        await company.hear(*(post(f"s{batch}-{n}", CRUSHED, f"c{batch}-{n}") for n in range(40)))
    async with company.storage.database.reading() as connection:
        rows = await connection.all(text("SELECT kind, count(*) FROM outbox WHERE state = 'ready' GROUP BY kind"), {})
    assert {kind: many for kind, many in rows if kind == "card"} == {"card": 1}
    assert await company.kinds(1) == ["echoed"] * len(await company.kinds(1))
    assert len(await company.kinds(1)) <= 10
    await company.work()
    assert "🔁 200 more say the same: 200 on Mastodon" in await company.card(1)
    assert "200 others said the same" in said(await company.say("ana", "show B-1")), "one line tells of all"
    assert len(company.platform.messages) == 1


async def test_a_merge_of_customers_changes_nothing_about_who_says_the_same(company: Company) -> None:
    await two(company)
    one, other = (await company.conversation(1)).customer_id, (await company.conversation(2)).customer_id
    async with company.storage.writing() as uow:
        await uow.identities.merge(one, other, "the same name", company.clock.now())
    await company.hear(post("c", CRUSHED, "lu"))
    assert await echoes_of(company) == [2, 3]
    assert (await company.conversation(1)).echoes == 2


@pytest.mark.parametrize("heard_together", [True, False])
async def test_they_count_as_heard_and_not_as_unheard_ones(company: Company, heard_together: bool) -> None:
    if heard_together:
        await company.hear(post("a", CRUSHED, "maya"), post("b", NEARLY, "tom"))
    else:
        await two(company)
    opened = [event for n in (1, 2) for event in await company.trail(n) if isinstance(event, e.Opened)]
    async with company.storage.reading() as uow:
        week = await uow.conversations.opened_between(opened[0].at, opened[0].at + timedelta(days=1))
    assert [c.number for c in week] == [1, 2]
    preview = said(await company.say("ana", "digest preview"))
    assert "B-2" not in preview
