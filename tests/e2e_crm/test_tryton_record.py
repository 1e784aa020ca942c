"""The connector to Tryton against a real server, as a user who is in the group Sales and no administrator."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.config import Config
from bot.domain.customer import Identity
from bot.domain.record import Activity, Owed
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.crm import CONNECTORS
from integrations.http import Http
from integrations.record import CrmConnector, open_crms
from tests.e2e_crm.tryton_server import TrytonServer

_ids = itertools.count(1)
HOSTILE = '50%_off \\ <b>\'O"Hara\'</b> {x} \N{PILE OF POO} ünï\u202e [["id", ">", 0]]\tand a tab'


@pytest.fixture
async def crm(tryton: TrytonServer) -> AsyncIterator[CrmConnector]:
    """Baton's connector, configured as in baton.toml."""
    config = Config.model_validate({"crm": {"tryton": tryton.settings}})
    async with Http(tries=2, patience=1.0) as http:
        yield open_crms(CONNECTORS, config, tryton.environment, http)["tryton"]


@pytest.fixture
def email() -> str:
    """An address that no other test has."""
    return f"Maya.{next(_ids)}@Mail.example"


def activity(key: str, body: str = "Wanted: whole parcels\nChanged: the carrier", **more: str) -> Activity:
    subject = "B-12 on Mastodon: Fixed"
    return Activity(key=key, occasion="resolved", subject=subject, body=body, at=datetime.now(UTC), **more)  # type: ignore[arg-type]


async def test_a_customer_is_found_by_e_mail_phone_linked_handle_and_name(
    tryton: TrytonServer, crm: CrmConnector, email: str
) -> None:
    tryton.customer("Tom Bell", "tom@mail.example", "+33 4 00 00 00 01")
    maya = tryton.customer("Maya Okafor-Lindqvist", email, "+33 4 12 34 56 78")
    assert await crm.link_identity(maya, Identity("mastodon", "@maya_o@example.social"))
    assert await crm.link_identity(maya, Identity("mastodon", "@Maya_O@example.social"))
    for identity in (
        Identity("email", email.upper()),
        Identity("phone", "+33 4 12 34 56 78"),
        Identity("mastodon", "@maya_o@example.social"),
    ):
        (match,) = await crm.find([identity])
        assert (match.contact.id, match.confidence) == (maya, 1.0)
        assert match.contact.handles == (Identity("mastodon", "@maya_o@example.social"),)
        assert match.contact.attributes["city"] == "Lyon"
    (named,) = await crm.find([Identity("x", "@unknown")], "maya okafor-lindqvist")
    assert named.contact.id == maya
    assert named.confidence < 0.8
    # Wildcards of `ilike` are letters here.
    for text in ("%", "_" * len(email), email.replace("a", "_"), "@mayaXo@example.social", HOSTILE):
        assert await crm.find([Identity("email", text), Identity("mastodon", text)], text) == []


async def test_history_shows_what_was_sold_and_complained_of_and_no_offers(
    tryton: TrytonServer, crm: CrmConnector, email: str
) -> None:
    maya = tryton.customer("Maya Okafor", email)
    tent = tryton.sale(maya, "Tent Trail 20", "249.00", date(2026, 9, 1))
    tryton.sale(maya, "Boots Trail 30", "89.90", date(2026, 10, 3))
    tryton.sale(maya, "Never bought", "1.00", date(2026, 10, 4), confirmed=False)
    tryton.complaint(tent, maya, "The parcel was crushed\nand wet", date(2026, 9, 8))
    history = await crm.history(maya)
    assert history is not None
    assert [(each.what, each.amount, each.currency, each.at) for each in history.purchases] == [
        ("Boots Trail 30", 89.9, "EUR", datetime(2026, 10, 3, tzinfo=UTC)),
        ("Tent Trail 20", 249.0, "EUR", datetime(2026, 9, 1, tzinfo=UTC)),
    ]
    assert history.purchases_total == 2
    assert [(each.subject, each.status) for each in history.tickets] == [("The parcel was crushed", "draft")]
    assert await crm.history("999999") is None


async def test_what_is_written_twice_stands_there_once_as_it_is(
    tryton: TrytonServer, crm: CrmConnector, email: str
) -> None:
    maya = tryton.customer("Maya Okafor", email)
    # A customer who writes what looks like our own line keeps back nothing.
    await crm.log(maya, activity("B_12%\\:first", f"{HOSTILE}\nBaton: B_12%\\:second", post_url="https://a.example/1"))
    first = await crm.log(maya, activity("B_12%\\:first"))
    second = await crm.log(maya, activity("B_12%\\:second"))
    assert first.id != second.id
    assert first.id == (await crm.log(maya, activity("B_12%\\:first"))).id
    one, two = tryton.notes(maya)
    assert one.startswith("B-12 on Mastodon: Fixed\n")
    assert HOSTILE in one
    assert "Post: https://a.example/1" in one
    assert one.endswith("Baton: B_12%\\:first")
    assert two.endswith("Baton: B_12%\\:second")


async def test_what_no_database_keeps_does_not_keep_back_the_note(
    tryton: TrytonServer, crm: CrmConnector, email: str
) -> None:
    maya = tryton.customer("Maya Okafor", email)
    await crm.log(maya, activity("odd", "half \ud83d and nothing \0 at all"))
    assert "half \ufffd and nothing \ufffd at all" in tryton.notes(maya)[0]


async def test_a_session_that_ends_in_the_middle_is_begun_anew(
    tryton: TrytonServer, crm: CrmConnector, email: str
) -> None:
    maya = tryton.customer("Maya Okafor", email)
    assert await crm.find([Identity("email", email)])
    before = await crm.token()
    tryton.log_out(before.value)
    await crm.log(maya, activity("after"))
    assert (await crm.token()).value != before.value
    assert len(tryton.notes(maya)) == 1


async def test_while_it_is_stopped_it_says_later_and_then_writes_once(
    tryton: TrytonServer, crm: CrmConnector, email: str
) -> None:
    maya = tryton.customer("Maya Okafor", email)
    await crm.log(maya, activity("before"))
    tryton.stop()
    try:
        with pytest.raises(RetriableError):
            await crm.log(maya, activity("during"))
        with pytest.raises(RetriableError):
            await crm.find([Identity("email", email)])
    finally:
        tryton.start()
    for _ in range(2):
        await crm.log(maya, activity("during"))
    assert [note.splitlines()[-1] for note in tryton.notes(maya)] == ["Baton: before", "Baton: during"]


class Lossy:
    """A way to the server on which the answers to `lost` notes to come are lost."""

    def __init__(self, to: str) -> None:
        self.port = int(to.rpartition(":")[2])
        self.lost = 0

    async def __aenter__(self) -> str:
        self.server = await asyncio.start_server(self.pass_on, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *error: object) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(found[1]) if found is not None else 0)
        answers, onward = await asyncio.open_connection("127.0.0.1", self.port)
        onward.write(re.sub(rb"\r\nconnection:[^\r]*", b"", head, flags=re.IGNORECASE) + body)
        answer = await answers.read()
        onward.close()
        if b"ir.note.create" in body and self.lost:
            self.lost -= 1
        else:
            writer.write(answer)
            await writer.drain()
        writer.close()


async def test_a_note_whose_answer_was_lost_on_the_way_is_there_once(tryton: TrytonServer, email: str) -> None:
    maya, lossy = tryton.customer("Maya Okafor", email), Lossy(tryton.url)
    async with lossy as url, Http(tries=3, patience=1.0) as http:
        config = Config.model_validate({"crm": {"tryton": {**tryton.settings, "url": url}}})
        crm = open_crms(CONNECTORS, config, tryton.environment, http)["tryton"]
        lossy.lost = 1
        with pytest.raises(UnknownResultError):
            await crm.log(maya, activity("lost"))
        assert len(tryton.notes(maya)) == 1
        await crm.log(maya, activity("lost"))
        await crm.log(maya, activity("next"))
    assert [note.splitlines()[-1] for note in tryton.notes(maya)] == ["Baton: lost", "Baton: next"]


async def test_what_we_wrote_is_forgotten_and_nothing_else(tryton: TrytonServer, crm: CrmConnector, email: str) -> None:
    maya, tom = tryton.customer("Maya Okafor", email), tryton.customer("Tom Bell")
    for number in range(60):
        await crm.log(maya if number % 2 else tom, activity(f"B-{number}:gone"))
    await crm.log(tom, activity("B-70:stays"))
    tryton.note(maya, "Called her.\nBaton: B-1:gone\nsays the note above")
    assert await crm.forget([*(Owed(f"B-{number}:gone") for number in range(60)), Owed("never-written")]) == []
    assert tryton.notes(maya) == ["Called her.\nBaton: B-1:gone\nsays the note above"]
    assert [note.splitlines()[-1] for note in tryton.notes(tom)] == ["Baton: B-70:stays"]


async def test_after_two_parties_became_one_new_notes_are_on_it_and_old_ones_are_found(
    tryton: TrytonServer, crm: CrmConnector, email: str
) -> None:
    twice, maya = tryton.customer("Maya Okafor", f"old-{email}"), tryton.customer("Maya Okafor", email)
    before = await crm.log(twice, activity("merged"))
    tryton.merge(twice, into=maya)
    assert (await crm.log(twice, activity("merged"))).id == before.id
    await crm.log(twice, activity("merged:later"))
    assert [len(tryton.notes(twice)), len(tryton.notes(maya))] == [1, 1]
    assert await crm.forget([Owed("merged")]) == []
    assert [len(tryton.notes(twice)), len(tryton.notes(maya))] == [0, 1]
    history = await crm.history(twice)
    assert history is not None
    assert history.contact.id == maya


async def test_health_says_who_we_are_and_a_wrong_password_is_said_without_it(
    tryton: TrytonServer, crm: CrmConnector
) -> None:
    said = await crm.health()
    assert "baton in the database acme of Acme Outdoor" in said
    assert "reads parties and sales" in said
    config = Config.model_validate({"crm": {"tryton": tryton.settings}})
    async with Http(tries=1) as http:
        wrong = open_crms(CONNECTORS, config, {"TRYTON_PASSWORD": "wrong-secret-4711"}, http)["tryton"]
        with pytest.raises(PermanentError, match="does not let baton in") as refused:
            await wrong.health()
    assert "4711" not in str(refused.value)
