"""`settings` and `mute`: what Baton knows of the person who asks."""

from __future__ import annotations

from bot.domain.people import Person
from bot.ports import Account
from tests.handlers.company import Company, profile, said


async def again(company: Company, user: str) -> Person:
    found = await company.directory.person(Account("slack", "T1", user))
    assert found is not None
    return found


async def test_settings_show_what_is_configured_and_who_one_is(company: Company) -> None:
    answer = said(await company.say("chloe", "settings"))
    assert "Chloé Petit, Product, lead, UTC" in answer
    assert "#floor (floor, Slack)" in answer
    assert "4 h, urgent 30 min" in answer
    assert "Monday 08:00 UTC, to management" in answer
    assert "no department yet" in said(await company.say("new", "settings"))


async def test_one_says_ones_department_in_any_usual_way(either_company: Company) -> None:
    company = either_company
    for typed, name in (("department legal", "Legal"), ("department @Sales", "Sales"), ("marketing", "Marketing")):
        assert f"You are in {name} now." in said(await company.say("new", f"settings {typed}"))
        assert (await again(company, "new")).department == name.lower()


async def test_what_the_configuration_says_stays(company: Company) -> None:
    answer = said(await company.say("ana", "settings department legal"))
    assert "baton.toml says that you are in Support." in answer
    assert (await again(company, "ana")).department == "support"
    assert "You are in Support now." in said(await company.say("ana", "settings department support"))


async def test_an_unknown_or_missing_department_is_answered_with_those_there_are(company: Company) -> None:
    for typed in ("settings department", "settings department gardening", "settings gardening"):
        assert "support, product, sales" in said(await company.say("new", typed))
    assert (await again(company, "new")).department is None


async def test_what_one_said_outlives_a_new_profile(company: Company) -> None:
    await company.say("new", "settings department legal")
    await company.directory.meet(profile("new", "Nia Newman-Ode"))
    assert (await again(company, "new")).department == "legal"


async def test_muting_is_switched_on_and_off(either_company: Company) -> None:
    company = either_company
    ana = company.people["ana"].id
    for typed, muted in (("mute", True), ("mute off", False), ("mute on", True)):
        answer = said(await company.say("ana", typed))
        assert ("no notices" in answer) is muted
        assert await company.directory.is_muted(ana) is muted


async def test_muting_something_else_is_not_understood_and_changes_nothing(company: Company) -> None:
    assert "I did not understand “B-1”." in said(await company.say("ana", "mute B-1"))
    assert not await company.directory.is_muted(company.people["ana"].id)
