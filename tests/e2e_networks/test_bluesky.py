"""Bluesky as its own servers run it: a mention becomes a card, the answer reaches the customer once, deletes reach the card."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from bot.domain.post import Post
from bot.errors import PermanentError
from integrations.http import Http
from integrations.networks.bluesky.connector import Bluesky
from integrations.source import SourceSettings
from tests.e2e.calls import Json
from tests.e2e.waiting import until
from tests.e2e_networks.baton import Baton
from tests.e2e_networks.bluesky_network import Account, BlueskyNetwork

pytestmark = pytest.mark.timeout(300)


def word() -> str:
    return f"w{uuid4().hex[:20]}"


@pytest.fixture(scope="module")
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyNetwork]:
    with BlueskyNetwork(tmp_path_factory.mktemp("network")) as running:
        yield running


@pytest.fixture(scope="module")
def people(bluesky: BlueskyNetwork) -> tuple[Account, ...]:
    return bluesky.accounts("acmecare", "maya", "tom")


@pytest.fixture(scope="module")
def acme(people: tuple[Account, ...]) -> Account:
    return people[0]


@pytest.fixture(scope="module")
def maya(people: tuple[Account, ...]) -> Account:
    return people[1]


@pytest.fixture(scope="module")
def tom(people: tuple[Account, ...]) -> Account:
    """Somebody who mentions nobody, and closes and blocks."""
    return people[2]


@pytest.fixture(scope="module")
def baton(tmp_path_factory: pytest.TempPathFactory, acme: Account) -> Iterator[Baton]:
    source = f"""[sources.bluesky]
kind = "bluesky"
account = "{acme.handle}"
url = "{acme.url}"
password_env = "ACME_PASSWORD"
every = "1s"
"""
    with Baton(tmp_path_factory.mktemp("baton"), source, ACME_PASSWORD=acme.password) as running:
        yield running
        assert running.complaints() == []


@pytest.fixture
async def connector(acme: Account) -> AsyncIterator[Bluesky]:
    async with Http() as http:
        yield Bluesky(settings(acme), http)


def settings(acme: Account, *search: str) -> SourceSettings:
    return SourceSettings(
        "bluesky",
        url=acme.url,
        account=f"@{acme.handle}",
        options={"password_env": "ACME_PASSWORD", "search": search},
        secrets={"password_env": acme.password},
    )


def to(whom: Account, text: str) -> tuple[str, Account]:
    return f"@{whom.handle} {text}", whom


async def heard(connector: Bluesky, acme: Account, mark: str) -> Post:
    """The post with this mark, once the network has told."""
    acme.is_told(mark)
    events = (await connector.poll(None, 100)).events
    (found,) = [event.post for event in events if event.post is not None and mark in event.post.text]
    return found


def test_a_mention_is_a_card_and_its_delete_reaches_the_card(baton: Baton, acme: Account, maya: Account) -> None:
    mark = word()
    post = maya.post(*to(acme, f"mein Päckchen 📦 ist kaputt {mark}"))
    card = baton.card(mark)
    assert maya.handle in card.text()
    maya.delete(post)
    assert mark not in card.shows("The customer deleted this post")


def test_an_answer_from_the_channel_reaches_the_customer_whose_next_one_joins(
    baton: Baton, acme: Account, maya: Account
) -> None:
    mark, said, then = word(), word(), word()
    post = maya.post(*to(acme, f"where is my parcel {mark}?"))
    card, ana = baton.card(mark), baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.press(card, "reply")
    assert acme.handle in ana.form_words()
    refused = ana.try_to_submit(text="é" * 301)
    assert "300" in " ".join(refused.values()), refused
    ana.submit(text=f"Sorry @{maya.handle}, it comes today 🚚: https://shop.example/{said}")
    answer = maya.sees_answer(post, said)
    assert answer["author"]["handle"] == acme.handle
    card.shows(said)
    maya.post(f"Thank you! {then}", under=answer)
    card.shows(then)
    assert len([each for each in baton.cards() if then in each or mark in each]) == 1
    assert [each["uri"] for each in maya.answers(post) if each["author"]["did"] == acme.did] == [answer["uri"]]


async def test_an_answer_stands_once_in_the_thread_with_its_links_and_mentions(
    connector: Bluesky, acme: Account, maya: Account
) -> None:
    mark, key = word(), word()
    root = maya.post(f"a long story {word()}")
    asked = maya.post(*to(acme, f"and then {mark}"), under=root)
    post = await heard(connector, acme, mark)
    assert (post.root_id, post.parent_id) == (root["uri"], root["uri"])
    text = f"Oh nein 😢, @{maya.handle}! Siehe https://shop.example/ä?b=1. Oder frag @nobody-{mark}.test"
    sent = await connector.reply(post, text, key)
    assert await connector.reply(post, text, key) == sent
    async with Http() as http:
        # After a restart.
        assert await Bluesky(settings(acme), http).reply(post, text, key) == sent
    seen = maya.sees_answer(root, "Oh nein")
    with pytest.raises(AssertionError, match="createRecord answered 500"):
        acme.again(sent.external_id, "something else")
    assert [each["uri"] for each in maya.answers(asked)] == [sent.external_id] == [seen["uri"]]
    record = seen["record"]
    assert record["reply"]["root"] == {"uri": root["uri"], "cid": root["cid"]}
    assert record["reply"]["parent"] == {"uri": asked["uri"], "cid": asked["cid"]}
    assert record["langs"] == ["en"]
    raw = text.encode()
    marked = [
        (raw[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(), f["features"][0]) for f in record["facets"]
    ]
    assert [(words, feature.get("uri") or feature.get("did")) for words, feature in marked] == [
        ("https://shop.example/ä?b=1", "https://shop.example/ä?b=1"),
        (f"@{maya.handle}", maya.did),
    ]
    assert maya.is_told("Oh nein")["reason"] in {"reply", "mention"}


async def test_the_network_takes_as_much_as_is_counted_here_and_no_more(
    connector: Bluesky, acme: Account, maya: Account
) -> None:
    mark = word()
    post = maya.post(*to(acme, mark))
    heard_post = await heard(connector, acme, mark)
    long, heavy = "é" * 300, "👩‍👩‍👧‍👦" * 120
    assert (connector.length(long), connector.length(heavy)) == (300, 120)
    for text in (long, heavy):
        await connector.reply(heard_post, text, word())
    assert len(until(lambda: maya.answers(post)[1:] and maya.answers(post), "both stand there")) == 2
    for text, size in ((long + "e", 301), (heavy + "👩‍👩‍👧‍👦", 303)):
        assert connector.length(text) == size
        with pytest.raises(PermanentError, match=r"300 graphemes and 3,000 bytes at most.*Take out"):
            await connector.reply(heard_post, text, word())
        with pytest.raises(AssertionError, match="too big"):
            acme.post(text)


async def test_a_delete_is_told_once_and_no_block_is_taken_for_one(
    connector: Bluesky, acme: Account, maya: Account, tom: Account
) -> None:
    first, second = word(), word()
    gone, stays = maya.post(*to(acme, first)), tom.post(*to(acme, second))
    acme.is_told(first)
    acme.is_told(second)
    polled = await connector.poll(None, 100)
    post = next(event.post for event in polled.events if event.post is not None and second in event.post.text)
    assert (await connector.poll(polled.cursor, 100)).events == ()
    maya.delete(gone)
    block = tom.block(acme)
    until(lambda: acme.sees(gone) is None and acme.sees(stays) is None, "neither is seen")
    polled = await connector.poll(polled.cursor, 100)
    assert [(event.kind, event.external_id) for event in polled.events] == [("deleted", gone["uri"])]
    assert (await connector.poll(polled.cursor, 100)).events == ()
    with pytest.raises(PermanentError, match=f"{tom.handle} has blocked {acme.handle}"):
        await connector.reply(post, "hello?", word())
    tom.delete(block)
    until(lambda: acme.sees(stays), "it is seen again")


async def test_where_the_author_lets_nobody_answer_we_do_not(connector: Bluesky, acme: Account, tom: Account) -> None:
    mark = word()
    post = tom.post(*to(acme, mark))
    before = await heard(connector, acme, mark)
    tom.close(post)
    until(lambda: ((acme.sees(post) or {}).get("viewer") or {}).get("replyDisabled"), "the gate is closed")
    with pytest.raises(PermanentError, match="only some people answer"):
        await connector.reply(before, "hello?", word())
    after = await heard(connector, acme, mark)
    assert "only some people answer" in (connector.refuses(after, datetime.now(UTC)) or "")
    assert connector.refuses(before, datetime.now(UTC)) is None


async def test_searches_find_those_who_do_not_mention_us_and_a_backfill_what_was_before(
    acme: Account, tom: Account
) -> None:
    mark = word()
    posts: list[Json] = [tom.post(f"{mark} is my word {number}") for number in range(3)]
    mine = acme.post(f"{mark} is our word")
    async with Http() as http:
        connector = Bluesky(settings(acme, mark), http)
        until(lambda: acme.sees(mine), "all of them are indexed")
        polled = await connector.poll(None, 100)
        found = [event.external_id for event in polled.events if event.post is not None and mark in event.post.text]
        assert found == [post["uri"] for post in posts]
        portions = [portion async for portion in connector.backfill(datetime.now(UTC) - timedelta(hours=1))]
        assert {event.external_id for portion in portions for event in portion} >= {post["uri"] for post in posts}


async def test_a_wrong_password_is_said_in_words_that_help(acme: Account) -> None:
    async with Http() as http:
        wrong = SourceSettings("bluesky", url=acme.url, account=acme.handle, secrets={"password_env": "not-it"})
        with pytest.raises(PermanentError, match=r"does not let acmecare\.test in: .*Make an app password"):
            await Bluesky(wrong, http).poll(None, 10)
