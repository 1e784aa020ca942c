"""Feeds over real HTTP: what is new, what has changed, what has not."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.delivery import Delivery, Polled
from bot.errors import PermanentError, RetriableError
from integrations.http import Http
from integrations.networks.rss.connector import Rss
from integrations.networks.rss.feeds import read_feed
from integrations.source import SourceSettings

NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Feed:
    """A feed that is changed at will; answers conditional requests."""

    entries: dict[str, str] = field(default_factory=dict)
    version: int = 1
    failure: int = 0
    body: bytes | None = None
    url: str = ""
    full_answers: int = 0

    def write(self, **entries: str) -> None:
        self.entries |= entries
        self.version += 1

    async def moved(self, request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/feed"})

    async def serve(self, request: web.Request) -> web.Response:
        if self.failure:
            return web.Response(status=self.failure, headers={"Retry-After": "77"})
        if request.headers.get("If-None-Match") == f'"{self.version}"':
            return web.Response(status=304)
        self.full_answers += 1
        items = "".join(
            f"<item><guid>{key}</guid><title>{escape(text)}</title>"
            f"<pubDate>{format_datetime(NOW - timedelta(hours=20 - place))}</pubDate></item>"
            for place, (key, text) in enumerate(self.entries.items())
        )
        body = self.body or f"<rss version='2.0'><channel><title>Blog</title>{items}</channel></rss>".encode()
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": f'"{self.version}"'})


@pytest.fixture
async def feed() -> AsyncIterator[Feed]:
    feed, app = Feed(), web.Application()
    app.router.add_get("/feed", feed.serve)
    app.router.add_get("/old", feed.moved)
    async with TestServer(app) as server:
        feed.url = str(server.make_url("/feed"))
        yield feed


@pytest.fixture
async def rss(feed: Feed) -> AsyncIterator[Rss]:
    async with Http(tries=1) as http:
        yield Rss(SourceSettings("blog", network="blogs", url=feed.url), http)


def seen(polled: Polled) -> list[tuple[str, str, str]]:
    return [(e.kind, e.external_id, e.post.text if e.post is not None else "") for e in polled.events]


async def test_only_what_is_new_comes_oldest_first(feed: Feed, rss: Rss) -> None:
    feed.write(a="one", b="two")
    first = await rss.poll(None, 100)
    assert seen(first) == [("created", "a", "one"), ("created", "b", "two")]
    feed.write(c="three")
    second = await rss.poll(first.cursor, 100)
    assert seen(second) == [("created", "c", "three")]
    assert first.next_after is None


async def test_an_unchanged_feed_is_not_sent_again(feed: Feed, rss: Rss) -> None:
    feed.write(a="one")
    first = await rss.poll(None, 100)
    second = await rss.poll(first.cursor, 100)
    assert (seen(second), second.cursor, feed.full_answers) == ([], first.cursor, 1)


async def test_changed_content_is_an_edit_each_time_it_changes(feed: Feed, rss: Rss) -> None:
    feed.write(a="good")
    polled = await rss.poll(None, 100)
    revisions = set()
    for text in ("bad", "good", "bad"):
        feed.write(a=text)
        polled = await rss.poll(polled.cursor, 100)
        assert seen(polled) == [("edited", "a", text)]
        revisions.add(polled.events[0].revision)
    assert len(revisions) == 3


async def test_a_long_feed_comes_in_portions_without_a_pause(feed: Feed, rss: Rss) -> None:
    feed.write(**{f"e{n}": f"text {n}" for n in range(7)})
    cursor: str | None = None
    got: list[tuple[str, str, str]] = []
    pauses: list[timedelta | None] = []
    for _ in range(3):
        polled = await rss.poll(cursor, 3)
        cursor, got, pauses = polled.cursor, got + seen(polled), [*pauses, polled.next_after]
    assert [id_ for _, id_, _ in got] == [f"e{n}" for n in range(7)]
    assert pauses == [timedelta(0), timedelta(0), None]
    assert seen(await rss.poll(cursor, 3)) == []


async def test_a_feed_longer_than_what_is_remembered_elsewhere_brings_nothing_twice(feed: Feed, rss: Rss) -> None:
    entry = "<item><guid>{}</guid><title>old</title><pubDate>{}</pubDate></item>"
    old = format_datetime(NOW - timedelta(days=30))
    items = "".join(entry.format(n, old) for n in range(2_500))
    feed.body = f"<rss version='2.0'><channel><title>Blog</title>{items}</channel></rss>".encode()
    polled = await rss.poll(None, 200)
    assert (seen(polled), polled.next_after) == ([], None)
    for _ in range(3):
        feed.version += 1
        polled = await rss.poll(polled.cursor, 200)
        assert (seen(polled), polled.next_after) == ([], None)
    assert feed.full_answers == 4


async def test_the_portions_of_a_long_feed_cost_one_request(feed: Feed, rss: Rss) -> None:
    feed.write(**{f"e{n}": f"text {n}" for n in range(9)})
    first = await rss.poll(None, 3)
    second = await rss.poll(first.cursor, 3)
    assert feed.full_answers == 1
    again = await rss.poll(first.cursor, 3)  # the second was not kept: the feed is read once more
    assert (seen(again), feed.full_answers) == (seen(second), 2)
    third = await rss.poll(again.cursor, 3)
    assert [id_ for _, id_, _ in seen(third)] == ["e6", "e7", "e8"]
    assert seen(await rss.poll(third.cursor, 3)) == []
    assert feed.full_answers == 2


async def test_posts_carry_the_network_and_account_of_the_source(feed: Feed, rss: Rss) -> None:
    feed.write(a="one")
    post = (await rss.poll(None, 10)).events[0].post
    assert post is not None
    assert post.key == ("blogs", "blog", "a")
    assert post.author.handle == "Blog"


async def test_what_is_no_feed_is_said_so(feed: Feed, rss: Rss) -> None:
    feed.body = b"<html><body>Moved</body></html>"
    with pytest.raises(PermanentError, match="does not answer with an RSS or Atom feed"):
        await rss.poll(None, 10)


def test_an_encoding_whose_name_is_none_is_said_so() -> None:
    with pytest.raises(PermanentError, match="names an encoding that nobody knows"):
        read_feed(b"<?xml version='1.0' encoding='\x00utf-8'?><rss version='2.0'></rss>", "", "https://hikers.example/")


async def test_the_address_is_told_without_its_secrets() -> None:
    settings = SourceSettings("blog", url="https://maya:hunter22@feed.example/?token=hunter22")
    with pytest.raises(PermanentError) as refused:
        Rss(settings, Http()).parse(Delivery(b"no feed", datetime.now(UTC)))
    assert "feed.example" in str(refused.value)
    assert "hunter22" not in str(refused.value)


def items(*descriptions: str) -> bytes:
    each = "".join(
        f"<item><guid>{n}</guid><description>{text}</description></item>" for n, text in enumerate(descriptions)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Blog</title>{each}</channel></rss>".encode()


@pytest.mark.parametrize("number", ["#xD800", "#56000", "#x110000", "#99999999999", "#0", "#" + "9" * 5000])
async def test_a_character_that_is_none_keeps_no_entry_back(feed: Feed, rss: Rss, number: str) -> None:
    feed.body = items(f"one &{number}; of them", "another &#233;&#xE9;")
    assert sorted(text for _, _, text in seen(await rss.poll(None, 10))) == ["another éé", "one � of them"]


@pytest.mark.parametrize("again", ["&lt;!--", "&lt;a ", "&lt;?", "&lt;a x='", "&lt;/"])
async def test_what_is_written_to_keep_a_reader_busy_does_not(feed: Feed, rss: Rss, again: str) -> None:
    feed.body = items(again * 100_000, "good morning")
    begun = time.monotonic()
    assert ("created", "1", "good morning") in seen(await rss.poll(None, 10))
    assert time.monotonic() - begun < 20


async def test_entities_that_multiply_come_to_nothing(feed: Feed, rss: Rss) -> None:
    more = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    inside = f"<!DOCTYPE rss [<!ENTITY e0 'laughter'>{more}<!ENTITY file SYSTEM 'file:///etc/passwd'>]>"
    feed.body = items("&e9; &file;", "good morning").replace(b"?>", b"?>" + inside.encode(), 1)
    texts = [text for _, _, text in seen(await rss.poll(None, 10))]
    assert "good morning" in texts
    assert max(map(len, texts)) < 1000
    assert not any("root:" in text for text in texts)


async def test_a_server_that_asks_for_patience_is_passed_on(feed: Feed, rss: Rss) -> None:
    feed.failure = 429
    with pytest.raises(RetriableError) as refused:
        await rss.poll(None, 10)
    assert refused.value.retry_after == 77


@pytest.mark.parametrize(
    ("status", "words"), [(410, r"blog: The feed is gone for good"), (404, "Is the address right")]
)
async def test_a_feed_that_is_gone_is_said_so(feed: Feed, rss: Rss, status: int, words: str) -> None:
    feed.failure = status
    with pytest.raises(PermanentError, match=words):
        await rss.poll(None, 10)


async def test_a_feed_that_has_moved_is_read_where_it_is_and_asked_whether_it_changed(feed: Feed) -> None:
    feed.write(a="one")
    async with Http(tries=1) as http:
        moved = Rss(SourceSettings("blog", url=feed.url.replace("/feed", "/old")), http)
        first = await moved.poll(None, 10)
        assert seen(first) == [("created", "a", "one")]
        assert seen(await moved.poll(first.cursor, 10)) == []
    assert feed.full_answers == 1


async def test_the_first_look_is_a_day_and_what_is_older_is_heard_when_it_changes(feed: Feed, rss: Rss) -> None:
    def entry(id_: str, text: str, hours: int) -> str:
        at = format_datetime(NOW - timedelta(hours=hours))
        return f"<item><guid>{id_}</guid><title>{text}</title><pubDate>{at}</pubDate></item>"

    def feed_of(*entries: str) -> bytes:
        return f"<rss version='2.0'><channel><title>Blog</title>{''.join(entries)}</channel></rss>".encode()

    feed.body = feed_of(entry("old", "last week", 170), entry("new", "this morning", 5))
    first = await rss.poll(None, 10)
    assert seen(first) == [("created", "new", "this morning")]
    feed.version, feed.body = 3, feed_of(entry("old", "last week, mended", 170), entry("new", "this morning", 5))
    assert seen(await rss.poll(first.cursor, 10)) == [("edited", "old", "last week, mended")]


async def test_an_id_that_changes_between_upper_and_lower_case_is_the_same(feed: Feed, rss: Rss) -> None:
    feed.write(Topic_A="one", Topic_B="two")
    first = await rss.poll(None, 10)
    feed.entries = {"topic_a": "one", "topic_b": "two, mended"}
    feed.version += 1
    assert seen(await rss.poll(first.cursor, 10)) == [("edited", "Topic_B", "two, mended")]


async def test_an_entry_that_is_shown_twice_comes_once(feed: Feed, rss: Rss) -> None:
    item = b"<item><guid>7</guid><title>a</title></item>"
    feed.body = b"<rss version='2.0'><channel><title>Blog</title>" + item * 2 + b"</channel></rss>"
    first = await rss.poll(None, 10)
    assert seen(first) == [("created", "7", "a")]
    feed.version, feed.body = 2, feed.body.replace(item, b"", 1)
    assert seen(await rss.poll(first.cursor, 10)) == []


async def test_requests_stay_within_the_budget(feed: Feed) -> None:
    async with Http(tries=1) as http:
        frugal = Rss(SourceSettings("blog", url=feed.url, budget=(1, timedelta(hours=1))), http)
        cursor = (await frugal.poll(None, 10)).cursor
        with pytest.raises(RetriableError, match="has used its 1 requests"):
            await frugal.poll(cursor, 10)


async def test_a_source_without_an_address_says_what_to_mend() -> None:
    async with Http() as http:
        with pytest.raises(PermanentError, match=r"sources\.blog in baton\.toml needs the feed's url"):
            await Rss(SourceSettings("blog"), http).poll(None, 10)


async def test_backfill_gives_what_the_feed_still_shows(feed: Feed, rss: Rss) -> None:
    feed.write(a="one", b="two", c="three")
    portions = rss.backfill(NOW - timedelta(hours=19))
    assert [[event.external_id for event in portion] async for portion in portions] == [["b", "c"]]
