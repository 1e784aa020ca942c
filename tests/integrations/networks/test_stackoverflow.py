"""Stack Overflow over real HTTP, against a server that answers as the Stack Exchange API describes."""

from __future__ import annotations

import gzip
import json
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
from integrations.networks.stackoverflow.connector import StackOverflow
from integrations.source import SourceSettings

NOW = int(time.time())


@dataclass
class Site:
    """Questions by id, with what stands under them. Asks for a pause of `backoff` seconds with every page."""

    questions: dict[int, dict[str, Any]] = field(default_factory=dict)
    page: int = 100
    backoff: int = 0
    remaining: int = 250
    error: dict[str, Any] | None = None
    failure: web.Response | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def ask(
        self, id_: int, body: str = "hm", ago: int = 3600, user: int = 1, tags: tuple[str, ...] = ("acme",)
    ) -> None:
        question = {"question_id": id_, "title": f"Q{id_}", "tags": list(tags), "score": 0}
        self.questions[id_] = question | self.part(body, ago, user) | {"answers": [], "comments": []}

    def answer(self, question: int, id_: int, body: str = "hm", ago: int = 1800, user: int = 2) -> None:
        answer = {"answer_id": id_, "question_id": question, "comments": []} | self.part(body, ago, user)
        self.questions[question]["answers"].append(answer)

    def comment(self, question: int, id_: int, body: str = "hm", ago: int = 900) -> None:
        comment = {"comment_id": id_, "post_id": question} | self.part(body, ago, 3)
        self.questions[question]["comments"].append(comment)

    @staticmethod
    def part(body: str, ago: int, user: int) -> dict[str, Any]:
        owner = {"user_id": user, "user_type": "registered", "display_name": f"user{user}"}
        return {"body": f"<p>{body}</p>", "creation_date": NOW - ago, "owner": owner}

    def wrapped(self, items: list[Any], *, more: bool = False) -> web.Response:
        said = {"items": items, "has_more": more, "quota_max": 300, "quota_remaining": self.remaining}
        if self.backoff:
            said["backoff"] = self.backoff
        # Every answer is compressed: https://api.stackexchange.com/docs/compression
        body = gzip.compress(json.dumps(said).encode())
        return web.Response(body=body, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})

    def _refusal(self, request: web.Request) -> web.Response | None:
        self.asked.append((request.path[1:], dict(request.query)))
        if self.error is not None:
            return web.json_response(self.error, status=400)
        return self.failure

    async def make_filter(self, request: web.Request) -> web.Response:
        assert "question.answers" in request.query["include"].split(";")
        return self._refusal(request) or self.wrapped([{"filter": "!all", "filter_type": "safe"}])

    async def search(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        query = request.query
        assert (query["site"], query["filter"], query["sort"], query["order"]) == ("diy", "!all", "creation", "asc")
        found = sorted(
            (
                question
                for question in self.questions.values()
                if question["creation_date"] >= int(query["fromdate"])
                and set(query["tagged"].split(";")) & set(question["tags"])
            ),
            key=lambda question: int(question["creation_date"]),
        )
        size, number = min(self.page, int(query["pagesize"])), int(query["page"])
        return self.wrapped(found[(number - 1) * size : number * size], more=number * size < len(found))

    async def by_id(self, request: web.Request) -> web.Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        ids = [int(id_) for id_ in request.match_info["ids"].split(";")]
        assert len(ids) <= 100
        return self.wrapped([self.questions[id_] for id_ in ids if id_ in self.questions])

    def calls(self, what: str) -> list[dict[str, str]]:
        return [query for path, query in self.asked if path.partition("/")[0] == what]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site, app = Site(), web.Application()
    app.router.add_get("/filters/create", site.make_filter)
    app.router.add_get("/search", site.search)
    app.router.add_get("/questions/{ids}", site.by_id)
    async with TestServer(app) as server:
        site.url = str(server.make_url("/")).rstrip("/")
        yield site


def make(site: Site, http: Http, tagged: tuple[str, ...] = ("acme",), **more: Any) -> StackOverflow:
    source = StackOverflow(SourceSettings("so", options={"tagged": tagged, "site": "diy"}, **more), http)
    source.api = site.url
    return source


@pytest.fixture
async def source(site: Site) -> AsyncIterator[StackOverflow]:
    async with Http(tries=1) as http:
        yield make(site, http)


def seen(polled: Polled) -> list[tuple[str, str]]:
    return [(event.kind, event.external_id) for event in polled.events]


async def test_questions_come_with_what_stands_under_them_oldest_first_and_once(
    site: Site, source: StackOverflow
) -> None:
    site.ask(1, ago=7000)
    site.answer(1, 2, ago=6000)
    site.comment(1, 3, ago=6500)
    site.ask(4, ago=5000)
    first = await source.poll(None, 100)
    assert seen(first) == [("created", "1"), ("created", "c3"), ("created", "2"), ("created", "4")]
    site.ask(5, ago=100)
    second = await source.poll(first.cursor, 100)
    assert seen(second) == [("created", "5")]
    assert seen(await source.poll(second.cursor, 100)) == []
    assert len(site.calls("filters")) == 1


async def test_any_of_the_tags_will_do_and_the_first_look_is_a_day(site: Site) -> None:
    site.ask(1, tags=("acme",))
    site.ask(2, tags=("acme-sdk", "python"))
    site.ask(3, tags=("python",))
    site.ask(4, ago=2 * 86400)
    async with Http() as http:
        assert seen(await make(site, http, ("acme", "acme-sdk")).poll(None, 100)) == [
            ("created", "1"),
            ("created", "2"),
        ]


async def test_later_answers_and_comments_edits_and_deletes_are_told_once(site: Site, source: StackOverflow) -> None:
    site.ask(1, "one", ago=80_000)
    site.answer(1, 2, ago=70_000)
    site.answer(1, 3, ago=60_000)
    site.ask(4, ago=50_000)
    site.comment(4, 5, ago=40_000)
    polled = await source.poll(None, 100)
    site.answer(1, 6, ago=30)
    site.comment(1, 7, ago=20)
    site.questions[1] |= {"body": "<p>one, mended</p>", "last_edit_date": NOW - 10}
    site.questions[1]["answers"].pop(1)
    del site.questions[4]
    polled = await source.poll(polled.cursor, 100)
    assert sorted(seen(polled)) == [
        *[("created", "6"), ("created", "c7"), ("deleted", "3"), ("deleted", "4"), ("deleted", "c5"), ("edited", "1")]
    ]
    edit = next(event for event in polled.events if event.kind == "edited")
    assert edit.post is not None
    assert edit.post.text == "Q1\n\none, mended"
    assert edit.post.edited_at == datetime.fromtimestamp(NOW - 10, UTC)
    again = await source.poll(polled.cursor, 100)
    assert seen(again) == []
    site.questions[1] |= {"body": "<p>one</p>", "last_edit_date": NOW - 5}
    back = await source.poll(again.cursor, 100)
    assert seen(back) == [("edited", "1")]
    assert back.events[0].revision != edit.revision


async def test_a_poll_without_news_costs_two_requests(site: Site, source: StackOverflow) -> None:
    for number in range(40):
        site.ask(number + 1, ago=80_000 - number * 100)
    polled = await source.poll(None, 100)
    site.asked.clear()
    await source.poll(polled.cursor, 100)
    assert [path.partition("/")[0] for path, _ in site.asked] == ["search", "questions"]


async def test_more_than_asked_for_comes_in_portions_and_nothing_is_lost(site: Site, source: StackOverflow) -> None:
    site.page = 4
    for number in range(11):
        site.ask(100 + number, ago=9000 - number * 700)
        site.answer(100 + number, 200 + number, ago=5000 - number * 10)
    cursor, got, pauses = None, list[tuple[str, str]](), list[timedelta | None]()
    for _ in range(30):
        polled = await source.poll(cursor, 3)
        assert len(polled.events) <= 3
        cursor, got, pauses = polled.cursor, got + seen(polled), [*pauses, polled.next_after]
        if polled.next_after is None:
            break
    assert pauses[-1] is None
    assert sorted(got) == [("created", str(id_)) for id_ in (*range(100, 111), *range(200, 211))]


async def test_a_pause_that_is_asked_for_is_kept(site: Site, source: StackOverflow) -> None:
    site.page, site.backoff = 2, 30
    for number in range(5):
        site.ask(number + 1, ago=9000 - number * 1000)
    polled = await source.poll(None, 100)
    assert seen(polled) == [("created", "1"), ("created", "2")]
    assert polled.next_after == timedelta(seconds=30)
    asked = len(site.asked)
    with pytest.raises(RetriableError, match="asks for a pause") as waits:
        await source.poll(polled.cursor, 100)
    assert waits.value.retry_after == pytest.approx(30, abs=2)
    assert len(site.asked) == asked


async def test_with_the_quota_at_its_end_nothing_more_is_asked(site: Site, source: StackOverflow) -> None:
    site.ask(1)
    polled = await source.poll(None, 100)
    site.remaining = 0
    site.asked.clear()
    await source.poll(polled.cursor, 100)
    assert [path for path, _ in site.asked] == ["search"]


async def test_throttling_says_for_how_long_and_other_errors_what_to_mend(site: Site, source: StackOverflow) -> None:
    said = "too many requests from this IP, more requests available in 4711 seconds"
    site.error = {"error_id": 502, "error_name": "throttle_violation", "error_message": said}
    with pytest.raises(RetriableError, match="throttle_violation") as waits:
        await source.poll(None, 10)
    assert waits.value.retry_after == 4711
    site.error = {"error_id": 400, "error_name": "bad_parameter", "error_message": "site"}
    with pytest.raises(PermanentError, match="so: bad_parameter, site"):
        await source.poll(None, 10)
    site.error, site.failure = None, web.Response(status=429, headers={"Retry-After": "77"})
    with pytest.raises(RetriableError) as waits:
        await source.poll(None, 10)
    assert waits.value.retry_after == 77


async def test_a_key_brings_more_requests_a_day(site: Site) -> None:
    async with Http() as http:
        with_key, without = make(site, http, secrets={"key_env": "the-app-key"}), make(site, http)
        await with_key.poll(None, 10)
        assert {query.get("key") for _, query in site.asked} == {"the-app-key"}
        little = make(site, http, budget=(2, timedelta(days=1)))
        cursor = (await little.poll(None, 10)).cursor
        with pytest.raises(RetriableError, match="has used its 2 requests"):
            await little.poll(cursor, 10)
    assert with_key.purse is not None
    assert without.purse is not None
    assert (with_key.purse.limit, without.purse.limit) == (10_000, 300)


async def test_what_we_wrote_ourselves_is_left_out(site: Site) -> None:
    site.ask(1)
    site.answer(1, 2, user=77)
    async with Http() as http:
        assert seen(await make(site, http, account="77").poll(None, 10)) == [("created", "1")]


async def test_what_cannot_be_read_is_kept_and_is_not_taken_for_deleted(site: Site, source: StackOverflow) -> None:
    site.ask(1)
    site.answer(1, 2)
    polled = await source.poll(None, 10)
    site.questions[1]["answers"][0]["owner"] = "nobody"
    polled = await source.poll(polled.cursor, 10)
    assert [event.kind for event in polled.events] == ["unread"]


async def test_backfill_brings_everything_since(site: Site, source: StackOverflow) -> None:
    site.page = 3
    for number in range(8):
        site.ask(number + 1, ago=(40 - number) * 86400)
    portions = [portion async for portion in source.backfill(datetime.fromtimestamp(NOW - 38 * 86400, UTC))]
    assert [event.external_id for portion in portions for event in portion] == ["3", "4", "5", "6", "7", "8"]
    assert len(portions) == 2


async def test_nothing_can_be_answered_and_it_says_why(source: StackOverflow) -> None:
    post = Post(
        network="stackoverflow", external_id="1", author=Author(handle="m"), text="hm", posted_at=datetime.now(UTC)
    )
    assert "answer there" in (source.refuses(post, datetime.now(UTC)) or "")
