"""Answers on Bluesky over real HTTP: each stands once, whatever becomes of the request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.domain.post import Author, Post, Visibility
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.bluesky.connector import Bluesky
from tests.integrations.networks.bluesky_service import ACME, MAYA, BlueskyService, serving, settings

CREATE = "com.atproto.repo.createRecord"


@pytest.fixture
async def service() -> AsyncIterator[BlueskyService]:
    async with serving() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(tries=1, timeout=5) as client:
        yield client


@pytest.fixture
def bluesky(service: BlueskyService, http: Http) -> Bluesky:
    return Bluesky(settings(service), http)


async def asked(bluesky: Bluesky, service: BlueskyService, text: str = "help", **more: object) -> Post:
    uri = service.write(text, **more)  # type: ignore[arg-type]
    polled = await bluesky.poll(None, 100)
    return next(event.post for event in polled.events if event.post is not None and event.external_id == uri)


async def test_an_answer_is_a_post_under_the_post_with_links_and_those_who_are_there(
    service: BlueskyService, bluesky: Bluesky
) -> None:
    root = {"uri": f"at://{MAYA}/app.bsky.feed.post/root", "cid": "cid-root"}
    parent = {"uri": f"at://{ACME}/app.bsky.feed.post/ours", "cid": "cid-ours"}
    post = await asked(bluesky, service, reply={"root": root, "parent": parent})
    sent = await bluesky.reply(post, "Ä👩‍👩‍👧‍👦 @maya.example, @nobody.example: https://a.example/é.", "key-1")
    (record,) = service.answers()
    assert record["reply"] == {
        "root": root,
        "parent": {"uri": post.external_id, "cid": service.posts[post.external_id]["cid"]},
    }
    assert record["langs"] == ["de"]
    assert [(f["index"], f["features"][0]) for f in record["facets"]] == [
        ({"byteStart": 60, "byteEnd": 80}, {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/é"}),
        ({"byteStart": 28, "byteEnd": 41}, {"$type": "app.bsky.richtext.facet#mention", "did": MAYA}),
    ]
    assert sent.external_id in service.posts
    assert sent.url == f"https://bsky.app/profile/acme.example/post/{sent.external_id.rpartition('/')[2]}"
    assert bluesky.audience(post) is Visibility.PUBLIC


async def test_an_answer_stands_once_whatever_becomes_of_the_request(service: BlueskyService, bluesky: Bluesky) -> None:
    post = await asked(bluesky, service)
    service.loses = True
    sent = await bluesky.reply(post, "Sorry!", "key-1")
    service.loses = False
    assert await bluesky.reply(post, "Sorry!", "key-1") == sent
    assert len(service.answers()) == 1
    assert (await bluesky.reply(post, "Sorry!", "key-2")) != sent
    assert len(service.answers()) == 2


async def test_an_answer_that_is_not_there_after_a_failure_is_of_unknown_fate(
    service: BlueskyService, bluesky: Bluesky
) -> None:
    post = await asked(bluesky, service)
    service.next_answers[CREATE] = [web.Response(status=500)]
    with pytest.raises(UnknownResultError):
        await bluesky.reply(post, "Sorry!", "key-1")
    service.loses = True
    # Nor can it be looked up.
    service.next_answers["com.atproto.repo.getRecord"] = [
        web.json_response({"error": "RecordNotFound"}, status=400),
        web.Response(status=502),
    ]
    with pytest.raises(UnknownResultError, match="createRecord"):
        await bluesky.reply(post, "Sorry!", "key-1")
    service.loses = False
    await bluesky.reply(post, "Sorry!", "key-1")
    assert len(service.answers()) == 1


async def test_a_post_that_went_away_after_the_answer_does_not_hide_the_answer(
    service: BlueskyService, bluesky: Bluesky
) -> None:
    post = await asked(bluesky, service)
    sent = await bluesky.reply(post, "Sorry!", "key-1")
    del service.posts[post.external_id]
    assert await bluesky.reply(post, "Sorry!", "key-1") == sent
    with pytest.raises(PermanentError, match="not on Bluesky any more"):
        await bluesky.reply(post, "Sorry!", "key-2")


async def test_a_refusal_says_why(service: BlueskyService, bluesky: Bluesky) -> None:
    post = await asked(bluesky, service)
    service.next_answers[CREATE] = [
        web.json_response({"error": "AccountTakedown", "message": "Account has been suspended"}, status=400)
    ]
    with pytest.raises(PermanentError, match="Bluesky refuses the answer: Account has been suspended"):
        await bluesky.reply(post, "Sorry!", "key")
    service.closed.add(post.external_id)
    with pytest.raises(PermanentError, match="only some people answer this post"):
        await bluesky.reply(post, "Sorry!", "key")
    service.blocked.add(post.external_id)
    with pytest.raises(PermanentError, match=r"maya\.example has blocked acme\.example"):
        await bluesky.reply(post, "Sorry!", "key")
    assert service.answers() == []


async def test_a_post_that_is_closed_to_us_is_refused_before_a_form_opens(
    service: BlueskyService, bluesky: Bluesky
) -> None:
    uri = service.write("hello")
    service.closed.add(uri)
    (event,) = (await bluesky.poll(None, 100)).events
    assert event.post is not None
    assert "only some people" in (bluesky.refuses(event.post, datetime.now(UTC)) or "")
    open_post = event.post.model_copy(update={"raw": {"viewer": "odd"}})
    assert bluesky.refuses(open_post, datetime.now(UTC)) is None


async def test_both_limits_hold_before_anything_is_sent(service: BlueskyService, bluesky: Bluesky) -> None:
    post = Post(
        network="bluesky", external_id="at://d/c/1", author=Author(handle="a"), text="", posted_at=datetime.now(UTC)
    )
    for text, said in (
        ("x" * 301, "301 graphemes and 301 bytes. Take out 1"),
        ("👩‍👩‍👧‍👦" * 121, "121 graphemes and 3,025 bytes"),
    ):
        assert bluesky.length(text) > 300
        with pytest.raises(PermanentError, match=said):
            await bluesky.reply(post, text, "key")
    assert bluesky.length("👩‍👩‍👧‍👦" * 120) == 120
    assert bluesky.length("\ud800") == 1
    assert service.calls.total() == 0


async def test_an_answer_that_came_too_soon_was_not_sent(service: BlueskyService, bluesky: Bluesky) -> None:
    body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
    post = await asked(bluesky, service)
    service.next_answers[CREATE] = [web.json_response(body, status=429)]
    with pytest.raises(RetriableError) as busy:
        await bluesky.reply(post, "Sorry!", "key")
    assert not isinstance(busy.value, UnknownResultError)
