"""Mastodon over real HTTP against a small server of ours: paging, overlap, servers that ignore cursors, edits, answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.domain.delivery import Delivery
from bot.domain.post import Post, SourceEvent, Visibility
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.mastodon.connector import Mastodon
from integrations.source import SourceSettings
from tests.contract.lengths import COMBINING, EMOJI
from tests.integrations.networks.mastodon_server import TOKEN, Server, person, serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=1, tries=1) as client:
        yield client


def connector(server: Server, http: Http, token: str = TOKEN, **more: Any) -> Mastodon:
    options = {"token_env": "ACME_TOKEN", **more.pop("options", {})}
    return Mastodon(
        SourceSettings("social", url=server.url, options=options, secrets={"token_env": token}, **more), http
    )


async def everything(source: Mastodon, cursor: str | None = None, limit: int = 50) -> tuple[list[SourceEvent], str]:
    """Polls until nothing is left."""
    events: list[SourceEvent] = []
    for _ in range(100):
        polled = await source.poll(cursor, limit)
        assert len(polled.events) <= limit
        events += polled.events
        cursor = polled.cursor
        if not polled.events:
            return events, cursor
    raise AssertionError("it never ends")


def texts(events: list[SourceEvent]) -> list[str]:
    return [event.post.text for event in events if event.post is not None]


def kinds(events: list[SourceEvent]) -> list[tuple[str, str]]:
    return [(event.kind, event.external_id) for event in events]


async def test_the_first_look_goes_back_a_day_and_what_comes_later_is_heard_once(server: Server, http: Http) -> None:
    source = connector(server, http)
    server.write("two days ago", ago=2 * 86_400)
    server.write("an hour ago", ago=3_600)
    events, cursor = await everything(source)
    assert texts(events) == ["an hour ago"]
    assert events[0].account == "@acme@acme.example"
    server.write("now")
    events, cursor = await everything(source, cursor)
    assert texts(events) == ["now"]
    assert (await everything(source, cursor))[0] == []


@pytest.mark.parametrize("ignores", [(), ("min_id",), ("min_id", "limit"), ("min_id", "max_id", "limit")], ids=str)
async def test_hundreds_of_mentions_come_oldest_first_each_once(
    server: Server, http: Http, ignores: tuple[str, ...]
) -> None:
    source = connector(server, http)
    server.write("first")
    events, cursor = await everything(source)
    server.ignores = ignores
    written = [f"number {number}" for number in range(330)]
    for text in written:
        server.write(text)
    if "limit" in ignores:
        server.page = 1000  # the list has one page
    events, cursor = await everything(source, cursor)
    assert texts(events) == written
    assert (await everything(source, cursor))[0] == []


async def test_a_first_look_at_hundreds_brings_all_of_them(server: Server, http: Http) -> None:
    written = [f"number {number}" for number in range(130)]
    for text in written:
        server.write(text)
    events, _ = await everything(connector(server, http))
    assert texts(events) == written


async def test_what_becomes_visible_late_is_heard_all_the_same(server: Server, http: Http) -> None:
    source = connector(server, http)
    server.write("one")
    server.write("late")
    late = server.notifications.pop(0)
    server.write("three")
    _, cursor = await everything(source)
    server.notifications.insert(1, late)
    events, _ = await everything(source, cursor)
    assert texts(events) == ["late"]


async def test_a_broken_cursor_begins_anew(server: Server, http: Http) -> None:
    server.write("here")
    for cursor in ("", "garbage", "[]", '{"posts": 5}', '{"since": "x"}'):
        assert texts((await everything(connector(server, http), cursor))[0]) == ["here"]


async def test_our_own_posts_and_what_is_not_said_to_us_are_left_out(server: Server, http: Http) -> None:
    server.write("ours #acme", "acme", told=False)
    server.write("theirs, in #acme", told=False)
    server.write("to us and in #acme")
    server.tell({"type": "follow", "created_at": datetime.now(UTC).isoformat(), "account": person("otto")})
    source = connector(server, http, options={"search": ["#acme"]})
    events, cursor = await everything(source)
    assert sorted(texts(events)) == ["theirs, in #acme", "to us and in #acme"]
    assert (await everything(source, cursor))[0] == []


async def test_what_cannot_be_read_is_kept_and_keeps_back_nothing(server: Server, http: Http) -> None:
    now = datetime.now(UTC).isoformat()
    server.write("before")
    server.tell({"type": "hologram", "created_at": now, "account": person("otto")})
    server.tell({"type": "mention", "created_at": now, "status": {"content": "<p>who?</p>"}})
    server.write("after")
    polled = await connector(server, http).poll(None, 50)
    assert [event.kind for event in polled.events] == ["created", "unread", "unread", "created"]
    assert [event.why for event in polled.events if event.kind == "unread"] == [
        "notifications of the type “hologram” are not known",
        "'id' is missing",
    ]


@pytest.mark.parametrize("takes_several", [True, False])
async def test_an_edit_and_a_delete_are_found_by_reading_again_and_told_once(
    server: Server, http: Http, takes_several: bool
) -> None:
    server.takes_several = takes_several
    source = connector(server, http)
    edited, deleted, hidden, kept = (server.write(text) for text in ("edit me", "delete me", "hide me", "keep me"))
    _, cursor = await everything(source)
    server.edit(edited, "edited")
    del server.statuses[deleted]
    if not takes_several:
        server.statuses[hidden]["fails"] = 410
    events, cursor = await everything(source, cursor)
    assert kinds(events) == [("edited", edited), ("deleted", deleted)]
    assert texts(events) == ["edited"]
    assert events[0].revision
    assert (await everything(source, cursor))[0] == []
    server.edit(kept, "edited as well")
    assert texts((await everything(source, cursor))[0]) == ["edited as well"]


@pytest.mark.parametrize("status", [401, 403, 410, 500, 503])
async def test_a_server_that_does_not_say_has_deleted_nothing(server: Server, http: Http, status: int) -> None:
    server.takes_several = False
    source = connector(server, http)
    first = server.write("still there")
    _, cursor = await everything(source)
    server.statuses[first]["fails"] = status
    server.write("and this is new")
    events, cursor = await everything(source, cursor)
    assert texts(events) == ["and this is new"]
    del server.statuses[first]
    assert kinds((await everything(source, cursor))[0]) == [("deleted", first)]


async def test_many_posts_are_read_again_in_turn(server: Server, http: Http) -> None:
    source = connector(server, http)
    ids = [server.write(f"number {number}") for number in range(60)]
    _, cursor = await everything(source)
    for id_ in ids:
        server.edit(id_, f"edited {id_}")
    found: list[str] = []
    for _ in range(3):
        polled = await source.poll(cursor, 200)
        cursor = polled.cursor
        found += [event.external_id for event in polled.events]
    assert sorted(found) == ids


async def test_a_notification_of_an_edit_is_an_edit(server: Server, http: Http) -> None:
    source = connector(server, http)
    id_ = server.write("before")
    _, cursor = await everything(source)
    server.edit(id_, "afterwards")
    status = server.statuses[id_]
    server.tell({"type": "update", "created_at": status["edited_at"], "account": status["account"], "status": status})
    events, _ = await everything(source, cursor)
    assert kinds(events) == [("edited", id_)]


async def test_a_post_keeps_its_id_where_the_server_changes_it_with_an_edit(server: Server, http: Http) -> None:
    source = connector(server, http)
    id_ = server.write("before")
    _, cursor = await everything(source)
    server.edit(id_, "afterwards")
    server.statuses[id_] |= {"id": "7777"}
    server.takes_several = False
    events, cursor = await everything(source, cursor)
    assert kinds(events) == [("edited", id_)]
    server.statuses["7777"] = server.statuses[id_]
    answer = server.write("and another thing", in_reply_to_id="7777")
    events, _ = await everything(source, cursor)
    assert [(event.external_id, event.post.parent_id) for event in events if event.post] == [(answer, id_)]


async def test_an_answer_to_what_we_have_not_heard_gets_the_threads_beginning(server: Server, http: Http) -> None:
    root = server.write("to nobody", told=False)
    middle = server.write("to nobody either", "otto@example.social", told=False, in_reply_to_id=root)
    server.write("@acme look at this", in_reply_to_id=middle)
    events, _ = await everything(connector(server, http))
    post = events[0].post
    assert post is not None
    assert (post.root_id, post.parent_id) == (root, middle)


async def test_a_backfill_goes_back_page_by_page(server: Server, http: Http) -> None:
    for number in range(120):
        server.write(f"number {number}", ago=(200 - number) * 3_600)
    since = datetime.now(UTC) - timedelta(hours=180.5)
    portions = [portion async for portion in connector(server, http).backfill(since)]
    heard = [event.post.text for portion in portions for event in portion if event.post is not None]
    assert len(portions) == 3
    assert heard == [f"number {number}" for number in reversed(range(20, 120))]


async def test_a_wrong_token_and_a_busy_server_are_told_apart(server: Server, http: Http) -> None:
    with pytest.raises(PermanentError, match="401"):
        await connector(server, http, token="wrong").poll(None, 10)
    with pytest.raises(PermanentError, match="ACME_TOKEN"):
        await connector(server, http, token="").poll(None, 10)
    server.failure = web.Response(status=429, headers={"Retry-After": "77"})
    with pytest.raises(RetriableError) as busy:
        await connector(server, http).poll(None, 10)
    assert busy.value.retry_after == 77


async def test_no_more_is_asked_than_the_budget_allows(server: Server, http: Http) -> None:
    source = connector(server, http, budget=(5, timedelta(minutes=5)))
    server.write("one")
    assert texts(list((await source.poll(None, 10)).events)) == ["one"]
    with pytest.raises(RetriableError) as spent:
        await everything(source)
    assert len(server.asked) == 5
    assert (spent.value.retry_after or 0) > 200


async def heard(server: Server, source: Mastodon, **more: Any) -> Post:
    server.write("where is my parcel?", **more)
    post = (await source.poll(None, 10)).events[0].post
    assert post is not None
    return post


@pytest.mark.parametrize(
    ("seen_by", "answer_to"),
    [
        ("public", "public"),
        ("unlisted", "unlisted"),
        ("private", "direct"),
        ("direct", "direct"),
        ("limited", "direct"),
    ],
)
async def test_an_answer_is_seen_by_no_more_people_than_the_post(
    server: Server, http: Http, seen_by: str, answer_to: str
) -> None:
    source = connector(server, http)
    post = await heard(server, source, visibility=seen_by)
    sent = await source.reply(post, "On its way.", "key-1")
    content, headers = server.posted[0]
    assert content == {
        "status": "@maya@example.social On its way.",
        "in_reply_to_id": post.external_id,
        "visibility": answer_to,
    }
    assert headers["Idempotency-Key"] == "key-1"
    assert sent.external_id in server.statuses
    assert sent.url == f"https://acme.example/@acme/{sent.external_id}"
    assert (source.audience(post) is Visibility.PRIVATE) == (answer_to == "direct")


async def test_a_mention_that_is_there_already_is_not_repeated(server: Server, http: Http) -> None:
    source = connector(server, http)
    post = await heard(server, source)
    await source.reply(post, "Dear @Maya@example.social, on its way.", "key-1")
    await source.reply(post, "Dear @maya@example.social.de, on its way.", "key-2")
    assert [content["status"] for content, _ in server.posted] == [
        "Dear @Maya@example.social, on its way.",
        "@maya@example.social Dear @maya@example.social.de, on its way.",
    ]


async def test_an_answer_that_was_cut_off_is_unknown_and_then_found(server: Server, http: Http) -> None:
    source = connector(server, http)
    post = await heard(server, source)
    other = await heard(server, connector(server, http))
    assert await source.find_reply(post, "Thank you!\n\nA & B", "key-1") is None
    server.hangs = True
    with pytest.raises(UnknownResultError):
        await source.reply(post, "Thank you!\n\nA & B", "key-1")
    found = await source.find_reply(post, "Thank you!\n\nA & B", "key-1")
    assert found is not None
    assert server.statuses[found.external_id]["in_reply_to_id"] == post.external_id
    assert await source.find_reply(post, "Thank you!", "key-1") is None
    assert post.external_id == other.external_id
    server.write("Thank you too!", in_reply_to_id=post.external_id)
    assert await source.find_reply(post, "Thank you too!", "key-1") is None  # the customer's own words
    assert len(server.posted) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(403, "This action is not allowed"), (404, "Not found"), (422, "Text is too long")]
)
async def test_a_refused_answer_has_the_servers_reason(server: Server, http: Http, status: int, error: str) -> None:
    source = connector(server, http)
    post = await heard(server, source)
    server.refusal = web.Response(status=status, body=json.dumps({"error": error}).encode())
    with pytest.raises(PermanentError, match=f"acme.example refuses the answer: {error}"):
        await source.reply(post, "On its way.", "key-1")
    server.refusal = web.Response(status=500)
    with pytest.raises(UnknownResultError):
        await source.reply(post, "On its way.", "key-1")
    server.refusal = web.Response(status=429)
    with pytest.raises(RetriableError) as busy:
        await source.reply(post, "On its way.", "key-1")
    assert not isinstance(busy.value, UnknownResultError)


async def test_a_server_says_how_long_an_answer_may_be(server: Server, http: Http) -> None:
    source = connector(server, http)
    assert source.capabilities().longest == 468
    server.instance["configuration"] = {"statuses": {"max_characters": 5000, "characters_reserved_per_url": 30}}
    await source.poll(None, 10)
    assert source.capabilities().longest == 4968
    assert source.length("see https://shop.example/returns?order=4711") == 34


async def test_of_a_mention_only_the_name_counts(server: Server, http: Http) -> None:
    source = connector(server, http)
    assert source.length("@maya@example.social hello") == len("@maya hello")
    assert source.length("@maya hello, write to help@acme.example") == len("@maya hello, write to help@acme.example")
    assert source.length(f"{EMOJI}{COMBINING}") == 7
    assert source.length("https://example.social/@maya@other.example/1") == 23


def test_hostile_and_strange_texts_are_read(http: Http) -> None:
    source = Mastodon(SourceSettings("social", account="@acme@acme.example"), http)
    item = {
        "id": "5",
        "created_at": "0001-01-01T00:00:00+14:00",
        "content": "<p>" + "<a <b>\0\u202e" * 20_000,
        "account": {"acct": "x" * 300, "display_name": "n" * 900, "url": "javascript:alert(1)", "followers_count": -1},
        "language": "x" * 90,
        "media_attachments": [{"url": "javascript:alert(1)"}, {"url": "https://a.example/1", "type": 5}],
        "url": "https://a.example/" + "x" * 3_000,
    }
    own = {**item, "id": "6", "account": {"acct": "Acme@acme.example"}}
    events = source.parse(Delivery(json.dumps([item, own, None, []]).encode(), datetime.now(UTC)))
    assert [event.kind for event in events] == ["created", "unread", "unread"]
    post = events[0].post
    assert post is not None
    assert len(post.text) <= 50_000
    assert (post.url, post.author.profile_url, post.author.followers) == (None, None, None)
    assert [media.url for media in post.media] == ["https://a.example/1"]
