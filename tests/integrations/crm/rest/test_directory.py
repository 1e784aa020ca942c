"""The documented mappings of PeopleSoft and SAP Ariba against pretended servers of theirs."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.config import Config
from bot.domain.belonging import Listed
from bot.domain.customer import Identity
from bot.errors import ConfigError, PermanentError, RetriableError
from integrations.crm.rest import reading
from integrations.crm.rest.directory import RestDirectory
from integrations.directories import open_directories
from integrations.http import Http
from tests.docs.pages import ROOT
from tests.fakes.crms.ariba import KEY, SECRET, PretendAriba
from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.peoplesoft import PASSWORD, PretendPeopleSoft

SECRETS = {"PEOPLESOFT_PASSWORD": PASSWORD, "ARIBA_SECRET": SECRET, "ARIBA_API_KEY": KEY}
PAGES = {"people": "peoplesoft", "ariba": "sap_ariba"}


def page(name: str) -> str:
    return (ROOT / "docs" / "crms" / f"{PAGES[name]}.md").read_text("utf-8")


def documented(name: str) -> dict[str, Any]:
    """The part of baton.toml that its page shows."""
    (block,) = re.findall(r"```toml\n(.*?)```", page(name), re.DOTALL)
    part: dict[str, Any] = tomllib.loads(block)["directories"][name]
    return part


def answers(name: str) -> list[Any]:
    """The answers that its page shows."""
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page(name), re.DOTALL)]


@asynccontextmanager
async def opened(
    server: LoopbackCrm, name: str, secrets: dict[str, str] | None = None, **more: Any
) -> AsyncIterator[RestDirectory]:
    part = documented(name) | {"url": server.url} | more
    if "token_url" in part:
        part["token_url"] = f"{server.url}/v2/oauth/token"
    config = Config.model_validate({"directories": {name: part}})
    async with Http(timeout=1.0, tries=1) as http:
        yield open_directories(config, secrets or SECRETS, http)[name]


def mail(address: str) -> Identity:
    return Identity("email", address)


async def test_peoplesoft_tells_who_works_here_and_in_which_department() -> None:
    async with PretendPeopleSoft() as server, opened(server, "people") as people:
        rosa = server.hire("Rosa Lee", "Rosa.Lee@acme.example", "Logistics")
        server.hire("Otto Old", "otto@acme.example", "Logistics", active=False)
        assert await people.health() == "BATON; mapped: employees, staff"
        found = await people.employee_of(mail("rosa.lee@acme.example"))
        assert found == Listed("employee", rosa, "Rosa Lee", "Logistics", ("Rosa.Lee@acme.example",))
        server.move(rosa, "Support")
        moved = await people.employee_of(mail("rosa.lee@acme.example"))
        assert moved is not None
        assert moved.department == "Support"
        for nobody in ("otto@acme.example", "rosa.parks@acme.example", "%", "x@acme.example' OR '1'='1"):
            assert await people.employee_of(mail(nobody)) is None
        assert await people.employee_of(Identity("mastodon", "rosa.lee@acme.example")) is None
        assert await people.vendor_of(mail("rosa.lee@acme.example")) is None


async def test_a_colleague_is_nobody_who_shares_the_domain_alone() -> None:
    """Even where the other side gives everybody of a domain."""
    async with PretendPeopleSoft() as server:
        everybody = documented("people")["employees"] | {"query": {"EMAIL_ADDR": "%"}, "emails": "'acme.example'"}
        async with opened(server, "people", employees=everybody) as people:
            server.hire("Rosa Lee", "rosa.lee@acme.example", "Logistics")
            assert await people.employee_of(mail("somebody@acme.example")) is None


async def test_peoplesoft_lists_everybody_who_works_here_page_by_page() -> None:
    async with PretendPeopleSoft() as server, opened(server, "people") as people:
        server.largest_page = 2
        hired = [server.hire(f"Person {n}", f"p{n}@acme.example", "Support") for n in range(5)]
        server.hire("Otto Old", "otto@acme.example", "Support", active=False)
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await people.staff_page(cursor)
            found += [each.id for each in page.people]
            cursor = page.next
            # Somebody who leaves meanwhile moves nobody out of the list.
            server.people.pop(hired[0], None)
        assert found == hired


async def test_ariba_tells_who_is_a_vendor_by_address_or_domain() -> None:
    async with PretendAriba() as server, opened(server, "ariba") as ariba:
        karton = server.register("Kartonwerk", domains=("kartonwerk.example",))
        other = server.register("Other", emails=("jo@mail.example",))
        found = await ariba.vendor_of(mail("sales@KARTONWERK.example"))
        assert found is not None
        assert (found.kind, found.id, found.name) == ("vendor", karton, "Kartonwerk")
        jo = await ariba.vendor_of(mail("Jo@mail.example"))
        assert jo is not None
        assert jo.id == other
        # The address of one vendor at a place for everybody makes nobody else a vendor.
        assert await ariba.vendor_of(mail("maya@mail.example")) is None
        assert await ariba.employee_of(mail("jo@mail.example")) is None
        server.phase_out(karton)
        assert await ariba.vendor_of(mail("sales@kartonwerk.example")) is None
        with pytest.raises(PermanentError, match="no mapping for `staff`"):
            await ariba.staff_page()


async def test_a_token_of_ariba_that_is_over_is_renewed_once() -> None:
    async with PretendAriba() as server, opened(server, "ariba") as ariba:
        server.register("Kartonwerk", domains=("kartonwerk.example",))
        assert await ariba.vendor_of(mail("a@kartonwerk.example"))
        server.expire_tokens()
        assert await ariba.vendor_of(mail("b@kartonwerk.example"))
        assert server.signed_in == 2


async def test_whom_it_does_not_let_in_is_told_what_it_says() -> None:
    async with PretendAriba() as server, opened(server, "ariba", SECRETS | {"ARIBA_API_KEY": "another"}) as ariba:
        with pytest.raises(PermanentError, match=r"Invalid application key\."):
            await ariba.health()
    async with PretendPeopleSoft() as hr:
        async with opened(hr, "people", {"PEOPLESOFT_PASSWORD": "wrong-4711"}) as people:
            with pytest.raises(PermanentError, match="does not let us in") as refused:
                await people.health()
        assert "wrong-4711" not in str(refused.value)
        async with opened(hr, "people", health={"path": "/ACME_OTHER.v1"}) as people:
            with pytest.raises(PermanentError, match="Unable to find a routing"):
                await people.health()


async def test_a_busy_directory_and_one_that_is_away_may_be_asked_again() -> None:
    async with PretendAriba() as server, opened(server, "ariba") as ariba:
        await ariba.health()
        for status in (429, 503):
            server.troubles.script = [(status, {"Retry-After": "37"})]
            with pytest.raises(RetriableError):
                await ariba.vendor_of(mail("sales@kartonwerk.example"))


async def test_it_asks_no_more_than_its_budget() -> None:
    async with PretendAriba() as server, opened(server, "ariba", budget="3 in 1h") as ariba:
        await ariba.health()
        await ariba.vendor_of(mail("a@mail.example"))
        with pytest.raises(RetriableError):
            await ariba.vendor_of(mail("b@mail.example"))


def test_the_answers_that_the_pages_show_are_read_as_they_say() -> None:
    directory = documented("people")
    people, refusal = answers("people")
    (row,) = reading.rows(directory["employees"]["rows"], people)
    assert reading.text(directory["employees"]["department"], row) == "Logistics"
    assert reading.text(directory["staff"]["next"], people) == "KU0001"
    assert reading.text(directory["error"], refusal).startswith("Unable to find a routing")
    (vendors,) = answers("ariba")
    call = documented("ariba")["vendors"]
    (row,) = reading.rows(call["rows"], vendors)
    assert reading.text(call["name"], row) == "Kartonwerk"
    assert reading.texts(call["emails"], row) == ("sales@kartonwerk.example", "kartonwerk.example")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"kind": "other"}, "there is no kind “other”"),
        ({"kind": "rest", "url": "https://hr.example", "health": {"path": "/"}}, "without them nothing is asked"),
        ({"kind": "rest", "url": "https://hr.example", "health": {"path": "/"}, "find": {"path": "/"}}, "find"),
        ({"kind": "rest", "health": {"path": "/"}, "vendors": {"path": "/v"}}, "needs `url`"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_place(part: dict[str, Any], words: str) -> None:
    config = Config.model_validate({"directories": {"people": part}})
    async with Http() as http:
        with pytest.raises(ConfigError, match=re.escape(words)) as refused:
            open_directories(config, {}, http)
    assert "directories.people" in str(refused.value)
