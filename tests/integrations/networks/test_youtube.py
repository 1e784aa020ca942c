"""YouTube comments over real HTTP, against a server that answers as the Data API describes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.delivery import Polled, Sent
from bot.domain.post import Author, Post
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.youtube.connector import YouTube
from integrations.networks.youtube.refusals import until_midnight
from integrations.source import SourceSettings
from tests.integrations.networks.youtube_server import CHANNEL, NOW, YouTubeServer, refused

READS = {"api_key_env": "the-api-key"}
ANSWERS = {"client_id_env": "the-client", "client_secret_env": "the-secret", "refresh_token_env": "the-refresh-token"}


@pytest.fixture
async def site() -> AsyncIterator[YouTubeServer]:
    site, app = YouTubeServer(), web.Application()
    app.add_routes(site.routes())
    async with TestServer(app) as server:
        site.url = str(server.make_url("/")).rstrip("/")
        yield site


def make(
    site: YouTubeServer,
    http: Http,
    options: dict[str, Any] | None = None,
    secrets: dict[str, str] | None = None,
    **more: Any,
) -> YouTube:
    secrets = READS | ANSWERS if secrets is None else secrets
    named = {name: f"YT_{name.upper()}" for name in secrets}
    options = named | ({"channel": CHANNEL} if options is None else options)
    return YouTube(SourceSettings("yt", url=site.url, options=options, secrets=secrets, **more), http)


@pytest.fixture
async def source(site: YouTubeServer) -> AsyncIterator[YouTube]:
    async with Http(tries=1, timeout=2) as http:
        yield make(site, http)


def seen(polled: Polled) -> list[tuple[str, str]]:
    return [(event.kind, event.external_id) for event in polled.events]


def post(id_: str = "a", ago: int = 60) -> Post:
    thread = id_.partition(".")[0] if "." in id_ else None
    at = NOW - timedelta(minutes=ago)
    return Post(
        network="youtube", external_id=id_, root_id=thread, parent_id=thread, author=Author(handle="m"), text="hm", posted_at=at
    )  # fmt: skip


async def test_comments_and_replies_come_oldest_first_and_once(site: YouTubeServer, source: YouTube) -> None:
    site.write("a", ago=90)
    site.write("b", ago=60)
    site.write("a.1", ago=30)
    first = await source.poll(None, 100)
    assert seen(first) == [("created", "a"), ("created", "b"), ("created", "a.1")]
    site.write("c", ago=10)
    second = await source.poll(first.cursor, 100)
    assert seen(second) == [("created", "c")]
    assert seen(await source.poll(second.cursor, 100)) == []
    assert first.next_after is None


async def test_a_poll_reads_back_only_to_where_the_last_one_ended(site: YouTubeServer, source: YouTube) -> None:
    site.page = 10
    for number in range(100):
        site.write(f"a{number:02}", ago=2000 - number * 20)
    first = await source.poll(None, 500)
    assert [event.external_id for event in first.events] == [f"a{number}" for number in range(29, 100)]  # a day
    assert len(site.calls("GET commentThreads")) == 8
    site.asked.clear()
    site.write("new", ago=1)
    assert seen(await source.poll(first.cursor, 500)) == [("created", "new")]
    newest = [query for query in site.calls("GET commentThreads") if "id" not in query]
    assert len(newest) == 1


async def test_replies_that_a_thread_does_not_show_are_asked_for(site: YouTubeServer, source: YouTube) -> None:
    site.write("a", ago=90)
    first = await source.poll(None, 100)
    for number in range(5):
        site.write(f"a.{number}", ago=50 - number)
    site.write("b", ago=1)
    second = await source.poll(first.cursor, 100)
    assert seen(second) == [*[("created", f"a.{number}") for number in range(5)], ("created", "b")]
    site.asked.clear()
    assert seen(await source.poll(second.cursor, 100)) == []
    assert not [query for query in site.calls("GET comments") if "parentId" in query]


async def test_new_replies_to_an_older_thread_are_heard(site: YouTubeServer, source: YouTube) -> None:
    site.write("a", ago=20 * 60)
    for number in range(150):
        site.write(f"b{number}", ago=19 * 60 - number)
    first = await source.poll(None, 1000)
    site.write("a.1", ago=1)
    assert seen(await source.poll(first.cursor, 1000)) == [("created", "a.1")]


async def test_edits_and_deletes_are_told_once(site: YouTubeServer, source: YouTube) -> None:
    for id_ in ("a", "b", "c", "a.1", "c.1"):
        site.write(id_, ago=100)
    polled = await source.poll(None, 100)
    site.edit("a", "better")
    site.edit("a.1", "much better")
    site.delete("b")
    site.delete("c")
    polled = await source.poll(polled.cursor, 100)
    assert sorted(seen(polled)) == [
        ("deleted", "b"),
        ("deleted", "c"),
        ("deleted", "c.1"),
        ("edited", "a"),
        ("edited", "a.1"),
    ]
    edit = next(event for event in polled.events if event.external_id == "a")
    assert edit.post is not None
    assert edit.post.text == "better"
    assert edit.post.edited_at is not None
    assert edit.revision == edit.post.edited_at.isoformat()
    assert seen(await source.poll(polled.cursor, 100)) == []


async def test_more_than_asked_for_comes_in_portions_and_nothing_is_lost(site: YouTubeServer, source: YouTube) -> None:
    for number in range(12):
        site.write(f"a{number:02}", ago=200 - number)
        for reply in range(4):
            site.write(f"a{number:02}.{reply}", ago=100 - number)
    cursor, got, pauses = None, list[tuple[str, str]](), list[timedelta | None]()
    for _ in range(30):
        polled = await source.poll(cursor, 5)
        assert len(polled.events) <= 5
        cursor, got, pauses = polled.cursor, got + seen(polled), [*pauses, polled.next_after]
        if polled.next_after is None:
            break
    assert pauses[-1] is None
    assert {id_ for _, id_ in got} == set(site.comments)
    assert {kind for kind, _ in got} == {"created"}
    assert len(got) == len(site.comments)


async def test_our_own_comments_are_left_out(site: YouTubeServer, source: YouTube) -> None:
    site.write("a", ago=60, by=CHANNEL)
    site.write("b", ago=50)
    site.write("b.1", ago=40, by=CHANNEL)
    polled = await source.poll(None, 100)
    assert seen(polled) == [("created", "b")]
    assert seen(await source.poll(polled.cursor, 100)) == []


async def test_an_item_that_cannot_be_read_is_kept_and_holds_nothing_up(site: YouTubeServer, source: YouTube) -> None:
    site.write("a", ago=60)
    site.write("b", ago=50)
    del site.comments["a"]["snippet"]["textDisplay"]
    polled = await source.poll(None, 100)
    assert [event.kind for event in polled.events] == ["unread", "created"]
    assert "deleted" not in {event.kind for event in (await source.poll(polled.cursor, 100)).events}


async def test_hostile_text_stays_as_it_was_written(site: YouTubeServer, source: YouTube) -> None:
    site.write("a", "<script>alert(1)</script> &amp; \u202e\0 \U0001f469\u200d\U0001f469" + "x" * 60_000)
    read = (await source.poll(None, 100)).events[0].post
    assert read is not None
    assert read.text.startswith("<script>alert(1)</script> &amp; \u202e� \U0001f469\u200d\U0001f469x")
    assert len(read.text) == 50_000


async def test_one_video_without_comments_keeps_back_no_other(site: YouTubeServer) -> None:
    site.closed.add("v2")
    site.write("a", video="v1")
    site.write("b", video="v3")
    async with Http(tries=1) as http:
        polled = await make(site, http, {"videos": ("v2", "v1")}, account=CHANNEL).poll(None, 100)
        assert seen(polled) == [("created", "a")]
        with pytest.raises(PermanentError, match=r"yt, v2: Comments are turned off for this video"):
            await make(site, http, {"videos": ("v2",)}).poll(None, 100)


async def test_what_may_not_be_asked_again_keeps_back_nothing_new(site: YouTubeServer, source: YouTube) -> None:
    for id_ in ("a", "b", "a.1", "a.2", "a.3"):
        site.write(id_, ago=100)
    first = await source.poll(None, 100)
    site.private |= {"a", "a.1"}
    site.write("c", ago=5)
    site.write("b.1", ago=4)
    for number in range(4):
        site.write(f"a.new{number}", ago=3)
    second = await source.poll(first.cursor, 100)
    assert ("created", "c") in seen(second)
    assert ("created", "b.1") in seen(second)
    assert "deleted" not in {event.kind for event in second.events}
    site.private.clear()
    assert {id_ for _, id_ in seen(second)} | {id_ for _, id_ in seen(await source.poll(second.cursor, 100))} >= {
        f"a.new{number}" for number in range(4)
    }


async def test_what_was_found_is_told_though_the_quota_ends_then(site: YouTubeServer, source: YouTube) -> None:
    site.page = 1
    for number in range(4):
        site.write(f"a{number}", ago=1000 - number * 100)
    first = await source.poll(None, 100)
    site.write("new", ago=1)
    site.quota = len(site.asked) + 3  # for new, a3, a2, and not for asking after a1 and a0
    second = await source.poll(first.cursor, 100)
    assert seen(second) == [("created", "new")]
    with pytest.raises(RetriableError, match="quota of the day"):
        await source.poll(second.cursor, 100)


async def test_a_source_without_channel_or_key_says_what_to_set(site: YouTubeServer) -> None:
    async with Http() as http:
        with pytest.raises(PermanentError, match="needs the id of a `channel`"):
            await make(site, http, {}).poll(None, 10)
        with pytest.raises(PermanentError, match=r"yt has no secret yet\. Set api_key_env of sources\.yt"):
            await make(site, http, secrets={}).poll(None, 10)
        with pytest.raises(PermanentError, match=r"The API key is not valid") as wrong:
            await make(site, http, secrets={"api_key_env": "another-api-key"}).poll(None, 10)
    assert "another-api-key" not in str(wrong.value)


async def test_a_spent_quota_waits_for_midnight_in_california(site: YouTubeServer, source: YouTube) -> None:
    site.failure = refused(403, "quotaExceeded")
    with pytest.raises(RetriableError, match="midnight Pacific") as waits:
        await source.poll(None, 10)
    assert waits.value.retry_after is not None
    assert 0 < waits.value.retry_after <= 25 * 3600
    assert until_midnight(datetime(2026, 3, 2, 7, 30, tzinfo=UTC)) == 1800  # winter: eight hours behind
    assert until_midnight(datetime(2026, 3, 8, 8, 0, tzinfo=UTC)) == 23 * 3600  # the day that summer time begins
    assert until_midnight(datetime(2026, 7, 1, 6, 59, 30, tzinfo=UTC)) == 30


async def test_a_server_that_asks_for_patience_is_passed_on(site: YouTubeServer, source: YouTube) -> None:
    site.failure = web.Response(status=429, headers={"Retry-After": "77"})
    with pytest.raises(RetriableError) as waits:
        await source.poll(None, 10)
    assert waits.value.retry_after == 77


async def test_the_budget_is_counted_in_units_of_quota(site: YouTubeServer) -> None:
    site.write("a")
    async with Http(tries=1) as http:
        source = make(site, http, budget=(101, timedelta(days=1)))
        await source.reply(post(), "one", "k1")
        await source.reply(post(), "two", "k2")
        await source.poll(None, 10)
        with pytest.raises(RetriableError, match="has used its 101 requests"):
            await source.reply(post(), "three", "k3")


async def test_an_answer_goes_to_the_thread_in_our_name(site: YouTubeServer, source: YouTube) -> None:
    site.write("a", ago=60)
    site.write("a.1", ago=50)
    assert source.refuses(post("a.1", 50), NOW) is None
    sent = await source.reply(post("a.1", 50), "We are sorry, Maya", "key")
    assert sent == Sent("a.ours2", "https://www.youtube.com/watch?v=v1&lc=a.ours2")
    assert site.comments["a.ours2"]["snippet"]["parentId"] == "a"
    assert [name for name, _ in site.asked] == ["POST token", "POST comments"]
    await source.reply(post("a"), "And thank you", "key2")
    assert site.token == 1


async def test_an_access_token_that_ends_in_between_is_had_anew_once(site: YouTubeServer, source: YouTube) -> None:
    site.write("a")
    await source.reply(post(), "one", "k1")
    site.token_holds = False
    assert (await source.reply(post(), "two", "k2")).external_id == "a.ours2"
    assert site.token == 2
    assert len([c for c in site.comments if ".ours" in c]) == 2


async def test_a_permission_that_was_withdrawn_is_said_so(site: YouTubeServer, source: YouTube) -> None:
    site.withdrawn = True
    with pytest.raises(PermanentError, match=r"Token has been expired or revoked.*permission again") as refused_:
        await source.reply(post(), "one", "k1")
    assert "the-refresh-token" not in str(refused_.value)


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (403, "commentsDisabled", "Comments are turned off"),
        (404, "parentCommentNotFound", "no longer there"),
        (400, "commentTextTooLong", "too long"),
        (400, "operationNotSupported", "takes no answer to this comment"),
        (403, "somethingNew", "somethingNew"),
    ],
)
async def test_a_refused_answer_says_why(
    site: YouTubeServer, source: YouTube, status: int, reason: str, words: str
) -> None:
    site.insert_refused = (status, reason)
    with pytest.raises(PermanentError, match=words):
        await source.reply(post(), "hello", "key")


async def test_an_answer_whose_fate_is_unknown_is_found(site: YouTubeServer, source: YouTube) -> None:
    site.write("a", ago=60)
    site.write("a.1", "We  are sorry", ago=30)
    site.write("a.2", "We are sorry", ago=90, by=CHANNEL)
    assert await source.find_reply(post(), "We are sorry", "key") is None
    site.slow, site.page = 3, 2
    with pytest.raises(UnknownResultError):
        await source.reply(post(), "We are\nsorry", "key")
    found = await source.find_reply(post(), "We are\nsorry", "key")
    assert found == Sent("a.ours3", "https://www.youtube.com/watch?v=v1&lc=a.ours3")


async def test_an_answer_that_failed_on_their_side_may_have_been_sent(site: YouTubeServer, source: YouTube) -> None:
    site.failure = web.Response(status=500)
    with pytest.raises(UnknownResultError):
        await source.reply(post(), "hello", "key")


async def test_without_a_client_it_says_what_to_set(site: YouTubeServer) -> None:
    async with Http() as http:
        only_reads = make(site, http, secrets=READS)
        some = make(site, http, secrets=READS | {"client_id_env": "x" * 8})
        no_channel = make(site, http, {"videos": ("v1",)})
    assert "set client_id_env, client_secret_env for sources.yt" in str(only_reads.refuses(post(), NOW))
    assert "set client_secret_env for" in str(some.refuses(post(), NOW))
    assert "account (the id of the channel that answers)" in str(no_channel.refuses(post(), NOW))


async def test_backfill_brings_threads_with_all_their_replies(site: YouTubeServer, source: YouTube) -> None:
    site.page = 2
    for number in range(7):
        site.write(f"a{number}", ago=10_000 - number)
    for number in range(4):
        site.write(f"a3.{number}", ago=5_000 - number)
    portions = [portion async for portion in source.backfill(NOW - timedelta(minutes=9_998))]
    got = {event.external_id for portion in portions for event in portion}
    assert got == {"a2", "a3", "a4", "a5", "a6", "a3.0", "a3.1", "a3.2", "a3.3"}
