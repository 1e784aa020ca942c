"""The App Store, against a pretended App Store Connect: tokens, late and edited reviews, one answer to each, Apple's refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import orjson
import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.config import Config
from bot.domain.delivery import Polled
from bot.domain.post import Post
from bot.errors import BudgetError, NotSetError, PermanentError
from integrations.every_source import CONNECTORS
from integrations.http import Answer, Http
from integrations.networks.app_store.answers import next_in
from integrations.source import Connector, open_sources
from tests.fakes.networks.app_store import APP, KEY_ID, PretendAppStore


@pytest.fixture
def network() -> Iterator[PretendAppStore]:
    with PretendAppStore() as network:
        yield network


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def opened(network: PretendAppStore, http: Http, environment: dict[str, str] | None = None, **more: Any) -> Connector:
    config = Config.model_validate({"sources": {"app_store": {**network.settings, **more}}})
    return open_sources(CONNECTORS, config, environment or network.environment, http)["app_store"]


def posts(polled: Polled) -> dict[str, Post]:
    return {event.external_id: event.post for event in polled.events if event.post is not None}


async def test_a_review_has_its_stars_and_its_title(network: PretendAppStore, http: Http) -> None:
    id_ = network.review("It crashes", author="Anna", rating=1, title="No good", territory="JPN")
    post = posts(await opened(network, http).poll(None, 100))[id_]
    assert (post.text, post.rating, post.best_rating) == ("No good\n\nIt crashes", 1, 5)
    assert (post.author.handle, post.author.external_id) == ("Anna", id_)
    assert (post.raw["territory"], post.lang) == ("JPN", None)
    assert post.url == f"https://apps.apple.com/app/id{APP}?see-all=reviews"
    assert post.posted_at.tzinfo is not None
    assert datetime.now(UTC) - post.posted_at < timedelta(minutes=1)


async def test_two_people_of_one_name_are_two(network: PretendAppStore, http: Http) -> None:
    one, other = network.review("good", author="Anna"), network.review("bad", author="Anna")
    heard = posts(await opened(network, http).poll(None, 100))
    assert heard[one].author.external_id != heard[other].author.external_id


async def test_a_review_that_apple_shows_days_late_is_heard(network: PretendAppStore, http: Http) -> None:
    source = opened(network, http)
    network.review("first", at=datetime.now(UTC) - timedelta(hours=20))
    polled = await source.poll(None, 100)
    cursor = (await source.poll(polled.cursor, 100)).cursor
    late = network.review("late", at=datetime.now(UTC) - timedelta(hours=22))
    polled = await source.poll(cursor, 100)
    assert list(posts(polled)) == [late]
    assert (await source.poll(polled.cursor, 100)).events == ()


async def test_what_was_there_before_is_left_to_backfill(network: PretendAppStore, http: Http) -> None:
    source, now = opened(network, http), datetime.now(UTC)
    network.largest_page = 2
    old = [network.review(f"old {days}", at=now - timedelta(days=days)) for days in (400, 300, 20, 10, 5)]
    new = network.review("new")
    assert list(posts(await source.poll(None, 100))) == [new]
    portions = [portion async for portion in source.backfill(now - timedelta(days=350))]
    assert {event.external_id for portion in portions for event in portion} == {new, *old[1:]}


async def test_stars_that_change_are_an_edit(network: PretendAppStore, http: Http) -> None:
    source = opened(network, http)
    id_ = network.review("It crashes", rating=1)
    polled = await source.poll(None, 100)
    network.reviews[id_]["rating"] = 5
    polled = await source.poll(polled.cursor, 100)
    assert [(event.kind, event.post.rating) for event in polled.events if event.post] == [("edited", 5)]


async def test_a_review_that_is_missing_on_the_list_but_there_by_itself_stays(
    network: PretendAppStore, http: Http
) -> None:
    source = opened(network, http)
    id_ = network.review("hello")
    polled = await source.poll(None, 100)
    network.left_out.add(id_)
    polled = await source.poll(polled.cursor, 100)
    assert polled.events == ()
    del network.reviews[id_]
    polled = await source.poll(polled.cursor, 100)
    assert [(event.kind, event.external_id) for event in polled.events] == [("deleted", id_)]


async def test_an_answer_takes_the_place_of_our_last_one(network: PretendAppStore, http: Http) -> None:
    source = opened(network, http)
    id_ = network.review("hello")
    post = posts(await source.poll(None, 100))[id_]
    first = await source.reply(post, "Thank you", "key-1")
    second = await source.reply(post, "Thank you very much", "key-2")
    assert network.answers(id_) == ["Thank you very much"]
    assert first.external_id == second.external_id
    assert network.responses[id_]["state"] == "PENDING_PUBLISH"


async def test_an_answer_that_somebody_gave_elsewhere_stays(network: PretendAppStore, http: Http) -> None:
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


async def test_apples_words_are_shown_where_an_answer_is_refused(network: PretendAppStore, http: Http) -> None:
    source = opened(network, http)
    id_ = network.review("hello")
    post = posts(await source.poll(None, 100))[id_]
    with pytest.raises(PermanentError, match=r"responseBody is too long \(ENTITY_ERROR.ATTRIBUTE.INVALID\)"):
        await source.reply(post, "x" * 5_971, "key")
    network.roles.clear()
    with pytest.raises(PermanentError, match="FORBIDDEN_ERROR"):
        await source.reply(post, "Thank you", "key")
    del network.reviews[id_]
    network.roles.add("ADMIN")
    with pytest.raises(PermanentError, match=r"RELATIONSHIP\.INVALID"):
        await source.reply(post, "Thank you", "key")


async def test_an_agreement_that_has_run_out_is_named_with_its_code(network: PretendAppStore, http: Http) -> None:
    source = opened(network, http)
    network.withdraw()
    [said] = await source.missing()
    assert "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED" in said
    assert "has not been signed or has expired" in said
    with pytest.raises(PermanentError, match="agreement"):
        await source.poll(None, 100)


async def test_apple_is_left_alone_when_an_hours_requests_are_used_up(network: PretendAppStore, http: Http) -> None:
    source = opened(network, http)
    network.remaining = 0
    polled = await source.poll(None, 100)
    asked = len(network.asked)
    with pytest.raises(BudgetError) as rest:
        await source.poll(polled.cursor, 100)
    assert rest.value.retry_after == pytest.approx(300, abs=2)
    assert len(network.asked) == asked


async def test_an_app_that_is_not_ours_is_said(network: PretendAppStore, http: Http) -> None:
    [said] = await opened(network, http, app="1").missing()
    assert "NOT_FOUND" in said


@pytest.mark.parametrize("issuer", ["57246542-96fe-1a63-e053-0824d011072a", ""])
async def test_a_token_is_signed_by_the_key_and_lasts_less_than_twenty_minutes(
    network: PretendAppStore, http: Http, issuer: str
) -> None:
    source = opened(network, http, issuer_id=issuer)
    renew = source.renewal()
    assert renew is not None
    token = await renew(None)
    header, claims = (
        jwt.get_unverified_header(token.access),
        jwt.decode(token.access, options={"verify_signature": False}),
    )
    assert (header["alg"], header["kid"], header["typ"]) == ("ES256", KEY_ID, "JWT")
    assert claims["aud"] == "appstoreconnect-v1"
    assert 0 < claims["exp"] - claims["iat"] <= 20 * 60
    assert (claims.get("iss"), claims.get("sub")) == ((issuer, None) if issuer else (None, "user"))
    assert token.ends_at is not None
    assert int(token.ends_at.timestamp()) == claims["exp"]


async def test_a_key_whose_lines_were_joined_is_read(network: PretendAppStore, http: Http) -> None:
    joined = {name: key.replace("\n", "\\n") for name, key in network.environment.items()}
    network.review("hello")
    assert len((await opened(network, http, joined).poll(None, 100)).events) == 1


async def test_what_is_no_key_is_said_by_its_variable(network: PretendAppStore, http: Http) -> None:
    with pytest.raises(NotSetError, match="APP_STORE_KEY holds no key"):
        await opened(network, http, {"APP_STORE_KEY": "not a key, but secret"}).poll(None, 100)


async def test_the_way_on_leads_to_no_other_server(network: PretendAppStore, http: Http) -> None:
    network.largest_page, network.links_at = 1, "https://elsewhere.example"
    ids = {network.review("one"), network.review("two")}
    assert set(posts(await opened(network, http).poll(None, 100))) == ids


@pytest.mark.parametrize(
    "link", ["a:@elsewhere.example/x?cursor=2", "a:.elsewhere.example/x?cursor=2", "@elsewhere.example?a=b"]
)
def test_a_way_on_never_becomes_a_part_of_the_servers_name(link: str) -> None:
    said = orjson.dumps({"data": [], "links": {"next": link}})
    assert next_in(Answer(200, CIMultiDictProxy(CIMultiDict()), said, "")) is None
