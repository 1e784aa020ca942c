"""`digest` and `measures`: of the last full week, of this one so far, of any; and what of customers their readers see."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.cards import Button
from bot.commands import Reply
from bot.config.parts import VisibilityPart
from tests.bot.views.test_examples import buttons_of
from tests.handlers.company import Company, post, said

MONDAY = datetime.fromisoformat("2026-03-02T10:00:00+00:00")


@pytest.fixture
async def heard(company: Company) -> Company:
    """Two conversations of last week, one of today; one of the former was resolved."""
    company.clock.at = MONDAY - timedelta(days=3)
    await company.hear(post("a", "my parcel was crushed", "maya"), post("b", "the strap broke", "noor"))
    company.clock.move(timedelta(minutes=20))
    await company.say("ana", "claim B-1")
    await company.say("ana", "resolve B-1 fixed | whole parcels | carrier switched back")
    company.clock.at = MONDAY
    await company.hear(post("c", "is the shop open?", "lu"))
    company.clock.move(timedelta(minutes=1))
    return company


async def test_without_a_week_it_is_the_last_full_one_whatever_day_it_is(heard: Company) -> None:
    assert "heard 2 conversations" in said(await heard.say("ana", "digest"))
    heard.clock.move(timedelta(days=3))
    thursday = said(await heard.say("ana", "digest"))
    assert "heard 2 conversations" in thursday
    assert "23 Feb to 1 Mar" in thursday


async def test_now_is_this_week_so_far_and_says_so(heard: Company) -> None:
    now = said(await heard.say("ana", "digest now"))
    assert "heard 3 conversations" in now
    assert "so far" in now
    assert "so far" in said(await heard.say("ana", "measures times now"))


async def test_any_week_can_be_named(heard: Company) -> None:
    assert "heard 2 conversations" in said(await heard.say("ana", "digest 2026-W09"))
    assert "heard 1 conversation" in said(await heard.say("ana", "digest 2026-W10"))
    assert "heard 0 conversations" in said(await heard.say("ana", "digest 2025-W10"))
    assert "2025" in said(await heard.say("ana", "digest 2025-W10"))
    assert "no week" in said(await heard.say("ana", "digest yesterday"))
    assert "Write it like `2026-W47`" in said(await heard.say("ana", "measures mood 2026-W60"))


async def test_the_details_are_of_the_week_that_the_digest_showed_also_later(heard: Company) -> None:
    digest = await heard.say("ana", "digest now")
    assert digest.card is not None
    leads = {b.args["part"]: b for b in buttons_of(digest.card) if b.command == "measures"}
    heard.clock.move(timedelta(days=9))
    times = said(await _pressed(heard, leads["times"]))
    assert "First human" in times
    assert "24 Feb to 2 Mar" in times
    back = await _pressed(heard, leads["mood"])
    assert back.card is not None
    (way,) = (b for b in buttons_of(back.card) if b.command == "digest")
    assert "heard 3 conversations" in said(await _pressed(heard, way))


async def _pressed(company: Company, button: Button) -> Reply:
    return await company.press("ana", button.command, **button.args)


async def test_a_part_is_named_with_or_without_its_week(heard: Company) -> None:
    assert "# Record" in said(await heard.say("ana", "measures record"))
    assert "1 conversation" in said(await heard.say("ana", "measures record 2026-W09"))
    assert "# Times" in said(await heard.say("ana", "measures"))
    assert "# Times" in said(await heard.say("ana", "measures 2026-W09"))


async def test_only_the_one_who_asks_sees_it(heard: Company) -> None:
    for typed in ("digest", "measures customers"):
        assert not (await heard.say("ana", typed)).public


async def test_of_customers_each_reader_sees_what_they_may(heard: Company) -> None:
    for number in (2, 3, 4):
        await heard.hear(post(f"m{number}", "terrible, broken again, I hate it", "maya"))
    kept = VisibilityPart(fields=("conversations",), departments=("legal",))
    heard.config = heard.config.model_copy(update={"visibility": (kept,)})
    heard.dispatcher = heard.dispatcher_of()
    hidden = said(await heard.say("ana", "measures customers now"))
    assert "nobody is named" in hidden
    assert "Maya" not in hidden
