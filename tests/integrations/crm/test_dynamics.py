"""What is particular to Dynamics 365: entries that exist once by their identifier, pages, tables that are not there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.record import Owed
from bot.errors import PermanentError
from integrations.crm.dynamics.rows import contact_of, purchase_of, ticket_of
from tests.fakes.crms.dynamics import FORMATTED, PretendDynamics
from tests.integrations.crm.opened import opened, outcome

PAYLOADS = Path(__file__).parents[2] / "payloads" / "crm" / "dynamics"
HANDLE = Identity("mastodon", "@maya@example.social", profile_url="https://example.social/@maya", display_name="Maya")


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def test_a_contact_is_read_as_microsoft_describes_it() -> None:
    row = payload("contacts")["value"][0]
    contact = contact_of("contacts", row, "https://acme.crm4.dynamics.com")
    assert contact.id == "contacts(70bf4d48-34cb-ed11-b596-0022481d68cd)"
    assert contact.name == "Maya Okafor"
    assert contact.emails == ("maya@mail.example", "maya.okafor@work.example")
    assert contact.phones == ("+33 4 72 00 00 00",)
    assert contact.attributes == {"city": "Lyon", "country": "France", "job": "Runner", "company": "Litware, Inc."}
    assert contact.url is not None
    assert contact.url.endswith("?etn=contact&id=70bf4d48-34cb-ed11-b596-0022481d68cd&pagetype=entityrecord")


def test_of_a_contact_without_anything_nothing_is_made_up() -> None:
    contact = contact_of("accounts", {"accountid": "78914942-34cb-ed11-b596-0022481d68cd"}, "https://acme.example")
    assert (contact.name, contact.emails, contact.phones, contact.attributes) == ("", (), (), {})
    assert contact.kind == "company"
    assert purchase_of({}) == Purchase(key="", what="")
    assert ticket_of({"incidentid": "1", "createdon": "soon"}) == Ticket(key="1", subject="")


def test_orders_and_cases_are_read_with_the_words_for_people() -> None:
    orders = [purchase_of(row) for row in payload("salesorders")["value"]]
    at = datetime(2026, 11, 1, 8, 15, 30, tzinfo=UTC)
    assert orders == [Purchase("ORD-01003-X1Y2Z3", "Trail 30", at, 103.5, "EUR"), Purchase("ORD-01002-A1B2C3", "Laces")]
    (case,) = (ticket_of(row) for row in payload("incidents")["value"])
    assert case == Ticket("CAS-01213-P8B3G0", "Crushed parcel", "In Progress", at)


async def test_quotes_in_an_address_are_doubled() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        tom = server.add_contact("Tom O'Hara", "o'hara@mail.example")
        found = await crm.find([Identity("email", "O'Hara@mail.example")])
        assert [match.contact.id for match in found] == [tom]
        assert any("%27o%27%27hara" in asked.lower().replace("'", "%27") for asked in server.asked)


async def test_everybody_who_shares_an_address_is_found_on_however_many_pages() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        for number in range(120):
            server.add_contact(f"Guest {number}", "desk@hotel.example")
        found = await crm.find([Identity("email", "desk@hotel.example")])
        assert len(found) == len({match.contact.id for match in found}) == 120
        assert any("skiptoken" in asked for asked in server.asked)


async def test_who_was_merged_away_is_not_found() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        server.add("contacts", fullname="Maya", emailaddress1="maya@mail.example", statecode=1)
        maya = server.add("contacts", fullname="Maya Okafor", emailaddress3="maya@mail.example", statecode=0)
        found = await crm.find([Identity("email", "maya@mail.example")])
        assert [match.contact.id for match in found] == [f"contacts({maya})"]


async def test_a_company_is_found_and_written_to_as_an_account() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        litware = server.add_contact("Litware, Inc.", "info@litware.example", "+33 4 72 00 00 00", company=True)
        for identity in (Identity("email", "info@litware.example"), Identity("phone", "+33 4 72 00 00 00")):
            (match,) = await crm.find([identity])
            assert (match.contact.id, match.contact.kind) == (litware, "company")
        await crm.log(litware, outcome(case=True))
        assert len(server.entries(litware)) == len(server.cases(litware)) == 1


async def test_of_several_with_a_name_none_is_likely() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        server.add_contact("Maya Okafor")
        (only,) = await crm.find([], "maya  okafor")
        server.add_contact("Maya Okafor", "maya@mail.example")
        both = await crm.find([Identity("email", "other@mail.example")], "Maya Okafor")
        assert [only.confidence, *(match.confidence for match in both)] == [0.6, 0.4, 0.4]


async def test_a_handle_that_was_linked_is_found_again_and_stands_there_once() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        assert await crm.find([HANDLE]) == []
        assert await crm.link_identity(maya, HANDLE)
        assert await crm.link_identity(maya, HANDLE)
        assert len(server.tables["socialprofiles"]) == 1
        (match,) = await crm.find([Identity("mastodon", "Maya@example.social")])
        assert (match.contact.id, match.confidence) == (maya, 1.0)
        assert await crm.find([Identity("bluesky", "maya@example.social")]) == []
        history = await crm.history(maya)
        assert history is not None
        assert [handle.handle for handle in history.contact.handles] == ["@maya@example.social"]
        assert not await crm.link_identity(maya, Identity("email", "maya@mail.example"))
        assert not await crm.link_identity(maya, Identity("web", "x" * 200))


async def test_an_environment_without_sales_and_service_has_no_orders_and_no_cases() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        del server.tables["salesorders"], server.tables["incidents"]
        history = await crm.history(maya)
        assert history is not None
        assert (history.purchases, history.purchases_total, history.tickets_total) == ((), None, None)
        with pytest.raises(PermanentError, match="Resource not found for the segment 'incidents'"):
            await crm.log(maya, outcome(case=True))


async def test_a_case_tells_how_urgent_it_is_and_where_it_came_from() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        body = "x" * 5000
        written = await crm.log(maya, outcome(case=True, urgent=True, network="facebook", body=body, subject="y" * 900))
        case = server.tables["incidents"][written.case_id or ""]
        assert (case["prioritycode"], case["caseorigincode"], len(case["title"])) == (1, 2483, 200)
        assert len(case["description"]) == 2000
        assert body in server.entries(maya)[0].body


async def test_a_note_too_long_for_its_column_is_cut_before_it_becomes_html() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        await crm.log(maya, outcome(body="'" * 200_000))
        (entry,) = server.entries(maya)
        assert set(entry.body.partition("…")[0]) == {"'"}
        assert entry.body.endswith(f"Baton: {outcome().key}")


async def test_an_entry_is_found_by_its_key_though_somebody_changed_it() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        written = await crm.log(maya, outcome())
        server.tables["annotations"][written.id]["notetext"] = "Called her back."
        assert (await crm.log(maya, outcome())).id == written.id
        assert [entry.body for entry in server.entries(maya)] == ["Called her back."]


async def test_to_forget_deletes_the_note_and_blanks_the_case() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        await crm.log(maya, outcome(case=True))
        assert await crm.forget([Owed(outcome().key)]) == []
        assert server.entries(maya) == []
        (case,) = server.cases(maya)
        assert (case.subject, case.body) == ("Erased", "")


async def test_who_is_gone_is_nobody_and_is_not_written_to() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        gone = "contacts(11111111-2222-4333-8444-555555555555)"
        assert await crm.history(gone) is None
        assert await crm.history("contacts(1) or 1 eq 1") is None
        with pytest.raises(PermanentError, match="Does Not Exist"):
            await crm.log(gone, outcome())
        with pytest.raises(PermanentError, match="has no contact"):
            await crm.log("leads(1)", outcome())


async def test_microsoft_says_why_it_does_not_let_us_in() -> None:
    async with PretendDynamics() as server:
        async with opened(server, tenant="11111111-2222-4333-8444-555555555555") as crm:
            with pytest.raises(PermanentError, match="AADSTS90002: Tenant not found"):
                await crm.health()
        async with opened(server, {"DYNAMICS_SECRET": "wrong-secret-4711"}) as crm:
            with pytest.raises(PermanentError, match="AADSTS7000215") as refused:
                await crm.health()
            assert "4711" not in str(refused.value)


async def test_health_names_the_user() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        assert await crm.health() == f"Dynamics 365 at {server.url[7:]}, as # Baton: contacts can be read."


def test_the_formatted_value_has_the_name_that_microsoft_gives_it() -> None:
    assert f"statuscode{FORMATTED}" in payload("incidents")["value"][0]
