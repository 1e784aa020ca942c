"""Every connector of a network that an API must be applied for, and of a listening tool, against a pretended server of its vendor:
heard once, changed, gone, whatever goes wrong on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict

from bot.domain.delivery import Challenge, Delivery, Inbound, Reject
from bot.errors import PermanentError, RetriableError
from integrations.every_source import CONNECTORS
from tests.contract.both import EVERY, SAID, Both, inbound, kinds
from tests.contract.networks import PRETENDED

OPEN = frozenset(
    (
        "bluesky",
        "discourse",
        "email",
        "generic",
        "hackernews",
        "mastodon",
        "rss",
        "stackoverflow",
        "telegram",
        "youtube",
    )
)
"""The kinds that anybody can connect; tests of their own run them against real servers where there are such."""


def test_every_network_that_must_be_applied_for_has_a_pretended_server() -> None:
    every = {connector.kind for connector in CONNECTORS}
    assert every - OPEN == set(PRETENDED)
    assert every >= OPEN


# Hearing


@EVERY
async def test_what_a_customer_writes_is_heard_with_its_words(both: Both) -> None:
    post = await both.heard()
    assert SAID in post.text
    assert post.author.handle
    assert datetime.now(UTC) - post.posted_at < timedelta(hours=1)
    assert post.fetched_at is None or post.fetched_at >= post.posted_at - timedelta(minutes=1)
    again = len(both.inbox.events)
    await both.hear()
    assert both.inbox.events[again:] == []


@EVERY
async def test_other_languages_and_odd_letters_come_whole(both: Both) -> None:
    for text in (
        "الطرد لم يصل بعد 😡",
        "返品したいのですが👩‍👩‍👧‍👦",
        "a < b & c > d \"quoted\" 'x' &amp; \u202eabc",
        "É\u0301 \u200d \U0001f9ff",
    ):
        assert text in (await both.heard(text)).text


@kinds(poll=True, has_cursors=True)
@pytest.mark.parametrize("ignored", [0, 1])
async def test_everything_on_many_pages_is_heard_once_though_a_cursor_is_ignored(both: Both, ignored: int) -> None:
    both.network.largest_page = 3
    first = [both.network.write(f"{SAID} {number}") for number in range(8)]
    both.network.waiting.clear()
    both.network.troubles.ignore_cursor = ignored
    await both.poll()
    then = [both.network.write(f"{SAID} {number}") for number in range(8, 12)]
    both.network.waiting.clear()
    both.network.troubles.ignore_cursor = ignored
    await both.poll()
    await both.poll()
    assert set(both.posts()) == {*first, *then}
    assert sorted(both.written()) == sorted({*first, *then})


@kinds(poll=True)
async def test_a_token_that_ends_between_two_pages_loses_nothing(both: Both) -> None:
    both.network.largest_page = 3
    written = {both.network.write(f"{SAID} {number}") for number in range(8)}
    both.network.troubles.end_tokens_after = 1
    if both.network.renews:
        await both.poll()
        assert both.network.troubles.end_tokens_after is None
    else:
        with pytest.raises(PermanentError) as refused:
            await both.poll()
        assert len(str(refused.value)) > 20
        both.network.take_tokens_again()
        await both.poll()
    assert set(both.posts()) == written


@kinds(poll=True)
async def test_a_network_that_has_had_enough_is_left_alone_for_as_long_as_it_says(both: Both) -> None:
    await both.heard("before")
    both.network.troubles.script = [(429, {"Retry-After": "37"}, "")]
    with pytest.raises(RetriableError) as refused:
        await both.poll()
    assert refused.value.retry_after == pytest.approx(37, abs=1)
    both.network.troubles.script = [(503, {}, "<html>down</html>")]
    with pytest.raises(RetriableError):
        await both.poll()
    await both.heard("and after")


@EVERY
async def test_what_is_of_no_known_kind_is_kept_and_keeps_back_nothing(both: Both) -> None:
    both.network.unknown()
    await both.heard()
    unread = [event for event in both.inbox.events if event.kind == "unread"]
    assert unread, [event.kind for event in both.inbox.events]
    assert all(event.why and event.raw for event in unread)


@kinds(can_edit=True)
async def test_an_edit_is_the_same_post_with_other_words(both: Both) -> None:
    post = await both.heard()
    both.network.edit(post.external_id, "It came, but broken ✨")
    await both.hear()
    assert "It came, but broken ✨" in both.posts()[post.external_id].text
    assert SAID not in both.posts()[post.external_id].text
    assert list(both.posts()) == [post.external_id]
    after = len(both.inbox.events)
    await both.hear()
    assert both.inbox.events[after:] == []


@kinds(can_delete=True)
async def test_a_post_that_is_taken_away_is_gone(both: Both) -> None:
    post = await both.heard()
    kept = await both.heard("another one that stays")
    both.network.delete(post.external_id)
    await both.hear()
    assert list(both.posts()) == [kept.external_id]


@kinds(has_threads=True)
async def test_what_a_customer_writes_below_a_post_says_where_it_belongs(both: Both) -> None:
    post = await both.heard()
    below = both.network.write("And now it is broken, too", answers=post.external_id)
    await both.hear()
    further = both.posts()[below]
    assert post.external_id in {further.parent_id, further.root_id} or (
        further.root_id is not None and further.root_id == post.root_id
    )
    assert (further.network, further.account) == (post.network, post.account)


# The front door


@kinds(push=True)
async def test_what_is_not_signed_by_the_network_does_not_come_in(both: Both) -> None:
    both.network.write(SAID)
    sending = both.network.waiting[0]
    now = datetime.now(UTC)
    assert isinstance(both.source.verify(inbound(sending), now), Delivery)
    signature = both.network.signed(sending.body, "another secret")
    refused = [
        both.source.verify(inbound(sending, signature), now),
        both.source.verify(Inbound("POST", CIMultiDict(), {}, sending.body), now),
    ]
    for verdict in refused:
        assert isinstance(verdict, Reject)
        assert verdict.status == 401


@kinds(push=True)
async def test_a_delivery_that_comes_again_is_heard_once(both: Both) -> None:
    both.network.write(SAID)
    sendings = list(both.network.waiting)
    await both.hear()
    heard = list(both.inbox.events)
    both.network.waiting = [*sendings, *reversed(sendings)]
    await both.hear()
    assert both.inbox.events == heard


@EVERY
async def test_the_address_is_proven_to_the_network_that_asks(both: Both) -> None:
    asked = both.network.challenge()
    if asked is None:
        verdict = both.source.verify(Inbound("GET", CIMultiDict(), {}, b""), datetime.now(UTC))
        assert isinstance(verdict, Reject)
        assert verdict.status in {401, 404, 405}
        return
    request, answer = asked
    verdict = both.source.verify(request, datetime.now(UTC))
    assert isinstance(verdict, Challenge), verdict
    assert verdict.answer == answer
    for name in request.query:
        without = {key: value for key, value in request.query.items() if key != name}
        assert isinstance(both.source.verify(Inbound("GET", request.headers, without, b""), datetime.now(UTC)), Reject)


@kinds(push=True)
async def test_whoever_asks_for_proof_is_given_no_signature_of_a_delivery(both: Both) -> None:
    both.network.write(SAID)
    sending, asked = both.network.waiting[-1], both.network.challenge()
    query = dict(asked[0].query) if asked is not None else {}
    for name in query:
        for before in ("", "hmacsha256="):
            evil = {**query, name: before + sending.body.decode()}
            verdict = both.source.verify(Inbound("GET", CIMultiDict(), evil, b""), datetime.now(UTC))
            answer = verdict.answer if isinstance(verdict, Challenge) else ""
            assert not [value for value in sending.headers.values() if value in answer]
