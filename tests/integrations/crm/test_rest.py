"""Mappings of a REST system: what is refused, what values may do, how answers are read, directories."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.domain.customer import Identity
from bot.domain.record import Owed
from bot.errors import ConfigError, PermanentError
from integrations.crm import CONNECTORS
from integrations.http import Http
from integrations.record import open_crms
from tests.fakes.crms.rest import LOOK_UP, NOTE, PretendRest
from tests.integrations.crm.opened import opened, outcome

PAGE = Path(__file__).parents[3] / "docs" / "crms" / "rest.md"
HEALTH = {"path": "/me"}


def refusal(**mapping: Any) -> str:
    part = {"kind": "rest", "url": "https://erp.acme.example", "health": HEALTH, **mapping}
    with pytest.raises(ConfigError) as refused:
        open_crms(CONNECTORS, Config.model_validate({"crm": {"house": part}}), {}, Http())
    return str(refused.value)


def documented() -> dict[str, dict[str, Any]]:
    """The mappings of the page."""
    found: dict[str, dict[str, Any]] = {}
    for block in re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for name, part in tomllib.loads(block)["crm"].items():
            found[name] = found.get(name, {}) | part
    return found


# Refused when Baton starts.


def test_a_mapping_without_a_look_up_is_refused() -> None:
    said = refusal(log={"path": "/notes", "body": NOTE})
    assert "crm.house.log" in said
    assert "written twice" in said


def test_a_look_up_that_could_never_find_it_is_refused() -> None:
    assert "never found" in refusal(log={"path": "/notes", "body": {"text": "{body}"}, "look_up": LOOK_UP})
    blind = {"path": "/notes", "key": "externalKey"}
    assert "must ask for" in refusal(log={"path": "/notes", "body": NOTE, "look_up": blind})


def test_forgetting_without_a_look_up_by_key_is_refused() -> None:
    of_contact = {"path": "/customers/{contact_id}/notes", "key": "text"}
    log = {"path": "/notes", "body": NOTE, "look_up": of_contact}
    assert "without {contact_id}" in refusal(log=log, forget={"path": "/notes/{entry_id}"})


@pytest.mark.parametrize(
    "query",
    ["email eq '{email}'", 'email:"{email}"', 'email:"{email:quoted}"', "{email:quoted}", "email eq ''{email:quoted}"],
)
def test_a_value_in_quotes_that_are_not_safe_is_refused(query: str) -> None:
    assert "crm.house.find" in refusal(find={"path": "/customers", "query": {"q": query}})


@pytest.mark.parametrize(
    ("find", "words"),
    [
        ({"path": "/customers?email={email}"}, "`query`"),
        ({"path": "customers"}, "begin with"),
        ({"path": "/customers/{contact_id}"}, "no value {contact_id}"),
        ({"path": "/customers", "query": {"q": "{email"}}, "brace"),
        ({"path": "/customers", "contacts": "data["}, "JMESPath"),
        ({"path": "/customers", "contact": "data"}, "Extra"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(find: dict[str, Any], words: str) -> None:
    said = refusal(find=find)
    assert "crm.house.find" in said
    assert words in said


def test_a_way_in_that_lacks_something_is_refused() -> None:
    assert "needs `token_url`" in refusal(auth="oauth")
    assert "needs `user`" in refusal(auth="basic")


# Against a server.


async def test_the_documented_mapping_finds_reads_and_writes() -> None:
    async with PretendRest() as server:
        mapping = documented()["house"] | {"url": server.url, "token_url": f"{server.url}/token"}
        del mapping["kind"]
        async with opened(server, **mapping) as crm:
            maya = server.add_contact("Maya Okafor", "maya@mail.example")
            server.customers[int(maya)]["loyalty"] = {"tier": "gold"}
            (match,) = await crm.find([Identity("email", "MAYA@mail.example")])
            assert dict(match.contact.attributes) == {"tier": "gold"}
            assert (await crm.find([], "Maya Okafor"))[0].confidence == 0.6
            assert "baton (service); mapped: find" in await crm.health()
            written = await crm.log(maya, outcome())
            assert (await crm.log(maya, outcome())).id == written.id
            assert await crm.forget([Owed(outcome().key)]) == []
            assert server.entries(maya) == []
            assert [each.id for each in (await crm.contact_page()).contacts] == [maya]


def pages(**listing: Any) -> dict[str, Any]:
    return {"listing": {"path": "/v1/customers", "contacts": "data", **listing}}


async def test_a_list_whose_next_page_has_an_address_is_followed_on_the_same_server_alone() -> None:
    async with PretendRest() as server:
        maya = server.add_contact("Maya Okafor")
        elsewhere = pages(query={"limit": "100"}, next="'https://elsewhere.example/v1/customers'")
        here = pages(query={"limit": "100"}, next=f"'/v1/customers?limit=100&after={maya}'")
        async with opened(server, **elsewhere) as crm:
            page = await crm.contact_page()
            with pytest.raises(PermanentError, match="next page is on elsewhere"):
                await crm.contact_page(page.next or "")
        async with opened(server, **here) as crm:
            page = await crm.contact_page()
            assert [each.id for each in page.contacts] == [maya]
            assert (await crm.contact_page(page.next or "")).contacts == ()
            assert (await crm.contact_page(page.next or "")).next is None


async def test_a_list_sorted_by_id_ends_with_an_empty_page() -> None:
    async with PretendRest() as server:
        people = [server.add_contact(f"Maya {n}") for n in range(3)]
        server.largest_page = 2
        by_id = pages(query={"limit": "100", "after": "{cursor}"}, next="data[-1].id")
        async with opened(server, **by_id) as crm:
            first = await crm.contact_page()
            second = await crm.contact_page(first.next or "")
            assert [each.id for each in (*first.contacts, *second.contacts)] == people
            assert (await crm.contact_page(second.next or "")).next is None


async def test_a_page_that_is_followed_by_itself_does_not_go_on_for_ever() -> None:
    async with PretendRest() as server:
        server.add_contact("Maya Okafor")
        async with opened(server, **pages(query={"limit": "100", "page": "{cursor}"}, next="'2'")) as crm:
            with pytest.raises(PermanentError, match="followed by itself"):
                await crm.contact_page("2")


def test_a_cursor_in_the_path_is_refused() -> None:
    assert "the first request has none" in refusal(listing={"path": "/v1/customers/{cursor}", "next": "next"})


async def test_without_a_mapping_nothing_is_listed() -> None:
    async with PretendRest() as server, opened(server, listing=None) as crm:
        with pytest.raises(PermanentError, match="no mapping for `listing`"):
            await crm.contact_page()


async def test_a_filter_takes_quotation_marks_as_text() -> None:
    async with PretendRest() as server, opened(server) as crm:
        maya = server.add_contact("Maya O'Hara", "o'hara@mail.example", "+49 151 1234567")
        server.add_contact("Tom Bell", "tom@mail.example")
        assert [each.contact.id for each in await crm.find([Identity("email", "o'hara@mail.example")])] == [maya]
        assert [each.contact.id for each in await crm.find([Identity("phone", "+49 151 1234567")])] == [maya]
        assert [each.contact.id for each in await crm.find([], "maya o'hara")] == [maya]
        assert await crm.find([], "x' or name eq 'Tom Bell") == []


async def test_without_quotes_only_plain_values_are_asked() -> None:
    async with PretendRest() as server:
        plain: dict[str, Any] = {"find_name": {"path": "/v1/customers", "query": {"filter": "name:{name}"}}}
        async with opened(server, **plain) as crm:
            server.asked.clear()
            assert await crm.find([], "Maya) OR (1=1") == []
            assert server.asked == []
            with pytest.raises(PermanentError, match="cannot be read: name:Maya Okafor"):
                await crm.find([], "Maya Okafor")


@pytest.mark.parametrize("odd", ["..", ".", "1/../../admin", "1?x=y", "1#x", "%2e%2e", "1'--"])
async def test_an_id_stays_one_segment_of_the_path(odd: str) -> None:
    async with PretendRest() as server, opened(server) as crm:
        await crm.health()
        server.asked.clear()
        try:
            assert await crm.history(odd) is None
        except PermanentError:
            assert server.asked == []
        for asked in server.asked:
            assert asked.startswith("GET /v1/customers/")
            assert asked.count("/") == 3


async def test_a_text_never_leaves_its_place_in_the_body() -> None:
    async with PretendRest() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        hostile = 'x", "customer": 1, "y": "\\ {key} {contact_id:number} </script>'
        await crm.log(maya, outcome(body=hostile, subject=hostile, urgent=True, case=True))
        (note,), (case,) = server.tables["notes"].values(), server.tables["cases"].values()
        assert (note["customer"], note["title"]) == (int(maya), hostile)
        assert hostile in note["text"]
        assert case["urgent"] is True


async def test_what_the_other_side_says_against_it_is_passed_on() -> None:
    async with PretendRest() as server, opened(server) as crm:
        with pytest.raises(PermanentError, match="An entry needs a customer"):
            await crm.log("999999", outcome())
        with pytest.raises(PermanentError, match="is no number"):
            await crm.log("abc", outcome())
        assert await crm.history("999999") is None


async def test_an_expression_that_does_not_fit_the_answer_is_named() -> None:
    async with PretendRest() as server:
        find = server.settings["find"] | {"name": "length(id)"}
        async with opened(server, find=find) as crm:
            server.add_contact("Maya", "maya@mail.example")
            with pytest.raises(PermanentError, match=r"length\(id\)"):
                await crm.find([Identity("email", "maya@mail.example")])
