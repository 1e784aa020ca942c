"""`link`: two accounts are one person, with the batons, passes, notes and roles of both; nobody guesses their way in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.commands import Origin, Reply
from bot.domain.people import Role
from bot.ports import Account, Profile
from tests.handlers.company import FLOOR, GUEST, Company, said

TEAMS = Account("teams", "T2", "ana-on-teams")


@pytest.fixture
async def company(either_company: Company) -> Company:
    """Ana's account on Teams has another address, so that nobody knows that it is hers."""
    met = await either_company.directory.meet(Profile(TEAMS, "Ana L.", handle="ana.l", email="ana.lima@corp.example"))
    either_company.people["elsewhere"] = met
    await either_company.opened("the box was crushed", "hello there")
    return either_company


async def typed(company: Company, user: str, words: str, platform: str = "teams", team: str = "T2") -> str:
    return said(await answered(company, user, words, platform, team))


async def answered(company: Company, user: str, words: str, platform: str = "teams", team: str = "T2") -> Reply:
    return await company.dispatcher.run_text(company.people[user], words, Origin(platform, team, FLOOR))


async def code_of(company: Company, user: str = "ana") -> str:
    answer = said(await company.say(user, "link me"))
    found = re.search(r"link ([0-9A-Z]{5}-[0-9A-Z]{5})", answer)
    assert found is not None, answer
    return found[1]


async def test_a_code_given_on_one_platform_and_typed_on_the_other_makes_one_person(company: Company) -> None:
    code = await code_of(company)
    answer = await typed(company, "elsewhere", f"link {code}")
    assert "Your accounts are one now: you are Ana" in answer
    on_slack = await company.directory.person(Account("slack", "T1", "ana"))
    on_teams = await company.directory.person(TEAMS)
    assert on_slack is not None
    assert on_slack == on_teams
    assert on_slack.department == "support"
    assert {account.platform for account in await company.directory.accounts(on_slack.id)} == {"slack", "teams"}
    for email in ("ana@acme.example", "ana.lima@corp.example"):
        assert await company.directory.find(email) == on_slack


async def test_what_either_held_was_asked_and_wrote_is_theirs(company: Company) -> None:
    await company.press("elsewhere", "claim", conversation="B-1")
    await company.say("ben", "claim B-2")
    await company.say("ben", "pass B-2 @teams:ana-on-teams can you answer?")
    await company.say("ben", "note B-2 look")
    await company.press("elsewhere", "note", conversation="B-2", text="looking")
    code = await code_of(company)
    await typed(company, "elsewhere", f"link {code}")
    ana = await company.directory.person(Account("slack", "T1", "ana"))
    assert ana is not None
    company.people["ana"] = ana
    assert (await company.conversation(1)).is_held_by(ana.ref)
    assert "You hold B-1" in said(await company.say("ana", "renew B-1"))
    assert "You hold B-2" in said(await company.say("ana", "accept B-2"))
    assert [note.by.id == ana.id for note in await company.notes(2)] == [False, True]
    assert "B-1" in said(await company.say("ana", "list mine"))
    old = await company.directory.by_id(company.people["elsewhere"].id)
    assert old == ana, "ids in old trails and buttons still lead to somebody"
    await company.work()
    assert "Ana" in await company.card(1)


async def test_who_took_part_as_both_takes_part_once(company: Company) -> None:
    await company.say("ben", "claim B-1")
    await company.say("ana", "join B-1")
    await company.press("elsewhere", "join", conversation="B-1")
    await typed(company, "elsewhere", f"link {await code_of(company)}")
    assert len((await company.conversation(1)).joined) == 1


async def test_roles_and_silence_of_both_are_kept(company: Company) -> None:
    lead = company.people["sam"]
    await company.directory.set_muted(company.people["elsewhere"].id, True)
    await typed(company, "elsewhere", f"link {await code_of(company, 'sam')}")
    sam = await company.directory.person(TEAMS)
    assert sam is not None
    assert sam.roles == lead.roles == frozenset({Role.LEAD})
    assert await company.directory.is_muted(sam.id)
    assert [person.id for person in await company.directory.told_at(1, "support")] == [sam.id]


async def test_a_code_works_once(company: Company) -> None:
    code = await code_of(company)
    await typed(company, "elsewhere", f"link {code}")
    met = await company.directory.meet(Profile(Account("teams", "T2", "other"), "Otto", email="otto@corp.example"))
    company.people["otto"] = met
    assert "That code is not valid." in await typed(company, "otto", f"link {code}")


async def test_a_code_is_over_after_ten_minutes_and_with_the_next_one(company: Company) -> None:
    first = await code_of(company)
    second = await code_of(company)
    assert "That code is not valid." in await typed(company, "elsewhere", f"link {first}")
    company.clock.move(timedelta(minutes=10))
    assert "That code is not valid." in await typed(company, "elsewhere", f"link {second}")


@pytest.mark.parametrize("spelled", ["{}", " {} ", "`{}`"])
async def test_a_code_is_read_as_people_type_it(company: Company, spelled: str) -> None:
    code = (await code_of(company)).lower().replace("0", "o").replace("1", "l").replace("-", "")
    assert "Your accounts are one now" in await typed(company, "elsewhere", "link " + spelled.format(code))


async def test_after_five_wrong_guesses_even_the_right_code_has_to_wait(company: Company) -> None:
    code = await code_of(company)
    for n in range(5):
        assert "That code is not valid." in await typed(company, "elsewhere", f"link {n:010}")
    assert "too many wrong codes" in await typed(company, "elsewhere", f"link {code}")
    company.clock.move(timedelta(minutes=11))
    assert "Your accounts are one now" in await typed(company, "elsewhere", f"link {await code_of(company)}")


async def test_guests_get_no_code_and_use_none(company: Company) -> None:
    assert "colleagues only" in said(await company.say(GUEST, "link me"))
    company.people["stranger"] = replace(company.people["elsewhere"], outsider=True)
    assert "colleagues only" in await typed(company, "stranger", f"link {await code_of(company)}")


async def test_a_code_typed_where_it_was_given_links_nothing_and_still_works_elsewhere(company: Company) -> None:
    code = await code_of(company)
    assert "That code was given here." in said(await company.say("ben", f"link {code}"))
    assert "Your accounts are one now" in await typed(company, "elsewhere", f"link {code}")


async def test_two_accounts_in_one_workspace_are_two_people(company: Company) -> None:
    await company.directory.meet(Profile(Account("slack", "T1", "ana2"), "Ana 2", email="ana.lima@corp.example"))
    assert "cannot be one person" in await typed(company, "elsewhere", f"link {await code_of(company)}")


async def test_codes_are_not_kept_in_the_clear(company: Company) -> None:
    code = await code_of(company)
    async with company.storage.database.reading() as connection:
        rows = await connection.all(text("SELECT digest FROM link_codes"))
    assert len(rows) == 1
    assert code.replace("-", "") not in rows[0][0]


async def test_typing_ones_own_code_on_a_linked_account_says_so(company: Company) -> None:
    await typed(company, "elsewhere", f"link {await code_of(company)}")
    ana = await company.directory.person(TEAMS)
    assert ana is not None
    company.people["ana"] = company.people["elsewhere"] = ana
    assert "Your accounts are one already." in await typed(company, "elsewhere", f"link {await code_of(company)}")
