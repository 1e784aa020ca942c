"""Every CRM connector of the tuple against a pretended server of its vendor: found, read, written once, whatever goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.config import Config
from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, Owed
from bot.errors import GoneError, PermanentError, RetriableError, UnknownResultError
from integrations.crm import CONNECTORS
from integrations.http import Http
from integrations.record import CrmConnector, open_crms
from tests.contract.crms import PRETENDED
from tests.fakes.crms.pretend import PretendCrm

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
MAYA = Identity("email", "maya@mail.example")
HOSTILE = "O'Hara & <b>“Sons”</b> %_* \\ {x} \N{PILE OF POO} ünï\ncode"


def activity(key: str = "B-12:2026-11-03", **more: object) -> Activity:
    values: dict[str, object] = {
        "key": key,
        "occasion": "resolved",
        "subject": "B-12 on Mastodon: Fixed",
        "body": "Wanted: parcels that arrive whole\nChanged: carrier switched back\nBy Ana (Support) with Logistics",
        "at": AT,
        "network": "mastodon",
        "post_url": "https://example.social/@maya/3",
    }
    return Activity(**{**values, **more})  # type: ignore[arg-type]


@dataclass
class Both:
    """A server and the connector to it."""

    server: PretendCrm
    crm: CrmConnector


@pytest.fixture(params=CONNECTORS, ids=lambda connector: str(connector.kind))
async def both(request: pytest.FixtureRequest) -> AsyncIterator[Both]:
    connector: type[CrmConnector] = request.param
    async with PRETENDED[connector.kind]() as server, Http(timeout=1.0, tries=2, patience=0.0) as http:
        config = Config.model_validate({"crm": {"main": server.settings}})
        crms = open_crms(CONNECTORS, config, server.environment, http)
        yield Both(server, crms["main"])


def test_every_connector_has_a_pretended_server_and_no_two_are_of_one_kind() -> None:
    kinds = [connector.kind for connector in CONNECTORS]
    assert len(set(kinds)) == len(kinds)
    assert set(PRETENDED) == set(kinds)


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: str(connector.kind))
def test_a_connector_says_why_it_does_not_do_what_it_does_not_do(connector: type[CrmConnector]) -> None:
    for ability in ("purchases", "tickets", "cases", "handles", "forget", "contacts"):
        able = connector.abilities
        assert getattr(able, ability) != bool(able.why.get(ability)), f"say why not, in why[{ability!r}], or do it"


async def test_a_person_is_found_by_e_mail_whatever_its_case_and_nobody_else(both: Both) -> None:
    both.server.add_contact("Tom Bell", "tom@mail.example")
    maya = both.server.add_contact("Maya Okafor", "Maya@Mail.example")
    found = await both.crm.find([MAYA], "Maya Okafor")
    assert found
    assert found[0].contact.id == maya
    assert found[0].contact.name == "Maya Okafor"
    assert found[0].confidence >= 0.95
    assert found[0].why
    assert await both.crm.find([Identity("email", "nobody@mail.example")]) == []


async def test_words_of_customers_do_not_change_the_question(both: Both) -> None:
    both.server.add_contact("Tom Bell", "tom@mail.example")
    hostile = ["x' or '1'='1", '") OR (1=1', "*", "%", "x\\", "a@b.example' --", "tom@mail.example\r\nX: y", '{"a": 1}']
    for text in hostile:
        assert [m for m in await both.crm.find([Identity("email", text)]) if m.confidence >= 0.95] == []
    odd = both.server.add_contact(HOSTILE.replace("\n", " "), "ohara@mail.example")
    assert (await both.crm.find([Identity("email", "ohara@mail.example")]))[0].contact.id == odd


IDS = [
    *(
        "../users/1",
        "..",
        ".",
        "1/../2",
        "1' or '1'='1",
        "1 or 1=1",
        "1) or (1=1",
        "1?x=y",
        "1#x",
        "1%2f..%2f2",
        "*",
        "%",
    ),
    *("1\r\nX: y", "1\x00", "٣", "nobody", "9" * 40, "2147483648", '{"a": 1}', "contacts(1)", "account:", "-1", "1e3"),
]
"""What somebody may type as the id of a contact, or take for one."""


async def test_an_id_that_is_none_is_nobodys(both: Both) -> None:
    both.server.add_contact("Tom Bell", "tom@mail.example")
    for typed in IDS:
        try:
            found = await both.crm.history(typed)
        except GoneError:
            found = None
        assert found is None, typed


async def test_history_has_what_was_bought_and_the_tickets_newest_first(both: Both) -> None:
    able = both.crm.abilities
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    for day in (1, 3, 2):
        both.server.add_purchase(maya, f"Trail {day}0", 100.5 + day, "EUR", AT.replace(day=day))
        both.server.add_ticket(maya, f"88{day}", f"crushed parcel {day}", "open", AT.replace(day=day))
    history = await both.crm.history(maya)
    assert history is not None
    assert history.contact.name == "Maya Okafor"
    if able.purchases:
        assert [(p.what, p.amount, p.currency) for p in history.purchases][:2] == [
            ("Trail 30", 103.5, "EUR"),
            ("Trail 20", 102.5, "EUR"),
        ]
    if able.tickets:
        assert [ticket.subject for ticket in history.tickets] == [f"crushed parcel {day}" for day in (3, 2, 1)]
    stranger = await both.crm.history(both.server.add_contact("Tom Bell", "tom@mail.example"))
    assert stranger is not None
    assert stranger.purchases == ()


async def test_more_than_a_page_of_history_does_not_hide_the_newest(both: Both) -> None:
    if not both.crm.abilities.tickets:
        return
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    for number in range(130):
        at = AT.replace(month=1 + number // 28 % 10, day=1 + number % 28)
        both.server.add_ticket(maya, str(number), f"ticket {at:%m-%d} {number}", "open", at)
    history = await both.crm.history(maya)
    assert history is not None
    newest = sorted((ticket.at for ticket in history.tickets if ticket.at is not None), reverse=True)
    assert newest == [ticket.at for ticket in history.tickets]
    assert newest[0].month == 5


async def listed(crm: CrmConnector, cursor: str = "", pages: int = 1000) -> tuple[list[Contact], str | None]:
    """So many pages of contacts from a cursor on, and where the next begins."""
    found: list[Contact] = []
    further: str | None = cursor
    while further is not None and pages:
        page = await crm.contact_page(further)
        assert page.next != further
        found += page.contacts
        further, pages = page.next, pages - 1
    return found, further


def filled(server: PretendCrm) -> dict[str, str]:
    """More contacts than two pages hold, and companies, by id; names are wherever an address is missing."""
    server.largest_page = 3
    people = {}
    for n in range(1, 11):
        email = None if n == 4 else f"maya{n}@mail.example"
        people[server.add_contact(f"Maya Okafor {n}", email, f"+44 7700 9000{n:02}", company=n > 7)] = (
            f"Maya Okafor {n}"
        )
    return people


def known(found: Sequence[Contact], people: Mapping[str, str]) -> list[str]:
    """The ids of those we put there; a CRM may make further records by itself."""
    return sorted(contact.id for contact in found if contact.id in people)


async def test_all_contacts_are_listed_page_by_page_each_once(both: Both) -> None:
    people = filled(both.server)
    found, _ = await listed(both.crm)
    assert known(found, people) == sorted(people)
    assert {contact.id: contact.name for contact in found if contact.id in people} == people
    kinds = {contact.name: contact.kind for contact in found}
    assert kinds["Maya Okafor 1"] in {"person", None}
    assert kinds["Maya Okafor 10"] == "company"
    emails = {contact.name: contact.emails for contact in found}
    assert emails["Maya Okafor 2"] == ("maya2@mail.example",)
    assert emails["Maya Okafor 4"] == ()


async def test_a_list_of_nobody_ends_at_once(both: Both) -> None:
    assert await listed(both.crm) == ([], None)


async def test_the_list_of_contacts_goes_on_from_a_cursor_in_another_process(both: Both) -> None:
    people = filled(both.server)
    before, cursor = await listed(both.crm, pages=2)
    assert cursor is not None
    config = Config.model_validate({"crm": {"main": both.server.settings}})
    async with Http(timeout=1.0, tries=2, patience=0.0) as http:
        other = open_crms(CONNECTORS, config, both.server.environment, http)["main"]
        after, _ = await listed(other, cursor)
    assert before
    assert after
    assert known([*before, *after], people) == sorted(people)


async def test_nobody_is_left_out_when_contacts_change_while_they_are_listed(both: Both) -> None:
    people = filled(both.server)
    before, cursor = await listed(both.crm, pages=1)
    gone, renamed = known(before, people)[:2]
    waiting = next(each for each in people if each not in known(before, people))
    both.server.change_contact(gone, None)
    both.server.change_contact(renamed, "Aaron First")
    both.server.change_contact(waiting, "Zoe Last")
    after, _ = await listed(both.crm, cursor or "")
    assert set(known([*before, *after], people)) == set(people)
    assert {contact.name for contact in after if contact.id == waiting} == {"Zoe Last"}


async def test_a_token_that_ends_between_two_pages_is_renewed(both: Both) -> None:
    people = filled(both.server)
    before, cursor = await listed(both.crm, pages=1)
    both.server.expire_tokens()
    after, _ = await listed(both.crm, cursor or "")
    assert known([*before, *after], people) == sorted(people)


async def test_a_busy_crm_says_when_the_same_page_may_be_asked_for_again(both: Both) -> None:
    people = filled(both.server)
    before, cursor = await listed(both.crm, pages=1)
    both.server.troubles.script = [(429, {"Retry-After": "37"})] * 4
    with pytest.raises(RetriableError) as busy:
        await both.crm.contact_page(cursor or "")
    assert busy.value.retry_after == pytest.approx(37, abs=2)
    both.server.troubles.script = []
    after, _ = await listed(both.crm, cursor or "")
    assert known([*before, *after], people) == sorted(people)


async def test_a_cursor_that_is_none_is_refused(both: Both) -> None:
    filled(both.server)
    for cursor in ("nobody knows", "https://elsewhere.example/next"):
        with pytest.raises((PermanentError, RetriableError)):
            await both.crm.contact_page(cursor)


async def test_an_entry_is_written_once_per_key_with_all_it_says(both: Both) -> None:
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    first = await both.crm.log(maya, activity())
    second = await both.crm.log(maya, activity())
    assert first.id == second.id
    (entry,) = both.server.entries(maya)
    said = f"{entry.subject}\n{entry.body}"
    for words in (
        "B-12",
        "parcels that arrive whole",
        "carrier switched back",
        "Ana (Support)",
        "example.social/@maya/3",
    ):
        assert words in said
    await both.crm.log(maya, activity("B-12:another"))
    assert len(both.server.entries(maya)) == 2


async def test_any_text_arrives_as_it_is(both: Both) -> None:
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    await both.crm.log(maya, activity(body=HOSTILE + "\n" + "x" * 3000))
    (entry,) = both.server.entries(maya)
    assert "O'Hara & <b>“Sons”</b>" in entry.body
    assert "\N{PILE OF POO} ünï" in entry.body


async def test_a_case_is_opened_once_where_asked_for(both: Both) -> None:
    if not both.crm.abilities.cases:
        return
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    for _ in range(2):
        written = await both.crm.log(maya, activity(case=True))
        assert written.case_id
    assert len(both.server.cases(maya)) == 1
    assert len(both.server.entries(maya)) == 1


async def test_a_token_that_ends_in_the_middle_is_renewed_once(both: Both) -> None:
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    await both.crm.find([MAYA])
    before = both.server.signed_in
    both.server.expire_tokens()
    await both.crm.log(maya, activity())
    assert len(both.server.entries(maya)) == 1
    assert both.server.signed_in in {before, before + 1}


async def test_a_secret_that_is_wrong_is_said_in_words_and_not_shown(both: Both) -> None:
    config = Config.model_validate({"crm": {"main": both.server.settings}})
    wrong = dict.fromkeys(both.server.environment, "wrong-secret-4711")
    async with Http(timeout=1.0, tries=1) as http:
        crm = open_crms(CONNECTORS, config, wrong, http)["main"]
        with pytest.raises(PermanentError) as refused:
            await crm.health()
    assert "wrong-secret-4711" not in str(refused.value)


async def test_without_a_secret_it_says_which_to_set(both: Both) -> None:
    config = Config.model_validate({"crm": {"main": both.server.settings}})
    async with Http(timeout=1.0, tries=1) as http:
        crm = open_crms(CONNECTORS, config, {}, http)["main"]
        with pytest.raises(PermanentError, match=r"Set [A-Z_]+"):
            await crm.health()


async def test_when_it_is_busy_the_time_it_names_is_passed_on(both: Both) -> None:
    await both.crm.health()
    both.server.troubles.script = [(429, {"Retry-After": "37"})] * 4
    with pytest.raises(RetriableError) as busy:
        await both.crm.find([MAYA])
    assert busy.value.retry_after == pytest.approx(37, abs=2)


async def test_when_it_fails_it_may_be_tried_again(both: Both) -> None:
    await both.crm.health()
    both.server.troubles.script = [(503, {})] * 6
    with pytest.raises(RetriableError):
        await both.crm.find([MAYA])


@pytest.mark.parametrize("trouble", ["hang", "lose"])
async def test_an_entry_whose_answer_was_lost_is_not_written_twice(both: Both, trouble: str) -> None:
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    await both.crm.find([MAYA])
    for tried in range(1, 8):
        setattr(both.server.troubles, trouble, 1 if tried <= 3 else 0)
        try:
            await both.crm.log(maya, activity())
        except (RetriableError, UnknownResultError):
            continue
        else:
            break
    assert len(both.server.entries(maya)) == 1


async def test_what_we_wrote_is_erased_where_the_crm_lets_us(both: Both) -> None:
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    await both.crm.log(maya, activity("one"))
    await both.crm.log(maya, activity("two"))
    left = await both.crm.forget([Owed("one"), Owed("never-written")])
    if both.crm.abilities.forget:
        assert left == []
        assert len(both.server.entries(maya)) == 1
    else:
        assert "one" in left


async def test_entries_are_erased_where_they_are_known_to_be_and_asking_again_changes_nothing(both: Both) -> None:
    if not both.crm.abilities.forget:
        return
    maya = both.server.add_contact("Maya Okafor", "maya@mail.example")
    one, two = [await both.crm.log(maya, activity(key)) for key in ("one", "two")]
    owed = [Owed("one", (maya,), one.id), Owed("two", (maya,), two.id)]
    assert await both.crm.forget(owed[:1]) == []
    # As after a crash, when nobody remembers that one of them is gone.
    assert await both.crm.forget(owed) == []
    assert await both.crm.forget(owed) == []
    assert both.server.entries(maya) == []


async def test_health_names_who_we_are_there(both: Both) -> None:
    assert len(await both.crm.health()) > 5
