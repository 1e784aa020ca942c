"""One post that comes through its network and through listening tools is one: conversation, card, count and answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text

from bot.config import Config
from bot.domain.events import PostDeleted, PostEdited
from bot.domain.post import Author, Media, Post, SourceEvent, StoredPost
from bot.errors import ConflictError
from bot.ports import Change, UnitOfWork
from handlers.answering import SourceAnswering
from handlers.events import FOLLOWS
from handlers.hearing import hear
from integrations.ai.local import LocalTriage
from storage import SqlStorage
from tests.databases import Postgres
from tests.fakes.clock import SetClock
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, changed, post
from tests.storage.hearing import created

AT = datetime.fromisoformat("2026-03-02T08:00:00Z")
WORDS = "My parcel arrived crushed and nobody answers the phone at Acme, what shall I do"


def own(id_: str = "1001", words: str = WORDS, **more: Any) -> Post:
    """As the network itself delivers it."""
    more.setdefault("by", Author(external_id="u7", handle="maya", display_name="Maya", followers=12))
    return post(id_, words, network="x", account="acme", **more)


def told(id_: str = "1001", words: str = WORDS, tool: str = "brandwatch", **more: Any) -> Post:
    """As a listening tool delivers it."""
    more.setdefault("account", f"{tool}-query")
    more.setdefault("by", Author(handle="@maya", display_name="Maya"))
    return post(id_, words, network="x", via=tool, **more)


async def deliver(company: Company, *given: Post | SourceEvent, filed: bool = False) -> None:
    """Each through its own source: `x` for the network, else the tool's name. They are not heard yet."""
    for each in given:
        event = each if isinstance(each, SourceEvent) else created(each)
        source = event.account.removesuffix("-query") if event.account.endswith("-query") else event.network
        async with company.storage.writing() as uow:
            await uow.posts.accept([event], source, company.clock.now(), filed=filed)


async def heard(company: Company, *given: Post | SourceEvent, filed: bool = False) -> None:
    """They come, and are heard together."""
    await deliver(company, *given, filed=filed)
    await company.hear()


async def one_by_one(company: Company, *given: Post | SourceEvent) -> None:
    for each in given:
        company.clock.move(timedelta(minutes=1))
        await heard(company, each)


async def answered(company: Company) -> None:
    """Ana answers B-1."""
    await company.say("ana", "claim B-1")
    form = (await company.say("ana", "reply B-1")).form
    assert form is not None
    await company.submit("ana", "reply", **{**form.args, "text": "We are on it"})
    await company.work()


async def conversations(company: Company) -> int:
    async with company.storage.reading() as uow:
        return (await uow.counts()).conversations


async def only_post(company: Company) -> StoredPost:
    assert await conversations(company) == 1
    async with company.storage.reading() as uow:
        (stored,) = await uow.posts.of(1)
        assert (await uow.counts()).posts == 1
    return stored


TOGETHER = [False, True]


@pytest.mark.parametrize("together", TOGETHER)
@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_whichever_way_was_first_it_is_one_post_with_one_card(
    either_company: Company, order: Sequence[int], *, together: bool
) -> None:
    company = either_company
    three = [own(metrics={"likes": 1}), told(metrics={"likes": 9, "reach": 50}, lang="en"), told(tool="meltwater")]
    given = [three[at] for at in order]
    await (heard if together else one_by_one)(company, *given)
    stored = await only_post(company)
    assert stored.post.key == own().key
    assert stored.source == "x"
    assert stored.post.via is None
    assert sorted(stored.post.also) == ["brandwatch", "meltwater"]
    assert (stored.post.lang, stored.post.author.external_id) == ("en", "u7")
    assert stored.post.metrics == {"likes": 1, "reach": 50}
    await company.work()
    card = await company.card()
    assert "also via" in card
    assert "Brandwatch" in card
    assert len(company.platform.shown_in("C-floor")) == 1
    async with company.storage.reading() as uow:
        found = await uow.conversations.heard_between(AT, AT + timedelta(days=1))
        counts = await uow.sources.counts()
    assert found.conversations == 1
    assert {name: each.posts for name, each in counts.items()} == {"x": 1, "brandwatch": 1, "meltwater": 1}
    # Whatever comes again is known.
    await one_by_one(company, *given)
    assert (await only_post(company)).version == 0


async def test_a_card_says_by_which_tools_a_post_came(either_company: Company) -> None:
    company = either_company
    await one_by_one(company, told())
    await company.work()
    assert "via Brandwatch" in await company.card()
    await one_by_one(company, told(tool="meltwater"))
    await company.work()
    assert "via Brandwatch and Meltwater" in await company.card()
    await one_by_one(company, own())
    await company.work()
    assert "also via Brandwatch and Meltwater" in await company.card()


@pytest.mark.parametrize("together", TOGETHER)
@pytest.mark.parametrize("own_first", [False, True])
async def test_a_tool_that_knows_only_the_address_brings_the_same_post(
    either_company: Company, *, own_first: bool, together: bool
) -> None:
    company = either_company
    first = own(url="https://x.com/maya/status/1001")
    by_address = told("bw-77", url="https://twitter.com/maya/status/1001?s=20", words=f"{WORDS[:60]}…")
    given = [first, by_address] if own_first else [by_address, first]
    await (heard if together else one_by_one)(company, *given)
    stored = await only_post(company)
    assert (stored.post.key, stored.post.text, stored.source) == (own().key, WORDS, "x")
    assert stored.post.also == ("brandwatch",)


async def test_several_comments_under_one_address_stay_several(either_company: Company) -> None:
    company = either_company
    page = "https://www.instagram.com/p/Cabc123/"
    joe, ada = Author(handle="joe"), Author(handle="ada")
    nice = [
        own("c1", "nice", by=joe, url=page),
        told("t1", "nice", by=ada, url=page),
        told("t2", "where is my order number nine", by=ada, url=page),
        told("t3", "nice", by=joe, url=page),
    ]
    await one_by_one(company, *(each.model_copy(update={"network": "instagram"}) for each in nice))
    async with company.storage.reading() as uow:
        stored = [each for number in range(1, await conversations(company) + 1) for each in await uow.posts.of(number)]
    assert [(each.post.external_id, each.post.also) for each in stored] == [
        ("c1", ("brandwatch",)),
        ("t1", ()),
        ("t2", ()),
    ]


async def test_two_accounts_of_our_own_that_hear_one_post_stay_two_in_whatever_order_a_tool_joins(
    either_company: Company,
) -> None:
    for number, order in enumerate(permutations(range(3))):
        company, id_ = either_company, f"{number}00"
        other = own(id_).model_copy(update={"account": "acme-help"})
        three = [own(id_), other, told(id_)]
        before = await conversations(company)
        await one_by_one(company, *(three[at] for at in order))
        assert await conversations(company) == before + 2, order


async def test_the_networks_own_words_replace_those_of_a_tool_that_was_quicker(either_company: Company) -> None:
    company = either_company
    await one_by_one(company, told(words=f"{WORDS[:40]}…"), own(words=f"{WORDS} my hand is bleeding"))
    stored = await only_post(company)
    assert stored.post.text == f"{WORDS} my hand is bleeding"
    assert stored.post.also == ("brandwatch",)
    assert [type(event) for event in (await company.trail())[1:]] == [PostEdited]
    async with company.storage.reading() as uow:
        assert [words for _, words in await uow.posts.versions(stored.id)] == [f"{WORDS[:40]}…"]


async def test_an_edit_reaches_the_post_by_the_networks_key_and_no_old_echo_undoes_it(either_company: Company) -> None:
    company = either_company
    await one_by_one(company, told(), own())
    await one_by_one(company, changed("edited", own(), "All is well now"))
    assert (await only_post(company)).post.text == "All is well now"
    for late in (
        changed("edited", told(), WORDS, revision="a"),
        changed("edited", told(), "Something the tool read", revision="b"),
        changed("edited", told(edited_at=AT - timedelta(hours=1)), "Older than the network's", revision="c"),
        told(tool="meltwater", edited_at=AT),
    ):
        await one_by_one(company, late)
        stored = await only_post(company)
        assert (stored.post.text, stored.version) == ("All is well now", 1)
    later = company.clock.now() + timedelta(hours=1)
    await one_by_one(company, changed("edited", told(edited_at=later), "And once more", revision="d"))
    stored = await only_post(company)
    assert (stored.post.text, stored.post.key) == ("And once more", own().key)
    assert set(stored.post.also) == {"brandwatch", "meltwater"}


async def test_a_tool_that_is_set_up_for_the_same_account_does_not_overwrite_the_networks_own_words(
    either_company: Company,
) -> None:
    company = either_company
    await one_by_one(company, own())
    for words in (f"{WORDS[:40]}…", "Something the tool read"):
        await heard(company, changed("edited", told(account="acme"), words))
        assert (await only_post(company)).post.text == WORDS
    later = told(account="acme", edited_at=company.clock.now())
    await heard(company, changed("edited", later, "And once more"))
    assert (await only_post(company)).post.text == "And once more"


async def test_counts_of_a_tool_only_fill_what_the_network_leaves_open(either_company: Company) -> None:
    company = either_company
    await one_by_one(company, own(metrics={"likes": 3}), told())
    await one_by_one(company, changed("metrics", told(), metrics={"likes": 1, "reach": 900}))
    assert (await only_post(company)).post.metrics == {"likes": 3, "reach": 900}
    await one_by_one(company, changed("metrics", own(), metrics={"likes": 4}))
    assert (await only_post(company)).post.metrics == {"likes": 4, "reach": 900}


@pytest.mark.parametrize("own_first", [False, True])
@pytest.mark.parametrize("by_tool", [False, True])
async def test_a_delete_by_either_way_reaches_the_post(
    either_company: Company, *, own_first: bool, by_tool: bool
) -> None:
    company = either_company
    await one_by_one(company, *([own(), told()] if own_first else [told(), own()]))
    await one_by_one(company, changed("deleted", told() if by_tool else own()))
    stored = await only_post(company)
    assert (stored.post.text, stored.deleted_at is not None) == ("", True)
    assert [type(event) for event in (await company.trail())[1:]] == [PostDeleted]
    await one_by_one(company, told(tool="meltwater"))
    assert (await only_post(company)).post.text == "", "what is gone does not come back by another way"


async def test_the_network_deletes_what_only_a_tool_has_brought(either_company: Company) -> None:
    company = either_company
    await one_by_one(company, told(), changed("deleted", own()))
    assert (await only_post(company)).deleted_at is not None
    async with company.storage.writing() as uow:
        assert await uow.posts.changes(10) == []


@pytest.mark.parametrize("known", [False, True])
async def test_what_the_network_deleted_before_a_tool_brings_it_is_not_shown(
    either_company: Company, *, known: bool
) -> None:
    company = either_company
    await one_by_one(company, own("1"), *([own()] if known else []), changed("deleted", own()))
    before = await conversations(company)
    await one_by_one(company, told())
    assert await conversations(company) == before
    async with company.storage.database.reading() as connection:
        rows = await connection.all(text("SELECT body FROM posts WHERE account = 'brandwatch-query'"))
    assert len(rows) == 1
    assert "crushed" not in rows[0][0]


async def test_answers_of_ours_that_a_tool_brings_are_no_posts_of_customers(either_company: Company) -> None:
    company = either_company
    company.sources["x"] = FakeSource("x")
    await one_by_one(company, own())
    await answered(company)
    await one_by_one(company, told("ours-1", "We are on it", by=Author(handle="acme"), parent_id="1001"))
    assert await conversations(company) == 1
    async with company.storage.reading() as uow:
        assert [each.post.text for each in await uow.posts.of(1)] == [WORDS]
    await one_by_one(company, told("1002", "Thank you so much", parent_id="ours-1"))
    assert await conversations(company) == 1, "but what answers them belongs to them"


REPLY = "It is order number nine, by the way"


@pytest.mark.parametrize("together", TOGETHER)
@pytest.mark.parametrize(
    ("parent", "reply"),
    [
        (told(), own("1002", REPLY, parent_id="1001")),
        (own(), told("1002", REPLY, parent_id="1001")),
        (told(), told("1002", REPLY, tool="meltwater", parent_id="1001")),
    ],
    ids=["own answers told", "told answers own", "one tool's answers another's"],
)
@pytest.mark.parametrize("late", [False, True])
async def test_threads_join_across_the_ways(
    either_company: Company, parent: Post, reply: Post, *, together: bool, late: bool
) -> None:
    company = either_company
    other = reply.model_copy(update={"author": Author(handle="joe")})
    await (heard if together else one_by_one)(company, *([other, parent] if late else [parent, other]))
    assert await conversations(company) == 1
    async with company.storage.reading() as uow:
        assert {each.post.text for each in await uow.posts.of(1)} == {WORDS, REPLY}


@pytest.mark.parametrize("together", TOGETHER)
async def test_what_answers_a_copy_answers_the_post(either_company: Company, *, together: bool) -> None:
    company = either_company
    page = "https://x.com/maya/status/1001"
    copy = told("bw-1", url=page)
    given = [own(url=page), copy, told("bw-2", REPLY, parent_id="bw-1", by=Author(handle="joe"))]
    await (heard if together else one_by_one)(company, *given)
    assert await conversations(company) == 1
    await one_by_one(company, told("bw-3", "Me too", root_id="bw-1", by=Author(handle="ada")))
    assert await conversations(company) == 1


async def test_an_answer_goes_through_the_networks_own_source_once_that_is_known(either_company: Company) -> None:
    company = either_company
    network, tool = FakeSource("x"), FakeSource("brandwatch")
    tool.able(reply=False, why={"reply": "Answer on the network."})
    company.sources |= {"x": network, "brandwatch": tool}
    await one_by_one(company, told("bw-5", url="https://x.com/maya/status/1001"))
    answering = SourceAnswering(company.sources)
    refusal = answering.way(await only_post(company), company.clock.now()).refusal
    assert refusal == "Answer on the network."
    await one_by_one(company, own(url="https://x.com/maya/status/1001"))
    way = answering.way(await only_post(company), company.clock.now())
    assert (way.refusal, way.account) == (None, "acme")
    await answered(company)
    assert [(each.post, each.text) for each in network.standing] == [("1001", "We are on it")]
    assert tool.standing == []
    await one_by_one(company, own("1003", "Thanks a lot", parent_id="ours-1"))
    assert await conversations(company) == 1


async def test_what_is_filed_stays_filed_and_what_is_live_stays_live(either_company: Company) -> None:
    company = either_company
    await heard(company, own("1"), filed=True)
    await heard(company, told("1"))
    assert (await only_post(company)).filed
    assert (await company.conversation()).filed
    await heard(company, told("2"))
    await heard(company, own("2"), filed=True)
    async with company.storage.reading() as uow:
        (live,) = await uow.posts.of(2)
    assert (live.filed, live.source, live.post.also) == (False, "x", ("brandwatch",))


async def test_a_post_that_says_more_by_the_other_way_has_it_on_its_card(either_company: Company) -> None:
    company = either_company
    picture = Media(url="https://pics.example/1.jpg", alt="A crushed box")
    await one_by_one(company, told(), own(media=(picture,), rating=2.0, parent_id="900", root_id="900"))
    stored = await only_post(company)
    assert (stored.post.media, stored.post.rating, stored.post.parent_id) == ((picture,), 2.0, "900")
    assert stored.version == 0, "nobody edited it"
    async with company.storage.reading() as uow:
        customers = (await uow.counts()).customers
    assert customers == 1
    await one_by_one(company, own("1009", "Hello again"))
    async with company.storage.reading() as uow:
        assert (await uow.counts()).customers == 1, "the network's id of the author is known now"


async def test_who_is_forgotten_leaves_nothing_in_a_copy(either_company: Company) -> None:
    company = either_company
    did = "at://did:plc:mayasid77/app.bsky.feed.post/3k"
    maya = Author(external_id="did:plc:mayasid77", handle="maya.okafor")
    one = post(did, "crushed-words", network="bluesky", account="acme", by=maya)
    other = post("maya.okafor-1", "crushed-words", network="bluesky", account="bw-query", by=maya, via="brandwatch")
    page = "https://bsky.app/profile/did:plc:mayasid77/post/3k"
    one, other = (each.model_copy(update={"url": page}) for each in (one, other))
    await one_by_one(company, other, one)
    async with company.storage.reading() as uow:
        customer_id = (await company.conversation()).customer_id
        taken = await uow.privacy.everything([customer_id])
    assert [each["also"] for each in taken["posts"]] == [["brandwatch"]]
    async with company.storage.writing() as uow:
        await uow.privacy.erase([customer_id], [1], company.clock.now())
    async with company.storage.database.reading() as connection:
        rows = await connection.all(text("SELECT external_id, body, page FROM posts"))
        left = await connection.all(text("SELECT external_id, body FROM post_changes"))
    assert len(rows) == 2
    for marker in ("mayasid77", "okafor", "crushed-words"):
        assert marker not in str([*rows, *left])
    await one_by_one(company, one, other, other.model_copy(update={"account": "mw-query", "via": "meltwater"}))
    assert await conversations(company) == 1, "what is forgotten does not come back by any way"


class Slowly:
    """Keeps a transaction open once its posts were placed, so that the other replica's comes as far as it can."""

    async def __call__(self, _uow: UnitOfWork, _change: Change) -> None:
        await asyncio.sleep(0.2)


PAIRS = {
    "own and told": (own("2001"), told("2001")),
    "told and own": (told("2001"), own("2001")),
    "two tools": (told("2001"), told("2001", tool="meltwater")),
    "by address": (own("2001", url="https://x.com/m/status/2001"), told("b", url="https://x.com/m/status/2001")),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
async def test_two_replicas_that_hear_both_ways_at_once_make_one_of_it(
    postgres: Postgres, clock: SetClock, config: Config, pair: tuple[Post, Post]
) -> None:
    url, triage = await postgres.fresh(), LocalTriage(config)
    replicas = [
        await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=(*FOLLOWS, Slowly()))
        for _ in pair
    ]

    async def hears(storage: SqlStorage) -> None:
        while True:
            try:
                await hear(storage, config, config.life_policies, clock, triage, limit=1)
            except ConflictError:
                continue
            return

    try:
        for came in ([own("1")], pair):
            async with replicas[0].writing() as uow:
                for each in came:
                    await uow.posts.accept([created(each)], each.account, clock.now())
            await asyncio.gather(*(hears(replica) for replica in replicas[: len(came)]))
        async with replicas[0].reading() as uow:
            counts = await uow.counts()
            assert (counts.posts, counts.conversations) == (2, 2)
            (stored,) = await uow.posts.of(2)
    finally:
        for replica in replicas:
            await replica.close()
        await postgres.drop(url)
    assert len(stored.post.also) == 1
