"""Instagram, against a pretended one: both logins, tokens that are renewed, mentions, live videos, threads, messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Delivery, Inbound
from bot.domain.post import Post, SourceEvent, Visibility
from bot.errors import PermanentError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, open_sources
from tests.fakes.networks.instagram import ACCOUNT, PretendInstagram


@pytest.fixture
def network() -> Iterator[PretendInstagram]:
    with PretendInstagram() as network:
        yield network


@pytest.fixture
def linked() -> Iterator[PretendInstagram]:
    """An account that is linked to a Page, by Facebook Login."""
    with PretendInstagram("facebook") as network:
        yield network


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def opened(network: PretendInstagram, http: Http, **more: Any) -> Connector:
    config = Config.model_validate({"sources": {"instagram": {**network.settings, **more}}})
    return open_sources(CONNECTORS, config, network.environment, http)["instagram"]


def pushed(network: PretendInstagram, source: Connector) -> list[SourceEvent]:
    """What was delivered since the last time."""
    waiting, network.waiting = network.waiting, []
    events: list[SourceEvent] = []
    for each in waiting:
        verdict = source.verify(Inbound("POST", CIMultiDict(each.headers), {}, each.body), datetime.now(UTC))
        assert isinstance(verdict, Delivery)
        events += source.parse(verdict)
    return events


def only(events: Sequence[SourceEvent]) -> Post:
    (event,) = events
    assert event.post is not None
    return event.post


async def test_a_token_of_instagram_login_is_renewed_and_the_new_one_used(
    network: PretendInstagram, http: Http
) -> None:
    source = opened(network, http)
    network.write("Hello")
    assert only((await source.poll(None, 100)).events).text == "Hello"
    assert network.tokens_given == 2
    assert network.asked[0].startswith("GET /refresh_access_token?grant_type=ig_refresh_token")
    standing = await source.tokens.standing()
    assert standing is not None
    assert standing.ends_at is not None
    assert timedelta(days=59) < standing.ends_at - datetime.now(UTC) < timedelta(days=61)
    await source.poll(None, 100)
    assert network.tokens_given == 2, "it holds"


async def test_a_token_that_is_too_young_to_be_renewed_is_used_as_it_is(network: PretendInstagram, http: Http) -> None:
    network.young = True
    source = opened(network, http)
    network.write("Hello")
    assert only((await source.poll(None, 100)).events).text == "Hello"
    standing = await source.tokens.standing()
    assert standing is not None
    assert standing.ends_at is not None
    assert standing.ends_at - datetime.now(UTC) < timedelta(days=1, minutes=1), "and tried again tomorrow"


async def test_a_token_that_ended_is_said_with_where_to_set_another(network: PretendInstagram, http: Http) -> None:
    source = opened(network, http)
    network.end_tokens()
    with pytest.raises(PermanentError, match="Set a new one in META_TOKEN"):
        await source.poll(None, 100)


async def test_a_new_token_in_the_environment_takes_over_from_one_that_ended(
    network: PretendInstagram, http: Http
) -> None:
    source = opened(network, http)
    await source.poll(None, 100)
    keeper = source.tokens.keeper
    network.end_tokens()
    network.token = network.give_token()
    network.write("Hello")
    again = opened(network, http)
    again.tokens.keeper = keeper
    assert only((await again.poll(None, 100)).events).text == "Hello"


async def test_by_facebook_login_the_token_of_the_page_is_used_at_the_account(
    linked: PretendInstagram, http: Http
) -> None:
    source = opened(linked, http)
    linked.needs_proof = True
    comment = linked.write("Hello")
    post = only((await source.poll(None, 100)).events)
    assert (post.external_id, post.author.handle) == (comment, "tom")
    assert post.url is not None
    assert post.url.startswith("https://www.instagram.com/p/")
    assert any(asked.startswith(f"GET /v25.0/{ACCOUNT}/media") for asked in linked.asked)
    assert not any("refresh_access_token" in asked for asked in linked.asked)
    assert list(await source.missing()) == []
    linked.withdraw()
    assert "instagram_manage_comments" in " ".join(await source.missing())


async def test_a_mention_in_a_comment_is_looked_up_and_answered_there(linked: PretendInstagram, http: Http) -> None:
    source = opened(linked, http)
    id_ = linked.mention("What do you say, @acme.shop?")
    (hint,) = pushed(linked, source)
    assert (hint.kind, hint.external_id) == ("hint", id_)
    post = only(await source.look_up(hint))
    assert (post.external_id, post.text, post.author.handle) == (id_, "What do you say, @acme.shop?", "zoe")
    await source.reply(post, "Thank you", "k")
    assert linked.mentions_answered == [{**hint.raw, "message": "Thank you"}]
    with pytest.raises(PermanentError, match="does not show"):
        await source.find_reply(post, "Thank you", "k")


async def test_a_mention_in_a_caption_is_looked_up_with_its_picture(linked: PretendInstagram, http: Http) -> None:
    source = opened(linked, http)
    id_ = linked.mention("Look, @acme.shop", in_comment=False)
    linked.elsewhere[id_]["media_url"] = "https://cdn.example/zoe.jpg"
    (hint,) = pushed(linked, source)
    post = only(await source.look_up(hint))
    assert (post.text, post.url) == ("Look, @acme.shop", "https://www.instagram.com/p/Zoe1/")
    assert [each.url for each in post.media] == ["https://cdn.example/zoe.jpg"]
    await source.reply(post, "Nice", "k")
    assert linked.mentions_answered == [{"media_id": id_, "message": "Nice"}]


async def test_an_answer_to_an_answer_goes_into_its_thread(network: PretendInstagram, http: Http) -> None:
    source = opened(network, http)
    first = network.write("Where is it?")
    second = network.write("Same here", author="ana", answers=first)
    _, event = pushed(network, source)
    assert event.post is not None
    assert (event.post.external_id, event.post.parent_id) == (second, first)
    sent = await source.reply(event.post, "On its way", "k")
    assert network.comments[sent.external_id]["parent_id"] == first
    assert pushed(network, source) == [], "our own"
    found = await source.find_reply(event.post, "On its way", "k")
    assert found is not None
    assert found.external_id == sent.external_id


async def test_many_comments_and_their_answers_are_heard_when_asked_for(network: PretendInstagram, http: Http) -> None:
    source = opened(network, http)
    network.largest_page = 2
    comments = [network.write(f"Comment {number}") for number in range(5)]
    answers = [network.write(f"Answer {number}", answers=comments[1]) for number in range(5)]
    found = {event.external_id: event.post for event in (await source.poll(None, 100)).events}
    assert set(found) == {*comments, *answers}
    answer = found[answers[0]]
    assert answer is not None
    assert answer.parent_id == comments[1]


async def test_a_comment_on_a_live_video_is_answered_to_its_author_alone_and_once(
    network: PretendInstagram, http: Http
) -> None:
    source = opened(network, http)
    network.comment_live("Do you have it in red?")
    post = only(pushed(network, source))
    assert post.visibility is Visibility.PUBLIC
    assert source.audience(post) is Visibility.PRIVATE
    await source.reply(post, "We do", "k")
    assert network.said(str(post.author.external_id)) == ["We do"]
    assert await source.find_reply(post, "We do", "k") is not None
    with pytest.raises(PermanentError, match="one was sent, or the time is over"):
        await source.reply(post, "And in blue", "k2")


async def test_a_message_is_at_most_a_thousand_bytes_and_answered_for_a_day(
    network: PretendInstagram, http: Http
) -> None:
    source = opened(network, http)
    network.message("Hello")
    network.message("Long ago", who="1112223334", age=25 * 3600)
    post, late = (event.post for event in pushed(network, source))
    assert post is not None
    assert late is not None
    assert source.length("é" * 500) == source.abilities.longest
    await source.reply(post, "é" * 500, "k")
    with pytest.raises(PermanentError):
        await source.reply(post, "é" * 501, "k")
    assert network.said() == ["é" * 500]
    assert "24 hours" in (source.refuses(late, datetime.now(UTC)) or "")
    late_by_their_clock = late.model_copy(update={"posted_at": datetime.now(UTC)})
    with pytest.raises(PermanentError, match="outside of allowed window") as refused:
        await source.reply(late_by_their_clock, "Hi", "k")
    assert "The time in which Meta takes a message is over" in str(refused.value)


async def test_messages_are_read_too_when_asked_with_the_username(network: PretendInstagram, http: Http) -> None:
    source = opened(network, http)
    mid = network.message("Hello")
    network.threads["9988776655"][0]["from"]["username"] = "tom.fields"
    post = only((await source.poll(None, 100)).events)
    assert (post.external_id, post.author.handle, post.visibility) == (mid, "tom.fields", Visibility.PRIVATE)
    network.unsend(mid)
    assert [event.kind for event in pushed(network, source)] == ["created", "deleted"]


async def test_what_instagram_login_was_not_allowed_is_found_by_trying(network: PretendInstagram, http: Http) -> None:
    source = opened(network, http)
    assert list(await source.missing()) == []
    network.given.remove("instagram_business_manage_messages")
    (line,) = await source.missing()
    assert "instagram_business_manage_messages" in line
    assert list(await opened(network, http, messages=False).missing()) == []
    network.given.add("instagram_business_manage_messages")
    network.subscribed.remove("comments")
    (line,) = await source.missing()
    assert "does not deliver comments" in line
