"""`rollup`: what is on a channel's rollup card, page by page, and how long it goes on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.config import Config, Route
from tests.bot.views.plain import plain
from tests.handlers.company import GUEST, Company, said
from tests.handlers.storming import FLOOR, LEGAL, looked, mixed, rolling, rollup_cards, rollups, tallies, urgent


@pytest.fixture
def config() -> Config:
    return Config(surfaces=(FLOOR,))


async def rolled_up(company: Company) -> Company:
    """7 urgent cards and 5 urgent ones rolled up, and 23 others."""
    rolling(company)
    await company.hear(*urgent(12))
    await company.hear(*mixed(23))
    await company.work()
    return company


async def test_where_nothing_is_rolled_up_it_says_so(company: Company) -> None:
    rolling(company)
    for line in ("rollup", "rollup urgent", "rollup keep", "rollup unroll", "rollup list floor"):
        assert "Nothing is rolled up" in said(await company.say("ana", line)), line


async def test_pages_lead_from_one_to_the_next_and_back_and_name_each_once(either_company: Company) -> None:
    company = await rolled_up(either_company)
    shown = said(await company.say("ana", "rollup"))
    found: list[str] = []
    pages = 0
    page: str | None = "1"
    while page is not None:
        pages += 1
        found += re.findall(r"\*(B-\d+)\*", shown)
        following = re.search(r"\[ More \]\(rollup what=list surface=floor page=(\d)\)", shown)
        page = following.group(1) if following else None
        if page is not None:
            reply = await company.press("ana", "rollup", what="list", surface="floor", page=page)
            assert reply.card is not None
            shown = plain(reply.card)
    assert pages == 3
    assert "[ Back ](rollup what=list surface=floor page=2)" in shown
    assert len(found) == len(set(found)) == (await tallies(company)).conversations == 28
    assert set(found[:5]) == {f"B-{number}" for number in (await tallies(company)).urgent}


async def test_only_the_urgent_ones(company: Company) -> None:
    await rolled_up(company)
    shown = said(await company.say("ana", "rollup urgent"))
    assert "# 5 urgent ones rolled up" in shown
    assert shown.count("🔴 Urgent") == 5
    assert "More" not in shown


@pytest.mark.parametrize("page", ["0", "-1", "99", "1e9", "x", "²", "9" * 40])
async def test_a_page_that_is_not_there_harms_nobody(company: Company, page: str) -> None:
    await rolled_up(company)
    reply = await company.press("ana", "rollup", what="list", surface="floor", page=page)
    assert reply.card is not None


async def test_kept_it_goes_on_however_calm_it_is(either_company: Company) -> None:
    company = await rolled_up(either_company)
    assert "until" in said(await company.say("ana", "rollup keep floor 2h"))
    await company.work()
    assert "rolling up until" in plain(rollup_cards(company)[0].card)
    await looked(company, 3, seconds=1_200)
    assert (await tallies(company)).conversations == 28
    await looked(company, 1, seconds=3_700)
    assert (await tallies(company)).conversations == 27


async def test_kept_without_a_span_it_goes_on_for_an_hour(company: Company) -> None:
    await rolled_up(company)
    await company.press("ana", "rollup", what="keep", surface="floor")
    assert (await rollups(company))[0].kept_until == company.clock.now() + timedelta(hours=1)


async def test_until_it_is_calm_takes_that_back(company: Company) -> None:
    await rolled_up(company)
    await company.say("ana", "rollup keep 2h")
    await company.say("ben", "rollup unroll")
    await looked(company, 1, seconds=70)
    assert (await tallies(company)).conversations == 27


@pytest.mark.parametrize("span", ["2d", "0m", "soon"])
async def test_it_is_kept_for_a_day_at_most(company: Company, span: str) -> None:
    await rolled_up(company)
    shown = said(await company.say("ana", f"rollup keep floor {span}"))
    assert "until" not in shown
    assert (await rollups(company))[0].kept_until is None


async def test_where_several_channels_roll_up_one_is_named(company: Company) -> None:
    config = Config(surfaces=(FLOOR, LEGAL), routes=(Route(surfaces=("floor", "legal")),))
    other = rolling(await Company(company.storage, company.clock, config).staff(), config)
    await other.hear(*mixed(8))
    shown = said(await other.say("ana", "rollup"))
    assert "Several channels roll up." in shown
    assert "Name one: floor, legal." in shown
    assert "3 conversations rolled up" in said(await other.say("ana", "rollup list #Legal"))
    assert "Nothing is rolled up" in said(await other.say("ana", "rollup list nowhere"))
    await other.say("ana", "rollup keep legal 1h")
    assert [rollup.kept_until is not None for rollup in await rollups(other)] == [False, True]


async def test_guests_see_nothing_of_it(company: Company) -> None:
    await rolled_up(company)
    for line in ("rollup", "rollup urgent", "rollup keep 1h"):
        assert "B-" not in said(await company.say(GUEST, line))
    assert (await rollups(company))[0].kept_until is None
