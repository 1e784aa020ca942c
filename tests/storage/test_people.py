"""Colleagues: one person on several platforms, departments and roles, and how long memory may be wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.config import Company, Config, DepartmentPart, PersonPart
from bot.domain.people import Person, Role
from bot.ports import Account, Profile
from storage import SqlStorage, StoredDirectory, people
from storage.engine import Database
from tests.fakes.clock import SetClock

CONFIG = Config(
    departments={key: DepartmentPart() for key in ("support", "product", "legal")},
    people=(
        PersonPart(email="Lea@acme.example", department="support", roles=frozenset({Role.LEAD})),
        PersonPart(email="pat@acme.example", department="product", roles=frozenset({Role.LEAD, Role.ADMIN})),
        PersonPart(email="cora@acme.example", roles=frozenset({Role.COORDINATOR})),
        PersonPart(email="sam@acme.example", department="support"),
    ),
)


def profile(name: str, platform: str = "slack", **more: object) -> Profile:
    values = {"handle": name.lower(), "email": f"{name.lower()}@acme.example", **more}
    return Profile(Account(platform, "T1", f"U-{name}"), name, **values)  # type: ignore[arg-type]


@pytest.fixture
def directory(database: Database, clock: SetClock) -> StoredDirectory:
    return StoredDirectory(database, CONFIG, clock)


@pytest.fixture
def replica(database: Database, clock: SetClock) -> StoredDirectory:
    """Another process's directory."""
    return StoredDirectory(database, CONFIG, clock)


async def known(directory: StoredDirectory, name: str, platform: str = "slack") -> Person | None:
    return await directory.person(Account(platform, "T1", f"U-{name}"))


async def test_an_account_that_was_not_met_is_nobody(directory: StoredDirectory) -> None:
    assert await known(directory, "Ana") is None
    assert await directory.by_id("ana") is None


async def test_a_met_account_is_remembered(directory: StoredDirectory) -> None:
    met = await directory.meet(profile("Ana", timezone="Europe/Paris"))
    assert (met.name, met.email, met.timezone, met.department) == ("Ana", "ana@acme.example", "Europe/Paris", None)
    assert await known(directory, "Ana") == met == await directory.by_id(met.id)
    assert await directory.accounts(met.id) == [Account("slack", "T1", "U-Ana")]


async def test_meeting_again_refreshes_and_keeps_the_person(directory: StoredDirectory) -> None:
    met = await directory.meet(profile("Ana"))
    again = await directory.meet(profile("Ana", email=None, handle="ana.b", outsider=True))
    assert (again.id, again.outsider, again.email) == (met.id, True, "ana@acme.example")
    assert (await directory.find("@ana.b")) == again


async def test_the_same_email_on_another_platform_is_the_same_person(directory: StoredDirectory) -> None:
    slack = await directory.meet(profile("Ana"))
    teams = await directory.meet(profile("Ana", "teams", email="ANA@acme.example"))
    assert slack.id == teams.id
    assert {account.platform for account in await directory.accounts(slack.id)} == {"slack", "teams"}


async def test_people_without_email_are_different_people(directory: StoredDirectory) -> None:
    one = await directory.meet(profile("Ana", email=None))
    other = await directory.meet(profile("Ana", "teams", email=None))
    assert one.id != other.id


async def test_the_configuration_wins_over_what_was_said_and_that_over_groups(directory: StoredDirectory) -> None:
    lea = await directory.meet(profile("Lea", groups=("legal",)))
    ana = await directory.meet(profile("Ana", groups=("everybody", "@Legal")))
    assert (lea.department, lea.roles, ana.department) == ("support", frozenset({Role.LEAD}), "legal")
    for person in (lea, ana):
        await directory.set_department(person.id, "product")
    assert [p.department for p in (await known(directory, "Lea"), await known(directory, "Ana")) if p] == [
        "support",
        "product",
    ]


async def test_members_are_insiders_with_leads_first(directory: StoredDirectory) -> None:
    for each in (profile("Sam"), profile("Zoe", groups=("support",)), profile("Lea"), profile("Pat")):
        await directory.meet(each)
    await directory.meet(profile("Guest", groups=("support",), outsider=True))
    assert [person.name for person in await directory.members("support")] == ["Lea", "Sam", "Zoe"]
    assert [person.name for person in await directory.colleagues()] == ["Lea", "Pat", "Sam", "Zoe"]
    assert [person.name for person in await directory.colleagues(limit=2)] == ["Lea", "Pat"]


async def test_each_rung_tells_those_with_its_role(directory: StoredDirectory) -> None:
    for name in ("Lea", "Pat", "Cora", "Sam"):
        await directory.meet(profile(name))
    told = {
        (rung, department): [person.name for person in await directory.told_at(rung, department)]
        for rung, department in ((0, None), (1, "support"), (1, None), (1, "legal"), (2, "support"), (3, None))
    }
    assert told == {
        (0, None): [],
        (1, "support"): ["Lea"],
        (1, None): ["Lea", "Pat"],
        (1, "legal"): [],
        (2, "support"): ["Cora"],
        (3, None): [],
    }


@pytest.mark.parametrize("typed", ["slack:U-Ana", "ana@acme.example", "@ana.b", "Ana Berg", "berg", "  @Ana.B "])
async def test_a_person_is_found_by_account_email_handle_or_name(directory: StoredDirectory, typed: str) -> None:
    met = await directory.meet(
        Profile(Account("slack", "T1", "U-Ana"), "Ana Berg", handle="ana.b", email="ana@acme.example")
    )
    await directory.meet(profile("Ben"))
    assert await directory.find(typed) == met


async def test_an_ambiguous_or_empty_name_finds_nobody(directory: StoredDirectory) -> None:
    await directory.meet(Profile(Account("slack", "T1", "1"), "Ana Berg"))
    await directory.meet(Profile(Account("slack", "T1", "2"), "Ana Cruz"))
    assert await directory.find("ana") is None
    assert await directory.find("@") is None
    assert await directory.find("nobody") is None
    found = await directory.find("cruz")
    assert found is not None
    assert found.name == "Ana Cruz"


async def test_muting_takes_effect_at_once(directory: StoredDirectory) -> None:
    met = await directory.meet(profile("Ana"))
    assert await directory.is_muted(met.id) is False
    await directory.set_muted(met.id, True)
    assert await directory.is_muted(met.id) is True
    await directory.set_muted(met.id, False)
    assert await directory.is_muted(met.id) is False


async def test_a_write_within_a_unit_of_work_is_part_of_it(directory: StoredDirectory, storage: SqlStorage) -> None:
    met = await directory.meet(profile("Ana"))
    async with storage.writing() as uow:
        await directory.set_muted(met.id, True)
        await uow.set_setting("a", "b")
    assert await directory.is_muted(met.id) is True

    async def fail() -> None:
        async with storage.writing():
            await directory.set_muted(met.id, False)
            await directory.meet(profile("Ben"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await directory.is_muted(met.id) is True
    assert await known(directory, "Ben") is None


async def test_a_known_person_is_answered_from_memory(directory: StoredDirectory, database: Database) -> None:
    met = await directory.meet(profile("Ana"))
    assert await known(directory, "Ana") == met
    async with database.writing() as connection:
        connection.later(text("UPDATE accounts SET profile = 'broken'"))
    assert await known(directory, "Ana") == met
    assert await directory.meet(profile("Ana")) == met


async def test_somebody_another_replica_met_is_known_at_once(
    directory: StoredDirectory, replica: StoredDirectory
) -> None:
    assert await known(directory, "Ana") is None
    met = await replica.meet(profile("Ana"))
    assert await known(directory, "Ana") == met


async def test_what_another_replica_wrote_is_known_after_a_minute(
    directory: StoredDirectory, replica: StoredDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = await directory.meet(profile("Ana"))
    assert await directory.is_muted(met.id) is False
    await replica.set_muted(met.id, True)
    assert await directory.is_muted(met.id) is False
    monkeypatch.setattr(people, "FRESH_FOR", 0.0)
    assert await directory.is_muted(met.id) is True


async def test_a_guest_with_a_colleagues_email_stays_a_stranger(directory: StoredDirectory) -> None:
    lea = await directory.meet(profile("Lea"))
    guest = await directory.meet(profile("Mallory", "teams", email="lea@acme.example", outsider=True))
    assert guest.id != lea.id
    assert (guest.outsider, guest.email, guest.roles, guest.department) == (True, None, frozenset(), None)
    assert await known(directory, "Lea") == lea
    assert await directory.find("lea@acme.example") == lea


async def test_a_guest_who_was_there_first_takes_no_colleagues_place(directory: StoredDirectory) -> None:
    guest = await directory.meet(profile("Mallory", "teams", email="lea@acme.example", outsider=True))
    lea = await directory.meet(profile("Lea"))
    assert lea.id != guest.id
    assert not lea.outsider
    assert (await known(directory, "Mallory", "teams")) == guest


async def test_a_colleague_who_is_a_guest_elsewhere_is_one_there(
    directory: StoredDirectory, replica: StoredDirectory
) -> None:
    slack = await directory.meet(profile("Ana"))
    await directory.meet(profile("Ana", "teams"))
    there = await directory.meet(profile("Ana", "teams", outsider=True))
    assert there.id == slack.id
    for each in (directory, replica):
        assert [(await known(each, "Ana", platform)).outsider for platform in ("slack", "teams")] == [False, True]  # type: ignore[union-attr]
    assert await directory.accounts(slack.id) == [Account("slack", "T1", "U-Ana")]


async def test_an_address_learned_later_joins_who_was_met_as_two(
    directory: StoredDirectory, replica: StoredDirectory
) -> None:
    lea = await directory.meet(profile("Lea"))
    unknown = await directory.meet(profile("Lea", "teams", email=None))
    assert unknown.id != lea.id
    assert await replica.by_id(unknown.id) is not None
    known = await directory.meet(profile("Lea", "teams", email="LEA@acme.example"))
    assert (known.id, known.department, known.roles) == (lea.id, "support", frozenset({Role.LEAD}))
    assert await directory.by_id(unknown.id) == await directory.by_id(lea.id)
    assert len(await directory.accounts(unknown.id)) == 2
    assert [person.id for person in await directory.colleagues()] == [lea.id]
    again = await directory.meet(profile("Lea", "teams", email="lea@acme.example", handle="lea.b"))
    assert again.id == lea.id


async def test_another_replica_learns_of_it_at_once(database: Database, clock: SetClock) -> None:
    one, two = StoredDirectory(database, CONFIG, clock), StoredDirectory(database, CONFIG, clock)
    lea, pat = await one.meet(profile("Lea")), await one.meet(profile("Pat", "teams"))
    assert await two.by_id(pat.id) == pat
    joined = await one.join(lea.id, pat.id)
    assert joined is not None
    assert await two.person(Account("teams", "T1", "U-Pat")) == joined
    assert await two.by_id(pat.id) == joined
    assert joined.roles == {Role.LEAD, Role.ADMIN}


async def test_who_has_an_address_of_their_own_is_not_taken_for_another(directory: StoredDirectory) -> None:
    lea, pat = await directory.meet(profile("Lea")), await directory.meet(profile("Pat", "teams"))
    again = await directory.meet(profile("Pat", "teams", email="lea@acme.example"))
    assert again.id == pat.id != lea.id


async def test_two_accounts_in_one_workspace_stay_two_people(directory: StoredDirectory) -> None:
    lea = await directory.meet(profile("Lea"))
    other = await directory.meet(profile("Lena", email=None))
    assert (await directory.meet(profile("Lena", email="lea@acme.example"))).id == other.id
    assert await directory.join(lea.id, other.id) is None


async def test_who_was_joined_twice_is_found_by_every_id(directory: StoredDirectory) -> None:
    met = [await directory.meet(profile("Zoe", platform, email=None)) for platform in ("slack", "teams", "other")]
    await directory.join(met[1].id, met[2].id)
    await directory.join(met[0].id, met[1].id)
    [zoe] = await directory.colleagues()
    assert [await directory.by_id(each.id) for each in met] == [zoe] * 3
    assert len(await directory.accounts(zoe.id)) == 3


async def test_a_language_is_what_one_said_else_the_configuration_else_the_platform_else_the_companys(
    database: Database, clock: SetClock
) -> None:
    config = Config(company=Company(language="fr"), people=(PersonPart(email="sam@acme.example", language="en"),))
    directory = StoredDirectory(database, config, clock)
    assert (await directory.meet(profile("Ana"))).language == "fr"
    ana = await directory.meet(profile("Ana", language="de-AT"))
    assert ana.language == "de"
    assert (await directory.meet(profile("Kim", language="ko-KR"))).language == "fr"
    assert (await directory.meet(profile("Sam", language="de-DE"))).language == "en"
    await directory.set_language(ana.id, "en")
    assert (await known(directory, "Ana") or ana).language == "en"
    await directory.set_language(ana.id, None)
    assert (await known(directory, "Ana") or ana).language == "de"


async def test_what_the_platform_said_of_a_language_is_kept_where_it_says_nothing(
    directory: StoredDirectory, replica: StoredDirectory
) -> None:
    await directory.meet(profile("Ana", language="de-DE"))
    assert await directory.meet_all([profile("Ana", timezone="Europe/Paris")]) == 1
    account = Account("slack", "T1", "U-Ana")
    assert (await directory.reads(account, "") or Person("", "")).language == "de"
    assert (await directory.reads(account, "fr-FR") or Person("", "")).language == "fr"
    assert (await replica.person(account) or Person("", "")).language == "fr"
    assert await directory.reads(Account("slack", "T1", "U-Nobody"), "de") is None


async def test_who_turns_out_to_be_one_keeps_the_language_that_was_chosen(directory: StoredDirectory) -> None:
    one = await directory.meet(profile("Ana", email=None))
    other = await directory.meet(profile("Anita", "teams", email=None))
    await directory.set_language(other.id, "de")
    joined = await directory.join(one.id, other.id)
    assert joined is not None
    assert joined.language == "de"
