"""What is particular to Odoo: faults with status 200, fields that come and go, HTML notes, apps that are not installed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.customer import Identity
from bot.domain.record import Owed
from bot.errors import GoneError, PermanentError, RetriableError
from integrations.crm.odoo.records import any_of, clauses, fault, like, like_marker
from tests.fakes.crms.odoo import FaultError, PretendOdoo
from tests.integrations.crm.opened import opened, outcome

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def error(name: str, message: str) -> dict[str, Any]:
    return {"code": 200, "message": "Odoo Server Error", "data": {"name": name, "message": message, "arguments": []}}


@pytest.mark.parametrize(
    ("name", "message", "expected"),
    [
        ("odoo.exceptions.AccessDenied", "Access Denied", PermanentError),
        ("odoo.exceptions.AccessError", "You are not allowed to access 'Contact' records.\nContact your admin.", PermanentError),
        ("odoo.exceptions.MissingError", "Record does not exist or has been deleted.", GoneError),
        ("psycopg2.errors.SerializationFailure", "could not serialize access", RetriableError),
        ("psycopg2.OperationalError", "server closed the connection unexpectedly", RetriableError),
        ("psycopg2.OperationalError", 'FATAL:  database "acme" does not exist', PermanentError),
        ("", "", PermanentError),
    ],
)  # fmt: skip
def test_a_fault_says_whether_it_helps_to_try_again(name: str, message: str, expected: type[Exception]) -> None:
    assert type(fault("main", error(name, message))) is expected


def test_several_identities_are_one_question() -> None:
    asked = [Identity("email", "Maya@Mail.example"), Identity("phone", "+49 151 12345678"), Identity("x", "maya")]
    found = [clause for identity in asked for clause in clauses(identity, {"email_normalized", "phone", "mobile"})]
    forms = ["+49 151 12345678", "+4915112345678", "4915112345678"]
    assert any_of(found) == [
        "|",
        "|",
        ["email_normalized", "=", "maya@mail.example"],
        ["phone", "in", forms],
        ["mobile", "in", forms],
    ]


def test_wild_cards_of_a_name_are_taken_as_they_are() -> None:
    assert like("50%_\\") == "50\\%\\_\\\\"
    assert like_marker("B-12/resolved/17") == "Baton: B-12/resolved/17"
    assert like_marker("a_b'<c>") == "Baton: a%b%%c%"


async def test_an_odoo_without_some_fields_is_asked_for_the_others() -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        known = [field for field in server.fields["res.partner"] if field not in {"mobile", "email_normalized"}]
        server.fields["res.partner"] = tuple(known)
        maya = server.add_contact("Maya", "Maya@mail.example", "+4915112345678")
        assert (await crm.find([Identity("email", "maya@mail.example")]))[0].contact.id == maya
        assert (await crm.find([Identity("phone", "004915112345678"), Identity("phone", "+4915112345678")]))[
            0
        ].confidence == 1


async def test_a_name_is_a_guess_and_archived_contacts_are_not_proposed() -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        maya = server.add_contact("Maya_Okafor", company=True)
        server.add_contact("MayaXOkafor")
        (match,) = await crm.find([], "maya_okafor")
        assert (match.contact.id, match.contact.kind, match.confidence) == (maya, "company", 0.6)
        server.tables["res.partner"][int(maya)]["active"] = False
        assert await crm.find([], "maya_okafor") == []
        history = await crm.history(maya)
        assert history is not None


async def test_orders_are_named_after_products_and_quotations_are_not_bought() -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        server.add_purchase(maya, "Trail 30", 103.5, "EUR", AT)
        server.add_purchase(maya, "Trail 40", 99.0, "EUR", AT)
        next(iter(server.tables["sale.order"].values()))["state"] = "draft"
        history = await crm.history(maya)
        assert history is not None
        (bought,) = history.purchases
        assert (bought.what, bought.amount, bought.currency, bought.at) == ("Trail 40", 99.0, "EUR", AT)
        assert history.purchases_total == 1
        assert await crm.history("999") is None
        with pytest.raises(GoneError):
            await crm.history("1 or 1")


async def test_without_sales_and_helpdesk_there_are_notes_alone() -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        server.uninstall("sale.order")
        server.uninstall("helpdesk.ticket")
        maya = server.add_contact("Maya", "maya@mail.example")
        written = await crm.log(maya, outcome(case=True))
        assert written.case_id is None
        history = await crm.history(maya)
        assert history is not None
        assert (history.purchases, history.purchases_total, history.tickets) == ((), None, ())
        assert "neither" in await crm.health()
        assert await crm.forget([Owed("B-12/resolved/17")]) == []
        assert server.entries(maya) == []


@pytest.mark.parametrize("version", [[16, 0], [18, 0], ["saas~17", 2]])
async def test_a_note_is_markup_of_ours_and_text_of_theirs_on_every_version(version: list[Any]) -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        server.version = version
        maya = server.add_contact("Maya", "maya@mail.example")
        written = await crm.log(maya, outcome(body="<script>alert(1)</script>\nsecond 'line'"))
        (note,) = server.tables["mail.message"].values()
        assert "<script>" not in note["body"]
        assert "<br>second 'line'" in note["body"]
        assert (await crm.log(maya, outcome())).id == written.id
        assert (written.url or "").endswith(f"/odoo/res.partner/{maya}") == (version[0] == 18)


async def test_the_key_of_another_entry_that_begins_the_same_is_another() -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        for key in ("B-12/resolved/17", "B-12/resolved/1", "B-1%/resolved/1", "B-1_/resolved/1"):
            await crm.log(maya, outcome(key, case=True))
        assert (len(server.entries(maya)), len(server.cases(maya))) == (4, 4)
        assert await crm.forget([Owed("B-12/resolved/1")]) == []
        assert (len(server.entries(maya)), len(server.cases(maya))) == (3, 3)


async def test_what_may_not_be_deleted_is_told() -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        await crm.log(maya, outcome())
        server.forbidden.add("mail.message.unlink")
        assert await crm.forget([Owed("B-12/resolved/17"), Owed("never")]) == ["B-12/resolved/17"]


async def test_a_clash_with_somebody_else_may_be_tried_again() -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        await crm.health()
        server.faults = [FaultError("psycopg2.errors.SerializationFailure", "could not serialize access")]
        with pytest.raises(RetriableError):
            await crm.log(maya, outcome())
        await crm.log(maya, outcome())
        assert len(server.entries(maya)) == 1


async def test_another_database_is_said_in_words() -> None:
    async with PretendOdoo() as server, opened(server, database="other") as crm:
        with pytest.raises(PermanentError, match='database "other" does not exist'):
            await crm.health()
