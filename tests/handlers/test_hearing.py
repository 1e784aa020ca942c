"""New posts find their conversation, in whatever order they come; edits, deletes and counts reach their posts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from bot.config import Config, Route, Surface
from bot.domain import life
from bot.domain.conversation import Conversation, State
from bot.domain.events import CustomerWrote, Opened, PostDeleted, PostEdited, Reopened
from bot.domain.life import Act
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import PersonRef
from bot.domain.post import Author, Post, SourceEvent
from bot.ports import Browse, Storage
from handlers.hearing import hear
from integrations.ai.local import LocalTriage
from tests.fakes.clock import SetClock

ANA = PersonRef("ana", "Ana Lima", "support")


def post(id_: str, text: str = "hello", author: str = "maya", **more: Any) -> Post:
    return Post(
        network=more.pop("network", "mastodon"),
        account=more.pop("account", "acme"),
        external_id=id_,
        author=Author(handle=author),
        text=text,
        posted_at=datetime.fromisoformat("2026-03-02T08:00:00Z"),
        **more,
    )


def event(kind: str, of: Post, revision: str = "", **more: Any) -> SourceEvent:
    written = of if kind in {"created", "edited"} else None
    return SourceEvent.model_validate(
        {
            "kind": kind,
            "network": of.network,
            "account": of.account,
            "external_id": of.external_id,
            "post": written,
            "revision": revision,
            **more,
        }
    )


class Listening:
    """Delivers, hears, and looks at what came of it."""

    def __init__(self, storage: Storage, clock: SetClock, config: Config) -> None:
        self.storage = storage
        self.clock = clock
        self.config = config
        self.triage = LocalTriage(config)

    async def deliver(self, *events: SourceEvent | Post) -> None:
        made = [event("created", given) if isinstance(given, Post) else given for given in events]
        async with self.storage.writing() as uow:
            await uow.posts.accept(made, "demo", self.clock.now())

    async def hear(self, *events: SourceEvent | Post, limit: int = 200) -> int:
        """Deliver and hear everything; gives how many units were heard."""
        await self.deliver(*events)
        total = 0
        while heard := await hear(self.storage, self.config, self.config.life_policies, self.clock, self.triage, limit):
            total += heard
        return total

    async def where(self, *ids: str, network: str = "mastodon", account: str = "acme") -> list[int | None]:
        """The conversations of these posts."""
        async with self.storage.reading() as uow:
            found = await uow.posts.by_key([(network, account, id_) for id_ in ids])
        return [found[network, account, id_].conversation for id_ in ids]

    async def conversation(self, number: int = 1) -> Conversation:
        async with self.storage.reading() as uow:
            found = await uow.conversations.get(number)
        assert found is not None
        return found

    async def trail(self, number: int = 1) -> Sequence[object]:
        async with self.storage.reading() as uow:
            return await uow.conversations.trail(number)

    async def act(self, number: int, *acts: Any) -> None:
        for act in acts:
            async with self.storage.writing() as uow:
                conversation = await uow.conversations.take(number)
                await uow.conversations.save(conversation, act(conversation))


@pytest.fixture
def listening(storage: Storage, clock: SetClock, config: Config) -> Listening:
    return Listening(storage, clock, config)


@pytest.fixture
def listening_on_either(either_storage: Storage, clock: SetClock, config: Config) -> Listening:
    return Listening(either_storage, clock, config)


async def test_a_post_opens_a_conversation_with_its_card_wanted_on_the_floor(listening_on_either: Listening) -> None:
    listening = listening_on_either
    heard_at = listening.clock.now()
    await listening.deliver(post("a", "Where is my parcel? The courier never came."))
    listening.clock.move(timedelta(minutes=5))
    assert await listening.hear() == 1
    c = await listening.conversation()
    assert (c.ref, c.state, c.network, c.account) == ("B-1", State.FLOOR, "mastodon", "acme")
    assert c.opened_at == heard_at, "measures use the time a post was heard"
    assert c.departments == ("logistics",)
    assert not c.urgent
    async with listening.storage.reading() as uow:
        postings = await uow.postings.of(1)
        counts = await uow.counts()
    assert [posting.surface for posting in postings] == ["floor"]
    # Its card, and the question who this is.
    assert (counts.outbox_pending, counts.customers) == (2, 1)


async def test_hearing_again_finds_nothing_to_do(listening: Listening) -> None:
    await listening.hear(post("a"))
    assert await listening.hear(post("a")) == 0


async def test_an_answer_joins_the_conversation_of_what_it_answers(listening_on_either: Listening) -> None:
    listening = listening_on_either
    await listening.hear(post("a"))
    await listening.hear(post("b", parent_id="a"), post("c", author="tom", parent_id="b", root_id="a"))
    assert await listening.where("a", "b", "c") == [1, 1, 1]
    assert [type(happened) for happened in await listening.trail()] == [Opened, CustomerWrote, CustomerWrote]
    assert (await listening.conversation()).posts == 3


@pytest.mark.parametrize("order", list(permutations("abc")), ids="".join)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "one by one"])
async def test_a_thread_is_one_conversation_in_whatever_order_it_comes(
    listening: Listening, order: tuple[str, ...], together: bool
) -> None:
    posts = {"a": post("a"), "b": post("b", parent_id="a", root_id="a"), "c": post("c", parent_id="b", root_id="a")}
    if together:
        await listening.hear(*(posts[id_] for id_ in order))
    else:
        for id_ in order:
            await listening.hear(posts[id_])
    assert await listening.where("a", "b", "c") == [1, 1, 1]
    assert (await listening.conversation()).posts == 3


async def test_within_a_batch_the_first_post_of_a_thread_opens_it(listening: Listening) -> None:
    await listening.hear(post("b", "second", parent_id="a"), post("a", "first"))
    async with listening.storage.reading() as uow:
        opened = (await uow.conversations.trail(1))[0]
        first = (await uow.posts.by_key([("mastodon", "acme", "a")]))["mastodon", "acme", "a"]
    assert isinstance(opened, Opened)
    assert opened.post_id == first.id


async def test_under_our_own_post_each_customer_has_a_conversation(listening: Listening) -> None:
    under = {"root_id": "ours", "parent_id": "ours"}
    await listening.hear(post("m1", **under), post("t1", author="tom", **under), post("m2", **under))
    await listening.hear(post("t2", author="tom", **under), post("n1", author="noor", **under))
    m1, t1, m2, t2, n1 = await listening.where("m1", "t1", "m2", "t2", "n1")
    assert m1 == m2 != t1 == t2
    assert n1 not in {m1, t1, None}


async def test_other_accounts_and_networks_are_other_threads(listening: Listening) -> None:
    await listening.hear(post("a"))
    await listening.hear(post("b", parent_id="a", account="acme_de"), post("c", parent_id="a", network="x"))
    numbers = {
        *await listening.where("b", account="acme_de"),
        *await listening.where("c", network="x"),
        *await listening.where("a"),
    }
    assert len(numbers) == 3


async def test_posts_that_claim_to_answer_each_other_do_no_harm(listening: Listening) -> None:
    await listening.hear(post("a", parent_id="b"), post("b", parent_id="a"), post("c", parent_id="c"))
    a, b, c = await listening.where("a", "b", "c")
    assert a == b
    assert c not in {a, None}


async def test_danger_is_urgent_and_says_why(listening: Listening) -> None:
    await listening.hear(post("a", "The power bank caught fire in my bag"))
    c = await listening.conversation()
    assert c.urgent
    assert c.why_urgent == "danger: “caught fire”"


async def test_a_conversation_that_becomes_urgent_goes_where_urgent_ones_go(storage: Storage, clock: SetClock) -> None:
    config = Config(
        surfaces=(
            Surface(name="floor", channel="#floor"),
            Surface(name="alarm", channel="#alarm", purpose="operators"),
        ),
        routes=(Route(surfaces=("floor",)), Route(surfaces=("alarm",), urgent=True)),
    )
    listening = Listening(storage, clock, config)
    await listening.hear(post("a", "It got warm"))
    await listening.hear(post("b", "Now it exploded!", parent_id="a"))
    async with storage.reading() as uow:
        assert {posting.surface for posting in await uow.postings.of(1)} == {"floor", "alarm"}
    assert (await listening.conversation()).urgent


async def test_when_the_customer_writes_again_a_resolved_conversation_is_reopened(listening: Listening) -> None:
    await listening.hear(post("a"))
    policies, at = listening.config.life_policies, listening.clock.move(timedelta(minutes=1))
    act = Act(ANA, at, "slack")
    outcome = Outcome(OutcomeKind.ANSWERED, "a parcel", "nothing")
    await listening.act(1, lambda c: life.claim(c, act, policies), lambda c: life.resolve(c, act, outcome))
    listening.clock.move(timedelta(minutes=1))
    await listening.hear(post("b", parent_id="a"))
    assert isinstance((await listening.trail())[-1], Reopened)
    assert (await listening.conversation()).state is State.FLOOR


async def test_the_trail_never_goes_back_in_time(listening: Listening) -> None:
    await listening.hear(post("a"))
    await listening.deliver(post("b", parent_id="a"))
    act = Act(ANA, listening.clock.move(timedelta(minutes=1)), "slack")
    await listening.act(1, lambda c: life.claim(c, act, listening.config.life_policies))
    await listening.hear()
    times = [happened.at for happened in await listening.trail()]  # type: ignore[attr-defined]
    assert times == sorted(times)


async def test_an_edit_adds_a_version_and_marks_the_conversation(listening_on_either: Listening) -> None:
    listening = listening_on_either
    await listening.hear(post("a", "bad"))
    await listening.hear(event("edited", post("a", "good"), "1"), event("edited", post("a", "good"), "1"))
    async with listening.storage.reading() as uow:
        stored = (await uow.posts.by_key([("mastodon", "acme", "a")]))["mastodon", "acme", "a"]
        versions = await uow.posts.versions(stored.id)
    assert (stored.post.text, stored.version, [text for _, text in versions]) == ("good", 1, ["bad"])
    assert [type(happened) for happened in await listening.trail()] == [Opened, PostEdited]


async def test_a_delete_purges_the_text_and_marks_the_conversation(listening_on_either: Listening) -> None:
    listening = listening_on_either
    await listening.hear(post("a", "secret"))
    await listening.hear(event("deleted", post("a")))
    await listening.hear(event("edited", post("a", "too late"), "9"))
    async with listening.storage.reading() as uow:
        stored = (await uow.posts.by_key([("mastodon", "acme", "a")]))["mastodon", "acme", "a"]
    assert stored.deleted_at is not None
    assert stored.post.text == ""
    assert [type(happened) for happened in await listening.trail()] == [Opened, PostDeleted]
    assert (await listening.conversation()).deleted_posts == 1


async def test_a_post_deleted_before_it_is_heard_opens_nothing(listening: Listening) -> None:
    await listening.hear(post("a", "secret"), event("deleted", post("a")))
    await listening.hear(event("deleted", post("b")), post("b", "deleted before it came"))
    async with listening.storage.reading() as uow:
        stored = await uow.posts.by_key([("mastodon", "acme", "a"), ("mastodon", "acme", "b")])
        assert await uow.conversations.count(Browse("open")) == 0
    assert {found.post.text for found in stored.values()} == {""}


async def test_counts_reach_the_post_without_a_word_in_the_trail(listening: Listening) -> None:
    await listening.hear(post("a", metrics={"likes": 1, "replies": 2}))
    await listening.hear(event("metrics", post("a"), "1", metrics={"likes": 9}))
    async with listening.storage.reading() as uow:
        stored = (await uow.posts.by_key([("mastodon", "acme", "a")]))["mastodon", "acme", "a"]
    assert stored.post.metrics == {"likes": 9, "replies": 2}
    assert len(await listening.trail()) == 1


async def test_numbers_have_no_gaps_and_begin_with_one(listening_on_either: Listening) -> None:
    listening = listening_on_either
    await listening.hear(*(post(str(n), author=f"a{n}") for n in range(45)), limit=20)
    numbers = await listening.where(*(str(n) for n in range(45)))
    assert numbers == list(range(1, 46))


async def test_three_thousand_posts_are_heard_in_a_few_seconds(listening: Listening) -> None:
    posts = [
        post(
            str(n), "My parcel is late and nobody answers", f"a{n % 700}", parent_id=str(n - 5) if n % 4 == 3 else None
        )
        for n in range(3000)
    ]
    await listening.deliver(*posts)
    started = time.perf_counter()
    assert await listening.hear() == 3000
    assert time.perf_counter() - started < 10
