"""What is special about the listening tools: how they are asked, how far back, and what they say of answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.post import Author, Post
from bot.errors import NotSetError, PermanentError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.listening import CONNECTORS as TOOLS
from integrations.listening_tool import ANSWERED, MOST_PAGES, Sweep, joined
from integrations.source import Connector
from tests.contract.both import opened
from tests.contract.networks import PRETENDED
from tests.fakes.networks.brandwatch import PretendBrandwatch
from tests.fakes.networks.meltwater import PretendMeltwater
from tests.fakes.networks.mention import PretendMention
from tests.fakes.networks.pretend import PretendNetwork

Kind = TypeVar("Kind", bound=PretendNetwork)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@asynccontextmanager
async def listening(make: Callable[[], Kind], **more: Any) -> AsyncIterator[tuple[Kind, Connector]]:
    with make() as network:
        async with Http(timeout=1.5, tries=1, patience=0.0) as http:
            yield network, opened(network, http, **more)


async def ask(source: Connector, cursor: str | None = None) -> tuple[list[str], str]:
    """Everything until there is no more: the ids, and the cursor."""
    ids = []
    while True:
        polled = await source.poll(cursor, 100)
        ids += [event.external_id for event in polled.events]
        cursor = polled.cursor
        if polled.next_after is None:
            return ids, cursor


def asked(network: PretendNetwork) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(each.partition(" ")[2]).query) for each in network.asked]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: str(tool.kind))
def test_a_tool_is_small_and_says_why_it_answers_nothing(tool: type[Connector]) -> None:
    with PRETENDED[tool.kind]() as network:
        source = opened(network, Http())
        post = Post(network="x", external_id="18", author=Author(handle="maya"), text="Hello", posted_at=NOW)
        assert "source of the kind x" in str(source.refuses(post, NOW))
        news = post.model_copy(update={"network": "news"})
        assert "at the post's own address" in str(source.refuses(news, NOW))
        assert not source.capabilities().reply


def test_the_networks_named_as_answered_have_a_source_that_answers() -> None:
    answering = {connector.kind for connector in CONNECTORS if connector.abilities.reply} - {"email", "generic"}
    assert answering <= ANSWERED


async def test_brandwatch_is_asked_for_what_was_added_and_again_for_a_little_before() -> None:
    async with listening(PretendBrandwatch) as (network, source):
        first = network.write("one")
        ids, cursor = await ask(source)
        assert ids == [first]
        second = network.write("two")
        ids, cursor = await ask(source, cursor)
        assert ids == [second, first], "an hour of overlap: what is known already does no harm"
        assert asked(network)[0]["orderBy"] == ["added"]
        assert "cursor" not in asked(network)[0]


async def test_brandwatch_tells_older_mentions_too() -> None:
    async with listening(PretendBrandwatch) as (network, source):
        network.largest_page = 2
        written = [network.write(f"{number}") for number in range(5)]
        portions = [portion async for portion in source.backfill(datetime.now(UTC) - timedelta(days=3))]
        assert [len(portion) for portion in portions] == [2, 2, 1]
        assert {event.external_id for portion in portions for event in portion} == set(written)


async def test_brandwatch_says_that_a_query_is_missing() -> None:
    async with listening(PretendBrandwatch, query=None) as (_, source):
        with pytest.raises(PermanentError, match="needs `query` or `query_group`"):
            await source.poll(None, 10)


async def test_mention_is_asked_by_number_once_something_was_heard() -> None:
    async with listening(PretendMention) as (network, source):
        ids, cursor = await ask(source)
        assert ids == []
        assert {"before_date", "not_before_date", "limit"} == set(asked(network)[-1])
        first = network.write("one")
        ids, cursor = await ask(source, cursor)
        assert ids == [first]
        network.largest_page = 2
        written = [network.write(f"{number}") for number in range(5)]
        ids, cursor = await ask(source, cursor)
        assert ids == written
        assert "since_id" in asked(network)[-3]
        assert await ask(source, cursor) == ([], cursor)


async def test_mentions_links_do_not_lead_elsewhere() -> None:
    async with listening(PretendMention) as (network, source):
        more = {"href": "https://evil.example/steal?cursor=abc", "params": {"cursor": "{}", "access_token": "x"}}
        network.troubles.script = [(200, {}, json.dumps({"mentions": [{"id": "5"}], "_links": {"more": more}}))]
        polled = await source.poll(None, 10)
        assert json.loads(polled.cursor)["more"] == {"cursor": "{}"}


async def test_meltwater_goes_on_with_an_earlier_end_where_a_search_has_no_further_pages() -> None:
    async with listening(PretendMeltwater) as (network, source):
        network.largest_page = 2
        written = []
        for number in range(31):
            written.append(network.write(f"{number}"))
            network.documents[-1]["published_date"] = (datetime.now(UTC) - timedelta(minutes=number)).isoformat()
        ids, _ = await ask(source)
        assert set(ids) == set(written)


async def test_meltwater_is_not_asked_without_a_search_and_needs_its_key_with_one() -> None:
    async with listening(PretendMeltwater, search=None) as (_, source):
        assert not source.capabilities().poll
        assert list(await source.missing()) == []
    async with listening(PretendMeltwater, api_key_env="NOT_THERE") as (_, source):
        with pytest.raises(NotSetError, match="NOT_THERE"):
            await source.poll(None, 10)


def test_a_sweep_that_goes_in_a_circle_ends_without_a_gap() -> None:
    sweep = Sweep.of(None, NOW)
    before = sweep.until
    sweep.begin(NOW)
    page = [{"added": (NOW - timedelta(minutes=1)).isoformat()}]
    turns = 1
    while not sweep.turned(page, ["added"], "again", timedelta(hours=1)):
        turns += 1
    assert turns == MOST_PAGES
    assert sweep.until == before


def test_a_sweep_believes_no_time_after_now() -> None:
    sweep = Sweep.of(None, NOW)
    sweep.begin(NOW)
    assert sweep.turned([{"added": "2199-01-01T00:00:00Z"}, {"added": "soon"}, None], ["added"], "", timedelta(0))
    assert datetime.fromisoformat(sweep.until) == NOW


@pytest.mark.parametrize(
    ("title", "text", "whole"),
    [
        ("Flat again", "Flat again and wet", "Flat again and wet"),
        ("Flat ag…", "Flat again and wet", "Flat again and wet"),
        ("News of Acme", "It opens a store", "News of Acme\n\nIt opens a store"),
        ("https://x.com/a/status/1", None, ""),
        (None, "Words", "Words"),
        ("Title", None, "Title"),
        (7, ["x"], ""),
    ],
)
def test_a_title_stands_before_a_text_that_does_not_begin_with_it(title: Any, text: Any, whole: str) -> None:
    assert joined(title, text) == whole
