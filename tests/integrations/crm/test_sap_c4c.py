"""What is particular to SAP Cloud for Customer: tokens against forgery, wildcards, dates, notes on many pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.customer import Identity, Ticket
from bot.domain.record import Owed
from bot.errors import PermanentError, UnknownResultError
from integrations.crm.sap_c4c.rows import author_of, contact_of, ticket_of
from tests.fakes.crms.sap_c4c import PretendSapC4c
from tests.integrations.crm.opened import opened, outcome

PAYLOADS = Path(__file__).parents[2] / "payloads" / "crm" / "sap_c4c"
MAYA = Identity("email", "maya@mail.example")


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())["d"]["results"]


def writes(server: PretendSapC4c) -> list[str]:
    return [asked for asked in server.asked if not asked.startswith("GET ")]


def test_a_customer_is_read_as_sap_describes_it() -> None:
    (row,) = payload("individual_customers")
    contact = contact_of("IndividualCustomer", row)
    assert contact.id == "IndividualCustomerCollection('00163E03A0701ED28BCEC7F4AA474109')"
    assert (contact.name, contact.emails, contact.phones) == ("Maya Okafor", ("maya@mail.example",), ("+33 472000000",))
    assert contact.attributes == {"city": "Lyon", "country": "France", "class": "A-Account"}
    bare = contact_of("CorporateAccount", {"ObjectID": "1"})
    assert (bare.kind, bare.name, bare.emails, bare.phones, bare.attributes) == ("company", "", (), (), {})


def test_tickets_have_their_time_in_milliseconds() -> None:
    newest, bare = map(ticket_of, payload("service_requests"))
    assert newest == Ticket("1423", "Crushed parcel", "Completed", datetime(2012, 10, 29, 18, 16, 40, 660_000, UTC))
    assert bare == Ticket("2", "")


async def test_to_read_no_token_against_forgery_is_fetched_and_to_write_one() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        await crm.find([MAYA])
        await crm.history(maya)
        assert server.given == 0
        await crm.log(maya, outcome("one"))
        await crm.log(maya, outcome("two", case=True))
        assert server.given == 1
        assert len(writes(server)) == 3


async def test_a_session_that_ended_is_had_anew_once_and_the_entry_written_once() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        await crm.log(maya, outcome("one"))
        server.expire_tokens()
        await crm.log(maya, outcome("two"))
        assert server.given == 2
        assert len(server.entries(maya)) == 2
        assert len(writes(server)) == 3


async def test_a_refusal_that_is_not_about_forgery_is_not_tried_again() -> None:
    class Strict(PretendSapC4c):
        def _create(self, set_: str, body: Any) -> web.Response:
            said = {"error": {"code": "", "message": {"lang": "en", "value": "No authorization to create notes"}}}
            return web.json_response(said, status=403)

    async with Strict() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        with pytest.raises(PermanentError, match=r"refuses that \(403\): \u2068No authorization to create notes"):
            await crm.log(maya, outcome())
        assert len(writes(server)) == 1


async def test_who_gets_no_token_is_told_so() -> None:
    class Mute(PretendSapC4c):
        def _get(self, request: web.Request) -> web.Response:
            answer = super()._get(request)
            answer.headers.popall("X-CSRF-Token", None)
            return answer

    async with Mute() as server, opened(server) as crm:
        with pytest.raises(PermanentError, match="gives no token for writing to _BATON"):
            await crm.health()


async def test_what_holds_a_wildcard_is_not_asked_for() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        server.add_contact("Maya Okafor", "maya@mail.example")
        assert (
            await crm.find([Identity("email", "*@mail.example"), Identity("email", "m*a@mail.example")], "Maya*") == []
        )
        assert server.asked == []


async def test_people_are_found_by_the_international_form_of_either_phone() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", phone="+33 (4) 72-00 00 00")
        mobile = server.add("ContactCollection", Name="Tom Bell", Mobile="+33 6", NormalisedMobile="+33472000000")
        found = await crm.find([Identity("phone", "+33 4 72 00 00 00")])
        assert {match.contact.id for match in found} == {maya, f"ContactCollection('{mobile}')"}
        assert {match.confidence for match in found} == {0.95}


async def test_our_note_is_found_however_many_there_are() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        first = await crm.log(maya, outcome())
        server.page = 2
        for number in range(7):
            await crm.log(maya, outcome(f"other-{number}"))
        assert (await crm.log(maya, outcome())).id == first.id
        assert len(server.entries(maya)) == 8
        assert any("skiptoken" in asked for asked in server.asked)


async def test_our_note_is_known_by_its_last_line_where_the_author_is_not_kept() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        written = await crm.log(maya, outcome())
        server.sets["IndividualCustomerTextCollectionCollection"][written.id]["AuthorName"] = "Technical User"
        assert (await crm.log(maya, outcome())).id == written.id


async def test_a_ticket_of_a_contact_names_the_contact_and_the_account() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        server.add("CorporateAccountCollection", AccountID="77", BusinessPartnerFormattedName="Litware, Inc.")
        tom = server.add(
            "ContactCollection", ContactID="78", AccountID="77", Name="Tom Bell", Email="tom@litware.example"
        )
        (match,) = await crm.find([Identity("email", "Tom@litware.example")])
        assert match.contact.id == f"ContactCollection('{tom}')"
        await crm.log(match.contact.id, outcome(case=True, urgent=True, subject="line\none " + "y" * 900))
        (ticket,) = server.sets["ServiceRequestCollection"].values()
        assert (ticket["BuyerPartyID"], ticket["BuyerMainContactPartyID"], ticket["ServicePriorityCode"]) == (
            "77",
            "78",
            "2",
        )
        assert len(ticket["Name"]) <= 255
        history = await crm.history(match.contact.id)
        assert history is not None
        assert history.tickets_total == 1


async def test_a_ticket_whose_answer_was_lost_is_opened_once() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        await crm.log(maya, outcome())
        server.troubles.lose = 1
        with pytest.raises(UnknownResultError):
            await crm.log(maya, outcome(case=True))
        written = await crm.log(maya, outcome(case=True))
        assert [case.id for case in server.cases(maya)] == [written.case_id]
        assert len(server.entries(maya)) == 1


async def test_to_forget_deletes_texts_and_blanks_the_ticket() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        written = await crm.log(maya, outcome(case=True))
        by_hand = {"ParentObjectID": written.case_id, "TypeCode": "10007", "Text": "Called her back"}
        server.add("ServiceRequestTextCollectionCollection", **by_hand)
        assert await crm.forget([Owed(outcome().key)]) == []
        assert server.entries(maya) == []
        (case,) = server.cases(maya)
        assert case.subject.startswith("Erased [Baton ")
        assert case.body == "Called her back"


async def test_who_is_gone_is_nobody_and_is_not_written_to() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        for gone in ("IndividualCustomerCollection('00163E')", "LeadCollection('1')", "ContactCollection('1') or 1"):
            assert await crm.history(gone) is None
            with pytest.raises(PermanentError, match="has no customer"):
                await crm.log(gone, outcome())
        assert writes(server) == []


def test_the_author_fits_into_its_field() -> None:
    assert len(author_of("B-12/resolved/17" * 50)) <= 40
