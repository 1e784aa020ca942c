"""What is particular to Oracle Fusion: expressions of `q`, numbers that we give, descriptions as bytes, errors in two shapes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.customer import Identity
from bot.domain.record import Owed
from bot.errors import GoneError, PermanentError
from integrations.crm.oracle.records import quoted
from tests.fakes.crms.oracle import PASSWORD, USER, PretendOracle
from tests.integrations.crm.opened import opened, outcome

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
SAVED = Path(__file__).parents[2] / "payloads" / "crm" / "oracle"


class SavedOracle(PretendOracle):
    """Answers with what is saved; what is not saved is refused as Oracle refuses."""

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if request.path == "/oauth2/v1/token":
            return await super().handle(request, body)
        saved = {"contacts": "contacts", "serviceRequests": "service-requests"}.get(request.path.rpartition("/")[2])
        content = json.loads((SAVED / f"{saved or 'error'}.json").read_text(encoding="utf-8"))
        return web.json_response(content, status=200 if saved else 400)


async def test_saved_answers_are_read_with_all_that_they_lack() -> None:
    async with SavedOracle() as server, opened(server) as crm:
        (match,) = await crm.find([Identity("email", "maya.o'hara@mail.example")])
        assert match.contact.phones == ("+45 (12) 345678",)
        assert match.contact.attributes["company"] == "Løbeklubben"
        history = await crm.history("300000178512345")
        assert history is not None
        first, second = history.tickets
        assert (first.key, first.status, first.at) == ("SR0000012345", "In Progress", AT + timedelta(milliseconds=123))
        assert (second.subject, second.status, second.at) == ("", "ORA_SVC_CLOSED", None)
        assert history.tickets_total == 14
        with pytest.raises(PermanentError, match="main refuses: \u2068URL request parameter q has an invalid value"):
            await crm.health()


@pytest.mark.parametrize("text", ["O'Hara", "x' OR '1'='1", "''", "a\\'b", "\N{PILE OF POO}", "a;b=c"])
def test_a_value_stays_one_value(text: str) -> None:
    written = quoted(text)
    assert written.startswith("'")
    assert written.endswith("'")
    assert written[1:-1].replace("''", "") == text.replace("'", "")


async def test_an_apostrophe_in_address_or_name_finds_whose_it_is() -> None:
    async with PretendOracle() as server, opened(server) as crm:
        server.add_contact("Tom Bell", "tom@mail.example")
        maya = server.add_contact("Maya O'Hara", "Maya.O'Hara@mail.example")
        assert [each.contact.id for each in await crm.find([Identity("email", "maya.o'hara@mail.example")])] == [maya]
        assert [each.contact.id for each in await crm.find([], "Maya O'Hara")] == [maya]
        assert await crm.find([], "x' OR ContactName = 'Tom Bell") == []


async def test_a_name_may_be_a_company_and_its_entries_are_kept_there() -> None:
    async with PretendOracle() as server, opened(server) as crm:
        acme = server.add_contact("Acme Parcels", company=True)
        (match,) = await crm.find([], "Acme Parcels")
        assert (match.contact.id, match.contact.kind, match.confidence) == (acme, "company", 0.6)
        await crm.log(acme, outcome())
        assert len(server.entries(acme)) == 1
        history = await crm.history(acme)
        assert history is not None
        assert history.contact.name == "Acme Parcels"


async def test_totals_are_whole_though_ten_are_read() -> None:
    async with PretendOracle() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example", "+49 151 12345678")
        for day in range(1, 15):
            server.add_ticket(maya, str(day), f"ticket {day}", "New", AT.replace(day=day))
        history = await crm.history(maya)
        assert history is not None
        assert (len(history.tickets), history.tickets_total) == (10, 14)
        assert (history.tickets[0].key, history.tickets[0].at) == ("SR14", AT.replace(day=14))
        assert history.contact.phones == ("+49 151 12345678",)
        assert await crm.history("300000000000000") is None
        with pytest.raises(GoneError):
            await crm.history("1) or (1=1")


async def test_a_case_without_the_custom_field_says_what_is_missing() -> None:
    async with PretendOracle() as server, opened(server) as crm:
        server.fields["serviceRequests"] = tuple(f for f in server.fields["serviceRequests"] if f != "BatonKey_c")
        maya = server.add_contact("Maya", "maya@mail.example")
        with pytest.raises(PermanentError, match="BatonKey_c isn't an attribute"):
            await crm.log(maya, outcome(case=True))


async def test_a_case_is_urgent_where_the_conversation_was_and_no_longer_than_fits() -> None:
    async with PretendOracle() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        await crm.log(maya, outcome(case=True, urgent=True, body="x" * 3000))
        (request,) = server.tables["serviceRequests"]
        assert (request["SeverityCd"], request["BatonKey_c"]) == ("ORA_SVC_SEV1", "B-12/resolved/17")
        assert request["ProblemDescription"].endswith("Baton: B-12/resolved/17")
        assert await crm.forget([Owed("B-12/resolved/17")]) == []
        assert (server.tables["serviceRequests"], server.tables["activities"]) == ([], [])


async def test_what_may_not_be_deleted_is_told() -> None:
    async with PretendOracle() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        await crm.log(maya, outcome())
        server.forbidden.add("DELETE activities")
        assert await crm.forget([Owed("B-12/resolved/17")]) == ["B-12/resolved/17"]


async def test_user_and_password_are_enough() -> None:
    basic = {"token_url": "", "user": USER, "password_env": "ORACLE_PASSWORD"}
    async with PretendOracle() as server:
        async with opened(server, {"ORACLE_PASSWORD": PASSWORD}, **basic) as crm:
            assert USER in await crm.health()
            server.forbidden.add("GET serviceRequests")
            with pytest.raises(PermanentError, match="privilege"):
                await crm.health()
        async with opened(server, {"ORACLE_PASSWORD": "another-password"}, **basic) as crm:
            with pytest.raises(PermanentError, match="does not let us in"):
                await crm.health()
