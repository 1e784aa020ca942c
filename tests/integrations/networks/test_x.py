"""What is special about X: who may be answered, how long a text is, edits, direct messages, and money."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.config import Config
from bot.domain.delivery import Delivery
from bot.domain.post import Post, SourceEvent, Visibility
from bot.errors import BudgetError, ConfigError, PermanentError, RetriableError
from integrations.budget import DOLLAR
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.networks.x.weighing import has_link, weighted
from integrations.source import Connector, open_sources
from tests.fakes.networks.x import NAME, US, PretendX


@dataclass
class Beside:
    """X, and the means to open a source there."""

    network: PretendX
    http: Http

    def open(self, **more: Any) -> Connector:
        config = Config.model_validate({"sources": {"x": {**self.network.settings, **more}}})
        return open_sources(CONNECTORS, config, self.network.environment, self.http)["x"]


@pytest.fixture
def network() -> Iterator[PretendX]:
    with PretendX() as running:
        yield running


@pytest.fixture
async def x(network: PretendX) -> AsyncIterator[Beside]:
    async with Http(timeout=2, tries=1, patience=0.0) as http:
        yield Beside(network, http)


NOW = datetime.now(UTC)


async def everything(source: Connector, cursor: str | None = None) -> tuple[list[SourceEvent], str]:
    events: list[SourceEvent] = []
    for _ in range(30):
        polled = await source.poll(cursor, 100)
        events, cursor = [*events, *polled.events], polled.cursor
        if polled.next_after != timedelta(0):
            return events, polled.cursor
    raise AssertionError("it asks for ever")


def said(event: Any) -> bytes:
    return orjson.dumps(event)


def read(source: Connector, body: Any) -> list[SourceEvent]:
    return source.parse(Delivery(said(body), NOW))


def heard(source: Connector, network: PretendX) -> Post:
    sending = network.waiting.pop()
    post = source.parse(Delivery(sending.body, NOW))[0].post
    assert post is not None
    return post


# Who may be answered


async def test_who_neither_mentions_nor_quotes_us_is_answered_on_x_itself(x: Beside) -> None:
    x.network.mentions = False
    source = x.open(search="parcel")
    x.network.write("My parcel from acme is late")
    events, _ = await everything(source)
    post = next(event.post for event in events if event.post is not None)
    refused = source.refuses(post, NOW)
    assert refused == "X takes answers through its API only where the author mentions or quotes your account."
    assert post.url is not None
    assert post.url.startswith("https://x.com/tom/status/")
    with pytest.raises(PermanentError, match="You can only reply to or quote posts where you are mentioned"):
        await source.reply(post, "Sorry", "key")


async def test_with_enterprise_access_everybody_is_answered(x: Beside) -> None:
    x.network.mentions, x.network.enterprise = False, True
    source = x.open(search="parcel", plan="enterprise")
    number = x.network.write("My parcel is late")
    events, _ = await everything(source)
    post = next(event.post for event in events if event.post is not None)
    assert source.refuses(post, NOW) is None
    await source.reply(post, "Sorry", "key")
    assert x.network.answers(number) == ["Sorry"]


def quote(of: str, **more: Any) -> dict[str, Any]:
    entities = {"urls": [{"url": "https://t.co/q", "expanded_url": of}]}
    return {
        "id": "2080765813578191303",
        "text": "Really? https://t.co/q",
        "author_id": "2",
        "entities": entities,
        **more,
    }


@pytest.mark.parametrize(
    ("delivery", "may"),
    [
        ({"data": quote(f"https://twitter.com/{NAME.upper()}/status/1")}, True),
        ({"data": quote("https://x.com/others/status/1")}, False),
        ({"data": quote(f"https://evil.example/x.com/{NAME}/status/1")}, False),
        ({"data": quote(f"https://x.com.evil.example/{NAME}/status/1")}, False),
        ({"data": {"event_type": "post.quote.create", "filter": {"user_id": US}, "payload": quote("https://t.co/x")}}, True),
        (
            {
                "data": quote("https://t.co/x", referenced_tweets=[{"type": "quoted", "id": "7"}]),
                "includes": {"tweets": [{"id": "7", "author_id": US}]},
            },
            True,
        ),
        (
            {
                "data": quote("https://t.co/x", referenced_tweets=[{"type": "replied_to", "id": "7"}]),
                "includes": {"tweets": [{"id": "7", "author_id": US}]},
            },
            False,
        ),
    ],
)  # fmt: skip
async def test_a_quote_of_ours_may_be_answered(x: Beside, delivery: Any, may: bool) -> None:
    source = x.open()
    post = read(source, delivery)[0].post
    assert post is not None
    assert (source.refuses(post, NOW) is None) == may


@pytest.mark.parametrize(
    ("text", "why"),
    [("ä" * 281, "too long"), ("One $ABC and $DEF", "1 cashtag")],
)
async def test_a_refusal_is_told_in_the_words_of_x(x: Beside, text: str, why: str) -> None:
    source = x.open()
    x.network.write("hello")
    post = heard(source, x.network)
    with pytest.raises(PermanentError, match=why):
        await source.reply(post, text, "key")


async def test_the_same_answer_twice_is_refused_by_x(x: Beside) -> None:
    source = x.open()
    x.network.write("hello")
    post = heard(source, x.network)
    await source.reply(post, "Hello back", "one")
    with pytest.raises(PermanentError, match="duplicate content"):
        await source.reply(post, "Hello back", "two")


# Length


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Hello, world! 👋", 16),
        ("café", 4),
        ("cafe\u0301", 4),
        ("日本語", 6),
        ("한국어", 6),
        ("العربية", 7),
        ("🙋🏽", 2),
        ("👨‍🎤", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇵🇹🇩🇪", 4),
        ("1️⃣", 2),
        ("© 2026", 6),
        ("“quoted” – fine…", 17),
        ("https://example.com", 23),
        ("https://example.com/very/long/path?with=many&more=things", 23),
        ("see https://example.com/a, and https://example.com/b.", 4 + 23 + 6 + 23 + 1),
        ("https://example.com/見て", 23 + 4),
        ("shop.example.com is open", 23 + 8),
        ("z.B. morgen, d.h. bald", 22),
        ("mail@example.com", 16),
        ("\ud800", 2),
    ],
)
def test_a_text_weighs_what_x_says(text: str, weight: int) -> None:
    assert weighted(text) == weight


def test_what_is_a_link_costs_more() -> None:
    assert has_link("see https://shop.example/returns")
    assert has_link("see shop.com")
    assert not has_link("We are sorry. A new one is on its way.")


# What was read


async def test_an_edit_reaches_the_post_by_its_first_id_and_the_answer_goes_below_the_newest(x: Beside) -> None:
    source = x.open()
    number = x.network.write("It brok")
    first = heard(source, x.network)
    x.network.edit(number, "It broke")
    events = source.parse(Delivery(x.network.waiting.pop().body, NOW))
    assert [(event.kind, event.external_id) for event in events] == [("edited", number)]
    edited = events[0].post
    assert edited is not None
    assert edited.raw["id"] != number == first.raw["id"]
    await source.reply(edited, "Sorry", "key")
    assert x.network.answers(number) == ["Sorry"]
    found = await source.find_reply(edited, "Sorry", "key")
    assert found is not None


async def test_a_direct_message_is_private_and_answered_as_one(x: Beside) -> None:
    source = x.open()
    number = x.network.message("My order is 4711")
    post = heard(source, x.network)
    assert (post.external_id, post.visibility, post.text) == (number, Visibility.PRIVATE, "My order is 4711")
    assert source.audience(post) is Visibility.PRIVATE
    assert source.refuses(post, NOW) is None
    assert await source.find_reply(post, "Found it", "key") is None
    sent = await source.reply(post, "Found it", "key")
    assert x.network.answers(number) == ["Found it"]
    found = await source.find_reply(post, "Found it", "key")
    assert found == sent


async def test_messages_of_one_customer_are_one_conversation(x: Beside) -> None:
    source = x.open()
    x.network.message("One", author="mia")
    one = heard(source, x.network)
    x.network.message("Two", author="mia")
    two = heard(source, x.network)
    x.network.message("Three", author="ben")
    three = heard(source, x.network)
    assert one.root_id == two.root_id != three.root_id


async def test_deliveries_for_another_account_of_the_app_leave_out_its_own_posts(x: Beside) -> None:
    source = x.open()
    tweet = {
        "id_str": "5",
        "text": "We are open",
        "user": {"id_str": "99", "screen_name": "acme_uk"},
        "timestamp_ms": "1",
    }
    assert read(source, {"for_user_id": "99", "tweet_create_events": [tweet]}) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"created_at": None, "author_id": None, "entities": None, "public_metrics": None, "lang": None},
        {"entities": {"urls": None, "mentions": "none"}, "referenced_tweets": "none", "attachments": []},
        {"author_id": 4711, "edit_history_tweet_ids": [], "conversation_id": None, "public_metrics": {"like_count": "3"}},
        {"note_tweet": None, "referenced_tweets": [None, {"type": "quoted"}], "lang": "qme", "attachments": {"media_keys": None}},
    ],
)  # fmt: skip
async def test_what_is_missing_or_odd_keeps_no_post_back(x: Beside, odd: dict[str, Any]) -> None:
    events = read(x.open(), {"data": [{"id": "2080765813578191303", "text": "hello", **odd}]})
    assert [(event.kind, event.external_id) for event in events] == [("created", "2080765813578191303")]


@pytest.mark.parametrize(
    ("times", "at"),
    [
        ({"created_at": "2026-03-02T09:14:25.000Z"}, "2026-03-02T09:14:25Z"),
        ({"created_at": "Mon Mar 02 09:14:25 +0000 2026"}, "2026-03-02T09:14:25Z"),
        ({"created_at": "2026-03-02 09:14:25"}, "2026-03-02T09:14:25Z"),
        ({"created_at": 1772442865}, "2026-03-02T09:14:25Z"),
        ({"timestamp_ms": "1772442865000"}, "2026-03-02T09:14:25Z"),
        ({"timestamp_ms": 1772442865000, "created_at": "soon"}, "2026-03-02T09:14:25Z"),
        ({"id": "2028393246920835072", "created_at": "soon"}, "2026-03-02T08:53:30.447Z"),
        ({"id": "t1"}, ""),
    ],
)
async def test_when_a_post_was_written_is_read_however_it_is_told(x: Beside, times: dict[str, Any], at: str) -> None:
    post = read(x.open(), {"data": [{"id": "2028399033999839232", "text": "hello", **times}]})[0].post
    assert post is not None
    assert abs(post.posted_at - (datetime.fromisoformat(at) if at else NOW)) < timedelta(milliseconds=2)


@pytest.mark.parametrize("versions", ["4711", ["4711", "4712"], [4711, 4712], [None, 4711]])
async def test_the_first_id_of_an_edited_post_is_its_own(x: Beside, versions: Any) -> None:
    events = read(x.open(), {"data": [{"id": "4712", "text": "hello", "edit_history_tweet_ids": versions}]})
    assert [(event.kind, event.external_id, event.revision) for event in events] == [("edited", "4711", "4712")]


async def test_what_a_post_quotes_or_links_is_never_taken_for_markup_of_ours(x: Beside) -> None:
    post = read(x.open(), {"data": {"id": "2080765813578191303", "text": "&lt;b&gt; &amp;lt; &copy; \u0000"}})[0].post
    assert post is not None
    assert post.text == "<b> &lt; &copy; �"


async def test_an_error_instead_of_a_list_is_told(x: Beside) -> None:
    with pytest.raises(PermanentError, match="Could not find user"):
        read(x.open(), {"errors": [{"title": "Not Found Error", "detail": "Could not find user with id: [1]."}]})


# Paging, deletes


async def test_a_post_that_is_gone_is_found_out_on_the_next_day(x: Beside) -> None:
    source = x.open()
    gone, stays = x.network.write("one"), x.network.write("two")
    _, cursor = await everything(source)
    x.network.waiting.clear()
    del x.network.posts[gone]
    events, cursor = await everything(source, cursor)
    assert events == []
    kept = orjson.loads(cursor)
    assert set(kept["known"]) == {gone, stays}
    events, cursor = await everything(source, orjson.dumps({**kept, "looked": "2026-01-01"}).decode())
    assert [(event.kind, event.external_id) for event in events] == [("deleted", gone)]
    assert orjson.loads(cursor)["known"] == [stays]


async def test_nothing_is_read_twice(x: Beside) -> None:
    source = x.open()
    x.network.largest_page = 5
    written = {x.network.write(f"parcel {number}") for number in range(12)}
    events, cursor = await everything(source)
    assert {event.external_id for event in events} == written
    assert x.network.billed.count("post") == 12
    await everything(source, cursor)
    assert x.network.billed.count("post") == 12


@pytest.mark.parametrize("cursor", ["", "rubbish", "[]", '{"lists": 3}', '{"lists": {"a": {"b": 1}}}', '{"known": 7}'])
async def test_a_cursor_that_cannot_be_read_begins_anew(x: Beside, cursor: str) -> None:
    written = x.network.write("parcel")
    events, _ = await everything(x.open(), cursor)
    assert [event.external_id for event in events] == [written]


# Money


async def test_everything_that_is_returned_is_paid(x: Beside) -> None:
    source = x.open()
    for number in range(3):
        x.network.write(f"parcel {number}", author="mia")
    x.network.write("parcel", author="ben")
    await everything(source)
    spent = source.spent()
    assert spent is not None
    assert spent[1] == round((4 * 0.005 + 2 * 0.010) * DOLLAR)
    post = heard(source, x.network)
    await source.reply(post, "On its way", "one")
    await source.reply(post, "See https://shop.example/track", "two")
    assert source.spent() == (spent[0], spent[1] + round((0.015 + 0.20) * DOLLAR))


async def test_polls_stop_when_the_money_is_spent_and_what_is_delivered_comes_in(x: Beside) -> None:
    source = x.open(most_per_month=0.2)
    x.network.largest_page = 100
    for number in range(30):
        x.network.write(f"parcel {number}", author=f"customer{number}")
    with pytest.raises(BudgetError) as stopped:
        await everything(source)
    assert "x has spent $0." in str(stopped.value)
    assert "of $0.20" in str(stopped.value)
    assert "What is delivered comes in as before" in str(stopped.value)
    paid = x.network.billed.count("post") * 0.005 + x.network.billed.count("user") * 0.010
    assert 0.12 < paid <= 0.2, "no page costs more than is left"
    asked = len(x.network.asked)
    with pytest.raises(BudgetError):
        await source.poll(None, 100)
    assert len(x.network.asked) == asked, "nobody is asked any more"
    with pytest.raises(BudgetError):
        async for _ in source.backfill(NOW - timedelta(days=3)):
            pass
    post = heard(source, x.network)
    await source.reply(post, "We still answer", "key")


async def test_what_was_spent_before_a_restart_or_elsewhere_counts(x: Beside) -> None:
    x.network.write("parcel")
    source = x.open(most_per_month=1.0)
    source.restore_spent(NOW - timedelta(days=20), DOLLAR)
    with pytest.raises(BudgetError):
        await source.poll(None, 100)
    later = x.open(most_per_month=1.0)
    later.restore_spent(NOW - timedelta(days=31), DOLLAR)
    assert len((await later.poll(None, 100)).events) == 1


async def test_without_money_only_what_is_delivered_is_heard(x: Beside) -> None:
    source = x.open(most_per_month=0)
    assert not source.capabilities().poll
    assert source.capabilities().push
    x.network.write("parcel")
    assert heard(source, x.network).text == f"@{NAME} parcel"


async def test_a_budget_of_requests_is_no_limit_here(x: Beside) -> None:
    with pytest.raises(ConfigError, match="most_per_month"):
        x.open(budget="300 in 15m")


# Access


async def test_each_refresh_token_is_used_once(x: Beside) -> None:
    source = x.open()
    await everything(source)
    x.network.end_tokens()
    x.network.write("parcel")
    events, _ = await everything(source)
    assert len(events) == 1
    assert x.network.tokens_given == 2


async def test_a_token_of_another_account_is_told(x: Beside) -> None:
    found = await x.open(user_id="4711").missing()
    assert list(found) == [f"The refresh token is that of account {US}; user_id says 4711."]


async def test_x_says_by_the_clock_when_it_takes_more(x: Beside) -> None:
    reset = int(datetime.now(UTC).timestamp()) + 300
    source = x.open()
    x.network.troubles.script = [(429, {"x-rate-limit-reset": str(reset)}, "")]
    with pytest.raises(RetriableError) as refused:
        await source.poll(None, 100)
    assert refused.value.retry_after == pytest.approx(300, abs=3)


async def test_without_credits_x_says_so(x: Beside) -> None:
    words = "Your enrolled account does not have any credits to fulfill this request."
    x.network.troubles.script = [(402, {}, orjson.dumps({"title": "CreditsDepleted", "detail": words}).decode())]
    with pytest.raises(PermanentError, match="does not have any credits"):
        await x.open().poll(None, 100)
