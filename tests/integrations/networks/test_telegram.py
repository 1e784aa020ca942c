"""A bot on Telegram over real HTTP: asked, delivered to, and answering."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.domain.delivery import Delivery
from bot.domain.post import Author, Post, SourceEvent, Visibility
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.telegram.connector import Telegram
from integrations.source import SourceSettings

TOKEN = "4711:AAinvented-Token_of_a_bot"
ADA = {"id": 7, "is_bot": False, "first_name": "Ada"}
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class BotApi:
    """Keeps updates until a later one is asked for, and what the bot wrote; refuses as it is told to."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    refusals: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    silent: bool = False
    garbled: bool = False

    def receive(self, *texts: str) -> None:
        for text in texts:
            number = 100 + len(self.updates)
            message = {"message_id": number, "from": ADA, "chat": {"id": 7, "type": "private"}, "date": 1772445600}
            self.updates.append({"update_id": number, "message": {**message, "text": text}})

    async def serve(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != f"bot{TOKEN}":
            return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
        if self.refusals:
            status, said = self.refusals.pop(0)
            return web.json_response({"ok": False, "error_code": status, **said}, status=status)
        if request.match_info["method"] == "getUpdates":
            self.asked.append(dict(request.query))
            offset, limit = int(request.query.get("offset", 0)), int(request.query["limit"])
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
            return web.json_response({"ok": True, "result": self.updates[:limit]})
        self.sent.append(await request.json())
        if self.silent:
            assert request.transport is not None
            request.transport.abort()
        if self.garbled:
            return web.Response(text="<html>a proxy</html>")
        chat = {"id": self.sent[-1]["chat_id"], "type": "private"}
        return web.json_response({"ok": True, "result": {"message_id": 900 + len(self.sent), "chat": chat}})


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    api, app = BotApi(), web.Application()
    app.router.add_route("*", "/{token}/{method}", api.serve)
    async with TestServer(app) as server:
        api.url = str(server.make_url("/"))
        yield api


def settings(url: str | None = None, token: str = TOKEN, **more: Any) -> SourceSettings:
    options = {"token_env": "ACME_BOT_TOKEN"}
    return SourceSettings(
        "bot", url=url, account="@acme_bot", options=options, secrets={"token_env": token} if token else {}, **more
    )


@pytest.fixture
async def telegram(api: BotApi) -> AsyncIterator[Telegram]:
    async with Http(tries=1, timeout=5) as http:
        yield Telegram(settings(api.url), http)


def texts(events: tuple[SourceEvent, ...] | list[SourceEvent]) -> list[str]:
    return [event.post.text for event in events if event.post is not None]


def question(external_id: str = "7/100", **more: Any) -> Post:
    author = Author(handle="Ada", external_id="7")
    return Post(
        network="telegram", account="bot", external_id=external_id, author=author, text="?", posted_at=NOW, **more
    )


def read(message: dict[str, Any], kind: str = "message") -> list[SourceEvent]:
    whole = {"message_id": 5, "from": ADA, "chat": {"id": 7, "type": "private"}, "date": 1772445600, **message}
    return Telegram(settings(), Http()).parse(Delivery(orjson.dumps({"update_id": 1, kind: whole}), NOW))


async def test_what_waits_comes_oldest_first_in_portions_and_once(api: BotApi, telegram: Telegram) -> None:
    api.receive("one", "two", "three")
    first = await telegram.poll(None, 2)
    second = await telegram.poll(first.cursor, 2)
    third = await telegram.poll(second.cursor, 2)
    assert [texts(polled.events) for polled in (first, second, third)] == [["one", "two"], ["three"], []]
    assert [polled.next_after for polled in (first, second, third)] == [timedelta(0), None, None]
    assert third.cursor == second.cursor


async def test_what_was_not_kept_is_had_again(api: BotApi, telegram: Telegram) -> None:
    api.receive("one", "two")
    before = await telegram.poll(None, 1)
    lost = await telegram.poll(before.cursor, 10)
    again = await telegram.poll(before.cursor, 10)
    assert texts(lost.events) == texts(again.events) == ["two"]


async def test_nothing_waiting_at_first_needs_no_offset_later(api: BotApi, telegram: Telegram) -> None:
    empty = await telegram.poll(None, 10)
    await telegram.poll(empty.cursor, 10)
    assert empty.cursor == ""
    assert all("offset" not in asked for asked in api.asked)
    assert orjson.loads(api.asked[0]["allowed_updates"])[:2] == ["message", "edited_message"]


async def test_an_update_nobody_can_read_is_kept_and_keeps_back_no_other(api: BotApi, telegram: Telegram) -> None:
    api.receive("one")
    api.updates.append({"update_id": 101, "message": {"message_id": 1, "chat": {"id": 7, "type": "private"}}})
    api.updates.append({"update_id": 102, "business_message": {"text": "hm"}})
    api.receive("two")
    polled = await telegram.poll(None, 10)
    assert [event.kind for event in polled.events] == ["created", "unread", "unread", "created"]
    assert "business_message" in polled.events[2].why
    assert polled.cursor == "104"


async def test_a_bot_that_is_delivered_to_is_not_asked() -> None:
    assert Telegram(settings(), Http()).capabilities().poll
    for pushed in (settings(secret="s" * 8), settings(secret_env="ACME_BOT_SECRET")):
        able = Telegram(pushed, Http()).capabilities()
        assert (able.push, able.poll) == (True, False)


@pytest.mark.parametrize(
    ("status", "said", "kind", "words"),
    [
        (409, "Conflict: can't use getUpdates method while webhook is active", PermanentError, "deleteWebhook"),
        (409, "Conflict: terminated by other getUpdates request", RetriableError, "at the same time"),
        (404, "Not Found", PermanentError, "ACME_BOT_TOKEN"),
        (400, "Bad Request: something new", PermanentError, "something new"),
    ],
)
async def test_a_refusal_says_what_to_do(
    api: BotApi, telegram: Telegram, status: int, said: str, kind: type[Exception], words: str
) -> None:
    api.refusals.append((status, {"description": said}))
    with pytest.raises(kind, match=words) as refused:
        await telegram.poll(None, 10)
    assert type(refused.value) is kind


async def test_the_token_shows_in_no_error_and_no_log(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with Http(tries=2, timeout=5) as http:
        there = Telegram(settings(api.url), http)
        elsewhere = Telegram(settings("http://127.0.0.1:1"), http)
        mistyped = Telegram(settings(api.url, token="4711:AAmistyped-token"), http)
        api.silent = True
        with capture_logs() as logs:
            for source in (there, elsewhere, mistyped):
                with pytest.raises((PermanentError, RetriableError)) as failed:
                    await source.reply(question(), "Hello", "key-1")
                assert source.settings.secrets["token_env"] not in str(failed.value)
                assert failed.value.__cause__ is None
    # What the pretended Telegram logs of its visitors is not ours.
    logged = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    assert "AA" not in repr(logs) + repr(logged)
    assert "AAinvented" not in repr(settings())


async def test_without_a_token_it_says_which_variable_is_missing() -> None:
    with pytest.raises(PermanentError, match="Set ACME_BOT_TOKEN"):
        await Telegram(settings(token=""), Http()).poll(None, 10)


async def test_an_answer_stands_below_the_message_as_it_was_typed(api: BotApi, telegram: Telegram) -> None:
    sent = await telegram.reply(question(), "*Hello* <b>Ada</b> https://acme.example", "key-1")
    assert (sent.external_id, sent.url) == ("7/901", None)
    assert api.sent == [
        {
            "chat_id": 7,
            "text": "*Hello* <b>Ada</b> https://acme.example",
            "reply_parameters": {"message_id": 100, "allow_sending_without_reply": True},
            "link_preview_options": {"is_disabled": True},
        }
    ]


async def test_an_answer_in_a_forum_stays_in_its_topic(api: BotApi, telegram: Telegram) -> None:
    await telegram.reply(question("-1001/5", raw={"message_thread_id": 3}), "Hello", "key-1")
    assert api.sent[0]["message_thread_id"] == 3


async def test_an_answer_follows_a_group_that_became_a_supergroup(api: BotApi, telegram: Telegram) -> None:
    moved = "Bad Request: group chat was upgraded to a supergroup chat"
    api.refusals.append((400, {"description": moved, "parameters": {"migrate_to_chat_id": -1009}}))
    sent = await telegram.reply(question("-42/5"), "Hello", "key-1")
    assert sent.external_id == "-1009/901"
    assert [(message["chat_id"], "reply_parameters" in message) for message in api.sent] == [(-1009, False)]


@pytest.mark.parametrize(
    ("status", "description", "words"),
    [
        (403, "Forbidden: bot was blocked by the user", "The customer has blocked the bot"),
        (403, "Forbidden: user is deactivated", "no longer exists"),
        (400, "Bad Request: chat not found", "no longer exists"),
        (400, "Bad Request: TOPIC_CLOSED", "topic is closed"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "not allowed to write"),
        (403, "Forbidden: a reason of next year", "a reason of next year"),
    ],
)
async def test_a_refused_answer_says_why(
    api: BotApi, telegram: Telegram, status: int, description: str, words: str
) -> None:
    api.refusals.append((status, {"description": description}))
    with pytest.raises(PermanentError, match=words):
        await telegram.reply(question(), "Hello", "key-1")


async def test_too_many_answers_wait_as_long_as_telegram_says(api: BotApi, telegram: Telegram) -> None:
    api.refusals.append((429, {"description": "Too Many Requests: retry after 33", "parameters": {"retry_after": 33}}))
    with pytest.raises(RetriableError) as busy:
        await telegram.reply(question(), "Hello", "key-1")
    assert busy.value.retry_after == 33
    assert not isinstance(busy.value, UnknownResultError)


async def test_an_answer_that_is_cut_off_has_an_unknown_result_and_is_not_repeated(api: BotApi) -> None:
    async with Http(tries=3, timeout=5) as http:
        telegram = Telegram(settings(api.url), http)
        api.silent = True
        with pytest.raises(UnknownResultError):
            await telegram.reply(question(), "Hello", "key-1")
        api.silent, api.garbled = False, True
        with pytest.raises(UnknownResultError):
            await telegram.reply(question(), "Hello", "key-2")
    assert len(api.sent) == 2
    assert telegram.capabilities().once == "never"


async def test_the_budget_is_kept(api: BotApi) -> None:
    async with Http(tries=1) as http:
        telegram = Telegram(settings(api.url, budget=(1, timedelta(minutes=1))), http)
        await telegram.poll(None, 10)
        with pytest.raises(RetriableError, match="has used its 1 requests"):
            await telegram.poll(None, 10)
    assert len(api.asked) == 1


async def test_it_does_not_know_of_news_before_it_asks(telegram: Telegram) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await telegram.news()


def test_our_own_messages_and_those_of_nobody_are_left_out() -> None:
    assert read({"from": {"id": 4711, "is_bot": True, "first_name": "Acme"}, "text": "ours, by id"}) == []
    assert read({"from": {"id": 1, "username": "Acme_Bot", "first_name": "Acme"}, "text": "ours, by name"}) == []
    assert read({"text": "/start"}) == []
    assert read({"text": "/start ref-4711"}) == []
    assert texts(read({"text": "/started"})) == ["/started"]
    assert read({"pinned_message": {"message_id": 4}}) == []


def test_a_phone_that_tells_where_it_goes_is_heard_once() -> None:
    place = {"latitude": 52.5, "longitude": 13.4, "live_period": 900}
    assert texts(read({"location": place})) == ["52.5, 13.4"]
    assert read({"location": place, "edit_date": 1772445700}, "edited_message") == []


def test_odd_text_is_kept_and_cut_where_it_is_too_long() -> None:
    for text in ("\u202eevil\u202c", "👩‍👩‍👧‍👦" * 3, "a\0b", "<script>alert(1)</script>", "z̸̡" * 50):
        assert texts(read({"text": text})) == [text.replace("\0", "�")]
    assert len(texts(read({"text": "x" * 60_000}))[0]) == 50_000


def test_hidden_addresses_show_wherever_entities_point() -> None:
    links = [
        {"type": "text_link", "offset": 0, "length": 2, "url": "https://a.example"},
        {"type": "text_link", "offset": 3, "length": 99, "url": "https://b.example"},
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "text_link", "offset": -9, "length": 1, "url": "https://c.example"},
    ]
    assert texts(read({"text": "👋 you", "entities": links})) == [
        "(https://c.example)👋 (https://a.example) you (https://b.example)"
    ]


def test_what_is_missing_stays_unknown() -> None:
    event = read({"text": "hi", "from": {"id": 9, "is_bot": False, "first_name": ""}})[0]
    assert event.post is not None
    assert event.post.author == Author(handle="9", external_id="9")
    assert (event.post.visibility, event.post.lang, event.post.url) == (Visibility.PRIVATE, None, None)


def test_two_edits_differ_and_the_same_edit_does_not() -> None:
    first, again = (read({"text": "a", "edit_date": 1772445700}, "edited_message")[0] for _ in range(2))
    later = read({"text": "a", "edit_date": 1772445701}, "edited_message")[0]
    other = read({"text": "b", "edit_date": 1772445700}, "edited_message")[0]
    assert first.revision == again.revision
    assert len({first.revision, later.revision, other.revision}) == 3
