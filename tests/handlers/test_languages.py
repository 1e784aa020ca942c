"""Whose language is spoken: with a person theirs, on a surface its own; what is kept depends on nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from bot.config import Company as CompanyPart
from bot.config import Config, Surface
from bot.domain import events as e
from bot.ports import Account
from bot.speech import ENGLISH, spoken
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, profile, said, staffed

TRAIL: TypeAdapter[list[e.Event]] = TypeAdapter(list[e.Event])


async def reads(company: Company, user: str, language: str) -> None:
    """The platform says which language somebody reads."""
    company.people[user] = await company.directory.meet(profile(user, company.people[user].name, language=language))


async def again(company: Company, user: str) -> None:
    """They come again, as the directory knows them by now."""
    person = await company.directory.person(Account("slack", "T1", user))
    assert person is not None
    company.people[user] = person


async def test_two_people_get_the_same_answer_each_in_their_language(company: Company) -> None:
    await company.opened("hello there")
    await reads(company, "ana", "de-DE")
    await reads(company, "ben", "fr-FR")
    german, french = said(await company.say("ana", "list floor")), said(await company.say("ben", "list floor"))
    assert "1 Gespräch auf dem Floor" in german
    assert "1 conversation sur le plateau" in french
    assert "„hello there“" in german
    assert "Übernehmen" in german
    assert spoken() is ENGLISH


async def test_refusals_and_forms_are_in_the_readers_language(company: Company) -> None:
    await company.opened("hello there")
    await reads(company, "ana", "de-DE")
    assert "Es gibt kein B-99." in said(await company.say("ana", "show B-99"))
    assert "Es gibt keinen Befehl „clam“." in said(await company.say("ana", "clam"))
    form = (await company.say("ana", "note B-1")).form
    assert form is not None
    assert (form.title, form.submit, form.fields[0].label) == ("Notiz B-1", "Notiz hinzufügen", "Notiz")


async def test_what_is_typed_stays_english_and_labels_may_be_typed_in_either_language(company: Company) -> None:
    await company.opened("hello there")
    await reads(company, "ana", "de-DE")
    await company.say("ana", "claim B-1")
    assert "Behoben" in said(await company.say("ana", "resolve B-1 behoben Paket | Spedition gewechselt"))
    await company.say("ana", "reopen B-1")
    await company.say("ana", "claim B-1")
    assert "Behoben" in said(await company.say("ana", "resolve B-1 fixed Paket | Spedition gewechselt"))


async def test_a_card_in_a_channel_keeps_the_language_of_its_surface(company: Company) -> None:
    await reads(company, "ana", "de-DE")
    await company.opened("hello there")
    await company.say("ana", "claim B-1")
    await company.work()
    assert "Ana Lima (Support) until" in await company.card()


async def test_surfaces_speak_their_own_language_and_else_the_companys(storage: SqlStorage, clock: SetClock) -> None:
    floors = (
        Surface(name="floor", channel="#floor"),
        Surface(name="paris", channel="#paris", language="fr"),
    )
    config = Config(company=CompanyPart(language="de"), surfaces=floors)
    company = await Company(storage, clock, staffed(config)).staff()
    await company.opened("hello there")
    shown = {sent.channel: plain(each.card) for sent, each in company.platform.messages.items()}
    assert "auf dem Floor seit" in shown["C-floor"]
    assert "sur le plateau depuis" in shown["C-paris"]
    assert company.people["ana"].language == "de"


async def test_a_direct_message_is_in_the_language_of_whom_it_reaches(company: Company) -> None:
    await company.opened("hello there")
    await reads(company, "ben", "de-DE")
    await company.say("ana", "claim B-1")
    await company.say("ana", "pass B-1 @ben is this the new box?")
    await company.work()
    (told,) = company.told("ben")
    assert told == "Ana Lima (Support) bittet Sie, B-1 zu übernehmen: „is this the new box?“"


async def test_one_chooses_a_language_and_may_leave_it_to_the_platform_again(either_company: Company) -> None:
    company = either_company
    await reads(company, "ana", "fr-FR")
    assert "Von nun an spreche ich Deutsch mit Ihnen." in said(await company.say("ana", "settings language de"))
    await again(company, "ana")
    assert "Einstellungen" in said(await company.say("ana", "settings"))
    await company.say("ana", "settings language auto")
    await again(company, "ana")
    assert "Réglages" in said(await company.say("ana", "settings"))
    answer = said(await company.say("ben", "settings language"))
    assert "en, de, fr, auto" in answer


async def _worked(company: Company) -> list[Mapping[str, Any]]:
    """The trail of what somebody did, without who and when."""
    await company.opened("our parcel caught fire, call the press")
    for typed in (
        "claim B-1",
        "note B-1 hello",
        "escalate B-1 three parcels",
        "pass B-1 product is it new?",
        "snooze B-1 2h",
        "resolve B-1 fixed parcel | carrier",
    ):
        await company.say("ana", typed)
    await company.work()
    kept: list[Mapping[str, Any]] = TRAIL.dump_python(
        await company.trail(), mode="json", exclude={"__all__": {"at", "post_id", "lease"}}
    )
    return kept


async def test_what_is_kept_does_not_depend_on_who_reads(
    storage: SqlStorage, either_storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    in_english = await _worked(await Company(storage, clock, staffed(config)).staff())
    other = await Company(either_storage, clock, staffed(config)).staff()
    await reads(other, "ana", "de-DE")
    told = await _worked(other)
    assert [_without_ids(each) for each in told] == [_without_ids(each) for each in in_english]


def _without_ids(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_ids(each) for name, each in value.items() if name != "id" and not name.endswith("_id")}
    return [_without_ids(each) for each in value] if isinstance(value, list) else value
