"""Hacker News over real HTTP, against a server that answers as its two interfaces describe."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.delivery import Polled
from bot.domain.post import Author, Post
from bot.errors import PermanentError, RetriableError
from integrations.http import Http
from integrations.networks.hackernews import HackerNews
from integrations.source import SourceSettings


@dataclass
class Site:
    """Hacker News: the index and the items. A query answers with `most` hits, in pages of `page`."""

    items: dict[int, dict[str, Any]] = field(default_factory=dict)
    most: int = 1_000
    page: int = 1_000
    ignores_times: bool = False
    failure: tuple[int, str] | None = None
    queries: list[dict[str, str]] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    url: str = ""
    # Of each test its own: the run may take longer than what the connector looks back.
    now: int = field(default_factory=lambda: int(time.time()))

    def write(self, id_: int, text: str, ago: int = 60, **more: Any) -> None:
        self.items[id_] = {"id": id_, "type": "comment", "by": "maya", "text": text, "time": self.now - ago} | more

    async def search(self, request: web.Request) -> web.Response:
        if self.failure is not None:
            return web.Response(status=self.failure[0], headers={"Retry-After": self.failure[1]})
        query = dict(request.query)
        self.queries.append(query)
        first, last = map(int, re.findall(r"\d+", query["numericFilters"]))
        found = sorted(
            (
                item
                for item in self.items.values()
                if (self.ignores_times or first <= item["time"] < last)
                and query["query"] in str(item.get("text"))
                and not item.get("deleted")
            ),
            key=lambda item: (-int(item["time"]), -int(item["id"])),
        )
        size, number = min(self.page, int(query["hitsPerPage"])), int(query["page"])
        shown = found[: self.most]
        hits = [self.hit(item) for item in shown[number * size : (number + 1) * size]]
        return web.json_response(
            {"hits": hits, "nbHits": len(found), "nbPages": -(-len(shown) // size), "page": number}
        )

    @staticmethod
    def hit(item: dict[str, Any]) -> dict[str, Any]:
        story = item["type"] == "story"
        hit = {"objectID": str(item["id"]), "author": item.get("by"), "created_at_i": item["time"]}
        hit |= {"title": item.get("title"), "story_id": item.get("root", item["id"]), "parent_id": item.get("parent")}
        return hit | {"story_text" if story else "comment_text": item.get("text")}

    async def item(self, request: web.Request) -> web.Response:
        id_ = int(request.match_info["id"])
        self.read.append(id_)
        item = self.items.get(id_)
        return web.json_response(None if item is None else {k: v for k, v in item.items() if k != "root"})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site, app = Site(), web.Application()
    app.router.add_get("/search", site.search)
    app.router.add_get("/item/{id:[0-9]+}.json", site.item)
    async with TestServer(app) as server:
        site.url = str(server.make_url("/")).rstrip("/")
        yield site


def make(site: Site, http: Http, search: tuple[str, ...] = ("acme",), **more: Any) -> HackerNews:
    source = HackerNews(SourceSettings("hn", options={"search": search}, **more), http)
    source.searched_at, source.read_at = f"{site.url}/search", f"{site.url}/item"
    return source


@pytest.fixture
async def source(site: Site) -> AsyncIterator[HackerNews]:
    async with Http(tries=1) as http:
        yield make(site, http)


def seen(polled: Polled) -> list[tuple[str, str]]:
    return [(event.kind, event.external_id) for event in polled.events]


async def test_only_what_is_new_comes_oldest_first_though_posts_overlap(site: Site, source: HackerNews) -> None:
    site.write(1, "acme one", 300)
    site.write(2, "acme two", 200)
    site.write(3, "another maker", 150)
    first = await source.poll(None, 100)
    assert seen(first) == [("created", "1"), ("created", "2")]
    site.write(5, "acme three", 100)
    site.write(4, "acme that the index took its time with", 250)
    second = await source.poll(first.cursor, 100)
    assert seen(second) == [("created", "4"), ("created", "5")]
    assert seen(await source.poll(second.cursor, 100)) == []


async def test_the_first_look_is_a_day(site: Site, source: HackerNews) -> None:
    site.write(1, "acme the day before yesterday", 2 * 86400)
    site.write(2, "acme this morning", 20 * 3600)
    assert seen(await source.poll(None, 100)) == [("created", "2")]


async def test_a_post_that_two_searches_find_comes_once(site: Site) -> None:
    site.write(1, "acme backpack")
    async with Http() as http:
        polled = await make(site, http, ("acme", "backpack")).poll(None, 100)
    assert seen(polled) == [("created", "1")]
    assert {query["query"] for query in site.queries} == {"acme", "backpack"}
    assert {query["typoTolerance"] for query in site.queries} == {"false"}


async def test_more_than_asked_for_comes_in_portions_without_a_pause(site: Site, source: HackerNews) -> None:
    for number in range(7):
        site.write(number + 1, f"acme {number}", 700 - number // 2)
    cursor, got, pauses = None, list[tuple[str, str]](), list[timedelta | None]()
    for _ in range(3):
        polled = await source.poll(cursor, 3)
        cursor, got, pauses = polled.cursor, got + seen(polled), [*pauses, polled.next_after]
    assert sorted(got) == [("created", str(number + 1)) for number in range(7)]
    assert pauses == [timedelta(0), timedelta(0), None]


async def test_more_hits_than_a_query_gives_are_had_by_asking_for_less_time(site: Site, source: HackerNews) -> None:
    site.most, site.page = 1_000, 400
    for number in range(2_300):
        site.write(number + 1, f"acme {number}", 70_000 - number * 30)
    cursor, got = None, list[str]()
    for _ in range(12):
        polled = await source.poll(cursor, 900)
        cursor, got = polled.cursor, got + [event.external_id for event in polled.events if event.kind == "created"]
        if polled.next_after is None:
            break
    assert [int(id_) for id_ in got] == list(range(1, 2_301))


async def test_a_server_that_ignores_the_time_brings_no_old_posts_and_keeps_nobody_busy(
    site: Site, source: HackerNews
) -> None:
    site.ignores_times, site.most = True, 1_000
    for number in range(1_200):
        age = 3 * 86400 - 100 - number * 200
        # None so near to a day that the time which the tests take would decide.
        if abs(age - 86400) > 3600:
            site.write(number + 1, f"acme {number}", age)
    polled = await source.poll(None, 2_000)
    assert len(site.queries) == 1
    assert polled.next_after is None
    assert {event.external_id for event in polled.events if event.kind == "created"} == {
        str(id_) for id_, item in site.items.items() if item["time"] >= site.now - 86400
    }


async def test_an_edit_and_a_delete_of_the_last_hours_are_told_once(site: Site, source: HackerNews) -> None:
    site.write(1, "acme is<p>fine", 3000, root=7, parent=8)
    site.write(2, "acme is late", 2000)
    site.write(3, "acme is dead", 1000)
    site.write(4, "acme stays", 900)
    polled = await source.poll(None, 100)
    site.items[1]["text"] = "acme is <i>not</i> fine"
    site.items[2] = {"id": 2, "deleted": True, "time": site.items[2]["time"], "type": "comment"}
    site.items[3]["dead"] = True
    polled = await source.poll(polled.cursor, 100)
    assert sorted(seen(polled)) == [("deleted", "2"), ("deleted", "3"), ("edited", "1")]
    edit = next(event for event in polled.events if event.kind == "edited")
    assert edit.post is not None
    assert (edit.post.text, edit.post.root_id, edit.post.parent_id) == ("acme is not fine", "7", "8")
    again = await source.poll(polled.cursor, 100)
    assert seen(again) == []
    site.items[1]["text"] = "acme is<p>fine"
    back = await source.poll(again.cursor, 100)
    assert seen(back) == [("edited", "1")]
    assert back.events[0].revision != edit.revision


async def test_old_posts_are_not_read_again_and_missing_ones_are_not_deleted(site: Site, source: HackerNews) -> None:
    site.write(1, "acme yesterday", 20 * 3600)
    site.write(2, "acme now", 60)
    polled = await source.poll(None, 100)
    assert site.read == [2]
    del site.items[2]
    assert seen(await source.poll(polled.cursor, 100)) == []


async def test_new_posts_do_not_wait_for_reading_the_others_again(site: Site, source: HackerNews) -> None:
    site.write(1, "acme one")
    source.read_at = f"{site.url}/nowhere"
    assert seen(await source.poll(None, 100)) == [("created", "1")]


async def test_our_own_posts_are_left_out(site: Site) -> None:
    site.write(1, "acme speaking", by="acme_support")
    site.write(2, "acme listening?")
    async with Http() as http:
        polled = await make(site, http, account="acme_support").poll(None, 100)
    assert seen(polled) == [("created", "2")]


async def test_a_hit_that_cannot_be_read_is_kept_and_holds_nothing_up(site: Site, source: HackerNews) -> None:
    site.write(1, "acme nobody", by=None)
    site.write(2, "acme somebody")
    polled = await source.poll(None, 100)
    assert [event.kind for event in polled.events] == ["unread", "created"]
    assert seen(await source.poll(polled.cursor, 100)) == []


async def test_hostile_text_is_text_and_far_too_much_of_it_is_cut(site: Site, source: HackerNews) -> None:
    site.write(1, "acme <script>alert(1)</script>\x00 &lt;b&gt; \u202e" + "<a " * 50_000)
    post = (await source.poll(None, 10)).events[0].post
    assert post is not None
    assert post.text.startswith("acme � <b> \u202e<a <a")
    assert len(post.text) <= 50_000


async def test_a_server_that_asks_for_patience_is_passed_on(site: Site, source: HackerNews) -> None:
    site.failure = (429, "77")
    with pytest.raises(RetriableError) as refused:
        await source.poll(None, 10)
    assert refused.value.retry_after == 77


async def test_requests_stay_within_the_budget(site: Site) -> None:
    async with Http() as http:
        source = make(site, http, budget=(2, timedelta(hours=1)))
        cursor = (await source.poll(None, 10)).cursor
        cursor = (await source.poll(cursor, 10)).cursor
        with pytest.raises(RetriableError, match="has used its 2 requests"):
            await source.poll(cursor, 10)
    assert len(site.queries) == 2


async def test_backfill_goes_from_the_oldest_on(site: Site, source: HackerNews) -> None:
    for number in range(1_500):
        site.write(number + 1, f"acme {number}", 40 * 86400 - number * 2_000)
    portions = [portion async for portion in source.backfill(datetime.fromtimestamp(site.now - 39 * 86400, UTC))]
    got = [int(event.external_id) for portion in portions for event in portion]
    assert got == [id_ for id_, item in site.items.items() if item["time"] >= site.now - 39 * 86400]
    assert len(portions) > 1


async def test_nothing_can_be_answered_and_it_says_why(source: HackerNews) -> None:
    post = Post(
        network="hackernews", external_id="1", author=Author(handle="maya"), text="hm", posted_at=datetime.now(UTC)
    )
    assert "answer there" in (source.refuses(post, datetime.now(UTC)) or "")
    with pytest.raises(PermanentError):
        await source.reply(post, "hello", "key")
