"""What is particular to Zendesk: searches that find too much, the private comment, the key that makes a ticket once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.customer import Identity
from bot.domain.record import Owed
from bot.errors import GoneError, PermanentError
from integrations.crm.zendesk.records import external_id, query_for
from tests.fakes.crms.zendesk import AGENT, API_TOKEN, PretendZendesk
from tests.integrations.crm.opened import opened, outcome

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


async def test_a_user_whose_address_merely_begins_the_same_is_another() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        server.add_contact("Maya Two", "maya@mail.example.org")
        maya = server.add_contact("Maya", "maya@mail.example")
        found = await crm.find([Identity("email", "maya@mail.example")])
        assert [match.contact.id for match in found] == [maya]


async def test_a_second_address_of_a_user_is_found_too() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        assert await crm.link_identity(maya, Identity("email", "okafor@work.example"))
        assert server.verification_mails == []
        assert (await crm.find([Identity("email", "Okafor@work.example")]))[0].contact.id == maya


async def test_a_phone_is_found_however_it_is_written() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        maya = server.add_contact("Maya", phone="+4915112345678")
        assert (await crm.find([Identity("phone", "+49 (151) 123-45678")]))[0].contact.id == maya
        assert await crm.find([Identity("phone", "+49151123456")]) == []


async def test_a_name_alone_is_a_guess_and_may_be_an_organization() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        server.add_contact("Acme Parcels", company=True)
        server.add_contact("Maya Okafor", "maya@mail.example")
        (company,) = await crm.find([], "acme  parcels")
        assert (company.contact.kind, company.confidence) == ("company", 0.6)
        server.add_contact("Maya Okafor", "other@mail.example")
        assert {match.confidence for match in await crm.find([], "Maya Okafor")} == {0.4}
        with pytest.raises(PermanentError, match="people"):
            await crm.log(company.contact.id, outcome())
        history = await crm.history(company.contact.id)
        assert history is not None
        assert history.tickets == ()


async def test_handles_are_kept_once_and_only_where_zendesk_has_a_place_for_them() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        for _ in range(2):
            assert await crm.link_identity(maya, Identity("x", "@MayaMakes"))
        assert not await crm.link_identity(maya, Identity("mastodon", "maya@example.social"))
        history = await crm.history(maya)
        assert history is not None
        assert [(each.network, each.handle) for each in history.contact.handles] == [("x", "MayaMakes")]


async def test_customers_do_not_see_what_we_write_and_it_is_solved_unless_a_case_is_asked_for() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        await crm.log(maya, outcome())
        case = await crm.log(maya, outcome("B-12/escalated/3", case=True, urgent=True))
        note, open_one = server.tickets.values()
        assert (note["comment"]["public"], note["status"], note["tags"]) == (
            False,
            "solved",
            ["baton", "baton_resolved"],
        )
        assert (open_one["status"], open_one["priority"]) == ("new", "urgent")
        assert case.url == f"{server.url}/agent/tickets/{case.case_id}"
        # The case is a ticket like others; the note is no ticket of the customer's.
        history = await crm.history(maya)
        assert history is not None
        assert [ticket.key for ticket in history.tickets] == [case.case_id]
        assert history.tickets_total == 1


async def test_a_cut_off_request_is_repeated_under_the_same_key_and_makes_one_ticket() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        server.troubles.lose = 1
        await crm.log(maya, outcome())
        assert len(server.entries(maya)) == 1
        assert server.asked.count("POST /api/v2/tickets.json") == 2


async def test_forgetting_deletes_for_good_also_what_is_archived() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        written = await crm.log(maya, outcome())
        server.archived.add(int(written.id))
        assert await crm.forget([Owed("B-12/resolved/17")]) == []
        assert (server.tickets, server.deleted) == ({}, {})


async def test_an_api_token_is_enough() -> None:
    settings = {"client_id": "", "user": AGENT, "api_token_env": "ZENDESK_TOKEN"}
    async with PretendZendesk() as server:
        async with opened(server, {"ZENDESK_TOKEN": API_TOKEN}, **settings) as crm:
            assert "agent" in await crm.health()
            server.role = "end-user"
            with pytest.raises(PermanentError, match="agent"):
                await crm.health()
        async with opened(server, {"ZENDESK_TOKEN": "no-such-token"}, **settings) as crm:
            with pytest.raises(PermanentError, match="does not let us in"):
                await crm.health()


async def test_what_zendesk_says_against_a_ticket_is_passed_on() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        with pytest.raises(PermanentError, match="Requester: is invalid"):
            await crm.log("999999", outcome())
        assert await crm.history("999999") is None
        with pytest.raises(GoneError):
            await crm.log("../users/1", outcome())


def test_what_cannot_be_quoted_is_not_asked() -> None:
    assert query_for("name", 'Maya" role:admin "') is None
    assert query_for("email", 'a"b@mail.example') is None
    assert query_for("name", "Maya  O'Hara") == 'name:"Maya O\'Hara"'


def test_a_key_with_a_comma_asks_for_one_ticket() -> None:
    assert external_id("B-12/resolved/17") == "baton:B-12/resolved/17"
    assert "," not in external_id("a,b").removeprefix("baton:")
