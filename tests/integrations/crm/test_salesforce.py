"""What is particular to Salesforce: its questions and searches, external ids, sessions, daily limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config
from bot.domain.customer import Identity
from bot.domain.record import Activity, Owed
from bot.errors import PermanentError, RetriableError
from integrations.crm.salesforce.connector import Salesforce
from integrations.crm.salesforce.records import contact, kind_of, literal, phrase, purchases, select, written
from integrations.http import Http
from integrations.record import CrmConnector, open_crms
from tests.fakes.crms.salesforce import SECRET, PretendSalesforce
from tests.fakes.crms.soql import Reader
from tests.fakes.crms.sosl import tokens, words_of

PAYLOADS = Path(__file__).parents[2] / "payloads" / "crm" / "salesforce"
AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
DONE = Activity("B-12:1", "resolved", "B-12 on Mastodon: Fixed", "Changed: carrier", AT, post_url="https://s.example/3")


@dataclass
class Org:
    """A pretended org and the connector to it."""

    server: PretendSalesforce
    crm: CrmConnector


def connected(server: PretendSalesforce, http: Http, **more: object) -> CrmConnector:
    config = Config.model_validate({"crm": {"main": {**server.settings, **more}}})
    environment = {**server.environment, "SALESFORCE_SECRET": SECRET}
    return open_crms([Salesforce], config, environment, http)["main"]


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


@pytest.fixture
async def org(http: Http) -> AsyncIterator[Org]:
    async with PretendSalesforce() as server:
        yield Org(server, connected(server, http))


@given(st.text())
def test_any_text_in_a_question_is_that_text(text: str) -> None:
    asked = Reader(select(["Id"], "Contact", f"Name = {literal(text)}")).question()
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    if all(ord(character) >= 32 or character in "\n\t" for character in kept):
        assert asked.where({"Name": kept.replace("\x7f", "�").replace("\ufffe", "�").replace("\uffff", "�")})
    assert not asked.where({"Name": text + "x"})


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_words_are_searched_for_as_they_stand(text: str) -> None:
    assert words_of(phrase(text)) == tokens(text)


def test_an_id_tells_whose_it_is() -> None:
    ids = (
        "0035g00000abcdeAAA",
        "00Q5g00000abcde",
        "0015g00000abcdeAAA",
        "0055g00000abcdeAAA",
        "003' OR Id != '",
        "003",
    )
    assert [kind_of(id_) for id_ in ids] == ["Contact", "Lead", "Account", None, None, None]


def payload(name: str) -> Any:
    return orjson.loads((PAYLOADS / f"{name}.json").read_bytes())


def test_a_documented_contact_is_read() -> None:
    record = payload("parameterized-search")["searchRecords"][0]
    read = contact(record, "https://acme.my.salesforce.com", {})
    assert (read.id, read.name, read.kind) == ("0035g00000A1b2cAAB", "Maya Okafor", "person")
    assert read.url == "https://acme.my.salesforce.com/0035g00000A1b2cAAB"
    assert (read.emails, read.phones) == (("maya@mail.example",), ("+49 151 2345678",))
    assert read.attributes == {"title": "Editor", "city": "Kiel", "country": "Germany"}


def test_documented_orders_are_named_after_their_products_and_nothing_is_made_up() -> None:
    first, second = purchases(payload("orders")["records"], payload("order-items")["records"], "EUR")
    assert (first.key, first.what, first.amount, first.currency) == ("00000104", "Trail 30", 1540.5, "EUR")
    assert first.at == datetime(2026, 10, 7, tzinfo=UTC)
    assert (second.what, second.amount, second.at) == ("Order 00000099", 0.0, None)


def test_of_several_records_with_one_key_the_first_counts() -> None:
    assert written(payload("several-with-one-key")) == "00T5g00000V9w0xAAB"


async def test_a_lead_is_found_too_but_not_one_that_became_a_contact(org: Org) -> None:
    lead = org.server.add("Lead", Name="Lea Adams", Email="lea@mail.example", Company="Adams & Co", IsConverted=False)
    org.server.add("Lead", Name="Lea Adams", Email="lea@mail.example", IsConverted=True)
    (found,) = await org.crm.find([Identity("email", "LEA@mail.example")])
    assert (found.contact.id, found.contact.attributes["company"]) == (lead, "Adams & Co")
    history = await org.crm.history(lead)
    assert history is not None
    assert (history.tickets_total, history.purchases_total) == (None, None)
    entry = await org.crm.log(lead, DONE)
    assert org.server.records["Task"][entry.id]["WhoId"] == lead


async def test_a_search_that_finds_too_much_is_not_believed(org: Org) -> None:
    org.server.add_contact("Maya Two", "maya@mail.example.org")
    org.server.add_contact("Maya Three", "not-maya@mail.example")
    assert await org.crm.find([Identity("email", "maya@mail.example")]) == []


async def test_a_phone_is_found_with_and_without_its_country(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", None, "+49 151 2345678")
    (found,) = await org.crm.find([Identity("phone", "151 2345678")])
    assert (found.contact.id, found.contact.phones) == (maya, ("+49 151 2345678",))
    assert found.confidence < 1
    assert await org.crm.find([Identity("phone", "+49 151")]) == []


async def test_a_name_alone_is_a_guess_and_only_where_nothing_surer_is_known(org: Org) -> None:
    first = org.server.add_contact("Maya Okafor", "maya@mail.example")
    (found,) = [match for match in await org.crm.find([], "maya okafor") if match.contact.kind == "person"]
    assert found.contact.id == first
    assert found.confidence <= 0.8
    org.server.add_contact("Maya Okafor", "another@mail.example")
    assert {match.confidence for match in await org.crm.find([], "Maya Okafor")} == {0.4}
    assert len(await org.crm.find([Identity("email", "maya@mail.example")], "Maya Okafor")) == 1


async def test_a_handle_is_kept_in_the_field_of_its_network_and_found_there(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    hostile = Identity("mastodon", "maya' OR Name != '@s.example")
    assert await org.crm.find([hostile]) == []
    assert await org.crm.link_identity(maya, hostile)
    (found,) = await org.crm.find([hostile])
    assert (found.contact.id, found.confidence) == (maya, 1.0)
    assert found.contact.handles == (Identity("mastodon", hostile.handle),)
    assert not await org.crm.link_identity(maya, Identity("bluesky", "maya.example"))


async def test_a_company_is_an_account_with_its_orders_and_cases(org: Org) -> None:
    acme = org.server.add_contact("Acme Parcels", company=True)
    org.server.add_purchase(acme, "Forklift", 9000, "EUR", AT)
    org.server.add("Case", CaseNumber="00001", Subject="Broken fork", Status="New", AccountId=acme)
    (found,) = await org.crm.find([], "Acme Parcels")
    assert (found.contact.id, found.contact.kind) == (acme, "company")
    history = await org.crm.history(acme)
    assert history is not None
    assert [bought.what for bought in history.purchases] == ["Forklift"]
    assert [ticket.key for ticket in history.tickets] == ["00001"]
    entry = await org.crm.log(acme, DONE)
    assert org.server.records["Task"][entry.id]["WhatId"] == acme


async def test_what_others_of_the_account_bought_is_shown_only_where_that_is_wanted(org: Org, http: Http) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    account = org.server.records["Contact"][maya]["AccountId"]
    org.server.add_purchase(account, "Of her flatmate", 5, "EUR", AT)
    alone, whole = await org.crm.history(maya), await connected(org.server, http, orders="account").history(maya)
    assert alone is not None
    assert whole is not None
    assert (alone.purchases, len(whole.purchases)) == ((), 1)
    assert alone.contact.attributes["company"] == "Maya Okafor Household"


async def test_drafts_are_no_purchases_and_totals_are_whole(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    for _ in range(12):
        org.server.add_purchase(maya, "Trail 30", 10, "EUR", AT)
    org.server.add("Order", OrderNumber="9", BillToContactId=maya, EffectiveDate="2027-01-01", StatusCode="Draft")
    history = await org.crm.history(maya)
    assert history is not None
    assert (len(history.purchases), history.purchases_total) == (10, 12)


async def test_an_org_with_one_currency_and_one_without_orders_are_read(org: Org, http: Http) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    org.server.several_currencies = False
    org.server.add_purchase(maya, "Trail 30", 10, "", AT)
    history = await connected(org.server, http, currency="CHF").history(maya)
    assert history is not None
    assert history.purchases[0].currency == "CHF"
    org.server.without.add("Order")
    history = await org.crm.history(maya)
    assert history is not None
    assert history.purchases_total is None


async def test_who_was_deleted_has_no_history(org: Org) -> None:
    assert await org.crm.history("0035g00000ZZZZZAAG") is None
    assert await org.crm.history("maya' OR Id != '") is None
    with pytest.raises(PermanentError, match="no contact"):
        await org.crm.log("maya' OR Id != '", DONE)
    with pytest.raises(PermanentError, match="WhoId"):
        await org.crm.log("0035g00000ZZZZZAAG", DONE)


async def test_what_people_there_changed_since_is_not_written_over(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    asked = Activity("B-12:1", "resolved", "B-12", "Changed: carrier", AT, case=True, urgent=True)
    entry = await org.crm.log(maya, asked)
    assert entry.case_id is not None
    case = org.server.records["Case"][entry.case_id]
    assert (case["Priority"], case["ContactId"]) == ("High", maya)
    case["Status"] = "Closed"
    org.server.records["Task"][entry.id]["Description"] = "with a remark by Ben"
    assert await org.crm.log(maya, asked) == entry
    assert case["Status"] == "Closed"
    assert org.server.records["Task"][entry.id]["Description"] == "with a remark by Ben"


async def test_keys_with_any_character_name_one_entry_each(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    keys = ("B-12/resolved/17", "B-12?x=1#2", "ü & 100%", "%2F")
    ids = [(await org.crm.log(maya, Activity(key, "resolved", "s", "b", AT))).id for key in keys]
    again = [(await org.crm.log(maya, Activity(key, "resolved", "s", "b", AT))).id for key in keys]
    assert ids == again
    assert {task["Baton_Key__c"] for task in org.server.records["Task"].values()} == set(keys)
    assert await org.crm.forget([Owed(key) for key in keys]) == []
    assert org.server.records["Task"] == {}


async def test_two_entries_with_one_key_are_taken_for_one(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    first = (await org.crm.log(maya, DONE)).id
    org.server.add("Task", WhoId=maya, Subject="s", Description="b", Baton_Key__c=DONE.key)
    assert (await org.crm.log(maya, DONE)).id == first
    assert len(org.server.entries(maya)) == 2
    assert await org.crm.forget([Owed(DONE.key)]) == []
    assert org.server.entries(maya) == []


async def test_texts_are_cut_to_what_the_fields_take_and_keep_their_links(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    await org.crm.log(maya, Activity("k", "idea", "s" * 300, "b" * 40_000, AT, post_url="https://s.example/3"))
    (entry,) = org.server.entries(maya)
    assert (len(entry.subject), len(entry.body)) == (255, 32_000)
    assert "https://s.example/3" in entry.body


async def test_a_case_is_emptied_when_its_customer_is_forgotten_since_others_work_hangs_on_it(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    entry = await org.crm.log(maya, Activity("k", "resolved", "Maya Okafor", "Maya Okafor wanted", AT, case=True))
    assert await org.crm.forget([Owed("k")]) == []
    assert "Maya" not in str(org.server.records["Case"][entry.case_id or ""])
    assert org.server.records["Task"] == {}


async def test_a_missing_key_field_is_said_where_people_look_for_it(org: Org) -> None:
    maya = org.server.add_contact("Maya Okafor", "maya@mail.example")
    org.server.custom["Task"].clear()
    with pytest.raises(PermanentError, match="Baton_Key__c"):
        await org.crm.log(maya, DONE)
    with pytest.raises(PermanentError, match="no external ID field Baton_Key__c"):
        await org.crm.health()


async def test_the_requests_of_a_day_that_are_used_up_come_back_later(org: Org) -> None:
    assert "of 15,000 requests" in await org.crm.health()
    org.server.used = org.server.allowed
    with pytest.raises(RetriableError, match="no more requests") as busy:
        await org.crm.find([Identity("email", "maya@mail.example")])
    assert busy.value.retry_after == 900


async def test_an_app_that_nobody_approved_is_said_in_salesforces_words(org: Org) -> None:
    org.server.approved = False
    with pytest.raises(PermanentError, match="hasn't approved this consumer"):
        await org.crm.health()


async def test_an_app_with_a_secret_signs_in_without_a_user(org: Org, http: Http) -> None:
    by_secret = {"client_secret_env": "SALESFORCE_SECRET", "username": "", "private_key_env": ""}
    assert "the user of the app" in await connected(org.server, http, **by_secret).health()
    with pytest.raises(PermanentError, match="invalid client credentials"):
        await connected(org.server, http, **by_secret, client_id="another").health()


async def test_a_key_in_one_line_is_understood(org: Org, http: Http) -> None:
    key = org.server.environment["SALESFORCE_KEY"].replace("\n", "\\n")
    config = Config.model_validate({"crm": {"main": org.server.settings}})
    crm = open_crms([Salesforce], config, {"SALESFORCE_KEY": key}, http)["main"]
    assert await crm.health()
