"""Campaigns at work: heard with the first post or a later one, kept with the conversation, shown, routed, listed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config
from bot.domain.events import CustomerWrote, Opened, PostEdited
from bot.domain.measures import Window
from bot.domain.replay import replay
from handlers.campaign_data import campaign_data
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, changed, post, said, staffed

CONFIG = staffed(
    Config.model_validate(
        {
            "surfaces": [
                {"name": "floor", "channel": "#floor"},
                {"name": "launch", "channel": "C0LAUNCH"},
                {"name": "management", "channel": "#management", "purpose": "management"},
            ],
            "campaigns": [
                {"name": "Spring launch", "hashtags": ["#spring"], "links": ["acme.example/spring"]},
                {"name": "Fair", "accounts": ["@fair"]},
            ],
            "routes": [
                {"surfaces": ["floor"]},
                {"name": "the launch", "surfaces": ["launch"], "campaigns": ["SPRING launch"]},
            ],
        }
    )
)


@pytest.fixture
def config() -> Config:
    return CONFIG


async def surfaces(company: Company, number: int = 1) -> list[str]:
    async with company.storage.reading() as uow:
        return sorted(posting.surface for posting in await uow.postings.of(number))


async def test_a_post_carries_its_campaign_and_goes_where_the_campaign_is_shown(either_company: Company) -> None:
    company = either_company
    await company.hear(post("a", "Nice tent https://acme.example/spring/tent"), post("b", "My parcel is late"))
    tagged, other = await company.conversation(1), await company.conversation(2)
    assert (tagged.campaigns, other.campaigns) == (("Spring launch",), ())
    opened = (await company.trail(1))[0]
    assert isinstance(opened, Opened)
    assert opened.campaigns == ("Spring launch",)
    assert await surfaces(company, 1) == ["floor", "launch"]
    assert await surfaces(company, 2) == ["floor"]


async def test_later_posts_join_theirs_and_the_trail_says_which(either_company: Company) -> None:
    company = either_company
    await company.hear(post("a", "hello"))
    await company.hear(post("b", "I mean the #Spring tent", parent_id="a"), post("c", "@fair #spring", parent_id="a"))
    c = await company.conversation()
    assert c.campaigns == ("Spring launch", "Fair")
    assert [e.campaigns for e in await company.trail() if isinstance(e, CustomerWrote)] == [
        ("Spring launch",),
        ("Fair",),
    ]
    assert replay(await company.trail()) == c
    assert await surfaces(company) == ["floor", "launch"]


async def test_an_edit_may_bring_one_and_nothing_takes_it_away(either_company: Company) -> None:
    company = either_company
    written = post("a", "hello")
    await company.hear(written)
    await company.hear(changed("edited", written, "hello #spring"))
    assert (await company.conversation()).campaigns == ("Spring launch",)
    await company.hear(changed("edited", written, "hello again", revision="2"), changed("deleted", written))
    c = await company.conversation()
    assert c.campaigns == ("Spring launch",)
    assert [e.campaigns for e in await company.trail() if isinstance(e, PostEdited)] == [("Spring launch",), ()]
    assert await surfaces(company) == ["floor", "launch"]


async def test_the_card_show_and_list_name_it(company: Company) -> None:
    await company.staff()
    await company.hear(post("a", "#spring #tent"), post("b", "#other"))
    await company.work()
    assert "Campaign: Spring launch" in await company.card(1)
    assert "Campaign" not in await company.card(2)
    assert "Campaign: Spring launch" in said(await company.say("ana", "show B-1"))
    for words in ("list campaign:Spring launch", "list campaign spring", "list campaign: SPRING LAUNCH"):
        listed = said(await company.say("ana", words))
        assert "Spring launch: 1 open conversation" in listed
        assert "B-1" in listed
        assert "B-2" not in listed
    assert "No open conversation belongs to Fair" in said(await company.say("ana", "list campaign:fair"))
    unknown = said(await company.say("ana", "list campaign:summer"))
    assert "There is no campaign “summer”" in unknown
    assert "Spring launch, Fair" in unknown


async def test_what_was_heard_before_its_time_does_not_belong_to_it(company: Company, clock: SetClock) -> None:
    tomorrow = (clock.now() + timedelta(days=1)).date()
    company.config = CONFIG.model_validate(
        {**CONFIG.model_dump(by_alias=True), "campaigns": [{"name": "Later", "from": tomorrow}], "routes": []}
    )
    await company.hear(post("a"))
    clock.move(timedelta(days=1))
    await company.hear(post("b"))
    assert [(await company.conversation(n)).campaigns for n in (1, 2)] == [(), ("Later",)]


async def test_programs_get_shares_in_per_cent_and_the_others_last(company: Company, clock: SetClock) -> None:
    await company.hear(post("a", "#spring terrible, I am furious"), post("b", "thanks"), post("c", "#spring hello"))
    window = Window(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    async with company.storage.reading() as uow:
        found = campaign_data(await uow.measures.campaigns(window))
    assert [(each["name"], each["heard"], each["touched_share"]) for each in found] == [
        ("Spring launch", 2, 0.0),
        (None, 1, 0.0),
    ]
    assert found[0]["first_human_seconds"] is None
    assert found[0]["networks"] == [{"network": "mastodon", "heard": 2, "accounts": 1, "followers": 0}]
