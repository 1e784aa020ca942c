"""Bluesky over real HTTP: what comes once and in order, what was deleted, and sessions."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.domain.delivery import Delivery, Polled
from bot.domain.post import SourceEvent, Visibility
from bot.errors import PermanentError, RetriableError
from integrations.http import Http
from integrations.networks.bluesky.connector import Bluesky
from integrations.source import SourceSettings
from tests.integrations.networks.bluesky_service import ACME, MAYA, PASSWORD, BlueskyService, serving, settings

NOTIFICATIONS = "app.bsky.notification.listNotifications"
POSTS = "app.bsky.feed.getPosts"
SESSION = "com.atproto.server.createSession"
REFRESH = "com.atproto.server.refreshSession"
CREATE = "com.atproto.repo.createRecord"


@pytest.fixture
async def service() -> AsyncIterator[BlueskyService]:
    async with serving() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(tries=1, timeout=5) as client:
        yield client


@pytest.fixture
def bluesky(service: BlueskyService, http: Http) -> Bluesky:
    return Bluesky(settings(service), http)


def texts(polled: Polled) -> list[str]:
    return [event.post.text for event in polled.events if event.post is not None]


async def test_what_is_new_comes_oldest_first_with_what_notifications_leave_out(
    service: BlueskyService, bluesky: Bluesky
) -> None:
    for number in range(7):
        service.write(f"post {number}", ago=600 - number)
    polled = await bluesky.poll(None, 100)
    assert texts(polled) == [f"post {number}" for number in range(7)]
    post = polled.events[0].post
    assert post is not None
    assert (post.account, post.metrics, post.visibility) == ("@acme.example", {"likes": 4}, Visibility.PUBLIC)
    assert post.raw["reason"] == "mention"
    assert (await bluesky.poll(polled.cursor, 100)).events == ()
    service.write("post 7")
    assert texts(await bluesky.poll(polled.cursor, 100)) == ["post 7"]


async def test_a_long_list_comes_in_portions_without_a_pause(service: BlueskyService, bluesky: Bluesky) -> None:
    for number in range(8):
        service.write(f"post {number}", ago=600 - number)
    cursor: str | None = None
    got: list[str] = []
    pauses: list[timedelta | None] = []
    for _ in range(3):
        polled = await bluesky.poll(cursor, 3)
        assert len(polled.events) <= 3
        cursor, got, pauses = polled.cursor, got + texts(polled), [*pauses, polled.next_after]
    assert got == [f"post {number}" for number in range(8)]
    assert pauses == [timedelta(0), timedelta(0), None]


async def test_the_first_look_goes_back_a_day(service: BlueskyService, bluesky: Bluesky) -> None:
    service.write("older", ago=90_000)
    service.write("newer", ago=80_000)
    assert texts(await bluesky.poll(None, 100)) == ["newer"]


async def test_what_is_listed_late_is_heard_all_the_same(service: BlueskyService, bluesky: Bluesky) -> None:
    service.write("sent at once", ago=60)
    polled = await bluesky.poll(None, 100)
    service.write("written on a train", ago=1_800)
    assert texts(await bluesky.poll(polled.cursor, 100)) == ["written on a train"]


async def test_a_server_that_does_not_listen_to_its_cursor_is_not_asked_for_ever(
    service: BlueskyService, bluesky: Bluesky
) -> None:
    service.deaf_to_cursors = True
    for number in range(5):
        service.write(f"post {number}", ago=600 - number)
    assert texts(await bluesky.poll(None, 100)) == ["post 2", "post 3", "post 4"]
    assert service.calls[NOTIFICATIONS] == 2


async def test_searches_are_heard_beside_mentions_each_post_once_and_never_our_own(
    service: BlueskyService, http: Http
) -> None:
    service.write("@acme about the acme backpack", ago=50)
    service.write("my acme backpack", reason="", ago=40)
    service.write("the acme backpack is here", ACME, reason="", ago=30)
    polled = await Bluesky(settings(service, "acme backpack", "backpack"), http).poll(None, 100)
    assert texts(polled) == ["@acme about the acme backpack", "my acme backpack"]
    assert service.queries[-1]["sort"] == "latest"


async def test_what_cannot_be_read_is_kept_and_keeps_back_no_other(service: BlueskyService, bluesky: Bluesky) -> None:
    service.write("one", ago=9)
    odd: list[dict[str, object]] = [{"author": 7, "record": None}, {"author": {}}, {"indexedAt": "never"}]
    service.notified += [{"reason": "mention", **each} for each in odd]
    service.write("two", ago=8)
    polled = await bluesky.poll(None, 100)
    assert sorted(event.kind for event in polled.events) == ["created", "created", "unread", "unread", "unread"]
    assert texts(polled) == ["one", "two"]
    assert texts(await bluesky.poll(polled.cursor, 100)) == []


def read(**record: object) -> SourceEvent:
    said = {"$type": "app.bsky.feed.post", "text": "t", "createdAt": "2026-03-02T09:00:00Z", **record}
    post = {"uri": "at://d/app.bsky.feed.post/1", "author": {"did": "d", "handle": "h.example"}, "record": said}
    body = orjson.dumps({"posts": [{**post, "indexedAt": "2026-03-02T10:00:00Z"}]})
    return Bluesky(SourceSettings("sky"), Http()).parse(Delivery(body, datetime(2026, 3, 2, 12, tzinfo=UTC)))[0]


@pytest.mark.parametrize(
    "record",
    [
        {"text": "x" * 60_000},
        {"text": "\u202e\0 zero width \u200b and 👩‍👩‍👧‍👦"},
        {"langs": "en"},
        {"langs": [["en"]]},
        {"langs": ["x" * 50]},
        {"langs": []},
        {"createdAt": "0000-00-00"},
        {"createdAt": "0001-01-01T00:00:00+14:00"},
        {"createdAt": "9999-12-31T23:59:59-14:00"},
        {"createdAt": 7},
        {"createdAt": None},
        {"text": None},
        {"facets": "none", "embed": 3, "labels": {"values": []}},
    ],
    ids=lambda record: repr(record)[:40],
)
def test_odd_records_are_posts_all_the_same(record: dict[str, object]) -> None:
    event = read(**record)
    assert event.kind == "created"
    assert event.post is not None
    assert event.post.posted_at <= datetime(2026, 3, 2, 10, tzinfo=UTC)


async def test_a_deleted_post_is_told_once_and_pages_do_not_bring_it_back(
    service: BlueskyService, bluesky: Bluesky
) -> None:
    uris = [service.write(f"post {number}", ago=600 - number) for number in range(30)]
    polled = await bluesky.poll(None, 100)
    del service.posts[uris[3]], service.posts[uris[28]]
    polled = await bluesky.poll(polled.cursor, 100)
    assert [(e.kind, e.account, e.external_id) for e in polled.events] == [
        ("deleted", "@acme.example", uris[3]),
        ("deleted", "@acme.example", uris[28]),
    ]
    assert (await bluesky.poll(polled.cursor, 100)).events == ()


async def test_all_posts_of_the_week_are_read_again_in_turn(service: BlueskyService, bluesky: Bluesky) -> None:
    uris = [service.write(f"post {number}", ago=900 - number) for number in range(120)]
    service.page = 100
    cursor = (await bluesky.poll(None, 200)).cursor
    del service.posts[uris[119]]
    told: list[str] = []
    for _ in range(3):
        polled = await bluesky.poll(cursor, 200)
        cursor, told = polled.cursor, told + [event.external_id for event in polled.events]
    assert told == [uris[119]]


async def test_an_account_that_is_gone_has_deleted_its_posts(service: BlueskyService, bluesky: Bluesky) -> None:
    uri = service.write("hello")
    polled = await bluesky.poll(None, 100)
    del service.posts[uri]
    service.gone_repos.add(MAYA)
    assert [event.kind for event in (await bluesky.poll(polled.cursor, 100)).events] == ["deleted"]


async def test_a_block_is_no_delete(service: BlueskyService, bluesky: Bluesky) -> None:
    service.blocked.add(service.write("hello"))
    polled = await bluesky.poll(None, 100)
    assert texts(polled) == ["hello"]
    assert (await bluesky.poll(polled.cursor, 100)).events == ()


async def test_nothing_is_taken_for_deleted_when_the_question_fails(service: BlueskyService, bluesky: Bluesky) -> None:
    uri = service.write("hello")
    polled = await bluesky.poll(None, 100)
    del service.posts[uri]
    for answer in (web.Response(status=502), web.json_response({"posts": None}), web.json_response({})):
        service.next_answers[POSTS] = [answer]
        service.next_answers["com.atproto.repo.getRecord"] = []
        with capture_logs() as logs:
            again = await bluesky.poll(polled.cursor, 100)
        assert again.events == ()
        assert [line["event"] for line in logs] == ["not_read_again"]
    service.next_answers["com.atproto.repo.getRecord"] = [web.Response(status=500)]
    again = await bluesky.poll(polled.cursor, 100)
    assert again.events == ()
    assert [event.kind for event in (await bluesky.poll(again.cursor, 100)).events] == ["deleted"]


async def test_backfill_brings_everything_since_in_pages(service: BlueskyService, http: Http) -> None:
    for number in range(5):
        service.write(f"post {number}", ago=500_000 - number)
    service.write("too old", ago=900_000)
    service.write("found", reason="", ago=400_000)
    source = Bluesky(settings(service, "found"), http)
    since = datetime.now(UTC) - timedelta(days=7)
    portions = [portion async for portion in source.backfill(since)]
    got = [[event.post.text for event in portion if event.post is not None] for portion in portions]
    assert got == [["post 4", "post 3", "post 2"], ["post 1", "post 0"], ["found"]]


async def test_a_session_is_renewed_when_it_has_expired_and_made_anew_when_it_is_forgotten(
    service: BlueskyService, bluesky: Bluesky
) -> None:
    service.write("one")
    polled = await bluesky.poll(None, 100)
    service.expire()
    await bluesky.poll(polled.cursor, 100)
    assert (service.calls[SESSION], service.calls[REFRESH]) == (1, 1)
    service.valid.clear()
    await bluesky.poll(polled.cursor, 100)
    assert (service.calls[SESSION], service.calls[REFRESH]) == (2, 2)


async def test_a_wrong_or_missing_password_says_what_to_do_and_shows_none(service: BlueskyService, http: Http) -> None:
    with pytest.raises(
        PermanentError, match=r"does not let acme\.example in: Invalid.*Make an app password"
    ) as refused:
        await Bluesky(settings(service, password="wrong-secret"), http).poll(None, 10)
    assert "wrong-secret" not in str(refused.value)
    with pytest.raises(PermanentError, match="Set SKY_PASSWORD"):
        await Bluesky(settings(service, password=""), http).poll(None, 10)


async def test_a_server_that_asks_for_patience_is_passed_on(service: BlueskyService, bluesky: Bluesky) -> None:
    reset = str(int(datetime.now(UTC).timestamp()) + 120)
    body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
    service.next_answers[NOTIFICATIONS] = [
        web.json_response(body, status=429, headers={"RateLimit-Reset": reset}),
        web.json_response(body, status=429, headers={"Retry-After": "7"}),
        web.json_response(body, status=429, headers={"RateLimit-Reset": "soon"}),
    ]
    waits = []
    for _ in range(3):
        with pytest.raises(RetriableError, match="Rate Limit Exceeded") as refused:
            await bluesky.poll(None, 10)
        waits.append(refused.value.retry_after)
    assert 110 < (waits[0] or 0) <= 120
    assert waits[1:] == [7, None]


async def test_no_more_is_asked_than_the_budget_allows(service: BlueskyService, http: Http) -> None:
    source = Bluesky(settings(service, budget=(2, timedelta(minutes=5))), http)
    await source.poll(None, 10)
    with pytest.raises(RetriableError, match="has used its 2 requests"):
        await source.poll(None, 10)
    assert service.calls.total() == 2


async def test_tokens_stand_in_no_error_and_no_log(
    service: BlueskyService, bluesky: Bluesky, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await bluesky.poll(None, 10)
    service.next_answers[NOTIFICATIONS] = [web.Response(status=500, text=f"{PASSWORD} {sorted(service.valid)}")]
    with pytest.raises(RetriableError) as failed:
        await bluesky.poll(None, 10)
    for secret in (PASSWORD, *service.valid):
        assert secret not in str(failed.value)
        assert secret not in caplog.text


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"notifications": {}}'])
async def test_what_is_no_page_is_said_so(service: BlueskyService, bluesky: Bluesky, body: bytes) -> None:
    service.next_answers[NOTIFICATIONS] = [web.Response(body=body)]
    with pytest.raises(PermanentError, match="does not answer"):
        await bluesky.poll(None, 10)
