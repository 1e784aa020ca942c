"""Trustpilot, against a pretended one: a door without signatures, edits and deletes without a sign, one answer to each review."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Delivery, Inbound, Polled, Reject
from bot.domain.post import Post
from bot.errors import PermanentError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, open_sources
from tests.fakes.networks.trustpilot import PretendTrustpilot

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def network() -> Iterator[PretendTrustpilot]:
    with PretendTrustpilot() as network:
        yield network


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def opened(network: PretendTrustpilot, http: Http, **more: Any) -> Connector:
    config = Config.model_validate({"sources": {"trustpilot": {**network.settings, **more}}})
    return open_sources(CONNECTORS, config, network.environment, http)["trustpilot"]


def posts(polled: Polled) -> dict[str, Post]:
    return {event.external_id: event.post for event in polled.events if event.post is not None}


def door(network: PretendTrustpilot, http: Http, headers: dict[str, str], **query: str) -> Delivery | Reject:
    verdict = opened(network, http).verify(Inbound("POST", CIMultiDict(headers), query, b"{}"), NOW)
    assert isinstance(verdict, Delivery | Reject)
    return verdict


async def test_a_review_has_its_stars_its_language_and_its_order_and_no_e_mail_address(
    network: PretendTrustpilot, http: Http
) -> None:
    id_ = network.review("Too late", title="My parcel", stars=1, language="da", author="Ida")
    post = posts(await opened(network, http).poll(None, 100))[id_]
    assert (post.text, post.rating, post.best_rating, post.lang) == ("My parcel\n\nToo late", 1, 5, "da")
    assert (post.author.handle, post.author.external_id) == ("Ida", "consumer-Ida")
    assert post.url == f"https://www.trustpilot.com/reviews/{id_}"
    assert post.raw["order"] == "ORDER-4711"
    assert "mail.example" not in post.model_dump_json()


def test_people_without_an_id_are_not_one_person() -> None:
    said = {"createdAt": "2026-03-01T09:34:44", "stars": 1, "consumer": None}
    body = orjson.dumps({"reviews": [{**said, "id": "a"}, {**said, "id": "b"}]})
    with PretendTrustpilot() as network:
        events = opened(network, Http()).parse(Delivery(body, NOW))
    assert len({event.post.author.external_id for event in events if event.post}) == 2


async def test_the_secret_comes_in_the_address_in_either_place(network: PretendTrustpilot, http: Http) -> None:
    def basic(credentials: str) -> dict[str, str]:
        return {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}

    assert isinstance(door(network, http, basic(f"baton:{network.secret}")), Delivery)
    assert isinstance(door(network, http, basic(f":{network.secret}")), Delivery)
    assert isinstance(door(network, http, {}, key=network.secret), Delivery)
    refused = [
        door(network, http, {}),
        door(network, http, {}, key="another"),
        door(network, http, {}, key=""),
        door(network, http, {}, other=network.secret),
        door(network, http, basic(network.secret)),
        door(network, http, basic("baton:another")),
        door(network, http, {"Authorization": f"Bearer {network.secret}"}),
        door(network, http, {"Authorization": "Basic \udcff"}),
        door(network, http, basic(f"baton:{network.secret}"), key="another"),
    ]
    for verdict in refused:
        assert isinstance(verdict, Reject)
        assert verdict.status == 401
        assert network.secret not in verdict.detail


async def test_what_is_delivered_and_then_polled_is_one_post_and_one_edit(
    network: PretendTrustpilot, http: Http
) -> None:
    source = opened(network, http)
    id_ = network.review("Too late")
    polled = await source.poll(None, 100)
    network.edit(id_, "Here now")
    told = [event for each in network.waiting for event in source.parse(Delivery(each.body, NOW))]
    asked = (await source.poll(polled.cursor, 100)).events
    assert [event.kind for event in told] == ["created", "edited"]
    assert [event.kind for event in asked] == ["edited"]
    assert told[1].revision == asked[0].revision
    assert told[0].post is not None
    assert told[0].post.key == posts(polled)[id_].key


async def test_a_review_that_is_missing_on_the_list_but_there_by_itself_stays(
    network: PretendTrustpilot, http: Http
) -> None:
    source = opened(network, http)
    id_ = network.review("hello")
    polled = await source.poll(None, 100)
    network.left_out.add(id_)
    polled = await source.poll(polled.cursor, 100)
    assert polled.events == ()
    network.delete(id_)
    polled = await source.poll(polled.cursor, 100)
    assert [(event.kind, event.external_id) for event in polled.events] == [("deleted", id_)]


async def test_older_reviews_come_by_backfill_alone(network: PretendTrustpilot, http: Http) -> None:
    source, now = opened(network, http), datetime.now(UTC)
    network.largest_page = 2
    old = [network.review(f"old {days}", at=now - timedelta(days=days)) for days in (400, 300, 20, 10, 5)]
    new = network.review("new")
    assert list(posts(await source.poll(None, 100))) == [new]
    portions = [portion async for portion in source.backfill(now - timedelta(days=350))]
    assert {event.external_id for portion in portions for event in portion} == {new, *old[1:]}


async def test_an_answer_that_somebody_gave_elsewhere_stays(network: PretendTrustpilot, http: Http) -> None:
    source = opened(network, http)
    id_, other = network.review("hello"), network.review("hello, too")
    network.answered_by_hand(other, "We know.")
    heard = posts(await source.poll(None, 100))
    assert source.refuses(heard[id_], datetime.now(UTC)) is None
    assert "keeps one answer" in str(source.refuses(heard[other], datetime.now(UTC)))
    network.answered_by_hand(id_, "By hand.")
    with pytest.raises(PermanentError, match="keeps one answer"):
        await source.reply(heard[id_], "Thank you", "key")
    assert network.answers(id_) == ["By hand."]


async def test_an_answer_takes_the_place_of_our_last_one_and_is_found(network: PretendTrustpilot, http: Http) -> None:
    source = opened(network, http)
    id_ = network.review("hello")
    post = posts(await source.poll(None, 100))[id_]
    await source.reply(post, "Thank you", "key-1")
    sent = await source.reply(post, "Thank you\nvery much", "key-2")
    assert network.answers(id_) == ["Thank you\nvery much"]
    assert await source.find_reply(post, "Thank you very much", "key-2") == sent
    assert await source.find_reply(post, "Thank you", "key-1") is None


async def test_without_a_user_nobody_answers_and_the_form_says_what_to_set(
    network: PretendTrustpilot, http: Http
) -> None:
    source = opened(network, http, business_user="")
    id_ = network.review("hello")
    post = posts(await source.poll(None, 100))[id_]
    assert "business_user" in str(source.refuses(post, datetime.now(UTC)))


async def test_trustpilots_words_are_shown_where_an_answer_is_refused(network: PretendTrustpilot, http: Http) -> None:
    source = opened(network, http, business_user="somebody-else")
    id_ = network.review("hello")
    post = posts(await source.poll(None, 100))[id_]
    with pytest.raises(PermanentError, match="business user does not have access"):
        await source.reply(post, "Thank you", "key")
    network.delete(id_)
    with pytest.raises(PermanentError, match="404"):
        await source.reply(post, "Thank you", "key")


async def test_one_token_serves_for_many_requests(network: PretendTrustpilot, http: Http) -> None:
    source = opened(network, http)
    cursor = None
    for number in range(4):
        network.review(f"number {number}")
        cursor = (await source.poll(cursor, 100)).cursor
    assert network.tokens_given == 1


async def test_a_business_unit_that_is_not_ours_is_said(network: PretendTrustpilot, http: Http) -> None:
    [said] = await opened(network, http, business_unit="000000000000000000000000").missing()
    assert "404" in said
