"""Every connector of a network that an API must be applied for, and of a listening tool, against a pretended server of its vendor:
heard once, changed, answered once, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Challenge, Delivery, Inbound, Reject
from bot.domain.post import Post, SourceEvent
from bot.errors import BatonError, NotSetError, PermanentError, RetriableError, UnknownResultError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, open_sources
from tests.contract.networks import PRETENDED
from tests.fakes.inbox import MemoryInbox
from tests.fakes.networks.pretend import PretendNetwork, Sending

OPEN = {
    *(
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
    ),
}
"""The kinds that anybody can connect; tests of their own run them against real servers where there are such."""

SAID = "My parcel with the grey backpack is late again 📦 ¿dónde está?"
ANSWER = "Sorry, it is on its way & will be there tomorrow."
MOST_POLLS = 40
"""So many polls bring everything that a few pages hold."""


@dataclass
class Both:
    """A network and the connector to it; `inbox` has what was heard."""

    network: PretendNetwork
    source: Connector
    inbox: MemoryInbox = field(default_factory=MemoryInbox)
    cursor: str | None = None

    async def hear(self) -> None:
        """Take in whatever the network pushes, and then whatever it gives when it is asked."""
        waiting, self.network.waiting = self.network.waiting, []
        for sending in waiting:
            await self.take(self.source.parse(delivered(self.source, sending)))
        if self.source.capabilities().poll:
            await self.poll()

    async def poll(self) -> None:
        """Ask until there is no more."""
        for _ in range(MOST_POLLS):
            polled = await self.source.poll(self.cursor, 100)
            self.cursor = polled.cursor
            await self.take(polled.events)
            if polled.next_after != timedelta(0):
                return
        raise AssertionError(f"{self.source.name} asks for ever")

    async def take(self, events: Sequence[SourceEvent]) -> None:
        """Keep them; what is but a hint is looked up."""
        fresh = await self.inbox.accept(events, self.source.name)
        for event, new in zip(events, fresh, strict=True):
            if event.kind == "hint" and new:
                await self.take(await self.source.look_up(event))

    def posts(self) -> dict[str, Post]:
        """What customers wrote as it stands now, by id."""
        standing: dict[str, Post] = {}
        for event in self.inbox.events:
            if event.post is not None:
                standing[event.external_id] = event.post
            elif event.kind == "deleted":
                standing.pop(event.external_id, None)
        return standing

    def written(self) -> list[str]:
        """The ids of the posts that came, as often as each was new."""
        return [event.external_id for event in self.inbox.events if event.kind == "created"]

    async def heard(self, text: str = SAID) -> Post:
        """A customer writes, and we hear it."""
        written = self.network.write(text)
        await self.hear()
        assert written in self.posts(), (written, [event.model_dump() for event in self.inbox.events])
        return self.posts()[written]


def opened(network: PretendNetwork, http: Http, **more: Any) -> Connector:
    """As the program opens it."""
    config = Config.model_validate({"sources": {network.kind: {**network.settings, **more}}})
    return open_sources(CONNECTORS, config, network.environment, http)[network.kind]


def inbound(sending: Sending, changed: Mapping[str, str] | None = None) -> Inbound:
    """A webhook as it reaches the door."""
    return Inbound("POST", CIMultiDict({**sending.headers, **(changed or {})}), {}, sending.body)


def delivered(source: Connector, sending: Sending) -> Delivery:
    """A webhook that is let in."""
    verdict = source.verify(inbound(sending), datetime.now(UTC))
    assert isinstance(verdict, Delivery), verdict
    return verdict


def kinds(**can: bool) -> pytest.MarkDecorator:
    """The networks whose connector can do this, by the names of `Capabilities`, or that have it, by those of `PretendNetwork`."""
    by_kind = {connector.kind: connector for connector in CONNECTORS}

    def fits(kind: str) -> bool:
        able = by_kind[kind].abilities
        return all(getattr(able, name, None) or getattr(PRETENDED[kind], name, False) for name in can)

    return pytest.mark.parametrize("kind", [kind for kind in PRETENDED if fits(kind)])


EVERY = kinds()


@pytest.fixture
async def both(kind: str) -> AsyncIterator[Both]:
    with PRETENDED[kind]() as network:
        async with Http(timeout=1.5, tries=1, patience=0.0) as http:
            source = opened(network, http)
            await source.prepare()
            yield Both(network, source)


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


# Answering


@kinds(reply=True)
async def test_an_answer_stands_below_the_post(both: Both) -> None:
    post = await both.heard()
    assert both.source.refuses(post, datetime.now(UTC)) is None
    sent = await both.source.reply(post, ANSWER, "key-1")
    assert both.network.answers(post.external_id) == [ANSWER]
    assert sent.external_id
    await both.hear()
    assert [each for each in both.posts().values() if ANSWER in each.text] == [], "we do not hear ourselves"


@kinds(reply=True)
async def test_an_answer_whose_fate_is_unknown_stands_there_once(both: Both) -> None:
    post = await both.heard()
    for number, trouble in enumerate(("hang", "lose"), 1):
        setattr(both.network.troubles, trouble, 1)
        text = f"{ANSWER} {number}"
        before = both.network.answers(post.external_id)
        if both.source.abilities.once == "key":
            # The network knows it again, or it takes the place of the one before: trying once more does no harm.
            with pytest.raises(BatonError) as failed:
                await both.source.reply(post, text, f"key-{number}")
            assert isinstance(failed.value, RetriableError | UnknownResultError)
            await both.source.reply(post, text, f"key-{number}")
        else:
            with pytest.raises(UnknownResultError):
                await both.source.reply(post, text, f"key-{number}")
        stands = both.network.answers(post.external_id)
        assert stands.count(text) == 1
        assert len(stands) <= len(before) + 1
        if both.source.abilities.once == "look-up":
            found = await both.source.find_reply(post, text, f"key-{number}")
            assert found is not None
            assert found.external_id
            assert await both.source.find_reply(post, "something nobody wrote", "key-9") is None


@kinds(reply=True)
async def test_an_answer_that_must_wait_was_not_sent(both: Both) -> None:
    post = await both.heard()
    both.network.troubles.script = [(429, {"Retry-After": "37"}, "")]
    with pytest.raises(RetriableError) as refused:
        await both.source.reply(post, ANSWER, "key-1")
    assert not isinstance(refused.value, UnknownResultError)
    assert refused.value.retry_after == pytest.approx(37, abs=1)
    assert both.network.answers(post.external_id) == []


@kinds(reply=True)
async def test_an_answer_goes_out_with_a_token_that_holds(both: Both) -> None:
    post = await both.heard()
    both.network.end_tokens()
    if both.network.renews:
        await both.source.reply(post, ANSWER, "key-1")
        assert both.network.answers(post.external_id) == [ANSWER]
        return
    with pytest.raises(PermanentError) as refused:
        await both.source.reply(post, ANSWER, "key-1")
    assert len(str(refused.value)) > 20
    assert both.network.answers(post.external_id) == []


# What is missing


@EVERY
async def test_what_is_missing_is_said_in_the_networks_words_and_without_a_secret(both: Both) -> None:
    assert list(await both.source.missing()) == []
    words = both.network.withdraw()
    said = " ".join(await both.source.missing())
    assert words in said
    for secret in both.network.environment.values():
        assert secret not in said


@EVERY
async def test_a_source_without_its_secrets_says_which_to_set(kind: str) -> None:
    with PRETENDED[kind]() as network:
        async with Http(tries=1) as http:
            config = Config.model_validate({"sources": {kind: network.settings}})
            source = open_sources(CONNECTORS, config, {}, http)[kind]
            variables = [str(value) for name, value in network.settings.items() if name.endswith("_env")]
            assert variables
            if source.capabilities().poll:
                with pytest.raises(NotSetError) as refused:
                    await source.poll(None, 100)
                assert any(variable in str(refused.value) for variable in variables)
            if source.capabilities().push:
                verdict = source.verify(Inbound("POST", CIMultiDict(), {}, b"{}"), datetime.now(UTC))
                assert isinstance(verdict, Reject)
                assert verdict.status == 401
