"""Mastodon's API as snac2 speaks it: a mention becomes a card, the answer reaches the customer, edits and deletes the card."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.domain.delivery import Polled
from bot.domain.post import Post, Visibility
from integrations.http import Http
from integrations.networks.mastodon.connector import Mastodon
from integrations.source import SourceSettings
from tests.e2e.waiting import until
from tests.e2e_networks.baton import Baton
from tests.e2e_networks.snac import Account, SnacServer

pytestmark = pytest.mark.timeout(300)


def word() -> str:
    return f"w{uuid4().hex[:10]}"


@pytest.fixture(scope="module")
def snac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnacServer]:
    with SnacServer(tmp_path_factory.mktemp("network"), "acme", "tom") as running:
        yield running


@pytest.fixture(scope="module")
def acme(snac: SnacServer) -> Account:
    return snac.account("acme")


@pytest.fixture(scope="module")
def tom(snac: SnacServer) -> Account:
    return snac.account("tom")


@pytest.fixture(scope="module")
def baton(tmp_path_factory: pytest.TempPathFactory, acme: Account) -> Iterator[Baton]:
    source = f'[sources.mastodon]\nkind = "mastodon"\nurl = "{acme.url}"\ntoken_env = "ACME_TOKEN"\nevery = "1s"\n'
    with Baton(tmp_path_factory.mktemp("baton"), source, ACME_TOKEN=acme.token) as running:
        yield running
        assert running.complaints() == []


@pytest.fixture
async def connector(acme: Account) -> AsyncIterator[Mastodon]:
    async with Http() as http:
        options = {"token_env": "ACME_TOKEN"}
        settings = SourceSettings(
            "mastodon", url=acme.url, every=timedelta(seconds=1), options=options, secrets={"token_env": acme.token}
        )
        yield Mastodon(settings, http)


async def heard(connector: Mastodon, acme: Account, mark: str) -> tuple[Post, Polled]:
    """The post with this mark, once the server has told."""
    acme.is_told(mark)
    polled = await connector.poll(None, 100)
    found = [event.post for event in polled.events if event.post is not None and mark in event.post.text]
    assert len(found) == 1
    return found[0], polled


def test_a_mention_is_a_card_with_its_words_and_its_edit_and_delete_reach_the_card(baton: Baton, tom: Account) -> None:
    first, second = word(), word()
    status = tom.post(f"@acme@snac.test where is my parcel {first}?", spoiler_text="late parcel")
    card = baton.card(first)
    assert "late parcel" in card.text()
    assert "tom@snac.test" in card.text()
    tom.edit(status, f"@acme@snac.test where is my letter {second}?")
    assert first not in card.shows(second)
    tom.delete(status)
    assert second not in card.shows("The customer deleted this post")
    assert [each for each in baton.cards() if second in each] == []


def test_staff_answer_from_the_channel_and_the_customers_next_words_join_the_conversation(
    baton: Baton, tom: Account
) -> None:
    first, answer, second = word(), word(), word()
    status = tom.post(f"@acme@snac.test it arrived broken {first}")
    card = baton.card(first)
    ana = baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.press(card, "reply")
    form = ana.form_words()
    assert first in form
    assert "@acme@snac.test" in form
    ana.submit(text=f"A new one is on its way {answer}")
    seen = tom.sees_answer(status, answer)
    assert seen["account"]["acct"] == "acme@snac.test"
    card.shows(answer)
    assert [each["id"] for each in tom.answers(status)] == [seen["id"]]
    tom.post(f"@acme@snac.test thank you {second}", in_reply_to_id=seen["id"])
    card.shows(second)
    assert [each for each in baton.cards() if second in each and card.ref not in each] == []


async def test_an_answer_stands_once_below_the_post_and_is_found_again(
    connector: Mastodon, acme: Account, tom: Account
) -> None:
    mark, text, key = word(), f"Sorry & see https://acme.example/a?b=c&d=e 👩‍👩‍👧‍👦 *soon* :-) {word()}", word()
    status = tom.post(f"@acme@snac.test it broke {mark}")
    post, _ = await heard(connector, acme, mark)
    assert await connector.find_reply(post, text, key) is None
    sent = await connector.reply(post, text, key)
    assert await connector.find_reply(post, text, key) == sent
    assert await connector.find_reply(post, f"{text}!", key) is None
    seen = tom.sees_answer(status, text.rsplit(maxsplit=1)[-1])
    assert (seen["url"], seen["visibility"]) == (sent.url, "public")
    assert [each["url"] for each in tom.answers(status)] == [sent.url]
    assert "error" not in tom.is_told(text.rsplit(maxsplit=1)[-1])


async def test_what_we_answer_to_a_direct_message_only_its_author_sees(
    connector: Mastodon, acme: Account, tom: Account
) -> None:
    mark, said = word(), word()
    tom.post(f"@acme@snac.test my address is {mark}", visibility="direct")
    post, _ = await heard(connector, acme, mark)
    assert connector.audience(post) is post.visibility is Visibility.PRIVATE
    await connector.reply(post, f"Thank you {said}", word())
    assert tom.is_told(said)["visibility"] == "private"
    assert said not in acme.call("GET", "/api/v1/timelines/public").body.decode()


async def test_what_was_heard_is_not_heard_again_and_changes_are_told_once(
    connector: Mastodon, acme: Account, tom: Account
) -> None:
    mark, after = word(), word()
    status = tom.post(f"@acme@snac.test before {mark}")
    post, polled = await heard(connector, acme, mark)
    again = await connector.poll(polled.cursor, 100)
    assert again.events == ()
    tom.edit(status, f"@acme@snac.test afterwards {after}")
    until(lambda: after in acme.call("GET", f"/api/v1/statuses/{post.external_id}").body.decode(), "it is edited")
    edited = await connector.poll(again.cursor, 100)
    assert [(event.kind, event.external_id) for event in edited.events] == [("edited", post.external_id)]
    assert edited.events[0].post is not None
    assert after in edited.events[0].post.text
    assert (await connector.poll(edited.cursor, 100)).events == ()
    tom.delete(status)
    until(lambda: acme.call("GET", f"/api/v1/statuses/{post.external_id}").status == 404, "it is gone")
    gone = await connector.poll(edited.cursor, 100)
    assert [(event.kind, event.external_id) for event in gone.events] == [("deleted", post.external_id)]
    assert (await connector.poll(gone.cursor, 100)).events == ()
