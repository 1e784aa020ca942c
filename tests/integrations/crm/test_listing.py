"""What is particular to each vendor when all contacts are listed: who is left out, and where a page begins."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.record import Contact
from bot.errors import PermanentError
from integrations import listing
from integrations.record import CrmConnector
from tests.fakes.crms.dynamics import PretendDynamics
from tests.fakes.crms.hubspot import PretendHubSpot
from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.odoo import PretendOdoo
from tests.fakes.crms.oracle import PretendOracle
from tests.fakes.crms.salesforce import PretendSalesforce
from tests.fakes.crms.sap_c4c import PretendSapC4c
from tests.fakes.crms.sap_v2 import PretendSapV2
from tests.fakes.crms.tryton import PretendTryton
from tests.fakes.crms.zendesk import PretendZendesk
from tests.integrations.crm.opened import opened

PAYLOADS = Path(__file__).parents[2] / "payloads" / "crm"


async def everybody(crm: CrmConnector) -> list[str]:
    """The names of all, in the CRM's order."""
    found: list[Contact] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await crm.contact_page(cursor)
        found += page.contacts
        cursor = page.next
    return [contact.name for contact in found]


# Cursors.


def test_kinds_come_one_after_the_other() -> None:
    kinds = ("people", "companies")
    assert listing.place(kinds, "") == ("people", "")
    assert listing.page(kinds, "people", (), "a b").next == "people a b"
    assert listing.place(kinds, "people a b") == ("people", "a b")
    assert listing.page(kinds, "people", (), None).next == "companies "
    assert listing.place(kinds, "companies ") == ("companies", "")
    assert listing.page(kinds, "companies", (), None).next is None


@pytest.mark.parametrize("odd", ["-1", "1 or 1=1", "²", "9" * 19, "x"])
def test_a_place_that_is_no_number_is_none(odd: str) -> None:
    assert listing.number("") == 0
    assert listing.number("42") == 42
    with pytest.raises(PermanentError, match="is no place"):
        listing.number(odd)


# Who is left out.


async def test_salesforce_leaves_out_leads_that_became_contacts_and_those_an_org_has_not() -> None:
    async with PretendSalesforce() as server, opened(server) as crm:
        server.add("Lead", Name="Tom Bell", IsConverted=False)
        server.add("Lead", Name="Maya Okafor", IsConverted=True)
        server.add("Contact", Name="Maya Okafor")
        server.add("Account", Name="Acme")
        assert await everybody(crm) == ["Maya Okafor", "Tom Bell", "Acme"]
        server.without.add("Lead")
        assert await everybody(crm) == ["Maya Okafor", "Acme"]
        assert not any("OFFSET" in query for query in server.queries)
        with pytest.raises(PermanentError, match="no place"):
            await crm.contact_page("Contact 0015g0000000001AAG")
        with pytest.raises(PermanentError, match="no place"):
            await crm.contact_page("Contact x' OR Name != '")


async def test_hubspot_lists_contacts_though_the_app_may_not_read_companies() -> None:
    async with PretendHubSpot() as server, opened(server) as crm:
        server.add_contact("Maya Okafor", "maya@mail.example")
        server.add_contact("Acme", company=True)
        assert await everybody(crm) == ["Maya Okafor", "Acme"]
        server.closed.add("companies")
        assert await everybody(crm) == ["Maya Okafor"]
        server.closed.add("contacts")
        with pytest.raises(PermanentError, match="required scopes"):
            await everybody(crm)


async def test_dynamics_leaves_out_who_is_inactive() -> None:
    async with PretendDynamics() as server, opened(server) as crm:
        server.add_contact("Maya Okafor")
        server.add("contacts", fullname="Otto Old", statecode=1)
        assert await everybody(crm) == ["Maya Okafor"]


async def test_zendesk_leaves_out_agents_and_who_was_deleted() -> None:
    async with PretendZendesk() as server, opened(server) as crm:
        gone = server.add_contact("Otto Old")
        server.users[int(gone)]["active"] = False
        server.add_contact("Maya Okafor")
        server.add_contact("Acme", company=True)
        assert await everybody(crm) == ["Maya Okafor", "Acme"]


async def test_odoo_leaves_out_addresses_of_others_and_archived_partners() -> None:
    async with PretendOdoo() as server, opened(server) as crm:
        maya = server.add_contact("Maya Okafor")
        for kind in ("invoice", "delivery", "other"):
            server.add("res.partner", name=f"Maya's {kind}", parent_id=[int(maya), "?"], type=kind, active=True)
        server.add("res.partner", name="Otto Old", active=False)
        server.add("res.partner", name="Tom Bell", type="contact", active=True)
        assert await everybody(crm) == ["Maya Okafor", "Tom Bell"]


async def test_tryton_leaves_out_parties_that_became_another() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        twice, maya = server.add_contact("Maya O."), server.add_contact("Maya Okafor")
        server.merge(twice, maya)
        assert await everybody(crm) == ["Maya Okafor"]


async def test_the_numbers_of_cloud_for_customer_are_asked_from_the_last_one_on() -> None:
    async with PretendSapC4c() as server, opened(server) as crm:
        server.largest_page = 2
        names = [f"Maya {n}" for n in range(5)]
        for name in names:
            server.add_contact(name)
        assert await everybody(crm) == names
        assert not any("skip=" in asked for asked in server.asked)


async def test_a_page_of_service_cloud_is_read_again_where_somebody_was_removed_before_it() -> None:
    async with PretendSapV2() as server, opened(server) as crm:
        server.largest_page = 3
        people = [server.add_contact(f"Maya {n}") for n in range(9)]
        first = await crm.contact_page()
        seen = [contact.id for contact in first.contacts]
        for each in seen[1:]:
            server.change_contact(each, None)
        cursor = first.next
        while cursor is not None:
            page = await crm.contact_page(cursor)
            seen += [contact.id for contact in page.contacts]
            cursor = page.next
        assert set(seen) == set(people)


# The vendors' own answers.


def payload(kind: str, name: str) -> Any:
    return json.loads((PAYLOADS / kind / f"{name}.json").read_text("utf-8"))


def saying(
    server: type[LoopbackCrm], said: Callable[[web.Request, LoopbackCrm], Any]
) -> tuple[LoopbackCrm, list[web.Request]]:
    """A server that answers the first request for a list with this, and what it was asked after that."""
    after: list[web.Request] = []
    told: list[bool] = []

    class Saying(server):  # type: ignore[misc, valid-type]
        async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
            if self.is_signing_in(request, body) or "details" in request.path:
                return await self._really(request, body)
            if told:
                after.append(request)
                return await self._really(request, body)
            told.append(True)
            return web.json_response(said(request, self))

        async def _really(self, request: web.Request, body: Any) -> web.StreamResponse:
            answer: web.StreamResponse = await super().handle(request, body)
            return answer

    return Saying(), after


async def test_the_paging_cookie_of_dataverse_comes_back_as_it_was_given() -> None:
    def said(request: web.Request, server: LoopbackCrm) -> Any:
        page = payload("dynamics", "contacts-page")
        return page | {"@odata.nextLink": page["@odata.nextLink"].replace("SERVER", server.url)}

    server, after = saying(PretendDynamics, said)
    async with server, opened(server) as crm:  # type: ignore[arg-type]
        page = await crm.contact_page()
        assert [contact.name for contact in page.contacts] == ["Maya Okafor", "Tom Bell"]
        with pytest.raises(PermanentError):
            await crm.contact_page(page.next or "")
        (request,) = after
        link = payload("dynamics", "contacts-page")["@odata.nextLink"]
        assert "$skiptoken=" in link
        assert request.query["$skiptoken"].startswith('<cookie pagenumber="2" pagingcookie="%3ccookie%20page%3d%221%22')
        assert request.query["$orderby"] == "contactid"


async def test_a_next_page_of_dataverse_on_another_server_is_not_asked_for() -> None:
    server, _ = saying(
        PretendDynamics, lambda *_: {"value": [], "@odata.nextLink": "https://elsewhere.example/contacts"}
    )
    async with server, opened(server) as crm:  # type: ignore[arg-type]
        with pytest.raises(PermanentError, match="next page is on elsewhere"):
            await crm.contact_page()


@pytest.mark.parametrize(
    ("server", "kind", "name", "cursor", "people"),
    [
        (PretendZendesk, "zendesk", "users-page", "users eyJvIjoiaWQiLCJ2IjoiYVcyS0FBQUFBQUFBIn0=", ["Maya Okafor", "Anonymous"]),
        (PretendHubSpot, "hubspot", "contacts-list", "contacts NTI1Cg%3D%3D", ["Maya Okafor"]),
        (PretendSalesforce, "salesforce", "contacts-page", "Contact 0035g00000AbCdEAAV", ["Maya Okafor"]),
        (PretendOracle, "oracle", "contacts-page", "contacts 300000001490077", ["Maya Okafor", "Tom Bell"]),
    ],
)  # fmt: skip
async def test_the_documented_answer_is_read(
    server: type[LoopbackCrm], kind: str, name: str, cursor: str, people: list[str]
) -> None:
    made, _ = saying(server, lambda *_: payload(kind, name))
    async with made, opened(made) as crm:  # type: ignore[arg-type]
        page = await crm.contact_page()
        assert page.next == cursor
        assert [contact.name for contact in page.contacts] == people
