"""What is particular to Tryton: answers as a real server gives them, errors inside of answers, modules, merged parties."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.config import Config
from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.record import Owed
from bot.errors import PermanentError, RetriableError
from integrations.crm.tryton.connector import Tryton
from integrations.http import Http
from integrations.record import open_crms
from tests.fakes.crms.tryton import PretendTryton
from tests.integrations.crm.opened import opened, outcome

SAVED = Path(__file__).parents[2] / "payloads" / "crm" / "tryton"
AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


class SavedTryton(PretendTryton):
    """Answers as a real server did."""

    def _answer(self, asked: Any, method: str, params: list[Any]) -> web.Response:
        for part, name in (("party.party", "party"), ("sale.sale", "sales"), ("complaint", "complaints")):
            if method.endswith(f"{part}.search_read"):
                return web.Response(body=(SAVED / f"{name}.json").read_bytes(), content_type="application/json")
        return super()._answer(asked, method, params)


async def test_answers_of_a_real_server_are_read() -> None:
    async with SavedTryton() as server, opened(server) as crm:
        history = await crm.history("2")
    assert history is not None
    contact = history.contact
    assert (contact.id, contact.name, contact.kind) == ("2", "Maya Okafor", None)
    assert contact.emails == ("maya@mail.example",)
    assert contact.phones == ("+33 4 12 34 56 78",)
    # One without a name belongs to no network.
    assert contact.handles == (Identity("mastodon", "@maya@example.social"),)
    assert contact.attributes == {
        "code": "2",
        "language": "English",
        "city": "Lyon",
        "country": "France",
        "categories": "Gold, Press",
    }
    assert contact.url == f"{server.url}/#acme/model/party.party/2"
    assert history.purchases == (
        Purchase("2", "Boots", datetime(2026, 10, 3, tzinfo=UTC), 89.9, "EUR"),
        Purchase("1", "Tent Trail 20", datetime(2026, 9, 1, tzinfo=UTC), 249.0, "EUR"),
    )
    # Without a description, a complaint is called by its type.
    assert history.tickets == (
        Ticket("2", "Delivery", "draft", datetime(2026, 10, 8, tzinfo=UTC)),
        Ticket("1", "The parcel was crushed", "draft", datetime(2026, 9, 8, tzinfo=UTC)),
    )


async def test_without_the_modules_there_is_the_party_alone() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        server.uninstall("sale.complaint", "sale.sale")
        history = await crm.history(maya)
        assert history is not None
        assert (history.purchases, history.purchases_total, history.tickets_total) == ((), None, None)
        assert "but no sales" in await crm.health()


async def test_of_many_sales_the_newest_are_shown_and_all_are_counted() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        for day in range(1, 26):
            server.add_purchase(maya, f"Trail {day}", 10.0, "EUR", AT.replace(day=day))
        history = await crm.history(maya)
        assert history is not None
        assert [each.what for each in history.purchases] == [f"Trail {day}" for day in range(25, 15, -1)]
        assert history.purchases_total == 25


@pytest.mark.parametrize(
    ("error", "raised", "words"),
    [
        (
            ["UserError", ["You are not allowed.", "Ask somebody.", None]],
            PermanentError,
            "You are not allowed. Ask som",
        ),
        (
            ["UserWarning", ["name", "Really?", "It is old."]],
            PermanentError,
            "a person to confirm: \u2068Really? It is old.",
        ),
        (["ConcurrencyException", "Record was modified"], RetriableError, "Record was modified"),
        (["server closed the connection", "Traceback"], RetriableError, "failed: \u2068server closed the connection"),
        (["'party.party'", ""], PermanentError, "does not know 'party.party': is the module installed"),
        (["'res.user'", ""], RetriableError, "failed"),
    ],
)
async def test_errors_inside_of_answers_say_whether_to_try_again(
    error: list[Any], raised: type[Exception], words: str
) -> None:
    async with PretendTryton() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        server.fails = [error]
        with pytest.raises(raised, match=words.replace("?", r"\?")):
            await crm.log(maya, outcome())
        assert server.entries(maya) == []
        await crm.log(maya, outcome())
        assert len(server.entries(maya)) == 1


@pytest.mark.parametrize(
    ("status", "body", "raised", "words"),
    [
        (429, b"", RetriableError, "takes no log-ins of baton for now"),
        (404, b"", PermanentError, "has no database “acme”"),
        (200, b"<html>a shop</html>", PermanentError, "does not answer as Tryton does"),
        (200, b"[]", PermanentError, "does not answer as Tryton does"),
        (
            200,
            b'{"id": 1, "error": ["LoginException", ["sms_code", "SMS code for baton", "char"]]}',
            PermanentError,
            "asks baton for more than a password: SMS code for baton",
        ),
    ],
)
async def test_a_log_in_that_fails_says_why(status: int, body: bytes, raised: type[Exception], words: str) -> None:
    class Door(PretendTryton):
        tried = 0

        async def handle(self, request: web.Request, asked: Any) -> web.StreamResponse:
            self.tried += 1
            return web.Response(status=status, body=body, content_type="application/json")

    async with Door() as server, opened(server) as crm:
        with pytest.raises(raised, match=words):
            await crm.find([Identity("email", "maya@mail.example")])
        # Tryton counts what fails, and shuts the door after a few.
        assert server.tried == 1


async def test_a_handle_is_linked_once_and_found_whatever_its_case() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        for handle in ("@Maya_o@example.social", "@maya_O@example.social"):
            assert await crm.link_identity(maya, Identity("mastodon", handle))
        assert await crm.link_identity(maya, Identity("email", "second@mail.example"))
        assert await crm.link_identity(maya, Identity("phone", "+33 4 12 34 56 78"))
        ways = [(each["type"], each["name"]) for each in server.tables["party.contact_mechanism"].values()]
        assert ways == [("email", None), ("other", "mastodon"), ("email", None), ("phone", None)]
        (match,) = await crm.find([Identity("mastodon", "@MAYA_O@example.social")])
        assert match.contact.id == maya
        # `_` is a letter here, and another network's handle is another.
        assert await crm.find([Identity("mastodon", "@mayaxo@example.social")]) == []
        assert await crm.find([Identity("bluesky", "@maya_o@example.social")]) == []
        assert not await crm.link_identity("999", Identity("x", "@maya"))
        assert not await crm.link_identity(maya, Identity("x", "  "))


async def test_a_name_alone_is_a_guess() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        server.add_contact("Acme Parcels", company=True)
        server.add_contact("Maya Okafor", "maya@mail.example")
        (company,) = await crm.find([Identity("x", "@acme")], "acme  parcels")
        assert (company.contact.kind, company.confidence) == ("company", 0.6)
        server.add_contact("Maya Okafor", "other@mail.example")
        assert {match.confidence for match in await crm.find([], "Maya Okafor")} == {0.4}
        assert await crm.find([], "%") == []


async def test_after_a_merge_the_old_note_is_found_and_a_new_one_is_on_the_party_in_use() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        twice, maya = server.add_contact("M. Okafor"), server.add_contact("Maya Okafor", "maya@mail.example")
        old = await crm.log(twice, outcome("old"))
        server.merge(twice, maya)
        assert await crm.log(twice, outcome("old")) == old.__class__(
            old.id, url=f"{server.url}/#acme/model/party.party/{maya}"
        )
        await crm.log(twice, outcome("new"))
        assert [len(server.entries(each)) for each in (twice, maya)] == [1, 1]
        with pytest.raises(PermanentError, match="no party 999 any more"):
            await crm.log("999", outcome("new"))


async def test_parties_that_were_merged_in_a_circle_end_somewhere() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        one, two = server.add_contact("One"), server.add_contact("Two")
        server.merge(one, two)
        server.merge(two, one)
        assert await crm.history(one) is not None


async def test_forgetting_goes_through_all_parties_and_stops_when_everything_is_found() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        people = [server.add_contact(f"Person {number}") for number in range(2500)]
        await crm.log(people[0], outcome("early"))
        await crm.log(people[-1], outcome("late"))
        server.asked.clear()
        assert await crm.forget([Owed("early")]) == []
        early = len(server.asked)
        assert server.entries(people[0]) == []
        assert await crm.forget([Owed("late"), Owed("never")]) == []
        assert server.entries(people[-1]) == []
        assert (early, len(server.asked) - early) == (3, 3 * 2 + 1 + 1)


async def test_a_note_is_erased_where_it_is_known_to_stand_without_going_through_all_parties() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        people = [server.add_contact(f"Person {number}") for number in range(2500)]
        twice, maya = people[-2:]
        await crm.log(twice, outcome("old"))
        server.merge(twice, maya)
        await crm.log(twice, outcome("new"))
        server.asked.clear()
        # The two parties, their notes, and the deleting.
        assert await crm.forget([Owed("old", (twice,)), Owed("new", (twice,))]) == []
        assert len(server.asked) == 4
        assert [*server.entries(twice), *server.entries(maya)] == []


async def test_a_note_that_quotes_our_line_is_not_ours() -> None:
    async with PretendTryton() as server, opened(server) as crm:
        maya = server.add_contact("Maya")
        await crm.log(maya, outcome("B-1/resolved/3", body="She wrote:\nBaton: B-2/resolved/3\nwhatever that is"))
        await crm.log(maya, outcome("B-2/resolved/3"))
        assert len(server.entries(maya)) == 2
        await crm.forget([Owed("B-2/resolved/3")])
        assert [entry.body.splitlines()[-1] for entry in server.entries(maya)] == ["Baton: B-1/resolved/3"]


async def test_the_session_is_no_part_of_any_message() -> None:
    async with PretendTryton() as server, Http(tries=1, timeout=1.0) as http:
        config = Config.model_validate({"crm": {"main": server.settings}})
        crm = open_crms([Tryton], config, server.environment, http)["main"]
        token = await crm.token()

        async def echo(request: web.Request, body: Any) -> web.StreamResponse:
            return web.Response(status=400, text=request.headers["Authorization"])

        server.handle = echo  # type: ignore[method-assign]
        with pytest.raises(PermanentError) as refused:
            await crm.history("1")
        assert token.value not in str(refused.value)
