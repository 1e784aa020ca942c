"""Reddit, against a pretended one: lists that end at deleted posts, what is looked up again, its limits and its refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.config import Config
from bot.domain.delivery import Polled
from bot.domain.post import Post, Visibility
from bot.errors import BudgetError, PermanentError, RetriableError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, open_sources
from tests.fakes.networks.reddit import ACCOUNT, SUBREDDIT, PretendReddit


@pytest.fixture
def network() -> Iterator[PretendReddit]:
    with PretendReddit() as network:
        yield network


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def opened(network: PretendReddit, http: Http, **more: Any) -> Connector:
    config = Config.model_validate({"sources": {"reddit": {**network.settings, **more}}})
    return open_sources(CONNECTORS, config, network.environment, http)["reddit"]


def posts(polled: Polled) -> dict[str, Post]:
    return {event.external_id: event.post for event in polled.events if event.post is not None}


async def test_the_newest_comment_may_be_deleted_and_what_comes_next_is_heard(
    network: PretendReddit, http: Http
) -> None:
    source = opened(network, http)
    first = network.comment("first", notify=False)
    polled = await source.poll(None, 100)
    network.delete(first)
    polled = await source.poll(polled.cursor, 100)
    assert [(event.kind, event.external_id) for event in polled.events] == [("deleted", first)]
    second = network.comment("second", notify=False)
    assert list(posts(await source.poll(polled.cursor, 100))) == [second]
    assert not any("before=" in asked for asked in network.asked)


async def test_a_comment_from_the_inbox_is_completed_so_that_a_locked_thread_is_known(
    network: PretendReddit, http: Http
) -> None:
    source = opened(network, http, subreddits=[])
    id_ = network.write("When will it come?")
    network.things[id_]["locked"] = True
    post = posts(await source.poll(None, 100))[id_]
    assert post.root_id == post.parent_id == "t3_thread1"
    assert "locked" in str(source.refuses(post, datetime.now(UTC)))
    archived = post.model_copy(update={"raw": {"archived": True}})
    assert "archived" in str(source.refuses(archived, datetime.now(UTC)))
    assert source.refuses(post.model_copy(update={"raw": {}}), datetime.now(UTC)) is None


async def test_posts_comments_and_what_is_found_are_heard_once_each(network: PretendReddit, http: Http) -> None:
    source = opened(network, http, searches=["acme"])
    post, comment = network.post("ACME strap torn", "after a week"), network.write("u/acme_care hello")
    polled = await source.poll(None, 100)
    heard = posts(polled)
    assert set(heard) == {post, comment}
    assert heard[post].text == "ACME strap torn\n\nafter a week"
    assert heard[post].url
    assert (await source.poll(polled.cursor, 100)).events == ()


async def test_more_than_fits_comes_at_once_and_in_order(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    written = [network.write(f"number {number}") for number in range(7)]
    heard, cursor = list[str](), None
    for _ in range(4):
        polled = await source.poll(cursor, 3)
        cursor = polled.cursor
        heard += [event.external_id for event in polled.events]
        if polled.next_after is None:
            break
        assert polled.next_after == timedelta(0)
    assert heard == written


async def test_of_an_account_that_is_gone_only_the_words_stay(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    id_ = network.write("It leaks")
    polled = await source.poll(None, 100)
    network.things[id_].update(author="[deleted]", author_fullname=None)
    polled = await source.poll(polled.cursor, 100)
    [event] = polled.events
    assert event.kind == "edited"
    assert event.post is not None
    assert (event.post.text, event.post.author.handle, event.post.author.external_id) == ("It leaks", "[deleted]", None)
    assert (await source.poll(polled.cursor, 100)).events == ()


async def test_what_a_moderator_removes_is_gone(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    id_ = network.post("Buy cheap bags", "here")
    polled = await source.poll(None, 100)
    network.things[id_].update(removed_by_category="moderator", selftext="[removed]", gone=True)
    polled = await source.poll(polled.cursor, 100)
    assert [(event.kind, event.external_id) for event in polled.events] == [("deleted", id_)]


async def test_what_reddit_says_nothing_of_any_more_stays(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    id_ = network.write("hello")
    polled = await source.poll(None, 100)
    del network.things[id_]
    network.inbox.clear()
    assert (await source.poll(polled.cursor, 100)).events == ()


async def test_a_private_message_is_private_and_answered_where_it_stands(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    id_ = network.message("My address is wrong")
    network.message("News for everybody", author="reddit", distinguished="admin")
    heard = posts(await source.poll(None, 100))
    assert list(heard) == [id_]
    post = heard[id_]
    assert post.visibility is source.audience(post) is Visibility.PRIVATE
    assert await source.find_reply(post, "We mend it.", "key") is None
    sent = await source.reply(post, "We mend it.", "key")
    assert network.answers(id_) == ["We mend it."]
    found = await source.find_reply(post, "We mend it.", "key")
    assert found is not None
    assert found.external_id == sent.external_id


async def test_lines_stay_apart_and_count_as_they_are_sent(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    id_ = network.write("hi")
    post = posts(await source.poll(None, 100))[id_]
    text = "Hello,\nit is on its way.\n\nACME"
    await source.reply(post, text, "key")
    assert network.answers(post.external_id) == ["Hello,  \nit is on its way.  \n  \nACME"]
    assert source.length(text) == len(text) + 6
    assert await source.find_reply(post, text, "key") is not None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SUBREDDIT_NOTALLOWED", "does not let our account write"),
        ("DELETED_COMMENT", "deleted or removed"),
        ("THREAD_LOCKED", "locked"),
        ("TOO_OLD", "archived"),
        ("SOMETHING_NEW", "Reddit refuses"),
    ],
)
async def test_a_refused_answer_says_why_in_our_words_and_in_reddits(
    network: PretendReddit, http: Http, code: str, words: str
) -> None:
    source = opened(network, http)
    id_ = network.write("hi")
    post = posts(await source.poll(None, 100))[id_]
    network.mistakes = [[code, "as Reddit puts it", "parent"]]
    with pytest.raises(PermanentError, match=words) as refused:
        await source.reply(post, "Hello", "key")
    assert code in str(refused.value)
    assert "as Reddit puts it" in str(refused.value)
    assert network.answers(id_) == []


async def test_an_answer_that_is_too_long_or_has_no_parent_is_refused(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    id_ = network.write("hi")
    post = posts(await source.poll(None, 100))[id_]
    with pytest.raises(PermanentError, match="too long"):
        await source.reply(post, "x" * 10_001, "key")
    await source.reply(post, "x" * 10_000, "key")
    with pytest.raises(PermanentError, match="403 Forbidden"):
        await source.reply(post.model_copy(update={"external_id": "t1_nothing"}), "Hello", "key")


async def test_who_writes_too_often_is_told_how_long_to_wait(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    id_ = network.write("hi")
    post = posts(await source.poll(None, 100))[id_]
    network.mistakes = [["RATELIMIT", "you are doing that too much. try again in 9 minutes.", "ratelimit"]]
    network.ratelimit = 541.2
    with pytest.raises(RetriableError, match="9 minutes") as refused:
        await source.reply(post, "Hello", "key")
    assert refused.value.retry_after == pytest.approx(541.2)


async def test_reddit_is_left_alone_when_it_has_had_enough(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    network.write("hi")
    network.remaining = 0.0
    with pytest.raises(BudgetError) as rest:
        await source.poll(None, 100)
    assert rest.value.retry_after == pytest.approx(321, abs=2)
    asked = len(network.asked)
    with pytest.raises(BudgetError):
        await source.poll(None, 100)
    assert len(network.asked) == asked


async def test_a_subreddit_that_closes_itself_is_named_by_doctor(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    assert list(await source.missing()) == []
    network.private = True
    said = await source.missing()
    assert len(said) == 2
    assert all(f"/r/{SUBREDDIT}/" in each and "private" in each for each in said)


async def test_a_scope_that_is_missing_is_named(network: PretendReddit, http: Http) -> None:
    source = opened(network, http)
    network.scopes.discard("read")
    said = " ".join(await source.missing())
    assert "lacks a scope" in said
    assert "/message/inbox" not in said


def test_the_owner_of_the_account_is_asked_for_a_permission_that_lasts() -> None:
    config = Config.model_validate(
        {
            "sources": {
                "reddit": {"kind": "reddit", "account": ACCOUNT, "client_id_env": "ID", "client_secret_env": "SECRET"}
            }
        }
    )
    source = open_sources(CONNECTORS, config, {"ID": "an-id", "SECRET": "a-secret"}, Http())["reddit"]
    assert source.permission_here is not None
    asking = source.permission_here.ask(source.app()[0], "https://baton.example/allowed")
    assert asking.address.startswith("https://www.reddit.com/api/v1/authorize?")
    for part in ("duration=permanent", "scope=identity+read+privatemessages+history+submit", "client_id=an-id"):
        assert part in asking.address


async def test_the_code_of_that_permission_becomes_a_token_that_can_be_renewed(
    network: PretendReddit, http: Http
) -> None:
    source = opened(network, http)
    assert source.permission_here is not None
    asking = source.permission_here.ask(source.app()[0], "https://127.0.0.1/allowed")
    network.codes["the-code"] = "https://127.0.0.1/allowed"
    token = await source.allowed("the-code", asking)
    assert token.refresh == network.environment["REDDIT_REFRESH_TOKEN"]
    assert token.ends_at is not None
    with pytest.raises(PermanentError, match="invalid_grant"):
        await source.allowed("the-code", asking)


async def test_a_permission_that_was_taken_back_is_said(network: PretendReddit, http: Http) -> None:
    environment = {**network.environment, "REDDIT_REFRESH_TOKEN": "one-that-was-revoked"}
    config = Config.model_validate({"sources": {"reddit": network.settings}})
    source = open_sources(CONNECTORS, config, environment, http)["reddit"]
    with pytest.raises(PermanentError, match="Give the app its permission again"):
        await source.poll(None, 100)
    [said] = await source.missing()
    assert "one-that-was-revoked" not in said
