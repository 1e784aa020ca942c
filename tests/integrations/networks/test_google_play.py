"""What is special about Google Play: one week, one answer, changes without a time of writing, and a key that signs."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.delivery import Polled
from bot.domain.post import Post, SourceEvent
from bot.errors import NotSetError, PermanentError, RetriableError
from integrations.http import Http
from integrations.networks.google_play.connector import GooglePlay
from integrations.oauth import TokenRefusedError
from integrations.source import SourceSettings
from tests.fakes.networks.google import failed
from tests.fakes.networks.google_play import PACKAGE
from tests.fakes.networks.google_play import GooglePlay as Pretended

DAY = 86_400


@pytest.fixture
def play() -> Any:
    with Pretended() as network:
        yield network


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def source(play: Pretended, http: Http, key: str | None = None, **more: Any) -> GooglePlay:
    secret = play.key_file() if key is None else key
    options = {"package": PACKAGE, "service_account_env": "PLAY_KEY"} | more
    return GooglePlay(
        SourceSettings("play", url=play.url, options=options, secrets={"service_account_env": secret}), http
    )


def written(play: Pretended, text: str, ago: float) -> str:
    """A review that was written so many seconds ago."""
    id_ = play.write(text)
    seconds = time.time() - ago
    said = play.reviews[id_]["comments"][0]["userComment"]
    said["lastModified"] = {"seconds": str(int(seconds)), "nanos": int(seconds % 1 * 1e9)}
    return id_


async def poll(play: GooglePlay, cursor: str | None = None, limit: int = 200) -> Polled:
    return await play.poll(cursor, limit)


def texts(events: tuple[SourceEvent, ...]) -> list[str]:
    return [event.post.text for event in events if event.post is not None]


async def only_post(play: GooglePlay) -> Post:
    post = (await play.poll(None, 200)).events[0].post
    assert post is not None
    return post


async def test_the_first_poll_looks_a_day_back_and_what_is_changed_later_comes_however_old_it_is(
    play: Pretended, http: Http
) -> None:
    old, _, _ = written(play, "old", 3 * DAY), written(play, "second", 2000), written(play, "first", 4000)
    reviews = source(play, http)
    first = await poll(reviews)
    assert texts(first.events) == ["first", "second"]
    assert (await poll(reviews, first.cursor)).events == ()
    play.edit(old, "old, and still broken")
    second = await poll(reviews, first.cursor)
    assert texts(second.events) == ["old, and still broken"]
    assert second.events[0].kind == "edited"


async def test_a_review_that_is_shown_late_is_not_passed_over(play: Pretended, http: Http) -> None:
    written(play, "at once", 100)
    reviews = source(play, http)
    first = await poll(reviews)
    written(play, "held back for some hours", 5 * 3600)
    assert texts((await poll(reviews, first.cursor)).events) == ["held back for some hours"]


async def test_a_change_says_when_and_a_change_that_is_none_says_nothing(play: Pretended, http: Http) -> None:
    id_ = written(play, "slow", 3600)
    reviews = source(play, http)
    first = await poll(reviews)
    assert first.events[0].post is not None
    assert first.events[0].post.edited_at is None
    play.reviews[id_]["comments"][0]["userComment"]["thumbsUpCount"] = 99
    play.answer_in_console(id_, "Thank you")
    assert (await poll(reviews, first.cursor)).events == ()
    play.edit(id_, "fast now")
    edited = (await poll(reviews, first.cursor)).events[0].post
    assert edited is not None
    assert edited.edited_at is not None
    assert datetime.now(UTC) - edited.edited_at < timedelta(minutes=1)


async def test_more_than_one_poll_holds_goes_on_where_it_stopped(play: Pretended, http: Http) -> None:
    play.largest_page = 2
    for number in range(7):
        written(play, str(number), 1000 - number)
    reviews, cursor, found, asked = source(play, http), None, list[str](), 0
    while True:
        polled = await poll(reviews, cursor, limit=2)
        cursor, asked = polled.cursor, asked + 1
        found += texts(polled.events)
        assert len(polled.events) <= 2
        if polled.next_after is None:
            break
    assert sorted(found) == [str(number) for number in range(7)]
    assert asked == 4


async def test_a_page_that_is_no_longer_to_be_had_is_begun_anew(play: Pretended, http: Http) -> None:
    play.largest_page = 2
    for number in range(3):
        written(play, str(number), 1000 - number)
    reviews = source(play, http)
    first = await poll(reviews, limit=2)
    play.troubles.script = [(400, {}, failed(400, "The page token is no longer valid.").text or "")]
    left = await poll(reviews, first.cursor, limit=2)
    left = left if left.events else await poll(reviews, left.cursor, limit=2)
    assert sorted([*texts(first.events), *texts(left.events)]) == ["0", "1", "2"]


async def test_a_server_that_gives_the_same_page_for_ever_is_not_asked_for_ever(play: Pretended, http: Http) -> None:
    play.largest_page = 2
    for number in range(5):
        written(play, str(number), 1000 - number)
    play.troubles.ignore_cursor = 10**6
    reviews = source(play, http)
    first = await poll(reviews)
    assert texts(first.events) == ["3", "4"]
    again = await poll(reviews, first.cursor)
    assert (again.events, again.next_after) == ((), None)
    assert len(play.asked) < 50
    play.troubles.ignore_cursor = 0
    assert texts((await poll(reviews, again.cursor)).events) == ["0", "1", "2"]


async def test_once_not_everything_is_remembered_nothing_counts_as_certainly_new(play: Pretended, http: Http) -> None:
    id_ = written(play, "forgotten by us", 100)
    reviews = source(play, http)
    cursor = json.loads((await poll(reviews)).cursor)
    cursor["seen"] = {f"gp:{number}": "1772442000.000000" for number in range(2_000)}
    (event,) = (await poll(reviews, json.dumps(cursor))).events
    # Stored as the review itself where there is none yet, and as its change where there is.
    assert (event.external_id, event.kind) == (id_, "edited")
    assert event.post is not None
    assert event.post.edited_at is None


async def test_an_answer_of_a_colleague_is_not_replaced(play: Pretended, http: Http) -> None:
    id_ = written(play, "slow", 100)
    reviews = source(play, http)
    post = await only_post(reviews)
    assert reviews.refuses(post, datetime.now(UTC)) is None
    play.answer_in_console(id_, "We are on it, says Ana.")
    with pytest.raises(PermanentError, match="Somebody has answered"):
        await reviews.reply(post, "We are on it.", "key")
    assert play.answers(id_) == ["We are on it, says Ana."]
    heard_later = await only_post(source(play, http))
    assert "Somebody has answered" in (reviews.refuses(heard_later, datetime.now(UTC)) or "")


async def test_an_answer_is_replaced_by_the_next_where_it_is_ours_or_the_customer_has_written_since(
    play: Pretended, http: Http
) -> None:
    id_ = written(play, "slow", 100)
    reviews = source(play, http)
    post = await only_post(reviews)
    sent = await reviews.reply(post, "It is <b>mended</b>.", "one")
    assert sent.external_id == f"{id_}:reply"
    assert sent.url == post.url
    assert play.answers(id_) == ["It is mended."]
    await reviews.reply(post, "It really is.", "two")
    assert play.answers(id_) == ["It really is."]
    play.edit(id_, "not mended at all")
    after_a_restart = source(play, http)
    again = await only_post(after_a_restart)
    assert after_a_restart.refuses(again, datetime.now(UTC)) is None
    await after_a_restart.reply(again, "Please write to us.", "three")
    assert play.answers(id_) == ["Please write to us."]


async def test_what_google_play_does_not_take_is_said_in_its_words(play: Pretended, http: Http) -> None:
    written(play, "slow", 100)
    reviews = source(play, http)
    post = await only_post(reviews)
    with pytest.raises(PermanentError, match="too long"):
        await reviews.reply(post, "a" * 351, "one")
    await reviews.reply(post, "Sorry", "one")
    with pytest.raises(PermanentError, match="too long"):
        await reviews.reply(post, "b" * 351, "one")
    await reviews.reply(post, "Very sorry", "one")
    play.reviews.clear()
    with pytest.raises(PermanentError, match="not found"):
        await reviews.reply(post, "Sorry", "two")


async def test_a_key_that_is_none_or_is_taken_no_longer_is_said_without_showing_it(play: Pretended, http: Http) -> None:
    for wrong in ("{}", "garbage", "[1]", json.dumps({"client_email": "a@b.example", "private_key": "no key"})):
        with pytest.raises(NotSetError, match="PLAY_KEY holds no JSON key"):
            await poll(source(play, http, wrong))
    stranger = json.loads(play.key_file()) | {"client_email": "somebody@else.iam.gserviceaccount.com"}
    with pytest.raises(TokenRefusedError, match="Invalid JWT Signature") as refused:
        await poll(source(play, http, json.dumps(stranger)))
    assert "PRIVATE KEY" not in str(refused.value)


async def test_what_is_missing_is_told_from_what_is_busy(play: Pretended, http: Http) -> None:
    reviews = source(play, http)
    where = "https://console.developers.google.com/apis/api/androidpublisher.googleapis.com/overview?project=4711"
    off = failed(403, "Google Play Android Developer API has not been used in project 4711 before or it is disabled.",
                 "SERVICE_DISABLED", activationUrl=where)  # fmt: skip
    zero = failed(429, "Quota exceeded for quota metric 'Queries'.", "RATE_LIMIT_EXCEEDED", quota_limit_value="0")
    busy = failed(429, "Quota exceeded for quota metric 'Queries'.", "RATE_LIMIT_EXCEEDED", quota_limit_value="3000")
    older = {"error": {"code": 401, "message": "The current user has insufficient permissions to perform the requested"
                       " operation.", "errors": [{"domain": "androidpublisher", "reason": "permissionDenied"}]}}  # fmt: skip
    play.troubles.script = [(403, {}, off.text or "")]
    (said,) = await reviews.missing()
    assert where in said
    assert "has not been used in project 4711" in said
    play.troubles.script = [(429, {}, zero.text or "")]
    (said,) = await reviews.missing()
    assert "no quota" in said
    play.troubles.script = [(429, {}, busy.text or "")]
    with pytest.raises(RetriableError):
        await reviews.missing()
    play.troubles.script = [(401, {}, json.dumps(older))] * 2
    (said,) = await reviews.missing()
    assert "insufficient permissions" in said
    (said,) = await source(play, http, package="com.acme.other").missing()
    assert "com.acme.other" in said
