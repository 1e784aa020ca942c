"""What is particular to SAP Service Cloud V2: two ways to sign in, notes that cases name, no links to next pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.customer import Identity, Ticket
from bot.domain.record import Owed
from bot.errors import PermanentError, UnknownResultError
from tests.fakes.crms.sap_v2 import PASSWORD, USER, PretendSapV2
from tests.integrations.crm.opened import opened, outcome

PAYLOADS = Path(__file__).parents[2] / "payloads" / "crm" / "sap_v2"
MAYA = Identity("email", "maya@mail.example")
AS_USER = {"client_id": "", "user": USER, "password_env": "SAP_PASSWORD"}


async def test_customers_and_cases_are_read_as_sap_describes_them() -> None:
    async with PretendSapV2() as server, opened(server) as crm:
        customer = json.loads((PAYLOADS / "individual_customer.json").read_text())["value"]
        server.sets["individual-customer-service/individualCustomers"][customer["id"]] = customer
        for case in json.loads((PAYLOADS / "cases.json").read_text())["value"]:
            server.sets["case-service/cases"][case["id"]] = case
        history = await crm.history(f"individualCustomers/{customer['id']}")
        assert history is not None
        contact = history.contact
        assert (contact.name, contact.emails, contact.phones) == ("Maya Okafor", (), ("+33 472000000",))
        assert contact.attributes == {"city": "Lyon", "country": "France", "role": "Customer"}
        at = datetime(2026, 11, 1, 8, 15, 30, 225_000, UTC)
        assert history.tickets == (Ticket("103", "Crushed parcel", "In Process", at),)
        assert history.tickets_total == 1


async def test_a_user_with_a_password_is_let_in_as_well() -> None:
    async with PretendSapV2() as server:
        async with opened(server, {"SAP_PASSWORD": PASSWORD}, **AS_USER) as crm:
            maya = server.add_contact("Maya Okafor", "maya@mail.example")
            assert [match.contact.id for match in await crm.find([MAYA])] == [maya]
            assert USER in await crm.health()
            assert server.signed_in == 0
        async with opened(server, {"SAP_PASSWORD": "wrong-secret-4711"}, **AS_USER) as crm:
            with pytest.raises(PermanentError, match="does not let us in"):
                await crm.health()


async def test_what_is_missing_to_sign_in_is_named() -> None:
    async with PretendSapV2() as server:
        async with opened(server, token_url="") as crm:
            with pytest.raises(PermanentError, match="no token_url"):
                await crm.health()
        async with opened(server, client_id="") as crm:
            with pytest.raises(PermanentError, match="neither `user` nor `client_id`"):
                await crm.health()


async def test_people_are_found_by_the_international_form_of_a_phone() -> None:
    async with PretendSapV2() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", phone="+33 (4) 72-00 00 00")
        tom = {"formattedName": "Tom Bell", "mobileNormalisedNumber": "+33472000000", "eMail": "tom@litware.example"}
        id_ = server.add("contact-person-service/contactPersons", **tom)
        found = await crm.find([Identity("phone", "+33 4 72 00 00 00"), Identity("email", "Tom@Litware.example")])
        assert [(match.contact.id, match.confidence) for match in found] == [
            (f"contactPersons/{id_}", 1.0),
            (maya, 0.95),
        ]


async def test_a_company_is_an_account() -> None:
    async with PretendSapV2() as server, opened(server) as crm:
        litware = server.add_contact("Litware, Inc.", "info@litware.example", company=True)
        (match,) = await crm.find([], "litware, inc.")
        assert (match.contact.id, match.contact.kind, match.confidence) == (litware, "company", 0.6)
        await crm.log(litware, outcome(case=True))
        (case,) = server.cases(litware)
        assert server.sets["case-service/cases"][case.id]["account"] == {"id": litware.split("/")[1]}


async def test_a_case_has_its_priority_its_type_and_a_note_that_describes_it() -> None:
    async with PretendSapV2() as server, opened(server, case_type="ZJH2", note_type="S007") as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        written = await crm.log(maya, outcome(case=True, urgent=True))
        case = server.sets["case-service/cases"][written.case_id or ""]
        assert (case["priority"], case["caseType"]) == ("02", "ZJH2")
        assert case["subject"].startswith("B-12 on Mastodon: Fixed [Baton ")
        assert "parcels that arrive whole" in server.cases(maya)[0].body
        assert {note["noteTypeCode"] for note in server.sets["note-service/notes"].values()} == {"S007"}


async def test_a_tenant_may_call_the_host_of_a_note_otherwise() -> None:
    async with PretendSapV2() as server, opened(server, host_types={"individualCustomer": "159"}) as crm:
        written = await crm.log(server.add_contact("Maya Okafor"), outcome())
        assert server.sets["note-service/notes"][written.id]["hostObjectType"] == "159"


async def test_a_case_whose_answer_was_lost_is_opened_once() -> None:
    async with PretendSapV2() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        await crm.log(maya, outcome())
        for _ in range(2):
            server.troubles.lose = 1
            with pytest.raises(UnknownResultError):
                await crm.log(maya, outcome(case=True))
            server.troubles.lose = 0
        written = await crm.log(maya, outcome(case=True))
        assert written.case_id in {case.id for case in server.cases(maya)}
        assert len(server.cases(maya)) == len(server.entries(maya)) == 1


async def test_a_key_that_begins_like_another_is_another_entry() -> None:
    async with PretendSapV2() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor", "maya@mail.example")
        for key in ("B-12", "B-1", "B-123", "B-12"):
            await crm.log(maya, outcome(key))
        assert len(server.entries(maya)) == 3


async def test_who_is_gone_is_nobody_and_is_not_written_to() -> None:
    async with PretendSapV2() as server, opened(server) as crm:
        gone = "individualCustomers/11111111-2222-4333-8444-555555555555"
        assert await crm.history(gone) is None
        assert await crm.history("individualCustomers/1' or '1' eq '1") is None
        for nobody in (gone, gone.replace("individualCustomers", "employees")):
            with pytest.raises(PermanentError, match="has no customer"):
                await crm.log(nobody, outcome(case=True))
        assert not any(asked.startswith("POST /sap/") for asked in server.asked)


async def test_what_cannot_be_erased_is_named() -> None:
    async with PretendSapV2() as server, opened(server) as crm:
        assert await crm.forget([Owed("one"), Owed("two")]) == ["one", "two"]
