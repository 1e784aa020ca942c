"""LinkedIn beyond the contract: addresses, signatures as others read them, hints, threads, permissions, versions, backfill."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError, UserError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.networks.linkedin.pages import MOST_PAGES, Place, read_pages
from integrations.networks.linkedin.reading import coded, id_of, is_last, known_as, post_of, under, words
from integrations.source import Connector, open_sources
from tests.fakes.networks.linkedin import ACTIVITY, SHARE, US, PretendLinkedIn

URN = f"urn:li:comment:({ACTIVITY},7094977717598625792)"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def network() -> Any:
    with PretendLinkedIn() as network:
        yield network


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def opened(network: PretendLinkedIn, http: Http, **more: Any) -> Connector:
    config = Config.model_validate({"sources": {"li": {**network.settings, **more}}})
    return open_sources(CONNECTORS, config, network.environment, http)["li"]


def delivered(source: Connector, network: PretendLinkedIn) -> list[SourceEvent]:
    """What came in by webhook since the last time."""
    sendings, network.waiting = network.waiting, []
    events = []
    for each in sendings:
        verdict = source.verify(Inbound("POST", CIMultiDict(each.headers), {}, each.body), NOW)
        assert isinstance(verdict, Delivery)
        events += source.parse(verdict)
    return events


def posts(events: list[SourceEvent]) -> list[Post]:
    return [event.post for event in events if event.post is not None]


async def test_urns_are_encoded_in_addresses_as_rest_li_wants_them(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http)
    network.write("It broke.")
    [post] = posts(delivered(source, network))
    await source.reply(post, "We are sorry.", "key")
    sent = network.asked[-1]
    assert "/rest/socialActions/urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A" in sent
    assert "(" not in sent


@pytest.mark.parametrize("prefix", ["", "hmacsha256="])
@pytest.mark.parametrize("signs", [b"", b"hmacsha256="])
async def test_signatures_are_taken_however_the_documentation_is_read(
    network: PretendLinkedIn, http: Http, prefix: str, signs: bytes
) -> None:
    source, body = opened(network, http), b'{"notifications": []}'
    made = hmac.new(network.secret.encode(), signs + body, hashlib.sha256).hexdigest()
    asked = Inbound("POST", CIMultiDict({"X-LI-Signature": prefix + made}), {}, body)
    assert isinstance(source.verify(asked, NOW), Delivery)
    wrong = Inbound("POST", CIMultiDict({"X-LI-Signature": prefix + made[::-1]}), {}, body)
    assert isinstance(source.verify(wrong, NOW), Reject)


async def test_a_notification_without_words_is_looked_up(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http)
    network.decorates = False
    first = network.write("It broke.")
    network.write("Mine, too.", answers=first)
    share = network.mention("Look, @[Acme \\(Backpacks\\)](urn:li:organization:96072893) {hashtag|\\#|zips} \\#fail")
    hints = delivered(source, network)
    assert [event.kind for event in hints] == ["hint"] * 3
    found = posts([event for hint in hints for event in await source.look_up(hint)])
    assert [post.text for post in found] == ["It broke.", "Mine, too.", "Look, Acme (Backpacks) #zips #fail"]
    assert [post.parent_id for post in found] == [None, first, None]
    assert found[2].external_id == share
    network.edit(first, "It broke again.")
    [hint] = delivered(source, network)
    [edit] = await source.look_up(hint)
    assert (edit.kind, edit.post.text if edit.post else "") == ("edited", "It broke again.")
    network.comments.pop(first)
    assert [event.kind for event in await source.look_up(hint)] == ["deleted"]


async def test_what_the_company_says_itself_is_not_looked_up_as_a_post(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http)
    network.write("It broke.")
    [post] = posts(delivered(source, network))
    network.decorates = False
    await source.reply(post, "We are sorry.", "key")
    [hint] = delivered(source, network)
    assert await source.look_up(hint) == []


async def test_answers_stand_in_the_thread_and_find_their_way_back(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http)
    first = network.write("It broke.")
    reply = network.write("Mine, too.", answers=first)
    share = network.mention("Waiting for an answer")
    thread = {post.external_id: post for post in posts(delivered(source, network))}
    # LinkedIn has one level of replies: an answer to a reply stands beside it.
    purged = thread[reply].model_copy(update={"raw": {}, "text": ""})
    sent = await source.reply(purged, "Sorry, both of you.", "key")
    assert network.comments[sent.external_id]["parentComment"] == network.comments[first]["commentUrn"]
    assert sent.url is not None
    assert sent.url.startswith(f"https://www.linkedin.com/feed/update/{ACTIVITY}?commentUrn=urn%3Ali%3Acomment%3A%28")
    below = await source.reply(thread[share], "Here we are.", "key")
    assert network.comments[below.external_id]["object"] == share
    assert await source.find_reply(thread[share], "Here  we are.", "key") == below
    assert await source.find_reply(thread[reply], "Here we are.", "key") is None


async def test_a_comment_that_is_too_long_or_gone_is_refused_in_linkedins_words(
    network: PretendLinkedIn, http: Http
) -> None:
    source = opened(network, http)
    first = network.write("It broke.")
    [post] = posts(delivered(source, network))
    with pytest.raises(PermanentError, match="longer than 1250"):
        await source.reply(post, "x" * 1251, "key")
    network.comments.pop(first)
    with pytest.raises(PermanentError, match=r"The comment is not found.*NOT_FOUND"):
        await source.reply(post, "We are sorry.", "key")


async def test_a_version_that_has_ended_is_said_so(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http, version="old")
    [said] = await source.missing()
    assert "Requested version old is not active" in said
    assert "NONEXISTENT_VERSION" in said


async def test_an_account_that_is_no_administrator_any_more_is_missing(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http, organization="urn:li:organization:4711")
    assert await source.missing() == (
        "Whoever allowed it is no administrator of urn:li:organization:4711 on LinkedIn.",
    )


async def test_it_is_allowed_by_a_code_and_renewed_for_a_year(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http, scopes=["r_organization_social"])
    asking = source.tokens.ask("https://127.0.0.1/allowed")
    assert asking.address.startswith(
        f"{network.url}/oauth/v2/authorization?response_type=code&client_id=77abcdefgh1234"
    )
    assert "scope=r_organization_social" in asking.address
    assert "code_challenge" not in asking.address
    with pytest.raises(UserError, match="not the answer"):
        await source.tokens.allow(asking, "https://127.0.0.1/allowed?code=a&state=b")
    token = await source.tokens.allow(asking, network.allow())
    assert token.ends_at is not None
    assert token.refresh_ends_at is not None
    assert token.ends_at - datetime.now(UTC) > timedelta(days=59)
    assert token.refresh_ends_at - datetime.now(UTC) > timedelta(days=364)
    network.end_tokens()
    assert await source.missing() == ()
    assert network.tokens_given == 2


async def test_backfill_brings_comments_and_the_replies_to_them(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http)
    first = network.write("It broke.")
    reply = network.write("Mine, too.", answers=first)
    other = network.write("Lovely.")
    network.largest_page = 1
    found = [event async for events in source.backfill(NOW) for event in events]
    assert {event.external_id for event in found} == {first, reply, other}
    assert {post.external_id: post.root_id for post in posts(found)} == {first: None, reply: first, other: None}
    assert [event async for events in source.backfill(datetime.now(UTC) + timedelta(days=1)) for event in events] == []


async def test_more_than_a_poll_may_bring_comes_with_the_next(network: PretendLinkedIn, http: Http) -> None:
    source = opened(network, http)
    written = [network.write(f"number {number}") for number in range(7)]
    heard, cursor, rounds = list[str](), None, 0
    while True:
        polled = await source.poll(cursor, 3)
        heard += [event.external_id for event in polled.events]
        cursor, rounds = polled.cursor, rounds + 1
        if polled.next_after is None:
            break
    assert heard == written
    assert rounds == 3
    assert (await source.poll(cursor, 3)).events == ()


def test_a_place_lets_nothing_of_one_moment_be_in_the_way_of_the_rest() -> None:
    at = 1_691_574_506_310
    found: list[Any] = [{"notificationId": number, "lastModifiedAt": at} for number in range(10)]
    place, taken, went_on = Place(at - 1), list[Any](), list[bool]()
    for _ in range(4):
        place = Place.read(place.write())
        part, more = place.take(found, 3)
        taken += part
        went_on.append(more)
    assert [each["notificationId"] for each in taken] == [*reversed(range(10))]
    assert went_on == [True, True, True, False]


def test_what_says_no_time_is_heard_once() -> None:
    place = Place(1_691_574_506_310)
    odd: list[Any] = [{"notificationId": 1}, {"notificationId": 2, "lastModifiedAt": "soon"}, "words", None]
    assert len(place.take(odd, 10)[0]) == 4
    assert Place.read(place.write()).take(odd, 10)[0] == []


async def test_a_list_that_never_ends_is_given_up() -> None:
    async def read(path: str) -> Any:
        return {"elements": [{"id": path}]}

    assert len([page async for page in read_pages(read, "/list")]) == MOST_PAGES

    async def again(path: str) -> Any:
        return {"elements": [{"id": 1}], "paging": {"links": [{"rel": "next"}]}}

    assert [page async for page in read_pages(again, "/list")] == [[{"id": 1}]]


@pytest.mark.parametrize(
    ("paging", "last"),
    [
        (None, False),
        ({"links": []}, True),
        ({"links": [{"rel": "next"}]}, False),
        ({"links": [{"rel": "prev"}], "total": 0}, True),
        ({"total": 3}, True),
        ({"total": 4, "links": []}, False),
        ({"links": ["odd"]}, True),
    ],
)
def test_the_end_of_a_list_is_known_however_it_is_said(paging: Any, last: bool) -> None:
    assert is_last({"paging": paging}, 3) is last


def test_urns_are_read_as_they_come() -> None:
    assert known_as("urn:li:comment:(activity:7094637247890620418,7094977717598625792)") == URN
    assert known_as(URN) == URN
    assert id_of(URN) == "7094977717598625792"
    assert id_of(SHARE) == SHARE
    assert under(URN) == ACTIVITY
    assert coded(URN) == ("urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A7094637247890620418%2C7094977717598625792%29")
    for odd in (None, 12, "words", "urn:li:" + "x" * 300):
        with pytest.raises(ValueError, match="is no URN"):
            known_as(odd)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"message": {"text": "Anna, look"}}, "Anna, look"),
        ({"text": "*not bold* @[kept](as it is)"}, "*not bold* @[kept](as it is)"),
        ({"commentary": "\\(a\\) \\<b\\> {hashtag|#|c} @[D \\[d\\]](urn:li:person:x1)"}, "(a) <b> #c D [d]"),
        ({"text": "a\0b"}, "a�b"),
        ({"text": " "}, None),
        ({"text": 12}, None),
        ({"message": "words"}, None),
        ({}, None),
    ],
)
def test_words_are_plain(said: dict[str, Any], text: str | None) -> None:
    assert words(said) == text


def test_an_image_without_words_and_without_a_name_is_a_post_all_the_same() -> None:
    said = {"created": {"time": 1_691_574_506_310}, "lastModified": {"time": 1_691_574_999_000}, "object": ACTIVITY}
    post = post_of({**said, "likesSummary": {"totalLikes": 4}, "commentsSummary": None}, URN, None, "linkedin", "acme")
    assert (post.text, post.author.handle, post.metrics) == ("", "member", {"likes": 4})
    assert post.edited_at is not None
    assert US not in str(post.model_dump())
