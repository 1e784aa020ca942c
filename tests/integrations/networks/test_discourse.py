"""A forum over real HTTP: asked page by page, delivered from, answered, and looked at again."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict

from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.post import Author, Post, SourceEvent, Visibility
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.discourse.connector import Discourse
from integrations.source import SourceSettings
from tests.integrations.networks.discourse_forum import KEY, Forum


@pytest.fixture
async def forum() -> AsyncIterator[Forum]:
    forum, app = Forum(), web.Application()
    app.router.add_route("*", "/{path:.*}", forum.serve)
    async with TestServer(app) as server:
        forum.url = str(server.make_url("/"))
        yield forum


def settings(url: str = "https://forum.example/", *, key: str = KEY, **more: Any) -> SourceSettings:
    options = {"api_key_env": "FORUM_KEY", "api_username": "Acme_Help", **more.pop("options", {})}
    secrets = {"api_key_env": key} if key else {}
    return SourceSettings("forum", url=url, options=options, secrets=secrets, **more)


@pytest.fixture
async def discourse(forum: Forum) -> AsyncIterator[Discourse]:
    async with Http(tries=1, timeout=5) as http:
        yield Discourse(settings(forum.url), http)


def seen(events: Any) -> list[tuple[str, str, str]]:
    return [(e.kind, e.external_id, e.post.text if e.post is not None else "") for e in events]


async def all_of(discourse: Discourse, cursor: str | None, limit: int) -> tuple[list[tuple[str, str, str]], str]:
    """Polls until it says that this was all."""
    found: list[tuple[str, str, str]] = []
    for _ in range(200):
        polled = await discourse.poll(cursor, limit)
        assert len(polled.events) <= limit
        found, cursor = found + seen(polled.events), polled.cursor
        if polled.next_after is None:
            return found, cursor
    raise AssertionError("it never ends")


def question(number: int = 7, topic: int = 88) -> Post:
    author, now = Author(handle="ada"), datetime.now(UTC)
    return Post(
        network="discourse", account="forum", external_id=f"{topic}/{number}", author=author, text="?", posted_at=now
    )


async def test_the_first_look_goes_back_a_day_and_comes_oldest_first(forum: Forum, discourse: Discourse) -> None:
    for id_ in range(1, 24):
        forum.write(id_, f"text {id_}", hours=36.5 - id_)
    found, cursor = await all_of(discourse, None, 4)
    assert [key for _, key, _ in found] == [f"88/{id_}" for id_ in range(13, 24)]
    assert (await all_of(discourse, cursor, 4))[0] == []


async def test_only_what_is_new_comes_with_one_request(forum: Forum, discourse: Discourse) -> None:
    forum.write(1, "one")
    _, cursor = await all_of(discourse, None, 50)
    forum.asked.clear()
    forum.write(2, "two")
    forum.write(3, "three")
    found, _ = await all_of(discourse, cursor, 50)
    assert found == [("created", "88/2", "two"), ("created", "88/3", "three")]
    assert forum.asked == ["/posts.json"]


async def test_nothing_is_lost_when_much_was_written_meanwhile_with_gaps_between(
    forum: Forum, discourse: Discourse
) -> None:
    forum.write(1, "one")
    _, cursor = await all_of(discourse, None, 50)
    numbers = [*range(2, 20), *range(300, 320), 100_000]
    for id_ in numbers:
        forum.write(id_, f"text {id_}")
    found, _ = await all_of(discourse, cursor, 7)
    assert [key for _, key, _ in found] == [f"88/{id_}" for id_ in numbers]


async def test_a_forum_of_many_years_is_not_read_to_find_yesterday(forum: Forum, discourse: Discourse) -> None:
    for id_ in range(1, 500):
        forum.write(id_ * 7, f"text {id_}", hours=500 - id_)
    found = [
        event async for portion in discourse.backfill(datetime.now(UTC) - timedelta(hours=9.5)) for event in portion
    ]
    assert [event.external_id for event in found] == [f"88/{id_ * 7}" for id_ in range(491, 500)]
    assert len(forum.asked) < 25


async def test_an_empty_forum_is_polled_in_vain(forum: Forum, discourse: Discourse) -> None:
    polled = await discourse.poll(None, 10)
    assert (polled.events, polled.next_after) == ((), None)
    forum.write(1, "the first")
    assert seen((await discourse.poll(polled.cursor, 10)).events) == [("created", "88/1", "the first")]


async def test_a_forum_that_does_not_page_is_read_all_the_same(forum: Forum, discourse: Discourse) -> None:
    forum.ignores_before = True
    for id_ in range(1, 20):
        forum.write(id_, f"text {id_}")
    found, _ = await asyncio.wait_for(all_of(discourse, None, 50), 5)
    assert [key for _, key, _ in found] == [f"88/{id_}" for id_ in range(15, 20)]


async def test_an_edit_comes_once_and_as_the_delivery_told_it(forum: Forum, discourse: Discourse) -> None:
    forum.write(1, "one")
    forum.write(2, "two")
    _, cursor = await all_of(discourse, None, 50)
    forum.edit(1, "one, or more")
    forum.posts[2]["reads"] = 99
    polled = await discourse.poll(cursor, 50)
    assert seen(polled.events) == [("edited", "88/1", "one, or more")]
    assert (await discourse.poll(polled.cursor, 50)).events == ()
    delivery = Delivery(
        orjson.dumps({"post": forum.posts[1]}), datetime.now(UTC), "1", {"X-Discourse-Event": "post_edited"}
    )
    assert [event.revision for event in discourse.parse(delivery)] == [event.revision for event in polled.events]


async def test_a_quick_edit_that_leaves_the_version_is_told_too(forum: Forum, discourse: Discourse) -> None:
    forum.write(1, "one")
    _, cursor = await all_of(discourse, None, 50)
    forum.posts[1] |= {"raw": "One", "cooked": "<p>One</p>"}
    assert seen((await discourse.poll(cursor, 50)).events) == [("edited", "88/1", "One")]


async def test_a_post_that_is_gone_is_deleted_and_one_that_is_hidden_is_not(forum: Forum, discourse: Discourse) -> None:
    for id_ in range(1, 5):
        forum.write(id_, f"text {id_}")
    _, cursor = await all_of(discourse, None, 50)
    forum.deleted.add(2)
    forum.hidden.add(3)
    forum.posts[4]["user_deleted"] = True
    polled = await discourse.poll(cursor, 50)
    assert sorted(seen(polled.events)) == [("deleted", "88/2", ""), ("deleted", "88/4", "")]
    assert (await discourse.poll(polled.cursor, 50)).events == ()


async def test_changes_for_which_there_is_no_room_come_next_time(forum: Forum, discourse: Discourse) -> None:
    for id_ in range(1, 6):
        forum.write(id_, f"text {id_}")
    _, cursor = await all_of(discourse, None, 50)
    for id_ in (2, 3, 5):
        forum.edit(id_, "changed")
    forum.deleted.add(4)
    forum.write(6, "new")
    forum.hidden.add(1)
    found, _ = await all_of(discourse, cursor, 1)
    assert sorted(found) == [
        ("created", "88/6", "new"),
        ("deleted", "88/4", ""),
        *(("edited", f"88/{id_}", "changed") for id_ in (2, 3, 5)),
    ]


async def test_backfill_brings_everything_since_then(forum: Forum, discourse: Discourse) -> None:
    for id_ in range(1, 30):
        forum.write(id_ * 3, f"text {id_}", hours=30 - id_)
    since = datetime.now(UTC) - timedelta(hours=20.5)
    found = [event async for portion in discourse.backfill(since) for event in portion]
    assert [event.external_id for event in found] == [f"88/{id_ * 3}" for id_ in range(10, 30)]


async def test_what_nobody_can_read_is_kept_and_keeps_back_no_other(forum: Forum, discourse: Discourse) -> None:
    forum.write(1, "one")
    forum.write(2, "two", created_at="yesterday")
    forum.write(3, "three", post_type=99)
    forum.write(4, "four", topic_id=None)
    forum.write(5, "five")
    polled = await discourse.poll(None, 50)
    assert sorted(event.kind for event in polled.events) == ["created", "created", "unread", "unread", "unread"]


async def test_without_a_key_what_everybody_sees_is_read(forum: Forum) -> None:
    forum.write(1, "one")
    async with Http(tries=1) as http:
        open_to_all = Discourse(SourceSettings("forum", url=forum.url), http)
        assert seen((await open_to_all.poll(None, 10)).events) == [("created", "88/1", "one")]
        with pytest.raises(PermanentError, match="api_key_env"):
            await open_to_all.reply(question(), "Hello, how can we help you?", "key-1")


async def test_a_wrong_key_is_told_by_the_name_of_its_variable(forum: Forum) -> None:
    async with Http(tries=1) as http:
        with pytest.raises(PermanentError, match="FORUM_KEY") as refused:
            await Discourse(settings(forum.url, key="another-key-entirely"), http).poll(None, 10)
    assert "another-key-entirely" not in str(refused.value)


@pytest.mark.parametrize(
    ("headers", "said", "wait"),
    [
        ({"Retry-After": "33"}, {"errors": ["Slow down."]}, 33),
        ({}, {"errors": ["Slow down."], "error_type": "rate_limit", "extras": {"wait_seconds": 17}}, 17),
        ({}, "slow down", None),
    ],
)
async def test_a_busy_forum_is_left_alone_as_long_as_it_says(
    forum: Forum, discourse: Discourse, headers: dict[str, str], said: Any, wait: float | None
) -> None:
    forum.refusal = (429, headers, said)
    for call in (discourse.poll(None, 10), discourse.reply(question(), "Hello, how can we help you?", "key-1")):
        with pytest.raises(RetriableError) as busy:
            await call
        assert busy.value.retry_after == wait
        assert not isinstance(busy.value, UnknownResultError)


async def test_what_is_no_forum_is_named(forum: Forum, discourse: Discourse) -> None:
    forum.refusal = (200, {}, {"hello": "world"})
    with pytest.raises(PermanentError, match="does not answer as a Discourse forum"):
        await discourse.poll(None, 10)


async def test_the_budget_is_kept(forum: Forum) -> None:
    async with Http(tries=1) as http:
        discourse = Discourse(settings(forum.url, budget=(1, timedelta(minutes=1))), http)
        await discourse.poll(None, 10)
        with pytest.raises(RetriableError, match="has used its 1 requests"):
            await discourse.poll(None, 10)
    assert len(forum.asked) == 1


async def test_an_answer_stands_in_its_topic_and_is_not_heard_itself(forum: Forum, discourse: Discourse) -> None:
    forum.write(7, "my strap tore")
    _, cursor = await all_of(discourse, None, 50)
    sent = await discourse.reply(question(), "Hello Ada, we send you a new one.", "key-1")
    assert sent.external_id == "88/8"
    assert sent.url == f"{forum.url}t/strap/88/8"
    assert forum.posts[8]["reply_to_post_number"] == 7
    assert (await discourse.poll(cursor, 50)).events == ()


async def test_a_refused_answer_says_why_in_the_forums_words(forum: Forum, discourse: Discourse) -> None:
    with pytest.raises(PermanentError, match="too short \\(minimum is 20 characters\\)"):
        await discourse.reply(question(), "Hello", "key-1")
    forum.refusal = (404, {}, {})
    with pytest.raises(PermanentError, match="the topic is not there"):
        await discourse.reply(question(), "Hello, how can we help you?", "key-1")
    forum.refusal = (403, {}, {"errors": ["You are not permitted to reply."], "error_type": "invalid_access"})
    with pytest.raises(PermanentError, match="not permitted to reply"):
        await discourse.reply(question(), "Hello, how can we help you?", "key-1")


async def test_an_answer_that_waits_for_a_moderator_is_sent(forum: Forum, discourse: Discourse) -> None:
    forum.queued = True
    sent = await discourse.reply(question(), "Hello, how can we help you?", "key-1")
    assert (sent.external_id, sent.url) == ("pending/12", None)


async def test_an_answer_that_was_cut_off_is_found_again(forum: Forum, discourse: Discourse) -> None:
    text = "Hello Ada,\r\n\r\nwe send you a new one. 👋  "
    forum.write(7, "my strap tore")
    forum.write(8, "Hello Ada,\n\nwe send you a new one. 👋", username="somebody_else", reply_to_post_number=7)
    assert await discourse.find_reply(question(), text, "key-1") is None
    forum.silent = True
    with pytest.raises(UnknownResultError):
        await discourse.reply(question(), text, "key-1")
    sent = await discourse.find_reply(question(), text, "key-1")
    assert sent is not None
    assert sent.external_id == "88/9"
    assert await discourse.find_reply(question(), "Another answer altogether", "key-2") is None
    assert await discourse.find_reply(question(number=8), text, "key-3") is None
    assert await discourse.find_reply(question(topic=99), text, "key-4") is None
    assert discourse.capabilities().once == "look-up"


async def test_it_is_found_by_what_it_shows_where_the_forum_keeps_the_source(
    forum: Forum, discourse: Discourse
) -> None:
    forum.write(7, "my strap tore")
    answer = forum.write(8, "We send you a new one.", username="acme_help", reply_to_post_number=7)
    del answer["raw"]
    sent = await discourse.find_reply(question(), "We send you a new one.", "key-1")
    assert sent is not None


def post(**more: Any) -> dict[str, Any]:
    return Forum().write(5, "hello", **more)


def delivered(item: Any, event: str | None = "post_created", **more: Any) -> list[SourceEvent]:
    headers = {"X-Discourse-Event": event} if event is not None else {}
    body = orjson.dumps({"post": item})
    return Discourse(settings(**more), Http()).parse(Delivery(body, datetime.now(UTC), "1", headers))


def test_what_no_customer_wrote_is_left_out() -> None:
    assert delivered(post(username="acme_help")) == []
    assert delivered(post(username="Acme_Page"), account="acme_page") == []
    assert delivered(post(username="discobot", user_id=-2)) == []
    assert [delivered(post(post_type=kind)) for kind in (2, 3, 4)] == [[], [], []]
    assert [delivered(post(**{role: True})) for role in ("staff", "admin", "moderator")] == [[], [], []]
    assert seen(delivered(post(staff=True), options={"hear_staff": True})) == [("created", "88/5", "hello")]


def test_where_a_proxy_drops_the_header_the_version_tells_edits() -> None:
    assert [delivered(post(version=version), None)[0].kind for version in (1, 2)] == ["created", "edited"]


def test_a_post_that_is_restored_is_told_as_it_is_now() -> None:
    assert seen(delivered(post(), "post_recovered")) == [("edited", "88/5", "hello")]


def test_odd_text_and_missing_fields_do_no_harm() -> None:
    bare = {"id": 1, "topic_id": 2, "post_number": 3, "username": "ü̈", "created_at": "2026-03-02T09:00:00Z"}
    event = delivered(bare)[0]
    assert event.post is not None
    assert event.post.author == Author(handle="ü̈", profile_url="https://forum.example/u/ü̈")
    assert (event.post.text, event.post.media, event.post.visibility) == ("", (), Visibility.PUBLIC)
    for cooked in (
        "<img " * 9_000,
        "<a class=" * 9_000,
        "x" * 300_000,
        "&#x110000; \0 <script>alert(1)</script>",
        "<p>z̸̡</p>",
    ):
        assert delivered(post(cooked=cooked))[0].kind == "created"


def test_pictures_that_are_no_web_pictures_are_left_out() -> None:
    cooked = '<img src="javascript:alert(1)"><img src="data:image/png;base64,x"><img alt="no source"><img src="//[bad">'
    read = delivered(post(cooked=cooked))[0].post
    assert read is not None
    assert read.media == ()


def signed(body: bytes, **headers: str) -> Inbound:
    signature = "sha256=" + hmac.digest(b"a secret of ours", body, "sha256").hex()
    return Inbound("POST", CIMultiDict({"X-Discourse-Event-Signature": signature, **headers}), {}, body)


def test_a_delivery_keeps_its_number_and_what_happened_and_no_other_header() -> None:
    discourse = Discourse(settings(secret="a secret of ours"), Http())
    body = orjson.dumps({"ping": "OK"})
    verdict = discourse.verify(
        signed(body, **{"x-discourse-event-id": "9", "x-discourse-event": "ping"}), datetime.now(UTC)
    )
    assert isinstance(verdict, Delivery)
    assert verdict.id == "9"
    assert dict(verdict.headers) == {"X-Discourse-Event": "ping", "X-Discourse-Event-Id": "9"}
    assert discourse.parse(verdict) == []


def test_only_posts_come_in() -> None:
    discourse = Discourse(settings(secret="a secret of ours"), Http())
    verdict = discourse.verify(Inbound("GET", CIMultiDict[str](), {}, b""), datetime.now(UTC))
    assert isinstance(verdict, Reject)
    assert verdict.status == 405
