"""What is particular to HubSpot: a search that is behind, associations, notes in HTML, its ways of saying no."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from bot.domain.customer import Identity
from bot.domain.record import Owed
from bot.errors import GoneError, PermanentError, RetriableError, UnknownResultError
from integrations.crm.hubspot.records import contact, purchase, text_of, whose
from integrations.record import CrmConnector
from tests.fakes.crms.hubspot import PretendHubSpot
from tests.integrations.crm.opened import opened, outcome

PAYLOADS = Path(__file__).parents[2] / "payloads" / "crm" / "hubspot"
MAYA = Identity("email", "maya@mail.example")


def payload(name: str) -> Any:
    return orjson.loads((PAYLOADS / f"{name}.json").read_bytes())


@pytest.fixture
async def server() -> AsyncIterator[PretendHubSpot]:
    async with PretendHubSpot() as server:
        yield server


@pytest.fixture
async def crm(server: PretendHubSpot) -> AsyncIterator[CrmConnector]:
    async with opened(server) as crm:
        yield crm


def test_a_documented_contact_is_read_with_all_its_addresses() -> None:
    first, second = (
        contact("contacts", record, {"mastodon": "mastodon_handle"}, "https://app.hubspot.com/contacts/4711/record")
        for record in payload("contacts-search")["results"]
    )
    assert (first.id, first.name, first.url) == (
        "512",
        "Maya Okafor",
        "https://app.hubspot.com/contacts/4711/record/0-1/512",
    )
    assert first.emails == ("maya@mail.example", "okafor@work.example", "maya.okafor@old.example")
    assert first.phones == ("+49 151 2345678",)
    assert first.handles == (Identity("mastodon", "maya@s.example"),)
    assert first.attributes == {"title": "Editor", "city": "Kiel", "country": "Germany", "stage": "customer"}
    assert (second.name, second.emails, second.attributes) == ("", (), {})


def test_documented_deals_are_read_and_nothing_is_made_up() -> None:
    first, second = (purchase("deals", record, "EUR") for record in payload("deals-search")["results"])
    assert (first.what, first.amount, first.currency, first.at and first.at.year) == (
        "Trail 30, two pairs",
        1540.5,
        "CHF",
        2026,
    )
    assert (second.what, second.amount, second.at) == ("", None, None)


def test_ids_of_persons_and_companies_are_told_apart() -> None:
    assert whose("512") == ("contacts", "512")
    assert whose("company-512") == ("companies", "512")
    assert [whose(id_) for id_ in ("", "512/associations", "company-", "-1", "५", "../512")] == [None] * 6


async def test_a_second_address_is_found_too_and_one_that_is_merely_like_it_is_not(
    server: PretendHubSpot, crm: CrmConnector
) -> None:
    maya = server.add(
        "contacts", firstname="Maya", email="m@mail.example", hs_additional_emails="maya@mail.example;x@y.example"
    )
    server.add("contacts", firstname="Other", hs_additional_emails="not-maya@mail.example;maya@mail.example.org")
    (found,) = await crm.find([MAYA])
    assert (found.contact.id, found.confidence) == (maya, 1.0)
    assert await crm.find([Identity("email", "*@mail.example")]) == []


async def test_a_phone_is_found_with_and_without_its_country(server: PretendHubSpot, crm: CrmConnector) -> None:
    maya = server.add_contact("Maya Okafor", phone="+49 151 2345678")
    server.add_contact("Tom Bell", phone="+49 152 2345678")
    for written in ("+49 151 2345678", "0151 2345678", "+491512345678"):
        assert [match.contact.id for match in await crm.find([Identity("phone", written)])] == [maya]
    assert await crm.find([Identity("phone", "*5678")]) == []


async def test_a_handle_is_kept_in_the_property_of_its_network_and_found_there(
    server: PretendHubSpot, crm: CrmConnector
) -> None:
    maya, handle = server.add_contact("Maya Okafor"), Identity("mastodon", "maya@s.example")
    assert await crm.link_identity(maya, handle)
    assert [(match.contact.id, match.confidence) for match in await crm.find([handle])] == [(maya, 1.0)]
    assert not await crm.link_identity(maya, Identity("bluesky", "maya.example"))
    assert not await crm.link_identity(server.add_contact("Acme", company=True), handle)


async def test_a_name_alone_is_a_guess_and_may_be_a_company(server: PretendHubSpot, crm: CrmConnector) -> None:
    acme = server.add_contact("Acme Parcels", company=True)
    (found,) = await crm.find([], "acme  parcels")
    assert (found.contact.id, found.contact.kind, found.confidence) == (acme, "company", 0.6)
    server.add_contact("Maya Okafor", "maya@mail.example")
    server.add_contact("Maya Okafor", "other@mail.example")
    server.add("contacts", firstname="Ben", company="Maya Okafor Press")
    assert [match.confidence for match in await crm.find([], "Maya Okafor")] == [0.4, 0.4]


async def test_a_company_has_notes_tickets_and_purchases_of_its_own(server: PretendHubSpot, crm: CrmConnector) -> None:
    maya = server.add_contact("Maya Okafor")
    acme = f"company-{maya}"
    server.records["companies"][maya] = {"name": "Acme", "createdate": "2026-01-01T00:00:00Z"}
    server.add_ticket(acme, "1", "of the company", "open", outcome().at)
    written = await crm.log(acme, outcome(case=True))
    assert written.case_id is not None
    assert len(server.entries(acme)) == len(server.cases(acme)) == 1
    assert server.entries(maya) == []
    history = await crm.history(acme)
    assert history is not None
    assert [ticket.subject for ticket in history.tickets] == ["of the company"]


async def test_the_status_of_a_ticket_is_said_in_the_words_of_its_pipeline(
    server: PretendHubSpot, crm: CrmConnector
) -> None:
    maya = server.add_contact("Maya Okafor")
    server.add_ticket(maya, "1", "crushed", "open", outcome().at)
    history = await crm.history(maya)
    assert history is not None
    assert history.tickets[0].status == "New"
    assert history.contact.url == f"https://app-eu1.hubspot.com/contacts/4711/record/0-1/{maya}"


async def test_deals_that_are_not_won_are_no_purchases_and_orders_are_where_wanted(server: PretendHubSpot) -> None:
    maya = server.add_contact("Maya Okafor")
    server.join("deals", server.add("deals", dealname="Dreamt of", hs_is_closed_won="false"), "contacts", maya)
    for number in range(12):
        server.add_purchase(maya, f"Trail {number}", 10, "", outcome().at.replace(day=1 + number))
    ordered = {"hs_order_name": "Boots", "hs_total_price": "80", "hs_currency_code": "CHF"}
    order = server.add("orders", **ordered, hs_external_created_date="2026-10-01T00:00:00Z")
    server.join("orders", order, "contacts", maya)
    async with opened(server) as crm:
        history = await crm.history(maya)
    assert history is not None
    assert (history.purchases[0].what, history.purchases[0].currency) == ("Trail 11", "EUR")
    assert (len(history.purchases), history.purchases_total) == (10, 12)
    async with opened(server, purchases="orders") as crm:
        history = await crm.history(maya)
    assert history is not None
    assert [(bought.what, bought.amount, bought.currency) for bought in history.purchases] == [("Boots", 80.0, "CHF")]


async def test_what_the_app_may_not_read_is_left_out_of_the_history(server: PretendHubSpot, crm: CrmConnector) -> None:
    maya = server.add_contact("Maya Okafor")
    server.closed |= {"tickets", "deals"}
    history = await crm.history(maya)
    assert history is not None
    assert (history.purchases_total, history.tickets_total) == (None, None)
    assert await crm.history("999999") is None
    assert await crm.history("999999/associations") is None


async def test_an_entry_is_found_again_though_the_search_does_not_know_it_yet(
    server: PretendHubSpot, crm: CrmConnector
) -> None:
    maya = server.add_contact("Maya Okafor")
    written = await crm.log(maya, outcome())
    assert written.id in server.unseen
    async with opened(server) as restarted:
        assert (await restarted.log(maya, outcome())).id == written.id


async def test_an_entry_is_found_among_very_many_notes_page_by_page(server: PretendHubSpot, crm: CrmConnector) -> None:
    maya = server.add_contact("Maya Okafor")
    written = await crm.log(maya, outcome())
    for number in range(230):
        note = server.add("notes", hs_note_body=f"<p>Called, {number}</p>", hs_timestamp="2026-11-03T09:30:00Z")
        server.join("notes", note, "contacts", maya)
    server.page = 100
    assert (await crm.log(maya, outcome())).id == written.id
    assert len(server.entries(maya)) == 231


async def test_a_note_that_vanishes_while_they_are_read_does_no_harm(server: PretendHubSpot, crm: CrmConnector) -> None:
    maya = server.add_contact("Maya Okafor")
    server.join("notes", server.add("notes", hs_note_body="x", hs_timestamp="1"), "contacts", maya)
    associations: dict[str, Any] = {"results": [{"toObjectId": number, "associationTypes": []} for number in (77, 78)]}
    server.says = [
        web.json_response(associations),
        web.json_response(payload("notes-batch-read-207"), status=207),
    ]
    assert (await crm.log(maya, outcome())).id in server.ours


async def test_what_customers_write_is_no_html_in_a_note(server: PretendHubSpot, crm: CrmConnector) -> None:
    maya = server.add_contact("Maya Okafor")
    hostile = "<script>alert('x')</script>\n<img src=x onerror=alert(1)> & \"quoted\"" + "&" * 20_000
    written = await crm.log(maya, outcome(subject="<b>B-12</b>", body=hostile, post_url="https://s.example/?a=1&b='2'"))
    html = server.records["notes"][written.id]["hs_note_body"]
    assert "<script" not in html
    assert "<img" not in html
    assert len(html) <= 65_536
    (entry,) = server.entries(maya)
    assert "<script>alert('x')</script>\n<img src=x" in entry.body
    assert "https://s.example/?a=1&b='2'" in entry.body


async def test_a_case_begins_where_the_configuration_says_and_an_unknown_stage_is_refused(
    server: PretendHubSpot,
) -> None:
    maya = server.add_contact("Maya Okafor")
    async with opened(server, stage="2") as crm:
        written = await crm.log(maya, outcome(case=True, urgent=True))
    ticket = server.records["tickets"][written.case_id or ""]
    assert (ticket["hs_pipeline_stage"], ticket["hs_ticket_priority"]) == ("2", "HIGH")
    async with opened(server, stage="77") as crm:
        with pytest.raises(PermanentError, match="not a valid pipeline stage"):
            await crm.log(maya, outcome("another", case=True))


async def test_nothing_is_written_to_who_is_gone(crm: CrmConnector) -> None:
    with pytest.raises(GoneError):
        await crm.log("999999", outcome())
    with pytest.raises(PermanentError, match="no contact or company"):
        await crm.log("512/../513", outcome())


async def test_forgetting_erases_notes_and_empties_tickets_also_after_a_restart(
    server: PretendHubSpot, crm: CrmConnector
) -> None:
    maya = server.add_contact("Maya Okafor")
    written = await crm.log(maya, outcome("one", body="Maya Okafor wanted", case=True))
    await crm.log(maya, outcome("two"))
    quoted = server.add("notes", hs_note_body="<p>Ben on Baton: one</p>", hs_timestamp="1")
    server.catch_up()
    async with opened(server) as restarted:
        assert await restarted.forget([Owed("one")]) == []
    assert written.id not in server.records["notes"]
    assert quoted in server.records["notes"]
    assert len(server.entries(maya)) == 1
    assert "Maya" not in str(server.records["tickets"][written.case_id or ""])


async def test_limits_say_how_long_to_wait(server: PretendHubSpot, crm: CrmConnector) -> None:
    for name, pause in (("limit-of-seconds", 10), ("limit-of-the-day", 1800)):
        server.says = [web.json_response(payload(name), status=429)]
        with pytest.raises(RetriableError, match="You have reached") as busy:
            await crm.find([MAYA])
        assert busy.value.retry_after == pause
        assert not isinstance(busy.value, UnknownResultError)


async def test_an_account_that_is_moved_and_a_gate_that_is_shut_are_waited_for(
    server: PretendHubSpot, crm: CrmConnector
) -> None:
    maya = server.add_contact("Maya Okafor")
    server.says = [web.Response(status=477, headers={"Retry-After": "7200"})]
    with pytest.raises(RetriableError) as moved:
        await crm.find([MAYA])
    assert moved.value.retry_after == 7200
    server.says = [web.json_response({"results": []}), web.Response(status=524, text="<html>timeout</html>")]
    with pytest.raises(UnknownResultError):
        await crm.log(maya, outcome())
    server.says = [web.Response(status=521)]
    with pytest.raises(RetriableError) as shut:
        await crm.find([MAYA])
    assert not isinstance(shut.value, UnknownResultError)


async def test_an_answer_to_a_write_that_cannot_be_read_leaves_open_whether_it_was_done(
    server: PretendHubSpot, crm: CrmConnector
) -> None:
    maya = server.add_contact("Maya Okafor")
    server.says = [web.json_response({"results": []}), web.Response(status=201, text="<html>")]
    with pytest.raises(UnknownResultError):
        await crm.log(maya, outcome())
    await crm.log(maya, outcome())
    assert len(server.entries(maya)) == 1


async def test_an_app_without_its_permissions_is_told_which_it_lacks(server: PretendHubSpot, crm: CrmConnector) -> None:
    assert await crm.health() == "the private app 815 in the account 4711; writes notes and tickets"
    server.scopes.remove("tickets")
    assert "lacks the scope tickets" in await crm.health()
    server.scopes.remove("crm.objects.contacts.write")
    with pytest.raises(PermanentError, match=r"crm\.objects\.contacts\.write"):
        await crm.health()


def test_the_word_that_names_an_entry_is_one_for_any_search() -> None:
    last = text_of(outcome("B-12/ü <1>")).splitlines()[-1]
    assert last.removeprefix("Reference: ").isalnum()
