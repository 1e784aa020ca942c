"""A Facebook Page, against a pretended one: windows of messages, threads, what is only hinted at, reviews, polls, refusals."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Delivery, Inbound
from bot.domain.post import Post, SourceEvent, Visibility
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, open_sources
from tests.fakes.networks.facebook import PAGE, PretendFacebook

HOURS = 3600.0
DAY = 24 * HOURS


@pytest.fixture
def page() -> Iterator[PretendFacebook]:
    with PretendFacebook() as network:
        yield network


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def opened(page: PretendFacebook, http: Http, **more: Any) -> Connector:
    config = Config.model_validate({"sources": {"facebook": {**page.settings, **more}}})
    return open_sources(CONNECTORS, config, page.environment, http)["facebook"]


def pushed(page: PretendFacebook, source: Connector) -> list[SourceEvent]:
    """What was delivered since the last time."""
    waiting, page.waiting = page.waiting, []
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


def texts(events: Sequence[SourceEvent]) -> list[str]:
    return [event.post.text for event in events if event.post is not None]


async def test_a_message_is_private_and_answered_in_its_conversation(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    page.message("Where is it?")
    post = only(pushed(page, source))
    assert (post.visibility, post.url) == (Visibility.PRIVATE, "https://business.facebook.com/latest/inbox")
    assert source.audience(post) is Visibility.PRIVATE
    assert source.refuses(post, datetime.now(UTC)) is None
    sent = await source.reply(post, "On its way", "k")
    assert page.said() == ["On its way"]
    assert pushed(page, source) == [], "the echo of ours"
    again = await source.find_reply(post, "On its way", "k")
    assert again is not None
    assert again.external_id == sent.external_id
    assert await source.find_reply(post, "Nobody wrote this", "k") is None


async def test_what_a_customer_messages_us_is_one_thread(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    page.message("One")
    page.message("Two")
    page.message("Three", who="1112223334")
    one, two, three = (event.post for event in pushed(page, source))
    assert one is not None
    assert two is not None
    assert three is not None
    assert one.root_id == two.root_id != three.root_id


async def test_a_message_is_answered_for_a_day_and_by_people_that_may_for_a_week(
    page: PretendFacebook, http: Http
) -> None:
    source, people = opened(page, http), opened(page, http, human_agent=True)
    now = datetime.now(UTC)
    page.message("Yesterday", age=25 * HOURS)
    post = only(pushed(page, source))
    assert "24 hours" in (source.refuses(post, now) or "")
    assert people.refuses(post, now) is None
    with pytest.raises(PermanentError, match="not allowed for your app"):
        await people.reply(post, "Sorry", "k")
    page.human_agent = True
    await people.reply(post, "Sorry", "k")
    assert page.said() == ["Sorry"]
    page.message("Last week", who="1112223334", age=8 * DAY)
    assert "7 days" in (people.refuses(only(pushed(page, source)), now) or "")


async def test_a_message_that_meta_no_longer_takes_is_refused_in_its_words(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    page.message("Hello")
    post = only(pushed(page, source))
    page.threads["9988776655"][0]["at"] -= 2 * DAY
    with pytest.raises(PermanentError) as refused:
        await source.reply(post, "Hi", "k")
    assert "The time in which Meta takes a message is over" in str(refused.value)
    assert "outside of allowed window" in str(refused.value)
    assert "10/2018278" in str(refused.value)
    page.threads.clear()
    with pytest.raises(PermanentError, match="cannot be reached by message"):
        await source.reply(post, "Hi", "k")


async def test_messages_are_edited_and_unsent(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    mid = page.message("Helo")
    pushed(page, source)
    page.edit_message(mid, "Hello", 1)
    page.edit_message(mid, "Helo", 2)
    page.edit_message(mid, "Hello", 3)
    edits = pushed(page, source)
    assert [(event.kind, event.external_id) for event in edits] == [("edited", mid)] * 3
    assert texts(edits) == ["Hello", "Helo", "Hello"]
    assert len({event.revision for event in edits}) == 3
    page.unsend(mid)
    assert [(event.kind, event.external_id) for event in pushed(page, source)] == [("deleted", mid)]


async def test_a_mention_of_which_only_the_id_came_is_looked_up(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    id_ = page.mention("Thanks @ACME", thin=True)
    (hint,) = pushed(page, source)
    assert (hint.kind, hint.external_id) == ("hint", id_)
    post = only(await source.look_up(hint))
    assert (post.external_id, post.text, post.author.handle) == (id_, "Thanks @ACME", "Zoe")
    page.posts.clear()
    assert await source.look_up(hint) == ()


async def test_a_review_is_heard_with_its_rating_and_answered(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    page.review("Never again", recommends=False)
    post = only(pushed(page, source))
    assert (post.rating, post.best_possible, post.text, post.author.handle) == (0, 1, "Never again", "Zoe")
    await source.reply(post, "We are sorry", "k")
    assert page.answers(post.external_id) == ["We are sorry"]
    polled = await source.poll(None, 100)
    assert [(event.kind, event.external_id) for event in polled.events] == [("created", post.external_id)]


async def test_reactions_and_what_the_page_does_are_left_out(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    ours = page.ours("New backpacks")
    page.react(ours)
    assert pushed(page, source) == []
    assert (await source.poll(None, 100)).events == ()


async def test_comments_below_our_post_are_heard_when_asked_for_and_their_answers_too(
    page: PretendFacebook, http: Http
) -> None:
    source = opened(page, http)
    ours = page.ours("New backpacks")
    page.largest_page = 2
    comments = [page.write(f"Comment {number}", answers=ours) for number in range(5)]
    below = page.write("An answer", answers=comments[0])
    page.comments[comments[1]]["who"] = ""  # the Page itself
    found = {event.external_id: event.post for event in (await source.poll(None, 100)).events}
    assert set(found) == {*comments, below} - {comments[1]}
    deep = found[below]
    assert deep is not None
    assert (deep.root_id, deep.parent_id) == (ours, comments[0])
    assert deep.url is not None
    assert "comment_id=" in deep.url


async def test_an_answer_to_an_answer_is_found_where_facebook_moved_it(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    ours = page.ours("New backpacks")
    comment = page.write("First", answers=ours)
    answer = page.write("Second", answers=comment)
    *_, last = pushed(page, source)
    assert last.post is not None
    sent = await source.reply(last.post, "Thanks", "k")
    page.comments[sent.external_id]["parent"] = comment
    found = await source.find_reply(last.post, "Thanks", "k")
    assert found is not None
    assert found.external_id == sent.external_id
    assert answer


async def test_the_same_words_to_another_customer_are_not_taken_for_the_answer(
    page: PretendFacebook, http: Http
) -> None:
    source = opened(page, http)
    ours = page.ours("New backpacks")
    page.write("First", answers=ours)
    page.write("Second", answers=ours)
    _, first, second = [None, *(event.post for event in pushed(page, source))]
    assert first is not None
    assert second is not None
    await source.reply(first, "Thanks", "k")
    assert await source.find_reply(second, "Thanks", "k2") is None


async def test_messages_are_read_too_when_asked_and_show_who_wrote(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    page.names["9988776655"] = "Tom Fields"
    mid = page.message("Hello")
    page.message("Long ago", who="1112223334", age=30 * DAY)
    post = only((await source.poll(None, 100)).events)
    assert (post.external_id, post.author.handle, post.visibility) == (mid, "Tom Fields", Visibility.PRIVATE)
    pushed_post = pushed(page, source)[0].post
    assert pushed_post is not None
    assert (pushed_post.key, pushed_post.root_id) == (post.key, post.root_id)
    without = opened(page, http, messages=False)
    assert (await without.poll(None, 100)).events == ()


async def test_a_poll_gives_as_many_as_it_may_and_goes_on_from_there(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    written = [page.write(f"Post {number}") for number in range(7)]
    for number, id_ in enumerate(written):
        page.posts[id_]["at"] = time.time() - 600 + number // 3  # three within each second
    cursor, found, polls = None, list[str](), 0
    while True:
        polled = await source.poll(cursor, 2)
        cursor, polls = polled.cursor, polls + 1
        found += [event.external_id for event in polled.events]
        if polled.next_after is None:
            break
        assert polls < 10
    assert list(dict.fromkeys(found)) == written
    assert (await source.poll(cursor, 100)).events, "an hour is read again"


async def test_what_is_older_comes_by_backfill(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    old, older = page.write("A month ago"), page.write("A year ago")
    page.posts[old]["at"] -= 30 * DAY
    page.posts[older]["at"] -= 365 * DAY
    page.posts = dict(sorted(page.posts.items(), key=lambda item: float(item[1]["at"])))
    assert (await source.poll(None, 100)).events == ()
    since = datetime.now(UTC) - timedelta(days=60)
    assert texts([event async for portion in source.backfill(since) for event in portion]) == ["A month ago"]


async def test_a_delivery_for_another_page_is_kept_unread(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http, account="555")
    page.write("For the other Page")
    (event,) = pushed(page, source)
    assert event.kind == "unread"
    assert event.why == f"it is for the account {PAGE}, and this source is 555"


async def test_an_app_that_demands_proof_gets_it(page: PretendFacebook, http: Http) -> None:
    page.needs_proof = True
    source = opened(page, http)
    page.write("Hello")
    assert texts((await source.poll(None, 100)).events) == ["Hello"]


async def test_what_nobody_subscribed_to_is_said(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    assert list(await source.missing()) == []
    page.subscribed.remove("mention")
    page.subscribed.remove("messages")
    assert [line.partition(" yet")[0] for line in await source.missing()] == [
        "Meta does not deliver mention",
        "Meta does not deliver messages",
    ]
    page.subscribed.append("mention")
    assert list(await opened(page, http, messages=False).missing()) == []
    page.end_tokens()
    (line,) = await source.missing()
    assert "Set a new one in META_TOKEN" in line
    assert "Session has expired" in line


async def test_errors_of_the_moment_and_lost_permissions_are_told_apart(page: PretendFacebook, http: Http) -> None:
    source = opened(page, http)
    page.write("Hello")
    post = only(pushed(page, source))
    limited = '{"error": {"message": "(#32) Page request limit reached", "type": "OAuthException", "code": 32}}'
    usage = '{"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 19}]}'
    page.troubles.script = [(400, {"X-Business-Use-Case-Usage": usage}, limited)]
    with pytest.raises(RetriableError) as busy:
        await source.reply(post, "Hi", "k")
    assert not isinstance(busy.value, UnknownResultError)
    assert busy.value.retry_after == 19 * 60
    unwell = '{"error": {"message": "An unknown error occurred", "type": "OAuthException", "code": 1}}'
    page.troubles.script = [(500, {}, unwell)]
    with pytest.raises(UnknownResultError):
        await source.reply(post, "Hi", "k")
    page.given.remove("pages_manage_engagement")
    with pytest.raises(PermanentError, match="permission is missing") as refused:
        await source.reply(post, "Hi", "k")
    assert "pages_manage_engagement" in str(refused.value)
    assert page.answers(post.external_id) == []
